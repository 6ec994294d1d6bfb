"""Worlds for the tests of the engine, made once and copied."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.connector import Stage


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A company without a record, to copy; and its id."""
    folder = tmp_path_factory.mktemp("blank")
    with Stage(folder) as made:
        return folder, made.company


@pytest.fixture
def stage(blank: tuple[Path, str], tmp_path: Path) -> Iterator[Stage]:
    """An empty company file, an empty desk, approve_plans=never."""
    with Stage.copied(*blank, tmp_path / "stage") as world:
        yield world
