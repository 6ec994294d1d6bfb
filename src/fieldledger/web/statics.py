"""The assets of the pages, from inside the package: nothing is fetched from anywhere else.

An address carries a mark of the content, so browsers keep a file for ever and still see the next release at once.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).parent / "static"
FOR_EVER = "public, max-age=31536000, immutable"


class Kept(StaticFiles):
    """Files that browsers may keep: for ever when asked for by mark or vendored (their names hold the version)."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        marked = scope["query_string"].startswith(b"v=") or path.startswith("vendor")
        response.headers["Cache-Control"] = FOR_EVER if marked else "no-cache"
        return response


def mount(app: Starlette) -> None:
    """Serve the assets at /static."""
    app.mount("/static", Kept(directory=FOLDER), name="static")


@lru_cache
def url(name: str) -> str:
    """The address of an asset, e.g. ``url("fieldledger.css")``. Raises FileNotFoundError for one that is not there."""
    digest = hashlib.blake2b((FOLDER / name).read_bytes(), digest_size=6).hexdigest()
    return f"/static/{name}?v={digest}"
