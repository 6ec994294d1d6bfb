"""Who else bears a name: entries of a list that shares its names with a kind of record.

Must never make a record of what it reads: of a customer that holds a name nothing but the name is told.
"""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from fieldledger.books.desktop import leaf
from fieldledger.model.kinds import Kind
from fieldledger.session.ports import Garbled, Named

HOLDERS: Mapping[Kind, str] = {
    Kind.SALES_TAX_CODE: "SalesTaxCodeQuery",
    Kind.TAX_RATE: "ItemQuery",
    Kind.PAYMENT_TERM: "TermsQuery",
    Kind.CUSTOMER: "EntityQuery",
}
"""The message that shows who bears a name: customers, vendors, employees and other names share one list of names (spec
2.7), all items another one. An entry is asked for whole: only customers have a FullName, and nobody tells what a query
does that asks vendors for one."""

ITEMS = (
    "ItemServiceRet", "ItemNonInventoryRet", "ItemOtherChargeRet", "ItemInventoryRet", "ItemInventoryAssemblyRet",
    "ItemFixedAssetRet", "ItemSubtotalRet", "ItemDiscountRet", "ItemPaymentRet", "ItemGroupRet",
)  # fmt: skip
"""What a query for items shows beside taxes."""

RETS: Mapping[str, Mapping[str, str]] = {
    "SalesTaxCodeQuery": {"SalesTaxCodeRet": "sales_tax_code"},
    "ItemQuery": {
        "ItemSalesTaxRet": "tax_rate", "ItemSalesTaxGroupRet": "tax_rate", **dict.fromkeys(ITEMS, "item"),
    },
    "TermsQuery": {"StandardTermsRet": "payment_term", "DateDrivenTermsRet": "payment_term"},
    "EntityQuery": {
        "CustomerRet": "customer", "VendorRet": "vendor", "EmployeeRet": "employee", "OtherNameRet": "other_name",
    },
}  # fmt: skip
"""By message: the element of an entry, and the list that it is in."""


def entry(element: etree._Element, list: str) -> Named:
    """An entry by its full name where it has one (customers, jobs, items), else by its name. Raises `Garbled` without a
    name: it would pass for a name that is free."""
    told = {str(child.tag): child.text for child in element if len(child) == 0}
    name = leaf.text(told.get("FullName")) or leaf.text(told.get("Name"))
    if name is None:
        raise Garbled(f"it holds a {element.tag!s} without Name")
    return Named(
        list=list,
        id=leaf.text(told.get("ListID")) or "",
        name=name,
        active=leaf.flag(told.get("IsActive")) is not False,
    )
