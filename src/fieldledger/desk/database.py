"""The desk's database file: connections, transactions and migrations. It knows no table by name.

Every writer takes the write lock at once (BEGIN IMMEDIATE), so two of them wait for each other and never clash; every
commit is on disk before it is answered (synchronous=FULL).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, event

MIGRATIONS = Path(__file__).parent / "migrations"
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=30000",
    "cache_size=-32768",  # KiB: the list's index of 300,000 customers stays in memory
)


class Database:
    """One SQLite file, brought to the newest schema when it is opened."""

    def __init__(self, path: Path | str) -> None:
        self.engine = create_engine(
            f"sqlite:///{path}",
            connect_args={"timeout": 30},
            pool_size=8,
            max_overflow=32,
            hide_parameters=True,
        )
        event.listen(self.engine, "connect", _prepare)
        event.listen(self.engine, "begin", _begin)
        with self.write() as tx:
            command.upgrade(migrations(tx), "head")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of everything and writes nothing."""
        with self.engine.connect() as tx, tx.begin():
            yield tx

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is the only writer; an exception undoes all of it."""
        with self.engine.connect().execution_options(writes=True) as tx, tx.begin():
            yield tx

    def close(self) -> None:
        self.engine.dispose()


def migrations(tx: Connection) -> Config:
    """Alembic over our migrations, inside ``tx``."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = tx
    return config


def _prepare(connection: Any, _: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
