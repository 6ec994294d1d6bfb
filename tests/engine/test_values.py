"""Values on their way to QuickBooks: what it cannot store, what it keeps otherwise, what it does not have yet (spec
2.1, 3.4)."""

from __future__ import annotations

import os
from typing import Any

import pytest

from fieldledger.model.kinds import Kind
from quickbooks_sim.build import switch_on_sales_tax
from quickbooks_sim.companyfile import CompanyFile
from quickbooks_sim.records import by_full_name
from tests.engine.both import (
    direct,
    history,
    in_books,
    on_disk,
    session,
    sets,
    settled,
    switch,
)
from tests.support.connector import Stage

DIRECTIONS = ("two_way", "field_to_books")


@pytest.fixture(params=DIRECTIONS)
def world(stage: Stage, request: pytest.FixtureRequest) -> Stage:
    """Acme is a pair."""
    direct(stage, request.param)
    stage.other.create(stage.company, name="Acme", phone="1")
    session(stage)
    settled(stage)
    return stage


TOO_MUCH: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "too long": ({"phone": "1" * 22}, ("Phone", "22", "21")),
    "a colon": ({"name": "Birch: Hill"}, ("Company Name", "colon")),
    "an emoji": ({"first_name": "Ann \N{GRINNING FACE}"}, ("First Name", "1F600")),
    "Greek": ({"last_name": "Παπάς"}, ("Last Name", "U+03A0")),
    "a line break": ({"first_name": "Ann\nBee"}, ("First Name", "line break")),
    "a long name": ({"name": "B" * 42}, ("Company Name", "42", "41")),
    "a long address line": ({"billing_address": {"line1": "x" * 42}}, ("Billing address", "42", "41")),
    "a nameless location": (
        {"locations": [{"name": "", "is_default": False, "address": {"line1": "1"}}]},
        ("Service location 1", "blank"),
    ),
    "too many locations": (
        {"locations": [{"name": f"L{n}", "is_default": False, "address": {}} for n in range(51)]},
        ("51", "50"),
    ),
    "two of a name": (
        {"locations": [{"name": name, "is_default": False, "address": {}} for name in ("Yard", "YARD")]},
        ("Service location 2", "Service location 1".lower()),
    ),
}


def too_much() -> list[object]:
    """Each of them new and linked, by turns in one direction and the other. FIELDLEDGER_SWEEP=all tries both."""
    every = os.environ.get("FIELDLEDGER_SWEEP") == "all"
    return [
        pytest.param(direction, what, linked, id=f"{direction}-{what}-{'linked' if linked else 'new'}")
        for number, what in enumerate(TOO_MUCH)
        for linked in (False, True)
        for place, direction in enumerate(DIRECTIONS)
        if every or (number + linked + place) % 2 == 0
    ]


@pytest.mark.parametrize(("world", "what", "linked"), too_much(), indirect=["world"])
def test_what_quickbooks_cannot_store_is_held_before_it_is_sent(
    world: Stage, what: str, linked: bool
) -> None:
    """spec 2.1: field and limit are named, nothing is cut, others go on; corrected it goes through."""
    given, words = TOO_MUCH[what]
    if linked:
        world.other.edit(world.company, 1, **given)
        number = 1
    else:
        number = world.other.create(world.company, **{"name": "Birch", **given})
    world.other.create(world.company, name="Cedar")
    [sent] = sets(session(world))
    assert sent.about == ["Cedar"], "the bad one never went out"
    [hold] = world.attention()
    assert hold["reason"] == "refused_by_books"
    assert all(word in hold["told"] for word in words), hold["told"]
    assert sorted(in_books(world)) == ["Acme", "Cedar"]
    assert sets(session(world)) == []
    corrected: dict[str, Any] = {
        "name": "Birch", "phone": "1", "first_name": "Ann", "last_name": None, "billing_address": None, "locations": [],
    }  # fmt: skip
    world.other.edit(world.company, number, **corrected)
    session(world)
    assert world.attention() == []
    assert "Birch" in in_books(world)
    settled(world)


