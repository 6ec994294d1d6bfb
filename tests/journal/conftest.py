"""A fresh journal with two companies, c1 and c2, whose clock stands still."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fieldledger.journal import Journal
from tests.journal.support import add_company
from tests.support.databases import empty_journal


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    path = empty_journal(tmp_path / "journal.db")
    opened = Journal.open(path, now=lambda: 1_764_000_000.0, migrate=False)
    with opened.write() as tx:
        for number in (1, 2):
            add_company(tx, number)
    yield opened
    opened.close()
