"""Records that somebody has open in QuickBooks: tried again with a growing pause, held in the end, others go on
(rules.md section 7; spec 10.5)."""

from __future__ import annotations

from itertools import pairwise

import pytest

from fieldledger.office import solving
from quickbooks_sim.errors import FaultPoint
from tests.engine.both import Mortal, direct, held, in_books, session, sets, settled, switch
from tests.support.connector import INTERVAL, Stage


@pytest.fixture
def world(stage: Stage) -> Stage:
    """Acme is a pair whose phone was changed on the field side; Birch is new there."""
    direct(stage, "two_way")
    stage.edit("customer add name=Acme phone=1")
    settled(stage)
    stage.other.edit(stage.company, 1, phone="9")
    stage.other.create(stage.company, name="Birch", phone="2")
    return stage


def phones(world: Stage) -> dict[str, str]:
    return {name: record.values["phone"] for name, record in in_books(world).items()}


@pytest.mark.parametrize("code", ["3175", "3176", "3170", "3180"])
def test_a_lock_that_opens_soon_is_waited_for(world: Stage, code: str) -> None:
    """In one session, through NoOp, with a pause that grows; the others are not kept waiting."""
    world.edit(f"lock customer Acme as {code} times 3")
    began = world.time + INTERVAL
    connector = session(world)
    out = [sent.about for sent in sets(connector)]
    acme = in_books(world)["Acme"].id
    assert out == [[acme, "Birch"], [acme], [acme], [acme]]
    assert phones(world) == {"Acme": "9", "Birch": "2"}
    assert 5 + 15 + 45 <= world.time - began < 100
    assert world.attention() == []
    settled(world)


def test_the_pauses_grow(world: Stage) -> None:
    """5, 15, 45 seconds; what takes longer than a minute is left to the next session."""
    world.edit("lock customer Acme")
    world.time += INTERVAL
    times: list[float] = []
    quickbooks = Mortal(world)
    quickbooks.before = lambda text: times.append(world.time) if "CustomerModRq" in text else None
    with world.connect(quickbooks) as connector:
        assert connector.run() == "finished"
    pauses = [later - earlier for earlier, later in pairwise(times)]
    assert pauses == sorted(pauses)
    assert pauses[:3] == [5, 15, 45]
    assert len(pauses) == 3
    assert (
        "follows with the next sync" in connector.told
        or "follows with the next sync" in world.last_run()["told"]
    )


def test_a_lock_that_stays_is_held_and_the_others_go_on(world: Stage) -> None:
    """After its attempts it waits for a person: On hold; edits of others go out meanwhile."""
    world.edit("lock customer Acme")
    tried = 0
    for number in range(12):
        world.other.create(world.company, name=f"New {number}")
        tried += sum(in_books(world)["Acme"].id in sent.about for sent in sets(session(world)))
        if world.attention():
            break
    assert held(world) == {"Acme": "locked"}
    assert 5 <= tried <= 10
    assert len(in_books(world)) == 2 + number + 1
    before = tried
    assert all(in_books(world)["Acme"].id not in sent.about for sent in sets(session(world)))
    assert tried == before
    [acme] = [each for each in world.customers() if each["name"] == "Acme"]
    assert acme["sync"]["status"] == "On hold"


def test_a_held_lock_goes_through_when_a_person_has_it_tried_again(world: Stage) -> None:
    """spec 2.8: retry."""
    world.edit("lock customer Acme")
    for _ in range(12):
        session(world)
        if world.attention():
            break
    world.edit("unlock customer Acme")
    [hold] = world.attention()
    solving.solve(world.journal, world.company, hold["hold"], "retry", who="test")
    session(world)
    assert phones(world)["Acme"] == "9"
    assert world.attention() == []
    settled(world)


def test_a_list_that_is_busy_makes_nothing_twice(world: Stage) -> None:
    """A create too is told to wait: it is one record in the end."""
    switch(world, list_busy="5")
    connector = session(world)
    assert len(sets(connector)) > 2
    assert phones(world) == {"Acme": "9", "Birch": "2"}
    settled(world)


def test_a_lock_that_outlives_the_session(world: Stage) -> None:
    """Later sessions try again, not before the pause is over."""
    world.edit("lock customer Acme")
    session(world)
    world.edit("unlock customer Acme")
    session(world)
    assert phones(world)["Acme"] == "9"
    assert world.attention() == []
    settled(world)


def test_an_edit_while_it_is_locked_replaces_what_waits(world: Stage) -> None:
    """What goes out in the end is what the record says by then."""
    world.edit("lock customer Acme")
    session(world)
    world.other.edit(world.company, 1, phone="10")
    world.edit("unlock customer Acme")
    session(world)
    assert phones(world)["Acme"] == "10"
    settled(world)


def test_a_record_that_was_locked_often_is_not_said_to_be_unsure(world: Stage) -> None:
    """A write that was refused four times for a lock and then lost once has been without an answer once."""
    world.edit("lock customer Acme times 4")
    session(world)
    assert world.attention() == []
    quickbooks = Mortal(world, FaultPoint.BEFORE_EXECUTION)
    session(world, quickbooks)
    quickbooks.close()
    session(world)
    assert held(world) == {}
    assert phones(world)["Acme"] == "9"


def test_a_feature_that_is_off_stops_nobody_else(world: Stage) -> None:
    """spec 10.5: QuickBooks does not allow one write, alone in its set; the others go on."""
    session(world)
    world.other.edit(world.company, 1, phone="11")
    world.time += INTERVAL
    quickbooks = Mortal(world)
    with world.connect(quickbooks) as connector:
        while True:
            text = connector.ask()
            if text is None:
                break
            if "<CustomerModRq" in text:
                number = text.partition('requestID="')[2].partition('"')[0]
                status = 'statusCode="3250" statusSeverity="Error" statusMessage="Off"'
                told = f'<CustomerModRs requestID="{number}" {status} />'
                reply = f'<QBXML><QBXMLMsgsRs messageSetStatusCode="0">{told}</QBXMLMsgsRs></QBXML>'
            else:
                reply = connector.execute()
            if not 0 <= connector.post(reply) < 100:
                break
        connector.close()
    assert held(world) == {"Acme": "refused_by_books"}
    world.other.create(world.company, name="Cedar")
    assert session(world).percents[-1] == 100
    assert "Cedar" in in_books(world)


def test_a_read_only_grant_stops_and_later_goes_on(world: Stage) -> None:
    """3263: nobody's record is to blame; nothing is held, and it goes on when a person has allowed it."""
    switch(world, read_only="true")
    connector = session(world)
    assert connector.percents[-1] == -1
    assert "read-only" in connector.told
    assert held(world) == {}
    switch(world, read_only="false")
    session(world)
    assert phones(world) == {"Acme": "9", "Birch": "2"}
    settled(world)
