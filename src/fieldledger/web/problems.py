"""Errors as application/problem+json (RFC 9457), for every API of the product."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.exceptions import HTTPException as StarletteHTTPException

from fieldledger.web.pages import Pages

MEDIA_TYPE = "application/problem+json"


class Problem(HTTPException):
    """An HTTP error with more to tell than a sentence."""

    def __init__(self, status: int, detail: str, **more: Any) -> None:
        super().__init__(status, detail)
        self.more = more


def response(status: int, detail: str, headers: Any = None, **more: Any) -> JSONResponse:
    """title is the status in words, detail a sentence for people."""
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return JSONResponse(body, status, headers, MEDIA_TYPE)


def field_errors(error: ValidationError | RequestValidationError) -> list[dict[str, str]]:
    """Which field, and what is wrong with it."""
    return [
        {"field": ".".join(str(part) for part in each["loc"] if part != "body"), "message": _message(each)}
        for each in error.errors()
    ]


def _message(each: Any) -> str:
    message = str(each["msg"])
    return message.removeprefix("Value error, ")


def _page(request: Request, status: int, detail: str) -> Response | None:
    """For people with a browser, away from the APIs, a page that says the same."""
    if request.url.path.startswith("/api/") or "text/html" not in request.headers.get("accept", ""):
        return None
    title = {401: "Please log in", 404: "Not here", 403: "Not allowed"}.get(status, HTTPStatus(status).phrase)
    return Pages("fieldledger.web", b"").show(request, "error.html", status, title=title, detail=detail)


def install(app: FastAPI) -> None:
    """Answer every error of ``app`` as a problem, or as a page where a person is looking."""

    async def http_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, StarletteHTTPException)
        more = error.more if isinstance(error, Problem) else {}
        page = _page(request, error.status_code, str(error.detail))
        return page or response(error.status_code, str(error.detail), error.headers, **more)

    async def not_valid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        errors = field_errors(error)
        detail = "; ".join(f"{each['field']}: {each['message']}" for each in errors[:5])
        page = _page(request, 422, f"That cannot be: {detail}.")
        return page or response(422, f"The request cannot be carried out: {detail}.", errors=errors)

    app.add_exception_handler(StarletteHTTPException, http_error)
    app.add_exception_handler(RequestValidationError, not_valid)
