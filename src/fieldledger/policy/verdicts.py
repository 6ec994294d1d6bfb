"""The whole decision for a linked pair, as one total table, and what each direction allows of it.

States compare a side with the base, by content: unchanged, changed, gone. Nothing else in the product decides this.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class State(StrEnum):
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    GONE = "gone"


class PairVerdict(StrEnum):
    NOTHING = "nothing"
    TO_FIELD = "to_field"
    TO_BOOKS = "to_books"
    MERGE = "merge"  # field by field; the clash rule for fields changed on both sides
    BOOKS_GONE = "books_gone"
    FIELD_GONE = "field_gone"
    CHANGED_AND_GONE = "changed_and_gone"  # one side edited what the other deleted
    FORGET = "forget"
    NOTE_ONE_WAY = "note_one_way"  # the direction forbids the way it would go: say so, write nothing


U, C, G = State.UNCHANGED, State.CHANGED, State.GONE

TABLE: Mapping[tuple[State, State], PairVerdict] = {
    # books, field
    (U, U): PairVerdict.NOTHING,
    (U, C): PairVerdict.TO_BOOKS,
    (U, G): PairVerdict.FIELD_GONE,
    (C, U): PairVerdict.TO_FIELD,
    (C, C): PairVerdict.MERGE,
    (C, G): PairVerdict.CHANGED_AND_GONE,
    (G, U): PairVerdict.BOOKS_GONE,
    (G, C): PairVerdict.CHANGED_AND_GONE,
    (G, G): PairVerdict.FORGET,
}

DIRECTIONS: Mapping[str, Mapping[tuple[State, State], PairVerdict]] = {
    "books_to_field": {
        (U, C): PairVerdict.NOTE_ONE_WAY,
        (
            C,
            C,
        ): PairVerdict.TO_FIELD,  # the master changed: all mapped fields are overwritten, and kept (spec 2.2)
        (C, G): PairVerdict.FIELD_GONE,  # the tombstone stays; not imported again (spec 2.11)
        (G, C): PairVerdict.BOOKS_GONE,
    },
}
"""Where a direction departs from the table."""


def verdict(direction: str, books: State, field: State) -> PairVerdict:
    """Total over all states. Raises KeyError for a direction that this version does not know."""
    return DIRECTIONS[direction].get((books, field), TABLE[books, field])
