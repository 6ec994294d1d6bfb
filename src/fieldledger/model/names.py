"""Folding of names for comparison. The folded form is a key, never shown and never written."""

from __future__ import annotations

import re
import unicodedata

_BLANKS = re.compile(r"\s+")


def name_key(name: str | None) -> str:
    """Trimmed, blanks folded, case-insensitive (spec 2.7). Composed form, so that one letter is one letter."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", name or "")).strip().casefold()
