"""A tax of the field side, single or a group of others: its JSON into a canonical record and back.

A group's rate is computed by either side from its members', so it is nobody's value: it is neither read nor sent. The
agency that a tax is paid to is QuickBooks' alone.
"""

from __future__ import annotations

from typing import Any

from fieldledger.field.kinds.common import percent, record_number, reference, text
from fieldledger.model.kinds import Kind
from fieldledger.model.record import Record, Values


def to_record(json: Any) -> Record:
    components = [reference(each["id"]) for each in json.get("components") or ()]
    values: dict[str, Any] = {
        "name": text(json.get("name")),
        "rate": None if components else percent(json.get("rate")),
        "components": components,
        "agency": None,
        "active": bool(json.get("active", True)),
    }
    return Record(
        kind=Kind.TAX_RATE, id=str(json["id"]), version=str(json["version"]), modified=str(json["modified_at"]),
        values=values, full_name=values["name"] or "",
    )  # fmt: skip


def to_json(values: Values) -> dict[str, Any]:
    components = [{"id": record_number(each)} for each in values.get("components") or ()]
    rate = {} if components else {"rate": values.get("rate")}
    return {
        "name": values.get("name"), **rate, "components": components, "active": bool(values.get("active", True)),
    }  # fmt: skip
