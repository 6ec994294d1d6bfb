"""What a person asked for about a pair: done, in the directions that there are, and then over (spec 2.4, 2.8)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from fieldledger.model.kinds import Side
from fieldledger.model.plan import Reason, Verb
from fieldledger.plan.subject import Asked, Facts
from fieldledger.policy.rules import Policy
from tests.plan.worlds import DIRECTIONS, KNOWN, World, in_books, pairs, values, writes


def world(direction: str = "two_way", *wishes: Asked, **more: Any) -> World:
    given: dict[str, Any] = {"base": values(), "books": values(), "field": values()}
    return World(policy=Policy(direction=direction, rules="now"), wishes=wishes, **(given | more))


def put_back(**held: Any) -> Asked:
    return Asked(id=1, what="put_back", values=held)


def rename(side: Side, name: str = "Wished") -> Asked:
    return Asked(id=2, what="rename", name=name, side=side)


@pytest.mark.parametrize(
    ("direction", "sides"),
    [
        ("two_way", {Side.BOOKS, Side.FIELD}),
        ("books_to_field", {Side.FIELD}),
        ("field_to_books", {Side.BOOKS}),
    ],
)
def test_a_value_is_put_back_as_far_as_the_direction_allows(direction: str, sides: set[Side]) -> None:
    """spec 2.4: with one action; 10.6"""
    pair = world(
        direction,
        put_back(phone="2"),
        base=values(phone="1"),
        books=values(phone="1"),
        field=values(phone="1"),
    )
    actions = pair.plan()
    assert {action.side for action in actions} == sides
    assert {action.reason for action in actions} == {Reason.PUT_BACK}
    assert all(action.fields == ("phone",) and action.wish == 1 for action in actions)
    after = pair.carry_out(actions)
    assert after.wishes == ()
    assert {side: held["phone"] for side, held in ((Side.BOOKS, after.books), (Side.FIELD, after.field))} == {
        side: "2" if side in sides else "1" for side in Side
    }
    assert writes(after.plan()) == [], "it stays put back"


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_wish_that_is_true_already_is_over(direction: str) -> None:
    for wish in (put_back(phone=None), rename(Side.FIELD, "Baker")):
        (action,) = world(direction, wish).plan()
        assert (action.verb, action.wish) == (Verb.AGREE, wish.id)


@pytest.mark.parametrize("side", Side)
def test_two_way_a_new_name_reaches_both_sides(side: Side) -> None:
    """spec 2.8"""
    pair = world("two_way", rename(side))
    actions = pair.plan()
    assert {action.side for action in actions} == set(Side)
    assert {(action.reason, action.wish) for action in actions} == {(Reason.RENAMED_BY_PERSON, 2)}
    done = pair.carry_out(actions)
    assert (done.books["name"], done.field["name"]) == ("Wished", "Wished")
    assert writes(done.plan()) == []
    assert done.carry_out(done.plan()).plan() == []


@pytest.mark.parametrize(
    ("direction", "side"), [("books_to_field", Side.FIELD), ("field_to_books", Side.BOOKS)]
)
def test_one_way_a_new_name_stays_on_the_side_that_is_written(direction: str, side: Side) -> None:
    """spec 2.8, 10.6"""
    (action,) = world(direction, rename(side)).plan()
    assert (action.side, action.wish) == (side, 2)


@given(pairs(wishes=True))
@settings(max_examples=400, deadline=None)
def test_a_direction_is_broken_by_a_wish_only(world: World) -> None:
    """spec 10.6: and putting back never does."""
    allowed = {"books_to_field": {Side.FIELD}, "field_to_books": {Side.BOOKS}, "two_way": set(Side)}
    for action in writes(world.plan()):
        if action.side not in allowed[world.policy.direction]:
            assert action.reason is Reason.RENAMED_BY_PERSON


@pytest.mark.parametrize(
    ("side", "primary", "books", "field"),
    [(Side.BOOKS, "field", "B", "A"), (Side.FIELD, "books", "A", "C")],
    ids=["renamed in QuickBooks meanwhile", "renamed in the field system meanwhile"],
)
def test_the_name_that_a_person_gave_stands(side: Side, primary: str, books: str, field: str) -> None:
    """spec 2.8"""
    pair = world(
        "two_way", rename(side), base=values(name="A"), books=values(name=books), field=values(name=field)
    )
    pair.policy = Policy(direction="two_way", primary=primary, rules="now")
    for _ in range(3):
        pair = pair.carry_out(pair.plan())
    assert (pair.books["name"], pair.field["name"]) == ("Wished", "Wished")


@pytest.mark.parametrize("terms", [None, "Odd"])
def test_putting_back_writes_the_books_what_they_can_take_only(terms: str | None) -> None:
    """spec 2.1"""
    pair = world("two_way", put_back(terms=terms), base=values(terms="Net 30"), books=values(terms="Net 30"))
    pair.field, pair.facts = values(terms="Net 30"), Facts(choices=in_books(terms=KNOWN))
    assert [action.side for action in writes(pair.plan())] == [Side.FIELD]


def test_a_wish_about_a_job_that_is_left_out_does_not_wait_for_ever() -> None:
    pair = world(
        "two_way", put_back(phone="2"), names=("Top",), base=values(name="Top"), books=values(name="Job", phone="1"),
        field=values(name="Top"),
    )  # fmt: skip
    pair.policy = Policy(direction="two_way", jobs="skip", rules="now")
    assert pair.carry_out(pair.plan()).wishes == ()
