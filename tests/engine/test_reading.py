"""Reading QuickBooks' customers whatever happens meanwhile: nothing is skipped, nothing is read twice for nothing.

spec 2.3, 2.10, 2.11, 3.1, 10.3 to 10.7; design.md "Reading"; reference rules "Iterators", "Time".
"""

from __future__ import annotations

import re
import types
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from lxml import etree

from fieldledger.journal import events, links, runs, sights
from fieldledger.model.kinds import Kind, Side
from quickbooks_sim.companyfile import CompanyFile
from tests.support.connector import Connector, Stage, at_each_step, edit
from tests.support.scripted import ScriptedQuickBooks, Shown, answer

TREE = (
    'customer add name="Alba"\ncustomer add name="Roof" parent="Alba"\ncustomer add name="Birch"\n'
    'customer add name="Attic" parent="Alba:Roof"\ncustomer add name="Cedar"\n'
    'customer add name="Drain" parent="Cedar"\n'
    'customer add name="Window" parent="Alba:Roof:Attic"\ncustomer add name="Dune"\ncustomer add name="Elm"\n'
    'customer add name="Fir"\ncustomer add name="Gorse"\ncustomer add name="Heath"'
)
"""Twelve, in their list order: Alba, :Roof, :Attic, :Window, Birch, Cedar, :Drain, Dune, Elm, Fir, Gorse, Heath."""
FULL_NAMES = {
    "Alba", "Alba:Roof", "Alba:Roof:Attic", "Alba:Roof:Attic:Window", "Birch", "Cedar", "Cedar:Drain", "Dune", "Elm",
    "Fir", "Gorse", "Heath",
}  # fmt: skip


def agree(stage: Stage) -> None:
    """Both sides agree (spec 10.4): every active record of the books is one customer, linked by its id."""
    with CompanyFile.open(stage.file) as company, company.reading():
        rows = company.execute(
            "select list_id, full_name, is_active from record where kind = 'Customer'"
        ).fetchall()
    expected = {row["list_id"]: (row["full_name"].split(":")[0], bool(row["is_active"])) for row in rows}
    found = {}
    with stage.journal.read() as tx:
        there = stage.other.there(stage.company)
        tied = links.load(tx, stage.company, Side.FIELD, Kind.CUSTOMER, [str(id) for id in there])
        for field, link in tied.items():
            if link.state == "live":
                values = there[int(field)]
                found[link.books] = (values["name"], values["active"])
        for id, (_, active) in expected.items():
            if id not in found:
                assert not active, f"{id} never arrived"
    assert found == {id: each for id, each in expected.items() if id in found}
    once(stage)


def once(stage: Stage) -> None:
    """spec 10.1: each books record, of whatever kind, was created once at most."""
    with stage.journal.read() as tx:
        made = [
            (event.kind, event.books)
            for event in events.newest(tx, stage.company, 100_000)
            if event.what == "created"
        ]
    assert len(made) == len(set(made))


def fetched(connector: Connector) -> int:
    """How many records a session asked for in full, by id."""
    return sum(request.count("<ListID>") for request in connector.requests)


def in_full(connector: Connector) -> int:
    """Pages that were read in full."""
    return sum(
        "<CustomerQueryRq" in text and "IncludeRetElement" not in text and "<ListID>" not in text
        for text in connector.requests
    )


# ---- iterators -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", [3, 7])
def test_quickbooks_dies_after_any_page(stage: Stage, page: int) -> None:
    """Its iterators die with it (3391): the list starts again, what was shown is kept, nothing is skipped."""
    stage.edit(TREE)
    for victim in (1, 2, 3, 5):
        with Stage.copied(stage.folder, stage.company, stage.folder.parent / f"{page}-{victim}") as world:
            world.page(page)
            with world.connect() as connector:

                def kill(number: int, connector: Connector = connector, victim: int = victim) -> None:
                    if number == victim:
                        connector.quickbooks.kill()

                assert at_each_step(connector, kill) == "finished"
            assert world.desk().keys() == FULL_NAMES
            agree(world)
            world.sync()
            assert world.events() == []


def test_quickbooks_dies_after_every_page(stage: Stage) -> None:
    """It never comes past the first page by iterating; the sessions still end, and what was read is kept."""
    stage.edit(TREE)
    stage.page(3)
    with stage.connect() as connector:
        assert at_each_step(connector, lambda number: connector.quickbooks.kill()) == "stopped"
    assert "several times" in stage.last_run()["told"]
    with stage.journal.read() as tx:
        assert sights.count(tx, stage.company, Side.BOOKS, Kind.CUSTOMER) == 3
    assert stage.customers() == [], "nothing is written before everything was read"
    stage.sync()
    agree(stage)


def test_what_was_shown_before_the_iterator_died_costs_nothing(stage: Stage) -> None:
    """Committed sights: the second listing asks for stamps, and in full only for what the first one did not show."""
    stage.edit(TREE)
    stage.page(5)
    with stage.connect() as connector:
        connector.step()
        connector.step()
        connector.quickbooks.kill()
        assert connector.run() == "finished"
    # the first restart reads in full once more; a second one asks for stamps
    assert stage.last_run()["counts"]["restarts"] == 1
    agree(stage)
    stage.sync(times=2)
    stage.edit("\n".join(f'customer add name="New {number}"' for number in range(4)))
    stage.page(5)
    stage.time += 900
    with stage.connect() as connector:
        connector.step()
        connector.quickbooks.kill()
        assert connector.run() == "finished"
    assert fetched(connector) == 4, "each in full once, however often its stamp was shown"
    agree(stage)


