"""A browser for the page tests: Debian's chromium where it may be installed, else playwright's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

if not (shutil.which("chromium") or shutil.which("google-chrome")):
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        subprocess.run(["apt-get", "-qq", "update"], check=False, stdout=subprocess.DEVNULL)  # noqa: S607
        subprocess.run(
            ["apt-get", "-qq", "-y", "install", "chromium"],  # noqa: S607
            check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        )  # fmt: skip
    if not shutil.which("chromium"):
        subprocess.run(
            [sys.executable, "-m", "playwright", "install", "chromium"],
            check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
