"""A field-service system that is away, busy, slow, forgetful, or edited while it is written.

spec 2.2, 2.11, 10.1, 10.2, 10.4, 10.5: at most one record for each, no value lost, one bad record stops nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fieldledger.journal import events
from fieldledger.model.kinds import Kind
from fieldledger.model.outcome import Outcome, Verdict
from fieldledger.office import views
from fieldledger.session import writing
from fieldledger.session.ports import FieldChange, FieldWrite, Opened
from tests.support.connector import Connector, Stage, edit
from tests.support.world import World

SIX = "\n".join(f'customer add name="C{number}" phone={number}' for number in range(6))


def outcome(verdict: Verdict, meaning: str = "") -> Outcome:
    return Outcome(verdict=verdict, code="test", meaning=meaning)


def values(stage: Stage) -> list[tuple[str, str | None, bool, str]]:
    return [
        (each["name"], each["phone"], each["active"], each["sync"]["status"] if each["sync"] else "")
        for each in stage.customers()
    ]


def created(stage: Stage) -> Counter[str]:
    with stage.journal.read() as tx:
        return Counter(
            event.books
            for event in events.newest(tx, stage.company, 10_000)
            if event.what == "created" and event.kind == Kind.CUSTOMER
        )


def made_once(stage: Stage, number: int) -> None:
    """spec 10.1: so many records were ever made, each for another record of the books, and each is known to be made."""
    assert len(stage.other.rows[stage.company]) == number
    assert created(stage) == dict.fromkeys(created(stage), 1)
    assert len(created(stage)) == number


def history(stage: Stage, id: int) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = views.history(stage.journal, stage.company, "customer", str(id))["events"]
    return events


def quiet(stage: Stage) -> None:
    """spec 10.3: another session writes nothing and says nothing."""
    before = stage.customers()
    stage.sync()
    assert (stage.customers(), stage.events(), stage.status()["left"]) == (before, [], 0)


# ---- not there -------------------------------------------------------------------------------------------------------


class Away:
    """The nth call fails, before it did its work or after it."""

    def __init__(self, stage: Stage, number: int, when: str) -> None:
        self.left = number
        setattr(stage.other, when, self)

    def __call__(self, call: str) -> None:
        self.left -= 1
        if self.left == 0:
            raise ConnectionResetError(f"the line went dead during {call}")


def story(stage: Stage) -> None:
    """A first import, edits of all sorts, and sessions until nothing is left. Some of them may stop."""

    def sessions() -> None:
        for _ in range(2):
            stage.time += 900
            with stage.connect() as connector:
                connector.run()

    edit(stage, SIX)
    sessions()
    edit(
        stage,
        'customer "C0" set phone=new\ncustomer "C1" delete\ncustomer "C2" rename "Two"\ncustomer add name="C6"',
    )
    stage.other.edit(stage.company, stage.other.find(stage.company, "C3"), phone="theirs")
    sessions()


@pytest.mark.parametrize("when", ["before", "after"])
def test_unreachable_at_any_call(blank: tuple[Path, str], tmp_path: Path, when: str) -> None:
    """spec 10.4: whichever call fails, before its work or after it, it ends the same."""
    with Stage.copied(*blank, tmp_path / "undisturbed") as world:
        story(world)
        expected, calls = values(world), len(world.other.calls)
        made_once(world, 7)
    assert calls >= 9
    stopped = 0
    for number in range(1, calls + 1):
        with Stage.copied(*blank, tmp_path / str(number)) as world:
            Away(world, number, when)
            story(world)
            assert values(world) == expected, f"call {number}, {world.other.calls[number - 1]}"
            made_once(world, 7)
            told = [
                run["told"] for run in views.log(world.journal, world.company) if run["outcome"] == "stopped"
            ]
            stopped += len(told)
            assert all("could not be reached" in each and "Nothing is lost" in each for each in told)
            quiet(world)
    assert stopped >= calls - 3, "nearly every one of them was felt"


def test_away_for_days(stage: Stage) -> None:
    """Every session says so; QuickBooks' side goes on being read; all comes when it is back."""
    stage.edit(SIX)

    def away(call: str) -> None:
        raise TimeoutError("no answer within 30 s")

    stage.other.before = away
    for _ in range(5):
        stage.time += 900
        with stage.connect() as connector:
            assert connector.run() == "stopped"
            assert "could not be reached (no answer within 30 s)" in connector.told
    assert stage.status()["in_books"] == 6
    stage.other.before = lambda call: None
    stage.sync()
    made_once(stage, 6)


