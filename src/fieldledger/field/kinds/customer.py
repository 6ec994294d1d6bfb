"""A customer of the field side: its JSON into a canonical record and back."""

from __future__ import annotations

from typing import Any

from fieldledger.model.kinds import Kind
from fieldledger.model.record import ADDRESS_FIELDS, Record, Values

_TEXTS = ("name", "first_name", "last_name", "phone", "email", "terms", "tax_code", "tax_item")


def to_record(json: Any) -> Record:
    """The mapped part of a customer, in the order and form that digests are made of."""
    values: dict[str, Any] = {field: _text(json.get(field)) for field in _TEXTS}
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
        "name": _text(json.get("name")),
        "is_default": bool(json.get("is_default")),
        "address": address(json.get("address")) or {},
        **_job(json),
    }


def _job(location: Any) -> dict[str, str]:
    """The job's id where there is one: without a job there is no such key, so what was remembered stays equal."""
    job = _text(location.get("job"))
    return {"job": job} if job else {}


def address(json: Any) -> dict[str, str] | None:
    """Filled keys only; None when nothing is filled."""
    if not json:
        return None
    filled = {key: text for key in ADDRESS_FIELDS if (text := _text(json.get(key))) is not None}
    return filled or None


def _text(value: Any) -> str | None:
    text = str(value).strip() if value is not None else ""
    return text or None
