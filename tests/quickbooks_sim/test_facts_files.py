"""Company files that are damaged, foreign, of another version, locked or read-only; backups; a full disk.

Whatever is wrong with a file: a clear answer, nothing lost, and a file that is not ours is never touched.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from quickbooks_sim import store
from quickbooks_sim.build import add_tax_codes, new_file
from quickbooks_sim.cli import app
from quickbooks_sim.companyfile import CompanyFile, CompanyFileBusy, CompanyFileError
from quickbooks_sim.edit import EditError, apply_script
from quickbooks_sim.errors import QuickBooksError
from quickbooks_sim.requestprocessor import RequestProcessor
from tests.quickbooks_sim.conftest import Books

QUERY = (
    '<?xml version="1.0"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError"><CustomerQueryRq/>'
    "</QBXMLMsgsRq></QBXML>"
)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a file that another program holds."""
    monkeypatch.setattr(store, "BUSY_SECONDS", 0.05)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A company file with forty customers, closed."""
    path = tmp_path / "company.qbs"
    with new_file(path, "Company") as company:
        with company.writing():
            add_tax_codes(company)
        apply_script(company, "\n".join(f'customer add name="C{n}" notes="{"n" * 400}"' for n in range(40)))
    assert not path.with_name("company.qbs-wal").exists(), "all of it stands in the one file"
    return path


def refused(path: Path) -> str:
    """What the command line says of a file, in each of its commands."""
    said = set()
    for words in (["show", str(path)], ["edit", str(path), "mode multi"], ["process", str(path)]):
        result = CliRunner().invoke(app, words, input=QUERY)
        assert result.exit_code in (1, 2), words
        assert not isinstance(result.exception, Exception), result.exception
        said.add(result.stderr)
    assert all(str(path) in one for one in said), said
    return " ".join(said)


def test_a_foreign_database_is_refused_and_not_changed_by_a_byte(tmp_path: Path) -> None:
    path = tmp_path / "photos.db"
    with sqlite3.connect(path) as foreign:
        foreign.execute("create table photo (name text)")
    foreign.close()
    before = path.read_bytes()
    assert "is not a company file of this simulator" in refused(path)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["photos.db"]


@pytest.mark.parametrize("content", [b"", b"hello", b"SQLite format 3\0", b"\xff" * 5000])
def test_what_is_no_database_is_refused_and_not_changed(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.qbs"
    path.write_bytes(content)
    assert "is not a company file of this simulator" in refused(path)
    assert path.read_bytes() == content


def test_a_folder_and_a_missing_file_say_so(tmp_path: Path) -> None:
    assert "is a folder" in refused(tmp_path)
    assert "is not there" in refused(tmp_path / "none.qbs")


def test_a_file_of_a_newer_version_names_both_versions(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute(f"pragma user_version = {store.FORMAT + 1}")
    connection.close()
    before = file.read_bytes()
    assert f"(format {store.FORMAT + 1}, this one reads {store.FORMAT})" in refused(file)
    assert file.read_bytes() == before


def test_a_damaged_file_is_told_as_damaged(file: Path) -> None:
    raw = bytearray(file.read_bytes())
    for place in range(4096, len(raw), 5):
        raw[place] ^= 0x5A
    file.write_bytes(raw)
    with pytest.raises(CompanyFileError, match="is damaged: put a backup of it in its place"):
        use(file)
    file.write_bytes(raw[: len(raw) // 3])
    assert "is damaged" in refused(file)


def use(file: Path) -> None:
    with CompanyFile.open(file) as company, company.reading():
        company.execute("select * from record").fetchall()
        company.execute("select * from switch").fetchall()


def test_a_file_that_is_damaged_meanwhile_is_a_com_error_for_applications(file: Path) -> None:
    """A caller of the request processor gets an HRESULT, never an exception of the database."""
    with CompanyFile.open(file) as company:
        processor = RequestProcessor(company)
        processor.open_connection("", "Tester")
        ticket = processor.begin_session("")
        raw = bytearray(file.read_bytes())
        raw[4096:] = os.urandom(len(raw) - 4096)
        file.write_bytes(raw)
        with pytest.raises(QuickBooksError) as caught:
            processor.process_request(ticket, QUERY)
        assert caught.value.hresult == "0x8004041C"
        assert "is damaged" in caught.value.detail
    with CompanyFile.open(file) as company:
        processor = RequestProcessor(company)
        processor.open_connection("", "Tester")
        with pytest.raises(QuickBooksError) as caught:
            processor.begin_session("")
        assert caught.value.hresult == "0x80040403"


def test_a_file_that_another_program_is_writing_to_is_busy(file: Path, impatient: None) -> None:
    """hresults.tsv: 0x8004041B, try again later; and later it works."""
    with CompanyFile.open(file) as ours:
        processor = RequestProcessor(ours)
        processor.open_connection("", "Tester")
        ticket = processor.begin_session("")
        add = QUERY.replace(
            "<CustomerQueryRq/>",
            "<CustomerAddRq><CustomerAdd><Name>Late</Name></CustomerAdd></CustomerAddRq>",
        )
        with CompanyFile.open(file) as other, other.writing():
            other.execute("delete from deleted")
            with pytest.raises(QuickBooksError) as caught:
                processor.process_request(ticket, add)
            assert caught.value.hresult == "0x8004041B"
            with pytest.raises(CompanyFileBusy, match="in use by another program"):
                apply_script(ours, "customer add name=Later")
            assert "<Name>C1</Name>" in processor.process_request(ticket, QUERY), "reading goes on"
            result = CliRunner().invoke(app, ["edit", str(file), "mode multi"])
            assert (result.exit_code, "try again" in result.stderr) == (2, True)
        assert 'statusCode="0"' in processor.process_request(ticket, add)


def test_a_file_that_another_program_has_to_itself_cannot_be_opened(file: Path, impatient: None) -> None:
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("pragma locking_mode = exclusive")
    holder.execute("begin exclusive")
    holder.execute("update switch set value = value")
    assert "is in use by another program" in refused(file)
    holder.execute("rollback")
    holder.close()
    use(file)


@pytest.fixture
def somewhere() -> Iterator[Path]:
    """A folder that everybody may enter, unlike those of pytest."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        path.chmod(0o755)
        yield path


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_a_read_only_folder_and_a_forbidden_file_are_told(somewhere: Path) -> None:
    path = somewhere / "company.qbs"
    new_file(path, "Company").close()
    before = path.read_bytes()
    path.chmod(0o444)
    somewhere.chmod(0o555)
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)  # for root nothing is read-only
    try:
        assert "cannot be written" in refused(path)
        with pytest.raises(CompanyFileError, match="cannot be written"):
            new_file(somewhere / "other.qbs", "Other")
        if is_root:
            os.seteuid(0)
            path.chmod(0o000)
            os.seteuid(65534)
            with pytest.raises(CompanyFileError, match="cannot be read: Permission denied"):
                CompanyFile.open(path)
    finally:
        if is_root:
            os.seteuid(0)
        somewhere.chmod(0o755)
    assert path.read_bytes() == before


