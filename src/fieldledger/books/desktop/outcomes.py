"""QuickBooks' codes → outcomes, as tables: what the engine does next, what a bookkeeper reads, what to do about it.

A code that is not in a table is judged by its range: 0-499 went well, 500-999 went with a warning, above that failed.
"""

from __future__ import annotations

from collections.abc import Mapping

from fieldledger.model.outcome import Outcome, Verdict

V = Verdict
_Row = tuple[Verdict, str, str]

_RETRY = "Nothing: the next sync tries again. Closing the record in QuickBooks helps."
_CORRECT = "Correct the value; the next sync tries again."

STATUS: Mapping[int, _Row] = {
    0: (V.DONE, "Done.", ""),
    1: (V.NOTHING, "QuickBooks has nothing that matches.", ""),
    500: (V.MISSING, "Something that was asked for by its id is not in QuickBooks.", ""),
    501: (V.WARNED, "A value cannot be shown in this version of QuickBooks.", ""),
    510: (V.WARNED, "It was saved, but QuickBooks could not show the result.", ""),
    530: (V.WARNED, "This edition of QuickBooks ignores one of the fields; the rest was saved.", ""),
    531: (V.WARNED, "This edition of QuickBooks ignores one of the values; the rest was saved.", ""),
    550: (V.WARNED, "It was saved, but without its notes.", "Add the notes in QuickBooks."),
    560: (V.WARNED, "A field that QuickBooks is giving up was used.", ""),
    570: (V.WARNED, "It could not be linked to a transaction that is already closed.", "Link it in QuickBooks."),
    1000: (V.UNKNOWN, "QuickBooks had an internal error.", "If it stays, rebuild the file: File > Utilities."),
    1010: (V.BUSY, "QuickBooks is not ready.", "Nothing: the next sync tries again."),
    1030: (V.REFUSED, "This version of QuickBooks does not know the request.", "Ask support."),
    1060: (V.REFUSED, "QuickBooks refused the number of our request.", "Ask support: this is our mistake."),
    3000: (V.MISSING, "The id is not one of QuickBooks'.", ""),
    3010: (V.REFUSED, "QuickBooks could not read a yes/no value.", "Ask support: this is our mistake."),
    3020: (V.REFUSED, "QuickBooks could not read a date.", _CORRECT),
    3030: (V.REFUSED, "A range of dates ends before it begins.", "Ask support: this is our mistake."),
    3031: (V.REFUSED, "A range of names makes no sense to QuickBooks.", "Ask support: this is our mistake."),
    3035: (V.REFUSED, "QuickBooks could not read a length of time.", _CORRECT),
    3040: (V.REFUSED, "QuickBooks could not read an amount.", _CORRECT),
    3045: (V.REFUSED, "QuickBooks could not read a price.", _CORRECT),
    3070: (V.REFUSED, "A text is longer than QuickBooks allows.", "Shorten it; the next sync tries again."),
    3090: (V.REFUSED, "QuickBooks does not accept a value.", _CORRECT),
    3100: (V.REFUSED, "The name is already taken in QuickBooks; customers, vendors, employees and other names share "
           "one list of names.", "Choose another name on one of the two sides."),
    3120: (V.MISSING, "The record is not in QuickBooks any more.", ""),
    3130: (V.REFUSED, "The customer above this job is not in QuickBooks.", "Sync or restore the customer first."),
    3140: (V.REFUSED, "Something that this record refers to is not in QuickBooks.", "Sync or restore it first."),
    3150: (V.REFUSED, "QuickBooks misses something that it requires.", "Fill it in; the next sync tries again."),
    3151: (V.REFUSED, "QuickBooks misses something that it requires.", "Fill it in; the next sync tries again."),
    3160: (V.REFUSED, "QuickBooks does not let this be deleted, as something still uses it.", "Make it inactive."),
    3161: (V.REFUSED, "It lies in a closed period and cannot be deleted.", "Ask whoever closed the books."),
    3170: (V.REFUSED, "QuickBooks could not change the record.", "Look at it in QuickBooks."),
    3171: (V.REFUSED, "It lies in a closed period and cannot be changed.", "Ask whoever closed the books."),
    3175: (V.BUSY, "Somebody has the record open in QuickBooks.", _RETRY),
    3176: (V.BUSY, "Somebody has the record open in QuickBooks.", _RETRY),
    3180: (V.REFUSED, "QuickBooks could not save the record.", "Look at what QuickBooks said."),
    3200: (V.STALE, "The record was changed in QuickBooks in the meantime.", "Nothing: it is read and decided again."),
    3210: (V.REFUSED, "QuickBooks does not accept a value.", _CORRECT),
    3220: (V.NOT_ALLOWED, "QuickBooks does not allow this application to do that.", "Edit > Preferences > Integrated "
           "Applications > Company Preferences: give Fieldledger access."),
    3231: (V.SKIPPED, "QuickBooks did not try it, because something before it failed.", ""),
    3250: (V.NOT_ALLOWED, "The feature is switched off or missing in this edition of QuickBooks.",
           "Switch it on in Edit > Preferences, or leave the field empty."),
    3260: (V.NOT_ALLOWED, "The QuickBooks user may not do that.", "Log in to QuickBooks as Admin and sync again."),
    3261: (V.NOT_ALLOWED, "Fieldledger may not see personal data in QuickBooks.", "Grant it, if you want it, in "
           "Edit > Preferences > Integrated Applications."),
    3262: (V.NOT_ALLOWED, "That needs a payroll subscription.", ""),
    3263: (V.NOT_ALLOWED, "Fieldledger was given read-only access to QuickBooks.", "Remove it in Edit > Preferences > "
           "Integrated Applications and add the .qwc file again, allowing changes."),
    3264: (V.NOT_ALLOWED, "That needs a merchant service subscription.", ""),
    3270: (V.REFUSED, "An account that QuickBooks needs is missing.", "Choose the accounts."),
    3351: (V.REFUSED, "QuickBooks has no custom fields for this kind of record.", ""),
    3391: (V.ITERATOR_LOST, "QuickBooks lost its place in a list.", "Nothing: the list is read again."),
    3500: (V.REFUSED, "QuickBooks refused to merge the records.", "Switch to single-user mode and try in QuickBooks."),
    9001: (V.REFUSED, "Two different requests carried one number.", "Ask support: this is our mistake."),
    9002: (V.UNKNOWN, "QuickBooks kept no answer under this number.", "Nothing: it is looked up before anything is "
           "written again."),
    9003: (V.UNKNOWN, "QuickBooks could not tell the state of a request.", "Nothing: it is looked up."),
    9004: (V.REFUSED, "QuickBooks refused the number of a set of requests.", "Ask support: this is our mistake."),
    9005: (V.UNKNOWN, "QuickBooks could not keep its answer.", "Nothing: it is looked up before anything is written "
           "again."),
    600: (V.UNKNOWN, "QuickBooks does not know this number; perhaps another company file is open.", "Nothing: the "
          "company file is checked and the record looked up."),
}  # fmt: skip

