"""One transaction's writes of customers: every way in goes through here, so numbers, versions, positions, stamps and
rules are the same for all. Expected trouble is `NotThere`, `Conflict` or `Refused`, raised before anything is touched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from fieldledger.desk import locations, policy
from fieldledger.desk.customer_rows import KIND, State, columns, load, location_rows, shown
from fieldledger.desk.customers import CustomerFields, Refused, values_of
from fieldledger.desk.moments import stamp
from fieldledger.desk.schema import counters, customer_locations, customers

SYNC = "sync"
"""The origin of what the sync engine writes: no lock binds it, and it hears nothing of its own writes."""


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
    """What came of it. status: 201 created, 200 changed or deleted, 404 not there, 409 somebody was first, 422 a rule
    forbids it or the key was used for something else. customer: as it is now, None when there is none. errors: of
    `Refused`."""

    status: int
    customer: dict[str, Any] | None = None
    told: str = ""
    errors: Sequence[dict[str, str]] = ()


class Writing:
    """Collects writes, hands out numbers and positions, and puts all down at `flush`. now: Unix seconds."""

    def __init__(self, tx: Connection, company: str, now: float, origin: str) -> None:
        self.tx = tx
        self._company = company
        self._origin = origin
        self._at = stamp(datetime.fromtimestamp(now, UTC))
        query = select(counters.c.what, counters.c.value).where(
            counters.c.company == company, counters.c.what.in_(("position", KIND))
        )
        self._counters: dict[str, int] = {row.what: row.value for row in tx.execute(query)}
        self._locks = policy.Locks()
        if origin != SYNC:
            self._locks = policy.locks(policy.read(tx, company), policy.CUSTOMERS)
        self._states: dict[int, State] = {}
        self._new: dict[int, State] = {}
        self._changed: dict[int, State] = {}
        self._moved: set[int] = set()  # whose locations have to be written again

    @property
    def edited(self) -> list[int]:
        """The customers that are not as they were before."""
        return sorted({*self._new, *self._changed})

    def load(self, ids: Sequence[int]) -> None:
        missing = {id for id in ids if id not in self._states}
        if missing:
            self._states.update(load(self.tx, self._company, missing))

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
        """A new customer. Raises `Refused`."""
        values = {**policy.BLANK, **values_of(fields)}
        values, next_location = self._arranged(values, values["locations"], None, 1)
        self._locks.check(None, values)
        state = State(
            self._next(KIND), 1, self._next("position"), self._at, self._at, self._origin, values, next_location
        )  # fmt: skip
        self._states[state.id] = self._new[state.id] = state
        return state

    def change(self, state: State, fields: CustomerFields) -> State:
        """What equals what is there is no change: no version, no place in the feed. Raises `Refused`."""
        given = values_of(fields)
        places = given.pop("locations", None)
        before, next_location = state.values, state.next_location
        values = {**before, **given}
        if places is not None:
            values, next_location = self._arranged(values, places, before, next_location)
        if values == before:
            return state
        self._locks.check(before, values)
        if values["locations"] != before["locations"]:
            self._moved.add(state.id)
        state.values, state.next_location = values, next_location
        return self._touch(state)

    def delete(self, state: State) -> State:
        """Leaves a tombstone, so that whoever follows the change feed hears of it. Raises `Refused`."""
        self._locks.check(state.values, None)
        state.deleted = True
        return self._touch(state)

    def carry_out(self, item: Item) -> Done:
        """One item of a batch."""
        id = item.id
        if id is None:
            return judged(201, lambda: self.create(item.fields))
        return judged(200, lambda: self.change(self.find(id, item.version), item.fields))

    def tell_again(self, status: int, record: int | None) -> Done:
        """The first answer to a key: its status, and the customer as it is by now."""
        state = self._states.get(record) if record is not None else None
        if status == 404 or state is None:
            return Done(404, None, f"There is no customer {record}.")
        return Done(status, shown(state), str(Conflict(shown(state))) if status == 409 else "")

    def flush(self) -> None:
        """Everything at once: many rows a statement, which is what makes batches quick."""
        company, tx = self._company, self.tx
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

    def _arranged(
        self, values: dict[str, Any], given: Sequence[dict[str, Any]], before: dict[str, Any] | None, next_id: int
    ) -> tuple[dict[str, Any], int]:  # fmt: skip
        places, next_id = locations.arrange(
            given, before, values["billing_address"], next_id, by_sync=self._origin == SYNC
        )
        return {**values, "locations": places}, next_id

    def _touch(self, state: State) -> State:
        state.version += 1
        state.position = self._next("position")
        state.modified_at = self._at
        state.origin = self._origin
        self._changed[state.id] = state
        return state

    def _next(self, what: str) -> int:
        self._counters[what] = self._counters.get(what, 0) + 1
        return self._counters[what]


def judged(status: int, work: Callable[[], State]) -> Done:
    """What came of one piece of many: trouble with it stops nobody else's (spec 10.5)."""
    try:
        return Done(status, shown(work()))
    except NotThere as error:
        return Done(404, None, str(error))
    except Conflict as error:
        return Done(409, error.current, str(error))
    except Refused as error:
        return Done(422, None, str(error), error.errors)


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
