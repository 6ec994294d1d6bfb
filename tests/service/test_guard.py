"""The names that the server answers to, and how large a request may be."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI, Request
from starlette.testclient import TestClient

from fieldledger.service.guard import KnownHosts, LargestBody, host_name
from fieldledger.service.reach import reach
from fieldledger.web import problems


@pytest.mark.parametrize(
    ("header", "name"),
    [("localhost", "localhost"), ("LocalHost:8470", "localhost"), ("127.0.0.1:8470", "127.0.0.1"),
     ("[::1]:8470", "::1"), ("sync.example.com.", "sync.example.com"), ("", ""), ("[::1", "::1"), (":80", "")],
)  # fmt: skip
def test_the_name_in_a_host_header(header: str, name: str) -> None:
    assert host_name(header) == name


def application(*, names: tuple[str, ...] | None = None, largest: int = 10) -> TestClient:
    app = FastAPI()

    @app.post("/api/echo")
    @app.post("/qbwc")
    async def echo(request: Request) -> int:
        return len(await request.body())

    @app.post("/api/json")
    def take(wish: dict[str, Any]) -> int:
        return len(wish)

    @app.get("/page")
    def page() -> str:
        return "secret"

    problems.install(app)
    app.add_middleware(LargestBody, largest=largest, except_path="/qbwc")
    app.add_middleware(KnownHosts, names=names)
    return TestClient(app, raise_server_exceptions=False)


@pytest.mark.parametrize("host", ["localhost", "localhost:8470", "127.0.0.1:8470", "[::1]:8470", "192.168.1.7",
                                  "sync.example.com", "SYNC.example.com:443", ""])  # fmt: skip
def test_names_that_are_ours(host: str) -> None:
    names = reach("127.0.0.1", 8470, "https://sync.example.com").names
    assert application(names=names).get("/page", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example.net", "evil.example.net:8470", "localhost.example.net", "127.0.0.1.nip.io"]
)
def test_a_name_that_somebody_pointed_at_us_is_refused(host: str) -> None:
    """DNS rebinding: a page elsewhere gives this computer a name of its own, to read what the server says."""
    client = application(names=reach("127.0.0.1", 8470).names)
    answer = client.get("/page", headers={"Host": host})
    assert answer.status_code == 421
    assert "secret" not in answer.text
    assert "--public-url" in answer.text
    told = client.post("/api/echo", headers={"Host": host})
    assert (told.status_code, told.headers["content-type"]) == (421, "application/problem+json")


def test_a_server_for_the_network_answers_to_any_name() -> None:
    names = reach("0.0.0.0", 8470).names
    assert application(names=names).get("/page", headers={"Host": "anything"}).status_code == 200


def test_bodies_up_to_the_limit_pass_and_larger_ones_do_not() -> None:
    client = application()
    assert client.post("/api/echo", content=b"x" * 10).json() == 10
    for path in ("/api/echo", "/api/json"):
        answer = client.post(path, content=b"x" * 11)
        assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")


def test_bodies_without_a_length_are_counted_as_they_come() -> None:
    client = application()
    assert client.post("/api/echo", content=iter([b"x" * 6, b"x" * 6])).status_code == 413
    assert client.post("/api/echo", content=iter([b"x" * 5, b"x" * 5])).json() == 10


def test_the_web_connectors_address_has_a_limit_of_its_own() -> None:
    assert application().post("/qbwc", content=b"x" * 1000).json() == 1000
