"""The tax of a service location on the customer's page and in its form, as a browser without JavaScript sees them."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from lxml import html

from fieldledger.desk.customers import CustomerFields
from fieldledger.desk.store import Store
from tests.desk.conftest import add_rate, make
from tests.desk.test_entry_pages import HERE
from tests.desk.test_locations import JOB, OTHER_JOB, place, with_jobs
from tests.desk.test_pages import LIST, form_of, read, words

EDIT = f"{LIST}/1/edit"
LABEL = "Tax at this location"


@pytest.fixture
def rates(store: Store) -> dict[str, int]:
    """State, County and Old, which is retired, with their numbers."""
    return {name: add_rate(store, name, "6")["id"] for name in ("State", "County", "Old")}


def retire(store: Store, id: int) -> None:
    part = store.tax_rates
    part.change("c1", id, part.kind.models.fields.model_validate({"active": False}), None)


def select(page: Any, path: str) -> tuple[str, list[str], str]:
    """The label of a select, its lines, and the chosen one."""
    [found] = page.xpath(f"//select[@name='{path}']")
    [label] = page.xpath(f"//label[@for='{found.get('id')}']")
    chosen = found.xpath("./option[@selected]") or found.xpath("./option")
    return words(label), [words(each) for each in found.xpath("./option")], words(chosen[0])


def tiles(page: Any) -> list[str]:
    return [words(tile) for tile in page.xpath("//section[@aria-labelledby='locations']//li")]


def taxes(store: Store) -> list[tuple[str, str | None]]:
    return [(each["name"], each["tax_item"]) for each in store.customers.get("c1", 1)["locations"]]


def test_it_is_chosen_for_each_location(pages: TestClient, store: Store, rates: dict[str, int]) -> None:
    """The one that a location has is offered though it is retired, and to that location only."""
    make(store, tax_item="State", locations=[place("Barn", tax_item="Old"), place("Shop")])
    retire(store, rates["Old"])
    page = read(pages, EDIT)
    assert select(page, "locations.0.tax_item") == (
        LABEL, ["As the customer", "County – 6%", "Old – 6% (retired)", "State – 6%"], "Old – 6% (retired)",
    )  # fmt: skip
    assert select(page, "locations.1.tax_item") == (
        LABEL, ["As the customer", "County – 6%", "State – 6%"], "As the customer",
    )  # fmt: skip
    sent = form_of(page)
    assert pages.post(EDIT, data=sent).status_code == 303
    assert store.customers.get("c1", 1)["version"] == 1, "nothing was typed, so nothing is an edit"
    pages.post(EDIT, data={**sent, "locations.1.tax_item": str(rates["County"])})
    assert taxes(store) == [("Barn", "Old"), ("Shop", "County")]
    assert store.customers.get("c1", 1)["tax_item"] == "State"
    assert tiles(read(pages, f"{LIST}/1")) == [
        "Barn 1 Main St Tax here: Old – 6% Retired", "Shop 1 Main St Tax here: County – 6%",
    ]  # fmt: skip
    pages.post(
        EDIT, data={**form_of(read(pages, EDIT)), "locations.0.tax_item": "", "locations.1.tax_item": ""}
    )
    assert taxes(store) == [("Barn", None), ("Shop", None)]
    assert tiles(read(pages, f"{LIST}/1")) == ["Barn 1 Main St", "Shop 1 Main St"]


def test_a_new_customer_has_it_from_the_start(pages: TestClient, store: Store, rates: dict[str, int]) -> None:
    """What is chosen stays while locations are added and removed."""
    sent = {**form_of(read(pages, f"{LIST}/new")), "name": "A"}
    page = html.fromstring(pages.post(f"{LIST}/new", data={**sent, "do": "add"}).text)
    typed = {**form_of(page), "locations.0.tax_item": str(rates["County"])}
    answer = pages.post(f"{LIST}/new", data=typed)
    assert answer.status_code == 422, "a tax was chosen, so the location is meant, and needs a name"
    page = html.fromstring(answer.text)
    assert page.xpath("//*[@aria-invalid='true']/@id") == ["locations.0.name"]
    typed = {**form_of(page), "locations.0.name": "Barn", "do": "add"}
    page = html.fromstring(pages.post(f"{LIST}/new", data=typed).text)
    assert select(page, "locations.0.tax_item")[2] == "County – 6%"
    assert select(page, "locations.1.tax_item")[2] == "As the customer"
    assert pages.post(f"{LIST}/new", data=form_of(page)).status_code == 303
    assert taxes(store) == [("Barn", "County")]


@pytest.mark.parametrize("gone", ["", "Ship To 1", "Depot"])
def test_the_location_of_a_job_has_nothing_but_its_tax_to_choose(
    pages: TestClient, store: Store, rates: dict[str, int], gone: str
) -> None:
    """spec 3.2: the place is QuickBooks', and they stand where they stood, whatever else is done."""
    with_jobs(
        store, place("Kitchen", "9 Elm", job=JOB, is_default=True), place("Ship To 1"), place("Bath", job=OTHER_JOB),
        place("Depot"),
    )  # fmt: skip
    page = read(pages, EDIT)
    assert select(page, "jobs.1.tax_item")[0] == f"{LABEL}, Kitchen"
    sent = form_of(page)
    assert {name for name in sent if name.startswith("jobs.")} == {"jobs.1.tax_item", "jobs.3.tax_item"}
    pages.post(EDIT, data=sent)
    assert store.customers.get("c1", 1)["version"] == 1
    if gone:
        number = next(
            name.split(".")[1] for name, value in sent.items() if name.endswith(".name") and value == gone
        )
        page = html.fromstring(
            pages.post(EDIT, data={**sent, "jobs.3.tax_item": "2", "do": f"remove-{number}"}).text
        )
        assert select(page, "jobs.3.tax_item")[2] == "County – 6%", "what was chosen is kept"
        sent = form_of(page)
    assert pages.post(EDIT, data={**sent, "jobs.3.tax_item": str(rates["County"])}).status_code == 303
    after = store.customers.get("c1", 1)
    left = [name for name in ("Kitchen", "Ship To 1", "Bath", "Depot") if name != gone]
    if gone:  # a job stays in its place by number, as it does when nothing is chosen for it
        left.sort(key=["Kitchen", "Ship To 1" if gone == "Depot" else "Depot", "Bath"].index)
    assert taxes(store) == [(name, "County" if name == "Bath" else None) for name in left]
    assert (after["version"], after["locations"][0]["is_default"]) == (2, True)
    shown = tiles(read(pages, f"{LIST}/1"))
    assert shown[left.index("Bath")] == "Bath QuickBooks job 1 Main St Tax here: County – 6%"


