"""What a person is shown, approves, and gets; settings that change meanwhile; holds and how they are solved.

spec 1.1, 1.2, 2.7, 2.8, 2.12, 3.1, 3.3, 8.3.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from typing import Any

import pytest

from fieldledger.journal import events
from fieldledger.model.kinds import Kind
from fieldledger.model.plan import Verb
from fieldledger.office.errors import CannotDo
from fieldledger.policy.rules import brake
from fieldledger.session import planning
from tests.support.connector import Stage, edit
from tests.support.scripted import ScriptedQuickBooks, Shown

SIX = "\n".join(f'customer add name="C{number}" phone={number}' for number in range(6))
TREE = (
    'customer add name="Alba"\ncustomer add name="Roof" parent="Alba"\ncustomer add name="Attic" parent="Alba:Roof"\n'
    'customer add name="Birch"\ncustomer add name="Cellar" parent="Birch"'
)


def planned(stage: Stage) -> Counter[tuple[str, str]]:
    """(verb, name) of what the plan holds."""
    return Counter((action["verb"], action["name"]) for action in stage.plan()["actions"])


def waiting(stage: Stage) -> int | None:
    plan = stage.status()["plan_waiting"]
    number: int | None = plan["plan"] if plan else None
    return number


def phones(stage: Stage) -> list[str | None]:
    return [customer["phone"] for customer in stage.customers()]


def once(stage: Stage) -> None:
    """spec 10.1."""
    with stage.journal.read() as tx:
        made = [
            event.books
            for event in events.newest(tx, stage.company, 10_000)
            if event.what == "created" and event.kind == Kind.CUSTOMER
        ]
    assert len(made) == len(set(made))
    assert stage.status()["linked"] == len(made)


def quiet(stage: Stage) -> None:
    before = stage.customers()
    stage.sync()
    assert (stage.customers(), stage.events(), stage.status()["left"]) == (before, [], 0)


# ---- approval --------------------------------------------------------------------------------------------------------


def test_a_plan_that_is_replaced_keeps_what_was_decided_earlier(stage: Stage) -> None:
    """spec 8.3: what is shown is everything that is about to happen; one number is current."""
    stage.choose(approve_plans="first")
    stage.edit(SIX)
    stage.sync()
    first = waiting(stage)
    edit(stage, 'customer add name="C6"\ncustomer "C0" set phone=new\ncustomer "C1" delete')
    stage.sync()
    second = waiting(stage)
    assert first is not None
    assert second is not None
    assert second > first
    assert planned(stage) == {
        **{("create", f"C{number}"): 1 for number in (0, 2, 3, 4, 5, 6)}, ("skip", "C1"): 1,
    }  # fmt: skip
    assert stage.plan(first)["state"] == "replaced"
    with pytest.raises(CannotDo, match=f"Plan {first} does not wait for approval; plan {second} does"):
        stage.approve(first)
    assert stage.customers() == []
    stage.approve(second)
    stage.sync()
    assert stage.names() == ["C0", "C2", "C3", "C4", "C5", "C6"]
    assert phones(stage)[0] == "new"
    once(stage)
    quiet(stage)


def test_a_plan_that_waits_stays_as_it_is_while_nothing_changes(stage: Stage) -> None:
    stage.choose(approve_plans="always")
    stage.edit(SIX)
    stage.sync()
    before = stage.plan()
    stage.sync(times=3)
    assert stage.plan() == before


def test_only_the_plan_that_was_shown_can_be_approved(stage: Stage) -> None:
    with pytest.raises(CannotDo, match="No plan waits"):
        stage.approve()
    stage.choose(approve_plans="first")
    stage.edit(SIX)
    stage.sync()
    number = waiting(stage)
    assert number is not None
    for wrong in (0, -1, number + 1, 99):
        with pytest.raises(CannotDo, match="does not wait"):
            stage.approve(wrong)
    stage.approve(number)
    with pytest.raises(CannotDo, match="No plan waits"):
        stage.approve(number)
    stage.sync()
    assert len(stage.customers()) == 6


def test_approved_and_then_edited(stage: Stage) -> None:
    """spec 8.3: a record that changed since it was shown is planned again; the first plan was approved, so it goes
    on without asking."""
    stage.choose(approve_plans="first")
    stage.edit(SIX)
    stage.sync()
    stage.approve()
    edit(
        stage,
        'customer "C0" set phone=new\ncustomer "C1" delete\ncustomer "C2" inactive\ncustomer add name="C6"',
    )
    stage.other.create(stage.company, name="C3")
    stage.sync()
    assert stage.names() == ["C0", "C3", "C4", "C5", "C6"]
    assert [hold["name"] for hold in stage.attention()] == ["C3"]
    assert phones(stage)[0] == "new"
    once(stage)
    quiet(stage)


def test_approved_and_then_edited_with_every_plan_shown(stage: Stage) -> None:
    """approve_plans=always: what changed since is shown anew, the rest of the approved plan is carried out."""
    stage.choose(approve_plans="always")
    stage.edit(SIX)
    stage.sync()
    stage.approve()
    edit(stage, 'customer "C0" set phone=new')
    stage.sync()
    assert stage.names() == ["C1", "C2", "C3", "C4", "C5"]
    assert planned(stage) == {("create", "C0"): 1}
    stage.approve()
    stage.sync()
    assert phones(stage)[0] == "new"
    once(stage)


@pytest.mark.parametrize(
    ("setting", "shown"), [("never", [False, False]), ("first", [True, False]), ("always", [True, True])]
)
def test_which_plans_are_shown(stage: Stage, setting: str, shown: list[bool]) -> None:
    """spec 1: approve_plans."""
    stage.choose(approve_plans=setting)
    for script, expected in zip((SIX, 'customer "C0" set phone=new'), shown, strict=True):
        edit(stage, script)
        stage.sync()
        assert (waiting(stage) is not None) == expected
        if expected:
            stage.approve()
            stage.sync()
    assert phones(stage)[0] == "new"
    quiet(stage)


def test_an_empty_first_plan_is_not_the_first(stage: Stage) -> None:
    """Nothing to write, or skips only, asks nobody; the first plan that would write is shown."""
    with closing(sqlite3.connect(stage.file)) as file:
        file.execute("delete from record where kind = 'SalesTaxCode'")
        file.commit()
    stage.choose(approve_plans="first")
    stage.sync()
    assert (waiting(stage), stage.plan()["state"]) == (None, "none")
    edit(stage, 'customer add name="Old"\ncustomer "Old" inactive')
    stage.sync()
    assert waiting(stage) is None
    assert (stage.plan()["state"], planned(stage)) == ("done", {("skip", "Old"): 1})
    edit(stage, SIX)
    stage.sync()
    assert waiting(stage) is not None
    assert stage.plan()["why"] == "It is the first plan of this company."
    assert stage.customers() == []


def test_first_means_first(stage: Stage) -> None:
    """A company that synced for a year without showing plans is not at its first plan when the setting changes."""
    stage.edit(SIX)
    stage.sync()
    stage.choose(approve_plans="first")
    edit(stage, 'customer "C0" set phone=new')
    stage.sync()
    assert waiting(stage) is None
    assert phones(stage)[0] == "new"


def test_a_plan_whose_reason_went_away_is_carried_out(stage: Stage) -> None:
    """The brake held it; people took most of it back; what is left needs nobody."""
    stage.edit(SIX)
    stage.sync()
    edit(stage, "\n".join(f'customer "C{number}" set phone=1{number}' for number in range(6)))
    stage.sync()
    assert waiting(stage) is not None
    edit(stage, "\n".join(f'customer "C{number}" set phone={number}' for number in range(4)))
    stage.sync()
    assert waiting(stage) is None
    assert phones(stage) == ["0", "1", "2", "3", "14", "15"]
    quiet(stage)


# ---- the brake -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("endangered", "linked", "stops"),
    [(4, 4, False), (5, 5, True), (5, 49, True), (5, 50, False), (6, 50, True), (6, 60, False), (7, 60, True),
     (0, 0, False), (5, 0, True), (4, 0, False), (100, 1000, False), (101, 1000, True)],
)  # fmt: skip
def test_the_brake(endangered: int, linked: int, stops: bool) -> None:
    """spec 2.12: more than 10 % of a kind and at least 5."""
    assert brake(endangered, linked) == stops


def test_exactly_ten_per_cent_of_any_number_does_not_stop() -> None:
    """Counted, not rounded."""
    assert not any(brake(tens, tens * 10) for tens in range(5, 20_000))
    assert all(brake(tens + 1, tens * 10) for tens in range(5, 20_000))


@pytest.mark.parametrize(("edits", "stops"), [(5, False), (6, True)])
@pytest.mark.parametrize("what", ["set phone=new", "inactive", "delete", "rename"])
def test_the_brake_in_a_sync(stage: Stage, what: str, edits: int, stops: bool) -> None:
    """Of fifty customers five may be overwritten, made inactive or deactivated unseen; new ones do not count."""
    stage.edit("\n".join(f'customer add name="C{number:02}"' for number in range(50)))
    stage.sync()
    before = [customer["version"] for customer in stage.customers()]
    script = "\n".join(
        f'customer "C{number:02}" {what}' + (f' "D{number}"' if what == "rename" else "")
        for number in range(edits)
    )
    edit(stage, script + "\n" + "\n".join(f'customer add name="New {number}"' for number in range(20)))
    stage.sync()
    assert (waiting(stage) is not None) == stops
    if stops:
        assert f"{edits} of 50" in stage.plan()["why"]
        assert [customer["version"] for customer in stage.customers()] == before
    else:
        assert len(stage.customers()) == 70


def test_the_brake_weighs_all_of_a_plan_however_it_was_planned(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In slices of two; and one top customer whose new name endangers its jobs."""
    monkeypatch.setattr(planning, "SLICE", 2)
    stage.edit(
        'customer add name="Top"\n' + "\n".join(f'customer add name="J{n}" parent="Top"' for n in range(7))
    )
    stage.sync()
    edit(stage, 'customer "Top" rename "Summit"')
    stage.sync()
    assert "8 of 8" in stage.plan()["why"]
    assert set(stage.names()) == {"Top"}
    stage.approve()
    stage.sync()
    assert stage.names() == ["Summit"] * 8
    quiet(stage)


