"""What a person can do about what needs attention (spec 2.8), and what each does in the journal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from fieldledger.journal import Journal, companies, events, holds, links, plans, sights, wishes
from fieldledger.model.kinds import Kind, Side
from fieldledger.model.plan import Action, Reason, Verb
from fieldledger.office import companies as office
from fieldledger.office import ignoring, solving
from fieldledger.office.errors import CannotDo, NoSuchThing, WrongUse
from tests.office.conftest import add
from tests.office.hands import CUSTOMER, books, due, field, gone, hold, pair


@pytest.fixture
def there(journal: Journal) -> Journal:
    """Terrace Hotel on both sides, and its job; both ways."""
    add(journal, **{"customers.direction": "two_way"})
    books(journal, "B1", "Terrace Hotel")
    books(journal, "B2", "Roof", parent="B1", full_name="Terrace Hotel:Roof")
    field(journal, "1", "terrace hotel")
    field(journal, "2", "Terrace Hotel")
    return journal


def duplicate(journal: Journal, *others: str, reason: Reason = Reason.DUPLICATE) -> int:
    return hold(journal, reason, "Terrace Hotel", books="B1", others=others or ("1",))


def wished(journal: Journal, *ids: str) -> list[wishes.Wish]:
    with journal.read() as tx:
        found = wishes.load(tx, "c1", CUSTOMER, ids, ids)
    return list({wish.id: wish for half in found for theirs in half.values() for wish in theirs}.values())


def told(journal: Journal) -> events.Event:
    with journal.read() as tx:
        return events.newest(tx, "c1", 1)[0]


def open_holds(journal: Journal) -> Sequence[holds.Hold]:
    with journal.read() as tx:
        return holds.listed(tx, "c1")


def test_linking_solves_the_hold_and_asks_the_sync(there: Journal) -> None:
    """spec 2.8: *link these two*. The wish, the records that are looked at, the badge, the history, the next sync."""
    number = duplicate(there)
    inside = holds.Hold(
        kind=CUSTOMER, books="B2", under="B1", code="waits_for_customer", name="Roof", told="", todo=""
    )
    with there.write() as tx:
        holds.put(tx, "c1", [inside], there.stamp())
    done = solving.solve(there, "c1", number, "link", who="olga")
    assert done["told"] == (
        "Terrace Hotel in QuickBooks and no. 1 (terrace hotel) in the field system are one: link them. "
        "It is carried out at the next sync."
    )
    (wish,) = wished(there, "B1")
    assert (wish.what, wish.books, wish.field, wish.who) == ("link", "B1", "1", "olga")
    assert due(there) == {"B1", "1", "B2"}, "and the job that waited inside it"
    assert not open_holds(there)
    event = told(there)
    assert (event.what, event.books, event.field, event.who) == ("asked", "B1", "1", "olga")
    with there.read() as tx:
        assert companies.get(tx, "c1").sync_asked == "changes"  # type: ignore[union-attr]
        assert holds.borne(tx, "c1", CUSTOMER, ["1", "2"]) == {"1": "Waiting"}
        badge = next(status for status in holds.untold(tx, "c1", 9) if status.field == "1")
    assert "Decided by olga" in badge.detail


def test_a_full_sync_that_was_asked_for_stays_one(there: Journal) -> None:
    office.ask_sync(there, "c1", full=True, who="olga")
    solving.solve(there, "c1", duplicate(there), "ignore", who="olga")
    with there.read() as tx:
        assert companies.get(tx, "c1").sync_asked == "full"  # type: ignore[union-attr]


def test_of_several_one_must_be_named(there: Journal) -> None:
    """spec 2.7: several candidates, none is linked without a person's word."""
    number = duplicate(there, "1", "2", reason=Reason.SEVERAL)
    with pytest.raises(WrongUse, match="there are 2: 1, 2"):
        solving.solve(there, "c1", number, "link", who="olga")
    solving.solve(there, "c1", number, "link", other="2", who="olga")
    assert [(wish.books, wish.field) for wish in wished(there, "B1")] == [("B1", "2")]
    assert due(there) == {"B1", "1", "2"}, "the one that was not chosen is looked at too"


