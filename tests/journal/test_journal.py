"""The journal's own promises: its schema, its invariants, and writers that queue instead of failing."""

from __future__ import annotations

import threading

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from fieldledger.journal import Journal, events, holds, leases, links, plans, runs, sights
from fieldledger.journal.holds import Hold, Status
from fieldledger.journal.links import Agreed
from fieldledger.journal.schema import metadata
from fieldledger.model.kinds import Side
from fieldledger.model.plan import Action, Reason, Verb
from fieldledger.model.record import Gone, Record, Stamp
from tests.journal.support import AT, KIND


def record(id: str, name: str, parent: str | None = None, *, full: str = "", version: str = "5") -> Record:
    return Record(
        kind=KIND, id=id, version=version, modified="2026-11-24T10:00:00-05:00", values={"name": name},
        parent_id=parent, full_name=full or name,
    )  # fmt: skip


def observe(journal: Journal, *records: Record, company: str = "c1") -> sights.Observed:
    with journal.write() as tx:
        return sights.observe(
            tx, company, Side.BOOKS, records, pass_no=1, read_at=journal.now(), at=journal.stamp()
        )


def due(journal: Journal) -> list[str]:
    """What the planner would look at, in its order; taking it off the list."""
    looked_at: list[str] = []
    with journal.write() as tx:
        while found := sights.next_due(tx, "c1", Side.BOOKS, KIND, 100):
            ids = [sight.record for sight in found]
            looked_at += ids
            sights.decided(tx, "c1", Side.BOOKS, KIND, dict.fromkeys(ids, ""))
    return looked_at


def test_migrations_make_exactly_the_schema_that_the_code_knows(journal: Journal) -> None:
    with journal.read() as tx:
        assert compare_metadata(MigrationContext.configure(tx), metadata) == []
        named = {index["name"] for table in metadata.tables for index in inspect(tx).get_indexes(table)}
    assert {index.name for table in metadata.tables.values() for index in table.indexes} <= named


def test_every_commit_is_on_disk_before_it_is_answered(journal: Journal) -> None:
    with journal.read() as tx:
        assert tx.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
        assert tx.execute(text("PRAGMA synchronous")).scalar_one() == 2, "FULL"


def test_a_known_record_costs_no_write(journal: Journal) -> None:
    """spec 2.3: judged by content; the same again is neither news nor due."""
    observe(journal, record("A-1", "Baker"))
    assert due(journal) == ["A-1"]
    again = observe(journal, record("A-1", "Baker"))
    assert (again.new, again.changed, again.same) == (0, 0, 1)
    assert due(journal) == []
    assert observe(journal, record("A-1", "Baker", version="9")).same == 1, "a stamp that moved is no change"
    assert due(journal) == []


def test_a_renamed_customer_wakes_everything_below_it(journal: Journal) -> None:
    """spec 3.1: derived names follow, at any depth, customers before their jobs."""
    observe(
        journal, record("A-1", "Carefree"), record("A-2", "Office", "A-1", full="Carefree:Office"),
        record("A-3", "Boiler", "A-2", full="Carefree:Office:Boiler"), record("B-1", "Other"),
    )  # fmt: skip
    due(journal)
    observe(journal, record("A-1", "Carefree Inc"))
    assert due(journal) == ["A-1", "A-2", "A-3"]


def test_a_circle_of_parents_ends(journal: Journal) -> None:
    observe(journal, record("A-1", "x", "A-2"), record("A-2", "y", "A-1"))
    due(journal)
    observe(journal, record("A-1", "z", "A-2"))
    assert due(journal) == ["A-1", "A-2"]


def test_stamps_tell_what_must_be_read_in_full(journal: Journal) -> None:
    observe(journal, record("A-1", "Baker"), record("A-2", "Carr", version=str(int(journal.now()) - 1)))
    with journal.write() as tx:
        stamps = [
            Stamp(kind=KIND, id="A-1", version="5", modified="2026-11-24T10:00:00-05:00"),
            Stamp(
                kind=KIND, id="A-2", version=str(int(journal.now()) - 1), modified="2026-11-24T10:00:00-05:00"
            ),
            Stamp(kind=KIND, id="A-3", version="1", modified="2026-11-24T09:00:00-05:00"),
        ]
        assert sights.want_moved(tx, "c1", stamps, None) == 2
        assert sights.next_wanted(tx, "c1", KIND, 10) == ["A-2", "A-3"], (
            "A-2 may have been edited twice in a second"
        )
        sights.got(tx, "c1", KIND, ["A-2", "A-3"])
        assert sights.next_wanted(tx, "c1", KIND, 10) == []


