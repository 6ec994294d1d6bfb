"""How things are measured: the best of several runs in wall time, and the peak of memory of one run by itself."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Row:
    """One line of the table. ratio: ours by the reference's, None where there is no reference."""

    what: str
    seconds: float
    reference: str = ""
    ratio: float | None = None
    note: str = ""


def best(work: Callable[[], object], runs: int = 3) -> float:
    """Seconds of the quickest of several runs."""
    return min(_once(work) for _ in range(runs))


def _once(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def peak_megabytes(module: str, *arguments: str) -> float:
    """Peak resident memory of ``python -m module arguments`` above that of the same module with the argument "idle"."""
    return (_peak(module, *arguments) - _peak(module, "idle")) / 1024


def _peak(module: str, *arguments: str) -> int:
    """Kilobytes. From /proc (Linux): the peak that getrusage tells is inherited from whoever started the process."""
    script = (
        "import runpy, sys; sys.argv = sys.argv[1:]; runpy.run_module(sys.argv[0], run_name='__main__'); "
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, module, *arguments], check=True, capture_output=True, text=True
    )
    return int(done.stdout.split()[-1])


def machine() -> dict[str, object]:
    """What the figures were taken on."""
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
    }


def as_json(rows: list[Row]) -> str:
    return json.dumps({"machine": machine(), "rows": [asdict(row) for row in rows]}, indent=2)
