"""The pages in a real browser: with their script, at a desk and on a phone, in both colours, for screen readers."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from fieldledger.desk.customers import CustomerCreate
from fieldledger.desk.store import STATUSES, Store
from tests.desk.conftest import LOGGED_IN, add_term, make, pages_app
from tests.support.browser import browser

pytestmark = pytest.mark.browser
LONG_ADDRESS = "maximiliana.featherstonehaugh@northwesternproperty.example.com"
LONG = "Supercalifragilistic-Expialidocious-Property-Management-and-Holdings-Incorporated"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Store]]:
    """The pages over real HTTP, with customers in every state, and their address."""
    store = Store(tmp_path_factory.mktemp("desk") / "desk.db")
    for number in range(60):
        make(store, f"Customer {number:02}", phone="(650) 555-1234", email=f"c{number}@example.com", active=number != 3,
             billing_address={"line1": f"{number} Main St", "city": "Millbrae", "state": "CA"})  # fmt: skip
    add_term(store, "Net 30", due_days=30)
    make(store, LONG, email=f"{LONG}@example.com".lower(), notes="x" * 300, terms="Net 30",
         locations=[{"name": LONG[:60], "is_default": True, "address": {"line1": LONG, "note": "Gate 4"}},
                    {"name": "Barn", "address": {"line1": "9 Elm"}}])  # fmt: skip
    jobs = [{"name": "Kitchen", "job": "80000012-1197757691", "address": {"line1": "9 Elm"}}]
    wish = {"name": "With a job", "locations": jobs, "email": LONG_ADDRESS}
    store.create("c1", CustomerCreate.model_validate(wish), "sync")
    badges = [
        {"kind": "customer", "id": place, "status": status, "detail": "What happened, and what to do.",
         "books_name": f"{LONG}:Kitchen", "at": "2026-11-24T16:05:00Z"}
        for place, status in enumerate((*STATUSES, "Synced with warnings"), 1)
    ]  # fmt: skip
    store.show_status("c1", [*badges, {**badges[0], "id": 61, "status": "Deleted in QuickBooks"}])
    store.set_policy("c1", {"customers": {"notice": "Customers come from QuickBooks."}, "locks": []})
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
            base_url=f"{served[0]}/companies/c1/", viewport={"width": width, "height": 844}, color_scheme=scheme,
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


PAGES = ["customers", "customers?search=nobody", "customers/1", "customers/61", "customers/61/edit", "customers/new",
         "customers/61/delete", "customers?select=all", "customers?status=Conflict", "customers/62",
         "customers/62/edit", "customers/selected?do=delete&id=1&id=61"]  # fmt: skip


SCREENS = [(1280, "dark"), (390, "light")]
"""The connector's pages, in the same style, are looked at in the other two. FIELDLEDGER_SWEEP=all looks at all four."""
if os.environ.get("FIELDLEDGER_SWEEP") == "all":
    SCREENS += [(1280, "light"), (390, "dark")]


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
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


def test_search_is_live_and_its_address_can_be_kept(visit: Any) -> None:
    page = visit()
    page.goto("customers")
    page.keyboard.press("/")
    page.keyboard.type("customer 1")
    expect(page.locator("#count")).to_have_text("11 customers found")  # numbers 10 to 19, and 1 Main St
    expect(page.locator("input[type=search]")).to_be_focused()
    page.wait_for_url("**search=customer**")
    page.reload()
    expect(page.locator("tbody tr")).to_have_count(11)
    page.get_by_role("link", name="Inactive").click()
    expect(page.locator("#found")).to_contain_text("Nobody matches")


def test_a_row_leads_to_its_customer_wherever_it_is_pressed(visit: Any) -> None:
    page = visit()
    page.goto("customers")
    page.locator("tbody tr").nth(1).locator("td.where").click(force=True)  # the link lies over the whole row
    expect(page.get_by_role("heading", level=1)).to_have_text("Customer 01")
    expect(page.locator("time").first).not_to_contain_text("UTC")


