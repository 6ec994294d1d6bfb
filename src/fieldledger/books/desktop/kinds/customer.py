"""Customers and jobs: CustomerRet into a canonical record, canonical values into CustomerAdd and CustomerMod.

What is read and not mapped is kept as it came; what is written is checked and never mended.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

from fieldledger.books.desktop import leaf
from fieldledger.books.desktop.grammar import ADDRESS, Field, Flag, Group, Guid, Id, Text, reference
from fieldledger.books.desktop.kinds import common
from fieldledger.books.desktop.kinds.common import HEAD, MARK, Writer, active, plain, referring, told
from fieldledger.books.desktop.limits import CannotSend
from fieldledger.books.desktop.requests import Content, aggregate
from fieldledger.model.kinds import Kind
from fieldledger.model.names import name_key
from fieldledger.model.record import CUSTOMER_FIELDS, Record, Values

FULL_NAME_LONGEST = 209
"""Characters of a customer's or job's name with all that is above it."""

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

_NO_VALUES: Values = {**dict.fromkeys(CUSTOMER_FIELDS), "active": True}
_UNDERSTOOD = {"BillAddress": _ADDRESS.keys(), "ShipToAddress": {*_ADDRESS, "Name", "DefaultShipTo"}}
_MAPPED = frozenset((*_TEXTS, *HEAD, *_REFS, *_UNDERSTOOD, "ParentRef", "IsActive"))


def record(element: etree._Element) -> Record:
    """The canonical record; ``rest`` is what it does not hold, as a CustomerRet. Takes the element apart.

    A reference stays in ``rest`` whole, since only its id is a value here; so does whatever has something in it that
    is not understood, and the mark, which is not a value. A reference without an id refers to nothing that we know.
    """
    values: dict[str, Any] = {**_NO_VALUES, "locations": []}
    head = dict.fromkeys(HEAD, "")
    parent: str | None = None
    guid = ""
    held: list[etree._Element] = []
    for child in element:
        tag = child.tag
        if tag == MARK:
            guid = common.mark(child.text)
        if tag not in _MAPPED:
            continue
        if tag in _TEXTS:
            values[_TEXTS[tag]] = leaf.text(child.text)
        elif tag in head:
            head[tag] = leaf.text(child.text) or ""
        elif tag in _REFS:
            values[_REFS[tag]] = told(child).get("ListID")
            continue
        elif tag == "ParentRef":
            parent = told(child).get("ListID")
            continue
        elif tag == "IsActive":
            flag = leaf.flag(child.text)
            if flag is None:
                continue
            values["active"] = flag
        else:
            lines = told(child)
            if tag == "BillAddress":
                values["billing_address"] = _address(lines) or None
            else:
                values["locations"].append(_location(lines))
            if not lines.keys() <= _UNDERSTOOD[tag] or leaf.flag(lines.get("DefaultShipTo", "false")) is None:
                continue
        held.append(child)
    _fill_names(values["locations"])
    return Record(
        kind=Kind.CUSTOMER, id=head["ListID"], version=head["EditSequence"], modified=head["TimeModified"],
        values=values, parent_id=parent, full_name=head["FullName"], rest=common.rest(element, held), guid=guid,
    )  # fmt: skip


def _address(lines: Mapping[str, str | None]) -> dict[str, str]:
    """Its filled lines."""
    return {_ADDRESS[tag]: text for tag, text in lines.items() if text and tag in _ADDRESS}


def _location(lines: Mapping[str, str | None]) -> dict[str, Any]:
    """A Ship To entry, its name as QuickBooks holds it."""
    return {
        "name": lines.get("Name") or "",
        "is_default": leaf.flag(lines.get("DefaultShipTo")) is True,
        "address": _address(lines),
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
    "ParentRef": reference("Customer of the job", FULL_NAME_LONGEST),
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
    content[MARK] = guid
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


def _writer(field: str) -> Writer:
    return common.writer(_WRITERS, field, "customers")


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


_WRITERS: Mapping[str, Writer] = {
    "name": plain("Name"),
    "company_name": plain("CompanyName"),
    "first_name": plain("FirstName"),
    "last_name": plain("LastName"),
    "phone": plain("Phone"),
    "email": plain("Email"),
    "billing_address": _billing,
    "locations": _ship_tos,
    "terms": referring("TermsRef"),
    "tax_code": referring("SalesTaxCodeRef"),
    "tax_item": referring("ItemSalesTaxRef"),
    "active": active,
}
