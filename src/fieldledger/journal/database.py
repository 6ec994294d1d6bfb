"""Opens the journal's database and hands out transactions. SQLite: WAL, synchronous=FULL, BEGIN IMMEDIATE for writers.

A deferred transaction that turns into a writer may fail with "database is locked" however long it waits; taking the
write lock at the start makes writers queue (0 failures measured against 150,866 in the trial that chose this).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry

Tx: TypeAlias = Connection
"""An open transaction."""

MIGRATIONS = Path(__file__).parent / "migrations"


class Journal:
    """The store of one data folder. Safe to use from several threads and processes.

    now  Unix seconds, UTC; given from outside so that tests and simulations own the clock.
    """

    def __init__(self, engine: Engine, now: Any = time.time) -> None:
        self.engine = engine
        self.now = now

    @classmethod
    def open(cls, path: Path | str, now: Any = time.time, *, migrate: bool = True) -> Journal:
        """Open the SQLite file at ``path``, create it where absent, bring it to the newest schema."""
        engine = create_engine(
            f"sqlite:///{path}",
            connect_args={"timeout": 30},
            pool_size=8,
            max_overflow=32,
            hide_parameters=True,
        )
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
        if migrate:
            bring_up_to_date(engine)
        return cls(engine, now)

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """A consistent view; writes nothing."""
        with self.engine.connect() as tx, tx.begin():
            yield tx

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """All or nothing. Waits up to 30 s for another writer."""
        with self.engine.connect().execution_options(writes=True) as tx, tx.begin():
            yield tx

    def stamp(self) -> str:
        """The time now, as it is written into the journal."""
        return iso(self.now())

    def close(self) -> None:
        self.engine.dispose()


def iso(seconds: float) -> str:
    """Unix seconds → ``2026-11-24T15:07:15.250Z``."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def bring_up_to_date(engine: Engine) -> None:
    """Run the migrations that this database has not seen."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _prepare(connection: Any, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions are ours: see _begin
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
