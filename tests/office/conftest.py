"""A journal with one company, and a whole world for what needs QuickBooks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fieldledger.journal import Journal
from fieldledger.office import companies as office
from tests.support.databases import empty_journal
from tests.support.world import World

NOW = 1_764_000_000.0


def add(journal: Journal, name: str = "Bluebird", **settings: str) -> dict[str, str]:
    chosen = {"customers.direction": "books_to_field", **settings}
    return office.add(journal, name, chosen, password="secret", password_hash=lambda text: f"hash of {text}")


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal.open(empty_journal(tmp_path / "journal.db"), now=lambda: NOW, migrate=False)
    yield opened
    opened.close()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path, {"approve_plans": "first"}, sample=True) as made:
        yield made
