"""Tax rates, payment terms and tax codes through REST: the routes that customers have, and the rules of their own."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from fieldledger.desk.store import STATUSES, Store
from tests.desk.conftest import API, Clock, make
from tests.desk.test_rest import problem

SYNC = {"X-Fieldledger-Origin": "sync"}
PATHS = {"tax_rate": "tax-rates", "payment_term": "payment-terms", "tax_code": "tax-codes"}
SAMPLES: dict[str, dict[str, Any]] = {
    "tax_rate": {"name": "County", "rate": "8.25"},
    "payment_term": {"name": "Net 30", "due_days": 30},
    "tax_code": {"name": "Out", "taxable": False},
}
EVERY = pytest.mark.parametrize("key", PATHS)


def add(api: TestClient, key: str, status: int = 201, **fields: Any) -> dict[str, Any]:
    answer = api.post(f"{API}/{PATHS[key]}", json=fields)
    assert answer.status_code == status, answer.text
    made: dict[str, Any] = answer.json()
    return made


def rate(api: TestClient, name: str, percent: str | None = "1", **fields: Any) -> dict[str, Any]:
    return add(api, "tax_rate", name=name, rate=percent, **fields)


def term(api: TestClient, name: str = "Net 30", **fields: Any) -> dict[str, Any]:
    return add(api, "payment_term", name=name, **fields)


@EVERY
def test_create_read_change_replace_delete(api: TestClient, key: str) -> None:
    path, body = f"{API}/{PATHS[key]}", SAMPLES[key]
    answer = api.post(path, json=body)
    made = answer.json()
    assert (answer.status_code, answer.headers["etag"]) == (201, '"1"')
    assert answer.headers["location"] == f"{path}/{made['id']}"
    assert {name: made[name] for name in body} == body
    assert (made["version"], made["origin"], made["active"], made["sync"]) == (1, "api", True, None)
    one = f"{path}/{made['id']}"
    assert api.get(one).json() == made
    assert api.put(one, json=made).json() == made, "what was read can be sent back, and is no edit"
    changed = api.patch(one, json={"name": "New", "version": 1}).json()
    assert (changed["name"], changed["version"]) == ("New", 2)
    problem(api.patch(one, json={"name": "Old", "version": 1}), 409)
    stale = problem(api.put(one, json=made, headers={"If-Match": '"1"'}), 412)
    assert stale["current"]["name"] == "New"
    retired = api.patch(one, json={"active": False}, headers={"If-Match": '"2"'}).json()
    assert (retired["active"], retired["version"]) == (False, 3)
    problem(api.delete(one, headers={"If-Match": '"2"'}), 412)
    assert api.delete(one, headers={"If-Match": '"3"'}).status_code == 204
    assert problem(api.get(one), 404)["detail"].startswith("There is no ")


@EVERY
def test_the_list_is_by_name_and_filtered(api: TestClient, store: Store, clock: Clock, key: str) -> None:
    path = f"{API}/{PATHS[key]}"
    start = api.get(path).json()["total"]
    for number in range(5):
        add(api, key, **{**SAMPLES[key], "name": f"b{number}"})
    clock.time += 60
    last = add(api, key, **{**SAMPLES[key], "name": "A9", "active": False})
    named = [each["name"] for each in api.get(path).json()["items"]]
    assert named == sorted(named, key=str.casefold)
    assert api.get(path, params={"active": "false"}).json()["items"] == [last]
    assert api.get(path, params={"active": "true"}).json()["total"] == start + 5
    assert [each["name"] for each in api.get(path, params={"search": "B3"}).json()["items"]] == ["b3"]
    assert api.get(path, params={"changed_since": last["modified_at"]}).json()["items"] == [last]
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = api.get(path, params={"limit": 2, "cursor": cursor}).json()
        assert page["total"] == start + 6
        seen += [each["name"] for each in page["items"]]
        cursor = page["next_cursor"]
    assert seen == named
    problem(api.get(path, params={"q": "x"}), 422)
    problem(api.get(path, params={"status": "Fine"}), 422)


@EVERY
def test_the_feed_tells_each_once_and_what_was_deleted(api: TestClient, key: str) -> None:
    path = f"{API}/{PATHS[key]}"
    before = api.get(f"{path}/changes").json()["after"]
    first, second = (add(api, key, **{**SAMPLES[key], "name": name}) for name in ("A", "B"))
    api.patch(f"{path}/{first['id']}", json={"name": "C"})
    api.delete(f"{path}/{second['id']}")
    told = api.get(f"{path}/changes", params={"after": before}).json()
    assert [(each["id"], each["deleted"], each[key] and each[key]["name"]) for each in told["items"]] == [
        (first["id"], False, "C"),
        (second["id"], True, None),
    ]
    page = api.get(f"{path}/changes", params={"after": before, "limit": 1}).json()
    assert (len(page["items"]), page["more"]) == (1, True)
    assert api.get(f"{path}/changes", params={"after": told["after"]}).json()["items"] == []


@EVERY
def test_a_batch_does_one_keys_work_once(api: TestClient, key: str) -> None:
    """spec 10.1, 10.5"""

    def send(*items: dict[str, Any]) -> list[Any]:
        answer = api.post(f"{API}/{PATHS[key]}/batch", json={"items": list(items)}, headers=SYNC)
        assert answer.status_code == 200, answer.text
        results: list[Any] = answer.json()["results"]
        return results

    create = {"key": "a", "op": "create", key: SAMPLES[key]}
    [made] = send(create)
    assert (made["status"], made[key]["origin"]) == (201, "sync")
    id = made[key]["id"]
    update = {"key": "b", "op": "update", "id": id, "version": 1, key: {"name": "Abc"}}
    items = [
        create, update, {**update, "key": "c", key: {"name": "Def"}}, {**update, "key": "d", "id": 99},
        {"key": "e", "op": "create", key: {"name": ""}}, {"key": "f", "op": "update", key: {"name": "X"}},
        {"key": "a", "op": "create", key: {**SAMPLES[key], "name": "Oth"}},
    ]  # fmt: skip
    results = send(*items)
    assert [each["status"] for each in results] == [201, 200, 409, 404, 422, 422, 422]
    assert (results[1][key]["name"], results[2][key]["name"]) == ("Abc", "Abc")
    assert [each["status"] for each in send(*items)] == [201, 200, 409, 404, 422, 422, 422]
    assert len([each for each in api.get(f"{API}/{PATHS[key]}").json()["items"] if each["id"] == id]) == 1


def test_a_key_belongs_to_one_kind(api: TestClient) -> None:
    body = {"key": "a", "op": "create", "tax_rate": {"name": "Out", "rate": "1"}}
    assert api.post(f"{API}/tax-rates/batch", json={"items": [body]}).json()["results"][0]["status"] == 201
    body = {"key": "a", "op": "create", "payment_term": {"name": "Out"}}
    [result] = api.post(f"{API}/payment-terms/batch", json={"items": [body]}).json()["results"]
    assert result["status"] == 422
    assert "something else" in result["problem"]["detail"]


def test_entries_of_one_batch_may_pass_on_a_name_and_stand_in_a_group(api: TestClient) -> None:
    """What waits for another item of the batch is tried again when that is done."""
    old = rate(api, "City")
    items = [
        {"key": "a", "op": "create", "tax_rate": {"name": "Both", "components": [old["id"], old["id"] + 1]}},
        {"key": "b", "op": "create", "tax_rate": {"name": "CITY", "rate": "2"}},
        {"key": "c", "op": "update", "id": old["id"], "tax_rate": {"name": "City before"}},
    ]
    results = api.post(f"{API}/tax-rates/batch", json={"items": items}, headers=SYNC).json()["results"]
    assert [(each["status"], each["tax_rate"]["name"]) for each in results] == [
        (201, "Both"),
        (201, "CITY"),
        (200, "City before"),
    ]
    assert results[0]["tax_rate"]["rate"] == "3"


@EVERY
def test_a_name_is_taken_whatever_its_case_and_blanks(api: TestClient, key: str) -> None:
    first = add(api, key, **{**SAMPLES[key], "name": "A b"})
    told = problem(api.post(f"{API}/{PATHS[key]}", json={**SAMPLES[key], "name": " a B "}), 422)
    assert [each["field"] for each in told["errors"]] == ["name"]
    assert "already" in told["detail"]
    api.patch(f"{API}/{PATHS[key]}/{first['id']}", json={"active": False})
    problem(api.post(f"{API}/{PATHS[key]}", json={**SAMPLES[key], "name": "A B"}), 422)
    second = add(api, key, **{**SAMPLES[key], "name": "C"})
    problem(api.patch(f"{API}/{PATHS[key]}/{second['id']}", json={"name": "a b"}), 422)
    assert api.patch(f"{API}/{PATHS[key]}/{first['id']}", json={"name": "A B"}).json()["name"] == "A B"
    api.delete(f"{API}/{PATHS[key]}/{first['id']}")
    add(api, key, **{**SAMPLES[key], "name": "a b"})
    other = api.post(
        f"/api/v1/companies/c2/{PATHS[key]}", json={**SAMPLES[key], "name": "A b"},
        headers={"Authorization": "Bearer token-2"},
    )  # fmt: skip
    assert other.status_code == 201


@pytest.mark.parametrize(("key", "most"), [("tax_rate", 31), ("payment_term", 31), ("tax_code", 3)])
def test_names_are_as_long_as_in_quickbooks(api: TestClient, key: str, most: int) -> None:
    """spec 2.1: refused, never cut."""
    add(api, key, **{**SAMPLES[key], "name": "é" * most})
    told = problem(api.post(f"{API}/{PATHS[key]}", json={**SAMPLES[key], "name": "x" * (most + 1)}), 422)
    assert f"At most {most} characters fit here and {most + 1} were given" in told["detail"]


@pytest.mark.parametrize(
    ("given", "shown"),
    [("8.25", "8.25"), ("7.12345", "7.12345"), ("8.2500", "8.25"), ("0", "0"), ("0.00000", "0"), ("100", "100"),
     (" 007.5 ", "7.5"), ("10", "10"), ("0.00001", "0.00001")],
)  # fmt: skip
def test_a_rate_is_exact(api: TestClient, given: str, shown: str) -> None:
    """spec 10.8: decimal, to QuickBooks' five decimals, and never a binary fraction."""
    assert rate(api, "County", given)["rate"] == shown