@pytest.mark.parametrize(("limit", "pause"), [(10, 11), (10, 9)])
def test_an_iterator_that_was_idle_too_long(stage: Stage, limit: int, pause: int) -> None:
    """QuickBooks loses iterators that wait (about 10 s were seen). It is started again, and only once here."""
    stage.edit(TREE + f"\nswitch iterator_idle_limit={limit}")
    stage.page(5)
    with stage.connect() as connector:

        def wait(number: int) -> None:
            if number == 1:
                stage.time += pause

        assert at_each_step(connector, wait) == "finished"
    assert stage.last_run()["counts"].get("restarts", 0) == (1 if pause > limit else 0)
    agree(stage)


def test_newer_iterators_push_ours_out(stage: Stage) -> None:
    """Another program lists customers too, and QuickBooks keeps one iterator at a time: they fight, nothing is lost."""
    stage.edit(TREE + "\nswitch iterators_at_once=1")
    stage.page(5)
    other = (
        '<?xml version="1.0"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="continueOnError">'
        '<CustomerQueryRq iterator="Start"><MaxReturned>1</MaxReturned></CustomerQueryRq></QBXMLMsgsRq></QBXML>'
    )
    with stage.connect() as connector:

        def rival(number: int) -> None:
            if number in (1, 3):
                stage.time += 1
                connector.quickbooks.execute(other)

        assert at_each_step(connector, rival) == "finished"
    assert stage.last_run()["counts"]["restarts"] == 2
    agree(stage)


def test_an_iterator_without_a_name(stage: Stage) -> None:
    """Records remain, and the answer does not say where to go on: start again, and give up in the end."""
    quickbooks = ScriptedQuickBooks(stage.file_id(), *(Shown(f"{n:X}-1", f"C{n}") for n in range(1, 6)))

    def nameless(request: etree._Element) -> str | None:
        if request.tag != "CustomerQueryRq":
            return None
        return answer(
            request,
            f"<CustomerRet>{quickbooks.records[0].full()}</CustomerRet>",
            iteratorRemainingCount="4",
        )

    quickbooks.order = nameless
    with stage.connect(quickbooks) as connector:
        assert connector.run() == "stopped"
    assert "several times" in connector.told


# ---- page size -------------------------------------------------------------------------------------------------------


def page_after(stage: Stage, size: int, seconds: float, records: int) -> int:
    """The page size that is remembered after a full page, or a last one, took so long."""
    quickbooks = ScriptedQuickBooks(
        stage.file_id(), *(Shown(f"{n:X}-1", f"C{n}") for n in range(1, records + 1))
    )
    stage.page(size)
    with stage.connect(quickbooks) as connector:
        connector.ask()
        connector.execute()
        stage.time += seconds
        connector.post()
        stage.engine.close(connector.ticket)
    return int(stage.cursor("page") or 0)


@pytest.mark.parametrize(
    ("size", "seconds", "expected"),
    [(100, 5, 100), (100, 10, 50), (100, 1, 500), (100, 2.5, 200), (100, 300, 25), (25, 0, 500)],
)
def test_page_size_follows_the_time_a_page_takes(
    stage: Stage, size: int, seconds: float, expected: int
) -> None:
    """About five seconds a page, between 25 and 500 records."""
    assert page_after(stage, size, seconds, records=600) == expected


def test_a_page_that_was_not_full_says_little_about_the_size(stage: Stage) -> None:
    """One changed record that took three seconds, most of them QuickBooks' waking up, is no reason for tiny pages."""
    assert page_after(stage, 500, 3, records=1) == 500
    assert page_after(stage, 500, 60, records=400) == 250, "this one says a little"


def test_page_size_stays_while_an_iterator_runs(stage: Stage) -> None:
    stage.edit(TREE)
    stage.page(4)
    with stage.connect() as connector:
        assert connector.run() == "finished"
    assert [re.findall("<MaxReturned>(\\d+)", text) for text in connector.requests[:3]] == [["4"]] * 3
    assert stage.cursor("page") == "500", "it was quick"


# ---- the list changes while it is read -------------------------------------------------------------------------------

CHANGES = {
    "added at the end": 'customer add name="Zinnia"',
    "added where it has been": 'customer add name="Aaron"',
    "renamed backward": 'customer "Heath" rename "Aaron"',
    "renamed forward": 'customer "Alba" rename "Zinnia"',
    "a tree renamed backward": 'customer "Cedar" rename "Aaron"',
    "renamed backward, and as many added": 'customer "Heath" rename "Aaron"\ncustomer add name="Zinnia"',
    "a tree moved backward, and as many added": (
        'customer "Cedar" rename "Aaron"\ncustomer add name="Zinnia"\ncustomer add name="Zephyr"'
    ),
    "deleted, not yet shown": 'customer "Heath" delete',
    "deleted, already shown": 'customer "Alba:Roof:Attic:Window" delete',
    "deleted, and one added": 'customer "Heath" delete\ncustomer add name="Zinnia"',
    "a job moved backward": 'customer "Cedar:Drain" under "Alba"',
    "a job moved forward": 'customer "Alba:Roof" under "Heath"',
    "a job made a customer": 'customer "Cedar:Drain" under ""',
    "a customer made a job": 'customer "Heath" under "Alba"',
    "made inactive": 'customer "Heath" inactive',
    "balances": 'customer "Alba" balance 1.00\ncustomer "Heath" balance 2.00',
    "edited": 'customer "Alba" set phone=1\ncustomer "Heath" set phone=2',
}


