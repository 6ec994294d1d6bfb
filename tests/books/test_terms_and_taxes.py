"""Payment terms, sales tax codes and taxes: from QuickBooks' elements into values, exactly (spec 5.2)."""

from __future__ import annotations

import zlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from fieldledger.books.desktop import leaf
from fieldledger.model.record import (
    PAYMENT_TERM_FIELDS,
    SALES_TAX_CODE_FIELDS,
    TAX_RATE_FIELDS,
    Record,
    pack,
)
from tests.books.samples import CODE, TAX, TERM
from tests.books.test_lists import ret
from tests.books.values import steady
from tests.books.wire import GUID, answer, by_ids, message_set, whole, without_heads

FIELDS = {CODE: SALES_TAX_CODE_FIELDS, TAX: TAX_RATE_FIELDS, TERM: PAYMENT_TERM_FIELDS}
FORMS = {
    "SalesTaxCodeRet": ("SalesTaxCodeQuery", CODE),
    "ItemSalesTaxRet": ("ItemQuery", TAX),
    "ItemSalesTaxGroupRet": ("ItemQuery", TAX),
    "StandardTermsRet": ("TermsQuery", TERM),
    "DateDrivenTermsRet": ("TermsQuery", TERM),
}


def record(tag: str, more: str = "", name: str = "Some") -> Record:
    message, kind = FORMS[tag]
    (found,) = without_heads(
        whole(message_set(answer(message, ret(tag, "8-1", name, more))), by_ids("8-1", kind=kind))
    )
    assert isinstance(found, Record)
    assert found.kind is kind
    return found


def rest(found: Record) -> dict[str, str]:
    """What was kept beside the values: tag → text as it came."""
    if not found.rest:
        return {}
    return {
        str(child.tag): "".join(child.itertext()) for child in etree.fromstring(zlib.decompress(found.rest))
    }


# ---- reading -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tag", FORMS)
def test_a_record_has_every_field_and_nothing_else(tag: str) -> None:
    found = record(tag)
    assert tuple(found.values) == FIELDS[found.kind]
    assert (found.id, found.version, found.full_name) == ("8-1", "1702703202", "Some")
    assert (found.modified, found.parent_id, found.guid) == ("2023-12-16T00:06:42-05:00", None, "")
    assert (found.values["name"], found.values["active"]) == ("Some", True)
    assert found.rest == b""
    assert record(tag, "<IsActive>false</IsActive>").values["active"] is False


def test_the_values_of_each_form() -> None:
    code = record("SalesTaxCodeRet", "<IsTaxable>true</IsTaxable><Desc> Taxable Sales </Desc>", "Tax")
    assert dict(code.values) == {
        "name": "Tax",
        "description": "Taxable Sales",
        "taxable": True,
        "active": True,
    }
    tax = record(
        "ItemSalesTaxRet",
        "<ItemDesc>City tax</ItemDesc><TaxRate>8.250</TaxRate><TaxVendorRef><ListID>9-1</ListID>"
        f"<FullName>State Board</FullName></TaxVendorRef><ExternalGUID>{GUID}</ExternalGUID>",
        "City",
    )
    assert dict(tax.values) == {
        "name": "City", "rate": "8.25", "components": [], "agency": "State Board", "active": True,
    }  # fmt: skip
    assert tax.guid == GUID
    assert rest(tax) == {"ItemDesc": "City tax", "TaxVendorRef": "9-1State Board", "ExternalGUID": GUID}
    refs = "".join(
        f"<ItemSalesTaxRef><ListID>{id}</ListID><FullName>{id}</FullName></ItemSalesTaxRef>"
        for id in ("8-3", "8-2")
    )
    group = record("ItemSalesTaxGroupRet", f"<ItemDesc>Sum</ItemDesc>{refs}", "Both")
    assert dict(group.values) == {
        "name": "Both", "rate": None, "components": ["8-3", "8-2"], "agency": None, "active": True,
    }  # fmt: skip
    assert rest(group)["ItemDesc"] == "Sum"
    net = record(
        "StandardTermsRet",
        "<StdDueDays>30</StdDueDays><StdDiscountDays>10</StdDiscountDays><DiscountPct>2.00</DiscountPct>",
        "2% 10 Net 30",
    )
    blank = dict.fromkeys(PAYMENT_TERM_FIELDS)
    assert dict(net.values) == {
        **blank, "name": "2% 10 Net 30", "form": "standard", "due_days": 30, "discount_days": 10,
        "discount_percent": "2", "active": True,
    }  # fmt: skip
    day = record(
        "DateDrivenTermsRet",
        "<DayOfMonthDue>15</DayOfMonthDue><DueNextMonthDays>5</DueNextMonthDays>"
        "<DiscountDayOfMonth>10</DiscountDayOfMonth><DiscountPct>1.5</DiscountPct>",
    )
    assert dict(day.values) == {
        **blank, "name": "Some", "form": "date_driven", "due_day": 15, "next_month_days": 5, "discount_day": 10,
        "discount_percent": "1.5", "active": True,
    }  # fmt: skip


