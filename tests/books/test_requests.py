"""Strict out: whatever is sent is pure ASCII, in order, and valid by the official 13.0 schema, or it is not sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from fieldledger.books.desktop import requests
from fieldledger.books.desktop.codec import DesktopBooks
from fieldledger.books.desktop.kinds import customer
from fieldledger.model.kinds import LISTS, Kind
from fieldledger.session.ports import (
    Ask,
    ReadActivity,
    ReadCompany,
    ReadDeleted,
    ReadHolders,
    ReadHost,
    ReadIds,
    ReadList,
    ReadNamed,
    ReadPage,
    ReadPreferences,
)
from tests.books import values
from tests.books.values import steady

WHO = {"id": "80000001-1405768916", "version": "1405768916"}

printable = st.text([chr(code) for code in range(0x21, 0x7F)], min_size=1, max_size=50)
set_ids = st.text([chr(code) for code in range(0x21, 0x7F)], min_size=1, max_size=23)
times = st.datetimes(min_value=datetime.fromisoformat("1990-01-01")).map(
    lambda time: time.isoformat(timespec="seconds")
)
QUERIES = {
    Kind.CUSTOMER: "CustomerQueryRq",
    Kind.SALES_TAX_CODE: "SalesTaxCodeQueryRq",
    Kind.TAX_RATE: "ItemQueryRq",
    Kind.PAYMENT_TERM: "TermsQueryRq",
}
LISTED = {**QUERIES, Kind.TAX_RATE: "ItemSalesTaxQueryRq ItemSalesTaxGroupQueryRq"}
DELETED = {
    Kind.CUSTOMER: ["Customer"],
    Kind.SALES_TAX_CODE: ["SalesTaxCode"],
    Kind.TAX_RATE: ["ItemSalesTax", "ItemSalesTaxGroup"],
    Kind.PAYMENT_TERM: ["StandardTerms", "DateDrivenTerms"],
}
LONGEST = {Kind.CUSTOMER: 209, Kind.SALES_TAX_CODE: 3, Kind.TAX_RATE: 31, Kind.PAYMENT_TERM: 31}
kinds = st.sampled_from(Kind)


@st.composite
def by_names(draw: st.DrawFn, form: type[ReadNamed | ReadHolders]) -> Ask:
    kind = draw(kinds)
    names = draw(st.lists(values.texts(LONGEST[kind], blank=False), min_size=1, max_size=5))
    return form(id=draw(printable), kind=kind, names=tuple(names))


asks = st.one_of(
    st.builds(
        ReadPage,
        id=printable,
        kind=st.just(Kind.CUSTOMER),
        since=st.none() | times,
        light=st.booleans(),
        page=st.integers(1, 10_000),
        iterator_id=st.none() | values.guids,
    ),
    st.builds(
        ReadIds,
        id=printable,
        kind=kinds,
        ids=st.lists(values.list_ids, min_size=1, max_size=5).map(tuple),
    ),
    st.builds(
        ReadDeleted,
        id=printable,
        kinds=st.lists(kinds, min_size=1, unique=True).map(tuple),
        since=st.none() | times,
    ),
    st.builds(ReadActivity, id=printable),
    st.builds(ReadHost, id=printable),
    st.builds(ReadCompany, id=printable, owner_id=values.guids),
    st.builds(ReadPreferences, id=printable),
    by_names(ReadNamed),
    by_names(ReadHolders),
    st.builds(ReadList, id=printable.filter(lambda id: len(id) < 49), kind=st.sampled_from(LISTS)),
)


def check(schema: etree.XMLSchema, text: str) -> etree._Element:
    """The QBXMLMsgsRq of a text that QuickBooks can take."""
    assert text.isascii()
    root = etree.fromstring(text.encode())
    schema.assertValid(root)
    instruction = root.getprevious()
    assert instruction is not None
    assert (instruction.target, instruction.text) == ("qbxml", 'version="13.0"')
    return root[0]


@given(st.lists(asks, min_size=1, max_size=4))
@steady(150)
def test_every_ask_is_valid_and_carries_its_id(schema: etree.XMLSchema, some: list[Ask]) -> None:
    frame = check(schema, DesktopBooks().encode(some))
    assert frame.get("onError") == "continueOnError"
    sent = [(ask, id) for ask in some for id in request_ids(ask)]
    assert [request.get("requestID") for request in frame] == [id for _, id in sent]
    assert [request.tag for request in frame] == [tag for ask in some for tag in tags(ask)]
    for request, (ask, _) in zip(frame, sent, strict=True):
        told = [
            (child.tag, child.text) for child in request.iter() if len(child) == 0 and child is not request
        ]
        assert told == expected(ask)
        if isinstance(ask, ReadPage):
            assert request.get("iterator") == ("Continue" if ask.iterator_id else "Start")
            assert request.get("iteratorID") == ask.iterator_id
        if not told:
            assert request.text is None, "a blank between the tags would be an error"


def tags(ask: Ask) -> list[str]:
    match ask:
        case ReadList():
            return LISTED[ask.kind].split()
        case ReadHolders():
            return [QUERIES[ask.kind].replace("Customer", "Entity")]
        case ReadPage() | ReadIds() | ReadNamed():
            return [QUERIES[ask.kind]]
        case ReadDeleted():
            return ["ListDeletedQueryRq"]
        case ReadActivity():
            return ["CompanyActivityQueryRq"]
        case _:
            return [f"{type(ask).__name__.removeprefix('Read')}QueryRq"]


def request_ids(ask: Ask) -> list[str]:
    """The first request bears the ask's own id."""
    return [ask.id, *(f"{ask.id}/{n}" for n in range(2, len(tags(ask)) + 1))]


