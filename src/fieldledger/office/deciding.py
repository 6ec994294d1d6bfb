"""What every decision of a person does, whatever it is about: it is written down as a wish that the planner reads, what
was planned for its records is planned anew, they are looked at by the next sync, and the history tells who asked.

Nothing is carried out here: the sync does that, and a direction is not overruled by pressing a button (spec 10.6).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from fieldledger.journal import Tx, companies, events, holds, links, plans, sights, wishes
from fieldledger.journal.sights import Sight
from fieldledger.model.kinds import Kind, Side
from fieldledger.office.companies import find
from fieldledger.office.errors import CannotDo, WrongUse

NAME_MOST: Mapping[Kind, int] = {
    Kind.CUSTOMER: 41, Kind.TAX_RATE: 31, Kind.PAYMENT_TERM: 31, Kind.SALES_TAX_CODE: 3,
}  # fmt: skip
"""Characters of a name in QuickBooks."""

WHERE = {Side.BOOKS: "QuickBooks", Side.FIELD: "the field system"}

NEXT = "It is carried out at the next sync."


def write_down(
    tx: Tx, company: str, kind: Kind, at: str, *, books: Collection[str], field: Collection[str], told: str, who: str,
    name: str, what: str = "asked", pair: tuple[str, str] = ("", ""), before: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """A person decided about these records.

    told, what, name, before  the line of the history; pair: the records in whose history it stands, "" = the first of
    each side
    """
    found = find(tx, company)
    for side, ids in ((Side.BOOKS, books), (Side.FIELD, field)):
        plans.replace(tx, company, kind, side, ids)
        sights.mark_due(tx, company, side, kind, ids)
    _show_waiting(tx, company, kind, field, f"Decided by {who}; carried out at the next sync.", at)
    if not found.sync_asked:
        companies.change(tx, company, sync_asked="changes")
    event = events.Event(
        what=what, told=told, kind=kind.value, name=name, who=who, before=dict(before) if before else None,
        books=pair[0] or next(iter(books), ""), field=pair[1] or next(iter(field), ""),
    )  # fmt: skip
    events.record(tx, company, None, at, [event])


def _show_waiting(tx: Tx, company: str, kind: Kind, field: Collection[str], detail: str, at: str) -> None:
    """The badge of the field records that are there."""
    seen = sights.load(tx, company, Side.FIELD, kind, field)
    tied = links.load(tx, company, Side.FIELD, kind, seen)
    books = sights.load(tx, company, Side.BOOKS, kind, [link.books for link in tied.values()])
    names = {record: books[link.books].full_name for record, link in tied.items() if link.books in books}
    badges = [
        holds.Status(
            kind=kind, field=record, status="Waiting", detail=detail, books_name=names.get(record, ""), at=at
        )
        for record, sight in seen.items()
        if sight.gone is None
    ]
    holds.set_statuses(tx, company, badges)


def take_back(tx: Tx, company: str, kind: Kind, books: str, field: str) -> None:
    """What was asked about these records before, and is not carried out yet, gives way to what is asked now; values to
    put back do not. The other records of what is taken back are looked at again."""
    asked = wishes.load(tx, company, kind, [books] if books else [], [field] if field else [])
    old = {wish.id: wish for half in asked for theirs in half.values() for wish in theirs}
    gone = [wish for wish in old.values() if wish.what != wishes.PUT_BACK]
    wishes.fulfilled(tx, [wish.id for wish in gone])
    sights.mark_due(tx, company, Side.BOOKS, kind, {wish.books for wish in gone} - {books, ""})
    sights.mark_due(tx, company, Side.FIELD, kind, {wish.field for wish in gone} - {field, ""})


def there(tx: Tx, company: str, kind: Kind, side: Side, record: str) -> Sight:
    """The record, which must be there. Raises `CannotDo`."""
    seen = sights.load(tx, company, side, kind, [record]).get(record)
    if seen is None:
        elsewhere = sights.load(tx, company, side.other, kind, [record])
        if elsewhere:
            raise CannotDo(
                f"{record} is a record of {WHERE[side.other]}; one of {WHERE[side]} is needed here."
            )
        raise CannotDo(
            f"{WHERE[side].capitalize()} has no {kind} with the id {record!r}, as far as the sync has seen."
        )
    if seen.gone is not None:
        raise CannotDo(f"{called(seen, side)} was deleted in {WHERE[side]}.")
    return seen


def called(sight: Sight, side: Side) -> str:
    """How a person recognises it: its full name in QuickBooks, its name and number in the field system."""
    name = sight.full_name or sight.values.get("name") or "Without a name"
    return name if side is Side.BOOKS else f"no. {sight.record} ({name})"


def checked_name(kind: Kind, name: str) -> str:
    """A name that both sides can bear, blanks folded. Raises `WrongUse` that names the limit; nothing is ever cut."""
    name = " ".join(name.split())
    if not name:
        raise WrongUse("The new name is missing.")
    most = NAME_MOST[kind]
    if len(name) > most:
        raise WrongUse(f"The new name has {len(name)} characters; QuickBooks allows {most}.")
    if ":" in name:
        raise WrongUse("The new name contains a colon, which QuickBooks keeps for the names of jobs.")
    for sign in name:
        if not sign.isprintable() or not _storable(sign):
            raise WrongUse(
                f"The new name contains {sign!r} (U+{ord(sign):04X}), which QuickBooks cannot store."
            )
    return name


def _storable(sign: str) -> bool:
    try:
        sign.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True