@pytest.mark.parametrize(
    ("given", "told"),
    [(8.25, 'sent as text, such as "8.25"'), (8, "sent as text"), ("8,25", "A percentage such as 8.25"),
     ("8.123456", "at most 5 decimals"), ("1e2", "is none"), ("NaN", "is none"), ("", "A tax needs a rate"),
     (None, "A tax needs a rate"), ("100.1", "between 0 and 100"), ("-1", "between 0 and 100")],
)  # fmt: skip
def test_what_is_no_rate_is_refused_with_what_to_do(api: TestClient, given: Any, told: str) -> None:
    refused = problem(api.post(f"{API}/tax-rates", json={"name": "County", "rate": given}), 422)
    assert [each["field"] for each in refused["errors"]] == ["rate"]
    assert told in refused["detail"]
    assert api.get(f"{API}/tax-rates").json()["total"] == 0


def test_the_sync_may_write_what_quickbooks_has(api: TestClient) -> None:
    body = {"name": "Odd", "rate": None}
    made = api.post(f"{API}/tax-rates", json=body, headers=SYNC)
    assert (made.status_code, made.json()["rate"]) == (201, None)
    negative = api.post(f"{API}/tax-rates", json={"name": "Less", "rate": "-0.5"}, headers=SYNC).json()
    both = rate(api, "Both", None, components=[made.json()["id"], negative["id"]])
    assert both["rate"] == "-0.5"
    odd = {"name": "Odd", "form": "date_driven", "discount_percent": "2"}
    assert api.post(f"{API}/payment-terms", json=odd, headers=SYNC).status_code == 201
    assert problem(api.post(f"{API}/payment-terms", json={**odd, "name": "Odder"}), 422)["errors"]


