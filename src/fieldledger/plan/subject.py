"""What the planner looks at: a pair, or a record of one side, with what is remembered about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from fieldledger.model.kinds import Kind, Side
from fieldledger.model.record import Values
from fieldledger.policy.kinds import REFERENCES, referred
from fieldledger.policy.kinds.customer import JobSeen
from fieldledger.policy.rules import Policy


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """The last sight of a record.

    gone    proved to be deleted
    due     something about it is new since the last plan
    edited  Unix seconds of its last edit by its own side's clock; None = that side does not tell
    linked  it is one of a pair; of candidates only
    dead    the other half of its pair was deleted; of candidates only. An entry of a small list that is linked
            and dead is one of a pair that is not over yet
    unsure  a person has yet to say whose it is, so nothing is decided about it; of candidates only
    """

    id: str
    values: Values
    digest: bytes
    version: str = ""
    gone: bool = False
    due: bool = True
    decision: str = ""
    edited: float | None = None
    linked: bool = False
    dead: bool = False
    unsure: bool = False


class Tie(msgspec.Struct, frozen=True, kw_only=True):
    """A link as planning sees it. state: live, books_deleted, field_deleted. books_kept, field_kept: where a side
    differs from the base and nobody edited it."""

    base: Values
    books_kept: Mapping[str, Any] = {}
    field_kept: Mapping[str, Any] = {}
    rules: str
    state: str = "live"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A person's wish about this record (see `fieldledger.journal.wishes`). other: of a link, the id on the other
    side; values: to put back; name, side: of a rename."""

    id: int
    what: str
    other: str = ""
    values: Mapping[str, Any] = {}
    name: str = ""
    side: Side = Side.FIELD


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """books, field: the pair; one of them alone where there is no link. The values of the field side come with their
    references as the books know them (see `fieldledger.policy.kinds.REFERENCES`).

    kind    of both
    names   own Names from the top of the tree to the books record; None when an ancestor has never been seen
    top     identifier of the record at the top of its tree (its own for a top customer)
    top_held, top_ignored  whether the top customer waits for a person, or is left alone because one said so
    tie     the link
    jobs    what stands below a top customer and is a location of its (spec 3.2)
    candidates  records of the other side that bear the name which this one would get there. Of a books record the
            field records without a link that no other hold claims; of a field record all top customers of that name
    twins   of a field record: older ones of the same name that go to the books before it
    wishes  what people asked for about it
    needed  of an entry of a small list: something that is synced refers to the field entry, or to one of the candidates
    """

    kind: Kind = Kind.CUSTOMER
    books: Seen | None = None
    field: Seen | None = None
    names: tuple[str, ...] | None = None
    top: str = ""
    top_held: bool = False
    top_ignored: bool = False
    tie: Tie | None = None
    jobs: tuple[JobSeen, ...] = ()
    candidates: tuple[Seen, ...] = ()
    twins: tuple[str, ...] = ()
    wishes: tuple[Asked, ...] = ()
    needed: bool = False

    def wish(self, what: str) -> Asked | None:
        return next((wish for wish in self.wishes if wish.what == what), None)

    @property
    def is_job(self) -> bool:
        return self.books is not None and self.top != self.books.id


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known beside the records.

    clocks   seconds by which each side's clock is ahead of ours, as measured (spec 2.5)
    choices  by side and kind, the references that this side can be given: what it has, and what it is about to get. A
             kind that is missing was not read, and every reference counts as known
    names    of records that are referred to, by kind and reference
    """

    clocks: Mapping[Side, float] = {}
    choices: Mapping[Side, Mapping[Kind, frozenset[str]]] = {}
    names: Mapping[Kind, Mapping[str, str]] = {}

    def can_take(self, side: Side, kind: Kind, name: str, value: Any) -> bool:
        """Whether this field of a record of this kind can be given this value: a blank reference is "not stated", and
        never written; one that the side does not have would be refused."""
        to = REFERENCES[kind].get(name)
        if to is None:
            return True
        ids = list(referred(value))
        known = self.choices.get(side, {}).get(to)
        return bool(ids) and (known is None or known.issuperset(ids))

    def called(self, kind: Kind, name: str, value: Any) -> str:
        """The value of a reference in words."""
        known = self.names.get(REFERENCES[kind][name], {})
        return ", ".join(known.get(id, id) for id in referred(value))


def newer(books: Seen, field: Seen, policy: Policy, facts: Facts) -> Side:
    """Which of the two was edited last; inside the margin, or where one side does not tell, the primary (spec 2.5)."""
    if books.edited is None or field.edited is None:
        return policy.primary_side
    ahead = (books.edited - facts.clocks.get(Side.BOOKS, 0.0)) - (
        field.edited - facts.clocks.get(Side.FIELD, 0.0)
    )
    if abs(ahead) <= policy.margin:
        return policy.primary_side
    return Side.BOOKS if ahead > 0 else Side.FIELD
