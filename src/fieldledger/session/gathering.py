"""Everything that deciding a slice of records needs, out of the journal: one query a question, not one a record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from fieldledger.journal import Tx, holds, links, plans, runs, sights, wishes
from fieldledger.journal.links import Link
from fieldledger.journal.sights import Sight
from fieldledger.journal.wishes import Wish
from fieldledger.model.kinds import LISTS, Kind, Side
from fieldledger.model.names import name_key
from fieldledger.model.plan import Reason
from fieldledger.model.record import digest, pack
from fieldledger.plan.subject import Asked, Seen, Subject, Tie
from fieldledger.policy.kinds import customer
from fieldledger.policy.kinds.customer import JobSeen
from fieldledger.policy.rules import Policy
from fieldledger.session import references
from fieldledger.session.references import References

KIND = Kind.CUSTOMER
AHEAD = 120
"""Seconds by which an edit may lie in our future before QuickBooks' clock is not to be trusted."""
OPENED = 1000
"""Open intents that are looked at for what they are about to create."""


def of_books(tx: Tx, company: str, policy: Policy, due: Sequence[Sight]) -> list[Subject]:
    """Books records with their other halves, in the order given."""
    kind, known = policy.kind, references.as_planned(tx, company)
    chains = _chains(tx, company, kind, due)
    tied = links.load(tx, company, Side.BOOKS, kind, [sight.record for sight in due])
    fields = sights.load(tx, company, Side.FIELD, kind, [link.field for link in tied.values()])
    tops = {
        sight.record: chain[0].record if chain else sight.record
        for sight, chain in zip(due, chains, strict=True)
    }
    held = holds.load(tx, company, kind, set(tops.values()))
    asked, of_field = wishes.load(
        tx,
        company,
        kind,
        {*tops.values(), *(sight.record for sight in due)},
        [link.field for link in tied.values()],
    )
    top_names = {chain[0].record: name_key(chain[0].values.get("name")) for chain in chains if chain}
    ignored = {
        record
        for record, theirs in asked.items()
        if any(
            wish.what == wishes.IGNORE and wish.content.get("name_key") == top_names.get(record)
            for wish in theirs
        )
    }
    clock = float(runs.cursor(tx, company, f"clock:{Side.BOOKS}") or 0)
    derived = {
        sight.record: customer.derived_name(names_of(chain), policy)
        if kind is Kind.CUSTOMER
        else names_of(chain)[-1]
        for sight, chain in zip(due, chains, strict=True)
        if chain and sight.record not in tied and sight.gone is None
    }
    candidates = _field_candidates(tx, company, kind, known, derived, asked)
    jobs = (
        {}
        if kind is not Kind.CUSTOMER
        else _jobs(
            tx, company, policy, [sight for sight in due if sight.parent is None and sight.gone is None]
        )
    )
    needed = references.needed(tx, company, kind)
    subjects = []
    for sight, chain in zip(due, chains, strict=True):
        link = tied.get(sight.record)
        field = fields.get(link.field) if link else None
        top = tops[sight.record]
        mine = [*asked.get(sight.record, ()), *(of_field.get(link.field, ()) if link else ())]
        subjects.append(
            Subject(
                kind=kind, books=seen(sight, Side.BOOKS, clock=clock), names=names_of(chain) if chain else None,
                top=top, top_held=top in held and top != sight.record,
                top_ignored=top in ignored and top != sight.record,
                tie=_tie(link, known, kind) if link else None,
                field=seen(field, Side.FIELD, known=known, kind=kind) if field else None,
                candidates=candidates.get(sight.record, ()), jobs=jobs.get(sight.record, ()),
                wishes=_asked(mine, Side.BOOKS, sight, field),
                needed=not needed.isdisjoint(each.id for each in candidates.get(sight.record, ())),
            )
        )  # fmt: skip
    return subjects


