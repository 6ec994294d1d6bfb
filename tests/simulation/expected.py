"""Conflicts made on purpose, of which it is known from outside who must win (spec 2.4, 2.5)."""

from __future__ import annotations

import random

import msgspec

from fieldledger.model.kinds import Side
from tests.simulation.seen import left, standing
from tests.simulation.store import COMPANY
from tests.simulation.world import World

WINNER = "of a conflict the most recent wins outside the margin, the primary inside it (spec 2.4, 2.5)"
MARGIN = 120.0
FIELDS = {"phone": "Phone", "email": "Email", "first_name": "FirstName"}


class _Conflict(msgspec.Struct, frozen=True):
    """One field of one pair, edited on both sides. at_books, at_field: true times of the edits."""

    books: str
    field: int
    name: str
    in_books: str
    in_field: str
    at_books: float
    at_field: float


class Conflicts:
    """Only one is watched at a time, and only as long as nobody touches its records after it."""

    def __init__(self, world: World, dice: random.Random) -> None:
        self.world, self.dice = world, dice
        self.watched: _Conflict | None = None

    def begin(self) -> None:
        """Two people edit the same field of a pair that was in step."""
        world, dice = self.world, self.dice
        if any(left(world.journal).values()):
            return
        stands = standing(world.journal)
        pairs = [
            (books, int(field))
            for books, field in stands.pairs
            if world.own.customer(books) is not None
            and int(field) in world.field.there(COMPANY)
            and (Side.BOOKS, books) not in stands.held
        ]
        if not pairs:
            return
        books, field = dice.choice(pairs)
        name = dice.choice(tuple(FIELDS))
        customer = world.own.data.customers[books]
        first_books = dice.random() < 0.5
        times = []
        for number in range(2):
            if (number == 0) == first_books:
                told = world.in_books.set(customer, name)
                in_books, at_books = customer.texts[FIELDS[name]], world.time
                world.trace.tell(f"books: {told}")
            else:
                told = world.in_field.set(field, name)
                in_field, at_field = str(world.in_field.values(field)[name]), world.time
                world.trace.tell(f"field: {told}")
            times.append(world.time)
            if number == 0:
                world.time += dice.choice((0.0, 0.5, 10.0, 100.0, 200.0, 1000.0, 20_000.0))
        self.watched = _Conflict(books, field, name, in_books, in_field, at_books, at_field)
        world.trace.mark("a conflict was made")

    def disturbed(self) -> None:
        """Somebody edited something: a record of the watched pair may have been touched again."""
        seen = self.watched
        if seen is None:
            return
        late = self.world.in_books.touched.get(seen.books, 0.0) > seen.at_books
        customer = self.world.own.customer(seen.books)
        there = self.world.field.there(COMPANY)
        if (
            late
            or customer is None
            or seen.field not in there
            or self.world.in_field.touched.get(seen.field, 0.0) > seen.at_field
        ):
            self.watched = None

    def forget(self) -> None:
        """A backup was restored: the file goes back behind the edit, which is one more edit of its side, at no time
        that anybody could tell."""
        self.watched = None

    def judge(self) -> None:
        seen = self.watched
        if seen is None or self.world.direction != "two_way":
            return
        customer = self.world.own.customer(seen.books)
        now_field = self.world.field.there(COMPANY).get(seen.field)
        if customer is None or now_field is None:
            return
        winner = self._must_win(seen)
        if winner is None:
            self.world.trace.mark("a conflict that clocks cannot decide")
            return
        value = seen.in_books if winner is Side.BOOKS else seen.in_field
        got = (customer.texts.get(FIELDS[seen.name]), now_field.get(seen.name))
        stands = standing(self.world.journal)
        if (Side.BOOKS, seen.books) in stands.held or (Side.FIELD, str(seen.field)) in stands.held:
            return
        if got != (value, value):
            self.world.trace.wrong(
                WINNER,
                f"{seen.name} of {seen.books} / #{seen.field}: books {seen.in_books!r} at {seen.at_books:.0f}, field "
                f"{seen.in_field!r} at {seen.at_field:.0f}; {winner} must win, and it is {got}",
            )
            return
        apart = abs(seen.at_books - seen.at_field)
        self.world.trace.mark("a conflict was decided as it must be")
        self.world.trace.mark("a conflict inside the margin" if apart < MARGIN else "a conflict by recency")
        if int(seen.at_books) == int(seen.at_field):
            self.world.trace.mark("a conflict within one second")

    def _must_win(self, seen: _Conflict) -> Side | None:
        """None = the clocks are so far apart that nobody can tell without measuring them."""
        doubt = abs(self.world.circumstances.books_skew) + abs(self.world.circumstances.field_skew) + 2
        apart = abs(seen.at_books - seen.at_field)
        if apart > MARGIN + doubt:
            return Side.BOOKS if seen.at_books > seen.at_field else Side.FIELD
        if apart + doubt < MARGIN:
            return Side.BOOKS if self.world.circumstances.settings["primary"] == "books" else Side.FIELD
        return None