def test_a_groups_rate_is_the_exact_sum_of_its_members(api: TestClient) -> None:
    """spec 5.2. In binary 0.1 + 0.2 + 8.12345 is something else."""
    parts = [rate(api, name, value) for name, value in (("A", "0.1"), ("B", "0.2"), ("C", "8.12345"))]
    made = rate(api, "All", None, components=[{"id": each["id"]} for each in parts])
    assert made["rate"] == "8.42345"
    assert made["components"] == [
        {"id": each["id"], "name": each["name"], "rate": each["rate"]} for each in parts
    ]
    api.patch(f"{API}/tax-rates/{parts[0]['id']}", json={"rate": "1.57655", "name": "A2"})
    now = api.get(f"{API}/tax-rates/{made['id']}").json()
    assert (now["rate"], now["components"][0]["name"], now["version"]) == ("9.9", "A2", 1)
    assert api.put(f"{API}/tax-rates/{made['id']}", json=now).json() == now
    one = api.patch(f"{API}/tax-rates/{made['id']}", json={"components": [parts[2]["id"]]}).json()
    assert (one["rate"], one["version"]) == ("8.12345", 2)
    told = problem(api.patch(f"{API}/tax-rates/{made['id']}", json={"rate": "9"}), 422)
    assert "sum of its components, 8.12345%" in told["detail"]
    problem(api.patch(f"{API}/tax-rates/{made['id']}", json={"components": []}), 422)
    single = api.patch(f"{API}/tax-rates/{made['id']}", json={"components": [], "rate": "5"}).json()
    assert (single["rate"], single["components"]) == ("5", [])


