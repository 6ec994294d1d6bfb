"""The command line as a process of its own, on terminals and pipes that are not as one would wish."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fieldledger.office import companies as office
from fieldledger.service.folder import Folder
from tests.support.world import World

FIELDLEDGER = Path(sys.executable).with_name("fieldledger")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A company in step, with accents in its names."""
    folder = Folder(tmp_path_factory.mktemp("terminal") / "data").make()
    with World(folder.path, sample=True) as world:
        office.set_settings(world.journal, "c1", {"approve_plans": "never"}, who="test")
        world.session()
        yield folder.path


def fieldledger(data: Path, *arguments: str, **more: Any) -> subprocess.CompletedProcess[bytes]:
    command = [str(FIELDLEDGER), *arguments, "--data", str(data)]
    done = subprocess.run(command, check=False, timeout=60, **{"capture_output": True, **more})
    assert b"Traceback" not in (done.stderr or b"")
    assert b"Exception ignored" not in (done.stderr or b"")
    return done


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, **more}


def test_an_ascii_terminal_sees_question_marks_and_no_fault(data: Path) -> None:
    done = fieldledger(data, "plan", "c1", env=environment(PYTHONIOENCODING="ascii"))
    assert done.returncode == 0
    assert b"Caf? Soci?t?" in done.stdout


def test_json_is_whole_on_an_ascii_terminal(data: Path) -> None:
    done = fieldledger(data, "plan", "c1", "--json", env=environment(PYTHONIOENCODING="ascii"))
    names = {action["name"] for action in json.loads(done.stdout.decode("ascii"))["actions"]}
    assert "Café Société" in names


def test_a_reader_that_leaves_early_is_no_fault(data: Path) -> None:
    """``fieldledger plan c1 --json | head -1``"""
    reading, writing = os.pipe()
    os.close(reading)
    for command in (("plan", "c1", "--json"), ("plan", "c1"), ("report", "c1", "1")):
        done = fieldledger(data, *command, capture_output=False, stdout=writing, stderr=subprocess.PIPE)
        assert done.returncode == 1
        assert done.stderr == b""
    os.close(writing)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a system without /dev/full")
def test_a_full_disk_is_named(data: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = fieldledger(
            data, "log", "c1", "--json", capture_output=False, stdout=full, stderr=subprocess.PIPE
        )
    assert done.returncode == 1
    assert b"No space left on device" in done.stderr


def test_an_argument_that_is_no_text(data: Path) -> None:
    done = fieldledger(data, "sync", os.fsdecode(b"\xff\xfe"))
    assert done.returncode == 2
    assert b"is not text that can be read as UTF-8" in done.stderr


def test_a_port_that_is_taken_and_a_folder_that_is_served(data: Path) -> None:
    """A second server on one folder, and a server on a port of somebody else: a sentence, and nothing is touched."""
    with Folder(data).only_server():
        done = fieldledger(data, "serve", "--port", "0")
        assert (done.returncode, done.stdout) == (1, b"")
        assert b"Another Fieldledger server already uses the data folder" in done.stderr
