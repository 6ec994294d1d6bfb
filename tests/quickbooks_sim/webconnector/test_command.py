"""``quickbooks-sim connect``: exit statuses, what it prints, and how often it runs."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from quickbooks_sim.build import new_file
from quickbooks_sim.webconnector import command
from quickbooks_sim.webconnector.faults import Faults, at_random
from quickbooks_sim.webconnector.session import SessionResult
from tests.quickbooks_sim.webconnector.server import FILE, HOST, OWNER, Script, serving

Connect = Callable[..., Result]

app = typer.Typer()
app.callback()(lambda: None)
command.register(app)


def written(url: str) -> str:
    return (
        f"<QBWCXML><AppName>Test App</AppName><AppID/><AppURL>{url}</AppURL><AppDescription>x</AppDescription>"
        f"<AppSupport>{url}</AppSupport><UserName>user</UserName><OwnerID>{OWNER}</OwnerID><FileID>{FILE}</FileID>"
        "<QBType>QBFS</QBType></QBWCXML>"
    )


@pytest.fixture
def company(tmp_path: Path) -> Path:
    path = tmp_path / "books.qbs"
    new_file(path, "Test Company").close()
    return path


@pytest.fixture
def connect(tmp_path: Path, company: Path) -> Connect:
    def run(script: Script, *words: str) -> Result:
        with serving(script) as url:
            qwc = tmp_path / "app.qwc"
            qwc.write_text(written(url))
            return CliRunner().invoke(
                app,
                [
                    "connect",
                    str(qwc),
                    "--company",
                    str(company),
                    "--password",
                    "secret",
                    "--noop",
                    "0",
                    *words,
                ],
            )

    return run


def test_a_session_that_ended_is_0(connect: Connect) -> None:
    done = connect(Script(sendRequestXML=HOST, receiveResponseXML=[50, 100]))
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "logged in as user", "the application is added to this company file", " 50 %", "100 %", "done: Bye."
    ]  # fmt: skip
    again = connect(Script())
    assert "added" not in again.stdout, "remembered beside the .qwc file"


def test_nothing_to_do_is_0_too(connect: Connect) -> None:
    assert connect(Script(authenticate=("", "none"))).exit_code == 0
    stopped = connect(Script(sendRequestXML="", getLastError="Nothing today."))
    assert (stopped.exit_code, stopped.stdout.splitlines()[-1]) == (0, "stopped: Nothing today.")
    assert (stopped.stdout + stopped.stderr).count("Nothing today.") == 1


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (Script(authenticate=("", "nvu")), "error: QBWC1040: Web connector did not provide a valid username"),
        (Script(authenticate=("", "busy")), "error: the server is busy with another session of this company"),
        (Script(receiveResponseXML=-1, getLastError="It broke."), "error: It broke."),
        (Script(clientVersion="E:Old."), "error: QBWC1037: Update aborted. Old."),
        (Script(sendRequestXML=None), "error: QBWC1041: SendRequestXML failed"),
        (Script(serverVersion=None), "error: QBWC1036: "),
    ],
)  # fmt: skip
def test_a_session_that_failed_is_1_with_a_sentence(connect: Connect, script: Script, words: str) -> None:
    failed = connect(script)
    assert failed.exit_code == 1
    assert failed.stderr.startswith(words)
    assert failed.stderr.count("\n") == 1
    assert failed.stderr.removeprefix("error: ").strip() not in failed.stdout, "said once"


def test_a_server_that_is_not_there_is_1(tmp_path: Path, company: Path) -> None:
    qwc = tmp_path / "app.qwc"
    qwc.write_text(written("http://localhost:1/qbwc"))
    failed = CliRunner().invoke(app, ["connect", str(qwc), "--company", str(company), "--password", "x"])
    assert failed.exit_code == 1
    assert "the server localhost:1 cannot be reached" in failed.stderr


def test_a_fault_that_killed_it_is_3(connect: Connect) -> None:
    died = connect(Script(), "--fault", "die_after_execute=1")
    assert (died.exit_code, died.stderr) == (
        3, "died after QuickBooks executed request 1, before its reply was posted\n"
    )  # fmt: skip


def test_wrong_use_is_2(connect: Connect, tmp_path: Path, company: Path) -> None:
    bad = connect(Script(), "--fault", "explode")
    assert bad.exit_code == 2
    assert "there is no fault 'explode'" in bad.stderr
    assert connect(Script(), "--times", "0").exit_code == 2
    assert connect(Script(), "--level", "LOUD").exit_code == 2
    broken = tmp_path / "broken.qwc"
    broken.write_text("<QBWCXML>")
    missing = tmp_path / "missing.qwc"
    text = tmp_path / "notes.qbs"
    text.write_text("hello")
    for arguments, words in (
        ([broken, "--company", company], "error: QBWC1039: There was a problem adding the application: "),
        ([missing, "--company", company], f"error: {missing} cannot be read: No such file"),
        ([tmp_path / "app.qwc", "--company", tmp_path / "none.qbs"], "is not there"),
        ([tmp_path / "app.qwc", "--company", text], "is not a company file"),
    ):
        result = CliRunner().invoke(app, ["connect", *map(str, arguments), "--password", "x"])
        assert result.exit_code == 2, result.output
        assert words in result.stderr
        assert result.stderr.count("\n") == 1
    no_password = CliRunner().invoke(
        app, ["connect", str(broken), "--company", str(company)], env={"QBWC_PASSWORD": ""}
    )
    assert no_password.exit_code == 2


def test_a_log_that_cannot_be_written_is_2(connect: Connect, tmp_path: Path) -> None:
    failed = connect(Script(), "--log", str(tmp_path / "no" / "log.txt"))
    assert failed.exit_code == 2
    assert "log.txt cannot be written: No such file or directory" in failed.stderr


def test_the_log_and_its_level(connect: Connect, tmp_path: Path) -> None:
    log = tmp_path / "QWCLog.txt"
    assert connect(Script(), "--log", str(log), "--level", "VERBOSE").exit_code == 0
    assert HOST in log.read_text()


def test_json_is_one_line_a_session_and_nothing_else_on_stdout(connect: Connect) -> None:
    done = connect(Script(authenticate=("t", "", "", "900")), "--json", "--times", "2")
    assert done.exit_code == 0
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(lines) == 2
    first = lines[0]
    assert (first["outcome"], first["percents"], first["closed"], first["last_error"]) == (
        "done",
        [100],
        "Bye.",
        "",
    )
    assert first["calls"]["sendRequestXML"] == 1
    assert first["next_seconds"] == [None, 900]
    assert set(first) >= {"bytes_sent", "bytes_received", "seconds"}
    failed = connect(Script(receiveResponseXML=-1, getLastError="no"), "--json")
    assert (failed.exit_code, json.loads(failed.stdout)["outcome"]) == (1, "error")


def test_quiet_prints_nothing(connect: Connect) -> None:
    done = connect(Script(), "--quiet")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "")


def test_times_runs_so_many_and_stops_at_the_first_that_fails(connect: Connect) -> None:
    script = Script()
    assert connect(script, "--times", "3").exit_code == 0
    assert script.order.count("authenticate") == 3
    failing = Script(authenticate=[("t", ""), ("", "nvu"), ("t", "")])
    assert connect(failing, "--times", "3").exit_code == 1
    assert failing.order.count("authenticate") == 2


def test_every_goes_on_after_a_failure_until_it_is_stopped(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []

    def wait(seconds: float) -> None:
        # A session without NoOp or stall sleeps not at all; what is noted is the wait between sessions.
        waits.extend([seconds] if seconds else [])
        if len(waits) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", wait)
    script = Script(authenticate=[("", "busy"), ("t", "")])
    stopped = connect(script, "--every", "60")
    assert waits == [60, 60, 60]
    assert script.order.count("authenticate") == 3
    assert stopped.exit_code == 0, "the last session was good"


def test_every_with_times_ends(connect: Connect) -> None:
    script = Script(authenticate=[("", "busy"), ("t", "")])
    assert connect(script, "--every", "0.01", "--times", "2").exit_code == 0
    assert script.order.count("authenticate") == 2


def test_a_seed_draws_a_fault_for_each_session(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same seed, the same faults; each session has its own, so that many of them are a trial."""
    drawn: list[Faults] = []

    def note(*_: object, faults: Faults, **__: object) -> SessionResult:
        drawn.append(faults)
        return SessionResult()

    monkeypatch.setattr(command, "run_session", note)
    for _ in range(2):
        assert connect(Script(), "--faults-seed", "7", "--fault-rate", "1", "--times", "10").exit_code == 0
    assert drawn[:10] == drawn[10:]
    assert len(set(drawn)) > 5
    assert drawn[0] == at_random(7, 1.0)


