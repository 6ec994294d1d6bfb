"""Somebody at the field system, as `in_books`. What is typed there is new too, but for names that are like others."""

from __future__ import annotations

import random
from typing import Any

from tests.simulation.changing import CURSED
from tests.simulation.fieldside import FieldSide
from tests.simulation.in_books import BOOKS_TEXTS
from tests.simulation.lists_by_hand import REF_KINDS, ListsInField
from tests.simulation.small import NotPossible
from tests.simulation.trace import Trace

UNKNOWN_TERMS = "Net 99"
"""Terms that QuickBooks does not have."""


class InField(ListsInField):
    """Somebody at the field system. touched as in `InBooks`; edited: the fields that people changed there, by
    record."""

    def __init__(self, side: FieldSide, company: str, trace: Trace, dice: random.Random) -> None:
        super().__init__()
        self.side, self.company, self.trace, self.dice = side, company, trace, dice
        self.touched: dict[int, float] = {}
        self.order: dict[int, int] = {}
        self.newest = self.favourite = 0
        self.last: dict[tuple[int, str], str | None] = {}
        self.removed: dict[tuple[int, str], int] = {}
        self.edited: dict[int, set[str]] = {}

    def some(self) -> int | None:
        there = list(self.side.there(self.company))
        for id in (self.newest, self.favourite):
            if id in there and self.dice.random() < 0.2:
                return id
        return self.dice.choice(there) if there else None

    def do(self, what: str) -> bool:
        """As `InBooks.do`."""
        try:
            done: str | None = getattr(self, what)()
        except NotPossible:
            return False
        if done:
            self.trace.tell(f"field: {done}")
        return bool(done)

    def put(self, id: int, **values: Any) -> None:
        """An edit by hand."""
        self.side.edit(self.company, id, **values)
        self._noted(id)
        self.edited.setdefault(id, set()).update(values)
        self.last.update(
            ((id, name), value) for name, value in values.items() if name in (*BOOKS_TEXTS, "name")
        )

    def _noted(self, id: int) -> None:
        self.touched[id] = self.trace.now()
        self.order[id] = self.trace.next()

    def values(self, id: int) -> dict[str, Any]:
        found = self.side.rows[self.company][id].values
        assert found is not None
        return found

    def create(self, name: str = "") -> str:
        named = name or self.trace.fresh("Fd", "field")
        values: dict[str, Any] = {"phone": self.trace.fresh("fp", "field"), "locations": []}
        if self.dice.random() < 0.4:
            values["billing_address"] = {"line1": self.trace.fresh("4 Field Rd", "field"), "city": "Utica"}
        if self.dice.random() < 0.4:
            values["locations"] = [self._place("Yard")]
        for ref, chance in (("terms", 0.3), ("tax_code", 0.2), ("tax_item", 0.2)):
            if (known := self.referable_here(ref)) and self.dice.random() < chance:
                values[ref] = self.dice.choice(known)
        if self.dice.random() < 0.08:
            values["active"] = False
        id = self.side.create(self.company, name=self.trace.types(named, "field"), **values)
        self.last[id, "phone"], self.last[id, "name"] = values["phone"], named
        self._noted(id)
        return f"creates {named!r} (#{id}), phone {values['phone']}"

    def _place(self, name: str) -> dict[str, Any]:
        return {
            "name": name,
            "is_default": False,
            "address": {"line1": self.trace.fresh("5 Field Rd", "field")},
        }

    def create_alike(self) -> str | None:
        """Another customer of a name that is there already, written a little differently."""
        id = self.some()
        return None if id is None else self.create(alike(self.dice, str(self.values(id)["name"])))

    def edit(self, field: str = "") -> str | None:
        id = self.some()
        if id is None:
            return None
        return self.set(id, field or self.dice.choice((*BOOKS_TEXTS, "bill", *REF_KINDS)))

    def set(self, id: int, field: str) -> str:
        if field == "bill":
            told = self.trace.fresh("6 Field Rd", "field")
            self.put(id, billing_address={**(self.values(id)["billing_address"] or {}), "line1": told})
        elif field in REF_KINDS:
            told = self.dice.choice(self.referable_here(field) or [""])
            self.put(id, **{field: told or None})
        else:
            told = self.trace.fresh(f"f{field[0]}", "field")
            self.put(id, **{field: told})
        return f"sets {field} of {self.values(id)['name']!r} (#{id}) to {told!r}"

    def clear(self) -> str | None:
        id = self.some()
        if id is None or not self.values(id).get("email"):
            return None
        self.put(id, email=None)
        return f"clears the email of #{id}"

    def rename(self) -> str | None:
        id = self.some()
        if id is None:
            return None
        old = self.values(id)["name"]
        self.put(id, name=self.trace.fresh("FdRenamed", "field"))
        return f"renames {old!r} (#{id}) to {self.values(id)['name']!r}"

    def switch(self) -> str | None:
        id = self.some()
        if id is None:
            return None
        self.put(id, active=not self.values(id)["active"])
        return f"makes #{id} {'active' if self.values(id)['active'] else 'inactive'}"

    def delete(self) -> str | None:
        id = self.some()
        if id is None:
            return None
        self.side.delete(self.company, id)
        return f"deletes #{id}"

    def places(self) -> str | None:
        """Adds, edits, renames or removes a service location."""
        id = self.some()
        if id is None:
            return None
        places = [dict(place) for place in self.values(id)["locations"]]
        free = [place for place in places if not place.get("job")]
        what = self.dice.choice(("adds", "edits", "renames", "removes")) if free else "adds"
        if what == "adds":
            places.append(self._place(self.trace.fresh("FdSite", "field")))
        else:
            place = self.dice.choice(free)
            if what == "edits":
                place["address"] = {**place["address"], "line1": self.trace.fresh("7 Field Rd", "field")}
            elif what == "renames":
                place["name"] = self.trace.fresh("FdSite", "field")
            else:
                places.remove(place)
                self.removed[id, place["name"]] = self.trace.next()
        self.put(id, locations=places)
        return f"{what} a location of #{id}: {[place['name'] for place in places]}"

    def too_long(self) -> str | None:
        """A value that QuickBooks cannot take."""
        id = self.some()
        if id is None:
            return None
        self.put(
            id,
            first_name=self.trace.types(
                self.trace.fresh("far too long a first name", "field") + "!" * 9, "field"
            ),
        )
        return f"gives #{id} a first name that is too long"

    def curse(self) -> str:
        return self.create(f"{CURSED} {self.trace.fresh('Fd', 'field')}")


def alike(dice: random.Random, name: str) -> str:
    """The same name to people: another case, another blank."""
    return dice.choice((name, name.upper(), name.lower(), name.replace(" ", "  ")))
