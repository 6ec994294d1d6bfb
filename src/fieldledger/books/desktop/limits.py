"""What QuickBooks accepts in a field: lengths, characters, amounts. What does not fit is refused, never cut.

Lengths are those of QuickBooks Desktop (US). QuickBooks stores the Windows-1252 repertoire and nothing else.
"""

from __future__ import annotations

import re
from decimal import Decimal

LENGTHS = {
    "Name": 41, "CompanyName": 41, "Salutation": 15, "FirstName": 25, "MiddleName": 5, "LastName": 25,
    "Phone": 21, "AltPhone": 21, "Fax": 21, "Email": 1023, "Cc": 1023, "Contact": 41, "AltContact": 41,
    "AccountNumber": 99, "Notes": 4095, "ExternalGUID": 38, "EditSequence": 16, "ListID": 36,
    "BillAddress/Addr1": 41, "BillAddress/Addr2": 41, "BillAddress/Addr3": 41, "BillAddress/Addr4": 41,
    "BillAddress/Addr5": 41, "BillAddress/City": 31, "BillAddress/State": 21, "BillAddress/PostalCode": 13,
    "BillAddress/Country": 31, "BillAddress/Note": 41,
    "ShipToAddress/Name": 41, "ShipToAddress/Addr1": 41, "ShipToAddress/Addr2": 41, "ShipToAddress/Addr3": 41,
    "ShipToAddress/Addr4": 41, "ShipToAddress/Addr5": 41, "ShipToAddress/City": 31, "ShipToAddress/State": 21,
    "ShipToAddress/PostalCode": 13, "ShipToAddress/Country": 31, "ShipToAddress/Note": 41,
    "ParentRef/ListID": 36, "TermsRef/ListID": 36, "TermsRef/FullName": 31, "SalesTaxCodeRef/FullName": 3,
    "SalesTaxCodeRef/ListID": 36, "ItemSalesTaxRef/FullName": 31, "ItemSalesTaxRef/ListID": 36,
}  # fmt: skip
"""Characters, by path below the request's aggregate."""

WORDS = {
    "Name": "Company Name", "CompanyName": "Company", "FirstName": "First Name", "LastName": "Last Name",
    "Phone": "Phone", "Email": "Email", "BillAddress": "Billing address", "ShipToAddress": "Service location",
    "TermsRef": "Payment terms", "SalesTaxCodeRef": "Tax code", "ItemSalesTaxRef": "Tax", "Addr1": "line 1",
    "Addr2": "line 2", "Addr3": "line 3", "Addr4": "line 4", "Addr5": "line 5", "PostalCode": "postal code",
}  # fmt: skip

SHIP_TO_MOST = 50
SET_ID_LONGEST = 23
"""newMessageSetID. Intuit's own sample says 24; 23 is safe under both readings."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class CannotSend(ValueError):
    """A value that QuickBooks would refuse. str(error) names the field, the limit and what is wrong."""


def words(path: str) -> str:
    """The field as people call it: ``BillAddress/Addr2`` → ``Billing address line 2``."""
    return " ".join(WORDS.get(part, part) for part in path.split("/"))


def text(path: str, value: str) -> str:
    """The value, checked. Raises `CannotSend`."""
    longest = LENGTHS.get(path)
    if longest is not None and len(value) > longest:
        raise CannotSend(f"{words(path)} has {len(value)} characters; QuickBooks allows {longest}.")
    control = _CONTROL.search(value)
    if control:
        raise CannotSend(f"{words(path)} contains a control character (code {ord(control[0])}).")
    try:
        value.encode("cp1252")
    except UnicodeEncodeError as error:
        raise CannotSend(
            f"{words(path)} contains {value[error.start]!r}, a character that QuickBooks cannot store."
        ) from None
    return value


def name(path: str, value: str) -> str:
    """A list name: not blank, no colon, which QuickBooks uses between parent and child."""
    if not value.strip():
        raise CannotSend(f"{words(path)} is blank.")
    if ":" in value:
        raise CannotSend(f"{words(path)} contains a colon, which QuickBooks does not allow in names.")
    return text(path, value)


def amount(path: str, value: Decimal, places: int = 2) -> str:
    """A decimal with at most ``places`` decimals, written without an exponent."""
    if not value.is_finite() or value != round(value, places):
        raise CannotSend(f"{words(path)} is {value}; QuickBooks takes at most {places} decimals.")
    return f"{value:f}"
