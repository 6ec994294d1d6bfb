"""Customers and jobs: CustomerRet into a canonical record, canonical values into CustomerAdd and CustomerMod.

What is read and not mapped is kept as it came; what is written is checked and never mended.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from lxml import etree

from fieldledger.books.desktop import leaf
from fieldledger.books.desktop.grammar import ADDRESS, Field, Flag, Group, Guid, Id, Text, reference
from fieldledger.books.desktop.limits import CannotSend
from fieldledger.books.desktop.requests import Content, aggregate
from fieldledger.model.kinds import Kind
from fieldledger.model.names import name_key
from fieldledger.model.record import CUSTOMER_FIELDS, Record, Stamp, Values

STAMP_FIELDS = ("ListID", "TimeModified", "EditSequence")

_TEXTS = {
    "Name": "name", "CompanyName": "company_name", "FirstName": "first_name", "LastName": "last_name",
    "Phone": "phone", "Email": "email",
}  # fmt: skip
_REFS = {"TermsRef": "terms", "SalesTaxCodeRef": "tax_code", "ItemSalesTaxRef": "tax_item"}
_ADDRESS = {
    "Addr1": "line1", "Addr2": "line2", "Addr3": "line3", "Addr4": "line4", "Addr5": "line5", "City": "city",
    "State": "state", "PostalCode": "postal_code", "Country": "country", "Note": "note",
}  # fmt: skip

# ---- reading ---------------------------------------------------------------------------------------------------

_HEAD = ("ListID", "EditSequence", "TimeModified", "FullName")
_MARK = "ExternalGUID"
_GUID = re.compile(r"\{[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}")
_NO_VALUES: Values = {**dict.fromkeys(CUSTOMER_FIELDS), "active": True}
_UNDERSTOOD = {"BillAddress": _ADDRESS.keys(), "ShipToAddress": {*_ADDRESS, "Name", "DefaultShipTo"}}
_MAPPED = frozenset((*_TEXTS, *_HEAD, *_REFS, *_UNDERSTOOD, "ParentRef", "IsActive"))


def stamp(element: etree._Element) -> Stamp:
    """The light form; every record has these three."""
    told = _told(element)
    return Stamp(
        kind=Kind.CUSTOMER, id=told.get("ListID") or "", version=told.get("EditSequence") or "",
        modified=told.get("TimeModified") or "",
    )  # fmt: skip


def record(element: etree._Element) -> Record:
    """The canonical record; ``rest`` is what it does not hold, as a CustomerRet. Takes the element apart.

    A reference stays in ``rest`` whole, since only its name (of the parent, only its id) is a value here; so does
    whatever has something in it that is not understood, and the mark, which is not a value.
    """
    values: dict[str, Any] = {**_NO_VALUES, "locations": []}
    head = dict.fromkeys(_HEAD, "")
    parent: str | None = None
    mark = ""
    held: list[etree._Element] = []
    for child in element:
        tag = child.tag
        if tag == _MARK:
            mark = leaf.text(child.text) or ""
        if tag not in _MAPPED:
            continue
        if tag in _TEXTS:
            values[_TEXTS[tag]] = leaf.text(child.text)
        elif tag in head:
            head[tag] = leaf.text(child.text) or ""
        elif tag in _REFS:
            values[_REFS[tag]] = _told(child).get("FullName")
            continue
        elif tag == "ParentRef":
            parent = _told(child).get("ListID")
            continue
        elif tag == "IsActive":
            active = leaf.flag(child.text)
            if active is None:
                continue
            values["active"] = active
        else:
            told = _told(child)
            if tag == "BillAddress":
                values["billing_address"] = _address(told) or None
            else:
                values["locations"].append(_location(told))
            if not told.keys() <= _UNDERSTOOD[tag] or leaf.flag(told.get("DefaultShipTo", "false")) is None:
                continue
        held.append(child)
    _fill_names(values["locations"])
    for child in held:
        element.remove(child)
    return Record(
        kind=Kind.CUSTOMER, id=head["ListID"], version=head["EditSequence"], modified=head["TimeModified"],
        values=values, parent_id=parent, full_name=head["FullName"],
        rest=zlib.compress(etree.tostring(element, with_tail=False), 1) if len(element) else b"",
        guid=mark if _GUID.fullmatch(mark) else "",
    )  # fmt: skip


def _told(element: etree._Element) -> dict[str, str | None]:
    """The texts of an element's children."""
    return {str(child.tag): leaf.text(child.text) for child in element}


def _address(told: Mapping[str, str | None]) -> dict[str, str]:
    """Its filled lines."""
    return {_ADDRESS[tag]: text for tag, text in told.items() if text and tag in _ADDRESS}


def _location(told: Mapping[str, str | None]) -> dict[str, Any]:
    """A Ship To entry, its name as QuickBooks holds it."""
    return {
        "name": told.get("Name") or "",
        "is_default": leaf.flag(told.get("DefaultShipTo")) is True,
        "address": _address(told),
    }


def _fill_names(places: Sequence[dict[str, Any]]) -> None:
    """Fill blank names (spec 3.4), each so that it is nobody else's. A name that QuickBooks holds is never changed."""
    taken = {name_key(place["name"]) for place in places}
    for place in places:
        if place["name"]:
            continue
        stem = name = street(place["address"]) or "Ship To"
        number = 1
        while name_key(name) in taken:
            number += 1
            mark = f" ({number})"
            name = stem[: SHIP_TO_NAME - len(mark)].rstrip() + mark
        taken.add(name_key(name))
        place["name"] = name


def street(address: Mapping[str, str]) -> str:
    """The first line that starts with a digit, else the last filled one (spec 3.4); "" without lines."""
    lines = [line for n in range(1, 6) if (line := address.get(f"line{n}"))]
    return next((line for line in lines if line[0].isdigit()), lines[-1] if lines else "")


