"""The words of the connector's pages, as tables: plans, runs, events, reasons, settings. What is not in a table is
shown as it is called inside, never hidden.

Tones are colours of the style sheet. "good" is green, and green stands only beside what QuickBooks itself returned
(spec 9.5): no table here has it, only the badge of a status and the answers that QuickBooks gave (`answers`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from fieldledger.policy.kinds import WORDS


class Word(NamedTuple):
    """label: on a badge. many: behind a number. tone: calm, busy, warn or bad."""

    label: str
    many: str = ""
    tone: str = "calm"


VERBS: Mapping[str, Word] = {
    "deactivate": Word("Make inactive", "to make inactive", "warn"),
    "update": Word("Update", "to update", "busy"),
    "link": Word("Link", "to link", "busy"),
    "hold": Word("Hold", "held", "warn"),
    "create": Word("Create", "to create", "busy"),
    "note": Word("Note", "noted"),
    "skip": Word("Skip", "skipped"),
    "agree": Word("Agree", "agreed by themselves"),
}
"""What a plan does to a record, in the order in which a person looks at it."""

PLANS: Mapping[str, Word] = {
    "making": Word("Being made", tone="busy"),
    "proposed": Word("Waits for approval", tone="warn"),
    "approved": Word("Approved", tone="busy"),
    "done": Word("Carried out"),
    "replaced": Word("Replaced"),
}

OUTCOMES: Mapping[str, Word] = {
    "running": Word("Running", tone="busy"),
    "done": Word("Done"),
    "waiting": Word("Made a plan"),
    "stopped": Word("Stopped", tone="bad"),
    "broken": Word("Broken off", tone="bad"),
}
"""How a run ended."""

WHYS: Mapping[str, str] = {
    "scheduled": "On schedule",
    "asked for": "Asked for by a person",
    "full read asked for": "A person asked to read everything again",
}
"""Why a run started."""

EVENTS: Mapping[str, Word] = {
    "created": Word("Created", "created"),
    "updated": Word("Updated", "updated"),
    "deactivated": Word("Made inactive", "made inactive"),
    "failed": Word("Refused", "refused"),
    "held": Word("Held", "held"),
    "skipped": Word("Skipped", "skipped"),
    "noted": Word("Noted", "noted"),
    "released": Word("Released", "released"),
    "stopped": Word("Stopped", "stopped"),
    "connected": Word("Connected", "connected"),
    "settings": Word("Setting", "settings"),
    "approved": Word("Approved", "approved"),
    "moved": Word("File moved", "file moved"),
    "retried": Word("Asked again", "asked again"),
    "planned": Word("Planned", "planned"),
    "linked": Word("Linked", "linked"),
    "unlinked": Word("Unlinked", "unlinked"),
    "conflict": Word("Conflict", "conflicts"),
    "asked": Word("Decided", "decided"),
}
"""What happened; its tone comes from its severity."""

SEVERITIES: Mapping[str, str] = {"info": "calm", "warning": "warn", "error": "bad"}

COUNTS: Mapping[str, str] = {
    "read": "Read in full",
    "changed": "New or changed in QuickBooks",
    "stamps": "Looked at for changes",
    "deleted": "Deleted in QuickBooks",
    "unseen": "Not shown, asked for by id",
    "field_changed": "Changed in the field system",
    "created": "Created",
    "updated": "Updated",
    "deactivated": "Made inactive",
    "linked": "Linked",
    "conflicts": "Conflicts",
    "held": "Held for a person",
    "skipped": "Skipped",
    "noted": "Noted",
    "failed": "Refused",
    "planned_again": "Planned again",
    "warnings": "Warnings",
    "restarts": "Readings started again",
    "requests": "Requests to QuickBooks",
}
"""What a run counted, in the order of its work."""

REASONS: Mapping[str, str] = {
    "inactive": "inactive in QuickBooks",
    "jobs_skipped": "jobs, which the settings leave out",
    "deleted_in_field": "deleted in the field system",
    "never_imported": "deleted in QuickBooks before they came over",
    "unpaired": "deleted in the field system, and looked at anew",
    "duplicate": "same name on both sides",
    "waits_for_customer": "jobs of a customer that needs attention",
    "parent_unknown": "jobs whose customer was not shown yet",
    "field_only": "in the field system only",
    "books_only": "in QuickBooks only",
    "inactive_in_field": "inactive in the field system",
    "job_as_location": "jobs, which are service locations",
    "ignored": "left as they are, as a person said",
    "match_waits": "same name on both sides",
    "locked": "in use in QuickBooks",
    "refused": "refused",
    "not_needed": "which nothing in QuickBooks needs yet",
    "waits_for_taxes": "groups that wait for their taxes",
}
"""Why records rest, behind a number."""

STATUSES: Mapping[str, str] = {
    "Waiting": "planned, not written yet",
    "Sending": "sent, not answered yet",
    "Synced": "both sides agree",
    "Synced with warnings": "with something to know",
    "Needs attention": "waiting for a person",
    "Conflict": "changed on both sides",
    "Deleted in QuickBooks": "kept in the field system, inactive",
}
"""What a status means, where no reason says more."""

SIDES: Mapping[str, str] = {"books": "QuickBooks", "field": "Field system"}

KINDS: Mapping[str, str] = {kind.value: words.one.capitalize() for kind, words in WORDS.items()}
"""What a record of each kind is called before its number."""

_LISTS = "settings/tax-and-terms"
FIELD_PAGES: Mapping[str, str] = {
    "customer": "customers", "tax_rate": _LISTS, "payment_term": _LISTS, "sales_tax_code": _LISTS,
}  # fmt: skip
"""Where the field system shows the records of each kind, below the company; a customer has a page of its own there."""

LINKS: Mapping[str, str] = {
    "live": "Linked",
    "books_deleted": "Deleted in QuickBooks; kept in the field system, inactive",
    "field_deleted": "Deleted in the field system; kept in QuickBooks, not brought back",
}

IN: Mapping[str, str] = {"books": "in QuickBooks", "field": "in the field system"}
"""Where something is written."""

ACTIONS: Mapping[str, Word] = {
    "link": Word("Link", "Link all that have one candidate"),
    "rename": Word("Rename"),
    "ignore": Word("Ignore", "Ignore all"),
    "retry": Word("Try again", "Try all again"),
    "make_again": Word("Create it again"),
}
"""What a person can say; many: to all at once."""

WRITES: Mapping[str, str] = {
    "books_to_field": "Everything is written to the field system, nothing to QuickBooks.",
    "field_to_books": "Everything is written to QuickBooks, nothing to the field system.",
    "two_way": "It writes on both sides; each line says where.",
}
"""Of a plan, by direction."""

CORRECT: Mapping[str, str] = {
    "books_to_field": "correct it in QuickBooks first",
    "field_to_books": "correct it in the field system first",
    "two_way": "correct it on either side first",
}

WHO: Mapping[str, str] = {"sync": "the sync", "api": "a program (REST)", "command line": "the command line"}

SETTING_NAMES: Mapping[str, str] = {
    "customers.direction": "Customers go",
    "primary": "In a draw",
    "jobs": "Jobs",
    "job_name": "Jobs are",
    "conflict_margin": "Two edits count as one moment within (seconds)",
    "tax_sync": "Taxes come from QuickBooks",
    "terms_sync": "Payment terms come from QuickBooks",
    "tax_agency": "Agency of new taxes in QuickBooks",
    "retired_terms": "Terms that end in QuickBooks",
    "items.direction": "Items go",
    "approve_plans": "Plans to approve",
    "sync_report": "Reports and alerts",
    "schedule": "Called every (minutes)",
    "quiet_hours": "Quiet hours",
    "paused": "Paused",
    "takeover_after": "A silent session is given up after (seconds)",
    "takeover_after_request": "The same while QuickBooks works (seconds)",
}
"""What each setting is called on its page."""

SETTINGS: Mapping[str, Mapping[str, str]] = {
    "customers.direction": {
        "books_to_field": "From QuickBooks to the field system",
        "field_to_books": "From the field system to QuickBooks",
        "two_way": "Both ways",
    },
    "primary": {"books": "QuickBooks decides", "field": "The field system decides"},
    "items.direction": {
        "books_to_field": "From QuickBooks to the field system",
        "field_to_books": "From the field system to QuickBooks",
        "unset": "Not chosen yet",
    },
    "retired_terms": {"retire": "Are retired here too", "keep": "Are kept here as they are"},
    "jobs": {
        "as_customers": "Become customers of their own",
        "as_locations": "Become service locations of their customer",
        "skip": "Are left out",
    },
    "job_name": {
        "company_name": "named after their customer",
        "full_name": "named in full",
        "job_name": "named by their own name",
    },
    "approve_plans": {
        "first": "The first, and any that would overwrite much",
        "always": "All of them",
        "never": "Only those that would overwrite much",
    },
}


def of(table: Mapping[str, Word], key: str) -> Word:
    """The word for a key; an unknown one is its own word."""
    return table.get(key) or Word(plain(key).capitalize(), plain(key))


def plain(key: str) -> str:
    """A key as people read it."""
    return key.replace("_", " ")
