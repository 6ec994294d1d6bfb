"""A log in the manner of QWCLog.txt: UTC stamps, one line per step."""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path


class Level(StrEnum):
    NONE = "NONE"
    DEBUG = "DEBUG"
    VERBOSE = "VERBOSE"


class Log:
    """Appends to a file, or drops everything when there is none. Never writes a password."""

    def __init__(
        self, path: Path | None = None, level: Level = Level.DEBUG, clock: Callable[[], float] = time.time
    ) -> None:
        self.path, self.level, self.clock = path, level, clock

    def line(self, where: str, text: str) -> None:
        if self.path is None or self.level is Level.NONE:
            return
        stamp = time.strftime("%Y%m%d.%H:%M:%S UTC", time.gmtime(self.clock()))
        with self.path.open("a", encoding="utf-8") as file:
            file.write(f"{stamp}\t: {where} : {text}\n")

    def document(self, where: str, what: str, text: str) -> None:
        shown = text if self.level is Level.VERBOSE else text[:50]
        self.line(where, f"{what} : {shown!r}" if self.level is Level.VERBOSE else f"{what} : {shown!r}...")
