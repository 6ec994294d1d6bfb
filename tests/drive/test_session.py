"""Sessions over real SOAP against the real engine, journal and desk: captures of a real Web Connector, tickets that
are bogus, stale, closed or taken over, and what each of them may change (nothing)."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from fieldledger.journal import runs
from fieldledger.office import companies as office
from fieldledger.office import qwc
from fieldledger.session.identity import OWNER_ID
from quickbooks_sim.build import new_file
from quickbooks_sim.companyfile import CompanyFile
from quickbooks_sim.edit import apply_script
from quickbooks_sim.requestprocessor import RequestProcessor
from quickbooks_sim.webconnector import faults as fault_table
from quickbooks_sim.webconnector.qwc import read as read_qwc
from quickbooks_sim.webconnector.session import SessionFailed, SessionResult, run_session
from tests.drive.server import NAMESPACE, PASSWORD, USER, OneAccount, Served, serve
from tests.support.shared import shared
from tests.support.world import World

CAPTURES = "reference/qbxml/captures"


class Line:
    """A world and the Web Connector's line to it."""

    def __init__(self, world: World, served: Served) -> None:
        self.world, self.served = world, served

    def call(self, operation: str, **parameters: str | None) -> str:
        """The result of a call, "" when it is empty."""
        return self._result(operation, self.served.call(operation, **parameters).body).text or ""

    def log_in(self, user: str = USER, password: str = PASSWORD) -> list[str]:
        body = self.served.call("authenticate", strUserName=user, strPassword=password).body
        return [member.text or "" for member in self._result("authenticate", body)]

    def begin(self) -> str:
        """A session that has its first request out; returns its ticket."""
        ticket, _ = self.log_in()[:2]
        assert self.call(
            "sendRequestXML", ticket=ticket, strHCPResponse="", qbXMLMajorVers="13", qbXMLMinorVers="0"
        )
        return ticket

    def replay(self, name: str, **substitutes: str) -> etree._Element:
        """A captured call with its values exchanged; the rest is sent byte for byte."""
        body = shared(f"{CAPTURES}/{name}").read_bytes()
        for element, value in substitutes.items():
            body, done = re.subn(
                rb"<%b>[^<]*</%b>" % ((element.encode(),) * 2),
                f"<{element}>{value}</{element}>".encode(),
                body,
            )
            assert done == 1, (name, element)
        operation = re.search(rb"<soap:Body><(\w+)", body)
        assert operation
        called = operation[1].decode()
        return self._result(called, self.served.post(body, f'"{NAMESPACE}{called}"').body)

    def sync(self, faults: str = "", password: str = PASSWORD, file: Path | None = None) -> SessionResult:
        """One whole session of the simulated Web Connector. file: another company file than the world's."""
        path = self.world.folder / "app.qwc"
        path.write_text(
            qwc.text(self.world.journal, self.world.company, f"http://localhost:{self.served.port}")
        )
        with CompanyFile.open(file) if file else self.world.quickbooks() as company:
            return run_session(
                read_qwc(path), RequestProcessor(company), password, faults=fault_table.parse(faults.split()),
                noop_seconds=0.01,
            )  # fmt: skip

    def everything(self) -> str:
        """Every row of journal and desk, to compare before and after."""
        found = []
        for name in ("journal.db", "desk.db"):
            with sqlite3.connect(self.world.folder / name) as connection:
                found += [line for line in connection.iterdump() if line.startswith("INSERT")]
            connection.close()
        return "\n".join(found)

    @staticmethod
    def _result(operation: str, body: bytes) -> etree._Element:
        found = etree.fromstring(body).find(f".//{{{NAMESPACE}}}{operation}Result")
        assert found is not None, body[:300]
        return found


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    """An empty company file, where the session itself is what matters."""
    with World(tmp_path) as world, serve(world.engine, OneAccount(world.company)) as served:
        yield Line(world, served)


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Line]:
    """The sample company."""
    with World(tmp_path, sample=True) as world, serve(world.engine, OneAccount(world.company)) as served:
        in_small_pages(world)
        yield Line(world, served)


def in_small_pages(world: World) -> None:
    """The sample's 40 customers and jobs come in four requests, so that things can go wrong in the middle."""
    with world.journal.write() as tx:
        runs.move_cursor(tx, world.company, "page:customer", "12")


# ---- a session of 2008 ----------------------------------------------------------------------------------------------


