"""Entries of the small lists (spec 5): what becomes of one that has no pair, and what of a pair."""

from __future__ import annotations

from typing import Any

import pytest

from fieldledger.model.kinds import LISTS, Kind, Side
from fieldledger.model.plan import WRITES, Action, Reason, Verb
from fieldledger.model.record import digest, pack
from fieldledger.plan.planner import decide
from fieldledger.plan.subject import Asked, Facts, Seen, Subject, Tie
from fieldledger.policy.rules import Policy
from fieldledger.policy.settings import as_policies, complete

TERM = {
    "name": "Net 30", "form": "standard", "due_days": 30, "discount_days": None, "discount_percent": None,
    "due_day": None, "next_month_days": None, "discount_day": None, "active": True,
}  # fmt: skip
TAX = {"name": "County", "rate": "8.25", "components": [], "active": True}
GROUP = {"name": "Both", "rate": None, "components": ["T-1", "T-2"], "active": True}
OF = {Kind.PAYMENT_TERM: TERM, Kind.TAX_RATE: TAX}
KINDS = pytest.mark.parametrize("kind", OF)
NO_FACTS = Facts()


def seen(values: dict[str, Any], id: str, **more: Any) -> Seen:
    return Seen(id=id, values=values, digest=digest(pack(values)), **more)


def policy(kind: Kind, direction: str, **more: Any) -> Policy:
    return Policy(kind=kind, direction=direction, rules="now", **more)


def in_books(kind: Kind, values: dict[str, Any], *candidates: Seen, **more: Any) -> Subject:
    books = seen({**values, "agency": None} if kind is Kind.TAX_RATE else values, "B-1")
    name = (values["name"],)
    return Subject(kind=kind, books=books, names=name, top="B-1", candidates=candidates, **more)


def in_field(kind: Kind, values: dict[str, Any], *candidates: Seen, **more: Any) -> Subject:
    return Subject(kind=kind, field=seen(values, "1"), candidates=candidates, **more)


def pair(
    kind: Kind, base: dict[str, Any], books: dict[str, Any], field: dict[str, Any], **more: Any
) -> Subject:
    return Subject(
        kind=kind, books=seen(books, "B-1", **more), field=seen(field, "1"), names=(books["name"],), top="B-1",
        tie=Tie(base=base, rules="now"),
    )  # fmt: skip


def told(actions: list[Action]) -> list[tuple[Verb, Reason, Side]]:
    return [(action.verb, action.reason, action.side) for action in actions]


def one(subject: Subject, rules: Policy, facts: Facts = NO_FACTS) -> Action:
    (action,) = decide(subject, rules, facts)
    return action


# ---- the directions of the table -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chosen", "taxes", "terms"),
    [
        ({"customers.direction": "books_to_field"}, "books_to_field", "books_to_field"),
        ({"customers.direction": "books_to_field", "tax_sync": "off"}, "match_only", "books_to_field"),
        ({"customers.direction": "books_to_field", "terms_sync": "off"}, "books_to_field", "match_only"),
        ({"customers.direction": "field_to_books"}, "field_to_books", "field_to_books"),
        ({"customers.direction": "two_way", "primary": "books"}, "books_to_field", "books_to_field"),
        ({"customers.direction": "two_way", "primary": "field"}, "books_to_field", "books_to_field"),
    ],
)
def test_which_way_each_list_goes(chosen: dict[str, str], taxes: str, terms: str) -> None:
    """spec 5, the table; sales tax codes are QuickBooks' own in every row."""
    found = as_policies(complete(chosen))
    assert found[Kind.TAX_RATE].direction == taxes
    assert found[Kind.PAYMENT_TERM].direction == terms
    assert found[Kind.SALES_TAX_CODE].direction == "books_to_field"


# ---- without a pair -----------------------------------------------------------------------------------------------


@KINDS
@pytest.mark.parametrize("active", [True, False])
def test_what_comes_from_quickbooks_is_created_inactive_entries_too(kind: Kind, active: bool) -> None:
    """spec 5.4: old records may refer to a retired one."""
    action = one(in_books(kind, {**OF[kind], "active": active}), policy(kind, "books_to_field"))
    assert (action.verb, action.side, action.books) == (Verb.CREATE, Side.FIELD, "B-1")
    assert action.after == {**OF[kind], "active": active}


