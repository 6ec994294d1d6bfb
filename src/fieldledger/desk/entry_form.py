"""The forms of tax rates and payment terms: what was typed into values and back. It judges nothing; `entries` and
`entry_rules` do.

A form shows the fields of every form that an entry can have (a single tax or a group, days or a day of the month); what
belongs to the one that was not chosen is not meant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from starlette.datastructures import FormData

from fieldledger.desk.entry_rules import TERM_FIELDS

LABELS: Mapping[str, str] = {
    "name": "Name", "rate": "Rate", "components": "Taxes in the group", "shape": "What it is", "form": "When it is due",
    "due_days": "Due after (days)", "discount_days": "Discount within (days)", "discount_percent": "Discount",
    "due_day": "Due on day of the month", "next_month_days": "Next month if issued within (days)",
    "discount_day": "Discount until day of the month", "active": "Offered",
}  # fmt: skip
NUMBERS = ("due_days", "discount_days", "due_day", "next_month_days", "discount_day")


def blank_rate() -> dict[str, Any]:
    return {"name": "", "shape": "single", "rate": "", "components": []}


def of_rate(entry: Mapping[str, Any]) -> dict[str, Any]:
    members = [str(each["id"]) for each in entry["components"]]
    return {
        "name": entry["name"], "shape": "group" if members else "single",
        "rate": "" if members else entry["rate"] or "", "components": members,
    }  # fmt: skip


def read_rate(form: FormData) -> dict[str, Any]:
    ids = [
        text
        for each in form.getlist("components")
        if (text := str(each)).isascii() and text.isdigit() and len(text) < 16
    ]
    return {
        "name": _text(form, "name"), "shape": "group" if _text(form, "shape") == "group" else "single",
        "rate": _text(form, "rate"), "components": list(dict.fromkeys(ids)),
    }  # fmt: skip


def store_rate(values: Mapping[str, Any]) -> dict[str, Any]:
    """As `TaxRateFields` takes it."""
    if values["shape"] == "group":
        return {"name": values["name"], "rate": None, "components": [int(id) for id in values["components"]]}
    return {"name": values["name"], "rate": _percent(values["rate"]), "components": []}


def blank_term() -> dict[str, Any]:
    return {"name": "", "form": "standard", "discount_percent": "", **dict.fromkeys(NUMBERS, "")}


def of_term(entry: Mapping[str, Any]) -> dict[str, Any]:
    numbers = {name: "" if entry[name] is None else str(entry[name]) for name in NUMBERS}
    return {
        "name": entry["name"], "form": entry["form"], "discount_percent": entry["discount_percent"] or "", **numbers,
    }  # fmt: skip


def read_term(form: FormData) -> dict[str, Any]:
    return {
        "name": _text(form, "name"),
        "form": "date_driven" if _text(form, "form") == "date_driven" else "standard",
        "discount_percent": _text(form, "discount_percent"),
        **{name: _text(form, name).strip() for name in NUMBERS},
    }


def store_term(values: Mapping[str, Any]) -> dict[str, Any]:
    """As `PaymentTermFields` takes it."""
    meant = TERM_FIELDS[values["form"]]
    return {
        "name": values["name"], "form": values["form"], "discount_percent": _percent(values["discount_percent"]),
        **{name: _number(values[name]) if name in meant else None for name in NUMBERS},
    }  # fmt: skip


class EntryForm:
    """How the entries of one kind are typed. blank, of, read, store: as the functions above; template: of the form."""

    def __init__(
        self,
        template: str,
        blank: Callable[[], dict[str, Any]],
        of: Callable[[Mapping[str, Any]], dict[str, Any]],
        read: Callable[[FormData], dict[str, Any]],
        store: Callable[[Mapping[str, Any]], dict[str, Any]],
    ) -> None:
        self.template, self.blank, self.of, self.read, self.store = template, blank, of, read, store

    def differences(self, values: Mapping[str, Any], stored: Mapping[str, Any]) -> list[tuple[str, str]]:
        """The fields that hold something else in the store, by label, with what they hold there."""
        there = self.of(stored)
        shown = {**there, "components": ", ".join(each["name"] for each in stored.get("components", ()))}
        return [(LABELS[name], str(shown[name])) for name in there if values[name] != there[name]]


FORMS: Mapping[str, EntryForm] = {
    "tax_rate": EntryForm("tax_rate_form.html", blank_rate, of_rate, read_rate, store_rate),
    "payment_term": EntryForm("payment_term_form.html", blank_term, of_term, read_term, store_term),
}
"""Of the kinds that people may edit, by kind."""


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _percent(text: str) -> str:
    return text.strip().removesuffix("%").strip()


def _number(text: str) -> int | str | None:
    """What is no number is left as it is, so that the rules can say so."""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text
