"""What the demonstration prints can be pasted where the user stands."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from fieldledger.service import demo_words as words

BIN = Path(sys.executable).parent
EDIT = """customer "O'Neill, Patrick" set phone="1" """


def test_a_command_that_is_on_the_path_is_called_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(BIN))
    assert words.command("fieldledger", "login") == "fieldledger login"


def test_another_program_of_that_name_is_not_meant(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    other = tmp_path / "fieldledger"
    other.write_text("#!/bin/sh\n", encoding="utf-8")
    other.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert words.command("fieldledger", "login") == f"{BIN / 'fieldledger'} login"


def test_a_command_below_where_one_stands_is_called_by_its_way_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.chdir(BIN.parent)
    assert words.command("quickbooks-sim") == f"{BIN.name}/quickbooks-sim"


def test_arguments_come_through_a_shell_as_they_are() -> None:
    line = words.command("quickbooks-sim", "edit", "/tmp/a b/file.qbs", EDIT)
    assert shlex.split(line)[1:] == ["edit", "/tmp/a b/file.qbs", EDIT]


def test_paths_are_short_where_they_can_be(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    monkeypatch.chdir(tmp_path)
    assert words.shown_path(Path("demo")) == "demo"
    monkeypatch.chdir("/")
    assert words.shown_path(tmp_path / "demo").endswith("/demo")


def test_names_with_brackets_are_shown_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    words.console.file = sys.stdout
    hold = {"name": "Smith [bold]", "told": "It has [brackets].", "todo": "Leave [them]."}
    status = {"in_books": 1, "linked": 0, "not_synced": []}
    words.show_result(status, [hold])
    said = capsys.readouterr().out
    assert "Smith [bold]" in said
    assert "It has [brackets]." in said
