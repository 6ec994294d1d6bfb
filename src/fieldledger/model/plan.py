"""What the planner decides: an action with its reason, immutable."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from fieldledger.model.kinds import Kind, Side
from fieldledger.model.record import Values


class Verb(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    DEACTIVATE = "deactivate"  # deleted in QuickBooks: flagged and made inactive, never deleted (spec 2.11)
    SKIP = "skip"  # nothing is written, and nobody needs to act
    HOLD = "hold"  # nothing is written until a person acts
    NOTE = "note"  # nothing is written; the history says why


WRITES = (Verb.CREATE, Verb.UPDATE, Verb.DEACTIVATE)


class Reason(StrEnum):
    """Why. The sentences are in `fieldledger.policy.sentences`."""

    NEW = "new"
    CHANGED = "changed"
    RULES_CHANGED = "rules_changed"
    DELETED_IN_BOOKS = "deleted_in_books"
    INACTIVE = "inactive"
    JOBS_SKIPPED = "jobs_skipped"
    DELETED_IN_FIELD = "deleted_in_field"
    NEVER_IMPORTED = "never_imported"
    DUPLICATE = "duplicate"
    WAITS_FOR_CUSTOMER = "waits_for_customer"
    PARENT_UNKNOWN = "parent_unknown"
    ONE_WAY = "one_way"
    FIELD_ONLY = "field_only"
    REFUSED = "refused"


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """One decision.

    side     the side that is written (for decisions that write nothing: the side that would have been)
    books, field  identifiers; None where the record does not exist (yet)
    before   the values that will be overwritten, as last seen; None on create
    after    the values that will be written; None when nothing is written
    seen     digest of the sight that this was decided on: when it has moved, the action is dropped and planned again
    version  of the state that will be overwritten: the other side refuses the write when it has moved; "" on create
    others   identifiers on the written side that this record collides with
    under    the books record whose hold this one waits in
    detail   what the sentence of the reason names (a list, a field, a name)
    """

    kind: Kind
    verb: Verb
    reason: Reason
    side: Side
    name: str
    books: str | None = None
    field: str | None = None
    before: Values | None = None
    after: Values | None = None
    seen: bytes = b""
    version: str = ""
    others: tuple[str, ...] = ()
    under: str | None = None
    detail: str = ""
