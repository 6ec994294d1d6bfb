# ruff: noqa: E501 - a request stands on one line, as it is sent
"""Terms of both kinds, sales tax codes, tax items and groups of them, and the customers that refer to them
(rules.md 36 and 37)."""

from __future__ import annotations

import pytest
from lxml import etree

from quickbooks_sim.edit import EditError, apply_script
from quickbooks_sim.errors import QuickBooksError
from tests.quickbooks_sim.conftest import Books

SETUP = """
terms add name="Net 30" days=30
terms add name="Old net" days=7
terms "Old net" inactive
dateterms add name="First of month" day=1 nextmonthdays=5
taxcode add name=Lbr taxable=false desc=Labour
taxcode Lbr inactive
vendor add name=Treasurer
taxitem add name=County rate=6.5 agency=Treasurer
taxitem add name=City rate=1.25 agency=Treasurer desc="City tax"
taxitem add name=Old rate=0
taxitem Old inactive
taxgroup add name=Both items="County|City" desc="County and city"
"""


def add_group(name: str, *items: str) -> str:
    refs = "".join(f"<ItemSalesTaxRef><FullName>{item}</FullName></ItemSalesTaxRef>" for item in items)
    return f"<ItemSalesTaxGroupAddRq><ItemSalesTaxGroupAdd><Name>{name}</Name>{refs}</ItemSalesTaxGroupAdd></ItemSalesTaxGroupAddRq>"


def listed(books: Books, query: str, more: str = "") -> list[tuple[str, str | None]]:
    return [
        (str(ret.tag), ret.findtext("Name")) for ret in books.one(f"<{query}QueryRq>{more}</{query}QueryRq>")
    ]


@pytest.fixture
def taxed(books: Books) -> Books:
    apply_script(books.company, SETUP)
    return books


@pytest.mark.parametrize(
    ("query", "active", "inactive"),
    [
        ("Terms", [("DateDrivenTermsRet", "First of month"), ("StandardTermsRet", "Net 30")], [("StandardTermsRet", "Old net")]),
        ("StandardTerms", [("StandardTermsRet", "Net 30")], [("StandardTermsRet", "Old net")]),
        ("DateDrivenTerms", [("DateDrivenTermsRet", "First of month")], []),
        ("SalesTaxCode", [("SalesTaxCodeRet", "Non"), ("SalesTaxCodeRet", "Tax")], [("SalesTaxCodeRet", "Lbr")]),
        ("ItemSalesTax", [("ItemSalesTaxRet", "City"), ("ItemSalesTaxRet", "County")], [("ItemSalesTaxRet", "Old")]),
        ("ItemSalesTaxGroup", [("ItemSalesTaxGroupRet", "Both")], []),
    ],
)  # fmt: skip
def test_active_status_and_elements_limit_every_list(
    taxed: Books,
    schema: etree.XMLSchema,
    query: str,
    active: list[tuple[str, str]],
    inactive: list[tuple[str, str]],
) -> None:
    assert listed(taxed, query) == active
    assert listed(taxed, query, "<ActiveStatus>InactiveOnly</ActiveStatus>") == inactive
    assert sorted(listed(taxed, query, "<ActiveStatus>All</ActiveStatus>")) == sorted(active + inactive)
    wanted = "<ActiveStatus>All</ActiveStatus><IncludeRetElement>ListID</IncludeRetElement><IncludeRetElement>Name</IncludeRetElement>"
    answer = taxed.one(f"<{query}QueryRq>{wanted}</{query}QueryRq>")
    assert {tuple(child.tag for child in ret) for ret in answer} == {("ListID", "Name")}
    document = etree.fromstring(taxed.text(f"<{query}QueryRq/>").encode())
    assert schema.validate(document), schema.error_log.last_error


def test_a_group_shows_its_items_by_the_names_that_they_have_now(taxed: Books) -> None:
    apply_script(taxed.company, "taxitem City rename Town")
    both = taxed.one("<ItemSalesTaxGroupQueryRq/>")[0]
    assert [ref.findtext("FullName") for ref in both.findall("ItemSalesTaxRef")] == ["County", "Town"]
    assert both.find("TaxRate") is None, "the rate of a group is the sum, and nobody states it"
    rates = [
        taxed.one(f"<ItemSalesTaxQueryRq><ListID>{ref.findtext('ListID')}</ListID></ItemSalesTaxQueryRq>")[
            0
        ].findtext("TaxRate")
        for ref in both.findall("ItemSalesTaxRef")
    ]
    assert rates == ["6.50", "1.25"]


