"""Which ask an answer answers: by the request ID that QuickBooks echoes, else by order; anything else is no answer."""

from __future__ import annotations

import pytest

from fieldledger.model.kinds import Kind
from fieldledger.model.outcome import Verdict
from fieldledger.model.record import Gone, Record, Stamp
from fieldledger.session.ports import (
    Activity,
    AnswerHead,
    HostInfo,
    ReadActivity,
    ReadDeleted,
    ReadHost,
    SetStatus,
)
from tests.books.wire import answer, by_ids, customer, message_set, page, read, whole, without_heads

LIST = ReadDeleted(id="2", kinds=(Kind.CUSTOMER,), since=None)
ACTIVITY = ReadActivity(id="3")
HOST = ReadHost(id="4")

PAGE_RS = answer("CustomerQuery", customer("8-1"), id="1", iteratorID="{a}", iteratorRemainingCount="12")
LIST_RS = answer("ListDeletedQuery", id="2", code="1", told="No match")
ACTIVITY_RS = answer(
    "CompanyActivityQuery",
    "<CompanyActivityRet><LastRestoreTime>2020-01-02T03:04:05-05:00</LastRestoreTime></CompanyActivityRet>",
    id="3",
)
HOST_RS = answer("HostQuery", "<HostRet><ProductName>QuickBooks</ProductName></HostRet>", id="4")


def heads(text: str, *asks: object) -> list[str]:
    return [item.id for item in whole(text, *asks) if isinstance(item, AnswerHead)]  # type: ignore[arg-type]


def test_a_head_opens_each_answer_and_its_content_follows() -> None:
    """The flat stream that the engine reads."""
    items = whole(message_set(PAGE_RS, LIST_RS, ACTIVITY_RS, HOST_RS), page(), LIST, ACTIVITY, HOST)
    assert [type(item) for item in items] == [
        AnswerHead, Record, AnswerHead, AnswerHead, Activity, AnswerHead, HostInfo,
    ]  # fmt: skip
    first, second = items[0], items[2]
    assert isinstance(first, AnswerHead)
    assert isinstance(second, AnswerHead)
    assert (first.id, first.iterator_id, first.remaining) == ("1", "{a}", 12)
    assert (second.id, second.iterator_id, second.remaining) == ("2", None, None)
    assert (first.outcome.verdict, second.outcome.verdict) == (Verdict.DONE, Verdict.NOTHING)


def test_answers_in_another_order_find_their_asks() -> None:
    """A light and a full page beside each other: each record comes in the form that was asked for."""
    light, full = page("1", light=True), by_ids("8-1", id="2")
    text = message_set(
        answer("CustomerQuery", customer("8-1"), id="2"), answer("CustomerQuery", customer("8-2"), id="1")
    )
    for asks in ((light, full), (full, light)):
        assert heads(text, *asks) == ["2", "1"]
        record, stamp = without_heads(whole(text, *asks))
        assert isinstance(record, Record)
        assert isinstance(stamp, Stamp)


def test_without_request_ids_order_decides() -> None:
    """QuickBooks echoes none where none was sent, and answers in order."""
    bare = [
        text.replace(f'requestID="{n}" ', "")
        for n, text in enumerate((PAGE_RS, LIST_RS, ACTIVITY_RS), start=1)
    ]
    items = whole(message_set(*bare), page(light=True), LIST, ACTIVITY)
    assert [item.id for item in items if isinstance(item, AnswerHead)] == ["", "", ""]
    assert isinstance(items[1], Stamp), "the first ask was for stamps"
    empty = message_set(
        *(text.replace(f'requestID="{n}"', 'requestID=""') for n, text in ((1, PAGE_RS), (2, LIST_RS)))
    )
    assert isinstance(whole(empty, page(light=True), LIST)[1], Stamp)


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        (
            (LIST_RS.replace('"2"', '"1"'),),
            "request 1 asked by CustomerQueryRq is answered by ListDeletedQueryRs",
        ),
        (
            (HOST_RS.replace('requestID="4"', ""),),
            "request 1 asked by CustomerQueryRq is answered by HostQueryRs",
        ),
        ((PAGE_RS, PAGE_RS), "request 1 is answered twice"),
        (
            (PAGE_RS, LIST_RS.replace('requestID="2"', "")),
            "some of its answers carry a request ID and some do not",
        ),
        (
            (PAGE_RS.replace('requestID="1"', ""), LIST_RS),
            "some of its answers carry a request ID and some do not",
        ),
    ],
)
def test_an_answer_that_could_be_taken_for_another_one_is_garbled(answers: tuple[str, ...], why: str) -> None:
    """Taken for the page, an empty answer of something else would end the list too early."""
    items, told = read(message_set(*answers), page(), LIST)
    assert told == why
    assert len(items) == (2 if answers[0].startswith("<CustomerQuery") else 0), "what came before it is kept"


def test_a_late_reply_is_told_by_its_ids() -> None:
    """An earlier reply that is delivered again answers nothing that is out now: its heads say so."""
    text = message_set(answer("CustomerQuery", customer("8-1"), id="77"), LIST_RS.replace('"2"', '"78"'))
    assert heads(text, page(), LIST) == ["77", "78"]


