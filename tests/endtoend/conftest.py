"""What the tests of taxes and payment terms stand on: one server a module, and a company file to be copied."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.endtoend import cells
from tests.endtoend.house import House


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A data folder and its server, for the companies of one module."""
    with House(tmp_path_factory.mktemp("house")) as started:
        yield started


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company file with a tax, terms, and a customer who has both."""
    return cells.file_of_cells(tmp_path_factory.mktemp("books"))
