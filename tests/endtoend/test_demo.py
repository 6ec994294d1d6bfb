"""The demonstration, as a newcomer meets it: by its command, with the lines that it prints pasted back."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from tests.endtoend.programs import Process, run


def until(true: Callable[[], bool], what: str, seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def test_once_tells_the_story_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    ended = run("fieldledger", "demo", "--once", warm=False)
    for told in (
        "Bluebird Heating & Plumbing", "Plan 1 waits for approval.", "44 to create, 2 to hold, 2 to link, 2 to skip",
        "Plan 1 is approved.", "In step: 44 created.", "In step: nothing had changed.",
        "Needs a person: Riverbend Brewing",
    ):  # fmt: skip
        assert told in ended.stdout, told
    assert ended.stderr == ""
    assert list(tmp_path.iterdir()) == []


def test_it_stays_and_its_lines_can_be_pasted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An edit in QuickBooks shows in the desk; the link opens the pages once; the next one too; Ctrl-C ends it."""
    out, err, folders = tmp_path / "out", tmp_path / "err", tmp_path / "folders"
    folders.mkdir()
    monkeypatch.setenv("TMPDIR", str(folders))
    demo = Process("fieldledger", ("demo", "--port", "0", "--every", "1"), out, err, warm=False)
    try:
        until(lambda: out.exists() and "Ctrl-C stops it" in out.read_text(encoding="utf-8"), "the story")
        said = out.read_text(encoding="utf-8")
        link = re.search(r"http://localhost:\d+/login/\S+", said)
        pasted = [line.strip() for line in said.splitlines() if "quickbooks-sim" in line or " login " in line]
        assert link is not None
        assert len(pasted) == 2
        with httpx2.Client(follow_redirects=True, headers={"Accept": "text/html"}) as browser:
            assert "Bluebird" in browser.get(link[0]).text
            assert httpx2.get(link[0]).status_code == 401, "for whoever is not in already"
            edited, login = (_paste(line) for line in pasted)
            assert "1 command applied" in edited
            again = browser.get(login.strip())
            assert again.status_code == 200
            base = link[0].partition("/login")[0]
            customers = f"{base}/companies/c1/customers"
            until(
                lambda: "Baker Residence" in browser.get(customers, params={"search": "503-555-0123"}).text,
                "the edit's arrival in the desk",
            )
        (folder,) = folders.iterdir()
        assert str(folder) in said
        demo.signal(signal.SIGINT)
        assert demo.wait(20) == 0
        assert "Stopped" in out.read_text(encoding="utf-8")
        assert list(folders.iterdir()) == []
        assert err.read_text(encoding="utf-8") == ""
    finally:
        if demo.running():
            demo.kill()


def _paste(line: str) -> str:
    """What a shell makes of a line, where the user stands."""
    done = subprocess.run(
        line, shell=True, cwd=os.getcwd(), capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    assert done.returncode == 0, (line, done.stderr)
    return done.stdout


def test_the_usual_port_may_be_taken() -> None:
    """Without --port another one is used; a port that was asked for is named as taken."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = run("fieldledger", "demo", "--port", port, status=1)
        assert f"Port {port} on 127.0.0.1 cannot be used" in ended.stderr


def test_it_goes_on_in_its_own_folder_and_in_no_other(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    run("fieldledger", "demo", "--once", "--data", kept)
    again = run("fieldledger", "--data", kept, "demo", "--once").stdout
    assert "Company c1 is there from before." in again
    assert "Plan" not in again
    real = tmp_path / "real"
    run("fieldledger", "company", "add", "Real", "--customers", "books_to_field", "--data", real)
    refused = run("fieldledger", "demo", "--once", "--data", real, status=1)
    assert "the data folder of a real Fieldledger" in refused.stderr
