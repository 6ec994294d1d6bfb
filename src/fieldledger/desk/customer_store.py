"""Customers in the store: reading, writing, the change feed, and batches that are done once for each key.

Each write is one transaction of `customer_writing`; nothing is ever half done. When it is committed, and only then,
those who listen hear of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeAlias

from sqlalchemy import Connection, insert, select

from fieldledger.desk import customer_search as search
from fieldledger.desk.customer_rows import KIND, State, load, shown, states
from fieldledger.desk.customer_writing import SYNC, Done, Item, NotThere, Writing, judged
from fieldledger.desk.customers import CustomerCreate, CustomerFields
from fieldledger.desk.database import Database
from fieldledger.desk.schema import batch_keys, customers

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
        self, company: str, wanted: search.Wanted, *, after: search.Spot | None = None,
        until: search.Spot | None = None, limit: int = 50, count_before: bool = False,
    ) -> search.Page:  # fmt: skip
        """A page of the list by name; see `customer_search.page`."""
        with self._database.read() as tx:
            return search.page(
                tx, company, wanted, after=after, until=until, limit=limit, count_before=count_before
            )

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

    def create(self, company: str, fields: CustomerCreate, origin: str = "user") -> dict[str, Any]:
        """Raises `Refused`."""
        with self._writing(company, origin) as writing:
            state = writing.create(fields)
        return shown(state)

    def change(
        self, company: str, id: int, fields: CustomerFields, version: int | None, origin: str = "user"
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

            def one(id: int, version: int | None) -> State:
                state = writing.find(id, version)
                return writing.delete(state) if wish is None else writing.change(state, wish)

            return [judged(200, partial(one, id, version)) for id, version in picked]

    def batch(self, company: str, items: Sequence[Item], origin: str) -> list[Done]:
        """Many writes in one transaction, each judged alone. What came of a key is remembered for ever: the same key
        again gives the same status and customer, and does nothing. What a rule refused is not remembered, so it can be
        put right and sent again under its key."""
        with self._writing(company, origin) as writing:
            known = _known_keys(writing.tx, company, [item.key for item in items])
            writing.load([item.id for item in items if item.id is not None])
            writing.load([record for _, _, record in known.values() if record is not None])
            before = set(known)
            done = []
            for item in items:
                content = _hash(item)
                earlier = known.get(item.key)
                if earlier is None:
                    answer = writing.carry_out(item)
                    record = answer.customer["id"] if answer.customer else item.id
                    if answer.status != 422:
                        known[item.key] = (content, answer.status, record)
                elif earlier[0] != content:
                    answer = Done(
                        422, None, f"The key {item.key} was used for something else before; take another."
                    )
                else:
                    answer = writing.tell_again(earlier[1], earlier[2])
                done.append(answer)
            fresh = [
                {"company": company, "key": key, "kind": KIND, "content": content, "status": status, "record": id}
                for key, (content, status, id) in known.items()
                if key not in before
            ]  # fmt: skip
            if fresh:
                writing.tx.execute(insert(batch_keys), fresh)
        return done

    @contextmanager
    def _writing(self, company: str, origin: str) -> Iterator[Writing]:
        """One transaction. An error undoes all of it and is heard by nobody."""
        with self._database.write() as tx:
            writing = Writing(tx, company, self._now(), origin)
            yield writing
            writing.flush()
        if origin != SYNC:
            self._tell(company, writing.edited)


def _known_keys(
    tx: Connection, company: str, keys: Sequence[str]
) -> dict[str, tuple[bytes, int, int | None]]:
    query = select(batch_keys).where(batch_keys.c.company == company, batch_keys.c.key.in_(keys))
    return {row.key: (row.content, row.status, row.record) for row in tx.execute(query)}


def _hash(item: Item) -> bytes:
    """What was asked for. The version is not part of it: it says when, not what."""
    content = json.dumps([item.id, item.fields.model_dump(exclude_unset=True)], sort_keys=True)
    return hashlib.blake2b(content.encode(), digest_size=16).digest()
