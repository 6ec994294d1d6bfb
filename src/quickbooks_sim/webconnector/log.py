"""A log in the manner of QWCLog.txt: UTC stamps, one line a step. It must never hold a password."""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

VERSION = "2.3.0.215"
"""Of the Web Connector that is played here."""

BEGINNING = 50
"""How many characters of a document the level DEBUG shows."""

_KEY = r"HKEY_CURRENT_USER\Software\Intuit\QBWebConnector\UpdateLock"
_REGISTRY = "QBWebConnector.RegistryManager"
_STARS = "*" * 21


class Level(StrEnum):
    """How much the log says: nothing, the beginning of each document, or all of it."""

    NONE = "NONE"
    DEBUG = "DEBUG"
    VERBOSE = "VERBOSE"


class Log:
    """Appends to a file, or drops everything when there is none. clock gives Unix seconds. Methods raise OSError."""

    def __init__(
        self, path: Path | None = None, level: Level = Level.DEBUG, clock: Callable[[], float] = time.time
    ) -> None:
        self.path, self.level, self.clock = path, level, clock

    def line(self, where: str, text: str) -> None:
        """One line: `where` is like "QBWebConnector.SOAPWebService.do_authenticate"."""
        stamp = time.strftime("%Y%m%d.%H:%M:%S UTC", time.gmtime(self.clock()))
        self._write(f"{stamp} : {where}() : {text}\n")

    def shown(self, text: str) -> str:
        """As much of a document as the level allows, on one line."""
        if self._silent:
            return ""
        if self.level is Level.VERBOSE:
            return _flat(text)
        beginning = _flat(text[: 2 * BEGINNING])
        return beginning if len(text) <= BEGINNING else beginning[:BEGINNING] + "..."

    def begin(self, app_name: str, unique_name: str, url: str) -> None:
        """The lines before the first call of a session."""
        self.line("UpdateThisScheduledApp", f"Performing SCHEDULED UPDATE for application = {app_name}")
        self.line(f"{_REGISTRY}.getUpdateLock", f"{_KEY} = FALSE")
        self._lock("True", "locked")
        for text in (
            "Initiated connection to the following application.",
            f"AppName: {app_name}",
            f"AppUniqueName (if available): {unique_name or app_name}",
            f"AppURL: {url}",
        ):
            self.line("QBWebConnector.SOAPWebService.instantiateWebService", text)

    def end(self) -> None:
        """The lines after the last call; missing when the Web Connector died."""
        self._lock("False", "unlocked")

    def _lock(self, value: str, state: str) -> None:
        where = f"{_REGISTRY}.setUpdateLock"
        self.line(where, f"{_KEY} has been set to {value}")
        self.line(where, f"{_STARS} Update session {state} {_STARS}")

    def _write(self, text: str) -> None:
        if self.path is None or self._silent:
            return
        with self.path.open("a", encoding="utf-8", newline="\r\n") as file:
            if file.tell() == 0:
                file.write(self._head())
            file.write(text)

    @property
    def _silent(self) -> bool:
        return self.path is None or self.level is Level.NONE

    def _head(self) -> str:
        now = time.gmtime(self.clock())
        hour = now.tm_hour % 12 or 12
        day = time.strftime(f"%A, %B {now.tm_mday}, %Y - {hour}:%M %p UTC", now)
        version = VERSION.rsplit(".", 2)[0]
        return (
            f"Log file initialized at {day}\n"
            "Timestamp format used: YYYYMMDD.HH:MM:SS UTC\n"
            f"QBWebConnector {version} has been initialized with its logging status to level = {self.level}.\n"
            "Please restart QBWebConnector for any change in log level to take effect. Use file menu to clear log.\n"
        )


def _flat(text: str) -> str:
    return text.replace("\r", "").replace("\n", " ")
