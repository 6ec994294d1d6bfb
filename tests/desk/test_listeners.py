"""Edits are heard at once: once each, after the commit, and never the sync's own (a writing engine hears no echo)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from fieldledger.desk.customers import CustomerCreate, CustomerFields
from fieldledger.desk.store import Conflict, NotThere, Store
from tests.desk.conftest import API, make
from tests.desk.test_pages import LIST, form_of, read

SYNC = {"X-Fieldledger-Origin": "sync"}
Heard = list[tuple[str, str, int]]


@pytest.fixture
def heard(store: Store) -> Heard:
    """What was heard since."""
    told: Heard = []
    store.listen(lambda company, kind, id: told.append((company, kind, id)))
    return told


def took(heard: Heard) -> Heard:
    taken = list(heard)
    heard.clear()
    return taken


def test_every_way_in_is_heard_once(api: TestClient, pages: TestClient, store: Store, heard: Heard) -> None:
    api.post(f"{API}/customers", json={"name": "A"})
    assert took(heard) == [("c1", "customer", 1)]
    acts: list[Callable[[], Any]] = [
        lambda: api.patch(f"{API}/customers/1", json={"phone": "1"}),
        lambda: api.put(f"{API}/customers/1", json={"name": "A", "phone": "2"}),
        lambda: pages.post(f"{LIST}/1/edit", data={**form_of(read(pages, f"{LIST}/1/edit")), "phone": "3"}),
        lambda: pages.post(f"{LIST}/1/active", data=form_of(read(pages, f"{LIST}/1"))),
        lambda: api.delete(f"{API}/customers/1"),
    ]
    for act in acts:
        act()
        assert took(heard) == [("c1", "customer", 1)]
    pages.post(f"{LIST}/new", data={**form_of(read(pages, f"{LIST}/new")), "name": "B"})
    pages.post(f"{LIST}/2/delete", data=form_of(read(pages, f"{LIST}/2/delete")))
    assert took(heard) == [("c1", "customer", 2)] * 2


def test_the_sync_hears_nothing_of_its_own(api: TestClient, store: Store, heard: Heard) -> None:
    items = [
        {"key": "a", "op": "create", "customer": {"name": "A"}},
        {"key": "b", "op": "create", "customer": {"name": "B"}},
    ]
    api.post(f"{API}/customers/batch", json={"items": items}, headers=SYNC)
    api.post(f"{API}/customers", json={"name": "C"}, headers=SYNC)
    api.patch(f"{API}/customers/1", json={"phone": "1"}, headers=SYNC)
    api.delete(f"{API}/customers/2", headers=SYNC)
    badge = {"kind": "customer", "id": 1, "status": "Synced", "at": "2026-11-24T16:05:00Z"}
    api.put(f"{API}/sync-status", json={"items": [badge]})
    assert store.customers.get("c1", 1)["sync"] is not None
    assert took(heard) == []
    api.post(f"{API}/customers/batch", json={"items": [{**each, "key": f"{each['key']}2"} for each in items]})
    assert took(heard) == [("c1", "customer", 4), ("c1", "customer", 5)]


def test_what_changed_nothing_is_not_heard(api: TestClient, store: Store, heard: Heard) -> None:
    make(store, phone="1")
    took(heard)
    assert api.patch(f"{API}/customers/1", json={"phone": " 1 "}).status_code == 200
    assert (
        api.patch(f"{API}/customers/1", json={"phone": "2"}, headers={"If-Match": '"9"'}).status_code == 412
    )
    assert api.patch(f"{API}/customers/1", json={"name": ""}).status_code == 422
    assert api.patch(f"{API}/customers/1", json={"locations": [{"name": "A", "job": "8"}]}).status_code == 422
    assert api.delete(f"{API}/customers/9").status_code == 404
    assert took(heard) == []


def test_a_record_edited_twice_in_one_batch_is_heard_once(
    api: TestClient, store: Store, heard: Heard
) -> None:
    make(store)
    took(heard)
    items = [
        {"key": str(n), "op": "update", "id": 1, "version": None, "customer": {"phone": str(n)}}
        for n in range(3)
    ]
    api.post(f"{API}/customers/batch", json={"items": items})
    assert store.customers.get("c1", 1)["version"] == 4
    assert took(heard) == [("c1", "customer", 1)]
    api.post(f"{API}/customers/batch", json={"items": items})
    assert took(heard) == [], "the same keys again do nothing"


WRITES: list[Callable[[Store], Any]] = [
    lambda store: store.customers.create("c1", CustomerCreate(name="New")),
    lambda store: store.customers.change("c1", 1, CustomerFields(phone="2"), None),
    lambda store: store.customers.delete("c1", 1),
    lambda store: store.customers.many("c1", [(1, None)], CustomerFields(active=False)),
]


@pytest.mark.parametrize("write", WRITES)
def test_it_is_heard_after_the_commit(store: Store, write: Callable[[Store], Any]) -> None:
    """A listener that reads, or writes, sees the edit and waits for nobody: the transaction is over."""
    make(store)
    seen = []

    def heard(company: str, kind: str, id: int) -> None:
        changed, _ = store.customers.changes(company, 1, 10)
        seen.append([each["id"] for each in changed])
        with store.database.write():
            pass

    store.listen(heard)
    write(store)
    assert len(seen) == 1
    assert seen[0], "the feed shows the edit already"


def test_an_edit_that_fails_at_the_commit_is_not_heard(store: Store, heard: Heard) -> None:
    from sqlalchemy import event

    make(store)
    took(heard)

    def broken(_: object) -> None:
        raise OSError("disk full")

    event.listen(store.database.engine, "commit", broken)
    with pytest.raises(OSError, match="disk full"):
        store.customers.change("c1", 1, CustomerFields(phone="2"), None)
    event.remove(store.database.engine, "commit", broken)
    assert took(heard) == []
    assert store.customers.get("c1", 1)["phone"] is None


def test_a_failing_listener_never_fails_the_edit(
    api: TestClient, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged with the record's number and without its content; the others hear all the same."""
    told: Heard = []

    def broken(company: str, kind: str, id: int) -> None:
        raise RuntimeError("the engine is away")

    store.listen(broken)
    store.listen(lambda company, kind, id: told.append((company, kind, id)))
    with caplog.at_level(logging.ERROR):
        made = api.post(f"{API}/customers", json={"name": "Secret name"})
    assert made.status_code == 201
    assert told == [("c1", "customer", 1)]
    [record] = [each for each in caplog.records if each.name == "fieldledger.desk.listeners"]
    assert record.getMessage() == "a listener failed at customer 1 of c1"
    assert record.exc_info is not None
    assert "Secret name" not in caplog.text


def test_many_at_once_are_heard_one_by_one(store: Store, heard: Heard) -> None:
    for _ in range(3):
        make(store)
    took(heard)
    done = store.customers.many("c1", [(3, 1), (1, 9), (7, None), (2, None)], None)
    assert [each.status for each in done] == [200, 409, 404, 200]
    assert took(heard) == [("c1", "customer", 2), ("c1", "customer", 3)]
    with pytest.raises(NotThere):
        store.customers.delete("c1", 2)
    with pytest.raises(Conflict):
        store.customers.delete("c1", 1, 9)
    assert took(heard) == []