@pytest.mark.parametrize(
    ("what", "when"),
    [(what, 1) for what in CHANGES] + [(what, 2) for what in CHANGES if "tree" in what or "job" in what],
)
def test_the_list_changes_during_the_first_import(stage: Stage, what: str, when: int) -> None:
    """spec 10.4: between its pages, after the first or after the second; a second session settles the rest."""
    stage.edit(TREE)
    stage.time += 3 * 86_400
    stage.page(5)
    with stage.connect() as connector:

        def change(number: int) -> None:
            stage.time += 2
            if number == when:
                edit(stage, CHANGES[what])

        assert at_each_step(connector, change) == "finished"
    stage.sync()
    agree(stage)
    stage.sync()
    assert stage.events() == []


@pytest.mark.parametrize("what", [what for what in CHANGES if "moved" in what or "renamed" in what])
def test_the_list_changes_during_a_complete_pass(stage: Stage, what: str) -> None:
    """The thirty-day listing, by stamps. Deletions are shown by their absence and proved by asking (spec 10.7)."""
    stage.edit(TREE)
    stage.sync(times=2)
    stage.time += 31 * 86_400
    stage.page(5)
    with stage.connect() as connector:
        assert at_each_step(connector, lambda number: edit(stage, CHANGES[what]) if number == 1 else None)
    stage.sync()
    agree(stage)


def test_a_list_that_never_stands_still(stage: Stage) -> None:
    """Somebody renames without a pause: the session ends all the same, and once they stop, everything is right."""
    stage.edit(TREE)
    stage.time += 3 * 86_400
    stage.page(5)
    names = ["Heath", "Aaron"]
    with stage.connect() as connector:

        def rename(number: int) -> None:
            stage.time += 1
            edit(stage, f'customer "{names[0]}" rename "{names[1]}"')
            names.reverse()

        assert at_each_step(connector, rename) in ("finished", "stopped")
    stage.sync(times=2)
    agree(stage)


def test_counts_that_do_not_add_up(stage: Stage) -> None:
    """QuickBooks says that five remain, shows two and says none: the list is read once more by stamps."""
    quickbooks = ScriptedQuickBooks(stage.file_id(), *(Shown(f"{n:X}-1", f"C{n}") for n in range(1, 8)))
    lies = [True]

    def lie(request: etree._Element) -> str | None:
        if request.get("iterator") != "Continue" or not lies:
            return None
        lies.clear()
        rets = "".join(f"<CustomerRet>{record.full()}</CustomerRet>" for record in quickbooks.records[2:4])
        return answer(request, rets, iteratorRemainingCount="0", iteratorID="{1}")

    quickbooks.order = lie
    stage.page(2)
    stage.sync(quickbooks)
    assert len(stage.customers()) == 7


# ---- complete passes, deletions --------------------------------------------------------------------------------------


def test_everything_is_listed_again_after_thirty_days(stage: Stage) -> None:
    """By stamps only; it costs nothing when nothing changed."""
    stage.edit(TREE)
    stage.sync(times=3)
    assert "FromModifiedDate" in stage.sync().requests[0]
    month = float(stage.cursor("complete") or 0) + 30 * 86_400
    stage.time = month - 900
    assert "FromModifiedDate" in stage.sync().requests[0]
    complete = stage.sync()
    assert "FromModifiedDate" not in complete.requests[0]
    assert "IncludeRetElement" in complete.requests[0]
    assert (fetched(complete), stage.events()) == (0, [])
    assert "FromModifiedDate" in stage.sync().requests[0], "and then again after thirty days"


def forget_deletions(stage: Stage) -> None:
    with CompanyFile.open(stage.file) as company, company.writing():
        company.execute("delete from deleted")


@pytest.mark.parametrize("days", [31, 91, 400])
def test_a_deletion_that_was_missed_is_found_by_the_complete_pass(stage: Stage, days: int) -> None:
    """spec 10.7: QuickBooks forgets deletions after 90 days; absence makes a candidate, asking proves it."""
    stage.edit(TREE)
    stage.sync(times=2)
    stage.edit('customer "Heath" delete\ncustomer "Cedar:Drain" delete')
    forget_deletions(stage)
    assert stage.sync().percents[-1] == 100
    assert stage.desk()["Heath"]["active"], "nobody told of it yet"
    stage.time += days * 86_400
    found = stage.sync()
    assert fetched(found) > 0
    gone = {name: customer for name, customer in stage.desk().items() if not customer["active"]}
    assert gone.keys() == {"Heath", "Cedar:Drain"}
    assert {customer["sync"]["status"] for customer in gone.values()} == {"Deleted in QuickBooks"}
    stage.sync()
    assert stage.events() == []


def test_a_deletion_after_a_long_silence(stage: Stage) -> None:
    """The simulator forgets it by itself after 90 days."""
    stage.edit(TREE)
    stage.sync()
    stage.edit('customer "Heath" delete')
    stage.time += 120 * 86_400
    stage.sync()
    assert not stage.desk()["Heath"]["active"]


@pytest.mark.parametrize(("code", "told"), [("1000", "internal error"), ("1010", "System not available"),
                                            ("3260", "Insufficient permission level")])  # fmt: skip
