"""Renaming a record that needs attention (spec 2.8): which one, whether a person may, and whether the name is free."""

from __future__ import annotations

from typing import Any

from fieldledger.journal import Tx, holds, links, sights, wishes
from fieldledger.model.kinds import Kind, Side
from fieldledger.model.names import name_key
from fieldledger.office.cases import Case, ways_out, written
from fieldledger.office.companies import find
from fieldledger.office.deciding import WHERE, called, there
from fieldledger.office.errors import CannotDo, WrongUse
from fieldledger.policy.kinds import WORDS
from fieldledger.policy.settings import complete
from fieldledger.policy.ways_out import RENAME, may_rename


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
        if sight is not None and sight.gone is None and may_rename(direction, side, found.kind):
            told.append({"side": side.value, "id": id, "name": sight.values.get("name") or ""})
    return told


def rename(case: Case, other: str, name: str, side: str) -> str:
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
    return written(case, told, books=[books], field=[field], pair=pair)


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
        wanted = next(
            (each for each in order if known[each] and may_rename(case.direction, each, hold.kind)), order[0]
        )
        if len(known[wanted]) > 1:
            raise WrongUse(f"Say which of them is to be renamed: {', '.join(known[wanted])}.")
        record = known[wanted][0] if known[wanted] else ""
    if not may_rename(case.direction, wanted, hold.kind):
        why = (
            "Customers go from QuickBooks to the field system here, so"
            if hold.kind is Kind.CUSTOMER
            else f"Of {WORDS[hold.kind].many}"
        )
        raise CannotDo(
            f"{why} nothing is renamed in QuickBooks; do that there yourself, and the next sync sees it."
        )
    if not record:
        raise CannotDo(
            f"There is no record of it in {WHERE[wanted]} that could be renamed; rename it in {WHERE[wanted.other]}."
        )
    return wanted, record


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
