"""What the terms, tax code and tax of a customer and the tax of a location may be, for the pages: the active entries of
each list, and the one that it has although it is retired.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

from fieldledger.desk import entry_words
from fieldledger.desk.customers import REFERENCES
from fieldledger.desk.entry_store import Entries
from fieldledger.desk.references import TAX

Stated: TypeAlias = tuple[str, str]
"""What an entry is called with what it means, and why it is not offered any more, "" while it is."""


class Option(NamedTuple):
    """A line of a select. value: the entry's number as text; offered: no = only where it is chosen already."""

    value: str
    label: str
    offered: bool


class Choices:
    """entries: the lists, by kind."""

    def __init__(self, entries: Mapping[str, Entries]) -> None:
        self._lists = {field: (kind, entries[kind]) for field, kind in REFERENCES.items()}

    def options(self, company: str) -> dict[str, list[Option]]:
        """For each field its lines by name. Those of the tax are a location's as well."""
        return {
            field: [
                Option(str(entry["id"]), entry_words.option(kind, entry), entry["active"])
                for entry in entries.every(company)
            ]
            for field, (kind, entries) in self._lists.items()
        }

    def shown(self, company: str, customer: Mapping[str, Any]) -> dict[str, Stated]:
        """For each field that is stated, what is told of it."""
        found = {}
        for field, (kind, entries) in self._lists.items():
            id = customer[f"{field}_id"]
            if id is not None:
                found[field] = _stated(kind, entries.get(company, id))
        return found

    def shown_at(self, company: str, customer: Mapping[str, Any]) -> dict[int, Stated]:
        """For each location that has a tax of its own, by the location's number, what is told of it."""
        having = [each for each in customer["locations"] if each["tax_item_id"] is not None]
        if not having:
            return {}
        kind, entries = self._lists[TAX]
        taxes = {entry["id"]: entry for entry in entries.every(company)}
        return {each["id"]: _stated(kind, taxes[each["tax_item_id"]]) for each in having}


def _stated(kind: str, entry: Mapping[str, Any]) -> Stated:
    plain = entry_words.option(kind, {**entry, "active": True, "sync": None})
    return plain, entry_words.standing(entry)
