"""Who refers to the entries of a list: counted, and in words. It writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, func, select, text

from fieldledger.desk.references import TAX
from fieldledger.desk.schema import customer_locations, customers

NAMED_MOST = 3


class Uses(NamedTuple):
    """How many customers that are there refer to an entry, and how many of their service locations do."""

    customers: int = 0
    locations: int = 0


NONE = Uses()


def count(tx: Connection, company: str, field: str) -> dict[int, Uses]:
    """How often each entry is referred to by this field; entries of nobody are left out."""
    column = customers.c[field]
    query = (
        select(column, func.count())
        # Said just as the index on the field says it.
        .where(customers.c.company == company, text(f"deleted = 0 AND {field} IS NOT NULL"))
        .group_by(column)
    )
    found = {row[0]: Uses(customers=row[1]) for row in tx.execute(query)}
    if field == TAX:
        for id, number in _locations(tx, company).items():
            found[id] = found.get(id, NONE)._replace(locations=number)
    return found


def told(uses: Uses, groups: Sequence[str]) -> str:
    """``3 customers, 1 service location and the tax group 'State and county'``; "" when nobody does."""
    parts = [
        f"{number} {noun}" if number == 1 else f"{number} {noun}s"
        for number, noun in zip(uses, ("customer", "service location"), strict=True)
        if number
    ]
    if groups:
        named = ", ".join(repr(name) for name in groups[:NAMED_MOST])
        more = f" and {len(groups) - NAMED_MOST} more" if len(groups) > NAMED_MOST else ""
        parts.append(f"the tax group{'s' if len(groups) > 1 else ''} {named}{more}")
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def _locations(tx: Connection, company: str) -> dict[int, int]:
    """By tax rate; those of deleted customers do not count."""
    place = customer_locations.c
    query = (
        select(place.tax_item, func.count())
        .join(customers, (customers.c.company == place.company) & (customers.c.id == place.customer))
        .where(
            place.company == company,
            # As the index on the field says it.
            text("customer_locations.tax_item IS NOT NULL"),
            customers.c.deleted.is_(False),
        )
        .group_by(place.tax_item)
    )
    return {row[0]: row[1] for row in tx.execute(query)}
