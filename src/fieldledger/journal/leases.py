"""The right of one session to work on a company. The epoch rises at every take.

A ticket is stored as its SHA-256. Whoever settles anything calls `keep` with its epoch first, inside the
same transaction: who holds an old one can no longer write.
"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
from sqlalchemy import Row, select, update

from fieldledger.journal.database import Tx
from fieldledger.journal.schema import leases
from fieldledger.journal.upsert import upsert


class Lease(msgspec.Struct, frozen=True, kw_only=True):
    """opened_at, heard_at: Unix seconds. open: the session has not been closed. state: the session, packed."""

    company: str
    epoch: int
    open: bool
    run: int | None
    state: bytes
    opened_at: float
    heard_at: float
    request_out: bool
    interrupted: bool
    last_error: str


def ticket_hash(ticket: str) -> str:
    return hashlib.sha256(ticket.encode()).hexdigest()


def _lease(row: Row[Any]) -> Lease:
    values = dict(row._mapping)
    values["open"] = values.pop("ticket_hash") is not None
    return Lease(**values)


def get(tx: Tx, company: str) -> Lease | None:
    row = tx.execute(select(leases).where(leases.c.company == company)).first()
    return _lease(row) if row else None


def by_ticket(tx: Tx, ticket: str) -> Lease | None:
    """The lease that this ticket opened, as long as nobody took over or closed it."""
    row = tx.execute(select(leases).where(leases.c.ticket_hash == ticket_hash(ticket))).first()
    return _lease(row) if row else None


def take(tx: Tx, company: str, ticket: str, run: int, now: float) -> int:
    """Start a session; whoever had the lease loses it. Returns the new epoch."""
    before = get(tx, company)
    epoch = before.epoch + 1 if before else 1
    upsert(
        tx, leases,
        {
            "company": company, "epoch": epoch, "ticket_hash": ticket_hash(ticket), "run": run, "state": b"",
            "opened_at": now, "heard_at": now, "request_out": False, "interrupted": False, "last_error": "",
        },
    )  # fmt: skip
    return epoch


def keep(tx: Tx, company: str, epoch: int, **columns: Any) -> bool:
    """Change columns of the lease, if ``epoch`` still holds it and was not closed."""
    mine = (leases.c.company == company) & (leases.c.epoch == epoch) & leases.c.ticket_hash.is_not(None)
    done = tx.execute(update(leases).where(mine).values(**columns))
    return done.rowcount == 1


def interrupt_all(tx: Tx) -> int:
    """The server starts: whatever session was open has lost its server. Its holder may go on, a newcomer may take
    over at once. Returns how many there were."""
    done = tx.execute(update(leases).where(leases.c.ticket_hash.is_not(None)).values(interrupted=True))
    return done.rowcount
