"""One transaction's writes of customers: every way in goes through here, so numbers, versions, positions, stamps and
rules are the same for all. Expected trouble is `NotThere`, `Conflict` or `Refused`, raised before anything is touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Connection, bindparam, delete, insert, update

from fieldledger.desk import locations, policy
from fieldledger.desk.customer_rows import KIND, State, columns, load, location_rows, shown
from fieldledger.desk.customers import REFERENCES, CustomerFields, Meant, meant_by, values_of
from fieldledger.desk.judging import SYNC, Conflict, Done, Item, NotThere, Refused, judged
from fieldledger.desk.moments import stamp
from fieldledger.desk.numbering import Numbering
from fieldledger.desk.references import TAX, References
from fieldledger.desk.schema import customer_locations, customers


class Writing:
    """Collects writes, hands out numbers and positions, and puts all down at `flush`. now: Unix seconds."""

    def __init__(self, tx: Connection, company: str, now: float, origin: str) -> None:
        self.tx = tx
        self._company = company
        self._origin = origin
        self._at = stamp(datetime.fromtimestamp(now, UTC))
        self._numbering = Numbering(tx, company, KIND, "position")
        self._references = References(tx, company, now, by_sync=origin == SYNC)
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

    def create(self, fields: BaseModel) -> State:
        """A new customer. Raises `Refused`."""
        assert isinstance(fields, CustomerFields)
        values = {**policy.BLANK, **values_of(fields)}
        values, wrong = self._referring(values, fields, None)
        values, next_location = self._arranged(values, values["locations"], None, 1, wrong)
        self._locks.check(None, values)
        if wrong:
            raise Refused(self._told(wrong))
        state = State(
            self._numbering.number(), 1, self._numbering.position(), self._at, self._at, self._origin, values,
            next_location, names=self._named(values), taxes=self._taxes(values),
        )  # fmt: skip
        self._states[state.id] = self._new[state.id] = state
        return state

    def change(self, state: State, fields: BaseModel) -> State:
        """What equals what is there is no change: no version, no place in the feed. Raises `Refused`."""
        assert isinstance(fields, CustomerFields)
        given = values_of(fields)
        places = given.pop("locations", None)
        before, next_location = state.values, state.next_location
        values, wrong = self._referring({**before, **given}, fields, before)
        if places is not None:
            values, next_location = self._arranged(values, places, before, next_location, wrong)
        if values == before and not wrong:
            return state
        self._locks.check(before, values)
        if wrong:
            raise Refused(self._told(wrong))
        if values["locations"] != before["locations"]:
            self._moved.add(state.id)
        state.values, state.next_location = values, next_location
        state.names, state.taxes = self._named(values), self._taxes(values)
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
            return judged(201, lambda: shown(self.create(item.fields)))
        return judged(200, lambda: shown(self.change(self.find(id, item.version), item.fields)))

    def together(self, items: Sequence[Item]) -> dict[str, Done]:
        """Nothing that is refused alone is possible at once: no customer waits for another."""
        return {}

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
            self._numbering.put_down()

    def _arranged(
        self, values: dict[str, Any], given: Sequence[dict[str, Any]], before: dict[str, Any] | None, next_id: int,
        wrong: list[dict[str, str]],
    ) -> tuple[dict[str, Any], int]:  # fmt: skip
        """With its locations. What is wrong with their taxes is added to what is wrong already."""

        def taxed(number: int, wish: Meant, had: int | None) -> int | None:
            id, error = self._references.one(TAX, wish, had)
            if error:
                wrong.append({**error, "field": f"locations.{number}.{error['field']}"})
            return id

        places, next_id = locations.arrange(
            given, before, values["billing_address"], next_id, taxed, by_sync=self._origin == SYNC
        )
        return {**values, "locations": places}, next_id

    def _referring(
        self, values: dict[str, Any], fields: CustomerFields, before: dict[str, Any] | None
    ) -> tuple[dict[str, Any], list[dict[str, str]]]:
        """With the numbers of what is referred to, and what is wrong with that."""
        found, wrong = self._references.resolve(meant_by(fields), before)
        return {**values, **found}, wrong

    def _told(self, wrong: list[dict[str, str]]) -> list[dict[str, str]]:
        """What is wrong, each once; in a locked field only the lock is."""
        told = []
        for each in wrong:
            name = each["field"].partition(".")[0].removesuffix("_id")
            if name in self._locks.fields:
                each = {"field": name, "message": self._locks.fields[name]}
            if each not in told:
                told.append(each)
        return told

    def _named(self, values: dict[str, Any]) -> dict[str, str | None]:
        return {name: self._references.name(name, values[name]) for name in REFERENCES}

    def _taxes(self, values: dict[str, Any]) -> dict[int, str]:
        ids = {each["tax_item"] for each in values["locations"]} - {None}
        return {id: self._references.name(TAX, id) or "" for id in ids}

    def _touch(self, state: State) -> State:
        state.version += 1
        state.position = self._numbering.position()
        state.modified_at = self._at
        state.origin = self._origin
        self._changed[state.id] = state
        return state


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


def _bound(row: dict[str, Any]) -> dict[str, Any]:
    bound = {f"new_{name}": value for name, value in row.items() if name not in _STAYS}
    return {"of_company": row["company"], "of_id": row["id"], **bound}
