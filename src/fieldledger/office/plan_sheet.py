"""A plan as a sheet to look through or to send to somebody: CSV, in the order of the plan.

UTF-8 with a byte order mark, since Excel on Windows reads it as Windows-1252 without. No cell begins like a formula.
"""

from __future__ import annotations

import csv
import io

from fieldledger.journal import Journal
from fieldledger.office import views
from fieldledger.office.reports import change_words

COLUMNS = ("What", "Name", "Name in QuickBooks", "Why", "Changes", "State", "QuickBooks id", "Field id")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def plan_csv(journal: Journal, company: str, number: int) -> bytes:
    """The plan with this number. Raises `NoSuchThing`."""
    actions = views.plan(journal, company, number)["actions"]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for action in actions:
        cells = (
            action["verb"], action["name"], action["books_name"], action["told"],
            "; ".join(change_words(change) for change in action["changes"]), action["state"], action["books"] or "",
            action["field"] or "",
        )  # fmt: skip
        writer.writerow(["'" + cell if cell.startswith(FORMULA) else cell for cell in cells])
    return b"\xef\xbb\xbf" + out.getvalue().encode()
