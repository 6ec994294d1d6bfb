"""Taxes, payment terms and tax codes through whole sessions (spec 5): read whole each time, written before what needs
them, once, and never guessed away."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from fieldledger.model.kinds import Kind
from quickbooks_sim.errors import FaultPoint
from tests.engine.both import Mortal, died, direct, in_books, on_disk, parsed, session, sets, settled
from tests.support.connector import Stage

TERMS, TAXES, CODES = Kind.PAYMENT_TERM, Kind.TAX_RATE, Kind.SALES_TAX_CODE
AGENCY = 'vendor add name="State Board"'


def there(stage: Stage, kind: Kind) -> dict[str, dict[str, Any]]:
    """The field side's entries by name."""
    return {str(values["name"]): values for values in stage.other.lists[kind].there(stage.company).values()}


def written(stage: Stage) -> int:
    """How often customers were written on the field side."""
    return stage.other.calls.count("write")


def linked(stage: Stage, kind: Kind) -> int:
    [(count,)] = on_disk(stage, "select count(*) from links where kind = ?", kind.value)
    return int(count)


# ---- from QuickBooks ------------------------------------------------------------------------------------------------


@pytest.fixture(params=["books_to_field", "two_way"])
def world(stage: Stage, request: pytest.FixtureRequest) -> Stage:
    """Acme has terms and a tax; both sides are in step."""
    direct(stage, request.param)
    stage.edit(
        f'{AGENCY}\nterms add name="Net 30" days=30\ntaxitem add name=County rate=8.25 agency="State Board"'
    )
    stage.edit('customer add name=Acme terms="Net 30" taxitem=County')
    settled(stage)
    return stage


def test_a_customer_follows_its_terms_by_their_id(world: Stage) -> None:
    """spec 5.3: renamed and given other values twice, it is one entry, and no customer is written for it."""
    before = written(world)
    for number in (1, 2):
        old = "Net 30" if number == 1 else "Net 31"
        world.edit(f'terms "{old}" rename "Net 3{number}"\nterms "Net 3{number}" set days=3{number}')
        old = "County" if number == 1 else "County 1"
        world.edit(f'taxitem "{old}" rename "County {number}"\ntaxitem "County {number}" set rate=9.{number}')
        settled(world)
    assert there(world, TERMS).keys() == {"Net 32"}
    assert there(world, TERMS)["Net 32"]["due_days"] == 32
    assert there(world, TAXES)["County 2"]["rate"] == "9.2"
    assert written(world) == before
    [acme] = world.customers()
    assert (acme["terms"], acme["tax_item"]) == ("Net 32", "County 2")


def test_names_that_are_exchanged_stay_with_their_entries(world: Stage) -> None:
    """spec 2.6, 5.3: identity is the ListID."""
    world.edit('terms add name="Net 15" days=15')
    settled(world)
    numbers = {name: world.other.number(world.company, TERMS, name) for name in ("Net 15", "Net 30")}
    world.edit('terms "Net 15" rename X\nterms "Net 30" rename "Net 15"\nterms X rename "Net 30"')
    settled(world)
    assert there(world, TERMS)["Net 15"]["due_days"] == 30
    assert world.other.number(world.company, TERMS, "Net 15") == numbers["Net 30"]
    assert world.customers()[0]["terms"] == "Net 15", "they are the same terms as before"


def test_deleted_is_retired_and_made_again_is_back(world: Stage) -> None:
    """spec 5.4: by its deletion record or without one, nothing is deleted here."""
    world.edit('customer Acme set terms=""\nterms "Net 30" delete')
    settled(world)
    assert there(world, TERMS)["Net 30"]["active"] is False
    world.edit('terms add name="Net 30" days=28')
    settled(world)
    assert there(world, TERMS) == {
        "Net 30": {**there(world, TERMS)["Net 30"], "active": True, "due_days": 28}
    }
    assert linked(world, TERMS) == 1


def test_a_list_that_cannot_be_read_retires_nothing(world: Stage) -> None:
    """spec 10.7: absence proves nothing, and an error even less; the run says so."""

    class Without(Mortal):
        def execute(self, text: str) -> str:
            reply = super().execute(text)
            if "<TermsQueryRq" not in text:
                return reply
            start = reply.index("<TermsQueryRs")
            end = reply.index("</TermsQueryRs>") + len("</TermsQueryRs>")
            request = reply[start : reply.index(">", start)].split('requestID="')[1].split('"')[0]
            error = 'statusCode="1010" statusSeverity="Error" statusMessage="x"'
            return f'{reply[:start]}<TermsQueryRs requestID="{request}" {error} />{reply[end:]}'

    session(world, Without(world))
    assert there(world, TERMS)["Net 30"]["active"] is True
    assert [told for _, told in told_of(world) if "payment terms could not be read" in told]
    settled(world)


