"""A payment term of the field side: its JSON into a canonical record and back."""

from __future__ import annotations

from typing import Any

from fieldledger.field.kinds.common import number, percent, text
from fieldledger.model.kinds import Kind
from fieldledger.model.record import Record, Values

_DAYS = ("due_days", "discount_days", "due_day", "next_month_days", "discount_day")
_FORMS = ("standard", "date_driven")


def to_record(json: Any) -> Record:
    if json["form"] not in _FORMS:
        raise ValueError(f"a payment term is one of {_FORMS}, not {json['form']!r}")
    values: dict[str, Any] = {
        "name": text(json.get("name")),
        "form": json["form"],
        **{name: _rule(name, number(json.get(name))) for name in _DAYS},
        "discount_percent": _rule("discount_percent", percent(json.get("discount_percent"))),
        "active": bool(json.get("active", True)),
    }
    return Record(
        kind=Kind.PAYMENT_TERM, id=str(json["id"]), version=str(json["version"]),
        modified=str(json["modified_at"]), values=values, full_name=values["name"] or "",
    )  # fmt: skip


def _rule(name: str, value: Any) -> Any:
    """Nothing is no rule, in the form in which the books tell it: only what is due at once is due in 0 days."""
    return value if name in ("due_days", "due_day") or value not in (0, "0") else None


def to_json(values: Values) -> dict[str, Any]:
    """Every field is stated, what the form does not know as null."""
    return {
        "name": values.get("name"),
        "form": values.get("form"),
        **{name: values.get(name) for name in _DAYS},
        "discount_percent": values.get("discount_percent"),
        "active": bool(values.get("active", True)),
    }
