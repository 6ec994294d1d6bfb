"""Somebody at QuickBooks, drawn by the seed: knows nothing of the field system, nor of the engine. Every text that is
typed is new, so that it can be traced, except where being the same is the point."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.simulation.changing import CURSED
from tests.simulation.companyfile import CompanyFile, Customer, NotPossible
from tests.simulation.lists_by_hand import REF_TAGS, ListsInBooks
from tests.simulation.trace import Trace

BOOKS_TEXTS = {"phone": "Phone", "email": "Email", "first_name": "FirstName", "last_name": "LastName"}


class InBooks(ListsInBooks):
    """Somebody at QuickBooks. touched: the customers that people edited, with the true time of the last edit; order:
    the same as numbers that rise. newest: what the engine wrote last; favourite: what they
    come back to. last: by record and field, what people last put
    there."""

    def __init__(self, file: Callable[[], CompanyFile], trace: Trace, dice: random.Random) -> None:
        super().__init__()
        self._file, self.trace, self.dice = file, trace, dice
        self.touched: dict[str, float] = {}
        self.order: dict[str, int] = {}
        self.newest = self.at_hand = self.favourite = ""
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
        for id in (self.at_hand, self.favourite):
            again = self.file.customer(id)
            if again is not None and not top and not jobs and self.dice.random() < 0.2:
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
        self.last[each.id, "name"] = each.name
        if self.dice.random() < 0.5:
            each.bill = {"Addr1": self.trace.fresh("1 Bill St", "books"), "City": "Albany"}
        for number in range(self.dice.choice((0, 0, 1, 2))):
            each.ships.append(self._place(f"Ship To {number + 1}"))
        if each.ships and self.dice.random() < 0.5:
            each.ships[0]["DefaultShipTo"] = "true"
        for tag, chance in (("TermsRef", 0.3), ("SalesTaxCodeRef", 0.2), ("ItemSalesTaxRef", 0.2)):
            if (known := self.referable(tag)) and self.dice.random() < chance:
                each.refs[tag] = self.dice.choice(known)
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
        field = field or self.dice.choice((*BOOKS_TEXTS, "bill", *REF_TAGS))
        return self.set(each, field)

    def set(self, each: Customer, field: str) -> str:
        if field == "bill":
            told = self.trace.fresh("9 Bill St", "books")
            each.bill = {**each.bill, "Addr1": told}
        elif field in REF_TAGS:
            told = each.refs[REF_TAGS[field]] = self.dice.choice(self.referable(REF_TAGS[field]) or [""])
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
