"""spec 10.1, 10.2, 10.4: kill whatever you like, whenever you like; the next sessions end in the same state."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.crashes.sweep import CONNECTOR, Teller

SHARES = 6


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
    assert len(teller.moments) > 100
    assert [count for _, count in teller.undisturbed["created"]] == [1] * len(teller.undisturbed["created"])


@pytest.mark.parametrize("share", range(SHARES))
def test_one_death_at_any_moment(teller: Teller, share: int) -> None:
    for point in range(1 + share, len(teller.moments) + 1, SHARES):
        assert teller.differences([point]) == [], f"died {teller.moments[point - 1]} (moment {point})"


def test_several_deaths(teller: Teller) -> None:
    for seed in range(12):
        deaths = teller.at_random(seed)
        assert teller.differences(deaths) == [], f"seed {seed}: died at {deaths}"


def test_deaths_around_an_approval() -> None:
    """With approval of the first plan, and of those that trip the brake."""
    with Teller(approve="first") as teller:
        for seed in range(100, 110):
            deaths = teller.at_random(seed)
            assert teller.differences(deaths) == [], f"seed {seed}: died at {deaths}"
