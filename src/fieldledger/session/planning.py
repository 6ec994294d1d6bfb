"""From due sights to stored actions: gathers what the planner must know, a slice at a time, and keeps what it decided.

Every query serves a whole slice. Cost follows what is due, not the size of the books.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from fieldledger.journal import Tx, events, holds, links, plans, runs, sights
from fieldledger.journal.companies import Company
from fieldledger.journal.holds import Hold, Status
from fieldledger.journal.links import Link
from fieldledger.journal.sights import Sight
from fieldledger.model.kinds import Kind, Side
from fieldledger.model.names import name_key
from fieldledger.model.plan import WRITES, Action, Reason, Verb
from fieldledger.model.record import digest, pack
from fieldledger.plan.planner import decide_all, decide_field_only
from fieldledger.plan.subject import Seen, Subject, Tie
from fieldledger.policy.kinds import customer
from fieldledger.policy.rules import Policy, brake
from fieldledger.policy.sentences import IN_STEP, SENTENCES, tell

SLICE = 500
OPENED = 1000
"""Open intents that are looked at for what they are about to create."""
KIND = Kind.CUSTOMER


class Planning(msgspec.Struct, kw_only=True):
    """One planning of one company. plan: its id, once it had something to store."""

    company: Company
    policy: Policy
    run: int
    at: str
    plan: int | None = None
    counts: dict[str, int] = msgspec.field(default_factory=dict)


def plan_slice(tx: Tx, planning: Planning) -> bool:
    """Decide the next slice of due sights; False when nothing is due. Customers before their jobs, then what is
    new on the field side."""
    books = sights.next_due(tx, planning.company.id, Side.BOOKS, KIND, SLICE)
    if books:
        _decide_books(tx, planning, books)
        return True
    field = sights.next_due(tx, planning.company.id, Side.FIELD, KIND, SLICE)
    if field:
        _decide_field(tx, planning, field)
        return True
    return False


def _decide_books(tx: Tx, planning: Planning, due: Sequence[Sight]) -> None:
    subjects = _subjects(tx, planning, due)
    decided = list(decide_all(subjects, planning.policy))
    _say_in_step(tx, planning, subjects, decided)
    _keep(tx, planning, decided, {sight.record: sight for sight in due})
    looked_at = [subject.field.id for subject in subjects if subject.field is not None and subject.field.due]
    sights.decided(tx, planning.company.id, Side.FIELD, KIND, dict.fromkeys(looked_at, ""))


def _decide_field(tx: Tx, planning: Planning, due: Sequence[Sight]) -> None:
    """Field records that are new, edited or deleted. Linked ones are looked at as pairs."""
    company = planning.company.id
    tied = links.load(tx, company, Side.FIELD, KIND, [sight.record for sight in due])
    pairs = sights.load(tx, company, Side.BOOKS, KIND, [link.books for link in tied.values()])
    subjects = _subjects(tx, planning, list(pairs.values()))
    decided = list(decide_all(subjects, planning.policy))
    _say_in_step(tx, planning, subjects, decided)
    alone = {sight.record: sight for sight in due if sight.record not in tied}
    _keep(tx, planning, decided, pairs)
    field_only = [
        decide_field_only(_seen(sight), planning.policy) for sight in alone.values() if sight.gone is None
    ]
    decisions = {sight.record: "" for sight in due}
    decisions.update({action.field: action.reason.value for action in field_only if action.field})
    sights.decided(tx, company, Side.FIELD, KIND, decisions)
    _wake_rivals(tx, company, list(alone.values()))


def _wake_rivals(tx: Tx, company: str, alone: Sequence[Sight]) -> None:
    """Unlinked books records that one of these field records collides with now, or collided with before, are
    looked at again."""
    claimed = holds.claimed(tx, company, KIND, [sight.record for sight in alone])
    awake = {claimed[sight.record] for sight in alone if sight.record in claimed}
    keys = {name_key(sight.values.get("name")) for sight in alone if sight.gone is None}
    # A full name may be the name that a job would get: the job is found by its own, the last part.
    keys |= {key.rpartition(":")[2].strip() for key in keys}
    named = [
        sight.record
        for group in sights.by_name(tx, company, Side.BOOKS, KIND, keys).values()
        for sight in group
    ]
    linked = links.load(tx, company, Side.BOOKS, KIND, named)
    awake.update(record for record in named if record not in linked)
    sights.mark_due(tx, company, Side.BOOKS, KIND, awake)
    sights.mark_below(tx, company, KIND, named)


def _subjects(tx: Tx, planning: Planning, due: Sequence[Sight]) -> list[Subject]:
    """The slice with everything that deciding it needs, in the order of the slice."""
    company = planning.company.id
    chains = _chains(tx, company, due)
    tied = links.load(tx, company, Side.BOOKS, KIND, [sight.record for sight in due])
    fields = sights.load(tx, company, Side.FIELD, KIND, [link.field for link in tied.values()])
    tops = {
        sight.record: chain[0].record if chain else sight.record
        for sight, chain in zip(due, chains, strict=True)
    }
    held = holds.load(tx, company, KIND, set(tops.values()))
    derived = {
        sight.record: customer.derived_name(_names(chain), planning.policy)
        for sight, chain in zip(due, chains, strict=True)
        if chain and sight.record not in tied and sight.gone is None
    }
    namesakes = _namesakes(tx, company, derived)
    subjects = []
    for sight, chain in zip(due, chains, strict=True):
        link = tied.get(sight.record)
        field = fields.get(link.field) if link else None
        subjects.append(
            Subject(
                books=_seen(sight),
                names=_names(chain) if chain else None,
                top=tops[sight.record],
                top_held=tops[sight.record] in held and tops[sight.record] != sight.record,
                tie=_tie(link) if link else None,
                field=_seen(field) if field else None,
                namesakes=namesakes.get(sight.record, ()),
            )
        )
    return subjects


def _tie(link: Link) -> Tie:
    return Tie(
        base=link.base, base_digest=link.base_digest, field_digest=link.field_digest, rules=link.rules, state=link.state
    )  # fmt: skip


def _chains(tx: Tx, company: str, due: Sequence[Sight]) -> list[tuple[Sight, ...] | None]:
    """For each sight the records from the top of its tree down to itself; None when one was never seen."""
    known = {sight.record: sight for sight in due}
    missing = {sight.parent for sight in due if sight.parent} - set(known)
    while missing:
        found = sights.load(tx, company, Side.BOOKS, KIND, missing)
        known.update(found)
        missing = {sight.parent for sight in found.values() if sight.parent} - set(known)
    return [_chain(sight, known) for sight in due]


def _chain(sight: Sight, known: dict[str, Sight]) -> tuple[Sight, ...] | None:
    chain = [sight]
    while chain[0].parent is not None:
        above = known.get(chain[0].parent)
        if above is None or above in chain:
            return None
        chain.insert(0, above)
    return tuple(chain)


def _names(chain: tuple[Sight, ...]) -> tuple[str, ...]:
    return tuple(sight.values.get("name") or "" for sight in chain)


def _namesakes(tx: Tx, company: str, derived: dict[str, str]) -> dict[str, tuple[Seen, ...]]:
    """Unlinked field records by the books record whose name they bear, without those that another hold claims."""
    keys = {record: name_key(name) for record, name in derived.items()}
    by_name = sights.by_name(tx, company, Side.FIELD, KIND, set(keys.values()))
    found = [sight.record for group in by_name.values() for sight in group]
    if not found:
        return {}
    linked = links.load(tx, company, Side.FIELD, KIND, found)
    claimed = holds.claimed(tx, company, KIND, found)
    # What we are creating may be there already, and be told of before the answer to its create comes.
    ours = {
        digest(pack(action.after or {}))
        for action in plans.opened(tx, company, OPENED)
        if action.field is None
    }
    return {
        record: tuple(
            _seen(sight)
            for sight in by_name.get(key, ())
            if sight.record not in linked
            and sight.digest not in ours
            and claimed.get(sight.record, record) == record
        )
        for record, key in keys.items()
    }


def _seen(sight: Sight) -> Seen:
    return Seen(
        id=sight.record, values=sight.values, digest=sight.digest, version=sight.version,
        gone=sight.gone is not None, due=sight.due, decision=sight.decision,
    )  # fmt: skip


def _say_in_step(tx: Tx, planning: Planning, subjects: Sequence[Subject], decided: Sequence[Action]) -> None:
    """Pairs of which something else was said before, and nothing is to be said or done now: their badges turn back."""
    spoken_of = {action.books for action in decided}
    at_rest = {
        subject.field.id: ":".join(subject.names or ())
        for subject in subjects
        if subject.tie is not None and subject.field is not None and subject.tie.state == "live"
        and subject.books.id not in spoken_of and not subject.books.gone and not subject.field.gone
        and subject.field.digest in (subject.tie.base_digest, subject.tie.field_digest)
    }  # fmt: skip
    borne = holds.borne(tx, planning.company.id, KIND, at_rest)
    badges = [
        Status(kind=KIND, field=field, status=IN_STEP.status, detail=IN_STEP.told, books_name=at_rest[field],
               at=planning.at)
        for field, status in borne.items()
        if status != IN_STEP.status
    ]  # fmt: skip
    holds.set_statuses(tx, planning.company.id, badges)


def _keep(tx: Tx, planning: Planning, decided: Sequence[Action], about: dict[str, Sight]) -> None:
    """Store decisions, holds and news of one slice, and take the sights off the list."""
    company = planning.company.id
    told = {id(action): tell(action.reason, name=action.name, detail=action.detail) for action in decided}
    writes = [action for action in decided if action.verb in WRITES]
    quiet = [action for action in decided if action.verb not in WRITES]
    before = holds.load(tx, company, KIND, list(about))
    held = holds.put(tx, company, [_hold(action, told[id(action)]) for action in quiet if action.verb is Verb.HOLD],
                     planning.at)  # fmt: skip
    news = [
        action
        for action in quiet
        if (action.books in held if action.verb is Verb.HOLD else _is_news(action, about))
    ]
    _release(tx, planning, [record for record in about if record not in _ids(quiet, Verb.HOLD)])
    unchanged = {action.books for action in quiet} - {action.books for action in news}
    dropped = plans.replace(tx, company, [record for record in about if record not in unchanged])
    if writes or news or dropped:
        if planning.plan is None:
            planning.plan = plans.open_plan(tx, company, planning.run, planning.at)
        plans.add(tx, company, planning.plan, [(action, told[id(action)]) for action in (*writes, *news)])
    events.record(
        tx, company, planning.run, planning.at, [_event(action, told[id(action)]) for action in news]
    )
    holds.set_statuses(tx, company, _no_longer_rivals(tx, planning, before))
    holds.set_statuses(tx, company, _statuses(planning, quiet, told, about))
    for action in news:
        if action.reason is Reason.DELETED_IN_FIELD and action.books:
            links.set_state(tx, company, KIND, action.books, "field_deleted")
        _count(planning, action)
    decisions = dict.fromkeys(about, "")
    decisions.update({action.books: action.reason.value for action in quiet if action.books})
    sights.decided(tx, company, Side.BOOKS, KIND, decisions)


def _is_news(action: Action, about: dict[str, Sight]) -> bool:
    if action.reason is Reason.ONE_WAY:
        return True  # each edit is said once: the planner looks at a field record only when it is due
    sight = about.get(action.books or "")
    return sight is None or sight.decision != action.reason.value


def _ids(actions: Sequence[Action], verb: Verb) -> set[str]:
    return {action.books for action in actions if action.verb is verb and action.books}


def _release(tx: Tx, planning: Planning, records: Sequence[str]) -> None:
    """These are not held any more; what waited inside their holds is looked at again."""
    company = planning.company.id
    open_ones = holds.load(tx, company, KIND, records)
    if not open_ones:
        return
    freed = holds.solve(tx, company, KIND, open_ones, "sync", planning.at)
    sights.mark_due(tx, company, Side.BOOKS, KIND, freed)
    happened = [
        events.Event(
            what="released", kind=KIND, books=hold.books, name=hold.name, reason=hold.code,
            told="What held it is gone.",
        )
        for hold in open_ones.values()
    ]  # fmt: skip
    events.record(tx, company, planning.run, planning.at, happened)


def _hold(action: Action, told: str) -> Hold:
    return Hold(
        kind=action.kind, books=action.books or "", field=action.field or "", under=action.under,
        code=action.reason.value, name=action.name, told=told, todo=SENTENCES[action.reason].todo,
        others=action.others,
    )  # fmt: skip


_WHAT = {Verb.HOLD: "held", Verb.SKIP: "skipped", Verb.NOTE: "noted"}


def _event(action: Action, told: str) -> events.Event:
    return events.Event(
        what=_WHAT[action.verb], told=told, severity=SENTENCES[action.reason].severity, kind=action.kind,
        books=action.books or "", field=action.field or "", name=action.name, reason=action.reason.value,
        before=dict(action.before) if action.before else None, after=dict(action.after) if action.after else None,
    )  # fmt: skip


def _statuses(
    planning: Planning, quiet: Sequence[Action], told: dict[int, str], about: dict[str, Sight]
) -> list[Status]:
    """Badges for field records that a decision speaks of without writing them."""
    found: dict[str, Status] = {}
    for action in quiet:
        touched = action.others or ((action.field,) if action.field else ())
        if action.reason is Reason.DELETED_IN_FIELD:
            continue  # there is nothing left to bear a badge
        sight = about.get(action.books or "")
        for field in touched:
            found[field] = Status(
                kind=action.kind, field=field, status=SENTENCES[action.reason].status, detail=told[id(action)],
                books_name=sight.full_name if sight else action.name, at=planning.at,
            )  # fmt: skip
    return list(found.values())


def _no_longer_rivals(tx: Tx, planning: Planning, before: dict[str, Hold]) -> list[Status]:
    """Badges for field records that a hold collided with before, and none does now."""
    rivals = {other for hold in before.values() for other in hold.others}
    if not rivals:
        return []
    free = rivals - set(holds.claimed(tx, planning.company.id, KIND, rivals))
    free -= set(links.load(tx, planning.company.id, Side.FIELD, KIND, free))
    sentence = SENTENCES[Reason.FIELD_ONLY]
    return [
        Status(
            kind=KIND,
            field=field,
            status=sentence.status,
            detail=sentence.told,
            books_name="",
            at=planning.at,
        )
        for field in sorted(free)
    ]


def _count(planning: Planning, action: Action) -> None:
    what = _WHAT[action.verb]
    planning.counts[what] = planning.counts.get(what, 0) + 1
    if SENTENCES[action.reason].severity != "info":
        planning.counts["warnings"] = planning.counts.get("warnings", 0) + 1


def why_approval(tx: Tx, planning: Planning, plan: int) -> str:
    """Why a person must see this plan first; "" when it may be carried out."""
    counts = plans.counts(tx, plan)
    writes = sum(counts.get(verb, 0) for verb in WRITES)
    company = planning.company
    if writes == 0:
        return ""
    if company.approval_due:
        return company.approval_due
    if planning.policy.approve_plans == "always":
        return "Every plan is shown first (setting approve_plans=always)."
    linked = links.count(tx, company.id, KIND)
    endangered = counts.get(Verb.UPDATE, 0) + counts.get(Verb.DEACTIVATE, 0)
    if brake(endangered, linked):
        return (
            f"It would overwrite or deactivate {endangered} of {linked} customers at once, "
            "so it is shown before anything is written."
        )
    if planning.policy.approve_plans == "first" and not plans.ever_carried_out(tx, company.id):
        return "It is the first plan of this company."
    return ""


def in_step(tx: Tx, company: str) -> bool:
    """Nothing is due, planned or open."""
    return plans.left(tx, company) == 0 and not sights.next_due(tx, company, Side.BOOKS, KIND, 1)


def last_complete(tx: Tx, company: str) -> str | None:
    return runs.cursor(tx, company, f"complete:{KIND}")
