"""The desk standing alone, as somebody else's system would: used by the sync engine in this process, and by tests."""

from __future__ import annotations

import hmac
from collections.abc import Callable

from fastapi import FastAPI, HTTPException, Request

from fieldledger.desk.rest import create_router
from fieldledger.desk.store import Store
from fieldledger.web import problems


def create_app(store: Store, authorise: Callable[[Request, str], None]) -> FastAPI:
    """The REST API only. ``authorise`` raises HTTPException when the asker may not."""
    app = FastAPI(title="Fieldledger desk", docs_url=None, redoc_url=None)
    app.include_router(create_router(store, authorise))
    problems.install(app)
    return app


def bearer(token: str) -> Callable[[Request, str], None]:
    """One token for every company: what the engine uses for itself."""

    def authorise(request: Request, company: str) -> None:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), token.encode()):
            raise HTTPException(
                401, "Send the token: Authorization: Bearer <token>.", {"WWW-Authenticate": "Bearer"}
            )

    return authorise
