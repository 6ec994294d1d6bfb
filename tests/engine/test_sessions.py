"""One session at a time: tickets, takeover, rest, the same reply twice, replies that are cut short.

spec 10.1, 10.4, 10.5; design.md "How a record travels": a stale session can read, never write.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fieldledger.books.desktop.codec import DesktopBooks
from fieldledger.journal import companies, events, leases
from fieldledger.model.kinds import Kind
from fieldledger.office import views
from fieldledger.session.ports import Ask, Context, Item, NothingToDo, Occupied, Opened, Send, Stop
from tests.support.connector import Connector, Stage, beside, edit

TWELVE = "\n".join(
    f'customer add name="Customer {number:02}" phone=503-555-{number:04}' for number in range(12)
)


def nothing_comes_of(world: Stage, ticket: str, reply: str = "<QBXML/>") -> None:
    """A ticket that opens nothing reads nothing and changes nothing, whatever is called with it."""
    before = world.journal_rows()
    engine = world.engine
    assert engine.next_request(ticket, Context(company_path="C:\\x.qbw")) == Stop()
    assert engine.on_reply(ticket, reply).percent == -1
    assert engine.on_failure(ticket, "0x80040400", "x").percent == -1
    assert engine.connection_failed(ticket, "0x80040408", "x") is None
    assert "not known here" in engine.last_error(ticket)
    assert world.journal_rows() == before
    assert world.customers() == []


@pytest.mark.parametrize("ticket", ["", "never seen", "x" * 10_000, "tïcket\n", "' or 1=1 --"])
def test_an_unknown_ticket_gets_nothing(stage: Stage, ticket: str) -> None:
    with stage.connect() as connector:
        connector.ask()
        nothing_comes_of(stage, ticket)
        assert stage.engine.close(ticket) == "Nothing was open."
        assert connector.post(connector.execute()) >= 0, "the real one goes on"


def test_a_closed_ticket_gets_nothing_and_its_late_reply_settles_nothing(stage: Stage) -> None:
    stage.edit(TWELVE)
    with stage.connect() as connector:
        connector.ask()
        reply = connector.execute()
        connector.close()
        nothing_comes_of(stage, connector.ticket, reply)
        assert connector.close() == "Nothing was open.", "closing twice is no harm"
    assert stage.last_run()["outcome"] == "broken"


def test_a_closed_session_says_how_it_ended(stage: Stage) -> None:
    stage.edit('customer add name="Alba"')
    with stage.connect() as connector:
        while connector.step() != 100:
            pass
        assert connector.ask() is None, "nothing more is asked after 100"
        assert connector.close() == "In step: 3 created.", "the customer, and the codes Tax and Non"
        assert connector.close() == "Nothing was open."
    assert stage.last_run()["outcome"] == "done", "closing it again leaves the log as it is"


def test_a_ticket_dies_after_thirty_idle_minutes(stage: Stage) -> None:
    stage.edit(TWELVE)
    stage.page(5)
    with stage.connect() as connector:
        connector.ask()
        stage.time += 1800
        assert connector.post(connector.execute()) >= 0, "just alive"
        connector.ask()
        reply = connector.execute()
        stage.time += 1801
        nothing_comes_of(stage, connector.ticket, reply)


@pytest.mark.parametrize("settings", [{}, {"takeover_after": "30", "takeover_after_request": "60"}])
def test_a_silent_session_is_taken_over(stage: Stage, settings: dict[str, str]) -> None:
    """After 2 minutes of silence, or 10 while QuickBooks works on a request; both can be set."""
    stage.choose(**settings)
    stage.edit(TWELVE)
    stage.page(5)
    silent, working = (30, 60) if settings else (120, 600)
    for request_out, patience in ((False, silent), (True, working)):
        with stage.connect() as first:
            first.ask()
            if not request_out:
                first.post(first.execute())
            stage.time += patience - 1
            assert isinstance(stage.engine.open(stage.company), Occupied)
            stage.time += 1
            with stage.connect() as second:
                assert isinstance(second.opened, Opened)
                before = stage.journal_rows()
                assert first.ask() is None
                assert first.post("<QBXML/>") == -1
                assert "not known here" in stage.engine.last_error(first.ticket)
                assert first.close() == "Nothing was open."
                assert stage.journal_rows() == before, "the stale one can change nothing"
                assert second.ask() is not None
                second.close()
        stage.time += 900


def test_a_session_that_is_over_keeps_nobody_waiting(stage: Stage) -> None:
    """It ended at 100 % and was never closed: the next one need not wait for its silence."""
    stage.edit(TWELVE)
    with stage.connect() as first:
        assert first.run() == "finished"
        with stage.connect() as second:
            assert isinstance(second.opened, Opened)
            assert first.close() == "Nothing was open."
            assert second.run() == "finished"


def test_a_ticket_that_was_silent_too_long_closes_nothing(stage: Stage) -> None:
    """30 idle minutes: it gets nothing and changes nothing."""
    stage.edit(TWELVE)
    stage.page(5)
    with stage.connect() as first:
        first.ask()
        stage.time += 1801
        before = stage.journal_rows()
        assert first.close() == "Nothing was open."
        assert stage.journal_rows() == before


def test_several_at_the_door_at_once(stage: Stage) -> None:
    """Eight programs with the same password: one comes in."""
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: stage.engine.open(stage.company), range(8)))
    assert Counter(type(answer) for answer in answers) == {Opened: 1, Occupied: 7}


def test_a_late_reply_of_a_stale_session_settles_nothing(stage: Stage) -> None:
    """The reply is good, only its session is over: no sight, no link, no write."""
    stage.edit(TWELVE)
    with stage.connect() as first:
        first.ask()
        reply = first.execute()
        stage.time += 600
        with stage.connect() as second:
            nothing_comes_of(stage, first.ticket, reply)
            assert second.run() == "finished"
    assert len(stage.customers()) == 12


def test_a_session_that_is_taken_over_while_it_stores_a_reply_stops_there(stage: Stage) -> None:
    """The takeover comes between the parts of one reply: what was stored stays, nothing more is."""
    stage.edit(TWELVE)

    class Interrupted(DesktopBooks):
        def decode(self, text: str | bytes, asks: Sequence[Ask] = ()) -> Iterator[Item]:
            yield from super().decode(text, asks)
            if asks and not taken:
                stage.time += 601
                taken.append(stage.engine.open(stage.company))

    taken: list[Opened | NothingToDo | Occupied] = []
    stage.use(books=Interrupted())
    with stage.connect() as connector:
        connector.ask()
        assert connector.post(connector.execute()) == -1
    assert isinstance(taken[0], Opened)
    rows = stage.journal_rows()
    assert rows["sights"] == []
    stage.engine.close(taken[0].ticket)
    stage.sync()
    assert len(stage.customers()) == 12


def test_a_session_that_is_closed_while_its_reply_is_read_settles_nothing(stage: Stage) -> None:
    stage.edit(TWELVE)

    class Closing(DesktopBooks):
        def decode(self, text: str | bytes, asks: Sequence[Ask] = ()) -> Iterator[Item]:
            yield from super().decode(text, asks)
            if asks:
                connector.close()

    stage.use(books=Closing())
    with stage.connect() as connector:
        connector.ask()
        assert connector.post(connector.execute()) == -1
    assert stage.customers() == []
    stage.use()
    stage.sync()
    assert len(stage.customers()) == 12


def test_a_session_that_may_not_be_gone_on_with_does_not_lock_the_company(stage: Stage) -> None:
    """takeover_after may be set beyond the half hour after which a ticket is dead: the dead one is not waited for."""
    stage.choose(takeover_after="86400", takeover_after_request="86400")
    with stage.connect() as first:
        first.ask()
        stage.time += 1801
        assert first.ask() is None, "its ticket is dead"
        assert isinstance(stage.engine.open(stage.company), Opened)


def test_a_clock_of_the_server_that_is_set_back_does_not_lock_the_company(stage: Stage) -> None:
    with stage.connect() as first:
        first.ask()
    stage.time -= 5 * 3600
    assert isinstance(stage.engine.open(stage.company), Opened)


def test_after_a_restart_of_the_server_a_newcomer_comes_in_at_once(stage: Stage) -> None:
    stage.edit(TWELVE)
    with stage.connect() as first:
        first.ask()
        reply = first.execute()
        stage.restart()
        with stage.connect() as second:
            assert isinstance(second.opened, Opened)
            nothing_comes_of(stage, first.ticket, reply)
            assert second.run() == "finished"
    assert len(stage.customers()) == 12
    assert [run["outcome"] for run in stage_log(stage)] == ["broken", "done"]


def stage_log(stage: Stage) -> list[dict[str, Any]]:
    """Runs, oldest first."""
    return list(reversed(views.log(stage.journal, stage.company)))


@pytest.mark.parametrize("page", [5, 100])
def test_after_a_restart_of_the_server_its_holder_goes_on(stage: Stage, page: int) -> None:
    """However often it restarts, between any two calls."""
    stage.edit(TWELVE)
    stage.page(page)
    with stage.connect() as connector:
        while True:
            connector.ask()
            stage.restart()
            percent = connector.post(connector.execute())
            stage.restart()
            if percent == 100:
                break
            assert percent >= 0, stage.engine.last_error(connector.ticket)
    assert len(stage.customers()) == 12
    assert len(stage_log(stage)) == 1, "one run"


def test_a_server_that_dies_right_after_it_stored_what_was_fetched_goes_on(stage: Stage) -> None:
    """The last wanted record was committed, the session's own step was not: there is nothing to ask for by id."""
    stage.edit(TWELVE)
    stage.sync()
    stage.time += 900
    edit(stage, 'customer "Customer 03" set phone=1')
    with stage.connect() as connector:
        assert connector.step() == 85
        connector.ask()
        assert "<ListID>" in connector.requests[-1]
        stage.moment = die_after(2)
        with pytest.raises(Killed):
            connector.post(connector.execute())
        stage.moment = lambda what: None
        stage.restart()
        assert connector.run() == "finished"
    assert stage.desk()["Customer 03"]["phone"] == "1"


