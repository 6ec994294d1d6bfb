"""No stored answer: what became of a set is looked up before anything is sent again (design, the ladder 5 and 6;
rules.md 22 to 24). Whatever the recovery attributes mean on a real machine, nothing is made twice."""

from __future__ import annotations

import re

import pytest

from quickbooks_sim.errors import FaultPoint
from tests.engine.both import (
    Mortal,
    all_sent,
    died,
    direct,
    direction,
    held,
    history,
    in_books,
    on_disk,
    pairs,
    parsed,
    session,
    sets,
    settled,
    switch,
    until_a_set,
)
from tests.support.connector import INTERVAL, Failed, SimulatedQuickBooks, Stage, edit

LOST = FaultPoint.EXECUTED_NOT_STORED
DIRECTIONS = ("two_way", "field_to_books")


@pytest.fixture(params=DIRECTIONS)
def world(stage: Stage, request: pytest.FixtureRequest) -> Stage:
    """Birch is new on the field side."""
    direct(stage, request.param)
    session(stage)
    stage.other.create(stage.company, name="Birch", phone="2")
    return stage


def birch(world: Stage) -> None:
    """One Birch, a pair, and silence."""
    assert list(in_books(world)) == ["Birch"]
    assert len(pairs(world)) == 1
    assert world.attention() == []
    settled(world)


# ---- found ours ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("guid", ["true", "false"])
@pytest.mark.parametrize("status", ["600", "9002"])
def test_what_was_made_is_found_and_not_made_again(world: Stage, guid: str, status: str) -> None:
    """By its mark, or with the echo off by its equal values; no second CustomerAdd goes out."""
    switch(world, external_guid=guid, unknown_set=status)
    died(world)
    again = session(world)
    assert [sent for sent in sets(again) if sent.writes] == []
    asked = [sent.about for sent in all_sent(again)[1:2]]
    assert "<FullName>Birch</FullName>" in again.requests[1], asked
    birch(world)


def test_a_lost_update_is_found_by_its_values(stage: Stage) -> None:
    direct(stage, "two_way")
    stage.edit("customer add name=Acme phone=1")
    settled(stage)
    stage.other.edit(stage.company, 1, phone="9")
    died(stage)
    assert sets(session(stage)) == []
    assert in_books(stage)["Acme"].values["phone"] == "9"
    settled(stage)


def test_our_record_that_somebody_has_edited_since_is_ours_by_its_mark(world: Stage) -> None:
    """A person edits it before the lookup: it is linked, and the edit is not lost (spec 10.2)."""
    died(world)
    world.time += 5
    world.edit("customer Birch set phone=77 email=b@example.com")
    session(world)
    assert len(in_books(world)) == 1
    assert len(pairs(world)) == 1
    settled(world)
    assert in_books(world)["Birch"].values["phone"] == "77"
    assert world.customers()[0]["phone"] == ("77" if direction(world) == "two_way" else "2")
    assert any("77" in str(after) for (after,) in on_disk(world, "select after from events")), "it is told"


# ---- found somebody else's ----------------------------------------------------------------------------------------

STRANGER = "{11111111-2222-3333-4444-555555555555}"


def stranger(world: Stage, name: str = "Birch", guid: str | None = STRANGER, phone: str = "5") -> None:
    """Another program, or a person, makes a customer of that name."""
    if guid is None:
        world.edit(f"customer add name={name} phone={phone}")
        return
    quickbooks = SimulatedQuickBooks(world)
    mark = f"<ExternalGUID>{guid}</ExternalGUID>"
    told = quickbooks.execute(
        '<?xml version="1.0" encoding="utf-8"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError">'
        f'<CustomerAddRq requestID="1"><CustomerAdd><Name>{name}</Name><Phone>{phone}</Phone>{mark}</CustomerAdd>'
        "</CustomerAddRq></QBXMLMsgsRq></QBXML>"
    )
    quickbooks.close()
    assert 'statusCode="0"' in told


def test_somebody_elses_record_is_planned_by_the_rules_of_the_direction(world: Stage) -> None:
    """It bears another mark: never settled as ours. spec 2.7: field_to_books holds it, two_way links the two."""
    died(world, FaultPoint.BEFORE_EXECUTION)
    stranger(world)
    again = session(world)
    assert all("CustomerAddRq" not in sent.text for sent in sets(again))
    assert list(in_books(world)) == ["Birch"]
    if direction(world) == "two_way":
        assert ("linked", "Birch") in {(what, name) for what, name, _ in history(world)}
        settled(world)
    else:
        assert held(world) == {"Birch": "duplicate_in_books"}
        assert pairs(world) == {}
        assert in_books(world)["Birch"].values["phone"] == "5", "untouched"


