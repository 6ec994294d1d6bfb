"""Several customers at once: ticked in the list, listed and asked about, then done; all without JavaScript."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from lxml import html

from fieldledger.desk.customers import CustomerFields
from fieldledger.desk.store import NotThere, Store
from tests.desk.conftest import API, make
from tests.desk.test_pages import LIST, listed, read, words


def ask(pages: TestClient, do: str, *ids: int, status: int = 200) -> Any:
    query = "&".join(f"id={id}" for id in ids)
    return read(pages, f"{LIST}/selected?do={do}&{query}", status)


def sent_by(page: Any) -> dict[str, Any]:
    """What the page's form would send."""
    [form] = page.xpath("//main//form[@method='post']")
    sent: dict[str, Any] = {}
    for name, value in form.form_values():
        sent.setdefault(name, []).append(value)
    return sent


def went_back(answer: Any) -> dict[str, list[str]]:
    assert answer.status_code == 303, answer.text
    address = urlsplit(answer.headers["location"])
    assert address.path == LIST
    return parse_qs(address.query)


def test_from_ticks_to_deleted(pages: TestClient, store: Store, api: TestClient) -> None:
    """The guide's user cleans up duplicates. spec 2.11: the page says what it means for QuickBooks."""
    for name in ("Carefree", "Carefree", "Baker", "Carr"):
        make(store, name, billing_address={"line1": f"{name} Inc", "line2": "12 Oak Ave", "city": "Millbrae"})
    [form] = read(pages, f"{LIST}?search=Carefree").xpath("//form[@action=$to]", to=f"{LIST}/selected")
    assert form.get("method") == "get"
    boxes = form.xpath(".//input[@name='id']")
    assert [(box.get("value"), box.get("checked"), box.get("aria-label")) for box in boxes] == [
        ("1", None, "Select Carefree"),
        ("2", None, "Select Carefree"),
    ]
    kept = {name: value for name, value in form.form_values() if name != "id"}
    assert form.xpath(".//button[@name='do']/@value") == ["deactivate", "delete"]
    address = f"{LIST}/selected?id=1&id=2&do=delete&search={kept['search']}&active={kept['active']}"
    page = read(pages, address)
    text = words(page.xpath("//main")[0])
    for part in ("Delete 2 customers?", "12 Oak Ave, Millbrae", "In QuickBooks nothing is deleted",
                 "not imported again until somebody asks"):  # fmt: skip
        assert part in text, part
    assert store.page("c1", active=None, limit=9)[1] == 4, "asking does nothing"
    back = went_back(pages.post(f"{LIST}/selected", data=sent_by(page)))
    assert (back["search"], back["told"]) == (["Carefree"], ["all-deleted"])
    assert listed(read(pages, LIST)) == ["Baker", "Carr"]
    assert "were deleted" in words(read(pages, f"{LIST}?told=all-deleted"))
    gone = [each["id"] for each in api.get(f"{API}/customers/changes").json()["items"] if each["deleted"]]
    assert gone == [1, 2]


@pytest.mark.parametrize(
    ("direction", "meaning"),
    [
        ("books_to_field", "QuickBooks is not changed"),
        ("field_to_books", "does the same in QuickBooks"),
        ("two_way", "does the same in QuickBooks"),
        ("", ""),
    ],
)
def test_deactivating_says_what_it_means(
    pages: TestClient, store: Store, direction: str, meaning: str
) -> None:
    """spec 2.2, 2.10: it follows to QuickBooks as the direction allows."""
    store.set_policy("c1", {"customers": {"direction": direction}})
    make(store, "A")
    make(store, "B", active=False)
    page = ask(pages, "deactivate", 1, 2)
    assert "Deactivate 1 customer?" in words(page), "B is inactive already"
    assert meaning in words(page)
    assert ("QuickBooks" in words(page.xpath("//main")[0])) is bool(meaning)
    assert went_back(pages.post(f"{LIST}/selected", data=sent_by(page)))["told"] == ["all-deactivated"]
    assert store.customers.get("c1", 1)["active"] is False
    assert store.customers.get("c1", 2)["version"] == 1
    one = read(pages, f"{LIST}/1?told=inactive")
    assert (meaning in words(one.xpath("//*[@role='status']")[0])) is True
    pages.post(f"{LIST}/selected", data=sent_by(ask(pages, "activate", 1, 2)))
    assert [store.customers.get("c1", id)["active"] for id in (1, 2)] == [True, True]


