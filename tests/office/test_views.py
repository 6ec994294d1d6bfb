"""Plans, runs, attention and history as plain data."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import insert

from fieldledger.desk.customers import CustomerCreate
from fieldledger.journal import Journal, plans
from fieldledger.journal.schema import actions
from fieldledger.office import companies as office
from fieldledger.office import plan_sheet, screens, views
from fieldledger.office.errors import NoSuchThing, WrongUse
from tests.office.conftest import add
from tests.support.world import World


def test_a_plan_tells_a_customer_and_its_jobs_apart(world: World) -> None:
    """spec 3.1: several may bear one name in the field system; QuickBooks' full names are shown beside."""
    world.session()
    actions = views.plan(world.journal, "c1")["actions"]
    bakers = {action["books_name"] for action in actions if action["name"] == "Baker Residence"}
    assert bakers == {
        "Baker Residence",
        "Baker Residence:Boiler replacement",
        "Baker Residence:Cabin winterising",
    }


def test_a_plan_shows_field_by_field_before_and_after(world: World) -> None:
    """spec 8.3."""
    world.session()
    office.approve(world.journal, "c1", None, who="a person")
    world.session()
    office.set_settings(world.journal, "c1", {"approve_plans": "always"}, who="a person")
    world.time += 900
    world.edit('customer "Baker Residence" set phone="503-555-0142"')
    world.session()
    plan = views.plan(world.journal, "c1")
    assert plan["state"] == "proposed"
    (action,) = plan["actions"]
    assert action["changes"] == [
        {"field": "phone", "label": "Phone", "before": "503-555-0111", "after": "503-555-0142"}
    ]


def test_attention_says_what_to_do_and_what_it_collides_with(world: World) -> None:
    """spec 2.7, 2.8: a skipped duplicate stands under Needs attention."""
    there = world.store.create("c1", CustomerCreate(name="terrace  HOTEL"))
    world.session()
    (hold,) = views.attention(world.journal, "c1")
    assert hold["name"] == "Terrace Hotel"
    assert hold["others"] == [str(there["id"])]
    assert hold["todo"]
    assert hold["waiting"] >= 1, "its jobs wait inside it"


def test_a_history_is_found_from_either_side(world: World) -> None:
    """spec 9.2: each record has a history over both sides."""
    world.session()
    office.approve(world.journal, "c1", None, who="a person")
    world.session()
    event = next(
        e
        for e in views.run(world.journal, "c1", 2)["events"]
        if e["what"] == "created" and e["kind"] == "customer"
    )
    from_books = views.history(world.journal, "c1", "customer", event["books"])
    assert from_books == views.history(world.journal, "c1", "customer", event["field"])
    assert (from_books["books"], from_books["field"]) == (event["books"], event["field"])


def test_what_there_is_not(world: World) -> None:
    with pytest.raises(WrongUse, match="There is no kind 'invoice'"):
        views.history(world.journal, "c1", "invoice", "1")
    with pytest.raises(NoSuchThing, match="was ever seen"):
        views.history(world.journal, "c1", "customer", "80000001-1")
    for wish in (lambda: views.plan(world.journal, "c1", 5), lambda: views.run(world.journal, "c1", 5)):
        with pytest.raises(NoSuchThing, match="5"):
            wish()


def test_everything_is_plain_data(world: World) -> None:
    world.session()
    for told in (
        views.plan(world.journal, "c1"), views.log(world.journal, "c1"), views.run(world.journal, "c1", 1),
        views.attention(world.journal, "c1"), views.status(world.journal, "c1"),
    ):  # fmt: skip
        assert json.loads(json.dumps(told)) == told


def test_a_plan_of_any_length_is_shown_whole(journal: Journal) -> None:
    """spec 8.3: what is approved is exactly what was shown, so no row is left out unseen; the sheet needs the memory of
    a portion."""
    add(journal)
    rows = 100_001
    with journal.write() as tx:
        plan = plans.open_plan(tx, "c1", None, journal.stamp())
        one = {
            "company": "c1", "plan": plan, "kind": "customer", "verb": "skip", "side": "field", "reason": "inactive",
            "told": "", "seen": b"", "version": "", "state": "shown",
        }  # fmt: skip
        tx.execute(insert(actions), [{**one, "name": f"C{number}"} for number in range(rows)])
    with plan_sheet.plan_csv(journal, "c1", 1) as sheet:
        assert sum(1 for _ in sheet) == 1 + rows
        sheet.seek(0)
        assert sheet.read().decode("utf-8-sig").splitlines()[-1].startswith(f"skip,,C{rows - 1},")
    assert len(views.plan(journal, "c1")["actions"]) == rows
    last = screens.plan(journal, "c1", None, verb="", search="", page=10**6, size=100)
    assert ([each["name"] for each in last["actions"]], last["total"]) == ([f"C{rows - 1}"], rows)


def test_the_sheet_of_a_plan_is_made_a_portion_at_a_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.session()
    with plan_sheet.plan_csv(world.journal, "c1", 1) as sheet:
        whole = sheet.read()
    monkeypatch.setattr(views, "PORTION", 7)
    portions: list[int] = []
    made = views.planned
    monkeypatch.setattr(views, "planned", lambda tx, c, rows: portions.append(len(rows)) or made(tx, c, rows))
    with plan_sheet.plan_csv(world.journal, "c1", 1) as sheet:
        assert sheet.read() == whole
    assert max(portions) == 7
    assert sum(portions) == len(views.plan(world.journal, "c1")["actions"])


def test_a_page_makes_up_the_rows_that_it_shows(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the plan or the run, the differences of a page's rows only are worked out."""
    world.session()
    made: list[object] = []
    changes = views.changes
    monkeypatch.setattr(views, "changes", lambda *both: made.append(both) or changes(*both))
    plan = screens.plan(world.journal, "c1", None, verb="create", search="residence", page=1, size=3)
    assert (len(plan["actions"]), len(made)) == (3, 3)
    assert plan["total"] > 3
    office.approve(world.journal, "c1", None, who="a person")
    world.session()
    made.clear()
    run = screens.run(world.journal, "c1", 2, what="created", search="residence", page=1, size=3)
    assert (len(run["events"]), len(made)) == (3, 3)
    assert run["total"] == plan["total"]
    assert all("residence" in (each["name"] + each["books_name"]).lower() for each in run["events"])