def test_deletions_that_could_not_be_read_are_made_up_for(stage: Stage, code: str, told: str) -> None:
    """The deletion record is asked for in a bad moment; later edits move the cursor past it."""
    quickbooks = ScriptedQuickBooks(stage.file_id(), *(Shown(f"{n:X}-1", f"C{n}") for n in range(1, 8)))
    stage.sync(quickbooks, times=2)
    removed = quickbooks.records.pop(3)
    quickbooks.order = lambda request: (
        answer(request, code=code, told=told) if request.tag == "ListDeletedQueryRq" else None
    )
    quickbooks.records[0] = Shown(
        "1-1", "C1", modified="2023-11-20T09:00:00-05:00", edited="1700488800", phone="1"
    )
    stage.sync(quickbooks)
    quickbooks.order = lambda request: None
    assert any(told in event["told"] for event in stage.events()), "and it is said"
    quickbooks.records[1] = Shown(
        "2-1", "C2", modified="2023-11-20T12:00:00-05:00", edited="1700499600", phone="2"
    )
    stage.sync(quickbooks, times=2)
    assert not stage.desk()[removed.name]["active"]


def test_a_deleted_record_that_comes_back(stage: Stage) -> None:
    """A restored backup shows it again under its id: the customer follows, no second one is made."""
    quickbooks = ScriptedQuickBooks(stage.file_id(), Shown("1-1", "Alba"), Shown("2-1", "Birch"))
    stage.sync(quickbooks)
    birch = quickbooks.records.pop()
    quickbooks.gone = [birch.id]
    stage.sync(quickbooks)
    assert not stage.desk()["Birch"]["active"]
    quickbooks.records.append(birch)
    quickbooks.gone = []
    birch.modified, birch.edited = "2026-11-20T12:00:00-05:00", "1795194000"
    stage.sync(quickbooks)
    assert stage.desk()["Birch"]["active"]
    assert len(stage.customers()) == 2


# ---- time ------------------------------------------------------------------------------------------------------------


def test_an_edit_in_the_second_of_the_read_is_not_missed(stage: Stage) -> None:
    """spec 2.3: two edits in one second share EditSequence and TimeModified; what was read in that second is read in
    full once more."""
    stage.edit(TREE)
    stage.sync()
    stage.time += 900
    with stage.connect() as connector:
        edit(stage, 'customer "Birch" set phone=first')
        assert connector.run() == "finished"
        edit(stage, 'customer "Birch" set phone=second')
    assert stage.desk()["Birch"]["phone"] == "first"
    once_more = stage.sync()
    assert stage.desk()["Birch"]["phone"] == "second"
    assert fetched(once_more) == 1
    assert fetched(stage.sync()) == 0, "and then it is settled"


@pytest.mark.parametrize("ahead", [-90, -5, 0, 5, 90])
def test_the_same_on_a_computer_whose_clock_is_a_little_off(stage: Stage, ahead: int) -> None:
    """Two clocks are never quite equal; spec 2.5 allows for two minutes."""
    stage.ahead = ahead
    stage.edit(TREE)
    stage.sync()
    stage.time += 900
    with stage.connect() as connector:
        edit(stage, 'customer "Birch" set phone=first')
        assert connector.run() == "finished"
        edit(stage, 'customer "Birch" set phone=second')
    stage.sync()
    assert stage.desk()["Birch"]["phone"] == "second"
    assert fetched(stage.sync()) == 0


def test_a_whole_file_of_one_second(stage: Stage) -> None:
    """Imported at once: all stamps are equal. A second session reads nothing in full once the second is over."""
    stage.edit(TREE)
    with stage.connect() as connector:
        assert connector.run() == "finished"
    assert fetched(stage.sync()) == 12, "read in the second of the edit"
    assert fetched(stage.sync()) == 0
    stage.time += 86_400
    assert fetched(stage.sync()) == 0


def wall_clock(stage: Stage, monkeypatch: pytest.MonkeyPatch, zone: str, **switches: str) -> None:
    """The QuickBooks computer has a true clock in a time zone, with its repeated hours."""
    monkeypatch.setattr("quickbooks_sim.clock.time", types.SimpleNamespace(time=lambda: stage.time))
    stage.clock = "real"
    with CompanyFile.open(stage.file) as company:
        for name, value in {"time_zone": zone, **switches}.items():
            company.set_switch(name, value)


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("zone", "night", "summer_offset"),
    [
        ("America/New_York", "2026-11-01T04:30:00", "true"), ("America/New_York", "2026-11-01T04:30:00", "false"),
        ("America/New_York", "2026-03-08T05:30:00", "false"), ("Europe/Berlin", "2026-10-24T23:30:00", "true"),
        ("Australia/Lord_Howe", "2026-04-04T13:30:00", "false"),
    ],
)  # fmt: skip
def test_the_nights_on_which_clocks_change(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, zone: str, night: str, summer_offset: str
) -> None:
    """An edit in every quarter of an hour of the night, each in the desk after the next session."""
    wall_clock(stage, monkeypatch, zone, summer_offset=summer_offset)
    stage.time = at(night) - 86_400
    stage.edit('customer add name="Alba"\ncustomer add name="Birch"')
    stage.sync()
    stage.time = at(night)
    for number in range(16):
        name = ("Alba", "Birch")[number % 2]
        edit(stage, f'customer "{name}" set phone={number}')
        stage.sync()
        assert stage.desk()[name]["phone"] == str(number)
    stage.sync()
    assert stage.events() == []


@pytest.mark.parametrize("ahead", [-10 * 3600, -3 * 3600, 3 * 3600, 10 * 3600])
def test_a_clock_that_is_hours_wrong(stage: Stage, ahead: int) -> None:
    """As long as it is wrong in the same way, nothing is missed."""
    stage.ahead = ahead
    stage.edit(TREE)
    stage.sync()
    for number in range(4):
        edit(stage, f'customer "Birch" set phone={number}\ncustomer add name="New {number}"')
        stage.sync()
        assert stage.desk()["Birch"]["phone"] == str(number)
    agree(stage)


