"""Locations in the database: what it refuses itself, and that an older data folder is carried over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from fieldledger.desk.database import Database, migrations
from fieldledger.desk.schema import PLACES_MOST, customer_locations
from fieldledger.desk.store import Store
from tests.desk.conftest import Clock
from tests.desk.test_locations import JOB, place, with_jobs


@pytest.mark.parametrize(
    "values",
    [{"job": JOB}, {"job": ""}, {"job": "8" * 37}, {"place": PLACES_MOST + 1}],
    ids=["job twice", "blank job", "long job", "place"],
)
def test_the_database_refuses_jobs_that_cannot_be(store: Store, values: dict[str, Any]) -> None:
    with_jobs(store, place("Kitchen", job=JOB))
    row = {"company": "c1", "customer": 1, "id": 9, "place": 9, "name": "x", "name_key": "x", "is_default": False,
           "address": "{}", **values}  # fmt: skip
    with pytest.raises(IntegrityError), store.database.write() as tx:
        tx.execute(insert(customer_locations).values(row))


def test_a_data_folder_of_the_first_version_is_carried_over(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Locations with their numbers, order, default and address; and the constraints hold afterwards."""
    upgrade = command.upgrade
    monkeypatch.setattr(command, "upgrade", lambda config, _: upgrade(config, "0001"))
    old = Database(tmp_path / "desk.db")
    monkeypatch.undo()
    customer = (
        "INSERT INTO customers (company, id, version, position, deleted, created_at, modified_at, origin, name, "
        "name_key, search, active, next_location) VALUES ('c1', 1, 3, 1, 0, '2026', '2026', 'user', 'Baker', 'baker', "
        "'baker', 1, 6)"
    )
    location = (
        "INSERT INTO customer_locations VALUES ('c1', 1, {id}, {place}, '{name}', '{name}', {default}, "
        '\'{{"line5": "Rear"}}\')'
    )
    with old.write() as tx:
        tx.execute(text(customer))
        tx.execute(text(location.format(id=5, place=1, name="barn", default=0).replace(":", r"\:")))
        tx.execute(text(location.format(id=2, place=2, name="shop", default=1).replace(":", r"\:")))
    old.close()
    for _ in range(2):
        store = Store(tmp_path / "desk.db", now=clock)
        shared = {
            "address": {"line5": "Rear"}, "job": None, "stand_in": False, "tax_item": None, "tax_item_id": None,
        }  # fmt: skip
        assert store.customers.get("c1", 1)["locations"] == [
            {"id": 5, "name": "barn", "is_default": False, **shared},
            {"id": 2, "name": "shop", "is_default": True, **shared},
        ]
        with store.database.read() as tx:
            assert tx.execute(text("PRAGMA foreign_key_check")).all() == []
            left = text("SELECT name FROM sqlite_master WHERE name LIKE '%before'")
            assert tx.execute(left).all() == []
            at = tx.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
            assert at == ScriptDirectory.from_config(migrations(tx)).get_current_head()
        store.close()
