"""Settings > Tax and Terms as a browser without JavaScript sees it: lists, forms, retiring, deleting, locks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from lxml import html

from fieldledger.desk import entry_words
from fieldledger.desk.store import STATUSES, Store
from tests.desk.conftest import API, add_rate, add_term, make
from tests.desk.test_pages import LIST, form_of, read, words

HERE = "/companies/c1/settings/tax-and-terms"
BADGE = {"status": "Synced", "detail": "", "books_name": "X", "at": "2026-11-24T16:05:00Z"}
WHY = "QuickBooks is the source of taxes and terms; change them there."


def rows(page: Any, path: str) -> list[str]:
    return [words(row) for row in page.xpath(f"//section[@aria-labelledby='{path}']//tbody/tr")]


def changed(store: Store, kind: str, id: int, origin: str = "user", **fields: Any) -> None:
    part = store.entries[kind]
    part.change("c1", id, part.kind.models.fields.model_validate(fields), None, origin)


def test_the_lists_say_what_each_entry_means(pages: TestClient, store: Store) -> None:
    """spec 5.2"""
    state, county = add_rate(store, "State", "6"), add_rate(store, "County", "2.12345")
    add_rate(store, "Both", None, components=[state["id"], county["id"]])
    add_term(store, "Net 30", due_days=30)
    add_term(store, "Early", due_days=30, discount_days=10, discount_percent="2")
    add_term(store, "15th", form="date_driven", due_day=15, next_month_days=5)
    make(store, terms="Net 30", tax_item="Both")
    store.show_status("c1", [{"kind": "tax_rate", "id": county["id"], **BADGE}])
    page = read(pages, HERE)
    assert rows(page, "tax-rates") == [
        "Both 8.12345%State 6% + County 2.12345% 1 customer",
        "County 2.12345% 1 group Synced",
        "State 6% 1 group",
    ]
    assert rows(page, "payment-terms") == [
        "15th due on the 15th, next month if within 5 days No customer",
        "Early 2% 10, Net 30 No customer",
        "Net 30 Net 30 1 customer",
    ]
    assert rows(page, "tax-codes") == [
        "Non non-taxableNon-Taxable Sales No customer",
        "Tax taxableTaxable Sales No customer",
    ]
    assert page.xpath("//a[contains(@href, '/history/tax_rate/2')]")
    assert page.xpath("//nav//a[@aria-current='page']/@href") == ["/companies/c1/settings"]
    assert page.xpath("//section[@aria-labelledby='tax-codes']//a") == [], "QuickBooks keeps the codes"


def test_a_company_without_entries_is_told_where_they_come_from(pages: TestClient) -> None:
    page = words(read(pages, HERE))
    assert "None yet." in page


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "no days stated"), ({"due_days": 0}, "due on receipt"), ({"due_days": 30}, "Net 30"),
        ({"due_days": 30, "discount_percent": "0", "discount_days": 0}, "Net 30"),
        ({"due_days": 30, "discount_percent": "1.5", "discount_days": 10}, "1.5% 10, Net 30"),
        ({"form": "date_driven", "due_day": 1}, "due on the 1st"),
        ({"form": "date_driven", "due_day": 22, "next_month_days": 1}, "due on the 22nd, next month if within 1 day"),
        ({"form": "date_driven", "due_day": 11, "discount_day": 3, "discount_percent": "2"},
         "2% until the 3rd, due on the 11th"),
    ],
)  # fmt: skip
def test_terms_in_words(store: Store, fields: dict[str, Any], told: str) -> None:
    assert entry_words.term(add_term(store, "T", **fields)) == told


def test_tax_rates_are_added_changed_retired_and_deleted_by_forms(pages: TestClient, store: Store) -> None:
    sent = form_of(read(pages, f"{HERE}/tax-rates/new"))
    answer = pages.post(f"{HERE}/tax-rates/new", data={**sent, "name": " State ", "rate": "6.50 %"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{HERE}?told=created")
    assert "It was added." in words(read(pages, answer.headers["location"]))
    made = store.tax_rates.get("c1", 1)
    assert (made["name"], made["rate"], made["origin"]) == ("State", "6.5", "user")
    add_rate(store, "County", "1")

    sent = form_of(read(pages, f"{HERE}/tax-rates/new"))
    both = {**sent, "name": "Both", "shape": "group", "components": ["2", "1"], "rate": "left over"}
    assert pages.post(f"{HERE}/tax-rates/new", data=both).status_code == 303
    made = store.tax_rates.get("c1", 3)
    assert (made["rate"], [each["id"] for each in made["components"]]) == ("7.5", [2, 1])
    page = read(pages, f"{HERE}/tax-rates/3")
    assert page.xpath("//input[@name='components'][@checked]/@value") == ["2", "1"], "in their order"
    sent = form_of(page)
    changed = {**sent, "name": "Both of them", "components": ["2", "1"]}
    assert pages.post(f"{HERE}/tax-rates/3", data=changed).headers["location"] == f"{HERE}?told=saved"
    assert store.tax_rates.get("c1", 3)["version"] == 2

    retire = form_of(read(pages, f"{HERE}/tax-rates/2"), 1)
    assert pages.post(f"{HERE}/tax-rates/2/active", data=retire).headers["location"].endswith("told=inactive")
    assert "County Retired 1% 1 group" in rows(read(pages, HERE), "tax-rates")
    back = form_of(read(pages, f"{HERE}/tax-rates/2"), 1)
    pages.post(f"{HERE}/tax-rates/2/active", data=back)
    assert store.tax_rates.get("c1", 2)["active"] is True

    page = read(pages, f"{HERE}/tax-rates/1/delete")
    assert "It is used by the tax group 'Both of them'. Retire it instead" in words(page)
    assert page.xpath("//form[contains(@action, '/delete')]") == []
    refused = pages.post(f"{HERE}/tax-rates/1/delete", data=form_of(page))
    assert refused.status_code == 409
    assert "cannot be deleted" in refused.text
    answer = pages.post(f"{HERE}/tax-rates/3/delete", data=form_of(read(pages, f"{HERE}/tax-rates/3/delete")))
    assert answer.headers["location"] == f"{HERE}?told=deleted"
    read(pages, f"{HERE}/tax-rates/3", 404)


def test_payment_terms_are_added_and_changed_by_forms(pages: TestClient, store: Store) -> None:
    sent = form_of(read(pages, f"{HERE}/payment-terms/new"))
    typed = {
        "name": "Early",
        "due_days": "30",
        "discount_days": "10",
        "discount_percent": "2%",
        "due_day": "9",
    }
    assert pages.post(f"{HERE}/payment-terms/new", data={**sent, **typed}).status_code == 303
    made = store.payment_terms.get("c1", 1)
    assert (made["due_days"], made["discount_days"], made["discount_percent"], made["due_day"]) == (
        30,
        10,
        "2",
        None,
    )
    sent = form_of(read(pages, f"{HERE}/payment-terms/1"))
    assert (sent["due_days"], sent["due_day"]) == ("30", "")
    day = {"form": "date_driven", "due_day": "15", "next_month_days": "5", "discount_day": "1"}
    assert pages.post(f"{HERE}/payment-terms/1", data={**sent, **day}).status_code == 303
    made = store.payment_terms.get("c1", 1)
    assert entry_words.term(made) == "2% until the 1st, due on the 15th, next month if within 5 days"
    assert (made["due_days"], made["discount_days"]) == (None, None), "what the other form had is not meant"


@pytest.mark.parametrize(
    ("path", "typed", "wrong"),
    [
        ("tax-rates", {"name": "", "rate": "x"}, ["name", "rate"]),
        ("tax-rates", {"name": "A", "rate": ""}, ["rate"]),
        ("tax-rates", {"name": "A", "shape": "group"}, []),
        ("payment-terms", {"name": "x" * 32, "due_days": "soon"}, ["name", "due_days"]),
        ("payment-terms", {"name": "A", "form": "date_driven", "due_day": "40"}, ["due_day"]),
        ("payment-terms", {"name": "A", "form": "date_driven"}, ["due_day"]),
        ("payment-terms", {"name": "net  30", "due_days": "3"}, ["name"]),
    ],
)
def test_what_cannot_be_saved_is_told_at_its_field(
    pages: TestClient, store: Store, path: str, typed: dict[str, str], wrong: list[str]
) -> None:
    add_term(store, "Net 30")
    sent = form_of(read(pages, f"{HERE}/{path}/new"))
    answer = pages.post(f"{HERE}/{path}/new", data={**sent, **typed})
    assert answer.status_code == 422
    page = html.fromstring(answer.text)
    assert page.xpath("//*[@aria-invalid='true']/@id") == wrong
    for field in wrong or ["components"]:
        assert page.xpath(f"//*[@id='{field}-wrong']"), field
        assert page.xpath(f"//*[@role='alert']//a[@href='#{field}']"), field
    again = form_of(page)
    assert {name: again[name] for name in typed} == typed, "nothing typed is lost"
    assert len(store.tax_rates.every("c1")) + len(store.payment_terms.every("c1")) == 1


def test_somebody_else_was_first(pages: TestClient, store: Store) -> None:
    add_rate(store, "State", "6")
    sent = form_of(read(pages, f"{HERE}/tax-rates/1"))
    changed(store, "tax_rate", 1, rate="7")
    answer = pages.post(f"{HERE}/tax-rates/1", data={**sent, "name": "State 2"})
    assert answer.status_code == 409
    page = html.fromstring(answer.text)
    told = words(page.xpath("//*[@role='alert']")[0])
    assert "Somebody else saved" in told
    assert "Rate: 7" in told
    again = form_of(page)
    assert (again["rate"], again["name"], again["version"]) == ("6", "State 2", "2")
    assert store.tax_rates.get("c1", 1)["rate"] == "7"
    assert pages.post(f"{HERE}/tax-rates/1", data=again).status_code == 303
    for path in ("active", "delete"):
        answer = pages.post(f"{HERE}/tax-rates/1/{path}", data={**sent, "active": "false"})
        assert answer.headers["location"] == f"{HERE}?told=changed"
    assert store.tax_rates.get("c1", 1)["active"] is True


def test_a_locked_list_is_only_shown(pages: TestClient, store: Store) -> None:
    """spec 5.1: no button, the reason, and a press on an old page is refused with the same sentence."""
    add_rate(store, "State", "6")
    add_term(store, "Net 30")
    forms = {
        path: form_of(read(pages, f"{HERE}/{path}"))
        for path in (
            "tax-rates/new", "tax-rates/1", "tax-rates/1/delete", "payment-terms/new", "payment-terms/1",
            "payment-terms/1/delete",
        )
    }  # fmt: skip
    made = store.tax_rates.every("c1"), store.payment_terms.every("c1")
    store.set_policy(
        "c1", {"locks": [{"what": "tax_rates", "why": WHY}, {"what": "payment_terms", "why": WHY}]}
    )
    page = read(pages, HERE)
    for path in ("tax-rates", "payment-terms"):
        section = page.xpath(f"//section[@aria-labelledby='{path}']")[0]
        assert section.xpath(".//a | .//button | .//form") == []
        assert f"This cannot be changed here: {WHY}" in words(section)
    assert "State" in rows(page, "tax-rates")[0]
    for path, sent in forms.items():
        assert pages.get(f"{HERE}/{path}").headers["location"] == HERE
        answer = pages.post(f"{HERE}/{path}", data={**sent, "name": "New", "rate": "1"})
        assert answer.status_code == 422, path
        assert f"This cannot be changed here: {WHY}" in words(html.fromstring(answer.text))
    answer = pages.post(f"{HERE}/tax-rates/1/active", data={**forms["tax-rates/1"], "active": "false"})
    assert answer.status_code == 422
    assert WHY in words(html.fromstring(answer.text))
    assert (store.tax_rates.every("c1"), store.payment_terms.every("c1")) == made
    assert "cannot be changed here" not in words(read(pages, LIST)), "it stands where it matters"
    store.set_policy("c1", {"locks": [{"what": "tax_rates", "why": WHY}]})
    page = read(pages, HERE)
    assert page.xpath("//section[@aria-labelledby='payment-terms']//a[contains(@href, '/new')]")


@pytest.mark.parametrize("path", ["tax-codes/new", "tax-codes/1", "tax-codes/1/delete", "customers/1"])
def test_tax_codes_have_no_forms(pages: TestClient, path: str) -> None:
    assert pages.get(f"{HERE}/{path}").status_code in (404, 422)


@pytest.mark.parametrize(
    ("kind", "add"), [("tax_rate", add_rate), ("payment_term", add_term)]
)  # fmt: skip
def test_why_an_entry_is_not_offered_any_more(
    pages: TestClient, store: Store, kind: str, add: Callable[..., Any]
) -> None:
    """spec 5.4: retired by people, or no longer in QuickBooks."""
    field = store.entries[kind].kind.used_by
    for name in ("Ours", "Theirs", "Deleted", "Offered"):
        add(store, name)
        make(store, f"Has {name}", **{field: name})
    changed(store, kind, 1, active=False)
    changed(store, kind, 2, origin="sync", active=False)
    changed(store, kind, 3, active=False)
    store.show_status("c1", [{"kind": kind, "id": 3, **BADGE, "status": "Deleted in QuickBooks"}])
    page = read(pages, HERE)
    marks = {
        words(row.xpath(".//*[@class='name']")[0]): [words(each) for each in row.xpath(".//td[1]/*[@class='badge']")]
        for row in page.xpath("//tbody/tr")
    }  # fmt: skip
    gone = ["No longer in QuickBooks"]
    assert {name: marks[name] for name in ("Ours", "Theirs", "Deleted", "Offered")} == {
        "Ours": ["Retired"], "Theirs": gone, "Deleted": gone, "Offered": [],
    }  # fmt: skip
    assert page.xpath("//tbody/tr[@class='off']//*[@class='name']/text()") == ["Deleted", "Ours", "Theirs"]
    for number, told in ((1, "Retired"), (2, gone[0]), (3, gone[0])):
        shown = words(read(pages, f"{LIST}/{number}").xpath("//section[@aria-labelledby='money']")[0])
        assert told in shown
    assert "Retired" not in words(read(pages, f"{LIST}/4"))


def options(page: Any, field: str) -> list[str]:
    return [words(each) for each in page.xpath(f"//select[@id='{field}']/option")]


def test_a_customer_chooses_from_what_is_offered(pages: TestClient, store: Store) -> None:
    """Active ones, and the one that it has though it is retired, marked so."""
    add_term(store, "Net 30", due_days=30)
    add_term(store, "Early", due_days=30, discount_days=10, discount_percent="2")
    add_term(store, "Old", due_days=90)
    add_rate(store, "County", "8.25")
    make(store, terms="Old", tax_code="Tax")
    changed(store, "payment_term", 3, active=False)
    page = read(pages, f"{LIST}/1/edit")
    assert options(page, "terms") == [
        "Not stated",
        "Early – 2% 10, Net 30",
        "Net 30",
        "Old – Net 90 (retired)",
    ]
    assert options(page, "tax_item") == ["Not stated", "County – 8.25%"]
    assert options(page, "tax_code") == ["Not stated", "Non – Non-Taxable Sales", "Tax – Taxable Sales"]
    assert options(read(pages, f"{LIST}/new"), "terms") == ["Not stated", "Early – 2% 10, Net 30", "Net 30"]
    sent = form_of(page)
    assert (sent["terms"], sent["tax_item"], sent["tax_code"]) == ("3", "", "1")
    assert pages.post(f"{LIST}/1/edit", data={**sent, "phone": "1"}).status_code == 303
    kept = store.customers.get("c1", 1)
    assert (kept["phone"], kept["terms"]) == ("1", "Old"), "it keeps what is retired by now"
    sent = form_of(read(pages, f"{LIST}/1/edit"))
    pages.post(f"{LIST}/1/edit", data={**sent, "terms": "1", "tax_item": "1", "tax_code": ""})
    now = store.customers.get("c1", 1)
    assert (now["terms"], now["tax_item"], now["tax_code"]) == ("Net 30", "County", None)
    sent = form_of(read(pages, f"{LIST}/1/edit"))
    for odd in ("3", "99", "Net 15"):
        refused = pages.post(f"{LIST}/1/edit", data={**sent, "terms": odd})
        assert refused.status_code == 422, odd
        assert html.fromstring(refused.text).xpath("//*[@aria-invalid='true']/@id") == ["terms"]


def test_a_conflict_names_what_the_customer_refers_to(pages: TestClient, store: Store) -> None:
    add_term(store, "Net 30")
    make(store)
    sent = form_of(read(pages, f"{LIST}/1/edit"))
    from fieldledger.desk.customers import CustomerFields

    store.customers.change("c1", 1, CustomerFields(terms="Net 30"), None)
    answer = pages.post(f"{LIST}/1/edit", data={**sent, "phone": "1"})
    assert answer.status_code == 409
    assert "Payment terms: Net 30" in words(html.fromstring(answer.text).xpath("//*[@role='alert']")[0])


def test_what_users_type_is_shown_as_text(pages: TestClient, store: Store) -> None:
    evil = "<script>alert(1)</script>"
    add_rate(store, evil)
    add_rate(store, "Group", None, components=[1])
    add_term(store, evil)
    make(store, terms=evil, tax_item=evil)
    store.show_status("c1", [{"kind": "tax_rate", "id": 1, **BADGE, "status": STATUSES[3], "detail": evil}])
    for path in (
        HERE, f"{HERE}/tax-rates/1", f"{HERE}/tax-rates/2", f"{HERE}/tax-rates/1/delete", f"{HERE}/payment-terms/1",
        f"{LIST}/1", f"{LIST}/1/edit",
    ):  # fmt: skip
        answer = pages.get(path)
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
    store.set_policy("c1", {"locks": [{"what": "tax_rates", "why": evil}]})
    assert "<script>alert" not in pages.get(HERE).text


@pytest.mark.parametrize("path", ["", "/tax-rates/new", "/tax-rates/1", "/payment-terms/1/delete"])
def test_strangers_see_how_to_log_in(pages: TestClient, store: Store, path: str) -> None:
    add_rate(store, "Secret name")
    pages.cookies.clear()
    answer = pages.get(f"{HERE}{path}")
    assert answer.status_code == 401
    assert "Secret name" not in answer.text


@pytest.mark.parametrize("path", ["tax-rates/new", "tax-rates/1", "tax-rates/1/active", "tax-rates/1/delete"])
def test_only_our_own_forms_are_taken(pages: TestClient, store: Store, path: str) -> None:
    made = add_rate(store, "State")
    for data, headers in (
        ({"csrf": "0" * 64}, {}),
        (form_of(read(pages, f"{HERE}/tax-rates/1")), {"Sec-Fetch-Site": "cross-site"}),
    ):
        sent = {**data, "name": "New", "rate": "1", "active": "false"}
        assert pages.post(f"{HERE}/{path}", data=sent, headers=headers).status_code == 403
    assert store.tax_rates.every("c1") == [made]


def test_every_field_of_a_form_has_a_label() -> None:
    from fieldledger.desk.entry_form import FORMS, LABELS

    for form in FORMS.values():
        assert set(form.blank()) <= set(LABELS)


def test_the_same_lists_through_rest(api: TestClient, pages: TestClient, store: Store) -> None:
    """A program's edit is seen on the page at once."""
    api.post(f"{API}/tax-rates", json={"name": "By a program", "rate": "3"})
    assert "By a program 3% No customer" in rows(read(pages, HERE), "tax-rates")
