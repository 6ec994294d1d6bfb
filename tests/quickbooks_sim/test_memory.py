"""Company files that no disk holds: small worlds by the thousand, each as good as a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from quickbooks_sim.build import add_tax_codes, new_file
from quickbooks_sim.companyfile import CompanyFile, CompanyFileError
from quickbooks_sim.edit import EditError, apply_script
from quickbooks_sim.errors import Died, FaultPoint, QuickBooksError
from quickbooks_sim.show import describe
from tests.quickbooks_sim.conftest import Books


@pytest.fixture
def small() -> Iterator[CompanyFile]:
    """Five customers in memory."""
    with new_file(None, "Small") as company:
        with company.writing():
            company.set_switch("clock", "at 1764000000")
            add_tax_codes(company)
        apply_script(company, "\n".join(f'customer add name="C{n}" phone={n}' for n in range(5)))
        yield company


def names(company: CompanyFile) -> list[str | None]:
    return [ret.findtext("Name") for ret in Books(company).one("<CustomerQueryRq/>")]


def test_a_company_in_memory_answers_like_a_file(small: CompanyFile, tmp_path: Path) -> None:
    script = 'customer C1 rename "C 1"\ncustomer C2 delete\nmode multi'
    with new_file(tmp_path / "books.qbs", "Small") as file:
        with file.writing():
            file.set_switch("clock", "at 1764000000")
            add_tax_codes(file)
        apply_script(file, "\n".join(f'customer add name="C{n}" phone={n}' for n in range(5)))
        states = []
        for company in (file, small):
            apply_script(company, script)
            with company.reading():
                states.append({**describe(company), "file": ""})
            states[-1]["answer"] = Books(company).text("<CustomerQueryRq/><HostQueryRq/>")
    assert states[0] == states[1]


def test_copies_are_whole_and_apart(small: CompanyFile) -> None:
    with CompanyFile.memory(small) as one, CompanyFile.memory(one) as two:
        assert names(one) == names(two) == names(small)
        assert Books(one).text("<CustomerQueryRq/>") == Books(small).text("<CustomerQueryRq/>")
        Books(one).add_customer("Ann")
        apply_script(two, "customer C0 delete")
        two.set_switch("mode", "multi")
    assert names(small) == ["C0", "C1", "C2", "C3", "C4"]
    assert small.switch("mode") == "single"


def test_a_copy_of_a_file_on_disk(small: CompanyFile, tmp_path: Path) -> None:
    """And back to disk again, as a file that other programs can open."""
    path = tmp_path / "on_disk.qbs"
    small.copy_to(path)
    with CompanyFile.open(path) as file, CompanyFile.memory(file) as copy:
        Books(copy).add_customer("Ann")
        copy.copy_to(tmp_path / "again.qbs")
    with CompanyFile.open(tmp_path / "again.qbs") as again, CompanyFile.open(path) as file:
        assert names(again) == ["Ann", "C0", "C1", "C2", "C3", "C4"]
        assert names(file) == ["C0", "C1", "C2", "C3", "C4"]


def test_restoring_and_what_is_refused(small: CompanyFile, tmp_path: Path) -> None:
    path = tmp_path / "backup.qbs"
    apply_script(small, f"backup {path}")
    apply_script(small, "customer C3 delete")
    apply_script(small, f"restore {path}")
    assert names(small) == ["C0", "C1", "C2", "C3", "C4"]
    assert small.switch("last_restore") == "1764000000"
    with pytest.raises(EditError, match="exists already"):
        apply_script(small, f"backup {path}")
    with pytest.raises(CompanyFileError, match="is not there"):
        small.restore_from(tmp_path / "nothing.qbs")


def test_a_refused_request_and_a_death_leave_what_they_leave_in_a_file(small: CompanyFile) -> None:
    books = Books(small)
    add = "<CustomerAddRq><CustomerAdd><Name>{}</Name></CustomerAdd></CustomerAddRq>"
    with pytest.raises(QuickBooksError, match="0x80040400"):
        books.text(add.format("Ann") + "<NonsenseRq/>")
    books.processor.faults.plan(FaultPoint.MID_SET)
    with pytest.raises(Died):
        books.text(add.format("Bob") + add.format("Cid"), newMessageSetID="a")
    assert names(small) == ["Bob", "C0", "C1", "C2", "C3", "C4"]
    # QuickBooks is started again over the same company.
    books = Books(small)
    assert books.ask("", newMessageSetID="a", oldMessageSetID="a").get("messageSetStatusCode") == "9002"


def test_an_edit_at_a_moment_of_its_own(small: CompanyFile) -> None:
    """Two edits in one second share an EditSequence; a computer whose clock is behind writes an older one."""
    books = Books(small)

    def stamps(name: str) -> tuple[str | None, str | None]:
        ret = books.customer(name)
        return ret.findtext("EditSequence"), ret.findtext("TimeModified")

    with small.at(1764000007):
        apply_script(small, "customer C1 set phone=8")
        assert books.mod_customer(books.customer("C1"), "<Phone>9</Phone>").get("statusCode") == "0"
    assert stamps("C1") == ("1764000007", "2025-11-24T11:00:07-05:00")
    assert small.switch("clock") == "at 1764000000", "it is as it was"
    with small.at(1763999000):
        apply_script(small, "customer C1 set phone=10")
    assert stamps("C1") == ("1763999000", "2025-11-24T10:43:20-05:00")
    with pytest.raises(EditError), small.at(1764000100):
        apply_script(small, "customer Nobody set phone=1")
    assert small.switch("clock") == "at 1764000000"
    with pytest.raises(ValueError, match="cannot be"), small.at(-1):
        pass
