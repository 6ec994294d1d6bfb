"""Customers and jobs: CustomerRet into a canonical record, canonical values into CustomerAdd and CustomerMod."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lxml import etree

from fieldledger.books.desktop.grammar import ADDRESS, Field, Flag, Group, Guid, Id, Text, reference
from fieldledger.books.desktop.requests import Content, aggregate
from fieldledger.model.kinds import Kind
from fieldledger.model.record import Record, Stamp, Values

RET = "CustomerRet"
QUERY = "CustomerQuery"
STAMP_FIELDS = ("ListID", "TimeModified", "EditSequence")

_ADDRESS = {
    "Addr1": "line1", "Addr2": "line2", "Addr3": "line3", "Addr4": "line4", "Addr5": "line5", "City": "city",
    "State": "state", "PostalCode": "postal_code", "Country": "country", "Note": "note",
}  # fmt: skip
_TEXTS = {
    "Name": "name", "CompanyName": "company_name", "FirstName": "first_name", "LastName": "last_name",
    "Phone": "phone", "Email": "email",
}  # fmt: skip
_REFS = {"TermsRef": "terms", "SalesTaxCodeRef": "tax_code", "ItemSalesTaxRef": "tax_item"}
_FALSE = ("false", "0")

SHIP_TO_MOST = 50
"""Entries in a customer's Ship To list (QuickBooks 2014)."""

_SHIP_TO: Mapping[str, Field] = {
    "Name": Text("name", 41, name=True),
    **ADDRESS,
    "DefaultShipTo": Flag("default flag"),
}
_FIELDS: Mapping[str, Field] = {
    "IsActive": Flag("Active"),
    "ParentRef": reference("Customer of the job", 209),
    "CompanyName": Text("QuickBooks' Company Name", 41),
    "FirstName": Text("First Name", 25),
    "LastName": Text("Last Name", 25),
    "BillAddress": Group("Billing address", ADDRESS),
    "ShipToAddress": Group("Service location", _SHIP_TO, most=SHIP_TO_MOST),
    "Phone": Text("Phone", 21),
    "Email": Text("Email", 1023),
    "TermsRef": reference("Payment terms", 31),
    "SalesTaxCodeRef": reference("Tax code", 3),
    "ItemSalesTaxRef": reference("Tax", 31),
}
ADD: Mapping[str, Field] = {
    "Name": Text("Company Name", 41, name=True),
    **_FIELDS,
    "ExternalGUID": Guid("our mark"),
}
"""CustomerAdd, as far as we write it, in its order (qbXML 13.0)."""
MOD: Mapping[str, Field] = {
    "ListID": Id("id"),
    "EditSequence": Id("version", 16),
    "Name": Text("Company Name", 41, name=True),
    **_FIELDS,
}
"""CustomerMod likewise."""


def stamp(element: etree._Element) -> Stamp:
    """The light form; every record has these three."""
    return Stamp(
        kind=Kind.CUSTOMER, id=_find(element, "ListID"), version=_find(element, "EditSequence"),
        modified=_find(element, "TimeModified"),
    )  # fmt: skip


def record(element: etree._Element) -> Record:
    """The canonical record. What is not mapped is kept, compressed, whatever it is."""
    values: dict[str, Any] = {
        "name": None, "company_name": None, "first_name": None, "last_name": None, "phone": None, "email": None,
        "billing_address": None, "locations": [], "terms": None, "tax_code": None, "tax_item": None, "active": True,
    }  # fmt: skip
    head = {"ListID": "", "EditSequence": "", "TimeModified": "", "FullName": ""}
    parent: str | None = None
    rest: list[bytes] = []
    for child in element:
        tag = child.tag
        if tag in _TEXTS:
            values[_TEXTS[tag]] = _text(child)
        elif tag in head:
            head[tag] = child.text or ""
        elif tag == "BillAddress":
            values["billing_address"] = _address(child) or None
        elif tag == "ShipToAddress":
            values["locations"].append(_location(child))
        elif tag in _REFS:
            values[_REFS[tag]] = _find(child, "FullName").strip() or None
            rest.append(etree.tostring(child, with_tail=False))
        elif tag == "ParentRef":
            parent = _find(child, "ListID") or None
        elif tag == "IsActive":
            values["active"] = (child.text or "").strip().lower() not in _FALSE
        else:
            rest.append(etree.tostring(child, with_tail=False))
    return Record(
        kind=Kind.CUSTOMER, id=head["ListID"].strip(), version=head["EditSequence"].strip(),
        modified=head["TimeModified"].strip(), values=values, parent_id=parent, full_name=head["FullName"].strip(),
        rest=zlib.compress(b"".join(rest), 1) if rest else b"",
    )  # fmt: skip


