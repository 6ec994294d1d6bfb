"""Stores what was decided of a slice: plan, holds, history, badges; and takes the sights off the list.

Decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import msgspec

from fieldledger.journal import Tx, events, holds, links, plans, sights, wishes
from fieldledger.journal.holds import Hold, Holder, Status
from fieldledger.journal.plans import Planned
from fieldledger.model.kinds import LISTS, Kind, Side
from fieldledger.model.plan import WRITES, Action, Reason, Verb
from fieldledger.plan.subject import Subject
from fieldledger.policy.kinds import LABELS, REFERENCES, alike
from fieldledger.policy.sentences import IN_STEP, SENTENCES, tell
from fieldledger.session import references

SILENT = (
    Reason.UNPAIRED,
    Reason.FIELD_ONLY,
    Reason.BOOKS_ONLY,
    Reason.NOT_NEEDED,
    Reason.MATCH_WAITS,
    Reason.AGREED,
)
"""Decisions that neither the plan nor the history tells of; the first two are counted on the overview."""
EACH_TIME = (
    Reason.ONE_WAY, Reason.ONE_WAY_BOOKS, Reason.DERIVED_NAME, Reason.UNKNOWN_CHOICE, Reason.UNKNOWN_HERE
)  # fmt: skip
"""Notes about an edit: the planner makes one for each, so each is news."""
_ENDS = (Reason.FIELD_ONLY, Reason.BOOKS_ONLY, Reason.NOT_NEEDED, Reason.AGREED)
"""Silent decisions that leave nothing to be done: what was planned before does not go out any more."""
_WHAT = {Verb.HOLD: "held", Verb.SKIP: "skipped", Verb.NOTE: "noted"}
_STATES = {
    Reason.DELETED_IN_FIELD: "field_deleted", Reason.DELETED_IN_BOOKS_ONLY: "books_deleted",
    Reason.KEPT_HERE: "books_deleted",
}  # fmt: skip


class Keeping(msgspec.Struct, kw_only=True):
    """Where decisions go. plan: gives the id of the plan that takes them, opened when it is first needed."""

    company: str
    kind: Kind
    run: int
    at: str
    rules: str
    plan: Callable[[Tx], int]
    counts: dict[str, int]


def keep(tx: Tx, job: Keeping, subjects: Sequence[Subject], decided: Sequence[Action]) -> None:
    """Everything about these subjects that was decided, in the caller's transaction."""
    if not subjects:
        return
    told = {
        id(action): tell(action.reason, kind=action.kind, name=action.name, detail=action.detail)
        for action in decided
    }
    by_holder = {_holder(subject): subject for subject in subjects}
    writes = [action for action in decided if action.verb in WRITES]
    quiet = [action for action in decided if action.verb not in WRITES]
    before = {
        side: holds.load(
            tx, job.company, job.kind, [record for its, record in by_holder if its is side], side
        )
        for side in Side
    }
    held = holds.put(
        tx,
        job.company,
        [_hold(action, told[id(action)]) for action in quiet if action.verb is Verb.HOLD],
        job.at,
    )
    news = [action for action in quiet if _is_news(action, held, by_holder)]
    _release(tx, job, before, {_about(action) for action in quiet if action.verb is Verb.HOLD})
    _into_the_plan(tx, job, subjects, writes, quiet, news, told)
    events.record(tx, job.company, job.run, job.at, [_event(action, told[id(action)]) for action in news])
    holds.set_statuses(tx, job.company, _no_longer_rivals(tx, job, before[Side.BOOKS]))
    holds.set_statuses(tx, job.company, _badges(tx, job, quiet, told, by_holder))
    holds.set_statuses(tx, job.company, _in_step(tx, job, subjects, decided))
    _agree(tx, job, quiet)
    for action in quiet:
        if action.reason in _STATES and action.books:
            links.set_state(tx, job.company, job.kind, action.books, _STATES[action.reason])
    for action in news:
        _count(job, action)
    _off_the_list(tx, job, subjects, quiet)
    _part(tx, job, [action for action in quiet if action.reason is Reason.UNPAIRED and action.books])
    if job.kind in LISTS:
        over = [action for action in quiet if action.reason in _STATES]
        references.wake_successors(tx, job.company, job.kind, [action.name for action in over])


