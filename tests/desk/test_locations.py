"""Service locations: the customer's own, those of QuickBooks jobs, and the stand-in where there are none."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldledger.desk.customers import CustomerCreate, CustomerFields, CustomerPatch
from fieldledger.desk.judging import Refused
from fieldledger.desk.store import Store
from tests.desk.conftest import API, Clock, make
from tests.support.databases import Desk

JOB = "80000012-1197757691"
OTHER_JOB = "80000013-1197757691"
SYNC = {"X-Fieldledger-Origin": "sync"}
COMES = "comes from a QuickBooks job; change it in QuickBooks"


def place(name: str, line1: str = "1 Main St", **more: Any) -> dict[str, Any]:
    return {"name": name, "address": {"line1": line1}, **more}


def with_jobs(store: Store, *locations: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A customer that the sync brought."""
    wish = CustomerCreate.model_validate({"name": "Carefree", "locations": list(locations), **fields})
    return store.customers.create("c1", wish, "sync")


def told(customer: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [(each["name"], each["address"].get("line1"), each["job"]) for each in customer["locations"]]


def refusal(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return [(each["field"], each["message"]) for each in answer.json()["errors"]]


# ---- QuickBooks jobs (spec 3.2) ----------------------------------------------------------------------------------


def test_a_job_is_shown_at_its_location(api: TestClient, store: Store) -> None:
    """spec 3.2"""
    with_jobs(store, place("Ship To 1"), place("Kitchen", "9 Elm", job=JOB))
    shown = api.get(f"{API}/customers/1").json()
    assert told(shown) == [("Ship To 1", "1 Main St", None), ("Kitchen", "9 Elm", JOB)]
    assert {key for each in shown["locations"] for key in each} == {
        "id",
        "name",
        "is_default",
        "address",
        "job",
        "tax_item",
        "tax_item_id",
        "stand_in",
    }
    assert api.get(f"{API}/customers", params={"search": "kitch"}).json()["total"] == 1


@pytest.mark.parametrize("method", ["put", "patch"])
def test_what_was_read_can_be_sent_back(api: TestClient, store: Store, method: str) -> None:
    made = with_jobs(store, place("Kitchen", job=JOB), place("Ship To 1", is_default=True))
    answer = api.request(method, f"{API}/customers/1", json=api.get(f"{API}/customers/1").json())
    assert answer.json() == made, "nothing changed, so there is no new version"


@pytest.mark.parametrize("method", ["put", "patch"])
def test_whoever_leaves_a_job_out_does_not_remove_it(api: TestClient, store: Store, method: str) -> None:
    """A program that knows nothing of jobs goes on working; the job's location stays where it stood."""
    made = with_jobs(store, place("A"), place("Kitchen", "9 Elm", job=JOB), place("B"))
    body = {"name": "Carefree", "locations": [place("A"), place("B")]}
    assert api.request(method, f"{API}/customers/1", json=body).json() == made
    emptied = api.request(method, f"{API}/customers/1", json={"name": "Carefree", "locations": []}).json()
    assert [(each["stand_in"], each["job"]) for each in emptied["locations"]] == [(True, None), (False, JOB)]
    assert emptied["locations"][1]["id"] == made["locations"][1]["id"]


def test_a_job_may_be_named_by_its_number_alone(api: TestClient, store: Store) -> None:
    made = with_jobs(store, place("Kitchen", "9 Elm", job=JOB))
    kitchen = made["locations"][1]
    body = {"locations": [{"id": kitchen["id"], "name": "Kitchen"}, place("Barn")]}
    after = api.patch(f"{API}/customers/1", json=body).json()
    assert told(after) == [("Kitchen", "9 Elm", JOB), ("Barn", "1 Main St", None)]


CHANGES: list[tuple[dict[str, Any], str]] = [
    ({"name": "Kitchenette"}, "name"),
    ({"name": "KITCHEN"}, "name"),
    ({"address": {"line1": "10 Elm"}}, "address"),
    ({"address": {}}, "address"),
    ({"job": None}, "job"),
    ({"job": "80000099-1"}, "job"),
    ({"is_default": True}, "is_default"),
]


@pytest.mark.parametrize("method", ["put", "patch"])
@pytest.mark.parametrize(("change", "field"), CHANGES, ids=[str(change) for change, _ in CHANGES])
def test_nobody_but_the_sync_changes_a_job(
    api: TestClient, store: Store, method: str, change: dict[str, Any], field: str
) -> None:
    """spec 3.2: a job's location is QuickBooks'. Refused whole, naming the field and what to do."""
    made = with_jobs(store, place("Ship To 1"), place("Kitchen", "9 Elm", job=JOB))
    kitchen = {key: made["locations"][1][key] for key in ("id", "name", "address", "job")}
    body = {"name": "Carefree", "phone": "1", "locations": [place("Ship To 1"), {**kitchen, **change}]}
    [(where, why)] = refusal(api.request(method, f"{API}/customers/1", json=body))
    assert where == f"locations.1.{field}"
    assert COMES in why
    assert api.get(f"{API}/customers/1").json() == made


def test_only_the_sync_says_what_is_a_job(api: TestClient, store: Store) -> None:
    body = {"name": "A", "locations": [place("X"), place("Y", job=JOB)]}
    assert refusal(api.post(f"{API}/customers", json=body)) == [
        (
            "locations.1.job",
            "Only the sync with QuickBooks says which job a service location stands for; leave this out.",
        )
    ]
    make(store, locations=[place("X")])
    own = store.customers.get("c1", 1)["locations"][0]
    [(where, _)] = refusal(api.patch(f"{API}/customers/1", json={"locations": [{**own, "job": JOB}]}))
    assert where == "locations.0.job"
    assert api.post(f"{API}/customers", json=body, headers=SYNC).status_code == 201


def test_a_job_and_an_own_location_bear_different_names(api: TestClient, store: Store) -> None:
    """spec 3.4: names are unique within the customer, ignoring case and folded blanks; spec 3.2: jobs' too."""
    made = with_jobs(store, place("Ship To 1"), place("Main  Office", "9 Elm", job=JOB))
    renamed = {**made["locations"][0], "name": "main office"}
    [(where, why)] = refusal(api.patch(f"{API}/customers/1", json={"locations": [renamed]}))
    assert (where, "give this one a name of its own" in why) == ("locations.0.name", True)
    fresh = {"locations": [place("Ship To 1"), place("main OFFICE", "2 Oak")]}
    [(where, why)] = refusal(api.patch(f"{API}/customers/1", json=fresh))
    assert (where, "give it another name" in why) == ("locations.1.name", True)
    assert api.get(f"{API}/customers/1").json() == made


def test_the_sync_changes_and_removes_jobs(api: TestClient, store: Store) -> None:
    """The engine sends no numbers: a job's location keeps its own through every rename, and yields it to none."""
    made = with_jobs(store, place("Kitchen", "9 Elm", job=JOB), place("Bath", job=OTHER_JOB), place("Ship"))
    numbers = {each["name"]: each["id"] for each in made["locations"]}
    body = {"locations": [place("Kitchen"), place("Bath", "3 Oak", job=JOB), place("Ship")]}
    after = api.patch(f"{API}/customers/1", json=body, headers=SYNC).json()
    assert told(after) == [
        ("Kitchen", "1 Main St", None),
        ("Bath", "3 Oak", JOB),
        ("Ship", "1 Main St", None),
    ]
    assert [each["id"] for each in after["locations"]] == [4, numbers["Kitchen"], numbers["Ship"]]
    assert after["origin"] == "sync"


def test_batches_follow_the_same_rule(api: TestClient, store: Store) -> None:
    """spec 10.5: refused alone, with its field; and what was refused may be put right under its key."""
    with_jobs(store, place("Kitchen", "9 Elm", job=JOB))
    make(store, "Other")

    def send(name: str, **headers: str) -> list[dict[str, Any]]:
        wish = {"locations": [place(name, "10 Elm", job=JOB)]}
        items = [
            {"key": "a", "op": "update", "id": 1, "customer": wish},
            {"key": "b", "op": "update", "id": 2, "customer": {"phone": name}},
        ]
        answer = api.post(
            f"{API}/customers/batch", json={"items": items[: 2 - len(headers)]}, headers=headers
        )
        results: list[dict[str, Any]] = answer.json()["results"]
        return results

    refused, fine = send("Kitchen")
    assert (refused["status"], fine["status"]) == (422, 200)
    assert refused["problem"]["errors"][0]["field"] == "locations.0.address"
    assert COMES in refused["problem"]["detail"]
    [done] = send("Kitchen", **SYNC)
    assert (done["status"], told(done["customer"])[1]) == (200, ("Kitchen", "10 Elm", JOB))


def test_jobs_do_not_count_towards_the_fifty(api: TestClient, store: Store) -> None:
    """spec 3.2, 3.4"""
    own = [place(f"Ship To {n}") for n in range(50)]
    jobs = [place(f"Job {n}", job=f"8000-{n}") for n in range(300)]
    made = api.post(f"{API}/customers", json={"name": "A", "locations": own + jobs}, headers=SYNC)
    assert (made.status_code, len(made.json()["locations"])) == (201, 350)
    for body in ([*own, place("One more")], [*own, *jobs, place("One more")]):
        [(where, why)] = refusal(api.patch(f"{API}/customers/1", json={"locations": body}, headers=SYNC))
        assert where == "locations"
        assert "at most 50 service locations and there were 51" in why
    assert api.patch(f"{API}/customers/1", json={"locations": own[:49]}).status_code == 200
    assert len(store.customers.get("c1", 1)["locations"]) == 349


@pytest.mark.parametrize(
    ("locations", "field", "why"),
    [
        ([place("A", job="8" * 37)], "locations.0.job", "At most 36 characters"),
        ([place("A", job=5)], "locations.0.job", "must be text"),
        ([place("A", job=JOB), place("B", job=JOB)], "locations", "a job is one location"),
    ],
)
def test_marks_that_cannot_be(api: TestClient, locations: list[dict[str, Any]], field: str, why: str) -> None:
    body = {"name": "A", "locations": locations}
    [(where, message)] = refusal(api.post(f"{API}/customers", json=body, headers=SYNC))
    assert (where, why in message) == (field, True), message


def test_a_blank_mark_is_none(api: TestClient) -> None:
    made = api.post(f"{API}/customers", json={"name": "A", "locations": [place("X", job=" ")]})
    assert (made.status_code, made.json()["locations"][0]["job"]) == (201, None)


def test_the_default_can_be_taken_from_a_job_and_not_given_to_one(store: Store) -> None:
    """spec 3.4: one default at most."""
    made = with_jobs(store, place("Kitchen", job=JOB, is_default=True), place("Ship To 1"))
    chosen = CustomerFields.model_validate({"locations": [place("Ship To 1", is_default=True)]})
    after = store.customers.change("c1", 1, chosen, None)
    assert [(each["name"], each["is_default"]) for each in after["locations"]] == [
        ("Kitchen", False),
        ("Ship To 1", True),
    ]
    back = CustomerPatch.model_validate({"locations": made["locations"]})
    with pytest.raises(Refused, match=COMES):
        store.customers.change("c1", 1, back, None)


NAMES = st.sampled_from(["Kitchen", "kitchen ", "Bath", "Ship To 1", "Barn", "Carefree"])
SENT = st.fixed_dictionaries(
    {"name": NAMES},
    optional={
        "id": st.integers(1, 4), "address": st.sampled_from([{}, {"line1": "9 Elm"}, {"line1": "1 Main St"}]),
        "job": st.sampled_from([None, JOB, OTHER_JOB, "x"]), "is_default": st.booleans(), "stand_in": st.booleans(),
    },
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wishes=st.lists(st.lists(SENT, max_size=4), min_size=1, max_size=3))
def test_whatever_people_send_jobs_stay_as_they_are(
    tmp_path_factory: Any, clock: Clock, wishes: list[Any]
) -> None:
    """spec 3.2: no way in but the sync's changes a job's location, adds one or drops one; and no way in breaks the
    store: a wish is done, or refused as a value."""
    desk = Desk.take(tmp_path_factory.mktemp("jobs") / "desk.db", clock)
    store = desk.store
    try:
        made = with_jobs(
            store, place("Kitchen", "9 Elm", job=JOB), place("Ship"), place("Bath", job=OTHER_JOB)
        )
        jobs = [each for each in made["locations"] if each["job"]]
        for wish in wishes:
            before = store.customers.get("c1", 1)
            try:
                store.customers.change("c1", 1, CustomerPatch.model_validate({"locations": wish}), None)
            except (ValueError, Refused):
                assert store.customers.get("c1", 1) == before
            after = store.customers.get("c1", 1)["locations"]
            assert sorted((each for each in after if each["job"]), key=lambda each: each["id"]) == jobs
            assert sum(each["is_default"] for each in after) <= 1
    finally:
        desk.leave()


# ---- the stand-in (spec 3.4) -------------------------------------------------------------------------------------


def test_jobs_do_not_take_the_stand_ins_place(api: TestClient, store: Store) -> None:
    """spec 3.4: without Ship To entries there is one stand-in, the address, beside the jobs."""
    with_jobs(store, place("Carefree", "9 Elm", job=JOB), billing_address={"line1": "2 Oak"})
    shown = api.get(f"{API}/customers/1").json()
    assert [(each["stand_in"], each["address"]["line1"]) for each in shown["locations"]] == [
        (True, "2 Oak"),
        (False, "9 Elm"),
    ]
    assert api.put(f"{API}/customers/1", json=shown).json() == shown, "a stand-in of a job's name comes back"
    edited = [{**shown["locations"][0], "address": {"line1": "3 Oak"}}, shown["locations"][1]]
    [(where, _)] = refusal(api.patch(f"{API}/customers/1", json={"locations": edited}))
    assert where == "locations.0.name", "stored it would need a name of its own"
    edited[0]["name"] = "Shop"
    stored = api.patch(f"{API}/customers/1", json={"locations": edited}).json()
    assert [(each["name"], each["stand_in"]) for each in stored["locations"]] == [
        ("Shop", False),
        ("Carefree", False),
    ]


def test_no_default_is_made_up(api: TestClient, store: Store) -> None:
    """spec 3.4: many customers have none; an edited stand-in does not become one."""
    make(store, billing_address={"line1": "1 Main St"})
    stand_in = api.get(f"{API}/customers/1").json()["locations"][0]
    assert (stand_in["stand_in"], stand_in["is_default"]) == (True, False)
    edited = {"locations": [{**stand_in, "address": {"line1": "9 Oak"}}]}
    stored = api.patch(f"{API}/customers/1", json=edited).json()["locations"]
    assert [(each["address"], each["is_default"], each["stand_in"]) for each in stored] == [
        ({"line1": "9 Oak"}, False, False)
    ]


def test_all_five_lines_are_kept(api: TestClient) -> None:
    """spec 3.4"""
    lines = {f"line{n}": f"{n} of five" for n in range(1, 6)}
    body = {"name": "A", "billing_address": lines, "locations": [{"name": "X", "address": lines}]}
    made = api.post(f"{API}/customers", json=body).json()
    assert made["billing_address"] == made["locations"][0]["address"] == lines


@pytest.mark.parametrize("name", ["ship  to 1", " SHIP TO 1 ", "Ship To\t1"])
def test_names_differ_whatever_their_case_and_blanks(api: TestClient, name: str) -> None:
    """spec 3.4"""
    body = {"name": "A", "locations": [place("Ship To 1"), place(name)]}
    [(where, why)] = refusal(api.post(f"{API}/customers", json=body))
    assert (where, "give each a name of its own" in why) == ("locations", True)
