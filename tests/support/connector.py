"""A Web Connector that goes one step at a time, so that a test can do anything between two of its steps."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import select

from fieldledger.books.desktop.codec import DesktopBooks
from fieldledger.journal import runs
from fieldledger.journal.schema import metadata
from fieldledger.model.kinds import Kind
from fieldledger.office import companies as office
from fieldledger.office import views
from fieldledger.session.engine import SyncEngine
from fieldledger.session.identity import OWNER_ID
from fieldledger.session.ports import Books, Context, Field, NothingToDo, Occupied, Opened, Send, Stop, Wait
from quickbooks_sim.build import add_tax_codes, new_file
from quickbooks_sim.companyfile import CompanyFile
from quickbooks_sim.edit import apply_script
from quickbooks_sim.errors import QuickBooksError
from quickbooks_sim.requestprocessor import RequestProcessor
from tests.support.othermake import OtherMake
from tests.support.world import HCP, World

INTERVAL = 900.0
"""Seconds between two calls of the Web Connector."""


class Failed(Exception):
    """The request processor failed instead of answering."""

    def __init__(self, hresult: str, message: str = "") -> None:
        super().__init__(hresult)
        self.hresult, self.message = hresult, message


class QuickBooks(Protocol):
    """What the Web Connector has in front of it."""

    path: str

    def introduction(self) -> str: ...

    def execute(self, text: str) -> str:
        """Raises `Failed`."""
        ...

    def kill(self) -> None:
        """Another QuickBooks session: iterators are gone."""
        ...

    def close(self) -> None: ...


class SimulatedQuickBooks:
    """The simulator on the world's company file, with the world's clock at every step."""

    def __init__(self, world: Stage) -> None:
        self._world = world
        self._open = ExitStack()
        self._company = self._open.enter_context(CompanyFile.open(world.file))
        self.kill()
        self.processor.store_private_data(OWNER_ID, "FileID", world.file_id())
        self.path = self.processor.company_path()

    def introduction(self) -> str:
        return self.execute(HCP.format(owner=OWNER_ID))

    def execute(self, text: str) -> str:
        self._world._set_clock(self._company)
        try:
            return self.processor.process_request(self._session, text)
        except QuickBooksError as error:
            raise Failed(error.hresult, error.message) from error

    def kill(self) -> None:
        self.processor = RequestProcessor(self._company)
        self.processor.open_connection("", "Fieldledger")
        self._session = self.processor.begin_session("")

    def close(self) -> None:
        self._open.close()


def about_customers(plan: dict[str, Any]) -> dict[str, Any]:
    """The plan without small lists: their actions are left out, and counted as ``lists``."""
    mine = [action for action in plan["actions"] if action["kind"] == Kind.CUSTOMER]
    counts = dict(Counter(action["verb"] for action in mine))
    return {**plan, "actions": mine, "counts": counts, "lists": len(plan["actions"]) - len(mine)}


class Connector:
    """One session, step by step. text: the last request; reply: its answer; percent: what the server said to it."""

    def __init__(self, world: Stage, quickbooks: QuickBooks | None = None) -> None:
        self.world = world
        self.quickbooks = quickbooks or SimulatedQuickBooks(world)
        opened = world.engine.open(world.company)
        self.opened: Opened | NothingToDo | Occupied = opened
        self.ticket = opened.ticket if isinstance(opened, Opened) else ""
        self.requests: list[str] = []
        self.percents: list[int] = []
        self.reply = ""
        self._introduced = False

    def __enter__(self) -> Connector:
        return self

    def __exit__(self, *_: object) -> None:
        self.quickbooks.close()

    def ask(self) -> str | None:
        """sendRequestXML; None = nothing (more)."""
        hcp = "" if self._introduced else self.quickbooks.introduction()
        self._introduced = True
        context = Context(hcp=hcp, company_path=self.quickbooks.path, country="US", major=13)
        answer = self.world.engine.next_request(self.ticket, context)
        while isinstance(answer, Wait):
            assert self.world.engine.last_error(self.ticket) == "NoOp"
            self.world.time += 5
            answer = self.world.engine.next_request(self.ticket, context)
        if isinstance(answer, Stop):
            return None
        assert isinstance(answer, Send)
        self.requests.append(answer.text)
        return answer.text

    def execute(self, text: str | None = None) -> str:
        """What QuickBooks answers to the last request, or to this one."""
        self.reply = self.quickbooks.execute(text or self.requests[-1])
        return self.reply

    def post(self, reply: str | bytes | None = None) -> int:
        """receiveResponseXML with the last answer, or with this one."""
        percent = self.world.engine.on_reply(self.ticket, self.reply if reply is None else reply).percent
        self.percents.append(percent)
        return percent

    def step(self) -> int:
        """One whole round trip. 100 = finished, -1 = stopped."""
        if self.ask() is None:
            return -1
        try:
            self.execute()
        except Failed as failure:
            self.percents.append(
                self.world.engine.on_failure(self.ticket, failure.hresult, failure.message).percent
            )
            return self.percents[-1]
        return self.post()

    def run(self, most: int = 200) -> str:
        """To the end: finished or stopped. Fails when it does not end."""
        for _ in range(most):
            percent = self.percents[-1] if self.percents[-1:] == [100] else self.step()
            if percent == 100 or percent < 0:
                self.told = self.world.engine.last_error(self.ticket)
                self.close()
                return "finished" if percent == 100 else "stopped"
        raise AssertionError(f"no end after {most} round trips: {self.requests[-1]}")

    def close(self) -> str:
        return self.world.engine.close(self.ticket)


class Stage(World):
    """A world whose parts a test may change. Its field-service system is one of another make, in memory, so that the
    engine is tried against its port alone.

    ahead  seconds by which the clock of the QuickBooks computer is wrong
    clock  a setting of the simulator's clock, instead of the world's time
    other  the field-service system
    """

    @classmethod
    def copied(cls, folder: Path, company: str, to: Path) -> Stage:
        """A copy of a world's folder, brought up."""
        shutil.copytree(folder, to)
        world = cls.reopen(to, company)
        assert isinstance(world, Stage)
        return world

    def _place(self, folder: Path) -> None:
        super()._place(folder)
        self.ahead = 0.0
        self.clock: str | None = None
        self.other = OtherMake(lambda: self.time)

    def start(self) -> None:
        self._open_journal()
        self.use(field=self.other)

    def stop(self) -> None:
        if self.up:
            self._journal_file.leave()
        self.up = False

    def restart(self) -> None:
        """The server goes down and comes up again."""
        self.stop()
        self.start()

    def customers(self) -> list[dict[str, Any]]:
        return self.other.shown(self.company)

    def _set_clock(self, company: CompanyFile) -> None:
        zone = ZoneInfo(company.switch("time_zone"))
        wall = datetime.fromtimestamp(self.time + self.ahead, zone).strftime("%Y-%m-%dT%H:%M:%S")
        company.set_switch("clock", self.clock or f"frozen {wall}")

    def use(self, *, field: Field | None = None, books: Books | None = None) -> None:
        """Another field-service system, another language of the books. Quiet hours count in UTC here."""
        self.field: Field = field or self.field
        self.engine = SyncEngine(
            self.journal,
            books or DesktopBooks(),
            self.field,
            local_time=lambda seconds: datetime.fromtimestamp(seconds, UTC),
        )

    @contextmanager
    def connect(self, quickbooks: QuickBooks | None = None) -> Iterator[Connector]:
        with Connector(self, quickbooks) as connector:
            yield connector

    def sync(self, quickbooks: QuickBooks | None = None, times: int = 1) -> Connector:
        """Sessions, a quarter of an hour apart, each of which must finish. Returns the last."""
        for _ in range(times):
            self.time += INTERVAL
            with self.connect(quickbooks) as connector:
                assert connector.run() == "finished", connector.told
        return connector

    def page(self, size: int) -> None:
        """Records per page in the next session."""
        with self.journal.write() as tx:
            runs.move_cursor(tx, self.company, "page:customer", str(size))

    def cursor(self, name: str) -> str | None:
        with self.journal.read() as tx:
            return runs.cursor(tx, self.company, f"{name}:{Kind.CUSTOMER}")

    def choose(self, **settings: str) -> None:
        """Settings, with _ for the dot."""
        office.set_settings(self.journal, self.company, settings, who="test")

    def approve(self, number: int | None = None) -> dict[str, Any]:
        return office.approve(self.journal, self.company, number, who="test")

    def plan(self, number: int | None = None) -> dict[str, Any]:
        """A plan with what it has about customers; what it does with terms and taxes is counted beside it."""
        return about_customers(views.plan(self.journal, self.company, number))

    def events(self, run: int | None = None) -> list[dict[str, Any]]:
        """What a run did with customers; the last one's when none is named."""
        number = run or views.log(self.journal, self.company, 1)[0]["run"]
        events: list[dict[str, Any]] = views.run(self.journal, self.company, number)["events"]
        return [event for event in events if event["kind"] in ("", Kind.CUSTOMER)]

    def happened(self, run: int | None = None) -> list[tuple[str, str]]:
        """(what, name) of each event of a run."""
        return [(event["what"], event["name"]) for event in self.events(run)]

    def last_run(self) -> dict[str, Any]:
        return views.log(self.journal, self.company, 1)[0]

    def desk(self) -> dict[str, dict[str, Any]]:
        """Customers of the desk that came from QuickBooks, by the name that they have there."""
        found = {each["sync"]["books_name"]: each for each in self.customers() if each["sync"]}
        found.pop("", None)
        return found

    def names(self) -> list[str]:
        return sorted(customer["name"] for customer in self.customers())

    def journal_rows(self) -> dict[str, list[Any]]:
        """Every row of the journal: two that are equal say that nothing was changed in between."""
        with self.journal.read() as tx:
            return {
                table.name: sorted(map(repr, tx.execute(select(table)))) for table in metadata.sorted_tables
            }


def beside(world: Stage, name: str, settings: dict[str, str] | None = None) -> Stage:
    """Another company in the same journal and desk, with a company file of its own."""
    other = Stage.__new__(Stage)
    other._place(world.folder)
    other.file = world.folder / f"{name}.qbs"
    with new_file(other.file, name) as company, company.writing():
        add_tax_codes(company)
    other.journal, other.other, other.field, other.engine = (
        world.journal,
        world.other,
        world.field,
        world.engine,
    )
    chosen = {"customers.direction": "books_to_field", "approve_plans": "never", **(settings or {})}
    other.company = office.add(
        world.journal, name, chosen, password="secret", password_hash=lambda text: text
    )["id"]
    return other


def at_each_step(connector: Connector, do: Callable[[int], None]) -> str:
    """Runs a session to its end, with something done after each round trip."""
    for number in range(1, 200):
        percent = connector.step()
        if percent == 100 or percent < 0:
            connector.close()
            return "finished" if percent == 100 else "stopped"
        do(number)
    raise AssertionError("no end")


def edit(world: Stage, script: str) -> None:
    """An edit while a session has the file open."""
    with CompanyFile.open(world.file) as company:
        world._set_clock(company)
        apply_script(company, script)