def test_locations_are_added_and_removed_in_place(visit: Any, served: tuple[str, Store]) -> None:
    page = visit(390)
    page.goto("customers/20/edit")
    page.get_by_label("Phone", exact=True).fill("typed before")
    page.get_by_role("button", name="Add a location").click()
    name = page.locator("[id='locations.0.name']")
    expect(name).to_be_focused()
    name.fill("Barn")
    page.get_by_role("button", name="Add a location").click()
    page.locator("[id='locations.1.name']").fill("Kitchen")
    page.locator("[name=default][value='1']").check()
    page.get_by_role("button", name="Remove location Barn").or_(
        page.get_by_role("button", name="Remove location 1")
    ).click()
    expect(page.locator("[id='locations.1.name']")).to_have_count(0)
    expect(page.locator("[id='locations.0.name']")).to_have_value("Kitchen")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_role("status")).to_have_text("Your changes are saved.")
    saved = served[1].customers.get("c1", 20)
    assert saved["phone"] == "typed before"
    assert [(each["name"], each["is_default"]) for each in saved["locations"]] == [("Kitchen", True)]


def test_everything_works_without_a_script(visit: Any, served: tuple[str, Store]) -> None:
    page = visit(390, script=False)
    page.goto("customers")
    page.locator("input[type=search]").fill("customer 21")
    page.locator("input[type=search]").press("Enter")
    page.get_by_role("link", name="Customer 21").click()
    page.get_by_role("link", name="Edit").click()
    page.get_by_role("button", name="Add a location").click()
    page.locator("[id='locations.0.name']").fill("Barn")
    page.locator("[id='locations.0.name']").press("Enter")
    expect(page.get_by_role("status")).to_have_text("Your changes are saved.")
    assert served[1].customers.get("c1", 22)["locations"][0]["name"] == "Barn"
    page.get_by_role("button", name="Deactivate").click()
    page.get_by_role("link", name="Delete customer").click()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_role("status").first).to_contain_text("was deleted")


def test_ticked_customers_bring_up_what_can_be_done(visit: Any, served: tuple[str, Store]) -> None:
    page = visit()
    page.goto("customers?search=customer 3")
    delete = page.get_by_role("group", name="With the selected customers").get_by_role(
        "button", name="Delete"
    )
    expect(delete).to_be_hidden()
    page.get_by_label("Select Customer 31").check()
    page.get_by_label("Select Customer 32").check()
    expect(page.get_by_role("heading", level=1)).to_have_text("Customers")  # a tick does not open the row
    delete.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Delete 2 customers?")
    page.get_by_label("Customer 32").uncheck()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_role("status").first).to_contain_text("were deleted")
    expect(page.locator("input[type=search]")).to_have_value("customer 3")
    found, _ = served[1].page("c1", active=None, limit=100)
    assert [each["name"] for each in found if each["name"] in ("Customer 31", "Customer 32")] == [
        "Customer 32"
    ]


def test_several_are_deactivated_without_a_script(visit: Any, served: tuple[str, Store]) -> None:
    page = visit(390, script=False)
    page.goto("customers?search=customer 4")
    page.get_by_label("Select Customer 41").check()
    page.get_by_label("Select Customer 42").check()
    page.get_by_role("button", name="Deactivate").click()
    page.get_by_role("button", name="Deactivate").click()
    expect(page.get_by_role("status").first).to_contain_text("are inactive now")
    assert [served[1].customers.get("c1", id)["active"] for id in (42, 43)] == [False, False]


@pytest.mark.parametrize("script", [True, False])
def test_the_status_filter_works(visit: Any, script: bool) -> None:
    page = visit(script=script)
    page.goto("customers?active=all")
    page.get_by_label("Status in QuickBooks").select_option("Conflict")
    if not script:
        page.locator("noscript button").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.wait_for_url("**status=Conflict**")
    badge = page.get_by_role("link", name="Conflict: history of Customer 05")
    expect(badge).to_have_attribute("href", "/companies/c1/history/customer/6")
    badge.click(trial=True)  # nothing lies over it


@pytest.mark.parametrize("width", [1280, 390])
def test_a_long_address_breaks_at_its_signs(visit: Any, width: int) -> None:
    """No part between two signs is cut in two, and the whole does not fit on one line of a phone."""
    page = visit(width)
    page.goto("customers/62")
    lines = page.locator("a[href^=mailto]").evaluate(
        """link => [...link.childNodes].filter(node => node.nodeType === Node.TEXT_NODE).map(node => {
          const range = document.createRange();
          range.selectNodeContents(node);
          return [node.data, range.getClientRects().length, Math.round(range.getBoundingClientRect().top)];
        })"""
    )
    assert "".join(text for text, _, _ in lines) == LONG_ADDRESS
    assert [rows for _, rows, _ in lines] == [1] * 5
    assert (len({top for _, _, top in lines}) > 1) is (width < 400)


def test_the_keyboard_reaches_the_content_at_once(visit: Any, tmp_path: Path) -> None:
    page = visit()
    page.goto("customers")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="New customer")).to_be_focused()
