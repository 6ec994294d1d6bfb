"""The table of spec 5 cell by cell in a real browser, against the real server, before and after a sync; and what people
see of a tax that was edited and of terms that ended in QuickBooks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.endtoend import cells
from tests.endtoend.cells import CELLS, MANY, NEW, TAXES, TERMS, TOGGLES, Cell, Office
from tests.endtoend.house import House
from tests.support.browser import browser

pytestmark = pytest.mark.browser
LISTS = (TAXES, TERMS)
NOUNS = {TAXES: "tax rate", TERMS: "payment term"}
TYPED = {TAXES: {"shape": "single", "rate": "3.125"}, TERMS: {"form": "standard", "due_days": "12"}}
SHOWN = {TAXES: "3.125%", TERMS: "Net 12"}
SHOWN_THEIRS = {TAXES: "8.25%", TERMS: "Net 30"}
HERE = "settings/tax-and-terms"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def visitor(chromium: Browser, house: House) -> Iterator[BrowserContext]:
    """A person who has logged in with a link; what the console of any page complains of fails the module, but for the
    refusals that the tests provoke."""
    complaints: list[str] = []
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.set_default_timeout(15_000)
    context.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    # Several companies: what a link leads to is the list of them.
    page = context.new_page()
    page.goto(house.cli("login").strip())
    page.close()
    yield context
    context.close()
    assert [told for told in complaints if "status of 422" not in told] == []


@dataclass
class Visit:
    """A person at the pages of one company."""

    office: Office
    page: Page

    def go(self, path: str) -> Page:
        self.page.goto(self.address(path))
        return self.page

    def address(self, path: str) -> str:
        return f"{self.office.house.address}/companies/{self.office.company.id}/{path}"

    def section(self, path: str) -> Locator:
        """A list of Tax and Terms, on the page that is open."""
        return self.page.locator(f"section[aria-labelledby={path}]")

    def send(self, path: str, **form: str) -> tuple[int, str]:
        """A form that no page offered, from a visitor who may send forms. Status and text of the answer."""
        self.go("settings")
        token = self.page.locator("input[name=csrf]").first.input_value()
        answer = self.page.request.post(
            self.address(path), form={"csrf": token, **form}, max_redirects=0, headers={"Accept": "text/html"}
        )
        return answer.status, " ".join(answer.text().replace("&#39;", "'").split())


@dataclass
class CellAtWork:
    """A company in one cell; synced: whether its first sync has been."""

    cell: Cell
    visit: Visit
    synced: bool = False

    def sync(self) -> None:
        if not self.synced:
            self.synced = True
            assert self.visit.office.sync().startswith("In step")


@pytest.fixture(scope="module", params=CELLS, ids=[cell.name for cell in CELLS])
def at_work(
    request: pytest.FixtureRequest, house: House, base: Path, visitor: BrowserContext
) -> Iterator[CellAtWork]:
    cell = request.param
    office = cells.opened(house, f"cell-{CELLS.index(cell)}", base, *cell.settings)
    page = visitor.new_page()
    yield CellAtWork(cell, Visit(office, page))
    page.close()


def why(path: str) -> str:
    return f"{MANY[path]} come from QuickBooks, so they are changed there"


def test_the_page_is_read_only_as_the_table_says_before_the_first_sync(at_work: CellAtWork) -> None:
    """spec 5.1: it says why and where, has nothing to press, and a form that is sent all the same is refused."""
    visit = at_work.visit
    for path in LISTS:
        visit.go(HERE)
        section, locked = visit.section(path), path in at_work.cell.read_only
        expect(section.get_by_role("link", name=f"New {NOUNS[path]}")).to_have_count(0 if locked else 1)
        if not locked:
            expect(section).not_to_contain_text(why(path))
            continue
        expect(section).to_contain_text(why(path))
        expect(section.get_by_role("button")).to_have_count(0)
        visit.go(f"{HERE}/{path}/new")
        expect(visit.page).to_have_url(visit.address(HERE))
        status, told = visit.send(f"{HERE}/{path}/new", name="Slipped in", **TYPED[path])
        assert status == 422
        assert why(path) in told
        assert visit.office.list(path) == {}


def test_toggles_are_disabled_with_the_reason_where_the_table_leaves_no_choice(at_work: CellAtWork) -> None:
    """spec 5, second column."""
    visit, cell = at_work.visit, at_work.cell
    visit.go("settings")
    for path in LISTS:
        toggle = visit.page.get_by_label(f"{MANY[path]} come from QuickBooks")
        value = cell.toggles or ("on" if path in cell.read_only else "off")
        expect(toggle).to_have_value(value)
        if not cell.toggles:
            expect(toggle).to_be_enabled()
            expect(toggle).to_have_accessible_description(re.compile("^Customers come from QuickBooks. On: "))
            continue
        expect(toggle).to_be_disabled()
        expect(toggle).to_have_accessible_description(re.compile(f"Not free to choose. {cell.reason(path)}"))
    if cell.toggles:
        other = {"on": "off", "off": "on"}[cell.toggles]
        for path, key in TOGGLES.items():
            status, told = visit.send("settings", **{key: other})
            assert status == 422
            assert f"{key} cannot be {other}: {cell.reason(path)}" in told
            assert visit.office.ask("GET", "settings").json()[key] == cell.toggles


def test_entries_of_quickbooks_are_shown_where_they_come_from_there(at_work: CellAtWork) -> None:
    """spec 5, fourth column; and still nothing can be pressed or sent."""
    at_work.sync()
    visit = at_work.visit
    for path in LISTS:
        visit.go(HERE)
        section, name = visit.section(path), cells.THEIRS[path]
        row = section.get_by_role("row").filter(has_text=name)
        if path not in at_work.cell.read_only:
            expect(row).to_have_count(0)
            continue
        expect(row).to_have_count(1)
        expect(row).to_contain_text(SHOWN_THEIRS[path])
        expect(row).to_contain_text("1 customer")
        expect(row).to_contain_text("Synced")
        expect(section.get_by_role("button")).to_have_count(0)
        expect(section.get_by_role("link", name=name, exact=True)).to_have_count(0)
        there = visit.office.list(path)
        one, version = f"{HERE}/{path}/{there[name]['id']}", str(there[name]["version"])
        for page in (one, f"{one}/delete"):
            visit.go(page)
            expect(visit.page).to_have_url(visit.address(HERE))
        for form, more in ((one, {"name": "Mine", **TYPED[path]}), (f"{one}/active", {"active": "false"}),
                           (f"{one}/delete", {})):  # fmt: skip
            status, told = visit.send(form, version=version, **more)
            assert status == 422, form
            assert why(path) in told
        assert visit.office.list(path) == there


def test_what_is_not_read_only_is_edited_on_its_page(at_work: CellAtWork) -> None:
    """spec 5: "editable", and only what a customer needs goes to QuickBooks."""
    at_work.sync()
    visit, page = at_work.visit, at_work.visit.page
    for path in set(LISTS) - set(at_work.cell.read_only):
        visit.go(HERE)
        visit.section(path).get_by_role("link", name=f"New {NOUNS[path]}").click()
        page.get_by_label("Name").fill("Typed")
        value = page.get_by_label("Rate percent" if path == TAXES else "Due after")
        value.fill("4" if path == TAXES else "13")
        page.get_by_role("button", name=f"Add {NOUNS[path]}").click()
        visit.section(path).get_by_role("link", name="Typed", exact=True).click()
        value.fill("3.125" if path == TAXES else "12")
        page.get_by_label("Name").fill("Typed twice")
        page.get_by_role("button", name="Save changes").click()
        expect(page.get_by_role("status")).to_have_text("Your changes are saved.")
        row = visit.section(path).get_by_role("row").filter(has_text="Typed twice")
        expect(row).to_contain_text(SHOWN[path])
        row.get_by_role("link", name="Typed twice", exact=True).click()
        page.get_by_role("link", name=f"Delete {NOUNS[path]}").click()
        page.get_by_role("button", name="Delete for good").click()
        expect(page.get_by_role("status")).to_contain_text("It was deleted.")
        expect(visit.section(path).get_by_role("row").filter(has_text="Typed twice")).to_have_count(0)


# ---- stories ------------------------------------------------------------------------------------------------------


def test_a_toggle_is_switched_on_its_page_and_the_list_is_locked_at_once(
    house: House, base: Path, visitor: BrowserContext
) -> None:
    """spec 5, 5.1: the user's choice, with the entries that were made here before."""
    office = cells.opened(house, "switched", base, "tax_sync=off", "terms_sync=off")
    made = {path: office.add(path, **NEW[path]) for path in LISTS}
    visit = Visit(office, visitor.new_page())
    visit.go("settings")
    visit.page.get_by_label("Taxes come from QuickBooks").select_option("on")
    visit.page.get_by_role("button", name="Save").click()
    expect(visit.page.get_by_role("status")).to_contain_text("The settings were changed.")
    visit.go(HERE)
    expect(visit.section(TAXES)).to_contain_text(why(TAXES))
    expect(visit.section(TAXES).get_by_role("link", name="Made here")).to_have_count(0)
    expect(visit.section(TERMS).get_by_role("link", name="Made here")).to_have_count(1)
    status, told = visit.send(f"{HERE}/{TAXES}/{made[TAXES]['id']}/delete", version="1")
    assert status == 422
    assert why(TAXES) in told
    assert "Made here" in office.list(TAXES)
    visit.page.close()


