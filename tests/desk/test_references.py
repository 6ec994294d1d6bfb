"""Customers carry terms and taxes by number: written by name or number, shown as both, untouched by a rename."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from fastapi.testclient import TestClient
from sqlalchemy import event, text

from fieldledger.desk.database import Database, migrations
from fieldledger.desk.store import Store
from tests.desk.conftest import API, Clock, make
from tests.desk.test_entries_rest import SYNC, rate, term
from tests.desk.test_rest import problem

FIELDS = {"terms": "payment-terms", "tax_item": "tax-rates", "tax_code": "tax-codes"}


@pytest.fixture
def lists(api: TestClient) -> dict[str, int]:
    """An entry that each field may refer to: Net 30, County, Tax, with their numbers."""
    rate(api, "State")
    codes = {each["name"]: each["id"] for each in api.get(f"{API}/tax-codes").json()["items"]}
    return {"terms": term(api)["id"], "tax_item": rate(api, "County")["id"], "tax_code": codes["Tax"]}


NAMES = {"terms": "Net 30", "tax_item": "County", "tax_code": "Tax"}


@pytest.mark.parametrize("field", FIELDS)
def test_a_name_or_a_number_is_taken_and_both_are_shown(
    api: TestClient, lists: dict[str, int], field: str
) -> None:
    shown = {field: NAMES[field], f"{field}_id": lists[field]}
    for given in (
        {field: NAMES[field].upper()}, {f"{field}_id": lists[field]}, shown, {field: f"  {NAMES[field]} "}
    ):  # fmt: skip
        made = api.post(f"{API}/customers", json={"name": "A", **given}).json()
        assert {name: made[name] for name in shown} == shown
        assert api.put(f"{API}/customers/{made['id']}", json=made).json() == made, "no edit"
    one = f"{API}/customers/1"
    assert api.patch(one, json={"phone": "1"}).json()[field] == NAMES[field]
    for blank in ({field: None}, {f"{field}_id": None}, {field: ""}, {field: None, f"{field}_id": None}):
        api.patch(one, json=shown)
        now = api.patch(one, json=blank).json()
        assert (now[field], now[f"{field}_id"]) == (None, None)
    api.patch(one, json=shown)
    assert api.put(one, json={"name": "A"}).json()[f"{field}_id"] is None, "the whole customer was stated"


@pytest.mark.parametrize("field", FIELDS)
def test_what_is_not_there_is_refused_with_where_to_add_it(
    api: TestClient, lists: dict[str, int], field: str
) -> None:
    for given, wrong in (({field: "Odd"}, field), ({f"{field}_id": 99}, f"{field}_id")):
        told = problem(api.post(f"{API}/customers", json={"name": "A", **given}), 422)
        assert [each["field"] for each in told["errors"]] == [wrong]
        assert "Settings > Tax and Terms" in told["detail"]
        item = {"key": "a", "op": "create", "customer": {"name": "A", **given}}
        [result] = api.post(f"{API}/customers/batch", json={"items": [item]}).json()["results"]
        assert (result["status"], result["problem"]["errors"][0]["field"]) == (422, wrong)
    for both in (
        {field: NAMES[field], f"{field}_id": 99}, {field: NAMES[field], f"{field}_id": None},
        {field: None, f"{field}_id": lists[field]}, {f"{field}_id": "1"}, {f"{field}_id": 0},
    ):  # fmt: skip
        problem(api.post(f"{API}/customers", json={"name": "A", **both}), 422)
    assert api.get(f"{API}/customers").json()["total"] == 0


def test_a_name_and_a_number_that_disagree_are_refused(api: TestClient, lists: dict[str, int]) -> None:
    told = problem(
        api.post(
            f"{API}/customers", json={"name": "A", "tax_item": "State", "tax_item_id": lists["tax_item"]}
        ),
        422,
    )
    assert "tax_item names 'State' and tax_item_id 'County'" in told["detail"]


@pytest.mark.parametrize("field", FIELDS)
def test_renaming_an_entry_touches_no_customer(
    api: TestClient, store: Store, lists: dict[str, int], field: str
) -> None:
    """spec 5.3"""
    made = make(store, **{field: NAMES[field]})
    api.patch(f"{API}/{FIELDS[field]}/{lists[field]}", json={"name": "New"})
    now = store.customers.get("c1", made["id"])
    assert now == {**made, field: "New"}
    feed = api.get(f"{API}/customers/changes", params={"after": 1}).json()
    assert feed["items"] == []
    listed = api.get(f"{API}/customers").json()["items"]
    assert listed == [now]


@pytest.mark.parametrize("field", FIELDS)
def test_a_retired_entry_stays_and_is_offered_to_nobody_new(
    api: TestClient, store: Store, lists: dict[str, int], field: str
) -> None:
    """spec 5.4"""
    make(store, **{field: NAMES[field]})
    api.patch(f"{API}/{FIELDS[field]}/{lists[field]}", json={"active": False})
    kept = api.patch(f"{API}/customers/1", json={field: NAMES[field], "phone": "1"})
    assert (kept.status_code, kept.json()[field]) == (200, NAMES[field])
    assert (
        "retired"
        in problem(api.post(f"{API}/customers", json={"name": "B", field: NAMES[field]}), 422)["detail"]
    )
    from_books = {"name": "B", f"{field}_id": lists[field]}
    assert api.post(f"{API}/customers", json=from_books, headers=SYNC).status_code == 201


def test_a_page_of_customers_costs_the_same_few_questions(api: TestClient, store: Store, lists: Any) -> None:
    """Names are looked up for a page at once, not for each customer."""

    def asked(limit: int) -> int:
        seen: list[str] = []

        def count(*told: Any) -> None:
            seen.append(told[2])

        event.listen(store.database.engine, "before_cursor_execute", count)
        assert len(api.get(f"{API}/customers", params={"limit": limit}).json()["items"]) == limit
        event.remove(store.database.engine, "before_cursor_execute", count)
        return len(seen)

    for number in range(40):
        make(store, f"C{number}", **NAMES)
    assert asked(40) == asked(2)


def test_counting_uses_goes_by_the_index(store: Store) -> None:
    from fieldledger.desk import uses

    told: list[str] = []
    with store.database.read() as tx:
        event.listen(store.database.engine, "before_cursor_execute", lambda *each: told.append(each[2]))
        uses.count(tx, "c1", "terms")
        plan = " ".join(
            str(row) for row in tx.exec_driver_sql("EXPLAIN QUERY PLAN " + told[-1], ("c1",)).all()
        )
    assert "ix_customers_terms" in plan


def old_folder(path: Path, monkeypatch: pytest.MonkeyPatch, rows: list[dict[str, Any]]) -> None:
    """A data folder of the second version with these customers: company, name, terms, tax_code, tax_item, deleted."""
    upgrade = command.upgrade
    monkeypatch.setattr(command, "upgrade", lambda config, _: upgrade(config, "0002"))
    old = Database(path)
    monkeypatch.undo()
    insert = text(
        "INSERT INTO customers (company, id, version, position, deleted, created_at, modified_at, origin, name, "
        "name_key, search, active, next_location, terms, tax_code, tax_item) VALUES (:company, :id, 3, :id, :deleted, "
        "'2026', '2026', 'user', :name, lower(:name), lower(:name), 1, 2, :terms, :tax_code, :tax_item)"
    )
    blank = {"deleted": 0, "terms": None, "tax_code": None, "tax_item": None}
    with old.write() as tx:
        for id, row in enumerate(rows, 1):
            tx.execute(insert, {**blank, "id": id, **row})
        place = text("INSERT INTO customer_locations VALUES ('c1', 1, 1, 1, 'barn', 'barn', 1, '{}', NULL)")
        tx.execute(place)
        tx.execute(text("INSERT INTO counters VALUES ('c1', 'position', 9), ('c1', 'customer', 9)"))
        tx.execute(text("INSERT INTO policies VALUES ('c2', '{}')"))
    old.close()


def test_texts_of_an_older_data_folder_become_entries(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every text is kept, once however it is written; what nobody has any more is not made."""
    long = "Payable on the last Friday of the month"
    rows: list[dict[str, Any]] = [
        {"company": "c1", "name": "Baker", "terms": "Net 30", "tax_code": "Tax", "tax_item": "County"},
        {"company": "c1", "name": "Carr", "terms": " net  30", "tax_code": "non", "tax_item": long},
        {"company": "c1", "name": "Dent", "tax_code": "OUT", "terms": long},
        {"company": "c1", "name": "Gone", "terms": "Only theirs", "tax_item": "COUNTY", "deleted": 1},
        {"company": "c3", "name": "Elm", "terms": "Net 30", "tax_code": " "},
    ]
    old_folder(tmp_path / "desk.db", monkeypatch, rows)
    for _ in range(2):
        store = Store(tmp_path / "desk.db", now=clock)
        shown = {id: store.customers.get("c1", id) for id in (1, 2, 3)}
        assert [(each["terms"], each["tax_code"], each["tax_item"]) for each in shown.values()] == [
            (shown[1]["terms"], "Tax", "County"),
            (shown[1]["terms"], "Non", long),
            (long, "OUT", None),
        ]
        assert {each["version"] for each in shown.values()} == {3}, "nobody edited them"
        assert shown[1]["locations"][0]["name"] == "barn"
        terms = {each["name"]: each for each in store.payment_terms.every("c1")}
        assert {" ".join(name.split()).casefold() for name in terms} == {"net 30", long.casefold()}
        assert all(
            (each["form"], each["due_days"], each["active"]) == ("standard", None, True) for each in terms.values()
        )  # fmt: skip
        assert [(each["name"], each["rate"]) for each in store.tax_rates.every("c1")] == [
            ("County", "0"),
            (long, "0"),
        ]
        assert [(each["name"], each["taxable"]) for each in store.tax_codes.every("c1")] == [
            ("Non", False),
            ("OUT", True),
            ("Tax", True),
        ]
        for company in ("c2", "c3"):
            assert [each["name"] for each in store.tax_codes.every(company)] == ["Non", "Tax"]
        assert store.customers.get("c3", 5)["tax_code_id"] is None
        found = store.page("c1", active=None, limit=9)
        assert found[1] == 3
        with store.database.read() as tx:
            assert tx.execute(text("PRAGMA foreign_key_check")).all() == []
            hits = "SELECT rowid FROM customers_found WHERE customers_found MATCH '\"bak\"'"
            assert len(tx.exec_driver_sql(hits).all()) == 1, "the search finds them as before"
            tx.exec_driver_sql("SELECT 1")
            left = text(
                "SELECT name FROM sqlite_master WHERE name LIKE '%before' OR name IN ('meant', 'places')"
            )
            assert tx.execute(left).all() == []
            at = tx.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
            assert at == ScriptDirectory.from_config(migrations(tx)).get_current_head()
        store.close()
    store = Store(tmp_path / "desk.db", now=clock)
    with store.database.write() as tx:
        tx.exec_driver_sql(
            "INSERT INTO customers_found (customers_found, rank) VALUES ('integrity-check', 1)"
        )
    numbers = [
        store.create("c1", _new(name="New", terms=long))["id"],
        store.payment_terms.create("c1", store.payment_terms.kind.models.create(name="Net 45"))["id"],
    ]
    assert numbers == [10, 3], "numbers go on where they were"
    store.close()


def _new(**fields: Any) -> Any:
    from fieldledger.desk.customers import CustomerCreate

    return CustomerCreate.model_validate(json.loads(json.dumps(fields)))
