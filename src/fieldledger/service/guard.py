"""What stands before every route: which names this server answers to, and how large a request may be.

Pure ASGI, so that a body of 20 MB passes through without being copied. It never looks into a body.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from fastapi import FastAPI, HTTPException, Request
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fieldledger.web import problems

LARGEST_BODY = 64 * 1024 * 1024
"""Bytes of a REST request or a form: a batch of 500 customers with 50 locations each stays far below. The Web
Connector's address has a limit of its own."""


class KnownHosts:
    """Answers only to names that are ours.

    A page elsewhere can point a name of its own at this computer and then read what the server says as if it were its
    own (DNS rebinding); its requests carry that name. Numbers in the Host header need no name service, so they cannot
    be such a trick. ``names`` None: any name, for a server that was told to listen to the network.
    """

    def __init__(self, app: ASGIApp, names: Iterable[str] | None) -> None:
        self.app = app
        self.names = None if names is None else {name.lower() for name in names}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self.names is not None:
            host = host_name(Headers(scope=scope).get("host", ""))
            if host and host not in self.names and not _is_number(host):
                told = (
                    f"This server does not answer to the name {host[:80]!r}. If it should be reached under that "
                    f"name, start it with --public-url https://{host[:80]}."
                )
                answer: Response = (
                    problems.response(421, told)
                    if scope["path"].startswith("/api")
                    else PlainTextResponse(told + "\n", 421)
                )
                await answer(scope, receive, send)
                return
        await self.app(scope, receive, send)


def host_name(header: str) -> str:
    """The name in a Host header, without its port: ``[::1]:8470`` → ``::1``."""
    header = header.strip().lower()
    if header.startswith("["):
        return header[1:].partition("]")[0]
    return header.partition(":")[0].rstrip(".")


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


class LargestBody:
    """Refuses bodies over a limit with 413. What is over it is read off but not kept (up to four times the limit),
    since a client whose sending is cut short never sees the answer."""

    def __init__(self, app: ASGIApp, largest: int = LARGEST_BODY, except_path: str = "") -> None:
        self.app, self.largest, self.except_path = app, largest, except_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].rstrip("/") == self.except_path:
            await self.app(scope, receive, send)
            return
        size = 0

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > self.largest:
                while message.get("more_body") and size <= 4 * self.largest:
                    message = await receive()
                    size += len(message.get("body", b""))
                raise HTTPException(413, f"A request may have {self.largest // 1024 // 1024} MB at most.")
            return message

        await self.app(scope, counted, send)


def refuse_half_characters(app: FastAPI) -> None:
    """JSON can name half of a character (``"\\ud800"``), which nothing can store or send: the asker's mistake, not
    ours. Nothing was written, since the transaction was undone."""

    async def refused(_: Request, error: Exception) -> Response:
        if not isinstance(error, UnicodeEncodeError) or error.reason != "surrogates not allowed":
            raise error
        return problems.response(
            422, "There is half a character (a lone surrogate) in the request; remove it."
        )

    app.add_exception_handler(UnicodeEncodeError, refused)
