"""Records without a link: matched, created, or waiting for a person, by direction (spec 2.7 to 2.10, 3.1 to 3.3)."""

from __future__ import annotations

from typing import Any

import pytest

from fieldledger.model.kinds import Kind, Side
from fieldledger.model.plan import Action, Reason, Verb
from fieldledger.plan.planner import decide, decide_all
from fieldledger.plan.subject import Asked, Facts, Seen, Subject
from fieldledger.plan.unlinked import first_base
from fieldledger.policy.rules import Policy
from tests.plan.worlds import DIRECTIONS, KNOWN, World, in_books, place, seen, values, writes


def policy(direction: str, **more: Any) -> Policy:
    return Policy(direction=direction, rules="now", **more)


def books(
    held: dict[str, Any] | None = None, *, id: str = "A-1", names: tuple[str, ...] = (), **more: Any
) -> Subject:
    """A books record; names: those above it."""
    held = values() if held is None else held
    given = {name: more.pop(name) for name in ("gone", "edited") if name in more}
    return Subject(
        books=seen(id, held, books=True, **given), top="A-0" if names else id,
        **{"names": (*names, held["name"]), **more},
    )  # fmt: skip


def field(held: dict[str, Any] | None = None, *, id: str = "1", gone: bool = False, **more: Any) -> Subject:
    return Subject(field=seen(id, values() if held is None else held, gone=gone), **more)


def one(subject: Subject, direction: str, facts: Facts = Facts(), **rules: Any) -> Action:
    (action,) = decide(subject, policy(direction, **rules), facts)
    return action


NAMESAKE = seen("1", values())
TWO_OF_THEM = (NAMESAKE, seen("2", values(phone="2")))

# ---- what is new ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("direction", "of_books", "of_field"),
    [
        ("books_to_field", (Verb.CREATE, Reason.NEW), (Verb.SKIP, Reason.FIELD_ONLY)),
        ("field_to_books", (Verb.SKIP, Reason.BOOKS_ONLY), (Verb.CREATE, Reason.NEW_IN_FIELD)),
        ("two_way", (Verb.CREATE, Reason.NEW), (Verb.CREATE, Reason.NEW_IN_FIELD)),
    ],
)
def test_what_is_new_goes_where_the_direction_goes(
    direction: str, of_books: tuple[Verb, Reason], of_field: tuple[Verb, Reason]
) -> None:
    """spec 2.1, 10.6"""
    held = values(phone="1", billing_address={"line1": "1 Oak"}, locations=[place("Barn")])
    for subject, expected, side in ((books(held), of_books, Side.FIELD), (field(held), of_field, Side.BOOKS)):
        action = one(subject, direction)
        assert (action.verb, action.reason) == expected
        if action.verb is Verb.CREATE:
            assert action.side is side
            assert {name: (action.after or {})[name] for name in held} == held


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_the_first_import_takes_active_records_only(direction: str) -> None:
    """spec 2.10"""
    inactive = values(active=False)
    for subject in (books(inactive), field(inactive)):
        assert one(subject, direction).verb is Verb.SKIP
    assert one(books(inactive), "books_to_field").reason is Reason.INACTIVE
    assert one(field(inactive), "field_to_books").reason is Reason.INACTIVE_IN_FIELD


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_what_is_gone_before_it_was_brought_over_is_not(direction: str) -> None:
    """spec 2.11"""
    assert decide(field(gone=True, candidates=(seen("A-1", values()),)), policy(direction), Facts()) == []
    found = decide(books(gone=True, candidates=(NAMESAKE,)), policy(direction), Facts())
    expected = [] if direction == "field_to_books" else [(Verb.SKIP, Reason.NEVER_IMPORTED)]
    assert [(action.verb, action.reason) for action in found] == expected


def test_terms_and_taxes_that_quickbooks_does_not_have_are_left_empty() -> None:
    """spec 2.1: and what the field side has stays known as its own."""
    facts = Facts(choices=in_books(terms=KNOWN, tax_item=frozenset()))
    action = one(field(values(terms="Net 30", tax_item="County", tax_code="Tax")), "field_to_books", facts)
    assert action.after is not None
    assert (action.after["terms"], action.after["tax_item"], action.after["tax_code"]) == (
        "Net 30",
        None,
        "Tax",
    )
    assert action.kept == {"tax_item": "County"}, "a list that was not read refuses nothing"


