"""Customers in the store: reading, writing, the change feed, and batches that are done once for each key.

Every write goes through `_Writing`, so numbers, versions, positions and stamps are given in one place. Expected trouble
is `NotThere` or `Conflict`; nothing is ever half done.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from fieldledger.desk import customer_search as search
from fieldledger.desk.customer_rows import (
    KIND,
    State,
    columns,
    load,
    location_rows,
    put_places,
    shown,
    states,
)
from fieldledger.desk.customers import CustomerCreate, CustomerFields, values_of
from fieldledger.desk.database import Database
from fieldledger.desk.moments import stamp
from fieldledger.desk.schema import batch_keys, counters, customer_locations, customers


class NotThere(LookupError):
    """No such customer (any more)."""

    def __init__(self, id: int) -> None:
        super().__init__(f"There is no customer {id}.")


class Conflict(Exception):
    """Somebody else changed it first; ``current`` is its state now."""

    def __init__(self, current: dict[str, Any]) -> None:
        super().__init__(
            f"Somebody else changed customer {current['id']} first: it is at version {current['version']} now. "
            "Read it again, then change it."
        )
        self.current = current


class Item(NamedTuple):
    """One write of a batch. id: None to create. version: the one that was read, None for whatever it is now."""

    key: str
    id: int | None
    version: int | None
    fields: CustomerFields


class Done(NamedTuple):
    """What came of it. status: 201 created, 200 changed, 404 not there, 409 somebody was first, 422 the key was used
    for something else. customer: as it is now, None when there is none."""

    status: int
    customer: dict[str, Any] | None = None
    told: str = ""


class Customers:
    """The customers of all companies. now: Unix seconds."""

    def __init__(self, database: Database, now: Callable[[], float]) -> None:
        self._database = database
        self._now = now

    def get(self, company: str, id: int) -> dict[str, Any]:
        with self._database.read() as tx:
            state = load(tx, company, [id]).get(id)
        if state is None or state.deleted:
            raise NotThere(id)
        return shown(state)

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
        with self._database.write() as tx:
            writing = _Writing(tx, company, self._now(), origin)
            state = writing.create(fields)
            writing.flush()
        return shown(state)

    def change(
        self, company: str, id: int, fields: CustomerFields, version: int | None, origin: str = "user"
    ) -> dict[str, Any]:
        """Change what was given. version: the one that the editor saw; None = whatever it is now."""
        with self._database.write() as tx:
            writing = _Writing(tx, company, self._now(), origin)
            state = writing.find(id, version)
            writing.change(state, fields)
            writing.flush()
        return shown(state)

    def delete(self, company: str, id: int, version: int | None = None, origin: str = "user") -> None:
        """Leaves a tombstone, so that whoever follows the change feed hears of it."""
        with self._database.write() as tx:
            writing = _Writing(tx, company, self._now(), origin)
            writing.delete(writing.find(id, version))
            writing.flush()

    def batch(self, company: str, items: Sequence[Item], origin: str) -> list[Done]:
        """Many writes in one transaction, each judged alone. What came of a key is remembered for ever: the same key
        again gives the same status and customer, and does nothing."""
        with self._database.write() as tx:
            writing = _Writing(tx, company, self._now(), origin)
            known = _known_keys(tx, company, [item.key for item in items])
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
                    known[item.key] = (content, answer.status, record)
                elif earlier[0] != content:
                    answer = Done(
                        422, None, f"The key {item.key} was used for something else before; take another."
                    )
                else:
                    answer = writing.tell_again(earlier[1], earlier[2])
                done.append(answer)
            writing.flush()
            fresh = [
                {"company": company, "key": key, "kind": KIND, "content": content, "status": status, "record": id}
                for key, (content, status, id) in known.items()
                if key not in before
            ]  # fmt: skip
            if fresh:
                tx.execute(insert(batch_keys), fresh)
        return done


class _Writing:
    """One transaction's writes: collects them, hands out numbers and positions, and puts all down at `flush`."""

    def __init__(self, tx: Connection, company: str, now: float, origin: str) -> None:
        self._tx = tx
        self._company = company
        self._origin = origin
        self._at = stamp(datetime.fromtimestamp(now, UTC))
        query = select(counters.c.what, counters.c.value).where(
            counters.c.company == company, counters.c.what.in_(("position", KIND))
        )
        self._counters: dict[str, int] = {row.what: row.value for row in tx.execute(query)}
        self._states: dict[int, State] = {}
        self._new: dict[int, State] = {}
        self._changed: dict[int, State] = {}
        self._moved: set[int] = set()  # whose locations have to be written again

    def load(self, ids: Sequence[int]) -> None:
        missing = {id for id in ids if id not in self._states}
        if missing:
            self._states.update(load(self._tx, self._company, missing))

    def find(self, id: int, version: int | None) -> State:
        """Raises `NotThere` or `Conflict`."""
        self.load([id])
        state = self._states.get(id)
        if state is None or state.deleted:
            raise NotThere(id)
        if version is not None and version != state.version:
            raise Conflict(shown(state))
        return state

    def create(self, fields: CustomerFields) -> State:
        values = values_of(fields, only_given=False)
        given = values.pop("locations")
        state = State(
            self._next(KIND), 1, self._next("position"), self._at, self._at, self._origin,
            {**values, "locations": []},
        )  # fmt: skip
        put_places(state, given, None)
        self._states[state.id] = self._new[state.id] = state
        return state

    def change(self, state: State, fields: CustomerFields) -> None:
        """What equals what is there is no change: no version, no place in the feed."""
        given = values_of(fields, only_given=True)
        places = given.pop("locations", None)
        before = dict(state.values)
        state.values.update(given)
        if places is not None:
            put_places(state, places, before)
        if state.values == before:
            return
        if state.values["locations"] != before["locations"]:
            self._moved.add(state.id)
        self._touch(state)

    def delete(self, state: State) -> None:
        state.deleted = True
        self._touch(state)

    def carry_out(self, item: Item) -> Done:
        if item.id is None:
            return Done(201, shown(self.create(item.fields)))
        try:
            state = self.find(item.id, item.version)
        except NotThere as error:
            return Done(404, None, str(error))
        except Conflict as error:
            return Done(409, error.current, str(error))
        self.change(state, item.fields)
        return Done(200, shown(state))

    def tell_again(self, status: int, record: int | None) -> Done:
        """The first answer to a key: its status, and the customer as it is by now."""
        state = self._states.get(record) if record is not None else None
        if status == 404 or state is None:
            return Done(404, None, f"There is no customer {record}.")
        return Done(status, shown(state), str(Conflict(shown(state))) if status == 409 else "")

    def flush(self) -> None:
        """Everything at once: many rows a statement, which is what makes batches quick."""
        company, tx = self._company, self._tx
        if self._new:
            tx.execute(insert(customers), [columns(company, state) for state in self._new.values()])
        changed = [state for id, state in self._changed.items() if id not in self._new]
        if changed:
            tx.execute(_UPDATE, [_bound(columns(company, state)) for state in changed])
        moved = [state for state in changed if state.id in self._moved]
        if moved:
            tx.execute(_CLEAR, [{"of_company": company, "of_customer": state.id} for state in moved])
        rows = [row for state in (*self._new.values(), *moved) for row in location_rows(company, state)]
        if rows:
            tx.execute(insert(customer_locations), rows)
        if self._new or self._changed:
            entries = [
                {"company": company, "what": what, "value": value} for what, value in self._counters.items()
            ]
            tx.execute(_COUNT, entries)

    def _touch(self, state: State) -> None:
        state.version += 1
        state.position = self._next("position")
        state.modified_at = self._at
        state.origin = self._origin
        self._changed[state.id] = state

    def _next(self, what: str) -> int:
        self._counters[what] = self._counters.get(what, 0) + 1
        return self._counters[what]