class Killed(BaseException):
    """Somebody pulled the plug."""


def die_after(commits: int) -> Callable[[str], None]:
    left = [commits]

    def moment(what: str) -> None:
        left[0] -= what == "after a commit"
        if left[0] == 0:
            raise Killed

    return moment


# ---- when there is to be no sync -------------------------------------------------------------------------------------


def test_paused(stage: Stage) -> None:
    stage.choose(paused="on")
    before = stage.journal_rows()
    opened = stage.engine.open(stage.company)
    assert isinstance(opened, NothingToDo)
    assert "Paused" in opened.reason
    assert stage.journal_rows() == before, "no run, no lease"
    stage.choose(paused="off")
    assert isinstance(stage.engine.open(stage.company), Opened)


def test_a_company_that_does_not_exist(stage: Stage) -> None:
    assert isinstance(stage.engine.open("c99"), NothingToDo)


@pytest.mark.parametrize(
    ("hours", "at", "rests"),
    [
        ("22:00-06:00", "21:59", False), ("22:00-06:00", "22:00", True), ("22:00-06:00", "23:59", True),
        ("22:00-06:00", "00:00", True), ("22:00-06:00", "05:59", True), ("22:00-06:00", "06:00", False),
        ("09:00-17:30", "08:59", False), ("09:00-17:30", "09:00", True), ("09:00-17:30", "17:29", True),
        ("09:00-17:30", "17:30", False), ("9:00-17:30", "10:00", True), ("none", "03:00", False),
        ("00:00-00:00", "00:00", False), ("23:00-00:00", "23:30", True), ("23:00-00:00", "00:00", False),
    ],
)  # fmt: skip
def test_quiet_hours(stage: Stage, hours: str, at: str, rests: bool) -> None:
    """Also over midnight; the end is no part of them. spec 1: schedule."""
    stage.choose(quiet_hours=hours)
    hour, minute = map(int, at.split(":"))
    stage.time = datetime(2026, 1, 15, hour, minute, tzinfo=UTC).timestamp()
    opened = stage.engine.open(stage.company)
    assert isinstance(opened, NothingToDo if rests else Opened)
    if isinstance(opened, NothingToDo):
        assert "Quiet hours" in opened.reason


