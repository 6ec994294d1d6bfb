"""Writing QuickBooks, exactly once: the next set of writes, and what its answer does to the journal.

A set is committed with its exact bytes before it goes out, and no other goes out before it is settled. Whatever is not
told for certain is left to `doubt`.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import msgspec

from fieldledger.journal import Tx, events, message_sets, plans, runs, sights
from fieldledger.journal.companies import Company
from fieldledger.journal.message_sets import MessageSet
from fieldledger.journal.plans import Planned
from fieldledger.journal.sights import Sight
from fieldledger.model.kinds import LISTS, Kind, Side
from fieldledger.model.plan import Reason, Verb
from fieldledger.policy.sentences import tell
from fieldledger.policy.settings import as_policies, complete
from fieldledger.policy.verdicts import WRITES
from fieldledger.session import references
from fieldledger.session.keys import key_of
from fieldledger.session.ports import Books, Wait, Write
from fieldledger.session.refusing import Settling, hold_actions
from fieldledger.session.state import FETCH, Session
from fieldledger.session.truth import still_true

VERBS = (Verb.CREATE, Verb.UPDATE, Verb.DEACTIVATE)
SET_MOST = 25
"""Writes in one set. QuickBooks keeps the whole answer, and a lost one is looked up record by record."""
PATIENCE = 60.0
"""Seconds that a session waits for a lock; what takes longer is left to the next one."""
WAITS_MOST = 20
STALE_MOST = 3
"""How often a session decides again about a record that people are editing at that very moment."""
WRITTEN_MOST = 5
"""How often a session writes one record; what people still edit then is left to the next one."""
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

    @property
    def may_write(self) -> frozenset[Kind]:
        """The kinds that go to QuickBooks at all; the last guard of a direction (spec 10.6)."""
        policies = as_policies(complete(self.company.settings))
        return frozenset(kind for kind, policy in policies.items() if Side.BOOKS in WRITES[policy.direction])

    def settling(self, kind: Kind) -> Settling:
        policy = as_policies(complete(self.company.settings))[kind]
        return Settling(
            company=self.company.id, kind=kind, run=self.run, rules=policy.rules, direction=policy.direction,
            at=self.at, read_at=self.session.handed_at, session=self.session,
        )  # fmt: skip


def waiting(tx: Tx, job: Posting) -> bool:
    """Whether something is left for QuickBooks that this session may yet try."""
    if not job.may_write:
        return False
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
        most + len(tired) + len(job.session.written),
        verbs=VERBS,
        side=Side.BOOKS,
        now=until,
    )
    written, allowed = job.session.written, job.may_write
    return [
        action
        for action in found
        if action.kind in allowed
        and tired.get(record_of(action), 0) < STALE_MOST
        and written.get(record_of(action), 0) < WRITTEN_MOST
    ][:most]


def record_of(action: Planned) -> str:
    """A name for the record within a session."""
    own = action.books or f"field {action.field}"
    return own if action.kind is Kind.CUSTOMER else f"{action.kind} {own}"


def next_set(tx: Tx, job: Posting) -> tuple[str, tuple[Write, ...]] | Wait | None:
    """The next set, stored as it goes out: its bytes, and what it asks for. `Wait`: come back in some seconds. None:
    nothing can be written now (or first something has to be read: the session's phase tells)."""
    if not job.may_write:
        return None
    while True:
        batch = _in_order(tx, job, _planned(tx, job, job.now))
        restless = _restless(tx, job, batch)
        kind = batch[0].kind if batch else Kind.CUSTOMER
        batch = [action for action in batch if action.id not in restless]
        if not batch and not restless:
            if _planned(tx, job, job.now):
                continue  # what was planned was not true any more: look at what comes after it
            return _pause(tx, job)
        if not batch:
            return _read_once_more(tx, job, kind, list(restless.values()))
        good, writes = _as_writes(tx, job, batch)
        if good:
            return _put_out(tx, job, good, writes), tuple(writes)


def _in_order(tx: Tx, job: Posting, batch: Sequence[Planned]) -> list[Planned]:
    """Those of one kind, as many as do not wait for what comes before them: a set that creates what another record
    refers to is settled before that one goes out."""
    if not batch:
        return []
    kind = batch[0].kind
    good = still_true(tx, job.company.id, kind, [action for action in batch if action.kind is kind])
    known = references.load(tx, job.company.id)
    ready: list[Planned] = []
    for action in good:
        lacking = known.lacking(kind, action.after or {}, Side.BOOKS)
        if lacking and ready:
            break
        if lacking and (kind in LISTS or (set(action.fields) and set(action.fields) <= set(lacking))):
            # Without it nothing is left to be written: it is decided again.
            plans.settle(tx, [action.id], "dropped")
            sights.mark_due(tx, job.company.id, Side.BOOKS, kind, [action.books] if action.books else [])
            sights.mark_due(tx, job.company.id, Side.FIELD, kind, [action.field] if action.field else [])
            job.session.field_done = False
            continue
        ready.append(action)
    return ready


def _restless(tx: Tx, job: Posting, batch: Sequence[Planned]) -> dict[int, str]:
    """Changes of records whose last read may hide a later edit of the same second: action id → books id."""
    updates = [action for action in batch if action.verb is not Verb.CREATE and action.books]
    if not updates:
        return {}
    kind = updates[0].kind
    seen = sights.load(
        tx, job.company.id, Side.BOOKS, kind, [action.books for action in updates if action.books]
    )
    measured = runs.cursor(tx, job.company.id, f"clock:{Side.BOOKS}")
    return {
        action.id: action.books
        for action in updates
        if action.books in seen and not _is_calm(seen[action.books], measured)
    }


def _is_calm(sight: Sight, measured: str | None) -> bool:
    """measured: how far QuickBooks' clock is ahead; where nobody knows, two reads have to show the same."""
    if sight.settled or not sight.version.isdecimal():
        return True
    return measured is not None and int(sight.version) <= sight.read_at + float(measured) - CALM


def _read_once_more(tx: Tx, job: Posting, kind: Kind, ids: Sequence[str]) -> Wait | None:
    if job.session.calmed >= STALE_MOST:
        for action in _planned(tx, job, job.now):
            job.session.tries[record_of(action)] = STALE_MOST  # left to the next session
        return None
    job.session.calmed += 1
    job.session.calming = tuple(ids)
    job.session.phase = FETCH
    sights.want(tx, job.company.id, kind, ids)
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
    number = message_sets.count(tx, job.company.id) + 1
    good: list[Planned] = []
    writes: list[Write] = []
    refused: list[tuple[Planned, Reason, str, str]] = []
    known = references.load(tx, job.company.id)
    for action in batch:
        write = Write(
            id=f"{number}.{action.id}", kind=action.kind, guid="{" + key_of(job.company.file_id, action).upper() + "}",
            record=action.books, version=action.version, values=known.for_books(action.kind, action.after or {}),
            fields=action.fields,
        )  # fmt: skip
        why = job.books.unsendable(write)
        if why:
            refused.append(
                (
                    action,
                    Reason.REFUSED_BY_BOOKS,
                    tell(Reason.REFUSED_BY_BOOKS, kind=action.kind, detail=why),
                    "",
                )
            )
        else:
            good.append(action)
            writes.append(write)
    if refused:
        plans.settle(tx, [action.id for action, *_ in refused], "refused")
        events.record(
            tx, job.company.id, job.run, job.at, hold_actions(tx, job.settling(refused[0][0].kind), refused)
        )
        job.session.count("failed", len(refused))
    return good, writes


def _put_out(tx: Tx, job: Posting, batch: Sequence[Planned], writes: Sequence[Write]) -> str:
    number = message_sets.count(tx, job.company.id) + 1
    mark = uuid.uuid5(uuid.UUID(job.company.file_id), f"set:{number}:{batch[0].id}:{job.at}").hex
    set_id, old_id = f"FL{mark[:18].upper()}", message_sets.to_clear(tx, job.company.id)
    text = job.books.encode(tuple(writes), set_id=set_id, old_id=old_id)
    made = message_sets.put(
        tx, job.company.id, set_id=set_id, old_id=old_id, content=text,
        asks=msgspec.msgpack.encode(tuple(writes)), now=job.now,
    )  # fmt: skip
    plans.open_intents(tx, {action.id: key_of(job.company.file_id, action) for action in batch})
    plans.put_into_set(tx, [action.id for action in batch], made)
    for action in batch:
        job.session.written[record_of(action)] = job.session.written.get(record_of(action), 0) + 1
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


def writes_of(out: MessageSet) -> tuple[Write, ...]:
    """What a set asks for. The id of a write names set and action: no answer to one set can be taken for another's."""
    return tuple(msgspec.msgpack.decode(out.asks, type=list[Write]))
