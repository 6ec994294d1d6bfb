"""Addresses, Ship To lists and the mirrored ways of reaching somebody: what QuickBooks derives from what is entered.

Pure functions over fields; they know no company file.
"""

from __future__ import annotations

from quickbooks_sim.fields import Fields, group_of, replaced, text_of, without
from quickbooks_sim.status import Refusal, bad_value

_LINES = ("Addr1", "Addr2", "Addr3", "Addr4", "Addr5")
_ADDRESS = (*_LINES, "City", "State", "PostalCode", "Country", "Note")
ADDRESS_ORDER = {name: place for place, name in enumerate(_ADDRESS)}
MAX_SHIP_TO = 50
MIRRORS = (
    ("Phone", "Main Phone"),
    ("AltPhone", "Alt. Phone"),
    ("Fax", "Fax"),
    ("Email", "Main Email"),
    ("Cc", "CC Email"),
)
"""Field -> the name under which QuickBooks repeats it among the additional contacts."""


def block(address: Fields) -> Fields:
    """The address as printed: its lines, then "City, State Zip", then the country; at most five lines."""
    lines = [text_of(address, name) for name in _LINES]
    place = ", ".join(part for part in (text_of(address, "City"), text_of(address, "State")) if part)
    lines.append(" ".join(part for part in (place, text_of(address, "PostalCode")) if part))
    lines.append(text_of(address, "Country"))
    return [(f"Addr{number}", line) for number, line in enumerate([line for line in lines if line][:5], 1)]


def with_blocks(body: Fields, *names: str) -> Fields:
    """Sets the ...Block beside each of these addresses; drops it where the address is gone."""
    for name in names:
        address = group_of(body, name)
        if not address:
            body = without(body, name, f"{name}Block")
            continue
        printed = block(address)
        body = replaced(body, f"{name}Block", printed or None)
    return body


def entries(body: Fields) -> list[Fields]:
    """The Ship To list of a body."""
    return [content for name, content in body if name == "ShipToAddress" and isinstance(content, list)]


def is_default(entry: Fields) -> bool:
    """Whether a Ship To entry is the default one."""
    return text_of(entry, "DefaultShipTo") in ("true", "1")


def ship_to_fields(places: list[Fields]) -> Fields:
    """The elements for a Ship To list: ShipAddress mirrors the default entry (absent if there is none).

    Refusal if a name stands twice, more than one is the default, or there are too many.
    """
    seen: set[str] = set()
    for entry in places:
        name = text_of(entry, "Name").strip()
        if not name or name.casefold() in seen:
            raise Refusal(
                bad_value("ShipToAddress Name", name, "Each ship-to address must have a name of its own.")
            )
        seen.add(name.casefold())
    defaults = [entry for entry in places if is_default(entry)]
    if len(defaults) > 1:
        raise Refusal(
            bad_value("DefaultShipTo", "true", "Only one ship-to address can be the default ship-to address.")
        )
    if len(places) > MAX_SHIP_TO:
        raise Refusal(bad_value("ShipToAddress", text_of(places[MAX_SHIP_TO], "Name"), "The list is full."))
    result: Fields = []
    if defaults:
        address = [(name, content) for name, content in defaults[0] if name in _ADDRESS]
        result.append(("ShipAddress", address))
        result = with_blocks(result, "ShipAddress")
    for entry in places:
        named: Fields = [("Name", text_of(entry, "Name").strip())]
        default: Fields = [("DefaultShipTo", "true" if is_default(entry) else "false")]
        result.append(("ShipToAddress", named + without(entry, "Name", "DefaultShipTo") + default))
    return result


def with_ship_to(body: Fields, places: list[Fields]) -> Fields:
    """The body with this Ship To list in place of its own."""
    return without(body, "ShipAddress", "ShipAddressBlock", "ShipToAddress") + ship_to_fields(places)


def with_ship_address(body: Fields, address: Fields) -> Fields:
    """The body with its default Ship To address changed, or a new default entry made of it."""
    places = entries(body)
    changed = False
    for index, entry in enumerate(places):
        if is_default(entry):
            places[index] = [("Name", text_of(entry, "Name")), *address, ("DefaultShipTo", "true")]
            changed = True
    if not changed:
        taken = {text_of(entry, "Name").casefold() for entry in places}
        number = 1
        while f"ship to {number}" in taken:
            number += 1
        places.append([("Name", f"Ship To {number}"), *address, ("DefaultShipTo", "true")])
    return with_ship_to(body, places)


def merged(old: list[Fields], new: list[Fields]) -> list[Fields]:
    """Two Ship To lists by name: entries that are named again are replaced, others stay (switch ship_to_mod)."""
    given = {text_of(entry, "Name").casefold(): entry for entry in new}
    takes_default = any(is_default(entry) for entry in new)
    result: list[Fields] = []
    for entry in old:
        key = text_of(entry, "Name").casefold()
        if key in given:
            result.append(given.pop(key))
        else:
            result.append(replaced(entry, "DefaultShipTo", "false") if takes_default else entry)
    return result + list(given.values())


def with_mirrors(body: Fields) -> Fields:
    """Repeats phone, fax and e-mail among the additional contacts, as QuickBooks does."""
    labels = {label for _, label in MIRRORS}
    others: Fields = [
        (name, content)
        for name, content in body
        if name == "AdditionalContactRef"
        and isinstance(content, list)
        and text_of(content, "ContactName") not in labels
    ]
    own: Fields = [
        ("AdditionalContactRef", [("ContactName", label), ("ContactValue", text_of(body, field))])
        for field, label in MIRRORS
        if text_of(body, field)
    ]
    return without(body, "AdditionalContactRef") + own + others