def of_field(tx: Tx, company: str, kind: Kind, due: Sequence[Sight]) -> list[Subject]:
    """Field records without a link. What we are creating ourselves, and were not told of yet, is
    left out, and so is what is about to be linked."""
    known = references.as_planned(tx, company)
    needed = references.needed(tx, company, kind)
    ours = _being_created(tx, company, kind, known)
    taken = plans.to_be_linked(tx, company, kind, [sight.record for sight in due])
    due = [sight for sight in due if sight.digest not in ours and sight.record not in taken]
    keys = {name_key(sight.values.get("name")) for sight in due if sight.gone is None}
    tops = {
        key: [sight for sight in group if sight.parent is None]
        for key, group in sights.by_name(tx, company, Side.BOOKS, kind, keys).items()
    }
    linked = set(
        links.load(
            tx, company, Side.BOOKS, kind, {sight.record for group in tops.values() for sight in group}
        )
    )
    unsure = undecidable(tx, company, kind, Side.BOOKS, [sight for group in tops.values() for sight in group])
    same = sights.by_name(tx, company, Side.FIELD, kind, keys)
    tied = links.load(
        tx, company, Side.FIELD, kind, {sight.record for group in same.values() for sight in group}
    )
    halves = sights.load(tx, company, Side.BOOKS, kind, [link.books for link in tied.values()])
    asked = _possible(
        tx, company, kind, wishes.load(tx, company, kind, (), [sight.record for sight in due])[1]
    )
    found = []
    for sight in due:
        key = name_key(sight.values.get("name"))
        twins = sorted(
            (
                twin.record
                for twin in same.get(key, ())
                if _age(twin.record) < _age(sight.record) and twin.decision != Reason.IGNORED
                and (
                    _gives_its_name(tied[twin.record], halves) if twin.record in tied
                    else twin.values.get("active") is not False
                )
            ),
            key=_age,
        )  # fmt: skip
        found.append(
            Subject(
                kind=kind, field=seen(sight, Side.FIELD, known=known, kind=kind), twins=tuple(twins[:1]),
                needed=sight.record in needed,
                candidates=tuple(
                    seen(top, Side.BOOKS, linked=top.record in linked, unsure=top.record in unsure)
                    for top in tops.get(key, ())
                ),
                wishes=_asked(asked.get(sight.record, ()), Side.FIELD, sight),
            )
        )  # fmt: skip
    return found


def _gives_its_name(link: Link, halves: Mapping[str, Sight]) -> bool:
    """Whether the books record of this pair is a customer that bears the name of the field record, or will when that
    is written: a job's name is made up here, and what is gone gets none."""
    half = halves.get(link.books)
    return link.state == "live" and half is not None and half.gone is None and half.parent is None


def _possible(tx: Tx, company: str, kind: Kind, asked: Mapping[str, Sequence[Wish]]) -> dict[str, list[Wish]]:
    """Without links to books records that are gone, or have a pair by now."""
    wanted = {wish.books for theirs in asked.values() for wish in theirs if wish.what == wishes.LINK}
    there = {
        id for id, sight in sights.load(tx, company, Side.BOOKS, kind, wanted).items() if sight.gone is None
    }
    there -= set(links.load(tx, company, Side.BOOKS, kind, there))
    return {
        record: [wish for wish in theirs if wish.what != wishes.LINK or wish.books in there]
        for record, theirs in asked.items()
    }


def _age(record: str) -> tuple[int, str]:
    """The field side counts its records: of two, the one with the lower number is the older."""
    return len(record), record


def undecidable(tx: Tx, company: str, kind: Kind, side: Side, due: Sequence[Sight]) -> set[str]:
    """Of these, the records about which nobody can tell whether they are ours: they wait for a person, and no decision
    takes that away. One that is gone is decided."""
    there = [sight.record for sight in due if sight.gone is None]
    found = {
        record
        for record, hold in holds.load(tx, company, kind, there, side).items()
        if hold.code == Reason.UNSURE
    }
    claimed = holds.claimed(tx, company, kind, there, side)
    for each in Side:
        holders = {holder for theirs in claimed.values() for its, holder in theirs if its is each}
        unsure = {
            record
            for record, hold in holds.load(tx, company, kind, holders, each).items()
            if hold.code == Reason.UNSURE
        }
        found |= {record for record, theirs in claimed.items() if any((each, id) in theirs for id in unsure)}
    return found


