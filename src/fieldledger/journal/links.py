"""The remembered pairs, with the base on which both sides last agreed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Column, bindparam, delete, func, insert, select, update

from fieldledger.journal.database import Tx
from fieldledger.journal.schema import links
from fieldledger.journal.sights import chunks
from fieldledger.model.kinds import Kind, Side
from fieldledger.model.record import pack, unpack


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """state: live, books_deleted, field_deleted. rules: hash of the rules that shaped the base.
    books_kept, field_kept: fields in which that side keeps the base in a form of its own, or may differ for a reason
    that the history tells: nobody's edit as long as they stay as they are."""

    id: int
    books: str
    field: str
    base: dict[str, Any]
    books_kept: dict[str, Any]
    field_kept: dict[str, Any]
    rules: str
    state: str


_PACKED = ("base", "books_kept", "field_kept")
_COLUMNS = (
    links.c.id, links.c.books, links.c.field, links.c.base, links.c.books_kept, links.c.field_kept, links.c.rules,
    links.c.state,
)  # fmt: skip


def _link(row: Any) -> Link:
    values = dict(row._mapping)
    for name in _PACKED:
        values[name] = unpack(values[name])
    return Link(**values)


def _column(side: Side) -> Column[str]:
    return links.c.books if side is Side.BOOKS else links.c.field


def load(tx: Tx, company: str, side: Side, kind: Kind, ids: Iterable[str]) -> dict[str, Link]:
    """Links by the record id of ``side``."""
    found: dict[str, Link] = {}
    column = _column(side)
    for part in chunks(ids):
        rows = tx.execute(
            select(*_COLUMNS).where(links.c.company == company, links.c.kind == kind, column.in_(part))
        )
        for row in rows:
            link = _link(row)
            found[link.books if side is Side.BOOKS else link.field] = link
    return found


class Agreed(msgspec.Struct, frozen=True, kw_only=True):
    """What both sides agree on from now on. As in `Link`."""

    books: str
    field: str
    base: Mapping[str, Any]
    books_kept: Mapping[str, Any] = {}
    field_kept: Mapping[str, Any] = {}
    rules: str
    state: str = "live"


def make(tx: Tx, company: str, kind: Kind, pairs: Sequence[Agreed], at: str) -> None:
    """Link pairs. Raises IntegrityError when one of them already is linked: a bug, never an event of life."""
    rows = [{**_row(pair), "company": company, "kind": kind, "made_at": at} for pair in pairs]
    if rows:
        tx.execute(insert(links), rows)


def _row(pair: Agreed) -> dict[str, Any]:
    row = msgspec.structs.asdict(pair)
    return {**row, **{name: pack(row[name]) for name in _PACKED}}


_AGREE = (
    update(links)
    .where(links.c.company == bindparam("of"), links.c.kind == bindparam("a"), links.c.books == bindparam("record"))
    .values({name: bindparam(f"new_{name}") for name in (*_PACKED, "rules", "state")})
)  # fmt: skip


def agree(tx: Tx, company: str, kind: Kind, pairs: Sequence[Agreed]) -> None:
    """Both sides of these links agree on something else now."""
    rows = [
        {"of": company, "a": kind, "record": pair.books, **{f"new_{name}": value for name, value in _row(pair).items()
                                                            if name not in ("books", "field")}}
        for pair in pairs
    ]  # fmt: skip
    if rows:
        tx.execute(_AGREE, rows)


def forget(tx: Tx, company: str, kind: Kind, ids: Sequence[int]) -> None:
    """These pairs are no pairs any more: a person asked for one of the records to be made anew."""
    for part in chunks(ids):
        tx.execute(
            delete(links).where(links.c.company == company, links.c.kind == kind, links.c.id.in_(part))
        )


def set_state(tx: Tx, company: str, kind: Kind, books: str, state: str) -> None:
    tx.execute(
        update(links)
        .where(links.c.company == company, links.c.kind == kind, links.c.books == books)
        .values(state=state)
    )


def newest(tx: Tx, company: str, kind: Kind) -> list[str]:
    """Books ids of the live links that were made last, all at one time."""
    mine = (links.c.company == company) & (links.c.kind == kind) & (links.c.state == "live")
    last = select(func.max(links.c.made_at)).where(mine).scalar_subquery()
    return list(tx.execute(select(links.c.books).where(mine, links.c.made_at == last)).scalars())


def count(tx: Tx, company: str, kind: Kind) -> int:
    query = select(func.count()).select_from(links).where(links.c.company == company, links.c.kind == kind)
    return int(tx.execute(query.where(links.c.state == "live")).scalar_one())


def references(tx: Tx, company: str, kinds: Sequence[Kind]) -> list[tuple[Kind, str, str]]:
    """The pairs of these kinds that others refer to: kind, books id and field id of each."""
    query = select(links.c.kind, links.c.books, links.c.field).where(
        links.c.company == company, links.c.kind.in_(kinds)
    )
    return [(Kind(row.kind), row.books, row.field) for row in tx.execute(query)]


def waiting_for(tx: Tx, company: str, kind: Kind, field: str, ids: frozenset[str]) -> list[str]:
    """Books ids of pairs of which one side has one of these ids in this field, and the other waits for it."""
    query = select(links.c.books, links.c.field_kept, links.c.books_kept).where(
        links.c.company == company, links.c.kind == kind,
        (links.c.field_kept != pack({})) | (links.c.books_kept != pack({})),
    )  # fmt: skip
    return [
        row.books
        for row in tx.execute(query)
        if any(not ids.isdisjoint(_ids(unpack(kept).get(field))) for kept in (row.field_kept, row.books_kept))
    ]


def _ids(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())
