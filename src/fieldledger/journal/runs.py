"""Runs (the sync log's headings) and cursors (up to where a side has been read)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Row, delete, func, insert, select, update

from fieldledger.journal.database import Tx
from fieldledger.journal.schema import cursors, runs
from fieldledger.journal.upsert import upsert


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """outcome: "" while it runs, then done, waiting (for approval), stopped (with the reason in told) or broken
    (the session died). counts: read, created, updated, skipped, held, warnings, …"""

    id: int
    company: str
    number: int
    epoch: int
    reason: str
    started_at: str
    ended_at: str | None
    outcome: str
    told: str
    counts: dict[str, int]


def _run(row: Row[Any]) -> Run:
    values = dict(row._mapping)
    values["counts"] = json.loads(values["counts"])
    return Run(**values)


def start(tx: Tx, company: str, epoch: int, reason: str, at: str) -> int:
    number = tx.execute(
        select(func.coalesce(func.max(runs.c.number), 0) + 1).where(runs.c.company == company)
    )
    done = tx.execute(
        insert(runs).values(
            company=company, number=number.scalar_one(), epoch=epoch, reason=reason, started_at=at
        )
    )  # fmt: skip
    key = done.inserted_primary_key
    assert key is not None
    return int(key[0])


def end(tx: Tx, run: int, outcome: str, told: str, counts: Mapping[str, int], at: str) -> None:
    """Close a run; one that is closed stays as it is."""
    tx.execute(
        update(runs)
        .where(runs.c.id == run, runs.c.ended_at.is_(None))
        .values(outcome=outcome, told=told, counts=json.dumps(dict(counts)), ended_at=at)
    )


def progress(tx: Tx, run: int, counts: Mapping[str, int]) -> None:
    tx.execute(update(runs).where(runs.c.id == run).values(counts=json.dumps(dict(counts))))


def abandon(tx: Tx, company: str, at: str, told: str) -> None:
    """Runs that nobody can finish any more."""
    tx.execute(
        update(runs)
        .where(runs.c.company == company, runs.c.ended_at.is_(None))
        .values(outcome="broken", told=told, ended_at=at)
    )


def newest(tx: Tx, company: str, limit: int = 50, before: int | None = None) -> list[Run]:
    """Newest first; ``before`` is a run number to page on from."""
    query = select(runs).where(runs.c.company == company)
    if before is not None:
        query = query.where(runs.c.number < before)
    return [_run(row) for row in tx.execute(query.order_by(runs.c.number.desc()).limit(limit))]


def by_number(tx: Tx, company: str, number: int) -> Run | None:
    row = tx.execute(select(runs).where(runs.c.company == company, runs.c.number == number)).first()
    return _run(row) if row else None


def cursor(tx: Tx, company: str, name: str) -> str | None:
    value = tx.execute(select(cursors.c.value).where(cursors.c.company == company, cursors.c.name == name))
    return value.scalar_one_or_none()


def move_cursor(tx: Tx, company: str, name: str, value: str | None) -> None:
    """None forgets the cursor."""
    if value is None:
        tx.execute(delete(cursors).where(cursors.c.company == company, cursors.c.name == name))
    else:
        upsert(tx, cursors, {"company": company, "name": name, "value": value})
