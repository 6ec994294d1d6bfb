"""Stories of taxes and payment terms over real processes: those in which other products duplicate what was edited and
keep what was deleted (spec 5.3, 5.4), and those of what is carried over to QuickBooks (spec 5.5, 5.6).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.endtoend import cells
from tests.endtoend.cells import AGENCY, TAXES, TERMS, Office
from tests.endtoend.house import QUIET, House

# ---- edited in QuickBooks, deleted there --------------------------------------------------------------------------

LISTED = f"""
taxitem add name="Old Tax" rate=1 agency="{AGENCY}"
taxitem add name=Fine rate=0.00001 agency="{AGENCY}"
taxitem add name=Ten rate=10 agency="{AGENCY}"
taxitem add name=Eighth rate=7.375 agency="{AGENCY}"
taxgroup add name=Together items="County|Eighth|Fine"
terms add name="Net 60" days=60
terms add name="Net 90" days=90
terms add name="Net 10" days=10
dateterms add name=Monthly day=15 nextmonthdays=5
customer add name=Dorn terms="Net 30" taxitem=County taxcode=Tax
customer add name=Cole terms="Net 90"
"""
FIRST_EDIT = """
taxitem County rename "County Tax"
taxitem "County Tax" set rate=8.5
taxitem "Old Tax" delete
terms "Net 60" delete
terms "Net 90" inactive
"""
SECOND_EDIT = """
taxitem "County Tax" rename District
taxitem District set rate=9.125
terms add name="Net 60" days=61
terms "Net 10" delete
terms add name="Net 10" days=10
terms "Net 90" active
"""


@dataclass
class Golden:
    """The lists and customers of the desk after each of three syncs."""

    office: Office
    taxes: list[dict[str, Any]] = field(default_factory=list)
    terms: list[dict[str, Any]] = field(default_factory=list)
    customers: list[dict[str, Any]] = field(default_factory=list)

    def look(self) -> None:
        self.taxes.append(self.office.list(TAXES))
        self.terms.append(self.office.list(TERMS))
        self.customers.append(self.office.list("customers"))


@pytest.fixture(scope="module", params=["retire", "keep"])
def golden(request: pytest.FixtureRequest, house: House, base: Path) -> Golden:
    office = cells.opened(house, f"golden-{request.param}", base, f"retired_terms={request.param}")
    office.edit(LISTED)
    story = Golden(office)
    assert office.sync().startswith("In step: ")
    office.add("customers", name="Of the desk", terms="Net 60", tax_item="Old Tax")
    story.look()
    for script in (FIRST_EDIT, SECOND_EDIT):
        office.edit(script)
        office.sync()
        story.look()
    office.house.settle(office.company, 2)
    return story


def keeps(story: Golden) -> bool:
    return bool(story.office.ask("GET", "settings").json()["retired_terms"] == "keep")


def test_a_tax_that_is_renamed_and_re_rated_twice_is_one_tax_with_a_history_of_three(golden: Golden) -> None:
    """spec 5.3, where the guide's product makes a new one of each edit."""
    office, id = golden.office, golden.taxes[0]["County"]["id"]
    for taxes, name, rate in zip(
        golden.taxes, ("County", "County Tax", "District"), ("8.25", "8.5", "9.125"), strict=True
    ):
        assert [(each["name"], each["rate"]) for each in taxes.values() if each["id"] == id] == [(name, rate)]
        assert len(taxes) == 6, "and none beside it"
    events = office.house.rest(office.company, f"history/tax_rate/{id}")["events"]
    assert [event["what"] for event in events] == ["created", "updated", "updated"]
    changed = [
        {each["field"]: (each["before"], each["after"]) for each in event["changes"]} for event in events[1:]
    ]
    assert changed == [
        {"name": ("County", "County Tax"), "rate": ("8.25", "8.5")},
        {"name": ("County Tax", "District"), "rate": ("8.5", "9.125")},
    ]


def test_a_customer_keeps_an_edited_tax_without_being_written(golden: Golden) -> None:
    """spec 5.3: it refers to the entry, not to its name."""
    at_first, _, at_last = (customers["Dorn"] for customers in golden.customers)
    assert (at_first["tax_item"], at_last["tax_item"]) == ("County", "District")
    assert at_first["tax_item_id"] == at_last["tax_item_id"]
    assert (at_first["version"], at_last["version"]) == (1, 1)
    office = golden.office
    events = office.house.rest(office.company, f"history/customer/{at_last['id']}")["events"]
    assert [event["what"] for event in events] == ["created"]


def test_the_rate_of_a_group_follows_its_members(golden: Golden) -> None:
    """spec 5.2: the sum, exactly."""
    assert [taxes["Together"]["rate"] for taxes in golden.taxes] == ["15.62501", "15.87501", "16.50001"]


