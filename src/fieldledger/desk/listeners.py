"""Who hears of edits as they happen. Whoever misses one (a crash right after the commit) finds it in the change feed.

A listener is told after the commit, in the editor's own thread, so it must be quick; what goes wrong in it is logged
and never reaches the editor.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TypeAlias

Heard: TypeAlias = Callable[[str, str, int], None]
"""heard(company, kind, number): somebody else than the sync created, changed or deleted this record."""

log = logging.getLogger(__name__)


class Listeners:
    """Those who listen to one store."""

    def __init__(self) -> None:
        self._heard: tuple[Heard, ...] = ()

    def add(self, heard: Heard) -> None:
        self._heard = (*self._heard, heard)

    def tell(self, company: str, kind: str, ids: Iterable[int]) -> None:
        """Once for each record and listener."""
        for id in ids:
            for heard in self._heard:
                try:
                    heard(company, kind, id)
                except Exception:
                    log.exception("a listener failed at %s %s of %s", kind, id, company)
