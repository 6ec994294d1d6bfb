"""Plans whose actions write either side: one record, known by its id on either side, is never written twice at once."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from fieldledger.journal import Journal, plans
from fieldledger.model.kinds import Kind, Side
from fieldledger.model.plan import Action, Reason, Verb
from tests.journal.support import KIND, create, opened, released, update


def test_an_action_is_stored_with_all_that_it_says(journal: Journal) -> None:
    """spec 10.2: what is overwritten, what gives way and what both agree on come back as they were decided."""
    said = update(
        Side.BOOKS, lost={"phone": "3"}, kept={"terms": None}, wish=7, fields=("phone", "company_name"),
        agreed={"phone": "2", "locations": [{"name": "Barn", "is_default": True, "address": {"line1": "7 Oak"}}]},
    )  # fmt: skip
    with journal.write() as tx:
        (stored,) = released(tx, said)
    for name in ("kind", "verb", "side", "books", "field", "name", "before", "after", "fields", "agreed", "kept",
                 "lost", "seen", "seen_field", "version", "wish"):  # fmt: skip
        assert getattr(stored, name) == getattr(said, name), name
    assert (stored.reason, stored.told, stored.state) == ("changed", "Told.", "planned")
    assert (stored.key, stored.attempts, stored.retry_at, stored.message_set) == (None, 0, 0.0, None)


def test_a_pair_may_have_one_write_for_each_side_and_no_second(journal: Journal) -> None:
    """A newer decision for a side replaces the older one: the database refuses both beside each other."""
    with journal.write() as tx:
        assert len(released(tx, update(Side.BOOKS), update(Side.FIELD))) == 2
    for again in (update(Side.BOOKS), update(Side.BOOKS, books="A-2"), update(Side.BOOKS, field="2")):
        with pytest.raises(IntegrityError), journal.write() as tx:
            released(tx, again)
    with journal.write() as tx:
        assert plans.replace(tx, "c1", Kind.CUSTOMER, Side.BOOKS, ["A-1"]) == 2
        (anew,) = released(tx, update(Side.BOOKS))
        assert [each.id for each in plans.next_planned(tx, "c1", 10)] == [anew.id], (
            "what was dropped never goes out"
        )


def test_an_open_write_keeps_its_record_for_itself_on_either_side(journal: Journal) -> None:
    """design: nothing is written beside an unknown outcome. A pair is busy by whichever of its ids is open."""
    with journal.write() as tx:
        (first, *_) = released(tx, update(Side.BOOKS), update(Side.FIELD), create(Side.FIELD, "A-2"))
        opened(tx, first)
        assert [each.books for each in plans.next_planned(tx, "c1", 10)] == ["A-2"]
        plans.settle(tx, [first.id], "done")
        assert [(each.books, each.side) for each in plans.next_planned(tx, "c1", 10)] == [
            ("A-1", Side.FIELD), ("A-2", Side.FIELD),
        ]  # fmt: skip


@pytest.mark.parametrize(
    "second",
    [update(Side.FIELD), update(Side.FIELD, books="A-9"), update(Side.FIELD, field="9"), create(Side.FIELD, "A-1"),
     create(Side.BOOKS, "1"), update(Side.FIELD, books=None)],
    ids=["the pair", "by its field id", "by its books id", "books id alone", "field id alone", "a rename"],
)  # fmt: skip
def test_one_intent_is_open_for_a_record(journal: Journal, second: Action) -> None:
    """spec 10.1: the database refuses a second open intent, whichever side the record is known by."""
    with journal.write() as tx:
        (first,) = released(tx, update(Side.BOOKS))
        opened(tx, first)
        (other,) = released(tx, second)
        assert plans.next_planned(tx, "c1", 10) == []
    with pytest.raises(IntegrityError), journal.write() as tx:
        opened(tx, other)


def test_records_that_one_side_alone_has_do_not_compete(journal: Journal) -> None:
    """Blank ids are no ids: two new customers are two records."""
    with journal.write() as tx:
        opened(tx, *released(tx, create(Side.BOOKS, "1"), create(Side.BOOKS, "2"), create(Side.FIELD, "A-1")))
        assert plans.unsettled(tx, "c1") == 3


def test_companies_never_touch(journal: Journal) -> None:
    with journal.write() as tx:
        opened(tx, *released(tx, update(Side.BOOKS)))
        (theirs,) = released(tx, update(Side.BOOKS), company="c2")
        assert [each.id for each in plans.next_planned(tx, "c2", 10)] == [theirs.id]
        assert plans.next_planned(tx, "c1", 10) == []


def test_what_goes_out_next_is_asked_for_by_side_verb_time_and_exception(journal: Journal) -> None:
    with journal.write() as tx:
        books, field, made = released(
            tx, update(Side.BOOKS), update(Side.FIELD, books="A-2", field="2"), create(Side.BOOKS, "3")
        )
        plans.later(tx, [made.id], 1_000.0)

        def found(**how: object) -> list[int]:
            return [each.id for each in plans.next_planned(tx, "c1", 10, **how)]  # type: ignore[arg-type]

        assert found() == [books.id, field.id, made.id]
        assert found(side=Side.BOOKS) == [books.id, made.id]
        assert found(side=Side.BOOKS, now=999.0) == [books.id]
        assert found(side=Side.BOOKS, now=1_000.0) == [books.id, made.id]
        assert found(verbs=[Verb.CREATE]) == [made.id]
        assert found(but=[books.id, made.id]) == [field.id]
        assert plans.next_retry(tx, "c1", Side.BOOKS) == 0.0
        assert [each.id for each in plans.next_planned(tx, "c1", 1)] == [books.id], "the oldest first"


def test_nothing_waits_for_a_side_that_has_nothing_planned(journal: Journal) -> None:
    with journal.write() as tx:
        (only,) = released(tx, update(Side.BOOKS))
        plans.later(tx, [only.id], 50.0)
        assert plans.next_retry(tx, "c1", Side.BOOKS) == 50.0
        assert plans.next_retry(tx, "c1", Side.FIELD) is None


def test_what_came_to_nothing_waits_again(journal: Journal) -> None:
    """A lock: the action goes back, out of its set, counted, and is not tried before its time."""
    with journal.write() as tx:
        (action,) = released(tx, update(Side.BOOKS))
        opened(tx, action)
        plans.put_into_set(tx, [action.id], 9)
        assert [each.id for each in plans.of_set(tx, 9)] == [action.id]
        plans.later(tx, [action.id], 60.0)
        assert plans.of_set(tx, 9) == []
        (again,) = plans.next_planned(tx, "c1", 10, now=60.0)
        assert (again.attempts, again.message_set, again.retry_at) == (1, None, 60.0)
        assert plans.still_open(tx, [action.id]) == set()


def test_what_came_to_nothing_gives_way_to_what_was_decided_since(journal: Journal) -> None:
    """While a write is out its record is edited and decided again; then the write comes back as locked."""
    with journal.write() as tx:
        (first,) = released(tx, update(Side.BOOKS))
        opened(tx, first)
        plans.replace(tx, "c1", Kind.CUSTOMER, Side.BOOKS, ["A-1"])
        newer = released(tx, update(Side.BOOKS, after={"phone": "3"}))[-1]
        plans.later(tx, [first.id], 60.0)
        assert [each.id for each in plans.next_planned(tx, "c1", 10)] == [newer.id]


def test_of_a_set_only_what_has_no_outcome_is_left(journal: Journal) -> None:
    with journal.write() as tx:
        one, two = released(tx, create(Side.BOOKS, "1"), create(Side.BOOKS, "2"))
        opened(tx, one, two)
        plans.put_into_set(tx, [one.id, two.id], 4)
        plans.settle(tx, [one.id], "done")
        plans.came_by(tx, {one.id: "A-7"})
        assert [each.id for each in plans.of_set(tx, 4)] == [two.id]
        assert plans.still_open(tx, [one.id, two.id]) == {two.id}
        assert [each.books for each in plans.by_id(tx, [one.id, two.id])] == ["A-7", None]
        assert [each.id for each in plans.opened(tx, "c1", 10, side=Side.BOOKS)] == [two.id]
        assert plans.opened(tx, "c1", 10, side=Side.FIELD) == []


@pytest.mark.parametrize("side", Side)
def test_what_we_wrote_ourselves_does_not_spoil_the_other_write_of_the_pair(
    journal: Journal, side: Side
) -> None:
    """A two-way merge writes both sides: after the first write the second was decided on what that wrote."""
    with journal.write() as tx:
        other = released(tx, update(side.other))[0]
        record, before = ("A-1", b"books") if side is Side.BOOKS else ("1", b"field")
        plans.moved_by_us(tx, "c1", KIND, side, {record: (b"something else", b"x")})
        (still,) = plans.by_id(tx, [other.id])
        assert (still.seen, still.seen_field) == (b"books", b"field"), "an edit in between is not ours"
        plans.moved_by_us(tx, "c1", KIND, side, {record: (before, b"ours"), "elsewhere": (b"books", b"y")})
        (moved,) = plans.by_id(tx, [other.id])
        assert (moved.seen, moved.seen_field) == (
            (b"ours", b"field") if side is Side.BOOKS else (b"books", b"ours")
        )
        plans.moved_by_us(tx, "c1", KIND, side, {})


def test_an_open_write_keeps_what_it_was_decided_on(journal: Journal) -> None:
    with journal.write() as tx:
        (action,) = released(tx, update(Side.FIELD))
        opened(tx, action)
        plans.moved_by_us(tx, "c1", KIND, Side.BOOKS, {"A-1": (b"books", b"ours")})
        assert plans.by_id(tx, [action.id])[0].seen == b"books"


def test_the_brake_counts_records_that_lose_something_once(journal: Journal) -> None:
    """spec 2.12: overwritten or deactivated, on either side; what is new does not count."""
    link = {"verb": Verb.LINK, "reason": Reason.LINKED, "fields": (), "agreed": None}
    with journal.write() as tx:
        plan = released(
            tx, update(Side.BOOKS), update(Side.FIELD),
            update(Side.FIELD, books="A-2", field="2", verb=Verb.DEACTIVATE),
            update(Side.FIELD, books="A-3", field="3", **link),
            update(Side.FIELD, books="A-4", field="4", **(link | {"before": None, "after": None})),
            update(Side.FIELD, books=None, field="5"), create(Side.BOOKS, "6"), create(Side.FIELD, "A-7"),
        )[0].plan  # fmt: skip
        assert plans.endangered(tx, plan) == {Kind.CUSTOMER: 4}, (
            "the pair, the deactivated, the link that overwrites, the rename"
        )


def test_decisions_that_write_nothing_are_shown_and_never_go_out(journal: Journal) -> None:
    with journal.write() as tx:
        note = update(Side.FIELD, verb=Verb.NOTE, reason=Reason.ONE_WAY)
        released(tx, note, note, update(Side.FIELD))
        assert [each.verb for each in plans.next_planned(tx, "c1", 10)] == [Verb.UPDATE]
        assert plans.left(tx, "c1") == 1


def test_deciding_again_by_field_id_drops_what_waits(journal: Journal) -> None:
    with journal.write() as tx:
        action, made = released(tx, update(Side.FIELD, books=None), create(Side.BOOKS, "1"))
        assert plans.replace(tx, "c1", Kind.CUSTOMER, Side.BOOKS, ["A-1"]) == 0, (
            "it is not known by a books id"
        )
        assert plans.replace(tx, "c1", Kind.CUSTOMER, Side.FIELD, ["1"]) == 2
        assert plans.next_planned(tx, "c1", 10) == []
        assert [each.state for each in plans.by_id(tx, [action.id, made.id])] == ["dropped", "dropped"]
