"""The server's log: one line of key=value per event on stderr.

A secret or a customer's data is never in it. So what an unexpected error says is left out as well, since it may quote
the values that it choked on: its kind and where it happened stand there, and with FIELDLEDGER_DEBUG set all of it. A
log that nobody can read any more (a closed pipe) never stops the server.
"""

from __future__ import annotations

import logging
import os
import sys
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO, cast

import structlog

DEBUG = "FIELDLEDGER_DEBUG"
DEPTH = 6
"""Frames of an unexpected error that are told, innermost last."""


class _Patient:
    """A stream whose reader may go away."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with suppress(OSError, ValueError):
            return self._stream.write(text)
        return 0

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            self._stream.flush()


def where(error: BaseException) -> str:
    """Kind of an error and the innermost places that it came through: ``KeyError at a.py:12 f < b.py:3 g``."""
    frames = traceback.extract_tb(error.__traceback__)[-DEPTH:]
    places = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames)]
    return f"{type(error).__name__} at " + " < ".join(places)


class _Line(logging.Formatter):
    """What libraries log, in the same form, without the words of an exception."""

    def format(self, record: logging.LogRecord) -> str:
        event = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "event": record.getMessage().strip(),
            "logger": record.name,
        }
        if record.exc_info and record.exc_info[1] is not None:
            event["error"] = where(record.exc_info[1])
            if os.environ.get(DEBUG):
                event["traceback"] = self.formatException(record.exc_info)
        return str(_RENDER(None, "", event))


_RENDER = structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"])


def configure(quiet: bool = False) -> None:
    """Log to stderr; ``quiet``: warnings and errors only."""
    stream = cast(TextIO, _Patient(sys.stderr))
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _RENDER,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING if quiet else logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=stream),
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_Line())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