def test_rates_arrive_with_every_decimal(golden: Golden) -> None:
    """QuickBooks keeps five decimals of a percentage."""
    rates = {name: tax["rate"] for name, tax in golden.taxes[0].items() if not tax["components"]}
    assert rates == {"County": "8.25", "Eighth": "7.375", "Fine": "0.00001", "Ten": "10", "Old Tax": "1"}
    monthly = golden.terms[0]["Monthly"]
    assert (monthly["form"], monthly["due_day"], monthly["next_month_days"]) == ("date_driven", 15, 5)


def test_a_deleted_tax_is_retired_and_still_shown(golden: Golden) -> None:
    """spec 5.4; the setting retired_terms is about terms."""
    for taxes, customers in zip(golden.taxes[1:], golden.customers[1:], strict=True):
        assert taxes["Old Tax"]["active"] is False
        assert taxes["Old Tax"]["sync"]["status"] == "Deleted in QuickBooks"
        assert customers["Of the desk"]["tax_item"] == "Old Tax"
    answer = golden.office.ask("POST", "customers", {"name": "New", "tax_item": "Old Tax"})
    assert answer.status_code == 422
    assert "'Old Tax' is retired" in answer.json()["detail"]


def test_a_deleted_term_is_retired_unless_the_setting_keeps_it(golden: Golden) -> None:
    """spec 5.4: not offered for new work, still shown on what has it."""
    kept, term = keeps(golden), golden.terms[1]["Net 60"]
    assert term["active"] is kept
    assert term["sync"]["status"] == "Deleted in QuickBooks"
    assert ("retired_terms keeps it" in term["sync"]["detail"]) == kept
    assert golden.customers[1]["Of the desk"]["terms"] == "Net 60"
    assert golden.customers[1]["Of the desk"]["version"] == golden.customers[0]["Of the desk"]["version"]


def test_an_inactive_term_is_retired_unless_the_setting_keeps_it(golden: Golden) -> None:
    """spec 5.4: a customer that has it in QuickBooks has it here; and it comes back with its being active there."""
    assert golden.terms[1]["Net 90"]["active"] is keeps(golden)
    assert [customers["Cole"]["terms"] for customers in golden.customers] == ["Net 90"] * 3
    assert {customers["Cole"]["version"] for customers in golden.customers} == {1}
    assert golden.terms[2]["Net 90"]["active"] is True


def test_a_term_that_is_made_again_is_the_same_entry_back(golden: Golden) -> None:
    """spec 5.3, 5.4: under its old number, so that what had it has it; also when it was deleted and made again between
    two syncs."""
    golden.office.house.settle(golden.office.company)
    now = golden.office.list(TERMS)
    for name, days in (("Net 60", 61), ("Net 10", 10)):
        assert now[name]["id"] == golden.terms[0][name]["id"]
        assert (now[name]["active"], now[name]["due_days"]) == (True, days)
        assert now[name]["sync"]["status"] == "Synced"
    assert len(now) == 5
    assert golden.office.sync() == QUIET


# ---- carried over to QuickBooks -----------------------------------------------------------------------------------

RATES = {"Quarter": "8.25", "Eighth": "7.375", "Fine": "0.00001", "Ten": "10"}
DIFFERENT = """
terms add name="Net 45" days=45
terms add name="Net 20" days=20
"""


@pytest.fixture(scope="module")
def outward(house: House, base: Path) -> Office:
    """field_to_books without an agency: taxes, a group, terms that are in QuickBooks too (equal, and not), and
    customers that need them; synced once."""
    office = cells.opened(house, "outward", base, "customers.direction=field_to_books")
    office.edit(DIFFERENT)
    made = [office.add(TAXES, name=name, rate=rate)["id"] for name, rate in RATES.items()]
    office.add(TAXES, name="Together", components=made)
    office.add(TAXES, name="County", rate="9")  # there 8.25
    office.add(TERMS, name="Net 15", due_days=15)
    office.add(TERMS, name="Net 45", due_days=45)
    office.add(TERMS, name="Net 20", due_days=21)  # there 20
    office.add(TERMS, name="Net 30", due_days=33)  # there 30
    for name, needs in {
        "Ames": {"tax_item": "Together", "terms": "Net 15"},
        "Bell": {"tax_item": "County", "terms": "Net 30"},
        "Carr": {"terms": "Net 20"},
        "Dunn": {"terms": "Net 45"},
    }.items():
        office.add("customers", name=name, **needs)
    office.sync()
    return office


def a_tax_without_an_agency_waits_and_its_customer_goes_without_it(outward: Office) -> None:
    """spec 5.5."""
    waiting = outward.waiting()
    for name in RATES:
        hold = waiting["no_agency", name]
        assert "in the settings (tax_agency)" in hold["todo"]
    assert not set(RATES) & set(outward.books("ItemSalesTax"))
    assert outward.books("ItemSalesTaxGroup") == {}
    ames = outward.books("Customer")["Ames"]
    assert ames["TermsRef"] == "Net 15", "what needs no agency is carried over at once"
    assert "ItemSalesTaxRef" not in ames
    assert outward.list("customers")["Ames"]["tax_item"] == "Together", "it waits and is not lost"


