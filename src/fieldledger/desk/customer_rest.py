"""REST of customers: list, one, change feed, and batches for the sync engine."""

from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fieldledger.desk import asking
from fieldledger.desk.asking import (
    ONE_PROBLEMS,
    PROBLEMS,
    Id,
    IfMatch,
    Limit,
    known_query,
    read_cursor,
    write_cursor,
)
from fieldledger.desk.customer_rows import shown
from fieldledger.desk.customer_search import UNSPOKEN, Wanted, spot_of
from fieldledger.desk.customer_store import Customers
from fieldledger.desk.customer_writing import Conflict, Done, Item, NotThere
from fieldledger.desk.customers import (
    CustomerCreate,
    CustomerFields,
    CustomerPatch,
    CustomerPut,
    Location,
    Refused,
)
from fieldledger.desk.moments import instant
from fieldledger.desk.schema import STATUSES
from fieldledger.web import problems

T = TypeVar("T")
BATCH_MOST = 500
ACTIVE = {"true": True, "false": False, "all": None}
WORDS = (*STATUSES, UNSPOKEN)
STATUS_TOLD = f"What the sync last said of a customer; {UNSPOKEN} = nothing."
NOT_SAVED = "The customer cannot be saved: "


class SyncShown(BaseModel):
    """What the sync engine last told about a record."""

    status: str
    detail: str
    books_name: str
    at: str


class CustomerShown(CustomerFields):
    """A customer. Without locations of its own it shows one that stands in for them, its billing address. A location
    with a job comes from QuickBooks and is read-only. sync: null while the sync has said nothing of it."""

    id: int
    version: int = Field(description="+1 for each edit; send it back as If-Match or as version.")
    created_at: str
    modified_at: str
    origin: Literal["user", "api", "sync"] = Field(description="Who wrote last.")
    sync: SyncShown | None
    locations: list[Location]


class CustomerPage(BaseModel):
    items: list[CustomerShown]
    next_cursor: str | None = Field(description="Send it as cursor for the next page; null on the last one.")
    total: int


class Change(BaseModel):
    position: int
    id: int
    deleted: bool
    customer: CustomerShown | None


class Changes(BaseModel):
    items: list[Change]
    after: int = Field(description="Send it as after next time.")
    more: bool


class BatchItem(BaseModel):
    model_config = ConfigDict(extra="forbid")

    key: str = Field(
        min_length=1, max_length=100, description="Names this piece of work for ever: it is done once."
    )
    op: Literal["create", "update"]
    id: int | None = Field(None, ge=1, le=2**53)
    version: int | None = Field(
        None, ge=1, description="The version that was read; another one by now is 409."
    )
    customer: dict[str, Any] = Field(
        description="As for POST; in an update only what changes, and locations, where given, as the full list."
    )


class Batch(BaseModel):
    model_config = ConfigDict(extra="forbid")

    items: list[BatchItem] = Field(max_length=BATCH_MOST)


class BatchResult(BaseModel):
    key: str
    status: Literal[200, 201, 404, 409, 422]
    customer: CustomerShown | None
    problem: asking.ProblemShown | None


class BatchResults(BaseModel):
    results: list[BatchResult]


