"""What records refer to, between the two sides: terms, taxes and codes are known by the id in the books where they have
a pair, and as ``field:`` and the field side's number where they have none (see `fieldledger.policy.kinds.REFERENCES`).

So a term that is renamed changes no customer, and one that has no pair yet is waited for by name of nothing but itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from fieldledger.journal import Tx, holds, links, plans, runs, sights
from fieldledger.model.kinds import LISTS, Kind, Side
from fieldledger.model.names import name_key
from fieldledger.model.plan import Reason
from fieldledger.model.record import Values
from fieldledger.plan.subject import Facts
from fieldledger.policy.kinds import LABELS, REFERENCES, UNLINKED, referred
from fieldledger.policy.rules import Policy

_NEEDED = "needed:"


class References(msgspec.Struct, frozen=True):
    """The pairs that others refer to. to_field: by kind, books id to field id; to_books: the reverse."""

    to_field: Mapping[Kind, Mapping[str, str]]
    to_books: Mapping[Kind, Mapping[str, str]]

    def shared(self, kind: Kind, values: Values) -> Values:
        """Values of the field side as the engine compares them."""
        return _with(kind, values, lambda to, id: self.to_books[to].get(id, UNLINKED + id))

    def for_field(self, kind: Kind, values: Values) -> Values:
        """The same as the field side takes them. What has no pair there is left out."""

        def there(to: Kind, id: str) -> str | None:
            return id.removeprefix(UNLINKED) if id.startswith(UNLINKED) else self.to_field[to].get(id)

        return _with(kind, values, there)

    def for_books(self, kind: Kind, values: Values) -> Values:
        """The same as the books take them."""

        def there(to: Kind, id: str) -> str | None:
            return self.to_books[to].get(id.removeprefix(UNLINKED)) if id.startswith(UNLINKED) else id

        return _with(kind, values, there)

    def resolved(self, kind: Kind, values: Values) -> Values:
        """With the books' ids of what got a pair meanwhile."""

        def there(to: Kind, id: str) -> str:
            return self.to_books[to].get(id.removeprefix(UNLINKED), id) if id.startswith(UNLINKED) else id

        return _with(kind, values, there)

    def lacking(self, kind: Kind, values: Values, side: Side) -> dict[str, Any]:
        """The references that this side cannot be given as they stand."""
        given = (self.for_books if side is Side.BOOKS else self.for_field)(kind, values)
        return {
            name: values[name]
            for name in REFERENCES[kind]
            if values.get(name) and len(list(referred(given[name]))) < len(list(referred(values[name])))
        }


def load(tx: Tx, company: str) -> References:
    """One query: there are few of them."""
    return _both_ways(links.references(tx, company, LISTS))


def as_planned(tx: Tx, company: str) -> References:
    """The same with the pairs that planned actions are about to make: what is equal once they are made is no
    difference now. For deciding only; what is written uses the pairs that there are."""
    planned = [
        (kind, books, field)
        for kind, books, field in plans.to_be_paired(tx, company, LISTS)
        if books is not None and field is not None
    ]
    return _both_ways([*planned, *links.references(tx, company, LISTS)])


def _both_ways(pairs: Iterable[tuple[Kind, str, str]]) -> References:
    to_field: dict[Kind, dict[str, str]] = {kind: {} for kind in LISTS}
    to_books: dict[Kind, dict[str, str]] = {kind: {} for kind in LISTS}
    for kind, books, field in pairs:
        to_field[kind][books] = field
        to_books[kind][field] = books
    return References(to_field, to_books)


def _with(kind: Kind, values: Values, translate: Any) -> Values:
    changed = {}
    for name, to in REFERENCES[kind].items():
        value = values.get(name)
        if isinstance(value, str):
            changed[name] = translate(to, value)
        elif value:
            changed[name] = [there for id in value if (there := translate(to, id)) is not None]
    return {**values, **changed} if changed else values


def in_words(tx: Tx, company: str, kind: Kind, values: Values) -> str:
    """References by their field and the name of what they refer to, for people."""
    parts = []
    for name, to in REFERENCES[kind].items():
        if not values.get(name):
            continue
        names = {id: entry.name for id, entry in sights.brief(tx, company, Side.BOOKS, to).items()}
        names |= {
            UNLINKED + id: entry.name for id, entry in sights.brief(tx, company, Side.FIELD, to).items()
        }
        called = ", ".join(names.get(id, id) for id in referred(values[name]))
        parts.append(f"{LABELS[kind][name]} {called!r}")
    return ", ".join(parts)


# ---- what each side can be given ---------------------------------------------------------------------------------


