"""The laws of planning (spec 10), over small worlds in which everything that can coincide does."""

from __future__ import annotations

from copy import deepcopy

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from fieldledger.model.kinds import Kind, Side
from fieldledger.model.plan import WRITES, Action, Reason, Verb
from fieldledger.plan.planner import decide, decide_all
from fieldledger.plan.subject import Facts, Seen, Subject
from fieldledger.policy.kinds import customer
from fieldledger.policy.rules import Policy
from fieldledger.policy.sentences import tell
from fieldledger.policy.verdicts import WRITES as MAY_WRITE
from tests.plan.worlds import FACTS, POLICIES, World, loners, pairs, seen, values, writes


def lawful(action: Action, subject: Subject, policy: Policy) -> None:
    """What holds of any decision whatever."""
    assert action.books == (subject.books.id if subject.books else None)
    assert tell(action.reason, name=action.name, detail=action.detail)
    if subject.books is not None:
        assert action.seen == subject.books.digest, "an edit in between is noticed (spec 8.3)"
    if action.verb not in WRITES:
        return
    if action.after is not None:
        assert action.side in MAY_WRITE[policy.direction] or action.wish is not None, "spec 2.2, 10.6"
    if action.verb in (Verb.UPDATE, Verb.DEACTIVATE):
        there = subject.books if action.side is Side.BOOKS else subject.field
        assert there is not None
        assert not there.gone
        assert action.before == there.values, "what is overwritten stands in the action (spec 10.2)"
        assert action.version == there.version
        assert action.fields, "which fields are written"
        untouched = set(action.before) - set(action.fields)
        assert action.after is not None
        assert all(action.after[name] == action.before[name] for name in untouched)
    if action.verb is Verb.CREATE:
        assert (action.before, action.version, action.fields) == (None, "", ())


@given(pairs(wishes=True))
@settings(max_examples=600, deadline=None)
def test_every_pair_gets_lawful_decisions(world: World) -> None:
    """spec 2.2, 2.6, 2.11, 10.6: total, same input same output, one write for a side at most, nothing is created."""
    subject = world.subject()
    actions = world.plan()
    assert actions == world.plan()
    sides = [action.side for action in writes(actions)]
    assert len(set(sides)) == len(sides)
    for action in actions:
        lawful(action, subject, world.policy)
        assert action.field == "1"
        assert action.seen_field == (subject.field or seen("", {})).digest
        assert action.verb not in (Verb.CREATE, Verb.LINK)
        if action.verb in WRITES:
            assert not world.field_gone
            assert action.verb is Verb.DEACTIVATE or not world.books_gone


@given(st.data())
@settings(max_examples=600, deadline=None)
def test_every_record_alone_gets_one_lawful_decision_at_most(data: st.DataObject) -> None:
    """spec 2.7, 2.10, 2.11: nothing that is gone, inactive, or of another's name is created."""
    policy, facts = data.draw(POLICIES), data.draw(FACTS)
    subject = data.draw(loners())
    actions = decide(subject, policy, facts)
    assert actions == decide(subject, policy, facts)
    assert len(actions) <= 1
    for action in actions:
        lawful(action, subject, policy)
        mine = subject.books or subject.field
        assert mine is not None
        if action.verb in WRITES:
            assert not mine.gone
        if action.verb is Verb.CREATE:
            assert mine.values["active"]
            assert action.side is (Side.FIELD if subject.books else Side.BOOKS)
            assert not subject.twins
            # Top customers: whoever bears the name on the other side stands in the way. Of a job only what is like it.
            if not subject.is_job:
                assert all(seen.linked and subject.books for seen in subject.candidates)
        if action.verb is Verb.LINK:
            chosen = next(seen for seen in subject.candidates if seen.id == action.field)
            assert not chosen.linked
            assert not chosen.gone
            if action.wish is None:
                assert policy.direction == "two_way", "one-way nothing is merged"
                assert chosen.values["active"], "inactive: a person is asked"
                assert mine.values["active"]
                assert not (subject.is_job and subject.top_held)


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_no_field_record_is_given_to_two(data: st.DataObject) -> None:
    """spec 2.7, 10.1: one to one, within a slice too; and two holds never point at the same field record."""
    policy = data.draw(POLICIES)
    subjects = [msgspec.structs.replace(data.draw(loners(number)), wishes=()) for number in range(1, 5)]
    actions = list(decide_all(subjects, policy))
    given_away = [action.field for action in actions if action.verb is Verb.LINK]
    assert len(given_away) == len(set(given_away))
    # A record that is one of another pair already may stand in the way of several.
    paired = {seen.id for subject in subjects for seen in subject.candidates if seen.linked}
    claimed = [other for action in actions if action.books for other in action.others if other not in paired]
    assert len(claimed) == len(set(claimed))
    assert not set(claimed) & set(given_away)


