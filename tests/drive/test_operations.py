"""What each call means to the engine, and how each ends when the call or Fieldledger is broken."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from fieldledger import __version__
from fieldledger.drive.webconnector.envelope import PARAMETERS, Answer
from fieldledger.drive.webconnector.login import Login
from fieldledger.drive.webconnector.operations import TROUBLE, Operations
from fieldledger.session.ports import Context, NothingToDo, Occupied, Opened, Progress, Stop, Wait
from tests.drive.server import PASSWORD, TICKET, USER, OneAccount, Scripted


def ask(engine: Scripted, operation: str, **given: str) -> Answer:
    return asyncio.run(calls(engine, (operation, given)))[0]


async def calls(engine: Scripted, *made: tuple[str, dict[str, str]]) -> list[Answer]:
    operations = Operations(engine, Login(OneAccount()))
    return [
        await operations.answer(
            operation, {name: given.get(name, "") for name in PARAMETERS[operation]}, "192.0.2.1"
        )
        for operation, given in made
    ]


def test_versions() -> None:
    """rules.md 3: empty = go on, E: = abort."""
    assert ask(Scripted(), "serverVersion") == f"Fieldledger {__version__}"
    for version, good in (("2.3.0.215", True), ("2.0.0.116", True), ("", True), ("nonsense", True), ("12", True),
                          ("1.5.0.3", False), ("1" * 5000, True), ("²", True)):  # fmt: skip
        answer = ask(Scripted(), "clientVersion", strVersion=version)
        assert (answer == "") is good
        assert good or str(answer).startswith("E:")


@pytest.mark.parametrize(
    ("opened", "answer"),
    [
        (Opened(ticket="t"), ("t", "")),
        (Opened(ticket="t", company_path="C:\\x.qbw"), ("t", "C:\\x.qbw")),
        (Opened(ticket="t", every_seconds=900), ("t", "", "", "900")),
        (NothingToDo(reason="paused"), ("", "none")),
        (NothingToDo(reason="paused", wait_seconds=60), ("", "none", "60")),
        (NothingToDo(reason="paused", every_seconds=900), ("", "none", "", "900")),
        (NothingToDo(reason="paused", wait_seconds=60, every_seconds=900), ("", "none", "60", "900")),
        (Occupied(reason="another session"), ("", "busy")),
    ],
)
def test_authenticate_with_the_right_password(opened: Any, answer: Answer) -> None:
    """rules.md 4: ticket, then empty = use the open company; none = no work; busy = come back later."""
    engine = Scripted(open=opened)
    assert ask(engine, "authenticate", strUserName=USER, strPassword=PASSWORD) == answer
    assert engine.asked == [("open", "c1")]


def test_authenticate_with_a_wrong_password_never_reaches_the_engine() -> None:
    engine = Scripted()
    for user, password in ((USER, "wrong"), ("nobody", PASSWORD), ("", "")):
        assert ask(engine, "authenticate", strUserName=user, strPassword=password) == ("", "nvu")
    assert engine.asked == []


def test_the_first_request_passes_on_what_quickbooks_told_of_itself() -> None:
    engine = Scripted()
    answer = ask(
        engine, "sendRequestXML", ticket=TICKET, strHCPResponse="<QBXML>", strCompanyFileName="C:\\x.qbw",
        qbXMLCountry="US", qbXMLMajorVers="13", qbXMLMinorVers=" 0 ",
    )  # fmt: skip
    assert answer == "<QBXML/>"
    context = Context(hcp="<QBXML>", company_path="C:\\x.qbw", country="US", major=13, minor=0)
    assert engine.asked == [("next_request", TICKET, context)]
    assert ask(Scripted(next_request=Stop()), "sendRequestXML", ticket=TICKET, qbXMLMajorVers="-1x") == ""


def test_replies_and_failures() -> None:
    """rules.md 7: on a request processor failure `response` is empty and `hresult` + `message` are filled."""
    engine = Scripted()
    assert ask(engine, "receiveResponseXML", ticket=TICKET, response="<QBXML/>") == 50
    assert ask(engine, "receiveResponseXML", ticket=TICKET, response="") == 50
    assert ask(engine, "receiveResponseXML", ticket=TICKET, hresult="0x80040400", message="parsing") == -1
    assert ask(engine, "receiveResponseXML", ticket=TICKET, message="only a message") == -1
    assert ask(engine, "receiveResponseXML", ticket=TICKET, response="<QBXML/>", message="a warning") == 50
    assert [entry[0] for entry in engine.asked] == [
        "on_reply",
        "on_reply",
        "on_failure",
        "on_failure",
        "on_reply",
    ]
    assert engine.asked[2] == ("on_failure", TICKET, "0x80040400", "parsing")


def test_connection_errors() -> None:
    """rules.md 8: return `done` to stop; any other text, even empty, is a company path to try next."""
    assert ask(Scripted(), "connectionError", ticket=TICKET, hresult="0x80040408") == "done"
    path = Scripted(connection_failed="C:\\x.qbw")
    assert ask(path, "connectionError", ticket=TICKET, hresult="0x8004040A", message="other") == "C:\\x.qbw"
    assert path.asked == [("connection_failed", TICKET, "0x8004040A", "other")]


def test_the_rest() -> None:
    engine = Scripted()
    assert ask(engine, "getLastError", ticket=TICKET) == "The engine's words."
    assert ask(engine, "closeConnection", ticket=TICKET) == "Done."
    assert engine.asked == [("last_error", TICKET), ("close", TICKET)]
    assert ask(engine, "getInteractiveURL", wcTicket=TICKET) == ""
    assert (
        ask(engine, "interactiveRejected", wcTicket=TICKET, reason="x")
        == "Fieldledger has no interactive mode."
    )
    assert ask(engine, "interactiveDone", wcTicket=TICKET) == "Done"
    assert len(engine.asked) == 2


# ---- when something is broken ---------------------------------------------------------------------------------------

ENDS = {
    "serverVersion": {f"Fieldledger {__version__}"}, "clientVersion": {""},
    "authenticate": {("", "nvu"), ("", "busy")}, "sendRequestXML": {""}, "receiveResponseXML": {-1},
    "connectionError": {"done"}, "getInteractiveURL": {""}, "interactiveRejected": {""}, "interactiveDone": {""},
}  # fmt: skip
"""Answers on which the client goes on to getLastError, or closes, and does nothing else."""


def test_every_operation_has_an_end_for_every_trouble() -> None:
    assert list(TROUBLE) == list(PARAMETERS)
    for operation, trouble in TROUBLE.items():
        for answer in (trouble.unread, trouble.failed):
            assert answer in ENDS.get(operation, {answer})
    assert TROUBLE["authenticate"].failed == ("", "busy"), "the password may well be right"


class Secretive(RuntimeError):
    def __str__(self) -> str:
        return "hunter2 <CustomerRet>"


BROKEN = {
    name: Secretive()
    for name in ("open", "next_request", "on_reply", "connection_failed", "last_error", "close")
}


def test_when_the_engine_fails_the_client_ends_cleanly_and_the_log_keeps_secrets() -> None:
    engine = Scripted(**BROKEN)
    given = {
        "ticket": "a-secret-ticket",
        "response": "<secret/>",
        "strUserName": USER,
        "strPassword": PASSWORD,
    }
    with capture_logs() as lines:
        structlog.get_logger()
        for operation in ("authenticate", "sendRequestXML", "receiveResponseXML", "connectionError", "getLastError",
                          "closeConnection"):  # fmt: skip
            assert ask(engine, operation, **given) == TROUBLE[operation].failed
    assert len(lines) == 6
    for line in lines:
        assert line["log_level"] == "error"
        assert line["error"] == "Secretive"
        assert "server.py" in line["at"], "the log says where it was raised"
        for secret in ("hunter2", "a-secret-ticket", "<secret/>", PASSWORD):
            assert secret not in repr(line)


def test_after_a_failure_get_last_error_tells_of_it_until_the_session_is_closed() -> None:
    engine = Scripted(next_request=Secretive())
    answers = asyncio.run(
        calls(
            engine, ("sendRequestXML", {"ticket": TICKET}), ("getLastError", {"ticket": TICKET}),
            ("getLastError", {"ticket": "another"}), ("closeConnection", {"ticket": TICKET}),
            ("getLastError", {"ticket": TICKET}),
        )
    )  # fmt: skip
    assert answers[0] == ""
    assert "an error of its own" in str(answers[1])
    assert answers[2:] == ["The engine's words.", "Done.", "The engine's words."]


def test_waiting_is_an_empty_request_and_then_exactly_noop() -> None:
    """rules.md 6: an empty request leads to getLastError, and there ``NoOp`` alone means to wait and ask again."""
    engine = Scripted(next_request=Wait(), last_error="NoOp")
    answers = asyncio.run(
        calls(engine, ("sendRequestXML", {"ticket": TICKET}), ("getLastError", {"ticket": TICKET}))
    )
    assert answers == ["", "NoOp"]
    assert [entry[0] for entry in engine.asked] == ["next_request", "last_error"]


@pytest.mark.parametrize("then", [Wait(), Stop()])
def test_a_failure_that_is_over_does_not_end_a_session_that_waits(then: Any) -> None:
    """Told instead of ``NoOp``, the old failure would close the session; instead of why it stops, it would be wrong."""

    async def story() -> list[Answer]:
        engine = Scripted(next_request=Secretive(), last_error="NoOp")
        operations = Operations(engine, Login(OneAccount()))
        given = {name: TICKET if name == "ticket" else "" for name in PARAMETERS["sendRequestXML"]}
        first = await operations.answer("sendRequestXML", given, "")
        told = await operations.answer("getLastError", {"ticket": TICKET}, "")
        engine.answers["next_request"] = then
        again = await operations.answer("sendRequestXML", given, "")
        return [first, told, again, await operations.answer("getLastError", {"ticket": TICKET}, "")]

    first, told, again, last = asyncio.run(story())
    assert (first, again, last) == ("", "", "NoOp")
    assert "an error of its own" in str(told)


def test_causes_are_named_too() -> None:
    try:
        try:
            raise ValueError("inner secret")
        except ValueError as inner:
            raise Secretive from inner
    except Secretive as error:
        chained = error
    with capture_logs() as lines:
        ask(Scripted(close=chained), "closeConnection", ticket=TICKET)
    assert lines[0]["error"] == "Secretive from ValueError"
    assert "secret" not in lines[0]["at"].replace("test_causes", "")


async def unread(engine: Scripted, operation: str, ticket: str) -> tuple[Answer, Answer]:
    operations = Operations(engine, Login(OneAccount()))
    answer = await operations.answer_unread(operation, ticket, "it is broken")
    return answer, await operations.answer("getLastError", {"ticket": ticket}, "")


def test_of_an_unreadable_reply_the_session_is_told_so_that_it_asks_again() -> None:
    engine = Scripted()
    assert asyncio.run(unread(engine, "receiveResponseXML", TICKET)) == (50, "The engine's words.")
    assert engine.asked[0] == ("on_reply", TICKET, "")


def test_when_the_session_stops_over_it_get_last_error_says_why() -> None:
    for engine, ticket in (
        (Scripted(on_reply=Progress(percent=-1)), TICKET),
        (Scripted(on_reply=Secretive()), TICKET),
    ):
        answer, told = asyncio.run(unread(engine, "receiveResponseXML", ticket))
        assert answer == -1
        assert "could not be read: it is broken." in str(told)
    answer, told = asyncio.run(unread(Scripted(), "sendRequestXML", TICKET))
    assert (answer, "it is broken" in str(told)) == ("", True)
    assert asyncio.run(unread(Scripted(), "receiveResponseXML", "")) == (-1, "The engine's words.")


@pytest.mark.parametrize("operation", [name for name in PARAMETERS if name != "receiveResponseXML"])
def test_other_unreadable_calls_never_reach_the_engine(operation: str) -> None:
    engine = Scripted()
    answer = asyncio.run(Operations(engine, Login(OneAccount())).answer_unread(operation, TICKET, "broken"))
    assert answer == TROUBLE[operation].unread
    assert engine.asked == []


def test_what_is_remembered_of_failures_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fieldledger.drive.webconnector.operations.REMEMBERED", 10)

    async def many() -> int:
        operations = Operations(Scripted(), Login(OneAccount()))
        for number in range(50):
            await operations.answer_unread("sendRequestXML", f"ticket {number}", "broken")
        return len(operations.reasons._told)

    assert asyncio.run(many()) == 10
