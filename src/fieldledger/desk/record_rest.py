"""The REST routes that every kind of record has: list, change feed, batch, one, create, change, replace, delete.

A kind gives its words, its models and its part of the store as a `RestKind`; nothing here knows what a record holds.
Errors are application/problem+json with what is wrong, where, and what to do.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Protocol, TypeVar

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

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
from fieldledger.desk.judging import Conflict, Done, InUse, Item, NotThere, Refused
from fieldledger.desk.listing import UNSPOKEN, Listing, Spot, Wanted
from fieldledger.desk.moments import instant
from fieldledger.desk.schema import STATUSES
from fieldledger.web import problems

T = TypeVar("T")
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
BATCH_MOST = 500
ACTIVE = {"true": True, "false": False, "all": None}
WORDS = (*STATUSES, UNSPOKEN)


class Part(Protocol):
    """The store's part for one kind."""

    def get(self, company: str, id: int) -> dict[str, Any]: ...

    def listing(
        self, company: str, wanted: Wanted, *, after: Spot | None = None, limit: int = 50
    ) -> Listing: ...

    def changes(self, company: str, after: int, limit: int) -> tuple[list[dict[str, Any]], bool]: ...

    def create(self, company: str, fields: BaseModel, origin: str = "user") -> dict[str, Any]: ...

    def change(
        self, company: str, id: int, fields: BaseModel, version: int | None, origin: str = "user"
    ) -> dict[str, Any]: ...

    def delete(self, company: str, id: int, version: int | None = None, origin: str = "user") -> None: ...

    def batch(self, company: str, items: Sequence[Item], origin: str) -> list[Done]: ...


class SyncShown(BaseModel):
    """What the sync engine last told about a record."""

    status: str
    detail: str
    books_name: str
    at: str


class Shown(BaseModel):
    """What is shown of every record on top of its fields. sync: null while the sync has said nothing of it."""

    id: int
    version: int = Field(description="+1 for each edit; send it back as If-Match or as version.")
    created_at: str
    modified_at: str
    origin: Literal["user", "api", "sync"] = Field(description="Who wrote last.")
    sync: SyncShown | None


@dataclass(frozen=True)
class RestKind:
    """path: below the company; key: of the record in changes and batches; noun, nouns: in sentences; fields, create,
    patch, put: how it is written; shown: how it is read; searched: what the search looks through; names: a sentence
    about its name; deleting: one about deleting it."""

    path: str
    key: str
    noun: str
    nouns: str
    fields: type[BaseModel]
    create: type[BaseModel]
    patch: type[BaseModel]
    put: type[BaseModel]
    shown: type[BaseModel]
    searched: str
    names: str
    deleting: str

    @property
    def title(self) -> str:
        return "".join(word.capitalize() for word in self.key.split("_"))

    @property
    def not_saved(self) -> str:
        return f"The {self.noun} cannot be saved: "


class _Models:
    """The bodies of a kind's routes, as they are described."""

    def __init__(self, kind: RestKind) -> None:
        title, shown = kind.title, kind.shown
        one: Any = {kind.key: (shown | None, ...)}
        change = create_model(
            f"{title}Change", position=(int, ...), id=(int, ...), deleted=(bool, ...), **one
        )
        result = create_model(
            f"{title}BatchResult", key=(str, ...), status=(Literal[200, 201, 404, 409, 422], ...), **one,
            problem=(asking.ProblemShown | None, ...),
        )  # fmt: skip
        wish: Any = {
            kind.key: (
                dict[str, Any],
                Field(
                    description="As for POST; in an update only what changes, and lists, where given, in full."
                ),
            )
        }
        item = create_model(f"{title}BatchItem", __base__=_BatchItem, **wish)
        many: Any = list[item]  # type: ignore[valid-type] # made just now
        self.page = create_model(
            f"{title}Page", items=(list[shown], ...), total=(int, ...),  # type: ignore[valid-type]
            next_cursor=(
                str | None,
                Field(description="Send it as cursor for the next page; null on the last one."),
            ),
        )  # fmt: skip
        self.changes = create_model(
            f"{title}Changes", items=(list[change], ...),  # type: ignore[valid-type]
            after=(int, Field(description="Send it as after next time.")), more=(bool, ...),
        )  # fmt: skip
        self.batch = create_model(
            f"{title}Batch", __base__=_Batch, items=(many, Field(max_length=BATCH_MOST))
        )
        self.results = create_model(f"{title}BatchResults", results=(list[result], ...))  # type: ignore[valid-type]


