"""The desk standing alone, as somebody else's system would: used by the sync engine in this process, and by tests."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from fastapi import FastAPI, HTTPException, Request

from fieldledger.desk.asking import Authorise
from fieldledger.desk.rest import create_router
from fieldledger.desk.store import Store
from fieldledger.web import problems


def create_app(store: Store, authorise: Authorise) -> FastAPI:
    """The REST API only, for the sync engine: whoever may ask here is the sync. ``authorise`` raises HTTPException when
    the asker may not; see `bearer` and `tokens`."""
    app = FastAPI(title="Fieldledger desk", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    app.state.for_the_engine = True
    app.include_router(create_router(store, authorise))
    problems.install(app)
    return app


def bearer(token: str) -> Authorise:
    """One token for every company: what the engine uses for itself."""

    def authorise(request: Request, company: str) -> None:
        if not hmac.compare_digest(_given(request), token.encode()):
            raise _unknown()

    return authorise


def tokens(by_company: Mapping[str, str]) -> Authorise:
    """A token for each company, which opens that company only."""

    def authorise(request: Request, company: str) -> None:
        given = _given(request)
        opened = {each for each, token in by_company.items() if hmac.compare_digest(given, token.encode())}
        if not opened:
            raise _unknown()
        if company not in opened:
            raise HTTPException(403, "This token belongs to another company.")

    return authorise


def _given(request: Request) -> bytes:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip().encode() if scheme.lower() == "bearer" else b""


def _unknown() -> HTTPException:
    return HTTPException(
        401, "Send the token: Authorization: Bearer <token>.", {"WWW-Authenticate": "Bearer"}
    )
