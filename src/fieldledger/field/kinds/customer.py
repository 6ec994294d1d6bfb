"""A customer of the field side: its JSON into a canonical record and back."""

from __future__ import annotations

from typing import Any

from fieldledger.field.kinds.common import record_number, reference, text
from fieldledger.model.kinds import Kind
from fieldledger.model.record import ADDRESS_FIELDS, Record, Values

_TEXTS = ("name", "first_name", "last_name", "phone", "email")
_REFERENCES = ("terms", "tax_code", "tax_item")
"""Canonical values hold the other record's id; the JSON has it beside the name, under the field's name with _id."""


def to_record(json: Any) -> Record:
    """The mapped part of a customer, in the order and form that digests are made of."""
    values: dict[str, Any] = {field: text(json.get(field)) for field in _TEXTS}
    values.update({field: reference(json.get(f"{field}_id")) for field in _REFERENCES})
    values["billing_address"] = address(json.get("billing_address"))
    values["locations"] = [
        _location(location) for location in json.get("locations") or () if not location.get("stand_in")
    ]
    values["active"] = bool(json.get("active", True))
    return Record(
        kind=Kind.CUSTOMER, id=str(json["id"]), version=str(json["version"]), modified=str(json["modified_at"]),
        values=values, full_name=values["name"] or "",
    )  # fmt: skip


def to_json(values: Values) -> dict[str, Any]:
    """Values as the field side takes them: every mapped field is stated, blank ones as null."""
    json: dict[str, Any] = {field: values.get(field) for field in _TEXTS}
    json.update({f"{field}_id": record_number(values.get(field)) for field in _REFERENCES})
    billing = values.get("billing_address")
    json["billing_address"] = dict(billing) if billing else None
    json["locations"] = [
        {
            "name": location["name"],
            "is_default": location["is_default"],
            "address": dict(location["address"] or {}),
            **_job(location),
        }
        for location in values.get("locations") or ()
    ]
    json["active"] = bool(values.get("active", True))
    return json


def _location(json: Any) -> dict[str, Any]:
    """Exactly name, is_default and address; one that stands for a QuickBooks job has its id as job besides."""
    return {
        "name": text(json.get("name")),
        "is_default": bool(json.get("is_default")),
        "address": address(json.get("address")) or {},
        **_job(json),
    }


def _job(location: Any) -> dict[str, str]:
    """The job's id where there is one: without a job there is no such key, so what was remembered stays equal."""
    job = text(location.get("job"))
    return {"job": job} if job else {}


def address(json: Any) -> dict[str, str] | None:
    """Filled keys only; None when nothing is filled."""
    if not json:
        return None
    filled = {key: line for key in ADDRESS_FIELDS if (line := text(json.get(key))) is not None}
    return filled or None
