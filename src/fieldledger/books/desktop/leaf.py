"""Lenient reading of single values: what the schema allows and real files hold, down to texts that make no sense.

Must never raise: a value that is not what it should be comes back as the text that it is, trimmed.
"""

from __future__ import annotations

import re
from decimal import Decimal

_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{0,30})?")
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_TRUTHS = {"true": True, "1": True, "+1": True, "false": False, "0": False, "+0": False, "-0": False}


def boolean(text: str | None) -> bool | str | None:
    """``true``, ``1``, `` False`` …; a blank one tells nothing."""
    raw = (text or "").strip()
    return _TRUTHS.get(raw.lower(), raw) if raw else None


def number(text: str | None) -> Decimal | str | None:
    """Amounts, prices, quantities and percents. ``18.0%`` stays a text, as does everything else that is no number."""
    raw = (text or "").strip()
    if not raw:
        return None
    return Decimal(raw) if _NUMBER.fullmatch(raw) else raw


def whole(text: str | None) -> int | str | None:
    raw = (text or "").strip()
    if not raw:
        return None
    return int(raw) if _WHOLE.fullmatch(raw) else raw


def known(value: bool | str | None) -> bool | None:
    """A boolean, or None where it was not told or made no sense."""
    return value if isinstance(value, bool) else None