@pytest.mark.parametrize("jump", [-20 * 3600, -3 * 3600, -3600, 3600, 5 * 3600])
@pytest.mark.parametrize("wrong_first", [True, False])
def test_a_clock_that_is_set(stage: Stage, jump: int, wrong_first: bool) -> None:
    """It was wrong and is put right, or was right and goes wrong: edits after that are seen by the next session."""
    if wrong_first:
        stage.ahead = -jump
    stage.edit(TREE)
    stage.sync()
    edit(stage, 'customer "Cedar" set phone=1')
    stage.sync()
    stage.ahead += jump
    for number in range(3):
        edit(stage, f'customer "Birch" set phone={number}')
        stage.sync()
        assert stage.desk()["Birch"]["phone"] == str(number)


def test_a_sample_company_lives_on_the_same_day_for_ever(stage: Stage) -> None:
    """reference rules, Time: sample companies run with a frozen date, so each day's stamps are like the last one's."""

    def now(clock: str) -> None:
        stage.clock = f"frozen 2023-12-15T{clock}"

    now("08:00:00")
    stage.edit(TREE)
    stage.sync()
    now("17:45:00")
    edit(stage, 'customer "Cedar" set phone=1')
    stage.sync()
    stage.time += 86_400
    now("09:10:00")
    edit(stage, 'customer "Birch" set phone=tomorrow')
    stage.sync()
    assert stage.desk()["Birch"]["phone"] == "tomorrow"


@pytest.mark.parametrize(
    "stamp", ["", "yesterday", "2023-13-45T99:99:99-05:00", "0000-00-00T00:00:00", "9999-12-31T23:59:59-05:00",
              "0001-01-01T00:00:00-05:00", "2023-12-16T00:06:42", "２０２３-12-16T00:06:42-05:00"],
)  # fmt: skip
def test_a_stamp_that_is_none(stage: Stage, stamp: str) -> None:
    """Garbage in one record's time stops nothing and hides nothing."""
    quickbooks = ScriptedQuickBooks(
        stage.file_id(), Shown("1-1", "Alba"), Shown("2-1", "Birch", modified=stamp)
    )
    stage.sync(quickbooks, times=2)
    assert stage.desk().keys() == {"Alba", "Birch"}
    quickbooks.records[0] = Shown(
        "1-1", "Alba", modified="2026-01-02T03:04:05-05:00", edited="1767341045", phone="1"
    )
    stage.time = at("2026-01-02T09:00:00")
    stage.sync(quickbooks)
    assert stage.desk()["Alba"]["phone"] == "1"


@pytest.mark.parametrize(
    "version", ["", "not a number", "99999999999999999999", "-5", "１７", "1700000000.5"]
)
def test_an_edit_sequence_that_is_none(stage: Stage, version: str) -> None:
    quickbooks = ScriptedQuickBooks(stage.file_id(), Shown("1-1", "Alba", edited=version))
    stage.sync(quickbooks, times=2)
    assert stage.desk().keys() == {"Alba"}


def test_balances_move_and_nothing_is_written(stage: Stage) -> None:
    """spec 2.3: TimeModified moves, EditSequence does not; each is looked at once and is no change."""
    stage.edit(TREE)
    stage.sync(times=2)
    versions = {customer["id"]: customer["version"] for customer in stage.customers()}
    for cents in range(1, 4):
        edit(stage, f'customer "Alba:Roof" balance 0.0{cents}')
        assert fetched(stage.sync()) == 2, "the job's and, summed up, its customer's"
        assert stage.events() == []
    assert {customer["id"]: customer["version"] for customer in stage.customers()} == versions
    assert fetched(stage.sync()) == 0


# ---- trees -----------------------------------------------------------------------------------------------------------


def test_jobs_four_levels_deep(stage: Stage) -> None:
    """spec 3.1: every one of them bears the name at the top of its tree, also after that changed."""
    stage.edit(TREE)
    stage.sync()
    assert stage.desk()["Alba:Roof:Attic:Window"]["name"] == "Alba"
    stage.choose(job_name="full_name")
    stage.sync()
    stage.approve()
    stage.sync()
    assert stage.desk()["Alba:Roof:Attic:Window"]["name"] == "Alba:Roof:Attic:Window"
    for script in ('customer "Alba:Roof:Attic" rename "Loft"', 'customer "Alba:Roof" under "Birch"',
                   'customer "Birch:Roof:Loft" under ""', 'customer "Loft" under "Heath"'):  # fmt: skip
        edit(stage, script)
        stage.sync()
        with CompanyFile.open(stage.file) as company, company.reading():
            rows = company.execute("select full_name from record where kind = 'Customer'").fetchall()
        assert stage.names() == sorted(row["full_name"] for row in rows), script
    stage.sync()
    assert stage.events() == []


def test_the_badge_names_the_job_as_quickbooks_does(stage: Stage) -> None:
    """After a customer above it was renamed: QuickBooks does not touch the job, its full name is another one."""
    stage.edit(TREE)
    stage.sync()
    edit(stage, 'customer "Alba" rename "Alder"')
    stage.sync()
    assert {name for name in stage.desk() if name.startswith("Al")} == {
        "Alder", "Alder:Roof", "Alder:Roof:Attic", "Alder:Roof:Attic:Window",
    }  # fmt: skip