def told_of(stage: Stage) -> list[tuple[str, str]]:
    return [(event["severity"], event["told"]) for event in stage.events()]


@pytest.mark.parametrize("lost", [True, False], ids=["no deletion record", "a deletion record"])
def test_what_a_whole_list_does_not_show_is_asked_for_by_its_id(world: Stage, lost: bool) -> None:
    """spec 10.7"""
    world.edit('customer Acme set terms=""\nterms "Net 30" delete')
    if lost:
        with closing(sqlite3.connect(world.file)) as file:
            file.execute("delete from deleted")
            file.commit()
    connector = session(world)
    by_id = [text for text in connector.requests if "<TermsQueryRq" in text and "<ListID>" in text]
    assert bool(by_id) is lost
    assert there(world, TERMS)["Net 30"]["active"] is False


def test_nothing_is_written_when_nothing_changed(world: Stage) -> None:
    """spec 10.3: however often the lists are read."""
    rows = on_disk(world, "select * from sights where kind <> 'customer' order by kind, side, record")
    calls = [len(each.calls) for each in world.other.lists.values()]
    session(world)
    assert on_disk(world, "select * from sights where kind <> 'customer' order by kind, side, record") == rows
    assert [each.calls.count("write") for each in world.other.lists.values()] == [
        each.calls[: calls[number]].count("write") for number, each in enumerate(world.other.lists.values())
    ]


@pytest.mark.parametrize("direction", ["books_to_field", "two_way"])
def test_no_list_is_ever_written_to_quickbooks(stage: Stage, direction: str) -> None:
    """spec 5, 10.6: whatever the field side has, and its customers use."""
    direct(stage, direction)
    stage.other.lists[TERMS].create(stage.company, name="Net 9", due_days=9)
    stage.other.create(stage.company, name="Acme", terms="Net 9", tax_item="Own", phone="1")
    for connector in settled(stage):
        for text in connector.requests:
            for message in ("StandardTerms", "DateDrivenTerms", "ItemSalesTax", "SalesTaxCode"):
                assert f"<{message}AddRq" not in text
                assert f"<{message}ModRq" not in text


def test_with_the_toggle_off_they_are_matched_by_name_and_nothing_travels(stage: Stage) -> None:
    """spec 2.1: else left empty with a note; a rename does not part them."""
    direct(stage, "books_to_field", terms_sync="off")
    stage.edit('terms add name="Net 30" days=30\nterms add name="Net 15" days=15')
    stage.edit(
        'customer add name=Acme terms="Net 30" phone=1\ncustomer add name=Birch terms="Net 15" phone=2'
    )
    stage.other.lists[TERMS].create(stage.company, name="NET 30", due_days=31)
    settled(stage)
    assert {each["name"]: each["terms"] for each in stage.customers()} == {"Acme": "NET 30", "Birch": None}
    assert there(stage, TERMS).keys() == {"NET 30"}
    assert there(stage, TERMS)["NET 30"]["due_days"] == 31
    stage.edit('terms "Net 30" rename "Thirty"')
    stage.edit("customer Acme set phone=3")
    settled(stage)
    assert {each["name"]: (each["terms"], each["phone"]) for each in stage.customers()}["Acme"] == (
        "NET 30",
        "3",
    )
    stage.other.lists[TERMS].create(stage.company, name="Net 15", due_days=15)
    settled(stage)
    assert {each["name"]: each["terms"] for each in stage.customers()}["Birch"] == "Net 15", "it waited"


# ---- carried over ---------------------------------------------------------------------------------------------------


@pytest.fixture
def carrying(stage: Stage) -> Stage:
    """Customers go to QuickBooks, taxes to State Board."""
    direct(stage, "field_to_books", tax_agency="State Board")
    stage.edit(AGENCY)
    session(stage)
    return stage


def new_customer(stage: Stage) -> None:
    county = stage.other.lists[TAXES].create(stage.company, name="County", rate="8.25")
    city = stage.other.lists[TAXES].create(stage.company, name="City", rate="1.5")
    stage.other.lists[TAXES].create(
        stage.company, name="Both", rate=None, components=[str(county), str(city)]
    )
    stage.other.lists[TERMS].create(stage.company, name="Net 9", due_days=9)
    stage.other.create(stage.company, name="Acme", terms="Net 9", tax_item="Both")