def expected(ask: Ask) -> list[tuple[str, str]]:
    """What must be said, written down once more by hand."""
    match ask:
        case ReadPage():
            return [
                ("MaxReturned", str(ask.page)),
                ("ActiveStatus", "All"),
                *([("FromModifiedDate", ask.since)] if ask.since else []),
                *(
                    [("IncludeRetElement", name) for name in ("ListID", "TimeModified", "EditSequence")]
                    if ask.light
                    else []
                ),
            ]
        case ReadIds():
            return [("ListID", id) for id in ask.ids]
        case ReadNamed() | ReadHolders():
            return [("FullName", name) for name in ask.names]
        case ReadList():
            return [("ActiveStatus", "All")]
        case ReadDeleted():
            types = [("ListDelType", type) for kind in ask.kinds for type in DELETED[kind]]
            return [*types, *([("FromDeletedDate", ask.since)] if ask.since else [])]
        case ReadCompany():
            return [("OwnerID", ask.owner_id)]
        case _:
            return []


@given(
    values.contents(customer.ADD, ("Name",)),
    st.text("abc", max_size=3),
    st.booleans(),
    st.just("") | set_ids,
    st.just("") | set_ids,
)
@steady(150)
def test_every_customer_add_is_valid(
    schema: etree.XMLSchema, content: dict[str, Any], id: str, stop: bool, new_id: str, old_id: str
) -> None:
    """Whatever order the content is in, the request has QuickBooks'."""
    body = requests.aggregate("CustomerAdd", customer.ADD, dict(reversed(content.items())))
    request = requests.request("CustomerAddRq", id, body)
    frame = check(schema, requests.message_set([request], new_id=new_id, old_id=old_id, stop=stop))
    assert frame.get("onError") == ("stopOnError" if stop else "continueOnError")
    assert (frame.get("newMessageSetID") or "", frame.get("oldMessageSetID") or "") == (new_id, old_id)
    assert frame[0].get("requestID") == (id or None)
    assert says(frame[0][0], content)


@given(values.contents(customer.MOD, ("ListID", "EditSequence")))
@steady(150)
def test_every_customer_mod_is_valid(schema: etree.XMLSchema, content: dict[str, Any]) -> None:
    body = requests.aggregate("CustomerMod", customer.MOD, content)
    frame = check(schema, requests.message_set([requests.request("CustomerModRq", "7", body)]))
    assert says(frame[0][0], content)


def says(element: etree._Element, content: dict[str, Any]) -> bool:
    """Whether an element holds exactly this content."""
    told: dict[str, Any] = {}
    for child in element:
        if len(child) or isinstance(content[child.tag], (dict, list)):
            told.setdefault(child.tag, []).append(child)
        else:
            told[child.tag] = child.text or ""
    for tag, value in content.items():
        if isinstance(value, bool):
            good = told.pop(tag) == ("true" if value else "false")
        elif isinstance(value, str):
            good = told.pop(tag) == value
        else:
            groups = value if isinstance(value, list) else [value]
            found = told.pop(tag, [])
            good = len(found) == len(groups) and all(map(says, found, groups))
        if not good:
            return False
    return not told


@given(values.customers(), st.none() | values.list_ids, values.guids)
@steady(100)
def test_a_customer_is_written_as_add_and_as_mod(
    schema: etree.XMLSchema, some: dict[str, Any], parent: str | None, guid: str
) -> None:
    """spec 2.1: QuickBooks' own CompanyName is written with the name on creation."""
    added = customer.add(some, guid=guid, parent=parent)
    frame = check(schema, requests.message_set([requests.request("CustomerAddRq", "1", added)]))
    assert frame.findtext(".//CompanyName") == (some["company_name"] or some["name"])
    assert frame.findtext(".//ParentRef/ListID") == parent
    assert frame.findtext(".//ExternalGUID") == guid
    modified = customer.mod(some, list(some), **WHO)
    frame = check(schema, requests.message_set([requests.request("CustomerModRq", "1", modified)]))
    assert frame.find(".//ExternalGUID") is None, "it can be given on creation only"


def test_a_status_check_has_no_requests(schema: etree.XMLSchema) -> None:
    """Both ids the same and nothing to do: QuickBooks returns the stored answer."""
    frame = check(schema, DesktopBooks().encode([], set_id="run-7", old_id="run-7"))
    assert len(frame) == 0
    assert (frame.get("newMessageSetID"), frame.get("oldMessageSetID")) == ("run-7", "run-7")


def test_text_goes_out_as_numeric_references() -> None:
    """Raw bytes above 127 are a classic cause of a refused set."""
    text = requests.element("Name", 'Müller & <Söhne> "€" \u2019')
    assert text == "<Name>M&#252;ller &amp; &lt;S&#246;hne&gt; &quot;&#8364;&quot; &#8217;</Name>"


def test_a_mod_clears_what_is_blank_and_leaves_what_is_not_stated() -> None:
    """spec 2.1: a tax or a term that is absent is "not stated" and is never written."""
    fields = ["first_name", "phone", "billing_address", "terms", "tax_code", "tax_item", "active"]
    blank: dict[str, Any] = {
        "first_name": None,
        "billing_address": {"line2": "1 Oak Street"},
        "active": False,
    }
    text = customer.mod(blank, fields, **WHO)
    assert text == (
        "<CustomerMod><ListID>80000001-1405768916</ListID><EditSequence>1405768916</EditSequence>"
        "<IsActive>false</IsActive><FirstName></FirstName><BillAddress><Addr1></Addr1><Addr2>1 Oak Street</Addr2>"
        "<Addr3></Addr3><Addr4></Addr4><Addr5></Addr5><City></City><State></State><PostalCode></PostalCode>"
        "<Country></Country><Note></Note></BillAddress><Phone></Phone></CustomerMod>"
    )