@pytest.mark.parametrize("page", [1, 2, 100])
def test_a_child_that_is_shown_before_its_parent(stage: Stage, page: int) -> None:
    """List order is no promise: one hand-moved entry stands among the captured 146."""
    records = [
        Shown("4-1", "Window", parent="3-1", full_name="Alba:Roof:Attic:Window"),
        Shown("3-1", "Attic", parent="2-1", full_name="Alba:Roof:Attic"),
        Shown("2-1", "Roof", parent="1-1", full_name="Alba:Roof"),
        Shown("1-1", "Alba"),
    ]
    quickbooks = ScriptedQuickBooks(stage.file_id(), *records)
    stage.page(page)
    stage.sync(quickbooks)
    assert stage.names() == ["Alba"] * 4
    once(stage)


def test_a_parent_that_appears_sessions_later(stage: Stage) -> None:
    """Its jobs wait, are noted once, and come with it."""
    quickbooks = ScriptedQuickBooks(
        stage.file_id(),
        Shown("3-1", "Attic", parent="2-1", full_name="Alba:Roof:Attic"),
        Shown("2-1", "Roof", parent="1-1", full_name="Alba:Roof"),
    )
    stage.sync(quickbooks)
    assert stage.names() == []
    assert [event["reason"] for event in stage.events()] == ["parent_unknown"] * 2
    stage.sync(quickbooks)
    assert stage.events() == []
    quickbooks.records.append(Shown("1-1", "Alba", modified="2026-11-24T09:00:00-05:00", edited="1795500000"))
    stage.sync(quickbooks)
    assert stage.names() == ["Alba"] * 3
    once(stage)


def test_a_cycle_in_the_tree(stage: Stage) -> None:
    """Garbage: two jobs above each other, one above itself. The others go on (spec 10.5)."""
    quickbooks = ScriptedQuickBooks(
        stage.file_id(),
        Shown("1-1", "Hen", parent="2-1", full_name="Egg:Hen"),
        Shown("2-1", "Egg", parent="1-1", full_name="Hen:Egg"),
        Shown("3-1", "Self", parent="3-1", full_name="Self:Self"),
        Shown("4-1", "Chick", parent="1-1", full_name="Egg:Hen:Chick"),
        Shown("5-1", "Good"),
    )
    stage.sync(quickbooks)
    assert stage.names() == ["Good"]
    assert {event["reason"] for event in stage.events() if event["what"] == "noted"} == {"parent_unknown"}
    stage.sync(quickbooks)
    assert stage.events() == []
    mended = {"modified": "2026-11-24T09:00:00-05:00", "edited": "1795500000"}
    quickbooks.records[0] = Shown("1-1", "Hen", **mended)
    stage.sync(quickbooks)
    assert stage.names() == ["Good", "Hen", "Hen", "Hen"]


def test_linked_jobs_that_fall_into_a_cycle_stay_as_they_are(stage: Stage) -> None:
    quickbooks = ScriptedQuickBooks(
        stage.file_id(), Shown("1-1", "Alba"), Shown("2-1", "Roof", parent="1-1", full_name="Alba:Roof")
    )
    stage.sync(quickbooks)
    for parent, stamp in (("2-1", "09"), (None, "10")):
        quickbooks.records[0] = Shown(
            "1-1",
            "Alba",
            parent=parent,
            modified=f"2026-11-24T{stamp}:00:00-05:00",
            edited=f"17955000{stamp}",
        )
        stage.sync(quickbooks)
        assert stage.names() == ["Alba", "Alba"]
    stage.sync(quickbooks)
    assert stage.events() == []


# ---- garbage and errors ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("id", ["150000-933272658", "8000001B-1405768916", "x", "a b", "{GUID}", "0" * 36])
def test_any_form_of_list_id(stage: Stage, id: str) -> None:
    """Opaque, up to 36 characters."""
    quickbooks = ScriptedQuickBooks(stage.file_id(), Shown(id, "Alba"), Shown("2-1", "Birch"))
    stage.sync(quickbooks)
    quickbooks.records[0] = Shown(
        id, "Alba", modified="2026-11-24T09:00:00-05:00", edited="1795500000", phone="1"
    )
    stage.sync(quickbooks)
    assert stage.desk()["Alba"]["phone"] == "1"


@pytest.mark.parametrize("id", ["é", "x" * 37, "a\tb"])
def test_an_id_that_cannot_be_asked_for_stops_nobody(stage: Stage, id: str) -> None:
    """What never was a ListID is told of once and passed over."""
    quickbooks = ScriptedQuickBooks(stage.file_id(), Shown(id, "Odd"), Shown("2-1", "Birch"))
    stage.sync(quickbooks)
    for record in quickbooks.records:
        record.modified, record.edited, record.phone = "2026-11-24T09:00:00-05:00", "1795500000", "1"
    stage.sync(quickbooks)
    assert (stage.desk()["Odd"]["phone"], stage.desk()["Birch"]["phone"]) == (None, "1")
    assert "could not be read" in stage.events()[0]["told"]
    stage.sync(quickbooks)
    assert stage.events() == []


def test_an_empty_company_file_and_then_many(stage: Stage) -> None:
    """Every company file has the codes Tax and Non; after them there is nothing to do."""
    first = stage.sync()
    assert len(first.requests) <= 2
    assert (stage.last_run()["told"], stage.events()) == ("In step: 2 created.", [])
    stage.sync()
    assert stage.last_run()["told"] == "In step: nothing had changed."
    stage.edit(TREE)
    stage.sync()
    assert stage.desk().keys() == FULL_NAMES
    stage.sync()
    assert stage.events() == []