_LOCKED = (
    "modified by another user",
    "could not be locked",
    "failed to acquire the lock",
    "in use by another user",
)

HRESULTS: Mapping[str, _Row] = {
    "0X80040400": (V.REFUSED, "QuickBooks could not read our request.", "Ask support: this is our mistake. Nothing "
                   "was changed."),
    "0X80040401": (V.NOT_ALLOWED, "QuickBooks could not be reached on this computer.", "Is QuickBooks installed here? "
                   "Start it once as Admin."),
    "0X80040402": (V.UNKNOWN, "QuickBooks failed in the middle of a request.", "Restart QuickBooks; the next sync "
                   "finds out what happened."),
    "0X80040403": (V.NOT_ALLOWED, "QuickBooks could not open the company file.", "Open it in QuickBooks by hand to "
                   "see why."),
    "0X80040407": (V.NOT_ALLOWED, "QuickBooks' installation is incomplete.", "Repair it in Windows' settings."),
    "0X80040408": (V.BUSY, "QuickBooks could not be started.", "Open QuickBooks and the company file, as the same "
                   "Windows user and not as administrator, then update again."),
    "0X80040409": (V.NOT_ALLOWED, "This QuickBooks cannot work with this company file.", "Open the file with the "
                   "QuickBooks year that it belongs to."),
    "0X8004040A": (V.WRONG_COMPANY, "Another company file is open in QuickBooks.", "Open the right company file and "
                   "update again."),
    "0X8004040D": (V.UNKNOWN, "QuickBooks lost the session, probably because it was closed.", "Open QuickBooks; the "
                   "next sync finds out what happened."),
    "0X80040410": (V.BUSY, "The company file is open in another mode, single-user or multi-user.", "Switch the mode "
                   "in the File menu, or wait."),
    "0X80040414": (V.BUSY, "A dialog box is open in QuickBooks and blocks it.", "Close the dialog box in QuickBooks."),
    "0X80040416": (V.BUSY, "QuickBooks is not running, and it was not told which file to open.", "Open the company "
                   "file in QuickBooks once."),
    "0X80040418": (V.NOT_ALLOWED, "Fieldledger has not been allowed into this company file yet.", "Log in as Admin, "
                   "in single-user mode, and update again: QuickBooks will ask."),
    "0X8004041A": (V.NOT_ALLOWED, "Fieldledger is not allowed into this company file.", "Edit > Preferences > "
                   "Integrated Applications > Company Preferences: allow it."),
    "0X8004041B": (V.BUSY, "The company file is locked at the moment.", "Nothing: the next sync tries again."),
    "0X8004041C": (V.BUSY, "QuickBooks had an internal error while opening the file.", "Nothing: the next sync tries "
                   "again. If it stays, restart QuickBooks."),
    "0X8004041D": (V.NOT_ALLOWED, "Fieldledger may not open the file while nobody is logged in.", "Edit > Preferences "
                   "> Integrated Applications > Properties: allow automatic login, or keep QuickBooks open."),
    "0X8004041E": (V.NOT_ALLOWED, "QuickBooks thinks that our certificate is too old.", "Log in to QuickBooks and "
                   "update again, then choose Allow Always."),
    "0X8004041F": (V.NOT_ALLOWED, "This is QuickBooks Basic, which cannot be connected.", "QuickBooks Pro, Premier or "
                   "Enterprise is needed."),
    "0X80040420": (V.NOT_ALLOWED, "Somebody answered No when QuickBooks asked about access.", "Update again and "
                   "allow it."),
    "0X80040421": (V.NOT_ALLOWED, "QuickBooks refused to open the file.", "Look at what QuickBooks said."),
    "0X80040422": (V.BUSY, "Another application is using the file, and single-user mode is wanted.", "Close the other "
                   "application."),
    "0X80040423": (V.REFUSED, "This QuickBooks does not know qbXML 13.0.", "QuickBooks 2014 or newer is needed."),
    "0X80040424": (V.BUSY, "QuickBooks is still starting.", "Nothing: the next sync tries again."),
    "0X80040427": (V.NOT_ALLOWED, "This QuickBooks is not registered.", "Register it: Help > Register QuickBooks."),
    "0X8004042A": (V.NOT_ALLOWED, "QuickBooks does not allow remote access.", "Run the Web Connector on the computer "
                   "where QuickBooks is."),
    "0X8004042C": (V.NOT_ALLOWED, "QuickBooks says that our certificate was withdrawn.", "Ask support."),
    "0X80040154": (V.NOT_ALLOWED, "QuickBooks' interface is not installed on this computer.", "Reinstall the Web "
                   "Connector; it brings the interface along."),
}  # fmt: skip


