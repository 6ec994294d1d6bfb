"""Lenient reading of single values, as real files hold them: blanks, ``<x/>``, spellings that the schema forbids.

Must never raise: what cannot be understood is None, and whoever reads decides what becomes of the text.
"""

from __future__ import annotations

import re

_WHOLE = re.compile(r"\s*[+-]?[0-9]{1,18}\s*")
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
