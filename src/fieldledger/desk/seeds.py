"""What a company has from the start: the two tax codes that every QuickBooks file has.

Once there, they are entries like others: whoever renames or deletes one does not get it back.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, insert

from fieldledger.desk.entry_kinds import TAX_CODE
from fieldledger.desk.entry_rows import Entry, columns
from fieldledger.desk.moments import stamp
from fieldledger.desk.numbering import Numbering

TAX_CODES = (("Tax", "Taxable Sales", True), ("Non", "Non-Taxable Sales", False))


def missing(tx: Connection, company: str) -> bool:
    """Whether this company has not got its tax codes yet."""
    return not _numbering(tx, company).begun


def plant(tx: Connection, company: str, now: float) -> None:
    """Give a company what it has from the start, unless it has it. now: Unix seconds."""
    numbering = _numbering(tx, company)
    if numbering.begun:
        return
    at = stamp(datetime.fromtimestamp(now, UTC))
    rows = []
    for name, description, taxable in TAX_CODES:
        values = {"name": name, "description": description, "taxable": taxable, "active": True}
        entry = Entry(numbering.number(), 1, numbering.position(), at, at, "user", values)
        rows.append(columns(company, TAX_CODE, entry))
    tx.execute(insert(TAX_CODE.table), rows)
    numbering.put_down()


def _numbering(tx: Connection, company: str) -> Numbering:
    return Numbering(tx, company, TAX_CODE.kind, f"{TAX_CODE.kind}.position")