def test_a_fault_that_never_came_is_named_in_one_line_and_changes_nothing_else(connect: Connect) -> None:
    done = connect(
        Script(), "--fault", "garble=w1", "--fault", "stall=7:1", "--fault", "post_reply_twice=1", "--quiet"
    )
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "note: never came: garble=w1, stall=7:1 (no session had such a request)\n"
    died = connect(Script(), "--fault", "die_after_execute=1", "--fault", "garble=9")
    assert died.exit_code == 3
    assert died.stderr.splitlines()[1:] == ["note: never came: garble=9 (no session had such a request)"]
    nothing = connect(Script(authenticate=("", "none")), "--fault", "ask_twice=1", "--json")
    assert (nothing.exit_code, nothing.stdout.count("\n")) == (0, 1)
    assert "never came: ask_twice=1" in nothing.stderr


def test_a_fault_that_came_in_one_session_of_several_has_come(connect: Connect) -> None:
    script = Script(authenticate=[("", "none"), ("ticket", "")])
    done = connect(script, "--times", "2", "--fault", "garble=1", "--quiet")
    assert (done.exit_code, done.stderr) == (0, "")


def test_seeded_faults_are_chances_and_are_not_missed(connect: Connect) -> None:
    done = connect(Script(authenticate=("", "none")), "--faults-seed", "7", "--fault-rate", "1")
    assert done.stderr == ""


def test_noop_waits_as_long_as_it_is_told_and_five_seconds_otherwise(
    tmp_path: Path, company: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """rules.md 6."""
    waits: list[float] = []

    def note(*_: object, noop_seconds: float, **__: object) -> SessionResult:
        waits.append(noop_seconds)
        return SessionResult()

    monkeypatch.setattr(command, "run_session", note)
    (tmp_path / "app.qwc").write_text(written("http://localhost:1/qbwc"))
    for words in ([], ["--noop-seconds", "0.25"], ["--noop", "2"]):
        arguments = [
            "connect",
            str(tmp_path / "app.qwc"),
            "--company",
            str(company),
            "--password",
            "x",
            *words,
        ]
        assert CliRunner().invoke(app, arguments).exit_code == 0
    assert waits == [5.0, 0.25, 2.0]
