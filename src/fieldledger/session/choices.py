"""The names of the small lists that customers refer to, terms and taxes, as QuickBooks has them now.

A field of the field side that names none of them waits (spec 2.1); when the list changes, whoever waits is looked at
again.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from fieldledger.journal import Tx, links, runs, sights
from fieldledger.model.kinds import Kind, Side
from fieldledger.model.names import name_key
from fieldledger.session.ports import Named

KIND = Kind.CUSTOMER


def keep(tx: Tx, company: str, field: str, named: Iterable[Named]) -> None:
    """Remember what a list holds, and wake who waits for something in it."""
    cursor = f"choices:{field}"
    now = msgspec.json.encode(sorted({name_key(each.name) for each in named})).decode()
    before = runs.cursor(tx, company, cursor)
    if before == now:
        return
    runs.move_cursor(tx, company, cursor, now)
    if before is not None:
        sights.mark_due(tx, company, Side.BOOKS, KIND, links.waiting_for(tx, company, KIND, field))
