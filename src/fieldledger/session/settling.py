"""What came of writes, on either side: outcomes into links, sights, history, holds and badges, in the caller's
transaction.

Settles only what that side spoke of; a write without an answer stays open, and is asked for again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from fieldledger.journal import Tx, events, holds, links, plans, runs, sights, wishes
from fieldledger.journal.holds import Status
from fieldledger.journal.links import Agreed, Link
from fieldledger.journal.plans import Planned
from fieldledger.model.kinds import LISTS, Side
from fieldledger.model.outcome import Outcome, Verdict
from fieldledger.model.plan import Reason, Verb
from fieldledger.model.record import Gone, Record, Values, digest, pack
from fieldledger.policy.kinds import LABELS, REFERENCES, UNLINKED, alike, customer, referred, words
from fieldledger.policy.sentences import SENTENCES, tell
from fieldledger.session import references
from fieldledger.session.references import References
from fieldledger.session.refusing import Settling, refuse

WARNED = "Synced with warnings"
DONE = {Verb.CREATE: "created", Verb.UPDATE: "updated", Verb.DEACTIVATE: "deactivated"}


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What a side said of one write. record: the state that it told; echo: it shows what was written and nothing else,
    in whatever form that side keeps it."""

    action: Planned
    outcome: Outcome
    record: Record | None = None
    echo: bool = True


class _Sorted(msgspec.Struct):
    done: list[tuple[Planned, Record, bool]] = []
    again: list[Planned] = []
    missing: list[Planned] = []
    refused: list[tuple[Planned, Outcome]] = []
    deleted: list[Planned] = []
    """Created on the field side, and deleted there before its answer came."""


def settle(tx: Tx, job: Settling, side: Side, told: Sequence[Told]) -> None:
    """Settle these writes of one side and kind. Those whose outcome nobody knows are not among them."""
    found = _sort(told)
    plans.settle(tx, [action.id for action, _, _ in found.done], "done")
    plans.settle(tx, [action.id for action in (*found.again, *found.missing)], "dropped")
    plans.settle(tx, [action.id for action, _ in found.refused], "refused")
    happened = _link(tx, job, side, found.done)
    happened += refuse(tx, job, side, found.refused)
    happened += perhaps_overwritten(found.missing)
    happened += _entomb(tx, job, found.deleted)
    wishes.fulfilled(tx, [action.wish for action, _, _ in found.done if action.wish])
    _look_again(tx, job, [*found.again, *found.missing])
    _free(tx, job, [action for action, _, _ in found.done])
    if job.kind in LISTS:
        retired = [action for action, _, _ in found.done if action.verb is Verb.DEACTIVATE]
        names = [str((action.before or {}).get("name") or "") for action in retired]
        references.wake_successors(tx, job.company, job.kind, names)
    if side is Side.FIELD:
        gone = [Gone(kind=job.kind, id=action.field) for action in found.missing if action.field]
        sights.observe_gone(tx, job.company, Side.FIELD, gone, job.at)
    else:
        sights.want(tx, job.company, job.kind, [action.books for action in found.missing if action.books])
    _observe(tx, job, side, told, found)
    # What was decided while a write had no outcome was decided without its outcome: it is looked at again.
    late = [
        action
        for action, record, echo in found.done
        if not echo
        or _in_parts(action)
        or (side is Side.FIELD and action.attempts)
        or (side is Side.BOOKS and _has_defaults(action, record, job.direction))
    ]
    _look_again(tx, job, late)
    events.record(tx, job.company, job.run, job.at, happened)
    job.session.count("planned_again", len(found.again) + len(found.missing))
    job.session.count("failed", len(found.refused))
    runs.progress(tx, job.run, job.session.counts)


def _entomb(tx: Tx, job: Settling, actions: Sequence[Planned]) -> list[events.Event]:
    """A tombstone, as for any record that is deleted in the field system (spec 2.11). Its number was never told."""
    plans.settle(tx, [action.id for action in actions], "done")
    links.make(
        tx, job.company, job.kind,
        [
            Agreed(
                books=action.books or "", field=f"deleted {action.key}", base=action.after or {}, rules=job.rules,
                state="field_deleted",
            )
            for action in actions
        ],
        job.at,
    )  # fmt: skip
    told = tell(Reason.DELETED_IN_FIELD, kind=job.kind)
    return [
        events.Event(
            what="skipped", told=told, kind=action.kind, books=action.books or "", name=action.name,
            reason=Reason.DELETED_IN_FIELD.value, after=action.after,
        )
        for action in actions
    ]  # fmt: skip


