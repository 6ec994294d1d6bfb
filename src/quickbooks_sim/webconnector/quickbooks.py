"""QuickBooks as the Web Connector uses it: open a file, let QuickBooks tell of itself, run requests, close.

It must never look at a request or an answer: it carries texts between the server and the request processor.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from quickbooks_sim import errors
from quickbooks_sim.errors import HRESULTS, QuickBooksError
from quickbooks_sim.requestprocessor import RequestProcessor

COMPUTER = "QUICKBOOKS-SIM"
CONNECTION_TRIES = 2
"""Any time it connects to QuickBooks, the Web Connector tries twice (QBWC1008)."""
TICKS_AT_1970 = 621_355_968_000_000_000
"""The lock bears .NET ticks: tenths of a microsecond since the year 1."""
VANISHED = "0x80040402"

_INTRODUCTION = (
    '<?xml version="1.0" encoding="utf-8"?><?qbxml version="{major}.{minor}"?><QBXML>'
    '<QBXMLMsgsRq onError="continueOnError"><HostQueryRq requestID="0" /><CompanyQueryRq requestID="1">'
    '<OwnerID>{owner}</OwnerID></CompanyQueryRq><PreferencesQueryRq requestID="2" /></QBXMLMsgsRq></QBXML>'
)


@dataclass(frozen=True)
class Executed:
    """What came of a request: QuickBooks' answer, or a COM error's number and text (then the answer is "")."""

    answer: str
    hresult: str = ""
    message: str = ""


class QuickBooks:
    """One application's connection to QuickBooks. owner_id: under which its private data stands in the file."""

    def __init__(self, processor: RequestProcessor, app_id: str, app_name: str, owner_id: str) -> None:
        self.processor = processor
        self.app_id, self.app_name, self.owner_id = app_id, app_name, owner_id
        self.path = ""
        self._ticket = ""

    def open(self, path: str) -> None:
        """Open a session on the company file ("" = the one that is open). Raises `QuickBooksError`."""
        self.path = path
        for attempt in range(CONNECTION_TRIES):
            self.processor.open_connection(self.app_id, self.app_name)
            try:
                self._ticket = self.processor.begin_session(path)
            except QuickBooksError:
                if attempt == CONNECTION_TRIES - 1:
                    raise
            else:
                return

    def stamp(self, file_id: str) -> bool:
        """Write the application's FileID into the company file, unless it bears one. True if it was written."""
        if self.processor.read_private_data(self.owner_id, "FileID") is not None:
            return False
        self.processor.store_private_data(self.owner_id, "FileID", file_id)
        return True

    def lock(self) -> None:
        """Mark the company file as being updated; the mark stays if nobody is left to take it away."""
        ticks = TICKS_AT_1970 + time.time_ns() // 100
        self.processor.store_private_data(self.owner_id, "AppLock", f"LOCKED:{COMPUTER}:{ticks}")

    def unlock(self) -> None:
        """Take the mark away."""
        self.processor.delete_private_data(self.owner_id, "AppLock")

    def introduction(self) -> str:
        """Host, company and preferences in one answer, for the first sendRequestXML. Raises `QuickBooksError`."""
        major, minor = self.processor.supported_version()
        told = self.execute(_INTRODUCTION.format(major=major, minor=minor, owner=self.owner_id))
        if told.hresult:
            raise QuickBooksError(told.hresult, told.message)
        return told.answer

    def facts(self) -> dict[str, str]:
        """What every sendRequestXML tells of the company file and the newest qbXML version."""
        major, minor = self.processor.supported_version()
        return {
            "strCompanyFileName": self.processor.company_path(), "qbXMLCountry": self.processor.country(),
            "qbXMLMajorVers": str(major), "qbXMLMinorVers": str(minor),
        }  # fmt: skip

    def execute(self, request: str, death: errors.FaultPoint | None = None) -> Executed:
        """Run one message set. A QuickBooks that refuses or vanishes is an answer too. `death`: where to vanish."""
        if death is not None:
            self.processor.faults.plan(death)
        try:
            return Executed(self.processor.process_request(self._ticket, request))
        except QuickBooksError as error:
            return Executed("", error.hresult, error.message)
        except errors.Died:
            return Executed("", VANISHED, HRESULTS[VANISHED])

    def restart(self) -> None:
        """QuickBooks ends and is started again: its iterators are gone. Raises `QuickBooksError`."""
        self.processor.close_connection()
        self.open(self.path)

    def close(self) -> None:
        """End session and connection."""
        self.processor.close_connection()