def test_a_company_file_that_became_empty(stage: Stage) -> None:
    """Everything was deleted: the brake asks, nothing is written before (spec 2.12)."""
    stage.edit("\n".join(f'customer add name="C{number}"' for number in range(6)))
    stage.sync()
    stage.edit("\n".join(f'customer "C{number}" delete' for number in range(6)))
    stage.sync()
    assert all(customer["active"] for customer in stage.customers())
    assert "6 of 6" in stage.plan()["why"]
    stage.approve()
    stage.sync()
    assert not any(customer["active"] for customer in stage.customers())
    assert len(stage.customers()) == 6


ERRORS = [
    ("1000", "There has been an internal error when processing the request."), ("1010", "System not available"),
    ("3000", 'The given object ID "" in the field "list id" is invalid.'), ("3120", 'Object "X" cannot be found.'),
    ("3260", "Insufficient permission level to perform this action."), ("500", "could not be found"),
    ("3231", "The request has not been processed."), ("9999", "never heard of"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "told"), ERRORS)
def test_an_error_in_the_answer_to_a_page_stops_and_loses_nothing(stage: Stage, code: str, told: str) -> None:
    """The first page, and one in the middle. The run says what QuickBooks said; the next one goes on."""
    quickbooks = ScriptedQuickBooks(stage.file_id(), *(Shown(f"{n:X}-1", f"C{n}") for n in range(1, 8)))
    for bad in ("Start", "Continue"):
        stage.page(3)
        quickbooks.order = lambda request, bad=bad: (
            answer(request, code=code, told=told) if request.get("iterator") == bad else None
        )
        stage.time += 900
        with stage.connect(quickbooks) as connector:
            ended = connector.run()
        if ended == "stopped":
            assert told in connector.told, "in QuickBooks' words too"
        assert stage.customers() == []
    quickbooks.order = lambda request: None
    stage.sync(quickbooks, times=2)
    assert len(stage.customers()) == 7
    once(stage)


@pytest.mark.parametrize(("code", "told"), ERRORS)
def test_an_error_in_the_answer_to_ids_ends_and_loses_nothing(stage: Stage, code: str, told: str) -> None:
    """Whatever QuickBooks says to a question for several ids, the session ends, no record counts as deleted without
    proof, and the next session asks again."""
    quickbooks = ScriptedQuickBooks(stage.file_id(), *(Shown(f"{n:X}-1", f"C{n}") for n in range(1, 8)))
    stage.sync(quickbooks)
    for record in quickbooks.records[:3]:
        record.modified, record.edited, record.phone = "2026-11-24T09:00:00-05:00", "1795500000", "1"
    quickbooks.order = lambda request: (
        answer(request, code=code, told=told)
        if request.find("ListID") is not None and len(request) > 1
        else None
    )
    stage.time += 900
    with stage.connect(quickbooks) as connector:
        connector.run(most=30)
    assert all(customer["active"] for customer in stage.customers())
    quickbooks.order = lambda request: None
    stage.sync(quickbooks)
    assert [customer["phone"] for customer in stage.customers()] == ["1"] * 3 + [None] * 4


@pytest.mark.parametrize(
    ("code", "told"),
    [("1000", "There has been an internal error when processing the request."), ("3180", "There was an error"),
     ("0", "Status OK"), ("9999", "never heard of")],
)  # fmt: skip
def test_one_record_that_quickbooks_cannot_show_does_not_stop_the_others(
    stage: Stage, code: str, told: str
) -> None:
    """spec 10.5: a damaged record answers every question that names it with an error (or with nothing at all)."""
    quickbooks = ScriptedQuickBooks(stage.file_id(), *(Shown(f"{n:X}-1", f"C{n}") for n in range(1, 8)))
    stage.sync(quickbooks)
    for record in quickbooks.records:
        record.modified, record.edited = "2026-11-24T09:00:00-05:00", "1795500000"
    for record in quickbooks.records[:4]:
        record.phone = "1"

    def damaged(request: etree._Element) -> str | None:
        asked = [id.text for id in request.findall("ListID")]
        return answer(request, code=code, told=told) if "2-1" in asked else None

    quickbooks.order = damaged
    stage.time += 900
    with stage.connect(quickbooks) as connector:
        assert connector.run(most=40) == "finished"
    assert [customer["phone"] for customer in stage.customers()] == ["1", None, "1", "1", None, None, None]
    assert any("could not be read" in event["told"] for event in stage.events()), "and it is said"
    stage.sync(quickbooks)
    assert stage.events() == [], "once"
    quickbooks.order = lambda request: None
    stage.sync(quickbooks)
    assert [customer["phone"] for customer in stage.customers()] == ["1"] * 4 + [None] * 3


def test_many_records_that_quickbooks_cannot_show(stage: Stage) -> None:
    """Half of the file is damaged: each session goes on with what it has, and ends."""
    quickbooks = ScriptedQuickBooks(stage.file_id(), *(Shown(f"{n:X}-1", f"C{n:03}") for n in range(1, 121)))
    stage.page(500)
    stage.sync(quickbooks)
    for record in quickbooks.records:
        record.modified, record.edited = "2025-11-23T09:00:00-05:00", "1763906400"
    for record in quickbooks.records[-4:]:
        record.phone = "1"
    bad = {record.id for record in quickbooks.records[:116:2]}
    quickbooks.order = lambda request: (
        answer(request, code="1000", told="There has been an internal error when processing the request.")
        if bad & {id.text for id in request.findall("ListID")}
        else None
    )
    stage.time += 900
    asked = []
    for _ in range(5):
        stage.time += 900
        with stage.connect(quickbooks) as connector:
            assert connector.run(most=300) == "finished"
        asked.append(len(connector.requests))
    assert [customer["phone"] for customer in stage.customers()[-4:]] == ["1"] * 4
    assert asked[-1] < 30, "those that are known are asked for one by one, and not all of them each time"
    quickbooks.order = lambda request: None
    stage.sync(quickbooks, times=4)
    assert fetched(stage.sync(quickbooks)) == 0


