"""What people read: for each reason a sentence, what to do, and the status word of spec 9.4 that it leads to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from fieldledger.model.kinds import Kind
from fieldledger.model.plan import Reason
from fieldledger.policy.kinds import WORDS
from fieldledger.policy.rules import Policy


class Sentence(msgspec.Struct, frozen=True):
    """told: may name {name} and {detail}, and the kind as {one}, {many} or {Many}. todo: blank when nothing is needed.
    severity: info, warning, error."""

    told: str
    status: str
    todo: str = ""
    severity: str = "info"


_LOOK = "Look at both, then decide: link the two, rename one of them, or leave it as it is (ignore)."

SENTENCES: Mapping[Reason, Sentence] = {
    Reason.NEW: Sentence("New in QuickBooks.", "Synced"),
    Reason.NEW_IN_FIELD: Sentence("New in the field system.", "Synced"),
    Reason.CHANGED: Sentence("Changed in QuickBooks: {detail}.", "Synced"),
    Reason.CHANGED_IN_FIELD: Sentence("Changed in the field system: {detail}.", "Synced"),
    Reason.CONFLICT: Sentence(
        "Changed on both sides: {detail}.", "Synced with warnings",
        "The value that gave way is in the history of the record, and can be put back from there.", "warning",
    ),
    Reason.RULES_CHANGED: Sentence("A setting changed how this record is shown here: {detail}.", "Synced"),
    Reason.DELETED_IN_BOOKS: Sentence(
        "Deleted in QuickBooks. It is kept here, inactive.", "Deleted in QuickBooks", severity="warning"
    ),
    Reason.DELETED_IN_BOOKS_ONLY: Sentence(
        "Deleted in QuickBooks. {Many} go from the field system to QuickBooks, so it stays here as it is.",
        "Deleted in QuickBooks", severity="warning",
    ),
    Reason.LINKED: Sentence("The same name on both sides, so they are one {one} now. {detail}", "Synced"),
    Reason.LINKED_BY_PERSON: Sentence("Linked, as a person decided. {detail}", "Synced"),
    Reason.RENAMED_BY_PERSON: Sentence("Renamed, as a person decided.", "Synced"),
    Reason.PUT_BACK: Sentence("Put back, as a person decided: {detail}.", "Synced"),
    Reason.AGREED: Sentence("Both sides came to the same: {detail}.", "Synced"),

    Reason.INACTIVE: Sentence(
        "Inactive in QuickBooks; only active records are brought over at first.", "Skipped"
    ),
    Reason.INACTIVE_IN_FIELD: Sentence(
        "Inactive in the field system; only active records are brought over at first.", "Skipped"
    ),
    Reason.JOBS_SKIPPED: Sentence("A QuickBooks job, and the setting 'jobs' leaves jobs out.", "Skipped"),
    Reason.JOB_AS_LOCATION: Sentence("A QuickBooks job: it is a service location of {detail}.", "Skipped"),
    Reason.DELETED_IN_FIELD: Sentence("Deleted in the field system, so it is not brought back.", "Skipped"),
    Reason.NEVER_IMPORTED: Sentence("Deleted in QuickBooks before it was ever brought over.", "Skipped"),
    Reason.FIELD_ONLY: Sentence(
        "Exists in the field system only; {many} come from QuickBooks.", "Skipped"
    ),
    Reason.BOOKS_ONLY: Sentence(
        "Exists in QuickBooks only; {many} go from the field system to QuickBooks.", "Skipped"
    ),
    Reason.IGNORED: Sentence("Left as it is, as a person decided.", "Skipped"),
    Reason.MATCH_WAITS: Sentence(
        "QuickBooks has a {one} of this name, about which a decision is due first.", "Needs attention"
    ),

    Reason.DUPLICATE: Sentence(
        "The field system already has a {one} named {name} ({detail}). Nothing was created and nothing was merged.",
        "Needs attention", _LOOK, "warning",
    ),
    Reason.DUPLICATE_IN_BOOKS: Sentence(
        "QuickBooks already has a {one} named {name} ({detail}). Nothing was created and nothing was merged.",
        "Needs attention", _LOOK, "warning",
    ),
    Reason.TWIN: Sentence(
        "Another customer of the field system is named {name} too ({detail}). The older one goes to QuickBooks; this "
        "one was skipped.",
        "Needs attention", "If they are two customers, rename one; if they are one, delete or deactivate one here.",
        "warning",
    ),
    Reason.SEVERAL: Sentence(
        "Several customers of the field system are named {name} ({detail}), so none of them was linked.",
        "Needs attention", "Choose which one it is (link), rename, or leave it as it is (ignore).", "warning",
    ),
    Reason.ASK_FIRST: Sentence(
        "Both sides have a customer named {name} ({detail}), and one of the two is inactive. They are not linked "
        "without a person.",
        "Needs attention", _LOOK, "warning",
    ),
    Reason.NAME_TAKEN: Sentence(
        "QuickBooks did not take the name {name}: {detail}. In QuickBooks customers, vendors, employees and other "
        "names share one list of names.",
        "Needs attention", "Rename the customer, for instance with the town behind its name.", "warning",
    ),
    Reason.WAITS_FOR_CUSTOMER: Sentence(
        "A job of {detail}, which needs attention first.",
        "On hold",
        "Solve the customer, and its jobs follow.",
    ),
    Reason.EDITED_AND_DELETED: Sentence(
        "{detail} Nothing was written.", "Conflict",
        "Have it created again, or leave it deleted (ignore).", "warning",
    ),
    Reason.REFUSED: Sentence(
        "The field system refused it: {detail}",
        "Needs attention",
        "Correct it in QuickBooks; the next sync tries again.",
        "error",
    ),
    Reason.REFUSED_BY_BOOKS: Sentence(
        "QuickBooks did not take it: {detail}",
        "Needs attention",
        "Correct it in the field system; the next sync tries again.",
        "error",
    ),
    Reason.LOCKED: Sentence(
        "QuickBooks had it open in a window, or in use by another user, each time that it was tried: {detail}",
        "On hold", "Close it in QuickBooks, then try again (retry).", "warning",
    ),
    Reason.UNSURE: Sentence(
        "QuickBooks lost its answer, and it cannot be told for certain whether this was done: {detail}",
        "Needs attention", "Look at both records in QuickBooks, then link them, or have it tried again (retry).",
        "error",
    ),

    Reason.NOT_NEEDED: Sentence(
        "Kept in the field system. It goes to QuickBooks when a customer or an invoice that is synced needs it.",
        "Skipped",
    ),
    Reason.UNPAIRED: Sentence(
        "Deleted in the field system, so the two are no pair any more. The one in QuickBooks is looked at anew.",
        "Skipped",
    ),
    Reason.VALUES_DIFFER: Sentence(
        "QuickBooks has a {one} named {name} too, with other values: {detail}. Nothing was created and nothing was "
        "changed; what needs it is synced without it.",
        "Needs attention",
        "Give one of the two another name, make their values equal, or decide that they are one (link).", "warning",
    ),
    Reason.NO_AGENCY: Sentence(
        "QuickBooks wants to know to which agency the tax {name} is paid, and {detail}. What needs the tax is synced "
        "without it.",
        "Needs attention",
        "Choose one of QuickBooks' vendors in the settings (tax_agency), and the next sync carries it over; or add the "
        "vendor in QuickBooks, and have it tried again (retry).",
        "warning",
    ),
    Reason.TERMS_FIXED: Sentence(
        "Edited in the field system: {detail}. QuickBooks lets no program change payment terms, so there they stay as "
        "they are.",
        "Needs attention",
        "Make the same change in QuickBooks, undo it here, or leave it as it is (ignore). New terms under another name "
        "can be carried over.",
        "warning",
    ),
    Reason.WAITS_FOR_TAXES: Sentence(
        "A group of taxes of which not all are on both sides: {detail}.", "On hold",
        "Solve those taxes first; the group follows.", "warning",
    ),

    Reason.PARENT_UNKNOWN: Sentence(
        "A job whose customer QuickBooks has not shown yet.",
        "Waiting",
        "Nothing: the next sync reads it again.",
    ),
    Reason.ONE_WAY: Sentence(
        "Edited in the field system: {detail}. {Many} come from QuickBooks, so this stays here only and is overwritten "
        "when the {one} changes in QuickBooks.",
        "Synced with warnings",
        "Make the change in QuickBooks to keep it.",
        "warning",
    ),
    Reason.ONE_WAY_BOOKS: Sentence(
        "Edited in QuickBooks: {detail}. {Many} go from the field system to QuickBooks, so this stays there only "
        "and is overwritten when the {one} changes in the field system.",
        "Synced with warnings",
        "Make the change in the field system to keep it.",
        "warning",
    ),
    Reason.DERIVED_NAME: Sentence(
        "The name of a job comes from QuickBooks ({detail}), so the name that it was given in the field system stays "
        "there only. All other fields are synced.",
        "Synced with warnings",
        "Rename the customer or the job in QuickBooks, or choose another job_name in the settings.",
        "warning",
    ),
    Reason.UNKNOWN_CHOICE: Sentence(
        "QuickBooks has no such entry: {detail}. That field waits; all others are synced.",
        "Synced with warnings",
        "Add it in QuickBooks, or choose one that is there.",
        "warning",
    ),
    Reason.UNKNOWN_HERE: Sentence(
        "The field system has no such entry: {detail}. That field waits; all others are synced.",
        "Synced with warnings",
        "Where they are kept here, add it under the same name (Settings, Tax and Terms); else a later sync brings it.",
        "warning",
    ),
    Reason.KEPT_HERE: Sentence(
        "Deleted in QuickBooks. The setting retired_terms keeps it here as it is.", "Deleted in QuickBooks",
        severity="warning",
    ),
    Reason.KEPT_IN_BOOKS: Sentence(
        "QuickBooks keeps it otherwise than it was sent: {detail}. It is not sent again.",
        "Synced with warnings",
        "Look at it in QuickBooks, and correct it there if needed.",
        "warning",
    ),
}  # fmt: skip


IN_STEP = Sentence("In step with QuickBooks.", "Synced")
"""Of a pair about which something else was said before."""


def tell(reason: Reason, *, kind: Kind = Kind.CUSTOMER, name: str = "", detail: str = "") -> str:
    """The sentence of a reason with its names filled in."""
    words = WORDS[kind]
    told = SENTENCES[reason].told.format(
        name=name, detail=detail, one=words.one, many=words.many, Many=words.many.capitalize()
    )
    return told.rstrip()


NOTICES: Mapping[str, str] = {
    "books_to_field": "{Many} come from QuickBooks. What you change here stays here, and is overwritten when the "
    "{one} changes in QuickBooks.",
    "field_to_books": "{Many} go to QuickBooks. What is changed there is overwritten when the {one} changes here.",
    "two_way": "{Many} go both ways. What you change here goes to QuickBooks when it next calls.",
    "match_only": "{Many} are kept here. Those that QuickBooks has under the same name count as the same.",
}
LOCKED = "{Many} come from QuickBooks, so they are changed there; the next sync brings the change."
"""Why they are read-only in the field system (spec 5.1)."""
ON_DEMAND = "{Many} are kept here. One that a synced customer or invoice needs is carried over to QuickBooks."


def notice(policy: Policy) -> str:
    """What the field side tells its people about a kind of record, by its direction."""
    if policy.kind is not Kind.CUSTOMER and policy.direction != "match_only":
        told = LOCKED if policy.direction == "books_to_field" else ON_DEMAND
    else:
        told = NOTICES[policy.direction]
    words = WORDS[policy.kind]
    return told.format(one=words.one, many=words.many, Many=words.many.capitalize())


def is_locked(policy: Policy) -> bool:
    """Whether people may not edit these records in the field system (spec 5): what comes from QuickBooks is changed
    there. Customers stay open: their edits are told of, and overwritten."""
    return policy.kind is not Kind.CUSTOMER and policy.direction == "books_to_field"


def field_policy(policies: Mapping[Kind, Policy]) -> dict[str, Any]:
    """What the field side is told: which way each kind goes, what to say of it, and what is locked and why."""
    told: dict[str, Any] = {
        WORDS[kind].key: {"direction": policy.direction, "notice": notice(policy)}
        for kind, policy in policies.items()
    }
    locks = [
        {"what": WORDS[kind].key, "why": notice(policy)}
        for kind, policy in policies.items()
        if is_locked(policy)
    ]
    return {**told, "locks": locks}
