"""The script of a session against a scripted server: the order of calls, and how each of them can end it."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from quickbooks_sim.errors import FaultPoint
from quickbooks_sim.requestprocessor import RequestProcessor
from quickbooks_sim.webconnector.log import Level, Log
from quickbooks_sim.webconnector.session import SessionFailed, SessionResult, run_session
from tests.quickbooks_sim.conftest import Books
from tests.quickbooks_sim.webconnector.server import (
    FILE,
    HOST,
    NAMESPACE,
    OWNER,
    QUERY,
    Answer,
    Call,
    Script,
    enveloped,
    qwc,
    result,
    serving,
)

Run = Callable[..., SessionResult]
LOGIN = ["serverVersion", "clientVersion", "authenticate"]


@pytest.fixture
def processor(books: Books) -> RequestProcessor:
    books.processor.close_connection()
    return RequestProcessor(books.company)


@pytest.fixture
def run(processor: RequestProcessor) -> Run:
    """Runs one session against a script."""

    def session(
        script: Script, password: str = "secret", app: dict[str, Any] | None = None, **options: Any
    ) -> SessionResult:
        with serving(script) as url:
            return run_session(
                qwc(url, **(app or {})), processor, password, noop_seconds=0.01, timeout=5, **options
            )

    return session


# ---- the order ------------------------------------------------------------------------------------------------------


def test_a_session_from_end_to_end(run: Run) -> None:
    """rules.md 1: serverVersion, clientVersion, authenticate, then sendRequestXML and receiveResponseXML until 100."""
    script = Script(sendRequestXML=HOST, receiveResponseXML=[0, 40, 99, 100])
    steps: list[str] = []
    ended = run(script, on_step=steps.append)
    assert script.order == [*LOGIN, *["sendRequestXML", "receiveResponseXML"] * 4, "closeConnection"]
    assert (ended.outcome, ended.percents, ended.closed) == ("done", [0, 40, 99, 100], "Bye.")
    assert ended.calls["sendRequestXML"] == 4
    assert ended.bytes_sent == sum(len(call.body) for call in script.calls)
    assert ended.bytes_received > 0
    assert 0 < ended.seconds < 30
    assert steps[0] == "logged in as user"
    assert steps[-1] == "100 %"
    credentials = script.of("authenticate")[0].parameters
    assert credentials == {"strUserName": "user", "strPassword": "secret"}
    for call in script.calls[3:]:
        assert call.parameters["ticket"] == "ticket", "echoed in every later call"


def test_the_introduction_comes_with_the_first_request_only(run: Run, books: Books) -> None:
    """rules.md 5: HostQueryRs, CompanyQueryRs, PreferencesQueryRs (requestID 0, 1, 2) in one string; later empty."""
    script = Script(sendRequestXML=HOST, receiveResponseXML=[10, 20, 100])
    run(script)
    first, *later = script.of("sendRequestXML")
    answers = etree.fromstring(first.parameters["strHCPResponse"].encode())[0]
    assert [(answer.tag, answer.get("requestID")) for answer in answers] == [
        ("HostQueryRs", "0"), ("CompanyQueryRs", "1"), ("PreferencesQueryRs", "2")
    ]  # fmt: skip
    assert len(later) == 2
    for call in later:
        assert b"<strHCPResponse />" in call.body
    for call in (first, *later):
        told = call.parameters
        assert told["strCompanyFileName"] == books.company.switch("company_path")
        assert (told["qbXMLCountry"], told["qbXMLMajorVers"], told["qbXMLMinorVers"]) == ("US", "13", "0")


def test_replies_carry_quickbooks_answer_with_empty_hresult_and_message(run: Run) -> None:
    """rules.md 7: on success both elements are present and empty."""
    script = Script()
    run(script)
    reply = script.of("receiveResponseXML")[0]
    assert reply.body.endswith(b"<hresult /><message /></receiveResponseXML></soap:Body></soap:Envelope>")
    assert 'HostQueryRs requestID="7" statusCode="0"' in reply.parameters["response"]


def test_a_set_that_quickbooks_refuses_is_told_with_hresult_and_message(run: Run) -> None:
    """Capture 110: response empty, hresult 0x80040400 and the message filled."""
    script = Script(sendRequestXML=QUERY.format("<NoSuchRq/>"), receiveResponseXML=-1, getLastError="our bug")
    ended = run(script)
    parameters = script.of("receiveResponseXML")[0].parameters
    assert parameters == {
        "ticket": "ticket", "response": "", "hresult": "0x80040400",
        "message": "QuickBooks found an error when parsing the provided XML text stream.",
    }  # fmt: skip
    assert (ended.outcome, ended.last_error) == ("error", "our bug")


def test_a_quickbooks_that_vanishes_is_an_unknown_outcome_and_its_ticket_is_dead(
    run: Run, processor: RequestProcessor
) -> None:
    """rules.md 49: unknown outcome: 0402 and "The ticket parameter is invalid." after a crash."""

    def request(_: Call) -> str:
        if not script.of("receiveResponseXML"):
            processor.faults.plan(FaultPoint.BEFORE_ANSWER)
        return HOST

    script = Script(sendRequestXML=request, receiveResponseXML=[50, 100])
    run(script)
    first, second = (call.parameters for call in script.of("receiveResponseXML"))
    assert (first["response"], first["hresult"]) == ("", "0x80040402")
    assert (second["hresult"], second["message"]) == ("0x8004040D", "The ticket parameter is invalid.")


def test_a_negative_percent_leads_to_get_last_error_and_close(run: Run) -> None:
    """rules.md 7: negative = QBWC calls getLastError, shows it, closes."""
    script = Script(receiveResponseXML=-7, getLastError="It is broken.")
    ended = run(script)
    assert script.order[-3:] == ["receiveResponseXML", "getLastError", "closeConnection"]
    assert (ended.outcome, ended.last_error, ended.percents) == ("error", "It is broken.", [-7])


def test_100_with_work_left_ends_the_session(run: Run) -> None:
    """rules.md 7: returning 100 with work left ends the session."""
    script = Script(sendRequestXML=HOST, receiveResponseXML=100)
    assert run(script).percents == [100]
    assert script.order.count("sendRequestXML") == 1


def test_nothing_to_send_leads_to_get_last_error_and_close(run: Run) -> None:
    """rules.md 6: any other text is shown and the session closes."""
    script = Script(sendRequestXML="", getLastError="Nothing today.")
    ended = run(script)
    assert script.order == [*LOGIN, "sendRequestXML", "getLastError", "closeConnection"]
    assert (ended.outcome, ended.last_error, ended.closed) == ("stopped", "Nothing today.", "Bye.")


def test_noop_waits_and_asks_again(run: Run) -> None:
    """rules.md 6: `NoOp` = wait 5 seconds and ask again."""
    script = Script(sendRequestXML=["", "", HOST], getLastError=["NoOp", "NoOp"], receiveResponseXML=100)
    started = time.perf_counter()
    ended = run(script)
    assert script.order[3:] == ["sendRequestXML", "getLastError"] * 2 + [
        "sendRequestXML", "receiveResponseXML", "closeConnection",
    ]  # fmt: skip
    assert ended.outcome == "done"
    assert time.perf_counter() - started >= 0.02
    assert script.of("sendRequestXML")[1].parameters["strHCPResponse"] == "", "the introduction came already"


def test_noop_after_something_else_is_no_noop(run: Run) -> None:
    for text in ("noop", "NoOp ", "NOOP"):
        assert run(Script(sendRequestXML="", getLastError=text)).outcome == "stopped"


def test_interactive_mode_is_offered_and_rejected_since_nobody_sits_here(run: Run) -> None:
    """rules.md 6: `Interactive mode` = start getInteractiveURL."""
    script = Script(sendRequestXML="", getLastError="Interactive mode")
    ended = run(script)
    assert script.order[3:] == [
        "sendRequestXML", "getLastError", "getInteractiveURL", "interactiveRejected", "closeConnection"
    ]  # fmt: skip
    assert script.of("getInteractiveURL")[0].parameters == {"wcTicket": "ticket", "sessionID": "1"}
    assert (ended.outcome, ended.last_error) == ("stopped", "A pity.")


# ---- versions and login ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verdict", ["", "O:2.1", "O:2.1.0.30", "W:please update", "W:"])
def test_versions_with_which_it_goes_on(run: Run, verdict: str) -> None:
    """rules.md 3: empty = go on; W: = ask the user; O: = fine, this is the version I support."""
    assert run(Script(clientVersion=verdict)).outcome == "done"


def test_a_version_that_is_too_old_aborts(run: Run) -> None:
    script = Script(clientVersion="E:Too old.")
    ended = run(script)
    assert (ended.outcome, ended.last_error) == ("error", "QBWC1037: Update aborted. Too old.")
    assert script.order == ["serverVersion", "clientVersion"]


@pytest.mark.parametrize("verdict", ["ok", "2.1", "O:", "O:new", "e:x", " "])
def test_a_version_verdict_of_another_shape_is_an_error(run: Run, verdict: str) -> None:
    with pytest.raises(SessionFailed, match=r"^QBWC1046: "):
        run(Script(clientVersion=verdict))


@pytest.mark.parametrize("what", ["none", "nvu", "busy"])
def test_who_is_not_let_in_closes_and_never_opens_quickbooks(run: Run, books: Books, what: str) -> None:
    """rules.md 4: after none/nvu QBWC calls closeConnection and stops."""
    books.set(begin_error="0x80040408")
    script = Script(authenticate=("", what))
    ended = run(script)
    assert script.order == [*LOGIN, "closeConnection"]
    assert ended.outcome == what
    assert ended.last_error.startswith("QBWC1040") is (what == "nvu")
    assert script.of("closeConnection")[0].parameters == {"ticket": ""}


@pytest.mark.parametrize(
    ("members", "seconds"),
    [(("t", ""), (None, None)), (("t", "", "60"), (60, None)), (("t", "", "", "900"), (None, 900)),
     (("t", "", "0", "900"), (0, 900)), (("t", "", "soon", "²"), (None, None))],
)  # fmt: skip
def test_postponement_and_interval_are_reported(
    run: Run, members: tuple[str, ...], seconds: tuple[int | None, ...]
) -> None:
    assert run(Script(authenticate=members)).next_seconds == seconds


@pytest.mark.parametrize(
    "answer",
    [
        ("only one",), (), ("", ""),
        result("authenticate", "<item>t</item><item/>"),
        result("authenticate", "<string>t</string>"),
        result("authenticate", '<string xmlns="">t</string><string xmlns=""/>'),
        result("authenticate",
               '<string>t</string><string xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>'),
        enveloped(f'<authenticateResponse xmlns="{NAMESPACE}x"><authenticateResult/></authenticateResponse>'),
        enveloped(f'<authenticateResponse xmlns="{NAMESPACE}"/>'),
    ],
)  # fmt: skip
def test_an_array_that_the_client_cannot_use_is_a_failed_login(run: Run, answer: Answer) -> None:
    """wire.md: second string left out is a common bug; other names give [], another namespace null: QBWC1012 it is."""
    with pytest.raises(SessionFailed, match=r"^QBWC1012: "):
        run(Script(authenticate=answer))


# ---- a server that fails --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "code"),
    [("serverVersion", "QBWC1036"), ("clientVersion", "QBWC1036"), ("authenticate", "QBWC1012"),
     ("sendRequestXML", "QBWC1041"), ("receiveResponseXML", "QBWC1042"), ("closeConnection", "QBWC1044"),
     ("connectionError", "QBWC1045"), ("getLastError", "getLastError failed: ")],
)  # fmt: skip
@pytest.mark.parametrize(
    "answer",
    [None, enveloped("<soap:Fault><faultcode>x</faultcode><faultstring>no</faultstring></soap:Fault>")],
)
def test_each_call_that_fails_has_its_code(
    run: Run, books: Books, operation: str, code: str, answer: Answer
) -> None:
    script = Script(receiveResponseXML=-1) if operation == "getLastError" else Script()
    if operation == "connectionError":
        books.set(begin_error="0x80040408")
    script.answers[operation] = answer
    with pytest.raises(SessionFailed) as caught:
        run(script)
    assert str(caught.value).startswith(code)
    assert script.order[-1] == operation, "it stops there"


def test_a_request_that_the_client_cannot_see_is_a_failure(run: Run) -> None:
    """wire.md: sendRequestXML element missing: null (QBWC then fails)."""
    with pytest.raises(SessionFailed, match=r"^QBWC1041: .*nothing that the client can see"):
        run(Script(sendRequestXML=enveloped(f'<sendRequestXMLResponse xmlns="{NAMESPACE}"/>')))


def test_a_percent_that_is_none_is_a_failure(run: Run) -> None:
    with pytest.raises(SessionFailed, match=r"^QBWC1042: "):
        run(Script(receiveResponseXML="50.0"))


# ---- opening QuickBooks ---------------------------------------------------------------------------------------------


def test_connection_error_and_done(run: Run, books: Books) -> None:
    """rules.md 8: return `done` to stop. rules.md 10: QBWC tries each connection twice."""
    books.set(begin_error="0x80040408")
    script = Script(connectionError="done")
    ended = run(script)
    assert script.order == [*LOGIN, "connectionError", "closeConnection"]
    assert script.of("connectionError")[0].parameters == {
        "ticket": "ticket", "hresult": "0x80040408", "message": "Could not start QuickBooks."
    }  # fmt: skip
    assert (ended.outcome, ended.last_error) == (
        "error",
        "QBWC1013: Error connecting to QuickBooks. Could not start QuickBooks.",
    )


def test_quickbooks_is_tried_twice_before_the_server_hears_of_it(
    run: Run, processor: RequestProcessor, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[str] = []
    real = processor.begin_session

    def second_time_lucky(path: str, mode: int = 2) -> str:
        tries.append(path)
        books.set(begin_error="0x80040408" if len(tries) == 1 else "none")
        return real(path, mode)

    monkeypatch.setattr(processor, "begin_session", second_time_lucky)
    script = Script()
    assert run(script).outcome == "done"
    assert tries == ["", ""]
    assert "connectionError" not in script.order


def test_any_other_text_is_a_path_to_try_even_an_empty_one(run: Run, books: Books) -> None:
    """rules.md 8: any other text, even empty, is a company path to try next."""
    path = books.company.switch("company_path")
    books.set(open="false")
    script = Script(connectionError=path)
    ended = run(script)
    assert ended.outcome == "done"
    assert script.of("connectionError")[0].parameters["hresult"] == "0x80040416", (
        "no path given, QuickBooks not running"
    )
    books.set(open="true")
    script = Script(authenticate=("t", "C:\\wrong.qbw"), connectionError="")
    assert run(script).outcome == "done"
    assert script.of("connectionError")[0].parameters["hresult"] == "0x8004040A", "another file is open"


def test_a_server_that_never_says_done_is_given_up(run: Run, books: Books) -> None:
    books.set(begin_error="0x80040408")
    script = Script(connectionError="C:\\again.qbw")
    ended = run(script)
    assert script.order == [*LOGIN, *["connectionError"] * 3, "closeConnection"]
    assert (ended.outcome, ended.last_error[:8]) == ("error", "QBWC1008")


def test_quickbooks_that_does_not_tell_of_itself(run: Run, processor: RequestProcessor) -> None:
    processor.faults.plan(FaultPoint.BEFORE_EXECUTION)
    with pytest.raises(SessionFailed, match=r"^QBWC1014: "):
        run(Script())


# ---- what is left in the company file -------------------------------------------------------------------------------


def private(books: Books) -> dict[str, str]:
    with books.company.reading():
        return books.company.private_data(OWNER)


def test_the_file_is_stamped_when_the_application_is_added_and_locked_during_the_session(
    run: Run, books: Books
) -> None:
    """rules.md, .qwc file: FileID is stored in the company as private data, and an AppLock value during each session
    (captures 009, 022)."""
    script = Script(sendRequestXML="")
    run(script)
    introduction = etree.fromstring(script.of("sendRequestXML")[0].parameters["strHCPResponse"].encode())
    stored = {
        data.findtext("DataExtName"): data.findtext("DataExtValue")
        for data in introduction.iter("DataExtRet")
    }
    assert stored["FileID"] == FILE
    lock = (stored["AppLock"] or "").split(":")
    assert lock[:2] == ["LOCKED", "QUICKBOOKS-SIM"]
    now = (time.time() + 62_135_596_800) * 10**7
    assert abs(int(lock[2]) - now) < 60 * 10**7, ".NET ticks, as in the capture"
    assert private(books) == {"FileID": FILE}, "the lock is gone, the stamp stays"


def test_an_application_is_added_once_and_never_stamps_another_file(
    run: Run, books: Books, tmp_path: Path
) -> None:
    """Otherwise every file would bear the mark by which a server tells its own file."""
    app = {"path": tmp_path / "app.qwc"}
    steps: list[str] = []
    run(Script(), app=app, on_step=steps.append)
    assert steps.count("the application is added to this company file") == 1
    with books.company.writing():
        books.company.private_data_delete(OWNER, "FileID")
    run(Script(), app=app, on_step=steps.append)
    assert private(books) == {}, "as if another file were open now"
    assert steps.count("the application is added to this company file") == 1


def test_a_stamp_of_another_connection_stays(run: Run, books: Books) -> None:
    with books.company.writing():
        books.company.private_data_store(OWNER, "FileID", "{11111111-1111-1111-1111-111111111111}")
    run(Script())
    assert private(books)["FileID"] == "{11111111-1111-1111-1111-111111111111}"


def test_a_session_that_fails_takes_its_lock_away(run: Run, books: Books) -> None:
    with pytest.raises(SessionFailed):
        run(Script(sendRequestXML=None))
    assert private(books) == {"FileID": FILE}


def test_iterators_live_as_long_as_the_session(run: Run, books: Books) -> None:
    """rules.md, Iterators: valid only for the QuickBooks session that started it; a wrong ID is 3391."""
    books.begin()
    for name in "abcd":
        books.add_customer(name)
    books.processor.close_connection()
    script = Script(receiveResponseXML=[10, 100])
    script.answers["sendRequestXML"] = lambda call: iterated(script)
    run(script)
    answers = [call.parameters["response"] for call in script.of("receiveResponseXML")]
    assert 'iteratorRemainingCount="2"' in answers[0]
    assert 'iteratorRemainingCount="0"' in answers[1]
    again = Script(sendRequestXML=continued(answers[0]))
    run(again)
    assert 'statusCode="3391"' in again.of("receiveResponseXML")[0].parameters["response"]


def iterated(script: Script) -> str:
    replies = script.of("receiveResponseXML")
    if not replies:
        return QUERY.format(
            '<CustomerQueryRq iterator="Start"><MaxReturned>2</MaxReturned></CustomerQueryRq>'
        )
    return continued(replies[-1].parameters["response"])


def continued(answer: str) -> str:
    found = etree.fromstring(answer.encode())[0][0].get("iteratorID")
    return QUERY.format(
        f'<CustomerQueryRq iterator="Continue" iteratorID="{found}"><MaxReturned>2</MaxReturned></CustomerQueryRq>'
    )


# ---- the log --------------------------------------------------------------------------------------------------------


def test_a_session_in_the_log(run: Run, tmp_path: Path) -> None:
    log = tmp_path / "QWCLog.txt"
    long = HOST.replace("requestID", " " * 100 + "requestID")
    run(Script(sendRequestXML=long), log=Log(log, Level.DEBUG, lambda: 1_625_167_923.0), password="hunter2")
    raw = log.read_bytes()
    assert raw.count(b"\r\n") == raw.count(b"\n") > 20
    text = raw.decode()
    assert "hunter2" not in text
    assert "<password=<MaskedForSecurity>>" in text
    for line in text.splitlines()[4:]:
        assert line.startswith("20210701.19:32:03 UTC : "), line
    assert '*** Calling clientVersion() with following parameter:<productVersion="' in text
    assert 'Received from authenticate() following parameters:<authRet[0]="ticket"><authRet[1]="">' in text
    assert '<wcTicket="ticket">' in text
    assert long not in text.replace("\n", " "), "the level DEBUG shows the first 50 characters"
    assert long[:50] + "..." in text
    assert 'Received from receiveResponseXML() following parameter:<receiveResponseXMLRet="100">' in text
    assert text.splitlines()[-1].endswith(
        "********************* Update session unlocked *********************"
    )


def test_verbose_shows_all_and_none_nothing(run: Run, tmp_path: Path) -> None:
    verbose, none = tmp_path / "verbose.txt", tmp_path / "none.txt"
    run(Script(), log=Log(verbose, Level.VERBOSE))
    assert HOST in verbose.read_text()
    run(Script(), log=Log(none, Level.NONE))
    assert not none.exists()


def test_a_failure_stands_in_the_log(run: Run, tmp_path: Path) -> None:
    log = tmp_path / "QWCLog.txt"
    with pytest.raises(SessionFailed) as caught:
        run(Script(sendRequestXML=None), log=Log(log))
    assert f"do_sendRequestXML() : {caught.value}" in log.read_text()


def test_a_call_is_answered_with_what_it_brought(run: Run) -> None:
    """The scripted server really sees what the client sent: a ticket made up by the server comes back to it."""
    tickets: list[str] = []

    def note(call: Call) -> str:
        tickets.append(call.parameters["ticket"])
        return "Bye."

    run(Script(authenticate=("<é&\"'>", ""), closeConnection=note))
    assert tickets == ["<é&\"'>"]
