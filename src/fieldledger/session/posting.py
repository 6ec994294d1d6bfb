"""Writing QuickBooks, exactly once: the next set of writes, and what its answer does to the journal.

A set is committed with its exact bytes before it goes out, and no other goes out before it is settled. Whatever is not
told for certain is left to `doubt`.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence

import msgspec

from fieldledger.journal import Tx, events, message_sets, plans, runs, sights
from fieldledger.journal.companies import Company
from fieldledger.journal.plans import Planned
from fieldledger.model.kinds import Kind, Side
from fieldledger.model.outcome import Verdict
from fieldledger.model.plan import Reason, Verb
from fieldledger.model.record import Record
from fieldledger.policy.sentences import tell
from fieldledger.policy.settings import as_policy, complete
from fieldledger.session import telling
from fieldledger.session.ports import AnswerHead, Books, Item, SetStatus, Wait, Write
from fieldledger.session.reading import Stopped
from fieldledger.session.settling import NAME_TAKEN, Settling, Told, hold_actions, settle
from fieldledger.session.state import FETCH, LOOKUP, Session
from fieldledger.session.truth import still_true

KIND = Kind.CUSTOMER
VERBS = (Verb.CREATE, Verb.UPDATE, Verb.DEACTIVATE)
SET_MOST = 25
"""Writes in one set. QuickBooks keeps the whole answer, and a lost one is looked up record by record."""
PAUSES = (5.0, 15.0, 45.0, 135.0, 300.0)
"""Seconds before what is locked in QuickBooks is tried again, by how often it was tried."""
TRIES_MOST = 8
"""Sendings after which a locked record waits for a person."""
PATIENCE = 60.0
"""Seconds that a session waits for a lock; what takes longer is left to the next one."""
WAITS_MOST = 20
STALE_MOST = 3
"""How often a session decides again about a record that people are editing at that very moment."""
CALM = 2
"""An EditSequence is a second, and two edits may share it: what was read less than so many seconds after its last edit
is read once more before it is overwritten."""


class Posting(msgspec.Struct, kw_only=True):
    """What posting needs at hand. now: Unix seconds; at: the same as the journal writes it."""

    company: Company
    run: int
    now: float
    at: str
    session: Session
    books: Books

    def settling(self) -> Settling:
        policy = as_policy(complete(self.company.settings))
        return Settling(
            company=self.company.id, run=self.run, rules=policy.rules, direction=policy.direction, at=self.at,
            read_at=self.session.handed_at, session=self.session,
        )  # fmt: skip


# ---- going out --------------------------------------------------------------------------------------------------


def waiting(tx: Tx, job: Posting) -> bool:
    """Whether something is left for QuickBooks that this session may yet try."""
    if job.session.taken or message_sets.out(tx, job.company.id) is not None:
        return True
    patient = job.session.waits < WAITS_MOST
    found = _planned(tx, job, job.now + (PATIENCE if patient else 0))
    return bool(found)


def _planned(tx: Tx, job: Posting, until: float) -> list[Planned]:
    tired = job.session.tries
    most = SET_MOST if job.session.set_most == 0 else job.session.set_most
    found = plans.next_planned(
        tx,
        job.company.id,
        most + len(tired),
        verbs=VERBS,
        side=Side.BOOKS,
        now=until,
        but=job.session.put_off,
    )
    return [action for action in found if tired.get(_record(action), 0) < STALE_MOST][:most]


def _record(action: Planned) -> str:
    return action.books or f"field {action.field}"


def next_set(tx: Tx, job: Posting) -> tuple[str, tuple[Write, ...]] | Wait | None:
    """The next set, stored as it goes out: its bytes, and what it asks for. `Wait`: come back in some seconds. None:
    nothing can be written now (or first something has to be read: the session's phase tells)."""
    while True:
        batch = still_true(tx, job.company.id, _planned(tx, job, job.now))
        restless = _restless(tx, job, batch)
        batch = [action for action in batch if action.id not in restless]
        if not batch and not restless:
            if _planned(tx, job, job.now):
                continue  # what was planned was not true any more: look at what comes after it
            return _pause(tx, job)
        if not batch:
            return _read_once_more(tx, job, list(restless.values()))
        good, writes = _as_writes(tx, job, batch)
        if good:
            return _put_out(tx, job, good, writes), tuple(writes)


def _restless(tx: Tx, job: Posting, batch: Sequence[Planned]) -> dict[int, str]:
    """Changes of records whose last read may hide a later edit of the same second: action id → books id."""
    updates = [action for action in batch if action.verb is not Verb.CREATE and action.books]
    seen = sights.load(
        tx, job.company.id, Side.BOOKS, KIND, [action.books for action in updates if action.books]
    )
    clock = float(runs.cursor(tx, job.company.id, f"clock:{Side.BOOKS}") or 0)
    return {
        action.id: action.books
        for action in updates
        if action.books in seen and seen[action.books].version.isdecimal()
        and int(seen[action.books].version) > seen[action.books].read_at + clock - CALM
    }  # fmt: skip


def _read_once_more(tx: Tx, job: Posting, ids: Sequence[str]) -> Wait | None:
    if job.session.calmed >= STALE_MOST:
        job.session.put_off += tuple(action.id for action in _planned(tx, job, job.now))
        return None
    job.session.calmed += 1
    job.session.phase = FETCH
    sights.want(tx, job.company.id, KIND, ids)
    return Wait()


def _pause(tx: Tx, job: Posting) -> Wait | None:
    retry_at = plans.next_retry(tx, job.company.id, Side.BOOKS)
    if retry_at is None or retry_at > job.now + PATIENCE or job.session.waits >= WAITS_MOST:
        return None
    if not _planned(tx, job, retry_at):
        return None
    job.session.waits += 1
    return Wait()


def _as_writes(tx: Tx, job: Posting, batch: Sequence[Planned]) -> tuple[list[Planned], list[Write]]:
    """Without those that QuickBooks would refuse for what they say: they wait for a person, the others go on."""
    good: list[Planned] = []
    writes: list[Write] = []
    refused: list[tuple[Planned, Reason, str, str]] = []
    for action in batch:
        write = Write(
            id=f"a{action.id}", kind=action.kind, guid="{" + _key(job.company, action).upper() + "}",
            record=action.books, version=action.version, values=action.after or {}, fields=action.fields,
        )  # fmt: skip
        why = job.books.unsendable(write)
        if why:
            refused.append((action, Reason.REFUSED_BY_BOOKS, tell(Reason.REFUSED_BY_BOOKS, detail=why), ""))
        else:
            good.append(action)
            writes.append(write)
    if refused:
        plans.settle(tx, [action.id for action, *_ in refused], "refused")
        events.record(tx, job.company.id, job.run, job.at, hold_actions(tx, job.settling(), refused))
        job.session.count("failed", len(refused))
    return good, writes


def _key(company: Company, action: Planned) -> str:
    """The intent's GUID: the same for the same action, for ever, and no other's."""
    return action.key or str(uuid.uuid5(uuid.UUID(company.file_id), f"action:{action.id}"))


def _put_out(tx: Tx, job: Posting, batch: Sequence[Planned], writes: Sequence[Write]) -> str:
    number = message_sets.count(tx, job.company.id) + 1
    mark = uuid.uuid5(uuid.UUID(job.company.file_id), f"set:{number}:{batch[0].id}:{job.at}").hex
    set_id, old_id = f"FL{mark[:18].upper()}", message_sets.to_clear(tx, job.company.id)
    text = job.books.encode(tuple(writes), set_id=set_id, old_id=old_id)
    made = message_sets.put(
        tx, job.company.id, set_id=set_id, old_id=old_id, content=text,
        asks=msgspec.msgpack.encode(tuple(writes)), now=job.now,
    )  # fmt: skip
    plans.open_intents(tx, {action.id: _key(job.company, action) for action in batch})
    plans.put_into_set(tx, [action.id for action in batch], made)
    before_it_goes_out(tx, job.company.id, job.run, job.at, batch)
    return text


def before_it_goes_out(tx: Tx, company: str, run: int, at: str, batch: Sequence[Planned]) -> None:
    """A value that gives way stands in the history before anything is sent (spec 2.4)."""
    events.record(
        tx, company, run, at,
        [
            events.Event(
                what="conflict", told=action.told, severity="warning", kind=action.kind, books=action.books or "",
                field=action.field or "", name=action.name, reason=action.reason, before=action.lost,
                after={name: (action.after or {}).get(name) for name in action.lost},
            )
            for action in batch
            if action.lost and not action.attempts
        ],
    )  # fmt: skip


# ---- coming back ------------------------------------------------------------------------------------------------


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
    told, later, doubtful, forbidden = _part(mine, received)
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
            record = _record(each.action)
            job.session.tries[record] = job.session.tries.get(record, 0) + 1
            if each.record is None and each.action.books:
                sights.want(tx, job.company.id, KIND, [each.action.books])
        if each.outcome.code == NAME_TAKEN:
            job.session.taken += ((each.action.id, (each.action.after or {}).get("name") or ""),)
    settle(tx, job.settling(), Side.BOOKS, told)
    if doubtful:
        job.session.phase = LOOKUP
    else:
        message_sets.close(tx, out.id, "settled")


def _part(
    mine: Sequence[Planned], received: Received
) -> tuple[list[Told], list[tuple[Planned, AnswerHead]], list[Planned], list[tuple[Planned, AnswerHead]]]:
    """Told for certain; locked or not tried; in doubt; not allowed."""
    told: list[Told] = []
    later: list[tuple[Planned, AnswerHead]] = []
    doubtful: list[Planned] = []
    forbidden: list[tuple[Planned, AnswerHead]] = []
    for action in mine:
        head, record = received.heads.get(f"a{action.id}"), received.records.get(f"a{action.id}")
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
            case Verdict.NOT_ALLOWED:
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
        events.record(tx, job.company.id, job.run, job.at, hold_actions(tx, job.settling(), poison))
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
    events.record(tx, job.company.id, job.run, job.at, hold_actions(tx, job.settling(), waits))
    job.session.count("failed", len(mine))