LISTED = """
terms add name="Net 60" days=60
terms add name="Net 90" days=90
customer add name=Cole terms="Net 90" taxitem=County taxcode=Tax
"""
EDITS = (
    'taxitem County rename "County Tax"\ntaxitem "County Tax" set rate=8.5\nterms "Net 60" delete\n'
    'terms "Net 90" inactive',
    'taxitem "County Tax" rename District\ntaxitem District set rate=9.125\nterms add name="Net 60" days=60',
)


@pytest.fixture(scope="module")
def golden(house: House, base: Path, visitor: BrowserContext) -> Iterator[Visit]:
    office = cells.opened(house, "golden", base)
    office.edit(LISTED)
    assert office.sync().startswith("In step")
    office.add("customers", name="Of the desk", terms="Net 60")
    office.edit(EDITS[0])
    office.sync()
    visit = Visit(office, visitor.new_page())
    yield visit
    visit.page.close()


@pytest.mark.parametrize("name", ["Net 60", "Net 90"])
def test_a_term_that_ended_in_quickbooks_is_marked_and_not_offered(golden: Visit, name: str) -> None:
    """spec 5.4: Net 60 was deleted there, Net 90 made inactive. Both are still shown on who has them."""
    page = golden.go(HERE)
    row = golden.section(TERMS).get_by_role("row").filter(has=page.get_by_text(name, exact=True))
    expect(row).to_contain_text("No longer in QuickBooks")
    golden.go("customers/new")
    offered = page.get_by_label("Payment terms").locator("option")
    expect(offered).to_have_text(["Not stated", "Net 30"])
    customers = golden.office.list("customers")
    its = next(each for each in customers.values() if each["terms"] == name)
    golden.go(f"customers/{its['id']}")
    money = page.get_by_role("region", name="Payment and tax")
    expect(money).to_contain_text(name)
    expect(money).to_contain_text("No longer in QuickBooks")
    golden.go(f"customers/{its['id']}/edit")
    chosen = page.get_by_label("Payment terms")
    expect(chosen.locator("option:checked")).to_have_text(f"{name} (no longer in QuickBooks)")
    page.get_by_label("First name").fill("Jo")
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_role("status")).to_have_text("Your changes are saved.")
    assert golden.office.list("customers")[its["name"]]["terms"] == name


