"""The pages as a browser without JavaScript sees them: list, one customer, form, conflicts, deleting, form tokens."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from lxml import html

from fieldledger.desk.customers import CustomerFields
from fieldledger.desk.store import Store
from fieldledger.web.csrf import COOKIE
from tests.desk.conftest import API, add_rate, add_term, make

LIST = "/companies/c1/customers"
BADGE = {
    "kind": "customer", "detail": "Rename one of them.", "books_name": "Smith:Kitchen", "at": "2026-11-24T16:05:00Z",
}  # fmt: skip


def read(pages: TestClient, path: str, status: int = 200) -> Any:
    answer = pages.get(path)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("text/html")
    return html.fromstring(answer.text)


def words(element: Any) -> str:
    return " ".join(element.text_content().split())


def listed(page: Any) -> list[str]:
    return [words(link) for link in page.xpath("//a[@class='name']")]


def form_of(page: Any, number: int = 0) -> dict[str, str]:
    """What the form would send if nothing were typed."""
    form = page.xpath("//main//form[@method='post']")[number]
    return {name: value for name, value in form.form_values() if name != "do"}


def test_the_list_tells_customers_of_one_name_apart(pages: TestClient, store: Store) -> None:
    """spec 3.4: most locations are named "Ship To 1", so lists show the address too."""
    make(store, "Carefree", locations=[
        {"name": "Ship To 1",
         "address": {"line1": "Carefree", "line2": "12 Oak Ave", "city": "Millbrae", "state": "CA"}},
        {"name": "Barn", "address": {"line1": "9 Elm"}},
    ])  # fmt: skip
    make(store, "Carefree", billing_address={"line1": "Suite B", "city": "Bayshore"}, email="c@example.com")
    store.show_status("c1", [{**BADGE, "id": 1, "status": "Needs attention"}])
    page = read(pages, LIST)
    rows = [words(row) for row in page.xpath("//tbody/tr")]
    assert "12 Oak Ave" in rows[0]
    assert "Millbrae, CA · 1 more location" in rows[0]
    assert "Smith › Kitchen" in rows[0]
    assert "Needs attention" in rows[0]
    assert "Suite B Bayshore" in rows[1]
    assert "Not synced" not in rows[1]
    assert words(page.xpath("//*[@id='count']")[0]) == "2 customers"


def test_search_filter_and_paging_work_without_a_script(pages: TestClient, store: Store) -> None:
    for number in range(120):
        make(store, f"Customer {number:03}", active=number != 7)
    first = read(pages, LIST)
    assert words(first.xpath("//*[@id='count']")[0]) == "1–50 of 119"
    second = read(pages, first.xpath("//a[@rel='next']/@href")[0])
    third = read(pages, second.xpath("//a[@rel='next']/@href")[0])
    assert words(third.xpath("//*[@id='count']")[0]) == "101–119 of 119"
    assert third.xpath("//a[@rel='next']") == []
    back = read(pages, third.xpath("//a[@rel='prev']/@href")[0])
    assert listed(back) == listed(second)
    assert len({*listed(first), *listed(second), *listed(third)}) == 119
    assert listed(read(pages, f"{LIST}?active=false")) == ["Customer 007"]
    assert listed(read(pages, f"{LIST}?search=omer 11&active=nonsense")) == [
        f"Customer 11{n}" for n in range(10)
    ]
    assert "Nobody matches “xyz”" in words(read(pages, f"{LIST}?search=xyz"))
    assert "No customers yet" in words(read(pages, "/companies/c2/customers"))
    assert pages.get(f"{LIST}?after=nonsense").status_code == 422


def test_what_users_type_is_shown_as_text(pages: TestClient, store: Store) -> None:
    evil = "<script>alert(1)</script>"
    make(store, evil, notes=evil, billing_address={"line1": evil, "note": evil}, email=f'"{evil}')
    store.set_policy("c1", {"customers": {"notice": evil}, "locks": [{"what": evil, "why": evil}, 5], "x": 1})
    store.show_status("c1", [{**BADGE, "id": 1, "status": "Synced", "detail": evil, "books_name": evil}])
    for path in (
        f"{LIST}?search={evil}",
        LIST,
        f"{LIST}/1",
        f"{LIST}/1/edit",
        f"{LIST}/1/delete",
        f"{LIST}/new",
        f"{LIST}/selected?do=delete&id=1&search={evil}",
    ):
        answer = pages.get(path)
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text


def test_one_customer_shows_everything(pages: TestClient, store: Store) -> None:
    add_term(store, "Net 30", due_days=30)
    add_rate(store, "San Tomas")
    make(store, "Baker", first_name="Ann", phone="(650) 555-1234 x5", alt_phone="+1 650 5550000", email="a@example.com",
         terms="Net 30", tax_code="Tax", tax_item="San Tomas", notes="Dog.\nRing twice.",
         billing_address={"line1": "1 Main St", "line5": "Rear", "note": "Gate 4"},
         locations=[{"name": "Barn", "is_default": True, "address": {"line1": "9 Elm", "note": "Key at 7"}}],
    )  # fmt: skip
    store.show_status("c1", [{**BADGE, "id": 1, "status": "Conflict"}])
    page = read(pages, f"{LIST}/1")
    text = words(page.xpath("//main")[0])
    for part in ("Ann", "(650) 555-1234 x5", "Net 30", "San Tomas", "Rear", "Gate 4", "Barn Default", "Key at 7",
                 "Ring twice.", "Conflict", "Rename one of them.", "Smith › Kitchen",
                 "24 Nov 2026, 16:05 UTC"):  # fmt: skip
        assert part in text, part
    assert page.xpath("//a[starts-with(@href, 'tel:')]/@href") == ["tel:6505551234", "tel:+16505550000"]
    assert page.xpath("//a[@href='/companies/c1/history/customer/1']")
    assert "Stands in" not in text
    make(store, "Carr", billing_address={"line1": "2 Main St"})
    assert "Stands in, as there is no location of its own" in words(read(pages, f"{LIST}/2"))


def test_a_customer_is_added_changed_and_deleted_by_forms(pages: TestClient, store: Store) -> None:
    sent = form_of(read(pages, f"{LIST}/new"))
    answer = pages.post(f"{LIST}/new", data={**sent, "name": " Baker ", "billing_address.line1": "1 Main St"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{LIST}/1?told=created")
    assert "The customer was added." in words(read(pages, answer.headers["location"]))
    made = store.customers.get("c1", 1)
    assert (made["name"], made["active"], made["origin"]) == ("Baker", True, "user")

    sent = form_of(read(pages, f"{LIST}/1/edit"))
    answer = pages.post(f"{LIST}/1/edit", data={**sent, "do": "add", "phone": "555"})
    sent = form_of(html.fromstring(answer.text))
    assert (answer.status_code, sent["phone"], sent["locations.0.name"]) == (200, "555", "")
    assert store.customers.get("c1", 1) == made, "adding a row saves nothing"
    typed = {"locations.0.name": "Barn", "locations.0.address.line1": "9 Elm", "default": "0"}
    assert pages.post(f"{LIST}/1/edit", data={**sent, **typed}).headers["location"] == f"{LIST}/1?told=saved"
    saved = store.customers.get("c1", 1)
    assert (saved["phone"], saved["locations"][0]["name"], saved["locations"][0]["is_default"]) == (
        "555",
        "Barn",
        True,
    )

    sent = form_of(read(pages, f"{LIST}/1/edit"))
    answer = pages.post(f"{LIST}/1/edit", data={**sent, "do": "remove-0"})
    assert "locations.0.name" not in form_of(html.fromstring(answer.text))
    pages.post(f"{LIST}/1/edit", data=form_of(html.fromstring(answer.text)))
    assert store.customers.get("c1", 1)["locations"][0]["stand_in"] is True

    pages.post(f"{LIST}/1/active", data=form_of(read(pages, f"{LIST}/1")))
    assert store.customers.get("c1", 1)["active"] is False
    pages.post(f"{LIST}/1/active", data=form_of(read(pages, f"{LIST}/1")))
    assert store.customers.get("c1", 1)["active"] is True

    answer = pages.post(f"{LIST}/1/delete", data=form_of(read(pages, f"{LIST}/1/delete")))
    assert answer.headers["location"] == f"{LIST}?told=deleted"
    assert "was deleted" in words(read(pages, answer.headers["location"]))
    read(pages, f"{LIST}/1", 404)


def test_what_cannot_be_saved_is_told_at_its_field_and_nothing_typed_is_lost(
    pages: TestClient, store: Store
) -> None:
    sent = form_of(read(pages, f"{LIST}/new"))
    typed = {"name": "", "phone": "5" * 300, "locations.0.name": "", "locations.0.address.city": "Millbrae",
             "locations.1.name": "", "locations.0.id": "", "locations.1.id": "", "notes": "kept"}  # fmt: skip
    answer = pages.post(f"{LIST}/new", data={**sent, **typed})
    assert answer.status_code == 422
    page = html.fromstring(answer.text)
    wrong = page.xpath("//*[@aria-invalid='true']/@id")
    assert wrong == ["name", "phone", "locations.0.name"]
    for path in wrong:
        assert page.xpath(f"//*[@id='{path}-wrong']"), path
        assert page.xpath(f"//*[@role='alert']//a[@href='#{path}']"), path
    again = form_of(page)
    assert (again["notes"], again["phone"], again["locations.0.address.city"]) == (
        "kept",
        "5" * 300,
        "Millbrae",
    )
    assert "locations.1.name" not in again, "a row left empty is not meant"
    assert store.page("c1", active=None, limit=1)[1] == 0


def test_somebody_else_was_first(pages: TestClient, store: Store) -> None:
    make(store, phone="1", locations=[{"name": "Barn"}])
    sent = form_of(read(pages, f"{LIST}/1/edit"))
    other = CustomerFields.model_validate({"phone": "2", "active": False, "locations": []})
    store.customers.change("c1", 1, other, None, "sync")
    answer = pages.post(f"{LIST}/1/edit", data={**sent, "email": "mine@example.com"})
    assert answer.status_code == 409
    page = html.fromstring(answer.text)
    told = words(page.xpath("//*[@role='alert']")[0])
    for part in ("Somebody else saved", "Phone: 2", "Email: blank", "Active: no", "Service locations: none"):
        assert part in told, part
    again = form_of(page)
    assert (again["phone"], again["email"], again["version"]) == ("1", "mine@example.com", "2")
    assert store.customers.get("c1", 1)["phone"] == "2", "nothing was overwritten"
    assert pages.post(f"{LIST}/1/edit", data=again).status_code == 303
    assert store.customers.get("c1", 1)["phone"] == "1", "saving again, having seen it, is a decision"


@pytest.mark.parametrize("action", ["active", "delete"])
def test_a_press_on_an_old_page_does_nothing(pages: TestClient, store: Store, action: str) -> None:
    make(store)
    sent = form_of(read(pages, f"{LIST}/1" if action == "active" else f"{LIST}/1/delete"))
    store.customers.change("c1", 1, CustomerFields(phone="2"), None)
    answer = pages.post(f"{LIST}/1/{action}", data=sent)
    assert answer.headers["location"] == f"{LIST}/1?told=changed"
    assert store.customers.get("c1", 1)["version"] == 2


WRITES = ["new", "1/edit", "1/active", "1/delete"]


@pytest.mark.parametrize("path", WRITES)
def test_only_our_own_forms_are_taken(pages: TestClient, store: Store, path: str) -> None:
    made = make(store)
    sent = {**form_of(read(pages, f"{LIST}/1/edit")), "active": "false", "name": "Changed"}
    for change, headers in (
        ({"csrf": ""}, {}),
        ({"csrf": "0" * 64}, {}),
        ({}, {"Sec-Fetch-Site": "cross-site"}),
        ({}, {"Sec-Fetch-Site": "same-site"}),
    ):
        refused = pages.post(f"{LIST}/{path}", data={**sent, **change}, headers=headers)
        assert refused.status_code == 403
        assert "reload the page" in refused.text
    assert store.customers.get("c1", 1) == made
    assert store.page("c1", active=None, limit=1)[1] == 1


def test_a_token_is_bound_to_its_visitor(pages: TestClient, store: Store) -> None:
    from fieldledger.web import csrf
    from tests.desk.conftest import SECRET

    make(store)

    class Asked:
        def __init__(self, session: str) -> None:
            self.cookies = {COOKIE: session}
            self.headers: dict[str, str] = {}

    mine = form_of(read(pages, f"{LIST}/1/edit"))["csrf"]
    assert mine == csrf.token(SECRET, Asked("visitor-1"))  # type: ignore[arg-type]
    assert mine != csrf.token(SECRET, Asked("visitor-2"))  # type: ignore[arg-type]
    assert mine != csrf.token(b"another secret", Asked("visitor-1"))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="need a secret"):
        csrf.token(b"", Asked("visitor-1"))  # type: ignore[arg-type]


@pytest.mark.parametrize("path", ["", "/new", "/1", "/1/edit", "/1/delete"])
def test_strangers_see_how_to_log_in(pages: TestClient, store: Store, path: str) -> None:
    make(store, "Secret name")
    pages.cookies.clear()
    answer = pages.get(f"{LIST}{path}")
    assert answer.status_code == 401
    assert "Please log in" in answer.text
    assert "Secret name" not in answer.text
    if path not in ("", "/1"):
        assert pages.post(f"{LIST}{path}", data={"csrf": "x"}).status_code == 401


def test_the_policy_is_shown_where_people_decide(pages: TestClient, store: Store) -> None:
    policy = {
        "customers": {"direction": "books_to_field", "notice": "Customers come from QuickBooks."},
        "locks": [{"what": "tax-rates", "why": "QuickBooks manages them."}],
    }
    make(store)
    store.set_policy("c1", policy)
    for path in (LIST, f"{LIST}/1/edit", f"{LIST}/new"):
        text = words(read(pages, path))
        assert "Customers come from QuickBooks." in text
        assert "tax-rates cannot be changed here: QuickBooks manages them." in text
    for odd in ({"customers": 5, "locks": 7}, {"customers": {"notice": 3}, "locks": [{"why": "x"}]}):
        store.set_policy("c1", odd)
        assert "note with-icon" not in pages.get(LIST).text


def test_nothing_comes_from_elsewhere_and_nothing_stands_inline(pages: TestClient, store: Store) -> None:
    make(store, locations=[{"name": "Barn"}])
    asks = f"{LIST}/selected?do=delete&id=1"
    for path in (LIST, f"{LIST}/1", f"{LIST}/1/edit", f"{LIST}/1/delete", f"{LIST}/new", f"{LIST}/99", asks):
        answer = pages.get(path)
        policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
        assert policy == {
            "default-src": "'self'", "object-src": "'none'", "base-uri": "'none'", "form-action": "'self'",
            "frame-ancestors": "'none'",
        }  # fmt: skip
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        page = html.fromstring(answer.text)
        assert (
            page.xpath("//style | //*[@style] | //script[not(@src)] | //@*[starts-with(name(), 'on')]") == []
        )
        for address in page.xpath("//script/@src | //link/@href | //img/@src"):
            assert address.startswith("/static/")
            asset = pages.get(address)
            assert asset.status_code == 200
            assert "immutable" in asset.headers["cache-control"]
        for address in page.xpath("//a/@href"):
            assert re.match(r"(/|#|\?|tel:|mailto:)", address)


def test_style_sheets_ask_for_nothing_from_elsewhere(pages: TestClient) -> None:
    css = pages.get("/static/fieldledger.css").text
    for address in re.findall(r"url\(\"?([^)\"]+)", css):
        assert pages.get(f"/static/{address}").status_code == 200
    assert "http" not in css
    assert "@import" not in css


def test_links_of_the_list_keep_the_question(pages: TestClient, store: Store) -> None:
    for number in range(60):
        make(store, f"R&D + {number:02}")
    page = read(pages, f"{LIST}?search=R%26D%20%2B&active=all")
    query = parse_qs(urlsplit(page.xpath("//a[@rel='next']/@href")[0]).query)
    assert (query["search"], query["active"]) == (["R&D +"], ["all"])
    assert len(listed(read(pages, page.xpath("//a[@rel='next']/@href")[0]))) == 10


def test_api_errors_are_problems_and_page_errors_are_pages(pages: TestClient) -> None:
    answer = pages.get(f"{API}/nothing")
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Not found" in read(pages, f"{LIST}/99", 404).xpath("//h1/text()")
    assert pages.get(f"{LIST}/99", headers={"Accept": "application/json"}).json()["status"] == 404
