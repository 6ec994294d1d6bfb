"""The change feed and the list: nothing is missed, nothing comes twice, and far pages cost what near ones do."""

from __future__ import annotations

import random

from fastapi.testclient import TestClient

from fieldledger.desk.customers import CustomerCreate, CustomerFields
from fieldledger.desk.judging import Item
from fieldledger.desk.store import Store
from fieldledger.desk.texts import fold
from tests.desk.conftest import API, Clock, make

MANY = 10_000


def fill(store: Store, number: int) -> list[str]:
    """So many customers, many of them with the same name."""
    choice = random.Random(7)
    names = [f"{choice.choice('ABCDEFG')}{choice.randrange(number // 3)} Müller" for _ in range(number)]
    for start in range(0, number, 500):
        items = [
            Item(f"k{start + n}", None, None, CustomerCreate(name=name, active=(start + n) % 10 != 0))
            for n, name in enumerate(names[start : start + 500])
        ]
        store.customers.batch("c1", items, "sync")
    return names


def test_paging_through_ten_thousand_shows_each_once_in_order(store: Store, api: TestClient) -> None:
    names = fill(store, MANY)
    seen: list[tuple[str, int]] = []
    cursor = ""
    while True:
        page = api.get(f"{API}/customers", params={"limit": 1000, "cursor": cursor}).json()
        assert page["total"] == MANY
        seen += [(fold(item["name"]), item["id"]) for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == MANY == len(set(seen))
    assert seen == sorted(seen)
    assert sorted(name for name, _ in seen) == sorted(fold(name) for name in names)
    inactive = api.get(f"{API}/customers", params={"active": "false", "limit": 1}).json()
    assert inactive["total"] == MANY // 10
    with store.database.read() as tx:
        plan = tx.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT * FROM customers WHERE company = 'c1' AND deleted = 0 "
            "AND (name_key, id) > ('d', 5) ORDER BY name_key, id LIMIT 51"
        ).all()
    told = " ".join(str(row) for row in plan)
    assert "ix_customers_list (company=? AND" in told, "a page by key, not by counting"
    assert "TEMP B-TREE" not in told, "already in order"


