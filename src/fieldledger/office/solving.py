"""What a person does about what needs attention: link, rename, ignore, try again, make again (spec 2.8), in the words
of `fieldledger.policy.ways_out`. What is decided becomes a wish; it must never be carried out here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fieldledger.journal import Journal, events, holds, links, sights, wishes
from fieldledger.journal.holds import Hold
from fieldledger.model.kinds import Kind, Side
from fieldledger.model.names import name_key
from fieldledger.office import deciding
from fieldledger.office.cases import Case, ways_out, written
from fieldledger.office.companies import find
from fieldledger.office.deciding import NEXT, WHERE, called, there
from fieldledger.office.errors import CannotDo, NoSuchThing, WrongUse
from fieldledger.office.renaming import rename
from fieldledger.policy.verdicts import WRITES
from fieldledger.policy.ways_out import IGNORE, LINK, MAKE_AGAIN, RENAME, RETRY

WORDS = (LINK, RENAME, IGNORE, RETRY, MAKE_AGAIN)
MANY = (LINK, IGNORE, RETRY)
"""What can be asked for all at once: each of these needs no further answer."""


def candidates(hold: Hold) -> tuple[str, ...]:
    """What it may be linked with: the records of the other side that it collides with."""
    return hold.others if hold.others_side is not hold.holder[0] else ()


def solve(
    journal: Journal,
    company: str,
    hold: int,
    do: str,
    *,
    other: str = "",
    name: str = "",
    side: str = "",
    who: str,
) -> dict[str, Any]:
    """Decide about a hold.

    do     a word of WORDS, one of those that its kind of trouble allows
    other  the record of the other side, for link (left out when there is exactly one); the one to be renamed, for
           rename, when there are several
    name, side  the new name, and where: books or field; left out = in the field system, where there is a record

    Returns hold, name, action, told. Raises `NoSuchThing`, `WrongUse` on what makes no sense, `CannotDo` on what does
    not go (any more).
    """
    if do not in WORDS:
        raise WrongUse(f"There is no action {do!r}; there are: {', '.join(WORDS)}.")
    if name and do != RENAME:
        raise WrongUse(f"A name goes with rename, not with {do}.")
    if side and side not in tuple(Side):
        raise WrongUse(f"The side is {' or '.join(Side)}, not {side!r}.")
    with journal.write() as tx:
        find(tx, company)
        found = holds.one(tx, company, hold)
        if found is None:
            raise NoSuchThing(f"Nothing under the number {hold} ever needed attention.")
        if found.solved_at is not None:
            by = {"sync": "by itself"}.get(found.solved_by or "", f"by {found.solved_by}")
            raise CannotDo(f"{found.name or 'It'} does not wait any more: it was solved {by}.")
        allowed = ways_out(found)
        if do not in allowed:
            raise CannotDo(_not_here(found, do, allowed))
        case = Case(tx, company, found, who, journal.stamp())
        if do == LINK:
            told = _link(case, other)
        elif do == RENAME:
            told = rename(case, other, deciding.checked_name(found.kind, name), side)
        elif do == IGNORE:
            told = _ignore(case)
        elif do == RETRY:
            told = written(case, "Try it again.")
        else:
            told = _make_again(case)
    return {"hold": hold, "name": found.name, "action": do, "told": f"{told} {NEXT}"}


def _not_here(hold: Hold, do: str, allowed: Sequence[str]) -> str:
    if hold.under is not None:
        return f"{hold.name} waits for its customer; solve that one, and it follows."
    there_are = f"there are: {', '.join(allowed)}" if allowed else "it is solved where it came up"
    return f"{do} is no way out here; {there_are}."


def decided(journal: Journal, company: str, hold: int) -> str:
    """The name of what this hold was about, "" while it waits, and where there is none."""
    with journal.read() as tx:
        found = holds.one(tx, company, hold)
    return "" if found is None or found.solved_at is None else found.name or "It"


# ---- link ---------------------------------------------------------------------------------------------------------


def _link(case: Case, other: str) -> str:
    hold = case.hold
    side, holder = hold.holder
    known = candidates(hold)
    if not other and len(known) != 1:
        several = f"there are {len(known)}: {', '.join(known)}" if known else "none is known"
        raise WrongUse(f"Say which record of {WHERE[side.other]} it is to be linked with; {several}.")
    other = other or known[0]
    books, field = (holder, other) if side is Side.BOOKS else (other, holder)
    told = _unite(case, books, field)
    return written(case, told, books=[books], field=[field], pair=(books, field))


def _unite(case: Case, books: str, field: str) -> str:
    seen = [
        there(case.tx, case.company, case.hold.kind, side, id)
        for side, id in ((Side.BOOKS, books), (Side.FIELD, field))
    ]
    for side, id, sight in ((Side.BOOKS, books, seen[0]), (Side.FIELD, field, seen[1])):
        tied = links.load(case.tx, case.company, side, case.hold.kind, [id]).get(id)
        if tied is not None and tied.state != "live":
            # The other half was deleted: that pair is over, and its values stay in the history.
            links.forget(case.tx, case.company, case.hold.kind, [tied.id])
            over = events.Event(
                what="unlinked", told=f"{called(sight, side)} was linked with a record that is deleted; it is free.",
                kind=case.hold.kind.value, books=tied.books, field=tied.field, who=case.who, before=tied.base,
            )  # fmt: skip
            events.record(case.tx, case.company, None, case.at, [over])
        elif tied is not None:
            pair = f"no. {tied.field}" if side is Side.BOOKS else tied.books
            raise CannotDo(f"{called(sight, side)} is linked already, with {pair} of {WHERE[side.other]}.")
    case.wish(wishes.LINK, books, field)
    return (
        f"{called(seen[0], Side.BOOKS)} in QuickBooks and {called(seen[1], Side.FIELD)} in the field system are one: "
        "link them."
    )


def link_pair(journal: Journal, company: str, books: str, field: str, who: str) -> dict[str, Any]:
    """Two records that nobody holds are one, as a person saw (`likeness.likely`): the sync links them. Holds of either
    are solved by it. Returns books, field, told. Raises `CannotDo`."""
    kind = Kind.CUSTOMER
    with journal.write() as tx:
        find(tx, company)
        at = journal.stamp()
        open_ = [
            hold
            for side, id in ((Side.BOOKS, books), (Side.FIELD, field))
            for hold in holds.load(tx, company, kind, [id], side).values()
        ]
        nobody = Hold(kind=kind, books=books, field=field, code="", name="", told="", todo="")
        told = _unite(Case(tx, company, nobody, who, at), books, field)
        for hold in open_:
            written(Case(tx, company, hold, who, at), told, pair=(books, field))
        if not open_:
            name = there(tx, company, kind, Side.FIELD, field).values.get("name") or ""
            deciding.write_down(
                tx, company, kind, at, books=[books], field=[field], told=told, who=who, name=name
            )
    return {"books": books, "field": field, "told": f"{told} {NEXT}"}


# ---- ignore, make again -------------------------------------------------------------------------------------------


def _ignore(case: Case) -> str:
    hold = case.hold
    side, holder = hold.holder
    seen = sights.load(case.tx, case.company, side, hold.kind, [holder]).get(holder)
    name = (seen.values.get("name") if seen else None) or hold.name
    if hold.books and hold.field:
        pair = [
            sights.load(case.tx, case.company, each, hold.kind, [id])[id].digest
            for each, id in ((Side.BOOKS, hold.books), (Side.FIELD, hold.field))
        ]
        case.wish(wishes.IGNORE, hold.books, hold.field, pair=pair)
        return written(case, "Leave both as they are, and do not ask again until one of them is edited.")
    case.wish(wishes.IGNORE, hold.books, hold.field, name_key=name_key(name))
    # The field records that it collides with rest with it; they would only be asked about one by one.
    rivals = hold.others if hold.others_side is Side.FIELD and hold.books else ()
    asked = wishes.load(case.tx, case.company, hold.kind, (), rivals)[1]
    for rival, theirs in sights.load(case.tx, case.company, Side.FIELD, hold.kind, rivals).items():
        if rival in asked:
            continue  # a person said something else about it
        case.wish(wishes.IGNORE, "", rival, name_key=name_key(theirs.values.get("name")), beside=hold.books)
    return written(case, f"Leave it as it is, and do not ask again as long as it is called {name}.")


def _make_again(case: Case) -> str:
    hold = case.hold
    side, holder = hold.holder
    link = links.load(case.tx, case.company, side, hold.kind, [holder]).get(holder)
    if link is None:
        raise CannotDo(f"{hold.name} is not one of a pair any more, so there is nothing to make again.")
    seen = {
        each: sights.load(case.tx, case.company, each, hold.kind, [id]).get(id)
        for each, id in ((Side.BOOKS, link.books), (Side.FIELD, link.field))
    }
    gone = [each for each, sight in seen.items() if sight is None or sight.gone is not None]
    if len(gone) != 1:
        raise CannotDo(
            f"{hold.name} is {'there' if not gone else 'deleted'} on both sides by now; retry or ignore."
        )
    if gone[0] not in WRITES[case.direction]:
        raise CannotDo(f"Customers do not go to {WHERE[gone[0]]} here, so it cannot be created there again.")
    deciding.take_back(case.tx, case.company, hold.kind, link.books, link.field)
    links.forget(case.tx, case.company, hold.kind, [link.id])
    return written(
        case, f"Create it again in {WHERE[gone[0]]}.", books=[link.books], field=[link.field],
        pair=(link.books, link.field), what="unlinked", before=link.base,
    )  # fmt: skip


# ---- many at once -------------------------------------------------------------------------------------------------


def solve_many(
    journal: Journal, company: str, do: str, which: Sequence[int] | None = None, *, who: str
) -> list[dict[str, Any]]:
    """The same for many holds, one after the other; a failure stops none of the others.

    which  holds by number; None = all for which it is a way out, and for link those with exactly one candidate
    Returns for each hold, name, result (done, failed) and told. Raises `WrongUse` when it cannot be asked of many.
    """
    if do not in MANY:
        raise WrongUse(f"Of many at once can be asked: {', '.join(MANY)}; not {do!r}.")
    with journal.read() as tx:
        find(tx, company)
        open_ = holds.listed(tx, company)
    if which is None:
        wanted = [
            hold.id for hold in open_ if do in ways_out(hold) and (do != LINK or len(candidates(hold)) == 1)
        ]
    else:
        wanted = list(dict.fromkeys(which))
    names = {hold.id: hold.name for hold in open_}
    told = []
    for hold in wanted:
        try:
            done = solve(journal, company, hold, do, who=who)
            told.append({"hold": hold, "name": done["name"], "result": "done", "told": done["told"]})
        except CannotDo as error:
            told.append({"hold": hold, "name": names.get(hold, ""), "result": "failed", "told": str(error)})
    return told
