"""A log in the manner of QWCLog.txt: UTC stamps, one line per step. Never writes a password."""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

BEGINNING = 50
"""How many characters of a document the level DEBUG shows."""


class Level(StrEnum):
    """How much the log says: nothing, the beginning of each document, or all of it."""

    NONE = "NONE"
    DEBUG = "DEBUG"
    VERBOSE = "VERBOSE"


class Log:
    """Appends to a file, or drops everything when there is none. clock gives Unix seconds."""

    def __init__(
        self, path: Path | None = None, level: Level = Level.DEBUG, clock: Callable[[], float] = time.time
    ) -> None:
        self.path, self.level, self.clock = path, level, clock

    def line(self, where: str, text: str) -> None:
        """One line: `where` is like "SOAPWebService.do_authenticate"."""
        if self.path is None or self.level is Level.NONE:
            return
        stamp = time.strftime("%Y%m%d.%H:%M:%S UTC", time.gmtime(self.clock()))
        with self.path.open("a", encoding="utf-8", newline="\r\n") as file:
            file.write(f"{stamp} : QBWebConnector.{where}() : {text}\n")

    def shown(self, text: str) -> str:
        """As much of a document as the level allows, on one line."""
        text = text.replace("\r", "").replace("\n", " ")
        if self.level is Level.VERBOSE or len(text) <= BEGINNING:
            return text
        return text[:BEGINNING] + "..."
