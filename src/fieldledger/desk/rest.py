"""The desk's REST API: the only way in for the sync engine, and for anybody else's program.

Errors are application/problem+json with what is wrong, where, and what to do.
"""

import base64
import json
from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fieldledger.desk.customers import CustomerCreate, CustomerFields
from fieldledger.desk.store import STATUSES, Conflict, NotThere, Store, fold
from fieldledger.web.problems import Problem, field_errors

T = TypeVar("T")
BATCH_MOST = 500
Id = Annotated[int, Path(ge=1, le=2**53, description="The customer's number.")]


class Changed(CustomerFields):
    version: int | None = Field(
        None, description="The version that was read; another one now is a conflict (409)."
    )


class BatchItem(BaseModel):
    model_config = ConfigDict(extra="forbid")

    key: str = Field(
        min_length=1, max_length=100, description="Names this piece of work for ever: it is done once."
    )
    op: Literal["create", "update"]
    id: int | None = None
    version: int | None = None
    customer: dict[str, Any]


class Batch(BaseModel):
    items: list[BatchItem] = Field(max_length=BATCH_MOST)


class StatusItem(BaseModel):
    kind: Literal["customer"]
    id: int
    status: str
    detail: str = Field("", max_length=4000)
    books_name: str = Field("", max_length=1000)
    at: str = Field(max_length=40)


class Statuses(BaseModel):
    items: list[StatusItem] = Field(max_length=1000)


def create_router(store: Store, authorise: Callable[[Request, str], None]) -> APIRouter:
    """The routes below /api/v1/companies/{company}. ``authorise`` raises HTTPException when the asker may not."""

    def allowed(request: Request, company: str) -> str:
        authorise(request, company)
        return company

    mine = Annotated[str, Depends(allowed)]
    router = APIRouter(prefix="/api/v1/companies/{company}", tags=["desk"])

    @router.get("/customers")
    def list_customers(
        company: mine,
        search: Annotated[str, Query(max_length=200)] = "",
        active: Literal["true", "false", "all"] = "all",
        changed_since: Annotated[str, Query(description="UTC, ISO 8601.", max_length=40)] = "",
        cursor: Annotated[str, Query(max_length=1000)] = "",
        limit: Annotated[int, Query(ge=1, le=1000)] = 50,
    ) -> dict[str, Any]:
        """Customers by name, a page at a time."""
        wanted = {"true": True, "false": False, "all": None}[active]
        items, total = store.page(
            company,
            search=search,
            active=wanted,
            changed_since=changed_since,
            after=read_cursor(cursor),
            limit=limit,
        )
        more = write_cursor(items[-1]) if len(items) == limit else None
        return {"items": items, "next_cursor": more, "total": total}

    @router.get("/customers/changes")
    def changes(
        company: mine,
        after: Annotated[int, Query(ge=0, description="Position of the last change that you know.")] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 500,
    ) -> dict[str, Any]:
        """What changed since, oldest first; each customer once, deleted ones too."""
        items = store.changes(company, after, limit)
        return {
            "items": items,
            "after": items[-1]["position"] if items else after,
            "more": len(items) == limit,
        }

    @router.post("/customers/batch")
    def batch(company: mine, wish: Batch, request: Request) -> dict[str, Any]:
        """Many creates and updates in one transaction, each judged alone and done once for its key."""
        good: list[tuple[str, int | None, int | None, CustomerFields]] = []
        results: dict[int, dict[str, Any]] = {}
        places = []
        for place, item in enumerate(wish.items):
            try:
                fields = _fields(item)
            except ValidationError as error:
                results[place] = _result(
                    item.key, 422, None, "The customer cannot be saved.", field_errors(error)
                )
                continue
            places.append(place)
            good.append((item.key, item.id if item.op == "update" else None, item.version, fields))
        done = store.batch(company, good, _origin(request)) if good else []
        for place, (status, customer, problem) in zip(places, done, strict=True):
            results[place] = _result(wish.items[place].key, status, customer, problem)
        return {"results": [results[place] for place in range(len(wish.items))]}

    @router.post("/customers", status_code=201)
    def create(company: mine, wish: CustomerCreate, request: Request) -> dict[str, Any]:
        """A new customer. Names need not be unique."""
        return store.create(company, wish, _origin(request))

    @router.get("/customers/{id}")
    def one(company: mine, id: Id, response: Response) -> dict[str, Any]:
        """One customer."""
        found = _there(lambda: store.get(company, id))
        response.headers["ETag"] = f'"{found["version"]}"'
        return found

    @router.patch("/customers/{id}")
    def change(company: mine, id: Id, wish: Changed, request: Request) -> dict[str, Any]:
        """Change the fields that are given."""
        version = _version(request, wish.version)
        given = {
            name: value for name, value in wish.model_dump(exclude_unset=True).items() if name != "version"
        }
        return _there(lambda: store.change(company, id, CustomerFields(**given), version, _origin(request)))

    @router.put("/customers/{id}")
    def replace(company: mine, id: Id, wish: CustomerCreate, request: Request) -> dict[str, Any]:
        """Replace every field."""
        every = CustomerFields(**wish.model_dump())
        return _there(lambda: store.change(company, id, every, _version(request, None), _origin(request)))

    @router.delete("/customers/{id}", status_code=204)
    def delete(company: mine, id: Id, request: Request) -> None:
        """Delete. The change feed tells of it."""
        _there(lambda: store.delete(company, id, _version(request, None), _origin(request)))

    @router.put("/sync-status", status_code=204)
    def show_status(company: mine, wish: Statuses) -> None:
        """What to show beside customers about their sync."""
        for item in wish.items:
            if item.status not in STATUSES:
                raise HTTPException(422, f"{item.status!r} is no status; there are: {', '.join(STATUSES)}.")
        store.show_status(company, [item.model_dump() for item in wish.items])

    @router.put("/sync-policy", status_code=204)
    def set_policy(company: mine, policy: dict[str, Any]) -> None:
        """Which way records go, and what is locked and why."""
        store.set_policy(company, policy)

    @router.get("/sync-policy")
    def policy(company: mine) -> dict[str, Any]:
        """The policy as it was last told."""
        return store.policy(company)

    return router


