"""Style, types and architecture, one after the other; stops at the first that fails."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

BIN = Path(sys.executable).parent
CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "--quiet", "."),
    ("mypy",),
    ("lint-imports", "--no-cache"),
    ("deptry", "src"),
)

for check in CHECKS:
    done = subprocess.run([str(BIN / check[0]), *check[1:]], check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(check)} failed:\n{done.stdout}{done.stderr}")
    sys.stdout.write(f"{check[0]}: ok\n")
