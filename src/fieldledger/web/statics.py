"""The assets of the pages, from inside the package: nothing is fetched from anywhere else."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

FOLDER = Path(__file__).parent / "static"


def mount(app: FastAPI) -> None:
    app.mount("/static", StaticFiles(directory=FOLDER), name="static")


@lru_cache
def url(name: str) -> str:
    """The address of an asset; it changes with the content, so that browsers may keep what they have."""
    digest = hashlib.blake2b((FOLDER / name).read_bytes(), digest_size=6).hexdigest()
    return f"/static/{name}?v={digest}"
