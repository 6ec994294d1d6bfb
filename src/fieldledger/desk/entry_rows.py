"""An entry between the database and everybody else: rows into values, values into rows, values as they are shown.

Lists of entries are small, so a list is always read whole. It decides nothing about what may be written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from fieldledger.desk import sync_words
from fieldledger.desk.entry_kinds import EntryKind
from fieldledger.desk.entry_rules import group_rate
from fieldledger.desk.schema import tax_components
from fieldledger.desk.texts import fold


@dataclass(slots=True)
class Entry:
    """One entry in memory. values: every field of its kind; components as numbers."""

    id: int
    version: int
    position: int
    created_at: str
    modified_at: str
    origin: str
    values: dict[str, Any]
    deleted: bool = False
    sync: dict[str, str] | None = None


def load(tx: Connection, company: str, kind: EntryKind) -> dict[int, Entry]:
    """The whole list by number, deleted entries too."""
    table = kind.table
    rows = tx.execute(select(table).where(table.c.company == company).order_by(table.c.id)).all()
    badges = sync_words.load(tx, company, kind.kind, [row.id for row in rows])
    members = _members(tx, company) if kind.groups else {}
    found = {}
    for row in rows:
        known = row._mapping
        values = {name: known[name] for name in kind.plain}
        if kind.groups:
            values["components"] = members.get(row.id, [])
        found[row.id] = Entry(
            row.id, row.version, row.position, row.created_at, row.modified_at, row.origin, values, row.deleted,
            badges.get(row.id),
        )  # fmt: skip
    return found


def _members(tx: Connection, company: str) -> dict[int, list[int]]:
    table = tax_components.c
    query = (
        select(table.tax_group, table.member)
        .where(table.company == company)
        .order_by(table.tax_group, table.place)
    )
    found: dict[int, list[int]] = {}
    for row in tx.execute(query):
        found.setdefault(row.tax_group, []).append(row.member)
    return found


def columns(company: str, kind: EntryKind, entry: Entry) -> dict[str, Any]:
    """A row of the kind's table."""
    return {
        "company": company, "id": entry.id, "version": entry.version, "position": entry.position,
        "deleted": entry.deleted, "created_at": entry.created_at, "modified_at": entry.modified_at,
        "origin": entry.origin, **{name: entry.values[name] for name in kind.plain},
        "name_key": fold(entry.values["name"]),
    }  # fmt: skip


def shown(entry: Entry, every: Mapping[int, Entry]) -> dict[str, Any]:
    """An entry as everybody outside sees it. every: its list, for the names and rates of a group's members."""
    values = dict(entry.values)
    if "components" in values:
        members = values["components"]
        if members:
            values["rate"] = group_rate(members, {id: every[id].values for id in members})
        values["components"] = [
            {"id": id, "name": every[id].values["name"], "rate": every[id].values["rate"]} for id in members
        ]
    return {
        "id": entry.id, "version": entry.version, "created_at": entry.created_at, "modified_at": entry.modified_at,
        "origin": entry.origin, **values, "sync": entry.sync,
    }  # fmt: skip