def test_more_answers_than_asks_belong_to_nobody() -> None:
    """Without request IDs: the second answer finds no ask, so nothing can be proved by it."""
    bare = answer("CustomerQuery", id=None, code="500", told='There was a required element ("8-9").')
    text = message_set(answer("CustomerQuery", customer("8-1"), id=None), bare)
    assert [type(item) for item in whole(text, page(light=True))] == [AnswerHead, Stamp, AnswerHead]


def test_nothing_was_asked() -> None:
    """As with the Web Connector's introduction: every answer is read for what it is."""
    text = message_set(HOST_RS, PAGE_RS, PAGE_RS, HOST_RS.replace('requestID="4"', ""))
    assert heads(text) == ["4", "1", "1", ""]


def test_the_status_of_the_set_alone() -> None:
    """Message set recovery: a status check of an unknown set, and of one whose answer was kept."""
    for code, verdict in (
        ("600", Verdict.UNKNOWN), ("9001", Verdict.REFUSED), ("9002", Verdict.UNKNOWN), ("9004", Verdict.REFUSED),
        ("9005", Verdict.UNKNOWN), ("0", Verdict.DONE),
    ):  # fmt: skip
        (status,) = whole(f'<QBXML><QBXMLMsgsRs messageSetStatusCode="{code}" /></QBXML>', page())
        assert isinstance(status, SetStatus)
        assert (status.code, status.outcome.code, status.outcome.verdict) == (code, code, verdict)
    stored = message_set(PAGE_RS, attributes=' newMessageSetID="run-7" messageSetStatusCode="0"')
    assert [type(item) for item in whole(stored, page())] == [SetStatus, AnswerHead, Record]
    assert whole(message_set(), page()) == [], "no recovery was asked for, so nothing is told about it"


def test_records_outside_an_answer_belong_to_nobody() -> None:
    """Nobody knows what they are the answer to; the answers beside them are read."""
    deleted = "<ListDeletedRet><ListDelType>Customer</ListDelType><ListID>9-9</ListID></ListDeletedRet>"
    stray = customer("8-7") + deleted + "<HostRet><ProductName>Other</ProductName></HostRet>"
    text = message_set(stray, PAGE_RS, stray)
    assert [type(item) for item in whole(text, page())] == [AnswerHead, Record]
    assert [type(item) for item in whole(f"<QBXML>{stray}<QBXMLMsgsRs/></QBXML>")] == []


def test_answers_that_we_do_not_know_are_passed_over() -> None:
    """With everything in them, also what looks like ours."""
    strange = answer(
        "BillQuery", "<BillRet><CustomerRet><ListID>8-7</ListID></CustomerRet></BillRet>", id="9"
    )
    assert [type(item) for item in whole(message_set(strange, PAGE_RS, strange), page())] == [
        AnswerHead,
        Record,
    ]


def test_an_answer_without_its_frame_is_an_answer() -> None:
    """As captures 030 and 106 have it."""
    assert [type(item) for item in whole(PAGE_RS, page())] == [AnswerHead, Record]


def test_deletion_records() -> None:
    """Each form of a kind by its own type; of a kind that is not synced, or without id, they say nothing to us."""
    content = "".join(
        f"<ListDeletedRet><ListDelType>{kind}</ListDelType><ListID>{id}</ListID>"
        f"<TimeDeleted> 2026-01-02T03:04:05-05:00 </TimeDeleted><FullName>{name}</FullName></ListDeletedRet>"
        for kind, id, name in (
            ("Customer", " 9-1 ", "A:B &amp; C"), ("Vendor", "9-2", "V"), ("Customer", " ", "No id"),
            ("Customer", "9-4", ""), ("SalesTaxCode", "9-5", "Out"), ("ItemSalesTax", "9-6", "City"),
            ("ItemSalesTaxGroup", "9-7", "Both"), ("StandardTerms", "9-1", "Net 9"), ("DateDrivenTerms", "9-8", "10th"),
            ("ItemService", "9-9", "Labour"),
        )
    )  # fmt: skip
    found = without_heads(whole(message_set(answer("ListDeletedQuery", content, id="2")), LIST))
    when = "2026-01-02T03:04:05-05:00"
    assert found == [
        Gone(kind=Kind.CUSTOMER, id="9-1", when=when, full_name="A:B & C"),
        Gone(kind=Kind.CUSTOMER, id="9-4", when=when, full_name=""),
        Gone(kind=Kind.SALES_TAX_CODE, id="9-5", when=when, full_name="Out"),
        Gone(kind=Kind.TAX_RATE, id="9-6", when=when, full_name="City"),
        Gone(kind=Kind.TAX_RATE, id="9-7", when=when, full_name="Both"),
        Gone(kind=Kind.PAYMENT_TERM, id="9-1", when=when, full_name="Net 9"),
        Gone(kind=Kind.PAYMENT_TERM, id="9-8", when=when, full_name="10th"),
    ]


@pytest.mark.parametrize(
    ("told", "remaining"), [("0", 0), (" 12 ", 12), ("", None), (None, None), ("many", None), ("²", None)]
)
def test_the_remaining_count(told: str | None, remaining: int | None) -> None:
    more = {} if told is None else {"iteratorRemainingCount": told}
    (head,) = whole(message_set(answer("CustomerQuery", iteratorID="", **more)), page())
    assert isinstance(head, AnswerHead)
    assert (head.remaining, head.iterator_id) == (remaining, None)