class _BatchItem(BaseModel):
    model_config = ConfigDict(extra="forbid")

    key: str = Field(
        min_length=1, max_length=100, description="Names this piece of work for ever: it is done once."
    )
    op: Literal["create", "update"]
    id: int | None = Field(None, ge=1, le=2**53)
    version: int | None = Field(
        None, ge=1, description="The version that was read; another one by now is 409."
    )


class _Batch(BaseModel):
    model_config = ConfigDict(extra="forbid")

    items: list[Any]


def add_routes(router: APIRouter, part: Part, kind: RestKind, allowed: Callable[..., str]) -> None:
    """The routes of a kind. ``allowed``: a dependency that gives the company or refuses the asker."""
    mine = Annotated[str, Depends(allowed)]
    made = _Models(kind)
    path, one_path = f"/{kind.path}", f"/{kind.path}/{{id}}"

    def asked(request: Request, company: mine) -> str:
        """Strangers are turned away before anything else is looked at."""
        known_query(request)
        return company

    filtered = Annotated[str, Depends(asked)]
    said = Query(
        description=f"What the sync last said of a {kind.noun}; {UNSPOKEN} = nothing.",
        json_schema_extra={"enum": list(WORDS)},
    )

    def listing(
        company: filtered,
        search: Annotated[str, Query(max_length=200, description=kind.searched)] = "",
        active: Literal["true", "false", "all"] = "all",
        changed_since: Annotated[str, Query(description="UTC, ISO 8601.", max_length=40)] = "",
        status: Annotated[str, said] = "",
        cursor: Annotated[str, Query(max_length=2000)] = "",
        limit: Limit = 50,
    ) -> Response:
        since = instant(changed_since) if changed_since else None
        if changed_since and since is None:
            raise HTTPException(422, "changed_since must be a time such as 2026-11-24T16:05:00Z.")
        if status and status not in WORDS:
            raise HTTPException(422, f"There is no status {status[:40]!r}; use one of: {', '.join(WORDS)}.")
        wanted = Wanted(search, ACTIVE[active], since, status)
        found = part.listing(company, wanted, after=read_cursor(cursor), limit=limit)
        following = write_cursor(found.following) if found.following else None
        return asking.answer({"items": found.items, "next_cursor": following, "total": found.total})

    def changes(
        company: filtered,
        after: Annotated[
            int, Query(ge=0, le=2**62, description="Position of the last change that you know.")
        ] = 0,
        limit: Limit = 500,
    ) -> Response:
        items, more = part.changes(company, after, limit)
        last = items[-1]["position"] if items else after
        return asking.answer({"items": items, "after": last, "more": more})

    def batch(company: mine, wish: Any, request: Request) -> Response:
        read = [_read(kind, item) for item in wish.items]
        good = [each for each in read if isinstance(each, Item)]
        done = iter(part.batch(company, good, asking.origin(request)) if good else [])
        results = [
            _result(kind, item.key, next(done)) if isinstance(each, Item) else each
            for item, each in zip(wish.items, read, strict=True)
        ]
        return asking.answer({"results": results})

    def create(company: mine, wish: Any, request: Request) -> Response:
        made = _told(kind, lambda: part.create(company, wish, asking.origin(request)), 409)
        response = asking.one(made, 201)
        response.headers["Location"] = f"{request.url.path.rstrip('/')}/{made['id']}"
        return response

    def read_one(company: mine, id: Id) -> Response:
        return asking.one(_told(kind, lambda: part.get(company, id), 409))

    def write(company: mine, id: Id, wish: Any, request: Request, if_match: IfMatch = "") -> Response:
        header = asking.stated_version(if_match)
        stated, refusal = (header, 412) if header is not None else (wish.version, 409)
        origin = asking.origin(request)
        return asking.one(_told(kind, lambda: part.change(company, id, wish, stated, origin), refusal))

    def replace(company: mine, id: Id, wish: Any, request: Request, if_match: IfMatch = "") -> Response:
        return write(company, id, wish, request, if_match)

    def delete(company: mine, id: Id, request: Request, if_match: IfMatch = "") -> None:
        version = asking.stated_version(if_match)
        _told(kind, lambda: part.delete(company, id, version, asking.origin(request)), 412)

    many, state = kind.nouns, "State the version that you read, in If-Match or in the body."
    several = (
        "Many creates and updates in one transaction. Each is judged alone and done once for its key: the same key "
        "again gives the first answer. What cannot be read or is forbidden (422) is not remembered, so it can be put "
        "right and sent again under its key."
    )
    add = router.add_api_route
    add(
        path, listing, methods=["GET"], response_model=made.page, responses=PROBLEMS,
        summary=f"List {many}",
        description=f"{many.capitalize()} by name, a page at a time. An unknown parameter is refused.",
    )  # fmt: skip
    add(
        f"{path}/changes", changes, methods=["GET"], response_model=made.changes, responses=PROBLEMS,
        description=f"What changed since, oldest first; each {kind.noun} once, deleted ones too. An unknown parameter "
        "is refused.",
    )  # fmt: skip
    add(
        f"{path}/batch", _taking(batch, made.batch), methods=["POST"], response_model=made.results, responses=PROBLEMS,
        description=several,
    )  # fmt: skip
    add(
        path, _taking(create, kind.create), methods=["POST"], status_code=201, response_model=kind.shown,
        responses=PROBLEMS, description=f"A new {kind.noun}. {kind.names}",
    )  # fmt: skip
    add(
        one_path, read_one, methods=["GET"], response_model=kind.shown, responses=ONE_PROBLEMS,
        description=f"One {kind.noun}; its version is in the ETag too.",
    )  # fmt: skip
    add(
        one_path, _taking(write, kind.patch), methods=["PATCH"], response_model=kind.shown, responses=ONE_PROBLEMS,
        name="change", description=f"Change the fields that are given. {state}",
    )  # fmt: skip
    add(
        one_path, _taking(replace, kind.put), methods=["PUT"], response_model=kind.shown, responses=ONE_PROBLEMS,
        description=f"Replace every field. {state}",
    )  # fmt: skip
    add(
        one_path, delete, methods=["DELETE"], status_code=204, responses=ONE_PROBLEMS,
        description=f"Delete. The change feed tells of it; the number is never used again. {kind.deleting}".strip(),
    )  # fmt: skip


