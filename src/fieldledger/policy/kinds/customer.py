"""Customers: which fields travel, what they are called, and what a QuickBooks job looks like in the field system."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from fieldledger.model.kinds import Kind
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


LOCATIONS_MOST = 50
"""Ship To entries of a customer (QuickBooks 2014)."""
REFERENCES: Mapping[str, Kind] = {
    "terms": Kind.PAYMENT_TERM,
    "tax_code": Kind.SALES_TAX_CODE,
    "tax_item": Kind.TAX_RATE,
}
"""Fields that name a record of another list. One that is blank is "not stated" and is never written (spec 2.1)."""


def to_field(
    books: Values, names: Sequence[str], policy: Policy, jobs: Sequence[JobSeen] = ()
) -> dict[str, Any]:
    """What a books customer or job looks like in the field system.

    names  the own Names from the top of the tree down to the record itself; the last is its own.
    jobs   what stands below a top customer and is to be a location of its (spec 3.2)
    A job's name is derived (spec 3.1): the top customer's Name (never its CompanyName), the full name, or its own.
    """
    values = {field: books.get(field) for field in LABELS}
    values["name"] = derived_name(names, policy)
    if jobs:
        values["locations"] = with_jobs(values["locations"] or (), jobs)
    return values


class JobSeen(msgspec.Struct, frozen=True):
    """A job that is to be a location. id: its ListID."""

    id: str
    values: Values


def derived_name(names: Sequence[str], policy: Policy) -> str:
    """See `to_field`. A top customer is called by its own Name, whatever the setting says."""
    if len(names) == 1 or policy.job_name == "job_name":
        return names[-1]
    return names[0] if policy.job_name == "company_name" else ":".join(names)


def is_derived(names: Sequence[str], policy: Policy) -> bool:
    """Whether the name in the field system is made up from more than the record's own: never written back."""
    return len(names) > 1


def alike(field: str, one: Any, other: Any) -> bool:
    """Whether two values of a field say the same. Locations stand in no order."""
    if field != "locations":
        return bool(one == other or (not one and not other and field != "active"))
    if len(one or ()) != len(other or ()):
        return False
    return sorted(map(_entry, one or ())) == sorted(map(_entry, other or ()))


def _entry(location: Values) -> tuple[Any, ...]:
    address = location.get("address") or {}
    return (
        location.get("name") or "", bool(location.get("is_default")), location.get("job") or "",
        tuple(sorted((key, text) for key, text in address.items() if text)),
    )  # fmt: skip


def with_jobs(locations: Sequence[Values], jobs: Sequence[JobSeen]) -> list[dict[str, Any]]:
    """The Ship To entries, and one location for each job, named after it (spec 3.2)."""
    made = [dict(location) for location in locations]
    taken = {name_key(location["name"]) for location in made}
    for job in jobs:
        stem = job.values.get("name") or "Job"
        name, number = stem, 1
        while name_key(name) in taken:
            name = f"{stem} (job)" if number == 1 else f"{stem} (job {number})"
            number += 1
        taken.add(name_key(name))
        made.append({"name": name, "is_default": False, "address": _site(job.values), "job": job.id})
    return made


def _site(job: Values) -> dict[str, str]:
    """Where a job is: its default Ship To, else its first, else its billing address."""
    entries = job.get("locations") or ()
    chosen = next((entry for entry in entries if entry.get("is_default")), entries[0] if entries else None)
    address = chosen["address"] if chosen else job.get("billing_address")
    return dict(address or {})


def own_locations(locations: Sequence[Values] | None) -> list[dict[str, Any]]:
    """Those that are Ship To entries: a job's location is never written as one (spec 3.2)."""
    return [dict(location) for location in locations or () if not location.get("job")]


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
