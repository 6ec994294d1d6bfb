"""The customer form: what was typed into values and back. It judges nothing; `customers` does.

A field's name in the form is its path in the customer, e.g. ``locations.0.address.line1``, so an error finds its field.
Of a QuickBooks job's location the form holds nothing but its tax, as ``jobs.7.tax_item`` with the location's number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.datastructures import FormData

from fieldledger.desk import locations as places
from fieldledger.desk.customers import ADDRESS_LINES, FIELDS, REFERENCES
from fieldledger.desk.schema import LOCATIONS_MOST

TEXTS = (
    "name", "first_name", "last_name", "phone", "alt_phone", "email", "terms", "tax_code", "tax_item", "notes",
)  # fmt: skip
LABELS: Mapping[str, str] = {
    "name": "Company name", "first_name": "First name", "last_name": "Last name", "phone": "Phone",
    "alt_phone": "Other phone", "email": "Email", "billing_address": "Billing address", "terms": "Payment terms",
    "tax_code": "Tax code", "tax_item": "Tax", "notes": "Notes", "active": "Active", "locations": "Service locations",
    "line1": "Line 1", "line2": "Line 2", "line3": "Line 3", "line4": "Line 4", "line5": "Line 5", "city": "City",
    "state": "State", "postal_code": "Postal code", "country": "Country", "note": "Note",
    "job": "QuickBooks job", "jobs": "Locations of QuickBooks jobs",
}  # fmt: skip
TYPED = ("id", "name", "is_default", "address")
"""What the form holds of a location, besides its tax."""
_LOCATION = re.compile(r"locations\.(\d{1,3})\.name")
_JOB = re.compile(r"jobs\.(\d{1,15})\.tax_item")


def blank() -> dict[str, Any]:
    """An empty form."""
    return {**dict.fromkeys(TEXTS, ""), "active": True, "billing_address": {}, "locations": [], "jobs": {}}


def of_customer(customer: Mapping[str, Any]) -> dict[str, Any]:
    """A customer as the form shows it; the stand-in for missing locations is not in it, and of jobs' locations only the
    taxes, under ``jobs``, by location. What it refers to stands there by number, as text."""
    values = {name: customer[name] for name in FIELDS}
    for name in REFERENCES:
        values[name] = str(customer[f"{name}_id"] or "")
    values["billing_address"] = customer["billing_address"] or {}
    values["locations"] = [
        {**{key: each[key] for key in TYPED}, "tax_item": str(each["tax_item_id"] or "")}
        for each in places.own(customer["locations"])
        if not each["stand_in"]
    ]
    values["jobs"] = {str(each["id"]): str(each["tax_item_id"] or "") for each in jobs_of(customer)}
    return values


def jobs_of(customer: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    """Its locations that stand for QuickBooks jobs; none of a customer that is not there yet."""
    return [each for each in customer["locations"] if each["job"]] if customer else []


def read(form: FormData) -> dict[str, Any]:
    """What was typed, every field."""
    values: dict[str, Any] = {name: _text(form, name) for name in TEXTS}
    values["active"] = _text(form, "active") == "true"
    values["billing_address"] = _address(form, "billing_address")
    numbers = sorted({int(found[1]) for name in form if (found := _LOCATION.fullmatch(name))})
    values["locations"] = [_location(form, number) for number in numbers]
    values["jobs"] = {found[1]: _text(form, name) for name in form if (found := _JOB.fullmatch(name))}
    return values


def with_action(values: dict[str, Any], action: str) -> dict[str, Any]:
    """The form after a press on one of its own buttons: ``add``, or ``remove-N`` (counted from 0)."""
    locations = values["locations"]
    if action == "add" and len(locations) < LOCATIONS_MOST:
        locations = [*locations, {"id": None, "name": "", "is_default": False, "address": {}, "tax_item": ""}]
    if action.startswith("remove-") and action[7:].isdigit():
        locations = [each for place, each in enumerate(locations) if place != int(action[7:])]
    return {**values, "locations": locations}


def without_empty(values: dict[str, Any]) -> dict[str, Any]:
    """Locations that were added and then left empty are not meant."""
    kept = [
        each
        for each in values["locations"]
        if each["id"] or each["name"].strip() or each["address"] or each["tax_item"]
    ]
    return {**values, "locations": kept}


def to_store(
    values: Mapping[str, Any], customer: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any], list[str]]:
    """As `CustomerFields` takes it, and where each of its locations stands in the form. What is no number is left as
    it is, so that the rules can say so. customer: as it is stored now; locations of its jobs are sent along, where they
    stand, if a tax of theirs was chosen anew."""
    kept = {name: value for name, value in values.items() if name not in (*REFERENCES, "jobs")}
    meant = {f"{name}_id": _number(values[name]) for name in REFERENCES}
    located = [
        (
            f"locations.{place}",
            {**{key: each[key] for key in TYPED}, "tax_item_id": _number(each["tax_item"])},
        )
        for place, each in enumerate(values["locations"])
    ]
    if customer and _jobs_differ(values, of_customer(customer)):
        chosen = any(each["is_default"] for each in values["locations"])
        stored = [each for each in customer["locations"] if not each["stand_in"]]
        for place, each in enumerate(stored):
            if each["job"]:
                id = each["id"]
                tax = values["jobs"].get(str(id), str(each["tax_item_id"] or ""))
                sent = {
                    "id": id, "name": each["name"], "job": each["job"],
                    "is_default": each["is_default"] and not chosen, "tax_item_id": _number(tax),
                }  # fmt: skip
                located.insert(min(place, len(located)), (f"jobs.{id}", sent))
    fields = {
        **kept, **meant, "billing_address": values["billing_address"] or None,
        "locations": [each for _, each in located],
    }  # fmt: skip
    return fields, [path for path, _ in located]


def in_form(path: str, located: Sequence[str]) -> str:
    """The name in the form of what an error is about. located: see `to_store`. What is referred to has one field there,
    whichever way it was written."""
    first, _, rest = path.partition(".")
    number, _, key = rest.partition(".")
    if first == "locations" and key and number.isdigit() and int(number) < len(located):
        path = f"{located[int(number)]}.{key}"
    bare = path.removesuffix("_id")
    return bare if bare.rpartition(".")[2] in REFERENCES else path


def differences(values: Mapping[str, Any], stored: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The fields that hold something else in the store, by label, with what they hold there."""
    there = of_customer(stored)
    own = [each for each in places.own(stored["locations"]) if not each["stand_in"]]
    shown = {**there, **{name: stored[name] for name in REFERENCES}, "locations": own}
    told = [(LABELS[name], shown[name]) for name in FIELDS if (values[name] or None) != (there[name] or None)]
    if _jobs_differ(values, there):
        told.append((LABELS["jobs"], jobs_of(stored)))
    return told


def _jobs_differ(values: Mapping[str, Any], there: Mapping[str, Any]) -> bool:
    """Whether the tax of a job's location is another one in the form; a job that the form never had is none."""
    return any(values["jobs"].get(id, tax) != tax for id, tax in there["jobs"].items())


def _location(form: FormData, number: int) -> dict[str, Any]:
    id = _text(form, f"locations.{number}.id")
    return {
        "id": int(id) if id.isascii() and id.isdigit() and len(id) < 16 else None,
        "name": _text(form, f"locations.{number}.name"),
        "is_default": _text(form, "default") == str(number),
        "address": _address(form, f"locations.{number}.address"),
        "tax_item": _text(form, f"locations.{number}.tax_item").strip(),
    }


def _address(form: FormData, path: str) -> dict[str, str]:
    return {line: text for line in ADDRESS_LINES if (text := _text(form, f"{path}.{line}").strip())}


def _number(text: str) -> int | str | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else text.strip() or None


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""
