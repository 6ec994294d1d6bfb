"""The writing half of a session: recover what was left open, read the field side, plan, carry out, tell the badges.

No write without a committed intent; the intent's key makes sending it again harmless; every settle checks the lease.
Works in slices until `deadline`, so that a Web Connector never waits long for its answer.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from fieldledger.journal import Journal, Tx, companies, events, holds, leases, plans, runs, sights
from fieldledger.journal.companies import Company
from fieldledger.journal.plans import Planned
from fieldledger.model.kinds import LISTS, Kind, Side
from fieldledger.model.outcome import Verdict
from fieldledger.model.plan import Verb
from fieldledger.model.record import Record, Values, digest, pack
from fieldledger.policy.rules import Policy
from fieldledger.policy.sentences import field_policy
from fieldledger.policy.settings import as_policies, complete
from fieldledger.session import planning as planner
from fieldledger.session import references
from fieldledger.session.field_reading import CHANGES, store, told_since
from fieldledger.session.gathering import edited_field
from fieldledger.session.keys import key_of
from fieldledger.session.ports import Field, FieldWrite, SyncStatus
from fieldledger.session.posting import VERBS, before_it_goes_out
from fieldledger.session.reading import LeaseLost, Stopped
from fieldledger.session.refusing import Settling
from fieldledger.session.settling import Told, settle
from fieldledger.session.state import ALL, Session
from fieldledger.session.truth import still_true

BATCH = 200
STATUSES = 500
ROUNDS = 4
"""Plannings in one session: each answers what moved while the one before was carried out."""


class Work(msgspec.Struct, kw_only=True):
    """What the writing half needs at hand. run: id of the run."""

    journal: Journal
    field: Field
    company: Company
    epoch: int
    run: int
    session: Session

    @property
    def policies(self) -> dict[Kind, Policy]:
        return as_policies(complete(self.company.settings))


def work(job: Work, deadline: float) -> bool:
    """Do the field side's part until it is done (True) or the deadline (Unix seconds) is past (False). Every call gets
    a piece of each part done, however slow the field side is, so that it comes to an end.

    Raises `Stopped` when the field side cannot be reached, `LeaseLost` when a newer session took over.
    """
    try:
        while True:
            if not _recover(job, deadline):
                return False
            if not _read_field(job, deadline):
                return False
            if not _plan(job, deadline):
                return False
            if not _carry_out(job, deadline):
                return False
            _show_policy(job)
            if not _tell_statuses(job, deadline):
                return False
            job.session.rounds += 1
            with job.journal.read() as tx:
                if job.session.rounds >= ROUNDS or not _more(tx, job):
                    return True
    except OSError as error:
        raise Stopped(
            f"The field-service system could not be reached ({error}). Nothing is lost: the next sync goes on "
            "where this one stopped."
        ) from error


def _more(tx: Tx, job: Work) -> bool:
    return (
        planner.any_due(tx, job.company.id)
        or bool(_next_for_field(tx, job))
        or bool(plans.next_planned(tx, job.company.id, 1, verbs=(Verb.LINK,)))
    )


def _held(job: Work, tx: Tx) -> None:
    """Every write transaction of a session starts here."""
    if not leases.keep(tx, job.company.id, job.epoch, heard_at=job.journal.now()):
        raise LeaseLost


def _recover(job: Work, deadline: float) -> bool:
    """Intents without an outcome: the field side may or may not have carried them out. Their keys tell it which it
    has seen, so they are simply sent again, once a session. What it cannot tell yet stays open, and nothing is written
    beside it."""
    if job.session.recovered == ALL:
        return True
    while True:
        with job.journal.read() as tx:
            left = plans.opened(tx, job.company.id, BATCH, job.session.recovered, Side.FIELD)
            many = len(left)
        if not left:
            job.session.recovered = ALL
            return True
        left = [action for action in left if action.kind is left[0].kind]
        with job.journal.write() as tx:
            _held(job, tx)
            if job.session.recovered == 0:
                _say_retried(tx, job, many)
            plans.open_intents(tx, {action.id: action.key or "" for action in left})
        _send(job, left)
        job.session.recovered = left[-1].id
        if job.journal.now() >= deadline:
            return False


def _say_retried(tx: Tx, job: Work, many: int) -> None:
    told = f"{many} {'write' if many == 1 else 'writes'} had no answer when the last session ended. Asked for again."
    events.record(
        tx, job.company.id, job.run, job.journal.stamp(),
        [events.Event(what="retried", told=told, severity="info")],
    )  # fmt: skip


def _read_field(job: Work, deadline: float) -> bool:
    return all(_read_kind(job, kind, deadline) for kind in Kind)


def _read_kind(job: Work, kind: Kind, deadline: float) -> bool:
    company = job.company.id
    while True:
        with job.journal.read() as tx:
            after = told_since(tx, company, kind)
        told = job.field.changes(company, kind, after, CHANGES)
        if all(change.position <= after for change in told):
            return True
        with job.journal.write() as tx:
            _held(job, tx)
            job.session.count("field_changed", store(tx, job.journal, company, kind, told, after))
        if len(told) < CHANGES:
            return True
        if job.journal.now() >= deadline:
            return False


def _plan(job: Work, deadline: float) -> bool:
    planning: planner.Planning | None = None
    while True:
        with job.journal.write() as tx:
            _held(job, tx)
            company = companies.get(tx, job.company.id)
            assert company is not None
            job.company = company
            if planning is None:
                planning = _planning(job)
            planning.company, planning.policies = company, job.policies
            more = planner.plan_slice(tx, planning)
            if not more:
                # In the same transaction as the last decisions, so that nothing goes out, and nobody approves, what
                # was not decided and judged as a whole.
                _judge(tx, planning)
            for what, many in planning.counts.items():
                job.session.count(what, many)
            planning.counts.clear()
        if not more:
            return True
        if job.journal.now() >= deadline:
            return False


def _judge(tx: Tx, planning: planner.Planning) -> None:
    """Must a person see it first? The plan that was made now, or one that an earlier session left undone and that may
    have to be shown by now: nothing goes out on an old word."""
    if planning.company.approval_due:
        plans.take_back(tx, planning.company.id, planning.run, planning.at)
    plan = plans.unapproved(tx, planning.company.id)
    if plan is None:
        return
    why = planner.why_approval(tx, planning, plan)
    if why:
        plans.propose(tx, plan, why)
    else:
        plans.release(tx, plan)


def _carry_out(job: Work, deadline: float) -> bool:
    """Make the links that were approved, then open, send and settle what is for the field side, a batch at a time."""
    while _make_links(job):
        if job.journal.now() >= deadline:
            return False
    while True:
        with job.journal.write() as tx:
            _held(job, tx)
            batch = _next_for_field(tx, job)
            if not batch:
                plans.finish(tx, job.company.id)
                return True
            kind = batch[0].kind
            batch = still_true(tx, job.company.id, kind, [action for action in batch if action.kind is kind])
            batch = [_with_key(job.company, action) for action in _in_order(tx, job, kind, batch)]
            plans.open_intents(tx, {action.id: action.key or "" for action in batch})
            before_it_goes_out(tx, job.company.id, job.run, job.journal.stamp(), batch)
        if batch:
            _send(job, batch)
        if job.journal.now() >= deadline:
            return False


def _next_for_field(tx: Tx, job: Work) -> list[Planned]:
    return plans.next_planned(tx, job.company.id, BATCH, verbs=VERBS, side=Side.FIELD)


def _in_order(tx: Tx, job: Work, kind: Kind, batch: Sequence[Planned]) -> list[Planned]:
    """As many as do not wait for what comes before them in the batch: a group of taxes for its members. One that waits
    for what is not coming is decided again, unless it can do without."""
    known = references.load(tx, job.company.id)
    ready: list[Planned] = []
    for action in batch:
        lacking = known.lacking(kind, action.after or {}, Side.FIELD)
        if lacking and ready:
            break
        if lacking and kind in LISTS:
            plans.settle(tx, [action.id], "dropped")
            sights.mark_due(tx, job.company.id, Side.BOOKS, kind, [action.books] if action.books else [])
            continue
        ready.append(action)
    return ready


def _make_links(job: Work) -> bool:
    """False when none is left to be made."""
    with job.journal.write() as tx:
        _held(job, tx)
        batch = plans.next_planned(tx, job.company.id, BATCH, verbs=(Verb.LINK,))
        kind = batch[0].kind if batch else Kind.CUSTOMER
        good = still_true(tx, job.company.id, kind, [action for action in batch if action.kind is kind])
        if good:
            planning = _planning(job)
            planning.kind = kind
            planner.make_links(tx, planning, good)
            for what, many in planning.counts.items():
                job.session.count(what, many)
    return bool(batch)


def _planning(job: Work) -> planner.Planning:
    return planner.Planning(company=job.company, policies=job.policies, run=job.run, at=job.journal.stamp())


def _with_key(company: Company, action: Planned) -> Planned:
    """With the intent's GUID: the same for the same action, for ever, and no other's."""
    return msgspec.structs.replace(action, key=key_of(company.file_id, action))


def _send(job: Work, batch: Sequence[Planned]) -> None:
    """Carry out open intents of one kind on the field side and settle what came of them, in one transaction."""
    sent_at, kind = job.journal.now(), batch[0].kind
    with job.journal.read() as tx:
        known = references.load(tx, job.company.id)
    values = {action.id: known.for_field(kind, action.after or {}) for action in batch}
    writes = [
        FieldWrite(
            key=action.key or "", kind=kind, id=action.field, version=action.version or None, values=values[action.id]
        )
        for action in batch
    ]  # fmt: skip
    results = {result.key: result for result in job.field.write(job.company.id, writes)}
    with job.journal.write() as tx:
        _held(job, tx)
        # Another call of this session may have sent them too, and settled them already.
        still = plans.still_open(tx, [action.id for action in batch])
        told = [
            Told(
                action=action, outcome=result.outcome, record=result.record,
                echo=result.record is None or is_echo(action, result.record, values[action.id]),
            )
            for action in batch
            if action.id in still and (result := results.get(action.key or "")) is not None
            and result.outcome.verdict not in (Verdict.BUSY, Verdict.UNKNOWN)
        ]  # fmt: skip
        policy = job.policies[kind]
        settling = Settling(
            company=job.company.id, kind=kind, run=job.run, rules=policy.rules, direction=policy.direction,
            at=job.journal.stamp(), read_at=job.journal.now(), session=job.session,
        )  # fmt: skip
        settle(tx, settling, Side.FIELD, told)
        _measure(tx, job, told, sent_at)


def is_echo(action: Planned, record: Record, sent: Values) -> bool:
    """Whether the field side shows what we wrote and nothing else. The first answer to a write does, in whatever form
    that side keeps it; one that is given again later may hold somebody's edit as well."""
    return action.attempts == 0 or pack(record.values) == pack(
        {name: sent.get(name) for name in record.values}
    )


