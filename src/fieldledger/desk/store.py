"""The desk's store: customers with a change feed, one SQLite file, every writer queued.

Raises `NotThere`, `Conflict` (with the current state) and `Refused` for what cannot be; nothing is half done.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Row, and_, create_engine, event, func, insert, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from fieldledger.desk.customers import CustomerCreate, CustomerFields, number_locations, stored
from fieldledger.desk.schema import batch_keys, counters, customers, metadata, policies

MIGRATIONS = Path(__file__).parent / "migrations"
STATUSES = (
    "Waiting", "Sending", "Synced", "Synced with warnings", "Needs attention", "Conflict", "On hold", "Skipped",
    "Voided", "Deleted in QuickBooks",
)  # fmt: skip
FIELDS = (
    "name", "first_name", "last_name", "phone", "alt_phone", "email", "billing_address", "terms", "tax_code",
    "tax_item", "notes", "active", "locations",
)  # fmt: skip


class NotThere(LookupError):
    """No such customer (any more)."""


class Conflict(Exception):
    """Somebody else changed it first; ``current`` is its state now."""

    def __init__(self, current: dict[str, Any]) -> None:
        super().__init__(f"customer {current['id']} is at version {current['version']} now")
        self.current = current


class Store:
    """One desk database. now: Unix seconds, given from outside for tests."""

    def __init__(self, path: Path | str, now: Callable[[], float] = time.time) -> None:
        self.now = now
        self.engine = create_engine(
            f"sqlite:///{path}", connect_args={"timeout": 30}, pool_size=8, max_overflow=32
        )
        event.listen(self.engine, "connect", _prepare)
        event.listen(self.engine, "begin", _begin)
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        with self.write() as tx:
            config.attributes["connection"] = tx
            command.upgrade(config, "head")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with self.engine.connect() as tx, tx.begin():
            yield tx

    @contextmanager
    def write(self) -> Iterator[Connection]:
        with self.engine.connect().execution_options(writes=True) as tx, tx.begin():
            yield tx

    def close(self) -> None:
        self.engine.dispose()

    # ---- one customer ---------------------------------------------------------------------------------------------

    def get(self, company: str, id: int) -> dict[str, Any]:
        with self.read() as tx:
            return _shown(_row(tx, company, id))

    def create(self, company: str, fields: CustomerCreate, origin: str = "user") -> dict[str, Any]:
        with self.write() as tx:
            return _shown(_row(tx, company, self._create(tx, company, stored(fields, False), origin)))

    def change(
        self, company: str, id: int, fields: CustomerFields, version: int | None, origin: str = "user"
    ) -> dict[str, Any]:
        """Change what was given. version: the one that the editor saw; None = whatever it is now."""
        with self.write() as tx:
            return self._change(tx, company, id, stored(fields, True), version, origin)

    def delete(self, company: str, id: int, version: int | None = None, origin: str = "user") -> None:
        """Leaves a tombstone, so that whoever follows the change feed hears of it."""
        with self.write() as tx:
            row = _row(tx, company, id)
            if version is not None and row.version != version:
                raise Conflict(_shown(row))
            self._put(tx, company, id, {"deleted": True, "version": row.version + 1, "origin": origin})

    def _create(self, tx: Connection, company: str, values: dict[str, Any], origin: str) -> int:
        number, position = self._count(tx, company, customer=1)
        next_location = number_locations(values["locations"], [], 1)
        at = self._stamp()
        tx.execute(
            insert(customers).values(
                company=company, id=number, version=1, position=position, deleted=False, created_at=at,
                modified_at=at, origin=origin, next_location=next_location, **_columns(values),
            )
        )  # fmt: skip
        return number

    def _change(
        self, tx: Connection, company: str, id: int, values: dict[str, Any], version: int | None, origin: str
    ) -> dict[str, Any]:
        row = _row(tx, company, id)
        before = _shown(row)
        if version is not None and row.version != version:
            raise Conflict(before)
        old = {name: before[name] for name in FIELDS}
        old["locations"] = json.loads(row.locations)
        next_location = row.next_location
        if "locations" in values:
            next_location = number_locations(values["locations"], old["locations"], next_location)
        new = {**old, **values}
        if new == old:
            return before
        self._put(
            tx, company, id,
            {**_columns(new), "next_location": next_location, "version": row.version + 1, "origin": origin},
        )  # fmt: skip
        return _shown(_row(tx, company, id))

    def _put(self, tx: Connection, company: str, id: int, columns: dict[str, Any]) -> None:
        _, position = self._count(tx, company)
        tx.execute(
            update(customers)
            .where(customers.c.company == company, customers.c.id == id)
            .values(position=position, modified_at=self._stamp(), **columns)
        )

    def _count(self, tx: Connection, company: str, customer: int = 0) -> tuple[int, int]:
        """The next customer number (when wanted) and the next position of the feed."""
        statement = (
            upsert(counters)
            .values(company=company, customer=customer, position=1)
            .on_conflict_do_update(
                index_elements=["company"],
                set_={"customer": counters.c.customer + customer, "position": counters.c.position + 1},
            )
            .returning(counters.c.customer, counters.c.position)
        )
        row = tx.execute(statement).one()
        return row.customer, row.position

    def _stamp(self) -> str:
        return (
            datetime.fromtimestamp(self.now(), UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        )

    # ---- many -----------------------------------------------------------------------------------------------------

    def page(
        self, company: str, *, search: str = "", active: bool | None = True, changed_since: str = "",
        after: tuple[str, int] | None = None, limit: int = 50,
    ) -> tuple[list[dict[str, Any]], int]:  # fmt: skip
        """A page by name, and how many there are in all. after: (folded name, id) of the last one shown."""
        found = (customers.c.company == company) & customers.c.deleted.is_(False)
        if active is not None:
            found &= customers.c.active.is_(active)
        if changed_since:
            found &= customers.c.modified_at >= changed_since
        for word in fold(search).split():
            found &= customers.c.search.contains(word, autoescape=True)
        page = found
        if after is not None:
            name, id = after
            page &= or_(customers.c.name_key > name, and_(customers.c.name_key == name, customers.c.id > id))
        query = select(customers).where(page).order_by(customers.c.name_key, customers.c.id).limit(limit)
        with self.read() as tx:
            total = tx.execute(select(func.count()).select_from(customers).where(found)).scalar_one()
            return [_shown(row) for row in tx.execute(query)], total

    def changes(self, company: str, after: int, limit: int) -> list[dict[str, Any]]:
        """The change feed: each customer once, at the position of its latest change, tombstones too."""
        query = (
            select(customers)
            .where(customers.c.company == company, customers.c.position > after)
            .order_by(customers.c.position)
            .limit(limit)
        )
        with self.read() as tx:
            return [
                {
                    "position": row.position,
                    "id": row.id,
                    "deleted": row.deleted,
                    "customer": None if row.deleted else _shown(row),
                }
                for row in tx.execute(query)
            ]

    def batch(
        self, company: str, items: Sequence[tuple[str, int | None, int | None, CustomerFields]], origin: str
    ) -> list[tuple[int, dict[str, Any] | None, str]]:
        """Many writes in one transaction: (key, id or None to create, version, fields) each.

        Returns (HTTP-like status, customer, problem) each: 201 created, 200 changed or done before, 404 not there,
        409 somebody was first, 422 the key was used for something else.
        """
        with self.write() as tx:
            keys = [item[0] for item in items]
            query = select(batch_keys).where(batch_keys.c.company == company, batch_keys.c.key.in_(keys))
            known: dict[str, Any] = {row.key: row for row in tx.execute(query)}
            answers = []
            for key, id, version, fields in items:
                content = _hash(id, fields)
                before = known.get(key)
                if before is None:
                    answer = self._one_of_batch(tx, company, id, version, fields, origin)
                    if answer[0] in (200, 201) and answer[1] is not None:
                        row = {
                            "company": company, "key": key, "content": content, "status": answer[0],
                            "customer": answer[1]["id"],
                        }  # fmt: skip
                        known[key] = tx.execute(insert(batch_keys).values(row).returning(batch_keys)).one()
                elif before.content != content:
                    answer = (422, None, f"The key {key} was used for something else before.")
                else:
                    again = _row(tx, company, before.customer, deleted=True)
                    answer = (before.status, _shown(again), "")
                answers.append(answer)
            return answers

    def _one_of_batch(
        self,
        tx: Connection,
        company: str,
        id: int | None,
        version: int | None,
        fields: CustomerFields,
        origin: str,
    ) -> tuple[int, dict[str, Any] | None, str]:
        if id is None:
            number = self._create(tx, company, stored(fields, False), origin)
            return 201, _shown(_row(tx, company, number)), ""
        try:
            return 200, self._change(tx, company, id, stored(fields, True), version, origin), ""
        except NotThere:
            return 404, None, f"There is no customer {id}."
        except Conflict as conflict:
            return 409, conflict.current, str(conflict)

    # ---- what the sync engine tells ---------------------------------------------------------------------------------

    def show_status(self, company: str, items: Sequence[Mapping[str, Any]]) -> int:
        """Badges beside customers. Not an edit: no version, no place in the feed. Unknown ids are passed over.
        Returns how many customers bear theirs now."""
        shown = 0
        with self.write() as tx:
            for item in items:
                done = tx.execute(
                    update(customers)
                    .where(customers.c.company == company, customers.c.id == item["id"])
                    .values(
                        sync_status=item["status"], sync_detail=item["detail"],
                        sync_books_name=item["books_name"], sync_at=item["at"],
                    )
                )  # fmt: skip
                shown += done.rowcount
        return shown

    def set_policy(self, company: str, policy: Mapping[str, Any]) -> None:
        row = {"company": company, "policy": json.dumps(dict(policy))}
        with self.write() as tx:
            tx.execute(
                upsert(policies)
                .values(row)
                .on_conflict_do_update(index_elements=["company"], set_={"policy": row["policy"]})
            )

    def policy(self, company: str) -> dict[str, Any]:
        """What the sync engine last told about locks and directions; {} before it told anything."""
        with self.read() as tx:
            text = tx.execute(
                select(policies.c.policy).where(policies.c.company == company)
            ).scalar_one_or_none()
        policy: dict[str, Any] = json.loads(text) if text else {}
        return policy


def fold(text: str | None) -> str:
    """Blanks folded, case-insensitive."""
    return " ".join((text or "").split()).casefold()


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    columns = {name: values[name] for name in FIELDS if name not in ("billing_address", "locations")}
    billing = values["billing_address"]
    columns["billing_address"] = json.dumps(billing) if billing else None
    columns["locations"] = json.dumps(values["locations"])
    columns["name_key"] = fold(values["name"])
    digits = (
        "".join(sign for sign in values[name] or "" if sign.isdigit()) for name in ("phone", "alt_phone")
    )
    places = [
        *(billing or {}).values(),
        *(part for each in values["locations"] for part in each["address"].values()),
    ]
    words = (
        values["name"],
        values["first_name"],
        values["last_name"],
        values["email"],
        values["phone"],
        *digits,
    )
    columns["search"] = fold(" ".join(filter(None, (*words, *dict.fromkeys(places)))))
    return columns


def _row(tx: Connection, company: str, id: int, deleted: bool = False) -> Row[Any]:
    query = select(customers).where(customers.c.company == company, customers.c.id == id)
    row = tx.execute(query).first()
    if row is None or (row.deleted and not deleted):
        raise NotThere(f"there is no customer {id}")
    return row


def _shown(row: Any) -> dict[str, Any]:
    """A customer as everybody outside sees it. Without locations of its own it shows one that stands in for them,
    its billing address, which is stored nowhere (spec 3.4)."""
    billing = json.loads(row.billing_address) if row.billing_address else None
    locations = json.loads(row.locations)
    for location in locations:
        location["stand_in"] = False
    if not locations:
        locations = [
            {"id": None, "name": row.name, "is_default": True, "address": billing or {}, "stand_in": True}
        ]
    sync = None
    if row.sync_status:
        sync = {
            "status": row.sync_status, "detail": row.sync_detail, "books_name": row.sync_books_name, "at": row.sync_at,
        }  # fmt: skip
    return {
        "id": row.id, "version": row.version, "created_at": row.created_at, "modified_at": row.modified_at,
        "origin": row.origin, "name": row.name, "first_name": row.first_name, "last_name": row.last_name,
        "phone": row.phone, "alt_phone": row.alt_phone, "email": row.email, "billing_address": billing,
        "terms": row.terms, "tax_code": row.tax_code, "tax_item": row.tax_item, "notes": row.notes,
        "active": row.active, "locations": locations, "sync": sync,
    }  # fmt: skip


def _hash(id: int | None, fields: CustomerFields) -> bytes:
    content = json.dumps([id, fields.model_dump(exclude_unset=True)], sort_keys=True)
    return hashlib.blake2b(content.encode(), digest_size=16).digest()


def _prepare(connection: Any, _: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


__all__ = ["FIELDS", "STATUSES", "Conflict", "NotThere", "Store", "fold", "metadata"]
