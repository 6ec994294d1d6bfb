"""What a customer's terms, tax code and tax may be, for the pages: the active entries of each list, and the one that it
has although it is retired.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from fieldledger.desk import entry_words
from fieldledger.desk.customers import REFERENCES
from fieldledger.desk.entry_store import Entries


class Option(NamedTuple):
    """A line of a select. value: the entry's number as text."""

    value: str
    label: str


class Choices:
    """entries: the lists, by kind."""

    def __init__(self, entries: Mapping[str, Entries]) -> None:
        self._lists = {field: (kind, entries[kind]) for field, kind in REFERENCES.items()}

    def offered(self, company: str, chosen: Mapping[str, Any]) -> dict[str, list[Option]]:
        """For each field its lines by name. chosen: the numbers, as text, that the form holds now."""
        return {
            field: [
                Option(str(entry["id"]), entry_words.option(kind, entry))
                for entry in entries.every(company)
                if entry["active"] or str(entry["id"]) == chosen[field]
            ]
            for field, (kind, entries) in self._lists.items()
        }

    def shown(self, company: str, customer: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
        """For each field that is stated: what the customer's entry is called with what it means, and why it is not
        offered any more, "" while it is."""
        found = {}
        for field, (kind, entries) in self._lists.items():
            id = customer[f"{field}_id"]
            if id is not None:
                entry = entries.get(company, id)
                plain = entry_words.option(kind, {**entry, "active": True, "sync": None})
                found[field] = (plain, entry_words.standing(entry))
        return found
