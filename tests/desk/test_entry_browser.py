"""Settings > Tax and Terms in a real browser: wide and on a phone, in both colours, with and without its script."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from fieldledger.desk.customers import CustomerCreate, CustomerFields
from fieldledger.desk.store import Store
from tests.desk.conftest import LOGGED_IN, add_rate, add_term, make, pages_app
from tests.support.browser import browser

pytestmark = pytest.mark.browser
WHY = "QuickBooks is the source of taxes and terms. Change them there, under Lists; the next sync brings them here."
LONG = "W" * 31
LOCK_KINDS = ("tax_rates", "payment_terms", "tax_codes")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


def fill(store: Store, company: str) -> None:
    """Entries in every state, and customers that have them."""
    state = add_rate(store, "State of California", "6", company)
    county = add_rate(store, "San Mateo County", "2.12345", company)
    old = add_rate(store, LONG, "1.5", company)
    add_rate(store, "San Mateo, combined", None, company, components=[state["id"], county["id"], old["id"]])
    rates = store.tax_rates
    rates.change(company, old["id"], rates.kind.models.fields.model_validate({"active": False}), None, "sync")
    add_term(store, "Net 30", company, due_days=30)
    add_term(store, "2% 10 Net 30", company, due_days=30, discount_days=10, discount_percent="2")
    add_term(store, "Monthly", company, form="date_driven", due_day=15, next_month_days=5, discount_day=5,
             discount_percent="1.5")  # fmt: skip
    add_term(store, "Due on receipt", company, due_days=0)
    gone = add_term(store, "Net 60", company, due_days=60)
    for number in range(4):
        make(
            store,
            f"Customer {number}",
            company,
            terms="Net 60",
            tax_item="San Mateo, combined",
            tax_code="Tax",
        )
    places = [
        {"name": "Kitchen", "job": "80000012-1197757691", "address": {"line1": "9 Elm"}, "tax_item": LONG},
        {"name": "Barn", "address": {"line1": "1 Main St"}, "tax_item": "San Mateo, combined"},
        {"name": "Ship To 1", "address": {"line1": "2 Oak"}},
    ]
    wish = {"name": "At several places", "locations": places, "tax_item": "State of California"}
    store.customers.create(company, CustomerCreate.model_validate(wish), "sync")
    terms = store.payment_terms
    terms.change(company, gone["id"], terms.kind.models.fields.model_validate({"active": False}), None)
    said = (
        ("tax_rate", 1, "Synced"), ("tax_rate", 2, "Synced with warnings"), ("tax_rate", 3, "Deleted in QuickBooks"),
        ("payment_term", 1, "Synced"), ("payment_term", 2, "Needs attention"), ("sales_tax_code", 1, "Synced"),
    )  # fmt: skip
    told = {"detail": "What happened, and what to do.", "books_name": "X", "at": "2026-11-24T16:05:00Z"}
    items = [{"kind": kind, "id": id, "status": status, **told} for kind, id, status in said]
    store.show_status(company, items)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Store]]:
    """The pages over real HTTP: c1 may be edited, c2 is locked, c3 is empty, c4 and c5 are for what is edited here."""
    store = Store(tmp_path_factory.mktemp("desk") / "desk.db")
    for company in ("c1", "c2", "c4", "c5"):
        fill(store, company)
    store.set_policy("c2", {"locks": [{"what": what, "why": WHY} for what in LOCK_KINDS]})
    server = uvicorn.Server(uvicorn.Config(pages_app(store), port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}", store
    server.should_exit = True
    thread.join(10)
    store.close()


@pytest.fixture
def visit(chromium: Browser, served: tuple[str, Store]) -> Iterator[Any]:
    """visit(width=…, scheme=…, script=…) gives a logged in page; what its console complains of fails the test."""
    complaints: list[str] = []
    opened = []

    def start(width: int = 1280, scheme: Any = "light", script: bool = True) -> Page:
        context = chromium.new_context(
            base_url=f"{served[0]}/companies/", viewport={"width": width, "height": 844}, color_scheme=scheme,
            java_script_enabled=script, reduced_motion="reduce",
        )  # fmt: skip
        context.set_default_timeout(10_000)
        context.add_cookies(
            [{"name": name, "value": value, "url": served[0]} for name, value in LOGGED_IN.items()]
        )
        page = context.new_page()
        page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        opened.append(context)
        return page

    yield start
    for context in opened:
        context.close()
    refused = "the server responded with a status of 422"
    assert [told for told in complaints if refused not in told] == []


SETTINGS = "settings/tax-and-terms"
PAGES = [f"c1/{SETTINGS}", f"c2/{SETTINGS}", f"c3/{SETTINGS}", f"c1/{SETTINGS}/tax-rates/new",
         f"c1/{SETTINGS}/tax-rates/4", f"c1/{SETTINGS}/tax-rates/3", f"c1/{SETTINGS}/payment-terms/new",
         f"c1/{SETTINGS}/payment-terms/3", f"c1/{SETTINGS}/payment-terms/5/delete",
         f"c1/{SETTINGS}/payment-terms/1/delete", "c1/customers/1",
         "c1/customers/1/edit", "c1/customers/5", "c1/customers/5/edit"]  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_pages_are_sound_for_screen_readers_and_fit(visit: Any, width: int, scheme: str) -> None:
    page = visit(width, scheme)
    axe = Axe()
    for path in PAGES:
        page.goto(path)
        found = axe.run(page, options={"resultTypes": ["violations"]}).response["violations"]
        serious = [
            (each["id"], node["target"], node["any"][:1])
            for each in found
            if each["impact"] in ("serious", "critical")
            for node in each["nodes"]
        ]
        assert serious == [], path
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} scrolls sideways by {wide} px at {width} px"


@pytest.mark.parametrize(("width", "script"), [(1280, True), (390, False)])
def test_a_tax_is_added_put_in_a_group_and_retired(
    visit: Any, served: tuple[str, Store], width: int, script: bool
) -> None:
    """spec 5, editable: with and without JavaScript."""
    page, name = visit(width, script=script), f"City {width}"
    page.goto("c4/settings/tax-and-terms")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tax and Terms")
    page.get_by_role("link", name="New tax rate").click()
    expect(page.get_by_label("State of California")).to_be_hidden()
    page.get_by_label("Name").fill(name)
    page.get_by_label("Rate percent").fill("0.12345")
    page.get_by_role("button", name="Add tax rate").click()
    expect(page.get_by_role("status")).to_have_text("It was added.")
    page.get_by_role("link", name="New tax rate").click()
    page.get_by_label("Name").fill(f"Group {width}")
    page.get_by_label("A group: the sum of other taxes").check()
    expect(page.get_by_label("Rate percent")).to_be_hidden()
    page.get_by_label(name).check()
    page.get_by_label("State of California").check()
    page.get_by_role("button", name="Add tax rate").click()
    row = page.get_by_role("row").filter(has_text=f"Group {width}")
    expect(row).to_contain_text("6.12345%")
    page.get_by_role("link", name=name, exact=True).click()
    page.get_by_role("button", name="Retire").click()
    expect(page.get_by_role("row").filter(has_text=name).last).to_contain_text("Retired")
    found = {each["name"]: each for each in served[1].tax_rates.every("c4")}
    assert (found[name]["active"], found[f"Group {width}"]["rate"]) == (False, "6.12345")


def test_a_term_changes_its_form(visit: Any, served: tuple[str, Store]) -> None:
    page = visit()
    page.goto(f"c4/{SETTINGS}")
    page.get_by_role("link", name="Due on receipt").click()
    expect(page.get_by_label("Due on day")).to_be_hidden()
    page.get_by_label("On a day of the month").check()
    expect(page.get_by_label("Due after")).to_be_hidden()
    page.get_by_label("Due on day").fill("15")
    page.get_by_label("A month later if issued within").fill("5")
    page.get_by_role("button", name="Save changes").click()
    row = page.get_by_role("row").filter(has_text="Due on receipt")
    expect(row).to_contain_text("due on the 15th, next month if within 5 days")
    row.get_by_role("cell").nth(1).click(force=True)  # the whole row leads to it
    expect(page.get_by_label("Due on day")).to_have_value("15")


def test_what_is_used_offers_to_be_retired(visit: Any) -> None:
    page = visit(390)
    page.goto(f"c4/{SETTINGS}")
    page.get_by_role("link", name="San Mateo, combined").click()
    page.get_by_role("link", name="Delete tax rate").click()
    expect(page.get_by_role("alert")).to_contain_text(
        "It is used by 4 customers and 1 service location. Retire it instead"
    )
    page.get_by_role("button", name="Retire instead").click()
    expect(page.get_by_role("status").first).to_contain_text("It is retired now")
    page.goto("c4/customers/1")
    money = page.get_by_role("region", name="Payment and tax")
    expect(money).to_contain_text("San Mateo, combined")
    expect(money).to_contain_text("Retired")


@pytest.mark.parametrize("script", [True, False])
def test_a_locked_page_shows_why_and_no_button(visit: Any, script: bool) -> None:
    """spec 5.1, guide: Settings > Tax and Terms is view-only."""
    page = visit(script=script)
    page.goto(f"c2/{SETTINGS}")
    main = page.get_by_role("main")
    expect(main.get_by_text(WHY)).to_have_count(2)
    expect(main.get_by_role("button")).to_have_count(0)
    expect(main.get_by_role("link", name="New")).to_have_count(0)
    expect(main.get_by_role("row")).to_have_count(14)
    page.goto(f"c2/{SETTINGS}/tax-rates/1")
    expect(page).to_have_url(page.url.split("/settings")[0] + f"/{SETTINGS}")


def test_a_customer_chooses_terms_and_tax(visit: Any, served: tuple[str, Store]) -> None:
    page = visit(390)
    page.goto("c4/customers/2/edit")
    terms = page.get_by_label("Payment terms")
    expect(terms.locator("option:checked")).to_have_text("Net 60 (retired)")
    terms.select_option(label="Net 30")
    page.get_by_label("Tax", exact=True).select_option(label="State of California – 6%")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_role("status")).to_have_text("Your changes are saved.")
    saved = served[1].customers.get("c4", 2)
    assert (saved["terms"], saved["tax_item"]) == ("Net 30", "State of California")


@pytest.mark.parametrize(("width", "script"), [(1280, True), (390, True), (390, False)])
def test_a_location_has_a_tax_of_its_own(
    visit: Any, served: tuple[str, Store], width: int, script: bool
) -> None:
    """issue 4: chosen at each place, those of QuickBooks jobs too; "As the customer" where there is none."""
    page, customers = visit(width, script=script), served[1].customers
    start = [
        {"id": 1, "name": "Kitchen", "tax_item": None}, {"id": 2, "name": "Shop", "tax_item": "San Mateo, combined"},
    ]  # fmt: skip
    customers.change("c5", 5, CustomerFields.model_validate({"locations": start}), None)
    page.goto("c5/customers/5/edit")
    first = page.get_by_role("group", name="Service location 1").get_by_label("Tax at this location")
    expect(first.locator("option:checked")).to_have_text("San Mateo, combined – 9.62345%")
    first.select_option(label="As the customer")
    of_job = page.get_by_label("Tax at this location, Kitchen")
    expect(of_job.locator("option:checked")).to_have_text("As the customer")
    of_job.select_option(label="San Mateo County – 2.12345%")
    page.get_by_role("button", name="Add a location").click()
    second = page.get_by_role("group", name="Service location 2")
    second.get_by_label("Location name").fill(f"New {width} {script}")
    second.get_by_label("Tax at this location").select_option(label="State of California – 6%")
    expect(of_job.locator("option:checked")).to_have_text("San Mateo County – 2.12345%")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_role("status")).to_have_text("Your changes are saved.")
    tiles = page.get_by_role("region", name="Service locations").get_by_role("listitem")
    expect(tiles.filter(has_text="Kitchen")).to_contain_text("Tax here: San Mateo County – 2.12345%")
    expect(tiles.filter(has_text="New")).to_contain_text("Tax here: State of California – 6%")
    expect(tiles.filter(has_text="Shop")).not_to_contain_text("Tax here")
    found = customers.get("c5", 5)["locations"]
    assert [each["tax_item"] for each in found] == ["San Mateo County", None, "State of California"]
