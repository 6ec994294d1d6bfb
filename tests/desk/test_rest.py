"""The REST contract: every endpoint, every refusal, and what each refusal tells."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from fieldledger.desk.app import bearer, create_app
from fieldledger.desk.store import STATUSES, Store
from tests.desk.conftest import API, make

STATUS = {
    "kind": "customer",
    "id": 1,
    "status": "Synced",
    "detail": "In step.",
    "books_name": "Smith:Kitchen",
    "at": "2026-11-24T16:05:00Z",
}


def problem(response: Any, status: int) -> dict[str, Any]:
    """The body of a refusal, which must be a problem of that status."""
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = response.json()
    assert (told["type"], told["status"]) == ("about:blank", status)
    assert told["title"]
    assert told["detail"].endswith((".", "?"))
    return told


def test_create_read_change_replace_delete(api: TestClient) -> None:
    body = {
        "name": " Baker Residence ",
        "phone": "1",
        "locations": [{"name": "Main", "address": {"city": "Millbrae"}}],
    }
    made = api.post(f"{API}/customers", json=body)
    assert made.status_code == 201
    assert made.headers["location"] == f"{API}/customers/1"
    assert made.headers["etag"] == '"1"'
    customer = made.json()
    assert (customer["name"], customer["version"], customer["origin"]) == ("Baker Residence", 1, "api")
    assert api.get(f"{API}/customers/1").json() == customer

    patched = api.patch(f"{API}/customers/1", json={"email": "b@example.com", "version": 1}).json()
    assert (patched["phone"], patched["email"], patched["version"]) == ("1", "b@example.com", 2)

    replaced = api.put(f"{API}/customers/1", json={"name": "Baker"}, headers={"If-Match": '"2"'}).json()
    assert (replaced["phone"], replaced["email"], replaced["version"]) == (None, None, 3)
    assert replaced["locations"][0]["stand_in"] is True

    assert api.delete(f"{API}/customers/1", headers={"If-Match": '"3"'}).status_code == 204
    problem(api.get(f"{API}/customers/1"), 404)
    assert api.get(f"{API}/customers").json() == {"items": [], "next_cursor": None, "total": 0}


def test_what_was_read_can_be_sent_back(api: TestClient, store: Store) -> None:
    made = make(store, phone="1", billing_address={"line1": "1 Main St"})
    sent = api.put(f"{API}/customers/1", json=api.get(f"{API}/customers/1").json())
    assert sent.status_code == 200
    assert sent.json() == made, "nothing changed, so there is no new version"


@pytest.mark.parametrize("method", ["put", "patch"])
def test_a_stale_version_is_refused_with_the_current_state(
    api: TestClient, store: Store, method: str
) -> None:
    make(store)
    api.patch(f"{API}/customers/1", json={"phone": "2"})
    send = getattr(api, method)
    in_body = problem(send(f"{API}/customers/1", json={"name": "X", "version": 1}), 409)
    in_header = problem(send(f"{API}/customers/1", json={"name": "X"}, headers={"If-Match": '"1"'}), 412)
    for told in (in_body, in_header):
        assert (told["current"]["phone"], told["current"]["version"]) == ("2", 2)
        assert "Read it again" in told["detail"]
    assert api.get(f"{API}/customers/1").json()["name"] == "Baker Residence"


def test_delete_states_its_version_too(api: TestClient, store: Store) -> None:
    make(store)
    problem(api.delete(f"{API}/customers/1", headers={"If-Match": '"7"'}), 412)
    assert api.delete(f"{API}/customers/1", headers={"If-Match": "*"}).status_code == 204
    problem(api.delete(f"{API}/customers/1"), 404)


@pytest.mark.parametrize(
    ("body", "field", "told"),
    [
        ({}, "name", "please fill it in"),
        ({"name": "  "}, "name", "please fill it in"),
        ({"name": "x" * 256}, "name", "At most 255 characters fit here and 256 were given"),
        ({"name": "A", "phone": 5}, "phone", "must be text"),
        ({"name": "A", "colour": "red"}, "colour", "no such field"),
        ({"name": "A\u0007"}, "name", "U+0007"),
        ({"name": "A", "billing_address": {"street": "x"}}, "billing_address.street", "no such field"),
        ({"name": "A", "locations": [{"name": ""}]}, "locations.0.name", "please fill it in"),
        ({"name": "A", "locations": [{"name": "B"}, {"name": "b"}]}, "locations", "a name of its own"),
    ],
)
def test_what_cannot_be_saved_says_where_and_what_to_do(
    api: TestClient, body: dict[str, Any], field: str, told: str
) -> None:
    refused = problem(api.post(f"{API}/customers", json=body), 422)
    assert [error["field"] for error in refused["errors"]] == [field]
    assert told in refused["errors"][0]["message"]
    assert told in refused["detail"]
    assert api.get(f"{API}/customers").json()["total"] == 0


@pytest.mark.parametrize(
    ("method", "path", "options"),
    [
        ("get", "customers?cursor=nonsense", {}),
        ("get", "customers?cursor=WzEsMl0", {}),
        ("get", "customers?limit=0", {}),
        ("get", "customers?limit=1001", {}),
        ("get", "customers?active=maybe", {}),
        ("get", "customers?changed_since=yesterday", {}),
        ("get", "customers/changes?after=-1", {}),
        ("get", "customers/none", {}),
        ("post", "customers", {"content": b"{", "headers": {"Content-Type": "application/json"}}),
        ("patch", "customers/1", {"json": {"phone": "1"}, "headers": {"If-Match": "yes"}}),
        ("patch", "customers/1", {"json": {"name": ""}}),
        ("put", "customers/1", {"json": {"phone": "1"}}),
        ("post", "customers/batch", {"json": {"items": [{"key": "", "op": "create", "customer": {}}]}}),
        ("post", "customers/batch", {"json": {"items": [{}] * 501}}),
        ("put", "sync-status", {"json": {"items": [{**STATUS, "status": "Fine"}]}}),
        ("put", "sync-status", {"json": {"items": [{**STATUS, "at": "now"}]}}),
        ("put", "sync-status", {"json": {"items": [{**STATUS, "kind": "dog"}]}}),
        ("put", "sync-policy", {"json": []}),
    ],
)
def test_every_wrong_question_gets_a_problem(
    api: TestClient, store: Store, method: str, path: str, options: dict[str, Any]
) -> None:
    made = make(store)
    told = problem(getattr(api, method)(f"{API}/{path}", **options), 422)
    assert len(told["detail"]) > 20
    assert store.customers.get("c1", 1) == made


@pytest.mark.parametrize(
    ("method", "path"),
    [("get", "customers/9"), ("put", "customers/9"), ("patch", "customers/9"), ("delete", "customers/9")],
)
def test_what_is_not_there(api: TestClient, method: str, path: str) -> None:
    options = {"json": {"name": "X"}} if method in ("put", "patch") else {}
    assert (
        problem(getattr(api, method)(f"{API}/{path}", **options), 404)["detail"] == "There is no customer 9."
    )


PATHS = [
    ("get", "customers"), ("post", "customers"), ("get", "customers/1"), ("put", "customers/1"),
    ("patch", "customers/1"), ("delete", "customers/1"), ("get", "customers/changes"), ("post", "customers/batch"),
    ("put", "sync-status"), ("put", "sync-policy"), ("get", "sync-policy"),
    *(
        (method, f"{path}{rest}")
        for path in ("tax-rates", "payment-terms", "tax-codes")
        for rest, methods in (("", "get post"), ("/1", "get put patch delete"), ("/changes", "get"), ("/batch", "post"))
        for method in methods.split()
    ),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_no_endpoint_answers_strangers(api: TestClient, store: Store, method: str, path: str) -> None:
    made = make(store)
    for headers, status in (
        ({"Authorization": ""}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": "Bearer token-2"}, 403),
    ):
        told = problem(api.request(method, f"{API}/{path}", headers=headers), status)
        assert "token" in told["detail"]
    assert store.customers.get("c1", 1) == made


def test_one_token_for_all_companies(store: Store) -> None:
    """How the engine in this process reaches the desk."""
    make(store, company="c2")
    client = TestClient(create_app(store, bearer("engine")), headers={"Authorization": "Bearer engine"})
    assert client.get("/api/v1/companies/c2/customers").json()["total"] == 1
    problem(client.get(f"{API}/customers", headers={"Authorization": "Bearer other"}), 401)


def test_the_endpoints_and_their_problems_are_described(api: TestClient) -> None:
    paths = api.get("/api/openapi.json").json()["paths"]
    described = {
        (method, path.removeprefix("/api/v1/companies/{company}/").replace("{id}", "1"))
        for path, methods in paths.items()
        for method in methods
    }
    assert described == set(PATHS)
    for methods in paths.values():
        for method in methods.values():
            assert "application/problem+json" in method["responses"]["422"]["content"]
            assert method["description"]


def test_the_description_is_whole_where_the_desk_stands_alone(api: TestClient) -> None:
    """Every reference in it leads to something in it."""
    document = api.get("/api/openapi.json").json()
    left: list[Any] = [document]
    references = set()
    while left:
        each = left.pop()
        if isinstance(each, dict):
            references |= {each["$ref"]} if isinstance(each.get("$ref"), str) else set()
            left += each.values()
        elif isinstance(each, list):
            left += each
    assert references
    for reference in references:
        found = document
        for part in reference.removeprefix("#/").split("/"):
            assert part in found, reference
            found = found[part]


def test_if_match_is_described_where_it_is_heeded(api: TestClient) -> None:
    paths = api.get("/api/openapi.json").json()["paths"]
    described = {
        (path.rpartition("}")[2] or "one", method)
        for path, methods in paths.items()
        for method, operation in methods.items()
        for each in operation["parameters"]
        if (each["in"], each["name"], each["required"]) == ("header", "If-Match", False)
        and each["description"]
    }
    assert described == {("one", "patch"), ("one", "put"), ("one", "delete")}


def test_every_status_word_can_be_shown(api: TestClient, store: Store) -> None:
    """spec 9.4: in these words only."""
    for word in STATUSES:
        number = make(store)["id"]
        body = {"items": [{**STATUS, "id": number, "status": word}]}
        assert api.put(f"{API}/sync-status", json=body).status_code == 204
        sync = api.get(f"{API}/customers/{number}").json()["sync"]
        assert sync == {
            key: value for key, value in {**STATUS, "status": word}.items() if key not in ("kind", "id")
        }
    assert len(STATUSES) == 10


def test_one_wrong_status_shows_none(api: TestClient, store: Store) -> None:
    make(store)
    body = {"items": [STATUS, {**STATUS, "status": "Fine"}]}
    told = problem(api.put(f"{API}/sync-status", json=body), 422)
    assert told["errors"][0]["field"] == "items.1.status"
    assert "Needs attention" in told["errors"][0]["message"]
    assert api.get(f"{API}/customers/1").json()["sync"] is None


def test_the_policy_is_kept_as_it_was_told(api: TestClient) -> None:
    assert api.get(f"{API}/sync-policy").json() == {}
    policy = {
        "customers": {"direction": "books_to_field", "notice": "…"},
        "locks": [],
        "more": {"x": [1, None]},
    }
    assert api.put(f"{API}/sync-policy", json={"old": 1}).status_code == 204
    assert api.put(f"{API}/sync-policy", json=policy).status_code == 204
    assert api.get(f"{API}/sync-policy").json() == policy


def test_the_engine_signs_its_writes(api: TestClient) -> None:
    signed = {"X-Fieldledger-Origin": "sync"}
    assert api.post(f"{API}/customers", json={"name": "A"}, headers=signed).json()["origin"] == "sync"
    assert api.patch(f"{API}/customers/1", json={"phone": "1"}).json()["origin"] == "api"


def test_an_unexpected_error_tells_nothing_of_the_inside(store: Store) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret detail")

    client = TestClient(create_app(store, broken), raise_server_exceptions=False)
    told = problem(client.get(f"{API}/customers"), 500)
    assert "secret" not in told["detail"]
