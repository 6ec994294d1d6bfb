"""The data folder: everything that Fieldledger remembers, in one place, for one server at a time."""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fieldledger.office.errors import CannotDo

DEFAULT_PORT = 8470


class Folder:
    """Paths of a data folder. Creates it, readable for its owner only."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise CannotDo(f"The data folder {path} cannot be used: {error.strerror or error}.") from None
        if not os.access(path, os.W_OK):
            raise CannotDo(f"The data folder {path} cannot be written to.")

    @property
    def journal(self) -> Path:
        return self.path / "journal.db"

    @property
    def desk(self) -> Path:
        return self.path / "desk.db"

    def secret(self) -> bytes:
        """32 random bytes of this folder, made at first use, in a file that only its owner can read."""
        file = self.path / "secret.key"
        try:
            return file.read_bytes()
        except FileNotFoundError:
            pass
        fresh = secrets.token_bytes(32)
        try:
            handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return file.read_bytes()
        with os.fdopen(handle, "wb") as out:
            out.write(fresh)
        return fresh

    def remember_address(self, address: str) -> None:
        """Where the server can be reached, for .qwc files and links."""
        file = self.path / "server.json"
        fresh = file.with_suffix(".new")
        fresh.write_text(json.dumps({"address": address}), encoding="utf-8")
        fresh.replace(file)

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
        with (self.path / "server.lock").open("a+b") as file:
            if not _lock(file):
                raise CannotDo(f"Another Fieldledger server already uses the data folder {self.path}.")
            yield


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
