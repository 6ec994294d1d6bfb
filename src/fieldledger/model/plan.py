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
    LINK = "link"  # two records become a pair; what then differs is written by updates of the same plan
    AGREE = "agree"  # both sides came to the same by themselves: only the base moves, and nobody is told
    SKIP = "skip"  # nothing is written, and nobody needs to act
    HOLD = "hold"  # nothing is written until a person acts
    NOTE = "note"  # nothing is written; the history says why


WRITES = (Verb.CREATE, Verb.UPDATE, Verb.DEACTIVATE, Verb.LINK)
"""What a plan carries out. All others are carried out by being said."""


class Reason(StrEnum):
    """Why. The sentences are in `fieldledger.policy.sentences`."""

    NEW = "new"
    NEW_IN_FIELD = "new_in_field"
    CHANGED = "changed"
    CHANGED_IN_FIELD = "changed_in_field"
    CONFLICT = "conflict"
    RULES_CHANGED = "rules_changed"
    DELETED_IN_BOOKS = "deleted_in_books"
    LINKED = "linked"
    LINKED_BY_PERSON = "linked_by_person"
    RENAMED_BY_PERSON = "renamed_by_person"
    PUT_BACK = "put_back"
    AGREED = "agreed"

    INACTIVE = "inactive"
    INACTIVE_IN_FIELD = "inactive_in_field"
    JOBS_SKIPPED = "jobs_skipped"
    JOB_AS_LOCATION = "job_as_location"
    DELETED_IN_FIELD = "deleted_in_field"
    NEVER_IMPORTED = "never_imported"
    FIELD_ONLY = "field_only"
    BOOKS_ONLY = "books_only"
    IGNORED = "ignored"
    MATCH_WAITS = "match_waits"
    NOT_NEEDED = "not_needed"
    UNPAIRED = "unpaired"

    DUPLICATE = "duplicate"
    DUPLICATE_IN_BOOKS = "duplicate_in_books"
    TWIN = "twin"
    SEVERAL = "several"
    ASK_FIRST = "ask_first"
    NAME_TAKEN = "name_taken"
    WAITS_FOR_CUSTOMER = "waits_for_customer"
    EDITED_AND_DELETED = "edited_and_deleted"
    REFUSED = "refused"
    REFUSED_BY_BOOKS = "refused_by_books"
    LOCKED = "locked"
    UNSURE = "unsure"
    VALUES_DIFFER = "values_differ"
    NO_AGENCY = "no_agency"
    TERMS_FIXED = "terms_fixed"
    WAITS_FOR_TAXES = "waits_for_taxes"

    PARENT_UNKNOWN = "parent_unknown"
    ONE_WAY = "one_way"
    ONE_WAY_BOOKS = "one_way_books"
    DERIVED_NAME = "derived_name"
    UNKNOWN_CHOICE = "unknown_choice"
    UNKNOWN_HERE = "unknown_here"
    KEPT_HERE = "kept_here"
    KEPT_IN_BOOKS = "kept_in_books"
    DELETED_IN_BOOKS_ONLY = "deleted_in_books_only"


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """One decision.

    side     the side that is written (for decisions that write nothing: the side that would have been)
    books, field  identifiers; None where the record does not exist (yet)
    before   the values that will be overwritten, as last seen on that side; None on create
    after    the values that side will have; None when nothing is written
    fields   which fields are written; () = all of them
    agreed   what both sides have in common once it is done: these fields of the base move to these values
    kept     fields in which the field side differs from the base, and may: they are nobody's edit any more
    kept_books  the same of the books
    lost     of a conflict, by field: the value that gives way. In the history before anything is sent (spec 2.4)
    seen, seen_field  digests of the sights that this was decided on: when one has moved, the action is dropped and
             planned again; b"" = it does not depend on that side
    version  of the state that will be overwritten: the other side refuses the write when it has moved; "" on create
    others   identifiers that this record collides with, on the side others_side
    under    the books record whose hold this one waits in
    wish     the wish of a person that it fulfils
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
    fields: tuple[str, ...] = ()
    agreed: Values | None = None
    kept: Values | None = None
    kept_books: Values | None = None
    lost: Values | None = None
    seen: bytes = b""
    seen_field: bytes = b""
    version: str = ""
    others: tuple[str, ...] = ()
    others_side: Side = Side.FIELD
    under: str | None = None
    wish: int | None = None
    detail: str = ""
