"""Lenient reading of single values, as real files hold them: blanks, ``<x/>``, spellings that the schema forbids.

Must never raise: what cannot be understood is None, and whoever reads decides what becomes of the text.
"""

from __future__ import annotations

import re
from decimal import Decimal

_WHOLE = re.compile(r"\s*[+-]?[0-9]{1,18}\s*")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,18}(?:\.[0-9]{0,18})?|\.[0-9]{1,18})")
_FLAGS = {"true": True, "1": True, "+1": True, "false": False, "0": False, "+0": False, "-0": False}


def text(raw: str | None) -> str | None:
    """Trimmed; a blank or missing one is None."""
    return (raw or "").strip() or None


def flag(raw: str | None) -> bool | None:
    """``true``, ``1``, `` False`` …; None = not told, or nonsense."""
    return _FLAGS.get((raw or "").strip().lower())


def whole(raw: str | None) -> int | None:
    """A count or a code; None = not told, or no whole number."""
    return int(raw) if raw and _WHOLE.fullmatch(raw) else None


def percent(raw: str | None) -> str | None:
    """A percentage as exact decimal text without trailing zeros ("7.50" and "+7.5%" are "7.5"); None = not told, or
    nonsense."""
    told = (raw or "").strip().removesuffix("%").rstrip()
    if not _DECIMAL.fullmatch(told):
        return None
    number = Decimal(told)
    return f"{number:f}".rstrip("0").rstrip(".") if number % 1 else f"{int(number)}"
