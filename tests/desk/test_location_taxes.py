"""The tax rate of a service location: the desk's alone, for jobs' locations too, and kept by whoever does not speak of
it. (Issue 4: tax rates are used by customers, locations and invoices.)
"""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldledger.desk.customers import CustomerPatch
from fieldledger.desk.judging import Refused
from fieldledger.desk.store import Store
from fieldledger.field.kinds import customer as mapped
from tests.desk.conftest import API, Clock, add_rate, make
from tests.desk.test_locations import JOB, OTHER_JOB, SYNC, place, refusal, with_jobs

ONE = f"{API}/customers/1"


@pytest.fixture
def rates(store: Store) -> dict[str, int]:
    """State and County, with their numbers."""
    return {name: add_rate(store, name, "6")["id"] for name in ("State", "County")}


def retire(store: Store, id: int) -> None:
    part = store.tax_rates
    part.change("c1", id, part.kind.models.fields.model_validate({"active": False}), None)


def taxes(customer: dict[str, Any]) -> list[tuple[str, str | None, int | None]]:
    return [(each["name"], each["tax_item"], each["tax_item_id"]) for each in customer["locations"]]


# ---- written and read --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["post", "put", "patch", "batch"])
def test_a_name_or_a_number_is_taken_and_both_are_shown(
    api: TestClient, store: Store, rates: dict[str, int], method: str
) -> None:
    id = rates["County"]
    shown = {"tax_item": "County", "tax_item_id": id}
    ways: list[dict[str, Any]] = [{"tax_item": " county "}, {"tax_item_id": id}, shown]
    for number, given_tax in enumerate(ways, 1):
        body = {"name": "A", "locations": [place("Barn", **given_tax), place("Shop")]}
        if method == "post":
            made = api.post(f"{API}/customers", json=body).json()
        else:
            made = make(store, "A", locations=[place("Barn"), place("Shop")])
            here = f"{API}/customers/{made['id']}"
            if method == "batch":
                item = {"key": f"k{number}", "op": "update", "id": made["id"], "customer": body}
                answer = api.post(f"{API}/customers/batch", json={"items": [item]})
                made = answer.json()["results"][0]["customer"]
            else:
                made = api.request(method, here, json=body).json()
            assert made["version"] == 2
        assert taxes(made) == [("Barn", "County", id), ("Shop", None, None)]
        here = f"{API}/customers/{made['id']}"
        assert api.get(here).json() == made
        for again in ("put", "patch"):
            assert api.request(again, here, json=made).json() == made, "sent back as it was read: no edit"


@pytest.mark.parametrize("method", ["put", "patch"])
@pytest.mark.parametrize("by", ["name", "id"])
def test_left_out_it_stays_and_null_clears_it(
    api: TestClient, store: Store, rates: dict[str, int], method: str, by: str
) -> None:
    """A program that knows nothing of it takes nothing away: whatever else it writes of the location."""
    made = make(store, "A", locations=[place("Barn", tax_item="State"), place("Shop", tax_item="County")])
    barn, shop = (
        {"id": each["id"], "name": "New"} if by == "id" else {"name": each["name"].upper()}
        for each in made["locations"]
    )
    moved = {"locations": [{**shop, "name": "Depot" if by == "id" else "SHOP"}, {**barn, "address": {}}]}
    after = api.request(method, ONE, json={"name": "A", **moved}).json()
    assert [each["tax_item"] for each in after["locations"]] == ["County", "State"]
    assert [each["id"] for each in after["locations"]] == [2, 1]
    for blank in (
        {"tax_item": None},
        {"tax_item_id": None},
        {"tax_item": ""},
        {"tax_item": None, "tax_item_id": None},
    ):
        api.patch(ONE, json={"locations": [{"id": 2, "name": "X", "tax_item": "State"}]})
        now = api.request(
            method, ONE, json={"name": "A", "locations": [{"id": 2, "name": "X", **blank}]}
        ).json()
        assert taxes(now) == [("X", None, None)]


def test_a_new_location_takes_nobodys_tax(api: TestClient, store: Store, rates: dict[str, int]) -> None:
    make(store, "A", locations=[place("Barn", tax_item="State")])
    after = api.patch(ONE, json={"locations": [place("Shop"), place("Barn")]}).json()
    assert taxes(after) == [("Shop", None, None), ("Barn", "State", rates["State"])]
    after = api.patch(ONE, json={"locations": [place("Shop")]}).json()
    after = api.patch(ONE, json={"locations": [place("Shop"), place("Barn")]}).json()
    assert taxes(after) == [("Shop", None, None), ("Barn", None, None)], "that Barn was taken away"


