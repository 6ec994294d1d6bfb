"""QuickBooks' status codes as tables: what the engine does next, what a bookkeeper reads, what to do about it.

A code that has no row is judged by the range that Intuit gave it; its meaning is never made up.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from fieldledger.model.kinds import Kind
from fieldledger.model.outcome import Verdict

V = Verdict
Row: TypeAlias = tuple[Verdict, str, str]
"""Verdict, meaning, what to do ("" = nothing is needed)."""

_AGAIN = "Nothing: the next sync tries again."
_LOOKED_UP = "Nothing: it is looked up before anything is written again."
_CORRECT = "Correct the value; the next sync tries again."
_LOOK = "Look at what QuickBooks said."
_RENAME = "Choose another name on one of the two sides."
_REPORT = "This is a mistake of Fieldledger's: report it with the log of this run."
_ACCESS = "Edit > Preferences > Integrated Applications > Company Preferences"

STATUS: Mapping[int, Row] = {
    0: (V.DONE, "Done.", ""),
    1: (V.NOTHING, "QuickBooks has nothing that matches.", ""),
    500: (V.MISSING, "Something that was asked for by its id is not in QuickBooks.",
          "Nothing: the record is marked as deleted in QuickBooks."),
    501: (V.WARNED, "A value cannot be shown in this version of QuickBooks.", _LOOK),
    510: (V.WARNED, "It was saved, but QuickBooks could not show the result.", "Look at the record in QuickBooks."),
    530: (V.WARNED, "This edition of QuickBooks ignores one of the fields; the rest was saved.", _LOOK),
    531: (V.WARNED, "This edition of QuickBooks ignores one of the values; the rest was saved.", _LOOK),
    540: (V.WARNED, "QuickBooks did not show everything that was asked for.", _REPORT),
    550: (V.WARNED, "It was saved, but without its notes.", "Add the notes in QuickBooks."),
    560: (V.WARNED, "A field was used that QuickBooks is giving up.", _REPORT),
    570: (V.WARNED, "It could not be linked to a transaction that is already closed.", "Link it in QuickBooks."),
    600: (V.UNKNOWN, "QuickBooks does not know this set of requests; perhaps another company file is open.",
          "Nothing: the company file is checked and the record is looked up."),
    1000: (V.UNKNOWN, "QuickBooks had an internal error.",
           "If it stays, check the file in QuickBooks: File > Utilities > Verify Data."),
    1010: (V.BUSY, "QuickBooks is not ready.", _AGAIN),
    1030: (V.REFUSED, "This QuickBooks does not know the request.", _REPORT),
    1060: (V.REFUSED, "QuickBooks refused the number of a request.", _REPORT),
    3000: (V.MISSING, "The id that was asked for is none of QuickBooks'.",
           "Nothing: the record is marked as deleted in QuickBooks."),
    3010: (V.REFUSED, "QuickBooks could not read a yes or no.", _REPORT),
    3020: (V.REFUSED, "QuickBooks could not read a date.", _CORRECT),
    3030: (V.REFUSED, "A range of dates ends before it begins.", _REPORT),
    3031: (V.REFUSED, "A range of names makes no sense to QuickBooks.", _REPORT),
    3035: (V.REFUSED, "QuickBooks could not read a length of time.", _CORRECT),
    3040: (V.REFUSED, "QuickBooks could not read an amount.", _CORRECT),
    3045: (V.REFUSED, "QuickBooks could not read a price.", _CORRECT),
    3070: (V.REFUSED, "A text is longer than QuickBooks allows.", "Shorten it; the next sync tries again."),
    3090: (V.REFUSED, "QuickBooks does not accept a value.", _CORRECT),
    3100: (V.REFUSED, "The name is already taken in QuickBooks.", _RENAME),
    3120: (V.MISSING, "The record is not in QuickBooks any more.",
           "Nothing: the record is marked as deleted in QuickBooks."),
    3130: (V.REFUSED, "The customer above this job is not in QuickBooks.", "Sync or restore the customer first."),
    3140: (V.REFUSED, "Something that this record refers to is not in QuickBooks.", "Sync or restore it first."),
    3150: (V.REFUSED, "QuickBooks misses something that it requires.", "Fill it in; the next sync tries again."),
    3160: (V.REFUSED, "QuickBooks does not let this be deleted.", "Make it inactive in QuickBooks instead."),
    3161: (V.REFUSED, "It lies in a closed period and cannot be deleted.", "Ask whoever closed the books."),
    3170: (V.REFUSED, "QuickBooks could not change the record.", _LOOK),
    3171: (V.REFUSED, "It lies in a closed period and cannot be changed.", "Ask whoever closed the books."),
    3175: (V.BUSY, "Somebody has the record open in QuickBooks.",
           "Nothing: the next sync tries again. Closing the record in QuickBooks helps."),
    3176: (V.BUSY, "The record is in use in QuickBooks.",
           "Nothing: the next sync tries again. Closing the record in QuickBooks helps."),
    3180: (V.REFUSED, "QuickBooks could not save the record.", _LOOK),
    3200: (V.STALE, "The record was changed in QuickBooks in the meantime.",
           "Nothing: it is read again and decided again."),
    3210: (V.REFUSED, "QuickBooks does not accept a value.", _CORRECT),
    3220: (V.NOT_ALLOWED, "QuickBooks does not allow Fieldledger to do that.", f"{_ACCESS}: give Fieldledger access."),
    3231: (V.SKIPPED, "QuickBooks did not try it, because something before it failed.",
           "Nothing: it is tried again when what failed is solved."),
    3250: (V.NOT_ALLOWED, "The feature is switched off or missing in this edition of QuickBooks.",
           "Switch it on in Edit > Preferences, or leave the field empty."),
    3260: (V.NOT_ALLOWED, "The QuickBooks user may not do that.", "Log in to QuickBooks as Admin and sync again."),
    3261: (V.NOT_ALLOWED, "Fieldledger may not see personal data in QuickBooks.",
           f"If you want it to, grant it: {_ACCESS} > Properties."),
    3262: (V.NOT_ALLOWED, "That needs a payroll subscription.", "Subscribe to it in QuickBooks, or leave it out."),
    3263: (V.NOT_ALLOWED, "Fieldledger was given read-only access to QuickBooks.",
           f"{_ACCESS}: remove Fieldledger, then add the .qwc file again and allow changes."),
    3264: (V.NOT_ALLOWED, "That needs a merchant service subscription.",
           "Subscribe to it in QuickBooks, or leave it out."),
    3270: (V.REFUSED, "An account that QuickBooks needs is missing.", "Choose the accounts."),
    3351: (V.REFUSED, "QuickBooks has no custom fields for this kind of record.", "Leave the custom field empty."),
    3391: (V.ITERATOR_LOST, "QuickBooks lost its place in a list.", "Nothing: the list is read again."),
    3500: (V.REFUSED, "QuickBooks refused to merge the records.", "Merge them in QuickBooks, in single-user mode."),
    9001: (V.REFUSED, "Two different sets of requests carried one number.", _REPORT),
    9002: (V.UNKNOWN, "QuickBooks kept no answer to this set of requests.", _LOOKED_UP),
    9003: (V.UNKNOWN, "QuickBooks could not tell what became of a set of requests.", _LOOKED_UP),
    9004: (V.REFUSED, "QuickBooks refused the number of a set of requests.", _REPORT),
    9005: (V.UNKNOWN, "QuickBooks could not keep its answer.", _LOOKED_UP),
}  # fmt: skip

NAME_TAKEN: Mapping[Kind, Row] = {
    Kind.TAX_RATE: (V.REFUSED, "The name is already taken in QuickBooks; all items share one list of names.", _RENAME),
    Kind.CUSTOMER: (V.REFUSED, "The name is already taken in QuickBooks; customers, vendors, employees and other names "
                    "share one list of names.", _RENAME),
}  # fmt: skip
"""What 3100 says where lists share their names."""

RANGES: tuple[tuple[range, Row], ...] = (
    (range(500), (V.DONE, "Done, with a remark.", "")),
    (range(500, 1000), (V.WARNED, "QuickBooks did it, with a warning.", _LOOK)),
    (range(1000, 2000), (V.UNKNOWN, "QuickBooks had an error.", _LOOK)),
    (range(2000, 3000), (V.REFUSED, "QuickBooks Desktop does not support the request.", _REPORT)),
    (range(3000, 3100), (V.REFUSED, "QuickBooks could not read a value.", _CORRECT)),
    (range(3100, 9100), (V.REFUSED, "QuickBooks refused it.", _LOOK)),
    (range(9100, 9200), (V.REFUSED, "Two requests that belong together did not find each other.", _REPORT)),
)
"""For codes without a row. 1000-1999 are general errors, so nobody knows whether it happened."""

NO_CODE: Row = (V.UNKNOWN, "QuickBooks did not say how it went.", _LOOK)
BEYOND: Row = RANGES[5][1]

BUSY_WORDS = (
    "modified by another user",
    "could not be locked",
    "failed to acquire the lock",
    "in use by another user",
)
"""Words of QuickBooks with which "could not be changed" (3170) and "could not be saved" (3180) mean "later"."""
