"""Where the server listens and how it is reached."""

from __future__ import annotations

import contextlib

import pytest

from fieldledger.office.errors import CannotDo, WrongUse
from fieldledger.service.reach import LOCAL, listen, reach


@pytest.mark.parametrize(
    ("host", "public", "address", "private"),
    [
        ("127.0.0.1", "", "http://localhost:8470", True),
        ("::1", "", "http://localhost:8470", True),
        ("localhost", "", "http://localhost:8470", True),
        ("127.0.0.1", "https://sync.example.com/", "https://sync.example.com", False),
        ("0.0.0.0", "", "http://localhost:8470", False),
        ("::", "", "http://localhost:8470", False),
        ("192.168.1.7", "", "http://192.168.1.7:8470", False),
        ("fd00::7", "", "http://[fd00::7]:8470", False),
        ("office.example.com", "", "http://office.example.com:8470", False),
    ],
)
def test_address_and_privacy(host: str, public: str, address: str, private: bool) -> None:
    reached = reach(host, 8470, public)
    assert (reached.address, reached.private) == (address, private)


def test_names() -> None:
    assert reach("127.0.0.1", 1).names == LOCAL
    assert reach("127.0.0.1", 1, "https://sync.example.com:8443").names == (*LOCAL, "sync.example.com")
    assert reach("0.0.0.0", 1).names is None


@pytest.mark.parametrize(
    "url",
    ["sync.example.com", "ftp://sync.example.com", "https://", "https://[", "https://x:port", "https://u@x.com",
     "https://sync.example.com/below", "https://sync.example.com/?a"],
)  # fmt: skip
def test_a_public_url_that_is_none(url: str) -> None:
    with pytest.raises(WrongUse, match="--public-url"):
        reach("127.0.0.1", 8470, url)


def test_a_port_that_is_taken_is_named() -> None:
    with contextlib.closing(listen("127.0.0.1", 0)) as first:
        port = first.getsockname()[1]
        with pytest.raises(CannotDo, match=f"Port {port} on .* cannot be used"):
            listen("127.0.0.1", port)
    listen("127.0.0.1", port).close()


@pytest.mark.parametrize("host", ["no.such.host.invalid", "a..b", "203.0.113.77", "x" * 300])
def test_an_address_that_is_not_here(host: str) -> None:
    with pytest.raises(CannotDo, match="cannot be used"):
        listen(host, 0)
