"""Who uses a tax rate: service locations count beside customers, so it is not deleted under them; and what is stored
of a location's tax is found quickly and kept.
"""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event

from fieldledger.desk import uses
from fieldledger.desk.customers import CustomerFields
from fieldledger.desk.store import Store
from tests.desk.conftest import API, Clock, add_rate, make
from tests.desk.test_locations import JOB, SYNC, place, with_jobs
from tests.desk.test_rest import problem


@pytest.fixture
def rates(store: Store) -> dict[str, int]:
    """State and County, with their numbers."""
    return {name: add_rate(store, name, "6")["id"] for name in ("State", "County")}


def test_what_a_location_has_is_in_use(api: TestClient, store: Store, rates: dict[str, int]) -> None:
    """spec 5.4: not deleted, retired instead; the sync as well. Deleted customers do not count."""
    make(store, "A", tax_item="County", locations=[place("Barn", tax_item="County")])
    make(store, "B", locations=[place("Barn", tax_item="County"), place("Shop", tax_item="State")])
    with_jobs(store, place("Kitchen", job=JOB, tax_item="State"))
    county, state = (f"{API}/tax-rates/{rates[name]}" for name in ("County", "State"))
    told = problem(api.delete(county), 409)["detail"]
    assert "'County' is used by 1 customer and 2 service locations, so it cannot be deleted" in told
    assert "retire it instead" in told
    told = problem(api.delete(state, headers=SYNC), 409)["detail"]
    assert "'State' is used by 2 service locations, so" in told
    assert store.tax_rates.uses("c1") == {
        rates["County"]: uses.Uses(customers=1, locations=2), rates["State"]: uses.Uses(customers=0, locations=2),
    }  # fmt: skip
    assert store.tax_rates.uses("c2") == {}
    api.delete(f"{API}/customers/2")
    assert "1 customer and 1 service location," in problem(api.delete(county), 409)["detail"]
    api.delete(f"{API}/customers/1")
    assert api.delete(county).status_code == 204
    api.patch(f"{API}/customers/3", json={"locations": [{"id": 1, "name": "Kitchen", "tax_item": None}]})
    assert api.delete(state).status_code == 204
    with store.database.read() as tx:
        assert tx.exec_driver_sql("PRAGMA foreign_key_check").all() == []


@pytest.mark.parametrize(
    ("used", "groups", "told"),
    [
        (uses.NONE, (), ""),
        (uses.Uses(1, 0), (), "1 customer"),
        (uses.Uses(0, 1), (), "1 service location"),
        (uses.Uses(2, 1), (), "2 customers and 1 service location"),
        (uses.Uses(0, 3), ("G",), "3 service locations and the tax group 'G'"),
        (uses.Uses(1, 2), ("G", "H"), "1 customer, 2 service locations and the tax groups 'G', 'H'"),
        (uses.NONE, ("A", "B", "C", "D"), "the tax groups 'A', 'B', 'C' and 1 more"),
    ],
)
def test_who_uses_it_in_words(used: uses.Uses, groups: tuple[str, ...], told: str) -> None:
    assert uses.told(used, groups) == told


def test_counting_locations_goes_by_the_index(store: Store) -> None:
    told: list[str] = []
    with store.database.read() as tx:
        event.listen(store.database.engine, "before_cursor_execute", lambda *each: told.append(each[2]))
        uses.count(tx, "c1", "tax_item")
        asked = [each for each in told if "customer_locations" in each]
        assert len(asked) == 1
        plan = str(tx.exec_driver_sql("EXPLAIN QUERY PLAN " + asked[0], ("c1",)).all())
    assert "ix_customer_locations_tax_item" in plan


def test_a_page_of_customers_costs_the_same_few_questions(store: Store, rates: dict[str, int]) -> None:
    for number in range(30):
        make(
            store, f"C{number}", locations=[place("Barn", tax_item="County"), place("Shop", tax_item="State")]
        )
    seen: list[str] = []
    event.listen(store.database.engine, "before_cursor_execute", lambda *each: seen.append(each[2]))

    def asked(limit: int) -> int:
        seen.clear()
        found, _ = store.page("c1", active=None, limit=limit)
        assert [each["locations"][1]["tax_item"] for each in found] == ["State"] * limit
        return len(seen)

    assert asked(30) == asked(2)


def test_it_survives_a_store_that_is_opened_again(tmp_path: Any, clock: Clock) -> None:
    store = Store(tmp_path / "desk.db", now=clock)
    add_rate(store, "County")
    made = make(store, "A", locations=[place("Barn", tax_item="County")])
    store.close()
    store = Store(tmp_path / "desk.db", now=clock)
    assert store.customers.get("c1", 1) == made
    after = store.change("c1", 1, CustomerFields(phone="1"), None)
    assert [(each["tax_item"], each["tax_item_id"]) for each in after["locations"]] == [("County", 1)]
    store.close()