# ---- duplicates -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("candidates", [(NAMESAKE,), TWO_OF_THEM])
def test_books_to_field_creates_nothing_and_merges_nothing(candidates: tuple[Seen, ...]) -> None:
    """spec 2.7"""
    action = one(books(candidates=candidates), "books_to_field")
    assert (action.verb, action.reason) == (Verb.HOLD, Reason.DUPLICATE)
    assert (action.others, action.others_side) == (tuple(seen.id for seen in candidates), Side.FIELD)


@pytest.mark.parametrize("linked", [True, False])
def test_field_to_books_does_not_add_a_name_that_is_there(linked: bool) -> None:
    """spec 2.7"""
    namesake = seen("A-1", values(active=False), books=True, linked=linked)
    action = one(field(candidates=(namesake,)), "field_to_books")
    assert (action.verb, action.reason, action.side) == (Verb.HOLD, Reason.DUPLICATE_IN_BOOKS, Side.BOOKS)
    assert (action.others, action.others_side) == (("A-1",), Side.BOOKS)
    assert action.detail == f"inactive, {'linked to another record' if linked else 'not linked'}"


@pytest.mark.parametrize("direction", ["field_to_books", "two_way"])
def test_of_two_field_customers_of_one_name_the_oldest_goes(direction: str) -> None:
    """spec 2.7"""
    older, younger = one(field(id="1"), direction), one(field(id="2", twins=("1",)), direction)
    assert (older.verb, older.side) == (Verb.CREATE, Side.BOOKS)
    assert (younger.verb, younger.reason, younger.others) == (Verb.HOLD, Reason.TWIN, ("1",))


def test_two_way_one_candidate_is_linked() -> None:
    """spec 2.7"""
    action = one(books(candidates=(NAMESAKE,)), "two_way")
    assert (action.verb, action.reason, action.books, action.field) == (Verb.LINK, Reason.LINKED, "A-1", "1")
    assert (action.before, action.after, action.detail) == (None, None, ""), "they are alike"
    assert (action.seen_field, action.wish) == (NAMESAKE.digest, None)


@pytest.mark.parametrize(
    ("ours", "theirs", "primary", "winner"),
    [
        (5_000.0, 0.0, "field", Side.BOOKS),
        (0.0, 5_000.0, "books", Side.FIELD),
        (0.0, 60.0, "books", Side.BOOKS),
        (0.0, 60.0, "field", Side.FIELD),
        (None, 5_000.0, "books", Side.BOOKS),
    ],
)
def test_where_the_two_differ_the_last_edit_counts(
    ours: float | None, theirs: float, primary: str, winner: Side
) -> None:
    """spec 2.7: ties: primary. A blank gives way to what is filled, whoever it is."""
    mine = values(phone="1", email=None, first_name="Ann")
    other = seen("1", values(phone="2", email="f@example.com"), edited=theirs)
    rules = policy("two_way", primary=primary)
    subject = books(mine, edited=ours, candidates=(other,))
    action = one(subject, "two_way", primary=primary)
    assert action.verb is Verb.LINK
    assert subject.books is not None
    base = first_base(Kind.CUSTOMER, mine, subject.books, other, rules, Facts())
    pair = World(
        policy=rules,
        base=base,
        books=mine,
        field=dict(other.values),
        edited={Side.BOOKS: ours, Side.FIELD: theirs},
    )
    done = pair.carry_out(pair.plan())
    phone = "1" if winner is Side.BOOKS else "2"
    for side in (done.books, done.field):
        assert (side["phone"], side["email"], side["first_name"]) == (phone, "f@example.com", "Ann")
    assert done.plan() == []


@pytest.mark.parametrize(("direction", "phone"), [("books_to_field", "1"), ("field_to_books", "2")])
def test_one_way_a_link_that_a_person_made_follows_the_direction(direction: str, phone: str) -> None:
    """spec 2.2, 2.8"""
    other = seen("1", values(phone="2", email="f@example.com"), edited=9_000.0)
    subject = books(values(phone="1"), candidates=(other,), wishes=(Asked(id=5, what="link", other="1"),))
    action = one(subject, direction)
    assert (action.verb, action.reason, action.wish) == (Verb.LINK, Reason.LINKED_BY_PERSON, 5)
    assert action.side is (Side.FIELD if direction == "books_to_field" else Side.BOOKS)
    assert action.before is not None
    assert action.after is not None
    assert action.after["phone"] == phone
    assert subject.books is not None
    rules = policy(direction)
    base = first_base(Kind.CUSTOMER, values(phone="1"), subject.books, other, rules, Facts())
    pair = World(policy=rules, base=base, books=values(phone="1"), field=dict(other.values))
    done = pair.carry_out(pair.plan())
    assert (done.books["phone"], done.field["phone"]) == (phone, phone)


