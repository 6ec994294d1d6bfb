"""What of a pair goes where, field by field: base, books' side, field side (spec 2.2 to 2.5).

Never compares clocks but for a field that both sides changed; never takes a stamp for a change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import msgspec

from fieldledger.model.kinds import Kind, Side
from fieldledger.model.record import Values
from fieldledger.plan.subject import Facts, Seen, Subject, Tie, newer
from fieldledger.policy.kinds import LABELS, REFERENCES, alike, customer, locations
from fieldledger.policy.rules import Policy
from fieldledger.policy.verdicts import WRITES

TAXES = ("tax_code", "tax_item")
MASTER: Mapping[str, Side] = {"books_to_field": Side.BOOKS, "field_to_books": Side.FIELD}
"""Of the one-way directions."""


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """books: as the field system would show it (derived name, jobs as locations). derived: its name is made up."""

    kind: Kind = Kind.CUSTOMER
    tie: Tie
    books: Values
    field: Values
    books_seen: Seen
    field_seen: Seen
    derived: bool

    def moved(self, side: Side, name: str) -> bool:
        """Whether this side changed the field since both agreed."""
        now = (self.books if side is Side.BOOKS else self.field).get(name)
        kept = self.tie.books_kept if side is Side.BOOKS else self.tie.field_kept
        if alike(name, now, self.tie.base.get(name)):
            return False
        if side is Side.BOOKS and name in TAXES and not now:
            return False  # not stated (spec 2.1): sales tax may be switched off
        return not (name in kept and alike(name, now, kept[name]))

    def changed(self, side: Side) -> bool:
        return any(self.moved(side, name) for name in LABELS[self.kind])


class Weighed(msgspec.Struct, kw_only=True):
    """to_books, to_field: what each side is to be given. agreed: what both have in common once that is done. lost: of
    fields that both changed, the value that gives way, by the side that loses it. kept: where the field side differs
    and may; kept_books: where the books do. unknown: fields whose value QuickBooks does not have, in words;
    unknown_here: those whose value the field side does not have; misnamed: a derived name was edited. clashes: words
    about each field that both changed. too_many: locations that both lists would make together, where QuickBooks takes
    no more than 50."""

    to_books: dict[str, Any] = {}
    to_field: dict[str, Any] = {}
    agreed: dict[str, Any] = {}
    lost: dict[Side, dict[str, Any]] = {}
    kept: dict[str, Any] = {}
    kept_books: dict[str, Any] = {}
    unknown: dict[str, str] = {}
    unknown_here: dict[str, str] = {}
    misnamed: bool = False
    clashes: list[str] = []
    too_many: int = 0

    @property
    def twice(self) -> set[str]:
        """Fields that both sides are given: they agree when both have them."""
        return set(self.to_books) & set(self.to_field)


def as_pair(subject: Subject, policy: Policy) -> Pair | None:
    """None when an ancestor of the books record has never been seen."""
    if subject.books is None or subject.field is None or subject.tie is None or subject.names is None:
        return None
    return Pair(
        kind=subject.kind,
        tie=subject.tie,
        books=as_in_field(subject, policy),
        field=subject.field.values,
        books_seen=subject.books,
        field_seen=subject.field,
        derived=subject.kind is Kind.CUSTOMER and customer.is_derived(subject.names, policy),
    )


def as_in_field(subject: Subject, policy: Policy) -> dict[str, Any]:
    """What the books record of a subject looks like in the field system."""
    books, names = subject.books, subject.names
    if books is None or names is None:
        raise ValueError(f"it was never seen whole: {subject.top}")
    if subject.kind is Kind.CUSTOMER:
        return customer.to_field(books.values, names, policy, subject.jobs)
    values = {field: books.values.get(field) for field in LABELS[subject.kind]}
    return {**values, "active": True} if policy.keeps_retired else values


Source: TypeAlias = tuple[Side | None, bool]
"""The side whose value of a field counts, None = neither changed it; and whether both did, so that one gives way."""


def merged(pair: Pair, policy: Policy, facts: Facts) -> Weighed:
    """Two-way: a field that one side changed goes to the other; one that both changed, by the clash rule."""
    return _weigh(pair, facts, policy, lambda name: _merge_field(pair, name, policy, facts))


def master_wins(pair: Pair, master: Side, policy: Policy, facts: Facts) -> Weighed:
    """One-way, and the master's record changed: all mapped fields of it go (spec 2.2)."""

    def source(name: str) -> Source:
        other_kept = pair.tie.field_kept if master is Side.BOOKS else pair.tie.books_kept
        there = (pair.field if master is Side.BOOKS else pair.books).get(name)
        if (
            not pair.moved(master, name)
            and not _waits_no_more(pair, master, name, facts)
            and name in other_kept
            and alike(name, there, other_kept[name])
        ):
            return None, False  # that side keeps it so, and nothing new came
        return master, False

    return _weigh(pair, facts, policy, source)


