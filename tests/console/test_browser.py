"""The connector's pages in a real browser: for screen readers, at a desk and on a phone, in both colours; and what
the script adds: times in the reader's zone, a page that looks again by itself and says so when it cannot."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from fieldledger.office import companies
from tests.console.conftest import HERE, again, copy_of, live, pages_app, session_of
from tests.support.browser import browser
from tests.support.world import World

pytestmark = pytest.mark.browser
LONG = "Supercalifragilistic-Expialidocious-Propert"[:41]
REFUSED = ("status of 401", "status of 404", "status of 409", "ERR_INTERNET_DISCONNECTED", "Failed to fetch")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@contextmanager
def served(world: World) -> Iterator[str]:
    """The pages over real HTTP; gives their address."""
    server = uvicorn.Server(uvicorn.Config(pages_app(world), port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="module")
def worlds(
    never: Path, first: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, tuple[World, str]]]:
    """Three companies, each with its own server: never connected, with a plan that waits, and one that has lived."""
    folder = tmp_path_factory.mktemp("worlds")
    with (
        copy_of(never, folder / "never") as fresh,
        copy_of(first, folder / "first") as planned,
        copy_of(never, folder / "lived") as lived,
    ):
        lived.edit(
            f'customer "Sato, Kenji" rename "{LONG}"\ncustomer "{LONG}" set email="{LONG}@{LONG}.example.com"'
        )
        live(lived)
        with served(fresh) as one, served(planned) as two, served(lived) as three:
            yield {"never": (fresh, one), "planned": (planned, two), "lived": (lived, three)}


@pytest.fixture
def visit(chromium: Browser, worlds: dict[str, tuple[World, str]]) -> Iterator[Any]:
    """visit(world, width=…, scheme=…, script=…) gives a logged in page; what its console complains of fails the test,
    but for the refusals that a test provokes."""
    complaints: list[str] = []
    opened = []

    def start(name: str, width: int = 1280, scheme: Any = "light", script: bool = True) -> Page:
        world, address = worlds[name]
        context = chromium.new_context(
            base_url=address, viewport={"width": width, "height": 844}, color_scheme=scheme,
            java_script_enabled=script, reduced_motion="reduce", timezone_id="America/New_York", locale="en-GB",
        )  # fmt: skip
        context.set_default_timeout(10_000)
        context.add_cookies(
            [{"name": key, "value": value, "url": address} for key, value in session_of(world).items()]
        )
        page = context.new_page()
        page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        opened.append(context)
        return page

    yield start
    for context in opened:
        context.close()
    assert [told for told in complaints if not any(each in told for each in REFUSED)] == []


PAGES = {
    "never": ["", "/plan", "/attention", "/log", "/connect"],
    "planned": ["", "/plan", "/plan?search=nobody", "/log/1"],
    "lived": ["", "/plan?plan=1", "/attention", "/log", "/log/3", "/log/6", "/log/99", "/history/customer/5"],
}


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (375, "dark")])
def test_pages_are_sound_for_screen_readers_and_fit(visit: Any, width: int, scheme: str) -> None:
    axe = Axe()
    for name, paths in PAGES.items():
        page = visit(name, width, scheme)
        for path in (f"{HERE}{path}" for path in paths):
            page.goto(path)
            page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
            found = axe.run(page, options={"resultTypes": ["violations"]}).response["violations"]
            told = [
                (each["id"], node["target"], node["any"][:1])
                for each in found
                if each["impact"] in ("moderate", "serious", "critical")
                for node in each["nodes"]
            ]
            assert told == [], (name, path)
            wide = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert wide <= 0, f"{path} of {name} scrolls sideways by {wide} px at {width} px"


def test_the_three_answers_are_on_the_first_screen_of_a_phone(visit: Any) -> None:
    page = visit("planned", 375)
    page.set_viewport_size({"width": 375, "height": 812})
    page.goto(HERE)
    for question in ("Is it connected?", "Does anything need me?", "Is it in step?"):
        expect(page.get_by_role("heading", name=question)).to_be_in_viewport()
    expect(
        page.get_by_role("region", name="Is it in step?").get_by_text("46 changes wait")
    ).to_be_in_viewport()


def look_again(page: Page) -> None:
    """What the page does every 15 seconds."""
    page.evaluate("htmx.trigger(document.querySelector('[data-live]'), 'every')")


def test_the_overview_looks_again_by_itself_and_disturbs_nobody(
    visit: Any, worlds: dict[str, tuple[World, str]]
) -> None:
    page, world = visit("lived"), worlds["lived"][0]
    page.goto(HERE)
    page.get_by_text("Read everything again").click()
    page.locator("#pause").focus()
    page.evaluate("document.querySelector('#pause').dataset.mine = 'kept'")
    again(world, 'customer "Baker Residence" set phone="503-555-8888"')
    look_again(page)
    expect(page.get_by_role("link", name="Run 9")).to_be_visible()
    expect(page.locator("#pause")).to_be_focused()
    expect(page.locator("#read-all")).to_be_visible()
    expect(page.locator("#live time").first).not_to_contain_text("UTC")
    companies.set_settings(world.journal, "c1", {"paused": "on"}, who="olga")
    look_again(page)
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    expect(page.locator("#live")).to_have_count(1)
    companies.set_settings(world.journal, "c1", {"paused": "off"}, who="olga")


def test_a_page_that_cannot_look_again_says_so(visit: Any) -> None:
    page = visit("lived")
    page.goto(HERE)
    note = page.locator(".stale")
    expect(note).to_be_hidden()
    page.context.set_offline(True)
    look_again(page)
    expect(note).to_contain_text("could not be brought up to date")
    expect(page.get_by_role("heading", name="Is it connected?")).to_be_visible()
    page.context.set_offline(False)
    look_again(page)
    expect(note).to_be_hidden()
    page.context.clear_cookies()
    look_again(page)
    expect(note).to_be_visible()
    expect(page.get_by_role("heading", name="Is it connected?")).to_be_visible()


def test_times_are_shown_in_the_readers_own_zone(visit: Any) -> None:
    page = visit("lived")
    page.goto(f"{HERE}/log/1")
    at = page.locator("time").first
    expect(at).to_have_text("24 Nov 2025, 11:00")
    expect(at).to_have_attribute("title", "24 Nov 2025, 16:00 UTC")


def test_the_search_in_a_plan_is_live(visit: Any) -> None:
    page = visit("planned")
    page.goto(f"{HERE}/plan?verb=create")
    search = page.get_by_role("searchbox")
    page.keyboard.press("/")
    expect(search).to_be_focused()
    page.keyboard.type("harbor")
    expect(search).to_have_value("harbor")
    expect(page.locator("#count")).to_have_text("5 records found")
    expect(search).to_be_focused()
    page.wait_for_url("**search=harbor**")
    page.get_by_role("link", name="All 50").click()
    expect(page.locator("#count")).to_have_text("5 records found")
    first = page.locator("details").first
    first.locator("summary").press("Enter")
    expect(first.get_by_text("Payment terms")).to_be_visible()


def test_a_plan_is_approved_on_a_phone_without_a_script(
    visit: Any, first: Path, tmp_path: Path, chromium: Browser
) -> None:
    with copy_of(first, tmp_path / "world") as world, served(world) as address:
        context = chromium.new_context(
            base_url=address, viewport={"width": 375, "height": 812}, java_script_enabled=False
        )
        context.add_cookies(
            [{"name": key, "value": value, "url": address} for key, value in session_of(world).items()]
        )
        page = context.new_page()
        page.goto(HERE)
        page.get_by_role("link", name="Look at the plan").click()
        page.get_by_role("button", name="Approve plan 1").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Plan 1 Approved")
        again(world)
        page.get_by_role("link", name="Overview").click()
        expect(page.get_by_role("list").get_by_text("44 created")).to_be_visible()
        page.get_by_role("button", name="Sync now").click()
        expect(page.get_by_role("status").first).to_contain_text("QuickBooks calls us")
        page.get_by_role("button", name="Pause").click()
        expect(page.get_by_role("button", name="Resume")).to_be_visible()
        context.close()


def test_the_keyboard_reaches_everything(visit: Any) -> None:
    page = visit("planned")
    page.goto(HERE)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Sync now")).to_be_focused()
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.innerText?.trim()"))
    assert {"Pause", "Plan 1 waits for approval", "Look at the plan", "Whole log", "Run 1"} <= reached
