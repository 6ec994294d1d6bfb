"""Elements of an answer as plain values, and how QuickBooks writes them as text.

A `Fields` is a list of (element name, content) in order; content is text or again `Fields`. Writing follows
the real answers: one element per line, ASCII only, five predefined entities, numeric references above 127.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import cast

from lxml import etree

Fields = list[tuple[str, "str | Fields"]]

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"})
_SPECIAL = re.compile(r"[&<>\"'\x80-\U0010ffff]")


def escape(text: str) -> str:
    """Text as QuickBooks writes it: five entities, and numeric references above 127."""
    # Most texts of an answer have nothing to escape, and looking is five times as quick as translating.
    if _SPECIAL.search(text) is None:
        return text
    return text.translate(_ESCAPES).encode("ascii", "xmlcharrefreplace").decode("ascii")


def write(fields: Fields, lines: list[str]) -> None:
    """Appends the elements, one per line."""
    for name, content in fields:
        if isinstance(content, str):
            lines.append(f"<{name}>{escape(content)}</{name}>")
        else:
            lines.append(f"<{name}>")
            write(content, lines)
            lines.append(f"</{name}>")


def attributes(values: Iterable[tuple[str, str]]) -> str:
    """Attributes in order, each with a leading blank."""
    return "".join(f' {name}="{escape(value).replace("&apos;", chr(39))}"' for name, value in values)


def to_json(fields: Fields) -> str:
    """For the company file."""
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Fields:
    """Back from the company file."""
    return cast(Fields, json.loads(text))


def from_element(element: etree._Element) -> Fields:
    """The children of an element."""
    return [
        (str(child.tag), from_element(child) if len(child) else (child.text or ""))
        for child in element
        if isinstance(child.tag, str)
    ]


def first(fields: Fields, name: str) -> str | Fields | None:
    """The first content under that name, or None."""
    for found, content in fields:
        if found == name:
            return content
    return None


def text_of(fields: Fields, name: str, default: str = "") -> str:
    """The text under that name, or the default (also where the content is an aggregate)."""
    content = first(fields, name)
    return content if isinstance(content, str) else default


def group_of(fields: Fields, name: str) -> Fields:
    """The aggregate under that name, or an empty one."""
    content = first(fields, name)
    return content if isinstance(content, list) else []


def without(fields: Fields, *names: str) -> Fields:
    """All but these names."""
    return [(name, content) for name, content in fields if name not in names]


def replaced(fields: Fields, name: str, content: str | Fields | None) -> Fields:
    """With one element set (at its place, or at the end), or removed when `content` is None."""
    result: Fields = []
    done = content is None
    for found, old in fields:
        if found != name:
            result.append((found, old))
        elif not done and content is not None:
            result.append((name, content))
            done = True
    if not done and content is not None:
        result.append((name, content))
    return result


def in_order(fields: Fields, order: dict[str, int]) -> Fields:
    """Sorted by an official order; unknown names keep their order at the end."""
    last = len(order)
    return sorted(fields, key=lambda item: order.get(item[0], last))