def test_zero_is_no_discount_and_no_rule_but_due_at_once() -> None:
    """QuickBooks shows 0 where there is nothing; only the days until it is due may be none."""
    net = record("StandardTermsRet", "<StdDueDays>0</StdDueDays><StdDiscountDays>0</StdDiscountDays>"
                 "<DiscountPct>0.00</DiscountPct>")  # fmt: skip
    assert (net.values["due_days"], net.values["discount_days"], net.values["discount_percent"]) == (
        0,
        None,
        None,
    )
    day = record(
        "DateDrivenTermsRet", "<DayOfMonthDue>1</DayOfMonthDue><DueNextMonthDays>0</DueNextMonthDays>"
    )
    assert (day.values["due_day"], day.values["next_month_days"]) == (1, None)
    assert record("StandardTermsRet").values["due_days"] is None, "nothing was told"


@pytest.mark.parametrize(
    ("told", "rate", "kept"),
    [
        ("8.25", "8.25", {}),
        ("8.250", "8.25", {}),
        ("10.00", "10", {}),
        ("100", "100", {}),
        ("0.00001", "0.00001", {}),
        ("0.00", "0", {}),
        ("-0", "0", {}),
        ("+7.5", "7.5", {}),
        (" 7.5 % ", "7.5", {}),
        (".5", "0.5", {}),
        ("7.", "7", {}),
        ("", "0", {}),
        ("1e1", None, {"TaxRate": "1e1"}),
        ("1,5", None, {"TaxRate": "1,5"}),
        ("much", None, {"TaxRate": "much"}),
        ("٣", None, {"TaxRate": "٣"}),
    ],
)
def test_a_rate_is_exact_in_every_spelling(told: str, rate: str | None, kept: dict[str, str]) -> None:
    """spec 5.2: what makes no sense is no rate and is kept; a tax without one charges nothing."""
    found = record("ItemSalesTaxRet", f"<TaxRate>{told}</TaxRate>")
    assert (found.values["rate"], rest(found)) == (rate, kept)


@given(
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-999, max_value=999, places=5),
    st.integers(0, 3),
)
@steady(200)
def test_percentages_are_exact(number: Decimal, zeros: int) -> None:
    text = f"{number:f}" + "0" * zeros
    found = leaf.percent(text)
    assert found is not None
    assert Decimal(found) == number
    assert found == leaf.percent(found)
    assert not ("." in found and found.endswith(("0", ".")))
    assert "e" not in found.lower()


