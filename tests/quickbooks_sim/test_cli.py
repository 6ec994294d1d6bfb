"""The command line: exit statuses, clear errors, edits that apply whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from quickbooks_sim.cli import app

HOST = (
    '<?xml version="1.0"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError"><HostQueryRq/>'
    "</QBXMLMsgsRq></QBXML>"
)


def run(*words: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, list(words), input=stdin)


def state(file: Path) -> dict[str, Any]:
    result = run("show", str(file), "--json")
    assert result.exit_code == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "sample.qbs"
    assert run("new", str(path), "--sample").exit_code == 0
    return path


def test_process_answers_or_tells_the_hresult(file: Path) -> None:
    good = run("process", str(file), stdin=HOST)
    assert (good.exit_code, good.stdout.splitlines()[0]) == (0, '<?xml version="1.0" ?>')
    bad = run("process", str(file), stdin=HOST.replace("<HostQueryRq/>", "<Nonsense/>"))
    assert bad.exit_code == 1
    assert bad.stderr.startswith("0x80040400 QuickBooks found an error when parsing")
    assert bad.stdout == ""


def test_files_that_cannot_be_used(tmp_path: Path, file: Path) -> None:
    other = tmp_path / "notes.txt"
    other.write_text("hello")
    for words, part in (
        (("process", str(tmp_path / "none.qbs")), "is not there"),
        (("show", str(other)), "is not a company file"),
        (("new", str(file)), "exists already"),
        (("new", str(tmp_path / "x.qbs"), "--load", str(other)), "is not a qbXML response"),
        (("new", str(tmp_path / "x.qbs"), "--load", str(tmp_path / "none.xml")), "is not there"),
        (("new", str(tmp_path / "no" / "x.qbs")), "cannot be written"),
        (("edit", str(file), "missing.txt"), "cannot be read"),
    ):
        result = run(*words, stdin="")
        assert result.exit_code == 2, words
        assert part in result.stderr
    assert not (tmp_path / "x.qbs").exists()


def test_an_edit_script_works_like_a_person(file: Path) -> None:
    script = """
    # a morning in the office
    clock frozen 2026-03-02T09:00:00
    customer add name="New One" parent="Baker Residence" phone=555-0101 terms="Net 15"
    customer "Baker Residence" set phone=555-0102 city=Harlow
    customer "Bakers Residence" rename "Bakers House"
    customer "Riverbend Brewing:Glycol loop" delete
    customer "Walk-in customer" inactive
    customer "Sato, Kenji" shipto add name=Dock addr1="1 Pier" default=true
    customer "Baker Residence" shipto remove "Lake cabin"
    customer "Terrace Hotel:Spa wing" under ""
    terms "Net 30" set days=45
    taxitem "Millbrook" set rate=6.75
    vendor add name="New Vendor" phone=1
    account add name=Uniforms type=Expense number=6500
    lock customer "Sato, Kenji"
    mode multi
    switch list_del_multi_user=refuse
    preference ClosingDate=2025-12-31
    company CompanyName="Bluebird H&P"
    host ProductName="QuickBooks Pro 2014" MajorVersion=24
    move "D:\\books\\bluebird.qbw"
    """
    result = run("edit", str(file), "-", stdin=script)
    assert result.exit_code == 0, result.stderr
    after = state(file)
    customers = {one["full_name"]: one for one in after["lists"]["Customer"]}
    assert "Baker Residence:New One" in customers
    assert "Bakers House" in customers
    assert "Riverbend Brewing:Glycol loop" not in customers
    assert "Spa wing:Heat recovery" in customers
    assert customers["Walk-in customer"]["active"] is False
    assert customers["Sato, Kenji"]["locked"] is True
    assert customers["Baker Residence"]["modified"] == "2026-03-02T09:00:00-05:00"
    assert after["path"] == "D:\\books\\bluebird.qbw"
    terms = run("process", str(file), stdin=HOST.replace("HostQueryRq", "TermsQueryRq")).stdout
    assert "<StdDueDays>45</StdDueDays>" in terms
    host = run("process", str(file), stdin=HOST).stdout
    assert "<ProductName>QuickBooks Pro 2014</ProductName>\n<MajorVersion>24</MajorVersion>" in host
    assert "<QBFileMode>MultiUser</QBFileMode>" in host
    preferences = run("process", str(file), stdin=HOST.replace("HostQueryRq", "PreferencesQueryRq")).stdout
    assert "<ClosingDate>2025-12-31</ClosingDate>" in preferences


@pytest.mark.parametrize(
    ("command", "status", "part"),
    [
        ("customer Nobody set phone=1", 2, "there is no customer 'Nobody'"),
        ('customer "Baker Residence" set colour=red', 2, "has no field 'colour'; it has: company,"),
        ('customer "Baker Residence" dance', 2, "it can: add, set"),
        ("dance", 2, "there are: customer"),
        ("switch weather=fine", 2, "there is no switch 'weather'"),
        ("mode triple", 2, "may be single, multi"),
        ("clock yesterday", 2, "cannot be 'yesterday'"),
        ('customer "Baker Residence set phone=1', 2, "is a quotation mark missing?"),
        ("preference Nonsense=1", 2, "there is no preference"),
        ("restore nowhere.qbs\nmode multi", 2, "must stand alone"),
        ("restore nowhere.qbs", 2, "is not there"),
        ('customer add name="State Revenue Office"', 1, "already in use"),
        ('customer "Baker Residence" delete', 1, "The list element is in use"),
        ('customer "Baker Residence" set phone=1234567890123456789012', 1, "is too long"),
        ('customer "Baker Residence" shipto add name=HOME addr1=x', 1, "a name of its own"),
        ("account add name=Bad type=Bank number=1000", 1, "account number is already in use"),
    ],
)
def test_a_bad_command_names_its_line_and_nothing_is_applied(
    file: Path, command: str, status: int, part: str
) -> None:
    before = state(file)["lists"]
    script = (
        command if command.startswith("restore") else f'customer "Baker Residence" set phone=1\n{command}'
    )
    result = run("edit", str(file), "-", stdin=script)
    assert result.exit_code == status, result.stderr
    assert part in result.stderr
    assert ("line 1" if command.startswith("restore") else "line 2") in result.stderr
    assert state(file)["lists"] == before


def test_an_address_line_can_be_cleared(file: Path) -> None:
    assert (
        run(
            "edit", str(file), 'customer "Orchard Road Farm" set city="" zip="" addr2="1 Barn" country=USA'
        ).exit_code
        == 0
    )
    query = "<CustomerQueryRq><FullName>Orchard Road Farm</FullName></CustomerQueryRq>"
    text = run("process", str(file), stdin=HOST.replace("<HostQueryRq/>", query)).stdout
    address = text.split("<BillAddress>")[1].split("</BillAddress>")[0].split()
    assert "<City>Millbrook</City>" not in address
    assert "<State>OR</State>" in address
    assert text.split("<BillAddress>")[1].split("</BillAddress>")[0].count("<") == 8


def test_backup_and_restore(file: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup.qbs"
    assert run("edit", str(file), f"backup {backup}").exit_code == 0
    before = state(file)["lists"]["Customer"]
    assert run("edit", str(file), 'customer "Baker Residence" set phone=1').exit_code == 0
    assert state(file)["lists"]["Customer"] != before
    assert run("edit", str(file), f"restore {backup}").exit_code == 0
    after = state(file)
    assert after["lists"]["Customer"] == before
    assert after["switches"]["last_restore"]


def test_show_for_people_and_generate(tmp_path: Path) -> None:
    path = tmp_path / "many.qbs"
    assert run("new", str(path), "--generate", "50").exit_code == 0
    shown = run("show", str(path)).stdout
    assert "Customer: 50, 0 inactive, 0 made up" in shown
    assert "switches:" in shown
    assert run("edit", "--help").stdout.count("shipto") >= 2
