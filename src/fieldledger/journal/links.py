"""The remembered pairs, with the base on which both sides last agreed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import Column, func, insert, select, update

from fieldledger.journal.database import Tx
from fieldledger.journal.schema import links
from fieldledger.journal.sights import chunks
from fieldledger.model.kinds import Kind, Side
from fieldledger.model.record import Values, digest, pack, unpack


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """state: live, books_deleted, field_deleted. rules: hash of the rules that shaped the base.
    field_digest: of the field record at that moment; it differs from base_digest where the field side keeps a value
    in a form of its own, which is nobody's edit."""

    id: int
    books: str
    field: str
    base: dict[str, Any]
    base_digest: bytes
    field_digest: bytes
    rules: str
    state: str


_COLUMNS = (
    links.c.id, links.c.books, links.c.field, links.c.base, links.c.base_digest, links.c.field_digest,
    links.c.rules, links.c.state,
)  # fmt: skip


def _link(row: Any) -> Link:
    values = dict(row._mapping)
    values["base"] = unpack(values["base"])
    return Link(**values)


def _column(side: Side) -> Column[str]:
    return links.c.books if side is Side.BOOKS else links.c.field


def load(tx: Tx, company: str, side: Side, kind: Kind, ids: Collection[str]) -> dict[str, Link]:
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


def make(
    tx: Tx,
    company: str,
    kind: Kind,
    books: str,
    field: str,
    base: Values,
    field_digest: bytes,
    rules: str,
    at: str,
) -> None:
    """Link two records. Raises IntegrityError when one of them already is linked: a bug, never an event of life."""
    packed = pack(base)
    tx.execute(
        insert(links).values(
            company=company, kind=kind, books=books, field=field, base=packed, base_digest=digest(packed),
            field_digest=field_digest, rules=rules, state="live", made_at=at,
        )
    )  # fmt: skip


def agree(
    tx: Tx, company: str, kind: Kind, books: str, base: Values, field_digest: bytes, rules: str, state: str
) -> None:
    """Both sides agree on ``base`` now."""
    packed = pack(base)
    tx.execute(
        update(links)
        .where(links.c.company == company, links.c.kind == kind, links.c.books == books)
        .values(base=packed, base_digest=digest(packed), field_digest=field_digest, rules=rules, state=state)
    )


def set_state(tx: Tx, company: str, kind: Kind, books: str, state: str) -> None:
    tx.execute(
        update(links)
        .where(links.c.company == company, links.c.kind == kind, links.c.books == books)
        .values(state=state)
    )


def count(tx: Tx, company: str, kind: Kind) -> int:
    query = select(func.count()).select_from(links).where(links.c.company == company, links.c.kind == kind)
    return int(tx.execute(query.where(links.c.state == "live")).scalar_one())
