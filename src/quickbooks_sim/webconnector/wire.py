"""The HTTP half of the .NET client: one connection, Content-Length, `Expect: 100-continue`, cookies.

On sockets of the standard library, because HTTP libraries do not wait for the interim answer. It never follows a
redirect, never unpacks a compressed answer, never sends chunks, and never judges what an answer says.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import re
import socket
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

USER_AGENT = "Mozilla/4.0 (compatible; MSIE 6.0; MS Web Services Client Protocol 4.0.30319.42000)"
WAIT_FOR_CONTINUE = 0.35
"""Seconds that Windows waits for "100 Continue" before it sends the body anyway."""
DEFAULT_PORTS = {"http": 80, "https": 443}

_STATUS = len("HTTP/1.1 100 ")
_INTERIM = re.compile(rb"HTTP/1\.[01] 1\d\d\b")
_MAX_AGE = re.compile(r";\s*max-age\s*=\s*(-?\d+)", re.IGNORECASE)


class WireError(Exception):
    """The server could not be reached, or broke off. str(error) says so in one sentence."""


class _HungUp(Exception):
    """The connection was closed before a single byte of the answer came."""


@dataclass(frozen=True)
class Reply:
    """An HTTP answer as it came: `body` has been put together from chunks, but neither unpacked nor decoded."""

    status: int
    reason: str
    content_type: str
    encoding: str
    body: bytes


class _Source(io.RawIOBase):
    """The receiving side of a socket. Unlike socket.makefile it can be read again after a timeout. While `at_status`,
    a read goes on until a status line can be told from what has come."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self.at_status = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        room = memoryview(buffer)
        got = self._socket.recv_into(room)
        with contextlib.suppress(TimeoutError):
            while self.at_status and 0 < got < _STATUS:
                more = self._socket.recv_into(room[got:])
                if not more:
                    break
                got += more
        return got


class _Inbox(io.BufferedReader):
    """What has arrived. http.client closes its file after each answer; this one outlives it (keep-alive)."""

    def __init__(self, source: _Source) -> None:
        super().__init__(source)
        self.source = source

    def close(self) -> None:
        return

    def makefile(self, _mode: str) -> _Inbox:
        """http.client asks a socket for a file: this object is both."""
        return self


