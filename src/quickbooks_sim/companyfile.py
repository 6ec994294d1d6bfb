"""A company file: one SQLite file that holds everything that QuickBooks would hold, and survives a crash.

Gives spans of reading and writing, keeps switches, documents and private data, copies and restores the file. What
the records mean is not its business; how the file lies on disk is in `store`.
"""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from quickbooks_sim import store
from quickbooks_sim.clock import Clock
from quickbooks_sim.fields import Fields, from_json, to_json
from quickbooks_sim.store import CompanyFileBusy as CompanyFileBusy
from quickbooks_sim.store import CompanyFileError as CompanyFileError
from quickbooks_sim.tables.switches import SWITCHES, check_switch


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
        """Creates an empty company file at `path`, which must not exist. Raises CompanyFileError."""
        return cls(Path(path), store.create(Path(path)))

    @classmethod
    def open(cls, path: Path | str) -> CompanyFile:
        """Opens a company file that exists. Raises CompanyFileError; a file that is not ours is never touched."""
        return cls(Path(path), store.connect(Path(path)))

    @classmethod
    def memory(cls, like: CompanyFile | None = None) -> CompanyFile:
        """A company file in memory, empty or a copy of `like`: for worlds that live as long as a test.

        It does all that a file does except outlive its closing; only this process can use it. `path` names nothing.
        """
        return cls(Path("(memory)"), store.create_in_memory(like._connection if like else None))

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
                begin, good = f"savepoint {savepoint}", f"release {savepoint}"
                bad: tuple[str, ...] = (f"rollback to {savepoint}", good)
            else:
                good, bad = "commit", ("rollback",)
                self._switches = None
                self._writing = writing
            with self._told():
                self._connection.execute(begin)
                self._depth += 1
                try:
                    yield
                    self._connection.execute(good)
                except BaseException:
                    self._switches = None
                    # A full or failing disk has ended the transaction already.
                    for statement in bad if self._connection.in_transaction else ():
                        self._connection.execute(statement)
                    raise
                finally:
                    self._depth -= 1
                    # Between spans another program may set them.
                    if not self._depth:
                        self._switches = None

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Troubles of the file leave as CompanyFileError, with words for people."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            told = store.trouble(self.path, error)
            if told is error:
                raise
            raise told from error

    def execute(self, statement: str, values: tuple[object, ...] = ()) -> sqlite3.Cursor:
        """Runs one statement inside the current span."""
        if not self._depth:
            raise RuntimeError("the company file is used outside a reading or writing span")
        return self._connection.execute(statement, values)

    def switch(self, name: str) -> str:
        """The value of a switch (see `tables.switches`)."""
        with self._lock:
            if self._switches is None:
                with self._told():
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

    @contextlib.contextmanager
    def at(self, second: int) -> Iterator[None]:
        """What is done in here is done at this Unix second of the computer's clock, which then is as before."""
        before = self.switch("clock")
        self.set_switch("clock", f"at {second}")
        try:
            yield
        finally:
            self.set_switch("clock", before)

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
        """Writes a backup of the file to `path`, which must not exist. Raises CompanyFileError."""
        path = Path(path)
        if path.exists():
            raise CompanyFileError(f"{path} exists already: name another file, or remove it first")
        try:
            with self._lock, contextlib.closing(sqlite3.connect(path)) as target:
                self._connection.backup(target)
        except sqlite3.DatabaseError as error:
            path.unlink(missing_ok=True)
            raise store.trouble(path, error) from error

    def restore_from(self, backup: Path | str) -> None:
        """Replaces all content by that of a backup, as File > Restore does, and remembers the time of it.

        Whole or not at all. What belongs to QuickBooks and its computer stays as it is: path, clock, mode, and every
        switch that is not kept in the file. Raises CompanyFileError.
        """
        if self.path.exists() and Path(backup).exists() and self.path.samefile(backup):
            raise CompanyFileError(f"{backup} is the company file itself: name a backup of it")
        keep = {name: self.switch(name) for name, switch in SWITCHES.items() if not switch.in_file}
        keep["last_restore"] = str(self.clock().now())
        # The new content is made ready apart: a death in between leaves the file as it was.
        with (
            tempfile.TemporaryDirectory() as folder,
            contextlib.closing(sqlite3.connect(Path(folder) / "restored")) as ready,
        ):
            with CompanyFile.open(backup) as source, source._told():
                source._connection.backup(ready)
            ready.executemany("insert or replace into switch values (?, ?)", keep.items())
            ready.commit()
            with self._lock, self._told():
                ready.backup(self._connection)
        self._switches = None