def test_quiet_hours_that_begin_during_a_session_let_it_end(stage: Stage) -> None:
    stage.choose(quiet_hours="00:00-06:00")
    stage.edit(TWELVE)
    stage.page(5)
    stage.time = datetime(2026, 1, 15, 23, 59, tzinfo=UTC).timestamp()
    with stage.connect() as connector:
        connector.step()
        stage.time += 90
        assert connector.run() == "finished"
    assert len(stage.customers()) == 12


def test_the_run_interval_is_told_once(stage: Stage) -> None:
    """By authenticate's fourth value, at the first session and after each change: what the Web Connector runs at
    otherwise, by an old .qwc file or by hand, nobody here knows."""

    def told() -> int | None:
        opened = stage.engine.open(stage.company)
        assert isinstance(opened, Opened)
        stage.engine.close(opened.ticket)
        return opened.every_seconds

    assert [told(), told()] == [900, None]
    stage.choose(schedule="5")
    assert [told(), told()] == [300, None]
    stage.sync()
    assert told() is None, "not forgotten when the company file has told of itself"
    stage.choose(schedule="15")
    assert [told(), told()] == [900, None]


# ---- when QuickBooks cannot be opened --------------------------------------------------------------------------------


def test_the_remembered_path_is_tried_once(stage: Stage) -> None:
    """connectionError: nothing is known at first; later the file that was open last, once; then a person is needed."""
    with stage.connect() as first:
        assert stage.engine.connection_failed(first.ticket, "0x80040416", "No file") is None
        assert first.ask() is None
        first.close()
    stage.sync()
    with stage.connect() as later:
        path = later.quickbooks.path
        assert stage.engine.connection_failed(later.ticket, "0x80040416", "No file") == path
        assert stage.engine.connection_failed(later.ticket, "0x80040416", "No file") is None
        told = stage.engine.last_error(later.ticket)
        assert "could not be opened" in told
        assert "0x80040416" in told
        assert stage.engine.connection_failed(later.ticket, "0x80040416", "No file") is None
        assert later.ask() is None
        later.close()
    run = stage.last_run()
    assert (run["outcome"], run["told"]) == ("stopped", told)
    assert [event["what"] for event in stage.events()] == ["stopped"], "said once"