def test_the_captured_session_ends_with_a_clear_refusal(line: Line) -> None:
    """Captures 001-014: QuickBooks 2006 speaks qbXML 5.0; that does not do, and it is told before anything is read."""
    assert (line.replay("003-soap-serverVersion-rq.xml").text or "").startswith("Fieldledger ")
    assert line.replay("005-soap-clientVersion-rq.xml").text is None
    members = line.replay("007-soap-authenticate-rq.xml", strUserName=USER, strPassword=PASSWORD)
    assert [(member.tag, member.text or "") for member in members][1:2] == [(f"{{{NAMESPACE}}}string", "")]
    ticket = members[0].text or ""
    assert line.replay("009-soap-sendRequestXML-first-rq.xml", ticket=ticket).text is None
    told = line.replay("011-soap-getLastError-rq.xml", ticket=ticket).text or ""
    assert told.startswith(
        "qbXML 13.0, QuickBooks 2014 or newer, is needed; QuickBooks Pro 2006 speaks qbXML 5.0"
    )
    assert line.replay("013-soap-closeConnection-rq.xml", ticket=ticket).text
    assert line.world.customers() == []
    assert "does not know this session" not in told
    after = line.replay("011-soap-getLastError-rq.xml", ticket=ticket).text or ""
    assert "not known here" in after, "a closed ticket is dead"


def test_captured_calls_of_another_session_change_nothing(line: Line) -> None:
    """Captures 009-018 as they stand: their tickets were never given here."""
    before = line.everything()
    for name, answer in (
        ("009-soap-sendRequestXML-first-rq.xml", None), ("016-soap-receiveResponseXML-CustomerAddRs-rq.xml", "-1"),
        ("018-soap-sendRequestXML-second-rq.xml", None),
    ):  # fmt: skip
        assert line.replay(name).text == answer
    assert line.replay("013-soap-closeConnection-rq.xml").text
    assert line.everything() == before


def test_a_captured_reply_that_answers_nothing_does_no_harm(line: Line) -> None:
    """Capture 016: the answer to a CustomerAdd that was never sent from here, posted into a living session."""
    ticket = line.begin()
    line.replay("016-soap-receiveResponseXML-CustomerAddRs-rq.xml", ticket=ticket)
    assert line.world.customers() == []
    assert "Shannon" not in line.everything()


# ---- who may come in ------------------------------------------------------------------------------------------------


def test_a_whole_first_sync_and_a_second_that_writes_nothing(full: Line) -> None:
    """spec 10.3: a second sync with nothing changed writes nothing."""
    first = full.sync()
    assert (first.outcome, first.percents[-1]) == ("done", 100)
    customers = full.world.customers()
    assert len(customers) > 20
    second = full.sync()
    assert (second.outcome, second.percents[-1]) == ("done", 100)
    assert full.world.customers() == customers


def test_a_wrong_password_is_nvu_and_changes_nothing(line: Line) -> None:
    """rules.md 4: `nvu` = bad user or password."""
    before = line.everything()
    assert line.log_in(password="wrong") == ["", "nvu"]
    assert line.log_in(user="nobody") == ["", "nvu"]
    assert line.sync("wrong_password").outcome == "nvu"
    assert line.everything() == before


def test_nothing_to_do_is_none(line: Line) -> None:
    """rules.md 4: `none` = valid user, no work. Pause and quiet hours answer it."""
    office.set_settings(line.world.journal, line.world.company, {"paused": "on"}, who="test")
    assert line.log_in()[:2] == ["", "none"]
    assert line.sync().outcome == "none"


def test_tickets_have_256_bits_and_are_stored_as_hashes_only(line: Line) -> None:
    tickets = set()
    for _ in range(3):
        ticket = line.log_in()[0]
        tickets.add(ticket)
        line.call("closeConnection", ticket=ticket)
    assert len(tickets) == 3
    for ticket in tickets:
        assert re.fullmatch(r"[A-Za-z0-9_-]{43}", ticket), "43 characters of 6 bits"
    ticket = line.log_in()[0]
    assert ticket not in line.everything()


def test_another_session_is_busy_until_the_first_falls_silent(line: Line) -> None:
    """design.md, Reading: taken over by a newcomer after 2 minutes, 10 while a request is out."""
    first = line.log_in()[0]
    assert line.log_in() == ["", "busy"]
    line.world.time += 119
    assert line.log_in() == ["", "busy"]
    line.world.time += 2
    second = line.log_in()[0]
    assert second not in ("", first)
    assert line.call("sendRequestXML", ticket=second, strHCPResponse="", qbXMLMajorVers="13")
    line.world.time += 590
    assert line.log_in() == ["", "busy"], "a request is out: QuickBooks may work on it for minutes"
    line.world.time += 11
    third = line.log_in()[0]
    assert third not in ("", first, second)


def test_the_patience_is_a_setting(line: Line) -> None:
    wishes = {"takeover_after": "5", "takeover_after_request": "50"}
    office.set_settings(line.world.journal, line.world.company, wishes, who="test")
    line.log_in()
    line.world.time += 6
    assert line.begin()
    line.world.time += 6
    assert line.log_in() == ["", "busy"]
    line.world.time += 50
    assert line.log_in()[1] == ""