class Connection:
    """A keep-alive connection to one address. timeout: seconds for connecting, and for each silence of the server.

    `resent` counts the requests that were sent a second time because a kept connection turned out to be closed, as
    .NET does. `waits_for_continue` becomes False once the server has shown that it sends no interim answers.
    """

    def __init__(self, url: str, timeout: float = 100.0) -> None:
        parts = urlsplit(url)
        self.scheme, self.host = parts.scheme, parts.hostname or ""
        self.port = parts.port or DEFAULT_PORTS[self.scheme]
        self.target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self.timeout = timeout
        self.cookies: dict[str, str] = {}
        self.resent = 0
        self.waits_for_continue = True
        self._socket: socket.socket | None = None
        self._inbox: _Inbox | None = None

    def post(self, action: str, body: bytes) -> Reply:
        """Send a call and read its answer, whatever its status is. Raises `WireError`."""
        reply = self._guarded(action, body, read=True)
        if reply is None:
            raise RuntimeError("an answer was asked for and not read")
        return reply

    def post_unread(self, action: str, body: bytes) -> None:
        """Send a call, wait until its answer begins, and hang up without reading it. Raises `WireError`."""
        self._guarded(action, body, read=False)

    def post_half(self, action: str, body: bytes) -> None:
        """Send the head and half of the body, and hang up. Raises `WireError`."""
        try:
            self._send(action, body, len(body) // 2)
        except (_HungUp, OSError) as error:
            raise WireError(self._explained(error)) from error
        finally:
            self.close()

    def close(self) -> None:
        """Hang up. The next call connects anew."""
        if self._socket is not None:
            self._socket.close()
        self._socket = self._inbox = None

    def _guarded(self, action: str, body: bytes, read: bool) -> Reply | None:
        """One exchange, and a second one if only the kept connection was at fault."""
        kept = self._socket is not None
        try:
            try:
                return self._exchange(action, body, read)
            except _HungUp:
                self.close()
                if not kept:
                    raise
            self.resent += 1
            return self._exchange(action, body, read)
        except (_HungUp, OSError, http.client.HTTPException) as error:
            self.close()
            raise WireError(self._explained(error)) from error

    def _explained(self, error: Exception) -> str:
        server = f"the server {self.host}:{self.port}"
        if isinstance(error, _HungUp):
            return f"{server} closed the connection without an answer"
        if isinstance(error, ssl.SSLCertVerificationError):
            return f"the certificate of {server} is not trusted: {error.verify_message}"
        if isinstance(error, TimeoutError):
            return f"{server} did not answer within {self.timeout:g} seconds"
        if isinstance(error, OSError):
            return f"{server} cannot be reached: {error.strerror or error}"
        return f"{server} broke off, or did not answer in HTTP ({error!r})"

    # ---- one exchange ---------------------------------------------------------------------------------------------

    def _exchange(self, action: str, body: bytes, read: bool) -> Reply | None:
        inbox, body_went = self._send(action, body)
        if not inbox.peek(1):
            raise _HungUp
        if not read:
            self.close()
            return None
        response = http.client.HTTPResponse(cast(socket.socket, inbox), method="POST")
        response.begin()
        content = response.read()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            self._keep(cookie)
        if response.will_close or not body_went:
            self.close()
        return Reply(
            status=response.status,
            reason=response.reason,
            content_type=response.headers.get("Content-Type", ""),
            encoding=response.headers.get("Content-Encoding", "identity").strip().lower(),
            body=content,
        )

    def _send(self, action: str, body: bytes, most: int | None = None) -> tuple[_Inbox, bool]:
        """Send head and body (or its first `most` bytes). False if the final answer began before the body went out
        (it then stays unsent)."""
        fresh = self._socket is None
        connection, inbox = self._connected()
        try:
            connection.sendall(self._head(action, len(body), fresh))
            if self.waits_for_continue and not self._may_go_on(connection, inbox):
                return inbox, False
            connection.settimeout(self.timeout)
            connection.sendall(body[:most])
        except ConnectionError as error:
            # It may have answered (413, say) and closed before it had read everything: then the answer counts.
            with contextlib.suppress(OSError):
                if inbox.peek(1):
                    return inbox, False
            raise _HungUp from error
        return inbox, True

    def _may_go_on(self, connection: socket.socket, inbox: _Inbox) -> bool:
        """Wait for the interim answer and swallow it. False if a final answer came instead."""
        connection.settimeout(WAIT_FOR_CONTINUE)
        inbox.source.at_status = True
        try:
            begin = inbox.peek(1)
        except TimeoutError:
            self.waits_for_continue = False
            return True
        finally:
            inbox.source.at_status = False
        connection.settimeout(self.timeout)
        if not begin:
            raise _HungUp
        if not _INTERIM.match(begin):
            return False
        while inbox.readline(65536).strip():
            pass
        return True

    def _connected(self) -> tuple[socket.socket, _Inbox]:
        if self._socket is None or self._inbox is None:
            plain = socket.create_connection((self.host, self.port), self.timeout)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.scheme == "https":
                plain = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)
            self._socket, self._inbox = plain, _Inbox(_Source(plain))
        self._socket.settimeout(self.timeout)
        return self._socket, self._inbox

    def _head(self, action: str, length: int, fresh: bool) -> bytes:
        port = "" if self.port == DEFAULT_PORTS[self.scheme] else f":{self.port}"
        lines = [
            f"POST {self.target} HTTP/1.1",
            f"User-Agent: {USER_AGENT}",
            "Content-Type: text/xml; charset=utf-8",
            f'SOAPAction: "{action}"',
            f"Content-Length: {length}",
            "Expect: 100-continue",
        ]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if fresh:
            lines.append("Connection: keep-alive")
        lines.append(f"Host: {self.host}{port}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def _keep(self, cookie: str) -> None:
        """Remember a cookie, or forget it where its time is over."""
        name, _, value = cookie.partition(";")[0].strip().partition("=")
        age = _MAX_AGE.search(cookie)
        if age and int(age[1]) <= 0:
            self.cookies.pop(name, None)
        elif name:
            self.cookies[name] = value
