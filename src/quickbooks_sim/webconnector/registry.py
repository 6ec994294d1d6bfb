"""What the Web Connector remembers on its computer: which applications a person has added.

The real one keeps it in the Windows registry, here it is a file beside the .qwc file. Adding an application stamps its
FileID into the company file that is open then, and only then: by the stamp a server tells its company file from
another one. It must never be stamped again later, or every file would look like the right one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quickbooks_sim.webconnector.qwc import Qwc

SUFFIX = ".added"


@dataclass(frozen=True)
class Registry:
    """path: of the file, None = nothing is remembered beyond the session. Methods raise OSError."""

    path: Path | None

    @classmethod
    def beside(cls, qwc: Qwc) -> Registry:
        """``app.qwc`` → ``app.qwc.added``. Remove that file to add the application anew."""
        return cls(qwc.path.with_name(qwc.path.name + SUFFIX) if qwc.path else None)

    def knows(self, qwc: Qwc) -> bool:
        """True once the application was added with this OwnerID and FileID."""
        if self.path is None or not self.path.exists():
            return False
        try:
            kept: Any = json.loads(self.path.read_text(encoding="utf-8"))
        except ValueError:
            return False
        return bool(kept == _entry(qwc))

    def add(self, qwc: Qwc) -> None:
        """Remember it."""
        if self.path is None:
            return
        fresh = self.path.with_name(self.path.name + ".new")
        fresh.write_text(json.dumps(_entry(qwc), indent=1), encoding="utf-8")
        fresh.replace(self.path)


def _entry(qwc: Qwc) -> dict[str, str]:
    return {"OwnerID": qwc.owner_id.upper(), "FileID": qwc.file_id.upper()}
