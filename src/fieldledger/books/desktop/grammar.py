"""The shapes of what is written: which elements a request has, in which order, how long they may be, what people
call them. Our own tables; each kind adds its own in `kinds`. The order is law: one element out of place and
QuickBooks refuses the whole set.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import msgspec


class Text(msgspec.Struct, frozen=True):
    """words: the field as people call it. longest: in characters, as QuickBooks Desktop has it.
    blank: it may be blank. colon: it may hold a colon; names of lists may not."""

    words: str
    longest: int
    blank: bool = True
    colon: bool = True


class Id(msgspec.Struct, frozen=True):
    """An identifier or version that QuickBooks gave."""

    words: str
    longest: int = 36


class Guid(msgspec.Struct, frozen=True):
    words: str


class Flag(msgspec.Struct, frozen=True):
    words: str


class Whole(msgspec.Struct, frozen=True):
    """A whole number from ``least`` to ``most``."""

    words: str
    least: int
    most: int


class Percent(msgspec.Struct, frozen=True):
    """A percentage from 0 to 100, as decimal text."""

    words: str


class Group(msgspec.Struct, frozen=True):
    """An element with elements in it. most: how many of them there may be, None = any number. called: the element by
    whose text people tell one from another; without it they are numbered."""

    words: str
    fields: Mapping[str, Field]
    most: int | None = 1
    called: str = ""


Field: TypeAlias = Text | Id | Guid | Flag | Whole | Percent | Group


def reference(words: str, longest: int, *, most: int | None = 1) -> Group:
    """A reference to another record, by ListID or else by FullName of at most ``longest`` characters."""
    return Group(words, {"ListID": Id("id"), "FullName": Text("name", longest)}, most=most)


ADDRESS: Mapping[str, Field] = {
    "Addr1": Text("line 1", 41),
    "Addr2": Text("line 2", 41),
    "Addr3": Text("line 3", 41),
    "Addr4": Text("line 4", 41),
    "Addr5": Text("line 5", 41),
    "City": Text("city", 31),
    "State": Text("state", 21),
    "PostalCode": Text("postal code", 13),
    "Country": Text("country", 31),
    "Note": Text("note", 41),
}
