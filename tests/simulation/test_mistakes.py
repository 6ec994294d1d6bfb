"""The net is tested too: each known mistake is switched on, and the simulation must catch it within a stated number of
schedules (design: Proof)."""

from __future__ import annotations

import pytest

from tests.simulation.mistakes import MISTAKES, Mistake
from tests.simulation.telling import tell


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda each: each.name)
def test_a_known_mistake_is_caught(mistake: Mistake, monkeypatch: pytest.MonkeyPatch) -> None:
    mistake.make(monkeypatch)
    for seed in range(mistake.first, mistake.first + mistake.within):
        wrongs = tell(seed, direction=mistake.direction, fierce=mistake.fierce).wrongs
        if any(wrong.startswith(promise) for wrong in wrongs for promise in mistake.caught):
            return
    pytest.fail(f"{mistake.name} went unnoticed in {mistake.within} schedules")
