"""The field side tells at once that somebody edited something (`SyncEngine.heard`): the badge says Waiting, the next
session writes it, and the engine does not hear its own echo."""

from __future__ import annotations

import pytest

from tests.engine.both import direct, in_books, session, settled, until_a_set
from tests.support.connector import INTERVAL, Stage


@pytest.fixture(params=["two_way", "field_to_books"])
def world(stage: Stage, request: pytest.FixtureRequest) -> Stage:
    direct(stage, request.param)
    stage.other.create(stage.company, name="Acme", phone="1")
    session(stage)
    settled(stage)
    return stage


def badge(world: Stage, number: int = 1) -> str:
    [found] = [each["sync"] for each in world.customers() if each["id"] == number]
    return found["status"] if found else ""


def test_an_edit_is_waiting_at_once_and_synced_after_the_next_session(world: Stage) -> None:
    """spec 9.4."""
    assert badge(world) == "Synced"
    world.other.edit(world.company, 1, phone="9")
    world.engine.heard(world.company)
    assert badge(world) == "Waiting"
    assert world.customers()[0]["sync"]["books_name"] == "Acme"
    session(world)
    assert badge(world) == "Synced"
    assert in_books(world)["Acme"].values["phone"] == "9"
    settled(world)


def test_a_new_record_is_waiting_at_once(world: Stage) -> None:
    number = world.other.create(world.company, name="Birch")
    world.engine.heard(world.company)
    assert badge(world, number) == "Waiting"
    session(world)
    assert badge(world, number) == "Synced"


def test_the_engine_does_not_hear_its_own_echo(stage: Stage) -> None:
    """Two-way: what it writes on the field side is no edit, whenever it is heard."""
    direct(stage, "two_way")
    stage.edit("customer add name=Acme phone=1")
    stage.other.after = lambda call: stage.engine.heard(stage.company) if call == "write" else None
    session(stage)
    stage.other.after = lambda call: None
    assert badge(stage) == "Synced"
    calls = len(stage.other.calls)
    stage.engine.heard(stage.company)
    assert stage.other.calls[calls:] == ["changes"]
    assert badge(stage) == "Synced"
    stage.edit("customer Acme set phone=2")
    session(stage)
    stage.engine.heard(stage.company)
    assert badge(stage) == "Synced"
    settled(stage)


def test_hearing_it_twice_says_it_once(world: Stage) -> None:
    world.other.edit(world.company, 1, phone="9")
    world.engine.heard(world.company)
    calls = len(world.other.calls)
    world.engine.heard(world.company)
    assert "show_status" not in world.other.calls[calls:]


def test_a_one_way_company_is_not_waiting(stage: Stage) -> None:
    """spec 2.2: nothing of it goes to QuickBooks."""
    stage.edit("customer add name=Acme phone=1")
    stage.sync(times=2)
    stage.other.edit(stage.company, 1, phone="9")
    stage.engine.heard(stage.company)
    assert badge(stage) != "Waiting"


@pytest.mark.parametrize("call", ["changes", "show_status"])
def test_a_field_side_that_is_out_of_reach_raises_nothing(world: Stage, call: str) -> None:
    """What is not heard now is read by the next session."""

    def gone(name: str) -> None:
        if name == call:
            raise OSError("no route")

    world.other.edit(world.company, 1, phone="9")
    world.other.before = gone
    world.engine.heard(world.company)
    world.other.before = lambda name: None
    session(world)
    assert in_books(world)["Acme"].values["phone"] == "9"
    assert badge(world) == "Synced"


def test_an_edit_that_is_heard_while_its_record_is_on_the_way(world: Stage) -> None:
    """Edited again while the first edit is out: it is waiting until that one is written too."""
    world.other.edit(world.company, 1, phone="9")
    world.time += INTERVAL
    with world.connect() as connector:
        until_a_set(connector)
        world.other.edit(world.company, 1, phone="10")
        world.engine.heard(world.company)
        assert badge(world) == "Waiting"
        connector.execute()
        connector.post()
        connector.run()
    session(world)
    assert in_books(world)["Acme"].values["phone"] == "10"
    assert badge(world) == "Synced"
    settled(world)


def test_an_unknown_company_is_nothing(world: Stage) -> None:
    world.engine.heard("nobody")
