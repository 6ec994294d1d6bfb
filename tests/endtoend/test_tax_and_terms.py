"""The table of spec 5 over real processes, cell by cell, through REST and the command line: what is read-only, which
toggles are free, and where taxes and payment terms flow. The same in a browser: test_tax_and_terms_browser.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.endtoend import cells
from tests.endtoend.cells import AGENCY, CELLS, IDLE, KINDS, NEW, TAXES, TERMS, TOGGLES, Cell, Office
from tests.endtoend.house import House
from tests.endtoend.programs import run

LISTS = (TAXES, TERMS)


# ---- the table ----------------------------------------------------------------------------------------------------


@dataclass
class Lived:
    """A company in one cell. before: the answers to writes before the first sync, by list; told: how its two sessions
    ended."""

    office: Office
    cell: Cell
    before: dict[str, tuple[httpx2.Response, httpx2.Response]] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)


@pytest.fixture(scope="module", params=CELLS, ids=[cell.name for cell in CELLS])
def lived(request: pytest.FixtureRequest, house: House, base: Path) -> Lived:
    """Before the first sync somebody adds entries, one at a time and as an import, and a customer who has the first of
    each list; then it is synced, something is added in QuickBooks, and it is synced again."""
    cell = request.param
    office = cells.opened(house, f"cell-{CELLS.index(cell)}", base, *cell.settings)
    one = Lived(office, cell)
    for path in LISTS:
        one.before[path] = (office.ask("POST", path, NEW[path]), imported(office, path, IDLE[path]))
    named = {"terms": TERMS, "tax_item": TAXES}
    needs = {key: "Made here" for key, path in named.items() if path not in cell.read_only}
    office.add("customers", name="Needy", **needs)
    one.told.append(office.sync())
    office.edit(cells.LATER)
    one.told.append(office.sync())
    return one


def imported(office: Office, path: str, fields: dict[str, Any], **more: Any) -> httpx2.Response:
    """As a program does that brings many."""
    item = {"key": f"import-{path}-{sorted(fields)}", "op": "create", KINDS[path]: fields, **more}
    return office.ask("POST", f"{path}/batch", {"items": [item]})


def told_by(answer: httpx2.Response) -> tuple[int, str]:
    """Status and sentence of a write, alone or in a batch."""
    body = answer.json() if answer.content else {}
    if "results" in body:
        (result,) = body["results"]
        return result["status"], (result["problem"] or {}).get("detail", "")
    return answer.status_code, body.get("detail", "")


def assert_refused(path: str, answer: httpx2.Response) -> None:
    """Refused, with why, and where it is to be changed instead."""
    status, told = told_by(answer)
    assert status == 422, told
    assert f"{cells.MANY[path]} come from QuickBooks, so they are changed there" in told


def test_what_is_read_only_is_so_before_the_first_sync(lived: Lived) -> None:
    """spec 5, third column, from the moment in which the settings are chosen."""
    for path in LISTS:
        for answer in lived.before[path]:
            if path in lived.cell.read_only:
                assert_refused(path, answer)
            else:
                assert told_by(answer)[0] == 201


def test_every_way_in_is_refused_where_a_list_is_read_only(lived: Lived) -> None:
    """spec 5.1: create, edit, replace, delete, import; and nothing has happened."""
    office = lived.office
    for path in lived.cell.read_only:
        before = office.list(path)
        theirs = before[cells.THEIRS[path]]
        one, version = f"{path}/{theirs['id']}", theirs["version"]
        edit = {"key": f"edit-{path}", "op": "update", "id": theirs["id"], KINDS[path]: {"name": "Mine"}}
        for answer in (
            office.ask("POST", path, {**NEW[path], "name": "Another"}),
            imported(office, path, {**NEW[path], "name": "Yet another"}),
            office.ask("PATCH", one, {"name": "Mine", "version": version}),
            office.ask("PATCH", one, {"active": False, "version": version}),
            office.ask("PUT", one, {**NEW[path], "version": version}),
            office.ask("POST", f"{path}/batch", {"items": [edit]}),
            office.ask("DELETE", one),
        ):
            assert_refused(path, answer)
        assert office.list(path) == before


def test_a_list_that_is_not_read_only_is_edited_freely(lived: Lived) -> None:
    """spec 5: "editable"."""
    office = lived.office
    for path in set(LISTS) - set(lived.cell.read_only):
        made = office.add(path, **{**NEW[path], "name": "For a while"})
        one = f"{path}/{made['id']}"
        assert office.change(path, made["id"], name="For a little while")["name"] == "For a little while"
        assert office.change(path, made["id"], active=False)["active"] is False
        assert office.ask("DELETE", one).status_code == 204
        assert office.ask("GET", one).status_code == 404


def test_tax_codes_are_quickbooks_own_in_every_cell(lived: Lived) -> None:
    answer = lived.office.ask("POST", "tax-codes", {"name": "Lbr", "taxable": False})
    assert told_by(answer)[0] == 422
    assert set(lived.office.list("tax-codes")) == {"Tax", "Non"}


def test_a_toggle_cannot_be_switched_against_the_table(lived: Lived) -> None:
    """spec 5, second column: through REST and the command line, with the reason; and which are free."""
    office, cell = lived.office, lived.cell
    shown = office.house.cli("company", "set", office.company.id).splitlines()
    for path, key in TOGGLES.items():
        line = next(line for line in shown if line.startswith(f"{key} = "))
        if not cell.toggles:
            assert line == f"{key} = {'on' if path in cell.read_only else 'off'}"
            continue
        assert line.startswith(f"{key} = {cell.toggles}  (always: {cell.reason(path)}")
        other = {"on": "off", "off": "on"}[cell.toggles]
        refused = f"{key} cannot be {other}: {cell.reason(path)}"
        answer = office.ask("PATCH", "settings", {key: other, "schedule": "30"})
        assert answer.status_code == 422
        assert answer.json()["detail"].startswith(refused)
        by_hand = run(
            "fieldledger", "company", "set", office.company.id, f"{key}={other}", "--data", office.house.data,
            status=2,
        )  # fmt: skip
        assert refused in " ".join(by_hand.stderr.split())
        settings = office.ask("GET", "settings").json()
        assert (settings[key], settings["schedule"]) == (cell.toggles, "15"), "all or none"


def test_entries_of_quickbooks_appear_where_they_come_from_there(lived: Lived) -> None:
    """spec 5, fourth column: books → field, at first and whatever is added later; nowhere else."""
    office, cell = lived.office, lived.cell
    for path in LISTS:
        there = office.list(path)
        theirs = {cells.THEIRS[path], cells.THEIRS_LATER[path]}
        assert theirs & set(there) == (theirs if path in cell.read_only else set())
        if path in cell.read_only:
            assert set(there) == theirs
    if TAXES in cell.read_only:
        rates = office.list(TAXES)
        assert (rates["County"]["rate"], rates["Later Tax"]["rate"]) == ("8.25", "1.5")
    if TERMS in cell.read_only:
        assert office.list(TERMS)["Later Terms"]["due_days"] == 45


def test_a_customer_of_quickbooks_has_what_comes_over_and_the_rest_waits(lived: Lived) -> None:
    """spec 2.1: with a toggle off, a term or a tax that is unknown here is left empty, with a note."""
    customers = lived.office.list("customers")
    if lived.cell.carries:
        assert "Baker" not in customers, "customers go to QuickBooks only"
        return
    baker = customers["Baker"]
    assert baker["tax_item"] == ("County" if TAXES in lived.cell.read_only else None)
    assert baker["terms"] == ("Net 30" if TERMS in lived.cell.read_only else None)
    missing = {TAXES: "Tax 'County'", TERMS: "Payment terms 'Net 30'"}
    for path, words in missing.items():
        assert (words in baker["sync"]["detail"]) == (path not in lived.cell.read_only)
    all_here = set(lived.cell.read_only) == set(LISTS)
    assert baker["sync"]["status"] == ("Synced" if all_here else "Synced with warnings")


def test_only_what_a_synced_customer_needs_is_carried_over(lived: Lived) -> None:
    """spec 5, fourth column: to QuickBooks in field_to_books only, and only what something needs."""
    office, cell = lived.office, lived.cell
    taxes, terms = office.books("ItemSalesTax"), office.books("StandardTerms")
    for there in (taxes, terms):
        assert "Nobody's" not in there
        assert ("Made here" in there) == cell.carries
    customers = office.books("Customer")
    assert ("Needy" in customers) == (cell.carries or cell.toggles == "on")
    if cell.carries:
        assert (Decimal(taxes["Made here"]["TaxRate"]), taxes["Made here"]["TaxVendorRef"]) == (
            Decimal("7.375"),
            AGENCY,
        )
        assert terms["Made here"]["StdDueDays"] == "7"
        needy = customers["Needy"]
        assert (needy["TermsRef"], needy["ItemSalesTaxRef"]) == ("Made here", "Made here")
        assert office.list(TERMS)["Made here"]["sync"]["status"] == "Synced"
        assert set(office.list(TAXES)) == set(office.list(TERMS)) == {"Made here", "Nobody's"}


def test_a_list_is_read_only_the_moment_that_the_settings_make_it_so(house: House, base: Path) -> None:
    """spec 5.1: entries that were made here before are locked with the others, and are free again at once; and what
    somebody made here never goes to QuickBooks while the direction is two_way."""
    office = cells.opened(house, "changing", base, "tax_sync=off", "terms_sync=off")
    made = {path: office.add(path, **NEW[path]) for path in LISTS}
    office.add("customers", name="Needy", terms="Made here", tax_item="Made here")

    def read_only() -> set[str]:
        found = set()
        for path in LISTS:
            one = f"{path}/{made[path]['id']}"
            version = office.ask("GET", one).json()["version"]
            answer = office.ask("PATCH", one, {"active": False, "version": version})
            if answer.status_code != 200:
                for each in (answer, office.ask("DELETE", one)):
                    assert_refused(path, each)
                found.add(path)
            else:
                office.change(path, made[path]["id"], active=True)
        return found

    assert read_only() == set()
    assert office.ask("PATCH", "settings", {"tax_sync": "on"}).status_code == 200
    assert read_only() == {TAXES}
    house.cli("company", "set", office.company.id, "customers.direction=field_to_books")
    assert read_only() == set(), "it follows the direction"
    house.cli("company", "set", office.company.id, "customers.direction=two_way")
    assert read_only() == set(LISTS)
    house.settle(office.company)
    needy = office.books("Customer")["Needy"]
    assert not {"TermsRef", "ItemSalesTaxRef"} & set(needy)
    assert "Made here" not in {*office.books("ItemSalesTax"), *office.books("StandardTerms")}
    mine = office.list("customers")["Needy"]
    assert (mine["terms"], mine["tax_item"]) == ("Made here", "Made here"), "the field waits and is not lost"
    assert mine["sync"]["status"] == "Synced with warnings"
    assert "Made here" in mine["sync"]["detail"]