def test_a_full_disk_keeps_nothing_of_the_set_and_the_file_goes_on(books: Books) -> None:
    company = books.company
    with company.reading():
        pages = company.execute("pragma page_count").fetchone()[0]
    company._connection.execute(f"pragma max_page_count = {pages + 2}")
    with pytest.raises(CompanyFileError, match="the disk is full"):
        apply_script(company, "\n".join(f'customer add name=B{n} notes="{"n" * 4000}"' for n in range(9)))
    long = f"<Notes>{'n' * 4000}</Notes>"
    adds = "".join(
        f"<CustomerAddRq><CustomerAdd><Name>A{n}</Name>{long}</CustomerAdd></CustomerAddRq>" for n in range(9)
    )
    with pytest.raises(QuickBooksError) as caught:
        books.ask(adds, newMessageSetID="full")
    assert caught.value.hresult == "0x8004041C"
    company._connection.execute("pragma max_page_count = 1000000")
    assert books.code("<CustomerQueryRq/>") == "1"
    assert books.ask("", newMessageSetID="full", oldMessageSetID="full").get("messageSetStatusCode") == "600"
    books.add_customer("After all")


def test_a_backup_goes_only_where_nothing_stands(file: Path, tmp_path: Path) -> None:
    with CompanyFile.open(file) as company:
        for target, part in (
            (tmp_path / "none" / "b.qbs", "cannot be written"),
            (file, "exists already"),
            (tmp_path, "exists already"),
        ):
            with pytest.raises(EditError, match=part):
                apply_script(company, f'backup "{target}"')
        apply_script(company, f'backup "{tmp_path / "good.qbs"}"')
    with CompanyFile.open(tmp_path / "good.qbs") as copy, copy.reading():
        assert copy.execute("select count(*) as n from record where kind = 'Customer'").fetchone()["n"] == 40
        assert copy.execute("pragma integrity_check").fetchone()[0] == "ok"