def test_a_hold_of_a_field_record_is_linked_the_other_way_round(there: Journal) -> None:
    number = hold(
        there, Reason.DUPLICATE_IN_BOOKS, "terrace hotel", field="1", others=("B1",), others_side=Side.BOOKS
    )
    solving.solve(there, "c1", number, "link", who="olga")
    assert [(wish.books, wish.field) for wish in wished(there, "1")] == [("B1", "1")]


def test_a_job_can_be_linked(there: Journal) -> None:
    """spec 2.7: jobs match one to one; where the sync sees no match, a person may."""
    number = hold(there, Reason.DUPLICATE, "Roof", books="B2", others=("2",))
    solving.solve(there, "c1", number, "link", who="olga")
    assert [(wish.books, wish.field) for wish in wished(there, "B2")] == [("B2", "2")]


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ("7", "The field system has no customer with the id '7'"),
        ("B2", "B2 is a record of QuickBooks; one of the field system is needed here"),
        ("3", "no. 3 \\(Gone\\) was deleted in the field system"),
        ("4", "no. 4 \\(Taken\\) is linked already, with B4 of QuickBooks"),
    ],
)
def test_what_cannot_be_linked_is_refused_and_nothing_happens(
    there: Journal, other: str, message: str
) -> None:
    """spec 10.1: one pair at most for a record; the wrong side and what is gone are none."""
    field(there, "3", "Gone")
    gone(there, Side.FIELD, "3")
    field(there, "4", "Taken")
    books(there, "B4", "Taken")
    pair(there, "B4", "4", {})
    number = duplicate(there)
    with pytest.raises(CannotDo, match=message):
        solving.solve(there, "c1", number, "link", other=other, who="olga")
    assert [each.id for each in open_holds(there)] == [number]
    assert not wished(there, "B1")
    assert not due(there)


def test_a_record_that_was_linked_meanwhile_is_refused(there: Journal) -> None:
    number = duplicate(there)
    pair(there, "B1", "2", {})
    with pytest.raises(CannotDo, match=r"Terrace Hotel is linked already, with no\. 2"):
        solving.solve(there, "c1", number, "link", who="olga")


def test_the_newest_word_counts(there: Journal) -> None:
    """A field record that was to be linked elsewhere, and is not yet, is linked with whom it was given last."""
    books(there, "B3", "Terrace Hotel Inc.")
    solving.solve(there, "c1", duplicate(there), "link", who="olga")
    number = hold(there, Reason.UNSURE, "Terrace Hotel Inc.", books="B3")
    solving.solve(there, "c1", number, "link", other="1", who="per")
    assert [(wish.books, wish.field) for wish in wished(there, "B1", "B3", "1")] == [("B3", "1")]
    assert "B1" in due(there)


def test_renaming_takes_the_field_record_by_itself(there: Journal) -> None:
    """spec 2.8: *rename*; spec 10.6: in QuickBooks only where customers go there."""
    solving.solve(there, "c1", duplicate(there), "rename", name="  Terrace   Hostel ", who="olga")
    (wish,) = wished(there, "1")
    assert (wish.what, wish.books, wish.field) == ("rename", "", "1")
    assert wish.content == {"side": "field", "name": "Terrace Hostel"}
    assert told(there).told == "Rename no. 1 (terrace hotel) in the field system to Terrace Hostel."
    assert (told(there).books, told(there).field) == ("B1", "1"), "it stands in the history of both"


def test_renaming_in_quickbooks_where_the_direction_allows(there: Journal) -> None:
    number = duplicate(there, "1", "2", reason=Reason.SEVERAL)
    with pytest.raises(WrongUse, match="Say which of them is to be renamed: 1, 2"):
        solving.solve(there, "c1", number, "rename", name="Other", who="olga")
    solving.solve(there, "c1", number, "rename", name="Another", side="books", who="olga")
    (wish,) = wished(there, "B1")
    assert (wish.books, wish.field, wish.content) == ("B1", "", {"side": "books", "name": "Another"})
    books(there, "B5", "Paired")
    field(there, "5", "Paired")
    pair(there, "B5", "5", {})
    refused = hold(there, Reason.REFUSED_BY_BOOKS, "Paired", books="B5", field="5")
    solving.solve(there, "c1", refused, "rename", name="Other", side="books", who="olga")
    (wish,) = wished(there, "B5")
    assert (wish.books, wish.field, wish.content) == ("B5", "5", {"side": "books", "name": "Other"})


