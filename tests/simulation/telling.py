"""One schedule, from its seed to its end: a start world, days of edits and sessions with faults, then quiet."""

from __future__ import annotations

import random

import msgspec

from fieldledger.model.kinds import LISTS, Kind, Side
from fieldledger.office import companies as office
from fieldledger.office.errors import CannotDo
from tests.simulation.companyfile import Contents
from tests.simulation.connector import Connector, Faults
from tests.simulation.ending import Ending
from tests.simulation.expected import Conflicts
from tests.simulation.in_field import alike
from tests.simulation.list_promises import NO_CUSTOMER, ListPromises
from tests.simulation.lists_by_hand import SPACE_OF
from tests.simulation.promises import Promises, Schema
from tests.simulation.seen import left, said, sights_say, standing
from tests.simulation.small import NotPossible
from tests.simulation.store import COMPANY, rows
from tests.simulation.trace import DAY, Trace
from tests.simulation.world import Circumstances, World

QUIET = "faults stopped, and within 12 sessions all is quiet (spec 10.4)"
NOTHING = "a second sync with nothing changed writes nothing (spec 10.3)"
MOST_SESSIONS = 12
PAUSES = (5.0, 60.0, 130.0, 700.0, 900.0, 900.0, 900.0, 3600.0)
"""Seconds between two calls of the Web Connector; after a silence some are too early."""

IN_BOOKS = {
    "edit": 10, "create": 4, "add_job": 3, "rename": 3, "switch": 3, "places": 4, "delete": 2, "move": 1, "clear": 1,
    "sell": 2, "open_form": 2, "work_in_list": 1, "curse": 0.3, "add_vendor": 0.3, "list_add": 2, "list_rename": 2,
    "list_set": 2, "list_become": 0.5, "list_switch": 1, "list_delete": 1,
}  # fmt: skip
IN_FIELD = {
    "edit": 10, "create": 4, "create_alike": 2, "rename": 3, "switch": 3, "places": 4, "delete": 2, "clear": 1,
    "too_long": 0.4, "curse": 0.3, "list_add": 2, "list_rename": 2, "list_set": 2, "list_switch": 1, "list_delete": 1,
}  # fmt: skip
"""What people do, and how often beside each other."""


class Told(msgspec.Struct, frozen=True):
    """seed; circumstances; trace: the story, what was sent, what is wrong, the marks. rows: the journal at the end."""

    seed: int
    circumstances: Circumstances
    trace: Trace
    rows: dict[str, list[str]]

    @property
    def wrongs(self) -> list[str]:
        return self.trace.wrongs


def tell(
    seed: int, *, direction: str = "", fierce: float | None = None, schema: Schema | None = None
) -> Told:
    """The schedule of this seed. direction, fierce: instead of drawn ones."""
    telling = Telling(seed, direction, schema, fierce)
    try:
        telling.run()
    except Exception as error:  # a bug of the engine is a finding, with its story
        telling.world.trace.wrong("the engine raises nothing", f"{type(error).__name__}: {error}")
        telling.error = error
    world = telling.world
    for mark in said(world.journal):
        world.trace.mark(mark)
    return Told(seed, telling.circumstances, world.trace, rows(world.journal))