def test_an_edited_tax_is_one_row_with_its_history_and_an_ended_term_comes_back(golden: Visit) -> None:
    """spec 5.3, 5.4: edited twice, made again."""
    golden.office.edit(EDITS[1])
    golden.office.sync()
    page = golden.go(HERE)
    rows = golden.section(TAXES).get_by_role("row")
    expect(rows).to_have_count(2)
    expect(rows.nth(1)).to_contain_text("District")
    expect(rows.nth(1)).to_contain_text("9.125%")
    expect(rows.nth(1)).to_contain_text("2 customers")
    rows.nth(1).get_by_role("link", name="Synced").click()
    main = page.get_by_role("main")
    for text in ("County Tax", "8.5", "9.125", "District"):
        expect(main.get_by_text(text).first).to_be_visible()
    badges = main.get_by_text(re.compile("^(Created|Updated)$"))
    expect(badges).to_have_text(["Updated", "Updated", "Created"])
    golden.go(HERE)
    again = golden.section(TERMS).get_by_role("row").filter(has=page.get_by_text("Net 60", exact=True))
    expect(again).to_have_count(1)
    expect(again).not_to_contain_text("No longer in QuickBooks")
    golden.go("customers/new")
    expect(page.get_by_label("Payment terms").locator("option")).to_have_text(
        ["Not stated", "Net 30", "Net 60"]
    )


