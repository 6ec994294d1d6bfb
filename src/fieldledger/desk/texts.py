"""What every kind of record is made of: text as people type it, percentages, and records that come back as they were
read. It knows no kind of record; a text that does not fit is refused, never cut.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, BeforeValidator, Field, model_validator

# What a reader is given on top. A program may send a record back as it read it: these are passed over.
SHOWN_ONLY = frozenset({"id", "created_at", "modified_at", "origin", "sync"})
PERCENT_DECIMALS = 5
"""As many as QuickBooks keeps."""
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_PERCENT = re.compile(rf"[+-]?[0-9]{{1,10}}(\.[0-9]{{1,{PERCENT_DECIMALS}}})?")


def trimmed(value: Any) -> Any:
    """Blank text is no text; control characters are nobody's intention."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if not text.isprintable() and (found := _UNSEEN.search(text)):
        raise ValueError(
            f"There is a character here that cannot be shown (U+{ord(found[0]):04X}); remove it."
        )
    return text or None


def named(value: Any) -> Any:
    text = trimmed(value)
    if text is None:
        raise ValueError("A name is needed here; please fill it in.")
    return text


def percent(value: Any) -> Any:
    """A percentage as decimal text in its shortest form: exact, for it never becomes a binary fraction."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if not isinstance(value, str):
        raise ValueError('A percentage is sent as text, such as "8.25".')
    text = value.strip()
    if not _PERCENT.fullmatch(text):
        raise ValueError(
            f"A percentage such as 8.25 is needed here, with at most {PERCENT_DECIMALS} decimals; "
            f"{text[:40]!r} is none."
        )
    return shortest(Decimal(text))


def shortest(number: Decimal) -> str:
    """Without an exponent and without zeros that say nothing: "8.25", "0"."""
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


Text: TypeAlias = Annotated[Annotated[str, Field(max_length=255)] | None, BeforeValidator(trimmed)]
Long: TypeAlias = Annotated[Annotated[str, Field(max_length=4095)] | None, BeforeValidator(trimmed)]
Name: TypeAlias = Annotated[str, Field(max_length=255), BeforeValidator(named)]
Percent: TypeAlias = Annotated[str | None, BeforeValidator(percent)]


class Whole(BaseModel):
    """States a whole record: a field that is left out is blank."""


class AsRead(BaseModel):
    """A record may come back as it was read: what only is shown is passed over."""

    version: int | None = Field(
        None,
        description="The version that was read; if there is another one by now, 409 and nothing is done.",
    )

    @model_validator(mode="before")
    @classmethod
    def _pass_over(cls, given: Any) -> Any:
        if isinstance(given, dict):
            return {name: value for name, value in given.items() if name not in SHOWN_ONLY}
        return given


def fold(text: str | None) -> str:
    """Blanks folded, case-insensitive: how names are compared and sorted."""
    return " ".join((text or "").split()).casefold()
