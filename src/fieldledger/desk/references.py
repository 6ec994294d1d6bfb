"""What customers and their locations refer to: numbers into names for whoever looks, names and numbers into numbers for
whoever writes.

Renaming an entry touches no customer: what is stored is its number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, RowMapping, select

from fieldledger.desk import seeds
from fieldledger.desk.customers import REFERENCES, Meant
from fieldledger.desk.entry_kinds import ENTRY_KINDS, TAX_CODE
from fieldledger.desk.texts import fold

WHERE = "Settings > Tax and Terms"
TAX = "tax_item"
"""The reference that a location may have as well."""


class Known(NamedTuple):
    """An entry that may be referred to."""

    id: int
    name: str
    active: bool


def names(
    tx: Connection, company: str, rows: Iterable[RowMapping], taxes: Iterable[int]
) -> dict[str, dict[int, str]]:
    """For each reference: the names of the entries that these customers' values refer to. taxes: the numbers of the tax
    rates of their locations, which are among them."""
    found: dict[str, dict[int, str]] = {}
    rows = list(rows)
    for field, kind in REFERENCES.items():
        ids = {row[field] for row in rows if row[field] is not None}
        if field == TAX:
            ids.update(taxes)
        table = ENTRY_KINDS[kind].table.c
        query = select(table.id, table.name).where(table.company == company, table.id.in_(ids))
        found[field] = {row.id: row.name for row in tx.execute(query)} if ids else {}
    return found


class References:
    """What may be referred to in one transaction; a list is read once, when it is first needed. now: Unix seconds."""

    def __init__(self, tx: Connection, company: str, now: float, *, by_sync: bool) -> None:
        self._tx, self._company, self._now, self._by_sync = tx, company, now, by_sync
        self._lists: dict[str, tuple[dict[int, Known], dict[str, Known]]] = {}

    def resolve(
        self, meant: Mapping[str, Meant], before: Mapping[str, Any] | None
    ) -> tuple[dict[str, int | None], list[dict[str, str]]]:
        """The numbers that are meant, and what is wrong with the others. before: the customer's values, None for a new
        one: what it has it may keep, though it is retired by now."""
        found: dict[str, int | None] = {}
        errors = []
        for field, wish in meant.items():
            id, wrong = self.one(field, wish, before[field] if before else None)
            found[field] = id
            if wrong:
                errors.append(wrong)
        return found, errors

    def name(self, field: str, id: int | None) -> str | None:
        """The name of an entry that is referred to."""
        return None if id is None else self._list(field)[0][id].name

    def one(self, field: str, wish: Meant, had: int | None) -> tuple[int | None, dict[str, str] | None]:
        """The number that is meant, or the one that it had and what is wrong: field and message."""
        noun = ENTRY_KINDS[REFERENCES[field]].noun
        by_id, by_name = self._list(field) if wish.name or wish.id is not None else ({}, {})
        named = by_name.get(fold(wish.name)) if wish.name else None
        numbered = by_id.get(wish.id) if wish.id is not None else None
        if wish.name and named is None:
            told = f"There is no {noun} named {wish.name!r}; add it in {WHERE}, or choose one that is there."
            return had, {"field": field, "message": told}
        if wish.id is not None and numbered is None:
            told = f"There is no {noun} {wish.id}; add it in {WHERE}, or choose one that is there."
            return had, {"field": f"{field}_id", "message": told}
        if wish.named and wish.numbered and named != numbered:
            told = (
                f"{field} names {named.name if named else 'none'!r} and {field}_id "
                f"{numbered.name if numbered else 'none'!r}; send one of them, or both for the same {noun}."
            )
            return had, {"field": field, "message": told}
        chosen = numbered or named
        if chosen is None:
            return None, None
        if not chosen.active and chosen.id != had and not self._by_sync:
            told = f"{chosen.name!r} is retired; choose another, or bring it back in {WHERE}."
            return had, {"field": field if wish.named else f"{field}_id", "message": told}
        return chosen.id, None

    def _list(self, field: str) -> tuple[dict[int, Known], dict[str, Known]]:
        if field not in self._lists:
            kind = ENTRY_KINDS[REFERENCES[field]]
            if kind is TAX_CODE:
                seeds.plant(self._tx, self._company, self._now)
            table = kind.table.c
            query = select(table.id, table.name, table.active, table.name_key).where(
                table.company == self._company, table.deleted.is_(False)
            )
            # Of two that bear one name the one in use is meant.
            rows = self._tx.execute(query.order_by(table.active, table.id)).all()
            self._lists[field] = (
                {row.id: Known(row.id, row.name, row.active) for row in rows},
                {row.name_key: Known(row.id, row.name, row.active) for row in rows},
            )
        return self._lists[field]