# ---- busy, unsure, silent --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verdict", [Verdict.BUSY, Verdict.UNKNOWN])
def test_busy_with_some_records(stage: Stage, verdict: Verdict) -> None:
    """The others go on; the busy ones are asked for again under the same key until they are told (spec 10.1, 10.5)."""
    stage.edit(SIX)
    keys: set[str] = set()

    def busy(write: FieldWrite) -> Outcome | None:
        if write.values["name"] not in ("C1", "C4"):
            return None
        keys.add(write.key)
        return outcome(verdict)

    stage.other.refuse = busy
    stage.sync()
    assert stage.names() == ["C0", "C2", "C3", "C5"]
    run = stage.last_run()
    assert "2" in run["told"], "the run does not say that all is in step"
    assert run["told"] != "In step: 4 created."
    stage.sync(times=2)
    edit(stage, 'customer "C2" set phone=new\ncustomer add name="C6"')
    stage.sync()
    assert stage.names() == ["C0", "C2", "C3", "C5", "C6"]
    assert len(keys) == 2, "one key for one piece of work"
    stage.other.refuse = lambda write: None
    stage.sync()
    made_once(stage, 7)
    quiet(stage)


def test_more_busy_records_than_fit_into_one_batch(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those at the front are busy for long; the ones behind them, whose answer was lost, are not kept waiting."""
    monkeypatch.setattr(writing, "BATCH", 2)
    stage.edit(SIX)
    stage.other.silent = lambda write: True
    stage.sync()
    assert len(stage.customers()) == 6
    stage.other.silent = lambda write: write.values["name"] in ("C0", "C1", "C2")
    stage.sync()
    assert sorted(created(stage).values()) == [1, 1, 1]
    stage.other.silent = lambda write: False
    stage.sync()
    made_once(stage, 6)
    quiet(stage)


def test_open_writes_are_spoken_of_once_and_truly(stage: Stage) -> None:
    """Two writes have no outcome for three sessions: what the log says of them is so."""
    stage.edit(SIX)
    stage.other.refuse = lambda write: outcome(Verdict.BUSY) if write.values["name"] in ("C1", "C4") else None
    stage.sync()
    for _ in range(2):
        stage.sync()
        retried = [event["told"] for event in stage.events() if event["what"] == "retried"]
        assert len(retried) == 1
        assert "are settled now" not in retried[0], "they are not"


@pytest.mark.parametrize("sessions", [1, 3])
def test_what_was_done_without_an_answer_is_never_done_again(stage: Stage, sessions: int) -> None:
    """Half of each batch is carried out and not answered, for some sessions; it is no duplicate of itself."""
    stage.edit(SIX + '\ncustomer add name="Roof" parent="C1" addr1="1 Roof Rd" city=Harlow')
    stage.edit('customer "C1" set addr1="1 Roof Rd" city=Harlow')
    stage.other.silent = lambda write: write.values["name"] in ("C1", "C3", "C5")
    stage.sync(times=sessions)
    assert stage.attention() == [], "our own record, not yet told of, is nobody's duplicate"
    assert not any(event["what"] == "held" for run in range(1, sessions + 1) for event in stage.events(run))
    stage.other.silent = lambda write: False
    stage.sync(times=2)
    made_once(stage, 7)
    assert {status for *_, status in values(stage)} == {"Synced"}
    quiet(stage)


def test_updates_without_an_answer(stage: Stage) -> None:
    stage.edit(SIX)
    stage.sync()
    stage.other.silent = lambda write: True
    edit(stage, 'customer "C1" set phone=new')
    stage.sync(times=2)
    edit(stage, 'customer "C1" set phone=newer')
    stage.sync()
    stage.other.silent = lambda write: False
    stage.sync(times=2)
    assert [phone for _, phone, *_ in values(stage)] == ["0", "newer", "2", "3", "4", "5"]
    quiet(stage)


MEANWHILE = {
    "deleted": 'customer "C1" delete',
    "made inactive": 'customer "C1" inactive',
    "edited": 'customer "C1" set phone=new',
    "renamed": 'customer "C1" rename "One"',
    "renamed and back": 'customer "C1" rename "One"\ncustomer "One" rename "C1"',
}


@pytest.mark.parametrize("what", MEANWHILE)
@pytest.mark.parametrize("did_it", [True, False])
def test_quickbooks_goes_on_while_a_create_has_no_outcome(stage: Stage, what: str, did_it: bool) -> None:
    """The create is settled sessions later, by then its record in QuickBooks is another one: both sides agree in the
    end (spec 10.4)."""
    stage.edit(SIX)
    if did_it:
        stage.other.silent = lambda write: write.values["name"] == "C1"
    else:
        stage.other.refuse = lambda write: outcome(Verdict.BUSY) if write.values["name"] == "C1" else None
    stage.sync()
    edit(stage, MEANWHILE[what])
    stage.sync(times=2)
    stage.other.silent, stage.other.refuse = (lambda write: False), (lambda write: None)
    stage.sync(times=2)
    expected = {
        "deleted": ("C1", "1", False, "Deleted in QuickBooks"), "made inactive": ("C1", "1", False, "Synced"),
        "edited": ("C1", "new", True, "Synced"), "renamed": ("One", "1", True, "Synced"),
        "renamed and back": ("C1", "1", True, "Synced"),
    }[what]  # fmt: skip
    assert expected in values(stage)
    made_once(stage, 6)
    quiet(stage)


def test_an_edit_that_is_taken_back_while_its_write_has_no_outcome(stage: Stage) -> None:
    """The update goes through sessions after QuickBooks has the old value again."""
    stage.edit(SIX + '\ncustomer add name="Roof" parent="C1"')
    stage.sync()
    stage.other.refuse = lambda write: outcome(Verdict.BUSY)
    edit(stage, 'customer "C0" set phone=new\ncustomer "C1" rename "One"')
    stage.sync()
    edit(stage, 'customer "C0" set phone=0\ncustomer "One" rename "C1"')
    stage.sync()
    stage.other.refuse = lambda write: None
    stage.sync(times=2)
    assert [(name, phone) for name, phone, *_ in values(stage)] == [
        ("C0", "0"), ("C1", "1"), ("C1", None), ("C2", "2"), ("C3", "3"), ("C4", "4"), ("C5", "5"),
    ]  # fmt: skip
    quiet(stage)


def test_what_was_made_and_deleted_before_we_heard_of_it_is_not_made_again(stage: Stage) -> None:
    """spec 2.11: somebody deleted it; it is not imported again until somebody asks."""
    stage.edit(SIX)
    stage.other.silent = lambda write: write.values["name"] == "C1"
    stage.sync()
    stage.other.delete(stage.company, stage.other.find(stage.company, "C1"))
    stage.other.silent = lambda write: False
    stage.sync(times=3)
    assert stage.names() == ["C0", "C2", "C3", "C4", "C5"]
    assert len(stage.other.rows[stage.company]) == 6, "nothing was made a second time"
    assert stage.attention() == []
    told = [event for run in (2, 3, 4) for event in stage.events(run)]
    happened = [event["name"] for event in told if event["reason"] == "deleted_in_field"]
    assert happened == ["C1"], "said once"
    quiet(stage)


def test_slow_writes_are_spread_over_several_round_trips(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No call takes long; QuickBooks is asked something cheap in between."""
    monkeypatch.setattr(writing, "BATCH", 2)
    stage.edit(SIX)

    def slow(call: str) -> None:
        stage.time += 12 if call == "write" else 1

    stage.other.before = slow
    stage.time += 900
    with stage.connect() as connector:
        assert connector.run() == "finished"
    assert sum("HostQueryRq" in request for request in connector.requests) >= 1
    made_once(stage, 6)
    stage.other.before = lambda call: None
    quiet(stage)


def test_a_session_that_is_taken_over_while_it_writes(stage: Stage) -> None:
    """The write is done, the newcomer settles it under its key; the old session settles nothing."""
    stage.edit(SIX)
    newcomers: list[Connector] = []

    def takeover(call: str) -> None:
        if call == "write" and not newcomers:
            stage.time += 700
            newcomers.append(Connector(stage))

    stage.other.after = takeover
    with stage.connect() as connector:
        assert connector.run() == "stopped"
    assert created(stage) == {}
    assert isinstance(newcomers[0].opened, Opened)
    assert newcomers[0].run() == "finished"
    newcomers[0].quickbooks.close()
    made_once(stage, 6)
    quiet(stage)


# ---- refused ---------------------------------------------------------------------------------------------------------


def test_a_poison_record_is_held_and_the_others_go_on(stage: Stage) -> None:
    """spec 10.5: it waits with the reason, is not tried again and again, and comes when it was corrected."""
    stage.edit(SIX)
    tried: list[str] = []

    def poison(write: FieldWrite) -> Outcome | None:
        if write.values["phone"] != "1":
            return None
        tried.append(write.key)
        return outcome(Verdict.REFUSED, "The phone is none.")

    stage.other.refuse = poison
    stage.sync(times=3)
    assert stage.names() == ["C0", "C2", "C3", "C4", "C5"]
    held = stage.attention()
    assert [(hold["name"], hold["reason"]) for hold in held] == [("C1", "refused")]
    assert "The phone is none." in held[0]["told"]
    assert len(tried) == 1, "refused is refused, as long as nothing changes"
    edit(stage, 'customer "C1" set phone=good')
    stage.sync(times=2)
    assert stage.attention() == []
    made_once(stage, 6)
    quiet(stage)


def test_jobs_of_a_customer_that_is_refused_wait_with_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """spec 2.7: in the same item; those that were sent together with it are there already."""
    monkeypatch.setattr(writing, "BATCH", 2)
    stage.edit(
        'customer add name="C1" phone=bad\n'
        + "\n".join(f'customer add name="J{n}" parent="C1"' for n in range(4))
    )
    stage.other.refuse = lambda write: outcome(Verdict.REFUSED) if write.values["phone"] == "bad" else None
    stage.sync()
    assert [(hold["name"], hold["waiting"]) for hold in stage.attention()] == [("C1", 3)]
    assert stage.names() == ["C1"]
    edit(stage, 'customer "C1" set phone=good')
    stage.sync()
    assert stage.attention() == []
    made_once(stage, 5)
    quiet(stage)


def test_a_refused_update_shows_on_the_record_and_stops_nobody(stage: Stage) -> None:
    """spec 9.4, 9.5: green is not shown on what is not in step."""
    stage.edit(SIX)
    stage.sync()
    stage.other.refuse = lambda write: (
        outcome(Verdict.REFUSED, "The phone is none.") if write.values["phone"] == "bad" else None
    )
    edit(stage, 'customer "C1" set phone=bad\ncustomer "C2" set phone=good')
    stage.sync()
    assert values(stage)[1:3] == [("C1", "1", True, "Needs attention"), ("C2", "good", True, "Synced")]
    assert [hold["field"] for hold in stage.attention()] == [str(stage.other.find(stage.company, "C1"))]
    edit(stage, 'customer "C1" set phone=1')
    stage.sync()
    assert (values(stage)[1], stage.attention()) == (("C1", "1", True, "Synced"), []), (
        "taken back in QuickBooks"
    )
    quiet(stage)


def test_everything_is_refused(stage: Stage) -> None:
    """Each waits on its own; nothing is written twice, and all come when they may."""
    stage.edit(SIX)
    stage.other.refuse = lambda write: outcome(Verdict.NOT_ALLOWED, "No customers today.")
    stage.sync(times=2)
    assert len(stage.attention()) == 6
    stage.other.refuse = lambda write: None
    edit(stage, "\n".join(f'customer "C{number}" set phone=1{number}' for number in range(6)))
    stage.sync()
    made_once(stage, 6)
    assert stage.attention() == []


def test_missing_in_answer_to_a_create_is_no_endless_loop(stage: Stage) -> None:
    """Nothing is named that could be missing: the answer is out of order, and waits for a person."""
    stage.edit(SIX)
    tries: list[str] = []

    def missing(write: FieldWrite) -> Outcome | None:
        if write.values["name"] != "C1":
            return None
        tries.append(write.key)
        return outcome(Verdict.MISSING)

    stage.other.refuse = missing
    stage.sync(times=2)
    assert len(set(tries)) == 1
    assert [hold["name"] for hold in stage.attention()] == ["C1"]
    assert len(stage.customers()) == 5


# ---- somebody edits meanwhile ----------------------------------------------------------------------------------------


def people(stage: Stage, do: Callable[[], None], times: int = 1) -> None:
    """Somebody does something right before the next write comes in."""
    left = [times]

    def before(call: str) -> None:
        if call == "write" and left[0]:
            left[0] -= 1
            do()

    stage.other.before = before


def test_an_edit_between_planning_and_writing_stands_in_the_history(stage: Stage) -> None:
    """spec 2.2, 10.2: the write is refused as stale, planned again, and what it then overwrites was written down."""
    stage.edit(SIX)
    stage.sync()
    id = stage.other.find(stage.company, "C1")
    people(stage, lambda: stage.other.edit(stage.company, id, phone="just typed", email="a@example.com"))
    edit(stage, 'customer "C1" set phone=new')
    stage.sync()
    assert values(stage)[1] == ("C1", "new", True, "Synced")
    updates = [event for event in history(stage, id) if event["what"] == "updated"]
    assert len(updates) == 1
    assert {change["field"]: change["before"] for change in updates[0]["changes"]} == {
        "phone": "just typed", "email": "a@example.com",
    }  # fmt: skip
    quiet(stage)


def test_somebody_edits_at_every_attempt(stage: Stage) -> None:
    """The session ends; the next one writes, and every value that went is in the history."""
    stage.edit(SIX)
    stage.sync()
    id = stage.other.find(stage.company, "C1")
    typed = iter(range(100))
    people(stage, lambda: stage.other.edit(stage.company, id, phone=f"typed {next(typed)}"), times=6)
    edit(stage, 'customer "C1" set phone=new')
    stage.sync(times=3)
    assert values(stage)[1][1] == "new"
    overwritten = [
        change["before"]
        for event in history(stage, id)
        if event["what"] == "updated"
        for change in event["changes"]
        if change["field"] == "phone"
    ]
    assert overwritten == ["typed 5"]
    quiet(stage)


def test_a_record_that_is_deleted_between_planning_and_writing(stage: Stage) -> None:
    """spec 2.11: the tombstone stays; nothing is made anew."""
    stage.edit(SIX)
    stage.sync()
    people(stage, lambda: stage.other.delete(stage.company, stage.other.find(stage.company, "C1")))
    edit(stage, 'customer "C1" set phone=new')
    stage.sync()
    assert stage.names() == ["C0", "C2", "C3", "C4", "C5"]
    edit(stage, 'customer "C1" set phone=newer')
    stage.sync()
    assert len(stage.other.rows[stage.company]) == 6
    rests = {rest["reason"]: rest["count"] for rest in stage.status()["not_synced"]}
    assert rests == {"deleted_in_field": 1}


def test_an_edit_right_after_a_write_is_noted_and_kept(stage: Stage) -> None:
    """Between the write and its answer: the answer shows the edit already."""
    stage.edit(SIX)
    stage.sync()
    id = stage.other.find(stage.company, "C1")

    def edits(call: str) -> None:
        if call == "write":
            stage.other.after = lambda call: None
            stage.other.edit(stage.company, id, email="typed@example.com")

    stage.other.after = edits
    edit(stage, 'customer "C1" set phone=new')
    stage.sync(times=2)
    assert [event["reason"] for event in history(stage, id)][1:] == ["changed", "one_way"]
    edit(stage, 'customer "C1" set phone=newer')
    stage.sync()
    changes = {change["field"]: change["before"] for change in history(stage, id)[-1]["changes"]}
    assert changes == {"phone": "new", "email": "typed@example.com"}
    quiet(stage)


def test_an_edit_that_is_taken_back_leaves_no_mark(stage: Stage) -> None:
    """A one-way edit is noted; put back by hand, the record is in step, and its badge says so."""
    stage.edit(SIX)
    stage.sync()
    id = stage.other.find(stage.company, "C1")
    stage.other.edit(stage.company, id, phone="theirs")
    stage.sync()
    assert values(stage)[1][3] == "Synced with warnings"
    stage.other.edit(stage.company, id, phone="1")
    stage.sync()
    assert values(stage)[1][3] == "Synced"
    quiet(stage)


def test_deleted_and_made_anew_under_the_same_name(stage: Stage) -> None:
    """The tombstone holds; the new record is the field's own, and no duplicate of anything."""
    stage.edit(SIX)
    stage.sync()
    stage.other.delete(stage.company, stage.other.find(stage.company, "C1"))
    made = stage.other.create(stage.company, name="C1", phone="anew")
    stage.sync()
    edit(stage, 'customer "C1" set phone=new')
    stage.sync(times=2)
    assert stage.attention() == []
    assert stage.other.there(stage.company)[made]["phone"] == "anew"
    assert stage.names() == ["C0", "C1", "C2", "C3", "C4", "C5"]
    quiet(stage)


def test_deleted_and_made_anew_before_it_was_ever_linked(stage: Stage) -> None:
    """A namesake holds the import; it is deleted and made anew: still one hold, about the new one."""
    first = stage.other.create(stage.company, name="C1")
    stage.edit(SIX)
    stage.sync()
    assert [hold["others"] for hold in stage.attention()] == [[str(first)]]
    stage.other.delete(stage.company, first)
    second = stage.other.create(stage.company, name=" c1 ")
    stage.sync()
    assert [hold["others"] for hold in stage.attention()] == [[str(second)]]
    stage.other.delete(stage.company, second)
    stage.sync()
    assert stage.attention() == []
    assert len(created(stage)) == 6
    quiet(stage)


# ---- a form of its own, a feed of its own ----------------------------------------------------------------------------


def shouting(values: dict[str, Any]) -> dict[str, Any]:
    """This system keeps names in capitals, phones without signs, and no billing address."""
    phone = values["phone"] and "".join(filter(str.isalnum, values["phone"]))
    return {**values, "name": (values["name"] or "").upper(), "phone": phone, "billing_address": None}


def test_values_kept_in_a_form_of_its_own(stage: Stage) -> None:
    """spec 2.3, 10.3: nobody edited anything: no notes, no endless rewriting; a real edit is still seen."""
    stage.other.keep = shouting
    stage.edit(SIX.replace("phone=", "addr1=Street phone=503-555-000"))
    stage.sync()
    assert stage.names() == [f"C{number}" for number in range(6)]
    assert stage.customers()[1]["phone"] == "5035550001"
    quiet(stage)
    edit(stage, 'customer "C1" set phone=503-555-0101\ncustomer "C2" rename "Two"')
    stage.sync()
    assert (stage.customers()[1]["phone"], stage.names()[-1]) == ("5035550101", "TWO")
    assert {event["what"] for event in stage.events()} == {"updated"}
    quiet(stage)
    stage.other.edit(stage.company, stage.other.find(stage.company, "C3"), phone="999")
    stage.sync()
    assert [(event["what"], event["reason"]) for event in stage.events()] == [("noted", "one_way")]
    quiet(stage)


def test_its_own_form_is_no_duplicate_and_no_stale_write(stage: Stage) -> None:
    """Its names compare case-insensitively; an update states the version that its own form has."""
    stage.other.keep = shouting
    stage.other.create(stage.company, name="c1")
    stage.edit(SIX.replace("C", "c"))
    stage.sync()
    assert [hold["name"] for hold in stage.attention()] == ["c1"]
    edit(stage, "\n".join(f'customer "c{number}" set phone=1{number}' for number in (0, 2)))
    stage.sync()
    assert stage.last_run()["counts"].get("planned_again", 0) == 0


Feed = Callable[[list[FieldChange]], list[FieldChange]]


def twice(changes: list[FieldChange]) -> list[FieldChange]:
    return [change for change in changes for _ in range(2)]


def backwards(changes: list[FieldChange]) -> list[FieldChange]:
    return changes[::-1]


def interleaved(changes: list[FieldChange]) -> list[FieldChange]:
    return changes[1::2] + changes[::2] + changes[1::2]


@pytest.mark.parametrize("feed", [twice, backwards, interleaved])
def test_a_feed_that_tells_twice_or_in_any_order(stage: Stage, feed: Feed) -> None:
    """Events of one answer may come twice and shuffled."""
    stage.other.feed = feed
    for number in range(4):
        stage.other.create(stage.company, name=f"Own {number}")
    stage.edit(SIX)
    stage.sync(times=2)
    made = [id for id, row in stage.other.there(stage.company).items() if row["name"].startswith("C")]
    assert len(made) == 6
    for id in made[:3]:
        stage.other.edit(stage.company, id, phone="theirs")
    stage.other.delete(stage.company, made[4])
    stage.sync()
    assert Counter(event["reason"] for event in stage.events()) == {"one_way": 3, "deleted_in_field": 1}
    quiet(stage)


def test_a_feed_that_delivers_late(stage: Stage) -> None:
    """An old event comes again after newer ones: what it shows is no news."""
    stage.edit(SIX)
    stage.sync()
    id = stage.other.find(stage.company, "C1")
    late: list[FieldChange] = []

    def remember(changes: list[FieldChange]) -> list[FieldChange]:
        late.extend(change for change in changes if change.id == str(id))
        return changes

    stage.other.feed = remember
    for phone in ("typed first", "typed last"):
        stage.other.edit(stage.company, id, phone=phone)
        stage.sync()
    assert [change.record.values["phone"] for change in late if change.record] == [
        "typed first",
        "typed last",
    ]
    stage.other.feed = lambda changes: [late[0], *changes]
    stage.sync()
    assert stage.events() == [], "it says nothing that is so"
    stage.other.feed = lambda changes: changes
    edit(stage, 'customer "C1" set phone=new')
    stage.sync()
    before = {change["field"]: change["before"] for change in history(stage, id)[-1]["changes"]}
    assert before == {"phone": "typed last"}
    quiet(stage)


def test_a_deleted_record_whose_old_event_comes_again_stays_deleted(stage: Stage) -> None:
    """Linked or not, it does not rise from the dead, nor does it hold anybody up."""
    own = stage.other.create(stage.company, name="Own")
    stage.edit(SIX)
    everything: list[FieldChange] = []

    def remember(changes: list[FieldChange]) -> list[FieldChange]:
        everything.extend(changes)
        return changes

    stage.other.feed = remember
    stage.sync(times=2)
    stage.other.delete(stage.company, own)
    stage.other.delete(stage.company, stage.other.find(stage.company, "C1"))
    stage.time += 900
    stage.sync()
    old = [change for change in everything if change.record is not None]
    stage.other.feed = lambda changes: [*old, *changes]
    stage.sync()
    assert stage.events() == []
    stage.other.feed = lambda changes: changes
    edit(stage, 'customer add name="Own"')
    stage.sync()
    assert stage.attention() == [], "nobody of that name is there"
    assert "Own" in stage.names()


def test_badges_and_policy_are_told_once(stage: Stage) -> None:
    """And again only when they changed; lost on the way, they are told by the next session."""
    stage.edit(SIX)
    stage.sync(times=2)
    assert Counter(stage.other.calls)["show_policy"] == 1
    assert Counter(stage.other.calls)["show_status"] == 1

    def lost(call: str) -> None:
        if call == "show_status":
            raise ConnectionResetError("gone")

    stage.other.before = lost
    edit(stage, 'customer "C1" set phone=new')
    stage.time += 900
    with stage.connect() as connector:
        assert connector.run() == "stopped"
    stage.other.before = lambda call: None
    stage.sync()
    badge = stage.customers()[1]["sync"]
    assert badge["detail"] == "Changed in QuickBooks: Phone."


def test_the_badge_of_a_namesake_goes_with_the_hold(stage: Stage) -> None:
    """spec 2.8: it was renamed, the QuickBooks customer came: it needs nobody's attention any more."""
    id = stage.other.create(stage.company, name="C1")
    stage.edit(SIX)
    stage.sync()
    assert stage.other.shown(stage.company)[1]["sync"]["status"] == "Needs attention"
    stage.other.edit(stage.company, id, name="C1 (old)")
    stage.sync()
    badges = {each["name"]: each["sync"]["status"] for each in stage.customers() if each["sync"]}
    assert badges["C1"] == "Synced"
    assert badges.get("C1 (old)") != "Needs attention"


# ---- sizes and times do not matter -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "slow", [("write",), ("changes",), ("changes", "write", "show_status", "show_policy")]
)
def test_a_field_system_that_is_slower_than_one_call_may_last(stage: Stage, slow: tuple[str, ...]) -> None:
    """Each of its calls takes longer than one answer to the Web Connector should: it gets on all the same."""
    stage.edit(SIX)

    def wait(call: str) -> None:
        if call in slow:
            stage.time += 25

    stage.other.before = wait
    stage.time += 900
    with stage.connect() as connector:
        assert connector.run(most=30) == "finished"
    made_once(stage, 6)
    assert {status for *_, status in values(stage)} == {"Synced"}