def test_another_default_may_be_chosen_beside_a_jobs_tax(
    pages: TestClient, store: Store, rates: dict[str, int]
) -> None:
    with_jobs(store, place("Kitchen", job=JOB, is_default=True), place("Ship To 1"))
    sent = {**form_of(read(pages, EDIT)), "jobs.1.tax_item": str(rates["State"]), "default": "0"}
    assert pages.post(EDIT, data=sent).status_code == 303
    found = store.customers.get("c1", 1)["locations"]
    assert [(each["tax_item"], each["is_default"]) for each in found] == [("State", False), (None, True)]


@pytest.mark.parametrize(
    ("wrong", "told"), [("99", "There is no tax rate 99"), ("odd", ""), ("3", "is retired")]
)
def test_what_cannot_be_is_told_at_its_field(
    pages: TestClient, store: Store, rates: dict[str, int], wrong: str, told: str
) -> None:
    """The job stands before the customer's own location, so the numbers that are sent are not those of the form."""
    with_jobs(store, place("Kitchen", job=JOB), place("Ship To 1"), place("Bath", job=OTHER_JOB))
    retire(store, rates["Old"])
    sent = {**form_of(read(pages, EDIT)), "jobs.1.tax_item": str(rates["State"])}
    for path, of in (("locations.0.tax_item", LABEL), ("jobs.3.tax_item", LABEL)):
        answer = pages.post(EDIT, data={**sent, path: wrong})
        page = html.fromstring(answer.text)
        assert (answer.status_code, page.xpath("//*[@aria-invalid='true']/@id")) == (422, [path])
        alert = words(page.xpath("//*[@role='alert']")[0])
        assert f"{of}: {told}" in alert if told != "is retired" else told in alert
        assert page.xpath(f"//*[@role='alert']//a[@href='#{path}']")
        assert select(page, "jobs.1.tax_item")[2] == "State – 6%", "what else was typed stands"
    assert store.customers.get("c1", 1)["version"] == 1


