"""Every code that QuickBooks and its Web Connector are known to give has a fitting verdict and a plain sentence."""

from __future__ import annotations

import csv
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldledger.books.desktop import outcomes
from fieldledger.books.desktop.codec import DesktopBooks
from fieldledger.books.desktop.failures import HRESULTS, UNHEARD_OF, WEB_CONNECTOR
from fieldledger.books.desktop.statuses import BUSY_WORDS, NO_CODE, RANGES, STATUS, Row
from fieldledger.model.kinds import Kind
from fieldledger.model.outcome import Verdict
from tests.books.values import steady
from tests.support.shared import shared

V = Verdict
FITTING = {
    "Info": {V.DONE, V.NOTHING},
    "Warn": {V.WARNED, V.MISSING, V.UNKNOWN},
    "Error": set(V) - {V.DONE, V.NOTHING, V.WARNED},
}


def rows(name: str) -> list[dict[str, str]]:
    with shared(f"reference/{name}").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def codes(text: str) -> list[int]:
    """``3050/3060`` are two, ``9100-9199`` are a hundred."""
    if "-" in text:
        low, high = map(int, text.split("-"))
        return list(range(low, high + 1))
    return [int(code) for code in text.split("/")]


def test_every_status_code_fits_its_severity() -> None:
    """Where nobody has seen a meaning, none is made up: the code is judged by its range."""
    known = rows("qbxml/status-codes.tsv")
    assert len(known) > 60
    for row in known:
        for code in codes(row["code"]):
            outcome = outcomes.of_status(str(code), "")
            assert outcome.verdict in FITTING[row["severity"]], code
            assert outcome.meaning
            unseen = row["name"] == "?" or row["evidence"] == "NOT FOUND"
            if row["code"].isdigit() and not unseen:
                assert code in STATUS, f"{code} {row['name']} has a name and needs a row"
            if row["name"] == "?":
                assert code not in STATUS
                assert outcome.meaning in {words for _, (_, words, _) in RANGES}


def test_captured_texts_are_kept_unchanged() -> None:
    """QuickBooks' own words, with their two blanks and the one at the end, stand beside ours."""
    for row in rows("qbxml/status-codes.tsv"):
        code = row["code"].split("/")[0].split("-")[0]
        assert outcomes.of_status(code, row["text"]).told == row["text"]


RETRY = (3175, 3176)
"""rules.md 7: tried again with growing pauses."""


def test_the_retry_class_of_status_codes() -> None:
    for code in RETRY:
        assert outcomes.of_status(str(code), "").verdict is V.BUSY
    assert outcomes.of_status("3200", "").verdict is V.STALE
    assert outcomes.of_status("3391", "").verdict is V.ITERATOR_LOST
    assert outcomes.of_status("3231", "").verdict is V.SKIPPED
    correction = {code for code, (verdict, _, _) in STATUS.items() if verdict in (V.REFUSED, V.NOT_ALLOWED)}
    assert {3070, 3090, 3100, 3140, 3161, 3171, 3210, 3250, 3260, 3263} <= correction
    assert {code for code, (verdict, _, _) in STATUS.items() if verdict is V.BUSY} == {1010, *RETRY}


@pytest.mark.parametrize("code", ["3170", "3180"])
def test_cannot_save_means_later_when_somebody_else_was_quicker(code: str) -> None:
    """rules.md 7: 3170 and 3180 are tried again only with these words; else they need a correction."""
    said = 'There was an error when saving a Customer list, element "Y".  QuickBooks error message: {}'
    for words in ("This list has been modified by another user.", "The internals could not be locked.",
                  "The application failed to acquire the lock.", "It is in use by another user."):  # fmt: skip
        outcome = outcomes.of_status(code, said.format(words))
        assert (outcome.verdict, outcome.code) == (V.BUSY, code)
    for words in (
        "The credit limit for the name on this transaction has been exceeded.",
        "",
        "Already in use.",
    ):
        assert outcomes.of_status(code, said.format(words)).verdict is V.REFUSED
    assert all(outcomes.of_status("3090", words).verdict is V.REFUSED for words in BUSY_WORDS)


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("2", V.DONE), ("499", V.DONE), ("502", V.WARNED), ("999", V.WARNED), ("1001", V.UNKNOWN),
        ("1999", V.UNKNOWN), ("2000", V.REFUSED), ("2040", V.REFUSED), ("3001", V.REFUSED), ("3999", V.REFUSED),
        ("9099", V.REFUSED), ("9100", V.REFUSED), ("9199", V.REFUSED), ("9200", V.REFUSED), ("123456", V.REFUSED),
        ("", V.UNKNOWN), ("-1", V.UNKNOWN), ("²", V.UNKNOWN), ("3e3", V.UNKNOWN), ("OK", V.UNKNOWN),
        (" 0 ", V.DONE), ("0500", V.MISSING), ("+1", V.NOTHING), ("9" * 40, V.UNKNOWN),
    ],
)  # fmt: skip
def test_codes_that_nobody_has_seen(code: str, verdict: Verdict) -> None:
    outcome = outcomes.of_status(code, "Something new.")
    assert (outcome.verdict, outcome.code, outcome.told) == (verdict, code, "Something new.")
    assert outcome.meaning