def test_two_way_several_candidates_are_not_linked() -> None:
    """spec 2.7"""
    action = one(books(candidates=TWO_OF_THEM), "two_way")
    assert (action.verb, action.reason, action.others) == (Verb.HOLD, Reason.SEVERAL, ("1", "2"))
    many = tuple(seen(str(number), values()) for number in range(1, 9))
    assert one(books(candidates=many), "two_way").detail.endswith("no. 5 and others")


@pytest.mark.parametrize(("mine", "theirs"), [(False, True), (True, False), (False, False)])
def test_linking_an_inactive_record_asks(mine: bool, theirs: bool) -> None:
    """spec 2.7"""
    action = one(books(values(active=mine), candidates=(seen("1", values(active=theirs)),)), "two_way")
    assert (action.verb, action.reason) == (Verb.HOLD, Reason.ASK_FIRST)


@pytest.mark.parametrize("linked", [(False, True), (True, True)])
def test_a_linked_record_is_no_candidate(linked: tuple[bool, bool]) -> None:
    """spec 2.6"""
    candidates = tuple(seen(str(number), values(), linked=each) for number, each in enumerate(linked, 1))
    action = one(books(candidates=candidates), "two_way")
    if all(linked):
        assert (action.verb, action.reason) == (Verb.HOLD, Reason.DUPLICATE), "its name is there (spec 2.7)"
    else:
        assert (action.verb, action.field) == (Verb.LINK, "1")


def test_two_way_the_books_record_decides_first() -> None:
    """spec 2.7: while it does, the field record is not sent over."""
    free = seen("A-1", values(), books=True)
    assert one(field(candidates=(free,)), "two_way").reason is Reason.MATCH_WAITS
    ignored = seen("A-1", values(), books=True, decision="ignored")
    assert one(field(candidates=(ignored,)), "two_way").reason is Reason.DUPLICATE_IN_BOOKS
    taken = seen("A-1", values(), books=True, linked=True)
    assert one(field(candidates=(taken,)), "two_way").reason is Reason.DUPLICATE_IN_BOOKS


# ---- jobs -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("direction", ["books_to_field", "two_way"])
def test_a_job_is_matched_by_more_than_its_name(direction: str) -> None:
    """spec 2.7, 2.9: job name or address as well, one to one; else it is created."""
    job = values(name="Boiler", billing_address={"line1": "9 Fir"})
    other = seen("1", values(name="Top", billing_address={"line1": "1 Oak"}))
    assert one(books(job, names=("Top",), candidates=(other,)), direction).verb is Verb.CREATE
    by_place = seen("2", values(name="Top", locations=[place("x", "9  FIR")]))
    by_name = seen("3", values(name="Top", locations=[place("boiler", "7 Elm")]))
    found = Verb.LINK if direction == "two_way" else Verb.HOLD
    there = values(name="Boiler", locations=[place("x", "9 Fir")])
    action = one(books(there, names=("Top",), candidates=(other, by_place)), direction)
    assert (action.verb, action.field or action.others[0]) == (found, "2")
    action = one(books(there, names=("Top",), candidates=(by_place, by_name)), direction)
    assert (action.verb, action.field or action.others[0]) == (found, "3"), (
        "the name says more than the place"
    )


def test_jobs_wait_with_their_customer() -> None:
    """spec 2.7: in the same item."""
    for direction in ("books_to_field", "two_way"):
        action = one(books(values(name="Job"), names=("Top",), top_held=True), direction)
        assert (action.verb, action.reason, action.under, action.detail) == (
            Verb.HOLD, Reason.WAITS_FOR_CUSTOMER, "A-0", "Top",
        )  # fmt: skip


def test_jobs_of_one_tree_never_stand_in_each_others_way() -> None:
    """spec 2.9, 3.1: several may bear one name."""
    jobs = [books(values(name=f"Job {number}"), id=f"J-{number}", names=("Carefree",)) for number in range(3)]
    actions = list(decide_all(jobs, policy("two_way")))
    assert [(action.verb, action.name) for action in actions] == [(Verb.CREATE, "Carefree")] * 3


def test_sisters_at_one_address_share_no_record() -> None:
    """spec 2.7: one to one."""
    job = {"billing_address": {"line1": "9 Fir", "city": "Millbrae"}}
    there = (seen("1", values(name="Top", locations=[place("x", "9 Fir")])),)
    sisters = [
        books(values(name=name, **job), id=f"J-{name}", names=("Top",), candidates=there)
        for name in ("a", "b")
    ]
    first, second = decide_all(sisters, policy("two_way"))
    assert (first.verb, first.field, second.verb) == (Verb.LINK, "1", Verb.CREATE)