def _measure(tx: Tx, job: Work, told: Sequence[Told], sent_at: float) -> None:
    """How far the field side's clock is ahead of ours, by what it has just written (spec 2.5)."""
    edited = [
        when
        for each in told
        if each.echo and each.record is not None and each.action.attempts == 0
        and each.outcome.verdict is Verdict.DONE and (when := edited_field(each.record.modified)) is not None
    ]  # fmt: skip
    if not edited or job.journal.now() - sent_at > 30:
        return
    ahead = max(edited) - (sent_at + job.journal.now()) / 2
    cursor = f"clock:{Side.FIELD}"
    known = runs.cursor(tx, job.company.id, cursor)
    if abs(float(known or 0) - ahead) > 1:
        runs.move_cursor(tx, job.company.id, cursor, f"{ahead:.1f}")


def _show_policy(job: Work) -> None:
    """Tell the field side, once per change, what is synced and which way."""
    shown = field_policy(job.policies)
    mark = digest(pack(shown)).hex()
    with job.journal.read() as tx:
        if runs.cursor(tx, job.company.id, "policy") == mark:
            return
    job.field.show_policy(job.company.id, shown)
    with job.journal.write() as tx:
        _held(job, tx)
        runs.move_cursor(tx, job.company.id, "policy", mark)


def _tell_statuses(job: Work, deadline: float) -> bool:
    while True:
        with job.journal.read() as tx:
            news = holds.untold(tx, job.company.id, STATUSES)
        if not news:
            return True
        job.field.show_status(
            job.company.id,
            [
                SyncStatus(
                    kind=status.kind, id=status.field, status=status.status, detail=status.detail,
                    books_name=status.books_name, at=status.at,
                )
                for status in news
            ],
        )  # fmt: skip
        with job.journal.write() as tx:
            _held(job, tx)
            holds.told(tx, job.company.id, news)
        if job.journal.now() >= deadline:
            return False