def test_nothing_is_renamed_in_quickbooks_where_customers_only_come_from_there(there: Journal) -> None:
    """spec 10.6: no direction is broken, not by a button either."""
    office.set_settings(there, "c1", {"customers.direction": "books_to_field"}, who="olga")
    with pytest.raises(CannotDo, match="nothing is renamed in QuickBooks"):
        solving.solve(there, "c1", duplicate(there), "rename", name="Other", side="books", who="olga")
    alone = hold(there, Reason.REFUSED, "Roof", books="B2")
    with pytest.raises(CannotDo, match="There is no record of it in the field system"):
        solving.solve(there, "c1", alone, "rename", name="Other", who="olga")


def test_of_twins_the_one_that_waits_is_renamed_or_the_one_that_is_named(there: Journal) -> None:
    number = hold(there, Reason.TWIN, "Terrace Hotel", field="2", others=("1",))
    solving.solve(there, "c1", number, "rename", name="Second", who="olga")
    assert wished(there, "2")[0].field == "2"
    field(there, "5", "Third")
    number = hold(there, Reason.TWIN, "Third", field="5", others=("1",))
    with pytest.raises(WrongUse, match="'9' is none of the records"):
        solving.solve(there, "c1", number, "rename", other="9", name="Fourth", who="olga")
    solving.solve(there, "c1", number, "rename", other="1", name="Fourth", who="olga")
    assert [wish.content["name"] for wish in wished(there, "1")] == ["Fourth"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (" ", "The new name is missing"),
        ("x" * 42, "has 42 characters; QuickBooks allows 41"),
        ("Terrace:Hotel", "contains a colon"),
        ("Terrace\u2764", "U\\+2764\\), which QuickBooks cannot store"),
        ("Terrace\x07", "U\\+0007"),
    ],
)
def test_a_name_that_quickbooks_cannot_hold_is_refused(there: Journal, name: str, message: str) -> None:
    """spec 2.1: what does not fit is refused with a message that names the field and the limit, never cut."""
    with pytest.raises(WrongUse, match=message):
        solving.solve(there, "c1", duplicate(there), "rename", name=name, who="olga")


def test_a_name_may_be_as_long_as_quickbooks_allows(there: Journal) -> None:
    solving.solve(there, "c1", duplicate(there), "rename", name="é" * 41, who="olga")
    assert wished(there, "1")


def test_a_new_name_is_not_the_next_duplicate(there: Journal) -> None:
    number = duplicate(there)
    books(there, "B5", "Taken Already")
    with pytest.raises(CannotDo, match="Taken Already in QuickBooks bears that name already"):
        solving.solve(there, "c1", number, "rename", name="taken  already", who="olga")
    with pytest.raises(CannotDo, match="It is called terrace hotel already"):
        solving.solve(there, "c1", hold(there, Reason.TWIN, "t", field="1", others=("2",)), "rename",
                      name="terrace hotel", who="olga")  # fmt: skip


def test_the_name_of_a_jobs_record_is_not_renamed(there: Journal) -> None:
    """spec 3.1: a derived name is not written back."""
    pair(there, "B2", "2", {})
    number = hold(there, Reason.REFUSED_BY_BOOKS, "Roof", books="B2", field="2")
    with pytest.raises(CannotDo, match="The name of a job comes from QuickBooks"):
        solving.solve(there, "c1", number, "rename", name="Other", who="olga")