# ---- writing ---------------------------------------------------------------------------------------------------

SHIP_TO_MOST = 50
"""Entries in a customer's Ship To list (QuickBooks 2014)."""
SHIP_TO_NAME = 41
"""Characters of a Ship To entry's name."""

_SHIP_TO: Mapping[str, Field] = {
    "Name": Text("name", SHIP_TO_NAME, blank=False),
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
    "ShipToAddress": Group("Service location", _SHIP_TO, most=SHIP_TO_MOST, called="Name"),
    "Phone": Text("Phone", 21),
    "Email": Text("Email", 1023),
    "TermsRef": reference("Payment terms", 31),
    "SalesTaxCodeRef": reference("Tax code", 3),
    "ItemSalesTaxRef": reference("Tax", 31),
}
_NAME = Text("Company Name", 41, blank=False, colon=False)

ADD: Mapping[str, Field] = {"Name": _NAME, **_FIELDS, "ExternalGUID": Guid("our mark")}
"""CustomerAdd, as far as we write it, in its order (qbXML 13.0)."""
MOD: Mapping[str, Field] = {
    "ListID": Id("id"),
    "EditSequence": Id("version", 16),
    "Name": _NAME,
    **_FIELDS,
}
"""CustomerMod likewise."""


def add(values: Values, fields: Sequence[str] = (), *, guid: str, parent: str | None = None) -> str:
    """A CustomerAdd. CompanyName is written with Name on creation (spec 2.1); guid: ExternalGUID in braces.

    fields: which of the values are written beside the names, () = all. Raises `CannotSend`, as `mod` does.
    """
    content: dict[str, Content] = {"Name": values.get("name") or ""}
    if parent:
        content["ParentRef"] = {"ListID": parent}
    content["CompanyName"] = values.get("company_name") or values.get("name") or ""
    for field in fields or _WRITERS:
        if field not in ("name", "company_name") and (values.get(field) or field == "active"):
            _writer(field)(content, values.get(field), False)
    content[_MARK] = guid
    return aggregate("CustomerAdd", ADD, content)


def mod(values: Values, fields: Sequence[str], *, id: str, version: str) -> str:
    """A CustomerMod of these fields. A blank text clears; a reference that is not stated is never written.

    An empty list of locations cannot be said in qbXML: what is left out stays, and the element has no empty form. So
    nothing is written for it, and the answer shows the entries that QuickBooks keeps (spec 3.4).
    """
    content: dict[str, Content] = {"ListID": id, "EditSequence": version}
    for field in fields:
        _writer(field)(content, values.get(field), True)
    return aggregate("CustomerMod", MOD, content)


_Writer: TypeAlias = Callable[[dict[str, Content], Any, bool], None]
"""Puts a value into a request. The flag: what is blank is written too, so that what stood there before goes away."""


def _writer(field: str) -> _Writer:
    if field not in _WRITERS:
        raise CannotSend(f"QuickBooks' customers have no field {field!r} that could be written.")
    return _WRITERS[field]


def _plain(tag: str) -> _Writer:
    def write(content: dict[str, Content], value: Any, clear: bool) -> None:
        content[tag] = value or ""

    return write


def _reference(tag: str) -> _Writer:
    def write(content: dict[str, Content], value: Any, clear: bool) -> None:
        if value:
            content[tag] = {"FullName": value}

    return write


def _active(content: dict[str, Content], value: Any, clear: bool) -> None:
    content["IsActive"] = value is not False


def _billing(content: dict[str, Content], value: Any, clear: bool) -> None:
    content["BillAddress"] = _lines(value or {}, clear)


def _lines(address: Mapping[str, str], clear: bool) -> dict[str, Content]:
    return {tag: address.get(key) or "" for tag, key in _ADDRESS.items() if clear or address.get(key)}


def _ship_tos(content: dict[str, Content], value: Any, clear: bool) -> None:
    """The whole list, without the locations that stand for jobs (spec 3.2). People's numbers count those too.

    An entry that is changed goes out with all its lines, blank ones too: whether QuickBooks replaces an entry or
    writes over it, no old line stays.
    """
    places = [(number, place) for number, place in enumerate(value or (), start=1) if not place.get("job")]
    seen: dict[str, int] = {}
    for number, place in places:
        name = place.get("name") or ""
        key = name_key(name)
        if not key:
            raise CannotSend(f"Service location {number} name is blank; QuickBooks requires it.")
        first = seen.setdefault(key, number)
        if first != number:
            raise CannotSend(
                f"Service location {number} bears the name of service location {first}, {name!r}; "
                "QuickBooks wants each to have a name of its own."
            )
    defaults = [number for number, place in places if place.get("is_default")]
    if len(defaults) > 1:
        raise CannotSend(
            f"Service locations {defaults[0]} and {defaults[1]} are both the default; QuickBooks allows one."
        )
    content["ShipToAddress"] = [
        {
            "Name": place["name"],
            **_lines(place.get("address") or {}, clear),
            "DefaultShipTo": bool(place.get("is_default")),
        }
        for _, place in places
    ]


_WRITERS: Mapping[str, _Writer] = {
    "name": _plain("Name"),
    "company_name": _plain("CompanyName"),
    "first_name": _plain("FirstName"),
    "last_name": _plain("LastName"),
    "phone": _plain("Phone"),
    "email": _plain("Email"),
    "billing_address": _billing,
    "locations": _ship_tos,
    "terms": _reference("TermsRef"),
    "tax_code": _reference("SalesTaxCodeRef"),
    "tax_item": _reference("ItemSalesTaxRef"),
    "active": _active,
}
