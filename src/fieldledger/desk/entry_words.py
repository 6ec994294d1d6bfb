"""Tax rates and payment terms in words, as people speak of them. Words only; pages and selects share them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from fieldledger.desk.sync_words import GONE

RETIRED = "retired"
NOT_IN_QUICKBOOKS = "no longer in QuickBooks"
NO_DAYS = "no days stated"

TOLD: Mapping[str, str] = {
    "created": "It was added.",
    "saved": "Your changes are saved.",
    "deleted": "It was deleted. What QuickBooks has of it stays there.",
    "active": "It is offered again.",
    "inactive": "It is retired now: it stays with what has it, and is not offered any more.",
    "changed": "Somebody else changed this meanwhile, so nothing was done. Look at it again, then decide.",
}


def standing(entry: Mapping[str, Any]) -> str:
    """Why an entry is not offered any more (spec 5.4): gone from QuickBooks, or retired by people; "" while it is."""
    if entry["sync"] and entry["sync"]["status"] == GONE:
        return NOT_IN_QUICKBOOKS
    if entry["active"]:
        return ""
    return NOT_IN_QUICKBOOKS if entry["origin"] == "sync" else RETIRED


def rate(entry: Mapping[str, Any]) -> str:
    """``8.25%``, or that there is none."""
    return "rate not stated" if entry["rate"] is None else f"{entry['rate']}%"


def term(entry: Mapping[str, Any]) -> str:
    """``Net 30``, ``2% 10, Net 30``, ``due on the 15th, next month if within 5 days``."""
    share = Decimal(entry["discount_percent"] or 0)
    if entry["form"] == "standard":
        parts = [f"{entry['discount_percent']}% {entry['discount_days'] or 0}"] if share else []
        parts.append(_net(entry["due_days"]))
        return ", ".join(parts)
    parts = []
    if share:
        day = entry["discount_day"]
        parts.append(
            f"{entry['discount_percent']}% until the {ordinal(day)}" if day else f"{share}% discount"
        )
    day = entry["due_day"]
    parts.append(f"due on the {ordinal(day)}" if day else "due on a day of the month that is not stated")
    if entry["next_month_days"]:
        days = entry["next_month_days"]
        parts.append(f"next month if within {days} day{'' if days == 1 else 's'}")
    return ", ".join(parts)


def _net(days: int | None) -> str:
    if days is None:
        return NO_DAYS
    return f"Net {days}" if days else "due on receipt"


def ordinal(day: int) -> str:
    """``1st``, ``2nd``, ``11th``, ``23rd``."""
    if 10 < day % 100 < 14:
        return f"{day}th"
    return f"{day}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(day % 10, 'th') }"


def code(entry: Mapping[str, Any]) -> str:
    """What a tax code says, where it says more than its name."""
    return entry["description"] or ""


MEANINGS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "tax_rate": rate, "payment_term": term, "sales_tax_code": code,
}  # fmt: skip


def option(kind: str, entry: Mapping[str, Any]) -> str:
    """An entry in a select: its name, and what it means where the name does not say it."""
    name: str = entry["name"]
    meaning = MEANINGS[kind](entry)
    says_nothing = meaning in ("", NO_DAYS) or _bare(meaning) in _bare(name)
    shown = name if says_nothing else f"{name} – {meaning}"
    mark = standing(entry)
    return f"{shown} ({mark})" if mark else shown


def _bare(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())
