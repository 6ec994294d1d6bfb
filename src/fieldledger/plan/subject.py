"""What the planner looks at: one books record, or one field record, with what is remembered about it."""

from __future__ import annotations

import msgspec

from fieldledger.model.record import Values


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """The last sight of a record. gone: proved to be deleted; due: something about it is new since the last plan."""

    id: str
    values: Values
    digest: bytes
    version: str = ""
    gone: bool = False
    due: bool = True
    decision: str = ""


class Tie(msgspec.Struct, frozen=True, kw_only=True):
    """A link as planning sees it. state: live, books_deleted, field_deleted. field_digest: of the field record when
    both sides agreed."""

    base: Values
    base_digest: bytes
    field_digest: bytes
    rules: str
    state: str = "live"


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """names   own Names from the top of the tree to the record; None when an ancestor has never been seen
    top     identifier of the record at the top of its tree (its own for a top customer)
    top_held whether the top customer waits for a person
    tie, field  the link and the field record; both None where there is no link
    namesakes unlinked field records that bear the name which this record would get, and that no other hold claims
    """

    books: Seen
    names: tuple[str, ...] | None
    top: str
    top_held: bool = False
    tie: Tie | None = None
    field: Seen | None = None
    namesakes: tuple[Seen, ...] = ()
