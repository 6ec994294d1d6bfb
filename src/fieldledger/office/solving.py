"""What a person does about what needs attention: link, rename, ignore, try again, make again (spec 2.8), in the words
of `fieldledger.policy.ways_out`. What is decided becomes a wish; it must never be carried out here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from fieldledger.journal import Journal, Tx, holds, links, sights, wishes
from fieldledger.journal.holds import Hold
from fieldledger.journal.wishes import Wish
from fieldledger.model.kinds import Kind, Side
from fieldledger.model.names import name_key
from fieldledger.model.plan import Reason
from fieldledger.office import deciding
from fieldledger.office.companies import find
from fieldledger.office.deciding import NEXT, WHERE, called, there
from fieldledger.office.errors import CannotDo, NoSuchThing, WrongUse
from fieldledger.policy.settings import complete
from fieldledger.policy.verdicts import WRITES
from fieldledger.policy.ways_out import IGNORE, LINK, MAKE_AGAIN, RENAME, RETRY, WAYS_OUT, may_rename

WORDS = (LINK, RENAME, IGNORE, RETRY, MAKE_AGAIN)
MANY = (LINK, IGNORE, RETRY)
"""What can be asked for all at once: each of these needs no further answer."""


def ways_out(hold: Hold) -> tuple[str, ...]:
    """The words that may be said about this hold."""
    try:
        return WAYS_OUT.get(Reason(hold.code), ())
    except ValueError:
        return ()


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
            told = _rename(case, other, deciding.checked_name(name), side)
        elif do == IGNORE:
            told = _ignore(case)
        elif do == RETRY:
            told = _written(case, "Try it again.")
        else:
            told = _make_again(case)
    return {"hold": hold, "name": found.name, "action": do, "told": f"{told} {NEXT}"}


class Case(NamedTuple):
    """A hold in the hands of a person, within one transaction."""

    tx: Tx
    company: str
    hold: Hold
    who: str
    at: str

    @property
    def direction(self) -> str:
        return complete(find(self.tx, self.company).settings)["customers.direction"]

    def wish(self, what: str, books: str, field: str, **content: Any) -> None:
        deciding.take_back(self.tx, self.company, self.hold.kind, books, field)
        asked = Wish(
            kind=self.hold.kind,
            books=books,
            field=field,
            what=what,
            content=content,
            who=self.who,
            at=self.at,
        )
        wishes.put(self.tx, self.company, asked)


def _not_here(hold: Hold, do: str, allowed: Sequence[str]) -> str:
    if hold.under is not None:
        return f"{hold.name} waits for its customer; solve that one, and it follows."
    there_are = f"there are: {', '.join(allowed)}" if allowed else "it is solved where it came up"
    return f"{do} is no way out here; {there_are}."


def _written(
    case: Case, told: str, *, books: Iterable[str] = (), field: Iterable[str] = (), pair: tuple[str, str] = ("", ""),
    what: str = "asked", before: dict[str, Any] | None = None,
) -> str:  # fmt: skip
    """Close the hold; it and everything that waited inside it, or that it collides with, is looked at again."""
    hold, tx = case.hold, case.tx
    holder_side, holder = hold.holder
    freed = holds.solve(tx, case.company, hold.kind, [holder], by=case.who, at=case.at, side=holder_side)
    touched: dict[Side, list[str]] = {Side.BOOKS: [hold.books, *books], Side.FIELD: [hold.field, *field]}
    touched[hold.others_side] += hold.others
    deciding.write_down(
        tx, case.company, hold.kind, case.at, told=told, who=case.who, name=hold.name, what=what, before=before,
        books=list(dict.fromkeys(filter(None, touched[Side.BOOKS]))),
        field=list(dict.fromkeys(filter(None, touched[Side.FIELD]))),
        pair=pair if any(pair) else (hold.books, hold.field),
    )  # fmt: skip
    sights.mark_due(tx, case.company, Side.BOOKS, hold.kind, freed)
    return told


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
    return _written(case, told, books=[books], field=[field], pair=(books, field))


def _unite(case: Case, books: str, field: str) -> str:
    seen = [
        there(case.tx, case.company, case.hold.kind, side, id)
        for side, id in ((Side.BOOKS, books), (Side.FIELD, field))
    ]
    for side, id, sight in ((Side.BOOKS, books, seen[0]), (Side.FIELD, field, seen[1])):
        tied = links.load(case.tx, case.company, side, case.hold.kind, [id]).get(id)
        if tied is not None:
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
            _written(Case(tx, company, hold, who, at), told, pair=(books, field))
        if not open_:
            name = there(tx, company, kind, Side.FIELD, field).values.get("name") or ""
            deciding.write_down(
                tx, company, kind, at, books=[books], field=[field], told=told, who=who, name=name
            )
    return {"books": books, "field": field, "told": f"{told} {NEXT}"}


# ---- rename -------------------------------------------------------------------------------------------------------


def _rename(case: Case, other: str, name: str, side: str) -> str:
    target, record = _to_rename(case, other, side)
    sight = there(case.tx, case.company, case.hold.kind, target, record)
    link = links.load(case.tx, case.company, target, case.hold.kind, [record]).get(record)
    books, field = (
        (link.books, link.field) if link else ("", record) if target is Side.FIELD else (record, "")
    )
    if link and _is_job(case, link.books):
        raise CannotDo(
            "The name of a job comes from QuickBooks: rename the job or its customer there, or choose another "
            "job_name in the settings."
        )
    _free(case, name, {(Side.BOOKS, books), (Side.FIELD, field)})
    case.wish(wishes.RENAME, books, field, side=target.value, name=name)
    told = f"Rename {called(sight, target)} in {WHERE[target]} to {name}."
    pair = (books or case.hold.books, field or case.hold.field)
    return _written(case, told, books=[books], field=[field], pair=pair)


def _to_rename(case: Case, other: str, side: str) -> tuple[Side, str]:
    """Which record, on which side: the one that was named; else the hold's own of that side, else the only one that it
    collides with there."""
    hold = case.hold
    mine = {Side.BOOKS: hold.books, Side.FIELD: hold.field}
    known = {
        each: [id] if id else list(hold.others if hold.others_side is each else ())
        for each, id in mine.items()
    }
    if other:
        about = [
            *((each, id) for each, id in mine.items() if id),
            *((hold.others_side, id) for id in hold.others),
        ]
        named = [(each, id) for each, id in about if id == other and side in ("", each)]
        if not named:
            raise WrongUse(f"{other!r} is none of the records that this is about.")
        wanted, record = named[0]
    else:
        order = [Side(side)] if side else [Side.FIELD, Side.BOOKS]
        wanted = next((each for each in order if known[each] and may_rename(case.direction, each)), order[0])
        if len(known[wanted]) > 1:
            raise WrongUse(f"Say which of them is to be renamed: {', '.join(known[wanted])}.")
        record = known[wanted][0] if known[wanted] else ""
    if not may_rename(case.direction, wanted):
        raise CannotDo(
            "Customers go from QuickBooks to the field system here, so nothing is renamed in QuickBooks; do that there "
            "yourself, and the next sync sees it."
        )
    if not record:
        raise CannotDo(
            f"There is no record of it in {WHERE[wanted]} that could be renamed; rename it in {WHERE[wanted.other]}."
        )
    return wanted, record


def renameable(tx: Tx, company: str, hold: int) -> list[dict[str, Any]]:
    """The records that rename may be said about, the usual one first: side, id, name."""
    found = holds.one(tx, company, hold)
    if found is None or RENAME not in ways_out(found):
        return []
    direction = complete(find(tx, company).settings)["customers.direction"]
    about = [(Side.FIELD, found.field), (Side.BOOKS, found.books)]
    about += [(found.others_side, id) for id in found.others]
    about.sort(key=lambda each: each[0] is Side.BOOKS)
    told = []
    for side, id in about:
        sight = sights.load(tx, company, side, found.kind, [id]).get(id) if id else None
        if sight is not None and sight.gone is None and may_rename(direction, side):
            told.append({"side": side.value, "id": id, "name": sight.values.get("name") or ""})
    return told


def decided(journal: Journal, company: str, hold: int) -> str:
    """The name of what this hold was about, "" while it waits, and where there is none."""
    with journal.read() as tx:
        found = holds.one(tx, company, hold)
    return "" if found is None or found.solved_at is None else found.name or "It"


def _is_job(case: Case, books: str) -> bool:
    seen = sights.load(case.tx, case.company, Side.BOOKS, case.hold.kind, [books]).get(books)
    return seen is not None and seen.parent is not None


def _free(case: Case, name: str, mine: set[tuple[Side, str]]) -> None:
    """A name that the record bears already, or that another customer bears, would only be the next duplicate."""
    key = name_key(name)
    bearers = {
        (side, sight.record): sight
        for side in Side
        for sight in sights.by_name(case.tx, case.company, side, case.hold.kind, [key]).get(key, ())
    }
    if any(bearer in mine and sight.values.get("name") == name for bearer, sight in bearers.items()):
        raise CannotDo(f"It is called {name} already.")
    for (side, id), sight in bearers.items():
        if (side, id) not in mine and sight.parent is None:
            raise CannotDo(
                f"{called(sight, side)} in {WHERE[side]} bears that name already; choose another one."
            )


# ---- ignore, make again -------------------------------------------------------------------------------------------


def _ignore(case: Case) -> str:
    hold = case.hold
    side, holder = hold.holder
    seen = sights.load(case.tx, case.company, side, hold.kind, [holder]).get(holder)
    name = (seen.values.get("name") if seen else None) or hold.name
    case.wish(wishes.IGNORE, hold.books, hold.field, name_key=name_key(name))
    return _written(case, f"Leave it as it is, and do not ask again as long as it is called {name}.")


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
    return _written(
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
