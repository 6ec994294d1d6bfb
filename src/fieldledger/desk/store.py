"""The desk's store: one SQLite file, with a part for each kind of record and one for what the sync engine tells.

Customers are a part of their own; the small lists that they refer to are parts made from the table of `entry_kinds`.
Nothing here knows what is in a record.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.sqlite import insert as upsert

from fieldledger.desk import policy as policies_told
from fieldledger.desk.customer_rows import KIND as CUSTOMER
from fieldledger.desk.customer_rows import shown
from fieldledger.desk.customer_store import Customers
from fieldledger.desk.customers import CustomerCreate, CustomerFields
from fieldledger.desk.database import Database
from fieldledger.desk.entry_kinds import ENTRY_KINDS, PAYMENT_TERM, TAX_CODE, TAX_RATE
from fieldledger.desk.entry_store import Entries
from fieldledger.desk.judging import Conflict, InUse, NotThere
from fieldledger.desk.listeners import Heard, Listeners
from fieldledger.desk.listing import Wanted
from fieldledger.desk.schema import STATUSES, customers, policies, sync_statuses

KINDS = {CUSTOMER: customers, **{kind: each.table for kind, each in ENTRY_KINDS.items()}}
"""The table of each kind's records, by the name that the REST API gives the kind."""


class Store:
    """One desk database. now: Unix seconds, given from outside for tests."""

    def __init__(self, path: Path | str, now: Callable[[], float] = time.time) -> None:
        self.database = Database(path)
        self._listeners = Listeners()
        self.customers = Customers(self.database, now=lambda: now(), tell=partial(self._tell, CUSTOMER))
        self.entries: Mapping[str, Entries] = {
            kind: Entries(self.database, each, now=lambda: now(), tell=partial(self._tell, kind))
            for kind, each in ENTRY_KINDS.items()
        }

    @property
    def tax_rates(self) -> Entries:
        return self.entries[TAX_RATE.kind]

    @property
    def payment_terms(self) -> Entries:
        return self.entries[PAYMENT_TERM.kind]

    @property
    def tax_codes(self) -> Entries:
        return self.entries[TAX_CODE.kind]

    def listen(self, heard: Heard) -> None:
        """``heard(company, kind, number)`` from now on, for each record that somebody else than the sync edited,
        whichever way in, after the commit. See `listeners`."""
        self._listeners.add(heard)

    def _tell(self, kind: str, company: str, ids: Iterable[int]) -> None:
        self._listeners.tell(company, kind, ids)

    def close(self) -> None:
        self.database.close()

    # ---- customers, in short ------------------------------------------------------------------------------------

    def create(self, company: str, fields: CustomerCreate, origin: str = "user") -> dict[str, Any]:
        return self.customers.create(company, fields, origin)

    def change(
        self, company: str, id: int, fields: CustomerFields, version: int | None, origin: str = "user"
    ) -> dict[str, Any]:
        return self.customers.change(company, id, fields, version, origin)

    def delete(self, company: str, id: int) -> None:
        self.customers.delete(company, id)

    def page(self, company: str, *, active: bool | None, limit: int) -> tuple[list[dict[str, Any]], int]:
        """The first customers by name, and how many there are."""
        found = self.customers.page(company, Wanted(active=active), limit=limit)
        return [shown(state) for state in found.states], found.total

    # ---- what the sync engine tells -----------------------------------------------------------------------------

    def show_status(self, company: str, items: Sequence[Mapping[str, Any]]) -> int:
        """Badges beside records: kind, id, status, detail, books_name, at each; the last one wins. Not an edit: no
        version, no place in the feed. Unknown ids are passed over. Returns how many records bear theirs now."""
        with self.database.write() as tx:
            wanted: dict[tuple[str, int], Mapping[str, Any]] = {
                (item["kind"], item["id"]): item for item in items
            }
            rows = []
            for kind, table in KINDS.items():
                ids = [id for its_kind, id in wanted if its_kind == kind]
                there = select(table.c.id).where(table.c.company == company, table.c.id.in_(ids))
                for id in tx.execute(there).scalars():
                    item = wanted[kind, id]
                    told = {name: item[name] for name in ("status", "detail", "books_name", "at")}
                    rows.append({"company": company, "kind": kind, "record": id, **told})
            if rows:
                put = upsert(sync_statuses)
                new = {name: getattr(put.excluded, name) for name in ("status", "detail", "books_name", "at")}
                tx.execute(
                    put.on_conflict_do_update(index_elements=["company", "kind", "record"], set_=new), rows
                )
        return len(rows)

    def set_policy(self, company: str, policy: Mapping[str, Any]) -> None:
        row = {"company": company, "policy": json.dumps(dict(policy))}
        with self.database.write() as tx:
            tx.execute(
                upsert(policies)
                .values(row)
                .on_conflict_do_update(index_elements=["company"], set_={"policy": row["policy"]})
            )

    def policy(self, company: str) -> dict[str, Any]:
        """What the sync engine last told about locks and directions; {} before it told anything."""
        with self.database.read() as tx:
            return policies_told.read(tx, company)


__all__ = ["STATUSES", "Conflict", "InUse", "NotThere", "Store"]
