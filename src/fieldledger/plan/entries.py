"""Decides for entries of the small lists (taxes, payment terms, sales tax codes) without a pair (spec 5). Pure.

Names are unique in each list, so one of the same name is the same entry, and there are no duplicates to be held: one
that was deleted and made again in QuickBooks is the retired one, back again. Where they come from the field side, only
what something else needs is carried over, and never over other values.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from fieldledger.model.kinds import Kind, Side
from fieldledger.model.plan import Action, Reason, Verb
from fieldledger.plan.linked import own_name, say
from fieldledger.plan.subject import Facts, Seen, Subject
from fieldledger.plan.unlinked import as_link, as_renamed, new_in_field, to_create
from fieldledger.plan.weighing import as_in_field
from fieldledger.policy.kinds import LABELS, alike, referred, words
from fieldledger.policy.kinds.tax_rate import needs_agency
from fieldledger.policy.rules import Policy


def decide_unlinked_entry(
    subject: Subject, policy: Policy, facts: Facts, claimed: Collection[str] = ()
) -> Iterator[Action]:
    """An entry of one side. claimed: field entries that this slice has given to others."""
    if subject.books is not None:
        yield from _books_only(subject, subject.books, policy, facts, claimed)
    elif subject.field is not None and not subject.field.gone:
        yield from _field_only(subject, subject.field, policy, facts)


def _books_only(
    subject: Subject, books: Seen, policy: Policy, facts: Facts, claimed: Collection[str]
) -> Iterator[Action]:
    name = own_name(books)
    free = sorted(
        (seen for seen in subject.candidates if not seen.linked and seen.id not in claimed),
        key=lambda seen: (seen.values.get("active") is False, len(_differ(subject.kind, books, seen))),
    )
    needed = policy.direction == "field_to_books" and bool(free) and subject.needed
    if books.gone:
        if policy.direction == "books_to_field":
            yield say(subject, Verb.SKIP, Reason.NEVER_IMPORTED, name)
        return
    if subject.wish("ignore") and not (needed and not _differ(subject.kind, books, free[0])):
        yield say(subject, Verb.SKIP, Reason.IGNORED, name)
        return
    asked = subject.wish("link")
    chosen = next((seen for seen in free if asked and seen.id == asked.other), None)
    if asked and chosen:
        yield _as_one(subject, chosen, policy, facts, Reason.LINKED_BY_PERSON, asked.id)
    elif needed:
        yield _same_name(subject, books, free[0], policy, facts)
    elif policy.direction == "field_to_books":
        yield say(subject, Verb.SKIP, Reason.BOOKS_ONLY, name)
    elif any(seen.linked and seen.dead for seen in subject.candidates):
        # It was deleted and made again: first the old pair comes to its end.
        yield say(subject, Verb.SKIP, Reason.MATCH_WAITS, name)
    elif free:
        yield _as_one(subject, free[0], policy, facts, Reason.LINKED, None)
    elif policy.direction == "match_only":
        yield say(subject, Verb.SKIP, Reason.BOOKS_ONLY, name)
    else:
        missing = _missing(subject, books, Side.FIELD, facts)
        yield missing or new_in_field(subject, books, as_in_field(subject, policy), facts)


def _field_only(subject: Subject, field: Seen, policy: Policy, facts: Facts) -> Iterator[Action]:
    name = field.values.get("name") or ""
    same = next((seen for seen in subject.candidates if not seen.linked), None)
    renamed = subject.wish("rename")
    if renamed and renamed.side is Side.FIELD and renamed.name != name:
        yield as_renamed(subject, field, Side.FIELD, renamed)
    elif subject.wish("link"):
        yield say(subject, Verb.SKIP, Reason.MATCH_WAITS, name, side=Side.BOOKS)  # the books entry decides
    elif subject.wish("ignore"):
        yield say(subject, Verb.SKIP, Reason.IGNORED, name, side=Side.BOOKS)
    elif policy.direction != "field_to_books":
        reason = Reason.MATCH_WAITS if same else Reason.FIELD_ONLY
        yield say(subject, Verb.SKIP, reason, name, side=Side.BOOKS)
    elif not subject.needed:
        yield say(subject, Verb.SKIP, Reason.NOT_NEEDED, name, side=Side.BOOKS)
    elif same is not None:
        yield say(subject, Verb.SKIP, Reason.MATCH_WAITS, name, side=Side.BOOKS)  # the books entry decides
    elif subject.candidates:
        yield say(
            subject, Verb.HOLD, Reason.DUPLICATE_IN_BOOKS, name, side=Side.BOOKS, others_side=Side.BOOKS,
            others=tuple(seen.id for seen in subject.candidates), detail="linked to another record",
        )  # fmt: skip
    else:
        yield _carry_over(subject, field, policy, facts)


def _same_name(subject: Subject, books: Seen, field: Seen, policy: Policy, facts: Facts) -> Action:
    """Equal values: they are one. Else a person looks first, since nothing may be changed over there (spec 5)."""
    differ = _differ(subject.kind, books, field)
    if not differ:
        return _as_one(subject, field, policy, facts, Reason.LINKED, None)
    return say(
        subject, Verb.HOLD, Reason.VALUES_DIFFER, field.values.get("name") or "", side=Side.BOOKS,
        others=(field.id,), detail=words(subject.kind, differ),
    )  # fmt: skip


def _differ(kind: Kind, books: Seen, field: Seen) -> list[str]:
    """Fields in which two entries of one name differ."""
    return [
        label
        for label in LABELS[kind]
        if label != "name" and not alike(label, field.values.get(label), books.values.get(label))
    ]


def _carry_over(subject: Subject, field: Seen, policy: Policy, facts: Facts) -> Action:
    """It is created in QuickBooks, if QuickBooks takes it."""
    name = field.values.get("name") or ""
    missing = _missing(subject, field, Side.BOOKS, facts)
    if missing:
        return missing
    after, _ = to_create(subject.kind, field.values, facts, Side.BOOKS)
    if subject.kind is Kind.TAX_RATE and needs_agency(after):
        if not policy.agency:
            return say(subject, Verb.HOLD, Reason.NO_AGENCY, name, side=Side.BOOKS, detail="none is chosen")
        after["agency"] = policy.agency
    return Action(
        kind=subject.kind, verb=Verb.CREATE, reason=Reason.NEW_IN_FIELD, side=Side.BOOKS, name=name, field=field.id,
        after=after, seen_field=field.digest,
    )  # fmt: skip


def _missing(subject: Subject, seen: Seen, side: Side, facts: Facts) -> Action | None:
    """A group of taxes waits for its members: without one its rate would be wrong."""
    members = seen.values.get("components") if subject.kind is Kind.TAX_RATE else None
    absent = [id for id in referred(members) if not facts.can_take(side, Kind.TAX_RATE, "components", [id])]
    if not absent:
        return None
    name = seen.values.get("name") or ""
    detail = facts.called(Kind.TAX_RATE, "components", absent)
    return say(subject, Verb.HOLD, Reason.WAITS_FOR_TAXES, name, side=side, detail=detail)


def _as_one(
    subject: Subject, field: Seen, policy: Policy, facts: Facts, reason: Reason, wish: int | None
) -> Action:
    """They become a pair. Where nothing travels, or QuickBooks' terms cannot be changed, what differs may stay so."""
    fixed = policy.direction == "field_to_books" and subject.kind is Kind.PAYMENT_TERM
    if policy.direction == "books_to_field" or (policy.direction == "field_to_books" and not fixed):
        return as_link(subject, field, policy, facts, reason, wish)
    books = subject.books
    assert books is not None
    base = as_in_field(subject, policy)
    kept = {
        label: field.values.get(label)
        for label in LABELS[subject.kind]
        if not alike(label, field.values.get(label), base.get(label))
    }
    return Action(
        kind=subject.kind, verb=Verb.LINK, reason=reason, side=Side.FIELD, name=own_name(books), books=books.id,
        field=field.id, seen=books.digest, seen_field=field.digest, agreed=base, kept=kept or None, wish=wish,
    )  # fmt: skip