def test_a_restore_that_cannot_be_done_leaves_the_company_as_it_is(file: Path, tmp_path: Path) -> None:
    damaged, foreign = tmp_path / "damaged.qbs", tmp_path / "foreign.db"
    with CompanyFile.open(file) as company:
        company.copy_to(damaged)
    damaged.write_bytes(damaged.read_bytes()[:6000])
    sqlite3.connect(foreign).close()
    with CompanyFile.open(file) as company:
        for backup in (damaged, foreign, file, tmp_path / "none.qbs", tmp_path):
            with pytest.raises(EditError, match="nothing was changed"):
                apply_script(company, f'restore "{backup}"')
            with company.reading():
                count = company.execute("select count(*) as n from record where kind = 'Customer'").fetchone()
            assert count["n"] == 40
            assert company.switch("last_restore") == ""


def test_a_restore_brings_the_file_back_and_leaves_the_computer_alone(books: Books) -> None:
    """Spec 8.2: the content is older, LastRestoreTime moved. QuickBooks itself, its path and clock are as they were."""
    backup = books.company.path.with_name("backup.qbs")
    books.set(access="no_auto_login")
    books.add_customer("Ann")
    books.company.copy_to(backup)
    books.set(
        access="granted",
        mode="multi",
        ship_to_mod="merge",
        company_path=r"D:\elsewhere\books.qbw",
        clock="frozen 2026-07-09T10:00:00",
    )
    books.add_customer("Late")
    with CompanyFile.open(books.company.path) as second:
        books.company.restore_from(backup)
        assert second.switch("mode") == "multi", "others who have the file open see it too"
    assert [one.findtext("Name") for one in books.one("<CustomerQueryRq/>")] == ["Ann"]
    assert books.company.switch("access") == "no_auto_login", "the grant stands in the file"
    assert books.company.switch("ship_to_mod") == "merge"
    assert books.company.switch("company_path") == r"D:\elsewhere\books.qbw"
    activity = books.one("<CompanyActivityQueryRq/>")[0]
    # The printed offset is that of standard time, in July too.
    assert activity.findtext("LastRestoreTime") == "2026-07-09T10:00:00-05:00"


def test_a_restored_backup_gives_ids_again(books: Books) -> None:
    """rules.md 31: restored backups can reuse IDs."""
    backup = books.company.path.with_name("backup.qbs")
    books.company.copy_to(backup)
    first = books.add_customer("Before").findtext("ListID")
    books.company.restore_from(backup)
    assert books.add_customer("Another").findtext("ListID") == first


def test_a_file_of_the_format_before_is_brought_up_to_date(file: Path) -> None:
    """Locks of format 1 had neither an answer nor a count; whoever opens the file first adds them."""
    with sqlite3.connect(file) as old:
        old.execute("drop table record_lock")
        old.execute(
            "create table record_lock (space text not null, list_id text not null, primary key (space, list_id)) "
            "without rowid"
        )
        old.execute("insert into record_lock select space, list_id from record where name = 'C1'")
        old.execute("pragma user_version = 1")
    old.close()
    with CompanyFile.open(file) as company, CompanyFile.open(file) as other:
        books = Books(company)
        assert books.mod_customer(books.customer("C1"), "<Phone>1</Phone>").get("statusCode") == "3175"
        apply_script(other, "unlock customer C1\nlock customer C1 as 3180 times 1")
        codes = [
            books.mod_customer(books.customer("C1"), "<Phone>1</Phone>").get("statusCode") for _ in range(2)
        ]
        assert codes == ["3180", "0"]
    with sqlite3.connect(file) as now:
        assert now.execute("pragma user_version").fetchone()[0] == store.FORMAT
    now.close()


def test_a_file_of_a_format_to_come_is_refused_untouched(file: Path) -> None:
    with sqlite3.connect(file) as newer:
        newer.execute(f"pragma user_version = {store.FORMAT + 1}")
    newer.close()
    before = file.read_bytes()
    assert f"another version of the simulator (format {store.FORMAT + 1}" in refused(file)
    assert file.read_bytes() == before
