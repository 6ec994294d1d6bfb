"""Customers in the store: reading, writing, the change feed, and batches that are done once for each key.

Each write is one transaction of `customer_writing`; nothing is ever half done. When it is committed, and only then,
those who listen hear of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeAlias

from pydantic import BaseModel
from sqlalchemy import select

from fieldledger.desk import batches
from fieldledger.desk import customer_search as search
from fieldledger.desk.customer_rows import KIND, load, shown, states
from fieldledger.desk.customer_writing import Writing
from fieldledger.desk.customers import CustomerFields
from fieldledger.desk.database import Database
from fieldledger.desk.judging import SYNC, Done, Item, NotThere, judged
from fieldledger.desk.listing import Listing, Spot, Wanted
from fieldledger.desk.schema import customers

Tell: TypeAlias = Callable[[str, Iterable[int]], None]
"""tell(company, numbers): these customers were edited, and not by the sync."""


class Customers:
    """The customers of all companies. now: Unix seconds; tell: see `Tell`, called after the commit."""

    def __init__(self, database: Database, now: Callable[[], float], tell: Tell) -> None:
        self._database = database
        self._now = now
        self._tell = tell

    def get(self, company: str, id: int) -> dict[str, Any]:
        """Raises `NotThere`."""
        found = self.some(company, [id])
        if not found:
            raise NotThere(id)
        return found[0]

    def some(self, company: str, ids: Sequence[int]) -> list[dict[str, Any]]:
        """The customers of these numbers, in this order; those that are not there are left out."""
        with self._database.read() as tx:
            found = load(tx, company, ids)
        return [shown(found[id]) for id in dict.fromkeys(ids) if id in found and not found[id].deleted]

    def page(
        self, company: str, wanted: Wanted, *, after: Spot | None = None, until: Spot | None = None,
        limit: int = 50, count_before: bool = False,
    ) -> search.Page:  # fmt: skip
        """A page of the list by name; see `customer_search.page`."""
        with self._database.read() as tx:
            return search.page(
                tx, company, wanted, after=after, until=until, limit=limit, count_before=count_before
            )

    def listing(self, company: str, wanted: Wanted, *, after: Spot | None = None, limit: int = 50) -> Listing:
        """The same as it is shown to programs."""
        found = self.page(company, wanted, after=after, limit=limit)
        following = search.spot_of(found.states[-1]) if found.more else None
        return Listing([shown(state) for state in found.states], found.total, following)

    def changes(self, company: str, after: int, limit: int) -> tuple[list[dict[str, Any]], bool]:
        """The change feed: each customer once, at the position of its latest change, tombstones too; and whether there
        is more."""
        query = (
            select(customers)
            .where(customers.c.company == company, customers.c.position > after)
            .order_by(customers.c.position)
            .limit(limit + 1)
        )
        with self._database.read() as tx:
            rows = tx.execute(query).all()
            found = states(tx, company, rows[:limit])
        items = [
            {
                "position": state.position,
                "id": state.id,
                "deleted": state.deleted,
                "customer": None if state.deleted else shown(state),
            }
            for state in found
        ]
        return items, len(rows) > limit

    def create(self, company: str, fields: BaseModel, origin: str = "user") -> dict[str, Any]:
        """Raises `Refused`."""
        with self._writing(company, origin) as writing:
            state = writing.create(fields)
        return shown(state)

    def change(
        self, company: str, id: int, fields: BaseModel, version: int | None, origin: str = "user"
    ) -> dict[str, Any]:
        """Change what was given, or every field by a `CustomerPut`. version: the one that the editor saw; None =
        whatever it is now. Raises `NotThere`, `Conflict`, `Refused`."""
        with self._writing(company, origin) as writing:
            state = writing.change(writing.find(id, version), fields)
        return shown(state)

    def delete(self, company: str, id: int, version: int | None = None, origin: str = "user") -> None:
        """Leaves a tombstone. Raises as `change` does."""
        with self._writing(company, origin) as writing:
            writing.delete(writing.find(id, version))

    def many(
        self, company: str, picked: Sequence[tuple[int, int | None]], wish: CustomerFields | None, origin: str = "user"
    ) -> list[Done]:  # fmt: skip
        """The same for many, in one transaction, each judged alone. picked: number and version of each; wish: the
        change, None to delete."""
        with self._writing(company, origin) as writing:
            writing.load([id for id, _ in picked])

            def one(id: int, version: int | None) -> dict[str, Any]:
                state = writing.find(id, version)
                return shown(writing.delete(state) if wish is None else writing.change(state, wish))

            return [judged(200, partial(one, id, version)) for id, version in picked]

    def batch(self, company: str, items: Sequence[Item], origin: str) -> list[Done]:
        """Many writes in one transaction, each judged alone and done once for its key; see `batches`."""
        with self._writing(company, origin) as writing:
            known = batches.known_keys(writing.tx, company, [item.key for item in items])
            writing.load([item.id for item in items if item.id is not None])
            writing.load([used.record for used in known.values() if used.record is not None])
            return batches.carry_out(writing, company, KIND, items, known)

    @contextmanager
    def _writing(self, company: str, origin: str) -> Iterator[Writing]:
        """One transaction. An error undoes all of it and is heard by nobody."""
        with self._database.write() as tx:
            writing = Writing(tx, company, self._now(), origin)
            yield writing
            writing.flush()
        if origin != SYNC:
            self._tell(company, writing.edited)
