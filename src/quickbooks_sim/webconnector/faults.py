"""Faults on demand: what is to happen, and at which request of a session.

N means the N-th request that the server hands out in a session, counted from 1; wN the N-th of those that write. It
only says what is to happen and when, and spoils replies; `session` does the rest. The same values must always give the
same session.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from quickbooks_sim.errors import FaultPoint


class Died(Exception):
    """The Web Connector is gone, as if its process had been killed. str(error) says where."""


@dataclass(frozen=True)
class Place:
    """Where a session stands: at which request, and at which of those that write (0 = this one only reads)."""

    number: int
    write: int


@dataclass(frozen=True)
class Blow:
    """One fault. `number` is 0 where it belongs to no request; `amount`: seconds or megabytes; `text`: as asked."""

    name: str
    text: str
    number: int = 0
    among_writes: bool = False
    amount: float = 0.0
    point: FaultPoint | None = None

    def is_at(self, place: Place) -> bool:
        """Whether it strikes this request."""
        return self.number == (place.write if self.among_writes else place.number)


@dataclass(frozen=True)
class Faults:
    """The faults that are to strike; `came` collects those that did."""

    blows: tuple[Blow, ...] = ()
    came: set[Blow] = field(default_factory=set, compare=False, repr=False)

    def strikes(self, name: str, place: Place | None = None) -> Blow | None:
        """The fault of this name that strikes here, or None. `place` is None where no request is at hand."""
        for blow in self.blows:
            if blow.name == name and (place is None or blow.is_at(place)):
                self.came.add(blow)
                return blow
        return None

    def spoiled(self, answer: str, place: Place) -> str:
        """QuickBooks' answer to the request at `place` as the Web Connector posts it."""
        if self.strikes("garble", place):
            return answer[: len(answer) // 2]
        if self.strikes("garble_control", place):
            return answer.replace("</QBXML>", "\x01</QBXML>")
        padded = self.strikes("pad_reply", place)
        if padded:
            return answer.replace("</QBXML>", " " * int(padded.amount * 1024 * 1024) + "</QBXML>")
        return answer

    def never_came(self) -> list[str]:
        """The faults, as they were asked for, that have struck nothing so far."""
        return [blow.text for blow in self.blows if blow not in self.came]


POINTS = {
    "before": FaultPoint.BEFORE_EXECUTION,
    "between": FaultPoint.MID_SET,
    "unstored": FaultPoint.EXECUTED_NOT_STORED,
    "after": FaultPoint.BEFORE_ANSWER,
}
"""Word -> where QuickBooks dies while it works on a request: before anything ran, after the first request of the set,
before its response was stored, or before it answered."""

HELP = {
    "die_after_authenticate": "die after authenticate",
    "die_before_execute=N": "die before QuickBooks executed request N",
    "die_after_execute=N": "die after QuickBooks executed request N, before its reply is posted",
    "die_mid_post=N": "die while the reply to request N is posted, half of it sent",
    "die_before_read=N": "post the reply to request N and die before the server's answer is read",
    "skip_close": "never call closeConnection",
    "post_reply_twice=N": "post the reply to request N twice",
    "ask_twice=N": "ask for request N twice; the second answer is executed",
    "garble=N": "cut the reply to request N in half",
    "garble_control=N": "put a control character into the reply to request N",
    "stall=N:SECONDS": "wait before the reply to request N is posted",
    "kill_quickbooks=N[:POINT]": (
        "restart QuickBooks before request N, so that iterators die; with a point QuickBooks dies at work on it: "
        f"{', '.join(POINTS)}"
    ),
    "wrong_ticket=N": "post the reply to request N with a made-up ticket",
    "wrong_password": "log in with a wrong password",
    "pad_reply=N:MB": "make the reply to request N larger with blanks",
}
"""How each fault is written on the command line, and what it does. N is a number, or w and a number: w1 is the first
request that writes."""

_FORMS = {form.partition("=")[0]: form for form in HELP}
_CHANCES = (
    "die_before_execute", "die_after_execute", "die_mid_post", "die_before_read", "post_reply_twice", "ask_twice",
    "garble", "kill_quickbooks",
)  # fmt: skip
_VALUE = re.compile(r"(?P<writes>w?)(?P<number>[0-9]{1,9})(?::(?P<extra>.*))?")


def at_random(seed: int, rate: float, most: int = 12) -> Faults:
    """One fault with probability `rate` (0 to 1), at a request from 1 to `most`. The same seed, the same fault."""
    dice = random.Random(seed)  # noqa: S311 - a simulation, not a secret
    if dice.random() >= rate:
        return Faults()
    return parse([f"{dice.choice(_CHANCES)}={dice.randint(1, most)}"])


def parse(texts: Iterable[str]) -> Faults:
    """Faults from texts such as "garble=2", "stall=w1:1.5", "skip-close". ValueError says what is wrong with one."""
    return Faults(tuple(_blow(text) for text in texts))


def _blow(text: str) -> Blow:
    name, _, value = text.partition("=")
    name, value = name.strip().replace("-", "_"), value.strip()
    form = _FORMS.get(name)
    if form is None:
        raise ValueError(f"there is no fault {name!r}; there are: {', '.join(HELP)}")
    if form == name:
        if value:
            raise ValueError(f"fault {name} takes no value: write {form}")
        return Blow(name, text)
    match = _VALUE.fullmatch(value)
    if (
        match is None
        or int(match["number"]) < 1
        or (match["extra"] is None and form.endswith((":SECONDS", ":MB")))
    ):
        raise ValueError(
            f"fault {name} cannot use {value!r}: write {form}, with N from 1, or w1 for the first write"
        )
    number, writes, extra = int(match["number"]), bool(match["writes"]), match["extra"]
    if extra is None:
        return Blow(name, text, number, writes)
    if form.endswith("[:POINT]"):
        if extra not in POINTS:
            raise ValueError(f"fault {name} knows no point {extra!r}; there are: {', '.join(POINTS)}")
        return Blow(name, text, number, writes, point=POINTS[extra])
    return Blow(name, text, number, writes, amount=_amount(name, form, extra))


def _amount(name: str, form: str, text: str) -> float:
    try:
        amount = float(text)
    except ValueError:
        amount = -1.0
    if not form.endswith((":SECONDS", ":MB")) or not 0 <= amount < 1e6:
        raise ValueError(f"fault {name} cannot use {text!r}: write {form}")
    return amount
