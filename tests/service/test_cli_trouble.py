"""The command line when something is wrong: a sentence on stderr, exit status 1 or 2, and never a traceback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fieldledger.service import cli_show
from tests.service.conftest import Command, Site

EVERY = (
    ("sync", "ID"), ("plan", "ID"), ("approve", "ID"), ("log", "ID"), ("log", "ID", "1"), ("attention", "ID"),
    ("history", "ID", "customer", "1"), ("report", "ID", "1"), ("doctor", "ID"), ("company", "qwc", "ID"),
    ("company", "set", "ID", "schedule=5"), ("company", "password", "ID"), ("company", "token", "ID"),
)  # fmt: skip


def with_id(command: tuple[str, ...], id_: str) -> list[str]:
    return [id_ if word == "ID" else word for word in command]


@pytest.mark.parametrize("command", EVERY, ids=" ".join)
@pytest.mark.parametrize(
    "id_", ["c9", "", "'; drop table companies; --", "c1\x00"], ids=["c9", "blank", "sql", "nul"]
)
def test_an_unknown_company(fieldledger: Command, site: Site, command: tuple[str, ...], id_: str) -> None:
    said = fieldledger(*with_id(command, id_), "--data", site.folder.path)
    assert (said.status, said.out) == (1, "")
    assert said.err.startswith("There is no company")
    assert "c1 (Test)" in said.err


@pytest.mark.parametrize("command", [*EVERY, ("status",), ("login",)], ids=" ".join)
def test_a_folder_that_is_not_there(fieldledger: Command, tmp_path: Path, command: tuple[str, ...]) -> None:
    said = fieldledger(*with_id(command, "c1"), "--data", tmp_path / "slip-of-the-pen")
    assert (said.status, said.out) == (1, "")
    assert "There is no data folder" in said.err
    assert not (tmp_path / "slip-of-the-pen").exists()


@pytest.mark.parametrize("command", [*EVERY, ("status",), ("login",), ("serve",)], ids=" ".join)
def test_a_folder_that_is_a_file(fieldledger: Command, tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "file").touch()
    said = fieldledger(*with_id(command, "c1"), "--data", tmp_path / "file")
    assert (said.status, said.out) == (1, "")
    assert "it is a file" in said.err


@pytest.mark.parametrize("command", [*EVERY, ("status",), ("login",)], ids=" ".join)
def test_a_journal_that_is_no_database(
    fieldledger: Command, tmp_path: Path, command: tuple[str, ...]
) -> None:
    (tmp_path / "journal.db").write_bytes(b"no database" * 500)
    said = fieldledger(*with_id(command, "c1"), "--data", tmp_path)
    assert (said.status, said.out) == (1, "")
    assert "not a database" in said.err


def test_a_journal_that_is_damaged_in_the_middle(
    fieldledger: Command, data: Path, company: dict[str, str]
) -> None:
    """Pages overwritten with rubbish: a sentence, whatever SQLite stumbles over."""
    file = data / "journal.db"
    content = bytearray(file.read_bytes())
    content[4096 * 2 :] = b"\xff" * len(content[4096 * 2 :])
    file.write_bytes(content)
    for command in (("status",), ("log", "c1"), ("doctor", "c1")):
        said = fieldledger(*command, "--data", data)
        assert said.status == 1
        assert "journal" in said.err + said.out


@pytest.mark.parametrize(
    "command",
    [("log", "c1", "0"), ("log", "c1", "99999999999999999999"), ("report", "c1", "-1"), ("report", "c1", "x"),
     ("approve", "c1", "1e3"), ("plan", "c1", "--plan", str(2**63)), ("log", "c1", "--limit", "0"),
     ("history", "c1", "invoice", "1"), ("history", "c1", "customer"), ("serve", "--port", "70000"),
     ("serve", "--public-url", "sync.example.com"), ("status", "--data", ""), ("status", "extra"), ("bogus",),
     ("company", "set"), ("company",), ("demo", "--every", "0")],
    ids=" ".join,
)  # fmt: skip
def test_wrong_use(fieldledger: Command, site: Site, command: tuple[str, ...]) -> None:
    before = () if "--data" in command else ("--data", site.folder.path)
    said = fieldledger(*before, *command)
    assert said.status == 2
    assert said.err or "Usage" in said.out


@pytest.mark.parametrize("command", [("log", "c1", "77"), ("report", "c1", "77"), ("plan", "c1", "--plan", "77"),
                                     ("history", "c1", "customer", "77"), ("approve", "c1", "77")],
                         ids=" ".join)  # fmt: skip
def test_what_is_not_there(fieldledger: Command, site: Site, command: tuple[str, ...]) -> None:
    said = fieldledger(*command, "--data", site.folder.path)
    assert (said.status, said.out) == (1, "")
    assert said.err.count("\n") == 1, "one sentence"


def test_a_fault_of_ours_is_no_traceback(
    fieldledger: Command, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError("values that nobody should see")

    monkeypatch.setattr(cli_show.views, "log", broken)
    said = fieldledger("log", "c1", "--data", site.folder.path)
    assert said.status == 1
    assert said.err.startswith(
        "This is a fault in Fieldledger, not in what you did: RuntimeError at test_cli_trouble.py:"
    )
    assert "nobody should see" not in said.err


def test_json_is_json_for_everything(fieldledger: Command, site: Site) -> None:
    data = site.folder.path
    for command in (("status",), ("plan", "c1"), ("log", "c1"), ("log", "c1", "1"), ("attention", "c1"),
                    ("history", "c1", "customer", "1"), ("doctor", "c1")):  # fmt: skip
        said = fieldledger(*command, "--json", "--data", data)
        assert said.status == 0
        json.loads(said.out)