def _part(tx: Tx, job: Keeping, actions: Sequence[Action]) -> None:
    """These are no pairs any more. What each was stays in the history; the half that is left is looked at anew."""
    if not actions:
        return
    known = links.load(tx, job.company, Side.BOOKS, job.kind, [action.books or "" for action in actions])
    links.forget(tx, job.company, job.kind, [link.id for link in known.values()])
    sights.mark_due(tx, job.company, Side.BOOKS, job.kind, known)
    told = tell(Reason.UNPAIRED, kind=job.kind)
    events.record(
        tx, job.company, job.run, job.at,
        [
            events.Event(
                what="unlinked", told=told, kind=job.kind, books=link.books, field=link.field,
                name=str(link.base.get("name") or ""), before=link.base,
            )
            for link in known.values()
        ],
    )  # fmt: skip


def _holder(subject: Subject) -> Holder:
    """The record by which a subject is known: of a pair, the one in the books."""
    if subject.books is not None:
        return Side.BOOKS, subject.books.id
    assert subject.field is not None
    return Side.FIELD, subject.field.id


def _about(action: Action) -> Holder:
    return (Side.BOOKS, action.books) if action.books else (Side.FIELD, action.field or "")


def _is_news(action: Action, held: set[Holder], by_holder: dict[Holder, Subject]) -> bool:
    if action.reason in SILENT:
        return False
    if action.verb is Verb.HOLD:
        return _about(action) in held
    if action.reason in EACH_TIME:
        return True
    subject = by_holder.get(_about(action))
    seen = (subject.books or subject.field) if subject else None
    return seen is None or seen.decision != action.reason.value


def _into_the_plan(
    tx: Tx, job: Keeping, subjects: Sequence[Subject], writes: Sequence[Action], quiet: Sequence[Action],
    news: Sequence[Action], told: dict[int, str],
) -> None:  # fmt: skip
    """What was planned for these records is planned anew; what was said of them, and still holds, stays. A field record
    that was to be linked, and is not any more, was left out until now: it is looked at by itself."""
    written = {_about(action) for action in writes}
    said = [action for action in quiet if action.reason not in _ENDS]
    unchanged = {_about(action) for action in said} - {_about(action) for action in news} - written
    gone_over = [subject for subject in subjects if _holder(subject) not in unchanged]
    books = {subject.books.id for subject in gone_over if subject.books}
    field = {subject.field.id for subject in gone_over if subject.field}
    field |= {action.field for action in writes if action.field}
    promised = plans.promised(tx, job.company, job.kind, books)
    dropped = plans.replace(tx, job.company, job.kind, Side.BOOKS, books)
    dropped += plans.replace(tx, job.company, job.kind, Side.FIELD, field)
    if writes or news or dropped:
        plans.add(tx, job.company, job.plan(tx), [(action, told[id(action)]) for action in (*writes, *news)])
    free = promised - {action.field for action in writes if action.verb is Verb.LINK}
    sights.mark_due(tx, job.company, Side.FIELD, job.kind, free)


def _release(tx: Tx, job: Keeping, before: dict[Side, dict[str, Hold]], still: Collection[Holder]) -> None:
    """These are not held any more; what waited inside their holds is looked at again."""
    for side, open_ones in before.items():
        free = {record: hold for record, hold in open_ones.items() if (side, record) not in still}
        if not free:
            continue
        inside = holds.solve(tx, job.company, job.kind, free, "sync", job.at, side)
        sights.mark_due(tx, job.company, Side.BOOKS, job.kind, inside)
        happened = [
            events.Event(
                what="released", kind=job.kind, books=hold.books, field=hold.field, name=hold.name, reason=hold.code,
                told="What held it is gone.",
            )
            for hold in free.values()
        ]  # fmt: skip
        events.record(tx, job.company, job.run, job.at, happened)


