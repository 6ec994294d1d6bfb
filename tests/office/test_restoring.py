"""Bringing back what was deleted in the field system (spec 2.11), and putting back what was overwritten (2.4, 10.2)."""

from __future__ import annotations

from typing import Any

import pytest

from fieldledger.journal import Journal, holds, links, wishes
from fieldledger.model.kinds import Side
from fieldledger.model.plan import Reason
from fieldledger.office import companies as office
from fieldledger.office import restoring
from fieldledger.office.errors import CannotDo, NoSuchThing, WrongUse
from tests.office.conftest import add
from tests.office.hands import CUSTOMER, books, due, field, gone, happened, hold, pair
from tests.office.test_solving import told


@pytest.fixture
def linked(journal: Journal) -> Journal:
    """One pair, in step; both ways."""
    add(journal, **{"customers.direction": "two_way"})
    books(journal, "B1", "Baker", phone="new")
    field(journal, "1", "Baker", phone="new")
    pair(journal, "B1", "1", {"name": "Baker", "phone": "new"})
    return journal


def deleted(journal: Journal) -> None:
    gone(journal, Side.FIELD, "1")
    with journal.write() as tx:
        links.set_state(tx, "c1", CUSTOMER, "B1", "field_deleted")


# ---- bring back ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("record", ["B1", "1"])
def test_a_record_deleted_in_the_field_system_is_brought_back(linked: Journal, record: str) -> None:
    """spec 2.11: it is not imported again until somebody asks."""
    deleted(linked)
    hold(linked, Reason.EDITED_AND_DELETED, "Baker", books="B1", field="1")
    done = restoring.bring_back(linked, "c1", CUSTOMER, record, "olga")
    assert done["told"].startswith("Bring Baker back into the field system, where no. 1 was deleted.")
    with linked.read() as tx:
        assert not links.load(tx, "c1", Side.BOOKS, CUSTOMER, ["B1"]), "the tombstone is gone"
        assert not holds.listed(tx, "c1"), "and so is whatever was asked about it"
    assert "B1" in due(linked)
    event = told(linked)
    assert (event.what, event.who, event.books, event.field) == ("unlinked", "olga", "B1", "1")
    assert event.before == {"name": "Baker", "phone": "new"}, "spec 10.2"


def test_nothing_is_brought_back_that_is_there_or_never_was(linked: Journal) -> None:
    with pytest.raises(CannotDo, match=r"Baker was not deleted in the field system: it is no\. 1\."):
        restoring.bring_back(linked, "c1", CUSTOMER, "B1", "olga")
    with pytest.raises(CannotDo, match="B9 has no pair"):
        restoring.bring_back(linked, "c1", CUSTOMER, "B9", "olga")


def test_nothing_is_brought_back_that_is_deleted_or_inactive_in_quickbooks(linked: Journal) -> None:
    deleted(linked)
    books(linked, "B1", "Baker", active=False)
    with pytest.raises(CannotDo, match="Baker is inactive in QuickBooks"):
        restoring.bring_back(linked, "c1", CUSTOMER, "1", "olga")
    gone(linked, Side.BOOKS, "B1")
    with pytest.raises(CannotDo, match="Baker was deleted in QuickBooks"):
        restoring.bring_back(linked, "c1", CUSTOMER, "1", "olga")


def test_no_direction_is_broken_by_bringing_back(linked: Journal) -> None:
    """spec 10.6."""
    deleted(linked)
    office.set_settings(linked, "c1", {"customers.direction": "field_to_books"}, who="olga")
    with pytest.raises(CannotDo, match="nothing is brought into the field system"):
        restoring.bring_back(linked, "c1", CUSTOMER, "B1", "olga")
    with linked.read() as tx:
        assert links.load(tx, "c1", Side.BOOKS, CUSTOMER, ["B1"])


# ---- put back ------------------------------------------------------------------------------------------------------


def overwritten(journal: Journal, what: str = "updated", **more: Any) -> int:
    before = {"name": "Baker", "phone": "old", "email": "old@x.example", "active": True}
    after = {"name": "Baker", "phone": "new", "email": "new@x.example", "active": True}
    return happened(journal, what, books="B1", field="1", name="Baker", before=before, after=after, **more)


def asked(journal: Journal) -> list[wishes.Wish]:
    with journal.read() as tx:
        return wishes.load(tx, "c1", CUSTOMER, ["B1"], [])[0].get("B1", [])