def test_ranges_cover_everything_once() -> None:
    assert [codes.stop for codes, _ in RANGES[:-1]] == [codes.start for codes, _ in RANGES[1:]]
    assert RANGES[0][0].start == 0


# ---- failures outside an answer --------------------------------------------------------------------------------

AGAIN = (0x8004041B, 0x8004041C, 0x80040424, 0x80040408, 0x80040414, 0x80040410, 0x80040422)
PERSON = (0x80040409, 0x80040418, 0x8004041A, 0x8004041D, 0x80040420, 0x80040423)
"""rules.md 49."""


def test_every_hresult_has_a_row() -> None:
    known = rows("qbxml/hresults.tsv")
    assert {int(row["hresult"], 16) for row in known} == set(HRESULTS)
    for row in known:
        outcome = outcomes.of_failure(row["hresult"], row["text"])
        assert outcome.meaning == HRESULTS[int(row["hresult"], 16)][1]
        assert (outcome.code, outcome.told) == (row["hresult"], row["text"])


def test_verdicts_of_hresults() -> None:
    """rules.md 49: what is tried again, what stops for a person, what may have happened, what is never repeated."""
    for code in AGAIN:
        assert HRESULTS[code][0] is V.BUSY, hex(code)
    for code in PERSON:
        assert HRESULTS[code][0] is V.NOT_ALLOWED, hex(code)
    assert HRESULTS[0x8004040A][0] is V.WRONG_COMPANY
    assert HRESULTS[0x80040400][0] is V.REFUSED
    unknown = {code for code, (verdict, _, _) in HRESULTS.items() if verdict is V.UNKNOWN}
    assert unknown == {0x80040402, 0x8004040D}
    assert UNHEARD_OF[0] is V.UNKNOWN


@pytest.mark.parametrize(
    "code",
    ["0x80040400", "0X80040400", "0x8004040" + "0", " 0x80040400 ", "80040400", "-2147220480", "2147746816",
     "HRESULT: 0x80040400", "(0x80040400)", "0x80040400: QuickBooks found an error"],
)  # fmt: skip
def test_a_code_in_every_spelling(code: str) -> None:
    """In any case, bare, as the decimal number of a COM error, signed or not."""
    outcome = DesktopBooks().failure(
        code, "QuickBooks found an error when parsing the provided XML text stream."
    )
    assert outcome.verdict is V.REFUSED
    assert outcome.code == code.strip()


@pytest.mark.parametrize("code", sorted(HRESULTS))
def test_every_code_as_a_decimal_number(code: int) -> None:
    for text in (str(code), str(code - (1 << 32)), f"0x{code:08x}", f"0X{code:08X}"):
        assert outcomes.of_failure(text, "").meaning == HRESULTS[code][1]


def test_the_message_may_hold_the_code() -> None:
    """The Web Connector does not always fill both."""
    assert outcomes.of_failure("", "0x8004040A: another file").verdict is V.WRONG_COMPANY
    assert outcomes.of_failure("0x80049999", "(0x80040414) A modal dialog box").verdict is V.BUSY
    lost = outcomes.of_failure("", "The ticket parameter is invalid. ")
    assert (lost.verdict, lost.told) == (V.UNKNOWN, "The ticket parameter is invalid.")
    assert lost.meaning == HRESULTS[0x8004040D][1]
    assert (
        outcomes.of_failure("", "QBWC1013: Error connecting to QuickBooks.").meaning == WEB_CONNECTOR[1013][1]
    )
    told = outcomes.of_failure("0x80040408", "QBWC1013: 0x8004040A")
    assert told.meaning == HRESULTS[0x80040408][1], "the code itself comes first"


@pytest.mark.parametrize(
    "code", ["", "0x80049999", "0x8004040", "0x800404000", "-5", "80040400x", "QBWC1047", "QBWC10130"]
)
def test_unheard_of_failures_may_have_happened(code: str) -> None:
    outcome = outcomes.of_failure(code, "Something new.")
    assert (outcome.verdict, outcome.meaning, outcome.code) == (V.UNKNOWN, UNHEARD_OF[1], code)


MAY_HAVE_HAPPENED = {1005, 1006, 1015, 1017, 1031, 1041, 1042, 1044, 1045}
"""Where the Web Connector fails around or after a request: trying again could do the work twice."""


def test_every_code_of_the_web_connector_has_a_row() -> None:
    known = {int(row["code"].removeprefix("QBWC")) for row in rows("qbwc/qbwc-error-codes.tsv")}
    assert len(known) == 47
    assert known == set(WEB_CONNECTOR)
    for number in known:
        for text in (f"QBWC{number}", f"qbwc{number}", f"QBWC{number}: something"):
            assert outcomes.of_failure(text, "").meaning == WEB_CONNECTOR[number][1]
    assert {
        number for number, (verdict, _, _) in WEB_CONNECTOR.items() if verdict is V.UNKNOWN
    } == MAY_HAVE_HAPPENED
    assert not any(
        verdict in (V.DONE, V.NOTHING, V.WARNED, V.STALE, V.SKIPPED)
        for verdict, _, _ in WEB_CONNECTOR.values()
    )