def _weigh(pair: Pair, facts: Facts, policy: Policy, source: Callable[[str], Source]) -> Weighed:
    found = Weighed()
    for name in LABELS[pair.kind]:
        mine, theirs = pair.books.get(name), pair.field.get(name)
        if alike(name, mine, theirs):
            if not alike(name, mine, pair.tie.base.get(name)) or name in pair.tie.field_kept:
                found.agreed[name] = mine
            continue
        goes_from, clash = source(name)
        if name == "name" and pair.derived:
            _derived_name(pair, found, goes_from, policy)
        elif name == "locations" and policy.direction == "two_way" and _own_moved(pair):
            _locations(pair, found, policy, facts)
        elif goes_from is Side.BOOKS and (mine or name not in TAXES):
            _to_field(pair, found, name, mine, facts, clash)
        elif goes_from is Side.FIELD:
            _to_books(pair, found, name, theirs, facts, clash)
    for name in found.twice:
        found.agreed.pop(name, None)
    return found


def _own_moved(pair: Pair) -> bool:
    """Whether the field side changed its list in a way that has to be put together with the books': those changed
    theirs too, or show jobs in it. What differs about jobs alone comes from the books."""
    if not pair.moved(Side.FIELD, "locations"):
        return False
    if pair.moved(Side.BOOKS, "locations"):
        return True
    lists = [values.get("locations") or () for values in (pair.field, pair.tie.base, pair.books)]
    own = [customer.own_locations(each) for each in lists[:2]]
    has_jobs = any(location.get("job") for each in lists for location in each)
    return has_jobs and not alike("locations", *own)


def _merge_field(pair: Pair, name: str, policy: Policy, facts: Facts) -> Source:
    books, field = pair.moved(Side.BOOKS, name), pair.moved(Side.FIELD, name)
    field = field or _waits_no_more(pair, Side.FIELD, name, facts)
    books = books or _waits_no_more(pair, Side.BOOKS, name, facts)
    if books and field:
        return newer(pair.books_seen, pair.field_seen, policy, facts), True
    return (Side.BOOKS if books else Side.FIELD if field else None), False


def _give(pair: Pair, found: Weighed, side: Side, name: str, value: Any, clash: bool) -> None:
    """This side is to be given this value."""
    if clash:
        losing = pair.field.get(name) if side is Side.FIELD else pair.books.get(name)
        found.lost.setdefault(side, {})[name] = losing
        found.clashes.append(_clash(pair, name, side.other))
    (found.to_field if side is Side.FIELD else found.to_books)[name] = value
    found.agreed[name] = value