def test_overwritten_values_are_put_back(linked: Journal) -> None:
    """spec 10.2: no user's value disappears; spec 2.4: it can be put back with one action."""
    done = restoring.put_back(linked, "c1", overwritten(linked), who="olga")
    assert done["fields"] == ["phone", "email"]
    (wish,) = asked(linked)
    assert (wish.what, wish.books, wish.field) == ("put_back", "B1", "1")
    assert wish.content == {"values": {"phone": "old", "email": "old@x.example"}}
    assert due(linked) == {"B1", "1"}
    assert told(linked).told == (
        "Put back in QuickBooks and the field system: Phone, Email, as before 2025-11-24 16:00 UTC."
    )


def test_the_loser_of_a_conflict_is_put_back(linked: Journal) -> None:
    """spec 2.4: the loser's value is kept in the history and can be put back with one action."""
    event = happened(
        linked,
        "conflict",
        books="B1",
        field="1",
        name="Baker",
        before={"phone": "lost"},
        after={"phone": "new"},
    )
    restoring.put_back(linked, "c1", event, who="olga")
    assert asked(linked)[0].content == {"values": {"phone": "lost"}}


def test_some_of_the_fields_may_be_chosen(linked: Journal) -> None:
    event = overwritten(linked)
    restoring.put_back(linked, "c1", event, ["email"], who="olga")
    assert asked(linked)[0].content == {"values": {"email": "old@x.example"}}
    with pytest.raises(WrongUse, match="holds no former Company Name; it holds: Phone, Email"):
        restoring.put_back(linked, "c1", event, ["name"], who="olga")
    with pytest.raises(WrongUse, match="There is no field 'shoe_size'; there are: name, first_name"):
        restoring.put_back(linked, "c1", event, ["shoe_size"], who="olga")


def test_what_the_person_is_told_is_where_it_goes(linked: Journal) -> None:
    """spec 10.6: on both sides as far as the direction allows."""
    office.set_settings(linked, "c1", {"customers.direction": "books_to_field"}, who="olga")
    done = restoring.put_back(linked, "c1", overwritten(linked), who="olga")
    assert done["told"].startswith("Put back in the field system: Phone, Email")


def test_what_cannot_be_put_back_is_refused_with_the_reason(linked: Journal) -> None:
    with pytest.raises(NoSuchThing, match="no line 4711"):
        restoring.put_back(linked, "c1", 4711, who="olga")
    created = happened(linked, "created", books="B1", field="1", after={"phone": "new"})
    with pytest.raises(CannotDo, match="Nothing was overwritten there"):
        restoring.put_back(linked, "c1", created, who="olga")
    same = happened(
        linked, "updated", books="B1", field="1", name="Baker", before={"phone": "new"}, after={"phone": "x"}
    )
    with pytest.raises(CannotDo, match="Phone: that is what stands there now"):
        restoring.put_back(linked, "c1", same, who="olga")
    event = overwritten(linked)
    gone(linked, Side.BOOKS, "B1")
    with pytest.raises(CannotDo, match="Baker was deleted in QuickBooks"):
        restoring.put_back(linked, "c1", event, who="olga")
    books(linked, "B2", "Other")
    loose = happened(linked, "updated", books="B2", name="Other", before={"phone": "a"}, after={"phone": "b"})
    with pytest.raises(CannotDo, match="Other is not one of a pair"):
        restoring.put_back(linked, "c1", loose, who="olga")
    assert not asked(linked)


def test_a_blank_reference_is_not_put_back(linked: Journal) -> None:
    """spec 2.1: one that is absent is "not stated" and is never written."""
    event = happened(
        linked, "updated", books="B1", field="1", name="Baker", before={"terms": None, "phone": None},
        after={"terms": "Net 30", "phone": "new"},
    )  # fmt: skip
    assert restoring.put_back(linked, "c1", event, who="olga")["values"] == {"phone": None}


def test_the_name_of_a_job_is_left_out(linked: Journal) -> None:
    """spec 3.1: a derived name is not written back."""
    books(linked, "B2", "Roof", parent="B1", full_name="Baker:Roof", phone="new")
    field(linked, "2", "Baker", phone="new")
    pair(linked, "B2", "2", {})
    event = happened(
        linked, "updated", books="B2", field="2", name="Baker", before={"name": "Old", "phone": "old"},
        after={"name": "Baker", "phone": "new"},
    )  # fmt: skip
    assert restoring.put_back(linked, "c1", event, who="olga")["fields"] == ["phone"]
    with pytest.raises(CannotDo, match="The name of a job comes from QuickBooks"):
        restoring.put_back(linked, "c1", event, ["name"], who="olga")
