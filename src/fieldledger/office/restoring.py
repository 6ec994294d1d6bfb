"""Taking something back: a record that was deleted in the field system (spec 2.11), and values that were overwritten or
gave way in a conflict (spec 2.4, 10.2). What is asked for becomes a wish, and a later sync carries it out.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select

from fieldledger.journal import Journal, Tx, events, holds, links, sights, wishes
from fieldledger.journal.events import Event
from fieldledger.journal.links import Link
from fieldledger.journal.schema import events as events_table
from fieldledger.journal.wishes import Wish
from fieldledger.model.kinds import Kind, Side
from fieldledger.office import deciding
from fieldledger.office.companies import find
from fieldledger.office.deciding import NEXT, WHERE, called, there
from fieldledger.office.errors import CannotDo, NoSuchThing, WrongUse
from fieldledger.policy.kinds import LABELS, REFERENCES, alike, words
from fieldledger.policy.settings import as_policies, complete
from fieldledger.policy.verdicts import WRITES
from fieldledger.session import references


def _writes(tx: Tx, company: str, kind: Kind) -> Collection[Side]:
    return WRITES[as_policies(complete(find(tx, company).settings))[kind].direction]


def _link_of(tx: Tx, company: str, kind: Kind, record: str) -> Link | None:
    for side in Side:
        found = links.load(tx, company, side, kind, [record]).get(record)
        if found is not None:
            return found
    return None


def deleted_in_field(tx: Tx, company: str, kind: Kind, link: Link | None) -> bool:
    """Whether this pair has lost its field record, and it could be brought back."""
    if link is None or link.state == "books_deleted" or Side.FIELD not in _writes(tx, company, kind):
        return False
    seen = sights.load(tx, company, Side.FIELD, kind, [link.field]).get(link.field)
    return link.state == "field_deleted" or (seen is not None and seen.gone is not None)


def bring_back(journal: Journal, company: str, kind: Kind, record: str, who: str) -> dict[str, Any]:
    """A record that was deleted in the field system is imported again, as a new one. record: an id of either side.

    Returns record, name, told. Raises `CannotDo` with the reason when there is nothing to bring back.
    """
    with journal.write() as tx:
        writes = _writes(tx, company, kind)
        link = _link_of(tx, company, kind, record)
        if link is None:
            raise CannotDo(f"{record} has no pair that could have been deleted in the field system.")
        if Side.FIELD not in writes:
            raise CannotDo(
                "Customers go from the field system to QuickBooks here, so nothing is brought into the field system."
            )
        books = there(tx, company, kind, Side.BOOKS, link.books)
        name = books.values.get("name") or ""
        if not deleted_in_field(tx, company, kind, link):
            raise CannotDo(
                f"{called(books, Side.BOOKS)} was not deleted in the field system: it is no. {link.field}."
            )
        if books.values.get("active") is False:
            raise CannotDo(
                f"{called(books, Side.BOOKS)} is inactive in QuickBooks, and only active records are brought over; "
                "make it active there first."
            )
        deciding.take_back(tx, company, kind, link.books, link.field)
        links.forget(tx, company, kind, [link.id])
        freed = holds.solve(tx, company, kind, [link.books], by=who, at=journal.stamp())
        sights.mark_due(tx, company, Side.BOOKS, kind, freed)
        told = f"Bring {called(books, Side.BOOKS)} back into the field system, where no. {link.field} was deleted."
        deciding.write_down(
            tx, company, kind, journal.stamp(), books=[link.books], field=[link.field], told=told, who=who, name=name,
            what="unlinked", before=link.base,
        )  # fmt: skip
    return {"record": record, "name": name, "told": f"{told} {NEXT}"}


WROTE = ("updated", "deactivated", "conflict")
"""Lines of the history that hold values which somebody had entered and which are there no more."""


def may_put_back(event: Event) -> tuple[str, ...]:
    """The fields whose former values a line of the history holds, in reading order. A reference that was blank is "not
    stated", which is never written (spec 2.1)."""
    before, after = event.before, event.after
    if event.what not in WROTE or not before or after is None or event.kind != Kind.CUSTOMER:
        return ()  # what QuickBooks keeps is changed there, and what is kept here is edited here
    return tuple(
        field
        for field in LABELS[Kind.CUSTOMER]
        if field in before and field in after and not alike(field, before[field], after[field])
        and (before[field] or field not in REFERENCES[Kind.CUSTOMER])
    )  # fmt: skip


