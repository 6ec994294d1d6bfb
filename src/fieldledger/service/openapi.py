"""The OpenAPI document: what FastAPI writes, with the token declared and every route's problems as they are sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from fieldledger.desk.asking import ProblemShown
from fieldledger.web.problems import MEDIA_TYPE

ALWAYS = {
    401: "No token, or one that is not known",
    403: "Another company's token",
    422: "The request cannot be carried out as it was put",
    500: "Something unexpected; the server's log says where",
}
WITH_BODY = {400: "The body cannot be read", 413: "The body is too large"}
TOKEN = "token"  # noqa: S105 - the name of the scheme
PROBLEM = {"$ref": "#/components/schemas/Problem"}


def problems_of(told: Mapping[int, str]) -> dict[int | str, dict[str, Any]]:
    """For a route's ``responses``: problems beside the ones that every route may answer."""
    return {status: _problem(text) for status, text in told.items()}


def operation_id(route: APIRoute) -> str:
    """``get_runs_run_report``: the method and the path below the company. Unique, and stable as long as the path is."""
    path = route.path.removeprefix("/api/v1/companies/{company}")
    words = re.sub(r"[^a-z0-9]+", "_", path.lower()).strip("_")
    return f"{min(route.methods or {'GET'}).lower()}_{words}"


def document(app: FastAPI) -> dict[str, Any]:
    """Written once and kept by the application."""
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
            tags=app.openapi_tags,
        )
        app.openapi_schema = _completed(made)
    return app.openapi_schema


def _completed(made: dict[str, Any]) -> dict[str, Any]:
    components = made.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schema = ProblemShown.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(schema.pop("$defs", {}))
    schemas["Problem"] = schema
    components["securitySchemes"] = {
        TOKEN: {
            "type": "http",
            "scheme": "bearer",
            "description": "The company's token, as `fieldledger company add` showed it. It opens that company only.",
        }
    }
    made["security"] = [{TOKEN: []}]
    for path in made["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict) and "responses" in operation:
                operation["responses"] = _responses(operation)
    return made


def _responses(operation: dict[str, Any]) -> dict[str, Any]:
    """Problems in their one form, in the order of their numbers."""
    given: dict[str, Any] = operation["responses"]
    told = {**ALWAYS, **(WITH_BODY if "requestBody" in operation else {})}
    for status, response in given.items():
        if status.isdigit() and int(status) >= 400 and MEDIA_TYPE in response.get("content", {}):
            told[int(status)] = response["description"]
    good = {
        status: response for status, response in given.items() if not status.isdigit() or int(status) < 400
    }
    return {**good, **{str(status): _problem(told[status]) for status in sorted(told)}}


def _problem(text: str) -> dict[str, Any]:
    return {"description": text, "content": {MEDIA_TYPE: {"schema": PROBLEM}}}
