"""Customers: which fields travel, what they are called, and what a QuickBooks job looks like in the field system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fieldledger.model.names import name_key
from fieldledger.model.record import Values
from fieldledger.policy.rules import Policy

LABELS: Mapping[str, str] = {
    "name": "Company Name",
    "first_name": "First Name",
    "last_name": "Last Name",
    "phone": "Phone",
    "email": "Email",
    "billing_address": "Billing address",
    "locations": "Service locations",
    "terms": "Payment terms",
    "tax_code": "Tax code",
    "tax_item": "Tax",
    "active": "Active",
}
"""The fields that both sides know (spec 2.1), in the order in which people read them."""


def to_field(books: Values, names: Sequence[str], policy: Policy) -> dict[str, Any]:
    """What a books customer or job looks like in the field system.

    names  the own Names from the top of the tree down to the record itself; the last is its own.
    A job's name is derived (spec 3.1): the top customer's Name (never its CompanyName), the full name, or its own.
    """
    values = {field: books.get(field) for field in LABELS}
    values["name"] = derived_name(names, policy)
    return values


def derived_name(names: Sequence[str], policy: Policy) -> str:
    """See `to_field`. A top customer is called by its own Name, whatever the setting says."""
    if len(names) == 1 or policy.job_name == "job_name":
        return names[-1]
    return names[0] if policy.job_name == "company_name" else ":".join(names)


def changed_fields(before: Values, after: Values) -> tuple[str, ...]:
    """Fields that differ, in reading order."""
    return tuple(field for field in LABELS if before.get(field) != after.get(field))


def likeness_to_job(candidate: Values, job_name: str, job: Values) -> int:
    """How much a field record of the right name is this job (spec 2.7): 2 by the job's name on a location of its, 1 by
    the address of a location, 0 not at all."""
    key = name_key(job_name)
    theirs = candidate.get("locations") or ()
    if any(name_key(location.get("name")) == key for location in theirs):
        return 2
    ours = {place(location.get("address")) for location in job.get("locations") or ()} | {
        place(job.get("billing_address"))
    }
    found = {place(location.get("address")) for location in theirs} | {
        place(candidate.get("billing_address"))
    }
    return 1 if (ours & found) - {None} else 0


def place(address: Values | None) -> tuple[str, str, str] | None:
    """Street, city and postal code, folded; None without a street."""
    if not address:
        return None
    lines = [address.get(f"line{n}") for n in range(1, 6)]
    filled = [line for line in lines if line]
    street = next((line for line in filled if line[:1].isdigit()), filled[-1] if filled else None)
    if street is None:
        return None
    return name_key(street), name_key(address.get("city")), name_key(address.get("postal_code"))