def put_back(
    journal: Journal, company: str, event: int, fields: Collection[str] = (), *, who: str
) -> dict[str, Any]:
    """The values that this line of the history says were overwritten, or gave way, are wanted again: on both sides, as
    far as the direction allows.

    fields  which of them, by name; () = all that the line holds. Returns event, name, fields, values, told.
    Raises `NoSuchThing`, `WrongUse` on a field that the line does not hold, `CannotDo` when it cannot be done.
    """
    with journal.write() as tx:
        found = _event(tx, company, event)
        kind = Kind(found.kind) if found.kind in tuple(Kind) else None
        held = may_put_back(found)
        if kind is None or not held:
            raise CannotDo("Nothing was overwritten there, so there is nothing to put back.")
        writes = _writes(tx, company, kind)
        _check(fields, held)
        link = _link_of(tx, company, kind, found.books or found.field)
        if link is None:
            raise CannotDo(f"{found.name} is not one of a pair any more; values are put back on a pair.")
        seen = {
            side: there(tx, company, kind, side, id)
            for side, id in ((Side.BOOKS, link.books), (Side.FIELD, link.field))
        }
        wanted = [field for field in LABELS[kind] if field in (fields or held)]
        if seen[Side.BOOKS].parent is not None and "name" in wanted:
            if fields and wanted == ["name"]:
                raise CannotDo("The name of a job comes from QuickBooks; it is not put back from here.")
            wanted.remove("name")
        before = found.before or {}
        values = {field: before[field] for field in wanted}
        known = references.load(tx, company)
        shown = {Side.BOOKS: seen[Side.BOOKS].values, Side.FIELD: known.shared(kind, seen[Side.FIELD].values)}
        if all(
            alike(field, shown[side].get(field), value) for field, value in values.items() for side in writes
        ):
            raise CannotDo(
                f"{words(kind, values)}: that is what stands there now, so there is nothing to put back."
            )
        wish = Wish(
            kind=kind, books=link.books, field=link.field, what=wishes.PUT_BACK, content={"values": values}, who=who,
            at=journal.stamp(),
        )  # fmt: skip
        wishes.put(tx, company, wish)
        sides = " and ".join(WHERE[side] for side in Side if side in writes)
        told = f"Put back in {sides}: {words(kind, values)}, as before {found.at[:16].replace('T', ' ')} UTC."
        deciding.write_down(
            tx,
            company,
            kind,
            wish.at,
            books=[link.books],
            field=[link.field],
            told=told,
            who=who,
            name=found.name,
        )
    return {"event": event, "name": found.name, "fields": wanted, "values": values, "told": f"{told} {NEXT}"}


def _check(fields: Collection[str], held: Collection[str]) -> None:
    for field in fields:
        known = LABELS[Kind.CUSTOMER]
        if field not in known:
            raise WrongUse(f"There is no field {field!r}; there are: {', '.join(known)}.")
        if field not in held:
            raise WrongUse(
                f"That line of the history holds no former {known[field]}; it holds: {words(Kind.CUSTOMER, held)}."
            )


def _event(tx: Tx, company: str, event: int) -> Event:
    row = tx.execute(
        select(events_table.c.kind, events_table.c.books, events_table.c.field).where(
            events_table.c.company == company, events_table.c.id == event
        )
    ).first()
    about = events.of_record(tx, company, row.kind, row.books, row.field) if row else []
    found = next((each for each in about if each.id == event), None)
    if found is None:
        raise NoSuchThing(f"There is no line {event} about a record in the history.")
    return found