_STAYS = ("company", "id", "row", "created_at")
_UPDATE = (
    update(customers)
    .where(customers.c.company == bindparam("of_company"), customers.c.id == bindparam("of_id"))
    .values({column.name: bindparam(f"new_{column.name}") for column in customers.c if column.name not in _STAYS})
)  # fmt: skip
_CLEAR = delete(customer_locations).where(
    customer_locations.c.company == bindparam("of_company"),
    customer_locations.c.customer == bindparam("of_customer"),
)
_counting = upsert(counters)
_COUNT = _counting.on_conflict_do_update(
    index_elements=["company", "what"], set_={"value": _counting.excluded.value}
)


def _bound(row: dict[str, Any]) -> dict[str, Any]:
    bound = {f"new_{name}": value for name, value in row.items() if name not in _STAYS}
    return {"of_company": row["company"], "of_id": row["id"], **bound}


def _known_keys(
    tx: Connection, company: str, keys: Sequence[str]
) -> dict[str, tuple[bytes, int, int | None]]:
    query = select(batch_keys).where(batch_keys.c.company == company, batch_keys.c.key.in_(keys))
    return {row.key: (row.content, row.status, row.record) for row in tx.execute(query)}


def _hash(item: Item) -> bytes:
    """What was asked for. The version is not part of it: it says when, not what."""
    content = json.dumps([item.id, item.fields.model_dump(exclude_unset=True)], sort_keys=True)
    return hashlib.blake2b(content.encode(), digest_size=16).digest()