def test_the_remembered_path_works(stage: Stage) -> None:
    stage.sync()
    with stage.connect() as connector:
        assert stage.engine.connection_failed(connector.ticket, "0x80040408", "") == connector.quickbooks.path
        assert connector.run() == "finished"


def test_a_driver_that_tells_no_path_does_not_make_it_forgotten(stage: Stage) -> None:
    stage.sync()
    with stage.connect() as connector:
        path, connector.quickbooks.path = connector.quickbooks.path, ""
        assert connector.run() == "finished"
    assert stage.status()["file"]["path"] == path
    assert stage.events() == []


@pytest.mark.parametrize(
    ("hresult", "message", "parts"),
    [
        (
            "0x80040400",
            "QuickBooks found an error when parsing the provided XML text stream.",
            ["0x80040400"],
        ),
        ("0x8004040A", "", ["Another company file is open", "0x8004040A"]),
        ("-2147220480", "parse", ["parse"]),
        ("", "", []),
        ("nonsense ü", "nonsense ü", ["nonsense ü"]),
    ],
)
def test_a_failure_stops_the_run_and_says_why(
    stage: Stage, hresult: str, message: str, parts: list[str]
) -> None:
    """What was read is kept; the next session goes on."""
    stage.edit(TWELVE)
    stage.page(5)
    with stage.connect() as connector:
        assert connector.step() > 0
        connector.ask()
        assert stage.engine.on_failure(connector.ticket, hresult, message).percent == -1
        told = stage.engine.last_error(connector.ticket)
        assert told
        assert all(part in told for part in parts)
        assert connector.ask() is None
        assert stage.engine.on_failure(connector.ticket, hresult, message).percent == -1
        connector.close()
    assert stage.last_run()["outcome"] == "stopped"
    stage.sync()
    assert len(stage.customers()) == 12


def test_nothing_went_wrong(stage: Stage) -> None:
    with stage.connect() as connector:
        connector.ask()
        assert stage.engine.last_error(connector.ticket) == "Nothing went wrong."
        assert connector.post(connector.execute()) == 100
        assert stage.engine.last_error(connector.ticket) == "Nothing went wrong."


