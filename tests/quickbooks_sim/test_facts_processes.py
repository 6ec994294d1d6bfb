"""Several programs with one company file, and programs that are killed in the middle of what they do.

Spec 10.1 needs a QuickBooks that never does half of a set: either all of it is there, or nothing.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from quickbooks_sim.build import add_tax_codes, new_file
from quickbooks_sim.companyfile import CompanyFile
from quickbooks_sim.edit import apply_script
from tests.quickbooks_sim.conftest import Books

SETS = """
import sys
from quickbooks_sim.companyfile import CompanyFile
from quickbooks_sim.requestprocessor import RequestProcessor
company = CompanyFile.open(sys.argv[1])
processor = RequestProcessor(company)
processor.open_connection("", "Tester")
ticket = processor.begin_session("")
print("ready", flush=True)
for number in range(int(sys.argv[2]), 100000):
    adds = "".join(
        f"<CustomerAddRq><CustomerAdd><Name>C{number}-{part}</Name></CustomerAdd></CustomerAddRq>" for part in range(20)
    )
    processor.process_request(ticket, (
        '<?xml version="1.0" encoding="utf-8"?>\\n<?qbxml version="13.0"?>\\n'
        f'<QBXML><QBXMLMsgsRq onError="stopOnError" newMessageSetID="set-{number}">{adds}</QBXMLMsgsRq></QBXML>'
    ))
"""
"""Sends sets of twenty customers, from number argv[2] on, until it is killed."""

RESTORES = """
import sys
from quickbooks_sim.companyfile import CompanyFile
company = CompanyFile.open(sys.argv[1])
print("ready", flush=True)
while True:
    for backup in sys.argv[2:]:
        company.restore_from(backup)
"""

EDITS = """
import sys
import time
from quickbooks_sim.companyfile import CompanyFile
from quickbooks_sim.edit import apply_script
company = CompanyFile.open(sys.argv[1])
for number in range(60):
    time.sleep(0.005)  # on a busy computer the reader gets its turn too
    name = f"{sys.argv[2]} {number}"
    apply_script(company, f'customer add name="{name}"\\ncustomer "{name}" balance 1.00')
