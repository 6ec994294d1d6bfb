"""What records are called, for people: full names in QuickBooks, and the names behind references (spec 5: a customer
knows its term by an id). One query for each list, however many lines are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from fieldledger.journal import Tx, sights
from fieldledger.model.kinds import LISTS, Kind, Side
from fieldledger.model.record import Values
from fieldledger.policy.kinds import LABELS, REFERENCES, UNLINKED, referred


class Names(msgspec.Struct, frozen=True):
    """By kind, the names of what others refer to, by the references that the engine uses."""

    known: Mapping[Kind, Mapping[str, str]] = {}

    def value(self, kind: str, field: str, value: Any) -> Any:
        """A value of a field as it is shown: a reference by the name of what it refers to."""
        to = REFERENCES.get(Kind(kind), {}).get(field) if kind in tuple(Kind) else None
        if to is None or not value:
            return value
        names = self.known.get(to, {})
        return ", ".join(names.get(id, id) for id in referred(value))

    def values(self, kind: Kind, side: Side, values: Values) -> dict[str, Any]:
        """All mapped values of a record as its own side holds them."""
        prefix = UNLINKED if side is Side.FIELD else ""
        shown = {}
        for field in LABELS[kind]:
            value = values.get(field)
            if field in REFERENCES[kind]:
                value = self.value(kind, field, [prefix + id for id in referred(value)]) or None
            shown[field] = value
        return shown


def names(tx: Tx, company: str) -> Names:
    """Every term, tax and code of a company, on either side."""
    return Names(
        {
            kind: {
                prefix + id: entry.name
                for side, prefix in ((Side.BOOKS, ""), (Side.FIELD, UNLINKED))
                for id, entry in sights.brief(tx, company, side, kind).items()
            }
            for kind in LISTS
        }
    )


def books_names(tx: Tx, company: str, books: Iterable[tuple[str, str | None]]) -> dict[tuple[str, str], str]:
    """Full names in QuickBooks by kind and ListID: what tells a customer and its jobs apart, which may bear one name
    here. books: pairs of those; what has no id, or is of no kind, is passed over."""
    wanted: dict[str, list[str]] = {}
    for kind, id in dict.fromkeys(books):
        if id and kind in tuple(Kind):
            wanted.setdefault(kind, []).append(id)
    return {
        (kind, id): sight.full_name
        for kind, ids in wanted.items()
        for id, sight in sights.load(tx, company, Side.BOOKS, Kind(kind), ids).items()
    }