def test_what_cannot_be_told_waits_for_a_person_with_both_candidates(world: Stage) -> None:
    """design, the ladder 6: the echo is off and the values differ."""
    switch(world, external_guid="false")
    died(world, FaultPoint.BEFORE_EXECUTION)
    stranger(world, guid=None)
    session(world)
    [hold] = world.attention()
    assert hold["reason"] == "unsure"
    assert (hold["field"], hold["others"], hold["others_side"]) == (
        "1",
        [in_books(world)["Birch"].id],
        "books",
    )
    assert pairs(world) == {}
    assert in_books(world)["Birch"].values["phone"] == "5"
    assert world.customers()[0]["phone"] == "2"
    session(world)
    assert [hold["reason"] for hold in world.attention()] == ["unsure"], "it goes on waiting"


def test_a_namesake_of_what_cannot_be_told_waits_for_a_person_as_well(world: Stage) -> None:
    """spec 2.8, 10.4: nothing is decided about that record of QuickBooks, so nobody else may wait for its decision."""
    switch(world, external_guid="false")
    died(world, FaultPoint.BEFORE_EXECUTION)
    stranger(world, guid=None)
    session(world)
    world.other.create(world.company, name="birch", phone="3")
    session(world)
    assert {hold["field"]: hold["reason"] for hold in world.attention()} == {
        "1": "unsure",
        "2": "duplicate_in_books",
    }
    assert pairs(world) == {}
    settled(world)


def test_a_record_that_was_there_long_before_is_not_ours(stage: Stage) -> None:
    """An old record of the name, made inactive and renamed to it: its id tells when it was made."""
    direct(stage, "field_to_books")
    switch(stage, external_guid="false")
    stage.edit("customer add name=Old phone=5")
    session(stage)
    stage.time += 3 * 86_400
    stage.other.create(stage.company, name="Birch", phone="5")
    died(stage, FaultPoint.BEFORE_EXECUTION)
    stage.edit("customer Old rename Birch")
    session(stage)
    assert held(stage) == {"Birch": "duplicate_in_books"}
    assert pairs(stage) == {}


# ---- not found ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["600", "9002"])
def test_what_was_not_made_goes_out_as_the_identical_bytes(world: Stage, status: str) -> None:
    """design, the ladder 6: the same id, so that QuickBooks replays it if it went through after all."""
    switch(world, unknown_set=status)
    quickbooks = Mortal(world, FaultPoint.BEFORE_EXECUTION)
    first = sets(session(world, quickbooks))
    quickbooks.close()
    again = session(world)
    assert [sent.text for sent in sets(again)] == [first[0].text]
    assert [sent.is_check for sent in all_sent(again)[:1]] == [True]
    birch(world)


def test_a_set_that_quickbooks_will_not_take_again_gets_a_new_id(stage: Stage) -> None:
    """Its first write was refused and its answer lost, so nothing of it is there; 9002 for the same id, each time."""
    direct(stage, "two_way")
    stage.edit("customer add name=Acme phone=1")
    settled(stage)
    stage.edit("lock customer Acme times 1")
    switch(stage, lost_set_again="refuse")
    stage.other.edit(stage.company, 1, phone="9")
    quickbooks = Mortal(stage, LOST)
    first = sets(session(stage, quickbooks))[0]
    quickbooks.close()
    for _ in range(3):
        session(stage)
    used = {set_id for (set_id,) in on_disk(stage, "select set_id from message_sets")}
    assert first.new in used
    assert len(used) == 2
    assert in_books(stage)["Acme"].values["phone"] == "9"
    settled(stage)


def test_a_set_whose_old_id_quickbooks_forgot_goes_without_it(world: Stage) -> None:
    """rules.md 22: where an unknown old id refuses the whole set, it is sent without the clearing. The one after does
    not name the forgotten one again."""
    session(world)
    switch(world, unknown_old_set="refuse")
    forget_all(world)
    world.other.create(world.company, name="Cedar")
    again = session(world)
    assert sorted(in_books(world)) == ["Birch", "Cedar"]
    assert [bool(sent.old) for sent in sets(again)][-1] is False
    world.other.create(world.company, name="Dogwood")
    later = session(world)
    assert len(sets(later)) == 1, "the next set goes out once"
    assert sorted(in_books(world)) == ["Birch", "Cedar", "Dogwood"]


def forget_all(world: Stage) -> None:
    """QuickBooks lost its stored answers (a rebuilt file)."""
    quickbooks = SimulatedQuickBooks(world)
    quickbooks.execute(
        '<?xml version="1.0" encoding="utf-8"?><?qbxml version="13.0"?><QBXML>'
        '<QBXMLMsgsRq onError="stopOnError" oldMessageSetID="ClearAllMessageSets"></QBXMLMsgsRq></QBXML>'
    )
    quickbooks.close()


