"""The same stage with the real desk behind its REST API, in place of the field system of another make, so that every
story is told twice. `Hands` is what its people do; it speaks as `tests.support.othermake` does, as far as stories need.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import httpx2

from fieldledger.desk.customers import CustomerCreate, CustomerFields
from fieldledger.desk.entry_store import Entries
from fieldledger.desk.store import Store
from fieldledger.field.inprocess import InProcessTransport
from fieldledger.field.rest import RestField
from fieldledger.model.kinds import Kind
from fieldledger.model.record import Values
from fieldledger.session.ports import Field, FieldChange, FieldResult, FieldWrite, SyncStatus
from tests.support.connector import Stage
from tests.support.databases import Desk


class ListHands:
    """People at one of the desk's small lists."""

    def __init__(self, entries: Entries) -> None:
        self.entries = entries

    def create(self, company: str, **values: Any) -> int:
        fields = self.entries.kind.models.create.model_validate(values)
        return int(self.entries.create(company, fields)["id"])


class Hands:
    """People at the desk. lists: its small lists, by kind. calls: what the engine called it for. A location that stands
    in for none is not told of."""

    store: Store

    def __init__(self) -> None:
        self.calls: list[str] = []

    @property
    def lists(self) -> dict[Kind, ListHands]:
        return {
            Kind.TAX_RATE: ListHands(self.store.tax_rates),
            Kind.PAYMENT_TERM: ListHands(self.store.payment_terms),
            Kind.SALES_TAX_CODE: ListHands(self.store.tax_codes),
        }

    def create(self, company: str, **values: Any) -> int:
        return int(self.store.create(company, CustomerCreate.model_validate(values))["id"])

    def edit(self, company: str, id: int, **values: Any) -> None:
        self.store.change(company, id, CustomerFields.model_validate(values), None)

    def delete(self, company: str, id: int) -> None:
        self.store.delete(company, id)

    def there(self, company: str) -> dict[int, dict[str, Any]]:
        return {row["id"]: row for row in self.shown(company)}

    def shown(self, company: str) -> list[dict[str, Any]]:
        rows = self.store.page(company, active=None, limit=100_000)[0]
        return [
            {**row, "locations": [place for place in row["locations"] if not place["stand_in"]]}
            for row in rows
        ]


class Counted:
    """The desk as the engine reaches it, with what it is called for written down."""

    def __init__(self, inner: Field, calls: list[str]) -> None:
        self.inner, self.calls = inner, calls

    def changes(self, company: str, kind: Kind, after: int, limit: int) -> tuple[FieldChange, ...]:
        return self.inner.changes(company, kind, after, limit)

    def write(self, company: str, writes: Sequence[FieldWrite]) -> tuple[FieldResult, ...]:
        self.calls.append("write")
        return self.inner.write(company, writes)

    def show_status(self, company: str, statuses: Iterable[SyncStatus]) -> None:
        self.inner.show_status(company, statuses)

    def show_policy(self, company: str, policy: Values) -> None:
        self.inner.show_policy(company, policy)


class DeskStage(Stage):
    """A `Stage` whose field system is the desk."""

    def _place(self, folder: Path) -> None:
        super()._place(folder)
        self.hands = Hands()
        self.other: Any = self.hands

    def start(self) -> None:
        super().start()
        self._desk = Desk.take(self.folder / "desk.db", now=lambda: self.time)
        self.store = self.hands.store = self._desk.store
        self.client = httpx2.Client(
            transport=InProcessTransport(self._desk.app),
            base_url="http://desk",
            headers={"Authorization": "Bearer engine"},
        )
        self.use(field=Counted(RestField(self.client), self.hands.calls))

    def stop(self) -> None:
        if self.up:
            self.client.close()
            self._desk.leave()
        super().stop()