def _to_books(pair: Pair, found: Weighed, name: str, value: Any, facts: Facts, clash: bool) -> None:
    """What the books cannot be given waits, and is not lost (spec 2.1); in a conflict it gives way."""
    if not facts.can_take(Side.BOOKS, pair.kind, name, value):
        if clash and facts.can_take(Side.FIELD, pair.kind, name, pair.books.get(name)):
            _give(pair, found, Side.FIELD, name, pair.books.get(name), clash)
            return
        found.kept[name] = value
        if value and pair.tie.field_kept.get(name) != value:  # a blank is "not stated", and never written
            found.unknown[name] = facts.called(pair.kind, name, value)
        return
    if name == "locations":
        mine = pair.books.get(name) or ()
        to_be = [*customer.own_locations(value), *(entry for entry in mine if entry.get("job"))]
        if not alike(name, to_be, value):
            found.kept[name] = value  # what differs about jobs comes from the books
        if alike(name, to_be, mine):
            return
        value = to_be
    _give(pair, found, Side.BOOKS, name, value, clash)


def _to_field(pair: Pair, found: Weighed, name: str, value: Any, facts: Facts, clash: bool) -> None:
    """The same the other way: the field side may lack what the books refer to. A blank clears it there."""
    if value and not facts.can_take(Side.FIELD, pair.kind, name, value):
        if clash and facts.can_take(Side.BOOKS, pair.kind, name, pair.field.get(name)):
            _give(pair, found, Side.BOOKS, name, pair.field.get(name), clash)
            return
        found.kept_books[name] = value
        if pair.tie.books_kept.get(name) != value:
            found.unknown_here[name] = facts.called(pair.kind, name, value)
        return
    _give(pair, found, Side.FIELD, name, value, clash)


def waits_no_more(pair: Pair, side: Side, facts: Facts) -> bool:
    """Whether the other side has something by now that a reference of this side waited for."""
    return any(_waits_no_more(pair, side, name, facts) for name in REFERENCES[pair.kind])


def _waits_no_more(pair: Pair, side: Side, name: str, facts: Facts) -> bool:
    kept, there = (
        (pair.tie.books_kept, pair.books) if side is Side.BOOKS else (pair.tie.field_kept, pair.field)
    )
    value = there.get(name)
    return (
        name in REFERENCES[pair.kind] and name in kept and facts.can_take(side.other, pair.kind, name, value)
    )


def _derived_name(pair: Pair, found: Weighed, goes_from: Side | None, policy: Policy) -> None:
    """A derived name comes from the books, always. An edit of it in the field system is noted (spec 3.1)."""
    edited = pair.moved(Side.FIELD, "name")
    from_books = pair.moved(Side.BOOKS, "name") or goes_from is Side.BOOKS
    if from_books and Side.FIELD in WRITES[policy.direction]:
        if edited and policy.direction == "two_way":
            found.lost.setdefault(Side.FIELD, {})["name"] = pair.field.get("name")
            found.clashes.append(_clash(pair, "name", Side.BOOKS))
        found.to_field["name"] = found.agreed["name"] = pair.books["name"]
    elif edited:
        found.kept["name"] = pair.field.get("name")
        found.misnamed = True


def _locations(pair: Pair, found: Weighed, policy: Policy, facts: Facts) -> None:
    """The field side changed the list, and perhaps the books did: it is put together entry by entry (spec 3.4)."""
    winner = newer(pair.books_seen, pair.field_seen, policy, facts)
    base = pair.tie.base.get("locations") or ()
    mine, theirs = pair.books.get("locations") or (), pair.field.get("locations") or ()
    together, gave_way = locations.merge(base, mine, theirs, winner)
    if len(customer.own_locations(together)) > customer.LOCATIONS_MOST:
        found.too_many = len(customer.own_locations(together))
        return
    if gave_way:
        found.lost.setdefault(winner.other, {})["locations"] = gave_way
        found.clashes.append(_clash(pair, "locations", winner))
    if not alike("locations", customer.own_locations(together), customer.own_locations(mine)):
        found.to_books["locations"] = together
    if not alike("locations", together, theirs):
        found.to_field["locations"] = together
    found.agreed["locations"] = together


def _clash(pair: Pair, name: str, winner: Side) -> str:
    whose = "QuickBooks" if winner is Side.BOOKS else "the field system"
    return f"{LABELS[pair.kind][name]} (the one of {whose} counts)"