# ---- dead tickets ---------------------------------------------------------------------------------------------------


def silent(line: Line) -> str:
    """A ticket whose session was silent for more than 30 minutes."""
    ticket = line.begin()
    line.world.time += 30 * 60 + 1
    return ticket


def closed(line: Line) -> str:
    ticket = line.begin()
    line.call("closeConnection", ticket=ticket)
    return ticket


def taken_over(line: Line) -> str:
    """A ticket whose session a newcomer has taken over."""
    ticket = line.log_in()[0]
    line.world.time += 121
    assert line.log_in()[0]
    return ticket


def bogus(_: Line) -> str:
    return "x" * 43


@pytest.mark.parametrize("kind", [silent, closed, taken_over, bogus])
def test_a_dead_ticket_gets_nothing_and_changes_nothing(line: Line, kind: object) -> None:
    """Issue 2: a bogus or stale ticket gets nothing and changes nothing."""
    assert callable(kind)
    ticket = kind(line)
    with line.world.quickbooks() as company:
        processor = RequestProcessor(company)
        processor.open_connection("", "x")
        answer = processor.process_request(
            processor.begin_session(""),
            '<?xml version="1.0"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError"><CustomerQueryRq/>'
            "</QBXMLMsgsRq></QBXML>",
        )
    before = line.everything()
    assert line.call("sendRequestXML", ticket=ticket, strHCPResponse="", qbXMLMajorVers="13") == ""
    assert line.call("receiveResponseXML", ticket=ticket, response=answer, hresult="", message="") == "-1"
    assert (
        line.call("receiveResponseXML", ticket=ticket, response="", hresult="0x80040402", message="x") == "-1"
    )
    assert line.call("receiveResponseXML", ticket=ticket, response="<not XML", hresult="") == "-1"
    assert line.call("connectionError", ticket=ticket, hresult="0x80040408", message="x") == "done"
    assert line.everything() == before
    assert line.world.customers() == []


@pytest.mark.parametrize("kind", [silent, closed, taken_over, bogus])
def test_a_dead_ticket_is_not_known(line: Line, kind: object) -> None:
    assert callable(kind)
    ticket = kind(line)
    before = line.everything()
    assert "not known here" in line.call("getLastError", ticket=ticket)
    assert line.everything() == before


@pytest.mark.parametrize("kind", [closed, taken_over, bogus])
def test_a_dead_ticket_closes_nothing(line: Line, kind: object) -> None:
    assert callable(kind)
    ticket = kind(line)
    before = line.everything()
    assert line.call("closeConnection", ticket=ticket)
    assert line.everything() == before


@pytest.mark.parametrize("ticket", ["", " ", "' or 1=1 --", "x" * 100_000, "é€\U0001f600", "%", "\t\n"])
def test_odd_tickets_are_bogus_tickets(line: Line, ticket: str) -> None:
    before = line.everything()
    assert line.call("sendRequestXML", ticket=ticket) == ""
    assert line.call("receiveResponseXML", ticket=ticket, response="<QBXML/>") == "-1"
    assert "not known here" in line.call("getLastError", ticket=ticket)
    assert line.everything() == before


def test_nearly_the_right_ticket_is_a_wrong_one(line: Line) -> None:
    ticket = line.begin()
    for near in (ticket[:-1], ticket + "x", ticket.swapcase(), f" {ticket}", f"{ticket}\n"):
        assert line.call("receiveResponseXML", ticket=near, response="", hresult="0x80040402") == "-1"
    assert line.call("getLastError", ticket=ticket) == "Nothing went wrong."


def test_a_session_that_keeps_talking_lives_as_long_as_it_likes(line: Line) -> None:
    ticket = line.log_in()[0]
    for _ in range(4):
        line.world.time += 29 * 60
        assert line.call("sendRequestXML", ticket=ticket, strHCPResponse="", qbXMLMajorVers="13")


# ---- when QuickBooks cannot be opened -------------------------------------------------------------------------------


def test_a_connection_error_without_a_remembered_path_is_done_at_once(line: Line) -> None:
    """rules.md 8: return `done` to stop."""
    ticket = line.log_in()[0]
    assert (
        line.call("connectionError", ticket=ticket, hresult="0x80040408", message="Could not start") == "done"
    )
    assert "could not be opened" in line.call("getLastError", ticket=ticket)


def test_a_connection_error_tries_the_remembered_path_once_then_done(line: Line) -> None:
    """rules.md 8: any other text is a company path to try next. Retry at most twice."""
    line.sync()
    ticket = line.log_in()[0]
    path = line.call("connectionError", ticket=ticket, hresult="0x80040416", message="not running")
    assert path.endswith(".qbw")
    assert line.call("connectionError", ticket=ticket, hresult="0x80040403", message="no") == "done"
    assert line.call("connectionError", ticket=ticket, hresult="0x80040403", message="no") == "done"


