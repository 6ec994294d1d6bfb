"""A set is in doubt, or a write waits, and the world changes meanwhile: another file is open, a backup was restored,
another direction was chosen (spec 8.2, 10.6; rules.md 24)."""

from __future__ import annotations

import pytest

from fieldledger.office import companies as office
from quickbooks_sim.errors import FaultPoint
from tests.engine.both import Mortal, died, direct, in_books, pairs, session, sets, settled, switch
from tests.support.connector import INTERVAL, SimulatedQuickBooks, Stage, beside

LOST = FaultPoint.EXECUTED_NOT_STORED


@pytest.fixture(params=["two_way", "field_to_books"])
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


def test_another_company_file_in_between_stops_and_afterwards_it_goes_on(world: Stage) -> None:
    """spec 8.2; rules.md 24: 600 may only mean that another file is open, so identity comes first."""
    died(world, FaultPoint.BEFORE_EXECUTION)
    other = beside(world, "Other")
    world.time += INTERVAL
    with world.connect(SimulatedQuickBooks(other)) as connector:
        assert connector.run() == "stopped"
        assert connector.requests == [], "nothing is asked, not even for the stored answer"
    assert in_books(other) == {}
    session(world)
    birch(world)


def test_a_backup_that_is_restored_between_sending_and_asking(world: Stage) -> None:
    """The set was done, and the restored file does not know it: nothing is written until the plan is approved."""
    backup = world.folder / "backup.qbs"
    world.edit(f'backup "{backup}"')
    quickbooks = Mortal(world, LOST)
    session(world, quickbooks)
    quickbooks.close()
    world.time += 3600
    world.edit(f'restore "{backup}"')
    assert in_books(world) == {}
    again = session(world)
    assert sets(again) == []
    assert in_books(world) == {}
    session(world)
    assert world.plan()["state"] == "proposed"
    assert in_books(world) == {}
    world.approve()
    session(world)
    birch(world)


def test_nothing_is_sent_again_once_customers_come_from_quickbooks(world: Stage) -> None:
    """spec 10.6: the direction changed while the set was in doubt."""
    died(world, FaultPoint.BEFORE_EXECUTION)
    office.set_settings(world.journal, world.company, {"customers.direction": "books_to_field"}, who="test")
    for _ in range(3):
        assert sets(session(world)) == []
        if world.plan()["state"] == "proposed":
            world.approve()
    assert in_books(world) == {}
    assert world.names() == ["Birch"]


def test_what_was_planned_is_not_sent_once_customers_come_from_quickbooks(world: Stage) -> None:
    """spec 10.6, 1.2: a plan that was shown and not approved; the next one is made by the new direction."""
    office.set_settings(world.journal, world.company, {"approve_plans": "always"}, who="test")
    session(world)
    assert world.plan()["state"] == "proposed"
    office.set_settings(world.journal, world.company, {"customers.direction": "books_to_field"}, who="test")
    session(world)
    assert [
        each for each in world.plan()["actions"] if each["side"] == "books" and each["verb"] == "create"
    ] == []
    if world.plan()["state"] == "proposed":
        world.approve()
    session(world)
    assert in_books(world) == {}


def test_what_was_locked_is_not_sent_once_customers_come_from_quickbooks(world: Stage) -> None:
    """spec 10.6: the same, for a write that waits for a lock."""
    switch(world, list_busy="1000")
    session(world)
    switch(world, list_busy="0")
    office.set_settings(world.journal, world.company, {"customers.direction": "books_to_field"}, who="test")
    for _ in range(3):
        assert sets(session(world)) == []
        if world.plan()["state"] == "proposed":
            world.approve()
    assert in_books(world) == {}


def test_what_was_done_before_the_direction_changed_is_remembered(world: Stage) -> None:
    """spec 1.1, 10.1: it is there, so the two are a pair."""
    died(world)
    office.set_settings(world.journal, world.company, {"customers.direction": "books_to_field"}, who="test")
    session(world)
    assert list(pairs(world)) == [in_books(world)["Birch"].id]
    assert world.names() == ["Birch"], "it is not imported beside itself"
