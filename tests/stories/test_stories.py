"""Golden stories (see script.py for how they are written): each is one file in ``told/``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stories import script
from tests.stories.deskstage import DeskStage
from tests.stories.runner import Wrong, tell
from tests.support.connector import Stage

STORIES = sorted((Path(__file__).parent / "told").glob("*.story"))


HOUSES: dict[str, type[Stage]] = {"another make": Stage, "the desk": DeskStage}


def told(path: Path, house: str) -> object:
    fault = script.read(path).fault
    marks = [pytest.mark.xfail(raises=Wrong, strict=True, reason=fault)] if fault else []
    return pytest.param(path, HOUSES[house], id=f"{path.stem}, {house}", marks=marks)


@pytest.mark.parametrize(
    ("path", "house"),
    [
        told(path, house)
        for path in STORIES
        for house in HOUSES
        if script.read(path).house.startswith(house) or not script.read(path).house
    ],
)
def test_story(path: Path, house: type[Stage], tmp_path: Path) -> None:
    """What the file says comes true, and each sync leaves nothing to do for the next one (spec 10.3): with a field
    system of another make, and with the desk."""
    tell(script.read(path), tmp_path, house)
