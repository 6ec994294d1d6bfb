"""A pair in each state, in each direction: what is written, what is said, and what is left alone (spec 2.2 to 2.11)."""

from __future__ import annotations

from typing import Any

import pytest

from fieldledger.model.kinds import Side
from fieldledger.model.plan import Action, Reason, Verb
from fieldledger.plan.subject import Asked
from fieldledger.policy.rules import Policy
from tests.plan.worlds import DIRECTIONS, World, place, values, writes

Said = tuple[Verb, Reason, Side | None]
TO_FIELD: Said = (Verb.UPDATE, Reason.CHANGED, Side.FIELD)
TO_BOOKS: Said = (Verb.UPDATE, Reason.CHANGED_IN_FIELD, Side.BOOKS)
HELD: Said = (Verb.HOLD, Reason.EDITED_AND_DELETED, None)
TOMBSTONE: Said = (Verb.SKIP, Reason.DELETED_IN_FIELD, None)
DEACTIVATED: Said = (Verb.DEACTIVATE, Reason.DELETED_IN_BOOKS, Side.FIELD)
FLAGGED: Said = (Verb.NOTE, Reason.DELETED_IN_BOOKS_ONLY, None)
NOTED: Said = (Verb.NOTE, Reason.ONE_WAY, None)
NOTED_BOOKS: Said = (Verb.NOTE, Reason.ONE_WAY_BOOKS, None)

EXPECTED: dict[tuple[str, str], tuple[list[Said], list[Said], list[Said]]] = {
    # books, field: books_to_field, field_to_books, two_way
    ("same", "same"): ([], [], []),
    ("same", "edited"): ([NOTED], [TO_BOOKS], [TO_BOOKS]),
    ("same", "gone"): ([TOMBSTONE], [TOMBSTONE], [TOMBSTONE]),
    ("edited", "same"): ([TO_FIELD], [NOTED_BOOKS], [TO_FIELD]),
    ("edited", "edited"): ([TO_FIELD], [TO_BOOKS], [TO_FIELD, TO_BOOKS]),
    ("edited", "gone"): ([TOMBSTONE], [TOMBSTONE], [HELD]),
    ("gone", "same"): ([DEACTIVATED], [FLAGGED], [DEACTIVATED]),
    ("gone", "edited"): ([DEACTIVATED], [HELD], [HELD]),
    ("gone", "gone"): ([], [], []),
}


def world(direction: str, **more: Any) -> World:
    given: dict[str, Any] = {"base": values(), "books": values(), "field": values()}
    return World(policy=Policy(direction=direction, rules="now"), **(given | more))


def said(actions: list[Action]) -> list[Said]:
    return [
        (action.verb, action.reason, action.side if action.verb in (Verb.UPDATE, Verb.DEACTIVATE) else None)
        for action in actions
    ]


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize(("books", "field"), EXPECTED)
def test_every_state_of_a_pair(direction: str, books: str, field: str) -> None:
    """spec 2.2, 2.4, 2.11: each side edited another field."""
    pair = world(direction)
    pair.books = values(phone="1") if books == "edited" else values()
    pair.field = values(email="a@example.com") if field == "edited" else values()
    pair.books_gone, pair.field_gone = books == "gone", field == "gone"
    assert said(pair.plan()) == EXPECTED[books, field][DIRECTIONS.index(direction)]


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize(("books", "field"), EXPECTED)
def test_what_was_said_of_a_deletion_is_not_done_again(direction: str, books: str, field: str) -> None:
    """spec 2.11, 10.3: flagged once, made inactive once, a tombstone stays one."""
    pair = world(direction)
    pair.books = values(phone="1") if books == "edited" else values()
    pair.field = values(email="a@example.com") if field == "edited" else values()
    pair.books_gone, pair.field_gone = books == "gone", field == "gone"
    after = pair.carry_out(pair.plan())
    assert writes(after.plan()) == []
    assert Reason.DELETED_IN_BOOKS_ONLY not in [action.reason for action in after.plan()]


@pytest.mark.parametrize("direction", ["books_to_field", "field_to_books"])
def test_the_masters_whole_record_goes_when_it_changes(direction: str) -> None:
    """spec 2.2: all mapped fields are overwritten, and what they were stands in the action."""
    master, other = (Side.BOOKS, Side.FIELD) if direction == "books_to_field" else (Side.FIELD, Side.BOOKS)
    mine, theirs = values(phone="2"), values(phone="9", email="a@example.com", first_name="Ann")
    pair = world(direction, base=values(phone="1"))
    pair.books, pair.field = (mine, theirs) if master is Side.BOOKS else (theirs, mine)
    (action,) = pair.plan()
    assert (action.side, set(action.fields)) == (other, {"phone", "email", "first_name"})
    assert action.before is not None
    assert action.before["email"] == "a@example.com"
    after = pair.carry_out([action])
    assert {name: after.field[name] for name in values()} == {name: after.books[name] for name in values()}


