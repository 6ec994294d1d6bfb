"""What people asked for: remembered until it is fulfilled, found by either record, never another company's."""

from __future__ import annotations

from typing import Any

from fieldledger.journal import Journal, Tx, wishes
from fieldledger.journal.wishes import IGNORE, LINK, PUT_BACK, RENAME, Wish
from fieldledger.model.kinds import Side
from tests.journal.support import AT, KIND


def put(tx: Tx, what: str, *, books: str = "", field: str = "", company: str = "c1", **content: Any) -> int:
    return wishes.put(
        tx, company, Wish(kind=KIND, books=books, field=field, what=what, content=content, who="ann", at=AT)
    )


def test_a_wish_about_a_pair_is_found_from_both_sides(journal: Journal) -> None:
    """spec 2.8: link these two."""
    with journal.write() as tx:
        id = put(tx, LINK, books="A-1", field="1")
        for books, field in ((["A-1"], []), ([], ["1"]), (["A-1"], ["1"])):
            by_books, by_field = wishes.load(tx, "c1", KIND, books, field)
            assert [wish.id for wish in by_books["A-1"]] == [wish.id for wish in by_field["1"]] == [id]
        assert wishes.load(tx, "c1", KIND, ["A-2"], ["2"]) == ({}, {})


def test_what_was_asked_for_comes_back_as_it_was_said(journal: Journal) -> None:
    """spec 2.4: a value that gave way can be put back, whatever it is made of."""
    values = {"phone": None, "active": False, "locations": [{"name": "Barn", "address": {"line1": "7 Oak"}}]}
    with journal.write() as tx:
        put(tx, PUT_BACK, books="A-1", field="1", values=values)
        put(tx, RENAME, field="2", side=Side.FIELD, name="Baker of Millbrae")
        by_books, by_field = wishes.load(tx, "c1", KIND, ["A-1"], ["2"])
    assert by_books["A-1"][0].content == {"values": values}
    assert (by_books["A-1"][0].who, by_books["A-1"][0].at) == ("ann", AT)
    assert by_field["2"][0].content == {"side": "field", "name": "Baker of Millbrae"}


def test_the_same_sort_about_the_same_records_is_replaced(journal: Journal) -> None:
    with journal.write() as tx:
        put(tx, RENAME, field="1", name="One")
        last = put(tx, RENAME, field="1", name="Two")
        put(tx, IGNORE, field="1", name_key="baker")
        put(tx, RENAME, field="2", name="Other")
        put(tx, RENAME, field="1", name="Theirs", company="c2")
        _, found = wishes.load(tx, "c1", KIND, [], ["1"])
        assert [(wish.id, wish.content.get("name")) for wish in found["1"] if wish.what == RENAME] == [
            (last, "Two")
        ]
        assert len(found["1"]) == 2


def test_wishes_come_in_the_order_in_which_they_were_made(journal: Journal) -> None:
    with journal.write() as tx:
        first = put(tx, LINK, books="A-1", field="2")
        second = put(tx, LINK, books="A-1", field="1")
        found, _ = wishes.load(tx, "c1", KIND, ["A-1"], ["1", "2"])
    assert [wish.id for wish in found["A-1"]] == [first, second]


def test_a_fulfilled_wish_is_over_and_no_other(journal: Journal) -> None:
    with journal.write() as tx:
        one, two = put(tx, LINK, books="A-1", field="1"), put(tx, IGNORE, books="A-1")
        wishes.fulfilled(tx, [one])
        wishes.fulfilled(tx, [])
        found, _ = wishes.load(tx, "c1", KIND, ["A-1"], [])
    assert [wish.id for wish in found["A-1"]] == [two]


def test_taking_back_clears_a_record_on_its_side_only(journal: Journal) -> None:
    with journal.write() as tx:
        put(tx, IGNORE, books="7")
        put(tx, IGNORE, field="7")
        put(tx, IGNORE, field="7", company="c2")
        wishes.drop(tx, "c1", KIND, Side.FIELD, "7")
        by_books, by_field = wishes.load(tx, "c1", KIND, ["7"], ["7"])
        assert (list(by_books), list(by_field)) == (["7"], [])
        assert list(wishes.load(tx, "c2", KIND, [], ["7"])[1]) == ["7"], "companies never touch"


def test_more_records_than_fit_into_one_question(journal: Journal) -> None:
    ids = [f"A-{number}" for number in range(1_101)]
    with journal.write() as tx:
        for id in ids[::100]:
            put(tx, IGNORE, books=id)
        found, _ = wishes.load(tx, "c1", KIND, ids, [])
    assert sorted(found) == sorted(ids[::100])
