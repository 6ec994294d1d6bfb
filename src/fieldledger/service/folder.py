"""The data folder: everything that Fieldledger remembers, in one place, for one server at a time.

Only its owner can read what is in it. It never makes a folder on the way to look something up: a slip of the pen in
``--data`` must not answer like an empty Fieldledger.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic.util.exc import CommandError
from sqlalchemy.exc import DBAPIError

from fieldledger.journal import Journal
from fieldledger.office.errors import CannotDo

if TYPE_CHECKING:
    from fieldledger.desk.store import Store

DEFAULT_PORT = 8470
SECRET_BYTES = 32


class Folder:
    """A data folder: `make` it or see that it `exists` before anything else. Methods raise `CannotDo` with a sentence
    when the folder or a file in it cannot be used."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def make(self) -> Folder:
        """Create the folder where it is absent. A new or empty one is closed to everybody but its owner."""
        with self._speaking(self.path):
            try:
                self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            except FileExistsError:
                raise CannotDo(f"The data folder {self.path} cannot be used: it is a file.") from None
            if not any(self.path.iterdir()):
                self.path.chmod(0o700)
        self._check()
        return self

    def exists(self) -> Folder:
        """The folder, which must be there already."""
        if not self.path.exists():
            raise CannotDo(
                f"There is no data folder {self.path}. Name the right one with --data or FIELDLEDGER_DATA; "
                "a new one is made by: fieldledger company add."
            )
        if not self.path.is_dir():
            raise CannotDo(f"The data folder {self.path} cannot be used: it is a file.")
        self._check()
        return self

    def _check(self) -> None:
        if not os.access(self.path, os.R_OK | os.W_OK | os.X_OK):
            raise CannotDo(f"The data folder {self.path} cannot be written to by this user.")

    @property
    def journal_file(self) -> Path:
        return self.path / "journal.db"

    @property
    def desk_file(self) -> Path:
        return self.path / "desk.db"

    def open_journal(self) -> Journal:
        with self._speaking(self.journal_file):
            _private(self.journal_file)
            return Journal.open(self.journal_file)

    def open_desk(self) -> Store:
        # Loaded late: most commands have no use for the desk, and it takes a quarter of a second.
        from fieldledger.desk.store import Store

        with self._speaking(self.desk_file):
            _private(self.desk_file)
            return Store(self.desk_file)

    @contextmanager
    def _speaking(self, file: Path) -> Iterator[None]:
        """What SQLite, the migrations and the file system complain about, in a sentence."""
        try:
            yield
        except CommandError as error:
            if "locate revision" not in str(error):
                raise
            raise CannotDo(
                f"{file} was written by a newer version of Fieldledger than this one. Update Fieldledger and try again."
            ) from None
        except DBAPIError as error:
            raise CannotDo(storage_trouble(file, error)) from None
        except OSError as error:
            raise CannotDo(f"{file} cannot be used: {error.strerror or error}.") from None

    def secret(self) -> bytes:
        """Random bytes of this folder, made at first use, in a file that only its owner can read."""
        file = self.path / "secret.key"
        with self._speaking(file):
            with contextlib.suppress(FileNotFoundError):
                known = file.read_bytes()
                if len(known) == SECRET_BYTES:
                    return known
            fresh = secrets.token_bytes(SECRET_BYTES)
            _write_private(file, fresh)
        return fresh

    def remember_address(self, address: str) -> None:
        """Where the server can be reached, for .qwc files and links."""
        file = self.path / "server.json"
        with self._speaking(file):
            _write_private(file, json.dumps({"address": address}).encode())

    def address(self) -> str:
        """The address that the server was last started with."""
        try:
            known: Any = json.loads((self.path / "server.json").read_text(encoding="utf-8"))
            return str(known["address"])
        except (OSError, ValueError, KeyError, TypeError):
            return f"http://localhost:{DEFAULT_PORT}"

    @contextmanager
    def only_server(self) -> Iterator[None]:
        """One server per folder: raises `CannotDo` while another one runs."""
        with contextlib.ExitStack() as held:
            lock = self.path / "server.lock"
            with self._speaking(lock):
                file = held.enter_context(lock.open("a+b"))
            if not _lock(file):
                raise CannotDo(f"Another Fieldledger server already uses the data folder {self.path}.")
            yield


def storage_trouble(file: Path, error: DBAPIError) -> str:
    """What SQLite says, for people; never the values that it was working on."""
    said = str(error.orig).rstrip(".")
    if "not a database" in said or "malformed" in said:
        advice = "Restore the data folder from a backup, or name another one with --data."
    elif "locked" in said:
        advice = "Another program holds it; try again in a moment."
    elif "full" in said:
        advice = "Make room on the disk and try again; nothing was half done."
    else:
        advice = "See that this user may read and write it."
    return f"{file} cannot be used: {said}. {advice}"


def _private(file: Path) -> None:
    """The file, made where it is absent, for its owner only; SQLite gives its other files the same rights.

    A database that is there is never opened here: closing it again would drop the locks that this process holds on it
    (POSIX locks belong to the process), and another process could then take away the log that we are writing to.
    """
    with contextlib.suppress(FileExistsError):
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    if file.stat().st_mode & 0o077:
        with contextlib.suppress(OSError):
            file.chmod(0o600)


def _write_private(file: Path, content: bytes) -> None:
    """All or nothing: whoever reads, or comes back after a crash, finds the old content or the new one."""
    fresh = file.with_name(f"{file.name}.{os.getpid()}.new")
    with contextlib.suppress(FileNotFoundError):
        fresh.unlink()
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(file)


def _lock(file: Any) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
