"""What came of a batch of writes: outcomes into links, sights, events, holds and badges, in the caller's transaction.

Settles only what the field side spoke of; a write without an answer stays open and is sent again under its key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from fieldledger.journal import Tx, events, holds, links, plans, runs, sights
from fieldledger.journal.holds import Hold, Status
from fieldledger.journal.links import Agreed
from fieldledger.journal.plans import Planned
from fieldledger.model.kinds import Kind, Side
from fieldledger.model.outcome import Outcome, Verdict
from fieldledger.model.plan import Reason, Verb
from fieldledger.model.record import Gone, Record, digest, pack
from fieldledger.policy.sentences import SENTENCES, tell
from fieldledger.session.ports import FieldResult
from fieldledger.session.state import Session

KIND = Kind.CUSTOMER
DONE = {Verb.CREATE: "created", Verb.UPDATE: "updated", Verb.DEACTIVATE: "deactivated"}


class Settling(msgspec.Struct, kw_only=True):
    """Whose outcomes these are. at: now, as the journal writes it; read_at: the same in Unix seconds."""

    company: str
    run: int
    rules: str
    at: str
    read_at: float
    session: Session


class _Sorted(msgspec.Struct):
    """The batch by what became of it. done: with the state that the field side told."""

    done: list[tuple[Planned, Record]] = msgspec.field(default_factory=list)
    again: list[Planned] = msgspec.field(default_factory=list)
    missing: list[Planned] = msgspec.field(default_factory=list)
    refused: list[tuple[Planned, Outcome]] = msgspec.field(default_factory=list)
    records: list[Record] = msgspec.field(default_factory=list)


def settle(tx: Tx, job: Settling, batch: Sequence[Planned], results: Mapping[str, FieldResult]) -> None:
    """Settle a batch; ``results`` by key."""
    found = _sorted(batch, results)
    plans.settle(tx, [action.id for action, _ in found.done], "done")
    plans.settle(tx, [action.id for action in (*found.again, *found.missing)], "dropped")
    plans.settle(tx, [action.id for action, _ in found.refused], "refused")
    happened = _link(tx, job, found.done)
    happened += _refuse(tx, job, found.refused)
    # What was decided while a write had no outcome was decided without its outcome: it is looked at again.
    late = [action for action, _ in found.done if action.attempts]
    due = [action.books or "" for action in (*found.again, *found.missing, *late)]
    due += holds.solve(
        tx, job.company, KIND, [action.books or "" for action, _ in found.done], "sync", job.at
    )
    sights.mark_due(tx, job.company, Side.BOOKS, KIND, due)
    # The jobs of a customer that was refused wait with it.
    never_made = [action.books or "" for action, _ in found.refused if action.field is None]
    sights.mark_below(tx, job.company, KIND, never_made)
    gone = [Gone(kind=KIND, id=action.field) for action in found.missing if action.field]
    sights.observe_gone(tx, job.company, Side.FIELD, gone, job.at)
    sights.observe(tx, job.company, Side.FIELD, found.records, pass_no=0, read_at=job.read_at, at=job.at)
    echoes = [record.id for action, record in found.done if _is_echo(action, record)]
    sights.decided(tx, job.company, Side.FIELD, KIND, dict.fromkeys(echoes, ""))
    events.record(tx, job.company, job.run, job.at, happened)
    job.session.count("planned_again", len(found.again) + len(found.missing))
    job.session.count("failed", len(found.refused))
    runs.progress(tx, job.run, job.session.counts)


def _sorted(batch: Sequence[Planned], results: Mapping[str, FieldResult]) -> _Sorted:
    found = _Sorted()
    for action in batch:
        result = results.get(action.key or "")
        if result is None or result.outcome.verdict in (Verdict.BUSY, Verdict.UNKNOWN):
            continue
        if result.record is not None:
            found.records.append(result.record)
        match result.outcome.verdict:
            case Verdict.DONE | Verdict.WARNED if result.record is not None:
                found.done.append((action, result.record))
            case Verdict.STALE:
                found.again.append(action)
            case Verdict.MISSING if action.field is not None:
                found.missing.append(action)
            case _:
                found.refused.append((action, result.outcome))
    return found


def _is_echo(action: Planned, record: Record) -> bool:
    """Whether the field side shows what we wrote and nothing else. The first answer to a write does, in whatever form
    that side keeps it; one that is given again later may hold somebody's edit as well."""
    return action.attempts == 0 or pack(record.values) == pack(action.after or {})


def _link(tx: Tx, job: Settling, done: Sequence[tuple[Planned, Record]]) -> list[events.Event]:
    """Both sides agree on what was written. Returns the news."""
    made: list[Agreed] = []
    moved: list[Agreed] = []
    for action, record in done:
        base = pack(action.after or {})
        agreed = Agreed(
            books=action.books or "", field=record.id, base=base, rules=job.rules,
            field_digest=digest(pack(record.values)) if _is_echo(action, record) else digest(base),
            state="books_deleted" if action.verb is Verb.DEACTIVATE else "live",
        )  # fmt: skip
        (made if action.verb is Verb.CREATE else moved).append(agreed)
        job.session.count(DONE[action.verb])
    links.make(tx, job.company, KIND, made, job.at)
    links.agree(tx, job.company, KIND, moved)
    books = sights.load(tx, job.company, Side.BOOKS, KIND, [action.books or "" for action, _ in done])
    badges = [
        Status(
            kind=action.kind, field=record.id, status=SENTENCES[Reason(action.reason)].status, detail=action.told,
            books_name=books[action.books].full_name if action.books in books else "", at=job.at,
        )
        for action, record in done
    ]  # fmt: skip
    holds.set_statuses(tx, job.company, badges)
    return [
        events.Event(
            what=DONE[action.verb], told=action.told, kind=action.kind, books=action.books or "", field=record.id,
            name=action.name, reason=action.reason, before=action.before, after=action.after,
            severity=SENTENCES[Reason(action.reason)].severity,
        )
        for action, record in done
    ]  # fmt: skip


def _refuse(tx: Tx, job: Settling, refused: Sequence[tuple[Planned, Outcome]]) -> list[events.Event]:
    """What the other side will not take waits for a person; all others go on (spec 10.5). Returns the news."""
    waiting: list[Hold] = []
    badges: list[Status] = []
    happened: list[events.Event] = []
    books = sights.load(tx, job.company, Side.BOOKS, KIND, [action.books or "" for action, _ in refused])
    for action, outcome in refused:
        said = " ".join(part for part in (outcome.meaning, outcome.told) if part)
        if outcome.verdict is Verdict.MISSING:
            said = said or "it was made, and is not there any more."
        told = tell(Reason.REFUSED, detail=said)
        todo = outcome.todo or SENTENCES[Reason.REFUSED].todo
        waiting.append(
            Hold(
                kind=action.kind, books=action.books or "", field=action.field or "", code=Reason.REFUSED.value,
                name=action.name, told=told, todo=todo,
            )
        )  # fmt: skip
        if action.field is not None:
            name = books[action.books or ""].full_name if action.books in books else ""
            badges.append(
                Status(
                    kind=action.kind, field=action.field, status=SENTENCES[Reason.REFUSED].status, detail=told,
                    books_name=name, at=job.at,
                )
            )  # fmt: skip
        happened.append(
            events.Event(
                what="failed", told=told, severity="error", kind=action.kind, books=action.books or "",
                field=action.field or "", name=action.name, reason=Reason.REFUSED.value, after=action.after,
            )
        )  # fmt: skip
    holds.put(tx, job.company, waiting, job.at)
    holds.set_statuses(tx, job.company, badges)
    return happened
