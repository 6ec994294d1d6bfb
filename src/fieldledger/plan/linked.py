"""Decides for linked pairs: the verdict of the table, and what it makes of the fields. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import msgspec

from fieldledger.model.kinds import LISTS, Kind, Side
from fieldledger.model.plan import Action, Reason, Verb
from fieldledger.model.record import Values
from fieldledger.plan.subject import Asked, Facts, Seen, Subject, Tie
from fieldledger.plan.weighing import MASTER, Pair, Weighed, as_pair, master_wins, merged, waits_no_more
from fieldledger.policy.kinds import LABELS, alike, customer, words
from fieldledger.policy.kinds.tax_rate import needs_agency
from fieldledger.policy.rules import Policy
from fieldledger.policy.verdicts import WRITES, PairVerdict, State, verdict


def decide_linked(subject: Subject, tie: Tie, policy: Policy, facts: Facts) -> Iterator[Action]:
    """What is to be done or said of a pair; nothing when it is in step."""
    books, field = subject.books, subject.field
    if books is not None and field is None and tie.state == "field_deleted":
        # Deleted before it was ever seen.
        yield say(subject, Verb.SKIP, Reason.DELETED_IN_FIELD, tie.base.get("name") or own_name(books))
        return
    if books is None or field is None:
        raise ValueError(f"a linked record was never seen: {subject.top}")
    if subject.kind in LISTS and (field.gone or tie.state == "field_deleted"):
        # Both lists are looked at anew: what QuickBooks has, or what is needed there, finds or gets its other half.
        yield say(subject, Verb.SKIP, Reason.UNPAIRED, tie.base.get("name") or own_name(books))
        return
    if policy.direction == "match_only":
        if books.gone and tie.state == "live":
            yield say(subject, Verb.NOTE, Reason.DELETED_IN_BOOKS_ONLY, field.values.get("name") or "")
        return
    if subject.kind in LISTS and policy.direction == "books_to_field":
        # Read-only there: whatever differs, for whatever reason, becomes as it is in QuickBooks (spec 5).
        tie = msgspec.structs.replace(tie, base=field.values, books_kept={}, field_kept={})
        subject = msgspec.structs.replace(subject, tie=tie)
    pair = as_pair(subject, policy)
    states = _books_state(books, tie, pair), _field_state(subject.kind, field, tie, pair)
    ignored = subject.wish("ignore") is not None
    match verdict(policy.direction, *states):
        case PairVerdict.FIELD_GONE:
            yield say(subject, Verb.SKIP, Reason.DELETED_IN_FIELD, tie.base.get("name") or own_name(books))
        case PairVerdict.BOOKS_GONE:
            yield from _books_gone(subject, field, tie, policy)
        case PairVerdict.EDITED_AND_DELETED if ignored:
            yield say(subject, Verb.SKIP, Reason.IGNORED, own_name(books))
        case PairVerdict.EDITED_AND_DELETED:
            told = (
                "Deleted in QuickBooks, and edited in the field system."
                if books.gone
                else "Deleted in the field system, and edited in QuickBooks."
            )
            yield say(subject, Verb.HOLD, Reason.EDITED_AND_DELETED, own_name(books), detail=told)
        case PairVerdict.FORGET:
            return
        case found:
            yield from _both_there(subject, pair, tie, policy, facts, found)


def _books_state(books: Seen, tie: Tie, pair: Pair | None) -> State:
    if books.gone:
        return State.GONE
    if tie.state == "books_deleted":
        return State.CHANGED  # it is back (a restored backup): the field record follows it again
    return State.CHANGED if pair is None or pair.changed(Side.BOOKS) else State.UNCHANGED


def _field_state(kind: Kind, field: Seen, tie: Tie, pair: Pair | None) -> State:
    if field.gone or tie.state == "field_deleted":
        return State.GONE
    if pair is not None:
        return State.CHANGED if pair.changed(Side.FIELD) else State.UNCHANGED
    # The books record is gone, or what it looks like is not known: the field record is held against the base alone.
    differs = any(
        not alike(name, field.values.get(name), tie.base.get(name))
        and not (name in tie.field_kept and alike(name, field.values.get(name), tie.field_kept[name]))
        for name in LABELS[kind]
    )
    return State.CHANGED if differs else State.UNCHANGED


def _books_gone(subject: Subject, field: Seen, tie: Tie, policy: Policy) -> Iterator[Action]:
    """Flagged, and made inactive where the direction writes the field side; never deleted (spec 2.11)."""
    retires = Side.FIELD in WRITES[policy.direction] and not policy.keeps_retired
    if tie.state == "books_deleted" and not (
        # An entry that was kept, or came from another direction, is retired when the settings say so now.
        subject.kind in LISTS and retires and field.values.get("active") is not False
    ):
        return
    if policy.keeps_retired:
        yield say(subject, Verb.NOTE, Reason.KEPT_HERE, field.values.get("name") or "")
        return
    if Side.FIELD not in WRITES[policy.direction]:
        yield say(subject, Verb.NOTE, Reason.DELETED_IN_BOOKS_ONLY, field.values.get("name") or "")
        return
    yield _write(
        subject,
        Side.FIELD,
        Verb.DEACTIVATE,
        Reason.DELETED_IN_BOOKS,
        {"active": False},
        agreed={"active": False},
    )


def _both_there(
    subject: Subject, pair: Pair | None, tie: Tie, policy: Policy, facts: Facts, found: PairVerdict
) -> Iterator[Action]:
    books = subject.books
    assert books is not None
    if pair is None:
        yield say(subject, Verb.NOTE, Reason.PARENT_UNKNOWN, own_name(books))
        return
    if subject.is_job and policy.jobs == "skip":
        for idle in subject.wishes:
            yield say(subject, Verb.AGREE, Reason.AGREED, own_name(books), agreed={}, wish=idle)
        if found is not PairVerdict.NOTHING:
            yield say(subject, Verb.SKIP, Reason.JOBS_SKIPPED, own_name(books))
        return
    match found:
        case PairVerdict.TO_FIELD:
            weighed = master_wins(pair, Side.BOOKS, policy, facts)
        case PairVerdict.TO_BOOKS:
            weighed = master_wins(pair, Side.FIELD, policy, facts)
        case PairVerdict.MERGE | PairVerdict.NOTHING if policy.direction == "two_way":
            weighed = merged(pair, policy, facts)  # even at rest: a term may have come that a field waits for
        case PairVerdict.NOTHING if policy.direction in MASTER and waits_no_more(
            pair, MASTER[policy.direction], facts
        ):
            weighed = master_wins(pair, MASTER[policy.direction], policy, facts)
        case PairVerdict.NOTE_FIELD:
            weighed = Weighed()
            yield from _note(subject, pair, Side.FIELD, policy)
        case PairVerdict.NOTE_BOOKS:
            weighed = Weighed()
            yield from _note(subject, pair, Side.BOOKS, policy)
        case _:
            weighed = Weighed()
    if subject.wish("ignore") is not None and found is not PairVerdict.NOTHING:
        yield say(subject, Verb.SKIP, Reason.IGNORED, own_name(books))
        return
    if weighed.too_many:
        told = (
            f"both sides added service locations, {weighed.too_many} together; QuickBooks allows "
            f"{customer.LOCATIONS_MOST}."
        )
        yield say(subject, Verb.HOLD, Reason.REFUSED_BY_BOOKS, pair.field.get("name") or "", detail=told)
        return
    held = cannot_go(subject, pair, weighed, policy)
    if held is not None:
        yield held
        return
    wish = _add_wishes(subject, pair, weighed, policy, facts)
    yield from as_actions(subject, pair, weighed, policy, wish)


def cannot_go(subject: Subject, pair: Pair, weighed: Weighed, policy: Policy) -> Action | None:
    """What of a small list QuickBooks will not be told, so that it waits for a person; None = nothing. Prepares what
    goes."""
    name = pair.field.get("name") or ""
    if subject.kind is Kind.PAYMENT_TERM and weighed.to_books:
        told = words(subject.kind, [field for field in weighed.to_books if field != "active"])
        if told:
            return say(subject, Verb.HOLD, Reason.TERMS_FIXED, name, detail=told, side=Side.BOOKS)
        # Whether they are offered for new work is each side's own matter, as QuickBooks cannot be told.
        weighed.kept["active"] = pair.field.get("active")
        weighed.to_books.clear()
        weighed.agreed.pop("active", None)
    if subject.kind is Kind.TAX_RATE and weighed.to_books:
        if bool(pair.books.get("components")) is not bool(pair.field.get("components")):
            told = "a single tax cannot become a group there, nor a group a single tax; give it another name."
            return say(subject, Verb.HOLD, Reason.REFUSED_BY_BOOKS, name, detail=told, side=Side.BOOKS)
        after = {**pair.books_seen.values, **weighed.to_books}
        if needs_agency(after) and not after.get("agency"):
            if not policy.agency:
                return say(
                    subject, Verb.HOLD, Reason.NO_AGENCY, name, side=Side.BOOKS, detail="none is chosen"
                )
            weighed.to_books["agency"] = policy.agency
    return None


def _note(subject: Subject, pair: Pair, side: Side, policy: Policy) -> Iterator[Action]:
    """An edit on the receiving side, said once: when it is new (spec 2.2)."""
    seen, values = (pair.books_seen, pair.books) if side is Side.BOOKS else (pair.field_seen, pair.field)
    if not seen.due:
        return
    fields = [name for name in LABELS[subject.kind] if pair.moved(side, name)]
    if side is Side.BOOKS and pair.tie.rules != policy.rules and set(fields) <= _shaped(pair):
        return  # a setting changed how it looks here, and nobody edited it (spec 1.2)
    reason = Reason.ONE_WAY_BOOKS if side is Side.BOOKS else Reason.ONE_WAY
    yield say(
        subject, Verb.NOTE, reason, pair.field.get("name") or "", before=pair.tie.base, after=values,
        detail=words(subject.kind, fields), side=side.other,
    )  # fmt: skip


def _add_wishes(subject: Subject, pair: Pair, weighed: Weighed, policy: Policy, facts: Facts) -> Asked | None:
    """What a person asked for by name goes before everything else: on the side that was named, and on both as far as
    the direction writes them."""
    wish = subject.wish("put_back") or subject.wish("rename")
    if wish is None:
        return None
    values = {"name": wish.name} if wish.what == "rename" else wish.values
    sides = WRITES[policy.direction] | (
        {Side.FIELD} if wish.what == "rename" and wish.side is Side.FIELD else set()
    )
    for name, value in values.items():
        takers = {side for side in sides if _can_take(pair, side, name, value, facts)}
        if name == "name" and pair.derived:
            takers.discard(Side.BOOKS)
        for side in takers:
            there, given = (
                (pair.books, weighed.to_books) if side is Side.BOOKS else (pair.field, weighed.to_field)
            )
            given.pop(name, None)
            if not alike(name, there.get(name), value):
                given[name] = value
        weighed.agreed.pop(name, None)
        after = (
            weighed.to_books.get(name, pair.books.get(name)),
            weighed.to_field.get(name, pair.field.get(name)),
        )
        if alike(name, *after) and name not in weighed.twice:
            weighed.agreed[name] = value
    return wish


def _can_take(pair: Pair, side: Side, name: str, value: Any, facts: Facts) -> bool:
    """The field side can be told that a reference is blank; the books cannot."""
    return (side is Side.FIELD and not value) or facts.can_take(side, pair.kind, name, value)


def as_actions(
    subject: Subject, pair: Pair, weighed: Weighed, policy: Policy, wish: Asked | None = None
) -> Iterator[Action]:
    """The writes that come of a weighing, and what is said beside them."""
    for side, given in ((Side.FIELD, weighed.to_field), (Side.BOOKS, weighed.to_books)):
        if given:
            yield _write(
                subject, side, Verb.UPDATE, _reason(pair, weighed, side, policy, wish), given,
                agreed=_once(weighed, given), kept=weighed.kept, kept_books=weighed.kept_books,
                lost=weighed.lost.get(side), detail=_detail(pair, weighed, side), wish=wish,
            )  # fmt: skip
    fresh = _news(pair.tie.field_kept, weighed.kept) or _news(pair.tie.books_kept, weighed.kept_books)
    if not weighed.to_field and not weighed.to_books and (weighed.agreed or fresh):
        yield say(
            subject, Verb.AGREE, Reason.AGREED, pair.field.get("name") or "", agreed=weighed.agreed,
            kept=weighed.kept, kept_books=weighed.kept_books, detail=words(subject.kind, weighed.agreed), wish=wish,
        )  # fmt: skip
    elif not weighed.to_field and not weighed.to_books and (wish or _is_looked_at(pair, weighed, policy)):
        yield say(subject, Verb.AGREE, Reason.AGREED, pair.field.get("name") or "", agreed={}, wish=wish)
    name = pair.field.get("name") or ""
    if weighed.unknown:
        told = ", ".join(
            f"{LABELS[subject.kind][field]} {value!r}" for field, value in weighed.unknown.items()
        )
        yield say(subject, Verb.NOTE, Reason.UNKNOWN_CHOICE, name, detail=told, kept=weighed.kept)
    elif weighed.unknown_here:
        told = ", ".join(
            f"{LABELS[subject.kind][field]} {value!r}" for field, value in weighed.unknown_here.items()
        )
        yield say(subject, Verb.NOTE, Reason.UNKNOWN_HERE, name, detail=told, kept_books=weighed.kept_books)
    elif weighed.misnamed:
        yield say(
            subject, Verb.NOTE, Reason.DERIVED_NAME, name, detail=pair.books["name"] or "", kept=weighed.kept,
            before={"name": pair.tie.base.get("name")}, after={"name": pair.field.get("name")},
        )  # fmt: skip


def _is_looked_at(pair: Pair, weighed: Weighed, policy: Policy) -> bool:
    """Whether a changed setting left the pair as it is: from now on the new rules are its rules."""
    return pair.tie.rules != policy.rules and not pair.changed(Side.BOOKS) and not pair.changed(Side.FIELD)


def _news(known: Values, kept: Values) -> bool:
    return any(name not in known or known[name] != kept[name] for name in kept)


def _once(weighed: Weighed, given: Collection[str]) -> dict[str, Any]:
    """What both sides agree on once this one write is done: what it writes and the other side has, and what they came
    to by themselves; not what the other write of the pair still carries."""
    other = set(weighed.to_books if given is weighed.to_field else weighed.to_field)
    return {name: value for name, value in weighed.agreed.items() if name not in other}


def _reason(pair: Pair, weighed: Weighed, side: Side, policy: Policy, wish: Asked | None) -> Reason:
    if wish is not None:
        return Reason.RENAMED_BY_PERSON if wish.what == "rename" else Reason.PUT_BACK
    if weighed.clashes and weighed.lost.get(side):
        return Reason.CONFLICT
    if side is Side.BOOKS:
        return Reason.CHANGED_IN_FIELD
    if pair.tie.rules != policy.rules and set(weighed.to_field) <= _shaped(pair):
        return Reason.RULES_CHANGED
    return Reason.CHANGED


def _shaped(pair: Pair) -> set[str]:
    """The fields that a setting shapes: the name of a job, the locations of a customer."""
    return {"name"} if pair.derived else {"locations"}


def _detail(pair: Pair, weighed: Weighed, side: Side) -> str:
    if weighed.clashes and weighed.lost.get(side):
        return ", ".join(weighed.clashes)
    return words(pair.kind, weighed.to_field if side is Side.FIELD else weighed.to_books)


def _write(
    subject: Subject, side: Side, verb: Verb, reason: Reason, given: Values, *, agreed: Values,
    kept: Values | None = None, kept_books: Values | None = None, lost: Values | None = None, detail: str = "",
    wish: Asked | None = None,
) -> Action:  # fmt: skip
    books, field = subject.books, subject.field
    assert books is not None
    assert field is not None
    seen = books if side is Side.BOOKS else field
    after = {**seen.values, **given}
    fields = tuple(name for name in (*LABELS[subject.kind], "agency") if name in given)
    if side is Side.BOOKS and "name" in given and seen.values.get("company_name") == seen.values.get("name"):
        after["company_name"] = given["name"]  # it follows the name while the two are equal (spec 2.1)
        fields += ("company_name",)
    return Action(
        kind=subject.kind, verb=verb, reason=reason, side=side,
        name=(after.get("name") if side is Side.FIELD else field.values.get("name")) or "", books=books.id,
        field=field.id, before=seen.values, after=after, fields=fields, agreed=agreed, kept=kept or None,
        kept_books=kept_books or None, lost=lost or None, seen=books.digest, seen_field=field.digest,
        version=seen.version, wish=wish.id if wish else None, detail=detail,
    )  # fmt: skip


def say(
    subject: Subject, verb: Verb, reason: Reason, name: str, *, side: Side = Side.FIELD,
    before: Values | None = None, after: Values | None = None, others: tuple[str, ...] = (),
    others_side: Side = Side.FIELD, under: str | None = None, detail: str = "", agreed: Values | None = None,
    kept: Values | None = None, kept_books: Values | None = None, wish: Asked | None = None,
) -> Action:  # fmt: skip
    """A decision that writes nothing on either side."""
    books, field = subject.books, subject.field
    return Action(
        kind=subject.kind, verb=verb, reason=reason, side=side, name=name, books=books.id if books else None,
        field=field.id if field else None, before=before, after=after, seen=books.digest if books else b"",
        seen_field=field.digest if field else b"", others=others, others_side=others_side, under=under, detail=detail,
        agreed=agreed, kept=kept or None, kept_books=kept_books or None, wish=wish.id if wish else None,
    )  # fmt: skip


def own_name(seen: Seen) -> str:
    return seen.values.get("name") or ""
