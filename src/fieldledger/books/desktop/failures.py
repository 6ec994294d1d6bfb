"""Failures outside an answer, as tables: the errors with which QuickBooks refuses a whole set or a session, and the Web
Connector's own. What the engine does next, what a bookkeeper reads, what to do about it.

Where a set may have been carried out all the same the verdict is *unknown*, never *busy*: busy is tried again.
"""

from __future__ import annotations

from collections.abc import Mapping

from fieldledger.books.desktop.statuses import Row
from fieldledger.model.outcome import Verdict

V = Verdict
_AGAIN = "Nothing: the next sync tries again."
_FINDS_OUT = "the next sync finds out what happened."
_REPORT = "This is a mistake of Fieldledger's: report it with the log of this run."
_ALLOW = "Edit > Preferences > Integrated Applications > Company Preferences"
_SERVER = "Check that the Fieldledger server is running and that its address has not changed."
_READD = "Remove Fieldledger in the Web Connector and add its .qwc file again."

HRESULTS: Mapping[int, Row] = {
    0x80040154: (V.NOT_ALLOWED, "The part of QuickBooks that other programs talk to is not installed on this computer.",
                 "Install the Web Connector again; it brings that part along."),
    0x80040400: (V.REFUSED, "QuickBooks could not read our request. Nothing was changed.", _REPORT),
    0x80040401: (V.NOT_ALLOWED, "QuickBooks could not be reached on this computer.",
                 "Is QuickBooks installed here? Start it once as Admin, then update again."),
    0x80040402: (V.UNKNOWN, "QuickBooks failed in the middle of a request.", f"Restart QuickBooks; {_FINDS_OUT}"),
    0x80040403: (V.NOT_ALLOWED, "QuickBooks could not open the company file.",
                 "Open it in QuickBooks by hand to see why, then update again."),
    0x80040407: (V.NOT_ALLOWED, "The installation of QuickBooks is incomplete.", "Repair it in the Windows settings."),
    0x80040408: (V.BUSY, "QuickBooks could not be started, or another company file is open in it.",
                 "Open the right company file in QuickBooks, as the same Windows user and not as administrator, then "
                 "update again."),
    0x80040409: (V.NOT_ALLOWED, "This QuickBooks cannot work with this company file.",
                 "Open the file with the QuickBooks year that it belongs to."),
    0x8004040A: (V.WRONG_COMPANY, "Another company file is open in QuickBooks.",
                 "Open the right company file and update again."),
    0x8004040D: (V.UNKNOWN, "QuickBooks lost the session, probably because it was closed.",
                 f"Open QuickBooks; {_FINDS_OUT}"),
    0x80040410: (V.BUSY, "The company file is open in another mode, single-user or multi-user.",
                 "Switch the mode in the File menu, or wait for the next sync."),
    0x80040414: (V.BUSY, "A dialog box is open in QuickBooks and blocks it.",
                 "Close the dialog box in QuickBooks; the next sync tries again."),
    0x80040416: (V.BUSY, "QuickBooks is not running, and it was not told which file to open.",
                 "Open the company file in QuickBooks and update again; from then on the file is known."),
    0x80040418: (V.NOT_ALLOWED, "Fieldledger has not been allowed into this company file yet.",
                 "Log in as Admin, in single-user mode, and update again: QuickBooks will ask."),
    0x8004041A: (V.NOT_ALLOWED, "Fieldledger is not allowed into this company file.", f"{_ALLOW}: allow it."),
    0x8004041B: (V.BUSY, "The company file is locked at the moment.", _AGAIN),
    0x8004041C: (V.BUSY, "QuickBooks had an internal error while opening the file.",
                 "Nothing: the next sync tries again. If it stays, restart QuickBooks."),
    0x8004041D: (V.NOT_ALLOWED, "Fieldledger may not open the file while nobody is logged in.",
                 f"{_ALLOW} > Properties: allow automatic login, or keep QuickBooks open. If it is allowed already, "
                 "take it back, save, and allow it again."),
    0x8004041E: (V.NOT_ALLOWED, "QuickBooks thinks that the certificate of Fieldledger is too old.",
                 "Log in to QuickBooks and update again, then choose Allow Always."),
    0x8004041F: (V.NOT_ALLOWED, "This is QuickBooks Basic, which cannot be connected.",
                 "QuickBooks Pro, Premier or Enterprise is needed."),
    0x80040420: (V.NOT_ALLOWED, "Somebody answered No when QuickBooks asked about access.",
                 "Update again and allow it."),
    0x80040421: (V.NOT_ALLOWED, "QuickBooks refused to open the file.", "Look at what QuickBooks said."),
    0x80040422: (V.BUSY, "Another application is using the file, and single-user mode is wanted.",
                 "Close the other application; the next sync tries again."),
    0x80040423: (V.NOT_ALLOWED, "This QuickBooks is too old for Fieldledger.", "QuickBooks 2014 or newer is needed."),
    0x80040424: (V.BUSY, "QuickBooks is still starting.", _AGAIN),
    0x80040427: (V.NOT_ALLOWED, "This QuickBooks is not registered.", "Register it: Help > Register QuickBooks."),
    0x8004042A: (V.NOT_ALLOWED, "QuickBooks does not allow access from another computer.",
                 "Run the Web Connector on the computer where QuickBooks is."),
    0x8004042C: (V.NOT_ALLOWED, "QuickBooks says that the certificate of Fieldledger was withdrawn.",
                 f"{_ALLOW}: remove Fieldledger, then update again and allow it."),
}  # fmt: skip

