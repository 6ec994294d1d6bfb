"""One transaction's writes of one kind's entries: every way in goes through here, so numbers, versions, positions,
stamps and rules are the same for all. Expected trouble is raised before anything is touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Connection, bindparam, delete, insert, update

from fieldledger.desk import policy, uses
from fieldledger.desk.entries import values_of
from fieldledger.desk.entry_kinds import EntryKind
from fieldledger.desk.entry_rows import Entry, columns, load, shown
from fieldledger.desk.entry_rules import Draft
from fieldledger.desk.judging import SYNC, Conflict, Done, InUse, Item, NotThere, Refused, judged
from fieldledger.desk.moments import stamp
from fieldledger.desk.numbering import Numbering
from fieldledger.desk.schema import tax_components
from fieldledger.desk.texts import fold


class EntryWriting:
    """Collects writes and puts all down at `flush`. now: Unix seconds."""

    def __init__(self, tx: Connection, company: str, kind: EntryKind, now: float, origin: str) -> None:
        self.tx = tx
        self.kind = kind
        self._company = company
        self._origin = origin
        self._at = stamp(datetime.fromtimestamp(now, UTC))
        self._numbering = Numbering(tx, company, kind.kind, f"{kind.kind}.position")
        self._locks = policy.Locks()
        if origin != SYNC:
            self._locks = policy.locks(policy.read(tx, company), kind.policy, kind.blank)
        self._entries = load(tx, company, kind)
        self._new: dict[int, Entry] = {}
        self._changed: dict[int, Entry] = {}
        self._leaving: set[int] = set()  # whose names are about to be given up

    @property
    def edited(self) -> list[int]:
        """The entries that are not as they were before."""
        return sorted({*self._new, *self._changed})

    def shown(self, entry: Entry) -> dict[str, Any]:
        return shown(entry, self._entries)

    def find(self, id: int, version: int | None) -> Entry:
        """Raises `NotThere` or `Conflict`."""
        entry = self._entries.get(id)
        if entry is None or entry.deleted:
            raise NotThere(id, self.kind.noun)
        if version is not None and version != entry.version:
            raise Conflict(self.shown(entry), self.kind.noun)
        return entry

    def create(self, fields: BaseModel) -> Entry:
        """A new entry. Raises `Refused`."""
        given = values_of(fields)
        values = self._judged(given, {**self.kind.blank, **given}, None)
        entry = Entry(
            self._numbering.number(), 1, self._numbering.position(), self._at, self._at, self._origin, values
        )
        self._entries[entry.id] = self._new[entry.id] = entry
        return entry

    def change(self, entry: Entry, fields: BaseModel) -> Entry:
        """What equals what is there is no change: no version, no place in the feed. Raises `Refused`."""
        given = values_of(fields)
        values = self._judged(given, {**entry.values, **given}, entry)
        if values == entry.values:
            return entry
        entry.values = values
        return self._touch(entry)

    def delete(self, entry: Entry) -> Entry:
        """Leaves a tombstone, so that whoever follows the change feed hears of it. Raises `Refused` and `InUse`: what
        others refer to is retired instead, by the sync as well."""
        self._locks.check(entry.values, None, self.kind.blank)
        groups = [each for each in self._there().values() if entry.id in each.get("components", ())]
        used = uses.count(self.tx, self._company, self.kind.used_by).get(entry.id, uses.NONE)
        told = uses.told(used, [each["name"] for each in groups])
        if told:
            raise InUse(
                f"{entry.values['name']!r} is used by {told}, so it cannot be deleted; retire it instead "
                "(active: false): it stays with what has it, and is not offered any more."
            )
        entry.deleted = True
        return self._touch(entry)

    def carry_out(self, item: Item) -> Done:
        """One item of a batch."""
        id = item.id
        if id is None:
            return judged(201, lambda: self.shown(self.create(item.fields)))
        return judged(200, lambda: self.shown(self.change(self.find(id, item.version), item.fields)))

    def together(self, items: Sequence[Item]) -> dict[str, Done]:
        """Changes of which each takes the name that another gives up, by key. Who stands in the way is left out."""
        left = [item for item in items if item.id in self._entries]
        while len(left) > 1 and len({item.id for item in left}) == len({item.key for item in left}) == len(
            left
        ):
            before = {item.id: replace(self._entries[item.id]) for item in left if item.id}
            changed, numbers = set(self._changed), self._numbering.mark()
            self._leaving = set(before)
            done = {}
            for item in left:
                self._leaving.discard(item.id or 0)
                done[item.key] = self.carry_out(item)
            self._leaving = set()
            if all(answer.status == 200 for answer in done.values()):
                return done
            self._entries.update(before)
            self._new = {id: self._entries[id] for id in self._new}
            self._changed = {id: self._entries[id] for id in changed}
            self._numbering.back(numbers)
            left = [item for item in left if done[item.key].status == 200]
        return {}

    def tell_again(self, status: int, record: int | None) -> Done:
        """The first answer to a key: its status, and the entry as it is by now."""
        entry = self._entries.get(record) if record is not None else None
        if status == 404 or entry is None:
            return Done(404, None, f"There is no {self.kind.noun} {record}.")
        now = self.shown(entry)
        return Done(status, now, str(Conflict(now, self.kind.noun)) if status == 409 else "")

    def flush(self) -> None:
        """Everything at once. Names are given up before they are taken, so entries may pass one on."""
        table, company = self.kind.table, self._company
        changed = [entry for id, entry in self._changed.items() if id not in self._new]
        if changed:
            here = update(table).where(
                table.c.company == bindparam("of_company"), table.c.id == bindparam("of_id")
            )
            rows = [columns(company, self.kind, entry) for entry in changed]
            numbers = [{"of_company": company, "of_id": row["id"]} for row in rows]
            given_up = [{**number, "gone": f"\n{number['of_id']}"} for number in numbers]  # nobody's name
            self.tx.execute(here.values(name_key=bindparam("gone")), given_up)
            kept = ("company", "id", "created_at")
            new: dict[str, Any] = {
                each.name: bindparam(f"new_{each.name}") for each in table.c if each.name not in kept
            }
            bound = [
                {**number, **{f"new_{name}": row[name] for name in new}}
                for number, row in zip(numbers, rows, strict=True)
            ]
            self.tx.execute(here.values(new), bound)
        if self._new:
            self.tx.execute(insert(table), [columns(company, self.kind, each) for each in self._new.values()])
        if self.kind.groups:
            self._write_members(changed)
        if self._new or changed:
            self._numbering.put_down()

    def _write_members(self, changed: list[Entry]) -> None:
        table, company = tax_components, self._company
        for entry in changed:
            self.tx.execute(delete(table).where(table.c.company == company, table.c.tax_group == entry.id))
        rows = [
            {"company": company, "tax_group": entry.id, "place": place, "member": member}
            for entry in (*self._new.values(), *changed)
            for place, member in enumerate(entry.values["components"], 1)
        ]
        if rows:
            self.tx.execute(insert(table), rows)

    def _judged(self, given: dict[str, Any], values: dict[str, Any], entry: Entry | None) -> dict[str, Any]:
        """The values to store. Raises `Refused`."""
        others = self._there()
        before = entry.values if entry else None
        if self.kind.groups and values["components"]:
            values = {**values, "rate": None}
        id = entry.id if entry else None
        errors = self.kind.rule(Draft(given, values, before, id, others, self._origin == SYNC))
        key = fold(values["name"])
        # QuickBooks' names are its own: what people kept or retired under one here must not stand in their way.
        is_new = before is None or key != fold(before["name"])
        if (
            self._origin != SYNC
            and is_new
            and any(
                key == fold(each["name"])
                for number, each in others.items()
                if number != id and number not in self._leaving
            )
        ):
            told = f"There is a {self.kind.noun} named {values['name']!r} already; take another name, or use that one."
            errors = [{"field": "name", "message": told}, *errors]
        if values != before:
            self._locks.check(before, values, self.kind.blank)
        if errors:
            raise Refused(errors)
        return values

    def _there(self) -> dict[int, dict[str, Any]]:
        return {id: entry.values for id, entry in self._entries.items() if not entry.deleted}

    def _touch(self, entry: Entry) -> Entry:
        entry.version += 1
        entry.position = self._numbering.position()
        entry.modified_at = self._at
        entry.origin = self._origin
        self._changed[entry.id] = entry
        return entry
