"""The remembered pairs, with the base on which both sides last agreed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from sqlalchemy import Column, bindparam, func, insert, select, update

from fieldledger.journal.database import Tx
from fieldledger.journal.schema import links
from fieldledger.journal.sights import chunks
from fieldledger.model.kinds import Kind, Side
from fieldledger.model.record import digest, unpack


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


class Agreed(msgspec.Struct, frozen=True, kw_only=True):
    """What both sides agree on. base: packed values; the rest as in `Link`."""

    books: str
    field: str
    base: bytes
    field_digest: bytes
    rules: str
    state: str


def make(tx: Tx, company: str, kind: Kind, pairs: Sequence[Agreed], at: str) -> None:
    """Link pairs. Raises IntegrityError when one of them already is linked: a bug, never an event of life."""
    rows = [
        {
            **msgspec.structs.asdict(pair), "company": company, "kind": kind, "base_digest": digest(pair.base),
            "made_at": at,
        }
        for pair in pairs
    ]  # fmt: skip
    if rows:
        tx.execute(insert(links), rows)


_AGREE = (
    update(links)
    .where(links.c.company == bindparam("of"), links.c.kind == bindparam("a"), links.c.books == bindparam("record"))
    .values(
        base=bindparam("new_base"), base_digest=bindparam("new_digest"), field_digest=bindparam("new_field_digest"),
        rules=bindparam("new_rules"), state=bindparam("new_state"),
    )
)  # fmt: skip


def agree(tx: Tx, company: str, kind: Kind, pairs: Sequence[Agreed]) -> None:
    """Both sides of these links agree on something else now."""
    rows = [
        {
            "of": company, "a": kind, "record": pair.books, "new_base": pair.base, "new_digest": digest(pair.base),
            "new_field_digest": pair.field_digest, "new_rules": pair.rules, "new_state": pair.state,
        }
        for pair in pairs
    ]  # fmt: skip
    if rows:
        tx.execute(_AGREE, rows)


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
