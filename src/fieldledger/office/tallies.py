"""How many customers are in which status (spec 9.4), each counted once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from fieldledger.journal import Tx, holds, sights
from fieldledger.model.kinds import Kind, Side

STATUSES = (
    "Waiting", "Sending", "Synced", "Synced with warnings", "Needs attention", "Conflict", "On hold", "Skipped",
    "Voided", "Deleted in QuickBooks",
)  # fmt: skip
"""The words of spec 9.4, in its order. Nothing else is ever called a status."""

RESTING = ("Waiting", "On hold", "Skipped")
"""Statuses that are counted by the decision on which a record of either side rests; *Needs attention* is counted by
what is held, all others by the badges that the field records bear. So nothing is counted twice."""


def by_status(tx: Tx, company: str, status: Mapping[str, Any]) -> list[dict[str, Any]]:
    """How many customers are in which status, in the order of spec 9.4, each with the reasons that are known."""
    found: dict[str, dict[str, int]] = {}

    def add(word: str, reason: str, count: int) -> None:
        if count > 0:
            reasons = found.setdefault(word, {})
            reasons[reason] = reasons.get(reason, 0) + count

    rivals = _claimed(tx, company)
    for rest in (*status["not_synced"], *status["not_in_books"]):
        if rest["status"] in RESTING:
            add(rest["status"], rest["reason"], rest["count"] - rivals[rest["reason"]])
    for word, count in status["statuses"].items():
        if word not in (*RESTING, "Needs attention"):
            add(word, "", count)
    add("Waiting", "", status["left"])
    add("Needs attention", "", status["attention"])
    return [
        {
            "status": word,
            "count": sum(reasons.values()),
            "reasons": {key: n for key, n in reasons.items() if key},
        }
        for word in STATUSES
        if (reasons := found.get(word))
    ]


def _claimed(tx: Tx, company: str) -> Counter[str]:
    """How many records rest on each decision although a hold of the other side names them: that hold is counted."""
    ids: dict[Side, set[str]] = {side: set() for side in Side}
    for hold in holds.listed(tx, company):
        if hold.others_side is not hold.holder[0]:
            ids[hold.others_side].update(hold.others)
    return Counter(
        seen.decision
        for side, mine in ids.items()
        for seen in sights.load(tx, company, side, Kind.CUSTOMER, mine).values()
        if seen.decision
    )