def test_a_first_import_with_one_record_that_quickbooks_cannot_show(stage: Stage) -> None:
    """The page that holds it in full always fails; by stamps the list can be read, and the others by their ids."""
    quickbooks = ScriptedQuickBooks(stage.file_id(), *(Shown(f"{n:X}-1", f"C{n}") for n in range(1, 8)))

    def damaged(request: etree._Element) -> str | None:
        if request.tag != "CustomerQueryRq":
            return None
        light = request.find("IncludeRetElement") is not None
        asked = [id.text for id in request.findall("ListID")]
        if "5-1" in asked or (not asked and not light):
            return answer(
                request, code="1000", told="There has been an internal error when processing the request."
            )
        return None

    quickbooks.order = damaged
    stage.time += 900
    with stage.connect(quickbooks) as connector:
        assert connector.run(most=40) == "finished"
    assert stage.names() == ["C1", "C2", "C3", "C4", "C6", "C7"]


@pytest.mark.parametrize("number", [1, 2, 20])
def test_ids_that_are_missing_are_proved_one_by_one(stage: Stage, number: int) -> None:
    """500 names one id that is missing; the others come all the same, or are asked for again."""
    records = [Shown(f"{n:X}-1", f"C{n:02}") for n in range(1, 120)]
    quickbooks = ScriptedQuickBooks(stage.file_id(), *records)
    stage.page(500)
    stage.sync(quickbooks, times=2)
    del quickbooks.records[5 : 5 + number]
    stage.time += 31 * 86_400
    stage.sync(quickbooks)
    if number > 10:
        stage.approve()
        stage.sync(quickbooks)
    gone = [customer["name"] for customer in stage.customers() if not customer["active"]]
    assert gone == [record.name for record in records[5 : 5 + number]]
    assert len(quickbooks.ids_asked()) <= number + 2


def test_an_answer_that_lacks_a_part(stage: Stage) -> None:
    """The list came, the deletions did not: nothing is taken for read that was not."""
    quickbooks = ScriptedQuickBooks(stage.file_id(), Shown("1-1", "Alba"))
    quickbooks.order = lambda request: " " if request.tag == "ListDeletedQueryRq" else None
    stage.time += 900
    with stage.connect(quickbooks) as connector:
        assert connector.run() == "stopped"
    assert "without the part" in connector.told
    quickbooks.order = lambda request: None
    stage.sync(quickbooks)
    assert stage.names() == ["Alba"]


def test_records_of_an_answer_that_was_not_asked_for_are_left_alone(stage: Stage) -> None:
    """Under another number than any that is out."""
    quickbooks = ScriptedQuickBooks(stage.file_id(), Shown("1-1", "Alba"))
    stray = "<CustomerQueryRs requestID='77' statusCode='0'><CustomerRet><ListID>9-9</ListID><Name>Stray</Name>" \
            "<FullName>Stray</FullName></CustomerRet></CustomerQueryRs>"  # fmt: skip
    quickbooks.order = lambda request: (
        stray + quickbooks._answer(request) if request.get("iterator") == "Start" else None
    )
    stage.sync(quickbooks)
    assert stage.names() == ["Alba"]


def test_the_same_record_twice_in_one_page(stage: Stage) -> None:
    """Changes made meanwhile may be seen twice (reference rules, Iterators): the later one counts, one is made."""
    quickbooks = ScriptedQuickBooks(
        stage.file_id(),
        Shown("1-1", "Alba", phone="1"),
        Shown("2-1", "Birch"),
        Shown("1-1", "Alba", phone="2"),
    )
    stage.sync(quickbooks)
    assert [(customer["name"], customer["phone"]) for customer in stage.customers()] == [
        ("Alba", "2"),
        ("Birch", None),
    ]
    once(stage)


def test_names_that_are_blank_wait_for_a_person_and_stop_nobody(stage: Stage) -> None:
    quickbooks = ScriptedQuickBooks(
        stage.file_id(), Shown("1-1", ""), Shown("2-1", "Birch"), Shown("3-1", "  ")
    )
    stage.sync(quickbooks)
    assert "Birch" in stage.names()
    stage.sync(quickbooks)
    assert stage.events() == []


# ---- how it grows ----------------------------------------------------------------------------------------------------


def test_each_session_asks_only_for_what_moved(stage: Stage) -> None:
    """spec 10.3: edits cost one record each; no settled record is read in full again."""
    stage.edit(TREE)
    counts = []
    for number in range(4):
        if number:
            edit(
                stage,
                "\n".join(f'customer "{name}" set phone={number}' for name in ("Birch", "Fir")[:number]),
            )
        stage.time += 120
        session = stage.sync()
        counts.append((in_full(session), fetched(session)))
    assert counts[1:] == [(0, 1), (0, 2), (0, 2)]


def test_cursors_only_go_forward(stage: Stage) -> None:
    stage.edit(TREE)
    seen = []
    for number in range(4):
        edit(stage, f'customer "Birch" set phone={number}')
        stage.sync()
        seen.append(stage.cursor("modified") or "")
    assert all(earlier <= later for earlier, later in pairwise(seen))
    with stage.journal.write() as tx:
        runs.move_cursor(tx, stage.company, "modified:customer", None)
    stage.sync()
    agree(stage)
