"""How a company file lies on disk: its tables, whether a file is one at all, and what its troubles mean.

A file is judged by its first bytes before the database is asked: nothing here may ever change a file that is not
a company file, not even its journal mode.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

APPLICATION_ID = 0x51425349
FORMAT = 2
BUSY_SECONDS = 20.0
"""How long one program waits for another that is writing."""

_MAGIC = b"SQLite format 3\0"
_HEADER = 100

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
);
-- One name once in a list (names of customers, vendors, employees and others are one list), inactive or not.
create unique index record_name on record (space, full_key);
-- The list order. What queries filter by stands behind it, so that a row is read only when it is returned.
create index record_order on record (kind, sort_key, list_id, is_active, modified_wall);
create index record_space_order on record (space, sort_key, list_id, kind, is_active, modified_wall);
create index record_modified on record (kind, modified_wall, is_active);
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
-- What a write is answered while somebody has the record open, and how many more are refused (null = all of them).
create table record_lock (
    space text not null, list_id text not null, answer text not null default '3175', remaining integer,
    primary key (space, list_id)
) without rowid;
"""

_UPGRADES: dict[int, str] = {
    1: "alter table record_lock add column answer text not null default '3175'; "
    "alter table record_lock add column remaining integer",
}
"""Format of an older file -> what makes the next format of it."""


class CompanyFileError(Exception):
    """A file that cannot be used, in words for people: what, where, what to do."""


class CompanyFileBusy(CompanyFileError):
    """Another program is writing to the file: the same call may succeed later."""


def create(path: Path) -> sqlite3.Connection:
    """A new company file at `path`, without records. Raises CompanyFileError."""
    try:
        # Of two programs that do this at once, one gets the file.
        path.touch(exist_ok=False)
    except FileExistsError:
        raise CompanyFileError(f"{path} exists already: name another file, or remove it first") from None
    except OSError as error:
        raise CompanyFileError(
            f"{path} cannot be written: is the folder there and writable? ({error.strerror})"
        ) from error
    connection = _connect(path)
    try:
        _build(connection)
        _prepare(connection)
    except sqlite3.DatabaseError as error:
        connection.close()
        path.unlink(missing_ok=True)
        raise trouble(path, error) from error
    return connection


def create_in_memory(like: sqlite3.Connection | None) -> sqlite3.Connection:
    """A company file that no disk holds: empty, or with everything that `like` holds. It is gone when it is closed."""
    connection = _connect(":memory:")
    if like is None:
        _build(connection)
    else:
        like.backup(connection)
    return connection


def _build(connection: sqlite3.Connection) -> None:
    """Tables, and the mark by which a company file is known."""
    # The mark is written before the journal mode: a death in between leaves a file that is known as ours.
    connection.execute("pragma synchronous = off")  # there is nothing to lose yet
    connection.execute("begin immediate")
    connection.execute(f"pragma application_id = {APPLICATION_ID}")
    connection.execute(f"pragma user_version = {FORMAT}")
    for statement in _SCHEMA.split(";"):
        connection.execute(statement)
    connection.execute("commit")


def connect(path: Path) -> sqlite3.Connection:
    """A connection to the company file at `path`. Raises CompanyFileError; then nothing was written."""
    if _is(path.is_dir, path):
        raise CompanyFileError(f"{path} is a folder: name the company file in it")
    if not path.is_file():
        raise CompanyFileError(f"{path} is not there: make a company file with `quickbooks-sim new {path}`")
    _judge(path)
    connection = _connect(path)
    try:
        _upgrade(connection)
        _prepare(connection)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise trouble(path, error) from error
    return connection


def _is(test: Callable[[], bool], path: Path) -> bool:
    try:
        return test()
    except OSError as error:
        raise CompanyFileError(f"{path} cannot be looked at: {error.strerror}") from error


def _judge(path: Path) -> None:
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER)
    except OSError as error:
        raise CompanyFileError(f"{path} cannot be read: {error.strerror}") from error
    mark, version = int.from_bytes(header[68:72], "big"), int.from_bytes(header[60:64], "big")
    if not header.startswith(_MAGIC) or mark != APPLICATION_ID:
        raise CompanyFileError(f"{path} is not a company file of this simulator")
    if version != FORMAT and version not in _UPGRADES:
        raise CompanyFileError(
            f"{path} is a company file of another version of the simulator (format {version}, this one reads "
            f"{FORMAT}): open it with that version"
        )


def _connect(path: Path | str) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(
            path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
    except sqlite3.DatabaseError as error:
        raise trouble(Path(path), error) from error
    connection.row_factory = sqlite3.Row
    return connection


def _upgrade(connection: sqlite3.Connection) -> None:
    """Brings an older file to the format of today, whole or not at all; another program may be doing the same."""
    if connection.execute("pragma user_version").fetchone()[0] == FORMAT:
        return
    connection.execute("begin immediate")
    try:
        for version in range(connection.execute("pragma user_version").fetchone()[0], FORMAT):
            for statement in _UPGRADES[version].split(";"):
                connection.execute(statement)
        connection.execute(f"pragma user_version = {FORMAT}")
        connection.execute("commit")
    except sqlite3.DatabaseError:
        connection.execute("rollback")
        raise


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = normal")


_TROUBLES: dict[int, str] = {
    sqlite3.SQLITE_READONLY: "cannot be written: the file or its folder is read-only",
    sqlite3.SQLITE_PERM: "cannot be written: the file or its folder is read-only",
    sqlite3.SQLITE_CANTOPEN: "cannot be written: is the folder there and writable?",
    sqlite3.SQLITE_CORRUPT: "is damaged: put a backup of it in its place",
    sqlite3.SQLITE_NOTADB: "is damaged: put a backup of it in its place",
    sqlite3.SQLITE_FULL: "cannot be written: the disk is full",
    sqlite3.SQLITE_IOERR: "cannot be read or written: the disk does not answer as it should",
}
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def trouble(path: Path, error: sqlite3.DatabaseError) -> Exception:
    """What a failure of the database means for people; the failure itself where it is a bug of the simulator."""
    # Extended codes carry the plain one in their low byte. Errors of the Python module have none.
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code in _BUSY:
        return CompanyFileBusy(f"{path} is in use by another program ({error}): try again")
    if code in _TROUBLES:
        return CompanyFileError(f"{path} {_TROUBLES[code]} ({error})")
    return error