# ---- the same reply twice, in another order, too late ----------------------------------------------------------------


def created(stage: Stage) -> Counter[str]:
    """How often each books record was created in the desk."""
    with stage.journal.read() as tx:
        return Counter(
            event.books
            for event in events.newest(tx, stage.company, 10_000)
            if event.what == "created" and event.kind == Kind.CUSTOMER
        )


def all_twelve_once(stage: Stage) -> None:
    assert stage.names() == [f"Customer {number:02}" for number in range(12)]
    assert set(created(stage).values()) == {1}


def test_every_reply_posted_twice(stage: Stage) -> None:
    """spec 10.1: the second one is not taken for the answer to what is asked next."""
    stage.edit(TWELVE)
    stage.page(5)
    with stage.connect() as connector:
        while connector.ask() is not None:
            reply = connector.execute()
            percent = connector.post(reply)
            assert connector.post(reply) == percent
            if percent == 100:
                break
        assert stage.engine.last_error(connector.ticket) == "Nothing went wrong."
    all_twelve_once(stage)
    assert [event["what"] for event in stage.events()] == ["created"] * 12


def test_replies_in_another_order(stage: Stage) -> None:
    """Each old reply is posted again when the next request is out; it neither answers it nor gets in its way."""
    stage.edit(TWELVE)
    stage.page(5)
    with stage.connect() as connector:
        old = ""
        while connector.ask() is not None:
            reply = connector.execute()
            if old:
                assert 0 <= connector.post(old) < 100
            percent, old = connector.post(reply), reply
            if percent == 100:
                break
        assert percent == 100
    all_twelve_once(stage)
    assert [event["what"] for event in stage.events()] == ["created"] * 12


def test_the_same_reply_posted_by_two_threads_at_once(stage: Stage) -> None:
    """The second one is read while the first one is being read."""
    stage.edit(TWELVE)
    stage.page(5)
    inner: list[int] = []

    class Twice(DesktopBooks):
        def decode(self, text: str | bytes, asks: Sequence[Ask] = ()) -> Iterator[Item]:
            yield from super().decode(text, asks)
            if asks and text not in seen:
                seen.add(text)
                inner.append(stage.engine.on_reply(connector.ticket, text).percent)

    seen: set[str | bytes] = set()
    stage.use(books=Twice())
    with stage.connect() as connector:
        assert connector.run() == "finished"
    assert len(inner) > 2
    assert all(percent >= 0 for percent in inner)
    all_twelve_once(stage)


def test_a_garbled_copy_beside_the_good_reply_undoes_nothing(stage: Stage) -> None:
    stage.edit(TWELVE)
    stage.page(5)

    class GoodOneFirst(DesktopBooks):
        def decode(self, text: str | bytes, asks: Sequence[Ask] = ()) -> Iterator[Item]:
            if text == "garbled":
                stage.engine.on_reply(connector.ticket, connector.reply)
            yield from super().decode(text, asks)

    stage.use(books=GoodOneFirst())
    with stage.connect() as connector:
        connector.step()
        connector.ask()
        connector.execute()
        connector.post("garbled")
        assert connector.run() == "finished"
    all_twelve_once(stage)


def test_requests_asked_twice(stage: Stage) -> None:
    """The Web Connector lost our answer and asks again: the reply to either is taken, none is skipped."""
    stage.edit(TWELVE)
    stage.page(5)
    with stage.connect() as connector:
        first = connector.ask()
        second = connector.ask()
        assert first is not None
        assert second is not None
        lost = connector.execute(first)
        assert 0 <= connector.post(lost) < 100, "the answer to the request that counts no more"
        assert connector.post(connector.execute(second)) >= 0
        connector.ask()
        connector.ask()
        connector.execute()
        connector.post()
        assert connector.run() == "finished"
    all_twelve_once(stage)


def test_a_request_that_is_asked_for_again_and_again_ends(stage: Stage) -> None:
    """A driver that never answers is no endless loop, and what it asks for is always a whole request."""
    stage.edit(TWELVE)
    stage.page(5)
    with stage.connect() as connector:
        connector.step()
        asked = 0
        while connector.ask() is not None and asked < 50:
            asked += 1
        assert asked < 10
        assert "several times" in stage.engine.last_error(connector.ticket)
        connector.close()
    stage.sync()
    all_twelve_once(stage)