@KINDS
@pytest.mark.parametrize("direction", ["books_to_field", "match_only"])
def test_one_of_the_same_name_is_the_same(kind: Kind, direction: str) -> None:
    """spec 5.3: never a second one. Where nothing travels they are one all the same, and what differs may stay."""
    other = {**OF[kind], **({"due_days": 14} if kind is Kind.PAYMENT_TERM else {"rate": "7"})}
    action = one(in_books(kind, OF[kind], seen(other, "1")), policy(kind, direction))
    assert (action.verb, action.reason, action.field) == (Verb.LINK, Reason.LINKED, "1")
    if direction == "books_to_field":
        assert action.after == OF[kind]
        assert action.before == other, "what gives way is shown"
    else:
        assert (action.before, action.after) == (None, None)
        assert action.kept == {name: other[name] for name in other if other[name] != OF[kind][name]}


@KINDS
def test_an_entry_that_was_deleted_and_made_again_is_the_retired_one(kind: Kind) -> None:
    retired = {**OF[kind], "active": False}
    subject = in_books(kind, OF[kind], seen(retired, "1", dead=True))
    action = one(subject, policy(kind, "books_to_field"))
    assert (action.verb, action.field) == (Verb.LINK, "1")
    waits = in_books(kind, OF[kind], seen(OF[kind], "1", dead=True, linked=True))
    assert told(decide(waits, policy(kind, "books_to_field"), NO_FACTS)) == [
        (Verb.SKIP, Reason.MATCH_WAITS, Side.FIELD)
    ], "its old pair has not come to its end"


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("direction", ["books_to_field", "match_only"])
def test_nothing_of_the_field_side_goes_to_quickbooks_unless_it_is_kept_there(
    kind: Kind, direction: str
) -> None:
    """spec 5, 10.6: whether needed or not."""
    values = {"name": "Own", "active": True}
    for needed in (False, True):
        actions = decide(in_field(kind, values, needed=needed), policy(kind, direction), NO_FACTS)
        assert told(actions) == [(Verb.SKIP, Reason.FIELD_ONLY, Side.BOOKS)]


@KINDS
def test_only_what_is_needed_is_carried_over(kind: Kind) -> None:
    """spec 5: a term or tax that a synced customer or invoice needs."""
    rules = policy(kind, "field_to_books", agency="State Board")
    assert told(decide(in_field(kind, OF[kind]), rules, NO_FACTS)) == [
        (Verb.SKIP, Reason.NOT_NEEDED, Side.BOOKS)
    ]
    action = one(in_field(kind, OF[kind], needed=True), rules)
    assert (action.verb, action.side, action.field) == (Verb.CREATE, Side.BOOKS, "1")
    agency = {"agency": "State Board"} if kind is Kind.TAX_RATE else {}
    assert action.after == {**OF[kind], **agency}


@KINDS
def test_equal_name_and_values_are_one_other_values_wait(kind: Kind) -> None:
    """spec 5: nothing is changed in QuickBooks, and nothing is created beside it."""
    rules = policy(kind, "field_to_books", agency="State Board")
    same = one(in_books(kind, OF[kind], seen(OF[kind], "1"), needed=True), rules)
    assert (same.verb, same.reason, same.after) == (Verb.LINK, Reason.LINKED, None)
    other = {**OF[kind], **({"due_days": 14} if kind is Kind.PAYMENT_TERM else {"rate": "7"})}
    held = one(in_books(kind, OF[kind], seen(other, "1"), needed=True), rules)
    assert (held.verb, held.reason, held.others) == (Verb.HOLD, Reason.VALUES_DIFFER, ("1",))
    assert held.detail == ("Days until due" if kind is Kind.PAYMENT_TERM else "Rate")
    unneeded = decide(in_books(kind, OF[kind], seen(OF[kind], "1")), rules, NO_FACTS)
    assert told(unneeded) == [(Verb.SKIP, Reason.BOOKS_ONLY, Side.FIELD)]
    waits = in_field(kind, OF[kind], seen(OF[kind], "B-1"), needed=True)
    assert told(decide(waits, rules, NO_FACTS)) == [(Verb.SKIP, Reason.MATCH_WAITS, Side.BOOKS)]


@pytest.mark.parametrize("rate", ["8.25", "0"])
def test_a_tax_wants_an_agency_unless_it_is_nothing(rate: str) -> None:
    """spec 5.5"""
    subject = in_field(Kind.TAX_RATE, {**TAX, "rate": rate}, needed=True)
    action = one(subject, policy(Kind.TAX_RATE, "field_to_books"))
    expected = (Verb.CREATE, Reason.NEW_IN_FIELD) if rate == "0" else (Verb.HOLD, Reason.NO_AGENCY)
    assert (action.verb, action.reason) == expected