def test_the_last_page_says_that_it_is_the_last(store: Store, api: TestClient) -> None:
    for n in range(4):
        make(store, f"Customer {n}")
    first = api.get(f"{API}/customers", params={"limit": 2}).json()
    second = api.get(f"{API}/customers", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [len(first["items"]), len(second["items"])] == [2, 2]
    assert second["next_cursor"] is None


def test_the_feed_tells_each_customer_once_at_its_latest_place(store: Store, api: TestClient) -> None:
    for n in range(5):
        make(store, f"Customer {n}")
    make(store, "Somebody else's", company="c2")
    store.customers.change("c1", 2, CustomerFields(phone="2"), None)
    store.customers.delete("c1", 4)
    told = api.get(f"{API}/customers/changes", params={"limit": 3}).json()
    assert [(item["id"], item["position"]) for item in told["items"]] == [(1, 1), (3, 3), (5, 5)]
    assert (told["after"], told["more"]) == (5, True)
    rest = api.get(f"{API}/customers/changes", params={"after": told["after"]}).json()
    assert [(item["id"], item["position"], item["deleted"]) for item in rest["items"]] == [
        (2, 6, False),
        (4, 7, True),
    ]
    assert rest["items"][1]["customer"] is None
    assert rest["items"][0]["customer"]["phone"] == "2"
    assert (rest["after"], rest["more"]) == (7, False)
    nothing = api.get(f"{API}/customers/changes", params={"after": 7}).json()
    assert nothing == {"items": [], "after": 7, "more": False}


def test_changed_since_counts_from_that_instant_in_any_offset(
    store: Store, api: TestClient, clock: Clock
) -> None:
    make(store, "Old")
    clock.time += 3600.25
    new = make(store, "New")
    stamp = new["modified_at"]
    assert stamp.endswith(".250000Z")
    for since in (stamp, stamp.replace("Z", "+00:00"), stamp.replace(".250000Z", "")):
        found = api.get(f"{API}/customers", params={"changed_since": since}).json()
        assert [item["name"] for item in found["items"]] == ["New"]
    far_west = stamp.replace("Z", "-05:00")
    assert api.get(f"{API}/customers", params={"changed_since": far_west}).json()["total"] == 0


def search(api: TestClient, text: str, **more: str) -> list[str]:
    found = api.get(f"{API}/customers", params={"search": text, **more}).json()
    assert found["total"] == len(found["items"])
    return [item["name"] for item in found["items"]]


def test_search_finds_parts_of_everything_people_know(store: Store, api: TestClient) -> None:
    make(store, "José Núñez Plumbing", phone="(650) 555-1234", email="jose@nunez.example",
         billing_address={"line1": "42 Cypress Hill Rd", "city": "Bayshore"})  # fmt: skip
    make(store, "Baker Residence", first_name="Crystal", phone="415-555-9876",
         locations=[{"name": "Barn", "address": {"line1": "7 Oak \"Grove\" 100% Ave", "city": "Millbrae"}}],
    )  # fmt: skip
    make(store, "Jo", active=False)
    jose, baker = ["José Núñez Plumbing"], ["Baker Residence"]
    for text in ("jose", "NUÑEZ", "plumb", "lumbin", "6505551234", "650-555-1234", "5551234", "1234", "hill cypress",
                 "nunez.ex", "bayshore jo"):  # fmt: skip
        assert search(api, text) == jose, text
    for text in ("crystal", "555 9876", "millbrae", 'oak "grove"', "100%", "(415)"):
        assert search(api, text) == baker, text
    assert search(api, "jo") == ["Jo", *jose]
    assert search(api, "jo", active="true") == jose
    assert search(api, "zzz") == search(api, "jose zzz") == search(api, "_____") == []
    assert search(api, '"') == search(api, '""" OR NOT (') == []


def test_search_follows_edits_and_deletes_and_keeps_companies_apart(store: Store, api: TestClient) -> None:
    make(store, "Riverbend Brewing")
    make(store, "Riverbend Elsewhere", company="c2")
    store.customers.change("c1", 1, CustomerFields(name="Harborlight Brewing"), None)
    assert search(api, "riverbend") == []
    assert search(api, "harborlight") == ["Harborlight Brewing"]
    store.customers.delete("c1", 1)
    assert search(api, "harborlight") == []


def test_common_and_rare_words_page_alike(store: Store, api: TestClient) -> None:
    """Many hits are found by walking along the names, few by the index: both must show the same."""
    fill(store, 4000)
    for word in ("muller", "a1 mul"):
        seen: list[int] = []
        cursor: str | None = ""
        while cursor is not None:
            page = api.get(
                f"{API}/customers", params={"search": word, "limit": 1000, "cursor": cursor}
            ).json()
            seen += [item["id"] for item in page["items"]]
            cursor = page["next_cursor"]
        assert len(seen) == len(set(seen)) == page["total"] > 100


def test_pages_go_back_as_they_went_forward(store: Store) -> None:
    from fieldledger.desk.customer_search import spot_of
    from fieldledger.desk.listing import Wanted

    for n in range(7):
        make(store, f"Customer {n}")
    wanted = Wanted()
    first = store.customers.page("c1", wanted, limit=3, count_before=True)
    second = store.customers.page("c1", wanted, after=spot_of(first.states[-1]), limit=3, count_before=True)
    third = store.customers.page("c1", wanted, after=spot_of(second.states[-1]), limit=3, count_before=True)
    assert [(page.before, page.more) for page in (first, second, third)] == [(0, True), (3, True), (6, False)]
    back = store.customers.page("c1", wanted, until=spot_of(third.states[0]), limit=3, count_before=True)
    assert [state.id for state in back.states] == [state.id for state in second.states]
    assert (back.before, back.more) == (3, True)


def test_common_and_rare_words_are_filtered_by_status_alike(store: Store, api: TestClient) -> None:
    """Whichever way is taken to find the words, of which the sync said this are shown, and no others."""
    fill(store, 4000)
    badge = {"kind": "customer", "detail": "", "books_name": "", "at": "2026-11-24T16:05:00Z"}
    store.show_status(
        "c1", [{**badge, "id": id, "status": "Conflict" if id % 7 else "Synced"} for id in range(1, 3001)]
    )
    for word in ("muller", "a1 mul", "b"):
        every = {"search": word, "limit": 1000}
        totals = {}
        for status in ("", "Conflict", "Synced", "none", "Voided"):
            page = api.get(f"{API}/customers", params={**every, "status": status}).json()
            totals[status] = page["total"]
            wanted = None if status == "none" else status
            assert status == "" or {(each["sync"] or {}).get("status") for each in page["items"]} <= {wanted}
        assert totals["Voided"] == 0
        assert totals[""] == totals["Conflict"] + totals["Synced"] + totals["none"]
        assert min(totals["Conflict"], totals["Synced"], totals["none"]) > 5
