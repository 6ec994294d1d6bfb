"""A sales tax code of the field side: its JSON into a canonical record and back."""

from __future__ import annotations

from typing import Any

from fieldledger.field.kinds.common import text
from fieldledger.model.kinds import Kind
from fieldledger.model.record import Record, Values


def to_record(json: Any) -> Record:
    if type(json["taxable"]) is not bool:
        raise TypeError(f"taxable must be true or false, not {json['taxable']!r}")
    values: dict[str, Any] = {
        "name": text(json.get("name")),
        "description": text(json.get("description")),
        "taxable": json["taxable"],
        "active": bool(json.get("active", True)),
    }
    return Record(
        kind=Kind.SALES_TAX_CODE, id=str(json["id"]), version=str(json["version"]),
        modified=str(json["modified_at"]), values=values, full_name=values["name"] or "",
    )  # fmt: skip


def to_json(values: Values) -> dict[str, Any]:
    return {
        "name": values.get("name"),
        "description": values.get("description"),
        "taxable": bool(values.get("taxable")),
        "active": bool(values.get("active", True)),
    }
