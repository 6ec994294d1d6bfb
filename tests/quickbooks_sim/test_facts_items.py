# ruff: noqa: E501 - a request stands on one line, as it is sent
"""Facts about the list that all items share (rules.md 27, 33, 34): one query for every sort, one set of names, and what is
told of deletions of several types."""

from __future__ import annotations

import pytest
from lxml import etree

from quickbooks_sim.edit import EditError, apply_script
from tests.quickbooks_sim.conftest import Books
from tests.quickbooks_sim.test_facts_terms_and_taxes import SETUP, delete, one, shown, valid


@pytest.fixture
def made(books: Books) -> Books:
    apply_script(books.company, SETUP)
    return books


ITEMS = [
    ("ItemSalesTaxGroupRet", "Both"), ("ItemSalesTaxRet", "City"), ("ItemSalesTaxRet", "County"),
    ("ItemServiceRet", "Labor"), ("ItemServiceRet", "Labor:Install"),
]  # fmt: skip


def test_a_query_for_items_shows_every_sort(made: Books, schema: etree.XMLSchema) -> None:
    """By filters, names and IDs; the active ones unless others are asked for; by name or ID in any state."""
    assert shown(valid(schema, made, "<ItemQueryRq/>")) == ITEMS
    whole = valid(schema, made, "<ItemQueryRq><ActiveStatus>All</ActiveStatus></ItemQueryRq>")
    assert shown(whole) == [*ITEMS, ("ItemServiceRet", "Old")]
    assert shown(made.one("<ItemQueryRq><ActiveStatus>InactiveOnly</ActiveStatus></ItemQueryRq>")) == [("ItemServiceRet", "Old")]  # fmt: skip
    names = "".join(f"<FullName>{name}</FullName>" for name in ("OLD", "labor:install", "city", "both"))
    asked = valid(schema, made, f"<ItemQueryRq>{names}</ItemQueryRq>")
    assert shown(asked) == [
        ("ItemServiceRet", "Old"), ("ItemServiceRet", "Labor:Install"), ("ItemSalesTaxRet", "City"), ("ItemSalesTaxGroupRet", "Both"),
    ]  # fmt: skip
    ids = "".join(f"<ListID>{ret.findtext('ListID')}</ListID>" for ret in asked)
    assert shown(valid(schema, made, f"<ItemQueryRq>{ids}</ItemQueryRq>")) == shown(asked)
    missing = made.one("<ItemQueryRq><ListID>8000FFFF-1</ListID><ListID>80000001-1</ListID></ItemQueryRq>")
    assert (missing.get("statusCode"), '("8000FFFF-1")' in str(missing.get("statusMessage"))) == ("500", True)
    part = made.one("<ItemQueryRq><FullName>Nobody</FullName><FullName>City</FullName></ItemQueryRq>")
    assert (part.get("statusCode"), shown(part)) == ("500", [("ItemSalesTaxRet", "City")])
    assert made.code("<ItemQueryRq><FullName>Install</FullName></ItemQueryRq>") == "500", (
        "only by its full name"
    )
    first = made.one('<ItemQueryRq iterator="Start"><MaxReturned>3</MaxReturned></ItemQueryRq>')
    assert (first.get("iteratorRemainingCount"), shown(first)) == ("2", ITEMS[:3])
    more = made.one(f'<ItemQueryRq iterator="Continue" iteratorID="{first.get("iteratorID")}"/>')
    assert (more.get("iteratorRemainingCount"), shown(more)) == ("0", ITEMS[3:])


@pytest.mark.parametrize(
    "add",
    [
        "<ItemSalesTaxAddRq><ItemSalesTaxAdd><Name>{}</Name></ItemSalesTaxAdd></ItemSalesTaxAddRq>",
        "<ItemSalesTaxGroupAddRq><ItemSalesTaxGroupAdd><Name>{}</Name><ItemSalesTaxRef><FullName>City</FullName></ItemSalesTaxRef></ItemSalesTaxGroupAdd></ItemSalesTaxGroupAddRq>",
    ],
)
def test_all_items_share_their_names(made: Books, add: str) -> None:
    """rules.md 27: inactive ones too. Vendors, customers, terms have names of their own; "Install" stands below Labor."""
    for name in ("LABOR", "old", "city", "BOTH"):
        assert made.code(add.format(name)) == "3100", name
    for name in ("Treasurer", "Net 30", "Lbr", "Install"):
        assert made.code(add.format(name)) == "0", name
    with pytest.raises(EditError, match="already in use"):
        apply_script(made.company, "service add name=CITY")


def test_deletions_of_several_types_in_one_answer(made: Books, schema: etree.XMLSchema) -> None:
    """rules.md 34: the types that are named, in their order, and no others."""
    apply_script(
        made.company,
        "customer add name=Ann\ncustomer Ann delete\ntaxgroup Both delete\ntaxitem City delete\nterms 'Net 30' delete\n"
        "dateterms 10th delete\nservice Old delete",
    )

    def deleted(kinds: str, more: str = "") -> list[tuple[str | None, str | None]]:
        types = "".join(f"<ListDelType>{kind}</ListDelType>" for kind in kinds.split())
        answer = valid(schema, made, f"<ListDeletedQueryRq>{types}{more}</ListDeletedQueryRq>")
        return [(ret.findtext("ListDelType"), ret.findtext("FullName")) for ret in answer]

    everything = [
        ("SalesTaxCode", None), ("ItemSalesTax", "City"), ("ItemSalesTaxGroup", "Both"), ("StandardTerms", "Net 30"),
        ("DateDrivenTerms", "10th"), ("Customer", "Ann"),
    ]  # fmt: skip
    assert deleted(" ".join(kind for kind, _ in everything)) == everything[1:]
    assert deleted("DateDrivenTerms ItemSalesTax") == [("DateDrivenTerms", "10th"), ("ItemSalesTax", "City")]
    assert deleted("SalesTaxCode Vendor") == []
    later = "<DeletedDateRangeFilter><FromDeletedDate>2026-03-02T10:00:01</FromDeletedDate></DeletedDateRangeFilter>"
    assert deleted("ItemSalesTax StandardTerms", later) == []


def test_in_multi_user_mode_a_deleted_tax_is_kept_and_inactive(made: Books) -> None:
    """rules.md 33: status 0, and yet it is there."""
    apply_script(made.company, "mode multi")
    ret = one(made, "ItemSalesTaxGroup", "Both")
    assert made.code(delete("ItemSalesTaxGroup", ret)) == "0"
    assert one(made, "Item", "Both").findtext("IsActive") == "false"
    assert (
        made.code("<ListDeletedQueryRq><ListDelType>ItemSalesTaxGroup</ListDelType></ListDeletedQueryRq>")
        == "1"
    )
