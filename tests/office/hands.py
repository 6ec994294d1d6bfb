"""A journal filled by hand: records as they were last seen, pairs, holds. For what people decide about them, without a
QuickBooks and without a sync."""

from __future__ import annotations

from typing import Any

from fieldledger.journal import Journal, events, holds, links, sights
from fieldledger.journal.holds import Hold
from fieldledger.journal.links import Agreed
from fieldledger.model.kinds import Kind, Side
from fieldledger.model.plan import Reason
from fieldledger.model.record import Gone, Record

CUSTOMER = Kind.CUSTOMER


def seen(
    journal: Journal, side: Side, id: str, name: str, *, parent: str = "", full_name: str = "", **values: Any
) -> None:
    """The record was seen, and the planner has looked at it."""
    record = Record(
        kind=CUSTOMER, id=id, version="1764000000", modified="2025-11-24T10:00:00", parent_id=parent or None,
        full_name=full_name or name, values={"name": name, "active": True, **values},
    )  # fmt: skip
    with journal.write() as tx:
        sights.observe(tx, "c1", side, [record], pass_no=1, read_at=1_764_000_500.0, at=journal.stamp())
        sights.decided(tx, "c1", side, CUSTOMER, {id: ""})


def books(journal: Journal, id: str, name: str, **values: Any) -> None:
    seen(journal, Side.BOOKS, id, name, **values)


def field(journal: Journal, id: str, name: str, **values: Any) -> None:
    seen(journal, Side.FIELD, id, name, **values)


def gone(journal: Journal, side: Side, id: str) -> None:
    with journal.write() as tx:
        sights.observe_gone(tx, "c1", side, [Gone(kind=CUSTOMER, id=id)], journal.stamp())
        sights.decided(tx, "c1", side, CUSTOMER, {id: ""})


def pair(journal: Journal, books_id: str, field_id: str, base: dict[str, Any], state: str = "live") -> None:
    with journal.write() as tx:
        agreed = Agreed(books=books_id, field=field_id, base=base, rules="", state=state)
        links.make(tx, "c1", CUSTOMER, [agreed], journal.stamp())


def hold(journal: Journal, reason: Reason, name: str, **more: Any) -> int:
    """An open hold; its number."""
    made = Hold(kind=CUSTOMER, code=reason.value, name=name, told="told", todo="todo", **more)
    with journal.write() as tx:
        holds.put(tx, "c1", [made], journal.stamp())
        side, record = made.holder
        return holds.load(tx, "c1", CUSTOMER, [record], side)[record].id


def happened(journal: Journal, what: str, **more: Any) -> int:
    """A line of the history; its number."""
    with journal.write() as tx:
        events.record(
            tx, "c1", None, journal.stamp(), [events.Event(what=what, told="told", kind="customer", **more)]
        )
        return events.newest(tx, "c1", 1)[0].id


def due(journal: Journal) -> set[str]:
    """The records that the next sync looks at."""
    every = [f"{letter}{number}" for letter in ("", "B") for number in range(30)]
    with journal.read() as tx:
        seen_ = [sight for side in Side for sight in sights.load(tx, "c1", side, CUSTOMER, every).values()]
    return {sight.record for sight in seen_ if sight.due}
