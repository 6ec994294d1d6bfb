"""Faults on demand. A number N means the N-th request that the server hands out in a session, counted from 1."""

from __future__ import annotations

import random
from dataclasses import dataclass, fields, replace
from typing import Any


class Died(Exception):
    """The Web Connector is gone, as if its process had been killed. str(error) says where."""


@dataclass(frozen=True)
class Faults:
    """Which faults strike, and where; 0 = never."""

    die_after_authenticate: bool = False
    die_before_execute: int = 0
    die_after_execute: int = 0
    die_before_read: int = 0
    skip_close: bool = False
    post_reply_twice: int = 0
    ask_twice: int = 0
    garble: int = 0
    garble_control: int = 0
    stall: int = 0
    stall_seconds: float = 1.0
    kill_quickbooks: int = 0
    wrong_ticket: int = 0
    wrong_password: bool = False
    pad_reply: int = 0
    pad_megabytes: int = 1

    def any(self) -> bool:
        return self != Faults()


HELP = {
    "die_after_authenticate": "die after authenticate",
    "die_before_execute": "die before QuickBooks executed request N",
    "die_after_execute": "die after QuickBooks executed request N, before its reply is posted",
    "die_before_read": "post the reply to request N and die without reading the server's answer",
    "skip_close": "never call closeConnection",
    "post_reply_twice": "post the reply to request N twice",
    "ask_twice": "ask for request N twice before it is executed",
    "garble": "cut the reply to request N in half",
    "garble_control": "put a control character into the reply to request N",
    "stall": "wait before posting the reply to request N",
    "stall_seconds": "how long to stall",
    "kill_quickbooks": "QuickBooks is restarted before request N, so iterators die",
    "wrong_ticket": "use a made-up ticket for the reply to request N",
    "wrong_password": "log in with a wrong password",
    "pad_reply": "make the reply to request N larger with blanks",
    "pad_megabytes": "by how much, in MB",
}

_CHANCES = (
    "die_before_execute", "die_after_execute", "die_before_read", "post_reply_twice", "ask_twice", "garble",
    "kill_quickbooks",
)  # fmt: skip


def at_random(seed: int, rate: float, most: int = 12) -> Faults:
    """One fault with probability ``rate``, at a request from 1 to ``most``. The same seed gives the same fault."""
    dice = random.Random(seed)  # noqa: S311 - a simulation, not a secret
    if dice.random() >= rate:
        return Faults()
    return with_values({dice.choice(_CHANCES): dice.randint(1, most)})


def with_values(values: dict[str, Any]) -> Faults:
    """Faults by name."""
    return replace(Faults(), **values)


def names() -> list[str]:
    return [each.name for each in fields(Faults)]
