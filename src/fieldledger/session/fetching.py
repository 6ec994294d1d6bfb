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

AT_ONCE = 100
FEWER = 8
"""By how much the next question is smaller after one that brought nothing."""
GIVEN_UP_MOST = 20
"""Records given up in one session. After so many it goes on with what it has; QuickBooks itself may be in trouble."""

ANSWERED = (Verdict.DONE, Verdict.NOTHING, Verdict.MISSING, Verdict.WARNED)
ONE_TO_BLAME = (Verdict.UNKNOWN, Verdict.REFUSED)
"""Errors that one damaged record may cause; all others concern the whole session."""


def next_ids(tx: Tx, company: str, session: Session) -> tuple[Kind, list[str]]:
    """What to ask for next; [] = nothing is left to ask for in this session."""
    if len(session.unread) >= GIVEN_UP_MOST:
        return Kind.CUSTOMER, []
    for kind in Kind:
        known, given_up = _known(tx, company, kind), _given_up(session, kind)
        ids = sights.next_wanted(tx, company, kind, session.at_once or AT_ONCE, {*known, *given_up})
        if ids:
            return kind, ids
    for kind in Kind:
        known, given_up = _known(tx, company, kind), _given_up(session, kind)
        ids = sights.still_wanted(tx, company, kind, known - given_up)[:1]
        if ids:
            return kind, ids
    return Kind.CUSTOMER, []


def _given_up(session: Session, kind: Kind) -> set[str]:
    return {id for its, id in session.unread if its == kind}


def bears_it(verdict: Verdict) -> bool:
    """Whether the session goes on after this answer to a question for ids."""
    return verdict in ANSWERED or verdict in ONE_TO_BLAME


def settle(
    tx: Tx, journal: Journal, company: Company, run: int | None, session: Session, ask: ReadIds, why: str
) -> None:
    """After an answer whose records are stored. why: what to say of a record that did not come."""
    left = sights.still_wanted(tx, company.id, ask.kind, ask.ids)
    known = _known(tx, company.id, ask.kind)
    if len(left) < len(ask.ids):
        session.at_once = min(AT_ONCE, 2 * session.at_once)
        _remember(tx, company.id, ask.kind, known - (set(ask.ids) - set(left)))
        return
    if len(ask.ids) > 1:
        session.at_once = max(1, len(ask.ids) // FEWER)
        return
    session.at_once = 0
    session.unread += ((ask.kind, ask.ids[0]),)
    if ask.ids[0] not in known:
        _tell(tx, journal, company, run, ask.kind, ask.ids[0], why)
        session.count("warnings")
        _remember(tx, company.id, ask.kind, known | set(ask.ids))


def _known(tx: Tx, company: str, kind: Kind) -> set[str]:
    """Ids that could not be read before."""
    return set((runs.cursor(tx, company, f"unread:{kind}") or "").split("\n")) - {""}


def _remember(tx: Tx, company: str, kind: Kind, ids: set[str]) -> None:
    runs.move_cursor(tx, company, f"unread:{kind}", "\n".join(sorted(ids)) or None)


def _tell(tx: Tx, journal: Journal, company: Company, run: int | None, kind: Kind, id: str, why: str) -> None:
    sight = sights.load(tx, company.id, Side.BOOKS, kind, [id]).get(id)
    told = f"A record of QuickBooks could not be read: {why} It stays as it is here; each sync asks for it again."
    events.record(
        tx, company.id, run, journal.stamp(),
        [
            events.Event(
                what="noted", told=told, severity="warning", kind=kind, books=id,
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
