"""What came of a set of writes: told for certain, locked, not allowed, refused as a whole, or in doubt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from fieldledger.journal import Tx, events, message_sets, plans, runs, sights
from fieldledger.journal.plans import Planned
from fieldledger.model.kinds import Kind, Side
from fieldledger.model.outcome import Verdict
from fieldledger.model.plan import Reason
from fieldledger.model.record import Record
from fieldledger.policy.sentences import tell
from fieldledger.session import telling
from fieldledger.session.ports import AnswerHead, Item, SetStatus, Write
from fieldledger.session.posting import Posting, record_of, writes_of
from fieldledger.session.reading import Stopped
from fieldledger.session.refusing import NAME_TAKEN, hold_actions
from fieldledger.session.settling import Told, settle
from fieldledger.session.state import LOOKUP

PAUSES = (5.0, 15.0, 45.0, 135.0, 300.0)
"""Seconds before what is locked in QuickBooks is tried again, by how often it was tried."""
TRIES_MOST = 8
"""Sendings after which a locked record waits for a person."""
FORBIDDEN = ("3220", "3260", "3262", "3263", "3264")
"""What the user or the application may not do at all: it concerns every record, so the session stops. What one record
asks of a feature that is off concerns that record."""


class Received(msgspec.Struct, kw_only=True):
    """An answer to a set of writes. code: of the set, "" = not told. heads, records: by the id of the write."""

    code: str = ""
    heads: dict[str, AnswerHead] = {}
    records: dict[str, Record] = {}
    strangers: int = 0


def receive(items: Iterator[Item], asks: Sequence[Write]) -> Received:
    """Raises `Garbled`."""
    found = Received()
    known = {ask.id for ask in asks}
    order = iter(asks)
    current = ""
    for item in items:
        match item:
            case SetStatus():
                found.code = item.code
            case AnswerHead():
                current = item.id or next((ask.id for ask in order), "")
                if current in known:
                    found.heads[current] = item
                else:
                    found.strangers += 1
            case Record() if current in known:
                found.records[current] = item
            case _:
                pass
    return found


def settle_set(tx: Tx, job: Posting, received: Received, *, measured: bool) -> None:
    """Settle what the answer told for certain. What is left is in doubt, and the session's phase says so. measured:
    the answer came at once, so that it tells the time in QuickBooks. Raises `Stopped`."""
    out = message_sets.out(tx, job.company.id)
    if out is None:
        return
    mine = plans.of_set(tx, out.id)
    told, later, doubtful, forbidden = _part(mine, received, writes_of(out))
    if doubtful and not received.heads:
        job.session.set_code = received.code
        job.session.phase = LOOKUP
        return
    if measured:
        _measure(tx, job, received)
    if out.old_id:
        message_sets.cleared(tx, job.company.id, [out.old_id])
    if forbidden and len(forbidden) == len(mine):
        _back(tx, [action for action, _ in forbidden], job.now)
        message_sets.close(tx, out.id, "settled")
        raise Stopped(telling.of_outcome(forbidden[0][1].outcome))
    told += [Told(action=action, outcome=head.outcome) for action, head in forbidden]
    _later(tx, job, later)
    for each in told:
        if each.outcome.verdict is Verdict.STALE:
            record = record_of(each.action)
            job.session.tries[record] = job.session.tries.get(record, 0) + 1
            if each.record is None and each.action.books:
                sights.want(tx, job.company.id, each.action.kind, [each.action.books])
        if each.outcome.code == NAME_TAKEN and each.action.kind is Kind.CUSTOMER:
            job.session.taken += ((each.action.id, (each.action.after or {}).get("name") or ""),)
    if told:
        kind = mine[0].kind
        settle(tx, job.settling(kind), Side.BOOKS, told)
        if not measured:
            # A stored answer shows what was written as it was then: what has become of it since is read.
            shown = [each.record.id for each in told if each.record is not None]
            sights.want(tx, job.company.id, kind, shown)
    if doubtful:
        job.session.phase = LOOKUP
    else:
        message_sets.close(tx, out.id, "settled")


def _part(
    mine: Sequence[Planned], received: Received, writes: Sequence[Write]
) -> tuple[list[Told], list[tuple[Planned, AnswerHead]], list[Planned], list[tuple[Planned, AnswerHead]]]:
    """Told for certain; locked or not tried; in doubt; not allowed."""
    ids = {int(write.id.rpartition(".")[2]): write.id for write in writes}
    told: list[Told] = []
    later: list[tuple[Planned, AnswerHead]] = []
    doubtful: list[Planned] = []
    forbidden: list[tuple[Planned, AnswerHead]] = []
    for action in mine:
        head, record = received.heads.get(ids[action.id]), received.records.get(ids[action.id])
        if head is None:
            doubtful.append(action)
            continue
        match head.outcome.verdict:
            case Verdict.DONE | Verdict.WARNED | Verdict.NOTHING if record is None:
                doubtful.append(action)
            case Verdict.UNKNOWN:
                doubtful.append(action)
            case Verdict.BUSY | Verdict.SKIPPED:
                later.append((action, head))
            case Verdict.NOT_ALLOWED if head.outcome.code in FORBIDDEN:
                forbidden.append((action, head))
            case _:
                told.append(Told(action=action, outcome=head.outcome, record=record))
    return told, later, doubtful, forbidden


def _back(tx: Tx, actions: Sequence[Planned], retry_at: float) -> None:
    plans.later(tx, [action.id for action in actions], retry_at)


def _later(tx: Tx, job: Posting, locked: Sequence[tuple[Planned, AnswerHead]]) -> None:
    """Locks are retried with a growing pause; what stays locked waits for a person, and the others go on."""
    poison = []
    for action, head in locked:
        if head.outcome.verdict is Verdict.SKIPPED:
            _back(tx, [action], job.now)
        elif action.attempts < TRIES_MOST:
            _back(tx, [action], job.now + PAUSES[min(action.attempts, len(PAUSES)) - 1])
            job.session.count("locked")
        else:
            poison.append((action, Reason.LOCKED, tell(Reason.LOCKED, detail=head.outcome.told.strip()), ""))
    if poison:
        plans.settle(tx, [action.id for action, *_ in poison], "refused")
        events.record(
            tx, job.company.id, job.run, job.at, hold_actions(tx, job.settling(poison[0][0].kind), poison)
        )
        job.session.count("failed", len(poison))


def _measure(tx: Tx, job: Posting, received: Received) -> None:
    """How far QuickBooks' clock is ahead of ours: what it has just written bears the second in which it did."""
    took = job.now - job.session.handed_at
    versions = [
        int(record.version)
        for id, record in received.records.items()
        if record.version.isdecimal() and received.heads[id].outcome.verdict in (Verdict.DONE, Verdict.WARNED)
    ]
    if not versions or not 0 <= took <= 30:
        return
    ahead = max(versions) + 0.5 - (job.session.handed_at + job.now) / 2
    known = runs.cursor(tx, job.company.id, f"clock:{Side.BOOKS}")
    if known is None or abs(float(known) - ahead) > 1:
        runs.move_cursor(tx, job.company.id, f"clock:{Side.BOOKS}", f"{ahead:.1f}")


def void(tx: Tx, job: Posting, told: str) -> None:
    """QuickBooks refused the set as a whole, so nothing of it was done (rules.md 14). It goes out in smaller sets, down
    to the one that is to blame."""
    out = message_sets.out(tx, job.company.id)
    if out is None:
        return
    mine = plans.of_set(tx, out.id)
    message_sets.close(tx, out.id, "void")
    if len(mine) > 1:
        job.session.set_most = max(1, len(mine) // 5)
        _back(tx, mine, job.now)
        return
    waits = [
        (action, Reason.REFUSED_BY_BOOKS, tell(Reason.REFUSED_BY_BOOKS, detail=told), "") for action in mine
    ]
    plans.settle(tx, [action.id for action in mine], "refused")
    events.record(tx, job.company.id, job.run, job.at, hold_actions(tx, job.settling(mine[0].kind), waits))
    job.session.count("failed", len(mine))
