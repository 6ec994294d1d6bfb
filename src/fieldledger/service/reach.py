"""Where the server listens and how it is reached: sockets, addresses, the names it answers to."""

from __future__ import annotations

import contextlib
import ipaddress
import signal
import socket
import sys
from urllib.parse import urlsplit

import msgspec

from fieldledger.office.errors import CannotDo, WrongUse

LOCAL = ("localhost", "127.0.0.1", "::1")


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """address: without a slash at the end, for .qwc files and links. names: what the server answers to, None = any.
    private: only programs on this computer can reach it."""

    address: str
    names: tuple[str, ...] | None
    private: bool


def reach(host: str, port: int, public_url: str = "") -> Reach:
    """How a server that listens on ``host`` and ``port`` is reached. Raises `WrongUse` when ``public_url`` is no
    address of a server."""
    public = _public(public_url)
    loopback = _is_loopback(host)
    name = "localhost" if loopback or _is_wildcard(host) else f"[{host}]" if ":" in host else host
    return Reach(
        address=public_url.rstrip("/") if public else f"http://{name}:{port}",
        names=(*LOCAL, *((public,) if public else ())) if loopback else None,
        private=loopback and not public,
    )


def _public(url: str) -> str:
    """The name in a --public-url; "" when there is none."""
    if not url:
        return ""
    wrong = WrongUse(f"--public-url must look like https://sync.example.com, not {url!r}.")
    try:
        parts = urlsplit(url)
        port_is_a_number = parts.port is None or parts.port >= 0
    except ValueError:
        raise wrong from None
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or parts.path.strip("/")
        or not port_is_a_number
    ):
        raise wrong
    if parts.query or parts.fragment or parts.username:
        raise wrong
    return parts.hostname


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _is_wildcard(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return host == ""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any that is free. Raises `CannotDo`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    if sys.platform == "win32":
        # There SO_REUSEADDR would let two servers share a port.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
    else:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except (OSError, UnicodeError) as error:
        listener.close()
        why = getattr(error, "strerror", None) or str(error)
        raise CannotDo(f"Port {port} on {host} cannot be used: {why}. Choose another with --port.") from None
    return listener


def stop_quietly() -> None:
    """SIGTERM ends the server with exit status 0, as Ctrl-C does: uvicorn raises it once more when it is done."""
    with contextlib.suppress(ValueError):  # not in the main thread, so nobody sends it here
        signal.signal(signal.SIGTERM, lambda *_: None)
