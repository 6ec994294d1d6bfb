"""spec 10: a bounded sweep of the simulation. ``python -m tests.simulation`` goes on for as long as one likes."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from tests.simulation import marks, schema
from tests.simulation.telling import Told, tell
from tests.support.shared import shared

DIRECTIONS = ("two_way", "books_to_field", "field_to_books")
SEEDS = range(1, 7)


@cache
def told(seed: int, direction: str) -> Told:
    return tell(seed, direction=direction, schema=schema.at_hand())


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_every_promise_is_kept(direction: str) -> None:
    """0 lost, 0 duplicated, 0 directions broken, everything quiet in the end (spec 10.1-10.7)."""
    for seed in SEEDS:
        found = told(seed, direction)
        assert not found.wrongs, "\n".join((f"seed {seed}, {direction}", *found.trace.story[-60:]))


@pytest.mark.parametrize("seed", [5007, 5128])
def test_what_a_person_deleted_before_its_lookup_is_not_made_again(seed: int) -> None:
    """spec 10.1: an Add ran, its answer was lost, and somebody deleted the record: it waits for a person."""
    assert not told(seed, "two_way").wrongs


def test_every_request_is_as_the_schema_wants_it() -> None:
    """Whatever went out in the sweep was checked against the official schema; without it this is skipped."""
    shared(schema.NAME)
    sent = [text for direction in DIRECTIONS for seed in SEEDS for text in told(seed, direction).trace.sent]
    assert any("CustomerAddRq" in text for text in sent)
    assert any("CustomerModRq" in text for text in sent)
    assert not [wrong for direction in DIRECTIONS for seed in SEEDS for wrong in told(seed, direction).wrongs]


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_the_same_seed_is_the_same_run(direction: str) -> None:
    """To the byte: what was sent, the story, every row of the journal."""
    first, again = told(3, direction), tell(3, direction=direction)
    assert first.trace.sent == again.trace.sent
    assert first.trace.story == again.trace.story
    assert first.rows == again.rows


def test_the_sweep_is_worth_running() -> None:
    """Even this small one dies in the middle of things, on both sides."""
    seen: Counter[str] = Counter()
    for direction in DIRECTIONS:
        for seed in SEEDS:
            seen.update(told(seed, direction).trace.marks)
    seen.update(tell(34, direction="field_to_books", fierce=0.1).trace.marks)
    reached = marks.reached(seen)
    wanted = (
        "created in books", "changed in books", "created in field", "changed in field", "killed before a commit",
        "killed after a commit", "a clash of fields", "linked in a list",
        "created in a list of the field", "changed in a list of the field", "created in a list of books",
        "renamed, and no customer written",
    )  # fmt: skip
    assert not [name for name in wanted if not reached[name]]
    for beginning in ("QuickBooks died", "status check of"):
        assert any(count for name, count in reached.items() if name.startswith(beginning)), beginning