def test_what_a_group_may_not_hold(api: TestClient) -> None:
    one, two = rate(api, "A"), rate(api, "B")
    group = rate(api, "Group", None, components=[one["id"]])

    def refused(components: list[Any], id: int = 0) -> str:
        body = {"name": "New", "components": components}
        answer = (
            api.patch(f"{API}/tax-rates/{id}", json={"components": components})
            if id
            else api.post(f"{API}/tax-rates", json=body)
        )
        return str(problem(answer, 422)["detail"])

    assert "no tax rate 99" in refused([99])
    assert "is a group itself" in refused([group["id"]])
    assert "twice" in refused([two["id"], two["id"]])
    assert "part of itself" in refused([group["id"]], group["id"])
    assert "is a part of 'Group'" in refused([two["id"]], one["id"])
    problem(api.post(f"{API}/tax-rates", json={"name": "New", "components": ["x"]}), 422)
    api.patch(f"{API}/tax-rates/{two['id']}", json={"active": False})
    assert "retired" in refused([two["id"]])
    api.patch(f"{API}/tax-rates/{one['id']}", json={"active": False})
    kept = api.patch(f"{API}/tax-rates/{group['id']}", json={"name": "Group 2", "components": [one["id"]]})
    assert kept.status_code == 200, "what it has it may keep"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"due_days": 30, "due_day": 15}, ["due_day"]),
        ({"form": "date_driven", "due_day": 15, "due_days": 30, "discount_days": 1}, ["due_days", "discount_days"]),
        ({"form": "date_driven"}, ["due_day"]),
        ({"form": "date_driven", "due_day": 32}, ["due_day"]),
        ({"form": "date_driven", "due_day": 0}, ["due_day"]),
        ({"form": "monthly"}, ["form"]),
        ({"due_days": -1}, ["due_days"]),
        ({"due_days": "30"}, ["due_days"]),
        ({"due_days": 30, "discount_percent": "2"}, ["discount_days"]),
        ({"due_days": 30, "discount_days": 10}, ["discount_percent"]),
        ({"due_days": 30, "discount_days": 10, "discount_percent": "101"}, ["discount_percent"]),
        ({"due_days": 30, "discount_days": 10, "discount_percent": 2}, ["discount_percent"]),
    ],
)  # fmt: skip
def test_what_is_no_payment_term(api: TestClient, fields: dict[str, Any], wrong: list[str]) -> None:
    told = problem(api.post(f"{API}/payment-terms", json={"name": "T", **fields}), 422)
    assert [each["field"] for each in told["errors"]] == wrong


