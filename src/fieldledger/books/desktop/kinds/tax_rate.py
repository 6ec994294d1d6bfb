"""Taxes: ItemSalesTax has one rate and one agency, ItemSalesTaxGroup is the sum of several (spec 5.2). Both are entries
of the item list; which of the two an entry is can never change, and what has taxes in it is a group.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec
from lxml import etree

from fieldledger.books.desktop import leaf
from fieldledger.books.desktop.grammar import Field, Flag, Guid, Id, Percent, Text, reference
from fieldledger.books.desktop.kinds import common
from fieldledger.books.desktop.kinds.common import MARK, Layout, Writer, active, named, plain, referring
from fieldledger.books.desktop.limits import CannotSend
from fieldledger.books.desktop.requests import Content, aggregate
from fieldledger.model.kinds import Kind
from fieldledger.model.record import TAX_RATE_FIELDS, Record, Values

NAME_LONGEST = 31

# ---- reading ---------------------------------------------------------------------------------------------------

_START: Values = {**dict.fromkeys(TAX_RATE_FIELDS), "components": [], "active": True}
_SINGLE = Layout(
    kind=Kind.TAX_RATE,
    start=_START,
    leaves={
        "Name": ("name", leaf.text),
        "IsActive": ("active", leaf.flag),
        "TaxRate": ("rate", leaf.percent),
    },
    references={"TaxVendorRef": ("agency", "FullName")},
)
_GROUP = Layout(
    kind=Kind.TAX_RATE,
    start=_START,
    leaves={"Name": ("name", leaf.text), "IsActive": ("active", leaf.flag)},
    references={"ItemSalesTaxRef": ("components", "ListID")},
)


def single(element: etree._Element) -> Record:
    """Of an ItemSalesTaxRet. Without a rate it charges nothing; a rate that makes no sense is None."""
    told = leaf.text(element.findtext("TaxRate")) is not None
    found = common.record(_SINGLE, element)
    return found if told else msgspec.structs.replace(found, values={**found.values, "rate": "0"})


def group(element: etree._Element) -> Record:
    """Of an ItemSalesTaxGroupRet: its members in their order, and no rate of its own."""
    return common.record(_GROUP, element)


# ---- writing ---------------------------------------------------------------------------------------------------

_NAME = Text("Name", NAME_LONGEST, blank=False, colon=False)
_SINGLE_FIELDS: Mapping[str, Field] = {
    "Name": _NAME,
    "IsActive": Flag("Active"),
    "TaxRate": Percent("Rate"),
    "TaxVendorRef": reference("Tax agency", 41),
}
_GROUP_FIELDS: Mapping[str, Field] = {"Name": _NAME, "IsActive": Flag("Active")}
_MEMBERS = reference("Tax of the group", 31, most=None)
_STATE: Mapping[str, Field] = {"ListID": Id("id"), "EditSequence": Id("version", 16)}

SINGLE_ADD: Mapping[str, Field] = {**_SINGLE_FIELDS, MARK: Guid("our mark")}
"""ItemSalesTaxAdd, as far as we write it, in its order (qbXML 13.0)."""
SINGLE_MOD: Mapping[str, Field] = {**_STATE, **_SINGLE_FIELDS}
"""ItemSalesTaxMod likewise."""
GROUP_ADD: Mapping[str, Field] = {**_GROUP_FIELDS, MARK: Guid("our mark"), "ItemSalesTaxRef": _MEMBERS}
"""ItemSalesTaxGroupAdd likewise."""
GROUP_MOD: Mapping[str, Field] = {**_STATE, **_GROUP_FIELDS, "ItemSalesTaxRef": _MEMBERS}
"""ItemSalesTaxGroupMod likewise."""


def _members(content: dict[str, Content], value: Any, clear: bool) -> None:
    content["ItemSalesTaxRef"] = [{"ListID": id} for id in value or ()]


def _nothing(content: dict[str, Content], value: Any, clear: bool) -> None:
    """A group has no rate of its own, and a single tax no members."""


_SINGLE_WRITERS: Mapping[str, Writer] = {
    "name": named("Name"),
    "rate": plain("TaxRate"),
    "components": _nothing,
    "agency": referring("TaxVendorRef", "FullName"),
    "active": active,
}
_GROUP_WRITERS: Mapping[str, Writer] = {
    "name": named("Name"),
    "rate": _nothing,
    "components": _members,
    "agency": _nothing,
    "active": active,
}


def is_group(values: Values) -> bool:
    return bool(values.get("components"))


def add(values: Values, fields: Sequence[str] = (), *, guid: str) -> str:
    """An ItemSalesTaxAdd or ItemSalesTaxGroupAdd. guid: ExternalGUID in braces.

    fields: which of the values are written beside name, rate, agency and members, () = all. Raises `CannotSend`, as
    `mod` does, and where QuickBooks would want to know an agency (spec 5.5).
    """
    content: dict[str, Content] = {MARK: guid}
    _check_sort(values)
    if is_group(values):
        _fill(content, _GROUP_WRITERS, values, ("name", "components", *(fields or _GROUP_WRITERS)), False)
        return aggregate("ItemSalesTaxGroupAdd", GROUP_ADD, content)
    _fill(content, _SINGLE_WRITERS, values, ("name", "rate", "agency", *(fields or _SINGLE_WRITERS)), False)
    body = aggregate("ItemSalesTaxAdd", SINGLE_ADD, content)
    if not values.get("agency") and Decimal(values["rate"]) != 0:
        raise CannotSend(
            "Tax agency is missing: QuickBooks wants to know to which vendor this tax is paid. Name one of its vendors "
            "in the setting tax_agency."
        )
    return body


def mod(values: Values, fields: Sequence[str], *, id: str, version: str) -> str:
    """An ItemSalesTaxMod or ItemSalesTaxGroupMod of these fields. An agency that is not stated stays as it is."""
    content: dict[str, Content] = {"ListID": id, "EditSequence": version}
    _check_sort(values)
    if is_group(values):
        _fill(content, _GROUP_WRITERS, values, fields, True)
        return aggregate("ItemSalesTaxGroupMod", GROUP_MOD, content)
    _fill(content, _SINGLE_WRITERS, values, fields, True)
    return aggregate("ItemSalesTaxMod", SINGLE_MOD, content)


def _fill(
    content: dict[str, Content],
    writers: Mapping[str, Writer],
    values: Values,
    fields: Sequence[str],
    clear: bool,
) -> None:
    for field in fields:
        common.writer(writers, field, "taxes")(content, values.get(field), clear)


def _check_sort(values: Values) -> None:
    if not is_group(values) and not values.get("rate"):
        raise CannotSend(
            "Rate is missing: a tax has a rate of its own, or is a group of at least one other tax."
        )
