"""Customers refer to terms and taxes by their ids, and no longer by their names.

What was remembered of those three fields was text, which nobody can turn into an id here: it is taken out of what was
seen and of what was agreed on, and everything is read again before anything is planned. A field that both sides then
show alike is in step; one that differs is a conflict like any other, whose values stand in the history.
"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_FIELDS = ("terms", "tax_code", "tax_item")


def upgrade() -> None:
    with op.batch_alter_table("actions") as table:
        table.add_column(sa.Column("kept_books", sa.LargeBinary(), nullable=True))
    _sights()
    _links()
    run = op.get_bind().execute
    run(sa.text("UPDATE actions SET state = 'dropped' WHERE state = 'planned'"))
    run(sa.text("UPDATE sights SET due = TRUE"))
    run(sa.text("DELETE FROM cursors WHERE name LIKE 'choices:%' OR name LIKE 'field:%'"))
    run(sa.text("UPDATE companies SET sync_asked = 'full'"))


def _sights() -> None:
    rows = (
        op.get_bind()
        .execute(sa.text("SELECT company, side, record, packed FROM sights WHERE kind = 'customer'"))
        .all()
    )
    for row in rows:
        values = msgspec.msgpack.decode(row.packed)
        packed = _pack({**values, **{name: None for name in _FIELDS if name in values}})
        op.get_bind().execute(
            sa.text(
                "UPDATE sights SET packed = :packed, digest = :digest "
                "WHERE company = :company AND side = :side AND kind = 'customer' AND record = :record"
            ),
            {
                "packed": packed,
                "digest": hashlib.blake2b(packed, digest_size=16).digest(),
                "company": row.company,
                "side": row.side,
                "record": row.record,
            },
        )


def _links() -> None:
    columns = ("base", "books_kept", "field_kept")
    rows = op.get_bind().execute(
        sa.text("SELECT id, base, books_kept, field_kept FROM links WHERE kind = 'customer'")
    )
    for row in rows.all():
        new: dict[str, Any] = {"link": row.id}
        for column in columns:
            values = msgspec.msgpack.decode(getattr(row, column))
            new[column] = _pack({name: value for name, value in values.items() if name not in _FIELDS})
        op.get_bind().execute(
            sa.text(
                "UPDATE links SET base = :base, books_kept = :books_kept, field_kept = :field_kept WHERE id = :link"
            ),
            new,
        )


def _pack(values: Any) -> bytes:
    return msgspec.msgpack.encode(values, order="deterministic")
