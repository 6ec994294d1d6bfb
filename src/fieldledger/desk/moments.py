"""Instants as the desk keeps them: UTC text to the microsecond, so that text sorts as time does."""

from __future__ import annotations

from datetime import UTC, datetime


def stamp(at: datetime) -> str:
    """For example 2026-11-24T16:05:09.120000Z."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def instant(text: str) -> datetime | None:
    """An ISO 8601 instant, UTC when it names no offset; None when it is none."""
    try:
        read = datetime.fromisoformat(text)
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
