"""The data folder: closed to others, whole after a crash, one server at a time; a sentence for all that is wrong."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from fieldledger.office.errors import CannotDo
from fieldledger.service.folder import SECRET_BYTES, Folder


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_new_folder_is_closed_to_others(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "deep" / "data").make()
    assert mode(folder.path) == 0o700


def test_an_empty_folder_is_taken_over_and_closed(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o755)
    assert mode(Folder(tmp_path / "data").make().path) == 0o700


def test_a_folder_with_other_things_in_it_keeps_its_rights(tmp_path: Path) -> None:
    shared = tmp_path / "home"
    shared.mkdir(mode=0o755)
    (shared / "letter.txt").touch()
    folder = Folder(shared).make()
    assert mode(shared) == 0o755
    folder.open_journal().close()
    folder.open_desk().close()
    folder.secret()
    assert {mode(each) for each in (folder.journal_file, folder.desk_file, shared / "secret.key")} == {0o600}


def test_databases_that_others_could_read_are_closed(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.journal_file.touch(0o644)
    folder.journal_file.chmod(0o644)
    folder.open_journal().close()
    assert mode(folder.journal_file) == 0o600


@pytest.mark.parametrize("left", [b"", b"short"], ids=["empty", "cut"])
def test_a_secret_that_a_crash_left_half_written_is_made_again(tmp_path: Path, left: bytes) -> None:
    folder = Folder(tmp_path)
    (tmp_path / "secret.key").write_bytes(left)
    secret = folder.secret()
    assert len(secret) == SECRET_BYTES
    assert folder.secret() == secret
    assert mode(tmp_path / "secret.key") == 0o600


def test_the_address_is_remembered_and_guessed_when_it_is_not(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    assert folder.address() == "http://localhost:8470"
    folder.remember_address("https://sync.example.com")
    assert folder.address() == "https://sync.example.com"
    (tmp_path / "server.json").write_text("{", encoding="utf-8")
    assert folder.address() == "http://localhost:8470"


def test_one_server_at_a_time(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    with (
        folder.only_server(),
        pytest.raises(CannotDo, match="Another Fieldledger server"),
        folder.only_server(),
    ):
        pass
    with folder.only_server():
        pass


def test_a_second_opening_does_not_let_go_of_the_first(tmp_path: Path) -> None:
    """POSIX locks belong to the process: opening and closing the file by other means would drop them, and the next
    process to leave would take the log away under us."""
    folder = Folder(tmp_path)
    journal = folder.open_journal()
    with journal.read() as tx:
        assert tx.exec_driver_sql("select count(*) from companies").scalar_one() == 0
    folder.open_journal().close()
    visit = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('select * from runs'); c.close()"
    )
    subprocess.run([sys.executable, "-c", visit, str(folder.journal_file)], check=True)
    assert folder.journal_file.with_name("journal.db-wal").exists(), (
        "the visitor left, and took the log with it"
    )
    journal.close()


# ---- what is wrong with a folder ---------------------------------------------------------------------------------


def test_a_folder_that_is_not_there_is_not_made_by_looking(tmp_path: Path) -> None:
    with pytest.raises(CannotDo, match="There is no data folder"):
        Folder(tmp_path / "slip-of-the-pen").exists()
    assert not (tmp_path / "slip-of-the-pen").exists()


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    for wish in (Folder(file).make, Folder(file).exists):
        with pytest.raises(CannotDo, match="it is a file"):
            wish()
    with pytest.raises(CannotDo, match="cannot be used"):
        Folder(file / "below").make()


def test_a_journal_that_is_no_database(tmp_path: Path) -> None:
    Folder(tmp_path).journal_file.write_bytes(b"Dear diary, " * 1000)
    with pytest.raises(CannotDo, match=r"not a database.*[Rr]estore the data folder from a backup"):
        Folder(tmp_path).open_journal()


def test_a_journal_that_is_a_folder(tmp_path: Path) -> None:
    Folder(tmp_path).journal_file.mkdir()
    with pytest.raises(CannotDo, match="cannot be used"):
        Folder(tmp_path).open_journal()


@pytest.mark.parametrize("which", ["journal", "desk"])
def test_a_database_of_a_newer_version(tmp_path: Path, which: str) -> None:
    folder = Folder(tmp_path)
    opening = {"journal": folder.open_journal, "desk": folder.open_desk}[which]
    opening().close()
    with sqlite3.connect(tmp_path / f"{which}.db") as database:
        database.execute("update alembic_version set version_num = '9999'")
    database.close()
    with pytest.raises(CannotDo, match="newer version of Fieldledger"):
        opening()


def test_a_folder_of_somebody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the system would answer; tests may run as root, whom nothing keeps out."""
    monkeypatch.setattr(os, "access", lambda *_: False)
    for wish in (Folder(tmp_path).make, Folder(tmp_path).exists):
        with pytest.raises(CannotDo, match="cannot be written to by this user"):
            wish()
