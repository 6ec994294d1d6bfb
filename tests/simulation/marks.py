"""The branches that a sweep must reach, by name: a net that nobody ever touched proves nothing. `missed` tells which
were not reached."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from tests.simulation.seen import IN_A_LIST

WANTED: Mapping[str, str] = {
    "stored answer found": r"status check: stored answer",
    "status check of a set that never arrived": r"status check: (600|9002), never seen",
    "status check of a set whose answer was lost": r"status check: 9002, the answer was lost",
    "the same set sent again, and carried out": r"the same set again: carried out again",
    "an unknown old id stopped a set": r"an unknown old id stopped the set",
    "created in books": r"engine creates in books",
    "changed in books": r"engine changes in books",
    "created in field": r"engine creates in field",
    "changed in field": r"engine changes in field",
    "stale in books, decided again": r"QuickBooks says 3200",
    "locked in books": r"QuickBooks says 317[056]",
    "the list was busy": r"QuickBooks says 3180",
    "an iterator died": r"QuickBooks says 3391",
    "a record was gone when it was written": r"QuickBooks says 3120",
    "linked by name": r"action: link .* linked done",
    "agreed by themselves": r"action: agree ",
    "a clash of fields": r"conflict: |action: update .* conflict",
    "several candidates": r"hold: several",
    "a duplicate": r"hold: duplicate",
    "a twin": r"hold: twin",
    "a name held by a vendor": r"hold: name_taken",
    "an inactive candidate": r"hold: ask_first",
    "a derived name was edited": r"noted: derived_name",
    "an unknown choice": r"noted: unknown_choice",
    "kept in books": r"noted: kept_in_books",
    "one-way edit noted": r"noted: one_way",
    "a tombstone": r"deleted_in_field",
    "deleted in books": r"deleted_in_books",
    "edited and deleted": r"hold: edited_and_deleted",
    "refused by books": r"hold: refused_by_books",
    "refused by the field": r"hold: refused$",
    "a backup was restored": r"a backup was restored",
    "the file was moved": r"the file was moved",
    "another file was open": r"another file was open",
    "a plan was approved": r"a plan was approved",
    "killed before a commit": r"killed before a commit",
    "killed after a commit": r"killed after a commit",
    "killed before the field was written": r"killed before write of the field",
    "killed after the field was written": r"killed after write of the field",
    "QuickBooks died before execution": r"QuickBooks died before execution",
    "QuickBooks died after execution": r"QuickBooks died after execution$",
    "QuickBooks died and lost its answer": r"QuickBooks died after execution, answer not stored",
    "QuickBooks died half way": r"QuickBooks died half way",
    "a late reply": r"a late reply",
    "a conflict inside the margin": r"a conflict inside the margin",
    "a conflict by recency": r"a conflict by recency",
    "a conflict within one second": r"a conflict within one second",
    "created in a list of books": r"engine creates in a list of books",
    "changed in a list of books": r"engine changes in a list of books",
    "created in a list of the field": r"engine creates in a list of field",
    "changed in a list of the field": r"engine changes in a list of field",
    "linked in a list": rf"{IN_A_LIST}action: link .* linked done",
    "retired with QuickBooks": rf"{IN_A_LIST}action: deactivate field deleted_in_books done",
    "kept though it was deleted": rf"{IN_A_LIST}.*kept_here",
    "a tax without an agency": rf"{IN_A_LIST}hold: no_agency",
    "a term that cannot be changed": rf"{IN_A_LIST}hold: terms_fixed",
    "one name, other values": rf"{IN_A_LIST}hold: values_differ",
    "a group that waits for its taxes": rf"{IN_A_LIST}hold: waits_for_taxes",
    "nothing needs it": rf"{IN_A_LIST}rests: field not_needed",
    "unknown to the field": r"noted: unknown_here",
    "renamed, and no customer written": r"renamed, and no customer written",
}
"""What it is → how the marks of a schedule show it."""


def reached(marks: Counter[str]) -> dict[str, int]:
    """How often each was reached."""
    return {
        name: sum(
            count
            for mark, count in marks.items()
            if re.search(pattern, mark) and mark.startswith(IN_A_LIST) == pattern.startswith(IN_A_LIST)
        )
        for name, pattern in WANTED.items()
    }


def missed(marks: Counter[str]) -> list[str]:
    return [name for name, count in reached(marks).items() if not count]
