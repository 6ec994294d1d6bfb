"""Lists that are read for their names only: who else bears a name, and what a record may refer to.

Must never make a record of what it reads: of a customer that holds a name nothing but the name is told.
"""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from fieldledger.books.desktop import leaf
from fieldledger.session.ports import Garbled, Named

HOLDERS = "EntityQuery"
"""Customers, vendors, employees and other names share one list of names (spec 2.7)."""

CHOICES: Mapping[str, tuple[str, ...]] = {
    "terms": ("TermsQuery",),
    "tax_code": ("SalesTaxCodeQuery",),
    "tax_item": ("ItemSalesTaxQuery", "ItemSalesTaxGroupQuery"),
}
"""The messages that list what may be chosen. A tax is an item or a group of them (spec 5.2); a query for all items
would bring the whole price list along."""

FIELDS = ("ListID", "Name", "IsActive")
"""What is asked for of a choice; every entry of these lists has them. A holder is asked for whole: only customers have
a FullName, and nobody tells what a query does that asks vendors for one."""

RETS: Mapping[str, Mapping[str, str]] = {
    HOLDERS: {
        "CustomerRet": "customer", "VendorRet": "vendor", "EmployeeRet": "employee", "OtherNameRet": "other_name",
    },
    "TermsQuery": {"StandardTermsRet": "terms", "DateDrivenTermsRet": "terms"},
    "SalesTaxCodeQuery": {"SalesTaxCodeRet": "tax_code"},
    "ItemSalesTaxQuery": {"ItemSalesTaxRet": "tax_item"},
    "ItemSalesTaxGroupQuery": {"ItemSalesTaxGroupRet": "tax_item"},
}  # fmt: skip
"""By message: the element of an entry, and the list that it is in."""


def entry(element: etree._Element, list: str) -> Named:
    """An entry by its full name where it has one (customers and jobs), else by its name. Raises `Garbled` without a
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
