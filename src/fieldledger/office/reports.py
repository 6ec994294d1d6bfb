"""The sync report of one run, for downloading: CSV, XLSX or JSON (spec 9.3).

A spreadsheet never takes a cell for a formula: in CSV none begins like one, in XLSX all are texts.
"""

from __future__ import annotations

import csv
import io
from typing import Any

import msgspec
import xlsxwriter

from fieldledger.journal import Journal
from fieldledger.model.record import ADDRESS_FIELDS
from fieldledger.office import views
from fieldledger.office.errors import WrongUse

COLUMNS = (
    "When (UTC)",
    "What",
    "Side",
    "Severity",
    "Kind",
    "Name",
    "QuickBooks id",
    "Field id",
    "Reason",
    "Changes",
    "Who",
)
SIDES = {"books": "QuickBooks", "field": "field system", "": ""}
"""Where something was written; blank where nothing was, or on both."""
CELL_MOST = 32_767
"""Characters that a cell of Excel holds."""
FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


def report(journal: Journal, company: str, number: int, form: str) -> bytes:
    """The report of a run in one of FORMATS. Raises `WrongUse` on another format, `NoSuchThing` on an unknown run."""
    if form not in FORMATS:
        raise WrongUse(f"A report comes as {', '.join(FORMATS)}, not as {form!r}.")
    run = views.run(journal, company, number)
    if form == "json":
        return msgspec.json.format(msgspec.json.encode(run), indent=2) + b"\n"
    rows = [_row(event) for event in run["events"]]
    return _csv(rows) if form == "csv" else _xlsx(run, rows)


def _row(event: dict[str, Any]) -> tuple[str, ...]:
    return (
        event["at"], event["what"], SIDES[event["side"]], event["severity"], event["kind"], event["name"],
        event["books"], event["field"], event["told"], "; ".join(change_words(change) for change in event["changes"]),
        event["who"],
    )  # fmt: skip


def change_words(change: dict[str, Any]) -> str:
    """``Phone: 555-0101 → 555-0102``."""
    return f"{change['label']}: {words(change['before'])} → {words(change['after'])}"


def words(value: Any) -> str:
    """A value as people read it."""
    if value is None or (isinstance(value, (str, list, tuple, dict)) and not value):
        return "(blank)"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(str(value[line]) for line in ADDRESS_FIELDS if value.get(line))
    if isinstance(value, (list, tuple)):
        return " | ".join(_location(each) for each in value)
    return str(value)


def _location(location: dict[str, Any]) -> str:
    default = " (default)" if location.get("is_default") else ""
    return f"{location.get('name')}{default}: {words(location.get('address'))}"


def _safe(text: str) -> str:
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else text


def _fitting(text: str) -> str:
    """What is too long for a cell is cut, and says so; it stands whole in the CSV and the JSON."""
    mark = " … (cut: too long for a cell; the CSV and JSON reports have all of it)"
    return text if len(text) <= CELL_MOST else text[: CELL_MOST - len(mark)] + mark


def _csv(rows: list[tuple[str, ...]]) -> bytes:
    """UTF-8 with a byte order mark, since Excel on Windows reads it as Windows-1252 without."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _xlsx(run: dict[str, Any], rows: list[tuple[str, ...]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold = book.add_format({"bold": True})
    summary = book.add_worksheet("Run")
    heading = (
        ("Run", str(run["run"])), ("Started (UTC)", run["started_at"]), ("Ended (UTC)", run["ended_at"] or ""),
        ("Why", run["reason"]), ("Outcome", run["outcome"]), ("In words", run["told"]),
    )  # fmt: skip
    for line, (label, value) in enumerate((*heading, *((key, str(n)) for key, n in run["counts"].items()))):
        summary.write_string(line, 0, label, bold)
        summary.write_string(line, 1, value)
    summary.set_column(0, 0, 18)
    summary.set_column(1, 1, 80)
    sheet = book.add_worksheet("Actions")
    sheet.write_row(0, 0, COLUMNS, bold)
    for line, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            sheet.write_string(line, column, _fitting(cell))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(rows), 1), len(COLUMNS) - 1)
    for column, width in enumerate((24, 12, 14, 10, 10, 30, 24, 10, 60, 60, 12)):
        sheet.set_column(column, column, width)
    book.close()
    return out.getvalue()
