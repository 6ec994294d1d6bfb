"""What is known from outside: every text that a person typed, every text that the engine wrote over, what was sent, and
the story of it all. It only ever grows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import msgspec

DAY = 86_400


class Typed(msgspec.Struct, frozen=True):
    """Who typed a text: on which side, at which true Unix second."""

    side: str
    at: float


class Overwritten(msgspec.Struct, frozen=True):
    """A text that a write of the engine took away from a record."""

    side: str
    record: str
    text: str


class Trace:
    """now: true Unix seconds. wrongs: what broke a promise, in words, in the order in which it was seen."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.now, self.began = now, now()
        self.typed: dict[str, Typed] = {}
        self.overwritten: list[Overwritten] = []
        self.wrongs: list[str] = []
        self.story: list[str] = []
        self.sent: list[str] = []
        self.marks: Counter[str] = Counter()
        self._number = self._order = 0

    def fresh(self, stem: str, side: str) -> str:
        """A text that nobody typed before, e.g. ``phone 17``."""
        self._number += 1
        return self.types(f"{stem} {self._number}", side)

    def types(self, text: str, side: str) -> str:
        """A person types this text."""
        self.typed.setdefault(text, Typed(side, self.now()))
        return text

    def took_away(self, side: str, record: str, before: Iterable[str], after: Iterable[str]) -> list[str]:
        """The engine writes a record; returns what people had typed and is not in it any more."""
        left = set(after)
        gone = [text for text in dict.fromkeys(before) if text in self.typed and text not in left]
        self.overwritten += [Overwritten(side, record, text) for text in gone]
        return gone

    def next(self) -> int:
        """A number that rises with each thing that happens: several may fall into one moment."""
        self._order += 1
        return self._order

    def tell(self, what: str) -> None:
        """A line of the story."""
        midnight = self.began - self.began % DAY
        clock = datetime.fromtimestamp(self.now(), UTC)
        self.story.append(f"day {int((self.now() - midnight) // DAY) + 1} {clock:%H:%M:%S}  {what}")

    def wrong(self, promise: str, what: str) -> None:
        """A promise is broken."""
        self.wrongs.append(f"{promise}: {what}")
        self.tell(f"BROKEN PROMISE  {promise}: {what}")

    def mark(self, what: str) -> None:
        self.marks[what] += 1