@given(st.text(max_size=30), st.text(max_size=60))
@steady(300)
def test_no_code_whatever_is_an_exception(code: str, message: str) -> None:
    assert outcomes.of_status(code, message).told == message
    assert outcomes.of_failure(code, message).verdict in set(V)


# ---- the sentences ---------------------------------------------------------------------------------------------

EVERY: dict[str, Row] = {
    **{str(code): row for code, row in STATUS.items()},
    **{f"{codes.start}-{codes.stop - 1}": row for codes, row in RANGES},
    **{hex(code): row for code, row in HRESULTS.items()},
    **{f"QBWC{code}": row for code, row in WEB_CONNECTOR.items()},
    "no code": NO_CODE,
    "unheard of": UNHEARD_OF,
}
JARGON = re.compile(
    r"qbxml|\bxml\b|hresult|\bcom\b|exception|null|\bapi\b|\bsdk\b|soap|requestID|ListID|EditSequence|iterator|"
    r"invalid argument|parse|string|boolean|0x",
    re.IGNORECASE,
)


@pytest.mark.parametrize("code", EVERY)
def test_sentences_are_plain(code: str) -> None:
    """A bookkeeper reads them: short, whole, no computer's words, and always with what to do when there is trouble."""
    verdict, meaning, todo = EVERY[code]
    for text in (meaning, todo):
        if text:
            assert re.fullmatch(r"[A-Z][^\n]*[.]", text), text
            assert not JARGON.search(text), text
    assert 5 <= len(meaning) <= 130
    assert len(todo) <= 200
    assert bool(todo) == (verdict not in (V.DONE, V.NOTHING))


@pytest.mark.parametrize(
    ("code", "told", "record", "verdict"),
    [
        ("3120", 'Object "8-1" specified in the request cannot be found.', "8-1", V.MISSING),
        ("3120", 'Object "8-A1" specified in the request cannot be found.', "8-a1", V.MISSING),
        ("3120", 'Object "8-12" specified in the request cannot be found.', "8-1", V.REFUSED),
        ("3120", 'Object "8-1" specified in the request cannot be found.', None, V.REFUSED),
        ("3120", "", "8-1", V.MISSING),
        ("3120", "", None, V.REFUSED),
        ("500", 'There was a required element ("8-1") that could not be found.', "8-1", V.MISSING),
        ("500", 'There was a required element ("Net 30") that could not be found.', "8-1", V.REFUSED),
        ("3000", 'The given object ID "8-1" in the field "list id" is invalid.', "8-1", V.MISSING),
        ("3000", 'The given object ID "x" in the field "list id" is invalid.', "8-1", V.REFUSED),
        ("3140", 'There is an invalid reference to QuickBooks Terms "8-1".', "8-1", V.REFUSED),
        ("3100", 'The name "8-1" of the list element is already in use.', "8-1", V.REFUSED),
        ("3170", "This list has been Modified By Another User.", "8-1", V.BUSY),
        ("3170", "internals could not be locked", "8-1", V.BUSY),
        ("3180", "There was an error when saving a Customers list.", "8-1", V.REFUSED),
        ("3200", "out-of-date", "8-1", V.STALE),
        ("530", "", "8-1", V.WARNED),
        ("0", "", None, V.DONE),
    ],
)
def test_a_write_is_missing_only_when_its_own_record_is(
    code: str, told: str, record: str | None, verdict: Verdict
) -> None:
    """spec 2.11: a reference that leads nowhere does not make its record one that was deleted in QuickBooks."""
    outcome = outcomes.of_write(code, told, Kind.CUSTOMER, record)
    assert (outcome.verdict, outcome.code, outcome.told) == (verdict, code, told)


@given(st.text(max_size=6), st.text(max_size=40), st.none() | st.text(min_size=1, max_size=8))
@steady(200)
def test_of_a_write_every_answer_is_judged(code: str, told: str, record: str | None) -> None:
    """As of any request, but for what is missing."""
    outcome, plain = outcomes.of_write(code, told, Kind.CUSTOMER, record), outcomes.of_status(code, told)
    assert outcome == plain or (plain.verdict, outcome.verdict) == (V.MISSING, V.REFUSED)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Kind.CUSTOMER, "customers, vendors, employees and other names share one list of names."),
        (Kind.TAX_RATE, "all items share one list of names."),
        (Kind.PAYMENT_TERM, "The name is already taken in QuickBooks."),
        (Kind.SALES_TAX_CODE, "The name is already taken in QuickBooks."),
    ],
)
def test_a_taken_name_is_told_with_the_lists_that_share_it(kind: Kind, words: str) -> None:
    """spec 2.7: a tax has the name of an item, never that of a vendor."""
    told = 'The name "Tax" of the list element is already in use.'
    for record in (None, "8-1"):
        outcome = outcomes.of_write("3100", told, kind, record)
        assert (outcome.verdict, outcome.told) == (V.REFUSED, told)
        assert outcome.meaning.endswith(words)
        assert outcome.todo
