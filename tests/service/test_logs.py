"""The server's log: events in a line each, errors without what was in them, and no harm when nobody reads it."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog

from fieldledger.service import logs

Stderr = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    handlers, level = logging.root.handlers[:], logging.root.level
    yield
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    structlog.reset_defaults()


def broken() -> None:
    raise ValueError("Baker Residence, 503-555-0111")


def test_an_event_is_a_line(capsys: Stderr) -> None:
    logs.configure()
    structlog.get_logger().info(
        "server.started", address="http://localhost:8470", told="two words\nand a line"
    )
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert "level=info event=server.started" in lines[0]
    assert "address=http://localhost:8470" in lines[0]


def test_quiet_leaves_warnings_only(capsys: Stderr) -> None:
    logs.configure(quiet=True)
    structlog.get_logger().info("everyday")
    structlog.get_logger().warning("unusual")
    said = capsys.readouterr().err
    assert "everyday" not in said
    assert "unusual" in said


def test_an_error_is_placed_but_not_quoted(capsys: Stderr, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an error says may quote the customer that it choked on."""
    monkeypatch.delenv("FIELDLEDGER_DEBUG", raising=False)
    logs.configure()
    try:
        broken()
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")
    line = capsys.readouterr().err
    assert len(line.splitlines()) == 1
    assert "ValueError at test_logs.py:" in line
    assert "broken" in line
    assert "Baker" not in line


def test_whoever_debugs_sees_all(capsys: Stderr, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIELDLEDGER_DEBUG", "1")
    logs.configure()
    try:
        broken()
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    assert "Baker Residence" in capsys.readouterr().err


def test_a_log_that_nobody_reads_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stderr", Gone())
    logs.configure()
    structlog.get_logger().warning("nobody hears this")
    logging.getLogger("anything").error("nor this")
