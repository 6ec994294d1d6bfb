"""What people asked for about a record or a pair. The planner reads wishes as rules of one record; a wish that is
fulfilled is removed, and the history tells of it.

ignore    leave it as it is, and do not ask again as long as it bears this name. content: {"name_key"}, and
          "pair": of a pair, the digests of both sights: as long as neither is edited;
          "beside": of a record that rests only because of another one, that one's id
link      these two are one. books and field are both given
rename    give it another name on this side. content: {"side", "name"}
put_back  these values again, on both sides as far as the direction allows. content: {"values"}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import delete, insert, select

from fieldledger.journal.database import Tx
from fieldledger.journal.schema import wishes
from fieldledger.journal.sights import chunks
from fieldledger.model.kinds import Kind, Side
from fieldledger.model.record import pack, unpack

IGNORE, LINK, RENAME, PUT_BACK = "ignore", "link", "rename", "put_back"


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """books, field: the records that it is about, "" where there is none."""

    id: int = 0
    kind: Kind
    books: str = ""
    field: str = ""
    what: str
    content: Mapping[str, Any] = {}
    who: str
    at: str


def put(tx: Tx, company: str, wish: Wish) -> int:
    """Remember it. One of the same sort about the same records is replaced. Returns its id."""
    tx.execute(
        delete(wishes).where(
            wishes.c.company == company, wishes.c.kind == wish.kind, wishes.c.what == wish.what,
            wishes.c.books == wish.books, wishes.c.field == wish.field,
        )
    )  # fmt: skip
    row = {**msgspec.structs.asdict(wish), "company": company, "content": pack(wish.content)}
    del row["id"]
    done = tx.execute(insert(wishes).values(**row)).inserted_primary_key
    assert done is not None
    return int(done[0])


def load(
    tx: Tx, company: str, kind: Kind, books: Iterable[str], field: Iterable[str]
) -> tuple[dict[str, list[Wish]], dict[str, list[Wish]]]:
    """The wishes about these records, by books id and by field id; one about a pair stands in both."""
    found: dict[int, Wish] = {}
    for column, ids in ((wishes.c.books, books), (wishes.c.field, field)):
        for part in chunks(ids):
            rows = tx.execute(
                select(wishes).where(wishes.c.company == company, wishes.c.kind == kind, column.in_(part))
            )
            found.update((row.id, _wish(row)) for row in rows)
    by_books: dict[str, list[Wish]] = {}
    by_field: dict[str, list[Wish]] = {}
    for _, wish in sorted(found.items()):
        if wish.books:
            by_books.setdefault(wish.books, []).append(wish)
        if wish.field:
            by_field.setdefault(wish.field, []).append(wish)
    return by_books, by_field


def every(tx: Tx, company: str, what: str) -> list[Wish]:
    """All wishes of a sort, the newest first."""
    query = select(wishes).where(wishes.c.company == company, wishes.c.what == what)
    return [_wish(row) for row in tx.execute(query.order_by(wishes.c.id.desc()))]


def _wish(row: Any) -> Wish:
    values = dict(row._mapping)
    del values["company"]
    return Wish(**{**values, "kind": Kind(values["kind"]), "content": unpack(values["content"])})


def fulfilled(tx: Tx, ids: Iterable[int]) -> None:
    """These are not needed any more."""
    for part in chunks(ids):
        tx.execute(delete(wishes).where(wishes.c.id.in_(part)))


def drop(tx: Tx, company: str, kind: Kind, side: Side, record: str) -> None:
    """Whatever was asked about this record is taken back."""
    column = wishes.c.books if side is Side.BOOKS else wishes.c.field
    tx.execute(delete(wishes).where(wishes.c.company == company, wishes.c.kind == kind, column == record))
