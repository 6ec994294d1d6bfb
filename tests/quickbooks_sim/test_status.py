"""The texts of statuses and HRESULTS are QuickBooks' own, compared with the reference tables."""

from __future__ import annotations

import re

import pytest

from quickbooks_sim import status
from quickbooks_sim.errors import HRESULTS
from quickbooks_sim.status import Status
from tests.support.shared import shared

STATUSES = [
    status.OK,
    status.NO_MATCH,
    status.not_found("x"),
    status.ignored_field("x"),
    status.bad_request_id("x"),
    status.bad_id("x", "list id"),
    status.bad_boolean("x", "f"),
    status.bad_date("x", "f"),
    status.BAD_RANGE,
    status.too_long("x", "f"),
    status.has_colon("x", "customer name"),
    status.name_in_use("x"),
    status.gone("x"),
    status.bad_parent("x", "Customers"),
    status.bad_reference("Customer", "x", "SalesOrder"),
    status.stale("1"),
    status.bad_value("f", "x", "You cannot pay more than the amount due."),
    status.NOT_PROCESSED,
    status.UNSUPPORTED,
    status.FEATURE_OFF,
    status.bad_iterator("x"),
]


def plain(text: str) -> str:
    return re.sub(r'"[^"]*"', '""', text)


def table(name: str) -> dict[str, list[str]]:
    lines = shared(f"reference/qbxml/{name}").read_text(encoding="utf-8").splitlines()[1:]
    return {row[0]: row for row in (line.split("\t") for line in lines)}


@pytest.mark.parametrize("ours", STATUSES, ids=lambda one: str(one.code))
def test_texts_are_those_of_the_table(ours: Status) -> None:
    row = table("status-codes.tsv")[str(ours.code)]
    assert row[1] == ours.severity
    assert plain(ours.message) in plain(row[3])


def test_the_trailing_blank_of_3200_and_the_two_blanks_inside() -> None:
    assert status.stale("1").message.endswith("out-of-date. ")
    assert ".  QuickBooks error message: " in status.gone("1").message
    assert not status.NO_MATCH.message.endswith(".")


def test_hresult_texts_are_those_of_the_table() -> None:
    rows = table("hresults.tsv")
    for code, text in HRESULTS.items():
        assert rows[code][1].startswith(text), code