def test_what_is_ignored_is_listed_and_can_be_asked_about_again(there: Journal) -> None:
    """spec 2.8: *ignore*; a skipped duplicate is never lost."""
    solving.solve(there, "c1", duplicate(there), "ignore", who="olga")
    (wish,) = wished(there, "B1")
    assert (wish.what, wish.books, wish.field, wish.content) == (
        "ignore",
        "B1",
        "",
        {"name_key": "terrace hotel"},
    )
    (listed,) = ignoring.ignored(there, "c1")
    assert (listed["record"], listed["name"], listed["books_name"]) == (
        "B1",
        "Terrace Hotel",
        "Terrace Hotel",
    )
    assert listed["who"] == "olga"
    with there.write() as tx:
        sights.decided(tx, "c1", Side.BOOKS, CUSTOMER, {"B1": "ignored"})
    done = ignoring.undo_ignore(there, "c1", Kind.CUSTOMER, "B1", "per")
    assert done["name"] == "Terrace Hotel"
    assert not ignoring.ignored(there, "c1")
    assert not wished(there, "B1", "1"), "what rested beside it is asked about again too"
    assert {"B1", "1"} <= due(there)
    assert (told(there).what, told(there).who) == ("asked", "per")
    with pytest.raises(CannotDo, match="B1 is not ignored"):
        ignoring.undo_ignore(there, "c1", Kind.CUSTOMER, "B1", "per")


def test_linking_what_was_ignored_ends_the_ignoring(there: Journal) -> None:
    solving.solve(there, "c1", duplicate(there), "ignore", who="olga")
    solving.link_pair(there, "c1", "B1", "1", "olga")
    assert [wish.what for wish in wished(there, "B1", "1")] == ["link"]


def test_trying_again_is_nothing_but_looking_again(there: Journal) -> None:
    pair(there, "B1", "2", {})
    number = hold(there, Reason.REFUSED_BY_BOOKS, "Terrace Hotel", books="B1", field="2")
    solving.solve(there, "c1", number, "retry", who="olga")
    assert not wished(there, "B1", "2")
    assert due(there) == {"B1", "2"}


def test_making_again_forgets_the_pair_and_keeps_its_values_in_the_history(there: Journal) -> None:
    """spec 10.2: the base of the pair stands in the history."""
    pair(there, "B1", "2", {"name": "Terrace Hotel", "phone": "555"})
    gone(there, Side.FIELD, "2")
    number = hold(there, Reason.EDITED_AND_DELETED, "Terrace Hotel", books="B1", field="2")
    done = solving.solve(there, "c1", number, "make_again", who="olga")
    assert done["told"].startswith("Create it again in the field system.")
    with there.read() as tx:
        assert not links.load(tx, "c1", Side.BOOKS, CUSTOMER, ["B1"])
    assert due(there) == {"B1", "2"}
    assert (told(there).what, told(there).before) == ("unlinked", {"name": "Terrace Hotel", "phone": "555"})


@pytest.mark.parametrize(
    ("direction", "lost", "message"),
    [
        ("two_way", None, "is there on both sides"),
        ("two_way", "both", "is deleted on both sides"),
        ("books_to_field", Side.BOOKS, "do not go to QuickBooks"),
        ("field_to_books", Side.FIELD, "do not go to the field system"),
    ],
)
def test_making_again_needs_one_that_is_gone_and_a_direction(
    there: Journal, direction: str, lost: Any, message: str
) -> None:
    """spec 10.6."""
    office.set_settings(there, "c1", {"customers.direction": direction}, who="olga")
    pair(there, "B1", "2", {})
    for side, id in ((Side.BOOKS, "B1"), (Side.FIELD, "2")):
        if lost in (side, "both"):
            gone(there, side, id)
    number = hold(there, Reason.EDITED_AND_DELETED, "Terrace Hotel", books="B1", field="2")
    with pytest.raises(CannotDo, match=message):
        solving.solve(there, "c1", number, "make_again", who="olga")
    with there.read() as tx:
        assert links.load(tx, "c1", Side.BOOKS, CUSTOMER, ["B1"])


