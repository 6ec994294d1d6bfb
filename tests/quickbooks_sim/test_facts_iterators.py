# ruff: noqa: E501 - a request stands on one line, as it is sent
"""Iterators while the list changes, and whose they are. rules.md, Iterators and Filters."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from lxml import etree

from quickbooks_sim.build import new_file
from quickbooks_sim.edit import apply_script
from quickbooks_sim.errors import QuickBooksError
from quickbooks_sim.generate import generate_customers
from quickbooks_sim.requestprocessor import RequestProcessor
from tests.quickbooks_sim.conftest import Books


def start(size: int, filters: str = "", query: str = "Customer") -> str:
    return f'<{query}QueryRq iterator="Start"><MaxReturned>{size}</MaxReturned>{filters}</{query}QueryRq>'


def go_on(answer: etree._Element, inner: str = "", query: str = "Customer", what: str = "Continue") -> str:
    return (
        f'<{query}QueryRq iterator="{what}" iteratorID="{answer.get("iteratorID")}">{inner}</{query}QueryRq>'
    )


def names(answer: etree._Element) -> list[str | None]:
    return [one.findtext("FullName") for one in answer]


def remaining(answer: etree._Element) -> int:
    return int(answer.get("iteratorRemainingCount") or -1)


def test_the_page_size_is_that_of_the_start(sample: Books) -> None:
    """What a later page asks for is not heard; without a number at the start everything comes at once."""
    answer = sample.one(start(5))
    assert len(answer) == 5
    for asked in ("<MaxReturned>30</MaxReturned>", "<MaxReturned>1</MaxReturned>", ""):
        answer = sample.one(go_on(answer, asked))
        assert len(answer) == 5
    assert remaining(answer) == 38 - 20
    whole = sample.one('<CustomerQueryRq iterator="Start"/>')
    assert (len(whole), remaining(whole)) == (38, 0)


def test_filters_are_those_of_the_start(sample: Books) -> None:
    """Active records only by default; a later page cannot change it, nor the fields that are shown."""
    answer = sample.one(start(20))
    seen = names(answer)
    rest = sample.one(go_on(answer, "<ActiveStatus>All</ActiveStatus>"))
    seen += names(rest)
    assert (len(seen), remaining(rest)) == (38, 0)
    assert "Main St. Market" not in seen
    ranged = "<ActiveStatus>All</ActiveStatus><NameRangeFilter><FromName>A</FromName><ToName>C</ToName></NameRangeFilter>"
    first = sample.one(start(2, ranged))
    everything = names(first)
    while remaining(first):
        first = sample.one(go_on(first))
        everything += names(first)
    assert everything == names(sample.one(f"<CustomerQueryRq>{ranged}</CustomerQueryRq>"))


def test_an_iterator_belongs_to_its_session_and_its_message(sample: Books) -> None:
    answer = sample.one(start(5))
    vendors = sample.one(start(3, query="Vendor"))
    # Two may be open at a time, each on its own list.
    assert len(sample.one(go_on(answer))) == 5
    assert len(sample.one(go_on(vendors, query="Vendor"))) == 3
    wrong = sample.one(go_on(answer, query="Vendor"))
    assert (wrong.get("statusCode"), len(wrong)) == ("3391", 0)
    assert wrong.get("statusMessage") == f'The iteratorID "{answer.get("iteratorID")}" is not valid.'
    # Another session of the same application, at the same time.
    other = sample.processor.begin_session("")
    own = sample.ticket
    sample.ticket = other
    assert sample.code(go_on(answer)) == "3391"
    sample.ticket = own
    assert len(sample.one(go_on(answer))) == 5
    assert sample.code('<CustomerQueryRq iterator="Continue"/>') == "3391"
    assert sample.code('<CustomerQueryRq iterator="Stop" iteratorID="{no}"/>') == "3391"
    # Another program on the same file has a QuickBooks of its own.
    elsewhere = Books(sample.company)
    assert isinstance(elsewhere.processor, RequestProcessor)
    assert elsewhere.code(go_on(answer)) == "3391"


def test_an_iterator_that_is_stopped_is_gone(sample: Books) -> None:
    answer = sample.one(start(5))
    stopped = sample.one(go_on(answer, what="Stop"))
    assert (stopped.get("statusCode"), len(stopped)) == ("0", 0)
    assert sample.code(go_on(answer)) == "3391"


@pytest.mark.parametrize(
    "query", ["Account", "Terms", "StandardTerms", "DateDrivenTerms", "SalesTaxCode", "ListDeleted"]
)
def test_lists_without_iterators_refuse_the_attribute_as_grammar(sample: Books, query: str) -> None:
    inner = "<ListDelType>Customer</ListDelType>" if query == "ListDeleted" else ""
    with pytest.raises(QuickBooksError, match="0x80040400"):
        sample.ask(f'<{query}QueryRq iterator="Start">{inner}</{query}QueryRq>')


@pytest.mark.parametrize("seed", range(12))
def test_whatever_people_do_meanwhile_an_untouched_record_comes_exactly_once(books: Books, seed: int) -> None:
    """rules.md: changes made meanwhile may be missed or seen twice; what nobody touched is neither."""
    chance = random.Random(seed)
    apply_script(books.company, "\n".join(f'customer add name="C{n:02}"' for n in range(40)))
    untouched = {f"C{n:02}" for n in range(40)}
    answer = books.one(start(chance.randint(3, 9)))
    seen = names(answer)
    pages = 0
    while remaining(answer):
        for _ in range(chance.randint(0, 4)):
            one = chance.choice(sorted(untouched))
            what = chance.choice(["add", "delete", "rename", "inactive", "set"])
            if what == "add":
                apply_script(books.company, f'customer add name="{chance.choice("ABCDZ")}{chance.random()}"')
                continue
            untouched.discard(one)
            more = {"rename": f' "{chance.choice("ABDZ")}{chance.random()}"', "set": " phone=1"}.get(what, "")
            apply_script(books.company, f'customer "{one}" {what}{more}')
        before = remaining(answer)
        answer = books.one(go_on(answer))
        assert answer.get("statusCode") == ("0" if len(answer) else "1")
        assert remaining(answer) < before or before == 1, "it goes down, or waits at 1 for what was added"
        seen += names(answer)
        pages += 1
        assert pages < 60
    assert all(seen.count(name) == 1 for name in untouched)
    assert len(untouched) < 40


def test_records_added_at_the_end_do_not_push_others_out(books: Books) -> None:
    apply_script(books.company, "\n".join(f"customer add name=M{n}" for n in range(6)))
    answer = books.one(start(4))
    apply_script(books.company, "customer add name=M3b\ncustomer add name=A\ncustomer add name=Z")
    seen = names(answer)
    while remaining(answer):
        answer = books.one(go_on(answer))
        seen += names(answer)
    assert seen == ["M0", "M1", "M2", "M3", "M3b", "M4", "M5", "Z"]


def test_an_empty_list_ends_at_once(books: Books) -> None:
    answer = books.one(start(5))
    assert (answer.get("statusCode"), remaining(answer), len(answer)) == ("1", 0, 0)


def test_a_page_of_five_hundred_takes_less_than_a_fifth_of_a_second(tmp_path: Path) -> None:
    """Of one core's time, at the beginning and deep in a list of ten thousand; the best of three, as others work too."""
    with new_file(tmp_path / "many.qbs", "Many") as company:
        with company.writing():
            generate_customers(company, 10_000)
        books = Books(company)

        def taken(request: str) -> tuple[float, str]:
            began = time.process_time()
            text = books.text(request)
            return time.process_time() - began, text

        starts = [taken(start(500)) for _ in range(3)]
        first = etree.fromstring(starts[0][1].encode())[0][0]
        pages = [taken(go_on(first)) for _ in range(12)]
        since = "<FromModifiedDate>2199-01-01</FromModifiedDate>"
        nothing = [taken(f"<CustomerQueryRq>{since}</CustomerQueryRq>") for _ in range(3)]
    assert [remaining(etree.fromstring(text.encode())[0][0]) for _, text in pages] == list(
        range(9000, 3000, -500)
    )
    assert min(seconds for seconds, _ in starts) < 0.2
    assert min(seconds for seconds, _ in pages[-3:]) < 0.2
    assert min(seconds for seconds, _ in nothing) < 0.05, "a query that finds nothing reads nothing"
