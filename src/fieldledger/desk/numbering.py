"""Numbers of records and positions of the change feeds: each rises by one and is never given twice.

Customers have the feed "position" and their kind's last number; every other kind has counters of its own, so the feeds
do not depend on each other.
"""

from __future__ import annotations

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert as upsert

from fieldledger.desk.schema import counters

_counting = upsert(counters)
_COUNT = _counting.on_conflict_do_update(
    index_elements=["company", "what"], set_={"value": _counting.excluded.value}
)


class Numbering:
    """Within one transaction. kind: whose numbers; feed: the counter of its positions."""

    def __init__(self, tx: Connection, company: str, kind: str, feed: str) -> None:
        self._tx, self._company, self._kind, self._feed = tx, company, kind, feed
        query = select(counters.c.what, counters.c.value).where(
            counters.c.company == company, counters.c.what.in_((feed, kind))
        )
        self._last: dict[str, int] = {row.what: row.value for row in tx.execute(query)}

    @property
    def begun(self) -> bool:
        """Whether a record of this kind was ever made."""
        return self._kind in self._last

    def number(self) -> int:
        return self._next(self._kind)

    def position(self) -> int:
        return self._next(self._feed)

    def mark(self) -> dict[str, int]:
        """How far they have come, for `back`."""
        return dict(self._last)

    def back(self, mark: dict[str, int]) -> None:
        """As if nothing had been given since."""
        self._last = dict(mark)

    def put_down(self) -> None:
        """Remember how far they have come."""
        entries = [
            {"company": self._company, "what": what, "value": value} for what, value in self._last.items()
        ]
        if entries:
            self._tx.execute(_COUNT, entries)

    def _next(self, what: str) -> int:
        self._last[what] = self._last.get(what, 0) + 1
        return self._last[what]
