"""Who refers to the entries of a list: counted, and in words. It writes nothing."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, select, text

from fieldledger.desk.schema import customers

NAMED_MOST = 3


def count(tx: Connection, company: str, field: str) -> dict[int, int]:
    """How many customers that are there refer to each entry by this field of theirs; entries of none are left out."""
    column = customers.c[field]
    query = (
        select(column, func.count())
        # Said just as the index on the field says it.
        .where(customers.c.company == company, text(f"deleted = 0 AND {field} IS NOT NULL"))
        .group_by(column)
    )
    return {row[0]: row[1] for row in tx.execute(query)}


def told(number: int, groups: Sequence[str]) -> str:
    """``3 customers and the tax group 'State and county'``; "" when nobody does."""
    parts = []
    if number:
        parts.append("1 customer" if number == 1 else f"{number} customers")
    if groups:
        named = ", ".join(repr(name) for name in groups[:NAMED_MOST])
        more = f" and {len(groups) - NAMED_MOST} more" if len(groups) > NAMED_MOST else ""
        parts.append(f"the tax group{'s' if len(groups) > 1 else ''} {named}{more}")
    return " and ".join(parts)
