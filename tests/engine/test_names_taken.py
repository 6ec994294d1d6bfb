"""A name that QuickBooks will not give: who has it, and what then (spec 2.7, 2.8; rules.md 27)."""

from __future__ import annotations

import pytest

from fieldledger.office import solving
from tests.engine.both import (
    direct,
    held,
    history,
    in_books,
    pairs,
    session,
    sets,
    settled,
    until_a_set,
)
from tests.support.connector import INTERVAL, Stage, edit

LISTS = {"vendor": "a vendor", "employee": "an employee", "othername": "an other name"}


@pytest.fixture(params=["two_way", "field_to_books"])
def world(stage: Stage, request: pytest.FixtureRequest) -> Stage:
    """Birch and Cedar are new on the field side."""
    direct(stage, request.param)
    session(stage)
    stage.other.create(stage.company, name="Birch", phone="2")
    stage.other.create(stage.company, name="Cedar", phone="3")
    return stage


def add(kind: str, name: str) -> str:
    if kind == "employee":
        return f"employee add name={name} first={name}"
    return f"{kind} add name={name}"


@pytest.mark.parametrize("state", ["active", "inactive"])
@pytest.mark.parametrize("kind", LISTS)
def test_a_name_in_another_list_is_held_and_the_list_is_named(world: Stage, kind: str, state: str) -> None:
    """spec 2.7: the message says which list holds it; others go on (10.5)."""
    world.edit(add(kind, "Birch") + (f"\n{kind} Birch inactive" if state == "inactive" else ""))
    session(world)
    [hold] = world.attention()
    assert (hold["name"], hold["reason"]) == ("Birch", "name_taken")
    assert LISTS[kind] in hold["told"]
    assert ("inactive" in hold["told"]) is (state == "inactive")
    assert list(in_books(world)) == ["Cedar"]
    [birch] = [each for each in world.customers() if each["name"] == "Birch"]
    assert birch["sync"]["status"] == "Needs attention"
    for _ in range(2):
        assert sets(session(world)) == [], "not tried again by itself"
    assert [hold["reason"] for hold in world.attention()] == ["name_taken"]


def test_a_name_that_is_taken_is_told_once(world: Stage) -> None:
    """spec 9.1: one refusal, one line in the history, and it names the list."""
    world.edit("vendor add name=Birch")
    session(world)
    told = [told for what, name, told in history(world) if what == "failed" and name == "Birch"]
    assert len(told) == 1
    assert "a vendor" in told[0]


@pytest.mark.parametrize("way", ["by hand", "by the hold"])
def test_after_a_rename_it_goes_through(world: Stage, way: str) -> None:
    """spec 2.8."""
    world.edit("vendor add name=Birch")
    session(world)
    [hold] = world.attention()
    if way == "by hand":
        world.other.edit(world.company, int(hold["field"]), name="Birch of Hill")
    else:
        solving.solve(world.journal, world.company, hold["hold"], "rename", name="Birch of Hill", who="test")
    session(world)
    session(world)
    assert sorted(in_books(world)) == ["Birch of Hill", "Cedar"]
    assert len(pairs(world)) == 2
    assert world.attention() == []
    assert sorted(world.names()) == ["Birch of Hill", "Cedar"]
    settled(world)


def test_a_customer_that_was_not_seen_yet_is_read_and_decided_with(world: Stage) -> None:
    """Somebody adds the customer between reading and writing: 3100, then the rules of the direction."""
    world.time += INTERVAL
    with world.connect() as connector:
        until_a_set(connector)
        edit(world, "customer add name=Birch phone=5")
        connector.execute()
        assert 'statusCode="3100"' in connector.reply
        connector.post()
        assert connector.run() == "finished"
    session(world)
    assert sorted(in_books(world)) == ["Birch", "Cedar"]
    if world.attention():
        assert held(world) == {"Birch": "duplicate_in_books"}
        assert in_books(world)["Birch"].values["phone"] == "5"
        assert world.attention()[0]["others"] == [in_books(world)["Birch"].id]
    else:
        assert len(pairs(world)) == 2
        settled(world)


def test_a_linked_customer_renamed_into_a_taken_name(world: Stage) -> None:
    """The update is held with the list; its other fields wait with it, and after another name it goes through."""
    session(world)
    world.edit("vendor add name=Elm")
    birch = world.other.find(world.company, "Birch")
    world.other.edit(world.company, birch, name="Elm", phone="7")
    session(world)
    [hold] = world.attention()
    assert hold["reason"] == "name_taken"
    assert "a vendor" in hold["told"]
    assert sorted(in_books(world)) == ["Birch", "Cedar"]
    world.other.edit(world.company, birch, name="Elm House")
    session(world)
    assert in_books(world)["Elm House"].values["phone"] == "7"
    assert world.attention() == []
    settled(world)


def test_a_newcomer_does_not_take_the_name_that_an_older_one_was_given(world: Stage) -> None:
    """spec 2.7: two field customers of one name, the oldest goes, also where it has a pair whose new name is only on
    its way; the other waits, and goes when it has a name of its own."""
    session(world)
    birch = world.other.find(world.company, "Birch")
    world.other.edit(world.company, birch, name="Elm")
    newcomer = world.other.create(world.company, name="elm", phone="9")
    session(world)
    assert {name: record.values["phone"] for name, record in in_books(world).items()} == {
        "Elm": "2",
        "Cedar": "3",
    }
    assert held(world) == {"elm": "twin"}
    world.other.edit(world.company, newcomer, name="Elm House")
    session(world)
    assert sorted(in_books(world)) == ["Cedar", "Elm", "Elm House"]
    assert world.attention() == []
    settled(world)


def test_a_newcomer_gets_the_name_that_an_older_one_gave_up(world: Stage) -> None:
    """spec 2.8: it was skipped, and is not lost."""
    session(world)
    birch = world.other.find(world.company, "Birch")
    world.other.edit(world.company, birch, name="Elm")
    world.other.create(world.company, name="elm", phone="9")
    session(world)
    world.other.edit(world.company, birch, name="Birch")
    session(world)
    session(world)
    assert {name: record.values["phone"] for name, record in in_books(world).items()} == {
        "Birch": "2", "Cedar": "3", "elm": "9",
    }  # fmt: skip
    assert world.attention() == []
    settled(world)


def test_a_pair_that_is_renamed_into_the_name_of_another_pair_waits(world: Stage) -> None:
    """spec 2.6, 2.7: the rename waits, and shows whose the name is; the pair stays a pair."""
    session(world)
    birch, cedar = world.other.find(world.company, "Birch"), world.other.find(world.company, "Cedar")
    world.other.edit(world.company, cedar, name="Birch")
    session(world)
    [hold] = world.attention()
    assert (hold["reason"], hold["field"]) == ("name_taken", str(cedar))
    assert hold["others"] == [in_books(world)["Birch"].id]
    assert pairs(world) == {in_books(world)["Birch"].id: birch, in_books(world)["Cedar"].id: cedar}


def test_a_name_that_a_job_or_another_case_bears(world: Stage) -> None:
    """rules.md 27, 28: names are unique in any case, and only whole names in a tree."""
    world.edit("customer add name=Top\ncustomer add name=Birch parent=Top\nvendor add name=CEDAR")
    session(world)
    assert held(world) == {"Cedar": "name_taken"}
    assert {"Birch", "Top:Birch", "Top"} <= set(in_books(world))
