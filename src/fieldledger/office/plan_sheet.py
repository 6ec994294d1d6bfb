"""A plan as a sheet to look through or to send to somebody: CSV, in the order of the plan.

UTF-8 with a byte order mark, since Excel on Windows reads it as Windows-1252 without. No cell begins like a formula.
Every row is in it, however long the plan: it is written row by row, from one state of the journal.
"""

from __future__ import annotations

import codecs
import csv
import io
import tempfile
from typing import IO

from fieldledger.journal import Journal
from fieldledger.model.plan import WRITES
from fieldledger.office import views
from fieldledger.office.errors import NoSuchThing
from fieldledger.office.reports import SIDES, change_words

COLUMNS = (
    "What",
    "Side",
    "Name",
    "Name in QuickBooks",
    "Why",
    "Changes",
    "State",
    "QuickBooks id",
    "Field id",
)
IN_MEMORY = 1_000_000
"""Bytes; a longer sheet is laid on disk."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def plan_csv(journal: Journal, company: str, number: int) -> IO[bytes]:
    """The plan with this number, to be read from where it stands and closed. Raises `NoSuchThing`."""
    out = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - the reader closes it
    with journal.read() as tx:
        found = views.find_plan(tx, company, number)
        if found is None:
            raise NoSuchThing(f"There is no plan {number}.")
        out.write(codecs.BOM_UTF8)
        text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        for action in views.every_planned(tx, company, found.id):
            side = SIDES[action["side"]] if action["verb"] in WRITES else ""
            cells = (
                action["verb"], side, action["name"], action["books_name"], action["told"],
                "; ".join(change_words(change) for change in action["changes"]), action["state"],
                action["books"] or "", action["field"] or "",
            )  # fmt: skip
            writer.writerow(["'" + cell if cell.startswith(FORMULA) else cell for cell in cells])
    text.detach()
    out.seek(0)
    return out