def test_groups_hold_items_and_no_groups_and_never_nothing(taxed: Books) -> None:
    assert taxed.code(add_group("Two", "City")) == "0"
    assert taxed.code(add_group("Three", "Both")) == "3140"
    assert taxed.code(add_group("Four", "Nowhere")) == "3140"
    assert taxed.code(add_group("County", "City")) == "3100", "items have one name space"
    assert (
        taxed.code(
            "<ItemSalesTaxGroupAddRq><ItemSalesTaxGroupAdd><Name>Five</Name><ItemSalesTaxRef/></ItemSalesTaxGroupAdd></ItemSalesTaxGroupAddRq>"
        )
        == "3180"
    )
    with pytest.raises(QuickBooksError, match="0x80040400"):
        taxed.code(add_group("Six"))
    with pytest.raises(EditError, match="at least one sales tax item"):
        apply_script(taxed.company, 'taxgroup Both set items=""')
    assert listed(taxed, "ItemSalesTaxGroup") == [
        ("ItemSalesTaxGroupRet", "Both"),
        ("ItemSalesTaxGroupRet", "Two"),
    ]


def test_a_changed_group_replaces_its_items_only_when_items_are_sent(taxed: Books) -> None:
    both = taxed.one("<ItemSalesTaxGroupQueryRq/>")[0]
    ids = f"<ListID>{both.findtext('ListID')}</ListID><EditSequence>{both.findtext('EditSequence')}</EditSequence>"
    mod = f"<ItemSalesTaxGroupModRq><ItemSalesTaxGroupMod>{ids}{{}}</ItemSalesTaxGroupMod></ItemSalesTaxGroupModRq>"
    ret = taxed.one(mod.format("<ItemDesc/>"))[0]
    assert (ret.find("ItemDesc"), len(ret.findall("ItemSalesTaxRef"))) == (None, 2)
    ret = taxed.one(mod.format("<ItemSalesTaxRef><FullName>city</FullName></ItemSalesTaxRef>"))[0]
    assert [ref.findtext("FullName") for ref in ret.findall("ItemSalesTaxRef")] == ["City"]
    apply_script(taxed.company, "taxgroup Both set items=County\ntaxitem City delete")
    with pytest.raises(EditError, match="The list element is in use"):
        apply_script(taxed.company, "taxitem County delete")


def test_a_customer_may_refer_to_a_group_and_holds_it_fast(taxed: Books) -> None:
    ret = taxed.add_customer("Ann", "<ItemSalesTaxRef><FullName>BOTH</FullName></ItemSalesTaxRef>")
    assert ret.findtext("ItemSalesTaxRef/FullName") == "Both"
    with pytest.raises(EditError, match="The list element is in use"):
        apply_script(taxed.company, "taxgroup Both delete")
    apply_script(taxed.company, "customer Ann set taxitem=County\ntaxgroup Both delete")
    assert listed(taxed, "ItemSalesTaxGroup") == []
    told = taxed.one("<ListDeletedQueryRq><ListDelType>ItemSalesTaxGroup</ListDelType></ListDeletedQueryRq>")
    assert told[0].findtext("FullName") == "Both"


@pytest.mark.parametrize(
    ("element", "name", "label"),
    [("TermsRef", "Net 99", "Terms"), ("SalesTaxCodeRef", "Xyz", "Sales Tax Code"), ("ItemSalesTaxRef", "Nowhere", "Item")],
)  # fmt: skip
@pytest.mark.parametrize("message", ["Add", "Mod"])
def test_an_unknown_name_is_3140_and_nothing_is_written(
    taxed: Books, element: str, name: str, label: str, message: str
) -> None:
    """The pattern that was observed: two blanks, and who refers to what."""
    ref = f"<{element}><FullName>{name}</FullName></{element}>"
    if message == "Add":
        answer = taxed.one(f"<CustomerAddRq><CustomerAdd><Name>Ann</Name>{ref}</CustomerAdd></CustomerAddRq>")
    else:
        answer = taxed.mod_customer(taxed.add_customer("Ann"), f"<Phone>1</Phone>{ref}")
    assert (answer.get("statusCode"), len(answer)) == ("3140", 0)
    assert answer.get("statusMessage") == (
        f'There is an invalid reference to QuickBooks {label} "{name}" in the Customer.  QuickBooks error message: '
        "Invalid argument.  The specified record does not exist in the list."
    )
    if message == "Add":
        assert taxed.code("<CustomerQueryRq><FullName>Ann</FullName></CustomerQueryRq>") == "500"
    else:
        assert taxed.customer("Ann").find("Phone") is None


def test_references_by_name_find_both_kinds_of_terms_and_inactive_targets(taxed: Books) -> None:
    """Rule 32: inactive records stay referable."""
    for number, name in enumerate(("Net 30", "First of month", "Old net")):
        ret = taxed.add_customer(f"C{number}", f"<TermsRef><FullName>{name}</FullName></TermsRef>")
        assert ret.findtext("TermsRef/FullName") == name
    assert taxed.mod_customer(taxed.customer("C0"), "<TermsRef/>")[0].find("TermsRef") is None