def _taking(endpoint: Endpoint, body: type[BaseModel]) -> Endpoint:
    """The endpoint with this model as its body ``wish``."""
    endpoint.__annotations__["wish"] = body
    return endpoint


def _told(kind: RestKind, wish: Callable[[], T], conflict: int) -> T:
    """Expected trouble as a problem. conflict: 412 when the version was in a header, 409 when in the body."""
    try:
        return wish()
    except NotThere as error:
        raise HTTPException(404, str(error)) from None
    except Conflict as error:
        raise problems.Problem(conflict, str(error), current=error.current) from None
    except InUse as error:
        raise HTTPException(409, str(error)) from None
    except Refused as error:
        told = f"{kind.not_saved}{problems.sentence(error.errors)}"
        raise problems.Problem(422, told, errors=error.errors) from None


def _read(kind: RestKind, item: Any) -> Item | dict[str, Any]:
    """One item of a batch, or the result that refuses it."""
    if (item.op == "update") != (item.id is not None):
        told = f"an update needs the id of a {kind.noun}" if item.op == "update" else "a create takes no id"
        return _refused(kind, item.key, [{"field": "id", "message": told}])
    given = getattr(item, kind.key)
    try:
        if item.op == "create":
            return Item(item.key, None, None, kind.create.model_validate(given))
        return Item(item.key, item.id, item.version, kind.fields.model_validate(given))
    except ValidationError as error:
        return _refused(kind, item.key, problems.field_errors(error))


def _refused(kind: RestKind, key: str, errors: list[dict[str, str]]) -> dict[str, Any]:
    told = f"{kind.not_saved}{problems.sentence(errors)}"
    return {"key": key, "status": 422, kind.key: None, "problem": problems.body(422, told, errors=errors)}


def _result(kind: RestKind, key: str, done: Done) -> dict[str, Any]:
    if done.errors:
        return _refused(kind, key, list(done.errors))
    problem = problems.body(done.status, done.told) if done.told else None
    return {"key": key, "status": done.status, kind.key: done.record, "problem": problem}
