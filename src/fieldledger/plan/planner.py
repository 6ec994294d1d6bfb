"""Decides, record by record, for customers that go from the books to the field system. Pure and total.

`decide_all` treats a slice of one depth of the tree; tops come before jobs, so that a job knows whether its customer
is held. Every subject gets at most one action; none means that nothing is to be done or said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fieldledger.model.kinds import Kind, Side
from fieldledger.model.plan import Action, Reason, Verb
from fieldledger.model.record import Values, digest, pack
from fieldledger.plan.subject import Seen, Subject, Tie
from fieldledger.policy.kinds import customer
from fieldledger.policy.rules import Policy
from fieldledger.policy.verdicts import PairVerdict, State, verdict


def decide_all(subjects: Iterable[Subject], policy: Policy) -> Iterator[Action]:
    """The actions for a slice. A namesake that one record claimed is not claimed by another (one to one)."""
    claimed: set[str] = set()
    for subject in subjects:
        action = decide(subject, policy, claimed)
        if action is not None:
            claimed.update(action.others)
            yield action


def decide(
    subject: Subject, policy: Policy, claimed: set[str] | frozenset[str] = frozenset()
) -> Action | None:
    """The decision for one record, None = nothing to do or say."""
    if subject.tie is not None:
        return _decide_linked(subject, subject.tie, policy)
    return _decide_unlinked(subject, policy, claimed)


def decide_field_only(field: Seen, policy: Policy) -> Action:
    """A field record without a link, where customers go from the books to the field system only."""
    return Action(
        kind=Kind.CUSTOMER, verb=Verb.SKIP, reason=Reason.FIELD_ONLY, side=Side.BOOKS,
        name=field.values.get("name") or "", field=field.id, seen=field.digest,
    )  # fmt: skip


def _decide_unlinked(subject: Subject, policy: Policy, claimed: set[str] | frozenset[str]) -> Action | None:
    books = subject.books
    own_name = books.values.get("name") or ""
    names = subject.names
    is_job = subject.top != books.id
    if books.gone:
        return _quiet(subject, Verb.SKIP, Reason.NEVER_IMPORTED, own_name)
    if is_job and policy.jobs == "skip":
        return _quiet(subject, Verb.SKIP, Reason.JOBS_SKIPPED, own_name)
    if books.values.get("active") is False:
        return _quiet(subject, Verb.SKIP, Reason.INACTIVE, own_name)
    if names is None:
        return _quiet(subject, Verb.NOTE, Reason.PARENT_UNKNOWN, own_name)
    after = customer.to_field(books.values, names, policy)
    if is_job and subject.top_held:
        return _quiet(
            subject, Verb.HOLD, Reason.WAITS_FOR_CUSTOMER, own_name, under=subject.top, detail=names[0]
        )
    rivals = [seen for seen in subject.namesakes if seen.id not in claimed]
    if is_job:
        rivals = _best_match(rivals, own_name, books.values)
    if rivals:
        numbers = ", ".join(f"no. {seen.id}" for seen in rivals[:5]) + (
            " and others" if len(rivals) > 5 else ""
        )
        return _quiet(
            subject, Verb.HOLD, Reason.DUPLICATE, after["name"],
            others=tuple(seen.id for seen in rivals), detail=numbers,
        )  # fmt: skip
    return Action(
        kind=Kind.CUSTOMER, verb=Verb.CREATE, reason=Reason.NEW, side=Side.FIELD, name=after["name"],
        books=books.id, after=after, seen=books.digest,
    )  # fmt: skip


def _best_match(rivals: list[Seen], job_name: str, job: Values) -> list[Seen]:
    """The one record that is most like the job, [] when none is: a job matches one to one (spec 2.7), so that its
    sister at the same address finds the other record of the name."""
    alike = [(customer.likeness_to_job(seen.values, job_name, job), seen) for seen in rivals]
    best = max((likeness for likeness, _ in alike), default=0)
    return [seen for likeness, seen in alike if likeness == best][:1] if best else []


def _quiet(
    subject: Subject, verb: Verb, reason: Reason, name: str, *,
    others: tuple[str, ...] = (), under: str | None = None, detail: str = "",
) -> Action:  # fmt: skip
    """A decision that writes nothing."""
    return Action(
        kind=Kind.CUSTOMER, verb=verb, reason=reason, side=Side.FIELD, name=name, books=subject.books.id,
        field=subject.field.id if subject.field else None, seen=subject.books.digest,
        others=others, under=under, detail=detail,
    )  # fmt: skip


def _decide_linked(subject: Subject, tie: Tie, policy: Policy) -> Action | None:
    books, field = subject.books, subject.field
    if field is None:
        raise ValueError(f"books record {books.id} is linked, but its field record was never seen")
    own_name = books.values.get("name") or ""
    after = customer.to_field(books.values, subject.names, policy) if subject.names else None
    match verdict(policy.direction, _books_state(books, after, tie), _field_state(field, tie)):
        case PairVerdict.NOTHING | PairVerdict.FORGET:
            return None
        case PairVerdict.FIELD_GONE:
            return _quiet(subject, Verb.SKIP, Reason.DELETED_IN_FIELD, tie.base.get("name") or own_name)
        case PairVerdict.BOOKS_GONE:
            if tie.state == "books_deleted":
                return None
            return _write(
                subject, Verb.DEACTIVATE, Reason.DELETED_IN_BOOKS, {**field.values, "active": False}, ""
            )
        case PairVerdict.NOTE_ONE_WAY:
            return _note_one_way(subject, field, tie)
        case PairVerdict.TO_FIELD:
            if len(subject.names or ()) > 1 and policy.jobs == "skip":
                return _quiet(subject, Verb.SKIP, Reason.JOBS_SKIPPED, own_name)
            if after is None:
                return _quiet(subject, Verb.NOTE, Reason.PARENT_UNKNOWN, own_name)
            fields = customer.changed_fields(tie.base, after)
            derived = len(subject.names or ()) > 1
            by_rules = derived and tie.rules != policy.rules and set(fields) <= {"name"}
            reason = Reason.RULES_CHANGED if by_rules else Reason.CHANGED
            return _write(subject, Verb.UPDATE, reason, after, _list(fields))
        case other:
            raise ValueError(f"{other} is not carried out for {policy.direction}")


def _write(subject: Subject, verb: Verb, reason: Reason, after: Values, detail: str) -> Action:
    assert subject.field is not None
    return Action(
        kind=Kind.CUSTOMER, verb=verb, reason=reason, side=Side.FIELD, name=after["name"] or "",
        books=subject.books.id, field=subject.field.id, before=subject.field.values, after=after,
        seen=subject.books.digest, version=subject.field.version, detail=detail,
    )  # fmt: skip


def _note_one_way(subject: Subject, field: Seen, tie: Tie) -> Action | None:
    if not field.due:
        return None  # said when it was new
    fields = customer.changed_fields(tie.base, field.values)
    return Action(
        kind=Kind.CUSTOMER, verb=Verb.NOTE, reason=Reason.ONE_WAY, side=Side.BOOKS, name=field.values["name"] or "",
        books=subject.books.id, field=field.id, before=tie.base, after=field.values, seen=subject.books.digest,
        detail=_list(fields),
    )  # fmt: skip


def _books_state(books: Seen, after: Values | None, tie: Tie) -> State:
    if books.gone:
        return State.GONE
    if tie.state == "books_deleted":
        return State.CHANGED  # it is back (a restored backup): the field record follows it again
    if after is None or digest(pack(after)) != tie.base_digest:
        return State.CHANGED
    return State.UNCHANGED


def _field_state(field: Seen, tie: Tie) -> State:
    if field.gone or tie.state == "field_deleted":
        return State.GONE
    return State.UNCHANGED if field.digest in (tie.base_digest, tie.field_digest) else State.CHANGED


def _list(fields: tuple[str, ...]) -> str:
    return ", ".join(customer.LABELS[field] for field in fields)
