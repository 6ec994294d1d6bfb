"""A whole world in one process: a journal, a desk behind its REST API, a QuickBooks file, and a loop like the Web
Connector's, with a clock that the test owns and places to die at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx2

from fieldledger.books.desktop.codec import DesktopBooks
from fieldledger.field.inprocess import InProcessTransport
from fieldledger.field.rest import RestField
from fieldledger.journal import Journal, Tx, leases
from fieldledger.model.kinds import Kind
from fieldledger.model.record import Values
from fieldledger.office import companies, views
from fieldledger.session.engine import SyncEngine
from fieldledger.session.identity import OWNER_ID
from fieldledger.session.ports import (
    Context,
    Field,
    FieldChange,
    FieldResult,
    FieldWrite,
    NothingToDo,
    Occupied,
    Opened,
    Stop,
    SyncStatus,
    Wait,
)
from quickbooks_sim.build import add_tax_codes, load, new_file
from quickbooks_sim.companyfile import CompanyFile
from quickbooks_sim.edit import apply_script
from quickbooks_sim.errors import QuickBooksError
from quickbooks_sim.generate import generate_customers
from quickbooks_sim.requestprocessor import RequestProcessor
from quickbooks_sim.sample import fill_sample
from tests.support.databases import Desk, JournalFile

HCP = (
    '<?xml version="1.0"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="continueOnError">'
    '<HostQueryRq requestID="0" /><CompanyQueryRq requestID="1"><OwnerID>{owner}</OwnerID></CompanyQueryRq>'
    '<PreferencesQueryRq requestID="2" /></QBXMLMsgsRq></QBXML>'
)


@dataclass
class Ended:
    """How a session ended. outcome: finished, stopped, none, busy; told: the last error; requests as sent."""

    outcome: str
    told: str = ""
    requests: list[str] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)
    percents: list[int] = field(default_factory=list)


Step = Callable[[str, int], None]
"""Called with ("asked" | "executed" | "answered", number of the request) so that a test can die there."""

Moment = Callable[[str], None]
"""Called with what the server is about to do, or has just done, so that a test can kill it there."""


def ignore(what: str) -> None:
    """Nobody dies."""


class WatchedJournal(Journal):
    """Tells of every commit, before and after it."""

    moment: Moment = staticmethod(ignore)

    @contextmanager
    def write(self) -> Iterator[Tx]:
        with super().write() as tx:
            yield tx
            self.moment("before a commit")
        self.moment("after a commit")


class WatchedField:
    """Tells of every call that writes the field side, before and after it."""

    def __init__(self, field: Field, moment: Moment) -> None:
        self.inner, self.moment = field, moment

    def changes(self, company: str, kind: Kind, after: int, limit: int) -> tuple[FieldChange, ...]:
        return self.inner.changes(company, kind, after, limit)

    def write(self, company: str, writes: Sequence[FieldWrite]) -> tuple[FieldResult, ...]:
        self.moment("before the field is written")
        results = self.inner.write(company, writes)
        self.moment("after the field was written")
        return results

    def show_status(self, company: str, statuses: Iterable[SyncStatus]) -> None:
        self.inner.show_status(company, statuses)
        self.moment("after the badges were shown")

    def show_policy(self, company: str, policy: Values) -> None:
        self.inner.show_policy(company, policy)
        self.moment("after the policy was shown")


_COMPANY_FILES: dict[tuple[type[World], bool], bytes] = {}
"""New company files by the world's class and whether they hold the sample: each is made once and copied."""