def test_a_reply_that_nobody_asked_for(stage: Stage) -> None:
    """Before the first request, and the reply of another session's request: no sight comes of it."""
    stage.edit(TWELVE)
    stage.page(5)
    with stage.connect() as connector:
        connector.ask()
        connector.execute()
        connector.post()
        connector.ask()
        second_page = connector.execute()
        connector.close()
    before = stage.journal_rows()["sights"]
    stage.time += 900
    with stage.connect() as connector:
        assert 0 <= connector.post(second_page) < 100
        assert stage.journal_rows()["sights"] == before
        assert connector.run() == "finished"
    all_twelve_once(stage)


@pytest.mark.parametrize(
    "reply", ["", " ", "<", "not XML", "<QBXML/>", b"\xff\xfe\x00", "<a>" * 1000, "\x00"]
)
def test_an_answer_that_is_none(stage: Stage, reply: str | bytes) -> None:
    """An empty reply or rubbish is asked for again; the third time the run stops, and the next one goes on."""
    stage.edit(TWELVE)
    stage.page(5)
    with stage.connect() as connector:
        connector.step()
        percents = []
        for _ in range(3):
            assert connector.ask() is not None
            percents.append(connector.post(reply))
        assert [percent < 0 for percent in percents] == [False, False, True]
        assert "could not be read" in stage.engine.last_error(connector.ticket)
        connector.close()
    assert stage.last_run()["outcome"] == "stopped"
    stage.sync()
    all_twelve_once(stage)


def test_an_introduction_that_is_cut_anywhere_is_asked_for(stage: Stage) -> None:
    """The Web Connector's introduction is cut: nothing of it is believed, and QuickBooks is asked who it is."""
    stage.edit(TWELVE)
    with stage.connect() as connector:
        whole = connector.quickbooks.introduction()
        for end in range(1, len(whole) - 12, 97):
            stage.time += 900
            with stage.connect(connector.quickbooks) as cut:
                context = Context(hcp=whole[:end], company_path=connector.quickbooks.path, major=13)
                asked = stage.engine.next_request(cut.ticket, context)
                assert isinstance(asked, Send)
                assert "<CompanyQueryRq" in asked.text
                assert "<CustomerQueryRq" not in asked.text
                stage.engine.close(cut.ticket)
    assert stage.status()["file"] == {"name": None, "path": None}
    assert stage.journal_rows()["sights"] == []


GARBLED = 9
"""Cuts in each reply, beside those right behind a record."""


