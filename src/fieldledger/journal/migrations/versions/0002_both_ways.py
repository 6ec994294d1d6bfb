"""Customers go both ways: bases by field, message sets, wishes, holds of field records.

Nothing that is remembered gets lost: what a field record kept in a form of its own is found out from its sight, and
what a planned write will have both sides agree on is read from its values. Names no table of the code: those move on.
"""

from __future__ import annotations

from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_EMPTY = sa.text("x''")
_NOTHING = sa.text("x'80'")
"""A packed mapping without keys."""


def upgrade() -> None:
    kept = _kept()
    with op.batch_alter_table("sights") as table:
        table.add_column(sa.Column("guid", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("read_at", sa.Float(), nullable=False, server_default="0"))
    _links(kept)
    _actions()
    with op.batch_alter_table("holds") as table:
        table.add_column(sa.Column("others_side", sa.Text(), nullable=False, server_default="field"))
    _rivals()
    _message_sets()
    _wishes()


def _links(kept: dict[int, bytes]) -> None:
    with op.batch_alter_table("links") as table:
        for name in ("books_kept", "field_kept"):
            table.add_column(sa.Column(name, sa.LargeBinary(), nullable=False, server_default=_NOTHING))
        table.drop_column("base_digest")
        table.drop_column("field_digest")
    with op.batch_alter_table("links") as table:
        for name in ("books_kept", "field_kept"):
            table.alter_column(name, server_default=None)
    for link, values in kept.items():
        op.get_bind().execute(
            sa.text("UPDATE links SET field_kept = :kept WHERE id = :link"), {"kept": values, "link": link}
        )


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
        agreed, there = _unpack(base), _unpack(packed)
        found[link] = _pack({field: there[field] for field in there if there[field] != agreed.get(field)})
    return found


def _actions() -> None:
    for name in ("uq_actions_open", "uq_actions_planned", "ix_actions_state"):
        op.drop_index(name, "actions")
    with op.batch_alter_table("actions") as table:
        table.add_column(sa.Column("fields", sa.Text(), nullable=False, server_default="[]"))
        for name in ("agreed", "kept", "lost"):
            table.add_column(sa.Column(name, sa.LargeBinary()))
        table.add_column(sa.Column("seen_field", sa.LargeBinary(), nullable=False, server_default=_EMPTY))
        table.add_column(sa.Column("unanswered", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("retry_at", sa.Float(), nullable=False, server_default="0"))
        table.add_column(sa.Column("message_set", sa.Integer()))
        table.add_column(sa.Column("wish", sa.Integer()))
    op.create_index("ix_actions_state", "actions", ["company", "state", "side", "id"])
    op.create_index(
        "ix_actions_planned", "actions", ["company", "side", "plan", "id"],
        sqlite_where=sa.text("state = 'planned'"), postgresql_where=sa.text("state = 'planned'"),
    )  # fmt: skip
    for side in ("books", "field"):
        op.create_index(f"ix_actions_{side}", "actions", ["company", "kind", side, "state"])
        _unique_while(f"uq_actions_open_{side}", "actions", ["company", "kind", side], "state = 'open'")
        _unique_while(
            f"uq_actions_planned_{side}", "actions", ["company", "kind", "side", side], "state = 'planned'"
        )
    _agreed()


def _agreed() -> None:
    """What the writes on their way will have both sides agree on: an update wrote all fields; of a deactivation only
    that is new. What they send stays as it is (fields = all): their keys may have gone out already."""
    bind = op.get_bind()
    rows = bind.execute(
        sa.text(
            "SELECT id, verb, \"after\" FROM actions WHERE state IN ('planned', 'open') "
            "AND verb IN ('update', 'deactivate') AND \"after\" IS NOT NULL"
        )
    ).all()
    for action, verb, after in rows:
        bind.execute(
            sa.text("UPDATE actions SET agreed = :agreed WHERE id = :action"),
            {"agreed": after if verb == "update" else _pack({"active": False}), "action": action},
        )


def _rivals() -> None:
    """A record that a hold collides with may stand on either side, and so may the record that is held."""
    bind = op.get_bind()
    rows = bind.execute(sa.text("SELECT company, kind, field, books FROM rivals")).all()
    op.drop_table("rivals")
    op.create_table(
        "rivals",
        sa.Column("company", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("holder_side", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["company"], ["companies.id"], name=op.f("fk_rivals_company")),
        sa.PrimaryKeyConstraint(
            "company", "kind", "side", "record", "holder_side", "holder", name=op.f("pk_rivals")
        ),
    )
    op.create_index("ix_rivals_holder", "rivals", ["company", "kind", "holder_side", "holder"])
    for company, kind, field, books in rows:
        bind.execute(
            sa.text(
                "INSERT INTO rivals (company, kind, side, record, holder_side, holder) "
                "VALUES (:company, :kind, 'field', :field, 'books', :books)"
            ),
            {"company": company, "kind": kind, "field": field, "books": books},
        )


def _message_sets() -> None:
    op.create_table(
        "message_sets",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("company", sa.Text(), nullable=False),
        sa.Column("set_id", sa.Text(), nullable=False),
        sa.Column("old_id", sa.Text(), server_default="", nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("asks", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("sent_at", sa.Float(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["company"], ["companies.id"], name=op.f("fk_message_sets_company")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_sets")),
        sa.UniqueConstraint("company", "set_id", name=op.f("uq_message_sets_company_set_id")),
    )
    _unique_while("uq_message_sets_out", "message_sets", ["company"], "state = 'out'")


def _wishes() -> None:
    op.create_table(
        "wishes",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("company", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("books", sa.Text(), server_default="", nullable=False),
        sa.Column("field", sa.Text(), server_default="", nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["company"], ["companies.id"], name=op.f("fk_wishes_company")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wishes")),
    )
    for side in ("books", "field"):
        op.create_index(f"ix_wishes_{side}", "wishes", ["company", "kind", side])


def _unique_while(name: str, table: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, unique=True, sqlite_where=where, postgresql_where=where)


def _pack(values: dict[str, Any]) -> bytes:
    return msgspec.msgpack.encode(values, order="deterministic")


def _unpack(data: bytes) -> dict[str, Any]:
    values: dict[str, Any] = msgspec.msgpack.decode(data)
    return values


def downgrade() -> None:
    raise NotImplementedError("A journal is never taken back: restore the folder from a backup instead.")
