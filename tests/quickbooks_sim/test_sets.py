"""Message sets: refusals of the whole set, onError, recovery by message set IDs, and deaths in between."""

from __future__ import annotations

import pytest

from quickbooks_sim.companyfile import CompanyFile
from quickbooks_sim.errors import Died, FaultPoint, QuickBooksError
from tests.quickbooks_sim.conftest import Books

HEAD = '<?xml version="1.0"?><?qbxml version="13.0"?>'
GOOD = '<QBXML><QBXMLMsgsRq onError="stopOnError"><HostQueryRq/></QBXMLMsgsRq></QBXML>'


def add(name: str) -> str:
    return f"<CustomerAddRq><CustomerAdd><Name>{name}</Name></CustomerAdd></CustomerAddRq>"


def names(books: Books) -> list[str | None]:
    return [one.findtext("Name") for one in books.one("<CustomerQueryRq/>")]


@pytest.mark.parametrize(
    ("text", "hresult"),
    [
        (f'<?xml version="1.0"?>{GOOD}', "0x80040400"),
        (f'<?xml version="1.0"?><?qbxml version="99.0"?>{GOOD}', "0x80040423"),
        (f'<?xml version="1.0"?><?qbxml version="14.0"?>{GOOD}', "0x80040423"),
        (f'<?xml version="1.0" encoding="utf-16"?><?qbxml version="13.0"?>{GOOD}', "0x80040400"),
        (HEAD + GOOD.replace("<HostQueryRq/>", "<HostQueryRq> </HostQueryRq>"), "0x80040400"),
        (HEAD + GOOD.replace("stopOnError", "rollbackOnError"), "0x80040400"),
        (HEAD + GOOD.replace(' onError="stopOnError"', ""), "0x80040400"),
        (HEAD + GOOD.replace("</QBXML>", ""), "0x80040400"),
        (HEAD + GOOD.replace("HostQueryRq", "NonsenseRq"), "0x80040400"),
        (HEAD + GOOD.replace("<HostQueryRq/>", add("Zoë")), "0x80040400"),
        (HEAD + '<!DOCTYPE QBXML [<!ENTITY e "x">]>' + GOOD, "0x80040400"),
        ("", "0x80040400"),
    ],
)
def test_whole_sets_are_refused(books: Books, text: str, hresult: str) -> None:
    with pytest.raises(QuickBooksError) as caught:
        books.processor.process_request(books.ticket, text)
    assert caught.value.hresult == hresult


def test_one_bad_request_refuses_all_and_nothing_is_executed(books: Books) -> None:
    """Rule 14."""
    with pytest.raises(QuickBooksError) as caught:
        books.ask(
            add("Ann")
            + "<CustomerAddRq><CustomerAdd><Phone>1</Phone><Name>Bob</Name></CustomerAdd></CustomerAddRq>"
        )
    assert caught.value.message == "QuickBooks found an error when parsing the provided XML text stream."
    assert "Name must come before Phone" in caught.value.detail
    assert books.one("<CustomerQueryRq/>").get("statusCode") == "1"


def test_stop_on_error_leaves_the_rest_unprocessed(books: Books) -> None:
    """Capture 107: 3231 after the first error, what stood before stays."""
    answers = books.ask(add("Ann") + add("Ann") + add("Bob"), "stopOnError")
    assert [one.get("statusCode") for one in answers] == ["0", "3100", "3231"]
    assert answers[2].get("statusMessage") == "The request has not been processed."
    assert names(books) == ["Ann"]


def test_continue_on_error_runs_all_and_warnings_do_not_stop(books: Books) -> None:
    answers = books.ask(add("Ann") + add("Ann") + add("Bob"))
    assert [one.get("statusCode") for one in answers] == ["0", "3100", "0"]
    missing = "<CustomerQueryRq><FullName>X</FullName></CustomerQueryRq>"
    answers = books.ask(missing + "<HostQueryRq/>", "stopOnError")
    assert [one.get("statusCode") for one in answers] == ["500", "0"]


def test_request_ids_are_echoed(books: Books) -> None:
    answers = books.ask(
        f'<HostQueryRq requestID="a&amp;b"/><HostQueryRq/><HostQueryRq requestID="{"x" * 51}"/>'
    )
    assert [one.get("requestID") for one in answers][:2] == ["a&b", None]
    assert answers[2].get("statusCode") == "1060"


def test_requests_that_the_simulator_does_not_execute_say_so(books: Books) -> None:
    assert books.code("<InvoiceQueryRq/>") == "1030"


def status(books: Books, **ids: str) -> tuple[str | None, int]:
    answer = books.ask("", **ids)
    return answer.get("messageSetStatusCode"), len(answer)


def test_the_same_set_is_replayed_not_repeated(books: Books) -> None:
    """Rule 22, new only."""
    first = books.text(add("Ann"), newMessageSetID="set-1")
    assert 'newMessageSetID="set-1" messageSetStatusCode="0"' in first
    assert books.text(add("Ann"), newMessageSetID="set-1") == first
    assert names(books) == ["Ann"]
    assert books.ask(add("Bob"), newMessageSetID="set-1").get("messageSetStatusCode") == "9001"
    assert names(books) == ["Ann"]


def test_a_status_check_returns_the_stored_response(books: Books) -> None:
    first = books.text(add("Ann"), newMessageSetID="set-1")
    assert books.text("", newMessageSetID="set-1", oldMessageSetID="set-1") == first
    assert status(books, newMessageSetID="never", oldMessageSetID="never") == ("600", 0)
    books.set(unknown_set="9002")
    assert status(books, newMessageSetID="never", oldMessageSetID="never") == ("9002", 0)