def facts(tx: Tx, company: str, policies: Mapping[Kind, Policy]) -> Facts:
    """What was measured and read beside the records."""
    clocks = {side: float(runs.cursor(tx, company, f"clock:{side}") or 0) for side in Side}
    known = load(tx, company)
    there = {side: {kind: sights.brief(tx, company, side, kind) for kind in LISTS} for side in Side}
    names: dict[Kind, dict[str, str]] = {kind: {} for kind in LISTS}
    choices: dict[Side, dict[Kind, set[str]]] = {side: {kind: set() for kind in LISTS} for side in Side}
    for kind in LISTS:
        wanted = needed(tx, company, kind)
        for id, entry in there[Side.BOOKS][kind].items():
            names[kind][id] = entry.name
            if not entry.gone:
                choices[Side.BOOKS][kind].add(id)
            pair = there[Side.FIELD][kind].get(known.to_field[kind].get(id, ""))
            if id not in known.to_field[kind]:
                offered = entry.due and policies[kind].direction == "books_to_field"
            else:
                offered = pair is None or not pair.gone
            if offered:
                choices[Side.FIELD][kind].add(id)
        for id, entry in there[Side.FIELD][kind].items():
            names[kind][UNLINKED + id] = entry.name
            if entry.due and policies[kind].direction == "field_to_books" and id in wanted:
                choices[Side.BOOKS][kind].add(UNLINKED + id)
            if not entry.gone:
                choices[Side.FIELD][kind].add(UNLINKED + id)
    for kind, books, field in plans.to_be_paired(tx, company, LISTS):
        if books is not None:
            choices[Side.FIELD][kind].add(books)
        if field is not None:
            choices[Side.BOOKS][kind].add(UNLINKED + field)
    return Facts(
        clocks=clocks,
        choices={side: {kind: frozenset(ids) for kind, ids in mine.items() if _was_read(tx, company, side, kind)}
                 for side, mine in choices.items()},
        names=names,
    )  # fmt: skip


def _was_read(tx: Tx, company: str, side: Side, kind: Kind) -> bool:
    """Whether the books' list was ever shown whole. What was not is taken for known: QuickBooks itself refuses."""
    return side is Side.FIELD or runs.cursor(tx, company, f"listed:{kind}") is not None


# ---- what is carried over, because something needs it ----------------------------------------------------------------


def needed(tx: Tx, company: str, kind: Kind) -> frozenset[str]:
    """Field ids of entries that something which is synced refers to."""
    told = runs.cursor(tx, company, f"{_NEEDED}{kind}")
    return frozenset(told.split()) if told else frozenset()


def need(tx: Tx, company: str, kind: Kind, values: Iterable[Values], policies: Mapping[Kind, Policy]) -> bool:
    """Remember what these field records (as the engine compares them) need of what is kept on the field side, and look
    at it first. True: something is new among it."""
    wanted: dict[Kind, set[str]] = {}
    for each in values:
        for name, to in REFERENCES[kind].items():
            if policies[to].direction == "field_to_books":
                ids = [
                    id.removeprefix(UNLINKED) for id in referred(each.get(name)) if id.startswith(UNLINKED)
                ]
                wanted.setdefault(to, set()).update(ids)
    news = False
    for to, these in wanted.items():
        before = needed(tx, company, to)
        fresh = these - before
        if fresh:
            runs.move_cursor(tx, company, f"{_NEEDED}{to}", " ".join(sorted(before | fresh)))
            sights.mark_due(tx, company, Side.FIELD, to, fresh)
            entries = sights.load(tx, company, Side.FIELD, to, fresh).values()
            keys = {name_key(entry.values.get("name")) for entry in entries}
            same = sights.by_name(tx, company, Side.BOOKS, to, keys)
            sights.mark_due(
                tx, company, Side.BOOKS, to, [each.record for group in same.values() for each in group]
            )
            news = True
    return news


def wake_successors(tx: Tx, company: str, kind: Kind, names: Iterable[str]) -> None:
    """Pairs of these names have come to their end: an entry that was made again under the name waited for it."""
    keys = {name_key(name) for name in names}
    if keys:
        same = sights.by_name(tx, company, Side.BOOKS, kind, keys)
        sights.mark_due(
            tx, company, Side.BOOKS, kind, [each.record for group in same.values() for each in group]
        )


def wake(tx: Tx, company: str, kind: Kind, pairs: Iterable[tuple[str, str]]) -> None:
    """These entries (books id, field id) have a pair now: whoever waits for one of them is looked at again."""
    ids = frozenset(id for books, field in pairs for id in (books, UNLINKED + field))
    if not ids:
        return
    for other, names in REFERENCES.items():
        for name, to in names.items():
            if to is kind:
                waiting = links.waiting_for(tx, company, other, name, ids)
                sights.mark_due(tx, company, Side.BOOKS, other, waiting)
    if kind is Kind.TAX_RATE:
        for side in Side:  # groups that wait for their members have no pair
            waiting = [
                record for its, record in holds.of_code(tx, company, kind, "waits_for_taxes") if its is side
            ]
            sights.mark_due(tx, company, side, kind, waiting)


def wake_refused(tx: Tx, company: str, kind: Kind) -> None:
    """Entries of this kind are gone: whatever a side refused, perhaps because it referred to one of them, is looked at
    once more, and goes without it (spec 2.1)."""
    for other, names in REFERENCES.items():
        if kind in names.values():
            for code in (Reason.REFUSED, Reason.REFUSED_BY_BOOKS):
                for side, record in holds.of_code(tx, company, other, code):
                    sights.mark_due(tx, company, side, other, [record])
