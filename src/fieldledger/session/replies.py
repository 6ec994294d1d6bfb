"""What an answer does to the journal, phase by phase; and how a session ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from fieldledger.journal import Journal, Tx, companies, message_sets, plans, sights
from fieldledger.journal.leases import Lease
from fieldledger.model.kinds import Kind
from fieldledger.model.outcome import Outcome
from fieldledger.session import (
    doubt,
    greeting,
    names,
    planning,
    posted,
    reading,
    requests,
    restored,
    telling,
)
from fieldledger.session.ports import Field, Item, ReadHolders, Write
from fieldledger.session.posted import Received
from fieldledger.session.reading import Answered
from fieldledger.session.requests import Call
from fieldledger.session.state import AGAIN, DOUBT, FETCH, HELLO, LOOKUP, READ, WRITE, Session
from fieldledger.session.writing import Work, work

Answer: TypeAlias = Answered | Received


def take_in(journal: Journal, lease: Lease, session: Session, items: Iterator[Item]) -> Answer:
    """Store what a reply to a question brings; of one to a set of writes, only take note. Raises `Garbled` and
    `LeaseLost`."""
    if _wrote(session):
        return posted.receive(items, [ask for ask in session.asks if isinstance(ask, Write)])
    return reading.take_in(journal, lease.company, lease.epoch, session, items)


def _wrote(session: Session) -> bool:
    return bool(session.asks) and isinstance(session.asks[0], Write)


def is_a_stranger(session: Session, answer: Answer) -> bool:
    """It answers something else, which was delivered again."""
    return bool(answer.strangers) and not answer.heads


def settle(tx: Tx, call: Call, answer: Answer) -> None:
    """Move the session on after a reply whose sights are committed. Raises `Stopped`."""
    session, journal = call.session, call.journal
    if isinstance(answer, Received):
        _settle_set(tx, call, answer)
        return
    match session.phase:
        case phase if phase == HELLO:
            greeting.begin(tx, journal, call.books, call.company, call.run, session)
        case phase if phase in (READ, FETCH):
            reading.settle(tx, journal, call.company, call.run, session, answer)
        case phase if phase == LOOKUP:
            doubt.settle_lookup(
                tx, call.posting(), list(answer.heads.values()), answer.records, answer.activity
            )
            if answer.activity is not None:
                restored.told_by_quickbooks(tx, journal, call.company, call.run, answer.activity)
            if session.phase == LOOKUP:
                requests.go_on(tx, _fresh(tx, call))
        case _ if isinstance(session.asks[0], ReadHolders):
            names.settle(tx, call.posting(), answer.named.get(session.asks[0].id, ()))
        case _:
            pass


def _fresh(tx: Tx, call: Call) -> Call:
    """With the company as it is stored by now."""
    company = companies.get(tx, call.company.id)
    assert company is not None
    call.company = company
    return call


def _settle_set(tx: Tx, call: Call, answer: Received) -> None:
    session, before = call.session, call.session.phase
    out = message_sets.out(tx, call.company.id)
    if out is not None and not answer.heads and doubt.is_our_mistake(answer.code):
        doubt.give_up(tx, call.posting(), out)
    else:
        posted.settle_set(tx, call.posting(), answer, measured=before != DOUBT)
    if session.phase == before and before in (DOUBT, AGAIN):
        requests.go_on(tx, call)
    session.field_done = False


def refused_as_a_whole(tx: Tx, call: Call, outcome: Outcome, said: str) -> bool:
    """QuickBooks refused the last request as it stands, and did nothing of it. True: the session can go on."""
    session = call.session
    if session.phase in (WRITE, AGAIN) and _wrote(session):
        posted.void(tx, call.posting(), said)
        session.asks = ()
        session.field_done = False
        requests.go_on(tx, call)
        return True
    if session.phase == READ and len(session.asks) > 1:
        reading.without_extras(tx, call.journal, call.company, call.run, session, outcome)
        return True
    if session.phase == DOUBT:
        session.phase, session.asks = LOOKUP, ()  # nobody tells: it is looked up
        return True
    if session.phase == LOOKUP and len(session.asks) > 1 and not session.alone:
        session.alone, session.asks = True, ()
        return True
    return False


def unknown(call: Call) -> None:
    """The answer could not be read. Raises `Stopped` when it is no use to ask once more."""
    requests.forget_the_answer(call.session)


def write_field(call: Call, field: Field, deadline: float) -> bool:
    """The field side's part, as much of it as fits. True: it is done for now. Raises `Stopped` and `LeaseLost`."""
    job = Work(
        journal=call.journal, field=field, company=call.company, epoch=call.epoch, run=call.run,
        session=call.session,
    )  # fmt: skip
    return work(job, deadline)


def farewell(tx: Tx, call: Call) -> tuple[str, str]:
    """How the run ended, and what to say of it."""
    session, company = call.session, call.company
    waiting = plans.proposed(tx, company.id)
    in_step = planning.in_step(tx, company.id)
    told = telling.summary(
        session.counts,
        unsettled=plans.unsettled(tx, company.id),
        unread=sum(sights.count_wanted(tx, company.id, kind) for kind in Kind),
        more=not in_step,
    )
    if waiting is not None:
        told = f"Plan {waiting.number} waits for approval. {waiting.why}"
    if company.sync_asked == session.asked:
        companies.change(tx, company.id, sync_asked="")
        if waiting is None and in_step:
            # Everything was looked at, and it came to nothing that had to be shown.
            companies.change(tx, company.id, approval_due="")
    return "waiting" if waiting else "done", told
