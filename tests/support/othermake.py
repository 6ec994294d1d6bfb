"""A field-service system of another make behind the engine's `Field` port: in memory, with a mind of its own.

It keeps the port's promises (one key's work once, a feed, versions) as long as no test tells it otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from fieldledger.model.kinds import LISTS, Kind
from fieldledger.model.outcome import Outcome, Verdict
from fieldledger.model.record import Record, Values
from fieldledger.policy.kinds import LABELS, REFERENCES
from fieldledger.session.ports import FieldChange, FieldResult, FieldWrite, SyncStatus

EMPTY: dict[Kind, dict[str, Any]] = {
    Kind.SALES_TAX_CODE: {"taxable": True}, Kind.TAX_RATE: {"rate": "0", "components": []},
    Kind.PAYMENT_TERM: {"form": "standard"}, Kind.CUSTOMER: {"locations": []},
}  # fmt: skip


class Customer(msgspec.Struct):
    """A record as it stands. values is None once it is deleted."""

    id: int
    version: int
    position: int
    values: dict[str, Any] | None
    modified: str
    badge: SyncStatus | None = None


class OtherMake:
    """What a test may set:

    before     called with the name of each call; may raise OSError, or do what people do at that moment
    after      the same when the work is done, and the answer not yet given
    refuse     a write → the outcome to give instead of doing it; None = do it
    silent     a write → whether it is done and not answered
    keep       values → the form in which this system keeps them
    feed       what `changes` answers → what it answers instead

    Customers refer to terms and taxes by their numbers here; its people speak of them by name, and what they name is
    made when it is not there. Those small lists never do anything odd.
    """

    def __init__(self, now: Callable[[], float], kind: Kind = Kind.CUSTOMER) -> None:
        self.now, self.kind = now, kind
        self.lists = {} if kind is not Kind.CUSTOMER else {each: OtherMake(now, each) for each in LISTS}
        self.rows: dict[str, dict[int, Customer]] = {}
        self.keys: dict[tuple[str, str], tuple[Verdict, int]] = {}
        self.positions: dict[str, int] = {}
        self.policies: dict[str, Values] = {}
        self.calls: list[str] = []
        self.before: Callable[[str], None] = lambda call: None
        self.after: Callable[[str], None] = lambda call: None
        self.refuse: Callable[[FieldWrite], Outcome | None] = lambda write: None
        self.silent: Callable[[FieldWrite], bool] = lambda write: False
        self.keep: Callable[[dict[str, Any]], dict[str, Any]] = lambda values: values
        self.feed: Callable[[list[FieldChange]], list[FieldChange]] = lambda changes: changes

    # ---- what its people do --------------------------------------------------------------------------------------

    def create(self, company: str, **values: Any) -> int:
        blank = {**dict.fromkeys(LABELS[self.kind]), "active": True, **EMPTY[self.kind]}
        return self._put(company, None, {**blank, **self._by_number(company, values)}).id

    def edit(self, company: str, id: int, **values: Any) -> None:
        row = self.rows[company][id]
        assert row.values is not None
        self._put(company, row, {**row.values, **self._by_number(company, values)})

    def delete(self, company: str, id: int) -> None:
        row = self.rows[company][id]
        row.values = None
        self._touch(company, row)

    def find(self, company: str, name: str) -> int:
        """The first customer of this name."""
        return min(id for id, row in self.there(company).items() if row["name"] == name)

    def there(self, company: str) -> dict[int, dict[str, Any]]:
        return {
            id: self._by_name(company, row.values)
            for id, row in self.rows.get(company, {}).items()
            if row.values is not None
        }

    def number(self, company: str, kind: Kind, name: str) -> str:
        """The number of an entry of a small list, which is made when it is not there."""
        rows = self.lists[kind].there(company)
        known = next((id for id, values in rows.items() if values["name"] == name), None)
        return str(known or self.lists[kind].create(company, name=name))

    def _by_number(self, company: str, values: dict[str, Any]) -> dict[str, Any]:
        to = REFERENCES[self.kind] if self.lists else {}
        return {
            field: self.number(company, to[field], value) if value and field in to else value
            for field, value in values.items()
        }

    def _by_name(self, company: str, values: dict[str, Any]) -> dict[str, Any]:
        to = REFERENCES[self.kind] if self.lists else {}
        return {
            field: self.lists[to[field]].there(company)[int(value)]["name"]
            if value and field in to
            else value
            for field, value in values.items()
        }

    def shown(self, company: str) -> list[dict[str, Any]]:
        """Every customer by name, in the words of the desk."""
        found = [
            {
                **self._by_name(company, row.values), "id": row.id, "version": row.version,
                "sync": msgspec.structs.asdict(row.badge) if row.badge else None,
            }
            for row in self.rows.get(company, {}).values()
            if row.values is not None
        ]  # fmt: skip
        return sorted(found, key=lambda customer: (str(customer["name"]), customer["id"]))

    # ---- the port ------------------------------------------------------------------------------------------------

    def changes(self, company: str, kind: Kind, after: int, limit: int) -> tuple[FieldChange, ...]:
        if kind is not self.kind:
            return self.lists[kind].changes(company, kind, after, limit)
        self._called("changes")
        rows = sorted(self.rows.get(company, {}).values(), key=lambda row: row.position)
        found = [
            FieldChange(
                id=str(row.id),
                position=row.position,
                record=None if row.values is None else self._record(row),
            )
            for row in rows
            if row.position > after
        ]
        found = self.feed(found[:limit])
        self.after("changes")
        return tuple(found)

    def write(self, company: str, writes: Sequence[FieldWrite]) -> tuple[FieldResult, ...]:
        if writes[0].kind is not self.kind:
            return self.lists[writes[0].kind].write(company, writes)
        self._called("write")
        results = [self._write(company, write) for write in writes]
        self.after("write")
        return tuple(result for result in results if result is not None)

    def show_status(self, company: str, statuses: Iterable[SyncStatus]) -> None:
        self._called("show_status")
        for status in statuses:
            if status.kind is not self.kind:
                self.lists[status.kind].show_status(company, [status])
            elif int(status.id) in self.rows.get(company, {}):
                self.rows[company][int(status.id)].badge = status
        self.after("show_status")

    def show_policy(self, company: str, policy: Values) -> None:
        self._called("show_policy")
        self.policies[company] = policy
        self.after("show_policy")

    # ---- how -----------------------------------------------------------------------------------------------------

    def _called(self, call: str) -> None:
        self.calls.append(call)
        self.before(call)

    def _write(self, company: str, write: FieldWrite) -> FieldResult | None:
        outcome = self.refuse(write)
        if outcome is not None:
            return FieldResult(key=write.key, outcome=outcome)
        known = self.keys.get((company, write.key))
        verdict, id = known or self._do(company, write)
        self.keys[company, write.key] = verdict, id
        if self.silent(write):
            return None
        row = self.rows.get(company, {}).get(id)
        record = self._record(row) if row is not None and row.values is not None else None
        if verdict is Verdict.DONE and record is None:
            verdict = Verdict.MISSING
        return FieldResult(key=write.key, outcome=Outcome(verdict=verdict), record=record)

    def _do(self, company: str, write: FieldWrite) -> tuple[Verdict, int]:
        if write.id is None:
            return Verdict.DONE, self._put(company, None, dict(write.values)).id
        row = self.rows.get(company, {}).get(int(write.id))
        if row is None or row.values is None:
            return Verdict.MISSING, int(write.id)
        if write.version is not None and int(write.version) != row.version:
            return Verdict.STALE, row.id
        self._put(company, row, dict(write.values))
        return Verdict.DONE, row.id

    def _put(self, company: str, row: Customer | None, values: dict[str, Any]) -> Customer:
        values = self.keep({field: values.get(field) for field in LABELS[self.kind]})
        if row is None:
            rows = self.rows.setdefault(company, {})
            row = Customer(len(rows) + 1, 0, 0, None, "")
            rows[row.id] = row
        if row.values != values:
            row.values = values
            self._touch(company, row)
        return row

    def _touch(self, company: str, row: Customer) -> None:
        row.version += 1
        self.positions[company] = row.position = self.positions.get(company, 0) + 1
        row.modified = datetime.fromtimestamp(self.now(), UTC).isoformat().replace("+00:00", "Z")

    def _record(self, row: Customer) -> Record:
        assert row.values is not None
        return Record(
            kind=self.kind, id=str(row.id), version=str(row.version), modified=row.modified,
            values=dict(row.values), full_name=row.values.get("name") or "",
        )  # fmt: skip
