"""The promises that are judged when the faults have stopped and all is quiet: whether both sides agree as far as
directions, derived names and holds allow, and whether everything that was overwritten stands in the history."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fieldledger.model.kinds import Side
from tests.simulation.changing import CURSED, LONGEST
from tests.simulation.companyfile import Customer
from tests.simulation.fieldside import Values, words
from tests.simulation.likeness import as_field, comparable
from tests.simulation.list_promises import all_words
from tests.simulation.lists_by_hand import REF_KINDS, SPACE_OF
from tests.simulation.promises import Promises
from tests.simulation.seen import Standing, conflicts, history, standing
from tests.simulation.store import COMPANY
from tests.simulation.world import World

HISTORY = "no user's value disappears without standing in the history (spec 10.2)"
AGREE = "once it is quiet, both sides of a pair agree (spec 10.4)"
UNDONE = "what nobody else changed since stays as a person put it, on both sides (spec 2.4)"
CLASH = "a conflict is told only where people edited both sides (spec 2.3, 2.4)"
LINKED = "once it is quiet, whatever may travel is linked, or waits for a person (spec 10.4)"
OWN = "what we created ourselves is never taken for a stranger's (design: the ladder, 6)"
GONE = "once it is quiet, a deletion is known (spec 2.11, 10.7)"
NO_CAUSE = "nothing is held as refused without a cause (spec 10.5)"
_REFUSED = ("refused", "refused_by_books")
TAXES = ("tax_code", "tax_item")


class Ending:
    """Judges one world. `judge` tells the trace of every broken promise."""

    def __init__(self, world: World, promises: Promises) -> None:
        self.world, self.promises = world, promises
        self.there = world.field.raw(COMPANY)
        self.stands: Standing = standing(world.journal)
        self.lists = {name: standing(world.journal, kind) for name, kind in REF_KINDS.items()}
        self.settings = world.circumstances.settings

    def judge(self) -> None:
        for promise, found in (
            (HISTORY, self._lost()),
            (AGREE, self._apart()),
            (UNDONE, self._undone()),
            (CLASH, self._no_clash()),
            (LINKED, self._left_out()),
            (GONE, self._unknown_deletions()),
            (OWN, self._strangers()),
            (NO_CAUSE, self._held_without_cause()),
        ):
            for what in found:
                self.world.trace.wrong(promise, what)

    # ---- values ------------------------------------------------------------------------------------------------------

    def _lost(self) -> Iterator[str]:
        told = history(self.world.journal)
        for id, reference in self.promises.references:
            if reference not in told:
                yield f"{id} referred to {reference}, and the history does not know"
        known = told | all_words(self.world)
        known |= {text for each in self.world.own.data.customers.values() for text in each.words()}
        known |= {text for values in self.there.values() for text in words(values)}
        for each in self.world.trace.overwritten:
            if each.text not in known:
                yield f"{each.text!r}, taken from {each.side} {each.record}, is nowhere"

    # ---- pairs -------------------------------------------------------------------------------------------------------

    def _apart(self) -> Iterator[str]:
        for books, field in self.stands.pairs:
            customer, values = self.world.own.customer(books), self.there.get(int(field))
            if customer is None or values is None or self._held(books, field):
                continue
            if CURSED in self.world.own.full_name(customer) or CURSED in str(values["name"]):
                continue
            if self._edited_alone(books, field):
                continue
            wanted = as_field(self.world.own, customer, self.settings["job_name"])
            for name in wanted:
                there = self._shared(name, values.get(name))
                one, other = comparable(name, wanted[name]), comparable(name, there)
                if one != other and not self._may_differ(name, customer, wanted[name], there, int(field)):
                    yield (
                        f"{customer.name!r} ({books} / #{field}): {name} is {wanted[name]!r} in QuickBooks and "
                        f"{there!r} in the field system"
                    )

    def _shared(self, name: str, value: Any) -> Any:
        """A reference of the field side by the id that its entry has in QuickBooks, where it has a pair."""
        if name not in REF_KINDS or not value:
            return value
        return next((books for books, field in self.lists[name].all_pairs if field == value), f"#{value}")

    def _undone(self) -> Iterator[str]:
        """Two-way: fields that people edited on one side of a pair only."""
        if self.world.direction != "two_way" or self.world.own.data.restored:
            return
        in_books, in_field = self.world.in_books.last, self.world.in_field.last
        for books, field in self.stands.pairs:
            customer, values = self.world.own.customer(books), self.there.get(int(field))
            if (
                customer is None
                or values is None
                or self._held(books, field)
                or CURSED in self.world.own.full_name(customer)
            ):
                continue
            shown = as_field(self.world.own, customer, self.settings["job_name"])
            for name in ("phone", "email", "first_name", "last_name", "name"):
                there, here = (books, name) in in_books, (int(field), name) in in_field
                if there == here or (name == "name" and customer.parent is not None):
                    continue
                put = in_books[books, name] if there else in_field[int(field), name]
                if (shown[name], values.get(name)) != (put, put):
                    yield (
                        f"{name} of {books} / #{field} was put to {put!r}, and is {shown[name]!r} in QuickBooks and "
                        f"{values.get(name)!r} in the field system"
                    )

    def _no_clash(self) -> Iterator[str]:
        if self.world.own.data.restored:
            return
        for books, field in conflicts(self.world.journal):
            if books not in self.world.in_books.touched or int(field or 0) not in self.world.in_field.touched:
                yield f"{books} / #{field}: one of the two was never edited by anybody"

    def _held(self, books: str, field: str) -> bool:
        return (Side.BOOKS, books) in self.stands.held or (Side.FIELD, field) in self.stands.held

    def _edited_alone(self, books: str, field: str) -> bool:
        """One-way: the receiving side was edited after it was written, and the master's record has not changed
        since."""
        if self.world.direction == "two_way":
            return False
        if self.world.direction == "field_to_books" and self.world.own.data.restored:
            return True  # a restored file went back by itself, which is an edit of its side
        file, there = self.world.own, self.there[int(field)]
        if self.world.direction == "books_to_field":
            receiver, master = (Side.FIELD, field), books
            edited = self.world.in_field.order.get(int(field), 0)
            now = as_field(file, file.data.customers[books], self.settings["job_name"])
            silent = {name for name in TAXES if not now[name]}
        else:
            receiver, master = (Side.BOOKS, books), field
            edited, now = self.world.in_books.order.get(books, 0), there
            later = edited > self.world.in_field.order.get(int(field), 0)
            shown = self._travelling(now, Side.BOOKS)
            silent = {name for name in REF_KINDS if later and shown[name] is None}
        then = self.promises.others_then.get(receiver, {}).get(master)
        if edited <= self.promises.last_write.get(receiver, 0):
            return False
        if then is None:
            return True
        # What the master does not state, or only one side has, is never written (spec 2.1): such a change of the master
        # is over once it was looked at, and takes no write.
        was, is_ = (self._travelling(values, receiver[0]) for values in (then, now))
        return all(
            name in silent or comparable(name, was.get(name)) == comparable(name, is_[name]) for name in is_
        )

    def _travelling(self, values: Values, receiver: Side) -> Values:
        """Without references to what only one side has: a change of these is none for the other side."""
        shown = dict(values)
        for name in REF_KINDS:
            shared = self._shared(name, shown[name]) if receiver is Side.BOOKS else shown[name]
            shown[name] = shared if shared and self._on_both(name, shared) else None
        return shown

    def _may_differ(self, name: str, customer: Customer, one: Any, other: Any, field: int) -> bool:
        """What the specification lets differ in a pair that is in step."""
        match name:
            case "name":
                return customer.parent is not None and "name" in self.world.in_field.edited.get(field, ())
            case "terms" | "tax_code" | "tax_item":
                return (
                    one is None
                    or other is None
                    or not (self._on_both(name, one) and self._on_both(name, other))
                )
            case "locations":
                return not comparable(name, other) or not self.world.circumstances.manners.ship_to_replaced
        return False

    def _on_both(self, name: str, id: str) -> bool:
        """Whether what is referred to is there on both sides."""
        kind = REF_KINDS[name]
        field = next((field for books, field in self.lists[name].all_pairs if books == id), "0")
        rows = self.world.field.small[kind].raw(COMPANY)
        return self.world.own.entry(SPACE_OF[kind], id) is not None and int(field) in rows

    # ---- what is not in pairs -------------------------------------------------------------------------------

    def _left_out(self) -> Iterator[str]:
        direction = self.world.direction
        if direction != "field_to_books":
            for id, customer in self.world.own.data.customers.items():
                if (
                    customer.active
                    and not self._settled(Side.BOOKS, id)
                    and CURSED not in self.world.own.full_name(customer)
                ):
                    job = customer.parent is not None
                    if not job or self.settings["jobs"] == "as_customers":
                        yield f"books: {self.world.own.full_name(customer)!r} ({id}), {self._rests(Side.BOOKS, id)}"
        if direction != "books_to_field":
            for number, values in self.there.items():
                if values["active"] and not self._settled(Side.FIELD, str(number)):
                    yield f"field: {values['name']!r} (#{number}), {self._rests(Side.FIELD, str(number))}"

    def _settled(self, side: Side, id: str) -> bool:
        return (side, id) in self.stands.tied or (side, id) in self.stands.held

    def _rests(self, side: Side, id: str) -> str:
        return f"decision {self.stands.decisions.get((side, id), 'none')!r}"

    def _unknown_deletions(self) -> Iterator[str]:
        for books, field in self.stands.pairs:
            gone = self.world.own.customer(books) is None, int(field) not in self.there
            if gone in ((True, False), (False, True)) and not self._held(books, field):
                yield f"{books if gone[0] else '#' + field} is gone, and its link is live"

    def _held_without_cause(self) -> Iterator[str]:
        for (side, id), code in self.stands.held.items():
            if code not in _REFUSED:
                continue
            records = self._records(side, id)
            if records and not any(_cause(values) for values in records):
                yield f"{side} {id} is held as {code}: {records}"

    def _strangers(self) -> Iterator[str]:
        """A field record that waits because its name is taken, by the books record that was made of it. One that is
        paired with that record is not meant: its new name is taken by another (spec 2.7)."""
        for (side, id), code in self.stands.held.items():
            if (
                side is not Side.FIELD
                or code not in ("name_taken", "duplicate_in_books")
                or int(id) not in self.there
            ):
                continue
            for text in words(self.there[int(id)]):
                made = self.promises.made.get((Side.BOOKS, text))
                if made is not None and (made, id) not in self.stands.pairs and self._is_plain(made):
                    yield f"#{id} is held as {code}, and {made} was created from it ({text!r})"
                    break

    def _is_plain(self, books: str) -> bool:
        """Whether anybody can tell that we made it: it bears our mark, or shows what we wrote."""
        touched = books in self.world.in_books.touched
        return self.world.own.customer(books) is not None and (
            self.world.circumstances.manners.tells_guid or not touched
        )

    def _records(self, side: Side, id: str) -> list[Any]:
        if side is Side.FIELD:
            return [self.there[int(id)]] if int(id) in self.there else []
        other = next((field for books, field in self.stands.pairs if books == id), "")
        customer = self.world.own.customer(id)
        line = self.world.own.lineage(customer) if customer else []
        return [
            *([[*customer.words(), *(above.name for above in line)]] if customer else []),
            *(self._records(Side.FIELD, other) if other else []),
        ]


def _cause(values: Any) -> bool:
    """Cursed, too long, or with a colon, which no name may have."""
    return any(CURSED in text or ":" in text or len(text) > LONGEST["FirstName"] for text in words(values))
