"""Iterators of one session: where each stands in its list.

They live in memory and die with the session, as in QuickBooks. They hold a place, never records, so that every
page is read from the index where the last one ended.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from quickbooks_sim.companyfile import CompanyFile
from quickbooks_sim.status import Refusal, bad_iterator


@dataclass
class Place:
    """Where an iterator stands: the query that it belongs to, the last place, what remains.

    `where`, `values` and `page` (records a page, None = all at once) are those of the query at its start; later
    pages cannot change them. `remaining` is a count of the start, right as long as the list does not change; it is 0
    at the end and never before.
    """

    message: str
    where: str
    values: tuple[object, ...]
    page: int | None
    sort_key: str
    list_id: str
    total: int
    remaining: int
    used_at: int


class Iterators:
    """The iterators that one session has started."""

    def __init__(self, company: CompanyFile) -> None:
        self._company = company
        self._places: dict[str, Place] = {}

    def start(self, place: Place) -> str:
        """Begins an iterator at a place (after its first page); returns the iteratorID."""
        iterator_id = "{" + "-".join(secrets.token_hex(n) for n in (4, 2, 2, 2, 6)) + "}"
        place.used_at = self._company.clock().now()
        self._places[iterator_id] = place
        limit = int(self._company.switch("iterators_at_once"))
        while limit and len(self._places) > limit:
            del self._places[min(self._places, key=lambda known: self._places[known].used_at)]
        return iterator_id

    def resume(self, message: str, iterator_id: str) -> Place:
        """The place of an iterator; Refusal 3391 if it is unknown, of another query, or has been idle too long."""
        place = self._places.get(iterator_id)
        now = self._company.clock().now()
        idle = int(self._company.switch("iterator_idle_limit"))
        if place is not None and idle and now - place.used_at > idle:
            del self._places[iterator_id]
            place = None
        if place is None or place.message != message:
            raise Refusal(bad_iterator(iterator_id))
        place.used_at = now
        return place

    def stop(self, iterator_id: str) -> None:
        """Forgets an iterator."""
        self._places.pop(iterator_id, None)