def perhaps_overwritten(actions: Sequence[Planned]) -> list[events.Event]:
    """These went out, and what they wrote can not be seen any more: what they may have overwritten stands in the
    history all the same (spec 10.2)."""
    return [
        events.Event(
            what="noted", kind=action.kind, books=action.books or "", field=action.field or "", name=action.name,
            reason=action.reason, before=only(action.before, action), after=only(action.after, action),
            told="It was deleted or changed while it was being written. What was about to be overwritten is kept here.",
        )
        for action in actions
        if action.before
    ]  # fmt: skip


def _sort(told: Sequence[Told]) -> _Sorted:
    found = _Sorted()
    for each in told:
        match each.outcome.verdict:
            case Verdict.DONE | Verdict.WARNED if each.record is not None:
                found.done.append((each.action, each.record, each.echo))
            case Verdict.STALE:
                found.again.append(each.action)
            case Verdict.MISSING if _is_there(each.action):
                found.missing.append(each.action)
            case Verdict.MISSING if (
                each.action.side is Side.FIELD and each.action.books and each.action.attempts
            ):
                found.deleted.append(each.action)
            case _:
                found.refused.append((each.action, each.outcome))
    return found


def _is_there(action: Planned) -> bool:
    """Whether it writes a record that was there."""
    return (action.field if action.side is Side.FIELD else action.books) is not None


def _in_parts(action: Planned) -> bool:
    """Whether it carries a field that the other write of the pair carries too: they agree when both are done."""
    return bool(set(action.fields) & set(LABELS[action.kind]) - set(action.agreed or {}))


def _look_again(tx: Tx, job: Settling, actions: Iterable[Planned]) -> None:
    actions = list(actions)
    sights.mark_due(
        tx, job.company, Side.BOOKS, job.kind, [action.books for action in actions if action.books]
    )
    sights.mark_due(
        tx, job.company, Side.FIELD, job.kind, [action.field for action in actions if action.field]
    )


def _free(tx: Tx, job: Settling, done: Sequence[Planned]) -> None:
    """The holds of what is done are solved, and what waited inside them is looked at again."""
    books = [action.books for action in done if action.books]
    field = [action.field for action in done if action.field]
    inside = holds.solve(tx, job.company, job.kind, books, "sync", job.at)
    holds.solve(tx, job.company, job.kind, field, "sync", job.at, Side.FIELD)
    sights.mark_due(tx, job.company, Side.BOOKS, job.kind, inside)


def _observe(tx: Tx, job: Settling, side: Side, told: Sequence[Told], found: _Sorted) -> None:
    """What the side told is a sight like any other; what merely shows what we wrote is nobody's edit."""
    shown = [each.record for each in told if each.record is not None]
    sights.observe(
        tx, job.company, side, shown, pass_no=job.session.pass_no, read_at=job.read_at, at=job.at,
        ahead=_ahead(tx, job.company, side),
    )  # fmt: skip
    if side is Side.BOOKS:
        sights.got(tx, job.company, job.kind, [record.id for record in shown])
    echoes = [record.id for action, record, echo in found.done if echo and _links(action)]
    sights.decided(tx, job.company, side, job.kind, dict.fromkeys(echoes, ""))
    if side is Side.BOOKS:
        # Names below come from these, also those of records that were written in the same set.
        renamed = [record.id for action, record, _ in found.done if "name" in action.fields]
        sights.mark_below(tx, job.company, job.kind, renamed)
    seen = {
        record.id: (action.seen if side is Side.BOOKS else action.seen_field, digest(pack(record.values)))
        for action, record, echo in found.done
        if echo
    }
    plans.moved_by_us(tx, job.company, job.kind, side, seen)
    # Whatever collided with a record that we moved is looked at again.
    claimed = holds.claimed(tx, job.company, job.kind, [record.id for _, record, _ in found.done], side)
    for holder_side in Side:
        awake = [holder for holders in claimed.values() for its, holder in holders if its is holder_side]
        sights.mark_due(tx, job.company, holder_side, job.kind, awake)


def _ahead(tx: Tx, company: str, side: Side) -> float | None:
    """Seconds by which that side's clock is ahead of ours. Somebody may edit in the second in which we wrote, and a
    clock that is behind must not make that second look long past; None = nobody knows."""
    if side is Side.FIELD:
        return 0.0
    measured = runs.cursor(tx, company, f"clock:{Side.BOOKS}")
    return None if measured is None else float(measured)


def _links(action: Planned) -> bool:
    """Whether it is about a pair, or makes one; a field record that was only renamed has yet to be decided."""
    return action.verb is Verb.CREATE or (action.books is not None and action.field is not None)


