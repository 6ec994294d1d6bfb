"""The promises about small lists: terms, taxes, sales tax codes (spec 5). Some are watched at every write of the
engine, others judged when all is quiet. It never looks at how the engine decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from fieldledger.model.kinds import LISTS, Kind, Side
from fieldledger.session.ports import FieldWrite
from tests.simulation.companyfile import Entry
from tests.simulation.fieldside import Values, words
from tests.simulation.lists_by_hand import KIND_OF, REF_KINDS, SPACE_OF
from tests.simulation.promises import ABSENCE, INTENT, Promises
from tests.simulation.seen import Standing, about, committed, standing
from tests.simulation.small import TAXES
from tests.simulation.store import COMPANY
from tests.simulation.world import World

BOOKS_OWN = "a list that comes from QuickBooks is never written there (spec 5)"
FIELD_OWN = "a list that is kept in the field system is never written there (spec 5)"
NEEDED = "QuickBooks gets only the terms and taxes that a customer needs (spec 5)"
TERMS_FIXED = "no payment term is ever changed in QuickBooks (spec 5.6)"
ONCE = "one field entry per books entry, and the reverse (spec 5.3)"
IN_STEP = "once it is quiet, the field entry has QuickBooks' values (spec 5.3)"
CARRIED = (
    "once it is quiet, QuickBooks has what the field entry has, or it is held with the reason (spec 5.6)"
)
RETIRED = "an entry deleted or inactive in QuickBooks is inactive in the field system (spec 5.4)"
ALL_THERE = "once it is quiet, an entry that may travel has its pair, or waits for a person (spec 5)"
LIST_CAUSE = "no entry of a list is held as refused without a cause (spec 10.5)"
NO_CUSTOMER = "renaming a term or a tax writes no customer (spec 2.6)"


class ListPromises:
    """changes: of QuickBooks' and the field's lists by the engine. Further, as `Promises` has them for customers."""

    def __init__(self, world: World, promises: Promises) -> None:
        self.world, self.trace, self.promises = world, world.trace, promises
        self.last_write: dict[tuple[Side, Kind, str], int] = {}
        self.others_then: dict[tuple[Side, Kind, str], Any] = {}
        self.made: dict[tuple[Side, Kind, str], str] = {}
        self._made_for: dict[tuple[Kind, str], str] = {}
        world.quickbooks.listed = self.books_written
        promises.of_lists, promises.of_lists_done = self.field_written, self.field_done

    # ---- while it happens ------------------------------------------------------------------------------------------

    def books_written(self, before: Entry | None, after: Entry, text: str) -> None:
        """QuickBooks carried out a write of ours to a small list."""
        kind, what = KIND_OF[after.space], "creates" if before is None else "changes"
        self.promises.writes += 1
        self.last_write[Side.BOOKS, kind, after.id] = self.trace.next()
        there = self.world.field.small[kind].raw(COMPANY)
        self.others_then[Side.BOOKS, kind, after.id] = {str(id): values for id, values in there.items()}
        self.trace.tell(f"engine: {what} {kind} {after.name!r} ({after.id}) in QuickBooks")
        self.trace.mark(f"engine {what} in a list of books")
        if self.world.file is not self.world.own:
            self.trace.wrong(BOOKS_OWN, f"another company's file: {text}")
        if self.world.flow(kind) != "field_to_books":
            self.trace.wrong(BOOKS_OWN, f"{what} {kind} {after.name!r} ({after.id})")
        if before is None:
            self.made[Side.BOOKS, kind, after.id] = after.name
            if not self._is_needed(kind, after.name):
                self.trace.wrong(NEEDED, f"{kind} {after.name!r} ({after.id})")
            return
        if kind is Kind.PAYMENT_TERM:
            self.trace.wrong(TERMS_FIXED, f"{before} became {after}")
        gone = self.trace.took_away(Side.BOOKS, after.id, entry_words(before), entry_words(after))
        known = committed(self.world.journal, Side.BOOKS, after.id, kind=kind) or set()
        self.promises.unseen(Side.BOOKS, after.id, gone, known)

    def _is_needed(self, kind: Kind, name: str) -> bool:
        field = self.world.field
        bore = [id for id, names in field.small[kind].bore.items() if name in names]
        return any((kind, id) in field.referred for id in bore)

    def field_written(self, write: FieldWrite, before: Values | None) -> None:
        """The field system is about to carry out a write of ours to a small list."""
        kind, what = write.kind, "creates" if write.id is None else "changes"
        self.promises.writes += 1
        name = write.values.get("name")
        self.trace.tell(f"engine: {what} {kind} {name!r} (#{write.id or 'new'}) in the field system")
        self.trace.mark(f"engine {what} in a list of field")
        if self.world.flow(kind) != "books_to_field":
            self.trace.wrong(FIELD_OWN, f"{what} {kind} {name!r} (#{write.id or 'new'})")
        known = committed(self.world.journal, Side.FIELD, None, write.key, kind)
        if known is None:
            self.trace.wrong(INTENT, f"{kind} of the field system is written under {write.key}")
        books, _ = about(self.world.journal, write.key)
        if write.id is None or before is None:
            first = self._made_for.setdefault((kind, books), write.key)
            if first != write.key:
                self.trace.wrong(ONCE, f"{kind} {name!r} ({books}) is created in the field system once more")
            return
        gone = self.trace.took_away(Side.FIELD, write.id, [*words(before)], [*words(dict(write.values))])
        self.promises.unseen(Side.FIELD, write.id, gone, known or set())
        was_off = (SPACE_OF[kind], books) in self.world.own.entries_off
        if before.get("active") and not write.values.get("active") and not was_off:
            self.trace.wrong(ABSENCE, f"{kind} #{write.id} was made inactive in the field system")

    def field_done(self, write: FieldWrite, id: int) -> None:
        self.last_write[Side.FIELD, write.kind, str(id)] = self.trace.next()
        self.others_then[Side.FIELD, write.kind, str(id)] = {
            each.id: in_field(each)
            for each in self.world.own.data.small[SPACE_OF[write.kind]].values()
            if each.kind != "ItemService"
        }
        if write.id is None:
            self.made[Side.FIELD, write.kind, str(id)] = str(write.values.get("name"))

    # ---- in the end ------------------------------------------------------------------------------------------------

    def judge(self) -> None:
        """All is quiet."""
        for kind in LISTS:
            ending = ListEnding(self.world, self, kind)
            for promise, found in ending.judged():
                for what in found:
                    self.trace.wrong(promise, f"{kind} {what}")


class ListEnding:
    """Judges one small list of both sides."""

    def __init__(self, world: World, promises: ListPromises, kind: Kind) -> None:
        self.world, self.promises, self.kind = world, promises, kind
        self.flow = world.flow(kind)
        known = world.own.data.small[SPACE_OF[kind]]
        self.books = {id: entry for id, entry in known.items() if entry.kind != "ItemService"}
        self.field = world.field.small[kind].raw(COMPANY)
        self.stands: Standing = standing(world.journal, kind)
        self.to_books = {field: books for books, field in self.stands.all_pairs}
        self.keeps = kind is Kind.PAYMENT_TERM and world.circumstances.settings["retired_terms"] == "keep"

    def judged(self) -> Iterator[tuple[str, Iterator[str]]]:
        yield ONCE, self._twice()
        yield LIST_CAUSE, self._held_without_cause()
        if self.flow == "books_to_field":
            yield IN_STEP, self._apart(Side.FIELD)
            yield RETIRED, self._not_retired()
            yield ALL_THERE, self._left_out_of_field()
        elif self.flow == "field_to_books":
            yield CARRIED, self._apart(Side.BOOKS)
            yield ALL_THERE, self._left_out_of_books()

    def _twice(self) -> Iterator[str]:
        for side in Side:
            ids = [books if side is Side.BOOKS else field for books, field in self.stands.all_pairs]
            for id in dict.fromkeys(id for id in ids if ids.count(id) > 1):
                yield f"{side} {id} has several links"
            made = [id for its, kind, id in self.promises.made if (its, kind) == (side, self.kind)]
            for id in made:
                known: Any = self.books.get(id) if side is Side.BOOKS else self.field.get(int(id))
                loose = known is not None and (side, id) not in self.stands.tied
                if loose and not self._held(side, id) and not self.world.own.data.restored:
                    yield f"{side} {id} was created by the sync and is nobody's pair: {known}"

    def _held(self, side: Side, id: str) -> bool:
        return (side, id) in self.stands.held

    def _live(self) -> Iterator[tuple[Entry, int]]:
        for books, field in self.stands.pairs:
            held = self._held(Side.BOOKS, books) or self._held(Side.FIELD, field)
            if books in self.books and int(field) in self.field and not held:
                yield self.books[books], int(field)

    def _apart(self, receiver: Side) -> Iterator[str]:
        for entry, field in self._live():
            if self._edited_alone(receiver, entry, field):
                continue
            mine, theirs = in_field(entry), self._shared(self.field[field])
            for name, value in mine.items():
                if not same(value, theirs.get(name)) and not self._may_differ(name, entry, theirs):
                    yield f"{entry.id} / #{field}: {name} is {value!r} in QuickBooks, {theirs.get(name)!r} here"

    def _shared(self, values: Values) -> Values:
        members = [self.to_books.get(id, f"#{id}") for id in values.get("components") or ()]
        return {**values, "components": members}

    def _may_differ(self, name: str, entry: Entry, theirs: Values) -> bool:
        if name == "active":
            return self.keeps or (self.flow, self.kind) == ("field_to_books", Kind.PAYMENT_TERM)
        if name == "rate":
            return bool(entry.members)
        if name == "components":  # a member that has no pair any more: the group keeps what it had
            tied = {
                books
                for books, field in self.stands.pairs
                if books in self.books and int(field) in self.field
            }
            return not tied.issuperset((*entry.members, *theirs["components"]))
        return False

    def _edited_alone(self, receiver: Side, entry: Entry, field: int) -> bool:
        """As of customers: the receiving side was edited by hand, and the master's has not changed since."""
        key = entry.id if receiver is Side.BOOKS else str(field)
        wrote = self.promises.last_write.get((receiver, self.kind, key), 0)
        then = self.promises.others_then.get((receiver, self.kind, key), {})
        if receiver is Side.FIELD:
            edited = self.world.in_field.list_order.get((self.kind, field), 0)
            master, now = then.get(entry.id), in_field(entry)
        else:
            if self.world.own.data.restored:
                return True  # the file went back by itself, which is an edit of its side
            edited = self.world.in_books.list_order.get((self.kind, entry.id), 0)
            master, now = then.get(str(field)), self.field[field]
        return edited > wrote and (master is None or master == now)

    def _not_retired(self) -> Iterator[str]:
        for books, field in self.stands.all_pairs:
            here = self.field.get(int(field))
            if here is None or self.keeps or self._held(Side.BOOKS, books) or not here["active"]:
                continue
            entry = self.books.get(books)
            if entry is None:
                edited = self.world.in_field.list_order.get((self.kind, int(field)), 0)
                wrote = self.promises.last_write.get((Side.FIELD, self.kind, field), 0)
                if edited <= wrote:
                    yield f"{books} is gone, and #{field} is active: {here}"
            elif not entry.active and not self._edited_alone(Side.FIELD, entry, int(field)):
                yield f"{books} is inactive, and #{field} is not: {here}"

    def _left_out_of_field(self) -> Iterator[str]:
        for id, entry in self.books.items():
            if entry.active and (Side.BOOKS, id) not in self.stands.tied and not self._held(Side.BOOKS, id):
                yield f"{entry.name!r} ({id}) has no pair, {self._rests(Side.BOOKS, id)}"

    def _left_out_of_books(self) -> Iterator[str]:
        names = [name for name, kind in REF_KINDS.items() if kind is self.kind]
        customers = self.world.field.raw(COMPANY)
        for _, customer in standing(self.world.journal).pairs:
            for name in names:
                id = customers.get(int(customer), {}).get(name)
                if id and (Side.FIELD, id) not in self.stands.tied and not self._held(Side.FIELD, id):
                    told = self._rests(Side.FIELD, id)
                    yield f"#{id} of customer #{customer} has no pair, {told}: {self.field[int(id)]}"

    def _rests(self, side: Side, id: str) -> str:
        return f"decision {self.stands.decisions.get((side, id), 'none')!r}"

    def _held_without_cause(self) -> Iterator[str]:
        for (side, id), code in self.stands.held.items():
            if code not in ("refused", "refused_by_books"):
                continue
            field = id if side is Side.FIELD else next((f for b, f in self.stands.all_pairs if b == id), "")
            books = id if side is Side.BOOKS else self.to_books.get(id, "")
            mine, theirs = self.field.get(int(field or 0)), self.books.get(books)
            if (mine or theirs) and not self._cause(code, mine, theirs):
                yield f"{side} {id} is held as {code}: {mine} and {theirs}"

    def _cause(self, code: str, mine: Values | None, theirs: Entry | None) -> bool:
        """Its name is taken where it would go, its agency is nobody, or it is a group on one side alone."""
        if code == "refused":
            wanted = theirs.name if theirs else ""
            return any(
                each is not mine and fold(each["name"]) == fold(wanted) for each in self.field.values()
            )
        assert mine is not None
        other = self.world.own.named(SPACE_OF[self.kind], mine["name"])
        agency = self.world.circumstances.settings["tax_agency"]
        group = theirs is not None and bool(mine.get("components")) is not bool(theirs.members)
        return (other is not None and other is not theirs) or agency == "Nobody" or group


