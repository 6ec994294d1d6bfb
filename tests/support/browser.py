"""Finds a Chromium for tests of pages: Debian's, else playwright's own. Without one the test is skipped; with CI=true
nothing may be skipped, so there it fails."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

# A machine that does other things as well is no reason to fail.
expect.set_options(timeout=15_000)

INSTALLED = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")


def executable(playwright: Playwright) -> str | None:
    """The path of a Chromium on this machine, None when there is none."""
    found = next((path for path in INSTALLED if Path(path).exists()), None) or shutil.which("chromium")
    own = playwright.chromium.executable_path
    return found or (own if Path(own).exists() else None)


@contextmanager
def browser() -> Iterator[Browser]:
    """A headless Chromium; the test is skipped where there is none."""
    with sync_playwright() as playwright:
        path = executable(playwright)
        if path is None:
            if os.environ.get("CI") == "true":
                pytest.fail("there is no Chromium, and in CI nothing may be skipped")
            pytest.skip("there is no Chromium on this machine")
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        try:
            yield started
        finally:
            started.close()
