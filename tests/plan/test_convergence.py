"""What was decided is carried out in a model, and decided again: both sides agree, and nothing has got lost (spec 10.2
to 10.4)."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from fieldledger.model.kinds import Side
from fieldledger.model.plan import Action, Verb
from fieldledger.policy.kinds import customer
from tests.plan.worlds import World, pairs, writes


@given(pairs())
@settings(max_examples=800, deadline=None)
def test_planned_twice_nothing_is_written_again(world: World) -> None:
    """spec 10.3"""
    after = world.carry_out(world.plan())
    assert writes(after.plan()) == []
    again = after.carry_out(after.plan()).plan()
    assert writes(again) == []
    assert not any(action.verb is Verb.AGREE for action in again), "and the base stands still"


@given(pairs(apart=True))
@settings(max_examples=500, deadline=None)
def test_two_way_both_sides_agree_afterwards(world: World) -> None:
    """spec 2.4, 10.4: of what each side changed alone, both have both; but for what cannot be written."""
    if world.policy.direction != "two_way" or (world.names and world.policy.jobs == "skip"):
        return
    after = world.carry_out(world.plan())
    cannot = {
        name
        for name in customer.REFERENCES
        if not after.field[name] or after.field[name] == "Odd" or not after.books[name]
    }
    cannot |= {name for name in customer.REFERENCES if name in after.field_kept}
    cannot |= {"name"} if world.names else set()
    for name in set(customer.LABELS) - cannot - ({"locations"} if world.jobs else set()):
        assert customer.alike(name, after.shown()[name], after.field[name]), name


@given(pairs())
@settings(max_examples=800, deadline=None)
def test_no_value_gets_lost(world: World) -> None:
    """spec 10.2: whatever a side had is on a side afterwards, or stands in an action as what was overwritten."""
    actions = world.plan()
    after = world.carry_out(actions)
    for side, held, now in ((Side.BOOKS, world.books, after.books), (Side.FIELD, world.field, after.field)):
        for name in customer.LABELS:
            if not customer.alike(name, held.get(name), now.get(name)):
                assert any(kept_by(action, side, name, held[name]) for action in actions), (side, name)


def kept_by(action: Action, side: Side, name: str, value: object) -> bool:
    return action.side is side and name in action.fields and (action.before or {}).get(name) == value


@given(pairs(), st.sampled_from(Side))
@settings(max_examples=300, deadline=None)
def test_half_of_it_done_the_rest_is_still_decided(world: World, side: Side) -> None:
    """A merge writes both sides; when one write is refused or late, the other is decided again and ends the same."""
    actions = world.plan()
    if len(writes(actions)) < 2:
        return
    half = world.carry_out([action for action in actions if action.side is side])
    whole = half.carry_out(half.plan())
    done = world.carry_out(actions)
    for name in customer.LABELS:
        assert customer.alike(name, whole.books[name], done.books[name]), name
        assert customer.alike(name, whole.field[name], done.field[name]), name