"""


def started(program: str, *words: object) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", program, *map(str, words)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def killed(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait(timeout=10)
    assert process.stdout is not None
    process.stdout.close()


def adds(number: int) -> str:
    return "".join(
        f"<CustomerAddRq><CustomerAdd><Name>C{number}-{part}</Name></CustomerAdd></CustomerAddRq>"
        for part in range(20)
    )


def test_a_program_killed_in_a_set_leaves_no_half_set_and_knows_what_it_did(tmp_path: Path) -> None:
    """rules.md 24, from the side of QuickBooks: after a kill the status check and the customers agree, always."""
    path = tmp_path / "killed.qbs"
    new_file(path, "Killed").close()
    chance = random.Random(11)
    number = 0
    for _ in range(5):
        process = started(SETS, path, number)
        time.sleep(0.03 + chance.random() / 6)
        killed(process)
        with CompanyFile.open(path) as company:
            books = Books(company)
            with company.reading():
                rows = company.execute("select name from record where kind = 'Customer'").fetchall()
                assert company.execute("pragma integrity_check").fetchone()[0] == "ok"
            found = {row["name"] for row in rows}
            done = len(found) // 20
            assert found == {f"C{one}-{part}" for one in range(done) for part in range(20)}
            assert done >= number
            for one, code in ((done - 1, "0"), (done, "600")):
                if one >= 0:
                    check = books.ask("", newMessageSetID=f"set-{one}", oldMessageSetID=f"set-{one}")
                    assert check.get("messageSetStatusCode") == code
                    assert len(check) == (20 if code == "0" else 0)
            # The identical set again, whether it went through or not: each customer once.
            for one in (done - 1, done):
                if one >= 0:
                    again = books.ask(adds(one), "stopOnError", newMessageSetID=f"set-{one}")
                    assert {answer.get("statusCode") for answer in again} == {"0"}
            assert len(books.one("<CustomerQueryRq/>")) == (done + 1) * 20
        number = done + 1
    assert number > 5, "the kills came too early to show anything"


def test_a_program_killed_in_a_restore_leaves_the_old_or_the_new_company(tmp_path: Path) -> None:
    path = tmp_path / "company.qbs"
    backups = []
    with new_file(path, "Company") as company:
        for name in ("first", "second"):
            apply_script(company, "\n".join(f'customer add name="{name} {n}"' for n in range(200)))
            backups.append(tmp_path / f"{name}.qbs")
            company.copy_to(backups[-1])
        company.set_switch("mode", "multi")
    chance = random.Random(5)
    for _ in range(4):
        process = started(RESTORES, path, *backups)
        time.sleep(0.02 + chance.random() / 10)
        killed(process)
        with CompanyFile.open(path) as company, company.reading():
            rows = company.execute("select name from record where kind = 'Customer'").fetchall()
            assert company.execute("pragma integrity_check").fetchone()[0] == "ok"
            assert len(rows) in (200, 400)
            assert company.switch("mode") == "multi", "never without what belongs to the computer"
    with CompanyFile.open(path) as company:
        assert company.switch("last_restore"), "it was restored at least once"


def test_two_writers_and_a_reader_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "shared.qbs"
    with new_file(path, "Shared") as company, company.writing():
        add_tax_codes(company)
    writers = [subprocess.Popen([sys.executable, "-c", EDITS, str(path), name]) for name in ("Ann", "Bob")]
    seen = [0]
    with CompanyFile.open(path) as company:
        books = Books(company)
        while any(writer.poll() is None for writer in writers):
            answer = books.one("<CustomerQueryRq/>")
            # Whatever is seen is whole: a customer never stands there without the balance of the same script.
            assert {one.findtext("Balance") for one in answer} <= {"1.00"}
            assert len(answer) >= seen[-1]
            seen.append(len(answer))
        assert [writer.wait(timeout=10) for writer in writers] == [0, 0]
        names = {one.findtext("Name") for one in books.one("<CustomerQueryRq/>")}
    assert names == {f"{who} {n}" for who in ("Ann", "Bob") for n in range(60)}
    assert len(set(seen)) > 2, "nothing was read while the others wrote"


def test_of_two_programs_that_make_one_file_one_gets_it(tmp_path: Path) -> None:
    for number in range(3):
        path = tmp_path / f"{number}.qbs"
        program = f"from quickbooks_sim.build import new_file; new_file(__import__('pathlib').Path({str(path)!r}), 'C')"
        makers = [
            subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE, text=True)
            for _ in range(2)
        ]
        said = [maker.communicate(timeout=30)[1] for maker in makers]
        assert sorted(maker.returncode for maker in makers) == [0, 1]
        assert "exists already" in "".join(said)
        with CompanyFile.open(path) as company:
            assert Books(company).code("<CustomerQueryRq/>") == "1"


def test_one_processor_serves_threads(books: Books) -> None:
    """The Web Connector and a person at the screen are two threads of one program."""
    import threading

    troubles: list[BaseException] = []

    def work(name: str) -> None:
        try:
            for number in range(25):
                apply_script(books.company, f'customer add name="{name} {number}"')
                assert books.code("<CustomerQueryRq><MaxReturned>3</MaxReturned></CustomerQueryRq>") == "0"
        except BaseException as trouble:
            troubles.append(trouble)

    threads = [threading.Thread(target=work, args=(name,)) for name in ("Ann", "Bob", "Cid")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert not troubles
    assert len(books.one("<CustomerQueryRq/>")) == 75


@pytest.mark.parametrize("switch", ["mode", "clock"])
def test_a_switch_that_another_program_sets_acts_at_once(books: Books, switch: str) -> None:
    value = {"mode": "multi", "clock": "frozen 2027-01-01T00:00:00"}[switch]
    assert books.company.switch(switch) != value
    with CompanyFile.open(books.company.path) as other:
        other.set_switch(switch, value)
    assert books.company.switch(switch) == value