def test_western_letters_go_through(world: Stage) -> None:
    """rules.md 15: Windows-1252, as numeric references."""
    world.other.edit(world.company, 1, first_name="Zoë", last_name="Müller-Œhl", phone="1")
    [sent] = sets(session(world))
    assert sent.text.isascii()
    values = in_books(world)["Acme"].values
    assert (values["first_name"], values["last_name"]) == ("Zoë", "Müller-Œhl")
    settled(world)


# ---- Ship To ------------------------------------------------------------------------------------------------------


def place(name: str, street: str = "", *, default: bool = False) -> dict[str, Any]:
    return {"name": name, "is_default": default, "address": {"line1": street} if street else {}}


def there(world: Stage) -> list[str]:
    return sorted(entry["name"] for entry in in_books(world)["Acme"].values["locations"])


@pytest.mark.parametrize("reading", ["replace", "merge"])
def test_locations_that_are_added_and_changed(world: Stage, reading: str) -> None:
    """spec 3.4: under both readings of ShipToAddress in a Mod."""
    switch(world, ship_to_mod=reading)
    world.other.edit(
        world.company, 1, locations=[place("Yard", "1 Road", default=True), place("Barn", "2 Road")]
    )
    session(world)
    assert there(world) == ["Barn", "Yard"]
    world.other.edit(
        world.company,
        1,
        locations=[place("Yard", "9 Road"), place("Barn", "2 Road", default=True), place("Hut")],
    )
    session(world)
    assert there(world) == ["Barn", "Hut", "Yard"]
    by_name = {entry["name"]: entry for entry in in_books(world)["Acme"].values["locations"]}
    assert by_name["Yard"]["address"] == {"line1": "9 Road"}
    assert [name for name, entry in by_name.items() if entry["is_default"]] == ["Barn"]
    settled(world)


@pytest.mark.parametrize("left", [["Barn"], []], ids=["one is left", "none is left"])
@pytest.mark.parametrize("reading", ["replace", "merge"])
def test_an_entry_that_quickbooks_keeps_is_noted_once(world: Stage, reading: str, left: list[str]) -> None:
    """spec 3.4: noted, not imported again, not retried. An empty list cannot be said, so there it is always kept."""
    switch(world, ship_to_mod=reading)
    world.other.edit(world.company, 1, locations=[place("Yard", "1 Road"), place("Barn", "2 Road")])
    session(world)
    settled(world)
    world.other.edit(world.company, 1, locations=[place(name, "2 Road") for name in left])
    tried = sum(len(sets(session(world))) for _ in range(4))
    kept = reading == "merge" or not left
    assert tried == 1
    assert there(world) == (["Barn", "Yard"] if kept else ["Barn"])
    assert [entry["name"] for entry in world.customers()[0]["locations"]] == left, "not imported again"
    notes = [told for what, _, told in history(world) if what == "noted" and "Service locations" in told]
    assert len(notes) == (1 if kept else 0)
    assert world.customers()[0]["sync"]["status"] == ("Synced with warnings" if kept else "Synced")
    world.other.edit(world.company, 1, phone="55")
    session(world)
    assert in_books(world)["Acme"].values["phone"] == "55", "other fields go on"
    assert [entry["name"] for entry in world.customers()[0]["locations"]] == left
    notes = [told for what, _, told in history(world) if what == "noted" and "Service locations" in told]
    assert len(notes) == (1 if kept else 0)
    settled(world)


def test_address_lines_that_are_removed_are_gone_under_both_readings(world: Stage) -> None:
    for number, reading in enumerate(("merge", "replace")):
        switch(world, address_mod=reading)
        world.other.edit(
            world.company,
            1,
            billing_address={"line1": f"{number} Road", "line2": "Back door", "city": "Hill"},
        )
        session(world)
        world.other.edit(world.company, 1, billing_address={"line1": f"{number} Road", "city": "Hill"})
        session(world)
        assert in_books(world)["Acme"].values["billing_address"] == {
            "line1": f"{number} Road",
            "city": "Hill",
        }
        settled(world)