def test_what_is_not_understood_is_kept() -> None:
    """Nothing that QuickBooks told is lost; what makes no sense hides nobody."""
    odd = record(
        "StandardTermsRet", "<IsActive>maybe</IsActive><StdDueDays>soon</StdDueDays><Mood>calm</Mood>"
    )
    assert (odd.values["active"], odd.values["due_days"]) == (True, None)
    assert rest(odd) == {"IsActive": "maybe", "StdDueDays": "soon", "Mood": "calm"}
    code = record("SalesTaxCodeRet", "<IsTaxable>sometimes</IsTaxable>")
    assert (code.values["taxable"], rest(code)) == (None, {"IsTaxable": "sometimes"})
    tax = record("ItemSalesTaxRet", "<TaxVendorRef><ListID>9-1</ListID></TaxVendorRef>")
    assert (tax.values["agency"], rest(tax)) == (None, {"TaxVendorRef": "9-1"})
    group = record("ItemSalesTaxGroupRet", "<ItemSalesTaxRef><FullName>City</FullName></ItemSalesTaxRef>")
    assert (group.values["components"], rest(group)) == ([], {"ItemSalesTaxRef": "City"})


def test_blank_elements_and_missing_ones_are_the_same() -> None:
    for tag, blanks in {
        "SalesTaxCodeRet": "<Desc/><IsTaxable/>",
        "ItemSalesTaxRet": "<TaxRate/><TaxVendorRef/><ExternalGUID/>",
        "ItemSalesTaxGroupRet": "<ItemSalesTaxRef/>",
        "StandardTermsRet": "<StdDueDays/><DiscountPct> </DiscountPct>",
        "DateDrivenTermsRet": "<DayOfMonthDue/><DiscountDayOfMonth/>",
    }.items():
        assert pack(record(tag, blanks).values) == pack(record(tag).values)


def test_one_record_never_shares_its_members_with_another() -> None:
    one = record("ItemSalesTaxGroupRet", "<ItemSalesTaxRef><ListID>8-1</ListID></ItemSalesTaxRef>")
    two = record("ItemSalesTaxGroupRet", "<ItemSalesTaxRef><ListID>8-2</ListID></ItemSalesTaxRef>")
    assert (one.values["components"], two.values["components"]) == (["8-1"], ["8-2"])


LEAVES = {
    "SalesTaxCodeRet": {"IsActive": "active", "IsTaxable": "taxable", "Desc": "description"},
    "ItemSalesTaxRet": {"IsActive": "active", "TaxRate": "rate"},
    "ItemSalesTaxGroupRet": {"IsActive": "active"},
    "StandardTermsRet": {"IsActive": "active", "StdDueDays": "due_days", "StdDiscountDays": "discount_days",
                         "DiscountPct": "discount_percent"},
    "DateDrivenTermsRet": {"IsActive": "active", "DayOfMonthDue": "due_day", "DueNextMonthDays": "next_month_days",
                           "DiscountDayOfMonth": "discount_day", "DiscountPct": "discount_percent"},
}  # fmt: skip
told = st.sampled_from(
    ["", " ", "0", "1", "true", "FALSE", "7.50", "-3", "1e9", "15%", "none", "\u0663"]
) | st.text("0123456789.,%-+ abc", max_size=8)


@given(st.sampled_from(sorted(LEAVES)), st.data())
@steady(250)
def test_whatever_is_told_is_a_value_or_is_kept(tag: str, data: st.DataObject) -> None:
    """Reading never fails over a text, and never loses one: it is a value or stands in the rest, and never both."""
    texts = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys([*LEAVES[tag], "Odd"], told)))
    found = record(tag, "".join(f"<{name}>{text}</{name}>" for name, text in texts.items()))
    kept = rest(found)
    bare = record(tag)
    for name, text in texts.items():
        field = LEAVES[tag].get(name)
        if not text.strip() and field:
            assert name not in kept
            assert found.values[field] == bare.values[field]
        elif field is None:
            assert kept[name] == text
        elif name in kept:
            assert kept[name] == text
            assert found.values[field] == (True if field == "active" else None)
        else:
            assert found.values[field] is not None
    assert kept.keys() <= texts.keys()