def _fields(item: BatchItem) -> CustomerFields:
    return CustomerCreate(**item.customer) if item.op == "create" else CustomerFields(**item.customer)


def _result(
    key: str,
    status: int,
    customer: dict[str, Any] | None,
    problem: str,
    errors: list[dict[str, str]] | None = None,
) -> dict[str, Any]:
    told = {"status": status, "detail": problem, "errors": errors or []} if problem else None
    return {"key": key, "status": status, "customer": customer, "problem": told}


def _origin(request: Request) -> str:
    return "sync" if request.headers.get("x-fieldledger-origin") == "sync" else "api"


def _version(request: Request, stated: int | None) -> int | None:
    header = request.headers.get("if-match", "").strip().strip('"')
    if not header:
        return stated
    if not header.isdigit():
        raise HTTPException(422, f'If-Match must be a version such as "3", not {header!r}.')
    return int(header)


def _there(wish: Callable[[], T]) -> T:
    try:
        return wish()
    except NotThere as error:
        raise HTTPException(404, f"{str(error).capitalize()}.") from None
    except Conflict as error:
        raise Problem(
            409,
            f"Somebody else changed it first: {error}. Read it again, then change it.",
            current=error.current,
        ) from None


def write_cursor(last: dict[str, Any]) -> str:
    """Where the next page starts."""
    return base64.urlsafe_b64encode(json.dumps([fold(last["name"]), last["id"]]).encode()).decode()


def read_cursor(text: str) -> tuple[str, int] | None:
    if not text:
        return None
    try:
        name, id = json.loads(base64.urlsafe_b64decode(text.encode()))
        return str(name), int(id)
    except (ValueError, TypeError):
        raise HTTPException(422, "The cursor is not one that this server gave.") from None