@pytest.mark.parametrize(
    ("jobs", "reason"), [("skip", Reason.JOBS_SKIPPED), ("as_locations", Reason.JOB_AS_LOCATION)]
)
@pytest.mark.parametrize("direction", ["books_to_field", "two_way"])
def test_jobs_that_are_no_customers(jobs: str, reason: Reason, direction: str) -> None:
    """spec 3.2, 3.3"""
    action = one(books(values(name="Job"), names=("Top",), candidates=(NAMESAKE,)), direction, jobs=jobs)
    assert (action.verb, action.reason) == (Verb.SKIP, reason)


def test_a_job_whose_customer_was_never_seen_waits() -> None:
    unseen = Subject(books=seen("A-1", values(name="Job"), books=True), top="A-0", names=None)
    action = one(unseen, "books_to_field")
    assert (action.verb, action.reason) == (Verb.NOTE, Reason.PARENT_UNKNOWN)


# ---- what a person decided --------------------------------------------------------------------------------------


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_left_alone_is_left_alone(direction: str) -> None:
    """spec 2.8"""
    ignore = (Asked(id=1, what="ignore"),)
    for subject in (
        books(candidates=(NAMESAKE,), wishes=ignore), field(twins=("0",), wishes=ignore),
        books(values(name="Job"), names=("Top",), top_ignored=True),
    ):  # fmt: skip
        action = one(subject, direction)
        assert (action.verb, action.reason) == (Verb.SKIP, Reason.IGNORED)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_rename_of_a_field_record_is_carried_out_in_every_direction(direction: str) -> None:
    """spec 2.8: the field system is where the person works."""
    wish = Asked(id=4, what="rename", name="Baker of Millbrae", side=Side.FIELD)
    action = one(field(twins=("0",), wishes=(wish,)), direction)
    assert (action.verb, action.side, action.fields, action.wish) == (Verb.UPDATE, Side.FIELD, ("name",), 4)
    assert (action.after or {})["name"] == "Baker of Millbrae"
    renamed = field(values(name="Baker of Millbrae"), wishes=(wish,))
    assert one(renamed, direction).verb is not Verb.UPDATE, "once"


@pytest.mark.parametrize(("direction", "verb"), [("two_way", Verb.UPDATE), ("field_to_books", Verb.UPDATE),
                                                 ("books_to_field", Verb.HOLD)])  # fmt: skip
def test_a_rename_in_quickbooks_keeps_to_the_direction(direction: str, verb: Verb) -> None:
    """spec 2.8, 10.6"""
    wish = Asked(id=4, what="rename", name="Baker of Millbrae", side=Side.BOOKS)
    action = one(books(candidates=TWO_OF_THEM, wishes=(wish,)), direction)
    assert action.verb is verb
    if verb is Verb.UPDATE:
        assert (action.side, action.fields) == (Side.BOOKS, ("name", "company_name"))
        assert action.after == {**values(name="Baker of Millbrae"), "company_name": "Baker of Millbrae"}


@pytest.mark.parametrize("candidate", [seen("1", values(), linked=True), seen("1", values(), gone=True)])
def test_a_link_that_cannot_be_any_more_is_not_made(candidate: Seen) -> None:
    """spec 10.1"""
    wish = (Asked(id=1, what="link", other="1"),)
    for direction in DIRECTIONS:
        found = decide(books(candidates=(candidate,), wishes=wish), policy(direction), Facts())
        assert Verb.LINK not in [action.verb for action in found if candidate.linked]
        assert not [action for action in found if action.reason is Reason.LINKED_BY_PERSON]


@pytest.mark.parametrize(
    "first", [(), (Asked(id=1, what="link", other="1"),)], ids=["matched", "also asked for"]
)
def test_a_person_cannot_give_one_field_record_to_two(first: tuple[Asked, ...]) -> None:
    """spec 10.1, 10.5"""
    subjects = [
        books(id="A-1", candidates=(NAMESAKE,), wishes=first),
        books(
            values(name="Other"),
            id="A-2",
            candidates=(NAMESAKE,),
            wishes=(Asked(id=2, what="link", other="1"),),
        ),
    ]
    linked = [
        action.field for action in writes(decide_all(subjects, policy("two_way"))) if action.verb is Verb.LINK
    ]
    assert linked == ["1"]
