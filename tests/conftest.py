"""What holds for all tests: what was skipped is said at the end, and in CI nothing may be skipped."""

from __future__ import annotations

import os
from collections import Counter

import pytest
from _pytest.terminal import TerminalReporter


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
