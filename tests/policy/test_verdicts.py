"""The table of verdicts: total in every direction, and no direction is broken by any row of it (spec 10.6)."""

from __future__ import annotations

from itertools import product

import pytest

from fieldledger.model.kinds import Side
from fieldledger.policy.settings import DIRECTIONS as DIRECTION_WORDS
from fieldledger.policy.verdicts import DIRECTIONS, TABLE, WRITES, PairVerdict, State, verdict

U, C, G = State.UNCHANGED, State.CHANGED, State.GONE
V = PairVerdict
STATES = list(product(State, State))

EXPECTED = {
    # books, field:  two_way, books_to_field, field_to_books
    (U, U): (V.NOTHING, V.NOTHING, V.NOTHING),
    (U, C): (V.MERGE, V.NOTE_FIELD, V.TO_BOOKS),  # spec 2.2, 2.4
    (U, G): (V.FIELD_GONE, V.FIELD_GONE, V.FIELD_GONE),  # spec 2.11: a tombstone, in every direction
    (C, U): (V.MERGE, V.TO_FIELD, V.NOTE_BOOKS),
    (C, C): (V.MERGE, V.TO_FIELD, V.TO_BOOKS),  # one-way: overwritten when the master's record changes
    (C, G): (V.EDITED_AND_DELETED, V.FIELD_GONE, V.FIELD_GONE),
    (G, U): (V.BOOKS_GONE, V.BOOKS_GONE, V.BOOKS_GONE),
    (G, C): (V.EDITED_AND_DELETED, V.BOOKS_GONE, V.EDITED_AND_DELETED),
    (G, G): (V.FORGET, V.FORGET, V.FORGET),
}


@pytest.mark.parametrize(("books", "field"), STATES)
def test_the_whole_table(books: State, field: State) -> None:
    given = tuple(verdict(way, books, field) for way in ("two_way", "books_to_field", "field_to_books"))
    assert given == EXPECTED[books, field]


def test_the_table_is_total() -> None:
    assert set(TABLE) == set(STATES)
    assert set(DIRECTIONS) == set(WRITES) == {*DIRECTION_WORDS, "match_only"}
    for direction, (books, field) in product(DIRECTIONS, STATES):
        assert isinstance(verdict(direction, books, field), PairVerdict)
    with pytest.raises(KeyError):
        verdict("sideways", U, U)


@pytest.mark.parametrize("direction", DIRECTION_WORDS)
def test_no_verdict_writes_a_side_that_the_direction_does_not(direction: str) -> None:
    """spec 2.2, 10.6"""
    writes = {V.TO_FIELD: Side.FIELD, V.TO_BOOKS: Side.BOOKS}
    for books, field in STATES:
        found = verdict(direction, books, field)
        assert found not in writes or writes[found] in WRITES[direction]
        assert found is not V.MERGE or WRITES[direction] == set(Side)


@pytest.mark.parametrize("direction", DIRECTION_WORDS)
def test_nothing_that_is_gone_is_written_and_nothing_unchanged_goes_anywhere(direction: str) -> None:
    for books, field in STATES:
        found = verdict(direction, books, field)
        if State.GONE in (books, field):
            assert found not in (V.TO_FIELD, V.TO_BOOKS, V.MERGE)
        assert (found is V.NOTHING) is ((books, field) == (U, U))
        assert (found is V.FORGET) is ((books, field) == (G, G)), "only what neither side has is forgotten"