ORDER = [["County", "City"], ["Both"], ["Net 9"], ["Acme"]]


def test_what_a_customer_needs_goes_before_it_in_the_same_run(carrying: Stage) -> None:
    """spec 5, 6.2: members before their group, terms and taxes before the customer."""
    new_customer(carrying)
    connector = session(carrying)
    assert [sorted(sent.about) for sent in sets(connector)] == [sorted(each) for each in ORDER]
    acme = in_books(carrying)["Acme"].values
    assert (acme["terms"], acme["tax_item"]) == ("Net 9", "Both")
    assert (linked(carrying, TERMS), linked(carrying, TAXES)) == (1, 3)
    assert carrying.attention() == []
    settled(carrying)


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("point", [FaultPoint.EXECUTED_NOT_STORED, FaultPoint.BEFORE_EXECUTION])
@pytest.mark.parametrize("guid", ["true", "false"])
def test_nothing_is_carried_over_twice(carrying: Stage, number: int, point: FaultPoint, guid: str) -> None:
    """spec 10.1: QuickBooks dies at each set in turn, and keeps no answer. Terms bear no mark at all."""
    carrying.edit(f"switch external_guid={guid}")
    new_customer(carrying)
    quickbooks = Mortal(carrying, *([None] * number), point)
    session(carrying, quickbooks)
    quickbooks.close()
    settled(carrying)
    acme = in_books(carrying)["Acme"].values
    assert (acme["terms"], acme["tax_item"]) == ("Net 9", "Both")
    assert (linked(carrying, TERMS), linked(carrying, TAXES)) == (1, 3)
    assert carrying.attention() == []


def test_what_is_held_keeps_nobody_waiting(carrying: Stage) -> None:
    """spec 2.1, 5, 10.5: the customer goes without its terms, and gets them when they are the same."""
    carrying.edit('terms add name="Net 9" days=10')
    new_customer(carrying)
    session(carrying)
    assert in_books(carrying)["Acme"].values["terms"] is None
    assert in_books(carrying)["Acme"].values["tax_item"] == "Both"
    [hold] = carrying.attention()
    assert (hold["kind"], hold["reason"]) == ("payment_term", "values_differ")
    carrying.edit('terms "Net 9" set days=9')
    settled(carrying)
    assert in_books(carrying)["Acme"].values["terms"] == "Net 9"
    assert carrying.attention() == []


def test_a_linked_term_that_is_edited_waits_and_a_tax_goes(carrying: Stage) -> None:
    """spec 5.6"""
    new_customer(carrying)
    settled(carrying)
    number = int(carrying.other.number(carrying.company, TERMS, "Net 9"))
    carrying.other.lists[TERMS].edit(carrying.company, number, due_days=12)
    carrying.other.lists[TAXES].edit(carrying.company, 1, rate="8.5")
    connector = session(carrying)
    assert [parsed(text).requests[0][0] for text in connector.requests if "ModRq" in text] == [
        "ItemSalesTaxModRq"
    ]
    [hold] = carrying.attention()
    assert (hold["reason"], hold["name"]) == ("terms_fixed", "Net 9")
    carrying.edit('terms "Net 9" set days=12')
    settled(carrying)
    assert carrying.attention() == []


def test_a_term_that_quickbooks_refuses_stops_nobody(carrying: Stage) -> None:
    """spec 10.5: the name is too long for it."""
    carrying.other.lists[TERMS].create(carrying.company, name="N" * 32, due_days=9)
    carrying.other.create(carrying.company, name="Acme", terms="N" * 32)
    session(carrying)
    assert in_books(carrying)["Acme"].values["terms"] is None
    [hold] = carrying.attention()
    assert "31" in hold["told"]
    settled(carrying)


def test_a_lost_add_of_terms_is_found_by_its_name(carrying: Stage) -> None:
    new_customer(carrying)
    quickbooks = Mortal(carrying, None, None, FaultPoint.EXECUTED_NOT_STORED)
    session(carrying, quickbooks)
    quickbooks.close()
    connector = session(carrying)
    adds = [text for text in connector.requests if "<StandardTermsAddRq" in text]
    assert adds == []
    settled(carrying)


def test_died_is_the_same_as_before(carrying: Stage) -> None:
    """The first set of all, by the short way."""
    new_customer(carrying)
    died(carrying)
    settled(carrying)
    assert linked(carrying, TAXES) == 3