def _link(
    tx: Tx, job: Settling, side: Side, done: Sequence[tuple[Planned, Record, bool]]
) -> list[events.Event]:
    """Both sides agree on what was written. Returns the news."""
    known = links.load(
        tx, job.company, Side.BOOKS, job.kind, [action.books for action, _, _ in done if action.books]
    )
    refs = references.load(tx, job.company)
    made: list[Agreed] = []
    moved: list[Agreed] = []
    happened: list[events.Event] = []
    badges: list[Status] = []
    for sent, record, echo in done:
        shown = record.values if side is Side.BOOKS else refs.shared(job.kind, record.values)
        action = _as_it_came(sent, shown, side, refs)
        books = record.id if side is Side.BOOKS else action.books
        field = record.id if side is Side.FIELD else action.field
        otherwise = _otherwise(action, shown, side, job.direction) if echo else {}
        if action.verb is Verb.CREATE:
            made.append(_first(job, action, books or "", field or "", side, otherwise))
        elif action.books in known:
            moved.append(_next(job, action, known[action.books], side, otherwise))
        badge, event = _news(job, action, books or "", field or "", record if side is Side.BOOKS else None)
        happened.append(event)
        kept, reason = (
            (action.kept, Reason.UNKNOWN_CHOICE)
            if side is Side.BOOKS
            else (action.kept_books, Reason.UNKNOWN_HERE)
        )
        unknown = {
            name: value for name, value in (kept or {}).items() if value and name in REFERENCES[job.kind]
        }
        if unknown and (action.verb is Verb.CREATE or action is not sent):
            badge, more = _not_given(tx, job, badge, event, unknown, reason)
            happened.append(more)
        if side is Side.BOOKS and otherwise:
            badge, more = _kept_otherwise(job, badge, event, otherwise)
            happened.append(more)
        badges.append(badge)
        job.session.count(DONE[action.verb])
    links.make(tx, job.company, job.kind, made, job.at)
    links.agree(tx, job.company, job.kind, moved)
    if job.kind in LISTS:
        references.wake(tx, job.company, job.kind, [(pair.books, pair.field) for pair in made])
    if side is Side.BOOKS:
        plans.came_by(tx, {action.id: record.id for action, record, _ in done if action.verb is Verb.CREATE})
    else:
        names = sights.load(
            tx, job.company, Side.BOOKS, job.kind, [action.books for action, _, _ in done if action.books]
        )
        badges = [
            msgspec.structs.replace(badge, books_name=names[action.books].full_name)
            if action.books in names
            else badge
            for badge, (action, _, _) in zip(badges, done, strict=True)
        ]
    holds.set_statuses(tx, job.company, _without_lasting(tx, job, badges, [*made, *moved]))
    return happened


def _as_it_came(action: Planned, shown: Values, side: Side, refs: References) -> Planned:
    """The action with the ids that what it refers to got meanwhile, and without what this side could not be given: that
    waits on the other side (spec 2.1). shown: the record as it stands now."""
    after = action.after or {}
    resolved = dict(refs.resolved(action.kind, after))
    waits = {
        name: value
        for name in REFERENCES[action.kind]
        if (value := resolved.get(name)) and not shown.get(name)
        and (side is Side.FIELD or any(id.startswith(UNLINKED) for id in referred(after[name])))
        and (not action.fields or name in action.fields)
    }  # fmt: skip
    if not waits:
        return action if resolved == after else msgspec.structs.replace(
            action, after=resolved, agreed=dict(refs.resolved(action.kind, action.agreed or {}))
        )  # fmt: skip
    agreed = {name: value for name, value in (action.agreed or {}).items() if name not in waits}
    mine, theirs = action.kept or {}, action.kept_books or {}
    return msgspec.structs.replace(
        action, after={**resolved, **dict.fromkeys(waits)}, agreed=dict(refs.resolved(action.kind, agreed)),
        kept={**mine, **waits} if side is Side.BOOKS else action.kept,
        kept_books={**theirs, **waits} if side is Side.FIELD else action.kept_books,
    )  # fmt: skip


def _without_lasting(
    tx: Tx, job: Settling, badges: Sequence[Status], agreed: Sequence[Agreed]
) -> list[Status]:
    """Where the two sides still differ in something that was told of, a write of something else does not make the
    badge green (spec 9.5)."""
    warned = {
        pair.field
        for pair in agreed
        for kept in (pair.books_kept, pair.field_kept)
        if any(value or name not in REFERENCES[job.kind] for name, value in kept.items())
    }
    borne = holds.borne(tx, job.company, job.kind, warned)
    lasting = {field for field, status in borne.items() if status == WARNED}
    return [
        badge for badge in badges if badge.field and not (badge.field in lasting and badge.status != WARNED)
    ]


def _first(job: Settling, action: Planned, books: str, field: str, side: Side, otherwise: Values) -> Agreed:
    base = {name: (action.after or {}).get(name) for name in LABELS[action.kind]}
    return Agreed(
        books=books, field=field, base=base, rules=job.rules,
        books_kept=otherwise if side is Side.BOOKS else action.kept_books or {},
        field_kept=otherwise if side is Side.FIELD else action.kept or {},
    )  # fmt: skip


