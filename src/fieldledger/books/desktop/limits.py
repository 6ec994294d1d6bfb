"""What QuickBooks accepts as a value: lengths, characters, times, numbers. What does not fit is refused, never cut.

QuickBooks stores the Windows-1252 repertoire and nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from decimal import Decimal

SET_ID_LONGEST = 23
"""newMessageSetID. One source says 24; 23 is safe under both readings."""
REQUEST_ID_LONGEST = 50
PERCENT_DECIMALS = 5

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_NAMED = {"\r": "a line break", "\n": "a line break", "\t": "a tab"}
_PRINTABLE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")
_WALL_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", re.ASCII)
_PERCENT = re.compile(r"(\d{1,3})(?:\.(\d+))?", re.ASCII)
_GUID = re.compile(r"\{[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}")


class CannotSend(ValueError):
    """A value that QuickBooks would refuse. str(error) names the field, the limit and what is wrong."""


def text(words: str, value: str, longest: int, *, blank: bool = True, colon: bool = True) -> str:
    """The value, checked. words: the field as people call it; blank, colon: whether it may be blank or hold a colon,
    which QuickBooks uses between parent and child."""
    if not blank and not value.strip():
        raise CannotSend(f"{words} is blank; QuickBooks requires it.")
    if not colon and ":" in value:
        raise CannotSend(f"{words} contains a colon, which QuickBooks does not allow in names.")
    _fits(words, value, longest)
    control = _CONTROL.search(value)
    if control:
        what = _NAMED.get(control[0], "a control character")
        raise CannotSend(
            f"{words} contains {what} (U+{ord(control[0]):04X}), which QuickBooks does not allow there."
        )
    try:
        value.encode("cp1252")
    except UnicodeEncodeError as error:
        found = value[error.start]
        named = unicodedata.name(found, "unnamed").lower()
        raise CannotSend(
            f"{words} contains the character {found!r} (U+{ord(found):04X}, {named}), which QuickBooks cannot store."
        ) from None
    return value


def _fits(words: str, value: str, longest: int) -> None:
    if len(value) > longest:
        raise CannotSend(f"{words} has {len(value)} characters; QuickBooks allows {longest}.")


def printable(words: str, value: str, longest: int) -> str:
    """An identifier of ours or of QuickBooks': not blank, printable ASCII."""
    _fits(words, value, longest)
    if not _PRINTABLE.fullmatch(value):
        raise CannotSend(f"{words} {value!r} must be printable characters without accents, and not blank.")
    return value


def wall_time(words: str, value: str) -> str:
    """Wall time of the QuickBooks computer, without an offset: with one, QuickBooks would shift it."""
    if not _WALL_TIME.fullmatch(value) or not _exists(value):
        raise CannotSend(f"{words} {value!r} must be a time like 2026-01-31T23:59:59, without an offset.")
    return value


def _exists(time: str) -> bool:
    try:
        datetime.fromisoformat(time)
    except ValueError:
        return False
    return True


def guid(words: str, value: str) -> str:
    """With braces."""
    if not _GUID.fullmatch(value):
        raise CannotSend(f"{words} {value!r} must be a GUID in braces.")
    return value


def count(words: str, value: int) -> str:
    if value < 1:
        raise CannotSend(f"{words} is {value}; it must be at least 1.")
    return str(value)


def whole(words: str, value: int, least: int, most: int) -> str:
    if not least <= value <= most:
        raise CannotSend(f"{words} is {value}; it must be a whole number from {least} to {most}.")
    return str(value)


def percent(words: str, value: str) -> str:
    """Decimal text, exact: it is never rounded."""
    number = _PERCENT.fullmatch(value)
    if number is None or Decimal(value) > 100:
        raise CannotSend(f"{words} is {value!r}; it must be a percentage from 0 to 100.")
    decimals = len(number[2] or "")
    if decimals > PERCENT_DECIMALS:
        raise CannotSend(f"{words} has {decimals} decimals; QuickBooks allows {PERCENT_DECIMALS}.")
    return value
