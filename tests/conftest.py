"""What holds for all tests: their files lie in memory where the machine allows it; what was skipped is said at the end,
and in CI nothing may be skipped."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from pathlib import Path

import pytest
from _pytest.terminal import TerminalReporter

MEMORY = Path("/dev/shm")
ENOUGH = 4 * 1024**3
"""Bytes that must be free there: a run leaves half a gigabyte, and pytest keeps the last three."""


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Thousands of small databases and company files, each of which waits for the disk at every commit: on a disk of
    memory they do not wait. That commits survive a killed process is proved there as well as anywhere."""
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """One line for each reason why tests were skipped."""
    for reason, number in _skipped(terminalreporter).items():
        terminalreporter.write_line(f"skipped {number}: {reason}", yellow=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A machine without a browser or without the reference material may skip; CI may not."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and isinstance(reporter, TerminalReporter) and _skipped(reporter):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _skipped(reporter: TerminalReporter) -> Counter[str]:
    reports = reporter.stats.get("skipped", [])
    reasons = (
        str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
        for report in reports
    )
    return Counter(reason.removeprefix("Skipped: ") for reason in reasons)
