"""What QuickBooks accepts as a value: lengths, characters, amounts. What does not fit is refused, never cut.

QuickBooks stores the Windows-1252 repertoire and nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

SET_ID_LONGEST = 23
"""newMessageSetID. One source says 24; 23 is safe under both readings."""
REQUEST_ID_LONGEST = 50

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_CONTROL_IN_LINES = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_PRINTABLE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?")
_WALL_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", re.ASCII)
_GUID = re.compile(r"\{[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}")


class CannotSend(ValueError):
    """A value that QuickBooks would refuse. str(error) names the field, the limit and what is wrong."""


def text(words: str, value: str, longest: int, *, lines: bool = False) -> str:
    """The value, checked. words: the field as people call it; lines: whether it may have several lines."""
    if len(value) > longest:
        raise CannotSend(f"{words} has {len(value)} characters; QuickBooks allows {longest}.")
    control = (_CONTROL_IN_LINES if lines else _CONTROL).search(value)
    if control:
        what = (
            "a line break"
            if control[0] in "\r\n"
            else "a tab"
            if control[0] == "\t"
            else "a control character"
        )
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


def name(words: str, value: str, longest: int) -> str:
    """A list name: not blank, no colon, which QuickBooks uses between parent and child."""
    if not value.strip():
        raise CannotSend(f"{words} is blank; QuickBooks requires it.")
    if ":" in value:
        raise CannotSend(f"{words} contains a colon, which QuickBooks does not allow in names.")
    return text(words, value, longest)


def amount(words: str, value: Decimal) -> str:
    """Money: up to 13 digits and exactly two decimals."""
    return _decimal(words, value, whole=13, places=2, written=2)


def price(words: str, value: Decimal) -> str:
    """Prices, rates and quantities: up to 10 digits and five decimals."""
    return _decimal(words, value, whole=10, places=5, written=0)


def _decimal(words: str, value: Decimal, *, whole: int, places: int, written: int) -> str:
    if not value.is_finite():
        raise CannotSend(f"{words} is {value}, which is not a number.")
    _, digits, exponent = value.normalize().as_tuple()
    assert isinstance(exponent, int)
    decimals = max(0, -exponent)
    if decimals > places:
        raise CannotSend(f"{words} is {value}, with {decimals} decimals; QuickBooks allows {places}.")
    before = len(digits) + exponent
    if before > whole:
        raise CannotSend(f"{words} is {value}, with {before} digits; QuickBooks allows {whole}.")
    return f"{value:.{max(decimals, written)}f}"


def set_id(value: str) -> str:
    """A message set ID."""
    return printable("The message set ID", value, SET_ID_LONGEST)


def printable(words: str, value: str, longest: int) -> str:
    """An identifier of ours or of QuickBooks': not blank, printable ASCII."""
    if len(value) > longest:
        raise CannotSend(f"{words} has {len(value)} characters; QuickBooks allows {longest}.")
    if not _PRINTABLE.fullmatch(value):
        raise CannotSend(f"{words} {value!r} must be printable characters without accents, and not blank.")
    return value


def wall_time(words: str, value: str) -> str:
    """Wall time of the QuickBooks computer, without an offset: with one, QuickBooks would shift it."""
    if not _WALL_TIME.fullmatch(value):
        raise CannotSend(f"{words} {value!r} must read like 2026-01-31T23:59:59, without an offset.")
    return value


def guid(words: str, value: str) -> str:
    """With braces."""
    if not _GUID.fullmatch(value):
        raise CannotSend(f"{words} {value!r} must be a GUID in braces.")
    return value


def count(words: str, value: int) -> str:
    if value < 1:
        raise CannotSend(f"{words} is {value}; it must be at least 1.")
    return str(value)
