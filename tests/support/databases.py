"""Databases for worlds that live as long as a test. An empty one is made once in a process, by the product's own
migrations, and copied; what SQLAlchemy has compiled for one test serves the next; and nothing waits for the disk, since
nobody pulls the plug of this machine: a killed process loses nothing that it has committed.

Migrations and what the disk is asked for are proved elsewhere, on files that the product opens by itself.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import ClassVar

from fastapi import FastAPI
from sqlalchemy import QueuePool, create_engine, event

from fieldledger.desk import database as desk_database
from fieldledger.desk.app import bearer, create_app
from fieldledger.desk.store import Store
from fieldledger.journal import Journal
from fieldledger.journal import database as journal_database

Now = Callable[[], float]


class Database:
    """An SQLAlchemy engine that outlives a test. product: the module whose databases it opens. path: the file at
    hand. When that is done with, whoever holds it disposes of the engine's connections."""

    def __init__(self, product: ModuleType) -> None:
        self.path = Path()
        self.engine = create_engine(
            "sqlite://", creator=self._connect, poolclass=QueuePool, pool_size=8, max_overflow=32
        )
        event.listen(self.engine, "connect", product._prepare)
        event.listen(
            self.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF")
        )
        event.listen(self.engine, "begin", product._begin)

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, timeout=30, check_same_thread=False)


class JournalFile:
    """What a world's journal stands on. `take` one for a file, and `leave` it."""

    free: ClassVar[list[JournalFile]] = []

    def __init__(self) -> None:
        self.database = Database(journal_database)

    @classmethod
    def take(cls, path: Path) -> JournalFile:
        """path: made where it is absent."""
        if not path.exists():
            empty_journal(path)
        taken = cls.free.pop() if cls.free else cls()
        taken.database.path = path
        return taken

    def leave(self) -> None:
        self.database.engine.dispose()
        self.free.append(self)


class Desk:
    """A desk: its store, and its REST API for the engine, under the token "engine". `take` one for a file, and
    `leave` it. Nobody listens to it (`Store.listen`), since it has another world's records next."""

    free: ClassVar[list[Desk]] = []

    def __init__(self) -> None:
        self._now: Now = lambda: 0.0
        self.database = Database(desk_database)
        with tempfile.TemporaryDirectory() as folder:
            self.store = Store(empty_desk(Path(folder, "desk.db")), now=lambda: self._now())
            self.store.close()
        self.store.database.engine = self.database.engine
        self.app: FastAPI = create_app(self.store, bearer("engine"))

    @classmethod
    def take(cls, path: Path, now: Now) -> Desk:
        """path: made where it is absent. now: Unix seconds."""
        taken = cls.free.pop() if cls.free else cls()
        if not path.exists():
            empty_desk(path)
        taken.database.path, taken._now = path, now
        return taken

    def leave(self) -> None:
        self.database.engine.dispose()
        self.free.append(self)


def empty_journal(path: Path) -> Path:
    """A journal in which nothing is, at this path, for `Journal.open` with migrate=False."""
    path.write_bytes(_empty(Journal.open))
    return path


def empty_desk(path: Path) -> Path:
    """A desk in which nothing is, at this path; `Store` finds it up to date."""
    path.write_bytes(_empty(Store))
    return path


@cache
def _empty(make: Callable[[Path], Journal | Store]) -> bytes:
    """The file that the product makes where there is none."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "made.db")
        make(path).close()
        return path.read_bytes()