@pytest.mark.parametrize(
    ("tax", "field", "why"),
    [
        ({"tax_item": "Odd"}, "tax_item", "no tax rate named 'Odd'; add it in Settings > Tax and Terms"),
        ({"tax_item_id": 99}, "tax_item_id", "no tax rate 99; add it in Settings > Tax and Terms"),
        ({"tax_item": "State", "tax_item_id": 2}, "tax_item", "'State' and tax_item_id 'County'"),
        ({"tax_item": "State", "tax_item_id": None}, "tax_item", "'State' and tax_item_id 'none'"),
        ({"tax_item_id": "1"}, "tax_item_id", ""),
        ({"tax_item_id": 0}, "tax_item_id", ""),
        ({"tax_item": 5}, "tax_item", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_its_field(
    api: TestClient, store: Store, rates: dict[str, int], tax: dict[str, Any], field: str, why: str
) -> None:
    made = make(store, "A", locations=[place("Barn", tax_item="County")])
    for locations in ([place("Shop"), place("Barn", **tax)], [place("Barn"), place("Shop", **tax)]):
        body = {"name": "A", "phone": "1", "locations": locations}
        for answer in (
            api.post(f"{API}/customers", json=body), api.put(ONE, json=body), api.patch(ONE, json=body),
        ):  # fmt: skip
            [(where, told)] = refusal(answer)
            assert (where, why in told) == (f"locations.1.{field}", True), told
        item = {"key": "a", "op": "update", "id": 1, "customer": body}
        [result] = api.post(f"{API}/customers/batch", json={"items": [item]}).json()["results"]
        assert (result["status"], result["problem"]["errors"][0]["field"]) == (422, f"locations.1.{field}")
    assert api.get(f"{API}/customers").json()["items"] == [made], "nothing was done, and nothing made"


def test_every_wrong_field_is_told_at_once(api: TestClient, store: Store, rates: dict[str, int]) -> None:
    body = {"name": "A", "tax_item": "X", "locations": [place("B", tax_item="Y"), place("C", tax_item_id=9)]}
    fields = [where for where, _ in refusal(api.post(f"{API}/customers", json=body))]
    assert fields == ["tax_item", "locations.0.tax_item", "locations.1.tax_item_id"]


def test_a_retired_one_stays_where_it_is_and_goes_nowhere_new(
    api: TestClient, store: Store, rates: dict[str, int]
) -> None:
    """spec 5.4. What the customer itself has, or another location, does not count."""
    made = make(store, "A", tax_item="State", locations=[place("Barn", tax_item="County"), place("Shop")])
    retire(store, rates["County"])
    retire(store, rates["State"])
    barn, shop = ({**each} for each in made["locations"])
    kept = api.patch(ONE, json={"phone": "1", "locations": [{**barn, "name": "Stable"}, shop]})
    assert (kept.status_code, taxes(kept.json())[0]) == (200, ("Stable", "County", rates["County"]))
    for name in rates:
        for wish in (
            {**shop, "tax_item": name, "tax_item_id": rates[name]},
            {"name": "New", "tax_item": name},
        ):
            [(where, told)] = refusal(api.patch(ONE, json={"locations": [barn, wish]}))
            assert (where, "is retired" in told) == ("locations.1.tax_item", True)
    [(where, _)] = refusal(
        api.patch(ONE, json={"locations": [{"id": 1, "name": "B", "tax_item_id": rates["State"]}]})
    )
    assert where == "locations.0.tax_item_id"
    by_sync = {"locations": [barn, place("Shop", tax_item="State")]}
    assert api.patch(ONE, json=by_sync, headers=SYNC).json()["locations"][1]["tax_item"] == "State"


def test_renaming_a_tax_touches_no_customer(api: TestClient, store: Store, rates: dict[str, int]) -> None:
    """spec 5.3"""
    made = make(store, "A", locations=[place("Barn", tax_item="County")])
    api.patch(f"{API}/tax-rates/{rates['County']}", json={"name": "District"})
    now = api.get(ONE).json()
    assert now == {**made, "locations": [{**made["locations"][0], "tax_item": "District"}]}
    assert api.get(f"{API}/customers/changes", params={"after": 1}).json()["items"] == []
    assert api.get(f"{API}/customers").json()["items"] == [now]


def test_it_belongs_to_its_company(api: TestClient, store: Store, rates: dict[str, int]) -> None:
    add_rate(store, "Theirs", company="c2")
    [(where, _)] = refusal(
        api.post(f"{API}/customers", json={"name": "A", "locations": [place("B", tax_item="Theirs")]})
    )
    assert where == "locations.0.tax_item"


def test_it_is_described(api: TestClient) -> None:
    """spec 10: whoever reads the description knows of it, in what is written and in what is read."""
    schemas = api.get("/api/openapi.json").json()["components"]["schemas"]
    [name] = [
        name for name in schemas if name.startswith("Location") and "tax_item" in schemas[name]["properties"]
    ]
    said = schemas[name]["properties"]
    for part in ("own", "Left out, it stays", "not synced", "QuickBooks job"):
        assert part in said["tax_item"]["description"]
    assert "they must agree" in said["tax_item_id"]["description"]
    used = {
        of for of, each in schemas.items()
        if each.get("properties", {}).get("locations", {}).get("items", {}).get("$ref", "").endswith(f"/{name}")
    }  # fmt: skip
    assert used >= {"CustomerCreate", "CustomerPatch", "CustomerPut", "CustomerShown"}


# ---- QuickBooks jobs, stand-ins and the sync ---------------------------------------------------------------------


@pytest.mark.parametrize("method", ["put", "patch"])
def test_the_location_of_a_job_may_have_one(
    api: TestClient, store: Store, rates: dict[str, int], method: str
) -> None:
    """spec 3.2: QuickBooks says where the place is; its tax is the desk's. The default and the place stay."""
    with_jobs(store, place("Kitchen", "9 Elm", job=JOB, is_default=True), place("Ship To 1"))
    kitchen = {"id": 1, "name": "Kitchen", "is_default": True, "tax_item": "County"}
    after = api.request(
        method, ONE, json={"name": "Carefree", "locations": [kitchen, place("Ship To 1")]}
    ).json()
    assert after["version"] == 2
    assert taxes(after) == [("Kitchen", "County", rates["County"]), ("Ship To 1", None, None)]
    assert {key: after["locations"][0][key] for key in ("address", "job", "is_default")} == {
        "address": {"line1": "9 Elm"}, "job": JOB, "is_default": True,
    }  # fmt: skip
    for left_out in ([place("Ship To 1")], [{**kitchen}, place("Ship To 1")], []):
        for each in left_out:
            each.pop("tax_item", None)
        kept = api.request(method, ONE, json={"name": "Carefree", "locations": left_out}).json()
        assert next(each["tax_item"] for each in kept["locations"] if each["job"]) == "County"
    [(where, _)] = refusal(api.patch(ONE, json={"locations": [{**kitchen, "tax_item": "Odd"}]}))
    assert where == "locations.0.tax_item"
    [(where, _)] = refusal(api.patch(ONE, json={"locations": [{**kitchen, "tax_item": None, "address": {}}]}))
    assert where == "locations.0.address", "its address is still QuickBooks'"
    cleared = api.request(
        method, ONE, json={"name": "Carefree", "locations": [{**kitchen, "tax_item": None}]}
    ).json()
    assert next(each["tax_item_id"] for each in cleared["locations"] if each["job"]) is None


@pytest.mark.parametrize("way", ["put", "patch", "batch"])
def test_a_write_of_the_sync_keeps_it(api: TestClient, store: Store, rates: dict[str, int], way: str) -> None:
    """The engine writes locations without numbers and never speaks of their taxes: by name, jobs' through a rename."""
    made = with_jobs(
        store, place("Kitchen", "9 Elm", job=JOB), place("Ship To 1"), place("Bath", job=OTHER_JOB),
    )  # fmt: skip
    wish = [
        {"id": each["id"], "name": each["name"], "tax_item": tax}
        for each, tax in zip(made["locations"], ("County", "State", None), strict=True)
    ]
    api.patch(ONE, json={"locations": wish})
    record = mapped.to_record(api.get(ONE).json())
    values: dict[str, Any] = dict(record.values)
    values["phone"] = "555"
    values["locations"] = [
        {**values["locations"][1], "address": {"line1": "3 Oak"}},
        {**values["locations"][0], "name": "Galley"},
        values["locations"][2],
        {"name": "Barn", "is_default": False, "address": {}},
    ]
    body = mapped.to_json(values)
    assert not any("tax_item" in each or "tax_item_id" in each for each in body["locations"])
    if way == "batch":
        item = {"key": "k", "op": "update", "id": 1, "customer": body}
        api.post(f"{API}/customers/batch", json={"items": [item]}, headers=SYNC)
    else:
        api.request(way, ONE, json=body, headers=SYNC)
    after = api.get(ONE).json()
    assert (after["origin"], after["phone"]) == ("sync", "555")
    assert taxes(after) == [
        ("Ship To 1", "State", rates["State"]), ("Galley", "County", rates["County"]), ("Bath", None, None),
        ("Barn", None, None),
    ]  # fmt: skip


def test_a_stand_in_has_none(api: TestClient, store: Store, rates: dict[str, int]) -> None:
    """spec 3.4: it is no location. Whoever chooses a tax for it edits it, so it is stored as one."""
    made = make(store, "A", billing_address={"line1": "2 Oak"}, tax_item="State")
    [stand_in] = made["locations"]
    assert (stand_in["stand_in"], stand_in["tax_item"], stand_in["tax_item_id"]) == (True, None, None)
    assert api.put(ONE, json=made).json() == made
    [(where, _)] = refusal(
        api.patch(ONE, json={"locations": [{**stand_in, "tax_item": "Odd", "tax_item_id": None}]})
    )
    assert where == "locations.0.tax_item"
    del stand_in["tax_item_id"]
    stored = api.patch(ONE, json={"locations": [{**stand_in, "tax_item": "County"}]}).json()["locations"]
    assert [(each["id"], each["tax_item"], each["stand_in"]) for each in stored] == [(1, "County", False)]


NAMES = st.sampled_from(["Kitchen", "Bath", "Ship To 1", "Barn"])
SENT = st.fixed_dictionaries(
    {"name": NAMES},
    optional={"id": st.integers(1, 4), "address": st.just({"line1": "9 Elm"}), "is_default": st.booleans()},
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wish=st.lists(SENT, max_size=4), by_sync=st.booleans())
def test_whoever_does_not_speak_of_it_leaves_it(
    store: Store, rates: dict[str, int], wish: list[Any], by_sync: bool
) -> None:
    """Whatever becomes of a location, its tax goes with its number, and a number never heard of has none."""
    made = with_jobs(
        store, place("Kitchen", "9 Elm", job=JOB, tax_item="County"), place("Ship To 1", tax_item="State"),
        place("Bath", tax_item="County"),
    )  # fmt: skip
    try:
        fields = CustomerPatch.model_validate({"locations": wish})
        after = store.customers.change("c1", made["id"], fields, None, "sync" if by_sync else "api")
    except (ValueError, Refused):
        assert store.customers.get("c1", made["id"]) == made
        return
    had = {1: "County", 2: "State", 3: "County"}
    for each in after["locations"]:
        assert each["tax_item"] == had.get(each["id"] or 0), each


# ---- versions, the feed, and what is mapped ----------------------------------------------------------------------


def test_it_alone_is_an_edit_and_no_mapped_value(
    api: TestClient, store: Store, rates: dict[str, int], clock: Clock
) -> None:
    """As with notes: a new version, a place in the feed and a word to those who listen; the engine's values of it are
    what they were, so nothing is written to QuickBooks."""
    heard: list[tuple[str, str, int]] = []
    make(store, "A", locations=[place("Barn")])
    store.listen(lambda *told: heard.append(told))
    before = api.get(ONE).json()
    clock.time += 60
    after = api.patch(
        ONE, json={"locations": [{**before["locations"][0], "tax_item": "County", "tax_item_id": 2}]}
    ).json()
    [change] = api.get(f"{API}/customers/changes", params={"after": 1}).json()["items"]
    assert (after["version"], after["origin"], change["customer"]) == (2, "api", after)
    assert after["modified_at"] > before["modified_at"]
    assert heard == [("c1", "customer", 1)]
    was, now = mapped.to_record(before), mapped.to_record(after)
    assert now.values == was.values
    assert (was.version, now.version) == ("1", "2")
    assert "tax_item" not in str(now.values["locations"])
    same = api.patch(
        ONE,
        json={
            "locations": [{"id": 1, "name": "Barn", "tax_item": "county", "address": {"line1": "1 Main St"}}]
        },
    )
    assert same.json() == after, "it has that already: no version"


def test_a_lock_binds_it_as_any_field(api: TestClient, store: Store, rates: dict[str, int]) -> None:
    """spec 5.1: a kind that is locked as a whole; a locked field; a lock of the rates themselves does not bind it."""
    make(store, "A", locations=[place("Barn")])
    wish = {"locations": [place("Barn", tax_item="County")]}
    odd = {"locations": [place("Barn", tax_item="Odd"), place("B", tax_item="Odd")]}
    for what, field in (("customers", ""), ("customers.locations", "locations")):
        store.set_policy("c1", {"locks": [{"what": what, "why": "they come from QuickBooks."}]})
        for body in (wish, odd):
            assert refusal(api.patch(ONE, json=body)) == [
                (field, "This cannot be changed here: they come from QuickBooks.")
            ]
    store.set_policy("c1", {"locks": [{"what": "tax_rates", "why": "they come from QuickBooks."}]})
    assert api.patch(ONE, json=wish).status_code == 200
