"""What a side will not take waits for a person, and all others go on (spec 10.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from fieldledger.journal import Tx, events, holds, sights
from fieldledger.journal.holds import Hold, Status
from fieldledger.journal.plans import Planned
from fieldledger.model.kinds import Kind, Side
from fieldledger.model.names import name_key
from fieldledger.model.outcome import Outcome, Verdict
from fieldledger.model.plan import Reason, Verb
from fieldledger.policy.sentences import SENTENCES, tell
from fieldledger.session.state import Session

NAME_TAKEN = "3100"
NO_SUCH_RECORD = "3140"


class Settling(msgspec.Struct, kw_only=True):
    """Whose outcomes these are, and of which kind of record. at: now, as the journal writes it; read_at: Unix seconds
    at which the writes went out."""

    company: str
    kind: Kind
    run: int
    rules: str
    direction: str
    at: str
    read_at: float
    session: Session


def refuse(
    tx: Tx, job: Settling, side: Side, refused: Sequence[tuple[Planned, Outcome]]
) -> list[events.Event]:
    """What a side will not take waits for a person; all others go on (spec 10.5). Returns the news."""
    reason = Reason.REFUSED if side is Side.FIELD else Reason.REFUSED_BY_BOOKS
    waiting = []
    for action, outcome in refused:
        said = " ".join(part for part in (outcome.meaning, outcome.told.strip()) if part)
        if outcome.verdict is Verdict.MISSING:
            said = said or "it was made, and is not there any more."
        taken = side is Side.BOOKS and outcome.code == NAME_TAKEN and job.kind is Kind.CUSTOMER
        why = Reason.NAME_TAKEN if taken else reason
        agency = (action.after or {}).get("agency")
        if agency and side is Side.BOOKS and outcome.code == NO_SUCH_RECORD:
            why, said = Reason.NO_AGENCY, f"it has no vendor {agency!r}"
        wanted = (action.after or {}).get("name") or action.name
        told = tell(why, kind=job.kind, name=wanted, detail="it is in use there already" if taken else said)
        waiting.append((action, why, told, outcome.todo if why is reason else ""))
    happened = hold_actions(tx, job, waiting)
    # Who has the name is asked next, and told then.
    happened = [event for event in happened if event.reason != Reason.NAME_TAKEN]
    # The jobs of a customer that was never made wait with it; and whoever bears a name that was not given is looked at.
    never_made = [action for action, _ in refused if action.verb is Verb.CREATE]
    sights.mark_below(tx, job.company, job.kind, [action.books for action in never_made if action.books])
    if side is Side.FIELD and never_made:
        alike = sights.by_name(
            tx, job.company, Side.FIELD, job.kind, {name_key(action.name) for action in never_made}
        )
        sights.mark_due(
            tx,
            job.company,
            Side.FIELD,
            job.kind,
            [sight.record for group in alike.values() for sight in group],
        )
    return happened


def hold_actions(
    tx: Tx,
    job: Settling,
    waiting: Sequence[tuple[Planned, Reason, str, str]],
    others: Mapping[int, tuple[str, ...]] = {},
) -> list[events.Event]:
    """These actions wait for a person: (action, reason, sentence, what to do or ""). others: books records that they
    collide with, by action id. Returns the news."""
    put = [
        Hold(
            kind=action.kind, books=action.books or "", field=action.field or "", code=why.value, name=action.name,
            told=told, todo=todo or SENTENCES[why].todo, others=others.get(action.id, ()), others_side=Side.BOOKS,
        )
        for action, why, told, todo in waiting
    ]  # fmt: skip
    holds.put(tx, job.company, put, job.at)
    names = sights.load(
        tx, job.company, Side.BOOKS, job.kind, [action.books for action, *_ in waiting if action.books]
    )
    holds.set_statuses(
        tx, job.company,
        [
            Status(
                kind=action.kind, field=action.field, status=SENTENCES[why].status, detail=told, at=job.at,
                books_name=names[action.books].full_name if action.books in names else "",
            )
            for action, why, told, _ in waiting
            if action.field is not None
        ],
    )  # fmt: skip
    return [
        events.Event(
            what="failed", told=told, severity=SENTENCES[why].severity, kind=action.kind, books=action.books or "",
            field=action.field or "", name=action.name, reason=why.value, after=action.after,
        )
        for action, why, told, _ in waiting
    ]  # fmt: skip