def _text(element: etree._Element) -> str | None:
    return (element.text or "").strip() or None


def _find(element: etree._Element, tag: str) -> str:
    return element.findtext(tag) or ""


def _address(element: etree._Element) -> dict[str, str]:
    """Filled lines only."""
    return {
        _ADDRESS[child.tag]: text
        for child in element
        if child.tag in _ADDRESS and (text := (child.text or "").strip())
    }


def _location(element: etree._Element) -> dict[str, Any]:
    address = _address(element)
    return {
        "name": _find(element, "Name").strip() or street(address) or "Ship To",
        "is_default": _find(element, "DefaultShipTo").strip().lower() in ("true", "1"),
        "address": address,
    }


def street(address: Mapping[str, str]) -> str:
    """The first line that starts with a digit, else the last filled one (spec 3.4); "" without lines."""
    lines = [address[f"line{n}"] for n in range(1, 6) if address.get(f"line{n}")]
    return next((line for line in lines if line[0].isdigit()), lines[-1] if lines else "")


# ---- writing ---------------------------------------------------------------------------------------------------


def add(values: Values, *, guid: str, parent: str | None = None) -> str:
    """A CustomerAdd. CompanyName is written with Name on creation (spec 2.1); guid: ExternalGUID in braces."""
    content: dict[str, Content] = {"Name": values.get("name") or ""}
    if parent:
        content["ParentRef"] = {"ListID": parent}
    content["CompanyName"] = values.get("company_name") or values.get("name") or ""
    for field, write in _WRITERS.items():
        if values.get(field):
            write(content, values[field])
    content["IsActive"] = bool(values.get("active", True))
    content["ExternalGUID"] = guid
    return aggregate("CustomerAdd", ADD, content)


def mod(values: Values, fields: Sequence[str], *, id: str, version: str) -> str:
    """A CustomerMod of these fields. A blank text clears; a reference that is not stated is never written."""
    content: dict[str, Content] = {"ListID": id, "EditSequence": version}
    for field in fields:
        if field == "active":
            content["IsActive"] = bool(values.get("active", True))
        elif field in _REFS.values() and not values.get(field):
            continue
        else:
            _WRITERS_WITH_NAME[field](content, values.get(field))
    return aggregate("CustomerMod", MOD, content)


def _plain(tag: str) -> Callable[[dict[str, Content], Any], None]:
    def write(content: dict[str, Content], value: Any) -> None:
        content[tag] = value or ""

    return write


def _reference(tag: str) -> Callable[[dict[str, Content], Any], None]:
    def write(content: dict[str, Content], value: Any) -> None:
        content[tag] = {"FullName": value}

    return write


def _billing(content: dict[str, Content], value: Any) -> None:
    content["BillAddress"] = _lines(value or {}, clear=True)


def _lines(address: Mapping[str, str], clear: bool = False) -> dict[str, Content]:
    """clear: blank lines are written too, so that what stood there before goes away."""
    return {tag: address.get(key) or "" for tag, key in _ADDRESS.items() if clear or address.get(key)}


def _ship_tos(content: dict[str, Content], value: Any) -> None:
    content["ShipToAddress"] = [
        {
            "Name": each["name"],
            **_lines(each.get("address") or {}),
            "DefaultShipTo": bool(each.get("is_default")),
        }
        for each in value or ()
    ]


_WRITERS: Mapping[str, Callable[[dict[str, Content], Any], None]] = {
    "first_name": _plain("FirstName"),
    "last_name": _plain("LastName"),
    "phone": _plain("Phone"),
    "email": _plain("Email"),
    "billing_address": _billing,
    "locations": _ship_tos,
    "terms": _reference("TermsRef"),
    "tax_code": _reference("SalesTaxCodeRef"),
    "tax_item": _reference("ItemSalesTaxRef"),
}
_WRITERS_WITH_NAME: Mapping[str, Callable[[dict[str, Content], Any], None]] = {
    "name": _plain("Name"),
    "company_name": _plain("CompanyName"),
    **_WRITERS,
}
