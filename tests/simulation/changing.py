"""CustomerAdd and CustomerMod as QuickBooks carries them out: its checks in its order, then the change, whole or not
at all."""

from __future__ import annotations

import copy
from collections.abc import Mapping

from lxml import etree

from tests.simulation.companyfile import ADDRESS, CompanyFile, Customer, Entry, NotPossible
from tests.simulation.manners import Manners
from tests.simulation.small import REFERRED, TAXES

LONGEST: Mapping[str, int] = {
    "Name": 41, "CompanyName": 41, "FirstName": 25, "LastName": 25, "Phone": 21, "Email": 1023, "Addr1": 41,
    "Addr2": 41, "Addr3": 41, "Addr4": 41, "Addr5": 41, "City": 31, "State": 21, "PostalCode": 13, "Country": 31,
    "Note": 41,
}  # fmt: skip
TEXTS = ("CompanyName", "FirstName", "LastName", "Phone", "Email")
CURSED = "Cursed"
"""A record with this in its name cannot be saved, whatever one does: it must not stop the others."""
MISSING = "QuickBooks error message: Invalid argument.  The specified record does not exist in the list."


class Refusal(Exception):
    """A status code for one request. shows: the record that the answer carries all the same."""

    def __init__(self, code: str, told: str, shows: Customer | Entry | None = None) -> None:
        super().__init__(code)
        self.code, self.told, self.shows = code, told, shows


class Unreadable(Exception):
    """The whole set is refused: 0x80040400."""


def add(file: CompanyFile, manners: Manners, body: etree._Element) -> Customer:
    """Raises `Refusal`."""
    _check(body)
    _busy(file)
    name = (body.findtext("Name") or "").strip()
    parent = None
    reference = body.find("ParentRef")
    if reference is not None:
        parent = _by_reference(file, reference)
        if parent is None:
            raise Refusal(
                "3130", f'There is an invalid reference to a parent "x" in the Customers list.  {MISSING}'
            )
    if CURSED in name:
        raise Refusal(
            "3180", "There was an error when saving a Customers list.  QuickBooks error message: No."
        )
    if file.holder_of(name, parent):
        raise Refusal("3100", f'The name "{name}" of the list element is already in use.')
    _references(file, body)
    try:
        made = file.add(name, parent)
    except NotPossible as error:
        raise Refusal("3090", f'There was an error when storing "{name}": {error}') from error
    made.guid = body.findtext("ExternalGUID") or ""
    made.active = body.findtext("IsActive") != "false"
    _take(file, manners, made, body)
    if not made.active:
        file.ever_off[made.id] = None
    return made


def mod(file: CompanyFile, manners: Manners, body: etree._Element) -> tuple[Customer, Customer]:
    """What it was and what it is. Raises `Refusal`, `Unreadable`."""
    _check(body)
    _busy(file)
    id = body.findtext("ListID") or ""
    there = file.customer(id)
    if there is None:
        raise Refusal("3120", f'Object "{id}" specified in the request cannot be found.  {MISSING}')
    left, code = file.locks.get(id, (0, ""))
    if left:
        file.locks[id] = (left - 1, code)
        raise Refusal(code, _LOCKED[code])
    version = body.findtext("EditSequence")
    if version is None:
        raise Unreadable("CustomerMod without EditSequence")
    if version != str(there.edited):
        raise Refusal("3200", f'The provided edit sequence "{version}" is out-of-date. ', there)
    name = (body.findtext("Name") or there.name).strip()
    if CURSED in name:
        raise Refusal(
            "3180", "There was an error when saving a Customers list.  QuickBooks error message: No."
        )
    if file.holder_of(name, there.parent, id):
        raise Refusal("3100", f'The name "{name}" of the list element is already in use.')
    _references(file, body)
    before = copy.deepcopy(there)
    there.name = name
    told = body.findtext("IsActive")
    if told is not None:
        file.switch(there, told == "true")
    _take(file, manners, there, body)
    file.edited(there)
    return before, there


_LOCKED: Mapping[str, str] = {
    "3175": "There was an error adding, modifying or deleting it because it is already in use.  QuickBooks error "
    "message: The transaction could not be locked.  It is in use by another user.",
    "3176": "It is already in use.  QuickBooks error message: The application failed to acquire the lock.",
    "3170": "There was an error when modifying it.  QuickBooks error message: This list has been modified by another "
    "user.",
}


