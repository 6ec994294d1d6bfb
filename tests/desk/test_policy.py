"""What the sync engine locks is refused whichever way in (spec 5.1); what it wants said stands where people edit."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from lxml import html

from fieldledger.desk import policy
from fieldledger.desk.store import Store
from tests.desk.conftest import API, add_term, make
from tests.desk.test_pages import LIST, form_of, read, words

SYNC = {"X-Fieldledger-Origin": "sync"}
WHY = "Payment terms come from QuickBooks."
TERMS = {"locks": [{"what": "customers.terms", "why": WHY}]}
ALL = {"locks": [{"what": "customers", "why": "QuickBooks is being restored."}]}


def tell(api: TestClient, said: dict[str, Any]) -> None:
    assert api.put(f"{API}/sync-policy", json=said).status_code == 204


def test_a_locked_field_is_refused_to_all_but_the_sync(api: TestClient, store: Store) -> None:
    """spec 5.1: enforced by the server, not only hidden."""
    for name in ("Net 30", "Net 15"):
        add_term(store, name)
    made = make(store, terms="Net 30")
    tell(api, TERMS)
    for answer in (
        api.patch(f"{API}/customers/1", json={"terms": "Net 15", "phone": "1"}),
        api.put(f"{API}/customers/1", json={"name": "Baker Residence"}),
        api.post(f"{API}/customers", json={"name": "B", "terms": "Net 15"}),
    ):
        assert answer.status_code == 422
        [error] = answer.json()["errors"]
        assert error == {"field": "terms", "message": f"This cannot be changed here: {WHY}"}
    for given in ({"terms_id": 2}, {"terms_id": None}, {"terms": "Unknown"}, {"terms_id": 99}):
        told = api.patch(f"{API}/customers/1", json=given).json()["errors"]
        assert told == [{"field": "terms", "message": f"This cannot be changed here: {WHY}"}]
    item = {"key": "a", "op": "update", "id": 1, "customer": {"terms": None}}
    [result] = api.post(f"{API}/customers/batch", json={"items": [item]}).json()["results"]
    assert (result["status"], result["problem"]["errors"][0]["field"]) == (422, "terms")
    assert store.customers.get("c1", 1) == made
    assert api.patch(f"{API}/customers/1", json={"terms": "Net 30", "phone": "1"}).status_code == 200
    assert api.post(f"{API}/customers", json={"name": "B"}).status_code == 201
    assert api.patch(f"{API}/customers/1", json={"terms": "Net 15"}, headers=SYNC).json()["terms"] == "Net 15"


def test_a_locked_kind_takes_no_edit(api: TestClient, store: Store) -> None:
    made = make(store)
    tell(api, ALL)
    for answer in (
        api.patch(f"{API}/customers/1", json={"phone": "1"}),
        api.post(f"{API}/customers", json={"name": "B"}),
        api.delete(f"{API}/customers/1"),
    ):
        assert answer.status_code == 422
        assert "cannot be changed here: QuickBooks is being restored." in answer.json()["detail"]
    assert api.get(f"{API}/customers").json()["items"] == [made]
    assert api.post("/api/v1/companies/c2/customers", json={"name": "B"}, headers={
        "Authorization": "Bearer token-2"}).status_code == 201  # fmt: skip
    assert api.delete(f"{API}/customers/1", headers=SYNC).status_code == 204
    tell(api, {"locks": []})
    assert api.post(f"{API}/customers", json={"name": "B"}).status_code == 201


def test_the_form_shows_what_is_locked(api: TestClient, pages: TestClient, store: Store) -> None:
    for name in ("Net 30", "Net 15"):
        add_term(store, name)
    make(store, terms="Net 30")
    sent = form_of(read(pages, f"{LIST}/1/edit"))
    tell(api, TERMS)
    page = read(pages, f"{LIST}/1/edit")
    assert page.xpath("//input[@readonly]/@id") == ["terms"]
    assert page.xpath("//input[@readonly]/@value") == ["Net 30"]
    assert words(page.xpath("//*[@id='terms-locked']")[0]) == f"This cannot be changed here: {WHY}"
    assert "Payment terms cannot be changed here" in words(page)
    answer = pages.post(f"{LIST}/1/edit", data={**sent, "terms": "2", "phone": "1"})
    refused = html.fromstring(answer.text)
    assert (answer.status_code, refused.xpath("//*[@aria-invalid='true']/@id")) == (422, ["terms"])
    assert form_of(refused)["phone"] == "1"
    assert pages.post(f"{LIST}/1/edit", data={**sent, "phone": "1"}).status_code == 303


def test_pages_of_a_locked_kind_offer_no_edit(api: TestClient, pages: TestClient, store: Store) -> None:
    make(store)
    sent = {path: form_of(read(pages, f"{LIST}/1{path}")) for path in ("/edit", "/delete", "")}
    tell(api, ALL)
    for path in (LIST, f"{LIST}/1"):
        page = read(pages, path)
        assert page.xpath("//main//a[contains(@href, '/new') or contains(@href, '/edit')]") == []
        assert page.xpath("//main//button[not(@class='unseen-until-focus')][not(ancestor::noscript)]") == []
        assert "QuickBooks is being restored." in words(page)
    answer = pages.post(f"{LIST}/1/edit", data={**sent["/edit"], "phone": "1"})
    assert answer.status_code == 422
    assert "restored" in words(html.fromstring(answer.text).xpath("//*[@role='alert']")[0])
    for path, data in (("active", sent[""]), ("delete", sent["/delete"])):
        answer = pages.post(f"{LIST}/1/{path}", data=data)
        assert answer.status_code == 422
        assert "QuickBooks is being restored." in answer.text
    assert store.customers.get("c1", 1)["version"] == 1


@pytest.mark.parametrize("path", [LIST, f"{LIST}/1", f"{LIST}/1/edit", f"{LIST}/new"])
@pytest.mark.parametrize("direction", ["books_to_field", "field_to_books", "two_way"])
def test_the_notice_is_shown_as_it_comes(
    api: TestClient, pages: TestClient, store: Store, path: str, direction: str
) -> None:
    make(store)
    tell(
        api,
        {"customers": {"direction": direction, "notice": f"As the engine words {direction}."}, "locks": []},
    )
    assert f"As the engine words {direction}." in words(read(pages, path))


def test_what_is_not_as_expected_is_passed_over() -> None:
    odd: list[dict[str, Any]] = [
        {}, {"locks": None}, {"locks": "customers"}, {"locks": [5, {}, {"what": ""}, {"why": "x"}]},
        {"locks": [{"what": "customers.colour"}, {"what": "customers.terms.x"}, {"what": "taxes"}]},
        {"customers": 5}, {"customers": {"notice": 3, "direction": []}},
    ]  # fmt: skip
    for said in odd:
        assert policy.locks(said, "customers") == policy.Locks("", {})
        assert (policy.notice(said, "customers"), policy.direction(said, "customers")) == ("", "")
    bare = policy.locks({"locks": [{"what": "customers"}]}, "customers")
    assert bare.whole.endswith("keeps this from being changed.")
