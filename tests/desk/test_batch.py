"""Batches: each item judged alone, each key's work done once for ever, whoever dies when."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldledger.desk.app import bearer, create_app, tokens
from fieldledger.desk.store import Store
from tests.desk.conftest import API, make

SYNC = {"X-Fieldledger-Origin": "sync"}


def create(key: str, name: str = "Baker", **fields: Any) -> dict[str, Any]:
    return {"key": key, "op": "create", "customer": {"name": name, **fields}}


def change(key: str, id: int, version: int | None = None, **fields: Any) -> dict[str, Any]:
    return {"key": key, "op": "update", "id": id, "version": version, "customer": fields}


def send(api: TestClient, *items: dict[str, Any]) -> list[dict[str, Any]]:
    answer = api.post(f"{API}/customers/batch", json={"items": list(items)}, headers=SYNC)
    assert answer.status_code == 200
    results: list[dict[str, Any]] = answer.json()["results"]
    assert [result["key"] for result in results] == [item["key"] for item in items]
    for result in results:
        assert (result["problem"] is None) == (result["status"] in (200, 201))
    return results


def test_a_bad_item_never_stops_the_others(api: TestClient, store: Store) -> None:
    """spec 10.5"""
    make(store, "Old")
    store.customers.delete("c1", make(store, "Gone")["id"])
    results = send(
        api,
        create("a", "New", locations=[{"name": "Main"}]),
        create("b", ""),
        create("c", "X", locations=[{"name": "A"}, {"name": "a"}]),
        change("d", 1, 1, phone="1"),
        change("e", 1, 1, phone="2"),
        change("f", 2, None, phone="3"),
        change("g", 99, None, phone="4"),
        {"key": "h", "op": "update", "customer": {"phone": "5"}},
        {"key": "i", "op": "create", "id": 4, "customer": {"name": "X"}},
        change("j", 1, None, name=" "),
    )
    assert [result["status"] for result in results] == [201, 422, 422, 200, 409, 404, 404, 422, 422, 422]
    assert (results[0]["customer"]["id"], results[0]["customer"]["origin"]) == (3, "sync")
    assert results[1]["problem"]["errors"] == [
        {"field": "name", "message": "A name is needed here; please fill it in."}
    ]
    assert (results[4]["customer"]["version"], results[4]["customer"]["phone"]) == (2, "1")
    assert api.get(f"{API}/customers").json()["total"] == 2
    assert store.customers.get("c1", 3)["locations"][0]["id"] == 1


def test_an_update_states_only_what_changes_and_all_locations(api: TestClient, store: Store) -> None:
    made = make(store, phone="1", locations=[{"name": "Main"}, {"name": "Kitchen"}])
    kitchen = made["locations"][1]["id"]
    [result] = send(api, change("a", 1, 1, locations=[{"name": "KITCHEN"}, {"name": "Barn"}]))
    after = result["customer"]
    assert after["phone"] == "1"
    assert [(each["id"], each["name"]) for each in after["locations"]] == [(kitchen, "KITCHEN"), (3, "Barn")]


def test_the_same_key_again_gives_the_first_answer_and_does_nothing(api: TestClient, store: Store) -> None:
    items = [
        create("a"),
        change("b", 1, 1, phone="1"),
        change("c", 1, 1, phone="2"),
        change("d", 9, None, phone="3"),
    ]
    first = send(api, *items)
    assert [result["status"] for result in first] == [201, 200, 409, 404]
    store.customers.delete("c1", 1)
    again = send(api, *items)
    assert [result["status"] for result in again] == [201, 200, 409, 404]
    assert [(result["customer"] or {}).get("id") for result in again] == [1, 1, 1, None]
    assert api.get(f"{API}/customers").json()["total"] == 0, "what was deleted meanwhile is not made again"
    assert len(api.get(f"{API}/customers/changes").json()["items"]) == 1


def test_a_key_twice_in_one_batch_is_done_once(api: TestClient) -> None:
    first, second, other = send(api, create("a"), create("a"), create("a", "Carr"))
    assert (
        (first["status"], first["customer"]["id"]) == (second["status"], second["customer"]["id"]) == (201, 1)
    )
    assert other["status"] == 422
    assert api.get(f"{API}/customers").json()["total"] == 1


def test_the_same_key_with_other_content_is_refused(api: TestClient) -> None:
    send(api, create("a"), create("b", "Carr"))
    for item in (create("a", "Other"), create("a", phone="1"), change("a", 2, None, name="Baker")):
        [result] = send(api, item)
        assert result["status"] == 422
        assert "used for something else" in result["problem"]["detail"]
    assert [item["name"] for item in api.get(f"{API}/customers").json()["items"]] == ["Baker", "Carr"]


def test_what_could_not_be_read_may_be_put_right_under_its_key(api: TestClient) -> None:
    assert send(api, create("a", ""))[0]["status"] == 422
    assert send(api, create("a", "Baker"))[0]["status"] == 201


def test_keys_belong_to_a_company(api: TestClient, store: Store) -> None:
    send(api, create("a"))
    other = api.post(
        "/api/v1/companies/c2/customers/batch",
        json={"items": [create("a", "Carr")]},
        headers={"Authorization": "Bearer token-2"},
    ).json()["results"]
    assert (other[0]["status"], other[0]["customer"]["name"]) == (201, "Carr")


def test_the_same_batch_from_many_at_once_is_done_once(store: Store) -> None:
    app = create_app(store, tokens({"c1": "token-1"}))
    items = [create(f"k{n}", f"Customer {n}") for n in range(40)]
    answers: list[list[int]] = []

    def run(order: int) -> None:
        client = TestClient(app, headers={"Authorization": "Bearer token-1"})
        results = send(client, *(items if order % 2 else items[::-1]))
        by_key = {result["key"]: result["customer"]["id"] for result in results}
        answers.append([by_key[item["key"]] for item in items])

    threads = [threading.Thread(target=run, args=(order,)) for order in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert all(answer == answers[0] for answer in answers)
    assert sorted(answers[0]) == list(range(1, 41))


KILLED = """
import os, sys
from fastapi.testclient import TestClient
from sqlalchemy import event
from fieldledger.desk import asking
from fieldledger.desk.app import bearer, create_app
from fieldledger.desk.store import Store
store = Store(sys.argv[1])
if sys.argv[2] == "after":
    asking.answer = lambda *_: os._exit(9)      # committed, and nobody hears of it
