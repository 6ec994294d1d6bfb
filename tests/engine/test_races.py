"""Two things at once: a person at the command line while a sync is at work, a client that asks again while its first
call is still being answered, and decisions that were true when they were made."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from fieldledger.office import companies as office
from fieldledger.session import planning
from tests.support.connector import Connector, Stage
from tests.support.scripted import ScriptedQuickBooks, Shown

KITCHEN = Shown("2-1", "Kitchen", parent="1-1", full_name="Acme:Kitchen")
LATER = {"edited": "1764000500", "modified": "2025-11-24T11:08:20-05:00"}


def test_a_namesake_made_between_showing_and_approving_is_seen(stage: Stage) -> None:
    """spec 2.7, 8.3: under job_name=full_name too; nothing is created beside it."""
    stage.choose(approve_plans="always", job_name="full_name")
    quickbooks = ScriptedQuickBooks(stage.file_id(), Shown("1-1", "Acme"), KITCHEN)
    stage.sync(quickbooks)
    stage.other.create(
        stage.company,
        name="Acme:Kitchen",
        locations=[{"name": "Kitchen", "is_default": False, "address": {}}],
    )
    stage.approve()
    stage.sync(quickbooks)
    if stage.plan()["state"] == "proposed":
        stage.approve()
        stage.sync(quickbooks)
    assert stage.names() == ["Acme", "Acme:Kitchen"]
    assert [hold["reason"] for hold in stage.attention()] == ["duplicate"]


def test_two_jobs_and_two_namesakes_are_held_one_to_one(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """spec 2.7: jobs of one customer share its address; each finds a field record of its own, and none is created."""
    address = {"line1": "1 Main St", "city": "A"}
    quickbooks = ScriptedQuickBooks(stage.file_id(), Shown("1-1", "Acme"))
    stage.sync(quickbooks)
    for _ in range(2):
        stage.other.create(stage.company, name="Acme", billing_address=address)
    told = Shown.full
    bill = "<BillAddress><Addr1>1 Main St</Addr1><City>A</City></BillAddress>"
    monkeypatch.setattr(Shown, "full", lambda self: told(self) + (bill if self.parent else ""))
    quickbooks.records += [
        Shown(f"{n}-1", name, parent="1-1", full_name=f"Acme:{name}", **LATER)
        for n, name in ((2, "Kitchen"), (3, "Bath"))
    ]
    stage.sync(quickbooks)
    assert stage.names() == ["Acme"] * 3, "the customer and the two that were there"
    held = [(hold["reason"], hold["others"]) for hold in stage.attention()]
    assert sorted(held) == [("duplicate", ["2"]), ("duplicate", ["3"])]


def test_a_setting_that_changes_in_the_middle_of_planning_takes_effect(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """spec 1.2: what was decided by the old rules is decided again by the new ones."""
    jobs = [Shown(f"{n:X}-2", f"J{n}", parent="1-1", full_name=f"Acme:J{n}") for n in range(2, 6)]
    quickbooks = ScriptedQuickBooks(stage.file_id(), Shown("1-1", "Acme"), *jobs)
    stage.choose(job_name="job_name")
    stage.sync(quickbooks)
    stage.approve()
    stage.sync(quickbooks)
    assert stage.names() == ["Acme", "J2", "J3", "J4", "J5"]
    for job in jobs:
        job.phone, job.edited, job.modified = "1", LATER["edited"], LATER["modified"]
    slices: list[bool] = []
    decide = planning.plan_slice

    def counted(tx: Any, work: planning.Planning) -> bool:
        slices.append(decide(tx, work))
        return slices[-1]

    def between(what: str) -> None:
        if what == "after a commit" and slices == [True]:
            slices.append(False)
            office.set_settings(stage.journal, stage.company, {"job_name": "full_name"}, who="somebody")

    monkeypatch.setattr(planning, "plan_slice", counted)
    stage.moment = between
    stage.sync(quickbooks)
    stage.moment = lambda what: None
    if stage.plan()["state"] == "proposed":
        stage.approve()
    stage.sync(quickbooks, times=2)
    assert stage.names() == ["Acme", "Acme:J2", "Acme:J3", "Acme:J4", "Acme:J5"]


def test_what_was_approved_before_a_restore_is_shown_again(stage: Stage) -> None:
    """spec 8.2: stop and show what changed, also when the session that finds it out has approved work left."""
    stage.choose(approve_plans="always")
    quickbooks = ScriptedQuickBooks(stage.file_id(), Shown("1-1", "Acme"))
    stage.sync(quickbooks)
    stage.approve()
    stage.sync(quickbooks)
    quickbooks.records.append(Shown("2-1", "Beta", **LATER))
    stage.sync(quickbooks)
    stage.approve()
    quickbooks.records.pop()
    quickbooks.restored = "2025-11-24T12:00:00-05:00"
    stage.sync(quickbooks)
    assert stage.names() == ["Acme"]


# ---- one session, two calls at once ----------------------------------------------------------------------------------


class Slow:
    """A field side whose first write takes until the test lets it go on."""

    def __init__(self, stage: Stage) -> None:
        self.inside, self.gate = threading.Event(), threading.Event()
        self.writes = 0
        stage.other.after = self._after

    def _after(self, call: str) -> None:
        if call == "write":
            self.writes += 1
            if self.writes == 1:
                self.inside.set()
                assert self.gate.wait(20)


def overtaken(stage: Stage, connector: Connector) -> tuple[int, int]:
    """Post until the field side is being written, then ask and post again before that call is answered. Returns the
    percents of the first and the second."""
    slow, percents = Slow(stage), []

    def post() -> None:
        percents.append(stage.engine.on_reply(connector.ticket, connector.reply).percent)

    thread: threading.Thread
    while not slow.inside.is_set():
        connector.ask()
        connector.execute()
        thread = threading.Thread(target=post)
        thread.start()
        while thread.is_alive() and not slow.inside.wait(0.02):
            pass
    percents.clear()
    connector.ask()
    connector.execute()
    second = connector.post()
    slow.gate.set()
    thread.join()
    return percents[0], second


@pytest.mark.parametrize("changed", [False, True], ids=["created", "updated"])
def test_a_client_that_asks_again_while_its_write_is_at_work(stage: Stage, changed: bool) -> None:
    """spec 10.1, 9.2: it is written once, it stands in the history once, and the session that is over stays over."""
    quickbooks = ScriptedQuickBooks(stage.file_id(), Shown("1-1", "Acme"))
    if changed:
        stage.sync(quickbooks)
        quickbooks.records[0].phone, quickbooks.records[0].edited = "1", LATER["edited"]
        quickbooks.records[0].modified = LATER["modified"]
    stage.time += 900
    with stage.connect(quickbooks) as connector:
        _, second = overtaken(stage, connector)
        assert second == 100
        assert stage.last_run()["outcome"] == "done"
        assert connector.ask() is None, "an ended session hands out nothing"
    assert stage.names() == ["Acme"]
    assert [event["what"] for event in stage.events()].count("updated" if changed else "created") == 1


def test_a_closed_session_writes_nothing_more(stage: Stage) -> None:
    """Tickets are dead after closeConnection, also for the call that is still at work."""
    quickbooks = ScriptedQuickBooks(stage.file_id(), *(Shown(f"{n:X}-1", f"C{n}") for n in range(1, 400)))
    stage.time += 900
    closed: list[int] = []
    with stage.connect(quickbooks) as connector:
        stage.other.after = _closing(stage, connector, closed)
        connector.run()
    assert closed == [len(stage.names())]
    stage.other.after = lambda call: None
    stage.sync(quickbooks)
    assert len(stage.names()) == len(set(stage.names())) == 399


def _closing(stage: Stage, connector: Connector, closed: list[int]) -> Callable[[str], None]:
    def after(call: str) -> None:
        if call == "write" and not closed:
            closed.append(len(stage.names()))
            connector.close()

    return after
