"""Insert-or-replace by primary key, in the words of the database at hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite

from fieldledger.journal.database import Tx

CHUNK = 500
"""Identifiers in one IN list; SQLite allows 32,766 variables, PostgreSQL 65,535."""


def upsert(tx: Tx, table: Table, rows: dict[str, Any] | Sequence[dict[str, Any]]) -> None:
    """Insert rows, replacing all their other columns where the primary key is already there."""
    if not rows:
        return
    insert = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    statement = insert(table)
    keys = [column.name for column in table.primary_key]
    first = rows if isinstance(rows, dict) else rows[0]
    others = {name: statement.excluded[name] for name in first if name not in keys}
    if others:
        statement = statement.on_conflict_do_update(index_elements=keys, set_=others)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=keys)
    tx.execute(statement, rows)
