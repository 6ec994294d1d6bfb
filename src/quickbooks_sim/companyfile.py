"""A company file: one SQLite file that holds everything that QuickBooks would hold, and survives a crash.

Opens, creates, copies and restores files, keeps switches, private data and stored responses. What the records
mean is not its business, and it must never open a file that is not its own.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from quickbooks_sim.clock import Clock
from quickbooks_sim.fields import Fields, from_json, to_json
from quickbooks_sim.tables.switches import SWITCHES, check_switch

APPLICATION_ID = 0x51425349
FORMAT = 1

_SCHEMA = """
create table switch (name text primary key, value text not null) without rowid;
create table document (name text primary key, body text not null) without rowid;
create table counter (name text primary key, value integer not null) without rowid;
create table record (
    space text not null, list_id text not null, kind text not null,
    name text not null, full_name text not null, full_key text not null,
    parent_id text, sublevel integer not null, sort_key text not null,
    is_active integer not null, edit_sequence text not null,
    created_text text not null, modified_text text not null, modified_wall text not null,
    balance integer not null, total_balance integer not null,
    body text not null, made_up integer not null default 0,
    primary key (space, list_id)
) without rowid;
-- One name once in a list (names of customers, vendors, employees and others are one list), inactive or not.
create unique index record_name on record (space, full_key);
create index record_order on record (kind, sort_key, list_id);
create index record_space_order on record (space, sort_key, list_id);
create index record_modified on record (kind, modified_wall);
create index record_parent on record (space, parent_id);
create table reference (
    space text not null, list_id text not null, element text not null,
    target_space text not null, target_id text not null
);
create index reference_source on reference (space, list_id);
create index reference_target on reference (target_space, target_id);
create table deleted (
    kind text not null, list_id text not null, full_name text not null,
    created_text text not null, deleted_at integer not null
);
create index deleted_kind on deleted (kind, deleted_at);
create table data_definition (
    owner_id text not null collate nocase, name text not null, name_key text not null, type text not null,
    assigned text not null,
    number integer not null, primary key (owner_id, name_key)
) without rowid;
create table data_extension (
    space text not null, list_id text not null, owner_id text not null collate nocase, name text not null,
    name_key text not null,
    type text not null, value text not null, primary key (space, list_id, owner_id, name_key)
) without rowid;
-- A row without response: the set was executed, but its response is lost.
create table message_set (
    application text not null, id text not null, checksum text not null, response text,
    primary key (application, id)
) without rowid;
create table record_lock (space text not null, list_id text not null, primary key (space, list_id)) without rowid;
"""


class CompanyFileError(Exception):
    """A file that cannot be used, in words for people: what, where, what to do."""


class CompanyFile:
    """An open company file. Use `create` or `open`, and `close` it (or use it in a `with`)."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._lock = threading.RLock()
        self._depth = 0
        self._writing = False
        self._switches: dict[str, str] | None = None

    @classmethod
    def create(cls, path: Path | str) -> CompanyFile:
        """Creates an empty company file at `path`, which must not exist."""
        path = Path(path)
        if path.exists():
            raise CompanyFileError(f"{path} exists already: name another file, or remove it first")
        try:
            connection = cls._connect(path)
            connection.execute("pragma journal_mode = wal")
            connection.execute("pragma synchronous = normal")
            connection.executescript("begin immediate;" + _SCHEMA)
            connection.execute(f"pragma application_id = {APPLICATION_ID}")
            connection.execute(f"pragma user_version = {FORMAT}")
            connection.execute("commit")
        except sqlite3.OperationalError as error:
            raise CompanyFileError(
                f"{path} cannot be written ({error}): is the folder there and writable?"
            ) from error
        return cls(path, connection)

    @classmethod
    def open(cls, path: Path | str) -> CompanyFile:
        """Opens a company file that exists."""
        path = Path(path)
        if not path.is_file():
            raise CompanyFileError(
                f"{path} is not there: make a company file with `quickbooks-sim new {path}`"
            )
        connection = cls._connect(path)
        try:
            mark = connection.execute("pragma application_id").fetchone()[0]
            version = connection.execute("pragma user_version").fetchone()[0]
            connection.execute("pragma journal_mode = wal")
            connection.execute("pragma synchronous = normal")
        except sqlite3.DatabaseError as error:
            connection.close()
            raise CompanyFileError(f"{path} is not a company file of this simulator ({error})") from error
        if mark != APPLICATION_ID or version != FORMAT:
            connection.close()
            raise CompanyFileError(f"{path} is not a company file of this simulator")
        return cls(path, connection)

    @staticmethod
    def _connect(path: Path) -> sqlite3.Connection:
        connection = sqlite3.connect(path, timeout=20, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        return connection

    def close(self) -> None:
        """Closes the file; what was committed is on disk."""
        self._connection.close()

    def __enter__(self) -> CompanyFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """A span in which all reads see one state of the file."""
        with self._span("begin", writing=False):
            yield

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """A span whose changes are all kept, or (after an exception) none of them. May be nested."""
        with self._span("begin immediate", writing=True):
            yield

    @contextlib.contextmanager
    def _span(self, begin: str, writing: bool) -> Iterator[None]:
        with self._lock:
            if self._depth:
                if writing and not self._writing:
                    raise RuntimeError("a write was begun inside a read")
                savepoint = f"level{self._depth}"
                begin, good, bad = (
                    f"savepoint {savepoint}",
                    f"release {savepoint}",
                    f"rollback to {savepoint}; release {savepoint}",
                )
            else:
                good, bad = "commit", "rollback"
                self._switches = None
                self._writing = writing
            try:
                self._connection.execute(begin)
            except sqlite3.OperationalError as error:
                raise CompanyFileError(
                    f"{self.path} is in use by another program ({error}): try again"
                ) from error
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                self._switches = None
                for statement in bad.split("; "):
                    self._connection.execute(statement)
                raise
            self._depth -= 1
            self._connection.execute(good)

    def execute(self, statement: str, values: tuple[object, ...] = ()) -> sqlite3.Cursor:
        """Runs one statement inside the current span."""
        if not self._depth:
            raise RuntimeError("the company file is used outside a reading or writing span")
        return self._connection.execute(statement, values)

    def switch(self, name: str) -> str:
        """The value of a switch (see `tables.switches`)."""
        with self._lock:
            if self._switches is None:
                rows = self._connection.execute("select name, value from switch").fetchall()
                found: dict[str, str] = {row["name"]: row["value"] for row in rows}
                if not self._depth:
                    return found.get(name, SWITCHES[name].default)
                self._switches = found
            return self._switches.get(name, SWITCHES[name].default)

    def is_on(self, name: str) -> bool:
        """Whether a switch says "true"."""
        return self.switch(name) == "true"

    def set_switch(self, name: str, value: str) -> None:
        """Sets a switch; ValueError says what is wrong with the value."""
        problem = check_switch(name, value)
        if problem:
            raise ValueError(problem)
        with self.writing():
            self.execute("insert or replace into switch values (?, ?)", (name, value))
            self._switches = None

    def clock(self) -> Clock:
        """The clock of the computer on which this file is open."""
        return Clock(ZoneInfo(self.switch("time_zone")), self.switch("clock"), self.is_on("summer_offset"))

    def document(self, name: str) -> Fields:
        """The stored body of HostRet, CompanyRet or PreferencesRet."""
        row = self.execute("select body from document where name = ?", (name,)).fetchone()
        return [] if row is None else from_json(row["body"])

    def store_document(self, name: str, body: Fields) -> None:
        """Replaces the stored body."""
        self.execute("insert or replace into document values (?, ?)", (name, to_json(body)))

    def next_number(self, counter: str) -> int:
        """Counts on: 1, 2, 3 … for each counter."""
        row = self.execute(
            "insert into counter values (?, 1) on conflict (name) do update set value = value + 1 returning value",
            (counter,),
        ).fetchone()
        return int(row["value"])

    def raise_counter(self, counter: str, least: int) -> None:
        """Makes sure that the next number of the counter is above `least`."""
        self.execute(
            "insert into counter values (?, ?) on conflict (name) do update set value = max(value, excluded.value)",
            (counter, least),
        )

    def private_data(self, owner_id: str) -> dict[str, str]:
        """Name -> value of the company's own data extensions under this owner."""
        rows = self.execute(
            "select name, value from data_extension where space = 'Company' and list_id = '' and owner_id = ? "
            "order by name_key",
            (owner_id,),
        )
        return {row["name"]: row["value"] for row in rows}

    def private_data_store(self, owner_id: str, name: str, value: str) -> None:
        """Stores one of them."""
        self.execute(
            "insert or replace into data_extension values ('Company', '', ?, ?, ?, 'STR255TYPE', ?)",
            (owner_id, name, name.casefold(), value),
        )

    def private_data_delete(self, owner_id: str, name: str) -> None:
        """Removes one of them."""
        self.execute(
            "delete from data_extension where space = 'Company' and list_id = '' and owner_id = ? and name_key = ?",
            (owner_id, name.casefold()),
        )

    def copy_to(self, path: Path | str) -> None:
        """Writes a backup of the file to `path`, which must not exist."""
        if Path(path).exists():
            raise CompanyFileError(f"{path} exists already: name another file, or remove it first")
        with self._lock, contextlib.closing(sqlite3.connect(path)) as target:
            self._connection.backup(target)

    def restore_from(self, backup: Path | str) -> None:
        """Replaces all content by that of a backup, as File > Restore does, and remembers the time of it.

        The path and the clock stay as they are: it is the same computer.
        """
        keep = {name: self.switch(name) for name in ("company_path", "clock", "time_zone", "summer_offset")}
        now = self.clock().now()
        with CompanyFile.open(backup) as source, self._lock:
            source._connection.backup(self._connection)
        self._switches = None
        with self.writing():
            for name, value in keep.items():
                self.set_switch(name, value)
            self.set_switch("last_restore", str(now))
