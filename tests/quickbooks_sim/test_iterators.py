# ruff: noqa: E501 - a request stands on one line, as it is sent
"""Iterators: pages, their end, their death with the session, and their speed."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from lxml import etree

from quickbooks_sim.build import new_file
from quickbooks_sim.errors import QuickBooksError
from quickbooks_sim.generate import generate_customers
from tests.quickbooks_sim.conftest import Books


def page(books: Books, attributes: str, size: int = 7) -> etree._Element:
    return books.one(
        f"<CustomerQueryRq {attributes}><MaxReturned>{size}</MaxReturned><ActiveStatus>All</ActiveStatus></CustomerQueryRq>"
    )


def test_pages_hold_everything_once_in_list_order(sample: Books) -> None:
    answer = page(sample, 'iterator="Start"')
    pages = [answer]
    while answer.get("iteratorRemainingCount") != "0":
        answer = page(sample, f'iterator="Continue" iteratorID="{answer.get("iteratorID")}"')
        pages.append(answer)
    whole = sample.one("<CustomerQueryRq><ActiveStatus>All</ActiveStatus></CustomerQueryRq>")
    assert [one.findtext("ListID") for part in pages for one in part] == [
        one.findtext("ListID") for one in whole
    ]
    assert [part.get("iteratorRemainingCount") for part in pages] == ["33", "26", "19", "12", "5", "0"]
    assert len({part.get("iteratorID") for part in pages}) == 1


def test_an_unknown_or_dead_iterator_is_3391(sample: Books) -> None:
    answer = page(sample, 'iterator="Start"')
    wrong = page(sample, 'iterator="Continue" iteratorID="{1}"')
    assert (wrong.get("statusCode"), wrong.get("statusMessage")) == (
        "3391",
        'The iteratorID "{1}" is not valid.',
    )
    sample.processor.end_session(sample.ticket)
    sample.begin()
    dead = page(sample, f'iterator="Continue" iteratorID="{answer.get("iteratorID")}"')
    assert dead.get("statusCode") == "3391"


def test_an_iterator_can_be_stopped_idle_out_or_be_pushed_out(sample: Books) -> None:
    first = page(sample, 'iterator="Start"').get("iteratorID")
    assert page(sample, f'iterator="Stop" iteratorID="{first}"').get("statusCode") == "0"
    assert page(sample, f'iterator="Continue" iteratorID="{first}"').get("statusCode") == "3391"
    sample.set(iterator_idle_limit="10", clock="frozen 2026-03-02T10:00:00")
    idle = page(sample, 'iterator="Start"').get("iteratorID")
    sample.set(clock="frozen 2026-03-02T10:00:10")
    assert page(sample, f'iterator="Continue" iteratorID="{idle}"').get("statusCode") == "0"
    sample.set(clock="frozen 2026-03-02T10:00:21")
    assert page(sample, f'iterator="Continue" iteratorID="{idle}"').get("statusCode") == "3391"
    sample.set(iterators_at_once="1")
    old = page(sample, 'iterator="Start"').get("iteratorID")
    page(sample, 'iterator="Start"')
    assert page(sample, f'iterator="Continue" iteratorID="{old}"').get("statusCode") == "3391"


def test_lists_without_iterators_refuse_the_attribute(sample: Books) -> None:
    with pytest.raises(QuickBooksError, match="0x80040400"):
        sample.ask('<AccountQueryRq iterator="Start"><MaxReturned>1</MaxReturned></AccountQueryRq>')


def test_a_record_deleted_meanwhile_does_not_leave_a_remainder(sample: Books) -> None:
    start = page(sample, 'iterator="Start"', 39)
    last = sample.one("<CustomerQueryRq><ActiveStatus>All</ActiveStatus></CustomerQueryRq>")[-1].findtext(
        "ListID"
    )
    assert (
        sample.code(f"<ListDelRq><ListDelType>Customer</ListDelType><ListID>{last}</ListID></ListDelRq>")
        == "0"
    )
    end = page(sample, f'iterator="Continue" iteratorID="{start.get("iteratorID")}"', 39)
    assert (end.get("iteratorRemainingCount"), len(end)) == ("0", 0)


def test_ten_thousand_customers_come_at_two_thousand_a_second_or_more(tmp_path: Path) -> None:
    with new_file(tmp_path / "many.qbs", "Many") as company:
        with company.writing():
            generate_customers(company, 10_000)
        books = Books(company)
        began = time.perf_counter()
        text = books.text(
            '<CustomerQueryRq iterator="Start"><MaxReturned>500</MaxReturned></CustomerQueryRq>'
        )
        count = text.count("<CustomerRet>")
        iterator = text.split('iteratorID="')[1].split('"')[0]
        while 'iteratorRemainingCount="0"' not in text:
            text = books.text(
                f'<CustomerQueryRq iterator="Continue" iteratorID="{iterator}"><MaxReturned>500</MaxReturned></CustomerQueryRq>'
            )
            count += text.count("<CustomerRet>")
        seconds = time.perf_counter() - began
    assert count == 10_000
    assert count / seconds >= 2000, f"{count / seconds:.0f} customers a second"
