"""People: what they do in QuickBooks and in the field system, drawn by the seed. They know nothing of each other,
nor of the engine; every text that they type is new, so that it can be traced, except where being the same is the
point."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from tests.simulation.changing import CURSED
from tests.simulation.companyfile import CompanyFile, Customer, NotPossible
from tests.simulation.fieldside import FieldSide
from tests.simulation.trace import Trace

BOOKS_TEXTS = {"phone": "Phone", "email": "Email", "first_name": "FirstName", "last_name": "LastName"}
TERMS = ("Net 30", "Due on receipt", "Net 15")


class InBooks:
    """Somebody at QuickBooks. touched: the customers that people edited, with the true time of the last edit; order:
    the same as numbers that rise. newest: what the engine wrote last. last: by record and field, what people last put
    there."""

    def __init__(self, file: Callable[[], CompanyFile], trace: Trace, dice: random.Random) -> None:
        self._file, self.trace, self.dice = file, trace, dice
        self.touched: dict[str, float] = {}
        self.order: dict[str, int] = {}
        self.newest = self.at_hand = ""
        self.last: dict[tuple[str, str], str | None] = {}

    @property
    def file(self) -> CompanyFile:
        return self._file()

    def some(self, *, top: bool = False, jobs: bool = False) -> Customer | None:
        """A customer that is there, or none. People often turn to what has just been written, or
        what they have at hand."""
        fresh = self.file.customer(self.newest)
        if fresh is not None and not top and not jobs and self.dice.random() < 0.25:
            return fresh
        again = self.file.customer(self.at_hand)
        if again is not None and not top and not jobs and self.dice.random() < 0.25:
            return again
        there = [
            each
            for each in self.file.data.customers.values()
            if not (top and each.parent) and not (jobs and not each.parent)
        ]
        return self.dice.choice(there) if there else None

    def do(self, what: str) -> bool:
        """One thing that people do. False: there was nothing to do it to, or QuickBooks would not let them."""
        try:
            done: str | None = getattr(self, what)()
        except NotPossible:
            return False
        if done:
            self.trace.tell(f"books: {done}")
        return bool(done)

    def _edited(self, each: Customer) -> None:
        self.file.edited(each)
        self._noted(each)

    def _noted(self, each: Customer) -> None:
        self.touched[each.id] = self.trace.now()
        self.order[each.id] = self.trace.next()
        self.at_hand = each.id

    def create(self, name: str = "", parent: str | None = None) -> str | None:
        named = name or self.trace.fresh("Bk", "books")
        each = self.file.add(self.trace.types(named, "books"), parent)
        each.texts["Phone"] = self.last[each.id, "phone"] = self.trace.fresh("p", "books")
        if self.dice.random() < 0.5:
            each.bill = {"Addr1": self.trace.fresh("1 Bill St", "books"), "City": "Albany"}
        for number in range(self.dice.choice((0, 0, 1, 2))):
            each.ships.append(self._place(f"Ship To {number + 1}"))
        if each.ships and self.dice.random() < 0.5:
            each.ships[0]["DefaultShipTo"] = "true"
        if self.dice.random() < 0.3:
            each.refs["TermsRef"] = self.dice.choice(TERMS)
        if self.dice.random() < 0.2:
            each.texts["CompanyName"] = self.trace.fresh("Own", "books")
        if self.dice.random() < 0.1:
            self.file.switch(each, False)
        self._noted(each)
        return f"creates {self.file.full_name(each)!r} ({each.id}), phone {each.texts['Phone']}"

    def _place(self, name: str) -> dict[str, str]:
        return {"Name": name, "Addr1": self.trace.fresh("2 Ship St", "books"), "DefaultShipTo": "false"}

    def add_job(self) -> str | None:
        above = self.some()
        if above is None or len(self.file.lineage(above)) > 3:
            return None
        return self.create(self.trace.fresh("Job", "books"), above.id)

    def add_vendor(self) -> str | None:
        name = self.trace.fresh("Vendor", "books")
        self.file.hold_name("Vendor", name)
        return f"adds vendor {name!r}"

    def edit(self, field: str = "") -> str | None:
        each = self.some()
        if each is None:
            return None
        field = field or self.dice.choice((*BOOKS_TEXTS, "bill", "terms", "tax_code"))
        return self.set(each, field)

    def set(self, each: Customer, field: str) -> str:
        if field == "bill":
            told = self.trace.fresh("9 Bill St", "books")
            each.bill = {**each.bill, "Addr1": told}
        elif field == "terms":
            told = each.refs["TermsRef"] = self.dice.choice(TERMS)
        elif field == "tax_code":
            told = each.refs["SalesTaxCodeRef"] = self.dice.choice(("Tax", "Non"))
        else:
            told = each.texts[BOOKS_TEXTS[field]] = self.trace.fresh(field[0], "books")
            self.last[each.id, field] = told
        self._edited(each)
        return f"sets {field} of {self.file.full_name(each)!r} ({each.id}) to {told!r}"

    def clear(self) -> str | None:
        each = self.some()
        if each is None or "Email" not in each.texts:
            return None
        del each.texts["Email"]
        self.last[each.id, "email"] = None
        self._edited(each)
        return f"clears the email of {each.name!r} ({each.id})"

    def rename(self) -> str | None:
        each = self.some()
        if each is None:
            return None
        old = each.name
        self.file.rename(each, self.trace.fresh("Renamed", "books"))
        self.last[each.id, "name"] = each.name
        self._edited(each)
        return f"renames {old!r} ({each.id}) to {each.name!r}"

    def switch(self) -> str | None:
        each = self.some()
        if each is None:
            return None
        self.file.switch(each, not each.active)
        self._edited(each)
        return f"makes {each.name!r} ({each.id}) {'active' if each.active else 'inactive'}"

    def delete(self) -> str | None:
        each = self.some()
        if each is None:
            return None
        self.file.delete(each)
        return f"deletes {each.name!r} ({each.id})"

    def move(self) -> str | None:
        each, above = self.some(jobs=True), self.some(top=True)
        if each is None or above is None or each.parent == above.id:
            return None
        self.file.move(each, above.id)
        self._edited(each)
        return f"moves job {each.name!r} ({each.id}) to {above.name!r}"

    def places(self) -> str | None:
        """Adds, edits, renames or removes an entry of the Ship To list."""
        each = self.some()
        if each is None:
            return None
        what = self.dice.choice(("adds", "edits", "renames", "removes")) if each.ships else "adds"
        if what == "adds":
            each.ships.append(self._place(self.trace.fresh("Site", "books")))
        else:
            place = self.dice.choice(each.ships)
            if what == "edits":
                place["Addr1"] = self.trace.fresh("3 Ship St", "books")
            elif what == "renames":
                place["Name"] = self.trace.fresh("Site", "books")
            else:
                each.ships.remove(place)
        self._edited(each)
        return f"{what} a Ship To of {each.name!r} ({each.id}): {[place['Name'] for place in each.ships]}"

    def sell(self) -> str | None:
        each = self.some()
        if each is None:
            return None
        self.file.sold(each)
        return f"sells something to {each.name!r}"

    def open_form(self) -> str | None:
        each = self.some()
        if each is None:
            return None
        code = self.dice.choice(("3175", "3176", "3170"))
        self.file.locks[each.id] = (self.dice.randint(1, 3), code)
        return f"has the form of {each.name!r} open ({code})"

    def work_in_list(self) -> str | None:
        self.file.busy = self.dice.randint(1, 2)
        return "is at work in the list of customers"

    def curse(self) -> str | None:
        return self.create(f"{CURSED} {self.trace.fresh('Bk', 'books')}")


class InField:
    """Somebody at the field system. touched as in `InBooks`; edited: the fields that people changed there, by
    record."""

    def __init__(self, side: FieldSide, company: str, trace: Trace, dice: random.Random) -> None:
        self.side, self.company, self.trace, self.dice = side, company, trace, dice
        self.touched: dict[int, float] = {}
        self.order: dict[int, int] = {}
        self.newest = 0
        self.last: dict[tuple[int, str], str | None] = {}
        self.removed: dict[tuple[int, str], int] = {}
        self.edited: dict[int, set[str]] = {}

    def some(self) -> int | None:
        there = list(self.side.there(self.company))
        if self.newest in there and self.dice.random() < 0.25:
            return self.newest
        return self.dice.choice(there) if there else None

    def do(self, what: str) -> bool:
        """As `InBooks.do`."""
        done: str | None = getattr(self, what)()
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
        if self.dice.random() < 0.3:
            values["terms"] = self.dice.choice((*TERMS, "Net 99"))
        if self.dice.random() < 0.08:
            values["active"] = False
        id = self.side.create(self.company, name=self.trace.types(named, "field"), **values)
        self.last[id, "phone"] = values["phone"]
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
        return self.set(id, field or self.dice.choice((*BOOKS_TEXTS, "bill", "terms", "tax_code")))

    def set(self, id: int, field: str) -> str:
        if field == "bill":
            told = self.trace.fresh("6 Field Rd", "field")
            self.put(id, billing_address={**(self.values(id)["billing_address"] or {}), "line1": told})
        elif field == "terms":
            told = self.dice.choice((*TERMS, "Net 99"))
            self.put(id, terms=told)
        elif field == "tax_code":
            told = self.dice.choice(("Tax", "Non"))
            self.put(id, tax_code=told)
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
