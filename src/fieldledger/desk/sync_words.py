"""What the sync engine last told about records: the badge beside each. Read only; `Store.show_status` writes it."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select

from fieldledger.desk.schema import sync_statuses

GONE = "Deleted in QuickBooks"


def load(tx: Connection, company: str, kind: str, ids: Collection[int]) -> dict[int, dict[str, str]]:
    """Status, detail, books_name and at of those records of which anything was told, by number."""
    table = sync_statuses.c
    query = select(sync_statuses).where(table.company == company, table.kind == kind, table.record.in_(ids))
    return {
        row.record: {
            "status": row.status,
            "detail": row.detail,
            "books_name": row.books_name,
            "at": row.at,
        }
        for row in tx.execute(query)
    }