@pytest.mark.parametrize("there", [("T-1", "T-2"), ("T-1",), ()])
@pytest.mark.parametrize("direction", ["books_to_field", "field_to_books"])
def test_a_group_waits_for_all_its_taxes(direction: str, there: tuple[str, ...]) -> None:
    """Without one of them its rate would be wrong (spec 5.2)."""
    side = Side.FIELD if direction == "books_to_field" else Side.BOOKS
    facts = Facts(
        choices={side: {Kind.TAX_RATE: frozenset(there)}},
        names={Kind.TAX_RATE: {"T-1": "County", "T-2": "City"}},
    )
    subject = (
        in_books(Kind.TAX_RATE, GROUP) if side is Side.FIELD else in_field(Kind.TAX_RATE, GROUP, needed=True)
    )
    action = one(subject, policy(Kind.TAX_RATE, direction), facts)
    if len(there) == 2:
        assert (action.verb, action.side) == (Verb.CREATE, side)
    else:
        assert (action.verb, action.reason) == (Verb.HOLD, Reason.WAITS_FOR_TAXES)
        assert action.detail == ("City" if there else "County, City")


@KINDS
def test_a_person_decides(kind: Kind) -> None:
    """spec 2.8: link, rename, ignore."""
    rules = policy(kind, "field_to_books", agency="State Board")
    other = {**OF[kind], **({"due_days": 14} if kind is Kind.PAYMENT_TERM else {"rate": "7"})}
    link = in_books(
        kind, OF[kind], seen(other, "1"), needed=True, wishes=(Asked(id=7, what="link", other="1"),)
    )
    action = one(link, rules)
    assert (action.verb, action.reason, action.wish) == (Verb.LINK, Reason.LINKED_BY_PERSON, 7)
    assert (action.after is None) is (kind is Kind.PAYMENT_TERM), "terms cannot be changed there (spec 5.6)"
    ignore = in_books(kind, OF[kind], seen(other, "1"), needed=True, wishes=(Asked(id=7, what="ignore"),))
    assert one(ignore, rules).reason is Reason.IGNORED
    rename = in_field(kind, other, needed=True, wishes=(Asked(id=7, what="rename", name="Other"),))
    renamed = one(rename, rules)
    assert (renamed.side, renamed.fields, renamed.wish) == (Side.FIELD, ("name",), 7)


# ---- pairs ----------------------------------------------------------------------------------------------------------


@KINDS
def test_an_edit_in_quickbooks_changes_the_same_entry(kind: Kind) -> None:
    """spec 5.3: name or value; and no second one."""
    new = {
        **OF[kind],
        "name": "Other",
        **({"due_days": 14} if kind is Kind.PAYMENT_TERM else {"rate": "8.375"}),
    }
    action = one(pair(kind, OF[kind], new, OF[kind]), policy(kind, "books_to_field"))
    assert (action.verb, action.side, action.books, action.field) == (Verb.UPDATE, Side.FIELD, "B-1", "1")
    assert action.after == new
    assert action.agreed is not None
    assert {name for name in new if new[name] != OF[kind][name]} <= set(action.agreed)


@KINDS
def test_deleted_in_quickbooks_is_retired_or_kept(kind: Kind) -> None:
    """spec 5.4, and the setting retired_terms."""
    subject = pair(kind, OF[kind], OF[kind], OF[kind], gone=True)
    action = one(subject, policy(kind, "books_to_field"))
    assert (action.verb, action.reason) == (Verb.DEACTIVATE, Reason.DELETED_IN_BOOKS)
    assert action.after is not None
    assert action.after["active"] is False
    kept = one(subject, policy(kind, "books_to_field", keeps_retired=True))
    assert (kept.verb, kept.reason) == (Verb.NOTE, Reason.KEPT_HERE)


@pytest.mark.parametrize("keeps", [False, True])
def test_inactive_in_quickbooks_is_retired_or_kept(keeps: bool) -> None:
    """spec 5.4"""
    inactive = {**TERM, "active": False}
    rules = policy(Kind.PAYMENT_TERM, "books_to_field", keeps_retired=keeps)
    actions = decide(pair(Kind.PAYMENT_TERM, TERM, inactive, TERM), rules, NO_FACTS)
    if keeps:
        assert [action for action in actions if action.verb in WRITES] == []
    else:
        (action,) = actions
        assert (action.verb, action.fields) == (Verb.UPDATE, ("active",))