def _busy(file: CompanyFile) -> None:
    if file.busy:
        file.busy -= 1
        raise Refusal(
            "3180",
            "There was an error when saving a Customers list.  QuickBooks error message: This list has been modified "
            "by another user.",
        )


def _check(body: etree._Element) -> None:
    """Values, each by itself."""
    for each in body.iter():
        text, longest = each.text or "", LONGEST.get(str(each.tag))
        if longest is not None and len(text) > longest:
            raise Refusal("3070", f'The string "{text}" in the field "{each.tag!s}" is too long.')
    name = body.findtext("Name")
    if name is not None and ":" in name:
        raise Refusal("3090", f'There was an error when storing "{name}" in the "customer name" field.')
    places = body.findall("ShipToAddress")
    if len(places) > 50:
        raise Unreadable("more than 50 ShipToAddress")
    names = [(place.findtext("Name") or "").strip().lower() for place in places]
    defaults = sum(place.findtext("DefaultShipTo") == "true" for place in places)
    if "" in names or len(set(names)) < len(names) or defaults > 1:
        raise Refusal("3090", "There was an error when storing the ship to address.")


def _by_reference(file: CompanyFile, reference: etree._Element) -> str | None:
    """If both are sent, the name is ignored."""
    id, name = reference.findtext("ListID"), reference.findtext("FullName")
    for each in file.data.customers.values():
        if each.id == id or (
            id is None and name is not None and file.full_name(each).lower() == name.lower()
        ):
            return each.id
    return None


def _references(file: CompanyFile, body: etree._Element) -> None:
    for tag in REFERRED:
        sent = body.find(tag)
        asked = "" if sent is None else sent.findtext("ListID") or sent.findtext("FullName")
        if sent is not None and asked and _meant(file, tag, sent) is None:
            raise Refusal(
                "3140",
                f'There is an invalid reference to QuickBooks {tag} "{asked}" in the Customer.  {MISSING}',
            )


def _meant(file: CompanyFile, tag: str, sent: etree._Element) -> Entry | None:
    """If both are sent, the name is ignored (R 18). A tax may be a group, and no other item."""
    id = sent.findtext("ListID")
    found = (
        file.entry(REFERRED[tag], id) if id else file.named(REFERRED[tag], sent.findtext("FullName") or "")
    )
    return found if found is None or found.space != "Item" or found.kind in TAXES else None


def stored(text: str | None) -> str:
    """QuickBooks stores the Windows repertoire, and nothing else."""
    return (text or "").strip().encode("cp1252", "replace").decode("cp1252")


def _take(file: CompanyFile, manners: Manners, customer: Customer, body: etree._Element) -> None:
    """An element that is not sent stays as it is, an empty one clears."""
    for tag in TEXTS:
        if (sent := body.find(tag)) is not None:
            _set(customer.texts, tag, stored(sent.text))
    for tag in REFERRED:
        if (sent := body.find(tag)) is not None:
            meant = _meant(file, tag, sent)
            _set(customer.refs, tag, meant.name if meant else "")
    if (sent := body.find("BillAddress")) is not None:
        customer.bill = _address(sent, {} if manners.address_replaced else customer.bill)
    places = body.findall("ShipToAddress")
    if places:
        _ship_to(manners, customer, places)


def _set(where: dict[str, str], tag: str, text: str) -> None:
    where.pop(tag, None)
    if text:
        where[tag] = text


def _address(sent: etree._Element, before: Mapping[str, str]) -> dict[str, str]:
    lines = dict(before)
    for tag in ADDRESS:
        if (line := sent.find(tag)) is not None:
            _set(lines, tag, stored(line.text))
    return {tag: lines[tag] for tag in ADDRESS if tag in lines}


def _ship_to(manners: Manners, customer: Customer, places: list[etree._Element]) -> None:
    old = {place["Name"].lower(): place for place in customer.ships}
    kept = {} if manners.ship_to_replaced else dict(old)
    for sent in places:
        name = stored(sent.findtext("Name"))
        before = {} if manners.address_replaced else old.get(name.lower(), {})
        default = sent.findtext("DefaultShipTo") or before.get("DefaultShipTo", "false")
        if default == "true":
            for other in kept.values():
                other["DefaultShipTo"] = "false"
        kept[name.lower()] = {"Name": name, **_address(sent, before), "DefaultShipTo": default}
    customer.ships = list(kept.values())