def _hold(action: Action, told: str) -> Hold:
    return Hold(
        kind=action.kind, books=action.books or "", field=action.field or "", under=action.under,
        code=action.reason.value, name=action.name, told=told, todo=SENTENCES[action.reason].todo,
        others=action.others, others_side=action.others_side,
    )  # fmt: skip


def _event(action: Action, told: str) -> events.Event:
    return events.Event(
        what=_WHAT[action.verb], told=told, severity=SENTENCES[action.reason].severity, kind=action.kind,
        books=action.books or "", field=action.field or "", name=action.name, reason=action.reason.value,
        before=dict(action.before) if action.before else None, after=dict(action.after) if action.after else None,
    )  # fmt: skip


def _agree(tx: Tx, job: Keeping, quiet: Sequence[Action]) -> None:
    """The base follows what both sides came to by themselves, and what the field side may keep."""
    mine: dict[str, list[Action]] = {}
    for action in quiet:
        if (
            action.books
            and action.field
            and (action.agreed or action.kept or action.kept_books or action.verb is Verb.AGREE)
        ):
            mine.setdefault(action.books, []).append(action)
    known = links.load(tx, job.company, Side.BOOKS, job.kind, mine)
    moved = []
    for books, theirs in mine.items():
        link = known.get(books)
        if link is None:
            continue
        agreed = {name: value for action in theirs for name, value in (action.agreed or {}).items()}
        kept = {name: value for action in theirs for name, value in (action.kept or {}).items()}
        books_kept = {name: value for action in theirs for name, value in (action.kept_books or {}).items()}
        agrees = any(action.verb is Verb.AGREE for action in theirs)
        moved.append(
            links.Agreed(
                books=books, field=link.field, base={**link.base, **agreed}, state=link.state,
                rules=job.rules if agrees else link.rules,
                books_kept={
                    **{name: value for name, value in link.books_kept.items() if name not in agreed}, **books_kept,
                },
                field_kept={
                    **{name: value for name, value in link.field_kept.items() if name not in agreed}, **kept,
                },
            )
        )  # fmt: skip
    links.agree(tx, job.company, job.kind, moved)
    wishes.fulfilled(tx, [action.wish for action in quiet if action.verb is Verb.AGREE and action.wish])


def _off_the_list(tx: Tx, job: Keeping, subjects: Sequence[Subject], quiet: Sequence[Action]) -> None:
    decisions: dict[Holder, str] = {_holder(subject): "" for subject in subjects}
    decisions |= {
        (Side.FIELD, subject.field.id): "" for subject in subjects if subject.field and subject.books
    }
    decisions |= {_about(action): action.reason.value for action in quiet if action.verb is not Verb.AGREE}
    for side in Side:
        mine = {record: decision for (its, record), decision in decisions.items() if its is side}
        sights.decided(tx, job.company, side, job.kind, mine)


# ---- badges -----------------------------------------------------------------------------------------------------


def _badges(
    tx: Tx, job: Keeping, quiet: Sequence[Action], told: dict[int, str], by_holder: dict[Holder, Subject]
) -> list[Status]:
    """For field records that a decision speaks of without writing them."""
    found: dict[str, Status] = {}
    silent: set[str] = set()
    for action in quiet:
        if action.verb is Verb.AGREE or action.reason in (Reason.DELETED_IN_FIELD, Reason.MATCH_WAITS):
            continue  # nothing is left to bear a badge, or another decision will speak of it
        subject = by_holder.get(_about(action))
        name = ":".join(subject.names or ()) if subject and subject.names else ""
        touched = [action.field] if action.field else []
        touched += action.others if action.books and action.others_side is Side.FIELD else []
        for field in touched:
            if action.reason in SILENT:
                silent.add(field)
            found[field] = Status(
                kind=action.kind, field=field, status=SENTENCES[action.reason].status, detail=told[id(action)],
                books_name=name, at=job.at,
            )  # fmt: skip
    # A record of which nothing was ever said stays without a badge; one that a hold speaks of keeps that one.
    borne = holds.borne(tx, job.company, job.kind, silent)
    claimed = holds.claimed(tx, job.company, job.kind, silent)
    unsaid = {
        field for field in silent if field in claimed or borne.get(field) in (None, found[field].status)
    }
    return [each for field, each in found.items() if field not in unsaid]


