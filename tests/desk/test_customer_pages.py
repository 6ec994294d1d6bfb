"""What pages show of a customer: street, badge and history, locations of jobs, long addresses, what deleting means."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from lxml import html

from fieldledger.desk.customers import CustomerCreate, CustomerFields
from fieldledger.desk.store import STATUSES, Store
from tests.desk.conftest import make
from tests.desk.test_pages import BADGE, LIST, form_of, read, words

STREETS = [
    ({"line1": "Carefree", "line2": "Attn. Ann", "line3": "12 Oak Ave", "line4": "Rear"}, "12 Oak Ave"),
    ({"line1": "Carefree", "line2": "Oak Avenue", "city": "Millbrae"}, "Oak Avenue"),
    ({"line5": "Only the fifth"}, "Only the fifth"),
    ({"line1": "7th Street 4", "line2": "12 Oak Ave"}, "7th Street 4"),
]


@pytest.mark.parametrize(("address", "street"), STREETS)
def test_the_street_stands_beside_the_name(
    pages: TestClient, store: Store, address: dict[str, str], street: str
) -> None:
    """spec 3.4: the first line that starts with a digit, else the last filled one."""
    make(store, "Carefree", locations=[{"name": "Ship To 1", "address": address}])
    row = read(pages, LIST).xpath("//tbody/tr/td[@class='where']")[0]
    assert words(row).startswith(street)
    shown = words(read(pages, f"{LIST}/1").xpath("//section[@aria-labelledby='locations']")[0])
    for line in address.values():
        assert line in shown, "all five lines are kept"


def test_every_badge_leads_to_the_history(pages: TestClient, store: Store) -> None:
    """spec 9.4: in these words only; what needs words has them; who was never spoken of bears none."""
    for number, status in enumerate(STATUSES, 1):
        make(store, f"Customer {number:02}")
        badge = {**BADGE, "id": number, "status": status, "detail": f"Why {number}."}
        store.show_status("c1", [badge])
    make(store, "Unknown")
    page = read(pages, LIST)
    for number, (status, cell) in enumerate(
        zip((*STATUSES, ""), page.xpath("//td[@class='sync']"), strict=True), 1
    ):
        assert cell.xpath(".//*[contains(@class, 'badge')]/text()") == ([status] if status else [])
        history = f"/companies/c1/history/customer/{number}"
        assert cell.xpath(".//a/@href") == ([history] if status else [])
        assert cell.xpath(".//a/@title") == ([f"Why {number}."] if status else [])
        below = [] if status in ("", "Synced") else [f"Why {number}."]
        assert cell.xpath(".//*[contains(@class, 'why')]/text()") == below
        one = read(pages, f"{LIST}/{number}")
        assert one.xpath(f"//a[@href='{history}']"), "also of one that the sync never spoke of"
        told = words(one.xpath("//section[@aria-labelledby='books']")[0])
        assert (f"{status} Why {number}." if status else "No sync has told anything") in told
    assert read(pages, f"{LIST}/11").xpath("//main//*[contains(@class, 'badge')]/text()") == []


JOB = {"name": "Kitchen", "address": {"line1": "9 Elm"}, "job": "80000012-1197757691"}


def test_locations_of_jobs_are_shown_and_not_edited(pages: TestClient, store: Store) -> None:
    """spec 3.2: a small label, no fields; whatever is changed beside them, they stay."""
    wish = CustomerCreate.model_validate({"name": "Carefree", "locations": [{"name": "Ship To 1"}, JOB]})
    store.customers.create("c1", wish, "sync")
    page = read(pages, f"{LIST}/1")
    tiles = [words(tile) for tile in page.xpath("//section[@aria-labelledby='locations']//li")]
    assert tiles == ["Ship To 1 No address", "Kitchen QuickBooks job 9 Elm"]
    edit = read(pages, f"{LIST}/1/edit")
    sent = form_of(edit)
    assert [value for name, value in sent.items() if name.endswith(".name")] == ["Ship To 1"]
    assert "Kitchen QuickBooks job" in words(edit.xpath("//fieldset[@id='locations']")[0])
    assert "9 Elm" not in sent.values()
    typed = {**sent, "locations.0.name": "Shop", "phone": "1"}
    assert pages.post(f"{LIST}/1/edit", data=typed).status_code == 303
    stored = store.customers.get("c1", 1)
    assert [(each["name"], each["job"]) for each in stored["locations"]] == [
        ("Shop", None),
        ("Kitchen", JOB["job"]),
    ]
    answer = pages.post(f"{LIST}/1/edit", data={**form_of(read(pages, f"{LIST}/1/edit")), "do": "remove-0"})
    page = html.fromstring(answer.text)
    assert "None of its own yet" in words(page)
    assert "Kitchen QuickBooks job" in words(page), "it stays on the form that is shown again"
    pages.post(f"{LIST}/1/edit", data=form_of(page))
    tiles = [
        words(tile) for tile in read(pages, f"{LIST}/1").xpath("//section[@aria-labelledby='locations']//li")
    ]
    assert tiles[0].startswith("Billing address No address")
    assert tiles[1] == "Kitchen QuickBooks job 9 Elm"


def test_a_name_that_a_job_bears_is_told_at_its_field(pages: TestClient, store: Store) -> None:
    wish = CustomerCreate.model_validate({"name": "Carefree", "locations": [{"name": "Ship To 1"}, JOB]})
    store.customers.create("c1", wish, "sync")
    sent = form_of(read(pages, f"{LIST}/1/edit"))
    answer = pages.post(f"{LIST}/1/edit", data={**sent, "locations.0.name": "KITCHEN"})
    page = html.fromstring(answer.text)
    assert (answer.status_code, page.xpath("//*[@aria-invalid='true']/@id")) == (422, ["locations.0.name"])
    assert "Location name: Another service location is named 'KITCHEN'" in words(
        page.xpath("//*[@role='alert']")[0]
    )
    assert store.customers.get("c1", 1)["version"] == 1


def test_equal_locations_are_no_difference(pages: TestClient, store: Store) -> None:
    """Somebody else was first, and touched only the phone: nothing is said of locations."""
    make(store, phone="1", locations=[{"name": "Barn", "is_default": True, "address": {"line1": "9 Elm"}}])
    sent = form_of(read(pages, f"{LIST}/1/edit"))
    store.customers.change("c1", 1, CustomerFields(phone="2"), None)
    answer = pages.post(f"{LIST}/1/edit", data=sent)
    told = words(html.fromstring(answer.text).xpath("//*[@role='alert']")[0])
    assert "Phone: 2" in told
    assert "Service locations" not in told


@pytest.mark.parametrize(
    ("email", "broken"),
    [
        ("ann.o@example.com", "ann<wbr>.o<wbr>@example<wbr>.com"),
        ("<b>@x", "&lt;b&gt;<wbr>@x"),
        ("no signs", "no signs"),
    ],
)
def test_an_address_breaks_before_its_signs(pages: TestClient, store: Store, email: str, broken: str) -> None:
    make(store, email=email)
    assert f">{broken}</a>" in pages.get(f"{LIST}/1").text


def test_deleting_says_what_it_means_for_quickbooks(pages: TestClient, store: Store) -> None:
    """spec 2.11: the QuickBooks customer stays and is not imported again until somebody asks."""
    make(store, "Baker", locations=[{"name": "Barn"}, {"name": "Shop"}])
    store.set_policy("c1", {"customers": {"direction": "two_way"}})
    text = words(read(pages, f"{LIST}/1/delete").xpath("//main")[0])
    for part in (
        "Delete Baker?",
        "with its 2 service locations",
        "In QuickBooks nothing is deleted",
        "not imported again until somebody asks for it",
        "The next sync does the same in QuickBooks",
    ):
        assert part in text, part
    store.change("c1", 1, CustomerFields(active=False), None)
    assert "deactivate it instead" not in words(read(pages, f"{LIST}/1/delete"))