def test_whoever_was_changed_meanwhile_is_left_alone(pages: TestClient, store: Store) -> None:
    for name in ("A", "B", "C", "D"):
        make(store, name)
    sent = sent_by(ask(pages, "delete", 1, 2, 3, 4))
    store.customers.change("c1", 2, CustomerFields(phone="1"), None)
    store.customers.delete("c1", 4)
    answer = pages.post(f"{LIST}/selected", data=sent)
    page = html.fromstring(answer.text)
    assert answer.status_code == 409
    assert "2 customers done. Somebody else changed this one meanwhile" in words(page)
    assert sent_by(page)["pick"] == ["2:2"]
    assert listed(read(pages, LIST)) == ["B"]
    went_back(pages.post(f"{LIST}/selected", data=sent_by(page)))
    with pytest.raises(NotThere):
        store.customers.get("c1", 2)


def test_one_can_be_taken_back_on_the_page_that_asks(pages: TestClient, store: Store) -> None:
    make(store, "A")
    make(store, "B")
    sent = sent_by(ask(pages, "delete", 1, 2))
    pages.post(f"{LIST}/selected", data={**sent, "pick": ["1:1"]})
    assert listed(read(pages, LIST)) == ["B"]


def test_what_is_locked_is_told(pages: TestClient, store: Store) -> None:
    make(store, "A")
    sent = sent_by(ask(pages, "delete", 1))
    store.set_policy("c1", {"locks": [{"what": "customers", "why": "A restore is going on."}]})
    answer = pages.post(f"{LIST}/selected", data=sent)
    assert answer.status_code == 409
    assert "A restore is going on." in answer.text
    assert store.customers.get("c1", 1)["version"] == 1


@pytest.mark.parametrize(
    "query", ["", "do=delete", "do=explode&id=1", "do=delete&id=99", "do=delete&id=x", "do=delete&id=-1", "id=1",
              f"do=delete&id={'9' * 30}"]
)  # fmt: skip
def test_nothing_sensible_selected_leads_back(pages: TestClient, store: Store, query: str) -> None:
    make(store, "A")
    assert went_back(pages.get(f"{LIST}/selected?{query}"))["told"] == ["none"]
    assert "tick the boxes" in words(read(pages, f"{LIST}?told=none"))


@pytest.mark.parametrize("change", [{"do": "explode"}, {"pick": []}, {"pick": ["x", "1:", ":1", "1:2:3"]}])
def test_a_form_that_is_not_ours_does_nothing(
    pages: TestClient, store: Store, change: dict[str, Any]
) -> None:
    make(store, "A")
    sent = {**sent_by(ask(pages, "delete", 1)), **change}
    assert went_back(pages.post(f"{LIST}/selected", data=sent))["told"] == ["none"]
    assert store.customers.get("c1", 1)["version"] == 1


def test_only_our_own_forms_are_taken(pages: TestClient, store: Store) -> None:
    make(store, "A")
    sent = sent_by(ask(pages, "delete", 1))
    assert pages.post(f"{LIST}/selected", data={**sent, "csrf": "0" * 64}).status_code == 403
    assert (
        pages.post(f"{LIST}/selected", data=sent, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    )
    pages.cookies.clear()
    assert pages.get(f"{LIST}/selected?do=delete&id=1").status_code == 401
    assert pages.post(f"{LIST}/selected", data=sent).status_code == 401
    assert store.customers.get("c1", 1)["version"] == 1


def test_another_companys_customers_are_out_of_reach(pages: TestClient, store: Store) -> None:
    make(store, "Theirs", company="c2")
    assert went_back(pages.get(f"{LIST}/selected?do=delete&id=1"))["told"] == ["none"]
    mine = make(store, "Mine")
    sent = sent_by(ask(pages, "delete", 1))
    assert mine["id"] == 1
    pages.post(f"{LIST}/selected", data=sent)
    assert store.customers.get("c2", 1)["name"] == "Theirs"


def test_all_of_a_page_can_be_ticked_without_a_script(pages: TestClient, store: Store) -> None:
    for number in range(60):
        make(store, f"Customer {number:02}")
    second = read(pages, read(pages, f"{LIST}?active=all").xpath("//a[@rel='next']/@href")[0])
    ticked = read(pages, second.xpath("//a[text()='Select all on this page']/@href")[0])
    assert listed(ticked) == listed(second)
    assert len(ticked.xpath("//input[@name='id'][@checked]")) == 10
    assert ticked.xpath("//button[@name='do']/@value") == ["deactivate", "activate", "delete"]
    assert read(pages, f"{LIST}?select=1").xpath("//input[@name='id'][@checked]") == []
