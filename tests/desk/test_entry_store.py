"""What the store promises of tax rates, payment terms and tax codes: numbers, names, groups, one transaction each."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from fieldledger.desk.entry_kinds import ENTRY_KINDS
from fieldledger.desk.judging import InUse, Item, NotThere, Refused
from fieldledger.desk.schema import customers, payment_terms, sync_statuses, tax_components, tax_rates
from fieldledger.desk.store import KINDS, Store
from tests.desk.conftest import Clock, add_rate, add_term, make


def change(store: Store, kind: str, id: int, origin: str = "user", **fields: Any) -> dict[str, Any]:
    part = store.entries[kind]
    return part.change("c1", id, part.kind.models.fields.model_validate(fields), None, origin)


def test_numbers_are_given_once_for_ever_and_per_company(store: Store) -> None:
    first, second = add_term(store, "A"), add_term(store, "B")
    store.payment_terms.delete("c1", second["id"])
    assert [first["id"], second["id"], add_term(store, "B")["id"]] == [1, 2, 3]
    assert add_term(store, "A", "c2")["id"] == 1
    with pytest.raises(NotThere, match="no payment term 3"):
        store.payment_terms.get("c2", 3)


def test_feeds_of_different_kinds_do_not_depend_on_each_other(store: Store) -> None:
    add_term(store, "A")
    add_rate(store, "A")
    make(store)
    for part in (store.customers, store.payment_terms, store.tax_rates):
        items, more = part.changes("c1", 0, 9)
        assert ([each["position"] for each in items], more) == ([1], False)


def test_versions_count_edits_and_equal_values_are_no_edit(store: Store, clock: Clock) -> None:
    made = add_rate(store, "County", "8.25")
    clock.time += 60
    assert change(store, "tax_rate", 1, rate="8.250", name=" County ") == made
    changed = change(store, "tax_rate", 1, rate="8.26")
    assert (changed["version"], changed["rate"]) == (2, "8.26")
    assert changed["modified_at"] > made["modified_at"] == changed["created_at"]


def test_a_refused_write_leaves_nothing(store: Store) -> None:
    made = add_rate(store, "County")
    for wish in ({"name": "County"}, {"name": "Other", "components": [9]}, {"name": "Other"}):
        model = store.tax_rates.kind.models.create.model_validate(wish)
        with pytest.raises(Refused):
            store.tax_rates.create("c1", model)
    assert store.tax_rates.every("c1") == [made]
    assert add_rate(store, "Other")["id"] == 2, "no number was lost on the way"


def test_names_may_go_from_one_to_the_next_in_one_batch(store: Store) -> None:
    """Whatever the order in which they come; the unique index holds at every statement."""
    for name in ("A", "B", "C"):
        add_term(store, name)
    model = store.payment_terms.kind.models.fields
    for round, order in enumerate(([1, 2, 3], [3, 2, 1], [2, 3, 1])):
        names = {1: f"B{round}", 2: f"C{round}", 3: f"D{round}"}
        chain = {1: names[2], 2: names[3], 3: f"E{round}"}
        for wanted in (names, chain):
            items = [
                Item(f"{round}{id}{wanted[id]}", id, None, model.model_validate({"name": wanted[id]}))
                for id in order
            ]
            assert [each.status for each in store.payment_terms.batch("c1", items, "sync")] == [200, 200, 200]
            assert {each["id"]: each["name"] for each in store.payment_terms.every("c1")} == wanted


def send(store: Store, names: dict[int, str], key: str = "k", origin: str = "api", **more: Any) -> list[int]:
    """Renames in one batch; the status of each."""
    model = store.payment_terms.kind.models.fields
    items = [
        Item(f"{key}{id}", id, None, model.model_validate({"name": name, **more}))
        for id, name in names.items()
    ]
    return [each.status for each in store.payment_terms.batch("c1", items, origin)]


def names_of(store: Store) -> list[str]:
    return [
        each["name"] for each in sorted(store.payment_terms.every("c1"), key=lambda each: int(each["id"]))
    ]


def test_two_may_exchange_their_names(store: Store) -> None:
    """spec 5.3: whatever was renamed in QuickBooks between two syncs reaches the same records here."""
    for name in ("A", "B", "C", "D"):
        add_term(store, name)
    assert send(store, {1: "B", 2: "a"}) == [200, 200]
    assert send(store, {1: "B", 2: "a"}) == [200, 200], "the same keys again"
    assert names_of(store) == ["B", "a", "C", "D"]
    assert send(store, {1: "A", 2: "C", 3: "B"}, "three") == [200, 200, 200]
    assert names_of(store) == ["A", "C", "B", "D"]
    assert [each["version"] for each in store.payment_terms.every("c1")] == [3, 2, 3, 1]


def test_names_that_stay_taken_change_nothing(store: Store) -> None:
    for name in ("A", "B", "C", "D"):
        add_term(store, name)
    made = store.payment_terms.every("c1")
    assert send(store, {1: "B", 2: "A"}, "x", due_day=9) == [422, 422], (
        "the exchange is fine, and the rest is not"
    )
    assert send(store, {1: "B", 2: "C"}, "y") == [422, 422], "nobody gives up C"
    assert send(store, {1: "C", 2: "C"}, "z") == [422, 422]
    assert store.payment_terms.every("c1") == made
    assert store.payment_terms.changes("c1", 4, 9) == ([], False)
    assert send(store, {3: "D", 1: "B", 2: "A"}, "w") == [422, 200, 200], "one in the way stops no others"
    assert names_of(store) == ["B", "A", "C", "D"]
    assert [each["position"] for each in store.payment_terms.changes("c1", 4, 9)[0]] == [5, 6]


def test_quickbooks_names_are_never_in_the_way_of_each_other(store: Store) -> None:
    """spec 5.3: an entry that was retired, or kept here under that name, does not stop a rename; of two that bear one
    name the one in use is meant."""
    for name in ("A", "B"):
        add_term(store, name)
    change(store, "payment_term", 1, active=False)
    assert send(store, {2: "A"}, origin="sync") == [200]
    assert names_of(store) == ["A", "A"]
    assert make(store, terms="a")["terms_id"] == 2
    with pytest.raises(Refused):
        add_term(store, "A")


def test_a_group_keeps_its_order_and_its_members_stay_single(store: Store) -> None:
    for name in ("A", "B", "C"):
        add_rate(store, name, "1")
    group = add_rate(store, "G", None, components=[3, 1, 2])
    assert [each["id"] for each in group["components"]] == [3, 1, 2]
    again = change(store, "tax_rate", group["id"], components=[2, 3])
    assert [each["id"] for each in again["components"]] == [2, 3]
    for origin in ("user", "sync"):
        with pytest.raises(Refused, match="part of 'G'"):
            change(store, "tax_rate", 2, origin, components=[1])
        with pytest.raises(Refused, match="part of itself"):
            change(store, "tax_rate", group["id"], origin, components=[group["id"]])
        with pytest.raises(Refused, match="group itself"):
            change(store, "tax_rate", 1, origin, components=[group["id"]])


def test_only_those_that_are_there_count_as_users(store: Store) -> None:
    add_term(store, "Net 30")
    first, second = (make(store, terms="Net 30") for _ in range(2))
    make(store, company="c2")
    assert store.payment_terms.uses("c1") == {1: (2, 0)}
    store.customers.delete("c1", first["id"])
    with pytest.raises(InUse, match="is used by 1 customer,"):
        store.payment_terms.delete("c1", 1)
    store.customers.delete("c1", second["id"])
    store.payment_terms.delete("c1", 1)
    assert store.payment_terms.every("c1") == []
    assert store.customers.changes("c1", 0, 9)[0][0]["deleted"] is True


def test_locks_of_one_company_bind_no_other(store: Store) -> None:
    store.set_policy("c1", {"locks": [{"what": "tax_rates", "why": "x"}]})
    with pytest.raises(Refused):
        add_rate(store, "A")
    add_rate(store, "A", company="c2")


@pytest.mark.parametrize("kind", ENTRY_KINDS)
def test_every_kind_can_bear_a_badge(store: Store, kind: str) -> None:
    assert KINDS[kind] is ENTRY_KINDS[kind].table


@pytest.mark.parametrize(
    "write",
    [
        update(payment_terms).where(payment_terms.c.id == 1).values(name_key=""),
        update(payment_terms).where(payment_terms.c.id == 1).values(origin="dog"),
        update(payment_terms).where(payment_terms.c.id == 1).values(version=0),
        update(tax_rates).where(tax_rates.c.id == 2).values(position=1),
        insert(tax_components).values(company="c1", tax_group=3, place=9, member=3),
        insert(tax_components).values(company="c1", tax_group=3, place=9, member=1),
        insert(tax_components).values(company="c1", tax_group=3, place=9, member=77),
        insert(tax_components).values(company="c2", tax_group=3, place=9, member=2),
        update(customers).values(terms=77), update(customers).values(tax_item=77),
        update(customers).values(tax_code=77),
        insert(sync_statuses).values(
            company="c1", kind="tax_rate", record=1, status="Fine", detail="", books_name="", at=""
        ),
    ],
    ids=["no name", "origin", "version", "position twice", "itself", "member twice", "unknown member",
         "another company's", "unknown term", "unknown tax", "unknown code", "status word"],
)  # fmt: skip
def test_the_database_itself_refuses_what_cannot_be(store: Store, write: Any) -> None:
    add_term(store, "Net 30")
    add_rate(store, "A")
    add_rate(store, "B")
    add_rate(store, "G", None, components=[1])
    make(store)
    with pytest.raises(IntegrityError), store.database.write() as tx:
        tx.execute(write)


def at_once(number: int, work: Callable[[int], object]) -> list[object]:
    """What came of each of so many threads."""
    came: list[object] = []

    def run(place: int) -> None:
        try:
            came.append(work(place))
        except Refused as error:
            came.append(error)

    threads = [threading.Thread(target=run, args=(place,)) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came


def test_a_name_is_given_once_whoever_is_first(store: Store) -> None:
    came = at_once(6, lambda _: add_rate(store, "County"))
    assert sum(isinstance(each, Refused) for each in came) == 5
    assert [each["id"] for each in store.tax_rates.every("c1")] == [1]


def test_a_new_company_gets_its_codes_once(tmp_path: Path, clock: Clock) -> None:
    stores = [Store(tmp_path / "desk.db", now=clock) for _ in range(2)]
    at_once(6, lambda place: stores[place % 2].tax_codes.every("c1"))
    assert [each["name"] for each in stores[0].tax_codes.every("c1")] == ["Non", "Tax"]
    for store in stores:
        store.close()
