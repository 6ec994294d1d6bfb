"""A create whose answer was lost, and whose record is not found by its name: it may have been renamed, edited or
deleted since. It is settled or waits for a person, and is never made a second time (spec 10.1; design, the ladder 5
and 6)."""

from __future__ import annotations

import re

import pytest

from fieldledger.journal import runs, sights
from fieldledger.model.kinds import Kind
from quickbooks_sim.errors import FaultPoint
from tests.engine.both import (
    Mortal,
    died,
    direct,
    held,
    in_books,
    pairs,
    parsed,
    session,
    sets,
    settled,
    switch,
)
from tests.support.connector import INTERVAL, Stage, edit

DAY = 86_400
DIRECTIONS = ("two_way", "field_to_books")


@pytest.fixture(params=DIRECTIONS)
def world(stage: Stage, request: pytest.FixtureRequest) -> Stage:
    """Birch is new on the field side, and QuickBooks tells no marks."""
    direct(stage, request.param)
    session(stage)
    switch(stage, external_guid="false")
    stage.other.create(stage.company, name="Birch", phone="2", email="b@example.com")
    return stage


def creates(world: Stage, most: int = 4) -> list[str]:
    """Names of the customers that some more sessions ask QuickBooks to make."""
    found = []
    for _ in range(most):
        found += [
            about for sent in sets(session(world)) if "CustomerAddRq" in sent.text for about in sent.about
        ]
    return found


def waits(world: Stage) -> None:
    assert creates(world) == []
    assert held(world) == {"Birch": "unsure"}
    assert pairs(world) == {}


def test_what_was_renamed_and_edited_is_not_made_again(world: Stage) -> None:
    """spec 10.1: by its values nobody would know it any more."""
    died(world)
    edit(world, "customer Birch rename Beech")
    edit(world, "customer Beech set phone=77 email=c@example.com")
    waits(world)
    [hold] = world.attention()
    assert hold["others"] == [in_books(world)["Beech"].id], "the person is shown which it may be"


def test_what_bears_nothing_but_a_name_and_was_renamed_is_not_made_again(world: Stage) -> None:
    """spec 10.1: there is no value to compare."""
    world.other.edit(world.company, 1, phone="", email="")
    died(world)
    edit(world, "customer Birch rename Beech")
    waits(world)


def test_what_was_made_a_job_is_not_made_again(stage: Stage) -> None:
    """spec 10.1: its full name is another one, and it is no customer at the top any more."""
    direct(stage, "two_way")
    stage.edit("customer add name=Ash phone=9")
    settled(stage)
    switch(stage, external_guid="false")
    settled(stage)
    stage.time += 2 * DAY
    stage.other.create(stage.company, name="Birch", phone="2")
    with stage.journal.write() as tx:
        assert not sights.tells_marks(tx, stage.company, Kind.CUSTOMER)
    died(stage)
    edit(stage, "customer Birch set phone=77")
    edit(stage, "customer Birch under Ash")
    assert creates(stage) == []
    assert held(stage) == {"Birch": "unsure"}


def test_what_quickbooks_lists_and_cannot_show_is_not_made_again(stage: Stage) -> None:
    """spec 10.1, 10.5: a damaged record that came since then may be the one."""
    direct(stage, "two_way")
    stage.edit("customer add name=Ash phone=9")
    settled(stage)
    stage.other.create(stage.company, name="Birch", phone="2")
    died(stage)
    edit(stage, "customer Birch rename Beech")
    damaged = in_books(stage)["Beech"].id
    stage.time += INTERVAL
    with stage.connect() as connector:
        for _ in range(30):
            if connector.ask() is None:
                break
            reply = connector.execute()
            if f"<ListID>{damaged}</ListID>" in connector.requests[-1]:
                reply = re.sub(
                    r"(<CustomerQueryRs requestID=.[^ ]*) .*</CustomerQueryRs>",
                    r'\1 statusCode="1000" statusSeverity="Error" statusMessage="Damaged." />',
                    reply,
                    flags=re.DOTALL,
                )
                assert "Damaged" in reply
            if connector.post(reply) in (100, -1):
                break
        assert [sent for sent in map(parsed, connector.requests) if sent.writes] == []
    assert held(stage) == {"Birch": "unsure"}
    assert creates(stage) == []


@pytest.mark.parametrize("guid", ["true", "false"])
def test_what_was_renamed_and_deleted_is_not_made_again(world: Stage, guid: str) -> None:
    """spec 10.1: a deletion tells neither the first name nor a mark."""
    switch(world, external_guid=guid)
    died(world)
    edit(world, "customer Birch rename Beech")
    edit(world, "customer Beech delete")
    waits(world)