@KINDS
def test_nothing_travels_where_lists_are_only_matched(kind: Kind) -> None:
    """spec 2.1: with the toggle off."""
    other = {**OF[kind], "name": "Other"}
    for books, field in ((other, OF[kind]), (OF[kind], other), (other, {**OF[kind], "name": "Third"})):
        assert decide(pair(kind, OF[kind], books, field), policy(kind, "match_only"), NO_FACTS) == []


def test_linked_terms_are_never_written_in_quickbooks() -> None:
    """spec 5.6: held with that explanation; whether they are offered for new work is each side's own matter."""
    rules = policy(Kind.PAYMENT_TERM, "field_to_books")
    edited = one(pair(Kind.PAYMENT_TERM, TERM, TERM, {**TERM, "due_days": 45}), rules)
    assert (edited.verb, edited.reason, edited.detail) == (Verb.HOLD, Reason.TERMS_FIXED, "Days until due")
    retired = one(pair(Kind.PAYMENT_TERM, TERM, TERM, {**TERM, "active": False}), rules)
    assert (retired.verb, retired.kept) == (Verb.AGREE, {"active": False})
    followed = {**TERM, "due_days": 45}
    assert one(pair(Kind.PAYMENT_TERM, TERM, followed, followed), rules).verb is Verb.AGREE


def test_a_linked_tax_goes_to_quickbooks_as_it_is_edited() -> None:
    rules = policy(Kind.TAX_RATE, "field_to_books")
    books = {**TAX, "agency": "State Board"}
    action = one(pair(Kind.TAX_RATE, TAX, books, {**TAX, "rate": "8.5"}), rules)
    assert (action.verb, action.side, action.fields) == (Verb.UPDATE, Side.BOOKS, ("rate",))
    nobody = {**TAX, "rate": "0", "agency": None}
    held = one(pair(Kind.TAX_RATE, {**TAX, "rate": "0"}, nobody, TAX), rules)
    assert held.reason is Reason.NO_AGENCY
    chosen = one(
        pair(Kind.TAX_RATE, {**TAX, "rate": "0"}, nobody, TAX),
        policy(Kind.TAX_RATE, "field_to_books", agency="B"),
    )
    assert chosen.fields == ("rate", "agency")
    sort = one(pair(Kind.TAX_RATE, TAX, books, {**GROUP, "name": "County"}), rules)
    assert (sort.verb, sort.reason) == (Verb.HOLD, Reason.REFUSED_BY_BOOKS), (
        "QuickBooks never lets it change its sort"
    )


# ---- what customers refer to ----------------------------------------------------------------------------------------


def test_what_the_field_side_does_not_have_waits_in_the_books() -> None:
    """spec 2.1: left empty with a note; all else goes. Once it is there it goes by itself."""
    base = {"name": "Acme", "active": True}
    subject = Subject(
        books=seen({**base, "terms": "T-9", "phone": "2"}, "B-1"), field=seen({**base, "phone": "1"}, "1"),
        names=("Acme",), top="B-1", tie=Tie(base={**base, "phone": "1"}, rules="now"),
    )  # fmt: skip
    rules = Policy(direction="books_to_field", rules="now")
    without = Facts(
        choices={Side.FIELD: {Kind.PAYMENT_TERM: frozenset()}}, names={Kind.PAYMENT_TERM: {"T-9": "Net 9"}}
    )
    update, note = decide(subject, rules, without)
    assert (update.fields, update.kept_books) == (("phone",), {"terms": "T-9"})
    assert (note.reason, note.detail) == (Reason.UNKNOWN_HERE, "Payment terms 'Net 9'")
    later = Subject(
        books=subject.books, field=seen({**base, "phone": "2"}, "1"), names=("Acme",), top="B-1",
        tie=Tie(base={**base, "phone": "2"}, books_kept={"terms": "T-9"}, rules="now"),
    )  # fmt: skip
    assert decide(later, rules, without) == []
    there = Facts(choices={Side.FIELD: {Kind.PAYMENT_TERM: frozenset({"T-9"})}})
    (late,) = decide(later, rules, there)
    assert (late.side, late.fields) == (Side.FIELD, ("terms",))
