"""Decisions of a person over REST and from the command line: the same words, the same sentences (spec 2.8)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from fieldledger.desk.customers import CustomerCreate
from fieldledger.office import companies as office
from fieldledger.service.folder import Folder
from fieldledger.service.reach import reach
from fieldledger.service.server import create_app
from tests.service.conftest import PORT, Command, Site
from tests.service.test_rest import problem
from tests.support.world import World

TWICE = ("Terrace Hotel", "Baker Residence", "Chapel Hill Church")
"""Customers of the sample company that the field system had already, under the same name."""


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Site]:
    """From QuickBooks to the field system; three names stand on both sides, and one is nearly the same."""
    folder = Folder(tmp_path / "data").make()
    with World(folder.path, {"approve_plans": "never"}, sample=True) as world:
        for name in (*TWICE, "Quary Lane 16"):
            world.store.create("c1", CustomerCreate(name=name))
        world.session()
        tokens = {"c1": office.new_token(world.journal, "c1", "test")["token"]}
        app = create_app(folder, reach("127.0.0.1", PORT))
        with TestClient(app, base_url=f"http://localhost:{PORT}", raise_server_exceptions=False) as client:
            yield Site(folder, client, tokens, world)


def holds(site: Site) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in site.get("attention").json()["items"]}


def post(site: Site, path: str, body: dict[str, Any] | None = None) -> Any:
    return site.ask("POST", path, json=body) if body is not None else site.ask("POST", path)


# ---- REST ------------------------------------------------------------------------------------------------------------


def test_what_waits_says_which_words_there_are_and_what_it_may_be(held: Site) -> None:
    """spec 2.8: link, rename, ignore."""
    hold = holds(held)["Terrace Hotel"]
    assert hold["actions"] == ["link", "rename", "ignore"]
    assert (hold["side"], hold["others_side"], hold["books_name"]) == ("books", "field", "Terrace Hotel")
    assert hold["candidates"] == [{"side": "field", "id": "1", "name": "Terrace Hotel"}]


def test_one_is_decided_over_rest_and_the_next_sync_carries_it_out(held: Site) -> None:
    """spec 2.7, 2.8."""
    hold = holds(held)["Terrace Hotel"]
    done = post(held, f"attention/{hold['hold']}/link")
    assert done.status_code == 200
    assert done.json()["told"].endswith("It is carried out at the next sync.")
    assert "Terrace Hotel" not in holds(held)
    held.world.time += 900
    held.world.session()
    assert held.get(f"history/customer/{hold['books']}").json()["field"] == "1"
    events = held.get("history/customer/1").json()["events"]
    assert [event["who"] for event in events if event["what"] == "asked"] == ["api"]


def test_a_rename_over_rest(held: Site) -> None:
    hold = holds(held)["Baker Residence"]
    told = problem(post(held, f"attention/{hold['hold']}/rename", {"name": "x" * 42}), 422)
    assert "42 characters; QuickBooks allows 41" in told["detail"]
    told = problem(post(held, f"attention/{hold['hold']}/rename", {"name": "B", "side": "books"}), 409)
    assert "nothing is renamed in QuickBooks" in told["detail"]
    assert post(held, f"attention/{hold['hold']}/rename", {"name": "Baker Family"}).status_code == 200
    told = problem(post(held, f"attention/{hold['hold']}/rename", {"name": "Baker Family"}), 409)
    assert "was solved by api" in told["detail"]
    held.world.time += 900
    held.world.session()
    names = [customer["name"] for customer in held.world.customers()]
    assert "Baker Family" in names
    assert "Baker Residence" in names, "and QuickBooks' own comes over"


def test_odd_words_are_refused(held: Site) -> None:
    hold = holds(held)["Baker Residence"]["hold"]
    problem(post(held, f"attention/{hold}/link", {"colour": "red"}), 422)
    problem(post(held, f"attention/{hold}/link", {"other": "nobody"}), 409)
    problem(post(held, f"attention/{hold}/retry"), 409)
    problem(post(held, f"attention/{hold}/link", {"name": "x"}), 422)


def test_many_at_once_over_rest_and_asked_about_again(held: Site) -> None:
    """spec 2.8: what is ignored is never lost."""
    assert len(holds(held)) == 3
    answer = post(held, "attention/all/ignore", {"holds": [holds(held)["Baker Residence"]["hold"], 4711]})
    assert [each["result"] for each in answer.json()["items"]] == ["done", "failed"]
    answer = post(held, "attention/all/ignore")
    assert [each["result"] for each in answer.json()["items"]] == ["done", "done"]
    ignored = held.get("ignored").json()["items"]
    assert {each["name"] for each in ignored} == set(TWICE)
    held.world.time += 900
    held.world.session()
    assert not holds(held)
    assert post(held, f"history/customer/{ignored[0]['record']}/ask-again").status_code == 200
    held.world.time += 900
    held.world.session()
    assert set(holds(held)) == {ignored[0]["name"]}


def test_likely_pairs_are_listed_and_linked_over_rest(held: Site) -> None:
    """spec 2.7: by a person, never by themselves."""
    world = held.world
    world.edit('customer add name="Alder Cottage"')
    world.store.create("c1", CustomerCreate(name="Alder Cotage"))
    world.time += 900
    held.ask("PATCH", "settings", json={"approve_plans": "always"})
    world.session()
    pair = next(each for each in held.get("matches").json()["items"] if each["books_name"] == "Alder Cottage")
    assert (pair["field_name"], pair["why"]) == ("Alder Cotage", [pair["why"][0]])
    done = post(held, "matches/link", {"books": pair["books"], "field": pair["field"]})
    assert done.status_code == 200
    assert pair["books"] not in [each["books"] for each in held.get("plan").json()["actions"]]
    problem(post(held, "matches/link", {"books": pair["field"], "field": pair["field"]}), 409)
    problem(post(held, "matches/link", {"books": pair["books"]}), 422)


def test_values_are_put_back_and_records_brought_back_over_rest(held: Site) -> None:
    """spec 2.11, 10.2."""
    world = held.world
    record = next(each for each in world.customers() if each["name"] == "Orchard Road Farm")
    world.edit('customer "Orchard Road Farm" set phone="503-555-9999"')
    world.time += 900
    world.session()
    events = held.get(f"history/customer/{record['id']}").json()["events"]
    event = next(each for each in events if each["what"] == "updated")
    assert (event["put_back"], event["side"]) == (["phone"], "field")
    told = problem(post(held, f"history/{event['event']}/put-back", {"fields": ["email"]}), 422)
    assert "holds no former Email" in told["detail"]
    done = post(held, f"history/{event['event']}/put-back")
    assert done.json()["values"] == {"phone": record["phone"]}
    told = problem(post(held, f"history/customer/{record['id']}/bring-back"), 409)
    assert "was not deleted in the field system" in told["detail"]
    world.store.delete("c1", record["id"])
    world.time += 900
    world.session()
    assert post(held, f"history/customer/{record['id']}/bring-back").status_code == 200
    world.time += 900
    world.session()
    assert "Orchard Road Farm" in [each["name"] for each in world.customers()]


# ---- the command line ------------------------------------------------------------------------------------------------


def test_one_is_decided_from_the_command_line(held: Site, fieldledger: Command) -> None:
    data = held.folder.path
    said = fieldledger("attention", "c1", "--data", data)
    assert "link, rename, ignore" in said.out
    hold = holds(held)["Terrace Hotel"]["hold"]
    assert fieldledger("solve", "c1", str(hold), "retry", "--data", data).status == 1
    assert fieldledger("solve", "c1", str(hold), "merge", "--data", data).status == 2
    assert fieldledger("solve", "c1", "first", "link", "--data", data).status == 2
    assert fieldledger("solve", "c1", str(hold), "rename", "--name", "a:b", "--data", data).status == 2
    assert fieldledger("solve", "c1", str(hold), "link", "--with", "77", "--data", data).status == 1
    said = fieldledger("solve", "c1", str(hold), "link", "--with", "1", "--data", data)
    assert (said.status, said.err) == (0, "")
    assert said.out.endswith("link them. It is carried out at the next sync.\n")
    assert "Terrace Hotel" not in holds(held)
    renamed = holds(held)["Baker Residence"]["hold"]
    said = fieldledger(
        "solve", "c1", str(renamed), "rename", "--name", "Baker Family", "--data", data, "--json"
    )
    assert said.json()["action"] == "rename"


def test_all_at_once_from_the_command_line(held: Site, fieldledger: Command) -> None:
    data = held.folder.path
    assert fieldledger("solve", "c1", "all", "link", "--with", "1", "--data", data).status == 2
    assert fieldledger("solve", "c1", "all", "rename", "--data", data).status == 2
    said = fieldledger("solve", "c1", "all", "link", "--data", data, "--json")
    assert [each["result"] for each in said.json()] == ["done"] * 3
    said = fieldledger("solve", "c1", "all", "link", "--data", data)
    assert (said.status, said.out) == (0, "There is nothing for which that is a way out.\n")


def test_a_failure_among_many_is_status_1(held: Site, fieldledger: Command) -> None:
    held.world.store.delete("c1", 1)
    held.world.time += 60
    with held.world.journal.write() as tx:
        from fieldledger.journal import sights
        from fieldledger.model.kinds import Kind, Side
        from fieldledger.model.record import Gone

        sights.observe_gone(tx, "c1", Side.FIELD, [Gone(kind=Kind.CUSTOMER, id="1")], "now")
    said = fieldledger("solve", "c1", "all", "link", "--data", held.folder.path)
    assert said.status == 1
    assert "was deleted in the field system" in " ".join(said.out.split())


def test_ignored_ones_are_listed_and_asked_about_again(held: Site, fieldledger: Command) -> None:
    data = held.folder.path
    assert fieldledger("attention", "c1", "--ignored", "--data", data).out == "Nothing is ignored.\n"
    fieldledger("solve", "c1", "all", "ignore", "--data", data)
    assert "Nothing needs attention." in fieldledger("attention", "c1", "--data", data).out
    ignored = fieldledger("attention", "c1", "--ignored", "--data", data, "--json").json()
    assert len(ignored) == 3
    assert ignored[0]["record"] in fieldledger("attention", "c1", "--ignored", "--data", data).out
    assert fieldledger("ask-again", "c1", ignored[0]["record"], "--data", data).status == 0
    said = fieldledger("ask-again", "c1", ignored[0]["record"], "--data", data)
    assert (said.status, said.err) == (1, f"{ignored[0]['record']} is not ignored.\n")


def test_matches_and_links_from_the_command_line(held: Site, fieldledger: Command) -> None:
    data = held.folder.path
    assert fieldledger("matches", "c1", "--data", data).out == "No two records without a pair look alike.\n"
    held.ask("PATCH", "settings", json={"approve_plans": "always"})
    held.world.edit('customer add name="Alder Cottage"')
    held.world.store.create("c1", CustomerCreate(name="Alder Cotage"))
    held.world.time += 900
    held.world.session()
    assert "Alder Cotage" in fieldledger("matches", "c1", "--data", data).out
    (pair,) = fieldledger("matches", "c1", "--data", data, "--json").json()
    assert fieldledger("link", "c1", pair["field"], pair["books"], "--data", data).status == 1
    assert fieldledger("link", "c1", pair["books"], pair["field"], "--data", data).status == 0
    assert fieldledger("matches", "c1", "--data", data, "--json").json() == []


def test_putting_and_bringing_back_from_the_command_line(held: Site, fieldledger: Command) -> None:
    """spec 2.4, 2.11: one action."""
    data, world = held.folder.path, held.world
    record = str(next(each["id"] for each in world.customers() if each["name"] == "Orchard Road Farm"))
    world.edit('customer "Orchard Road Farm" set phone="503-555-9999"')
    world.time += 900
    world.session()
    events = fieldledger("history", "c1", "customer", record, "--data", data, "--json").json()["events"]
    event = str(next(each["event"] for each in events if each["put_back"]))
    history = ("history", "c1", "customer", record, "--data", data)
    assert event in fieldledger(*history).out
    assert fieldledger(*history, "--field", "phone").status == 2
    assert fieldledger(*history, "--put-back", "4711").status == 1
    assert fieldledger(*history, "--put-back", event, "--field", "email").status == 2
    said = fieldledger(*history, "--put-back", event, "--field", "phone")
    assert (said.status, said.out[:43]) == (0, "Put back in the field system: Phone, as bef")
    said = fieldledger("bring-back", "c1", record, "--data", data)
    assert said.status == 1
    assert "was not deleted" in said.err
    world.store.delete("c1", int(record))
    world.time += 900
    world.session()
    assert fieldledger("bring-back", "c1", record, "--data", data).status == 0


def test_the_jobs_preview_from_the_command_line(held: Site, fieldledger: Command) -> None:
    """spec 3.6."""
    said = fieldledger("company", "preview", "c1", "--data", held.folder.path)
    assert "QuickBooks has 25 customers and 14 jobs" in said.out or "customers and 14 jobs" in said.out
    assert "as_locations" in said.out
    found = fieldledger("company", "preview", "c1", "--data", held.folder.path, "--json").json()
    assert len(found["choices"]) == 5
    assert found == held.get("jobs-preview").json()


def test_the_plan_says_on_which_side(held: Site, fieldledger: Command) -> None:
    said = fieldledger("plan", "c1", "--data", held.folder.path)
    assert "field system" in said.out
    plan = held.get("plan").json()
    assert {each["side"] for each in plan["actions"] if each["verb"] == "create"} == {"field"}
