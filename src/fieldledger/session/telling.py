"""What a session says of itself: why it began, how far it is, how it ended. Words and numbers only."""

from __future__ import annotations

from fieldledger.journal.companies import Company
from fieldledger.model.outcome import Outcome, Verdict
from fieldledger.session.state import END, FETCH, HELLO, READ, Session


def reason(company: Company) -> str:
    """Why it began."""
    return {"": "scheduled", "changes": "asked for", "full": "full read asked for"}[company.sync_asked]


def percent(session: Session) -> int:
    """Honest progress: reading up to 80, the rest shared by fetching and writing; 100 and -1 once it is over."""
    read = session.reading
    if session.phase == END:
        return -1 if session.failed else 100
    if session.phase == HELLO or read is None:
        return 1
    if session.phase == READ:
        total = read.shown + (read.remaining or 0)
        return 1 + int(79 * read.shown / total) if total else 1
    return 85 if session.phase == FETCH else 95


def summary(counts: dict[str, int], *, unsettled: int, unread: int, more: bool) -> str:
    """How it ended. unsettled: writes of which the field side has not told what came of them; unread: records that
    QuickBooks could not show; more: something is still to be decided or carried out."""
    words = [
        f"{counts[key]} {word}"
        for key, word in (
            ("created", "created"), ("updated", "updated"), ("deactivated", "made inactive"),
            ("held", "held for a person"), ("failed", "refused"),
        )
        if counts.get(key)
    ]  # fmt: skip
    left = []
    if unread:
        left.append(f"{unread} could not be read")
    if unsettled:
        left.append(f"{unsettled} without an answer yet, which the next sync asks for again")
    elif more:
        left.append("the rest follows with the next sync")
    if left:
        return "Not all in step: " + ", ".join(words + left) + "."
    return "In step: " + (", ".join(words) if words else "nothing had changed") + "."


def of_outcome(outcome: Outcome) -> str:
    """What a failure means, what to do, and QuickBooks' own words."""
    if outcome.verdict is Verdict.DONE:
        return outcome.meaning
    said = f"{outcome.told.strip()} ({outcome.code})" if outcome.told else outcome.code
    return " ".join(part for part in (outcome.meaning, outcome.todo, f"QuickBooks said: {said}") if part)
