"""What the kinds of the field side have in common: text, percentages, numbers and references, canonical and back."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any


def text(value: Any) -> str | None:
    """Trimmed; blank is None."""
    found = str(value).strip() if value is not None else ""
    return found or None


def percent(value: Any) -> str | None:
    """Decimal text in its shortest form: equal percentages are equal text. Raises ValueError for what is none."""
    found = text(value)
    if found is None:
        return None
    try:
        number = Decimal(found)
    except InvalidOperation:
        raise ValueError(f"a percentage must be decimal text, not {found!r}") from None
    if not number.is_finite():
        raise ValueError(f"a percentage must be a number, not {found!r}")
    shortest = f"{number:f}"
    if "." in shortest:
        shortest = shortest.rstrip("0").rstrip(".")
    return "0" if shortest == "-0" else shortest


def number(value: Any) -> int | None:
    """A whole number or nothing. Raises TypeError for anything else."""
    if value is None or type(value) is int:
        return value
    raise TypeError(f"a whole number is needed, not {value!r}")


def reference(value: Any) -> str | None:
    """The id of another record as canonical values hold it."""
    found = number(value)
    return None if found is None else str(found)


def record_number(value: str | None) -> int | None:
    """The other way: what a reference is in JSON. Raises ValueError when it is no number of the field side."""
    return None if value is None else int(value)