@pytest.mark.parametrize(
    ("switch", "words"),
    [
        ("begin_error=0x80040408", "could not be started"), ("dialog=open", "dialog box"),
        ("other_file_open=true", "Another company file"), ("access=denied", "answered No"),
        ("access=never_asked", "has not been allowed"), ("open=false", "not running"),
    ],
)  # fmt: skip
def test_what_keeps_quickbooks_shut_is_told_in_words(line: Line, switch: str, words: str) -> None:
    line.world.edit(f"switch {switch}")
    ended = line.sync()
    assert ended.outcome == "error"
    assert ended.calls["connectionError"] == 1
    assert words in line.world.status()["last_run"]["told"]


# ---- whose company file is it? --------------------------------------------------------------------------------------


def test_another_company_file_is_refused_and_nothing_is_touched(line: Line, tmp_path: Path) -> None:
    """spec 8.2: another file: stop, write nothing."""
    line.world.edit('customer add name="Ours"')
    assert line.sync().outcome == "done"
    other = tmp_path / "other.qbs"
    with new_file(other, "Somebody Else") as company:
        apply_script(company, 'customer add name="Theirs"')
    customers = line.world.customers()
    ended = line.sync(file=other)
    assert (ended.outcome, ended.percents) == ("stopped", []), "not a single request was handed out"
    assert "Open the right company file" in ended.last_error
    assert line.world.customers() == customers
    assert line.sync().outcome == "done", "the right one goes on"
    assert [customer["name"] for customer in line.world.customers()] == ["Ours"]


def test_the_same_file_moved_and_renamed_goes_on(line: Line) -> None:
    """spec 8.2: moved or renamed with the same identifier: go on, and log it."""
    line.world.edit('customer add name="Ours"')
    assert line.sync().outcome == "done"
    line.world.edit('move "D:\\\\new place\\\\books.qbw"')
    line.world.edit('company CompanyName="New Name Ltd"')
    assert line.sync().outcome == "done"
    assert "moved from" in line.everything()


def test_a_file_that_bears_another_connections_mark_is_refused(line: Line) -> None:
    with line.world.quickbooks() as company, company.writing():
        company.private_data_store(OWNER_ID, "FileID", "{11111111-1111-1111-1111-111111111111}")
    ended = line.sync()
    assert ended.outcome == "stopped"
    assert "belongs to another Fieldledger connection" in ended.last_error


# ---- broken messages in a living session ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault", ["garble=2", "garble_control=2", "post_reply_twice=2", "ask_twice=2", "pad_reply=2:25"]
)
def test_a_session_with_a_broken_or_repeated_message_ends_as_if_there_had_been_none(
    full: Line, fault: str
) -> None:
    ended = full.sync(fault)
    assert (ended.outcome, ended.percents[-1]) == ("done", 100), ended.last_error
    calm = full.world.customers()
    assert full.sync().outcome == "done"
    assert full.world.customers() == calm, "the next session finds nothing left to do"


def test_a_reply_under_a_wrong_ticket_ends_that_session_and_the_next_one_goes_on(full: Line) -> None:
    ended = full.sync("wrong_ticket=2")
    assert ended.outcome == "error"
    assert full.sync().outcome == "done"
    assert len(full.world.customers()) > 20


def test_replies_over_the_limit_stop_the_run_with_the_reason(tmp_path: Path) -> None:
    with (
        World(tmp_path, sample=True) as world,
        serve(world.engine, OneAccount(world.company), largest_body=12_000) as served,
    ):
        ended = Line(world, served).sync()
    assert ended.outcome == "error"
    assert "larger than 12,000 bytes" in ended.last_error


def test_an_engine_that_fails_in_the_middle_loses_nothing(
    full: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = full.world.engine.on_reply
    replies = 0

    def fail_once(ticket: str, text: str | bytes) -> object:
        nonlocal replies
        replies += 1
        if replies == 2:
            raise RuntimeError("the disk is full")
        return real(ticket, text)

    monkeypatch.setattr(full.world.engine, "on_reply", fail_once)
    ended = full.sync()
    assert (ended.outcome, ended.percents[-1]) == ("error", -1)
    assert "an error of its own" in ended.last_error
    assert full.sync().outcome == "done"
    assert len(full.world.customers()) > 20


def test_a_web_connector_that_gets_no_answer_fails_with_its_own_code(line: Line) -> None:
    """The simulated client is no more forgiving than the real one: a server that is gone is QBWC1012."""
    line.served.port = 1
    with pytest.raises(SessionFailed, match=r"^QBWC10"):
        line.sync()
