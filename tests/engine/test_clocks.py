"""Two clocks are compared for one thing only: who was last, where both sides changed a field (spec 2.4, 2.5)."""

from __future__ import annotations

import pytest

from tests.engine.both import direct, history, in_books, on_disk, session, sets, settled
from tests.support.connector import Stage


def clash(stage: Stage, first: str, second: str, apart: float) -> str:
    """Both sides change the phone; ``first`` and ``second`` say who, so many seconds apart. Returns what won."""
    for number, side in enumerate((first, second)):
        if number:
            stage.time += apart
        if side == "books":
            stage.edit("customer Acme set phone=555")
        else:
            stage.other.edit(stage.company, 1, phone="777")
    stage.time += 600
    session(stage)
    settled(stage)
    phone = in_books(stage)["Acme"].values["phone"]
    assert phone == stage.customers()[0]["phone"]
    assert [what for what, _, _ in history(stage) if what == "conflict"] == ["conflict"]
    return {"555": "books", "777": "field"}[phone]


def pair(stage: Stage, ahead: float, **settings: str) -> None:
    """Acme is a pair, and something was written since the QuickBooks computer's clock is wrong by ``ahead``."""
    direct(stage, "two_way", **settings)
    stage.ahead = ahead
    stage.other.create(stage.company, name="Acme", phone="1")
    session(stage)
    settled(stage)
    stage.time += 86_400


@pytest.mark.parametrize("first", ["books", "field"])
@pytest.mark.parametrize("ahead", [0.0, 3 * 3600.0, -3 * 3600.0, 90.0])
def test_the_most_recent_wins_by_true_time(stage: Stage, ahead: float, first: str) -> None:
    """spec 2.4: the clock of the QuickBooks computer is wrong, and it is measured from its answers."""
    pair(stage, ahead)
    second = "field" if first == "books" else "books"
    assert clash(stage, first, second, 300) == second


@pytest.mark.parametrize("primary", ["books", "field"])
@pytest.mark.parametrize("first", ["books", "field"])
@pytest.mark.parametrize("ahead", [0.0, 3 * 3600.0])
def test_inside_the_margin_the_primary_side_wins(
    stage: Stage, ahead: float, first: str, primary: str
) -> None:
    """spec 2.5: two minutes by default."""
    pair(stage, ahead, primary=primary)
    assert clash(stage, first, "field" if first == "books" else "books", 100) == primary


def test_a_clock_that_is_set_right_is_measured_anew(stage: Stage) -> None:
    """Three hours ahead once, and right by the next write."""
    pair(stage, 3 * 3600.0)
    stage.ahead = 0.0
    stage.time += 86_400
    stage.other.create(stage.company, name="Birch")
    session(stage)
    settled(stage)
    stage.time += 86_400
    assert clash(stage, "field", "books", 300) == "books"


def test_nothing_is_taken_for_a_change_because_of_a_stamp(stage: Stage) -> None:
    """spec 2.3: a balance moves TimeModified."""
    pair(stage, 0.0)
    stage.edit("customer Acme balance 12.50")
    before = stage.customers()
    connector = session(stage)
    assert sets(connector) == []
    assert stage.customers() == before


def test_an_answer_that_took_long_measures_nothing(stage: Stage) -> None:
    """A status check, or an answer after minutes, does not tell the time in QuickBooks."""
    pair(stage, 0.0)
    stage.other.edit(stage.company, 1, phone="2")
    stage.time += 900
    from tests.engine.both import until_a_set

    with stage.connect() as connector:
        until_a_set(connector)
        connector.execute()
        connector.close()
    stage.time += 7200
    session(stage)
    [(clock,)] = on_disk(stage, "select value from cursors where name = 'clock:books'") or [("0",)]
    assert abs(float(clock)) < 5
    stage.time += 86_400
    assert clash(stage, "field", "books", 300) == "books"
