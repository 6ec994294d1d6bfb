"""What a customer or job of QuickBooks looks like in the field system, told once more from the specification alone, and
when two values are the same to people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.simulation.companyfile import CompanyFile, Customer
from tests.simulation.fieldside import Values
from tests.simulation.small import REFERRED

_LINES = {
    "Addr1": "line1", "Addr2": "line2", "Addr3": "line3", "Addr4": "line4", "Addr5": "line5", "City": "city",
    "State": "state", "PostalCode": "postal_code", "Country": "country", "Note": "note",
}  # fmt: skip
_TEXTS = {"FirstName": "first_name", "LastName": "last_name", "Phone": "phone", "Email": "email"}
REFS = {"TermsRef": "terms", "SalesTaxCodeRef": "tax_code", "ItemSalesTaxRef": "tax_item"}


def as_field(file: CompanyFile, customer: Customer, job_name: str) -> Values:
    """What a customer or job looks like in the field system (spec 2.1, 3.1); references by QuickBooks' ids."""
    line = [each.name for each in file.lineage(customer)]
    if len(line) == 1 or job_name == "job_name":
        name = line[-1]
    else:
        name = line[0] if job_name == "company_name" else ":".join(line)
    return {
        "name": name,
        **{ours: customer.texts.get(tag) for tag, ours in _TEXTS.items()},
        **{ours: _referred(file, customer, tag) for tag, ours in REFS.items()},
        "billing_address": _address(customer.bill) or None,
        "locations": [
            {
                "name": place["Name"],
                "is_default": place.get("DefaultShipTo") == "true",
                "address": _address(place),
            }
            for place in customer.ships
        ],
        "active": customer.active,
    }


def _referred(file: CompanyFile, customer: Customer, tag: str) -> str | None:
    entry = file.named(REFERRED[tag], customer.refs.get(tag, ""))
    return entry.id if entry else None


def _address(lines: Mapping[str, str]) -> dict[str, str]:
    return {ours: lines[tag] for tag, ours in _LINES.items() if lines.get(tag)}


def comparable(name: str, value: Any) -> Any:
    """Blanks are nothing; the order of locations, and those that stand for jobs, do not count."""
    if name == "locations":
        places: Sequence[Values] = value or ()
        return sorted(
            (
                place["name"],
                bool(place.get("is_default")),
                sorted(filter(_filled, (place.get("address") or {}).items())),
            )
            for place in places
            if not place.get("job")
        )
    if name == "billing_address":
        return dict(filter(_filled, (value or {}).items()))
    return value or None if name != "active" else value


def _filled(item: tuple[str, Any]) -> bool:
    return bool(item[1])