def _next(job: Settling, action: Planned, link: Link, side: Side, otherwise: Values) -> Agreed:
    agreed = action.agreed or {}
    kept = {
        Side.BOOKS: {name: value for name, value in link.books_kept.items() if name not in agreed},
        Side.FIELD: {name: value for name, value in link.field_kept.items() if name not in agreed},
    }
    kept[Side.FIELD] |= action.kept or {}
    kept[Side.BOOKS] |= action.kept_books or {}
    kept[side] = {name: value for name, value in kept[side].items() if name not in action.fields} | dict(
        otherwise
    )
    return Agreed(
        books=link.books, field=link.field, base={**link.base, **agreed}, rules=job.rules,
        books_kept=kept[Side.BOOKS], field_kept=kept[Side.FIELD],
        state="books_deleted" if action.verb is Verb.DEACTIVATE else "live",
    )  # fmt: skip


def _otherwise(action: Planned, shown: Values, side: Side, direction: str) -> dict[str, Any]:
    """The fields that this side keeps in another form than they were sent in."""
    after = action.after or {}
    found = {}
    for name in action.fields or tuple(LABELS[action.kind]):
        if name not in LABELS[action.kind]:
            continue
        sent, there = after.get(name), shown.get(name)
        if side is Side.BOOKS and name == "locations":
            jobs = [location for location in sent or () if location.get("job")]
            there = [*(there or ()), *jobs]
        if alike(name, sent, there):
            continue
        if side is Side.BOOKS and _is_default(name, sent, direction):
            continue
        found[name] = there
    return found


def _is_default(name: str, sent: Any, direction: str) -> bool:
    """Whether QuickBooks may put a default of its own there, which the field side is to show as well."""
    return name in customer.REFERENCES and not sent and direction == "two_way"


def _has_defaults(action: Planned, record: Record, direction: str) -> bool:
    after = action.after or {}
    return action.verb is Verb.CREATE and any(
        record.values.get(name) and _is_default(name, after.get(name), direction)
        for name in customer.REFERENCES
    )


def _news(
    job: Settling, action: Planned, books: str, field: str, record: Record | None
) -> tuple[Status, events.Event]:
    sentence = SENTENCES[Reason(action.reason)]
    badge = Status(
        kind=action.kind, field=field, status=sentence.status, detail=action.told,
        books_name=record.full_name if record else "", at=job.at,
    )  # fmt: skip
    event = events.Event(
        what=DONE[action.verb], told=action.told, kind=action.kind, books=books, field=field, name=action.name,
        reason=action.reason, before=only(action.before, action), after=only(action.after, action),
        severity=sentence.severity,
    )  # fmt: skip
    return badge, event


def only(values: Values | None, action: Planned) -> dict[str, Any] | None:
    """Of an update, the fields that it wrote: beside them nothing was touched."""
    if values is None or not action.fields:
        return None if values is None else dict(values)
    return {name: values.get(name) for name in action.fields}


def _not_given(
    tx: Tx, job: Settling, badge: Status, event: events.Event, unknown: Values, reason: Reason
) -> tuple[Status, events.Event]:
    """It was written without terms or taxes that this side does not have: they wait (spec 2.1)."""
    told = tell(reason, kind=job.kind, detail=references.in_words(tx, job.company, job.kind, unknown))
    sentence = SENTENCES[reason]
    job.session.count("warnings")
    more = events.Event(
        what="noted", told=told, severity=sentence.severity, kind=event.kind, books=event.books, field=event.field,
        name=event.name, reason=reason.value,
    )  # fmt: skip
    return msgspec.structs.replace(badge, status=sentence.status, detail=told), more


def _kept_otherwise(
    job: Settling, badge: Status, event: events.Event, otherwise: Values
) -> tuple[Status, events.Event]:
    """Noted, not imported again, not retried (spec 3.4)."""
    quiet = {name for name in otherwise if name in REFERENCES[job.kind] and not (event.after or {}).get(name)}
    fields = set(otherwise) - quiet
    told = tell(Reason.KEPT_IN_BOOKS, detail=words(job.kind, fields or otherwise))
    severity = SENTENCES[Reason.KEPT_IN_BOOKS].severity if fields else "info"
    if fields:
        job.session.count("warnings")
        badge = msgspec.structs.replace(badge, status=SENTENCES[Reason.KEPT_IN_BOOKS].status, detail=told)
    more = events.Event(
        what="noted", told=told, severity=severity, kind=event.kind, books=event.books, field=event.field,
        name=event.name, reason=Reason.KEPT_IN_BOOKS.value,
        before={name: (event.after or {}).get(name) for name in otherwise}, after=dict(otherwise),
    )  # fmt: skip
    return badge, more
