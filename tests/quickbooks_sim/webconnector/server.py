"""A tiny server that answers what a test says, byte for byte if need be, and remembers what it was sent."""

from __future__ import annotations

import http.server
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from quickbooks_sim.webconnector.qwc import Qwc

NAMESPACE = "http://developer.intuit.com/"
OWNER = "{57F3B9B1-86F1-4FCC-B1EE-566DE1813D20}"
FILE = "{90A44FB5-33D9-4815-AC85-BC87A7E7D1EB}"
QUERY = (
    '<?xml version="1.0"?><?qbxml version="13.0"?>'
    '<QBXML><QBXMLMsgsRq onError="stopOnError">{}</QBXMLMsgsRq></QBXML>'
)
HOST = QUERY.format('<HostQueryRq requestID="7"/>')


@dataclass
class Http:
    """An HTTP answer in full."""

    body: bytes = b""
    content_type: str | None = "text/xml; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    chunked: bool = False
    version: str = "HTTP/1.1"


Answer = Http | bytes | str | int | tuple[str, ...] | None
"""A text, a number, authenticate's array, a SOAP body's content (bytes), a whole HTTP answer; None = hang up."""


@dataclass
class Call:
    """One call as it came."""

    operation: str
    parameters: dict[str, str]
    headers: dict[str, str]
    body: bytes


class Script:
    """What to answer: per operation an answer, or several, of which the last is repeated. Calls are noted."""

    def __init__(self, **answers: Answer | list[Answer] | Callable[[Call], Answer]) -> None:
        self.answers: dict[str, Any] = {
            "serverVersion": "1.0", "clientVersion": "", "authenticate": ("ticket", ""), "sendRequestXML": [HOST, ""],
            "receiveResponseXML": 100, "connectionError": "done", "getLastError": "nothing to say",
            "closeConnection": "Bye.", "getInteractiveURL": "http://localhost/look", "interactiveRejected": "A pity.",
        } | answers  # fmt: skip
        self.calls: list[Call] = []
        self.half_heard: list[int] = []
        """Bytes that came of calls whose caller hung up in the middle."""

    @property
    def order(self) -> list[str]:
        return [call.operation for call in self.calls]

    def of(self, operation: str) -> list[Call]:
        return [call for call in self.calls if call.operation == operation]

    def answer(self, call: Call) -> Answer:
        found = self.answers[call.operation]
        if callable(found):
            found = found(call)
        if isinstance(found, list):
            before = len(self.of(call.operation)) - 1
            found = found[min(before, len(found) - 1)]
        return found  # type: ignore[no-any-return]


def enveloped(content: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">'
        f"<soap:Body>{content}</soap:Body></soap:Envelope>"
    ).encode()


def result(operation: str, content: str) -> bytes:
    """An answer with this XML inside the result element."""
    inner = f"<{operation}Result>{content}</{operation}Result>"
    return enveloped(f'<{operation}Response xmlns="{NAMESPACE}">{inner}</{operation}Response>')


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\r", "&#13;")


def as_http(operation: str, answer: Answer) -> Http:
    match answer:
        case Http():
            return answer
        case bytes():
            return Http(answer)
        case tuple():
            return Http(
                result(operation, "".join(f"<string>{escaped(member)}</string>" for member in answer))
            )
        case _:
            return Http(result(operation, escaped(str(answer))))


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    script: Script

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:
            self.script.half_heard.append(len(body))
            return
        operation = self.headers["SOAPAction"].strip('"').rsplit("/", 1)[-1]
        call = Call(operation, _parameters(body), dict(self.headers), body)
        self.script.calls.append(call)
        answer = self.script.answer(call)
        if answer is None:
            self.close_connection = True
            return
        self._send(as_http(operation, answer))

    def _send(self, answer: Http) -> None:
        self.protocol_version = answer.version
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.content_type is not None:
            self.send_header("Content-Type", answer.content_type)
        if answer.chunked:
            self.send_header("Transfer-Encoding", "chunked")
        elif answer.version != "HTTP/1.0":
            self.send_header("Content-Length", str(len(answer.body)))
        else:
            self.close_connection = True
        self.end_headers()
        if answer.chunked:
            half = len(answer.body) // 2
            for piece in (answer.body[:half], answer.body[half:], b""):
                self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        else:
            self.wfile.write(answer.body)

    def log_message(self, *_: object) -> None:
        pass


def _parameters(body: bytes) -> dict[str, str]:
    parser = etree.XMLParser(recover=True, huge_tree=True, resolve_entities=False)
    root = etree.fromstring(body, parser)
    return {etree.QName(child).localname: child.text or "" for child in root[0][0]}


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A caller that hangs up is no error here."""


@contextmanager
def serving(script: Script) -> Iterator[str]:
    """The script behind an address, e.g. ``http://localhost:12345/qbwc``."""
    handler = type("Handler", (_Handler,), {"script": script})
    server = _Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}/qbwc"
    finally:
        server.shutdown()
        server.server_close()


def qwc(url: str, **more: Any) -> Qwc:
    """The application of these tests."""
    given: dict[str, Any] = {
        "app_name": "Test App", "app_id": "", "url": url, "support": url, "user": "user", "owner_id": OWNER,
        "file_id": FILE,
    }  # fmt: skip
    return Qwc(**given | more)


@contextmanager
def raw(*exchanges: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server by hand: each function gets one accepted connection. Yields the address."""
    listener = socket.create_server(("127.0.0.1", 0))
    failures: list[BaseException] = []

    def run() -> None:
        for exchange in exchanges:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(10)
                try:
                    exchange(connection)
                except AssertionError as error:
                    failures.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{listener.getsockname()[1]}/qbwc"
        thread.join(timeout=10)
    finally:
        listener.close()
    if failures:
        raise failures[0]


def head_of(connection: socket.socket) -> bytes:
    """Everything up to the blank line, and not a byte more than the client has sent."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(1)
        assert part, f"hung up after {data!r}"
        data += part
    return data


def read_exactly(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        assert part, "hung up"
        data += part
    return data
