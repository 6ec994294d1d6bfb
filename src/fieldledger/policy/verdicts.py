"""The whole decision for a linked pair, as one total table, and what each direction allows of it.

States compare a side with the base, by content: unchanged, changed, gone. Nothing else in the product decides this.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from fieldledger.model.kinds import Side


class State(StrEnum):
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    GONE = "gone"


class PairVerdict(StrEnum):
    NOTHING = "nothing"
    TO_FIELD = "to_field"  # the books are the master, and changed: all mapped fields go (spec 2.2)
    TO_BOOKS = "to_books"  # the same the other way
    MERGE = "merge"  # field by field; the clash rule for fields changed on both sides (spec 2.4)
    BOOKS_GONE = "books_gone"
    FIELD_GONE = "field_gone"
    EDITED_AND_DELETED = "edited_and_deleted"  # one side edited what the other deleted
    FORGET = "forget"
    NOTE_FIELD = "note_field"  # the direction forbids the way it would go: say so, write nothing
    NOTE_BOOKS = "note_books"


U, C, G = State.UNCHANGED, State.CHANGED, State.GONE

TABLE: Mapping[tuple[State, State], PairVerdict] = {
    # books, field
    (U, U): PairVerdict.NOTHING,
    (U, C): PairVerdict.MERGE,
    (U, G): PairVerdict.FIELD_GONE,
    (C, U): PairVerdict.MERGE,
    (C, C): PairVerdict.MERGE,
    (C, G): PairVerdict.EDITED_AND_DELETED,
    (G, U): PairVerdict.BOOKS_GONE,
    (G, C): PairVerdict.EDITED_AND_DELETED,
    (G, G): PairVerdict.FORGET,
}

DIRECTIONS: Mapping[str, Mapping[tuple[State, State], PairVerdict]] = {
    "two_way": {},
    "books_to_field": {
        (U, C): PairVerdict.NOTE_FIELD,
        (C, U): PairVerdict.TO_FIELD,
        (C, C): PairVerdict.TO_FIELD,
        (C, G): PairVerdict.FIELD_GONE,  # the tombstone stays; not imported again (spec 2.11)
        (G, C): PairVerdict.BOOKS_GONE,
    },
    "field_to_books": {
        (U, C): PairVerdict.TO_BOOKS,
        (C, U): PairVerdict.NOTE_BOOKS,
        (C, C): PairVerdict.TO_BOOKS,
        (C, G): PairVerdict.FIELD_GONE,
    },
    # Pairs that other records refer to, and of which no value travels (a toggle that is off, spec 2.1).
    "match_only": {(books, field): PairVerdict.NOTHING for books in State for field in State},
}
"""Where a direction departs from the table."""

WRITES: Mapping[str, frozenset[Side]] = {
    "two_way": frozenset(Side),
    "books_to_field": frozenset((Side.FIELD,)),
    "field_to_books": frozenset((Side.BOOKS,)),
    "match_only": frozenset(),
}
"""The sides that a direction writes by itself (spec 10.6). What a person asks for by name may be written beside."""


def verdict(direction: str, books: State, field: State) -> PairVerdict:
    """Total over all states. Raises KeyError for a direction that there is not."""
    return DIRECTIONS[direction].get((books, field), TABLE[books, field])
