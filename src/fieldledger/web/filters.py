"""How values are written on pages: times, numbers, addresses, phones, sync statuses. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup, escape

# Green is kept for what QuickBooks itself returned (spec 9.5).
BADGES = {
    "Synced": "good", "Synced with warnings": "warn", "Needs attention": "bad", "Conflict": "bad", "On hold": "warn",
    "Waiting": "calm", "Sending": "busy", "Skipped": "calm", "Voided": "calm", "Deleted in QuickBooks": "gone",
}  # fmt: skip


def when(value: Any) -> Markup:
    """An instant (ISO 8601, or Unix seconds) as people read it, in UTC; the page's script turns it into the reader's
    own time. What is no instant is shown as it is."""
    if value in (None, ""):
        return Markup("")
    try:
        read = (
            datetime.fromtimestamp(value, UTC)
            if isinstance(value, (int, float))
            else datetime.fromisoformat(str(value))
        )
    except ValueError:
        return escape(value)
    at = read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    shown = f"{at.day} {at:%b %Y, %H:%M} UTC"
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat().replace("+00:00", "Z"), shown)


def address_line(address: Mapping[str, str] | None) -> str:
    """An address on one line."""
    return ", ".join(address_lines(address))


def address_lines(address: Mapping[str, str] | None) -> list[str]:
    """An address as it stands on an envelope; the note is not part of it."""
    if not address:
        return []
    place = " ".join(part for part in (address.get("state"), address.get("postal_code")) if part)
    town = ", ".join(part for part in (address.get("city"), place) if part)
    lines = [address.get(f"line{n}") for n in range(1, 6)]
    return [part for part in (*lines, town, address.get("country")) if part]


def street(address: Mapping[str, str] | None) -> str:
    """The line that says where it is: the first that starts with a digit, else the last filled one (spec 3.4)."""
    lines = [line for n in range(1, 6) if (line := (address or {}).get(f"line{n}"))]
    return next((line for line in lines if line[0].isdigit()), lines[-1] if lines else "")


def town(address: Mapping[str, str] | None) -> str:
    """City, state and postal code."""
    if not address:
        return ""
    place = " ".join(part for part in (address.get("state"), address.get("postal_code")) if part)
    return ", ".join(part for part in (address.get("city"), place) if part)


def number(value: int) -> str:
    """With thin spaces between thousands."""
    return f"{value:,}".replace(",", "\u202f")


def plural(value: int, one: str, many: str = "") -> str:
    """``plural(2, "customer")`` -> "2 customers"."""
    return f"{number(value)} {one if value == 1 else many or one + 's'}"


def dial(phone: str | None) -> str:
    """What a tel: link calls: the digits and a leading plus; an extension is left to the person."""
    text = (phone or "").strip().casefold()
    for mark in ("e", "x", "#"):
        text = text.split(mark)[0]
    digits = "".join(sign for sign in text if sign.isdigit() and sign.isascii())
    return f"+{digits}" if text.startswith("+") else digits


FILTERS = {
    "when": when,
    "address": address_line,
    "address_lines": address_lines,
    "street": street,
    "town": town,
    "number": number,
    "plural": plural,
    "dial": dial,
}