def test_a_plan_that_waits_grows_until_it_trips_the_brake_and_not_after_it_was_approved(stage: Stage) -> None:
    """Six edits in six sessions while every plan is shown: their sum is weighed."""
    stage.edit(SIX)
    stage.sync()
    stage.choose(approve_plans="always")
    for number in range(6):
        edit(stage, f'customer "C{number}" set phone=1{number}')
        stage.sync()
    assert stage.plan()["counts"] == {"update": 6}
    stage.choose(approve_plans="never")
    edit(stage, 'customer "C0" set phone=20')
    stage.sync()
    assert "6 of 6" in stage.plan()["why"]
    stage.approve()
    stage.sync()
    assert phones(stage) == ["20", "11", "12", "13", "14", "15"]
    quiet(stage)


# ---- settings --------------------------------------------------------------------------------------------------------


def test_a_setting_that_changes_while_a_plan_waits(stage: Stage) -> None:
    """spec 1.2: the plan is made anew by the new setting, and says which one."""
    stage.choose(approve_plans="first")
    stage.edit(TREE)
    stage.sync()
    old = waiting(stage)
    stage.choose(job_name="full_name")
    stage.sync()
    assert waiting(stage) != old
    assert "job_name" in stage.plan()["why"]
    assert ("create", "Alba:Roof") in planned(stage)
    stage.approve()
    stage.sync()
    assert stage.names() == ["Alba", "Alba:Roof", "Alba:Roof:Attic", "Birch", "Birch:Cellar"]
    once(stage)
    quiet(stage)


