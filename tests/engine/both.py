"""For the tests that write QuickBooks: a company file that dies on demand, and what went out, taken apart.

It must never look into the engine: what counts is what QuickBooks holds, and what the journal has on disk.
"""

from __future__ import annotations

import copy
import shutil
import sqlite3
from collections.abc import Callable, Collection, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from lxml import etree

from fieldledger.books.desktop.codec import DesktopBooks
from fieldledger.journal import companies
from fieldledger.model.kinds import LISTS, Kind
from fieldledger.model.record import Record
from fieldledger.policy.kinds import REFERENCES
from fieldledger.policy.settings import changed, complete
from fieldledger.session.ports import ReadList, ReadPage
from quickbooks_sim.companyfile import CompanyFile
from quickbooks_sim.errors import Died, FaultPoint
from quickbooks_sim.requestprocessor import RequestProcessor
from tests.support.connector import INTERVAL, Connector, Failed, QuickBooks, SimulatedQuickBooks, Stage

QUIET = "In step: nothing had changed."


def direct(stage: Stage, direction: str, **settings: str) -> Stage:
    """The stage with other settings, as if they had been chosen when the company was added."""
    chosen = {"customers.direction": direction, **settings}
    with stage.journal.write() as tx:
        found = companies.get(tx, stage.company)
        assert found is not None
        companies.set_settings(tx, stage.company, changed(complete(found.settings), chosen))
    return stage


def direction(stage: Stage) -> str:
    with stage.journal.read() as tx:
        found = companies.get(tx, stage.company)
        assert found is not None
        return complete(found.settings)["customers.direction"]


def copied(stage: Stage, folder: Path) -> Stage:
    """A copy of a stage that is down: its files, and its field-service system. The copy is up."""
    shutil.copytree(stage.folder, folder)
    made = Stage.reopen(folder, stage.company)
    assert isinstance(made, Stage)
    made.time, made.ahead = stage.time, stage.ahead
    for name in ("rows", "keys", "positions", "policies", "lists"):
        setattr(made.other, name, copy.deepcopy(getattr(stage.other, name)))
    return made


# ---- what went out ----------------------------------------------------------------------------------------------


class Sent(NamedTuple):
    """A document for QuickBooks. new, old: its recovery ids; requests: (message, request id, name or id)."""

    new: str
    old: str
    requests: tuple[tuple[str, str, str], ...]
    text: str

    @property
    def is_check(self) -> bool:
        """Asks for a stored answer and does nothing."""
        return bool(self.new) and self.new == self.old and not self.requests

    @property
    def writes(self) -> bool:
        return any(message.endswith(("AddRq", "ModRq")) for message, _, _ in self.requests)

    @property
    def about(self) -> list[str]:
        return [about for _, _, about in self.requests]


def parsed(text: str) -> Sent:
    frame = etree.fromstring(text.encode())[0]
    found = []
    for request in frame:
        box = request[0] if len(request) and len(request[0]) else request
        about = box.findtext("Name") if box.find("ListID") is None else box.findtext("ListID")
        found.append((str(request.tag), request.get("requestID") or "", about or ""))
    return Sent(frame.get("newMessageSetID") or "", frame.get("oldMessageSetID") or "", tuple(found), text)


def all_sent(connector: Connector) -> list[Sent]:
    return [parsed(text) for text in connector.requests]


def sets(connector: Connector) -> list[Sent]:
    """The sets of writes that a session handed out."""
    return [sent for sent in all_sent(connector) if sent.writes]


# ---- a QuickBooks that dies -------------------------------------------------------------------------------------


class Mortal(SimulatedQuickBooks):
    """deaths: where it dies at the next sets of writes, None = it lives. known: ids of sets at which it does not die,
    since they are sent again. before: called with each document before it is looked at."""

    def __init__(self, stage: Stage, *deaths: FaultPoint | None, known: Collection[str] = ()) -> None:
        super().__init__(stage)
        self.deaths, self.known = list(deaths), known
        self.before: Callable[[str], None] = lambda text: None

    def execute(self, text: str) -> str:
        if self.deaths and (sent := parsed(text)).writes and sent.new not in self.known:
            point = self.deaths.pop(0)
            if point is not None:
                self.processor.faults.plan(point)
        self.before(text)
        try:
            return super().execute(text)
        except Died:
            self.kill()
            raise Failed("0x80040402", "Unexpected error.") from None


