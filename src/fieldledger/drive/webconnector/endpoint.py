"""The address that the Web Connector calls: POST takes a call, GET ?wsdl describes the service, GET says who is here.

Every POST is answered with HTTP 200 and ``text/xml; charset=utf-8``, whatever it brought: the .NET client takes
anything else for a broken server. Nothing of a body ever reaches the log.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeAlias

import structlog
from anyio import CapacityLimiter, to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from fieldledger.drive.webconnector import envelope
from fieldledger.drive.webconnector.envelope import Unreadable
from fieldledger.drive.webconnector.login import Login
from fieldledger.drive.webconnector.operations import Operations, mark, where
from fieldledger.drive.webconnector.wsdl import wsdl
from fieldledger.session.ports import Accounts, Engine

MEDIA_TYPE = "text/xml; charset=utf-8"
LARGEST_BODY = 128 * 1024 * 1024
"""Bytes. 10,000 customers in one answer are about 18 MB, and pages are a tenth of that."""
IN_THREAD = 64 * 1024
"""Bytes from which a body is read in a thread, so that nobody else waits for it."""
READERS = 4
"""Large bodies that are read at a time."""

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Fieldledger</title>
<p>This address is for the QuickBooks Web Connector. <a href="/">Fieldledger's pages</a> are elsewhere.</p></html>"""

Facts: TypeAlias = dict[str, str | int | bool]
"""What the log may know of a call."""

log = structlog.get_logger()


def routes(
    engine: Engine,
    accounts: Accounts,
    *,
    path: str = "/qbwc",
    login: Login | None = None,
    largest_body: int = LARGEST_BODY,
    public_address: str = "",
) -> list[Route]:
    """The routes of the endpoint, for any Starlette application.

    largest_body    bytes that one call may have; all calls together may hold twice as many.
    public_address  how the endpoint is reached, for the WSDL; "" = as the one who asks reached it.
    """
    operations = Operations(engine, login or Login(accounts))
    intake = Intake(largest_body)
    readers = CapacityLimiter(READERS)

    async def call(request: Request) -> Response:
        started = time.perf_counter()
        headers: dict[str, str] = {}
        try:
            async with intake.body(request) as body:
                if isinstance(body, TooLarge) and body.cut:
                    headers["Connection"] = "close"
                content, facts = await _answer(operations, readers, request, body)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it
        except Exception as error:
            log.error("webconnector.failed", **where(error))
            content, facts = envelope.fault("Fieldledger ran into an error of its own."), {}
        log.info("webconnector.call", **facts, size_out=len(content), ms=_milliseconds(started))
        return Response(content, media_type=MEDIA_TYPE, headers=headers)

    async def describe(request: Request) -> Response:
        if "wsdl" in (key.lower() for key in request.query_params):
            address = public_address or str(request.url.replace(query=""))
            return Response(wsdl(address), media_type=MEDIA_TYPE)
        return HTMLResponse(PAGE)

    return [
        Route(each, handler, methods=[method], include_in_schema=False)
        for each in (path, path + "/")  # the client does not follow redirects
        for handler, method in ((call, "POST"), (describe, "GET"))
    ]


async def _answer(
    operations: Operations, readers: CapacityLimiter, request: Request, body: bytearray | TooLarge
) -> tuple[bytes, Facts]:
    try:
        if isinstance(body, TooLarge):
            raise Unreadable(body.why)
        if len(body) > IN_THREAD:
            found = await to_thread.run_sync(envelope.read, body, limiter=readers)
        else:
            found = envelope.read(body)
    except Unreadable as error:
        return await _unread(operations, request, body, str(error))
    address = request.client.host if request.client else ""
    answer = await operations.answer(found.operation, found.parameters, address)
    facts: Facts = {
        "operation": found.operation, "session": mark(found.parameters), "size_in": len(body),
        "mended": found.mended,
    }  # fmt: skip
    return envelope.write(found.operation, answer), facts


async def _unread(
    operations: Operations, request: Request, body: bytearray | TooLarge, why: str
) -> tuple[bytes, Facts]:
    """Answer as the operation demands, if it can be told which one it was; else with a SOAP fault."""
    head = body.head if isinstance(body, TooLarge) else body
    operation = envelope.operation_in(request.headers.get("soapaction", ""), head)
    log.warning("webconnector.unreadable", operation=operation, why=why)
    facts: Facts = {"operation": operation, "size_in": len(body)}
    if not operation:
        return envelope.fault(f"Fieldledger could not read the message: {why}."), facts
    answer = await operations.answer_unread(operation, envelope.ticket_in(head), why)
    return envelope.write(operation, answer), facts


class TooLarge:
    """A body that was not kept: why, how it began, how long it was as far as it was read; ``cut``: there is more."""

    def __init__(self, why: str, head: bytes, size: int, cut: bool) -> None:
        self.why, self.head, self.size, self.cut = why, head, size, cut

    def __len__(self) -> int:
        return self.size


class Intake:
    """Takes bodies in, and knows how many bytes the large ones hold together: no flood of them fills the memory, and
    none keeps out the small ones."""

    def __init__(self, largest: int) -> None:
        self.largest, self.together = largest, 2 * largest
        self.holding = 0

    @asynccontextmanager
    async def body(self, request: Request) -> AsyncIterator[bytearray | TooLarge]:
        """The whole body, counted as long as it is worked on. Past the limit nothing is kept, but what the client
        still sends is read off (up to four times the limit), since a client whose sending is cut short never sees
        the answer."""
        kept = bytearray()
        size = held = 0
        refused = ""
        try:
            async for part in request.stream():
                size += len(part)
                more = max(0, size - envelope.HEAD) - held
                if not refused:
                    refused = self._refusal(size, more)
                if refused:
                    del kept[envelope.HEAD :]
                    kept += part[: envelope.HEAD - len(kept)]
                    self.holding -= held
                    held = 0
                    if size > 4 * self.largest:
                        break
                else:
                    kept += part
                    self.holding += more
                    held += more
            yield TooLarge(refused, bytes(kept), size, size > 4 * self.largest) if refused else kept
        finally:
            self.holding -= held

    def _refusal(self, size: int, more: int) -> str:
        if size > self.largest:
            return f"it is larger than {self.largest:,} bytes, the most that this server takes"
        if more and self.holding + more > self.together:
            return "too many large messages are being worked on; it may come again later"
        return ""


def _milliseconds(started: float) -> float:
    return round(1000 * (time.perf_counter() - started), 1)