def equal_values_are_one_and_different_ones_wait_for_a_person(outward: Office) -> None:
    """spec 5, carry over: matched by name and equal values; nothing is created or changed otherwise."""
    waiting = outward.waiting()
    differing = {("values_differ", name) for name in ("County", "Net 20", "Net 30")}
    assert differing <= set(waiting)
    assert ("values_differ", "Net 45") not in waiting
    assert outward.books("Customer")["Dunn"]["TermsRef"] == "Net 45"
    assert outward.list(TERMS)["Net 45"]["sync"]["status"] == "Synced"
    assert {"TermsRef", "ItemSalesTaxRef"}.isdisjoint(outward.books("Customer")["Bell"])
    assert Decimal(outward.books("ItemSalesTax")["County"]["TaxRate"]) == Decimal("8.25")
    assert outward.books("StandardTerms")["Net 30"]["StdDueDays"] == "30"


def with_an_agency_taxes_are_carried_over_and_then_their_group(outward: Office) -> None:
    """spec 5.5, 5.2; and every rate to its last decimal. Meanwhile a person says of two that they are one, and renames
    the third."""
    assert outward.ask("PATCH", "settings", {"tax_agency": AGENCY}).status_code == 200
    waiting = outward.waiting()
    for name in ("County", "Net 30"):
        answer = outward.ask("POST", f"attention/{waiting['values_differ', name]['hold']}/link", {})
        assert answer.status_code == 200, answer.text
    answer = outward.ask(
        "POST", f"attention/{waiting['values_differ', 'Net 20']['hold']}/rename", {"name": "Net 21"}
    )
    assert answer.status_code == 200, answer.text
    outward.house.settle(outward.company, 4)
    taxes = outward.books("ItemSalesTax")
    assert {name: Decimal(taxes[name]["TaxRate"]) for name in RATES} == {
        name: Decimal(rate) for name, rate in RATES.items()
    }
    assert {taxes[name]["TaxVendorRef"] for name in RATES} == {AGENCY}
    assert outward.books("ItemSalesTaxGroup")["Together"]["ItemSalesTaxRef"] == "|".join(RATES)
    assert outward.books("Customer")["Ames"]["ItemSalesTaxRef"] == "Together"
    assert outward.waiting() == {}


def what_a_person_linked_and_renamed_is_so(outward: Office) -> None:
    """spec 5, 5.6, 2.8: a linked tax gets the desk's rate; linked terms stay as they are, since no program can change
    them; the renamed ones are carried over, and the customers have them all."""
    assert Decimal(outward.books("ItemSalesTax")["County"]["TaxRate"]) == 9
    terms = outward.books("StandardTerms")
    assert (terms["Net 30"]["StdDueDays"], outward.list(TERMS)["Net 30"]["due_days"]) == ("30", 33)
    assert (terms["Net 20"]["StdDueDays"], terms["Net 21"]["StdDueDays"]) == ("20", "21")
    assert "Net 20" not in outward.list(TERMS)
    customers = outward.books("Customer")
    assert (customers["Bell"]["TermsRef"], customers["Bell"]["ItemSalesTaxRef"]) == ("Net 30", "County")
    assert customers["Carr"]["TermsRef"] == "Net 21"


def a_linked_term_that_is_edited_here_waits_with_the_explanation(outward: Office) -> None:
    """spec 5.6; undone, it waits no more."""
    id = outward.list(TERMS)["Net 15"]["id"]
    outward.change(TERMS, id, due_days=16)
    outward.sync()
    hold = outward.waiting()["terms_fixed", "Net 15"]
    assert "QuickBooks lets no program change payment terms" in hold["told"]
    assert outward.list(TERMS)["Net 15"]["sync"]["status"] == "Needs attention"
    assert outward.list(TERMS)["Net 15"]["due_days"] == 16, "it is not undone behind somebody's back"
    assert outward.books("StandardTerms")["Net 15"]["StdDueDays"] == "15"
    outward.change(TERMS, id, due_days=15)
    outward.sync()
    assert outward.waiting() == {}
    assert outward.list(TERMS)["Net 15"]["sync"]["status"] == "Synced"


def a_re_rated_tax_goes_to_quickbooks(outward: Office) -> None:
    """spec 5, field_to_books: taxes can be changed there, in place."""
    outward.change(TAXES, outward.list(TAXES)["Fine"]["id"], rate="0.125", name="Finer")
    assert outward.sync() == "In step: 1 updated."
    taxes = outward.books("ItemSalesTax")
    assert "Fine" not in taxes
    assert Decimal(taxes["Finer"]["TaxRate"]) == Decimal("0.125")


def test_the_way_to_quickbooks(outward: Office) -> None:
    """spec 5, field_to_books: one day after the other, in this order."""
    a_tax_without_an_agency_waits_and_its_customer_goes_without_it(outward)
    equal_values_are_one_and_different_ones_wait_for_a_person(outward)
    with_an_agency_taxes_are_carried_over_and_then_their_group(outward)
    what_a_person_linked_and_renamed_is_so(outward)
    a_linked_term_that_is_edited_here_waits_with_the_explanation(outward)
    a_re_rated_tax_goes_to_quickbooks(outward)
