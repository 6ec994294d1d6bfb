"""Every event, in every direction, from every side (spec 2.1 to 2.12, 3.1 to 3.4, 10.x): the tables in ``matrix/``.

Each cell of the tables is a test; what it must come to is written there, by hand, from the sentences that it names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stories import matrix
from tests.stories.matrix import CIRCUMSTANCES, DIRECTIONS, DURING, Cell, Played
from tests.support.connector import Stage

EVENTS, CELLS = matrix.read(Path(__file__).parent / "matrix")
BY_NAME = {event.name: event for event in EVENTS}

TWO_WAY = ("two_way books", "two_way field")
KNOWN: tuple[tuple[str, tuple[str, ...], tuple[str, ...], str], ...] = ()
FAULTS = {
    (event, circumstance, direction): why
    for event, circumstances, directions, why in KNOWN
    for circumstance in circumstances
    for direction in directions
}
"""Cells that the product still gets wrong: (event, circumstance, direction) -> what is wrong. Each must fail."""


class Worlds:
    """Each direction and circumstance is played once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.starts: dict[str, Stage] = {}
        self.played: dict[tuple[str, str], dict[str, Played]] = {}

    def get(self, direction: str, circumstance: str) -> dict[str, Played]:
        """By the moment; of what happens between two syncs there is one, ""."""
        if (direction, circumstance) not in self.played:
            events = [
                BY_NAME[cell.event]
                for cell in CELLS
                if not cell.none and (cell.direction, cell.circumstance) == (direction, circumstance)
            ]
            many = range(self._moments(direction)) if circumstance in DURING else [None]
            self.played[direction, circumstance] = {
                "" if moment is None else f"moment {moment}": matrix.play(
                    self._copy(direction), events, circumstance, moment
                )
                for moment in many
            }
        return self.played[direction, circumstance]

    def _start(self, direction: str) -> Stage:
        if direction not in self.starts:
            folder = self.folder / direction.replace(" ", "_")
            folder.mkdir()
            self.starts[direction] = matrix.start(folder, direction)
        return self.starts[direction]

    def _copy(self, direction: str) -> Stage:
        self.folder.joinpath("copies").mkdir(exist_ok=True)
        number = len(list(self.folder.joinpath("copies").iterdir()))
        return matrix.copied(self._start(direction), self.folder / "copies" / str(number))

    def _moments(self, direction: str) -> int:
        copy = self._copy(direction)
        number = matrix.moments(copy)
        copy.stop()
        assert number > 2, "a session that does nothing is no time to edit in"
        return number


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    made = Worlds(tmp_path_factory.mktemp("matrix"))
    yield made
    for stage in made.starts.values():
        stage.stop()


def test_the_tables_are_complete() -> None:
    """Every event in every circumstance and direction: one cell, or one sentence that says why there is none."""
    told = Counter((cell.event, cell.circumstance, cell.direction) for cell in CELLS)
    wanted = {
        (event.name, circumstance, direction)
        for event in EVENTS
        for circumstance in CIRCUMSTANCES
        for direction in DIRECTIONS
    }
    assert {cell: number for cell, number in told.items() if number != 1} == {}
    assert told.keys() == wanted
    assert all(cell.none or (cell.wanted and cell.spec) for cell in CELLS)
    assert len({event.word for event in EVENTS}) == len(EVENTS), "each event has records of its own"
    assert {
        "create", "edit", "rename", "deactivate", "reactivate", "delete", "duplicate", "job added", "job renamed",
        "job moved", "job deactivated", "job deleted", "location added", "location edited", "location renamed",
        "location removed", "default location", "up to 50 locations", "51 locations",
    } <= BY_NAME.keys()  # fmt: skip
    assert FAULTS.keys() <= told.keys()


def played_cell(cell: Cell) -> object:
    key = cell.event, cell.circumstance, cell.direction
    marks = [pytest.mark.xfail(strict=True, reason=FAULTS[key])] if key in FAULTS else []
    return pytest.param(cell, id=", ".join((cell.event, cell.circumstance, cell.direction)), marks=marks)


@pytest.mark.parametrize("cell", [played_cell(cell) for cell in CELLS if not cell.none])
def test_cell(worlds: Worlds, cell: Cell) -> None:
    """It comes to what the table says, at whatever moment it happened; what had to give way is in the history."""
    wanted, _, lost = cell.wanted.partition("; lost ")
    if " / lost " in wanted:
        wanted, _, lost = wanted.partition(" / lost ")
    word = BY_NAME[cell.event].word
    for moment, played in worlds.get(cell.direction, cell.circumstance).items():
        assert played.cell(word) == wanted, f"spec {cell.spec} {moment}"
        assert not lost or played.in_history(word, lost), (
            f"{lost!r} is not in the history (spec 10.2) {moment}"
        )


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("circumstance", CIRCUMSTANCES)
def test_a_second_sync_writes_nothing(worlds: Worlds, direction: str, circumstance: str) -> None:
    """spec 10.3, after everything in the tables has happened at once."""
    for moment, played in worlds.get(direction, circumstance).items():
        assert played.restless == [], moment
