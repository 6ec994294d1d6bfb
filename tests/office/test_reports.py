"""The sync report of a run (spec 9.3: CSV, XLSX, JSON)."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any

import pytest
from lxml import etree

from fieldledger.office import companies as office
from fieldledger.office import reports, views
from fieldledger.office.errors import NoSuchThing, WrongUse
from tests.support.world import World

SHEET = {"s": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


@pytest.fixture
def synced(world: World) -> World:
    """The first import, and a change after it."""
    world.session()
    office.approve(world.journal, "c1", None, who="a person")
    world.session()
    world.time += 900
    world.edit('customer "Baker Residence" set phone="=1+1"')
    world.session()
    return world


def lines(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf"), "Excel on Windows reads it as Windows-1252 without"
    return list(csv.reader(io.StringIO(content[3:].decode(), newline="")))


def cells(content: bytes) -> list[list[str]]:
    """The texts of the second sheet, by row, read without the library that wrote them."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        shared = [
            "".join(item.itertext())
            for item in etree.fromstring(book.read("xl/sharedStrings.xml")).findall("s:si", SHEET)
        ]
        sheet = etree.fromstring(book.read("xl/worksheets/sheet2.xml"))
    assert sheet.find(".//s:f", SHEET) is None, "no formula anywhere"
    return [
        [shared[int(cell.findtext("s:v", namespaces=SHEET) or 0)] for cell in row.findall("s:c", SHEET)]
        for row in sheet.iterfind(".//s:row", SHEET)
    ]


def test_csv_has_a_line_for_each_event(synced: World) -> None:
    rows = lines(reports.report(synced.journal, "c1", 2, "csv"))
    run = views.run(synced.journal, "c1", 2)
    assert tuple(rows[0]) == reports.COLUMNS
    assert len(rows) == 1 + len(run["events"])
    assert [row[1] for row in rows[1:]] == [event["what"] for event in run["events"]]
    names = {row[5] for row in rows[1:]}
    assert "Müller & Söhne" in names


def test_a_change_is_told_field_by_field(synced: World) -> None:
    rows = lines(reports.report(synced.journal, "c1", 3, "csv"))
    changed = next(row for row in rows if row[1] == "updated")
    assert changed[9] == "Phone: 503-555-0111 → =1+1"
    assert changed[5] == "Baker Residence"


def test_no_cell_begins_like_a_formula() -> None:
    """A name in QuickBooks may be =HYPERLINK(…); a spreadsheet must show it, not run it."""
    assert [reports._safe(text) for text in ("=1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "1=1", "")] == [
        "'=1", "'+1", "'-1", "'@x", "'\t=1", "'\r=1", "'\n=1", "1=1", "",
    ]  # fmt: skip


def test_xlsx_has_the_same_rows(synced: World) -> None:
    rows = lines(reports.report(synced.journal, "c1", 2, "csv"))
    found = cells(reports.report(synced.journal, "c1", 2, "xlsx"))
    assert len(found) == len(rows)
    assert tuple(found[0]) == reports.COLUMNS
    assert [row[5] for row in found] == [row[5] for row in rows]


def test_what_is_too_long_for_a_cell_is_cut_and_says_so() -> None:
    """Excel holds 32,767 characters; the library that writes it would leave a longer cell empty without a word."""
    event: dict[str, Any] = {
        "at": "", "what": "updated", "side": "field", "severity": "info", "kind": "customer", "name": "B",
        "books": "", "field": "", "told": "x" * 40_000, "changes": [], "who": "sync",
    }  # fmt: skip
    run = {
        "run": 1,
        "started_at": "",
        "ended_at": None,
        "reason": "",
        "outcome": "",
        "told": "",
        "counts": {},
    }
    content = reports._xlsx(run, [reports._row(event)])
    told = cells(content)[1][8]
    assert len(told) == reports.CELL_MOST
    assert told.endswith("the CSV and JSON reports have all of it)")


def test_json_is_what_the_log_says(synced: World) -> None:
    content = json.loads(reports.report(synced.journal, "c1", 2, "json"))
    assert content == json.loads(json.dumps(views.run(synced.journal, "c1", 2)))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "(blank)"), ("", "(blank)"), ((), "(blank)"), (True, "yes"), (False, "no"), ("x", "x"),
        ({"line1": "1 Oak St", "city": "Alder"}, "1 Oak St, Alder"),
        (
            [{"name": "Home", "is_default": True, "address": {"line1": "1 Oak St"}}, {"name": "Barn", "address": None}],
            "Home (default): 1 Oak St | Barn: (blank)",
        ),
    ],
)  # fmt: skip
def test_values_in_words(value: Any, words: str) -> None:
    assert reports.words(value) == words


def test_what_there_is_not(synced: World) -> None:
    with pytest.raises(WrongUse, match="csv, xlsx, json, not as 'pdf'"):
        reports.report(synced.journal, "c1", 1, "pdf")
    with pytest.raises(NoSuchThing, match="There is no run 77"):
        reports.report(synced.journal, "c1", 77, "csv")