def of_status(code: str, severity: str, told: str) -> Outcome:
    """One request's status. ``told``: QuickBooks' own words, kept unchanged."""
    number = int(code) if code.strip().lstrip("-").isdigit() else -1
    row = STATUS.get(number)
    if row is None:
        row = _by_range(number, severity)
    verdict, meaning, todo = row
    if number in (3170, 3180) and any(words in told for words in _LOCKED):
        verdict, meaning, todo = STATUS[3175]
    return Outcome(verdict=verdict, code=code, told=told, meaning=meaning, todo=todo)


def _by_range(number: int, severity: str) -> _Row:
    if 0 <= number < 500 or (number < 0 and severity == "Info"):
        return V.DONE, "Done.", ""
    if 500 <= number < 1000 or (number < 0 and severity == "Warn"):
        return V.WARNED, "QuickBooks did it, with a warning.", "Look at what QuickBooks said."
    return V.REFUSED, "QuickBooks refused it.", "Look at what QuickBooks said."


def of_message_set(code: str) -> Outcome:
    """messageSetStatusCode of recovery."""
    return of_status(code, "", "")


def of_hresult(hresult: str, message: str) -> Outcome:
    """A failure of the request processor. Decimal COM numbers (-2147220480) are understood too."""
    key = hresult.strip().upper()
    if key.lstrip("-").isdigit():
        key = f"0X{int(key) & 0xFFFFFFFF:08X}"
    row = HRESULTS.get(key)
    if row is None and "ticket parameter is invalid" in message.lower():
        row = HRESULTS["0X8004040D"]
    if row is None:
        row = (
            V.UNKNOWN,
            "QuickBooks failed.",
            "Look at what QuickBooks said; the next sync finds out what happened.",
        )
    verdict, meaning, todo = row
    return Outcome(verdict=verdict, code=hresult.strip(), told=message.strip(), meaning=meaning, todo=todo)
