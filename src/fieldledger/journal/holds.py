"""What waits for a person, and the badge that each field record bears."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, bindparam, delete, func, insert, select, update

from fieldledger.journal.database import Tx
from fieldledger.journal.schema import holds, rivals, statuses
from fieldledger.journal.sights import chunks
from fieldledger.journal.upsert import upsert
from fieldledger.model.kinds import Kind


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """books, field: the records that wait, "" where there is none. under: waits inside the hold of that books
    record. others: ids that it collides with, on the other side."""

    id: int = 0
    kind: Kind
    books: str = ""
    field: str = ""
    under: str | None = None
    code: str
    name: str
    told: str
    todo: str
    others: tuple[str, ...] = ()
    opened_at: str = ""
    solved_at: str | None = None
    solved_by: str | None = None
    waiting: int = 0
    """Records that wait inside this one."""


def _hold(row: Row[Any]) -> Hold:
    values = dict(row._mapping)
    values.pop("company", None)
    values["kind"] = Kind(values["kind"])
    values["others"] = tuple(json.loads(values["others"]))
    return Hold(**values)


def _open(company: str) -> Any:
    return (holds.c.company == company) & holds.c.solved_at.is_(None)


def load(tx: Tx, company: str, kind: Kind, books: Collection[str]) -> dict[str, Hold]:
    """Open holds by books record."""
    found: dict[str, Hold] = {}
    for part in chunks(books):
        for row in tx.execute(
            select(holds).where(_open(company), holds.c.kind == kind, holds.c.books.in_(part))
        ):
            found[row.books] = _hold(row)
    return found


def put(tx: Tx, company: str, wanted: Sequence[Hold], at: str) -> set[str]:
    """Open these holds, or bring open ones up to date. Returns the books ids whose hold says something new."""
    news: set[str] = set()
    if not wanted:
        return news
    known = load(tx, company, wanted[0].kind, [hold.books for hold in wanted])
    rows = []
    for hold in wanted:
        old = known.get(hold.books)
        saying = (hold.code, hold.told, hold.others)
        if old is None:
            rows.append(
                {
                    "company": company, "kind": hold.kind, "books": hold.books, "field": hold.field,
                    "under": hold.under, "code": hold.code, "name": hold.name, "told": hold.told,
                    "todo": hold.todo, "others": json.dumps(hold.others), "opened_at": at,
                }
            )  # fmt: skip
        elif (old.code, old.told, old.others) != saying:
            tx.execute(
                update(holds)
                .where(holds.c.id == old.id)
                .values(
                    code=hold.code, told=hold.told, todo=hold.todo, name=hold.name, under=hold.under,
                    others=json.dumps(hold.others),
                )
            )  # fmt: skip
        else:
            continue
        news.add(hold.books)
    if rows:
        tx.execute(insert(holds), rows)
    _claim(tx, company, wanted[0].kind, {hold.books: hold.others for hold in wanted if hold.books in news})
    return news


def solve(tx: Tx, company: str, kind: Kind, books: Iterable[str], by: str, at: str) -> list[str]:
    """Close the holds of these records. Returns the books ids that waited inside them."""
    freed: list[str] = []
    for part in chunks(books):
        ids = list(
            tx.execute(
                select(holds.c.books).where(_open(company), holds.c.kind == kind, holds.c.books.in_(part))
            ).scalars()
        )
        if not ids:
            continue
        tx.execute(
            update(holds)
            .where(_open(company), holds.c.kind == kind, holds.c.books.in_(ids))
            .values(solved_at=at, solved_by=by)
        )
        _claim(tx, company, kind, dict.fromkeys(ids, ()))
        freed += tx.execute(
            select(holds.c.books).where(_open(company), holds.c.kind == kind, holds.c.under.in_(ids))
        ).scalars()
    return freed


def listed(tx: Tx, company: str) -> list[Hold]:
    """What needs a person, oldest first, each with the number of records that wait inside it."""
    inside = (
        select(holds.c.under, func.count().label("waiting"))
        .where(_open(company), holds.c.under.is_not(None))
        .group_by(holds.c.under)
        .subquery()
    )
    query = (
        select(holds, func.coalesce(inside.c.waiting, 0).label("waiting"))
        .outerjoin(inside, inside.c.under == holds.c.books)
        .where(_open(company), holds.c.under.is_(None))
        .order_by(holds.c.id)
    )
    return [_hold(row) for row in tx.execute(query)]


def count(tx: Tx, company: str) -> int:
    query = select(func.count()).select_from(holds).where(_open(company), holds.c.under.is_(None))
    return int(tx.execute(query).scalar_one())


def claimed(tx: Tx, company: str, kind: Kind, fields: Collection[str]) -> dict[str, str]:
    """Those of these field records that an open hold collides with → the books record of that hold."""
    found: dict[str, str] = {}
    for part in chunks(fields):
        query = select(rivals.c.field, rivals.c.books).where(
            rivals.c.company == company, rivals.c.kind == kind, rivals.c.field.in_(part)
        )
        found.update((row.field, row.books) for row in tx.execute(query))
    return found


def count_claimed(tx: Tx, company: str, kind: Kind) -> int:
    """How many field records an open hold collides with."""
    query = select(func.count(rivals.c.field.distinct())).where(
        rivals.c.company == company, rivals.c.kind == kind
    )
    return int(tx.execute(query).scalar_one())


def _claim(tx: Tx, company: str, kind: Kind, wanted: Mapping[str, Sequence[str]]) -> None:
    """These books records collide with these field records, and with no others."""
    for part in chunks(wanted):
        tx.execute(
            delete(rivals).where(rivals.c.company == company, rivals.c.kind == kind, rivals.c.books.in_(part))
        )
    rows = [
        {"company": company, "kind": kind, "field": other, "books": books}
        for books, others in wanted.items()
        for other in others
    ]
    if rows:
        tx.execute(insert(rivals), rows)


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """The badge of a field record. status: a word of spec 9.4; at: UTC."""

    kind: Kind
    field: str
    status: str
    detail: str
    books_name: str
    at: str


def set_statuses(tx: Tx, company: str, wanted: Sequence[Status]) -> None:
    """Remembered here first; `untold` finds what the field side has not heard of yet."""
    rows = [{"company": company, "told": False, **msgspec.structs.asdict(status)} for status in wanted]
    upsert(tx, statuses, rows)


def borne(tx: Tx, company: str, kind: Kind, fields: Iterable[str]) -> dict[str, str]:
    """The status that each of these field records bears; those that bear none are missing."""
    query = select(statuses.c.field, statuses.c.status).where(
        statuses.c.company == company, statuses.c.kind == kind
    )
    return {
        row.field: row.status
        for part in chunks(fields)
        for row in tx.execute(query.where(statuses.c.field.in_(part)))
    }


def untold(tx: Tx, company: str, limit: int) -> list[Status]:
    query = select(
        statuses.c.kind,
        statuses.c.field,
        statuses.c.status,
        statuses.c.detail,
        statuses.c.books_name,
        statuses.c.at,
    ).where(statuses.c.company == company, statuses.c.told.is_(False))
    return [Status(**{**row._mapping, "kind": Kind(row.kind)}) for row in tx.execute(query.limit(limit))]


_TOLD = (
    update(statuses)
    .where(
        statuses.c.company == bindparam("of"), statuses.c.kind == bindparam("a"),
        statuses.c.field == bindparam("record"), statuses.c.at == bindparam("then"),
        statuses.c.status == bindparam("said"),
    )
    .values(told=True)
)  # fmt: skip


def told(tx: Tx, company: str, shown: Iterable[Status]) -> None:
    """The field side shows these now; one that changed meanwhile stays untold."""
    rows = [
        {"of": company, "a": each.kind, "record": each.field, "then": each.at, "said": each.status}
        for each in shown
    ]
    if rows:
        tx.execute(_TOLD, rows)


def status_counts(tx: Tx, company: str) -> dict[str, int]:
    query = (
        select(statuses.c.status, func.count())
        .where(statuses.c.company == company)
        .group_by(statuses.c.status)
    )
    return {row[0]: row[1] for row in tx.execute(query)}