def test_absence_is_a_candidate_only(journal: Journal) -> None:
    """spec 10.7: what a complete read did not show is asked for; only proof marks it gone."""
    observe(journal, record("A-1", "Baker"), record("A-2", "Carr"))
    due(journal)
    with journal.write() as tx:
        sights.want_moved(tx, "c1", [Stamp(kind=KIND, id="A-1", version="5", modified="x")], 2)
        sights.got(tx, "c1", KIND, ["A-1"])
        assert sights.want_unseen(tx, "c1", KIND, 2) == 1
        assert sights.next_wanted(tx, "c1", KIND, 10) == ["A-2"]
        assert sights.count(tx, "c1", Side.BOOKS, KIND) == 2
        assert sights.observe_gone(tx, "c1", Side.BOOKS, [Gone(kind=KIND, id="A-2")], AT) == 1
        assert sights.observe_gone(tx, "c1", Side.BOOKS, [Gone(kind=KIND, id="A-2")], AT) == 0, "no news"
        assert sights.count(tx, "c1", Side.BOOKS, KIND) == 1
    assert due(journal) == ["A-2"]


def pair(books: str, field: str) -> Agreed:
    return Agreed(books=books, field=field, base={"name": "Baker"}, rules="", state="live")


@pytest.mark.parametrize("second", [pair("A-1", "2"), pair("A-2", "1")])
def test_a_record_is_linked_once(journal: Journal, second: Agreed) -> None:
    """spec 10.1: the database itself refuses a second link, on either side."""
    with journal.write() as tx:
        links.make(tx, "c1", KIND, [pair("A-1", "1")], AT)
    with pytest.raises(IntegrityError), journal.write() as tx:
        links.make(tx, "c1", KIND, [second], AT)
    with journal.write() as tx:
        links.make(tx, "c2", KIND, [pair("A-1", "1")], AT)
        assert links.load(tx, "c1", Side.FIELD, KIND, ["1"])["1"].books == "A-1"


def action(books: str) -> Action:
    return Action(
        kind=KIND, verb=Verb.CREATE, reason=Reason.NEW, side=Side.FIELD, name="Baker", books=books,
        after={"name": "Baker"}, seen=b"x",
    )  # fmt: skip


def test_nothing_is_written_beside_an_unknown_outcome(journal: Journal) -> None:
    """One intent is open for a record at most, and what is planned for it meanwhile waits."""
    with journal.write() as tx:
        plan = plans.open_plan(tx, "c1", None, AT)
        plans.add(tx, "c1", plan, [(action("A-1"), "New.")])
        assert plans.next_planned(tx, "c1", 10) == [], "nothing goes out of a plan that is still being made"
        plans.release(tx, plan)
        (first,) = plans.next_planned(tx, "c1", 10)
        plans.open_intents(tx, {first.id: "key-1"})
        plans.add(tx, "c1", plan, [(action("A-1"), "New."), (action("A-2"), "New.")])
        assert [each.books for each in plans.next_planned(tx, "c1", 10)] == ["A-2"]
        assert [(each.key, each.attempts) for each in plans.opened(tx, "c1", 10)] == [("key-1", 1)]
    with pytest.raises(IntegrityError), journal.write() as tx:
        tx.execute(text("UPDATE actions SET state = 'open'"))
    with pytest.raises(IntegrityError), journal.write() as tx:
        plans.add(tx, "c1", plan, [(action("A-2"), "New.")])


