"""What a list may be asked for and how a page of it is answered, for any kind of record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

UNSPOKEN = "none"
"""The filter for records of which the sync has said nothing."""

Spot: TypeAlias = tuple[str, int]
"""A place in a list: folded name and number of a record."""


@dataclass(frozen=True)
class Wanted:
    """Which records. active: None = all; changed_since: an instant; status: what the sync last said of them, a word
    of `STATUSES`, `UNSPOKEN` for those that it never spoke of, "" = any."""

    search: str = ""
    active: bool | None = True
    changed_since: datetime | None = None
    status: str = ""


class Listing(NamedTuple):
    """items: this page's, as they are shown; total: how many there are on all pages; following: the spot after which
    the next page starts, None on the last one."""

    items: list[dict[str, Any]]
    total: int
    following: Spot | None