def test_a_tax_that_waits_is_shown_with_what_to_do_and_a_differing_term_is_linked(
    house: House, base: Path, visitor: BrowserContext
) -> None:
    """spec 5.5, and "equal name with different values is held for a person": on Needs attention, in the words of its
    own list."""
    office = cells.opened(house, "outward", base, "customers.direction=field_to_books")
    office.add(TAXES, name="Local", rate="7.375")
    office.add(TERMS, name="Net 30", due_days=33)
    office.add("customers", name="Ames", tax_item="Local", terms="Net 30")
    office.sync()
    visit = Visit(office, visitor.new_page())
    page = visit.go("attention")
    tax, term = (page.get_by_role("article").filter(has=page.get_by_role("heading", name=name)) for name in
                 ("Local", "Net 30"))  # fmt: skip
    expect(tax).to_contain_text("to which agency the tax Local is paid")
    expect(tax).to_contain_text("in the settings (tax_agency)")
    expect(tax.get_by_role("row").filter(has_text="Rate")).to_contain_text("7.375")
    expect(term.get_by_role("row").filter(has_text="Days until due")).to_contain_text("30")
    expect(term.get_by_role("row").filter(has_text="Days until due")).to_contain_text("33")
    expect(term.get_by_text("At most 31 characters")).to_be_hidden()
    term.get_by_role("link", name="Open no. 1 in the field system").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tax and Terms")
    page.go_back()
    term.get_by_role("button", name="Link these two").click()
    expect(page.get_by_role("status")).to_contain_text("“Net 30” is decided.")
    visit.go("settings")
    page.get_by_label("Agency of new taxes in QuickBooks").fill(cells.AGENCY)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("The settings were changed.")
    house.settle(office.company, 4)
    visit.go("attention")
    expect(page.get_by_text("Nothing needs you")).to_be_visible()
    assert office.books("Customer")["Ames"]["ItemSalesTaxRef"] == "Local"
    assert office.books("Customer")["Ames"]["TermsRef"] == "Net 30"
    visit.go(HERE)
    row = visit.section(TAXES).get_by_role("row").filter(has_text="Local")
    row.get_by_role("link", name="Synced").click()
    expect(page.get_by_role("main")).to_contain_text("Tax no. 1")
    page.close()
