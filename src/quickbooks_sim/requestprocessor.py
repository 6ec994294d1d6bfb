"""QuickBooks' COM request processor: connections, sessions, and one qbXML message set after the other.

Everything that talks to the simulated QuickBooks (Web Connector, command line, tests) goes through this class.
It must never answer from anything but the company file, and never keep records in memory between calls;
tickets and iterators do live here, because in QuickBooks they die with the process.
"""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass, field

from quickbooks_sim.companyfile import CompanyFile, CompanyFileBusy, CompanyFileError
from quickbooks_sim.engine.access import check_begin
from quickbooks_sim.engine.iterators import Iterators
from quickbooks_sim.engine.sets import answer_set
from quickbooks_sim.errors import Died, FaultPoint, QuickBooksError

SINGLE_USER = 0
MULTI_USER = 1
DO_NOT_CARE = 2


@dataclass
class Faults:
    """Deaths that a test has ordered. `plan(point, times)` makes the next `times` message sets die there."""

    planned: Counter[FaultPoint] = field(default_factory=Counter)

    def plan(self, point: FaultPoint, times: int = 1) -> None:
        """Order `times` further deaths at `point`."""
        self.planned[point] += times

    def take(self, point: FaultPoint) -> bool:
        """True (once per planned death) if QuickBooks is to die here."""
        if self.planned[point] > 0:
            self.planned[point] -= 1
            return True
        return False


def _refused(error: CompanyFileError, damaged: str) -> QuickBooksError:
    """What QuickBooks says of a file that is in use, or else of one that cannot be used."""
    busy = isinstance(error, CompanyFileBusy)
    return QuickBooksError("0x8004041B" if busy else damaged, detail=str(error))


@dataclass
class Session:
    """One BeginSession: whose it is and the iterators that it started (they die with it)."""

    app_id: str
    app_name: str
    iterators: Iterators


class RequestProcessor:
    """The request processor of one QuickBooks that has one company file (open or at hand).

    Every refusal is raised as `QuickBooksError(hresult, message)`; a simulated death as `Died(point)`.
    """

    def __init__(self, company: CompanyFile) -> None:
        self.company = company
        self.faults = Faults()
        self._app: tuple[str, str] | None = None
        self._sessions: dict[str, Session] = {}

    def open_connection(self, app_id: str, app_name: str) -> None:
        """Names the application. Both texts are free; stored message sets are kept apart by them."""
        self._app = (app_id, app_name)

    def begin_session(self, path: str, mode: int = DO_NOT_CARE) -> str:
        """Opens a session on the company file at `path` ("" = the file that is open). Returns the ticket."""
        if self._app is None:
            raise QuickBooksError("0x80040401", detail="BeginSession before OpenConnection")
        try:
            check_begin(self.company, path, mode)
        except CompanyFileError as error:
            raise _refused(error, "0x80040403") from error
        ticket = "{" + "-".join(secrets.token_hex(n) for n in (4, 2, 2, 2, 6)) + "}"
        self._sessions[ticket] = Session(*self._app, Iterators(self.company))
        return ticket

    def process_request(self, ticket: str, text: str) -> str:
        """Executes one qbXML document and returns the qbXML answer (plain ASCII text).

        Raises `QuickBooksError` where QuickBooks refuses the whole set: nothing was executed then.
        """
        session = self._sessions.get(ticket)
        if session is None:
            raise QuickBooksError("0x8004040D")
        application = session.app_id or session.app_name
        try:
            return answer_set(self.company, application, session.iterators, self.faults.take, text)
        except CompanyFileError as error:
            raise _refused(error, "0x8004041C") from error
        except Died:
            self._sessions.clear()
            self._app = None
            raise

    def end_session(self, ticket: str) -> None:
        """Ends the session; its iterators are gone."""
        if self._sessions.pop(ticket, None) is None:
            raise QuickBooksError("0x8004040D")

    def close_connection(self) -> None:
        """Ends all sessions of this connection."""
        self._sessions.clear()
        self._app = None

    def company_path(self) -> str:
        """The path of the company file as QuickBooks prints it, e.g. ``C:\\Company Files\\x.qbw``."""
        return self.company.switch("company_path")

    def supported_version(self) -> tuple[int, int]:
        """The highest qbXML version that this QuickBooks takes, e.g. ``(13, 0)``."""
        major, minor = self.company.switch("qbxml_version").split(".")
        return int(major), int(minor)

    def country(self) -> str:
        """The country of this QuickBooks: "US", "CA" or "UK"."""
        return self.company.switch("country")

    def store_private_data(self, owner_id: str, name: str, value: str) -> None:
        """Stores a data extension of the company under the owner's GUID (the Web Connector's FileID, AppLock)."""
        with self.company.writing():
            self.company.private_data_store(owner_id, name, value)

    def read_private_data(self, owner_id: str, name: str) -> str | None:
        """The stored value, or None."""
        with self.company.reading():
            return self.company.private_data(owner_id).get(name)

    def delete_private_data(self, owner_id: str, name: str) -> None:
        """Removes the value; nothing happens if it is not there."""
        with self.company.writing():
            self.company.private_data_delete(owner_id, name)
