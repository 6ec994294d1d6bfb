"""Terms, codes and taxes that are written into QuickBooks: what goes out, and what comes back (spec 5)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from fieldledger.books.desktop.codec import DesktopBooks
from fieldledger.model.kinds import Kind
from fieldledger.model.outcome import Verdict
from fieldledger.model.record import (
    PAYMENT_TERM_FIELDS,
    SALES_TAX_CODE_FIELDS,
    TAX_RATE_FIELDS,
    Record,
    Values,
    pack,
)
from fieldledger.session.ports import AnswerHead, Write
from tests.books import values
from tests.books.samples import BOTH, CITY, CODE, DAY, NET, OUT, TAX, TERM
from tests.books.simulated import QuickBooks
from tests.books.test_requests import check
from tests.books.values import steady
from tests.books.wire import GUID, change, create

FIELDS = {CODE: SALES_TAX_CODE_FIELDS, TAX: TAX_RATE_FIELDS, TERM: PAYMENT_TERM_FIELDS}

# ---- what goes out -----------------------------------------------------------------------------------------------

short = values.texts(31, colon=False, blank=False)
days = st.none() | st.integers(1, 9999)
day = st.none() | st.integers(1, 31)
percent = st.none() | values.percents.filter(lambda text: text != "0")

codes = st.fixed_dictionaries(
    {"name": values.texts(3, colon=False, blank=False), "description": st.none() | values.texts(31, blank=False),
     "taxable": st.booleans(), "active": st.booleans()}
)  # fmt: skip
singles = st.fixed_dictionaries(
    {"name": short, "rate": values.percents, "components": st.just([]), "agency": st.just("Tax Agency"),
     "active": st.booleans()}
)  # fmt: skip
groups = st.fixed_dictionaries(
    {"name": short, "rate": st.none(), "components": st.lists(values.list_ids, min_size=1, max_size=5),
     "agency": st.none(), "active": st.booleans()}
)  # fmt: skip
standard = st.builds(
    lambda name, due, discount, rate, active: {
        **NET, "name": name, "due_days": due, "discount_days": discount, "discount_percent": rate, "active": active,
    },
    short, st.integers(0, 9999), days, percent, st.booleans(),
)  # fmt: skip
date_driven = st.builds(
    lambda name, due, month, discount, rate, active: {
        **DAY, "name": name, "due_day": due, "next_month_days": month, "discount_day": discount,
        "discount_percent": rate, "active": active,
    },
    short, st.integers(1, 31), days, day, percent, st.booleans(),
)  # fmt: skip


@st.composite
def writes(draw: st.DrawFn) -> Write:
    kind, some = draw(
        st.one_of(
            st.tuples(st.just(CODE), codes),
            st.tuples(st.just(TAX), singles | groups),
            st.tuples(st.just(TERM), standard | date_driven),
        )
    )
    record = None if kind is TERM else draw(st.none() | values.list_ids)
    fields = draw(st.lists(st.sampled_from(FIELDS[kind]), min_size=1, unique=True).map(tuple))
    return Write(
        id="1", kind=kind, guid=draw(values.guids), record=record, version="" if record is None else "1405768916",
        values=some, fields=fields if record is not None else (),
    )  # fmt: skip


@given(writes())
@steady(250)
def test_every_write_is_valid_and_says_the_same_each_time(schema: etree.XMLSchema, write: Write) -> None:
    """spec 10.1. Our mark goes where the schema has a place for it; a term has none, nor has a code."""
    assert DesktopBooks().unsendable(write) == ""
    text = DesktopBooks().encode([write], set_id="set-1")
    frame = check(schema, text)
    (request,) = frame
    group = "Group" if write.values.get("components") else ""
    base = {
        CODE: "SalesTaxCode",
        TAX: f"ItemSalesTax{group}",
        TERM: "StandardTerms" if write.values.get("form") == "standard" else "DateDrivenTerms",
    }[write.kind]
    assert request.tag == f"{base}{'Add' if write.record is None else 'Mod'}Rq"
    marked = write.kind is TAX and write.record is None
    assert request.findtext(".//ExternalGUID") == (write.guid if marked else None)
    turned = dict(reversed(list(write.values.items())))
    again = Write(id=write.id, kind=write.kind, guid=write.guid, record=write.record, version=write.version,
                  values=turned, fields=write.fields)  # fmt: skip
    assert DesktopBooks().encode([again], set_id="set-1") == text


# ---- there and back ----------------------------------------------------------------------------------------------


def add(quickbooks: QuickBooks, kind: Kind, some: Values) -> Record:
    return quickbooks.record(*quickbooks.writes(create(some, kind=kind)))


def same_by_id(quickbooks: QuickBooks, found: Record) -> None:
    read = quickbooks.record(*quickbooks.look_up(found.id, kind=found.kind))
    assert pack(read.values) == pack(found.values)
    assert (read.id, read.version, read.guid) == (found.id, found.version, found.guid)


UNUSED = {"Tax", "Non", "State & City", "Both", "Old Tax", "Net 15 é", "10th", "Tax Agency"}


def free(some: dict[str, Any]) -> bool:
    return some["name"].casefold() not in {name.casefold() for name in UNUSED}


@given(codes.filter(free), codes.filter(free))
@steady(40)
def test_a_code_comes_back(quickbooks: QuickBooks, one: dict[str, Any], two: dict[str, Any]) -> None:
    found = add(quickbooks, CODE, one)
    assert dict(found.values) == one
    write = change(two, *two, record=found.id, version=found.version, kind=CODE)
    found = quickbooks.record(*quickbooks.writes(write))
    same_by_id(quickbooks, found)
    quickbooks.delete(found)
    assert dict(found.values) == two


@given(singles.filter(free), singles.filter(free))
@steady(60)
def test_a_tax_comes_back_to_the_last_decimal(
    quickbooks: QuickBooks, one: dict[str, Any], two: dict[str, Any]
) -> None:
    """Issue 4: a tax rate is exact to QuickBooks' decimals; renamed and given another rate it is the same tax (spec
    5.3)."""
    found = add(quickbooks, TAX, one)
    assert dict(found.values) == one
    assert found.guid == GUID
    write = change(two, *two, record=found.id, version=found.version, kind=TAX)
    changed = quickbooks.record(*quickbooks.writes(write))
    same_by_id(quickbooks, changed)
    quickbooks.delete(changed)
    assert dict(changed.values) == two
    assert changed.id == found.id


@given(groups.filter(free), st.integers(0, 5))
@steady(30)
def test_a_group_comes_back_with_its_members(quickbooks: QuickBooks, one: dict[str, Any], turn: int) -> None:
    listed = quickbooks.whole_list(TAX)
    members = [listed["State & City"].id, listed["Old Tax"].id]
    one = {**one, "components": members[turn % 2 :]}
    found = add(quickbooks, TAX, one)
    assert dict(found.values) == one
    write = change(
        {**one, "components": members[::-1]}, "components", record=found.id, version=found.version, kind=TAX
    )
    found = quickbooks.record(*quickbooks.writes(write))
    same_by_id(quickbooks, found)
    quickbooks.delete(found)
    assert dict(found.values) == {**one, "components": members[::-1]}


@given((standard | date_driven).filter(free))
@steady(60)
def test_a_term_comes_back(quickbooks: QuickBooks, one: dict[str, Any]) -> None:
    found = add(quickbooks, TERM, one)
    same_by_id(quickbooks, found)
    quickbooks.delete(found)
    assert dict(found.values) == one


def test_a_customer_points_at_what_was_made(quickbooks: QuickBooks) -> None:
    """spec 2.6: by id; so a rename in QuickBooks touches no customer."""
    quickbooks.does_itself(
        'terms add name="Net 60" days=60\ntaxitem add name=Town rate=1 agency="Tax Agency"'
    )
    some = quickbooks.referring({"name": "Ann", "terms": "Net 60", "tax_code": "Non", "tax_item": "Town"})
    ann = quickbooks.record(*quickbooks.writes(create(some)))
    assert {key: ann.values[key] for key in some} == some
    quickbooks.does_itself('terms "Net 60" rename "Net sixty"\nterms "Net sixty" becomes dateterms day=5')
    again = quickbooks.record(*quickbooks.look_up(ann.id))
    assert pack(again.values) == pack(ann.values)
    assert again.rest != ann.rest, "the name beside the id is kept as it is told"
    term = quickbooks.whole_list(TERM)["Net sixty"]
    assert (term.id, term.values["form"], term.values["due_day"]) == (some["terms"], "date_driven", 5)
    quickbooks.does_itself('customer Ann delete\ndateterms "Net sixty" delete\ntaxitem Town delete')


# ---- what QuickBooks refuses -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "some", "code"),
    [
        (TAX, {**CITY, "name": "STATE & city"}, "3100"),
        (TAX, {**BOTH, "name": "old tax", "components": []}, "3100"),
        (TAX, {**CITY, "agency": "Nobody"}, "3140"),
        (TAX, {**BOTH, "components": ["8000FFFF-1405768916"]}, "3140"),
        (TERM, {**NET, "name": "10TH"}, "3100"),
        (TERM, {**DAY, "name": "net 15 é"}, "3100"),
        (CODE, {**OUT, "name": "NON"}, "3100"),
    ],
)
def test_what_quickbooks_refuses(quickbooks: QuickBooks, kind: Kind, some: dict[str, Any], code: str) -> None:
    """Names are one list for both forms of terms, and for all items; inactive ones hold theirs."""
    if not some.get("components", ["-"]) and some["rate"] is None:
        some = {**some, "components": [quickbooks.whole_list(TAX)["State & City"].id]}
    (head,) = quickbooks.writes(create(some, kind=kind))
    assert isinstance(head, AnswerHead)
    assert (head.outcome.verdict, head.outcome.code) == (Verdict.REFUSED, code)


def test_a_tax_that_was_changed_meanwhile_is_stale_and_shown(quickbooks: QuickBooks) -> None:
    """rules.md 30."""
    state = quickbooks.whole_list(TAX)["State & City"]
    head, current = quickbooks.writes(
        change({**CITY, "rate": "1"}, "rate", record=state.id, version="1", kind=TAX)
    )
    assert isinstance(head, AnswerHead)
    assert isinstance(current, Record)
    assert (head.outcome.verdict, pack(current.values)) == (Verdict.STALE, pack(state.values))


def test_a_tax_that_is_gone_is_missing(quickbooks: QuickBooks) -> None:
    found = add(quickbooks, TAX, {**CITY, "name": "Soon gone"})
    quickbooks.delete(found)
    (head,) = quickbooks.writes(change(CITY, "rate", record=found.id, version=found.version, kind=TAX))
    assert isinstance(head, AnswerHead)
    assert (head.outcome.verdict, head.outcome.code) == (Verdict.MISSING, "3120")