else:
    event.listen(store.database.engine, "commit", lambda connection: os._exit(9))
client = TestClient(create_app(store, bearer("t")), headers={"Authorization": "Bearer t"})
json = {"Content-Type": "application/json"}
client.post("/api/v1/companies/c1/customers/batch", content=sys.stdin.buffer.read(), headers=json)
os._exit(0)
"""


def test_killed_around_the_commit_the_same_key_gives_one_customer(tmp_path: Path) -> None:
    """spec 10.1: before the commit nothing happened; after it, the same key tells the customer that was made."""
    path = tmp_path / "desk.db"
    items = [create("a", "Baker", locations=[{"name": "Main"}]), create("b", "Carr")]
    made = {"before": 0, "after": 2}
    for moment, number in made.items():
        done = subprocess.run(
            [sys.executable, "-c", KILLED, str(path), moment],
            input=json.dumps({"items": items}).encode(), check=False, capture_output=True,
        )  # fmt: skip
        assert done.returncode == 9, done.stderr.decode()
        store = Store(path)
        assert store.page("c1", active=None, limit=10)[1] == number
        store.close()
    store = Store(path)
    client = TestClient(create_app(store, bearer("t")), headers={"Authorization": "Bearer t"})
    results = send(client, *items)
    assert [(result["status"], result["customer"]["id"]) for result in results] == [(201, 1), (201, 2)]
    assert store.page("c1", active=None, limit=10)[1] == 2
    store.close()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    calls=st.lists(
        st.lists(
            st.tuples(st.sampled_from("abcdef"), st.sampled_from(("create", "update")), st.integers(1, 4)),
            max_size=6,
        ),
        max_size=6,
    )
)
def test_whatever_is_repeated_a_key_has_one_answer(tmp_path_factory: Any, calls: Any) -> None:
    """A model of the promise: the first answer to a key, kept in a plain dict, is every answer to it."""
    store = Store(tmp_path_factory.mktemp("desk") / "desk.db")
    api = TestClient(create_app(store, tokens({"c1": "t"})), headers={"Authorization": "Bearer t"})
    first: dict[tuple[str, str, int], tuple[int, Any]] = {}
    used: dict[str, tuple[str, str, int]] = {}
    for call in calls:
        items = [
            create(key, f"N{number}") if op == "create" else change(key, number, None, phone=key)
            for key, op, number in call
        ]
        for item, result in zip(call, send(api, *items), strict=True):
            told = (result["status"], (result["customer"] or {}).get("id"))
            if used.setdefault(item[0], item) != item:
                assert told[0] == 422
            else:
                assert first.setdefault(item, told) == told
    creates = {item for item, (status, _) in first.items() if item[1] == "create" and status == 201}
    assert store.page("c1", active=None, limit=100)[1] == len(creates)
    assert len({id for item, (_, id) in first.items() if item in creates}) == len(creates)
    store.close()


def test_batches_are_quick_enough(api: TestClient) -> None:
    """The goal is 3,000 customers a second; the test allows a machine that is ten times as busy."""
    batches = [
        [
            create(f"{b}-{n}", f"Customer {b} {n}", phone="1", billing_address={"line1": f"{n} Main St"},
                   locations=[{"name": "Ship To 1", "address": {"line1": f"{n} Main St", "city": "Millbrae"}}])
            for n in range(200)
        ]
        for b in range(5)
    ]  # fmt: skip
    start = time.perf_counter()
    for batch in batches:
        assert {result["status"] for result in send(api, *batch)} == {201}
    assert 1000 / (time.perf_counter() - start) > 300
