"""Runs the two programs as processes of their own, in one of two ways: as a person does, by their commands, or *warm*,
as a fork of a process that has done its imports already. A warm one is no less a process (it can be killed with -9),
and it is there in a tenth of the time, which is what lets a test kill servers by the dozen.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

BIN = Path(sys.executable).parent
MAINS = {"fieldledger": "fieldledger.service.cli", "quickbooks-sim": "quickbooks_sim.cli"}
LONGEST = 110.0
"""Seconds that a command may take."""

_warm = multiprocessing.get_context("forkserver")
_warm.set_forkserver_preload(
    [
        *MAINS.values(),
        "fieldledger.service.server",
        "quickbooks_sim.webconnector.command",
        "tests.endtoend.programs",
    ]
)


class Ended(NamedTuple):
    """How a command ended."""

    status: int
    stdout: str
    stderr: str


class Process:
    """A running program. stdout and stderr go into files."""

    def __init__(self, name: str, arguments: tuple[str, ...], out: Path, err: Path, *, warm: bool) -> None:
        self._popen = self._fork = None
        if warm:
            self._fork = _warm.Process(target=_child, args=(name, arguments, str(out), str(err)), daemon=True)
            self._fork.start()
            assert self._fork.pid is not None
            self.pid = self._fork.pid
        else:
            with out.open("ab") as stdout, err.open("ab") as stderr:
                self._popen = subprocess.Popen([str(BIN / name), *arguments], stdout=stdout, stderr=stderr)
            self.pid = self._popen.pid

    def signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        """kill -9: no chance to tidy up."""
        self.signal(signal.SIGKILL)
        self.wait()

    def wait(self, seconds: float = LONGEST) -> int:
        """The exit status; that of a killed process is negative."""
        if self._fork is not None:
            self._fork.join(seconds)
            status = self._fork.exitcode
        else:
            assert self._popen is not None
            status = self._popen.wait(seconds)
        assert status is not None, f"process {self.pid} did not end in {seconds} s"
        return status

    def running(self) -> bool:
        if self._fork is not None:
            return self._fork.is_alive()
        assert self._popen is not None
        return self._popen.poll() is None


def run(name: str, *arguments: str | Path, status: int | tuple[int, ...] = 0, warm: bool = True) -> Ended:
    """A command to its end. ``status``: how it must end; a traceback is never right."""
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        code = Process(name, tuple(map(str, arguments)), out, err, warm=warm).wait()
        ended = Ended(code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))
    wanted = (status,) if isinstance(status, int) else status
    assert code in wanted, (arguments, code, ended.stdout[-2000:], ended.stderr[-2000:])
    assert "Traceback" not in ended.stderr, ended.stderr
    return ended


def _child(name: str, arguments: tuple[str, ...], out: str, err: str) -> None:
    for path, number in ((out, 1), (err, 2)):
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.argv = [str(BIN / name), *arguments]
    importlib.import_module(MAINS[name]).main()