# ---- what there is ----------------------------------------------------------------------------------------------


def in_books(stage: Stage) -> dict[str, Record]:
    """Every customer and job of the company file, by full name; its terms and taxes by their names."""
    return records_of(stage.file)


def records_of(file: Path) -> dict[str, Record]:
    """The same of a file that nobody has open."""
    with CompanyFile.open(file) as company:
        processor = RequestProcessor(company)
        processor.open_connection("", "A look from outside")
        session = processor.begin_session("")
        asks = (
            ReadPage(id="1", kind=Kind.CUSTOMER, since=None, light=False, page=1000),
            *(ReadList(id=kind, kind=kind) for kind in LISTS),
        )
        books = DesktopBooks()
        told = list(books.decode(processor.process_request(session, books.encode(asks)), asks))
    every = [item for item in told if isinstance(item, Record)]
    names = {(record.kind, record.id): record.full_name for record in every}
    records = [_by_name(record, names) for record in every if record.kind is Kind.CUSTOMER]
    assert len({record.full_name for record in records}) == len(records)
    return {record.full_name: record for record in records}


def _by_name(record: Record, names: Mapping[tuple[Kind, str], str]) -> Record:
    """With the names of what it refers to."""
    called = {
        field: names[kind, record.values[field]]
        for field, kind in REFERENCES[Kind.CUSTOMER].items()
        if record.values[field]
    }
    return msgspec.structs.replace(record, values={**record.values, **called})


def on_disk(stage: Stage, query: str, *values: Any) -> list[tuple[Any, ...]]:
    """What a journal that the power left holds."""
    with closing(sqlite3.connect(stage.folder / "journal.db")) as journal:
        return journal.execute(query, values).fetchall()


def pairs(stage: Stage) -> dict[str, int]:
    """Field ids by books ids."""
    return {
        books: int(field)
        for books, field in on_disk(stage, "select books, field from links where kind = 'customer'")
    }


def history(stage: Stage) -> list[tuple[str, str, str]]:
    """(what, name, sentence) of everything that ever happened."""
    return on_disk(stage, "select what, name, told from events order by id")


def held(stage: Stage) -> dict[str, str]:
    """Reasons by name of what waits for a person."""
    return {hold["name"]: hold["reason"] for hold in stage.attention()}


# ---- sessions ---------------------------------------------------------------------------------------------------


def until_a_set(connector: Connector) -> Sent:
    """Goes on until a set of writes is handed out; it is not executed yet."""
    for _ in range(50):
        text = connector.ask()
        assert text is not None, connector.world.engine.last_error(connector.ticket)
        sent = parsed(text)
        if sent.writes:
            return sent
        connector.execute()
        assert 0 <= connector.post() < 100, "it ended without a write"
    raise AssertionError("no set of writes came")


def session(stage: Stage, quickbooks: QuickBooks | None = None) -> Connector:
    """A whole session, however it ends."""
    stage.time += INTERVAL
    with stage.connect(quickbooks) as connector:
        connector.outcome = connector.run()  # type: ignore[attr-defined]
    return connector


def settled(stage: Stage, most: int = 6) -> list[Connector]:
    """Sessions until one has nothing to do, which must write nothing. Returns all of them."""
    done = []
    for _ in range(most):
        done.append(session(stage))
        if stage.last_run()["told"] == QUIET:
            assert not sets(done[-1])
            return done
    raise AssertionError(f"not in step after {most} sessions: {stage.last_run()}")


def switch(stage: Stage, **switches: str) -> None:
    stage.edit("switch " + " ".join(f"{name}={word}" for name, word in switches.items()))


# ---- a set in doubt ---------------------------------------------------------------------------------------------


def died(world: Stage, point: FaultPoint = FaultPoint.EXECUTED_NOT_STORED) -> Mortal:
    """A session in which QuickBooks dies at the first set; the next one starts later."""
    quickbooks = Mortal(world, point)
    session(world, quickbooks)
    quickbooks.close()
    return quickbooks
