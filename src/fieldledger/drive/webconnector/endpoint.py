"""The address that the Web Connector calls: POST takes a call, GET ?wsdl describes the service, GET says who is here.

Every answer is HTTP 200 with ``text/xml; charset=utf-8``: the .NET client takes anything else for a broken server. The
only exception is a body that is too large to be read.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

import structlog
from anyio import to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from fieldledger.drive.webconnector import envelope
from fieldledger.drive.webconnector.envelope import Answer, Unreadable
from fieldledger.drive.webconnector.login import Login
from fieldledger.drive.webconnector.operations import Operations
from fieldledger.drive.webconnector.wsdl import wsdl
from fieldledger.session.ports import Accounts, Engine

MEDIA_TYPE = "text/xml; charset=utf-8"
LARGEST_BODY = 256 * 1024 * 1024
"""Bytes. 100,000 customers in one answer are about 180 MB; pages are never that large."""
IN_THREAD = 64 * 1024

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Fieldledger</title>
<p>This address is for the QuickBooks Web Connector. <a href="/">Fieldledger's pages</a> are elsewhere.</p></html>"""

_BROKEN: Mapping[str, Answer] = {
    "receiveResponseXML": -1,
    "authenticate": ("", "nvu"),
    "connectionError": "done",
}
"""What to answer when a call's body cannot be read, but the SOAPAction header tells which one it was: the answer that
ends the session cleanly. All others are answered with empty text."""

log = structlog.get_logger()


class TooLarge(Exception):
    """The body is over the limit; ``head`` is how it began."""

    def __init__(self, head: bytes) -> None:
        super().__init__()
        self.head = head


def routes(
    engine: Engine,
    accounts: Accounts,
    *,
    path: str = "/qbwc",
    login: Login | None = None,
    largest_body: int = LARGEST_BODY,
) -> list[Route]:
    """The routes of the endpoint, for any Starlette application."""
    operations = Operations(engine, login or Login(accounts))

    async def call(request: Request) -> Response:
        started = time.perf_counter()
        named = request.headers.get("soapaction", "").strip().strip('"').rsplit("/", 1)[-1]
        try:
            body = await _body(request, largest_body)
        except TooLarge as error:
            log.warning("webconnector.too_large", operation=named, limit=largest_body)
            return await broken(
                named, error.head, f"The message is larger than {largest_body // 1024 // 1024} MB."
            )
        except ClientDisconnect:
            return Response(status_code=400)
        try:
            if len(body) > IN_THREAD:
                found = await to_thread.run_sync(envelope.read, body)
            else:
                found = envelope.read(body)
        except Unreadable as error:
            log.warning("webconnector.unreadable", operation=named, why=str(error), size=len(body))
            return await broken(named, body, str(error))
        address = request.client.host if request.client else ""
        answer = await to_thread.run_sync(operations.answer, found.operation, found.parameters, address)
        content = envelope.write(found.operation, answer)
        log.info(
            "webconnector.call", operation=found.operation, size_in=len(body), size_out=len(content),
            mended=found.mended, ms=round(1000 * (time.perf_counter() - started), 1),
        )  # fmt: skip
        return Response(content, media_type=MEDIA_TYPE)

    async def broken(named: str, body: bytes, why: str) -> Response:
        if named not in envelope.PARAMETERS:
            return Response(
                envelope.fault(f"Fieldledger could not read the message: {why}"), media_type=MEDIA_TYPE
            )
        if named == "receiveResponseXML":
            answer = await to_thread.run_sync(operations.unreadable_reply, envelope.ticket_in(body))
        else:
            answer = _BROKEN.get(named, "")
        return Response(envelope.write(named, answer), media_type=MEDIA_TYPE)

    async def describe(request: Request) -> Response:
        if "wsdl" in (key.lower() for key in request.query_params):
            return Response(wsdl(str(request.url.replace(query=""))), media_type=MEDIA_TYPE)
        return HTMLResponse(PAGE)

    return [
        Route(path, call, methods=["POST"], include_in_schema=False),
        Route(path, describe, methods=["GET"], include_in_schema=False),
    ]


async def _body(request: Request, largest: int) -> bytes:
    """The whole body. Past the limit nothing is kept, but what the client still sends is read off (up to four times
    the limit), since a client whose sending is cut short never sees the answer."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size <= largest:
            parts.append(part)
        elif size > 4 * largest:
            break
        else:
            del parts[1:]
    if size > largest:
        raise TooLarge(b"".join(parts)[:IN_THREAD])
    return b"".join(parts)
