"""A desk for every test: a store in a fresh file, its REST API, its pages, and a clock that the test owns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, HTTPException, Request
from fastapi.testclient import TestClient

from fieldledger.desk.app import create_app, tokens
from fieldledger.desk.customers import CustomerCreate
from fieldledger.desk.pages import create_pages
from fieldledger.desk.store import Store
from fieldledger.web import problems, statics
from fieldledger.web.csrf import COOKIE
from fieldledger.web.security import SecurityHeaders
from tests.support.databases import empty_desk

SECRET = b"the tests' own secret, thirty-two"
LOGGED_IN = {COOKIE: "visitor-1"}
API = "/api/v1/companies/c1"


class Clock:
    """Unix seconds that move when the test says so."""

    def __init__(self) -> None:
        self.time = 1_764_000_000.0

    def __call__(self) -> float:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    opened = Store(empty_desk(tmp_path / "desk.db"), now=clock)
    yield opened
    opened.close()


@pytest.fixture
def api(store: Store) -> Iterator[TestClient]:
    """A client of company c1's REST API."""
    app = create_app(store, tokens({"c1": "token-1", "c2": "token-2"}))
    with TestClient(app, headers={"Authorization": "Bearer token-1"}) as client:
        yield client


def pages_app(store: Store) -> FastAPI:
    """The pages as the service mounts them. Only the holder of the session cookie may see them."""

    def authorise(request: Request, company: str) -> None:
        if request.cookies.get(COOKIE) not in LOGGED_IN.values():
            raise HTTPException(401, "Please log in first.")

    def describe(company: str) -> dict[str, Any]:
        return {"id": company, "name": "Rock Castle Heating", "attention": 2, "plan_waiting": None}

    app = FastAPI()
    statics.mount(app)
    app.include_router(create_pages(store, authorise, SECRET, describe))
    problems.install(app)
    app.add_middleware(SecurityHeaders)
    return app


@pytest.fixture
def pages(store: Store) -> Iterator[TestClient]:
    """A browser without JavaScript that is logged in."""
    with TestClient(
        pages_app(store), headers={"Accept": "text/html"}, cookies=LOGGED_IN, follow_redirects=False
    ) as client:
        yield client


def make(store: Store, name: str = "Baker Residence", company: str = "c1", **fields: Any) -> dict[str, Any]:
    """A customer in the store."""
    return store.create(company, CustomerCreate.model_validate({"name": name, **fields}))


def add_rate(
    store: Store, name: str, rate: str | None = "8.25", company: str = "c1", **fields: Any
) -> dict[str, Any]:
    """A tax rate in the store."""
    part = store.tax_rates
    wish = part.kind.models.create.model_validate({"name": name, "rate": rate, **fields})
    return part.create(company, wish)


def add_term(store: Store, name: str = "Net 30", company: str = "c1", **fields: Any) -> dict[str, Any]:
    """A payment term in the store."""
    part = store.payment_terms
    return part.create(company, part.kind.models.create.model_validate({"name": name, **fields}))
