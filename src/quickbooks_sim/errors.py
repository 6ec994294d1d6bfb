"""The two ways in which QuickBooks refuses, as exceptions and values.

`QuickBooksError` is what a caller of the request processor gets as a COM error: nothing was executed (or, for
0x80040402, nobody knows). `Died` simulates a QuickBooks that vanished. Neither may ever carry a password.
"""

from __future__ import annotations

from enum import StrEnum

HRESULTS: dict[str, str] = {
    "0x80040400": "QuickBooks found an error when parsing the provided XML text stream.",
    "0x80040401": "Could not access QuickBooks.",
    "0x80040402": "Unexpected error. Check the qbsdklog.txt file for possible, additional information.",
    "0x80040403": "Could not open the specified QuickBooks company data file.",
    "0x80040408": "Could not start QuickBooks.",
    "0x8004040A": "QuickBooks company data file is already open and it is different from the one requested.",
    "0x8004040D": "The ticket parameter is invalid.",
    "0x80040410": (
        "The QuickBooks company data file is currently open in a mode other than the one specified by "
        "your application."
    ),
    "0x80040414": (
        "A modal dialog box is showing in the QuickBooks user interface. Your application cannot access "
        "QuickBooks until the user dismisses the dialog box."
    ),
    "0x80040416": (
        "If QuickBooks is not running, the company data file name must be supplied to BeginSession."
    ),
    "0x80040418": (
        "This application has not accessed this QuickBooks company data file before. Only the QuickBooks "
        "administrator can grant an application permission to access a QuickBooks company data file for "
        "the first time."
    ),
    "0x8004041A": (
        "This application does not have permission to access this QuickBooks company data file. The "
        "QuickBooks administrator can grant access permission through the Integrated Application preferences."
    ),
    "0x8004041B": (
        "Unable to lock the necessary information to allow this application to access this company data "
        "file. Try again later."
    ),
    "0x8004041C": (
        "An internal QuickBooks error occurred while trying to access the QuickBooks company data file."
    ),
    "0x8004041D": (
        "This application is not allowed to log into this QuickBooks company data file automatically. The "
        "QuickBooks administrator can grant permission for automatic login through the Integrated "
        "Application preferences."
    ),
    "0x80040420": "The QuickBooks user has denied access.",
    "0x80040422": (
        "This application requires Single User file access mode and there is already another application "
        "sharing data with this QuickBooks company data file."
    ),
    "0x80040423": "The version of qbXML that was requested is not supported or is unknown.",
    "0x80040424": "QuickBooks did not finish its initialization. Please try again later.",
    "0x80040427": "Unregistered QuickBooks.",
    "0x8004042A": "Remote access is not allowed.",
}
"""COM error code -> the text that QuickBooks gives with it."""


class QuickBooksError(Exception):
    """QuickBooks refused a call. `hresult` is like "0x80040400", `message` is QuickBooks' own text.

    `detail` says what exactly was wrong. Real QuickBooks does not tell, so it never goes over the wire: it is
    for logs and for people who debug their requests.
    """

    def __init__(self, hresult: str, message: str | None = None, detail: str = "") -> None:
        self.hresult = hresult
        self.message = HRESULTS[hresult] if message is None else message
        self.detail = detail
        super().__init__(f"{hresult}: {self.message}" + (f" ({detail})" if detail else ""))


class FaultPoint(StrEnum):
    """Where a simulated QuickBooks can die while it handles one message set."""

    BEFORE_EXECUTION = "before_execution"
    """Nothing ran, nothing was stored."""
    MID_SET = "mid_set"
    """The first request ran and stays; the rest did not; no response was stored (status check says 9002)."""
    EXECUTED_NOT_STORED = "executed_not_stored"
    """Everything ran and stays, but the response for message set recovery was not stored (9002)."""
    BEFORE_ANSWER = "before_answer"
    """Everything ran, the response was stored, but the caller never gets it."""


class Died(Exception):
    """QuickBooks vanished at `point`: all tickets and iterators are gone, what was committed stays."""

    def __init__(self, point: FaultPoint) -> None:
        self.point = point
        super().__init__(f"QuickBooks died {point.value.replace('_', ' ')}")
