"""QuickBooks' wall time: text in, text out. The printed offset is ignored, because it forgets summer time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

OVERLAP = timedelta(hours=26)
"""How far back a read of changes goes behind the last one; it asks for stamps only. Wall time repeats an hour in
autumn, sample companies live on one date for ever, and clocks get set: a day covers all of them, and with the 14 hours
by which `advance` lets a cursor run ahead, 26 reach back to now in every time zone."""

COMPLETE_EVERY = 30 * 86_400
"""Seconds after which everything is listed again. QuickBooks keeps deletions for 90 days, so 80 would be the most;
30 also finds what a computer's wrong clock hid from the reads of changes."""

_WALL = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)", re.ASCII)
_EARLIEST = "1970-01-01"


def wall(stamp: str) -> str:
    """``2023-12-16T00:06:42-05:00`` → ``2023-12-16T00:06:42``; "" when it is no stamp."""
    match = _WALL.match(stamp)
    if match is None or match[1] < _EARLIEST:
        return ""
    try:
        return _text(_time(match[0]))
    except ValueError:
        return ""


def since(cursor: str | None, back_to: float | None = None) -> str | None:
    """Where the next read of changes starts; None = from the beginning. back_to: Unix seconds; it starts before that
    moment, wherever the cursor stands (the overlap is longer than any time zone is wide)."""
    if not cursor:
        return None
    start = _time(cursor)
    if back_to is not None:
        start = min(start, datetime.fromtimestamp(back_to, UTC).replace(tzinfo=None))
    return _text(start - OVERLAP)


def advance(cursor: str | None, newest: str, took: float, now: float) -> str | None:
    """The new cursor after a whole pass.

    newest  latest stamp that the pass showed; took: its length in seconds, by which the cursor stays behind, since a
    record may have been edited after its page had gone by; now: Unix seconds, no cursor runs ahead of it by more than
    a time zone, since a stamp from the future would hide every later edit.
    """
    if not newest:
        return cursor
    limit = datetime.fromtimestamp(now, UTC).replace(tzinfo=None) + timedelta(hours=14)
    reached = _text(min(_time(newest), limit) - timedelta(seconds=took))
    return max(cursor, reached) if cursor else reached


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=None)


def _text(time: datetime) -> str:
    return time.isoformat(timespec="seconds")