def test_wrong_words_are_wrong_use(there: Journal) -> None:
    number = duplicate(there)
    for wrong, message in (
        ({"do": "merge"}, "there are: link, rename, ignore, retry, make_again"),
        ({"do": "link", "name": "x"}, "A name goes with rename"),
        ({"do": "rename", "name": "x", "side": "both"}, "books or field"),
    ):
        with pytest.raises(WrongUse, match=message):
            solving.solve(there, "c1", number, who="olga", **wrong)
    with pytest.raises(NoSuchThing, match="99"):
        solving.solve(there, "c1", 99, "link", who="olga")
    with pytest.raises(CannotDo, match="retry is no way out here; there are: link, rename, ignore"):
        solving.solve(there, "c1", number, "retry", who="olga")
    solving.solve(there, "c1", number, "ignore", who="olga")
    with pytest.raises(CannotDo, match="does not wait any more: it was solved by olga"):
        solving.solve(there, "c1", number, "ignore", who="per")


def create(side: Side, *, books: str | None = None, field: str | None = None) -> Action:
    return Action(
        kind=CUSTOMER, verb=Verb.CREATE, reason=Reason.NEW, side=side, name="x", after={"name": "x"}, books=books,
        field=field,
    )  # fmt: skip


def test_what_was_planned_for_the_records_is_planned_anew(there: Journal) -> None:
    """spec 8.3: a plan that was made before the decision must not carry out the opposite of it."""
    with there.write() as tx:
        plan = plans.open_plan(tx, "c1", None, there.stamp())
        made = [create(Side.FIELD, books="B1"), create(Side.BOOKS, field="1"), create(Side.FIELD, books="B2")]
        plans.add(tx, "c1", plan, [(action, "") for action in made])
        plans.propose(tx, plan, "Look.")
    solving.link_pair(there, "c1", "B1", "1", "olga")
    with there.read() as tx:
        assert [action.books for action in plans.actions_of(tx, plan)] == ["B2"]


def test_a_pair_that_nobody_holds_is_linked_and_holds_of_either_are_solved(there: Journal) -> None:
    number = hold(there, Reason.NAME_TAKEN, "Terrace Hotel", field="2")
    done = solving.link_pair(there, "c1", "B1", "2", "olga")
    assert done["books"] == "B1"
    assert number not in [each.id for each in open_holds(there)]
    with pytest.raises(CannotDo, match="B1 is a record of QuickBooks"):
        solving.link_pair(there, "c1", "B1", "B1", "olga")


def test_many_at_once_one_failure_stops_no_other(there: Journal) -> None:
    """spec 10.5, and spec 2.7: only what has exactly one candidate is linked."""
    for number in range(3, 8):
        books(there, f"B{number}", f"C{number}")
        field(there, str(number), f"C{number}")
    single = [hold(there, Reason.DUPLICATE, f"C{n}", books=f"B{n}", others=(str(n),)) for n in (3, 4, 5)]
    several = hold(there, Reason.SEVERAL, "C6", books="B6", others=("6", "7"))
    other = hold(there, Reason.REFUSED, "C7", books="B7")
    gone(there, Side.FIELD, "4")
    results = {each["hold"]: each for each in solving.solve_many(there, "c1", "link", who="olga")}
    assert {number: each["result"] for number, each in results.items()} == dict(
        zip(single, ["done", "failed", "done"], strict=True)
    )
    assert "was deleted in the field system" in results[single[1]]["told"]
    assert {each.id for each in open_holds(there)} == {single[1], several, other}
    told_ = solving.solve_many(there, "c1", "ignore", [several, 99], who="olga")
    assert [each["result"] for each in told_] == ["done", "failed"]
    with pytest.raises(WrongUse, match="link, ignore, retry; not 'rename'"):
        solving.solve_many(there, "c1", "rename", who="olga")


def test_companies_do_not_touch_each_other(there: Journal) -> None:
    """spec, words: one company never touches another."""
    add(there, "Other")
    number = duplicate(there)
    with pytest.raises(NoSuchThing):
        solving.solve(there, "c2", number, "ignore", who="olga")
    assert not ignoring.ignored(there, "c2")
