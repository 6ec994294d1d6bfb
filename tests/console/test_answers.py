"""The three questions of the first screen, as a table of situations; and the short pictures of the last runs."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from fieldledger.console.answers import connected, in_step, needs
from fieldledger.console.bars import bars, in_lines

NOW = 1_764_000_000.0
DONE = {
    "run": 7,
    "outcome": "done",
    "ended_at": "2025-11-24T16:00:00Z",
    "told": "In step: nothing had changed.",
}
GOOD: dict[str, Any] = {
    "connection": "connected", "heard_at": NOW - 120, "session_open": False, "paused": False, "now": NOW,
    "settings": {"schedule": "15", "quiet_hours": "none"}, "last_ended": DONE, "last_done": DONE, "left": 0,
    "attention": 0, "plan_waiting": None,
}  # fmt: skip
NEVER = {"connection": "never", "heard_at": None, "last_ended": None, "last_done": None}
STOPPED = {"last_ended": {**DONE, "run": 8, "outcome": "stopped"}}
BROKEN = {"last_ended": {**DONE, "run": 8, "outcome": "broken"}}
SILENT = {"connection": "silent", "heard_at": NOW - 90_000}
QUIET = {"settings": {"schedule": "15", "quiet_hours": "22:00-06:00"}}
PLAN = {"plan_waiting": {"plan": 2, "why": "It is the first plan."}, "left": 36}


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (NEVER, ("Not yet", "calm")),
        ({}, ("Yes", "good")),
        (PLAN, ("Yes", "good")),
        ({"session_open": True}, ("Yes, at work now", "busy")),
        ({"session_open": True, "heard_at": NOW - 700}, ("Yes", "good")),
        (STOPPED, ("Yes, with trouble", "warn")),
        (BROKEN, ("Yes, with trouble", "warn")),
        ({"last_ended": None, "last_done": None}, ("It called", "calm")),
        (SILENT, ("Not lately", "bad")),
        ({**SILENT, **QUIET}, ("Not lately", "warn")),
        ({"paused": True}, ("Paused", "warn")),
        ({**SILENT, "paused": True}, ("Paused", "warn")),
    ],
)
def test_is_it_connected(seen: dict[str, Any], expected: tuple[str, str]) -> None:
    answer = connected({**GOOD, **seen})
    assert (answer.word, answer.tone) == expected


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ({}, []),
        (NEVER, ["/connect"]),
        (PLAN, ["/plan"]),
        ({"attention": 3}, ["/attention"]),
        ({**STOPPED, **PLAN, "attention": 1}, ["/log/8", "/plan", "/attention"]),
        (BROKEN, []),
        (SILENT, ["/connect"]),
        ({**SILENT, **QUIET}, []),
        ({**SILENT, "paused": True}, []),
    ],
)
def test_does_anything_need_me(seen: dict[str, Any], expected: list[str]) -> None:
    assert [need.path for need in needs({**GOOD, **seen})] == expected


def test_one_record_needs_and_two_need() -> None:
    assert needs({**GOOD, "attention": 1})[0].what == "1 record needs attention"
    assert needs({**GOOD, "attention": 2})[0].what == "2 records need attention"


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ({}, ("Yes", "good")),
        (NEVER, ("Not yet", "calm")),
        (PLAN, ("Not yet", "warn")),
        ({"left": 1}, ("Not yet", "warn")),
        ({"session_open": True}, ("Syncing", "busy")),
        ({"attention": 1}, ("All but what waits", "warn")),
        (STOPPED, ("Not known", "warn")),
        (BROKEN, ("Not known", "warn")),
        (SILENT, ("Not known", "warn")),
        ({"paused": True}, ("Not known", "warn")),
        ({"last_done": None}, ("Not yet", "calm")),
    ],
)
def test_is_it_in_step(seen: dict[str, Any], expected: tuple[str, str]) -> None:
    answer = in_step({**GOOD, **seen})
    assert (answer.word, answer.tone) == expected


def test_what_waits_is_counted_and_said_for_what() -> None:
    assert in_step({**GOOD, **PLAN}).told == "36 changes wait for plan 2 to be approved."
    assert in_step({**GOOD, "left": 1}).told == "1 change waits for the next sync."


def test_green_is_shown_only_on_what_quickbooks_returned() -> None:
    """spec 9.5: over every mixture of situations, no green light without a sync that QuickBooks carried to its end."""
    situations = (
        [{}, NEVER, SILENT, {**SILENT, **QUIET}],
        [{}, STOPPED, BROKEN, {"last_ended": None}],
        [{}, {"last_done": None}],
        [{}, {"paused": True}],
        [{}, {"session_open": True}],
        [{}, PLAN],
        [{}, {"attention": 2}],
    )
    green = 0
    for mixture in product(*situations):
        seen = dict(GOOD)
        for each in mixture:
            seen.update(each)
        called = seen["connection"] == "connected" and not seen["paused"]
        ended_well = seen["last_ended"] is not None and seen["last_ended"]["outcome"] in ("done", "waiting")
        if connected(seen).tone == "good":
            green += 1
            assert called
            assert ended_well
        if in_step(seen).tone == "good":
            assert called
            assert seen["last_done"] is not None
            assert seen["left"] == 0
            assert seen["attention"] == 0
    assert green > 0


def run(number: int, outcome: str = "done", **counts: int) -> dict[str, Any]:
    return {"run": number, "outcome": outcome, "counts": counts, "told": f"told {number}", "started_at": "x"}


def test_bars_show_what_each_run_did_oldest_first() -> None:
    drawn = bars([run(4, "stopped"), run(3), run(2, created=100), run(1, "waiting", held=1)])
    assert drawn.width == 300, "few runs are not blown up to fill the width"
    assert [bar["tone"] for bar in drawn.each] == ["busy", "busy", "calm", "bad"]
    heights = [bar["height"] for bar in drawn.each]
    assert heights[1] == 100
    assert heights[2] < heights[0] < heights[3] < heights[1], (
        "what is small, or stopped, is seen beside a hundred"
    )
    assert [bar["x"] for bar in drawn.each] == [260, 270, 280, 290], "the newest stands at the right"
    assert drawn.each[0]["told"] == "Run 1: told 1"


def test_bars_of_no_runs_and_of_too_many() -> None:
    assert bars([]).each == []
    many = bars([run(number) for number in range(200, 0, -1)])
    assert len(many.each) == 60
    assert many.each[0]["told"] == "Run 141: told 141"
    assert many.each[-1]["x"] + 10 == many.width


def test_quiet_runs_share_a_line_and_the_newest_has_its_own() -> None:
    runs = [
        run(9),
        run(8),
        run(7),
        run(6, updated=1),
        run(5),
        run(4, "stopped"),
        run(3, warnings=1),
        run(2),
        run(1),
    ]
    lines = [(line["run"], line["many"], line["oldest"]) for line in in_lines(runs, 10)]
    assert lines == [(9, 1, 9), (8, 2, 7), (6, 1, 6), (5, 1, 5), (4, 1, 4), (3, 1, 3), (2, 2, 1)]
    assert [line["run"] for line in in_lines(runs, 2)] == [9, 8]
    assert in_lines(runs, 2)[-1]["many"] == 2, "a shared line that began is told in full"