def add_routes(router: APIRouter, store: Customers, allowed: Callable[..., str]) -> None:
    """The routes of customers. ``allowed``: a dependency that gives the company or refuses the asker."""
    mine = Annotated[str, Depends(allowed)]

    def asked(request: Request, company: mine) -> str:
        """Strangers are turned away before anything else is looked at."""
        known_query(request)
        return company

    filtered = Annotated[str, Depends(asked)]

    @router.get("/customers", response_model=CustomerPage, responses=PROBLEMS)
    def list_customers(
        company: filtered,
        search: Annotated[
            str, Query(max_length=200, description="Name, contact, phone, email, address, QuickBooks job.")
        ] = "",
        active: Literal["true", "false", "all"] = "all",
        changed_since: Annotated[str, Query(description="UTC, ISO 8601.", max_length=40)] = "",
        status: Annotated[str, Query(description=STATUS_TOLD, json_schema_extra={"enum": list(WORDS)})] = "",
        cursor: Annotated[str, Query(max_length=2000)] = "",
        limit: Limit = 50,
    ) -> Response:
        """Customers by name, a page at a time. An unknown parameter is refused."""
        since = instant(changed_since) if changed_since else None
        if changed_since and since is None:
            raise HTTPException(422, "changed_since must be a time such as 2026-11-24T16:05:00Z.")
        if status and status not in WORDS:
            raise HTTPException(422, f"There is no status {status[:40]!r}; use one of: {', '.join(WORDS)}.")
        wanted = Wanted(search, ACTIVE[active], since, status)
        found = store.page(company, wanted, after=read_cursor(cursor), limit=limit)
        following = write_cursor(spot_of(found.states[-1])) if found.more else None
        items = [shown(state) for state in found.states]
        return asking.answer({"items": items, "next_cursor": following, "total": found.total})

    @router.get("/customers/changes", response_model=Changes, responses=PROBLEMS)
    def changes(
        company: filtered,
        after: Annotated[
            int, Query(ge=0, le=2**62, description="Position of the last change that you know.")
        ] = 0,
        limit: Limit = 500,
    ) -> Response:
        """What changed since, oldest first; each customer once, deleted ones too. An unknown parameter is refused."""
        items, more = store.changes(company, after, limit)
        last = items[-1]["position"] if items else after
        return asking.answer({"items": items, "after": last, "more": more})

    @router.post("/customers/batch", response_model=BatchResults, responses=PROBLEMS)
    def batch(company: mine, wish: Batch, request: Request) -> Response:
        """Many creates and updates in one transaction. Each is judged alone and done once for its key: the same key
        again gives the first answer. What cannot be read or is forbidden (422) is not remembered, so it can be put
        right and sent again under its key."""
        read = [_read(item) for item in wish.items]
        good = [each for each in read if isinstance(each, Item)]
        done = iter(store.batch(company, good, asking.origin(request)) if good else [])
        results = [
            _result(item.key, next(done)) if isinstance(each, Item) else each
            for item, each in zip(wish.items, read, strict=True)
        ]
        return asking.answer({"results": results})

    @router.post("/customers", status_code=201, response_model=CustomerShown, responses=PROBLEMS)
    def create(company: mine, wish: CustomerCreate, request: Request) -> Response:
        """A new customer. Names need not be unique."""
        made = _told(lambda: store.create(company, wish, asking.origin(request)), 409)
        response = asking.one(made, 201)
        response.headers["Location"] = f"{request.url.path.rstrip('/')}/{made['id']}"
        return response

    @router.get("/customers/{id}", response_model=CustomerShown, responses=ONE_PROBLEMS)
    def read_one(company: mine, id: Id) -> Response:
        """One customer; its version is in the ETag too."""
        return asking.one(_told(lambda: store.get(company, id), 409))

    @router.patch("/customers/{id}", response_model=CustomerShown, responses=ONE_PROBLEMS)
    def change(
        company: mine, id: Id, wish: CustomerPatch, request: Request, if_match: IfMatch = ""
    ) -> Response:
        """Change the fields that are given. State the version that you read, in If-Match or in the body."""
        return _write(store, company, id, wish, wish.version, if_match, request)

    @router.put("/customers/{id}", response_model=CustomerShown, responses=ONE_PROBLEMS)
    def replace(
        company: mine, id: Id, wish: CustomerPut, request: Request, if_match: IfMatch = ""
    ) -> Response:
        """Replace every field. State the version that you read, in If-Match or in the body."""
        return _write(store, company, id, wish, wish.version, if_match, request)

    @router.delete("/customers/{id}", status_code=204, responses=ONE_PROBLEMS)
    def delete(company: mine, id: Id, request: Request, if_match: IfMatch = "") -> None:
        """Delete. The change feed tells of it; the number is never used again."""
        version = asking.stated_version(if_match)
        _told(lambda: store.delete(company, id, version, asking.origin(request)), 412)


def _write(
    store: Customers, company: str, id: int, wish: CustomerFields, version: int | None, if_match: str,
    request: Request,
) -> Response:  # fmt: skip
    header = asking.stated_version(if_match)
    stated, refusal = (header, 412) if header is not None else (version, 409)
    return asking.one(_told(lambda: store.change(company, id, wish, stated, asking.origin(request)), refusal))


def _told(wish: Callable[[], T], conflict: int) -> T:
    """Expected trouble as a problem. conflict: 412 when the version was in a header, 409 when in the body."""
    try:
        return wish()
    except NotThere as error:
        raise HTTPException(404, str(error)) from None
    except Conflict as error:
        raise problems.Problem(conflict, str(error), current=error.current) from None
    except Refused as error:
        told = f"{NOT_SAVED}{problems.sentence(error.errors)}"
        raise problems.Problem(422, told, errors=error.errors) from None


def _read(item: BatchItem) -> Item | dict[str, Any]:
    """One item of a batch, or the result that refuses it."""
    if (item.op == "update") != (item.id is not None):
        told = "an update needs the id of a customer" if item.op == "update" else "a create takes no id"
        return _refused(item.key, [{"field": "id", "message": told}])
    try:
        if item.op == "create":
            return Item(item.key, None, None, CustomerCreate.model_validate(item.customer))
        return Item(item.key, item.id, item.version, CustomerFields.model_validate(item.customer))
    except ValidationError as error:
        return _refused(item.key, problems.field_errors(error))


def _refused(key: str, errors: list[dict[str, str]]) -> dict[str, Any]:
    told = f"{NOT_SAVED}{problems.sentence(errors)}"
    return {"key": key, "status": 422, "customer": None, "problem": problems.body(422, told, errors=errors)}


def _result(key: str, done: Done) -> dict[str, Any]:
    if done.errors:
        return _refused(key, list(done.errors))
    problem = problems.body(done.status, done.told) if done.told else None
    return {"key": key, "status": done.status, "customer": done.customer, "problem": problem}
