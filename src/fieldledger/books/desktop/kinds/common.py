"""What the records of all lists have in common: id, version, time, mark, references, and the rest that is kept.

Reading never raises; what is not understood stays in the rest. Must never mend a value.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import msgspec
from lxml import etree

from fieldledger.books.desktop import leaf
from fieldledger.books.desktop.limits import CannotSend
from fieldledger.books.desktop.requests import Content
from fieldledger.model.kinds import Kind
from fieldledger.model.record import Record, Stamp, Values

STAMP_FIELDS = ("ListID", "TimeModified", "EditSequence")
HEAD = ("ListID", "EditSequence", "TimeModified", "FullName")
MARK = "ExternalGUID"
_GUID = re.compile(r"\{[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}")

# ---- reading ---------------------------------------------------------------------------------------------------


def told(element: etree._Element) -> dict[str, str | None]:
    """The texts of an element's children."""
    return {str(child.tag): leaf.text(child.text) for child in element}


def stamp(kind: Kind, element: etree._Element) -> Stamp:
    """The light form; every record has these three."""
    head = told(element)
    return Stamp(
        kind=kind, id=head.get("ListID") or "", version=head.get("EditSequence") or "",
        modified=head.get("TimeModified") or "",
    )  # fmt: skip


def rest(element: etree._Element, held: Sequence[etree._Element]) -> bytes:
    """What the values do not hold, as QuickBooks sent it. Takes the element apart."""
    for child in held:
        element.remove(child)
    return zlib.compress(etree.tostring(element, with_tail=False), 1) if len(element) else b""


def mark(raw: str | None) -> str:
    """A GUID with braces, else ""."""
    text = leaf.text(raw) or ""
    return text if _GUID.fullmatch(text) else ""


Reading: TypeAlias = Callable[["str | None"], Any]
"""The value of a leaf; None = not told, or not understood."""


class Layout(msgspec.Struct, frozen=True):
    """How the element of a record is read, where it is nothing but leaves and references.

    start     the values of a record of which nothing else is told
    leaves    element -> field and reading; what is filled and not understood stays in the rest
    references element -> field, and which of its two texts is the value (ListID or FullName). It stays in the rest
              whole, for the other one. Where the field starts as a list, each of several adds one.
    """

    kind: Kind
    start: Values
    leaves: Mapping[str, tuple[str, Reading]]
    references: Mapping[str, tuple[str, str]] = msgspec.field(default_factory=dict)


def record(layout: Layout, element: etree._Element) -> Record:
    """The canonical record; its full name is its name. Takes the element apart."""
    values: dict[str, Any] = {
        field: [] if isinstance(value, list) else value for field, value in layout.start.items()
    }
    head = dict.fromkeys(HEAD, "")
    guid = ""
    held: list[etree._Element] = []
    for child in element:
        tag = str(child.tag)
        if tag in head:
            head[tag] = leaf.text(child.text) or ""
        elif tag in layout.leaves:
            field, reading = layout.leaves[tag]
            value = reading(child.text)
            if value is not None:
                values[field] = value
            elif leaf.text(child.text):
                continue
        elif tag in layout.references:
            _refer(values, *layout.references[tag], child)
            continue
        else:
            if tag == MARK:
                guid = mark(child.text)
            continue
        held.append(child)
    return Record(
        kind=layout.kind, id=head["ListID"], version=head["EditSequence"], modified=head["TimeModified"],
        values=values, full_name=head["FullName"] or values["name"] or "", rest=rest(element, held), guid=guid,
    )  # fmt: skip


def _refer(values: dict[str, Any], field: str, text: str, element: etree._Element) -> None:
    value = told(element).get(text)
    if value is None:
        return
    if isinstance(values[field], list):
        values[field].append(value)
    else:
        values[field] = value


# ---- writing ---------------------------------------------------------------------------------------------------

Writer: TypeAlias = Callable[[dict[str, Content], Any, bool], None]
"""Puts a value into a request. The flag: what is blank is written too, so that what stood there before goes away."""


def plain(tag: str) -> Writer:
    def write(content: dict[str, Content], value: Any, clear: bool) -> None:
        if value or clear:
            content[tag] = value or ""

    return write


def named(tag: str) -> Writer:
    """Of a value that may not be blank: it goes out in any case, so that a blank one is refused."""

    def write(content: dict[str, Content], value: Any, clear: bool) -> None:
        content[tag] = value or ""

    return write


def stated(tag: str) -> Writer:
    """Of a value that has no blank: None is not written."""

    def write(content: dict[str, Content], value: Any, clear: bool) -> None:
        if value is not None:
            content[tag] = value

    return write


def referring(tag: str, text: str = "ListID") -> Writer:
    """By ListID, or by FullName. A reference that is not stated is never written (spec 2.1)."""

    def write(content: dict[str, Content], value: Any, clear: bool) -> None:
        if value:
            content[tag] = {text: value}

    return write


def active(content: dict[str, Content], value: Any, clear: bool) -> None:
    content["IsActive"] = value is not False


def writer(writers: Mapping[str, Writer], field: str, what: str) -> Writer:
    """what: the records, as people call them. Raises `CannotSend`."""
    if field not in writers:
        raise no_field(field, what)
    return writers[field]


def no_field(field: str, what: str) -> CannotSend:
    return CannotSend(f"QuickBooks' {what} have no field {field!r} that could be written.")