def test_the_sizes_of_slices_and_batches_do_not_matter(
    blank: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One by one, or everything at once: a tree with a held customer, edits and deletions end the same."""

    def tell(folder: Path) -> tuple[list[Any], list[Any], int]:
        with Stage.copied(*blank, folder) as world:
            for name in ("C1", "C4", "Own"):
                world.other.create(world.company, name=name)
            edit(
                world, SIX + "\n" + "\n".join(f'customer add name="J{n}" parent="C{n % 3}"' for n in range(6))
            )
            world.sync()
            edit(world, 'customer "C0" rename "Zero"\ncustomer "C2:J2" delete\ncustomer "C3" set phone=new')
            world.other.edit(world.company, world.other.find(world.company, "C4"), name="C4 (old)")
            world.other.delete(world.company, world.other.find(world.company, "C5"))
            world.sync()
            if world.status()["plan_waiting"]:
                world.approve()
            world.sync()
            held = [(hold["name"], hold["reason"], hold["waiting"]) for hold in world.attention()]
            quiet(world)
            return values(world), held, len(world.other.rows[world.company])

    expected = tell(tmp_path / "at once")
    assert expected[1] == [("C1", "duplicate", 2)]
    for size in (1, 2):
        for module, name in (("writing", "BATCH"), ("writing", "CHANGES"), ("writing", "STATUSES"),
                             ("planning", "SLICE"), ("reading", "STORE_AT_ONCE")):  # fmt: skip
            monkeypatch.setattr(f"fieldledger.session.{module}.{name}", size)
        assert tell(tmp_path / str(size)) == expected


# ---- the desk that ships with it -------------------------------------------------------------------------------------


def test_the_desk_tells_of_what_was_made_and_deleted_before_we_heard_of_it(tmp_path: Path) -> None:
    """spec 2.11, over REST: the answer to the creates is lost, one of the new customers is deleted at once; it gets
    its tombstone and is not imported again."""
    with World(tmp_path) as world:
        world.edit(SIX)

        def lost(what: str) -> None:
            if what == "after the field was written":
                raise ConnectionResetError("gone")

        world.moment = lost
        assert world.session().outcome == "stopped"
        world.moment = lambda what: None
        world.store.delete(
            world.company, next(each["id"] for each in world.customers() if each["name"] == "C1")
        )
        for _ in range(2):
            world.time += 900
            assert world.session().outcome == "finished"
        world.edit('customer "C1" set phone=new')
        world.time += 900
        world.session()
        assert [customer["name"] for customer in world.customers()] == ["C0", "C2", "C3", "C4", "C5"]
        assert max(customer["id"] for customer in world.customers()) == 6, "none was made a second time"
        rests = {rest["reason"]: rest["count"] for rest in world.status()["not_synced"]}
        assert rests == {"deleted_in_field": 1}
        assert world.attention() == []