def test_what_somebody_else_chose_meanwhile_is_told(
    pages: TestClient, store: Store, rates: dict[str, int]
) -> None:
    """Both the customer's own and those of jobs; saved again, the form's choice stands."""
    with_jobs(store, place("Kitchen", "9 Elm", job=JOB), place("Ship To 1"))
    sent = form_of(read(pages, EDIT))
    theirs = [{"id": 1, "name": "Kitchen", "tax_item": "State"}, {**place("Ship To 1"), "tax_item": "County"}]
    store.customers.change("c1", 1, CustomerFields.model_validate({"locations": theirs}), None)
    answer = pages.post(EDIT, data={**sent, "jobs.1.tax_item": str(rates["County"])})
    page = html.fromstring(answer.text)
    told = words(page.xpath("//*[@role='alert']")[0])
    assert answer.status_code == 409
    assert "Service locations: Ship To 1 (1 Main St), tax County" in told
    assert "Locations of QuickBooks jobs: Kitchen (9 Elm), tax State" in told
    assert pages.post(EDIT, data=form_of(page)).status_code == 303
    assert taxes(store) == [("Kitchen", "County"), ("Ship To 1", None)]


def test_a_phone_that_somebody_else_changed_says_nothing_of_taxes(
    pages: TestClient, store: Store, rates: dict[str, int]
) -> None:
    with_jobs(store, place("Kitchen", job=JOB, tax_item="State"), place("Ship To 1", tax_item="County"))
    sent = form_of(read(pages, EDIT))
    store.customers.change("c1", 1, CustomerFields(phone="2"), None)
    told = words(html.fromstring(pages.post(EDIT, data=sent).text).xpath("//*[@role='alert']")[0])
    assert "Phone: 2" in told
    assert "ocation" not in told


def test_a_stand_in_shows_none(pages: TestClient, store: Store, rates: dict[str, int]) -> None:
    """spec 3.4"""
    make(store, billing_address={"line1": "2 Oak"}, tax_item="State")
    assert "Tax here" not in words(read(pages, f"{LIST}/1"))
    assert not read(pages, EDIT).xpath("//select[contains(@name, 'locations.') or contains(@name, 'jobs.')]")


def test_a_customer_of_very_many_jobs_is_saved(
    pages: TestClient, store: Store, rates: dict[str, int]
) -> None:
    with_jobs(store, *(place(f"Job {number}", job=f"8000-{number}") for number in range(1500)))
    page = read(pages, EDIT)
    assert (
        pages.post(EDIT, data={**form_of(page), "jobs.1500.tax_item": str(rates["County"])}).status_code
        == 303
    )
    found = store.customers.get("c1", 1)["locations"]
    assert [each["tax_item"] for each in found] == [None] * 1500 + ["County"], "a stand-in before them"


def test_the_list_of_rates_says_how_many_locations_have_each(
    pages: TestClient, store: Store, rates: dict[str, int]
) -> None:
    add_rate(store, "Both", None, components=[rates["State"], rates["County"]])
    make(
        store, tax_item="State", locations=[place("Barn", tax_item="State"), place("Shop", tax_item="County")]
    )
    used = [
        words(cell)
        for cell in read(pages, HERE).xpath("//table[@aria-labelledby='tax-rates']//td[@class='used']")
    ]
    assert used == ["No customer", "1 location, 1 group", "No customer", "1 customer, 1 location, 1 group"]
    asked = read(pages, f"{HERE}/tax-rates/{rates['County']}/delete")
    assert "It is used by 1 service location and the tax group 'Both'. Retire it instead" in words(asked)
    [sent] = [form_of(asked)]
    answer = pages.post(f"{HERE}/tax-rates/{rates['County']}/delete", data=sent)
    assert (answer.status_code, "cannot be deleted" in answer.text) == (409, True)
