"""What people read: for each reason a sentence, what to do, and the status word of spec 9.4 that it leads to."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from fieldledger.model.plan import Reason
from fieldledger.policy.rules import Policy


class Sentence(msgspec.Struct, frozen=True):
    """told: may name {name} and {detail}. todo: blank when nothing is needed. severity: info, warning, error."""

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
        "Deleted in QuickBooks. Customers go from the field system to QuickBooks, so it stays here as it is.",
        "Deleted in QuickBooks", severity="warning",
    ),
    Reason.LINKED: Sentence("The same name on both sides, so they are one customer now. {detail}", "Synced"),
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
        "Exists in the field system only; customers go from QuickBooks to the field system.", "Skipped"
    ),
    Reason.BOOKS_ONLY: Sentence(
        "Exists in QuickBooks only; customers go from the field system to QuickBooks.", "Skipped"
    ),
    Reason.IGNORED: Sentence("Left as it is, as a person decided.", "Skipped"),
    Reason.MATCH_WAITS: Sentence(
        "QuickBooks has a customer of this name, about which a decision is due first.", "Needs attention"
    ),

    Reason.DUPLICATE: Sentence(
        "The field system already has a customer named {name} ({detail}). Nothing was created and nothing was merged.",
        "Needs attention", _LOOK, "warning",
    ),
    Reason.DUPLICATE_IN_BOOKS: Sentence(
        "QuickBooks already has a customer named {name} ({detail}). Nothing was created and nothing was merged.",
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

    Reason.PARENT_UNKNOWN: Sentence(
        "A job whose customer QuickBooks has not shown yet.",
        "Waiting",
        "Nothing: the next sync reads it again.",
    ),
    Reason.ONE_WAY: Sentence(
        "Edited in the field system: {detail}. Customers go from QuickBooks to the field system, so this stays here "
        "only and is overwritten when the customer changes in QuickBooks.",
        "Synced with warnings",
        "Make the change in QuickBooks to keep it.",
        "warning",
    ),
    Reason.ONE_WAY_BOOKS: Sentence(
        "Edited in QuickBooks: {detail}. Customers go from the field system to QuickBooks, so this stays there only "
        "and is overwritten when the customer changes in the field system.",
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
    Reason.KEPT_IN_BOOKS: Sentence(
        "QuickBooks keeps it otherwise than it was sent: {detail}. It is not sent again.",
        "Synced with warnings",
        "Look at the customer in QuickBooks, and correct it there if needed.",
        "warning",
    ),
}  # fmt: skip


IN_STEP = Sentence("In step with QuickBooks.", "Synced")
"""Of a pair about which something else was said before."""


def tell(reason: Reason, *, name: str = "", detail: str = "") -> str:
    """The sentence of a reason with its names filled in."""
    return SENTENCES[reason].told.format(name=name, detail=detail)


NOTICES: Mapping[str, str] = {
    "books_to_field": "Customers come from QuickBooks. What you change here stays here, and is overwritten when the "
    "customer changes in QuickBooks.",
    "field_to_books": "Customers go to QuickBooks. What is changed there is overwritten when the customer "
    "changes here.",
    "two_way": "Customers go both ways. What you change here goes to QuickBooks when it next calls.",
}


def notice(policy: Policy) -> str:
    """What the field side tells its people about customers, by direction."""
    return NOTICES[policy.direction]