def cuts(reply: str) -> list[int]:
    """Where to cut: evenly, and right behind a record, a response and the frame."""
    at = {len(reply) * part // GARBLED for part in range(1, GARBLED)}
    for tag in ("</CustomerRet>", "</CustomerQueryRs>", "</QBXMLMsgsRs>"):
        found = reply.find(tag)
        last = reply.rfind(tag)
        at.update(place + len(tag) for place in (found, last) if place >= 0)
    return sorted(at)


@pytest.mark.parametrize("number", [1, 2, 4])
def test_a_reply_cut_anywhere_loses_no_record(blank: tuple[Path, str], stage: Stage, number: int) -> None:
    """The first page, the second, and what is fetched by id; each is cut at many places, the rest of the session and
    one more go on as ever."""
    stage.edit(TWELVE)
    stage.sync()
    everything = "\n".join(
        f'customer "Customer {each:02}" set email="c{each}@example.com"'
        if each % 4 == 0
        else f'customer "Customer {each:02}" balance {each}.@'
        for each in range(12)
    )  # three are edited (more would trip the brake), the others' balances move
    turn = 0
    while True:
        stage.time += 900
        edit(stage, everything.replace(".@", f".{turn + 10}").replace("@", f"{turn}@"))
        stage.page(5)
        with stage.connect() as connector:
            for _ in range(number - 1):
                assert connector.step() >= 0
            connector.ask()
            whole = connector.execute()
            places = cuts(whole)
            if turn == len(places):
                assert ("<Email>" in whole) == (number == 4)
                return
            assert 0 <= connector.post(whole[: places[turn]]) < 100, f"cut at {places[turn]} of {len(whole)}"
            assert connector.run() == "finished", connector.told
        mails = [customer["email"] for customer in stage.customers()]
        assert mails[::4] == [f"c{each}{turn}@example.com" for each in (0, 4, 8)], f"cut at {places[turn]}"
        turn += 1


def test_a_first_import_cut_anywhere_loses_no_record(blank: tuple[Path, str], tmp_path: Path) -> None:
    """The same with records in full, of which those that came whole are kept."""
    for number, turn in ((1, 0), (1, 4), (1, 9), (2, 2), (2, 7), (3, 1), (3, 5)):
        with Stage.copied(*blank, tmp_path / f"{number}-{turn}") as world:
            world.edit(TWELVE)
            world.page(5)
            with world.connect() as connector:
                for _ in range(number - 1):
                    connector.step()
                connector.ask()
                whole = connector.execute()
                connector.post(whole[: cuts(whole)[turn]])
                assert connector.run() == "finished", connector.told
            all_twelve_once(world)


# ---- two companies ---------------------------------------------------------------------------------------------------


def test_two_companies_never_touch(stage: Stage) -> None:
    """Two in one journal and one desk, step by step in turns; each has customers of the same names and ids."""
    other = beside(stage, "other")
    stage.edit(TWELVE)
    other.edit(TWELVE.replace("503", "971"))
    stage.page(5)
    other.page(4)
    with Connector(stage) as one, Connector(other) as two:
        percents = [0, 0]
        while min(percents) < 100:
            for place, connector in enumerate((one, two)):
                if percents[place] < 100:
                    percents[place] = connector.step()
                    assert percents[place] >= 0
        assert one.post(two.reply) == 100, "a reply under the other one's ticket changes nothing"
        one.close()
        assert two.post(two.reply) == 100, "closing one closes one"
        two.close()
    for world, code in ((stage, "503"), (other, "971")):
        all_twelve_once(world)
        assert {customer["phone"][:3] for customer in world.customers()} == {code}
        assert world.status()["linked"] == 12
    other.choose(paused="on")
    stage.time += 900
    edit(stage, 'customer "Customer 03" delete\ncustomer "Customer 04" rename "Four"')
    other.time = stage.time
    assert stage.sync().percents[-1] == 100
    assert "Four" in stage.names()
    assert "Four" not in other.names()
    assert all(customer["active"] for customer in other.customers())
    assert [event["what"] for event in other.events()] == ["created"] * 12


def test_an_answer_posted_under_the_other_ones_ticket(stage: Stage) -> None:
    """Both are asked the same, number for number. It settles nothing of the company whose answer it is."""
    other = beside(stage, "other")
    stage.edit(TWELVE)
    with Connector(stage) as one, Connector(other) as two:
        one.ask()
        two.ask()
        one.post(two.execute())
        with stage.journal.read() as tx:
            lease = leases.get(tx, other.company)
        assert lease is not None
        assert lease.request_out, "its own request is still out"
        assert other.customers() == []
        assert two.run() == "finished"
    stage.sync()
    all_twelve_once(stage)


def test_a_restart_and_a_taken_over_lease_leave_the_other_company_alone(stage: Stage) -> None:
    other = beside(stage, "other")
    stage.edit(TWELVE)
    other.edit(TWELVE)
    with Connector(stage) as one, Connector(other) as two:
        one.step()
        two.step()
        stage.time += 130
        other.time = stage.time
        two.ask()
        with Connector(stage) as newcomer:
            assert newcomer.run() == "finished"
        assert two.post(two.execute()) >= 0
        assert two.run() == "finished"
    all_twelve_once(stage)
    all_twelve_once(other)


def test_what_the_company_is_called_and_set_to_is_its_own(stage: Stage) -> None:
    other = beside(stage, "other", {"job_name": "full_name"})
    for world in (stage, other):
        world.edit('customer add name="Alba"\ncustomer add name="Roof" parent="Alba"')
        world.sync()
    assert (stage.names(), other.names()) == (["Alba", "Alba"], ["Alba", "Alba:Roof"])
    with stage.journal.read() as tx:
        assert [company.identity["name"] for company in companies.all_of(tx)] == ["Test Company", "other"]