@pytest.mark.parametrize("direction", ["books_to_field", "field_to_books"])
def test_an_edit_on_the_receiving_side_is_noted_once(direction: str) -> None:
    """spec 2.2: it stays, with a note when it is new, and is not written back."""
    receiver = "field" if direction == "books_to_field" else "books"
    pair = world(direction, **{receiver: values(phone="9", name="Carr")})
    (note,) = pair.plan()
    assert (note.verb, note.detail) == (Verb.NOTE, "Company Name, Phone")
    assert note.before == pair.base
    pair.due = False
    assert pair.plan() == []


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_stamp_that_moved_is_no_change(direction: str) -> None:
    """spec 2.3: QuickBooks moves TimeModified when a balance changes."""
    pair = world(direction, version=77, edited={Side.BOOKS: 9_000.0, Side.FIELD: 8_000.0})
    assert pair.plan() == []


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_rename_updates_in_place(direction: str) -> None:
    """spec 2.6"""
    pair = world(direction)
    if direction == "field_to_books":
        pair.field = values(name="Carr")
    else:
        pair.books = values(name="Carr")
    (action,) = pair.plan()
    assert action.verb is Verb.UPDATE
    assert (action.books, action.field) == ("A-1", "1")
    assert action.after is not None
    assert action.after["name"] == "Carr"


@pytest.mark.parametrize("active", [True, False])
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_active_follows_as_the_direction_allows(direction: str, active: bool) -> None:
    """spec 2.10"""
    for edited in Side:
        pair = world(direction, base=values(active=not active))
        pair.books = values(active=active if edited is Side.BOOKS else not active)
        pair.field = values(active=active if edited is Side.FIELD else not active)
        allowed = direction == "two_way" or (direction == "books_to_field") is (edited is Side.BOOKS)
        found = [(action.side, (action.after or {})["active"]) for action in writes(pair.plan())]
        assert found == ([(edited.other, active)] if allowed else [])


def test_deleted_in_the_books_touches_nothing_but_the_flag() -> None:
    """spec 2.11: inactive, never deleted, and whatever was edited on the field side stays as it is."""
    pair = world("books_to_field", base=values(), field=values(phone="9"), books_gone=True)
    (action,) = pair.plan()
    assert action.fields == ("active",)
    assert action.after == {**pair.field, "active": False}
    assert pair.carry_out([action]).plan() == []


def test_a_books_record_that_is_back_brings_its_field_record_back() -> None:
    """spec 2.11, 8.2: a restored backup."""
    pair = world("two_way", books_gone=True)
    gone = pair.carry_out(pair.plan())
    gone.books_gone = False
    (action,) = gone.plan()
    assert (action.side, action.fields) == (Side.FIELD, ("active",))
    back = gone.carry_out([action])
    assert (back.field["active"], back.state) == (True, "live")


@pytest.mark.parametrize("gone", Side)
def test_edited_here_and_deleted_there_waits_and_may_be_left_alone(gone: Side) -> None:
    """spec 2.11: nothing is written; a person says what is to be."""
    pair = world("two_way", books_gone=gone is Side.BOOKS, field_gone=gone is Side.FIELD)
    edit = values(phone="2")
    pair.books, pair.field = (values(), edit) if gone is Side.BOOKS else (edit, values())
    (held,) = pair.plan()
    assert held.verb is Verb.HOLD
    where = "Deleted in QuickBooks" if gone is Side.BOOKS else "Deleted in the field system"
    assert held.detail.startswith(where)
    pair.wishes = (Asked(id=1, what="ignore"),)
    assert said(pair.plan()) == [(Verb.SKIP, Reason.IGNORED, None)]


