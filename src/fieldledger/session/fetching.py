"""Records by their ids, in full. One that QuickBooks cannot show never stops the others (spec 10.5).

An answer that brings nothing of what was asked for is asked for again in smaller parts, down to the one that is to
blame; that one is told of once, is given up in this session, and is asked for by itself at the end of the next.
"""

from __future__ import annotations

from fieldledger.journal import Journal, Tx, events, runs, sights
from fieldledger.journal.companies import Company
from fieldledger.model.kinds import Kind, Side
from fieldledger.model.outcome import Outcome, Verdict
from fieldledger.session.ports import ReadIds
from fieldledger.session.state import Session

KIND = Kind.CUSTOMER
AT_ONCE = 100
FEWER = 8
"""By how much the next question is smaller after one that brought nothing."""
GIVEN_UP_MOST = 20
"""Records given up in one session. After so many it goes on with what it has; QuickBooks itself may be in trouble."""

ANSWERED = (Verdict.DONE, Verdict.NOTHING, Verdict.MISSING, Verdict.WARNED)
ONE_TO_BLAME = (Verdict.UNKNOWN, Verdict.REFUSED)
"""Errors that one damaged record may cause; all others concern the whole session."""

_KNOWN = f"unread:{KIND}"


def next_ids(tx: Tx, company: str, session: Session) -> list[str]:
    """What to ask for next; [] = nothing is left to ask for in this session."""
    if len(session.unread) >= GIVEN_UP_MOST:
        return []
    known = _known(tx, company)
    ids = sights.next_wanted(tx, company, KIND, session.at_once or AT_ONCE, {*known, *session.unread})
    if ids:
        return ids
    return sights.still_wanted(tx, company, KIND, known - set(session.unread))[:1]


def bears_it(verdict: Verdict) -> bool:
    """Whether the session goes on after this answer to a question for ids."""
    return verdict in ANSWERED or verdict in ONE_TO_BLAME


def settle(
    tx: Tx, journal: Journal, company: Company, run: int | None, session: Session, ask: ReadIds, why: str
) -> None:
    """After an answer whose records are stored. why: what to say of a record that did not come."""
    left = sights.still_wanted(tx, company.id, KIND, ask.ids)
    known = _known(tx, company.id)
    if len(left) < len(ask.ids):
        session.at_once = min(AT_ONCE, 2 * session.at_once)
        _remember(tx, company.id, known - (set(ask.ids) - set(left)))
        return
    if len(ask.ids) > 1:
        session.at_once = max(1, len(ask.ids) // FEWER)
        return
    session.at_once = 0
    session.unread += ask.ids
    if ask.ids[0] not in known:
        _tell(tx, journal, company, run, ask.ids[0], why)
        session.count("warnings")
        _remember(tx, company.id, known | set(ask.ids))


def _known(tx: Tx, company: str) -> set[str]:
    """Ids that could not be read before."""
    return set((runs.cursor(tx, company, _KNOWN) or "").split("\n")) - {""}


def _remember(tx: Tx, company: str, ids: set[str]) -> None:
    runs.move_cursor(tx, company, _KNOWN, "\n".join(sorted(ids)) or None)


def _tell(tx: Tx, journal: Journal, company: Company, run: int | None, id: str, why: str) -> None:
    sight = sights.load(tx, company.id, Side.BOOKS, KIND, [id]).get(id)
    told = f"A record of QuickBooks could not be read: {why} It stays as it is here; each sync asks for it again."
    events.record(
        tx, company.id, run, journal.stamp(),
        [
            events.Event(
                what="noted", told=told, severity="warning", kind=KIND, books=id,
                name=sight.full_name if sight else "", reason="unread",
            )
        ],
    )  # fmt: skip


def why(outcome: Outcome) -> str:
    """What QuickBooks said about it, in a sentence."""
    if outcome.verdict in ANSWERED:
        return "it is in the list, and was not shown when it was asked for by its id."
    said = f" (QuickBooks said: {outcome.told.strip()})" if outcome.told else ""
    return outcome.meaning + said
