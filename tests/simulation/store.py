"""The engine's real journal over a database that lives in memory and is wound back for each schedule.

One connection: what a killed server had not committed is rolled back, as a real crash would. The disk itself is not on
trial here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import cache
from typing import Any

from sqlalchemy import Engine, StaticPool, create_engine, event, select

from fieldledger.journal import companies, database
from fieldledger.journal.companies import Company
from fieldledger.journal.schema import metadata
from fieldledger.policy.settings import complete
from tests.support.world import WatchedJournal

COMPANY = "c1"
FILE_ID = "5f0c2a52-77aa-4a5e-9d6f-0c51a3b0d001"


class _Memory:
    def __init__(self) -> None:
        self.connection = sqlite3.connect(":memory:", check_same_thread=False)
        self.connection.isolation_level = None
        self.connection.execute("PRAGMA foreign_keys=ON")
        self.engine = create_engine("sqlite://", creator=lambda: self.connection, poolclass=StaticPool)
        event.listen(self.engine, "begin", database._begin)
        database.bring_up_to_date(self.engine)
        self.empty = self.connection.serialize()

    def wound_back(self) -> Engine:
        self.connection.deserialize(self.empty)
        self.connection.execute("PRAGMA foreign_keys=ON")
        return self.engine


@cache
def _memory() -> _Memory:
    return _Memory()


def new_journal(now: Callable[[], float], chosen: dict[str, str]) -> WatchedJournal:
    """An empty journal with one company in it. One at a time: it takes the place of the last one."""
    journal = WatchedJournal(_memory().wound_back(), now)
    settings = complete(chosen)
    company = Company(
        id=COMPANY, name="Simulated", user="simulated", password_hash="x", token_hash="x", file_id=FILE_ID,
        settings=settings, identity={}, sync_asked="", approval_due="", created_at=journal.stamp(),
    )  # fmt: skip
    with journal.write() as tx:
        companies.add(tx, 1, company)
    return journal


def rows(journal: WatchedJournal, but: tuple[str, ...] = ()) -> dict[str, list[Any]]:
    """Every row, by table."""
    with journal.read() as tx:
        return {
            table.name: sorted(map(repr, tx.execute(select(table))))
            for table in metadata.sorted_tables
            if table.name not in but
        }
