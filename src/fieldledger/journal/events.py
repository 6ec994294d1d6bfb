"""The history: appended, never changed. Every line says what happened, to which record, why, and in which run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, insert, or_, select

from fieldledger.journal.database import Tx
from fieldledger.journal.schema import events
from fieldledger.model.record import pack, unpack

WORDS = (
    "created", "updated", "deactivated", "skipped", "held", "noted", "released", "failed", "stopped",
    "connected", "settings", "approved", "moved", "retried", "planned", "linked", "unlinked", "conflict", "asked",
)  # fmt: skip


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """what: one of WORDS. reason: code. told: the sentence. severity: info, warning, error. before, after: the
    values that were overwritten and written."""

    what: str
    told: str
    severity: str = "info"
    kind: str = ""
    books: str = ""
    field: str = ""
    name: str = ""
    reason: str = ""
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    who: str = "sync"
    run: int | None = None
    at: str = ""
    id: int = 0


def record(tx: Tx, company: str, run: int | None, at: str, happened: Sequence[Event]) -> None:
    rows = []
    for event in happened:
        if event.what not in WORDS:
            raise ValueError(f"{event.what!r} is not a word of the history")
        row = msgspec.structs.asdict(event)
        del row["id"]
        for name in ("before", "after"):
            row[name] = None if row[name] is None else pack(row[name])
        rows.append({**row, "company": company, "run": run, "at": at})
    if rows:
        tx.execute(insert(events), rows)


def _event(row: Row[Any]) -> Event:
    values = dict(row._mapping)
    del values["company"]
    for name in ("before", "after"):
        values[name] = None if values[name] is None else unpack(values[name])
    return Event(**values)


def of_run(tx: Tx, company: str, run: int, limit: int = 1_000_000, after: int = 0) -> list[Event]:
    """What a run did, in order; ``run`` is the run's id, ``after`` an event id to page on from."""
    query = select(events).where(events.c.company == company, events.c.run == run, events.c.id > after)
    return [_event(row) for row in tx.execute(query.order_by(events.c.id).limit(limit))]


def of_record(tx: Tx, company: str, kind: str, books: str, field: str) -> list[Event]:
    """The history of a record over both sides, oldest first; "" for a side where it does not exist."""
    mine = []
    if books:
        mine.append(events.c.books == books)
    if field:
        mine.append(events.c.field == field)
    if not mine:
        return []
    query = select(events).where(events.c.company == company, events.c.kind == kind, or_(*mine))
    return [_event(row) for row in tx.execute(query.order_by(events.c.id))]


def newest(tx: Tx, company: str, limit: int = 20) -> list[Event]:
    query = select(events).where(events.c.company == company).order_by(events.c.id.desc())
    return [_event(row) for row in tx.execute(query.limit(limit))]
