"""What waits for a person, and the badge that each field record bears."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import ColumnElement, Row, bindparam, delete, func, insert, select, update

from fieldledger.journal.database import Tx
from fieldledger.journal.schema import holds, rivals, statuses
from fieldledger.journal.sights import chunks
from fieldledger.journal.upsert import upsert
from fieldledger.model.kinds import Kind, Side


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """books, field: the records that wait, "" where there is none. under: waits inside the hold of that books
    record. others: ids that it collides with, on the side others_side."""

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
    others_side: Side = Side.FIELD
    opened_at: str = ""
    solved_at: str | None = None
    solved_by: str | None = None
    waiting: int = 0
    """Records that wait inside this one."""

    @property
    def holder(self) -> Holder:
        """The record by which it is known: of a pair, the one in the books."""
        return (Side.BOOKS, self.books) if self.books else (Side.FIELD, self.field)


Holder: TypeAlias = tuple[Side, str]


def _hold(row: Row[Any]) -> Hold:
    values = dict(row._mapping)
    values.pop("company", None)
    values["kind"], values["others_side"] = Kind(values["kind"]), Side(values["others_side"])
    values["others"] = tuple(json.loads(values["others"]))
    return Hold(**values)


def _open(company: str) -> Any:
    return (holds.c.company == company) & holds.c.solved_at.is_(None)


def _known_by(side: Side, ids: Collection[str]) -> ColumnElement[bool]:
    if side is Side.BOOKS:
        return holds.c.books.in_(ids)
    return holds.c.field.in_(ids) & (holds.c.books == "")


def load(tx: Tx, company: str, kind: Kind, ids: Collection[str], side: Side = Side.BOOKS) -> dict[str, Hold]:
    """Open holds by the record that they are known by: one in the books, or one that the field side alone has."""
    found: dict[str, Hold] = {}
    for part in chunks(ids):
        for row in tx.execute(
            select(holds).where(_open(company), holds.c.kind == kind, _known_by(side, part))
        ):
            hold = _hold(row)
            found[hold.holder[1]] = hold
    return found


def one(tx: Tx, company: str, id: int) -> Hold | None:
    """The hold with this number, open or solved."""
    row = tx.execute(select(holds).where(holds.c.company == company, holds.c.id == id)).first()
    return _hold(row) if row else None


def put(tx: Tx, company: str, wanted: Sequence[Hold], at: str) -> set[Holder]:
    """Open these holds, or bring open ones up to date. Returns the records whose hold says something new."""
    news: set[Holder] = set()
    if not wanted:
        return news
    kind = wanted[0].kind
    known = {
        (side, record): hold
        for side in Side
        for record, hold in load(
            tx, company, kind, [each.holder[1] for each in wanted if each.holder[0] is side], side
        ).items()
    }
    rows = []
    for hold in wanted:
        old = known.get(hold.holder)
        row = {
            "field": hold.field, "under": hold.under, "code": hold.code, "name": hold.name, "told": hold.told,
            "todo": hold.todo, "others": json.dumps(hold.others), "others_side": hold.others_side,
        }  # fmt: skip
        if old is None:
            rows.append({**row, "company": company, "kind": kind, "books": hold.books, "opened_at": at})
        elif (old.code, old.told, old.others, old.under) != (hold.code, hold.told, hold.others, hold.under):
            tx.execute(update(holds).where(holds.c.id == old.id).values(**row))
        else:
            continue
        news.add(hold.holder)
    if rows:
        tx.execute(insert(holds), rows)
    _claim(
        tx,
        company,
        kind,
        {hold.holder: (hold.others_side, hold.others) for hold in wanted if hold.holder in news},
    )
    return news


def solve(
    tx: Tx, company: str, kind: Kind, ids: Iterable[str], by: str, at: str, side: Side = Side.BOOKS
) -> list[str]:
    """Close the holds of these records. Returns the books ids that waited inside them."""
    freed: list[str] = []
    column = holds.c.books if side is Side.BOOKS else holds.c.field
    for part in chunks(ids):
        mine = _open(company) & (holds.c.kind == kind) & _known_by(side, part)
        found = list(tx.execute(select(column).where(mine)).scalars())
        if not found:
            continue
        tx.execute(update(holds).where(mine).values(solved_at=at, solved_by=by))
        _claim(tx, company, kind, {(side, record): (side, ()) for record in found})
        if side is Side.BOOKS:
            freed += tx.execute(
                select(holds.c.books).where(_open(company), holds.c.kind == kind, holds.c.under.in_(found))
            ).scalars()
    return freed


def listed(tx: Tx, company: str) -> list[Hold]:
    """What needs a person, oldest first, each with the number of records that wait inside it."""
    inside = (
        select(holds.c.kind, holds.c.under, func.count().label("waiting"))
        .where(_open(company), holds.c.under.is_not(None))
        .group_by(holds.c.kind, holds.c.under)
        .subquery()
    )
    query = (
        select(holds, func.coalesce(inside.c.waiting, 0).label("waiting"))
        .outerjoin(inside, (inside.c.under == holds.c.books) & (inside.c.kind == holds.c.kind))
        .where(_open(company), holds.c.under.is_(None))
        .order_by(holds.c.id)
    )
    return [_hold(row) for row in tx.execute(query)]


def of_code(tx: Tx, company: str, kind: Kind, code: str) -> list[Holder]:
    """The records of open holds of this sort."""
    rows = tx.execute(select(holds).where(_open(company), holds.c.kind == kind, holds.c.code == code))
    return [_hold(row).holder for row in rows]


def count(tx: Tx, company: str) -> int:
    query = select(func.count()).select_from(holds).where(_open(company), holds.c.under.is_(None))
    return int(tx.execute(query).scalar_one())


def claimed(
    tx: Tx, company: str, kind: Kind, ids: Iterable[str], side: Side = Side.FIELD
) -> dict[str, list[Holder]]:
    """Those of these records that open holds collide with → the records of those holds."""
    found: dict[str, list[Holder]] = {}
    for part in chunks(ids):
        query = select(rivals.c.record, rivals.c.holder_side, rivals.c.holder).where(
            rivals.c.company == company,
            rivals.c.kind == kind,
            rivals.c.side == side,
            rivals.c.record.in_(part),
        )
        for row in tx.execute(query):
            found.setdefault(row.record, []).append((Side(row.holder_side), row.holder))
    return found


def count_claimed(tx: Tx, company: str, kind: Kind) -> int:
    """How many field records an open hold of a books record collides with."""
    query = select(func.count(rivals.c.record.distinct())).where(
        rivals.c.company == company, rivals.c.kind == kind, rivals.c.side == Side.FIELD,
        rivals.c.holder_side == Side.BOOKS,
    )  # fmt: skip
    return int(tx.execute(query).scalar_one())


def _claim(tx: Tx, company: str, kind: Kind, wanted: Mapping[Holder, tuple[Side, Sequence[str]]]) -> None:
    """These records collide with these others, and with no more."""
    for side in Side:
        for part in chunks(holder for its, holder in wanted if its is side):
            tx.execute(
                delete(rivals).where(
                    rivals.c.company == company, rivals.c.kind == kind, rivals.c.holder_side == side,
                    rivals.c.holder.in_(part),
                )
            )  # fmt: skip
    rows = [
        {
            "company": company, "kind": kind, "side": others_side, "record": other, "holder_side": side,
            "holder": holder,
        }
        for (side, holder), (others_side, others) in wanted.items()
        for other in dict.fromkeys(others)
    ]  # fmt: skip
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


def status_counts(tx: Tx, company: str, kind: Kind) -> dict[str, int]:
    query = (
        select(statuses.c.status, func.count())
        .where(statuses.c.company == company, statuses.c.kind == kind)
        .group_by(statuses.c.status)
    )
    return {row[0]: row[1] for row in tx.execute(query)}
