"""Carries the desk's events to the engine, beside the person who edited: nobody waits for it, and many edits in a row
are heard as one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import structlog

log = structlog.get_logger()


class Hearing:
    """listen: what to do for a company of which somebody edited something; it runs in a thread of its own, one at a
    time. An error in it is logged, and reaches nobody: the next sync reads what was not heard."""

    def __init__(self, listen: Callable[[str], object]) -> None:
        self._listen = listen
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="hearing")
        self._lock = threading.Lock()
        self._waiting: set[str] = set()

    def heard(self, company: str, kind: str, id: int) -> None:
        """To be called by the desk after an edit is committed."""
        with self._lock:
            if company in self._waiting:
                return
            self._waiting.add(company)
        try:
            self._pool.submit(self._work, company)
        except RuntimeError:  # the server is going down
            return

    def _work(self, company: str) -> None:
        with self._lock:
            self._waiting.discard(company)  # what comes from here on is another event
        try:
            self._listen(company)
        except Exception as error:  # the last guard of this thread
            log.error("hearing.failed", company=company, error=type(error).__name__)

    def close(self) -> None:
        """What is being heard is heard to its end; what waits is left to the next sync."""
        self._pool.shutdown(wait=True, cancel_futures=True)