def test_a_set_that_never_gets_an_answer_ends_in_a_hold(world: Stage) -> None:
    """Never an endless loop: QuickBooks dies at each sending before anything is done."""
    sent = 0
    for _ in range(30):
        quickbooks = Mortal(world, *[FaultPoint.BEFORE_EXECUTION] * 9)
        sent += len(sets(session(world, quickbooks)))
        quickbooks.close()
        if world.attention():
            break
    assert held(world) == {"Birch": "unsure"}
    assert sent < 20
    assert in_books(world) == {}
    before = sent
    session(world)
    assert sent == before
    assert in_books(world) == {}, "it waits for a person"


@pytest.mark.parametrize("code", ["9001", "9004"])
def test_a_mistake_of_ours_is_held_and_not_tried_again(world: Stage, code: str) -> None:
    """rules.md 24: two contents under one id; nobody guesses."""
    world.time += INTERVAL
    quickbooks = SimulatedQuickBooks(world)
    with world.connect(quickbooks) as connector:
        until_a_set(connector)
        connector.post(
            '<?xml version="1.0" ?><QBXML>'
            f'<QBXMLMsgsRs newMessageSetID="x" messageSetStatusCode="{code}"></QBXMLMsgsRs></QBXML>'
        )
        connector.run()
    assert held(world) == {"Birch": "unsure"}
    assert sets(session(world)) == []
    assert in_books(world) == {}


# ---- part of it ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("again", ["run", "refuse"])
def test_what_is_left_of_a_half_done_set_goes_out_in_a_new_one(world: Stage, again: str) -> None:
    """MID_SET: the first was made, the rest was not; another content is another id (rules.md 24)."""
    switch(world, lost_set_again=again)
    world.other.create(world.company, name="Cedar")
    world.other.create(world.company, name="Dogwood")
    quickbooks = Mortal(world, FaultPoint.MID_SET)
    [first] = sets(session(world, quickbooks))
    quickbooks.close()
    assert list(in_books(world)) == ["Birch"]
    [second] = sets(session(world))
    assert second.new != first.new
    assert second.about == ["Cedar", "Dogwood"]
    assert sorted(in_books(world)) == ["Birch", "Cedar", "Dogwood"]
    assert len(pairs(world)) == 3
    settled(world)


def test_what_is_there_already_is_not_sent_again_with_the_rest(world: Stage) -> None:
    """spec 10.1: the first of a half done set was made, and a person renames it before the rest goes out."""
    world.other.create(world.company, name="Cedar")
    died(world, FaultPoint.MID_SET)
    quickbooks = Mortal(world)
    renamed: list[str] = []

    def rename(text: str) -> None:
        if parsed(text).writes and not renamed:
            renamed.append(text)
            edit(world, "customer Birch rename Beech")

    quickbooks.before = rename
    session(world, quickbooks)
    quickbooks.close()
    session(world)
    assert len(in_books(world)) == 2


def test_an_answer_that_leaves_some_out_is_looked_up_for_those(world: Stage) -> None:
    """QuickBooks tells of one write and not of the other: only that one is in doubt."""
    world.other.create(world.company, name="Cedar")
    world.time += INTERVAL
    with world.connect() as connector:
        until_a_set(connector)
        whole = connector.execute()
        connector.post(re.sub(r"<CustomerAddRs.*?</CustomerAddRs>", "", whole, count=1, flags=re.DOTALL))
        lookup = parsed(connector.ask() or "")
        assert "<FullName>Birch</FullName>" in lookup.text
        assert "Cedar" not in lookup.text
        connector.execute()
        connector.post()
        assert connector.run() == "finished"
        assert len(sets(connector)) == 1
    assert sorted(in_books(world)) == ["Birch", "Cedar"]
    assert len(pairs(world)) == 2
    settled(world)


def test_a_lookup_that_quickbooks_cannot_answer_leaves_everything_as_it_is(world: Stage) -> None:
    """Nothing else is written, and the next session asks again."""
    died(world, FaultPoint.BEFORE_EXECUTION)
    world.time += INTERVAL
    with world.connect() as connector:
        connector.step()
        lookup = connector.ask()
        assert lookup is not None
        connector.execute()
        assert connector.post(connector.reply.replace('statusCode="500"', 'statusCode="1000"', 1)) == -1
        connector.close()
    assert in_books(world) == {}
    session(world)
    birch(world)


def test_a_set_that_is_refused_as_a_whole_is_split_until_the_one_to_blame_is_held(
    world: Stage,
) -> None:
    """spec 10.5; rules.md 14: 0x80040400 means that nothing was done."""
    for number in range(7):
        world.other.create(world.company, name=f"More {number}")
    world.other.create(world.company, name="Damned")
    world.other.create(world.company, name="Zeta")
    quickbooks = Mortal(world)
    quickbooks.before = _damned
    session(world, quickbooks)
    assert held(world) == {"Damned": "refused_by_books"}
    assert len(in_books(world)) == 9
    assert len(pairs(world)) == 9
    quickbooks.close()
    settled(world)


def _damned(text: str) -> None:
    if "Damned" in text and parsed(text).writes:
        raise Failed("0x80040400", "QuickBooks found an error when parsing the provided XML text stream.")
