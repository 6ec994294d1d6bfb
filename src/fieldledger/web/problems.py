"""Errors, in one voice: application/problem+json (RFC 9457) for every API, a page in words for people.

Nothing internal is told: an unexpected error says so and stands in the server's log.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from jinja2 import Environment
from pydantic import ValidationError
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.responses import Response

from fieldledger.web.pages import environment

MEDIA_TYPE = "application/problem+json"
UNEXPECTED = (
    "Something went wrong on the server. Nothing was half done. Try again; if it stays, look at the log."
)
HEADINGS = {
    401: "Please log in",
    403: "Not allowed",
    404: "Not found",
    409: "Somebody else was first",
    422: "That did not work",
}


class Problem(HTTPException):
    """An HTTP error with more to tell than a sentence."""

    def __init__(self, status: int, detail: str, **more: Any) -> None:
        super().__init__(status, detail)
        self.more = more


def body(status: int, detail: str, **more: Any) -> dict[str, Any]:
    """A problem as JSON: title is the status in words, detail a sentence for people."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        **more,
    }


def response(status: int, detail: str, headers: Mapping[str, str] | None = None, **more: Any) -> JSONResponse:
    """The same as an answer."""
    return JSONResponse(body(status, detail, **more), status, headers, MEDIA_TYPE)


def field_errors(error: ValidationError | RequestValidationError) -> list[dict[str, str]]:
    """Which field, what is wrong with it, and what to do."""
    return [
        {
            "field": ".".join(str(part) for part in each["loc"] if part != "body"),
            "message": _message(each),
        }
        for each in error.errors()
    ]


def sentence(errors: Sequence[Mapping[str, str]]) -> str:
    """The first few field errors as one sentence."""
    told = [f"{each['field']}: {each['message']}" if each["field"] else each["message"] for each in errors]
    more = f" and {len(told) - 5} more" if len(told) > 5 else ""
    return "; ".join(text.rstrip(".") for text in told[:5]) + more + "."


def _message(each: Mapping[str, Any]) -> str:
    """Pydantic's words in ours, for the mistakes that people make."""
    limits: Mapping[str, Any] = each.get("ctx") or {}
    match each["type"]:
        case "missing":
            return "This is needed; please fill it in."
        case "extra_forbidden":
            return "There is no such field; leave it out."
        case "string_type":
            return "This must be text."
        case "string_too_long":
            given = len(each["input"]) if isinstance(each["input"], str) else "more"
            return f"At most {limits['max_length']} characters fit here and {given} were given; please shorten it."
        case "string_too_short":
            return "This may not be blank; please fill it in."
        case "too_long":
            return f"At most {limits['max_length']} are possible and there were {limits['actual_length']}."
        case "int_type" | "int_parsing" | "int_from_float":
            return "This must be a whole number."
        case "greater_than_equal":
            return f"This must be at least {limits['ge']}."
        case "less_than_equal":
            return f"This can be at most {limits['le']}."
        case "literal_error":
            return f"This must be one of: {limits['expected']}."
        case "json_invalid":
            return f"The body is not valid JSON ({limits['error']})."
        case _:
            return str(each["msg"]).removeprefix("Value error, ")


def install(app: FastAPI) -> None:
    """Answer every error of ``app``: as a page to a browser that looks at pages, as a problem to everybody else."""
    templates = environment("fieldledger.web")

    async def http_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, StarletteHTTPException)
        if _wants_page(request):
            return _page(templates, error.status_code, str(error.detail), error.headers)
        more = error.more if isinstance(error, Problem) else {}
        return response(error.status_code, str(error.detail), error.headers, **more)

    async def not_valid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        errors = field_errors(error)
        detail = f"The request cannot be carried out: {sentence(errors)}"
        if _wants_page(request):
            return _page(templates, 422, detail)
        return response(422, detail, errors=errors)

    async def unexpected(request: Request, _: Exception) -> Response:
        # Starlette raises the error again after this answer, so it is logged and never lost.
        if _wants_page(request):
            return _page(templates, 500, UNEXPECTED)
        return response(500, UNEXPECTED)

    app.add_exception_handler(StarletteHTTPException, http_error)
    app.add_exception_handler(RequestValidationError, not_valid)
    app.add_exception_handler(Exception, unexpected)


def _wants_page(request: Request) -> bool:
    path = request.url.path
    return not path.startswith("/api/") and "text/html" in request.headers.get("accept", "")


def _page(
    templates: Environment, status: int, detail: str, headers: Mapping[str, str] | None = None
) -> HTMLResponse:
    title = HEADINGS.get(status, "Something went wrong" if status >= 500 else HTTPStatus(status).phrase)
    text = templates.get_template("error.html").render(
        company=None, section="", status=status, title=title, detail=detail
    )
    return HTMLResponse(text, status, headers)
