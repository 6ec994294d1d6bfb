"""spec 10.1, 10.2, 10.4: kill whatever you like, whenever you like; the next sessions end in the same state."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fieldledger.journal import plans, sights
from fieldledger.model.kinds import Kind, Side
from fieldledger.session import writing
from tests.crashes.sweep import CONNECTOR, Teller

EVERY = 6
"""One moment in six; `make sim` takes them all."""
LISTS_FIRST = 2
"""Calls that write the field side before customers do, in the first import: taxes, payment terms. A list takes no
second entry of one name, so the known mistake can show at customers only."""


@pytest.fixture(scope="module")
def teller() -> Iterator[Teller]:
    with Teller() as made:
        yield made


def test_the_story_is_worth_telling(teller: Teller) -> None:
    """The sweep dies before and after commits, around writes to the field, and at each end of the Web Connector."""
    assert {*CONNECTOR, "before a commit", "after a commit", "before the field is written",
            "after the field was written", "after the badges were shown", "after the policy was shown"} == set(
        teller.moments
    )  # fmt: skip
    assert len(teller.moments) > 200
    assert [count for _, count in teller.undisturbed["created"]] == [1] * len(teller.undisturbed["created"])


@pytest.mark.parametrize("first", range(1, 3 * EVERY, EVERY))
def test_one_death_at_any_moment(teller: Teller, first: int) -> None:
    for point in range(first, len(teller.moments) + 1, 3 * EVERY):
        assert teller.differences([point]) == [], f"died {teller.moments[point - 1]} (moment {point})"


def test_the_sweep_would_notice(teller: Teller, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that is not the same when a write is sent again makes duplicates, and the sweep sees them."""
    points = [place for place, what in enumerate(teller.moments, 1) if what == "after the field was written"]
    customers = points[LISTS_FIRST]
    assert teller.differences([customers]) == []
    monkeypatch.setattr(writing, "_recover", forgetful)
    assert teller.differences([customers]) != []


def forgetful(job: writing.Work, _: float) -> bool:
    """The known mistake: what has no answer is planned anew instead of being asked for under its key."""
    with job.journal.read() as tx:
        left = plans.opened(tx, job.company.id, 1000)
    if not left:
        return True
    with job.journal.write() as tx:
        plans.settle(tx, [action.id for action in left], "dropped")
        for kind in Kind:
            books = [action.books or "" for action in left if action.kind is kind]
            sights.mark_due(tx, job.company.id, Side.BOOKS, kind, books)
    return True


def test_several_deaths(teller: Teller) -> None:
    for seed in range(8):
        deaths = teller.at_random(seed)
        assert teller.differences(deaths) == [], f"seed {seed}: died at {deaths}"


def test_deaths_around_an_approval() -> None:
    """With approval of the first plan, and of those that trip the brake."""
    with Teller(approve="first") as teller:
        for seed in range(100, 106):
            deaths = teller.at_random(seed)
            assert teller.differences(deaths) == [], f"seed {seed}: died at {deaths}"
