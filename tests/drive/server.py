"""A real uvicorn server around an endpoint, and a raw socket to it: what the tests of the wire stand on."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from starlette.applications import Starlette

from fieldledger.drive.webconnector.endpoint import routes
from fieldledger.drive.webconnector.login import hash_password
from fieldledger.session.ports import Account, Accounts, Context, Engine, Opened, Progress, Send, Stop, Wait
from fieldledger.web.security import SecurityHeaders

USER, PASSWORD = "fieldledger-c1", "right-right-right"
HASHED = hash_password(PASSWORD)
TICKET = "a-ticket-of-this-test"
NAMESPACE = "http://developer.intuit.com/"


class OneAccount:
    """The accounts of a server with one company."""

    def __init__(self, company: str = "c1") -> None:
        self.account = Account(company=company, user=USER, password_hash=HASHED)

    def find(self, user: str) -> Account | None:
        return self.account if user == USER else None

    def refused(self, company: str) -> None:
        """Nobody looks for trouble here."""


class Scripted:
    """An engine that notes what it is asked and answers what the test says; an exception as answer is raised."""

    def __init__(self, **answers: Any) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.answers: dict[str, Any] = {
            "open": Opened(ticket=TICKET), "next_request": Send(text="<QBXML/>"), "on_reply": Progress(percent=50),
            "on_failure": Progress(percent=-1), "connection_failed": None, "last_error": "The engine's words.",
            "close": "Done.",
        } | answers  # fmt: skip

    def _answer(self, name: str, *given: Any) -> Any:
        self.asked.append((name, *given))
        answer = self.answers[name]
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def open(self, company: str) -> Any:
        return self._answer("open", company)

    def next_request(self, ticket: str, context: Context) -> Send | Wait | Stop:
        return self._answer("next_request", ticket, context)

    def on_reply(self, ticket: str, text: str | bytes) -> Progress:
        return self._answer("on_reply", ticket, text)

    def on_failure(self, ticket: str, hresult: str, message: str) -> Progress:
        return self._answer("on_failure", ticket, hresult, message)

    def connection_failed(self, ticket: str, hresult: str, message: str) -> str | None:
        return self._answer("connection_failed", ticket, hresult, message)

    def last_error(self, ticket: str) -> str:
        return self._answer("last_error", ticket)

    def close(self, ticket: str) -> str:
        return self._answer("close", ticket)


@dataclass
class Answered:
    """An HTTP answer as it came over the socket."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Served:
    port: int

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}/qbwc"

    def connect(self) -> socket.socket:
        return socket.create_connection(("localhost", self.port), timeout=20)

    def post(self, body: bytes, action: str | None = None, **headers: str) -> Answered:
        """One call on a connection of its own. action: the SOAPAction header as it is to be sent, None = none."""
        lines = [f"Content-Length: {len(body)}", "Content-Type: text/xml; charset=utf-8"]
        lines += [f"SOAPAction: {action}"] if action is not None else []
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        return self.exchange("POST /qbwc", lines, body)

    def call(self, operation: str, **parameters: str | None) -> Answered:
        return self.post(envelope(operation, **parameters), f'"{NAMESPACE}{operation}"')

    def get(self, target: str) -> Answered:
        return self.exchange(f"GET {target}", [], b"")

    def exchange(self, request: str, lines: list[str], body: bytes) -> Answered:
        head = (
            "\r\n".join([f"{request} HTTP/1.1", "Host: localhost", "Connection: close", *lines]) + "\r\n\r\n"
        )
        with self.connect() as connection:
            connection.sendall(head.encode("latin-1") + body)
            return received(connection)


def received(connection: socket.socket) -> Answered:
    """Everything until the server hangs up, as one answer. Interim answers are skipped."""
    data = b""
    while part := connection.recv(1 << 16):
        data += part
    while data.startswith(b"HTTP/1.1 1"):
        data = data.split(b"\r\n\r\n", 1)[1]
    head, _, body = data.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    return Answered(int(first.split()[1]), headers, body)


def envelope(operation: str, /, **parameters: str | None) -> bytes:
    """A call as .NET writes it: "" is an empty element, None leaves the element out."""
    inner = "".join(
        f"<{name} />" if value == "" else f"<{name}>{escaped(value)}</{name}>"
        for name, value in parameters.items()
        if value is not None
    )
    return wrapped(f'<{operation} xmlns="{NAMESPACE}">{inner}</{operation}>')


def wrapped(inner: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">'
        f"<soap:Body>{inner}</soap:Body></soap:Envelope>"
    ).encode()


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@contextmanager
def serve(engine: Engine, accounts: Accounts | None = None, **options: Any) -> Iterator[Served]:
    """The endpoint behind the headers of the real application, on a port of its own."""
    app = Starlette(routes=routes(engine, accounts or OneAccount(), **options))
    app.add_middleware(SecurityHeaders)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(
        uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=2)
    )
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    wait_until(lambda: server.started)
    try:
        yield Served(listener.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(timeout=15)
        listener.close()


def wait_until(true: Callable[[], bool], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.005)
