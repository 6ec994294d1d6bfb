"""Sets of writes on their way to QuickBooks: the exact bytes, committed before they go out (design: the ladder).

out      handed out, and nobody has told what came of it
settled  what came of it is in the journal; QuickBooks still stores its answer
cleared  QuickBooks was told to forget its answer
void     QuickBooks refused it as a whole, so nothing of it was done
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import func, insert, select, update

from fieldledger.journal.database import Tx
from fieldledger.journal.schema import message_sets


class MessageSet(msgspec.Struct, frozen=True, kw_only=True):
    """content: the whole document. asks: packed, what it asks for. sent_at: Unix seconds of the first time."""

    id: int
    set_id: str
    old_id: str
    content: str
    asks: bytes
    state: str
    attempts: int
    sent_at: float


def _set(row: Any) -> MessageSet:
    values = dict(row._mapping)
    del values["company"]
    return MessageSet(**{**values, "content": zlib.decompress(values["content"]).decode()})


def out(tx: Tx, company: str) -> MessageSet | None:
    """The set of which nobody has told what came of it."""
    row = tx.execute(
        select(message_sets).where(message_sets.c.company == company, message_sets.c.state == "out")
    ).first()
    return _set(row) if row else None


def to_clear(tx: Tx, company: str) -> str:
    """The oldest set whose answer QuickBooks still stores for nothing; "" = none."""
    query = select(message_sets.c.set_id).where(
        message_sets.c.company == company, message_sets.c.state == "settled"
    )
    return tx.execute(query.order_by(message_sets.c.id).limit(1)).scalar_one_or_none() or ""


def count(tx: Tx, company: str) -> int:
    """How many there ever were."""
    query = select(func.count()).select_from(message_sets).where(message_sets.c.company == company)
    return int(tx.execute(query).scalar_one())


def put(tx: Tx, company: str, *, set_id: str, old_id: str, content: str, asks: bytes, now: float) -> int:
    """A set that is about to be handed out. Returns its id."""
    done = tx.execute(
        insert(message_sets).values(
            company=company, set_id=set_id, old_id=old_id, content=zlib.compress(content.encode(), 1), asks=asks,
            state="out", attempts=1, sent_at=now,
        )
    ).inserted_primary_key  # fmt: skip
    assert done is not None
    return int(done[0])


def sent_again(tx: Tx, id: int, *, content: str | None = None) -> None:
    """It goes out once more; content: in another wrapping."""
    values: dict[str, Any] = {"attempts": message_sets.c.attempts + 1}
    if content is not None:
        values |= {"content": zlib.compress(content.encode(), 1), "old_id": ""}
    tx.execute(update(message_sets).where(message_sets.c.id == id).values(**values))


def close(tx: Tx, id: int, state: str) -> None:
    tx.execute(update(message_sets).where(message_sets.c.id == id).values(state=state))


def cleared(tx: Tx, company: str, set_ids: Sequence[str]) -> None:
    tx.execute(
        update(message_sets)
        .where(
            message_sets.c.company == company, message_sets.c.set_id.in_(set_ids), message_sets.c.state == "settled"
        )
        .values(state="cleared")
    )  # fmt: skip