def test_a_plan_approved_after_the_setting_changed_is_not_the_one_that_was_shown(stage: Stage) -> None:
    """spec 1.2, 8.3: the person saw the plan of the old setting. Approving it is no approval of the new one's."""
    stage.choose(approve_plans="first")
    stage.edit(TREE)
    stage.sync()
    old = waiting(stage)
    stage.choose(job_name="full_name")
    with pytest.raises(CannotDo, match="was made before this came up: Setting job_name changed"):
        stage.approve(old)
    stage.sync()
    assert stage.customers() == [], "what is now to be written was never shown"
    assert waiting(stage) != old


def test_a_change_of_setting_that_comes_to_nothing_asks_nobody_later(stage: Stage) -> None:
    """spec 1.2: the next sync after it shows a plan; when there is nothing to show, the matter is closed."""
    stage.edit(SIX)
    stage.sync()
    stage.choose(job_name="full_name")
    stage.sync()
    assert waiting(stage) is None
    edit(stage, 'customer "C0" set phone=new')
    stage.sync()
    assert waiting(stage) is None, "an ordinary edit, long after"
    assert phones(stage)[0] == "new"


def test_approve_plans_that_changes_while_a_plan_waits(stage: Stage) -> None:
    """always → never: the plan that waits stays shown until it is approved, or something new is decided."""
    stage.choose(approve_plans="always")
    stage.edit(SIX)
    stage.sync()
    number = waiting(stage)
    stage.choose(approve_plans="never")
    stage.sync()
    assert waiting(stage) == number
    edit(stage, 'customer add name="C6"')
    stage.sync()
    assert waiting(stage) is None
    assert len(stage.customers()) == 7
    once(stage)


