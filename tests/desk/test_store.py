"""What the store promises whoever asks: numbers, versions, positions, locations, one transaction for each write."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from pydantic import ValidationError
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import IntegrityError

from fieldledger.desk.customers import CustomerFields
from fieldledger.desk.schema import customer_locations, customers, metadata, sync_statuses
from fieldledger.desk.store import Conflict, NotThere, Store
from tests.desk.conftest import Clock, make


def location(name: str, line1: str = "1 Main St", **more: object) -> dict[str, object]:
    return {"name": name, "address": {"line1": line1}, **more}


def test_numbers_are_given_once_for_ever_and_per_company(store: Store) -> None:
    first, second = make(store), make(store, "Carr Plumbing")
    store.customers.delete("c1", second["id"])
    assert [first["id"], second["id"], make(store)["id"]] == [1, 2, 3]
    assert make(store, company="c2")["id"] == 1
    with pytest.raises(NotThere):
        store.customers.get("c2", 3)


def test_versions_count_edits_and_equal_values_are_no_edit(store: Store, clock: Clock) -> None:
    made = make(store, phone="1", billing_address={"line1": "1 Main St", "city": " "})
    clock.time += 60
    same = CustomerFields.model_validate({"phone": " 1 ", "billing_address": {"line1": "1 Main St"}})
    assert store.customers.change("c1", made["id"], same, 1) == made
    changed = store.customers.change("c1", made["id"], CustomerFields(phone="2"), 1)
    assert (changed["version"], changed["phone"], changed["name"]) == (2, "2", "Baker Residence")
    assert changed["modified_at"] > made["modified_at"] == changed["created_at"]


def test_a_stale_version_is_a_conflict_with_the_current_state(store: Store) -> None:
    made = make(store)
    store.customers.change("c1", made["id"], CustomerFields(phone="2"), 1)
    with pytest.raises(Conflict) as caught:
        store.customers.change("c1", made["id"], CustomerFields(phone="3"), 1)
    assert (caught.value.current["phone"], caught.value.current["version"]) == ("2", 2)
    with pytest.raises(Conflict):
        store.customers.delete("c1", made["id"], 1)
    assert store.customers.get("c1", made["id"])["phone"] == "2"


def test_names_need_not_be_unique_but_must_be_there(store: Store) -> None:
    assert make(store, "Smith")["id"] != make(store, "Smith")["id"]
    for blank in ("", "   ", None):
        with pytest.raises(ValidationError, match="name is needed"):
            CustomerFields.model_validate({"name": blank})


def test_locations_keep_their_ids_by_id_and_by_name(store: Store) -> None:
    made = make(store, locations=[location("Main"), location("Kitchen")])
    ids = {each["name"]: each["id"] for each in made["locations"]}
    wish = {
        "locations": [location(" KITCHEN "), location("Main office", id=ids["Main"]), location("Barn", id=77)]
    }
    after = store.customers.change("c1", made["id"], CustomerFields.model_validate(wish), None)
    assert [(each["name"], each["id"]) for each in after["locations"]] == [
        ("KITCHEN", ids["Kitchen"]),
        ("Main office", ids["Main"]),
        ("Barn", 3),
    ]
    gone = CustomerFields.model_validate({"locations": [location("Barn")]})
    store.customers.change("c1", made["id"], gone, None)
    again = CustomerFields.model_validate({"locations": [location("Barn"), location("Main")]})
    assert [each["id"] for each in store.customers.change("c1", made["id"], again, None)["locations"]] == [
        3,
        4,
    ]


def test_swapping_names_and_the_default_of_locations_breaks_no_constraint(store: Store) -> None:
    made = make(store, locations=[location("A", is_default=True), location("B")])
    first, second = (each["id"] for each in made["locations"])
    wish = {"locations": [location("B", id=first), location("A", id=second, is_default=True)]}
    after = store.customers.change("c1", made["id"], CustomerFields.model_validate(wish), None)
    assert [(each["id"], each["name"], each["is_default"]) for each in after["locations"]] == [
        (first, "B", False),
        (second, "A", True),
    ]


@pytest.mark.parametrize(
    ("locations", "told"),
    [
        ([location("Kitchen"), location("kitchen ")], "give each a name of its own"),
        ([location("A", is_default=True), location("B", is_default=True)], "choose one"),
        ([location("A", id=1), location("B", id=1)], "leave it out for the new one"),
        ([location(" ")], "name is needed"),
        ([location(f"L{n}") for n in range(51)], "at most 50"),
    ],
)
def test_locations_that_cannot_be(locations: list[dict[str, object]], told: str) -> None:
    """spec 3.4: names unique within the customer, none blank, at most 50, at most one default."""
    with pytest.raises(ValidationError, match=told):
        CustomerFields.model_validate({"locations": locations})


def test_without_locations_the_billing_address_stands_in_and_is_not_stored(store: Store) -> None:
    """spec 3.4: the stand-in is not written until somebody edits it."""
    made = make(store, billing_address={"line1": "1 Main St"})
    shown = made["locations"]
    assert shown == [
        {"id": None, "name": "Baker Residence", "is_default": False, "address": {"line1": "1 Main St"},
         "stand_in": True, "job": None, "tax_item": None, "tax_item_id": None}
    ]  # fmt: skip
    back = CustomerFields.model_validate({"locations": shown, "billing_address": {"line1": "2 Elm St"}})
    moved = store.customers.change("c1", made["id"], back, None)
    assert moved["locations"][0]["address"] == {"line1": "2 Elm St"}
    assert moved["locations"][0]["stand_in"] is True
    with store.database.read() as tx:
        assert tx.execute(select(customer_locations)).all() == []
    edited = CustomerFields.model_validate(
        {"locations": [{**moved["locations"][0], "address": {"line1": "9 Oak"}}]}
    )
    assert store.customers.change("c1", made["id"], edited, None)["locations"][0]["stand_in"] is False


@pytest.mark.parametrize(
    "statement",
    [
        insert(customer_locations).values(
            company="c1",
            customer=1,
            id=9,
            place=9,
            name="main",
            name_key="main",
            is_default=False,
            address="{}",
        ),
        insert(customer_locations).values(
            company="c1", customer=1, id=9, place=9, name="x", name_key="x", is_default=True, address="{}"
        ),
        insert(customer_locations).values(
            company="c1",
            customer=1,
            id=9,
            place=20_001,
            name="x",
            name_key="x",
            is_default=False,
            address="{}",
        ),
        insert(customer_locations).values(
            company="c1", customer=99, id=1, place=1, name="x", name_key="x", is_default=False, address="{}"
        ),
        update(customers).where(customers.c.id == 2).values(position=1),
        update(customers).where(customers.c.id == 2).values(id=1),
        update(customers).values(version=0),
        update(customers).values(name_key=""),
        update(customers).values(origin="elsewhere"),
        insert(sync_statuses).values(
            company="c1", kind="customer", record=1, status="Fine", detail="", books_name="", at=""
        ),
    ],
    ids=[
        "same name",
        "two defaults",
        "20,001st place",
        "no customer",
        "position",
        "number",
        "version",
        "name",
        "origin",
        "status",
    ],
)
def test_the_database_itself_refuses(store: Store, statement: object) -> None:
    make(store, locations=[location("Main", is_default=True)])
    make(store, "Carr")
    with pytest.raises(IntegrityError), store.database.write() as tx:
        tx.execute(statement)  # type: ignore[call-overload]


def test_a_failed_write_leaves_nothing(store: Store) -> None:
    make(store)

    def half() -> None:
        with store.database.write() as tx:
            tx.execute(update(customers).values(name="changed"))
            tx.execute(update(customers).values(version=0))

    with pytest.raises(IntegrityError):
        half()
    assert store.customers.get("c1", 1)["name"] == "Baker Residence"


def test_every_connection_is_durable_and_waits(store: Store) -> None:
    with store.database.read() as tx:
        values = [tx.execute(text(f"PRAGMA {name}")).scalar_one() for name in ("journal_mode", "synchronous")]
        assert values == ["wal", 2]
        assert tx.execute(text("PRAGMA foreign_keys")).scalar_one() == 1


def test_writers_queue_instead_of_failing(store: Store) -> None:
    make(store)
    threads = [
        threading.Thread(
            target=lambda n=n: [
                store.customers.change("c1", 1, CustomerFields(notes=f"{n}-{each}"), None)
                for each in range(10)
            ]
        )
        for n in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.customers.get("c1", 1)["version"] == 61


def test_the_migrations_make_just_the_schema_and_run_once(tmp_path: Path) -> None:
    for _ in range(2):
        store = Store(tmp_path / "desk.db")
        with store.database.read() as tx:
            ours = {
                "include_object": lambda _, name, kind, *rest: not str(name).startswith("customers_found")
            }
            assert compare_metadata(MigrationContext.configure(tx, opts=ours), metadata) == []
        store.close()


def test_badges_are_no_edit(store: Store) -> None:
    made = make(store)
    badge = {
        "kind": "customer", "id": 1, "status": "Synced", "detail": "", "books_name": "", "at": "2026-11-24T16:00:00Z",
    }  # fmt: skip
    assert store.show_status("c1", [badge, {**badge, "id": 99}, {**badge, "status": "Conflict"}]) == 1
    after = store.customers.get("c1", 1)
    assert after["sync"] is not None
    assert after["sync"]["status"] == "Conflict"
    assert {**after, "sync": None} == made
    assert len(store.customers.changes("c1", 0, 10)[0]) == 1
    assert store.show_status("c2", [badge]) == 0