@given(pairs(wishes=True), st.lists(st.booleans(), min_size=1, max_size=2))
@settings(max_examples=400, deadline=None)
def test_a_linked_record_is_never_matched_by_name(world: World, linked: list[bool]) -> None:
    """spec 2.6: whoever bears its name, the pair is a pair."""
    namesakes = tuple(
        seen(str(number), values(name=world.books["name"]), linked=each)
        for number, each in enumerate(linked, 7)
    )
    assert decide(world.subject(candidates=namesakes), world.policy, world.facts) == world.plan()


@given(pairs())
@settings(max_examples=500, deadline=None)
def test_books_are_given_what_they_can_take_only(world: World) -> None:
    """spec 2.1, 3.1: what is not stated is never written, nor a term that QuickBooks does not have, nor a made-up
    name."""
    for action in writes(world.plan()):
        if action.side is not Side.BOOKS:
            continue
        assert action.after is not None
        for name in set(action.fields) & set(customer.REFERENCES):
            assert action.after[name]
            assert world.facts.can_take(Side.BOOKS, Kind.CUSTOMER, name, action.after[name])
        if world.names:
            assert not {"name", "company_name"} & set(action.fields)
        if "company_name" in action.fields:
            assert "name" in action.fields
            assert world.books.get("company_name", world.books["name"]) == world.books["name"], "spec 2.1"
            assert action.after["company_name"] == action.after["name"]


@given(pairs(apart=True))
@settings(max_examples=500, deadline=None)
def test_a_field_that_one_side_changed_is_never_a_conflict(world: World) -> None:
    """spec 2.4"""
    for action in world.plan():
        assert action.reason is not Reason.CONFLICT
        assert action.lost is None


@given(pairs())
@settings(max_examples=500, deadline=None)
def test_what_gives_way_is_told(world: World) -> None:
    """spec 2.4, 10.2: the loser of a field that both changed stands in the action, with the value that it had."""
    subject = world.subject()
    for action in writes(world.plan()):
        there = world.shown() if action.side is Side.BOOKS else world.field
        for name, value in (action.lost or {}).items():
            assert not customer.alike(name, there.get(name), world.base.get(name)), "it had been changed"
            if name != "locations":
                assert value == there.get(name)
        if action.reason is Reason.CONFLICT:
            assert action.lost
            assert world.policy.direction == "two_way"
            assert subject.tie is not None


@given(pairs(), st.tuples(*[st.sampled_from((None, 0.0, 200.0, 9_000.0))] * 2))
@settings(max_examples=500, deadline=None)
def test_clocks_matter_only_where_both_changed(
    world: World, times: tuple[float | None, float | None]
) -> None:
    """spec 2.3, 2.5"""
    other = deepcopy(world)
    other.edited = dict(zip(Side, times, strict=True))
    both = {
        name
        for name in customer.LABELS
        if not customer.alike(name, world.shown().get(name), world.base[name])
        and not customer.alike(name, world.field.get(name), world.base[name])
    }
    assert given_by(world, but=both) == given_by(other, but=both)
    if world.policy.direction != "two_way":
        assert world.plan() == other.plan(), "one-way no clock is ever looked at"


def given_by(world: World, but: set[str]) -> list[tuple[Side, str, object]]:
    return sorted(
        (action.side, name, repr((action.after or {}).get(name)))
        for action in writes(world.plan())
        for name in action.fields
        if name not in but and name != "company_name"
    )


@given(pairs())
@settings(max_examples=400, deadline=None)
def test_inside_the_margin_the_primary_wins(world: World) -> None:
    """spec 2.5: and so it does where a side does not tell when it was edited."""
    world.policy = msgspec.structs.replace(world.policy, direction="two_way", margin=120)
    world.facts = Facts(choices=world.facts.choices)
    wanted = None
    for books, field in ((0.0, 0.0), (120.0, 0.0), (0.0, 120.0), (None, 9_000.0), (9_000.0, None)):
        world.edited = {Side.BOOKS: books, Side.FIELD: field}
        wanted = wanted or world.plan()
        assert world.plan() == wanted
    winner = world.policy.primary_side
    for action in writes(wanted or []):
        # What QuickBooks can not be given gives way, whoever is the primary.
        judged = set(action.lost or ()) - {"locations", "name", *customer.REFERENCES}
        assert not judged or action.side is winner.other


def test_nothing_at_all_is_decided_of_nothing() -> None:
    assert list(decide_all([], Policy(direction="two_way"))) == []
    gone = Subject(field=Seen(id="1", values=values(), digest=b"", gone=True))
    assert decide(gone, Policy(direction="two_way"), Facts()) == []