def test_a_payment_term_may_change_its_form(api: TestClient) -> None:
    made = term(api, due_days=30)
    day = {"form": "date_driven", "due_days": None, "due_day": 15, "next_month_days": 5}
    changed = api.patch(f"{API}/payment-terms/{made['id']}", json=day).json()
    assert {name: changed[name] for name in day} == day


def test_every_company_has_tax_and_non(api: TestClient, store: Store) -> None:
    """As every QuickBooks file has them; whoever deletes one does not get it back."""
    items = api.get(f"{API}/tax-codes").json()["items"]
    assert [(each["name"], each["taxable"], each["active"]) for each in items] == [
        ("Non", False, True),
        ("Tax", True, True),
    ]
    assert len(api.get(f"{API}/tax-codes/changes").json()["items"]) == 2
    api.delete(f"{API}/tax-codes/{items[0]['id']}")
    assert api.get(f"{API}/tax-codes").json()["total"] == 1
    made = store.create("c9", _customer(tax_code="TAX"))
    assert (made["tax_code"], made["tax_code_id"]) == ("Tax", 1)


def _customer(**fields: Any) -> Any:
    from fieldledger.desk.customers import CustomerCreate

    return CustomerCreate.model_validate({"name": "New here", **fields})


def test_what_is_used_is_not_deleted(api: TestClient, store: Store) -> None:
    """spec 5.4: it is retired instead, and stays with what has it."""
    net, county = term(api, due_days=30), rate(api, "County")
    rate(api, "Both", None, components=[county["id"]])
    for number in range(3):
        make(store, f"C{number}", terms="Net 30", tax_item="County" if number else None)
    told = problem(api.delete(f"{API}/payment-terms/{net['id']}"), 409)
    assert "'Net 30' is used by 3 customers, so it cannot be deleted; retire it instead" in told["detail"]
    told = problem(api.delete(f"{API}/tax-rates/{county['id']}", headers=SYNC), 409)
    assert "2 customers and the tax group 'Both'" in told["detail"]
    assert api.patch(f"{API}/payment-terms/{net['id']}", json={"active": False}).status_code == 200
    assert store.customers.get("c1", 1)["terms"] == "Net 30"
    for number in range(3):
        store.customers.delete("c1", number + 1)
    assert api.delete(f"{API}/payment-terms/{net['id']}").status_code == 204
    problem(api.delete(f"{API}/tax-rates/{county['id']}"), 409)
    api.delete(f"{API}/tax-rates/2")
    assert api.delete(f"{API}/tax-rates/{county['id']}").status_code == 204


@pytest.mark.parametrize(
    ("kind", "key"), [("tax_rate", "tax_rate"), ("payment_term", "payment_term"), ("sales_tax_code", "tax_code")]
)  # fmt: skip
def test_badges_stand_beside_entries(api: TestClient, kind: str, key: str) -> None:
    made = add(api, key, **SAMPLES[key])
    badge = {"status": "Synced", "detail": "In step.", "books_name": "X", "at": "2026-11-24T16:05:00Z"}
    for status in STATUSES:
        item = {"kind": kind, "id": made["id"], **badge, "status": status}
        assert api.put(f"{API}/sync-status", json={"items": [item]}).status_code == 204
        now = api.get(f"{API}/{PATHS[key]}/{made['id']}").json()
        assert (now["sync"], now["version"]) == ({**badge, "status": status}, 1)
        found = api.get(f"{API}/{PATHS[key]}", params={"status": status}).json()["items"]
        assert [each["id"] for each in found] == [made["id"]]
    assert made["id"] not in {
        each["id"] for each in api.get(f"{API}/{PATHS[key]}", params={"status": "none"}).json()["items"]
    }


