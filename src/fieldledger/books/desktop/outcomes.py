"""QuickBooks' codes → outcomes, by the tables of `statuses` and `failures`. Never raises, however a code looks."""

from __future__ import annotations

import re

from fieldledger.books.desktop import leaf
from fieldledger.books.desktop.failures import HRESULTS, TELLING_WORDS, UNHEARD_OF, WEB_CONNECTOR
from fieldledger.books.desktop.statuses import BEYOND, BUSY_WORDS, NAME_TAKEN, NO_CODE, RANGES, STATUS, Row
from fieldledger.model.kinds import Kind
from fieldledger.model.outcome import Outcome, Verdict

_WEB_CONNECTOR = re.compile(r"QBWC(\d{4})(?!\d)", re.ASCII | re.IGNORECASE)
_HEX = re.compile(r"0x([0-9a-f]{8})(?![0-9a-f])|(?<![0-9a-z])(8[0-9a-f]{7})(?![0-9a-z])", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]+"')
_DECIMAL = re.compile(r"\s*(-?\d{1,10})\s*", re.ASCII)


def of_status(code: str, told: str) -> Outcome:
    """Of one request (statusCode) or of a set (messageSetStatusCode). told: QuickBooks' own words, kept unchanged."""
    number = leaf.whole(code)
    row = NO_CODE if number is None else STATUS.get(number) or _by_range(number)
    if number in (3170, 3180) and any(words in told.lower() for words in BUSY_WORDS):
        row = STATUS[3175]
    return _outcome(row, code, told)


def of_write(code: str, told: str, kind: Kind, record: str | None) -> Outcome:
    """Of a write. record: the id of what was to be changed, None = something was to be created.

    *Missing* is said of that record only. Where QuickBooks misses something else, that is a reference which leads
    nowhere, and the record itself is as it was.
    """
    outcome = of_status(code, told)
    if leaf.whole(code) == 3100 and kind in NAME_TAKEN:
        return _outcome(NAME_TAKEN[kind], code, told)
    if outcome.verdict is not Verdict.MISSING:
        return outcome
    if record is not None and (mentions(told, record) or not _QUOTED.search(told)):
        return outcome
    return _outcome(STATUS[3140], code, told)


def mentions(told: str, id: str) -> bool:
    """Whether QuickBooks' words name this id, not one that merely begins or ends like it."""
    return re.search(rf"(?<![\w-]){re.escape(id)}(?![\w-])", told, re.IGNORECASE) is not None


def _by_range(number: int) -> Row:
    return next((row for codes, row in RANGES if number in codes), NO_CODE if number < 0 else BEYOND)


def of_failure(code: str, message: str) -> Outcome:
    """Of the request processor or the Web Connector. code: ``0x80040400`` in any case, a decimal COM number
    (-2147220480), ``QBWC1013``; where it is blank or unheard of, the message may hold it."""
    return _outcome(_failure(code) or _failure(message) or UNHEARD_OF, code.strip(), message.strip())


def _failure(text: str) -> Row | None:
    found = [HRESULTS.get(int(hexadecimal or bare, 16)) for hexadecimal, bare in _HEX.findall(text)]
    if number := _DECIMAL.fullmatch(text):
        found.append(HRESULTS.get(int(number[1]) & 0xFFFFFFFF))
    found += [HRESULTS[code] for words, code in TELLING_WORDS.items() if words in text.lower()]
    found += [WEB_CONNECTOR.get(int(number)) for number in _WEB_CONNECTOR.findall(text)]
    return next((row for row in found if row is not None), None)


def _outcome(row: Row, code: str, told: str) -> Outcome:
    verdict, meaning, todo = row
    return Outcome(verdict=verdict, code=code, told=told, meaning=meaning, todo=todo)
