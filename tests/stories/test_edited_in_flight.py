"""The very record that a sync is writing is edited on the side that is written, at every moment of the session:
nothing disappears without standing in the history (10.2), and afterwards both sides agree (10.4) and rest (10.3)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fieldledger.office import views
from tests.stories import fieldside
from tests.stories.matrix import DIRECTIONS
from tests.stories.runner import WRITES
from tests.stories.showing import in_field, in_quickbooks
from tests.support.connector import INTERVAL, Stage, edit

FIELD_FIRST = ("field_to_books", "two_way books", "two_way field")
BOOKS_FIRST = ("books_to_field", "two_way books", "two_way field")
MOST = 12
"""Moments that are tried: two to a round trip, more than any of these sessions has."""


def in_books(stage: Stage, phone: str) -> None:
    edit(stage, f"customer Alba set phone={phone}")


def in_the_field(stage: Stage, phone: str) -> None:
    fieldside.do(stage, f"customer Alba set phone={phone}")


def start(folder: Path, direction: str) -> Stage:
    stage = Stage(folder, {"approve_plans": "never", **DIRECTIONS[direction]})
    if direction == "field_to_books":
        fieldside.do(stage, "customer add name=Alba phone=0")
    else:
        edit(stage, "customer add name=Alba phone=0")
    stage.sync(times=2)
    return stage


def session(stage: Stage, at: int, do: Any) -> bool:
    """One session, with something done at one moment of it. Returns whether there was such a moment."""
    stage.time += INTERVAL
    with stage.connect() as connector:
        for number in range(1000):
            if number % 2 == 0:
                assert connector.ask() is not None
                connector.execute()
            elif connector.post() == 100:
                connector.close()
                return number > at
            if number == at:
                stage.time += 1
                do()
    raise AssertionError("no end")


def history(stage: Stage) -> str:
    runs = range(1, stage.last_run()["run"] + 1)
    events = [each for run in runs for each in views.run(stage.journal, stage.company, run)["events"]]
    return json.dumps([change["before"] for each in events for change in each["changes"]])


def ends_well(stage: Stage, one_way: bool, values: set[str], at: int) -> None:
    """Two more sessions, then nothing; every value is there or in the history."""
    stage.sync(times=2)
    stage.other.calls.clear()
    connector = stage.sync()
    assert not [request for request in connector.requests if WRITES.search(request)], f"restless, moment {at}"
    assert "write" not in stage.other.calls, f"restless, moment {at}"
    assert stage.events() == [], f"moment {at}"
    phones = in_quickbooks(stage)[0].texts["phone"], in_field(stage)[0].texts["phone"]
    if not one_way:
        assert phones[0] == phones[1], f"both agree, moment {at}"
    past = history(stage)
    for value in values - set(phones):
        assert value in past, f"{value} is nowhere: {phones}, moment {at}"
    assert stage.attention() == []


@pytest.mark.parametrize("direction", FIELD_FIRST)
def test_quickbooks_edits_what_is_on_its_way_there(tmp_path: Path, direction: str) -> None:
    """spec 10.2, 2.2, 2.4."""
    for at in range(MOST):
        folder = tmp_path / str(at)
        folder.mkdir()
        stage = start(folder, direction)
        in_the_field(stage, "FIELD-1")
        found = session(stage, at, lambda stage=stage: in_books(stage, "BOOKS-2"))
        if found:
            ends_well(stage, direction == "field_to_books", {"FIELD-1", "BOOKS-2"}, at)
        stage.stop()
        if not found:
            assert at > 2, "hardly a session"
            return
    raise AssertionError("there are more moments than were tried")


@pytest.mark.parametrize("direction", BOOKS_FIRST)
def test_the_field_edits_what_is_on_its_way_there(tmp_path: Path, direction: str) -> None:
    """spec 10.2, 2.2, 2.4."""
    for at in range(MOST):
        folder = tmp_path / str(at)
        folder.mkdir()
        stage = start(folder, direction)
        in_books(stage, "BOOKS-1")
        found = session(stage, at, lambda stage=stage: in_the_field(stage, "FIELD-2"))
        if found:
            ends_well(stage, direction == "books_to_field", {"FIELD-2", "BOOKS-1"}, at)
        stage.stop()
        if not found:
            assert at > 1, "hardly a session"
            return
    raise AssertionError("there are more moments than were tried")


@pytest.mark.parametrize("direction", ["two_way books", "two_way field"])
def test_both_edit_again_while_a_conflict_is_settled(tmp_path: Path, direction: str) -> None:
    """spec 2.4, 10.2: four values, two of which give way, at every moment."""
    for at in range(MOST):
        folder = tmp_path / str(at)
        folder.mkdir()
        stage = start(folder, direction)
        in_books(stage, "BOOKS-1")
        stage.time += 3600
        in_the_field(stage, "FIELD-1")

        def again(stage: Stage = stage) -> None:
            in_the_field(stage, "FIELD-2")
            in_books(stage, "BOOKS-2")

        found = session(stage, at, again)
        if found:
            ends_well(stage, False, {"FIELD-2", "BOOKS-2"}, at)
        stage.stop()
        if not found:
            return
    raise AssertionError("there are more moments than were tried")