def seen(
    sight: Sight, side: Side, *, linked: bool = False, dead: bool = False, unsure: bool = False, clock: float = 0.0,
    known: References | None = None, kind: Kind = Kind.CUSTOMER,
) -> Seen:  # fmt: skip
    """known: the pairs that a field record refers to. clock: seconds by which the side's clock is ahead of ours. An
    edit that lies in the future all the same tells no time: that clock was set meanwhile, or nobody has measured it."""
    edited = edited_books(sight.version) if side is Side.BOOKS else edited_field(sight.modified)
    if side is Side.BOOKS and edited is not None and edited > sight.read_at + clock + AHEAD:
        edited = None
    return Seen(
        id=sight.record, values=sight.values if known is None else known.shared(kind, sight.values),
        digest=sight.digest, version=sight.version, gone=sight.gone is not None, due=sight.due,
        decision=sight.decision, linked=linked, dead=dead, unsure=unsure, edited=edited,
    )  # fmt: skip


def edited_books(version: str) -> float | None:
    """An EditSequence is the Unix second of the last edit, by the clock of the QuickBooks computer (rules.md 30). The
    printed stamp is no help: its offset forgets summer time."""
    return float(version) if version.isdecimal() else None


def edited_field(modified: str) -> float | None:
    """Of a stamp in UTC."""
    try:
        return datetime.fromisoformat(modified).timestamp()
    except ValueError:
        return None


def _tie(link: Link, known: References, kind: Kind) -> Tie:
    return Tie(
        base=known.resolved(kind, link.base),
        books_kept=link.books_kept,
        field_kept=link.field_kept,
        rules=link.rules,
        state=link.state,
    )


def _asked(theirs: Iterable[Wish], side: Side, sight: Sight, other: Sight | None = None) -> tuple[Asked, ...]:
    """other: the other half of the pair."""
    found: dict[int, Asked] = {}
    for wish in theirs:
        content = wish.content
        if wish.what == wishes.IGNORE and not _still_ignored(content, sight, other):
            continue
        found[wish.id] = Asked(
            id=wish.id, what=wish.what, other=wish.field if side is Side.BOOKS else wish.books,
            values=content.get("values") or {}, name=content.get("name") or "",
            side=Side(content.get("side") or Side.FIELD),
        )  # fmt: skip
    return tuple(found.values())


def _still_ignored(content: Mapping[str, Any], sight: Sight, other: Sight | None) -> bool:
    """A pair is left alone until one of its records is edited; another record as long as it bears its name."""
    if "pair" in content:
        return other is not None and list(content["pair"]) == [sight.digest, other.digest]
    return bool(content.get("name_key") == name_key(sight.values.get("name")))


def _chains(tx: Tx, company: str, kind: Kind, due: Sequence[Sight]) -> list[tuple[Sight, ...] | None]:
    """For each sight the records from the top of its tree down to itself; None when one was never seen."""
    known = {sight.record: sight for sight in due}
    missing = {sight.parent for sight in due if sight.parent} - set(known)
    while missing:
        found = sights.load(tx, company, Side.BOOKS, kind, missing)
        known.update(found)
        missing = {sight.parent for sight in found.values() if sight.parent} - set(known)
    return [_chain(sight, known) for sight in due]


def _chain(sight: Sight, known: Mapping[str, Sight]) -> tuple[Sight, ...] | None:
    chain = [sight]
    while chain[0].parent is not None:
        above = known.get(chain[0].parent)
        if above is None or above in chain:
            return None
        chain.insert(0, above)
    return tuple(chain)


def names_of(chain: Sequence[Sight]) -> tuple[str, ...]:
    return tuple(sight.values.get("name") or "" for sight in chain)