def test_a_deletion_that_a_broken_session_has_read_is_told_again(stage: Stage) -> None:
    """spec 10.1: that session moved the cursor far beyond the deletion, and came to no proof."""
    direct(stage, "two_way")
    stage.edit("customer add name=Ash phone=9")
    settled(stage)
    stage.other.create(stage.company, name="Birch", phone="2")
    died(stage)
    edit(stage, "customer Birch rename Beech")
    edit(stage, "customer Beech delete")
    stage.time += 5 * DAY
    edit(stage, "customer Ash set phone=8")
    stage.time += INTERVAL
    with stage.connect() as connector:
        while "ListDeletedQueryRq" not in (connector.ask() or ""):
            connector.execute()
            connector.post()
        connector.execute()
        connector.post()
    assert creates(stage) == []
    assert held(stage) == {"Birch": "unsure"}


@pytest.mark.parametrize("guid", ["true", "false"])
def test_what_a_broken_session_saw_and_was_deleted_then_is_not_made_again(world: Stage, guid: str) -> None:
    """spec 10.1: it was stored under its new name, without a pair, before it was deleted."""
    switch(world, external_guid=guid)
    died(world)
    edit(world, "customer Birch rename Beech")
    world.time += INTERVAL
    with world.connect() as connector:
        text = ""
        while "<ListID>" not in text:
            text = connector.ask() or ""
            connector.execute()
            if "<ListID>" in text:
                connector.world.engine.on_reply(
                    connector.ticket, connector.reply.partition("</QBXMLMsgsRs>")[0]
                )
            else:
                connector.post()
    edit(world, "customer Beech delete")
    waits(world)


def test_where_deletions_are_not_told_it_waits(world: Stage) -> None:
    """spec 10.1: without them nobody knows whether it was made and deleted."""
    died(world, FaultPoint.BEFORE_EXECUTION)
    world.time += INTERVAL
    with world.connect() as connector:
        for _ in range(20):
            if connector.ask() is None:
                break
            reply = connector.execute()
            if "<ListDeletedQueryRs" in reply:
                head, tag, rest = reply.partition("<ListDeletedQueryRs")
                old = 'statusCode="1"' if 'statusCode="1"' in rest.partition(">")[0] else 'statusCode="0"'
                reply = head + tag + rest.replace(old, 'statusCode="3250"', 1)
            if connector.post(reply) in (100, -1):
                break
    assert in_books(world) == {}
    assert held(world) == {"Birch": "unsure"}


def test_a_stranger_that_took_the_name_of_what_was_renamed_hides_nothing(stage: Stage) -> None:
    """spec 10.1: once the stranger gives up the name, it is still not made a second time."""
    direct(stage, "field_to_books")
    stage.edit("customer add name=Old phone=5")
    session(stage)
    stage.time += 3 * DAY
    stage.other.create(stage.company, name="Cedar", phone="4")
    died(stage)
    edit(stage, "customer Cedar rename Larch")
    edit(stage, "customer Old rename Cedar")
    session(stage)
    edit(stage, "customer Cedar rename Old")
    assert creates(stage) == []
    assert sorted(in_books(stage)) == ["Larch", "Old"]
    assert list(pairs(stage)) == [in_books(stage)["Larch"].id]


def test_where_quickbooks_tells_marks_a_persons_new_customer_delays_nothing(world: Stage) -> None:
    """It bears no mark where ours bear one: what was not made is made, once."""
    switch(world, external_guid="true")
    settled(world)
    world.other.create(world.company, name="Cedar", phone="4")
    died(world, FaultPoint.BEFORE_EXECUTION)
    edit(world, "customer add name=Stranger phone=5")
    assert creates(world) == ["Cedar"]
    assert world.attention() == []
    assert sorted(in_books(world)) == ["Birch", "Cedar", "Stranger"]


def test_one_that_bears_the_values_is_shown_and_the_rest_goes_on(world: Stage) -> None:
    """The first of a half done set was made and renamed; the others were not, and are made."""
    world.other.create(world.company, name="Cedar", phone="4")
    died(world, FaultPoint.MID_SET)
    edit(world, "customer Birch rename Beech")
    assert creates(world) == ["Cedar"]
    assert held(world) == {"Birch": "unsure"}
    assert sorted(in_books(world)) == ["Beech", "Cedar"]


def test_what_is_deleted_while_the_proof_is_read_is_not_made_again(world: Stage) -> None:
    """spec 10.1: on a page that has yet to come; so deletions are asked for beside every page, not only the first."""
    for number in range(5):
        edit(world, f"customer add name=More{number}")
    session(world)
    switch(world, external_guid="true")
    session(world)
    world.other.create(world.company, name="Cedar", phone="4")
    died(world)
    edit(world, "customer Cedar rename Zebra")
    with world.journal.write() as tx:
        runs.move_cursor(tx, world.company, "page:customer", "2")
    quickbooks = Mortal(world)
    deleted: list[str] = []

    def delete(text: str) -> None:
        if 'iterator="Continue"' in text and not deleted:
            deleted.append(text)
            edit(world, "customer Zebra delete")

    quickbooks.before = delete
    connector = session(world, quickbooks)
    quickbooks.close()
    assert deleted
    assert sets(connector) == []
    assert creates(world) == []
    assert held(world)["Cedar"] == "unsure"