def fold(name: Any) -> str:
    return " ".join(str(name).split()).casefold()


def in_field(entry: Entry) -> Values:
    """What an entry looks like in the field system (spec 5.2); the members of a group by their ids in QuickBooks."""
    head, texts = {"name": entry.name, "active": entry.active}, entry.texts
    match entry.kind:
        case "SalesTaxCode":
            taxable = texts.get("IsTaxable") == "true"
            return {**head, "description": texts.get("Desc"), "taxable": taxable}
        case "StandardTerms":
            return {
                **head, "form": "standard", "due_days": texts.get("StdDueDays"), "due_day": None,
                "discount_days": texts.get("StdDiscountDays"), "discount_percent": texts.get("DiscountPct"),
            }  # fmt: skip
        case "DateDrivenTerms":
            return {
                **head, "form": "date_driven", "due_days": None, "due_day": texts.get("DayOfMonthDue"),
                "next_month_days": texts.get("DueNextMonthDays"), "discount_percent": texts.get("DiscountPct"),
                "discount_day": texts.get("DiscountDayOfMonth"),
            }  # fmt: skip
    assert entry.kind in TAXES
    return {**head, "rate": texts.get("TaxRate"), "components": list(entry.members)}


def same(one: Any, other: Any) -> bool:
    """Nothing and 0 are one where something is counted."""
    if isinstance(one, (bool, list)) or isinstance(other, (bool, list)):
        return bool(one == other)
    return bool(_plain(one) == _plain(other))


def _plain(value: Any) -> Any:
    text = str(value or "")
    try:
        return Decimal(text or "0")
    except ArithmeticError:
        return text


def entry_words(entry: Entry) -> list[str]:
    """Every text that somebody typed."""
    return [entry.name, *entry.texts.values()]


def all_words(world: World) -> set[str]:
    """What stands in the small lists of both sides."""
    small: Mapping[str, Mapping[str, Entry]] = world.own.data.small
    found = {text for known in small.values() for entry in known.values() for text in entry_words(entry)}
    for list in world.field.small.values():
        found |= {text for values in list.raw(COMPANY).values() for text in words(values)}
    return found
