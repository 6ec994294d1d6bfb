"""What people read: for each reason a sentence, what to do, and the status word of spec 9.4 that it leads to."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from fieldledger.model.plan import Reason


class Sentence(msgspec.Struct, frozen=True):
    """told: may name {name} and {detail}. todo: blank when nothing is needed. severity: info, warning, error."""

    told: str
    status: str
    todo: str = ""
    severity: str = "info"


SENTENCES: Mapping[Reason, Sentence] = {
    Reason.NEW: Sentence("New in QuickBooks.", "Synced"),
    Reason.CHANGED: Sentence("Changed in QuickBooks: {detail}.", "Synced"),
    Reason.RULES_CHANGED: Sentence("A setting changed how this record is shown here: {detail}.", "Synced"),
    Reason.DELETED_IN_BOOKS: Sentence(
        "Deleted in QuickBooks. It is kept here, inactive.", "Deleted in QuickBooks", severity="warning"
    ),
    Reason.INACTIVE: Sentence(
        "Inactive in QuickBooks; only active records are brought over at first.", "Skipped"
    ),
    Reason.JOBS_SKIPPED: Sentence("A QuickBooks job, and the setting 'jobs' leaves jobs out.", "Skipped"),
    Reason.DELETED_IN_FIELD: Sentence("Deleted in the field system, so it is not brought back.", "Skipped"),
    Reason.NEVER_IMPORTED: Sentence("Deleted in QuickBooks before it was ever brought over.", "Skipped"),
    Reason.DUPLICATE: Sentence(
        "The field system already has a customer named {name} ({detail}). Nothing was created and nothing was merged.",
        "Needs attention",
        "If they are two customers, rename one of them; if they are one, rename or delete the one in the field "
        "system, and the next sync brings the QuickBooks customer over.",
        "warning",
    ),
    Reason.WAITS_FOR_CUSTOMER: Sentence(
        "A job of {detail}, which needs attention first.",
        "On hold",
        "Solve the customer, and its jobs follow.",
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
    Reason.FIELD_ONLY: Sentence(
        "Exists in the field system only; customers go from QuickBooks to the field system.", "Skipped"
    ),
    Reason.REFUSED: Sentence(
        "The field system refused it: {detail}",
        "Needs attention",
        "Correct it in QuickBooks; the next sync tries again.",
        "error",
    ),
}


IN_STEP = Sentence("In step with QuickBooks.", "Synced")
"""Of a pair about which something else was said before."""


def tell(reason: Reason, *, name: str = "", detail: str = "") -> str:
    """The sentence of a reason with its names filled in."""
    return SENTENCES[reason].told.format(name=name, detail=detail)