class World:
    """One company. Everything is on disk in ``folder``, so it can be closed and opened again at any moment."""

    def __init__(self, folder: Path, settings: dict[str, str] | None = None, *, sample: bool = False) -> None:
        self._place(folder)
        if (type(self), sample) not in _COMPANY_FILES:
            _COMPANY_FILES[type(self), sample] = self._company_file(sample)
        self.file.write_bytes(_COMPANY_FILES[type(self), sample])
        self.start()
        chosen = {"customers.direction": "books_to_field", "approve_plans": "never", **(settings or {})}
        added = companies.add(
            self.journal, "Test", chosen, password="secret", password_hash=lambda text: text
        )
        self.company = added["id"]

    def _company_file(self, sample: bool) -> bytes:
        """A new company file, as it lies on disk."""
        with new_file(self.file, "Test Company", sample=sample) as company, company.writing():
            self._set_clock(company)
            if sample:
                fill_sample(company)
            else:
                add_tax_codes(company)
        return self.file.read_bytes()

    @classmethod
    def reopen(cls, folder: Path, company: str) -> World:
        """The world that a copy of another one's folder holds."""
        world = cls.__new__(cls)
        world._place(folder)
        world.company = company
        world.start()
        return world

    def _place(self, folder: Path) -> None:
        self.folder, self.file = folder, folder / "company.qbs"
        self.time = 1_764_000_000.0
        self.moment: Moment = ignore
        self.up = False

    def start(self) -> None:
        """Bring the server up, as after a crash."""
        self._open_journal()
        self._desk = Desk.take(self.folder / "desk.db", now=lambda: self.time)
        self.store = self._desk.store
        self.transport = InProcessTransport(self._desk.app)
        self.client = httpx2.Client(
            transport=self.transport, base_url="http://desk", headers={"Authorization": "Bearer engine"}
        )
        self.field: Field = WatchedField(RestField(self.client), lambda what: self.moment(what))
        self.engine = SyncEngine(self.journal, DesktopBooks(), self.field)

    def _open_journal(self) -> None:
        self._journal_file = JournalFile.take(self.folder / "journal.db")
        self.journal = WatchedJournal(self._journal_file.database.engine, lambda: self.time)
        self.journal.moment = lambda what: self.moment(what)
        self.up = True
        with self.journal.write() as tx:
            leases.interrupt_all(tx)

    def stop(self) -> None:
        """The server is gone; its files stay. Nothing where it is down already."""
        if self.up:
            self.client.close()
            self._journal_file.leave()
            self._desk.leave()
        self.up = False

    def __enter__(self) -> World:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @contextmanager
    def quickbooks(self) -> Iterator[CompanyFile]:
        """The company file, on a computer whose clock shows the world's time."""
        with CompanyFile.open(self.file) as company:
            self._set_clock(company)
            yield company

    def _set_clock(self, company: CompanyFile) -> None:
        wall = datetime.fromtimestamp(self.time, ZoneInfo("America/New_York")).strftime("%Y-%m-%dT%H:%M:%S")
        company.set_switch("clock", f"frozen {wall}")

    def load(self, *captures: Path) -> None:
        """A company file with the records of real responses instead of the one that there is."""
        self.file.unlink()
        with new_file(self.file, "Loaded Company") as company, company.writing():
            load(company, list(captures))

    def generate(self, number: int) -> None:
        """Add so many invented customers and jobs."""
        with self.quickbooks() as company, company.writing():
            generate_customers(company, number)

    def edit(self, script: str) -> None:
        """What a person does in QuickBooks."""
        with self.quickbooks() as company:
            apply_script(company, script)

    def session(self, step: Step = lambda what, number: None, *, hcp: bool = True) -> Ended:
        """One session as the Web Connector runs it."""
        opened = self.engine.open(self.company)
        if isinstance(opened, NothingToDo):
            return Ended("none", opened.reason)
        if isinstance(opened, Occupied):
            return Ended("busy", opened.reason)
        assert isinstance(opened, Opened)
        with self.quickbooks() as company:
            return self._run(RequestProcessor(company), opened.ticket, step, hcp)

    def _run(self, processor: RequestProcessor, ticket: str, step: Step, hcp: bool) -> Ended:
        processor.open_connection("", "Fieldledger")
        session = processor.begin_session("")
        processor.store_private_data(OWNER_ID, "FileID", self.file_id())
        introduction = processor.process_request(session, HCP.format(owner=OWNER_ID)) if hcp else ""
        context = Context(hcp=introduction, company_path=processor.company_path(), country="US", major=13)
        ended = Ended("finished")
        number = 0
        while True:
            request = self.engine.next_request(ticket, context)
            if isinstance(request, Wait):
                assert self.engine.last_error(ticket) == "NoOp"
                self.time += 5
                self._set_clock(processor.company)
                continue
            if isinstance(request, Stop):
                ended.outcome, ended.told = "stopped", self.engine.last_error(ticket)
                break
            context = Context(company_path=context.company_path, country="US", major=13)
            number += 1
            ended.requests.append(request.text)
            step("asked", number)
            try:
                reply = processor.process_request(session, request.text)
            except QuickBooksError as error:
                percent = self.engine.on_failure(ticket, error.hresult, error.message).percent
            else:
                ended.replies.append(reply)
                step("executed", number)
                percent = self.engine.on_reply(ticket, reply).percent
            step("answered", number)
            ended.percents.append(percent)
            if percent == 100:
                break
            if percent < 0:
                ended.outcome, ended.told = "stopped", self.engine.last_error(ticket)
                break
        self.engine.close(ticket)
        processor.end_session(session)
        return ended

    def file_id(self) -> str:
        with self.journal.read() as tx:
            return "{" + companies.find(tx, self.company).file_id.upper() + "}"

    def customers(self) -> list[dict[str, Any]]:
        """Every customer in the desk, by name."""
        return self.store.page(self.company, active=None, limit=100_000)[0]

    def status(self) -> dict[str, Any]:
        return views.status(self.journal, self.company)

    def attention(self) -> list[dict[str, Any]]:
        return views.attention(self.journal, self.company)