def test_one_plan_waits_for_approval(journal: Journal) -> None:
    with journal.write() as tx:
        first = plans.open_plan(tx, "c1", None, AT)
        plans.add(tx, "c1", first, [(action("A-1"), "New.")])
        plans.propose(tx, first, "the first")
        second = plans.open_plan(tx, "c1", None, AT)
        plans.propose(tx, second, "the first")
        waiting = plans.proposed(tx, "c1")
        assert waiting is not None
        assert (waiting.id, waiting.number) == (second, 2)
        assert plans.counts(tx, second) == {"create": 1}, "what waited has moved along"
    with pytest.raises(IntegrityError), journal.write() as tx:
        tx.execute(text("UPDATE plans SET state = 'proposed'"))


def test_needs_attention_says_a_thing_once(journal: Journal) -> None:
    hold = Hold(
        kind=KIND, books="A-1", code="duplicate", name="Baker", told="Two.", todo="Rename one.", others=("1",)
    )
    with journal.write() as tx:
        assert holds.put(tx, "c1", [hold], AT) == {(Side.BOOKS, "A-1")}
        assert holds.put(tx, "c1", [hold], AT) == set()
        job = Hold(
            kind=KIND, books="A-2", under="A-1", code="waits_for_customer", name="Job", told="Waits.", todo=""
        )
        holds.put(tx, "c1", [job], AT)
        (listed,) = holds.listed(tx, "c1")
        assert (listed.name, listed.waiting) == ("Baker", 1)
        assert holds.claimed(tx, "c1", KIND, ["1", "2"]) == {"1": [(Side.BOOKS, "A-1")]}
        assert holds.solve(tx, "c1", KIND, ["A-1"], "sync", AT) == ["A-2"]
        assert holds.count(tx, "c1") == 0


def test_badges_stay_untold_when_they_change_meanwhile(journal: Journal) -> None:
    def badge(status: str, at: str) -> Status:
        return Status(kind=KIND, field="1", status=status, detail="", books_name="", at=at)

    with journal.write() as tx:
        holds.set_statuses(tx, "c1", [badge("Synced", "1")])
        (shown,) = holds.untold(tx, "c1", 10)
        holds.set_statuses(tx, "c1", [badge("Conflict", "2")])
        holds.told(tx, "c1", [shown])
        assert [each.status for each in holds.untold(tx, "c1", 10)] == ["Conflict"]
        holds.told(tx, "c1", holds.untold(tx, "c1", 10))
        assert holds.untold(tx, "c1", 10) == []


def test_the_epoch_rises_and_the_older_one_can_do_nothing(journal: Journal) -> None:
    with journal.write() as tx:
        run = runs.start(tx, "c1", 1, "scheduled", AT)
        assert leases.take(tx, "c1", "ticket-1", run, journal.now()) == 1
        assert leases.take(tx, "c1", "ticket-2", run, journal.now()) == 2
        assert leases.by_ticket(tx, "ticket-1") is None
        assert not leases.keep(tx, "c1", 1, state=b"mine")
        assert leases.keep(tx, "c1", 2, state=b"mine")


def test_history_only_grows_and_knows_its_words(journal: Journal) -> None:
    with journal.write() as tx:
        event = events.Event(
            what="updated", told="x", kind=KIND, books="A-1", before={"phone": "1"}, after={"phone": "2"}
        )
        events.record(tx, "c1", None, AT, [event])
        with pytest.raises(ValueError, match="not a word"):
            events.record(tx, "c1", None, AT, [events.Event(what="oops", told="x")])
        (found,) = events.of_record(tx, "c1", KIND, "A-1", "")
        assert (found.before, found.after) == ({"phone": "1"}, {"phone": "2"})
        assert events.of_record(tx, "c2", KIND, "A-1", "") == [], "companies never touch"


def test_writers_queue(journal: Journal) -> None:
    """Eight threads, two hundred writes: none fails, none is lost."""
    failed: list[BaseException] = []

    def write(number: int) -> None:
        try:
            for step in range(25):
                with journal.write() as tx:
                    value = int(runs.cursor(tx, "c1", "count") or 0)
                    runs.move_cursor(tx, "c1", "count", str(value + 1))
                    runs.move_cursor(tx, "c1", f"mine-{number}", str(step))
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with journal.read() as tx:
        assert runs.cursor(tx, "c1", "count") == "200"