def test_what_was_left_undone_is_shown_when_plans_are_to_be_shown_now(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """spec 8.2: the server died with a plan half carried out, and the file was restored: nothing of the rest goes out
    unseen."""
    monkeypatch.setattr("fieldledger.session.writing.BATCH", 2)
    quickbooks = ScriptedQuickBooks(stage.file_id(), *(Shown(f"{n:X}-1", f"C{n}") for n in range(1, 7)))

    def dies(call: str) -> None:
        if stage.other.calls.count("write") == 2:
            raise ConnectionResetError("gone")

    stage.other.before = dies
    stage.time += 900
    with stage.connect(quickbooks) as connector:
        assert connector.run() == "stopped"
    assert len(stage.customers()) == 2
    stage.other.before = lambda call: None
    quickbooks.restored = "2026-11-24T10:00:00-05:00"
    stage.sync(quickbooks)
    assert len(stage.customers()) <= 4, "but for those that were on their way"
    assert waiting(stage) is not None
    stage.approve()
    stage.sync(quickbooks, times=2)
    assert len(stage.customers()) == 6
    once(stage)


def test_jobs_as_customers_then_left_out_then_as_customers(stage: Stage) -> None:
    """spec 1.1, 3.3: links survive; nothing is lost, duplicated or deactivated by surprise."""
    stage.edit(TREE)
    stage.sync()
    before = {customer["id"]: customer["name"] for customer in stage.customers()}
    stage.choose(jobs="skip")
    stage.sync()
    if waiting(stage):
        assert not [
            action for action in stage.plan()["actions"] if action["verb"] in ("deactivate", "update")
        ]
        stage.approve()
    edit(
        stage,
        'customer "Alba:Roof" set phone=1\ncustomer "Alba" rename "Alder"\ncustomer add name="Porch" parent="Birch"',
    )
    stage.sync()
    if waiting(stage):
        stage.approve()
        stage.sync()
    assert {customer["id"]: customer["active"] for customer in stage.customers()} == dict.fromkeys(
        before, True
    )
    assert stage.names() == ["Alba", "Alba", "Alder", "Birch", "Birch"], "jobs stay as they were"
    stage.choose(jobs="as_customers")
    stage.sync()
    assert waiting(stage) is not None
    assert planned(stage) == {("update", "Alder"): 2, ("create", "Birch"): 1}
    stage.approve()
    stage.sync()
    assert stage.names() == ["Alder"] * 3 + ["Birch"] * 3
    assert before.keys() < {customer["id"] for customer in stage.customers()}
    once(stage)
    assert {customer["sync"]["status"] for customer in stage.customers()} == {"Synced"}
    quiet(stage)


def test_jobs_left_out_from_the_first_and_taken_in_later(stage: Stage) -> None:
    stage.choose(jobs="skip")
    stage.edit(TREE)
    stage.sync()
    if waiting(stage):
        stage.approve()
        stage.sync()
    assert stage.names() == ["Alba", "Birch"]
    stage.choose(jobs="as_customers")
    stage.sync()
    assert planned(stage) == {("create", "Alba"): 2, ("create", "Birch"): 1}
    stage.approve()
    stage.sync()
    assert stage.names() == ["Alba"] * 3 + ["Birch"] * 2
    once(stage)


def test_a_linked_job_that_is_deleted_while_jobs_are_left_out(stage: Stage) -> None:
    """spec 2.11: it is flagged as any other."""
    stage.edit(TREE)
    stage.sync()
    stage.choose(jobs="skip")
    stage.sync()
    edit(stage, 'customer "Birch:Cellar" delete')
    stage.sync()
    if waiting(stage):
        stage.approve()
        stage.sync()
    gone = [customer for customer in stage.customers() if not customer["active"]]
    assert [customer["sync"]["status"] for customer in gone] == ["Deleted in QuickBooks"]


def test_a_skipped_job_that_is_in_step_again_is_green_again(stage: Stage) -> None:
    """It changed while jobs were left out, and was changed back."""
    stage.edit(TREE)
    stage.sync()
    stage.choose(jobs="skip")
    stage.sync()
    edit(stage, 'customer "Birch:Cellar" set phone=1')
    stage.sync()
    badge = {customer["sync"]["books_name"]: customer["sync"]["status"] for customer in stage.customers()}
    assert badge["Birch:Cellar"] == "Skipped"
    edit(stage, 'customer "Birch:Cellar" set phone=')
    stage.sync()
    assert stage.desk()["Birch:Cellar"]["sync"]["status"] == "Synced"


# ---- trees and holds -------------------------------------------------------------------------------------------------


def test_a_job_that_moves_under_another_customer(stage: Stage) -> None:
    """spec 2.6, 3.1: the same record, another derived name; its own jobs follow."""
    stage.edit(TREE)
    stage.sync()
    ids = {name: customer["id"] for name, customer in stage.desk().items()}
    edit(stage, 'customer "Alba:Roof" under "Birch"')
    stage.sync()
    assert stage.desk()["Birch:Roof"]["id"] == ids["Alba:Roof"]
    assert stage.desk()["Birch:Roof:Attic"]["id"] == ids["Alba:Roof:Attic"]
    assert stage.names() == ["Alba", "Birch", "Birch", "Birch", "Birch"]
    edit(stage, 'customer "Birch:Roof" under ""')
    stage.sync()
    assert stage.desk()["Roof"]["id"] == ids["Alba:Roof"]
    assert stage.names() == ["Alba", "Birch", "Birch", "Roof", "Roof"]
    once(stage)
    quiet(stage)


def test_jobs_wait_with_their_held_customer(stage: Stage) -> None:
    """spec 2.7: while a top customer is held, its jobs wait in the same item; a job that moves away is free."""
    made = stage.other.create(stage.company, name="Alba")
    stage.edit(TREE)
    stage.sync()
    assert [(hold["name"], hold["waiting"]) for hold in stage.attention()] == [("Alba", 2)]
    assert stage.names() == ["Alba", "Birch", "Birch"]
    edit(stage, 'customer "Alba:Roof" under "Birch"')
    stage.sync()
    assert [(hold["name"], hold["waiting"]) for hold in stage.attention()] == [("Alba", 0)]
    assert stage.names() == ["Alba", "Birch", "Birch", "Birch", "Birch"]
    edit(stage, 'customer add name="Porch" parent="Alba"\ncustomer "Birch:Cellar" under "Alba"')
    stage.sync()
    assert [(hold["name"], hold["waiting"]) for hold in stage.attention()] == [("Alba", 1)], (
        "linked ones do not wait"
    )
    stage.other.delete(stage.company, made)
    stage.sync()
    assert stage.attention() == []
    assert stage.names() == ["Alba", "Alba", "Alba", "Birch", "Birch", "Birch"]
    once(stage)
    quiet(stage)


def test_a_held_customer_that_becomes_a_job(stage: Stage) -> None:
    stage.other.create(stage.company, name="Alba")
    stage.edit(TREE)
    stage.sync()
    edit(stage, 'customer "Alba" under "Birch"')
    stage.sync()
    assert stage.attention() == []
    assert stage.names() == ["Alba"] + ["Birch"] * 5
    once(stage)
    quiet(stage)


SOLVED = {
    "renamed in the field": ("field rename", ["Alba"] * 3 + ["Alba (old)"]),
    "deleted in the field": ("field delete", ["Alba"] * 3),
    "renamed in QuickBooks": ('customer "Alba" rename "Alder"', ["Alba"] + ["Alder"] * 3),
    "made inactive in QuickBooks": ('customer "Alba" inactive', ["Alba"] * 3),
}


@pytest.mark.parametrize("how", SOLVED)
@pytest.mark.parametrize("setting", ["never", "always"])
def test_a_duplicate_is_solved(stage: Stage, how: str, setting: str) -> None:
    """spec 2.8: by a rename on either side, or by deleting one; nothing is merged, its jobs come along."""
    stage.choose(approve_plans=setting)
    made = stage.other.create(stage.company, name="alba ")
    stage.edit(TREE)
    sync_and_approve(stage)
    assert [hold["others"] for hold in stage.attention()] == [[str(made)]]
    script, names = SOLVED[how]
    if script == "field rename":
        stage.other.edit(stage.company, made, name="Alba (old)")
    elif script == "field delete":
        stage.other.delete(stage.company, made)
    else:
        edit(stage, script)
    sync_and_approve(stage)
    assert stage.attention() == []
    assert (
        sorted(name.strip().capitalize() for name in stage.names() if not name.startswith("Birch")) == names
    )
    own = stage.other.there(stage.company).get(made)
    assert own is None or own["phone"] is None, "nothing was written into it"
    once(stage)
    quiet(stage)


def sync_and_approve(stage: Stage) -> None:
    stage.sync()
    if waiting(stage):
        stage.approve()
    stage.sync()


def test_a_duplicate_that_is_deleted_in_quickbooks(stage: Stage) -> None:
    stage.other.create(stage.company, name="C1")
    stage.edit(SIX)
    stage.sync()
    edit(stage, 'customer "C1" delete')
    stage.sync()
    assert stage.attention() == []
    assert len(stage.customers()) == 6
    quiet(stage)


def test_several_namesakes(stage: Stage) -> None:
    """All are named; the hold stays until the last one is gone; one item, however often it changes."""
    made = [stage.other.create(stage.company, name="C1") for _ in range(3)]
    stage.edit(SIX)
    stage.sync()
    for count, id in enumerate(made):
        assert [hold["others"] for hold in stage.attention()] == [[str(each) for each in made[count:]]]
        stage.other.edit(stage.company, id, name=f"Other {count}")
        stage.sync()
    assert stage.attention() == []
    assert len(stage.customers()) == 9
    once(stage)
    badges = Counter(each["sync"]["status"] for each in stage.customers() if each["sync"])
    assert badges["Needs attention"] == 0
    quiet(stage)


def test_a_namesake_that_comes_before_an_approved_create_is_carried_out(stage: Stage) -> None:
    """Between approval and the next session somebody enters the customer by hand: no second one is created."""
    stage.choose(approve_plans="first")
    stage.edit(SIX)
    stage.sync()
    stage.approve()
    stage.other.create(stage.company, name="C1")
    stage.sync()
    assert [hold["name"] for hold in stage.attention()] == ["C1"]
    assert stage.names().count("C1") == 1


def test_a_hold_in_a_plan_that_waits_is_solved(stage: Stage) -> None:
    """The plan is made anew, with the create instead of the hold, and everything else that it held."""
    stage.choose(approve_plans="first")
    made = stage.other.create(stage.company, name="C1")
    stage.edit(SIX)
    stage.sync()
    assert planned(stage)["hold", "C1"] == 1
    stage.other.delete(stage.company, made)
    stage.sync()
    assert planned(stage) == {("create", f"C{number}"): 1 for number in range(6)}
    stage.approve()
    stage.sync()
    assert stage.names() == [f"C{number}" for number in range(6)]
    once(stage)


def test_jobs_compete_one_to_one_for_a_record_of_their_name(stage: Stage) -> None:
    """spec 2.7: two jobs that agree with one field record by address: one is held, the other is created."""
    stage.choose(job_name="job_name")
    stage.other.create(
        stage.company,
        name="Roof",
        billing_address={"line1": "1 Roof Rd", "city": "Harlow", "postal_code": "1"},
    )
    stage.edit(
        'customer add name="Alba"\ncustomer add name="Birch"\n'
        + "\n".join(
            f'customer add name="Roof" parent="{top}" addr1="1 Roof Rd" city=Harlow zip=1'
            for top in ("Alba", "Birch")
        )
    )
    stage.sync()
    if waiting(stage):
        stage.approve()
        stage.sync()
    assert [hold["name"] for hold in stage.attention()] == ["Roof"]
    assert stage.names() == ["Alba", "Birch", "Roof", "Roof"]
    quiet(stage)


def test_inactive_then_active_then_inactive(stage: Stage) -> None:
    """spec 2.10: the first import takes active ones only; afterwards the flag follows."""
    stage.edit('customer add name="Alba"\ncustomer "Alba" inactive')
    stage.sync()
    assert stage.customers() == []
    for word, active in (("active", True), ("inactive", False), ("active", True)):
        edit(stage, f'customer "Alba" {word}')
        stage.sync()
        assert [customer["active"] for customer in stage.customers()] == [active]
    once(stage)


def test_every_verb_of_a_plan_is_one_of_ours(stage: Stage) -> None:
    """What a plan shows is what the words say: create, skip and hold in a first plan."""
    stage.choose(approve_plans="first")
    stage.other.create(stage.company, name="C1")
    stage.edit(SIX + '\ncustomer "C2" inactive\ncustomer add name="Job" parent="C1"')
    stage.sync()
    plan: dict[str, Any] = stage.plan()
    assert plan["counts"] == {Verb.CREATE: 4, Verb.SKIP: 1, Verb.HOLD: 2}
    assert len(plan["actions"]) == 7