def _in_step(tx: Tx, job: Keeping, subjects: Sequence[Subject], decided: Sequence[Action]) -> list[Status]:
    """Pairs of which something else was said before, and nothing is to be said or done now: their badges turn back.
    Where both sides came to the same, only what was waiting turns back: a warning stays until the next edit."""
    spoken_of = {action.books: action.verb for action in decided}
    at_rest = {
        subject.field.id: subject
        for subject in subjects
        if subject.tie is not None and subject.field is not None and subject.books is not None
        and spoken_of.get(subject.books.id, Verb.AGREE) is Verb.AGREE and _is_in_step(subject)
    }  # fmt: skip
    borne = holds.borne(tx, job.company, job.kind, at_rest)
    return [
        Status(
            kind=job.kind, field=field, status=IN_STEP.status, detail=IN_STEP.told, at=job.at,
            books_name=":".join(at_rest[field].names or ()),
        )
        for field, status in borne.items()
        if status != IN_STEP.status
        and not (status == "Synced with warnings" and (books := at_rest[field].books) and books.id in spoken_of)
    ]  # fmt: skip


def _is_in_step(subject: Subject) -> bool:
    """Whether both sides show the base: green is shown on nothing else (spec 9.5)."""
    tie, books, field = subject.tie, subject.books, subject.field
    if tie is None or books is None or field is None or tie.state != "live" or books.gone or field.gone:
        return False
    if any(value or name not in REFERENCES[subject.kind] for kept in (tie.books_kept, tie.field_kept)
           for name, value in kept.items()):  # fmt: skip
        return False
    plain = [
        name for name in LABELS[subject.kind] if name not in ("name", "locations", *REFERENCES[subject.kind])
    ]
    return all(alike(name, books.values.get(name), field.values.get(name)) for name in plain) and all(
        alike(name, field.values.get(name), tie.base.get(name)) for name in ("name", "locations")
    )


def _no_longer_rivals(tx: Tx, job: Keeping, before: dict[str, Hold]) -> list[Status]:
    """Badges for field records that a hold of a books record collided with before, and none does now."""
    rivals = {other for hold in before.values() if hold.others_side is Side.FIELD for other in hold.others}
    if not rivals:
        return []
    free = rivals - set(holds.claimed(tx, job.company, job.kind, rivals))
    free -= set(links.load(tx, job.company, Side.FIELD, job.kind, free))
    status, told = SENTENCES[Reason.FIELD_ONLY].status, tell(Reason.FIELD_ONLY, kind=job.kind)
    return [
        Status(kind=job.kind, field=field, status=status, detail=told, books_name="", at=job.at)
        for field in sorted(free)
    ]


def tell_linked(tx: Tx, job: Keeping, actions: Sequence[Planned]) -> None:
    """News and badges of pairs that were made."""
    names = sights.load(tx, job.company, Side.BOOKS, job.kind, [action.books or "" for action in actions])
    holds.set_statuses(
        tx, job.company,
        [
            Status(
                kind=action.kind, field=action.field or "", status=SENTENCES[Reason(action.reason)].status,
                detail=action.told, at=job.at,
                books_name=names[action.books].full_name if action.books in names else "",
            )
            for action in actions
        ],
    )  # fmt: skip
    events.record(
        tx, job.company, job.run, job.at,
        [
            events.Event(
                what="linked", told=action.told, kind=action.kind, books=action.books or "", field=action.field or "",
                name=action.name, reason=action.reason, before=action.before, after=action.after,
            )
            for action in actions
        ],
    )  # fmt: skip
    job.counts["linked"] = job.counts.get("linked", 0) + len(actions)


def _count(job: Keeping, action: Action) -> None:
    what = _WHAT[action.verb]
    job.counts[what] = job.counts.get(what, 0) + 1
    if SENTENCES[action.reason].severity != "info":
        job.counts["warnings"] = job.counts.get("warnings", 0) + 1