class Telling:
    """A schedule that is being told. settings, fierce: instead of drawn ones. error: what the engine raised."""

    def __init__(
        self, seed: int, direction: str, schema: Schema | None, fierce: float | None = None, **settings: str
    ) -> None:
        self.dice = random.Random(seed)
        self.circumstances = Circumstances.drawn(self.dice, direction)
        if fierce is not None:
            self.circumstances = msgspec.structs.replace(self.circumstances, fierce=fierce)
        chosen = {**self.circumstances.settings, **settings}
        self.circumstances = msgspec.structs.replace(self.circumstances, settings=chosen)
        self.world = World(self.circumstances, self.dice)
        self.promises = Promises(self.world, schema)
        self.lists = ListPromises(self.world, self.promises)
        self.faults = Faults(self.dice, self.circumstances.fierce)
        self.connector = Connector(self.world, self.promises, self.faults, self.edit, self.dice)
        self.conflicts = Conflicts(self.world, self.dice)
        self.backup: Contents | None = None
        self.error: Exception | None = None

    def run(self) -> None:
        self.world.trace.tell(f"the world: {self.circumstances}")
        self.start_world()
        if self.dice.random() < 0.7:
            self.sessions(self.dice.randint(1, 3))
        for _ in range(self.dice.randint(2, 4)):
            self.day()
        self.quiet()

    # ---- what happens ------------------------------------------------------------------------------------------------

    def start_world(self) -> None:
        world, dice = self.world, self.dice
        world.in_field.first_entries()
        for _ in range(dice.choice((0, 0, 1, 3))):
            world.in_books.do("list_add")
        for _ in range(dice.randint(0, 4)):
            world.in_books.do("create")
        for _ in range(dice.choice((0, 0, 1, 3))):
            world.in_books.do("add_job")
        for _ in range(dice.choice((0, 1, 2, 3))):
            world.in_field.do("create")
        for each in list(world.own.data.customers.values()):
            if dice.random() < 0.25:
                for _ in range(dice.choice((1, 1, 2))):
                    world.trace.tell(f"field: {world.in_field.create(alike(dice, each.name))}")
        for values in list(world.field.there(COMPANY).values()):
            if dice.random() < 0.08 and world.own.holder_of(values["name"], None) is None:
                world.own.hold_name(dice.choice(("Vendor", "Employee", "OtherName")), values["name"])
                world.trace.tell(f"books: {values['name']!r} is a vendor, employee or other name")

    def edit(self) -> None:
        """Somebody does something somewhere."""
        table, people = self.dice.choice(((IN_BOOKS, self.world.in_books), (IN_FIELD, self.world.in_field)))
        what = self.dice.choices(list(table), list(table.values()))[0]
        people.do(what)
        self.conflicts.disturbed()

    def day(self) -> None:
        world, dice = self.world, self.dice
        world.time = world.trace.began + (int((world.time - world.trace.began) // DAY) + 1) * DAY
        self.odd_events()
        self.favour()
        for _ in range(dice.randint(1, 6)):
            self.edit()
            world.time += dice.choice((0.0, 0.0, 1.0, 40.0, 300.0, 3000.0))
        if dice.random() < 0.3:
            self.conflicts.begin()
        elif dice.random() < 0.1:
            self.same()
        self.sessions(dice.randint(1, 3))

    def favour(self) -> None:
        """The people of a day come back to one pair again and again: that is how they get into each other's way."""
        pairs = standing(self.world.journal).pairs
        if pairs:
            self.world.in_books.favourite, field = self.dice.choice(pairs)
            self.world.in_field.favourite = int(field)

    def same(self) -> None:
        """Both sides are told the same news."""
        world = self.world
        customer, there = world.own.customer(world.in_books.favourite), world.field.there(COMPANY)
        if customer is not None and world.in_field.favourite in there:
            world.trace.tell(
                f"books: {world.in_books.set(customer, 'phone')}, and the field system is told the same"
            )
            world.in_field.put(world.in_field.favourite, phone=customer.texts["Phone"])
            self.promises.told_alike(customer.id, world.in_field.favourite, "phone", customer.texts["Phone"])

    def odd_events(self) -> None:
        """The file is copied, restored, moved; another one is open for a while."""
        world, dice = self.world, self.dice
        if dice.random() < 0.06:
            self.backup = world.own.backup()
            world.trace.tell("books: a backup is made")
        elif self.backup is not None and dice.random() < 0.3:
            world.own.restore(self.backup)
            world.trace.tell("books: the backup is restored")
            world.trace.mark("a backup was restored")
            self.conflicts.forget()
        if dice.random() < 0.04:
            world.own.path = rf"D:\moved\{int(world.time)}\company.qbw"
            world.trace.tell(f"books: the file is moved to {world.own.path}")
            world.trace.mark("the file was moved")

    def sessions(self, many: int) -> None:
        for _ in range(many):
            self.world.time += self.dice.choice(PAUSES)
            if self.dice.random() < 0.03:
                self.strange_file()
            self.connector.session()
            self.approve(0.7)

    def strange_file(self) -> None:
        """A session with another company's file, in which everybody has the same name."""
        world = self.world
        world.trace.tell("books: another company's file is open")
        world.trace.mark("another file was open")
        world.open_other()
        self.connector.session()
        world.open_own()
        world.time += 1000

    def approve(self, chance: float) -> None:
        if left(self.world.journal)["plans"] and self.dice.random() < chance:
            try:
                office.approve(self.world.journal, COMPANY, None, who="a person")
            except CannotDo as refused:  # something came up after it was shown: the next sync makes another
                self.world.trace.tell(f"a person may not approve the plan: {refused}")
                return
            self.world.trace.tell("a person approves the plan")
            self.world.trace.mark("a plan was approved")

    # ---- the end -----------------------------------------------------------------------------------------------------

    def quiet(self) -> None:
        """The faults stop; sessions until nothing happens any more, and one that must do nothing."""
        world = self.world
        self.faults.rate = 0.0
        world.own.locks.clear()
        world.own.busy = 0
        world.time += 3600
        world.trace.tell("the faults stop")
        for _ in range(MOST_SESSIONS):
            world.time += 900
            before = self.promises.writes
            ended = self.connector.session()
            self.approve(1.0)
            if (
                ended == "finished"
                and self.promises.writes == before
                and not any(left(world.journal).values())
            ):
                break
        else:
            world.trace.wrong(QUIET, f"still to do: {left(world.journal)}")
            return
        self.nothing_more()
        self.renamed()
        Ending(world, self.promises).judge()
        self.lists.judge()
        self.conflicts.judge()

    def renamed(self) -> None:
        """All is quiet, and somebody renames a linked entry of each list, and sets a tax to another rate: that is
        followed, and no customer is written for it."""
        world, before = self.world, self.promises.to_customers
        for kind in LISTS:
            self.rename_one(kind)
        for _ in range(MOST_SESSIONS):
            world.time += 900
            ended = self.connector.session()
            self.approve(1.0)
            if ended == "finished" and not any(left(world.journal).values()):
                break
        else:
            world.trace.wrong(QUIET, f"after a rename: {left(world.journal)}")
        if self.promises.to_customers != before:
            world.trace.wrong(NO_CUSTOMER, f"{self.promises.to_customers - before} writes")
        else:
            world.trace.mark("renamed, and no customer written")

    def rename_one(self, kind: Kind) -> None:
        world, list = self.world, self.world.field.small[kind]
        there, stands = list.raw(COMPANY), standing(world.journal, kind)
        for books, field in stands.pairs:
            entry = world.own.entry(SPACE_OF[kind], books)
            if entry is None or int(field) not in there or (Side.BOOKS, books) in stands.held:
                continue
            name = "New" if kind is Kind.SALES_TAX_CODE else world.trace.fresh("Renamed", "books")
            try:
                if world.flow(kind) == "field_to_books":
                    told = f"field: {world.in_field.list_rename(list, int(field), name)}"
                else:
                    told = f"books: {world.in_books.list_rename(entry, name)}"
                    told += f", {world.in_books.list_set(entry)}"
            except NotPossible:
                continue
            world.trace.tell(told)
            return

    def nothing_more(self) -> None:
        world = self.world
        silent = ("runs", "leases", "companies", "cursors", "wanted", "sights")
        before, writes = (
            {**rows(world.journal, silent), "sights": sights_say(world.journal)},
            self.promises.writes,
        )
        world.time += 900
        self.connector.session()
        after = {**rows(world.journal, silent), "sights": sights_say(world.journal)}
        if self.promises.writes != writes:
            world.trace.wrong(NOTHING, "something was written")
        for table in before:
            if before[table] != after[table]:
                news = [row for row in after[table] if row not in before[table]]
                world.trace.wrong(NOTHING, f"{table}: {news[:2] or 'rows are gone'}")
