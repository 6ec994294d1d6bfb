"""The three questions of the first screen, answered from what `office.screens.overview` tells. Pure.

Is it connected? Does anything need me? Is it in step? An answer is never better than what QuickBooks itself returned
(spec 9.5): a Web Connector that calls while QuickBooks cannot be opened is not a green light.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from fieldledger.web.filters import plural

CALLING = 600
"""Seconds of silence after which an open session no longer counts as one that works."""


class Answer(NamedTuple):
    """word: the answer. tone: good, busy, warn, bad or calm. told: one or two sentences. at: the instant that told
    ends with, if any (ISO text or Unix seconds)."""

    word: str
    tone: str
    told: str
    at: Any = None


class Need(NamedTuple):
    """Something that waits for a person. path: below the company, where it is done."""

    what: str
    path: str
    tone: str


def connected(seen: Mapping[str, Any]) -> Answer:
    """Is it connected?"""
    heard, minutes = seen["heard_at"], seen["settings"]["schedule"]
    if seen["connection"] == "never":
        return Answer("Not yet", "calm", "The Web Connector has not called yet.")
    if seen["paused"]:
        return Answer(
            "Paused", "warn", "QuickBooks is sent away until you resume. It last worked with us", heard
        )
    if working(seen):
        return Answer("Yes, at work now", "busy", "A sync is at work. It last called", heard)
    if seen["connection"] == "silent":
        quiet = seen["settings"]["quiet_hours"]
        if quiet != "none":
            return Answer(
                "Not lately", "warn",
                f"It is sent away in the quiet hours, {quiet} on the server's clock. It last worked with us", heard,
            )  # fmt: skip
        return Answer("Not lately", "bad", f"It should call every {_minutes(minutes)}. It last called", heard)
    if failed(seen):
        return Answer(
            "Yes, with trouble", "warn", "It calls, but the last sync ended badly. It last called", heard
        )
    if seen["last_ended"] is None:
        return Answer("It called", "calm", "No sync has ended yet. It last called", heard)
    return Answer("Yes", "good", f"QuickBooks calls every {_minutes(minutes)}. It last called", heard)


def needs(seen: Mapping[str, Any]) -> list[Need]:
    """What needs a person, the most pressing first."""
    found = []
    if seen["connection"] == "never":
        found.append(Need("Connect QuickBooks", "/connect", "warn"))
    last = seen["last_ended"]
    if last and last["outcome"] == "stopped":
        found.append(Need("The last sync stopped", f"/log/{last['run']}", "bad"))
    if seen["connection"] == "silent" and not seen["paused"] and seen["settings"]["quiet_hours"] == "none":
        found.append(Need("QuickBooks does not call", "/connect", "bad"))
    if seen["plan_waiting"]:
        found.append(Need(f"Plan {seen['plan_waiting']['plan']} waits for approval", "/plan", "warn"))
    if seen["attention"]:
        many = seen["attention"]
        told = plural(many, "record needs", "records need")
        found.append(Need(f"{told} attention", "/attention", "bad"))
    return found


def in_step(seen: Mapping[str, Any]) -> Answer:
    """Is it in step?"""
    done, left = seen["last_done"], seen["left"]
    if working(seen):
        return Answer("Syncing", "busy", "A sync is at work; this is answered when it is done.")
    if left:
        waiting = seen["plan_waiting"]
        changes = plural(left, "change waits", "changes wait")
        until = f"for plan {waiting['plan']} to be approved" if waiting else "for the next sync"
        return Answer("Not yet", "warn", f"{changes} {until}.")
    if done is None:
        return Answer("Not yet", "calm", "No sync has been completed yet.")
    if failed(seen) or seen["connection"] != "connected" or seen["paused"]:
        return Answer("Not known", "warn", "Nothing was compared since both sides agreed", done["ended_at"])
    if seen["attention"]:
        return Answer(
            "All but what waits", "warn", "Everything that does not wait for you agreed", done["ended_at"]
        )
    return Answer("Yes", "good", "Both sides agreed", done["ended_at"])


def working(seen: Mapping[str, Any]) -> bool:
    """Whether a session is at work now."""
    heard = seen["heard_at"]
    return bool(seen["session_open"]) and heard is not None and seen["now"] - heard < CALLING


def failed(seen: Mapping[str, Any]) -> bool:
    """Whether the last sync that is over stopped or broke off."""
    last = seen["last_ended"]
    return last is not None and last["outcome"] in ("stopped", "broken")


def _minutes(text: str) -> str:
    return "minute" if text == "1" else f"{text} minutes"
