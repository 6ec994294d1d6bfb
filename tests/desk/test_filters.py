"""Filters of the lists: by sync status, and none that is misspelled."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from fieldledger.desk.store import STATUSES, Store
from tests.desk.conftest import API, make
from tests.desk.test_pages import LIST, listed, read, words
from tests.desk.test_rest import problem

AT = "2026-11-24T16:05:00Z"


@pytest.fixture
def badged(store: Store) -> Store:
    """Two customers of each status, one of them inactive, and one that the sync never spoke of."""
    for status in STATUSES:
        for active in (True, False):
            number = make(store, f"{status} {'here' if active else 'gone'}", active=active)["id"]
            store.show_status(
                "c1",
                [
                    {
                        "kind": "customer",
                        "id": number,
                        "status": status,
                        "detail": "",
                        "books_name": "",
                        "at": AT,
                    }
                ],
            )
    make(store, "New")
    return store


@pytest.mark.parametrize("status", STATUSES)
def test_rest_filters_by_status(api: TestClient, badged: Store, status: str) -> None:
    """spec 9.4: in these words."""
    found = api.get(f"{API}/customers", params={"status": status}).json()
    assert [(each["name"], each["sync"]["status"]) for each in found["items"]] == [
        (f"{status} gone", status),
        (f"{status} here", status),
    ]
    assert found["total"] == 2
    one = api.get(f"{API}/customers", params={"status": status, "active": "true", "search": "here"}).json()
    assert [each["name"] for each in one["items"]] == [f"{status} here"]


def test_those_that_the_sync_never_spoke_of_can_be_found(api: TestClient, badged: Store) -> None:
    found = api.get(f"{API}/customers", params={"status": "none"}).json()
    assert [(each["name"], each["sync"]) for each in found["items"]] == [("New", None)]


def test_another_companys_badges_do_not_count(api: TestClient, badged: Store) -> None:
    make(badged, "Theirs", company="c2")
    badge = {"kind": "customer", "id": 1, "status": "Conflict", "detail": "", "books_name": "", "at": AT}
    badged.show_status("c2", [badge])
    found = api.get(f"{API}/customers", params={"status": "Conflict"}).json()
    assert [each["name"] for each in found["items"]] == ["Conflict gone", "Conflict here"]


def test_pages_of_a_filtered_list_follow_each_other(api: TestClient, badged: Store) -> None:
    for number in range(30):
        id = make(badged, f"N {number:02}")["id"]
        badge = {"kind": "customer", "id": id, "status": "On hold", "detail": "", "books_name": "", "at": AT}
        badged.show_status("c1", [badge])
    names: list[str] = []
    cursor = ""
    while True:
        page = api.get(f"{API}/customers", params={"status": "On hold", "limit": 7, "cursor": cursor}).json()
        names += [each["name"] for each in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert len(names) == len(set(names)) == 32 == page["total"]


@pytest.mark.parametrize("status", ["synced", "Fine", "Synced "])
def test_a_status_that_there_is_not_is_refused(api: TestClient, status: str) -> None:
    told = problem(api.get(f"{API}/customers", params={"status": status}), 422)
    assert "Needs attention" in told["detail"]


@pytest.mark.parametrize(
    ("query", "named", "told"),
    [
        ("customers?serach=x", ["serach"], "search, active, changed_since, status, cursor, limit"),
        ("customers?Active=true", ["Active"], "there are"),
        ("customers?active=true&stauts=Synced&ofset=3", ["stauts", "ofset"], "there are"),
        ("customers?active=true&active=false", ["active"], "came 2 times"),
        ("customers/changes?since=3", ["since"], "after, limit"),
    ],
)
def test_a_misspelled_filter_does_not_show_everything(
    api: TestClient, badged: Store, query: str, named: list[str], told: str
) -> None:
    answer = problem(api.get(f"{API}/{query}"), 422)
    assert [each["field"] for each in answer["errors"]] == [f"query.{name}" for name in named]
    for name, error in zip(named, answer["errors"], strict=True):
        assert told in error["message"]
        assert name in answer["detail"]


def test_strangers_learn_nothing_of_parameters(api: TestClient) -> None:
    problem(api.get(f"{API}/customers?x=1", headers={"Authorization": ""}), 401)


def test_the_page_filters_by_status(pages: TestClient, badged: Store) -> None:
    page = read(pages, f"{LIST}?status=Needs attention&active=all")
    assert listed(page) == ["Needs attention gone", "Needs attention here"]
    assert page.xpath("//select[@name='status']/option[@selected]/text()") == ["Needs attention"]
    inactive = read(pages, page.xpath("//nav[@aria-label='Which customers']/a[text()='Inactive']/@href")[0])
    assert listed(inactive) == ["Needs attention gone"], "the other filter is kept"
    assert listed(read(pages, f"{LIST}?status=none")) == ["New"]
    options = page.xpath("//select[@name='status']/option/text()")
    assert options == ["Any status", *STATUSES, "No status yet"]


def test_a_filter_that_finds_nobody_says_so(pages: TestClient, store: Store) -> None:
    make(store, "New")
    page = read(pages, f"{LIST}?status=Conflict")
    assert "No customer here is “Conflict”" in words(page)
    assert listed(read(pages, page.xpath("//a[text()='Show any status']/@href")[0])) == ["New"]
    assert "Nobody matches" in words(read(pages, f"{LIST}?status=Conflict&search=x"))
