"""Faults on demand. A number N means the N-th request that the server hands out in a session, counted from 1.

It only says what is to happen and when, and spoils replies; `session` does the rest. The same values must always give
the same session.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, fields


class Died(Exception):
    """The Web Connector is gone, as if its process had been killed. str(error) says where."""


@dataclass(frozen=True)
class Faults:
    """Which faults strike, and where; 0, False and () = never."""

    die_after_authenticate: bool = False
    die_before_execute: int = 0
    die_after_execute: int = 0
    die_mid_post: int = 0
    die_before_read: int = 0
    skip_close: bool = False
    post_reply_twice: int = 0
    ask_twice: int = 0
    garble: int = 0
    garble_control: int = 0
    stall: tuple[int, float] | tuple[()] = ()
    kill_quickbooks: int = 0
    wrong_ticket: int = 0
    wrong_password: bool = False
    pad_reply: tuple[int, float] | tuple[()] = ()

    def spoiled(self, answer: str, number: int) -> str:
        """QuickBooks' answer to request `number` as the Web Connector posts it."""
        if self.garble == number:
            return answer[: len(answer) // 2]
        if self.garble_control == number:
            return answer.replace("</QBXML>", "\x01</QBXML>")
        if self.pad_reply and self.pad_reply[0] == number:
            return answer.replace("</QBXML>", " " * int(self.pad_reply[1] * 1024 * 1024) + "</QBXML>")
        return answer

    def stall_before(self, number: int) -> float:
        """Seconds to wait before the reply to request `number` is posted."""
        return self.stall[1] if self.stall and self.stall[0] == number else 0.0


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
    "kill_quickbooks=N": "restart QuickBooks before request N, so that iterators die",
    "wrong_ticket=N": "post the reply to request N with a made-up ticket",
    "wrong_password": "log in with a wrong password",
    "pad_reply=N:MB": "make the reply to request N larger with blanks",
}
"""How each fault is written on the command line, and what it does."""

_SWITCHES = ("die_after_authenticate", "skip_close", "wrong_password")
_PAIRS = ("stall", "pad_reply")
_CHANCES = (
    "die_before_execute", "die_after_execute", "die_mid_post", "die_before_read", "post_reply_twice", "ask_twice",
    "garble", "kill_quickbooks",
)  # fmt: skip


def at_random(seed: int, rate: float, most: int = 12) -> Faults:
    """One fault with probability `rate` (0 to 1), at a request from 1 to `most`. The same seed, the same fault."""
    dice = random.Random(seed)  # noqa: S311 - a simulation, not a secret
    if dice.random() >= rate:
        return Faults()
    return parse([f"{dice.choice(_CHANCES)}={dice.randint(1, most)}"])


def parse(texts: Iterable[str]) -> Faults:
    """Faults from texts such as "garble=2", "stall=3:1.5", "skip-close". ValueError says what is wrong with one."""
    values: dict[str, bool | int | tuple[int, float]] = {}
    known = {each.name for each in fields(Faults)}
    for text in texts:
        name, _, value = text.partition("=")
        name = name.strip().replace("-", "_")
        if name not in known:
            raise ValueError(f"there is no fault {name!r}; there are: {', '.join(HELP)}")
        values[name] = _value(name, value.strip())
    return Faults(**values)  # type: ignore[arg-type] # each value has been read by the kind of its field


def _value(name: str, text: str) -> bool | int | tuple[int, float]:
    form = next(form for form in HELP if form.partition("=")[0] == name)
    if name in _SWITCHES:
        if text:
            raise ValueError(f"fault {name} takes no value: write {form}")
        return True
    number, colon, amount = text.partition(":")
    try:
        at, size = int(number), float(amount) if colon else 0.0
    except ValueError:
        raise ValueError(f"fault {name} cannot read {text!r}: write {form}") from None
    if at < 1 or (name in _PAIRS) != bool(colon) or not 0 <= size < 1e6:
        raise ValueError(f"fault {name} cannot use {text!r}: write {form}, with N from 1")
    return (at, size) if name in _PAIRS else at
