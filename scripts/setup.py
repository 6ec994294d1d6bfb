"""Sets up .venv with one locked set of dependencies and the project itself. Usage: setup.py runtime | dev"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
LOCKS = {"runtime": ("runtime", "build"), "dev": ("dev",)}


def main(which: str) -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - this script is what a too old Python sees first
        sys.exit(
            f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}. Try: make PYTHON=python3.12 …"
        )
    if not PYTHON.exists():
        venv.create(VENV, with_pip=True)
    print("Setting up .venv; the first time this takes a minute or two.", flush=True)
    for lock in LOCKS[which]:
        pip("install", "--require-hashes", "-r", str(ROOT / "requirements" / f"{lock}.lock"))
    pip("install", "--no-deps", "--no-build-isolation", "-e", str(ROOT))
    (VENV / ("run" if which == "runtime" else "dev")).touch()
    if which == "dev":
        (VENV / "run").touch()


def pip(*arguments: str) -> None:
    done = subprocess.run(
        [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments], check=False
    )
    if done.returncode:
        sys.exit(f"setting up failed: pip {arguments[0]} ended with {done.returncode}")


if __name__ == "__main__":
    main(sys.argv[1])