def test_old_only_clears_and_old_with_new_runs(books: Books) -> None:
    books.text(add("Ann"), newMessageSetID="a")
    answer = books.ask(add("Bob"), oldMessageSetID="a", newMessageSetID="b")
    assert (answer.get("messageSetStatusCode"), answer[0].get("statusCode")) == ("0", "0")
    assert status(books, newMessageSetID="a", oldMessageSetID="a") == ("600", 0)
    assert status(books, oldMessageSetID="b") == ("0", 0)
    assert status(books, oldMessageSetID="b") == ("600", 0)


def test_clear_all_and_ids_that_are_too_long(books: Books) -> None:
    books.text(add("Ann"), newMessageSetID="a")
    books.text(add("Bob"), newMessageSetID="b")
    assert status(books, oldMessageSetID="ClearAllMessageSets") == ("0", 0)
    assert status(books, newMessageSetID="b", oldMessageSetID="b") == ("600", 0)
    assert books.ask(add("Cid"), newMessageSetID="x" * 24).get("messageSetStatusCode") == "9004"
    assert names(books) == ["Ann", "Bob"]


def test_sets_belong_to_one_application(books: Books) -> None:
    books.text(add("Ann"), newMessageSetID="a")
    books.begin("Another")
    assert status(books, newMessageSetID="a", oldMessageSetID="a") == ("600", 0)


def test_without_recovery_nothing_is_stored_and_no_status_is_shown(books: Books) -> None:
    assert "messageSetStatusCode" not in books.text(add("Ann"))


def test_a_response_that_could_not_be_stored(books: Books) -> None:
    books.set(stored_responses="fail")
    answer = books.ask(add("Ann"), newMessageSetID="a")
    assert (answer.get("messageSetStatusCode"), answer[0].get("statusCode")) == ("9005", "0")
    assert status(books, newMessageSetID="a", oldMessageSetID="a") == ("9002", 0)
    books.set(stored_responses="keep", lost_set_again="refuse")
    assert books.ask(add("Ann"), newMessageSetID="a").get("messageSetStatusCode") == "9002"
    books.set(lost_set_again="run")
    assert books.ask(add("Ann"), newMessageSetID="a")[0].get("statusCode") == "3100"


@pytest.mark.parametrize(
    ("point", "done", "check"),
    [
        (FaultPoint.BEFORE_EXECUTION, [], "600"),
        (FaultPoint.MID_SET, ["Ann"], "9002"),
        (FaultPoint.EXECUTED_NOT_STORED, ["Ann", "Bob"], "9002"),
        (FaultPoint.BEFORE_ANSWER, ["Ann", "Bob"], "0"),
    ],
)
def test_deaths_leave_what_they_say(books: Books, point: FaultPoint, done: list[str], check: str) -> None:
    """Section 8: before execution, and after it but before the answer."""
    books.processor.faults.plan(point)
    with pytest.raises(Died):
        books.ask(add("Ann") + add("Bob"), newMessageSetID="a")
    with pytest.raises(QuickBooksError) as caught:
        books.ask("<HostQueryRq/>")
    assert caught.value.hresult == "0x8004040D"
    with CompanyFile.open(books.company.path) as reopened:
        again = Books(reopened)
        assert status(again, newMessageSetID="a", oldMessageSetID="a")[0] == check
        answer = again.one("<CustomerQueryRq/>")
        assert [one.findtext("Name") for one in answer] == done


def test_access_switches(books: Books) -> None:
    for switch, value, hresult in (
        ("access", "never_asked", "0x80040418"),
        ("access", "denied", "0x80040420"),
        ("access", "revoked", "0x8004041A"),
        ("dialog", "open", "0x80040414"),
        ("other_file_open", "true", "0x8004040A"),
        ("open", "false", "0x80040416"),
        ("begin_error", "0x8004041B", "0x8004041B"),
    ):
        before = books.company.switch(switch)
        books.set(**{switch: value})
        with pytest.raises(QuickBooksError) as caught:
            books.processor.begin_session("")
        assert caught.value.hresult == hresult
        books.set(**{switch: before})
    with pytest.raises(QuickBooksError, match="0x8004040A"):
        books.processor.begin_session(r"C:\other\company.qbw")
    assert books.processor.begin_session(books.processor.company_path().upper())
    with pytest.raises(QuickBooksError, match="0x80040410"):
        books.processor.begin_session("", 1)


def test_a_restored_backup_is_an_older_file_with_a_restore_time(books: Books) -> None:
    """Spec 8.2: LastRestoreTime moves, edit sequences go back."""
    backup = books.company.path.with_name("backup.qbs")
    ret = books.add_customer("Ann")
    books.company.copy_to(backup)
    books.set(clock="frozen 2026-03-09T10:00:00")
    books.mod_customer(ret, "<Phone>2</Phone>")
    books.add_customer("Late")
    assert books.one("<CompanyActivityQueryRq/>")[0].find("LastRestoreTime") is None
    books.company.restore_from(backup)
    assert (
        books.one("<CompanyActivityQueryRq/>")[0].findtext("LastRestoreTime") == "2026-03-09T10:00:00-05:00"
    )
    assert names(books) == ["Ann"]
    assert books.customer("Ann").findtext("EditSequence") == ret.findtext("EditSequence")