WEB_CONNECTOR: Mapping[int, Row] = {
    1000: (V.NOT_ALLOWED, "The service and support addresses in the .qwc file do not belong together.", _READD),
    1001: (V.NOT_ALLOWED, "The service address in the .qwc file is a bare number.", "Give the server a name, then: "
           + _READD),
    1002: (V.NOT_ALLOWED, "The support address in the .qwc file is a bare number.", "Give the server a name, then: "
           + _READD),
    1003: (V.NOT_ALLOWED, "The support address in the .qwc file does not answer as it should.", _SERVER),
    1004: (V.NOT_ALLOWED, "The support address in the .qwc file could not be reached.", _SERVER),
    1005: (V.UNKNOWN, "The Web Connector failed to run.", f"Start it again; {_FINDS_OUT}"),
    1006: (V.UNKNOWN, "The Web Connector failed to run.", f"Start it again; {_FINDS_OUT}"),
    1007: (V.BUSY, "The Web Connector could not connect to QuickBooks.", "Open QuickBooks and update again."),
    1008: (V.BUSY, "The Web Connector could not connect to QuickBooks.", "Open QuickBooks and update again."),
    1009: (V.BUSY, "The Web Connector could not connect to QuickBooks, and somebody chose Cancel.",
           "Open QuickBooks and update again."),
    1010: (V.NOT_ALLOWED, "The service address in the .qwc file is not a secure one.",
           "Set up https on the server, then: " + _READD),
    1011: (V.BUSY, "The Web Connector lost sight of Fieldledger.", "Start the Web Connector again."),
    1012: (V.BUSY, "The Web Connector could not log in to Fieldledger's server.", _SERVER),
    1013: (V.BUSY, "The Web Connector could not connect to QuickBooks.", "Open QuickBooks and update again."),
    1014: (V.BUSY, "QuickBooks did not introduce itself to the Web Connector.",
           "Open the company file in QuickBooks and update again."),
    1015: (V.UNKNOWN, "QuickBooks had trouble when the session was closed.", f"Nothing: {_FINDS_OUT}"),
    1016: (V.NOT_ALLOWED, "Fieldledger was not selected in the Web Connector.", "Tick it and update again."),
    1017: (V.UNKNOWN, "The Web Connector could not complete the update.", f"Update again; {_FINDS_OUT}"),
    1018: (V.NOT_ALLOWED, "The Web Connector has no application in its list.", "Add the .qwc file of Fieldledger."),
    1019: (V.NOT_ALLOWED, "The Web Connector has no application in its list.", "Add the .qwc file of Fieldledger."),
    1020: (V.BUSY, "The Web Connector was closed while updates are scheduled.", "Keep it open, or it syncs nothing."),
    1021: (V.NOT_ALLOWED, "The Web Connector could not find out which QuickBooks is installed.",
           "Install the Web Connector again."),
    1022: (V.BUSY, "The Web Connector could not connect to QuickBooks while Fieldledger was being added.",
           "Open the company file in QuickBooks and add the .qwc file again."),
    1023: (V.BUSY, "The Web Connector could not connect to QuickBooks while Fieldledger was being added.",
           "Open the company file in QuickBooks and add the .qwc file again."),
    1024: (V.BUSY, "Adding Fieldledger to the Web Connector was cancelled.",
           "Open the company file in QuickBooks and add the .qwc file again."),
    1025: (V.NOT_ALLOWED, "The Web Connector could not look for its mark in the company file.",
           "Log in to QuickBooks as Admin and add the .qwc file again."),
    1026: (V.NOT_ALLOWED, "The Web Connector could not put its mark into the company file.",
           "Log in to QuickBooks as Admin, in single-user mode, and add the .qwc file again."),
    1027: (V.NOT_ALLOWED, "The Web Connector could not put its mark into the company file.",
           "Log in to QuickBooks as Admin, in single-user mode, and add the .qwc file again."),
    1028: (V.NOT_ALLOWED, "The Web Connector could not store the password.", "Type the password into it again."),
    1029: (V.NOT_ALLOWED, "The Web Connector could not read its stored password.", "Type the password into it again."),
    1030: (V.NOT_ALLOWED, "The Web Connector has no password for Fieldledger.", "Type it into the Web Connector."),
    1031: (V.UNKNOWN, "A scheduled update ended with an error.", f"Look at the last run; {_FINDS_OUT}"),
    1032: (V.NOT_ALLOWED, "The Web Connector does not know Fieldledger any more.", "Add the .qwc file again."),
    1033: (V.NOT_ALLOWED, "The Web Connector cannot write its log file.", "Let it write QWCLog.txt, or restart it."),
    1034: (V.NOT_ALLOWED, "The Web Connector does not fit the QuickBooks that is installed.",
           "Install the Web Connector again."),
    1035: (V.NOT_ALLOWED, "This computer cannot find itself by name.", "Ask whoever looks after the computer."),
    1036: (V.BUSY, "The Web Connector could not ask Fieldledger's server about its version.", _SERVER),
    1037: (V.NOT_ALLOWED, "This Web Connector is too old for Fieldledger.", "Install the newest Web Connector."),
    1038: (V.NOT_ALLOWED, "The master key of the Web Connector was not given.",
           "Give it, or type the password into the Web Connector again."),
    1039: (V.NOT_ALLOWED, "The Web Connector could not add Fieldledger.",
           "If it is in the list already, leave it; otherwise add the .qwc file again."),
    1040: (V.NOT_ALLOWED, "The user name or password in the Web Connector is wrong.",
           "Type the password into the Web Connector again; a new one can be set in Fieldledger."),
    1041: (V.UNKNOWN, "The Web Connector could not fetch the next request.", f"{_SERVER} Then {_FINDS_OUT}"),
    1042: (V.UNKNOWN, "QuickBooks' answer did not reach Fieldledger's server.", f"{_SERVER} Then {_FINDS_OUT}"),
    1044: (V.UNKNOWN, "The Web Connector could not say good-bye to Fieldledger's server.", f"Nothing: {_FINDS_OUT}"),
    1045: (V.UNKNOWN, "The Web Connector could not tell Fieldledger's server of an error.",
           f"{_SERVER} Then {_FINDS_OUT}"),
    1046: (V.REFUSED, "The Web Connector did not understand the answer about the version.", _REPORT),
    1048: (V.NOT_ALLOWED, "The Web Connector could not verify the certificate of Fieldledger's server.",
           "Ask whoever looks after the server: its certificate must be valid and reachable without a login."),
}  # fmt: skip
"""By the number of QBWCnnnn."""

UNHEARD_OF: Row = (V.UNKNOWN, "QuickBooks failed.", f"Look at what QuickBooks said; {_FINDS_OUT}")
"""Nobody knows whether anything was carried out."""

TELLING_WORDS: Mapping[str, int] = {"ticket parameter is invalid": 0x8004040D}
"""What QuickBooks says where the Web Connector hands on no code."""
