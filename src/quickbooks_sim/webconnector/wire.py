"""The HTTP half of the .NET client: one connection, Content-Length, `Expect: 100-continue`, answers read to the byte.

On sockets of the standard library, because HTTP libraries do not wait for the interim answer.
"""

from __future__ import annotations

import http.client
import select
import socket
import ssl
from urllib.parse import urlsplit

USER_AGENT = "Mozilla/4.0 (compatible; MSIE 6.0; MS Web Services Client Protocol 4.0.30319.42000)"
WAIT_FOR_CONTINUE = 0.35
"""Seconds that Windows waits for "100 Continue" before it sends the body anyway."""


class WireError(Exception):
    """The server could not be reached, or did not answer as the .NET client needs it."""


class Connection:
    """Keep-alive connection to one address. timeout: seconds for connecting and for each answer."""

    def __init__(self, url: str, timeout: float = 100.0) -> None:
        parts = urlsplit(url)
        self.host, self.secure = parts.hostname or "", parts.scheme == "https"
        self.port = parts.port or (443 if self.secure else 80)
        self.target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self.timeout = timeout
        self.cookies: dict[str, str] = {}
        self._socket: socket.socket | None = None

    def post(self, action: str, body: bytes, *, read_answer: bool = True) -> tuple[str, bytes]:
        """Returns (content type, body) of a 200 answer. ``read_answer`` off: send, and never look at the answer."""
        fresh = self._socket is None
        try:
            return self._post(action, body, read_answer, fresh)
        except (ConnectionError, http.client.BadStatusLine) as error:
            self.close()
            if fresh:
                raise WireError(f"the server at {self.host}:{self.port} hung up: {error}") from error
        except OSError as error:
            self.close()
            raise WireError(f"the server at {self.host}:{self.port} cannot be reached: {error}") from error
        return self._again(action, body, read_answer)

    def _again(self, action: str, body: bytes, read_answer: bool) -> tuple[str, bytes]:
        """A kept connection had gone stale: once more on a new one."""
        try:
            return self._post(action, body, read_answer, True)
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise WireError(f"the server at {self.host}:{self.port} cannot be reached: {error}") from error

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _post(self, action: str, body: bytes, read_answer: bool, fresh: bool) -> tuple[str, bytes]:
        connection = self._connect()
        connection.sendall(self._head(action, len(body), fresh))
        ready, _, _ = select.select([connection], [], [], WAIT_FOR_CONTINUE)
        early = connection.recv(65536, socket.MSG_PEEK) if ready and not self.secure else b""
        if ready and not early and not self.secure:
            raise ConnectionResetError("the connection was closed")
        if early.startswith((b"HTTP/1.1 100", b"HTTP/1.0 100")):
            self._drop_interim(connection)
        elif early:
            return self._answer(connection)
        connection.sendall(body)
        if not read_answer:
            self.close()
            return "", b""
        return self._answer(connection)

    def _connect(self) -> socket.socket:
        if self._socket is None:
            plain = socket.create_connection((self.host, self.port), self.timeout)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket = (
                ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)
                if self.secure
                else plain
            )
        return self._socket

    def _head(self, action: str, length: int, fresh: bool) -> bytes:
        lines = [
            f"POST {self.target} HTTP/1.1",
            f"User-Agent: {USER_AGENT}",
            "Content-Type: text/xml; charset=utf-8",
            f'SOAPAction: "{action}"',
        ]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        lines += [f"Content-Length: {length}", "Expect: 100-continue"]
        if fresh:
            lines.append("Connection: keep-alive")
        lines.append(f"Host: {self.host}:{self.port}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def _drop_interim(self, connection: socket.socket) -> None:
        """Read exactly the interim answer, not a byte more."""
        seen = b""
        while not seen.endswith(b"\r\n\r\n"):
            byte = connection.recv(1)
            if not byte:
                raise ConnectionResetError("the connection was closed after 100 Continue")
            seen += byte

    def _answer(self, connection: socket.socket) -> tuple[str, bytes]:
        response = http.client.HTTPResponse(connection, method="POST")
        response.begin()
        body = response.read()
        for cookie in response.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name.strip()] = value.strip()
        if response.will_close:
            self.close()
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise WireError("the answer is compressed, which the client did not ask for")
        if response.status != 200:
            raise WireError(f"the request failed with HTTP status {response.status} {response.reason}")
        return response.headers.get("Content-Type", ""), body
