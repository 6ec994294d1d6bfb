"""What all of the desk's REST endpoints share: who may ask, versions, cursors, instants, answers.

It knows no kind of record.
"""

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypeAlias

import msgspec
from fastapi import Header, HTTPException, Path, Query, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel

from fieldledger.web.problems import Problem

Authorise: TypeAlias = Callable[[Request, str], None]
"""Raises HTTPException when the asker of this request may not touch this company."""

Id = Annotated[int, Path(ge=1, le=2**53, description="The record's number.")]
IfMatch = Annotated[
    str,
    Header(
        alias="If-Match",
        description='The version that was read, such as "3"; another one by now is 412, and nothing is done.',
    ),
]
Limit = Annotated[int, Query(ge=1, le=1000, description="At most so many at once.")]


class FieldError(BaseModel):
    """One field: what is wrong with it and what to do."""

    field: str
    message: str


class ProblemShown(BaseModel):
    """An error (RFC 9457). detail is a sentence for people; current is the record as it is now, on conflicts."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[FieldError] = []
    current: dict[str, Any] | None = None


def _problem_schema() -> dict[str, Any]:
    """In one piece: it stands inside a route's answers, where a reference of its own would lead nowhere."""
    schema = ProblemShown.model_json_schema()
    parts = schema.pop("$defs")
    schema["properties"]["errors"]["items"] = parts[FieldError.__name__]
    return schema


PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": text, "content": {"application/problem+json": {"schema": _problem_schema()}}}
    for status, text in {
        401: "No valid token", 403: "Another company's token", 422: "The request cannot be carried out",
    }.items()
}  # fmt: skip
ONE_PROBLEMS: dict[int | str, dict[str, Any]] = {
    **PROBLEMS,
    **{
        status: {**PROBLEMS[422], "description": text}
        for status, text in {
            404: "There is no such record",
            409: "Another version than the one stated in the body",
            412: "Another version than the one stated in If-Match",
        }.items()
    },
}


def answer(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """JSON, encoded at once: hundreds of records go out in one answer."""
    return Response(msgspec.json.encode(content), status, headers, "application/json")


def one(record: Mapping[str, Any], status: int = 200) -> Response:
    """One record, with its version as ETag."""
    return answer(record, status, {"ETag": f'"{record["version"]}"'})


def origin(request: Request) -> str:
    """Who writes: the sync engine says so itself, everybody else is a program. Raises 403 for a program that passes
    itself off as the sync, which no lock binds (spec 5.1)."""
    if request.headers.get("x-fieldledger-origin") != "sync":
        return "api"
    only_the_sync(request)
    return "sync"


def only_the_sync(request: Request) -> None:
    """Raises 403 where others than the engine ask: `fieldledger.desk.app.create_app` makes an application for the
    engine alone."""
    if not getattr(request.app.state, "for_the_engine", False):
        raise HTTPException(403, "Only the sync with QuickBooks itself may write this.")


def known_query(request: Request) -> None:
    """422 for a query parameter that the route does not know, or that comes twice: a misspelled filter must not
    silently show everything."""
    route = request.scope["route"]
    assert isinstance(route, APIRoute)
    known = [each.alias for each in route.dependant.query_params]
    errors: list[dict[str, str]] = []
    given = request.query_params
    for name in given:
        told = f"It may be given once and came {len(given.getlist(name))} times; give one."
        if name not in known:
            told = f"There is no such parameter here; there are: {', '.join(known)}."
        elif len(given.getlist(name)) == 1:
            continue
        errors.append({"field": f"query.{name[:100]}", "message": told})
    if errors:
        named = "; ".join(f"{each['field'][6:]}: {each['message'].rstrip('.')}" for each in errors[:5])
        raise Problem(422, f"The list cannot be given: {named}.", errors=errors)


def stated_version(if_match: str) -> int | None:
    """The version in If-Match; None when the header is absent ("") or takes any."""
    header = if_match.strip()
    if header in ("", "*"):
        return None
    bare = header.removeprefix("W/").strip('"')
    if not (bare.isascii() and bare.isdigit() and len(bare) < 16):
        raise HTTPException(422, f'If-Match must be a version such as "3", not {header[:40]!r}.')
    return int(bare)


def write_cursor(spot: tuple[str, int]) -> str:
    """Where the next page starts: opaque to whoever carries it."""
    return base64.urlsafe_b64encode(json.dumps(spot).encode()).decode().rstrip("=")


def read_cursor(text: str) -> tuple[str, int] | None:
    """What `write_cursor` wrote. Raises 422 for anything else."""
    if not text:
        return None
    try:
        name, id = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if isinstance(name, str) and type(id) is int and abs(id) < 2**63:
            return name, id
    except (ValueError, TypeError, binascii.Error):
        pass
    raise HTTPException(422, "The cursor is not one that this server gave; start again without it.")