# ---- terms and taxes ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("world", ["two_way"], indirect=True)
@pytest.mark.parametrize("linked", [False, True], ids=["new", "linked"])
def test_terms_that_quickbooks_does_not_have_wait_with_a_note(world: Stage, linked: bool) -> None:
    """spec 2.1: left empty with a note; all other fields go, and the terms as soon as QuickBooks has them."""
    if linked:
        world.other.edit(world.company, 1, terms="Net 12", phone="8")
        name = "Acme"
    else:
        name = "Birch"
        world.other.create(world.company, name=name, terms="Net 12", phone="8")
    session(world)
    values = in_books(world)[name].values
    assert (values["phone"], values["terms"]) == ("8", None)
    assert [told for what, _, told in history(world) if what == "noted" and "Net 12" in told]
    settled(world)
    world.edit('terms add name="Net 12" days=12')
    session(world)
    assert in_books(world)[name].values["terms"] == "Net 12"
    assert world.attention() == []
    settled(world)


@pytest.mark.parametrize("world", ["two_way"], indirect=True)
@pytest.mark.parametrize("linked", [False, True], ids=["new", "linked"])
def test_a_badge_says_that_something_waits(world: Stage, linked: bool) -> None:
    """spec 9.4, 9.5: it is not green while QuickBooks was not given everything."""
    if linked:
        world.other.edit(world.company, 1, terms="Net 12", phone="8")
    else:
        world.other.create(world.company, name="Birch", terms="Net 12", phone="8")
    session(world)
    assert world.customers()[0 if linked else 1]["sync"]["status"] == "Synced with warnings"


def test_terms_that_quickbooks_has_in_another_case(world: Stage) -> None:
    """rules.md 18: FullName is case-insensitive. What QuickBooks calls it is not retried for ever."""
    world.edit('terms add name="Net 12" days=12')
    world.other.lists[Kind.PAYMENT_TERM].create(world.company, name="NET 12", due_days=12)
    world.other.edit(world.company, 1, terms="NET 12")
    session(world)
    assert in_books(world)["Acme"].values["terms"] == "Net 12"
    settled(world)


def test_quickbooks_own_default_tax_code_is_nobodys_edit(world: Stage) -> None:
    """spec 2.1: "not stated" is never written; QuickBooks puts its default there, and both sides come to rest."""
    world.edit("vendor add name=State\ntaxitem add name=County rate=7 agency=State")
    with CompanyFile.open(world.file) as company, company.writing():
        county = by_full_name(company, ("ItemSalesTax",), "County")
        assert county is not None
        switch_on_sales_tax(company, county)
    world.other.create(world.company, name="Birch")
    first = session(world)
    assert "SalesTaxCodeRef" not in sets(first)[0].text
    books = in_books(world)["Birch"].values
    assert sum(len(sets(session(world))) for _ in range(3)) == 0
    assert {name: in_books(world)["Birch"].values[name] for name in ("tax_code", "tax_item")} == {
        name: books[name] for name in ("tax_code", "tax_item")
    }
    [badge] = [each["sync"]["status"] for each in world.customers() if each["name"] == "Birch"]
    assert badge == "Synced"
    assert on_disk(world, "select count(*) from events where severity <> 'info'") == [(0,)], (
        "nobody is warned"
    )
    world.other.edit(world.company, world.other.find(world.company, "Birch"), phone="4")
    session(world)
    assert in_books(world)["Birch"].values["phone"] == "4"
    assert in_books(world)["Birch"].values["tax_code"] == books["tax_code"]
    settled(world)


# ---- CompanyName --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("own", ["", "Acme Incorporated"])
def test_company_name_follows_the_name_while_the_two_are_equal(world: Stage, own: str) -> None:
    """spec 2.1."""
    assert in_books(world)["Acme"].values["company_name"] == "Acme", "written on creation"
    if own:
        world.edit(f'customer Acme set company="{own}"')
        session(world)
    world.other.edit(world.company, 1, name="Acme Two")
    session(world)
    assert in_books(world)["Acme Two"].values["company_name"] == (own or "Acme Two")
    settled(world)
