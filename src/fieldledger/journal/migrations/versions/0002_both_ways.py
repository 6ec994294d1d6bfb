"""Customers go both ways: bases by field, message sets, wishes, holds of field records.

Nothing that is remembered gets lost: what a field record kept in a form of its own is found out from its sight.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from fieldledger.journal import schema
from fieldledger.model.record import pack, unpack

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_EMPTY = sa.text("x''")


def upgrade() -> None:
    kept = _kept()
    with op.batch_alter_table("sights") as table:
        table.add_column(sa.Column("read_at", sa.Float(), nullable=False, server_default="0"))
    nothing = pack({})
    with op.batch_alter_table("links") as table:
        table.add_column(
            sa.Column("books_kept", sa.LargeBinary(), nullable=False, server_default=_hex(nothing))
        )
        table.add_column(
            sa.Column("field_kept", sa.LargeBinary(), nullable=False, server_default=_hex(nothing))
        )
        table.drop_column("base_digest")
        table.drop_column("field_digest")
    with op.batch_alter_table("links") as table:
        table.alter_column("books_kept", server_default=None)
        table.alter_column("field_kept", server_default=None)
    for link, values in kept.items():
        op.get_bind().execute(
            sa.text("UPDATE links SET field_kept = :values WHERE id = :link"),
            {"values": values, "link": link},
        )
    _actions()
    with op.batch_alter_table("holds") as table:
        table.add_column(sa.Column("others_side", sa.Text(), nullable=False, server_default="field"))
    _rivals()
    for table_ in (schema.message_sets, schema.wishes):
        table_.create(op.get_bind())


def _actions() -> None:
    for name in ("uq_actions_open", "uq_actions_planned", "ix_actions_state"):
        op.drop_index(name, "actions")
    with op.batch_alter_table("actions") as table:
        table.add_column(sa.Column("fields", sa.Text(), nullable=False, server_default="[]"))
        for name in ("agreed", "kept", "lost"):
            table.add_column(sa.Column(name, sa.LargeBinary()))
        table.add_column(sa.Column("seen_field", sa.LargeBinary(), nullable=False, server_default=_EMPTY))
        table.add_column(sa.Column("retry_at", sa.Float(), nullable=False, server_default="0"))
        table.add_column(sa.Column("message_set", sa.Integer()))
        table.add_column(sa.Column("wish", sa.Integer()))
    for index in schema.actions.indexes:
        if index.name != "ix_actions_plan":
            index.create(op.get_bind())


def _kept() -> dict[int, bytes]:
    """By link: the fields in which the field record, as it stood when both sides agreed, differed from the base."""
    rows = op.get_bind().execute(
        sa.text(
            "SELECT links.id, links.base, sights.packed FROM links JOIN sights ON sights.company = links.company "
            "AND sights.side = 'field' AND sights.kind = links.kind AND sights.record = links.field "
            "WHERE links.field_digest = sights.digest AND links.field_digest <> links.base_digest"
        )
    )
    found = {}
    for link, base, packed in rows:
        agreed, there = unpack(base), unpack(packed)
        found[link] = pack({field: there[field] for field in there if there[field] != agreed.get(field)})
    return found


def _rivals() -> None:
    bind = op.get_bind()
    rows = bind.execute(sa.text("SELECT company, kind, field, books FROM rivals")).all()
    op.drop_table("rivals")
    schema.rivals.create(bind)
    for company, kind, field, books in rows:
        bind.execute(
            sa.insert(schema.rivals).values(
                company=company, kind=kind, side="field", record=field, holder_side="books", holder=books
            )
        )


def _hex(data: bytes) -> sa.TextClause:
    return sa.text(f"x'{data.hex()}'")


def downgrade() -> None:
    raise NotImplementedError("A journal is never taken back: restore the folder from a backup instead.")
