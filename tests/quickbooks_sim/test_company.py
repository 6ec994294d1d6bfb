"""The company file as a whole: the sample's story, invariants after many edits, two programs at once, a killed one."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from quickbooks_sim.build import new_file
from quickbooks_sim.companyfile import CompanyFile, CompanyFileError
from quickbooks_sim.edit import EditError, apply_script
from tests.quickbooks_sim.conftest import Books


def test_the_sample_tells_its_story(sample: Books) -> None:
    everyone = sample.one("<CustomerQueryRq><ActiveStatus>All</ActiveStatus></CustomerQueryRq>")
    assert len(everyone) == 40
    assert {one.findtext("Sublevel") for one in everyone} == {"0", "1", "2"}
    assert any(len(one.findall("ShipToAddress")) >= 4 for one in everyone)
    without_default = [
        one for one in everyone if one.find("ShipToAddress") is not None and one.find("ShipAddress") is None
    ]
    assert without_default
    assert any(one.find("ShipToAddress") is None for one in everyone)
    assert any(not (one.findtext("Name") or "").isascii() for one in everyone)
    assert all((one.findtext("Phone") or "503-555-01").startswith("503-555-01") for one in everyone)
    assert all((one.findtext("Email") or "@example.com").endswith("@example.com") for one in everyone)
    # They came over years, and every stamp agrees with the number that it comes with.
    assert len({one.findtext("EditSequence") for one in everyone}) > 35
    terrace = sample.customer("Terrace Hotel")
    assert (terrace.findtext("Balance"), terrace.findtext("TotalBalance")) == ("0.00", "12875.00")
    assert len(sample.one("<AccountQueryRq/>")) == 34
    with sample.company.reading():
        assert sample.company.execute("select count(*) as n from record where made_up").fetchone()["n"] == 0


def test_invariants_hold_after_many_edits(books: Books) -> None:
    """Full names, levels, totals and the order of the list follow the tree, whatever was done to it."""
    chance = random.Random(7)
    refused = 0
    for step in range(300):
        with books.company.reading():
            rows = books.company.execute("select full_name from record where kind = 'Customer'").fetchall()
        names = [row["full_name"] for row in rows]
        one = chance.choice(names) if names else ""
        parent = chance.choice(["", *names])
        command = chance.choice(
            [
                f'customer add name="N{chance.randint(1, 9)} {step}" parent="{parent}"'
                if parent
                else f"customer add name=N{step}",
                f'customer "{one}" rename "R{chance.randint(1, 30)}"',
                f'customer "{one}" under "{parent}"',
                f'customer "{one}" balance {chance.randint(-50, 50)}.25',
                f'customer "{one}" delete',
                f'customer "{one}" inactive',
            ]
        )
        try:
            apply_script(books.company, command)
        except EditError as error:
            refused += error.refused
    with books.company.reading():
        rows = books.company.execute(
            "select * from record where kind = 'Customer' order by sort_key, list_id"
        ).fetchall()
        by_id = {row["list_id"]: row for row in rows}
        for row in rows:
            above = by_id.get(row["parent_id"])
            below = [child for child in rows if child["parent_id"] == row["list_id"]]
            assert row["full_name"] == (f"{above['full_name']}:{row['name']}" if above else row["name"])
            assert row["sublevel"] == (above["sublevel"] + 1 if above else 0) <= 4
            assert row["total_balance"] == row["balance"] + sum(child["total_balance"] for child in below)
        paths = [row["full_name"].casefold().split(":") for row in rows]
        assert paths == sorted(paths)
    assert len(rows) > 20
    assert refused > 20


def test_two_programs_may_use_one_file(books: Books) -> None:
    with CompanyFile.open(books.company.path) as other:
        apply_script(other, "customer add name=Ann\nmode multi")
        assert books.customer("Ann").findtext("Name") == "Ann"
        assert books.one("<HostQueryRq/>")[0].findtext("QBFileMode") == "MultiUser"


def test_a_killed_program_leaves_whole_sets_only(tmp_path: Path) -> None:
    path = tmp_path / "killed.qbs"
    new_file(path, "Killed").close()
    program = (
        "import sys; from quickbooks_sim.companyfile import CompanyFile; from quickbooks_sim.edit import apply_script\n"
        "company = CompanyFile.open(sys.argv[1]); number = 0\n"
        "while True:\n"
        "    apply_script(company, ''.join(f'customer add name=C{number}-{part}\\n' for part in range(10)))\n"
        "    number += 1\n"
    )
    process = subprocess.Popen([sys.executable, "-c", program, str(path)])
    try:
        deadline = time.monotonic() + 20
        count = 0
        while count < 30 and time.monotonic() < deadline:
            time.sleep(0.05)
            with CompanyFile.open(path) as company, company.reading():
                count = company.execute("select count(*) as n from record").fetchone()["n"]
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=10)
    with CompanyFile.open(path) as company, company.reading():
        count = company.execute("select count(*) as n from record").fetchone()["n"]
        assert company.execute("pragma integrity_check").fetchone()[0] == "ok"
    assert count >= 30
    assert count % 10 == 0


def test_misuse_of_spans_is_a_bug(books: Books) -> None:
    with pytest.raises(RuntimeError, match="outside"):
        books.company.execute("select 1")
    with books.company.reading(), pytest.raises(RuntimeError, match="inside a read"), books.company.writing():
        pass
    with pytest.raises(ValueError, match="there is no switch"):
        books.company.set_switch("weather", "fine")
    with pytest.raises(CompanyFileError, match="exists already"):
        books.company.copy_to(books.company.path)