def _field_candidates(
    tx: Tx,
    company: str,
    kind: Kind,
    known: References,
    derived: Mapping[str, str],
    asked: Mapping[str, Sequence[Wish]],
) -> dict[str, tuple[Seen, ...]]:
    """Field records without a link by the books record whose name they bear, without those that another hold claims;
    and those that a person named."""
    keys = {record: name_key(name) for record, name in derived.items()}
    by_name = sights.by_name(tx, company, Side.FIELD, kind, set(keys.values()))
    wanted = {
        record: [wish.field for wish in asked.get(record, ()) if wish.what == wishes.LINK]
        for record in derived
    }
    named = sights.load(tx, company, Side.FIELD, kind, {id for ids in wanted.values() for id in ids})
    found = [sight.record for group in by_name.values() for sight in group]
    if not found and not named:
        return {}
    linked = links.load(tx, company, Side.FIELD, kind, {*found, *named})
    halves = sights.load(tx, company, Side.BOOKS, kind, [link.books for link in linked.values()])
    gone = {record for record, sight in halves.items() if sight.gone is not None}
    dead = {record for record, link in linked.items() if link.state == "books_deleted" or link.books in gone}
    # A customer of that name that is one of another pair: names of jobs are made up, and count for nothing here.
    of_tops = {
        record
        for record, link in linked.items()
        if record not in dead and link.books in halves and halves[link.books].parent is None
    }
    claimed = holds.claimed(tx, company, kind, found)
    # What we are creating may be there already, and be told of before the answer to its create comes.
    ours = _being_created(tx, company, kind, known)
    left_alone = wishes.load(tx, company, kind, (), found)[1]

    def free(sight: Sight, record: str) -> bool:
        holders = [holder for side, holder in claimed.get(sight.record, ()) if side is Side.BOOKS]
        return (
            (sight.record not in linked or sight.record in dead) and sight.digest not in ours
            and not any(
                wish.what == wishes.IGNORE and _still_ignored(wish.content, sight, None)
                for wish in left_alone.get(sight.record, ())
            )
            and all(holder == record for holder in holders)
        )  # fmt: skip

    result: dict[str, tuple[Seen, ...]] = {}
    for record, key in keys.items():
        group = {
            sight.record: sight
            for sight in by_name.get(key, ())
            if free(sight, record) or sight.record in of_tops
        }
        group.update((id, named[id]) for id in wanted[record] if id in named)
        result[record] = tuple(
            seen(
                each,
                Side.FIELD,
                linked=id in linked and (id not in dead or (kind in LISTS and linked[id].state == "live")),
                dead=id in dead,
                known=known,
                kind=kind,
            )
            for id, each in group.items()
        )
    return result


def _being_created(tx: Tx, company: str, kind: Kind, known: References) -> set[bytes]:
    return {
        digest(pack(known.for_field(kind, action.after or {})))
        for action in plans.opened(tx, company, OPENED, side=Side.FIELD)
        if action.field is None and action.kind is kind
    }


def _jobs(tx: Tx, company: str, policy: Policy, tops: Sequence[Sight]) -> dict[str, tuple[JobSeen, ...]]:
    """Where jobs are locations: those below each of these customers that are active and no records of their own."""
    if policy.jobs != "as_locations" or not tops:
        return {}
    below: dict[str, list[Sight]] = {}
    level = {top.record: top.record for top in tops}
    seen_before = set(level)
    while level:
        found = sights.children(tx, company, KIND, level)
        next_level: dict[str, str] = {}
        for parent, children in found.items():
            for child in children:
                if child.record not in seen_before:
                    seen_before.add(child.record)
                    next_level[child.record] = level[parent]
                    below.setdefault(level[parent], []).append(child)
        level = next_level
    linked = links.load(
        tx, company, Side.BOOKS, KIND, [job.record for jobs in below.values() for job in jobs]
    )
    return {
        top: tuple(
            JobSeen(job.record, job.values)
            for job in sorted(jobs, key=lambda job: (job.depth, name_key(job.full_name), job.record))
            if job.record not in linked and job.values.get("active") is not False
        )
        for top, jobs in below.items()
    }