LOCKS = {"tax_rate": "tax_rates", "payment_term": "payment_terms", "tax_code": "tax_codes"}
WHY = "QuickBooks is the source of taxes and terms; change them there."


@pytest.fixture
def locked(api: TestClient) -> dict[str, dict[str, Any]]:
    """An entry of each kind, and then every kind locked."""
    made = {key: add(api, key, **SAMPLES[key]) for key in PATHS}
    locks = [{"what": what, "why": WHY} for what in LOCKS.values()]
    assert api.put(f"{API}/sync-policy", json={"locks": locks}).status_code == 204
    return made


@EVERY
def test_a_locked_kind_takes_no_edit_but_the_syncs(
    api: TestClient, locked: dict[str, dict[str, Any]], key: str
) -> None:
    """spec 5.1: enforced by the server for every way in, with why and where to change it."""
    path, made = f"{API}/{PATHS[key]}", locked[key]
    one = f"{path}/{made['id']}"
    new = {**SAMPLES[key], "name": "New"}
    for answer in (
        api.post(path, json=new), api.patch(one, json={"name": "New"}), api.patch(one, json={"active": False}),
        api.put(one, json=new), api.delete(one),
    ):  # fmt: skip
        assert f"This cannot be changed here: {WHY}" in problem(answer, 422)["detail"]
    items = [
        {"key": "a", "op": "create", key: new},
        {"key": "b", "op": "update", "id": made["id"], key: {"name": "N"}},
    ]
    for result in api.post(f"{path}/batch", json={"items": items}).json()["results"]:
        assert result["status"] == 422
        assert WHY in result["problem"]["detail"]
    assert api.get(one).json() == made
    assert api.put(one, json=made).status_code == 200, "nothing changes, so nothing is refused"
    assert api.patch(one, json={"name": "New"}, headers=SYNC).json()["name"] == "New"
    assert (
        api.post(f"{path}/batch", json={"items": items}, headers=SYNC).json()["results"][1]["status"] == 200
    )
    assert api.delete(one, headers=SYNC).status_code == 204


def test_one_kind_is_locked_and_the_others_are_free(api: TestClient) -> None:
    """Each toggle is its own (spec 5)."""
    api.put(f"{API}/sync-policy", json={"locks": [{"what": "payment_terms", "why": WHY}]})
    problem(api.post(f"{API}/payment-terms", json={"name": "Net 15"}), 422)
    rate(api, "County")
    api.put(f"{API}/sync-policy", json={"locks": [{"what": "tax_rates.rate", "why": WHY}]})
    told = problem(api.patch(f"{API}/tax-rates/1", json={"rate": "2"}), 422)
    assert [each["field"] for each in told["errors"]] == ["rate"]
    assert api.patch(f"{API}/tax-rates/1", json={"name": "County 2"}).status_code == 200


@EVERY
def test_edits_are_heard_and_the_syncs_are_not(api: TestClient, store: Store, key: str) -> None:
    kind = {"tax_code": "sales_tax_code"}.get(key, key)
    told: list[tuple[str, str, int]] = []
    store.listen(lambda company, kind, id: told.append((company, kind, id)))
    id = add(api, key, **SAMPLES[key])["id"]
    one = f"{API}/{PATHS[key]}/{id}"
    api.patch(one, json={"active": False})
    api.patch(one, json={"active": False})
    api.patch(one, json={"active": True}, headers=SYNC)
    api.delete(one)
    assert told == [("c1", kind, id)] * 3
