"""Decides for records without a link: match, create, or wait for a person (spec 2.7). Pure.

Identity is never guessed: several candidates, an inactive one, or a job that agrees with nothing are not linked.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from fieldledger.model.kinds import Kind, Side
from fieldledger.model.plan import Action, Reason, Verb
from fieldledger.model.record import Values
from fieldledger.plan.linked import own_name, say
from fieldledger.plan.subject import Asked, Facts, Seen, Subject, Tie, newer
from fieldledger.plan.weighing import MASTER, as_in_field, as_pair, master_wins, merged
from fieldledger.policy.kinds import LABELS, REFERENCES, alike, customer, words
from fieldledger.policy.rules import Policy
from fieldledger.policy.verdicts import WRITES


def decide_books_only(
    subject: Subject, policy: Policy, facts: Facts, claimed: Collection[str] = ()
) -> Action | None:
    """A books record without a link. claimed: field records that this slice has given to others (one to one)."""
    books = subject.books
    assert books is not None
    name = own_name(books)
    if books.gone:
        return (
            None
            if policy.direction == "field_to_books"
            else say(subject, Verb.SKIP, Reason.NEVER_IMPORTED, name)
        )
    if subject.wish("ignore") or (subject.is_job and subject.top_ignored):
        return say(subject, Verb.SKIP, Reason.IGNORED, name)
    asked = subject.wish("link")
    chosen = next((seen for seen in subject.candidates if asked and seen.id == asked.other), None)
    free = chosen is not None and not chosen.linked and not chosen.gone and chosen.id not in claimed
    if asked and chosen and free and subject.names is not None:
        return as_link(subject, chosen, policy, facts, Reason.LINKED_BY_PERSON, asked.id)
    renamed = subject.wish("rename")
    if (
        renamed
        and renamed.side is Side.BOOKS
        and renamed.name != name
        and Side.BOOKS in WRITES[policy.direction]
    ):
        return as_renamed(subject, books, Side.BOOKS, renamed)
    if Side.FIELD not in WRITES[policy.direction]:
        return say(subject, Verb.SKIP, Reason.BOOKS_ONLY, name)
    if subject.is_job and policy.jobs == "skip":
        return say(subject, Verb.SKIP, Reason.JOBS_SKIPPED, name)
    if subject.names is None:
        return say(subject, Verb.NOTE, Reason.PARENT_UNKNOWN, name)
    if subject.is_job and policy.jobs == "as_locations":
        return say(subject, Verb.SKIP, Reason.JOB_AS_LOCATION, name, detail=subject.names[0])
    return _match(subject, books, subject.names, policy, facts, claimed)


def _match(
    subject: Subject,
    books: Seen,
    names: Sequence[str],
    policy: Policy,
    facts: Facts,
    claimed: Collection[str],
) -> Action:
    name = own_name(books)
    after = as_in_field(subject, policy)
    candidates = [seen for seen in subject.candidates if not seen.linked and seen.id not in claimed]
    inactive = books.values.get("active") is False
    if inactive and (not candidates or policy.direction != "two_way" or subject.is_job):
        return say(subject, Verb.SKIP, Reason.INACTIVE, name)
    if subject.is_job and subject.top_held:
        return say(subject, Verb.HOLD, Reason.WAITS_FOR_CUSTOMER, name, under=subject.top, detail=names[0])
    if subject.is_job:
        candidates = best_match(candidates, name, books.values)
    taken = [seen for seen in subject.candidates if seen.linked]
    if not candidates and taken and not subject.is_job:
        return say(
            subject, Verb.HOLD, Reason.DUPLICATE, after["name"], others=tuple(seen.id for seen in taken),
            detail=f"{numbers(taken)}, linked to another customer",
        )  # fmt: skip
    if not candidates:
        return new_in_field(subject, books, after, facts)
    reason = _why_not(candidates, after, policy)
    if reason is None:
        return as_link(subject, candidates[0], policy, facts, Reason.LINKED, None)
    return say(
        subject, Verb.HOLD, reason, after["name"], others=tuple(seen.id for seen in candidates),
        detail=numbers(candidates),
    )  # fmt: skip


def new_in_field(subject: Subject, books: Seen, shaped: Values, facts: Facts) -> Action:
    """A field record for this books record, without what the field side does not have of what it refers to."""
    after, kept = to_create(subject.kind, shaped, facts, Side.FIELD)
    return Action(
        kind=subject.kind, verb=Verb.CREATE, reason=Reason.NEW, side=Side.FIELD, name=after["name"], books=books.id,
        after=after, seen=books.digest, kept_books=kept or None,
    )  # fmt: skip


def _why_not(candidates: Sequence[Seen], after: Values, policy: Policy) -> Reason | None:
    """Why these candidates wait for a person; None = there is one, and it may be linked."""
    if policy.direction != "two_way":
        return Reason.DUPLICATE
    if len(candidates) > 1:
        return Reason.SEVERAL
    if candidates[0].dead:
        return Reason.ASK_FIRST
    if bool(candidates[0].values.get("active")) is not bool(after.get("active")) or not after.get("active"):
        return Reason.ASK_FIRST
    return None


def decide_field_only(subject: Subject, policy: Policy, facts: Facts) -> Action | None:
    """A field record without a link."""
    field = subject.field
    assert field is not None
    name = field.values.get("name") or ""
    if field.gone:
        return None
    asked = subject.wish("rename")
    if asked and asked.side is Side.FIELD and asked.name != name:
        return as_renamed(subject, field, Side.FIELD, asked)
    if subject.wish("link"):
        return say(subject, Verb.SKIP, Reason.MATCH_WAITS, name, side=Side.BOOKS)  # the books record decides
    if subject.wish("ignore"):
        return say(subject, Verb.SKIP, Reason.IGNORED, name, side=Side.BOOKS)
    if Side.BOOKS not in WRITES[policy.direction]:
        return say(subject, Verb.SKIP, Reason.FIELD_ONLY, name, side=Side.BOOKS)
    if policy.direction == "two_way" and any(
        not seen.linked and not seen.unsure and seen.decision != Reason.IGNORED for seen in subject.candidates
    ):
        return say(subject, Verb.SKIP, Reason.MATCH_WAITS, name, side=Side.BOOKS)  # the books record decides
    if field.values.get("active") is False:
        return say(subject, Verb.SKIP, Reason.INACTIVE_IN_FIELD, name, side=Side.BOOKS)
    if subject.candidates:
        return say(
            subject, Verb.HOLD, Reason.DUPLICATE_IN_BOOKS, name, side=Side.BOOKS, others_side=Side.BOOKS,
            others=tuple(seen.id for seen in subject.candidates), detail=_in_books(subject.candidates),
        )  # fmt: skip
    if subject.twins:
        return say(
            subject, Verb.HOLD, Reason.TWIN, name, side=Side.BOOKS, others=subject.twins,
            detail=", ".join(f"no. {twin}" for twin in subject.twins[:5]),
        )  # fmt: skip
    after, kept = to_create(subject.kind, field.values, facts, Side.BOOKS)
    return Action(
        kind=subject.kind, verb=Verb.CREATE, reason=Reason.NEW_IN_FIELD, side=Side.BOOKS, name=name, field=field.id,
        after=after, seen_field=field.digest, kept=kept or None,
    )  # fmt: skip


def to_create(kind: Kind, values: Values, facts: Facts, side: Side) -> tuple[dict[str, Any], dict[str, Any]]:
    """The values of a record that is new on this side, and what of the other side's record it is not given: what it
    refers to and this side does not have (spec 2.1)."""
    after = {name: values.get(name) for name in LABELS[kind]}
    kept = {}
    for name in REFERENCES[kind]:
        if after[name] and not facts.can_take(side, kind, name, after[name]):
            kept[name], after[name] = after[name], None
    return after, kept


def as_renamed(subject: Subject, seen: Seen, side: Side, asked: Asked) -> Action:
    """A record without a pair gets the name that a person gave it; then it is looked at anew."""
    fields: tuple[str, ...] = ("name",)
    after = {**seen.values, "name": asked.name}
    if side is Side.BOOKS and seen.values.get("company_name") == seen.values.get("name"):
        after["company_name"] = asked.name
        fields += ("company_name",)
    books, field = subject.books, subject.field
    return Action(
        kind=subject.kind, verb=Verb.UPDATE, reason=Reason.RENAMED_BY_PERSON, side=side, name=asked.name,
        books=books.id if books else None, field=field.id if field else None, before=seen.values, after=after,
        fields=fields, seen=books.digest if books else b"", seen_field=field.digest if field else b"",
        version=seen.version, wish=asked.id,
    )  # fmt: skip


def as_link(
    subject: Subject, chosen: Seen, policy: Policy, facts: Facts, reason: Reason, wish: int | None
) -> Action:
    """They become a pair. What then differs is shown here, and written by updates of the same plan."""
    books = subject.books
    assert books is not None
    assert subject.names is not None
    shaped = as_in_field(subject, policy)
    base = first_base(subject.kind, shaped, books, chosen, policy, facts)
    tie = Tie(base=base, rules=policy.rules)
    pair = as_pair(_paired(subject, chosen, tie), policy)
    assert pair is not None
    if policy.direction == "two_way":
        weighed = merged(pair, policy, facts)
    else:
        weighed = master_wins(pair, MASTER[policy.direction], policy, facts)
    side = Side.FIELD if weighed.to_field or not weighed.to_books else Side.BOOKS
    given = weighed.to_field if side is Side.FIELD else weighed.to_books
    values = chosen.values if side is Side.FIELD else shaped
    told = [
        f"{words(subject.kind, fields)}: {where}"
        for fields, where in (
            (weighed.to_field, "as in QuickBooks"),
            (weighed.to_books, "as in the field system"),
        )
        if fields
    ]
    return Action(
        kind=subject.kind, verb=Verb.LINK, reason=reason, side=side, name=chosen.values.get("name") or "",
        books=books.id, field=chosen.id, before=values if given else None,
        after={**values, **given} if given else None, seen=books.digest, seen_field=chosen.digest,
        agreed=base, wish=wish, detail="; ".join(told) + ("." if told else ""),
    )  # fmt: skip


def _paired(subject: Subject, chosen: Seen, tie: Tie) -> Subject:
    return msgspec.structs.replace(subject, field=chosen, tie=tie, candidates=(), wishes=())


def first_base(
    kind: Kind, shaped: Values, books: Seen, field: Seen, policy: Policy, facts: Facts
) -> dict[str, Any]:
    """The base of a new pair: what both have in common, and else what gives way, so that the other's counts as the
    change. One-way the receiver gives way; two-way the older record does, and a blank to what is filled."""
    base: dict[str, Any] = {}
    both = policy.direction == "two_way"
    winner = newer(books, field, policy, facts) if both else MASTER[policy.direction]
    for name in LABELS[kind]:
        mine, theirs = shaped.get(name), field.values.get(name)
        if alike(name, mine, theirs):
            base[name] = mine
        elif policy.direction == "two_way" and name == "locations":
            base[name] = []  # both lists are put together
        elif policy.direction == "two_way" and name != "active" and (not mine or not theirs):
            base[name] = None
        else:
            base[name] = theirs if winner is Side.BOOKS else mine
    return base


def best_match(candidates: Sequence[Seen], job_name: str, job: Values) -> list[Seen]:
    """The one record that is most like the job, [] when none is: a job matches one to one (spec 2.7), so that its
    sister at the same address finds the other record of the name."""
    alike = [(customer.likeness_to_job(seen.values, job_name, job), seen) for seen in candidates]
    best = max((likeness for likeness, _ in alike), default=0)
    return [seen for likeness, seen in alike if likeness == best][:1] if best else []


def numbers(candidates: Sequence[Seen]) -> str:
    return ", ".join(f"no. {seen.id}" for seen in candidates[:5]) + (
        " and others" if len(candidates) > 5 else ""
    )


def _in_books(candidates: Sequence[Seen]) -> str:
    first = candidates[0]
    state = "inactive, " if first.values.get("active") is False else ""
    return f"{state}linked to another record" if first.linked else f"{state}not linked".strip()