# ---- jobs -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize(
    ("job_name", "name"), [("company_name", "Top"), ("full_name", "Top:Mid:Job"), ("job_name", "Job")]
)
def test_a_made_up_name_never_goes_back(direction: str, job_name: str, name: str) -> None:
    """spec 3.1: noted with the reason; the other fields are synced as usual."""
    pair = world(direction, names=("Top", "Mid"), base=values(name=name), books=values(name="Job"))
    pair.policy = Policy(direction=direction, job_name=job_name, rules="now")
    pair.field = values(name="Mine", phone="2")
    actions = pair.plan()
    assert all("name" not in action.fields for action in writes(actions))
    if direction == "books_to_field":
        assert said(actions) == [NOTED]
    else:
        assert said(actions) == [TO_BOOKS, (Verb.NOTE, Reason.DERIVED_NAME, None)]
        after = pair.carry_out(actions)
        assert (after.books["name"], after.field["name"], after.books["phone"]) == ("Job", "Mine", "2")
        assert after.plan() == [], "said once"


@pytest.mark.parametrize("direction", ["books_to_field", "two_way"])
def test_renaming_the_customer_renames_what_its_jobs_are_called(direction: str) -> None:
    """spec 3.1"""
    pair = world(
        direction,
        names=("New Top",),
        base=values(name="Top"),
        books=values(name="Job"),
        field=values(name="Top"),
    )
    (action,) = pair.plan()
    assert (action.side, action.fields) == (Side.FIELD, ("name",))
    assert action.name == "New Top"


def test_a_made_up_name_that_both_changed_comes_from_the_books() -> None:
    """spec 3.1, 10.2: what the field system called it is in the history."""
    pair = world(
        "two_way", names=("New Top",), base=values(name="Top"), books=values(name="Job"), field=values(name="Mine"),
        edited={Side.BOOKS: 0.0, Side.FIELD: 9_000.0},
    )  # fmt: skip
    (action,) = pair.plan()
    assert (action.side, (action.after or {})["name"], action.lost) == (
        Side.FIELD,
        "New Top",
        {"name": "Mine"},
    )


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_job_whose_customer_was_never_seen_waits(direction: str) -> None:
    pair = world(direction, names=None, books=values(name="Job", phone="1"), base=values(name="Top"))
    assert said(pair.plan()) == [(Verb.NOTE, Reason.PARENT_UNKNOWN, None)]


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_jobs_that_are_left_out_are_left_out(direction: str) -> None:
    """spec 3.3"""
    for books, field in (
        (values(name="Job", phone="1"), values(name="Top")),
        (values(name="Job"), values(phone="2")),
    ):
        pair = world(direction, names=("Top",), base=values(name="Top"), books=books, field=field)
        pair.policy = Policy(direction=direction, jobs="skip", rules="now")
        assert said(pair.plan()) == [(Verb.SKIP, Reason.JOBS_SKIPPED, None)]


def test_a_job_that_is_left_out_is_not_written_when_a_term_comes() -> None:
    """spec 3.3"""
    pair = world(
        "two_way", names=("Top",), base=values(name="Top"), books=values(name="Job"),
        field=values(name="Top", terms="Net 30"), field_kept={"terms": "Net 30"},
    )  # fmt: skip
    pair.policy = Policy(direction="two_way", jobs="skip", rules="now")
    assert writes(pair.plan()) == []


# ---- changed settings -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("direction", ["books_to_field", "two_way"])
def test_a_changed_setting_is_told_as_one(direction: str) -> None:
    """spec 1.2: never mistaken for a user's edit."""
    pair = world(
        direction, names=("Top",), base=values(name="Top"), books=values(name="Job"), field=values(name="Top"),
        rules="older",
    )  # fmt: skip
    pair.policy = Policy(direction=direction, job_name="full_name", rules="now")
    (action,) = pair.plan()
    assert (action.reason, action.detail) == (Reason.RULES_CHANGED, "Company Name")
    pair.books = values(name="Job", phone="1")
    (action,) = pair.plan()
    assert action.reason is Reason.CHANGED, "an edit beside it is an edit"


def test_a_changed_setting_is_nobodys_edit_in_quickbooks() -> None:
    """spec 1.2"""
    pair = world(
        "field_to_books", names=("Top",), base=values(name="Top"), books=values(name="Job"), field=values(name="Top"),
        rules="older",
    )  # fmt: skip
    pair.policy = Policy(direction="field_to_books", job_name="full_name", rules="now")
    assert Reason.ONE_WAY_BOOKS not in [action.reason for action in pair.plan()]


def test_an_edit_long_after_a_changed_setting_is_an_edit() -> None:
    """spec 1.2"""
    pair = world("two_way", rules="older")
    looked_at = pair.carry_out(pair.plan())
    looked_at.books = values(locations=[place("Barn")])
    (action,) = looked_at.plan()
    assert action.reason is Reason.CHANGED
