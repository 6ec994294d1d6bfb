"""The log has the shapes of a real QWCLog.txt."""

from __future__ import annotations

import re
from pathlib import Path

from quickbooks_sim.webconnector import log as log_module
from quickbooks_sim.webconnector.log import Level, Log
from quickbooks_sim.webconnector.service import FAILURES
from tests.support.shared import shared

SUMMER = 1_625_167_923.0
"""Thursday, July 1, 2021, 7:32:03 PM UTC: the moment of the captured log."""


def test_the_lines_of_the_captured_log_come_out_as_they_stand(tmp_path: Path) -> None:
    """Capture 112: all of its lines before the first call, but for the version and the address."""
    path = tmp_path / "QWCLog.txt"
    log = Log(path, Level.DEBUG, lambda: SUMMER)
    log.begin("<AppName>", "<AppUniqueName>", "http://localhost:64642/QBConnectorAsync.asmx")
    service = "QBWebConnector.SOAPWebService"
    log.line(f"{service}.do_serverVersion", "*** Calling serverVersion().")
    log.line(
        f"{service}.do_serverVersion",
        'Received from serverVersion() following parameter:<serverVersionRet="3.0.2.0">',
    )
    log.line(
        f"{service}.do_clientVersion",
        '*** Calling clientVersion() with following parameter:<productVersion="2.3.0.215">',
    )
    captured = shared("reference/qbxml/captures/112-QWCLog-line-shapes.txt").read_text().splitlines()
    ours = path.read_text().splitlines()
    for ours_line, theirs in zip(ours, captured, strict=True):
        theirs = theirs.replace("20221114.18:53:19", "20210701.19:32:03").replace(
            "QBWebConnector 2.2 ", "QBWebConnector 2.3 "
        )
        assert ours_line == theirs


def test_the_head_is_written_once(tmp_path: Path) -> None:
    path = tmp_path / "QWCLog.txt"
    for _ in range(2):
        Log(path, Level.VERBOSE, lambda: SUMMER).line("Somewhere", "something")
    assert path.read_text().count("Log file initialized at Thursday, July 1, 2021 - 7:32 PM UTC") == 1
    assert path.read_text().count("Somewhere() : something") == 2


def test_noon_and_midnight(tmp_path: Path) -> None:
    for hour, words in ((0, "12:00 AM"), (12, "12:00 PM"), (13, "1:00 PM")):
        path = tmp_path / f"{hour}.txt"
        Log(path, Level.DEBUG, lambda hour=hour: hour * 3600.0).line("x", "y")  # type: ignore[misc]
        assert f"Thursday, January 1, 1970 - {words} UTC" in path.read_text()


def test_every_code_of_a_failed_call_is_one_of_the_guide() -> None:
    """reference/qbwc/qbwc-error-codes.tsv: the code, and the words that it begins with."""
    table = shared("reference/qbwc/qbwc-error-codes.tsv").read_text(encoding="utf-8").splitlines()[1:]
    known = dict(line.split("\t")[:2] for line in table)
    for operation, told in FAILURES.items():
        code, words = told.split(": ", 1)
        first = re.split(r"[ :]", known[code].replace("countered", "encountered"))[0]
        assert words.startswith(first), (operation, known[code])


def test_no_code_is_made_up() -> None:
    """Every QBWC number in the simulated Web Connector stands in the guide's table."""
    known = set(
        re.findall(r"QBWC\d{4}", shared("reference/qbwc/qbwc-error-codes.tsv").read_text(encoding="utf-8"))
    )
    used = {
        code
        for file in Path(log_module.__file__).parent.glob("*.py")
        for code in re.findall(r"QBWC\d{4}", file.read_text(encoding="utf-8"))
    }
    assert len(used) > 12
    assert used <= known
