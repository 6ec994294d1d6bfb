"""Two worlds and the engine between them: a company file, a field system, clocks that are wrong, and the server with
its real journal and the real language of QuickBooks. What is in here is only built and looked at; it judges nothing."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec

from fieldledger.books.desktop.codec import DesktopBooks
from fieldledger.journal import leases, runs
from fieldledger.model.kinds import Kind
from fieldledger.session.engine import SyncEngine
from fieldledger.session.identity import OWNER_ID
from tests.simulation.companyfile import AGENCY, CompanyFile
from tests.simulation.fieldside import FieldSide
from tests.simulation.in_books import InBooks
from tests.simulation.in_field import InField
from tests.simulation.manners import Manners
from tests.simulation.quickbooks import QuickBooks
from tests.simulation.store import COMPANY, FILE_ID, new_journal
from tests.simulation.trace import Trace

SEASONS = {
    "winter": 1_764_000_000.0, "summer": 1_752_000_000.0, "clocks go back": 1_762_020_000.0,
    "clocks go forward": 1_773_000_000.0,
}  # fmt: skip
"""When it all begins, Unix seconds: an ordinary day, a day of summer time, the nights in which wall time jumps."""
PATH = r"C:\books\company.qbw"


class Circumstances(msgspec.Struct, frozen=True):
    """What stays as it is for a whole schedule. books_skew, field_skew: seconds by which a clock is ahead of the truth.
    fierce: how likely each fault is, 0 = none."""

    settings: dict[str, str]
    manners: Manners
    season: str
    books_skew: float
    field_skew: float
    fierce: float

    @classmethod
    def drawn(cls, dice: random.Random, direction: str = "") -> Circumstances:
        settings = {
            "customers.direction": direction
            or dice.choice(("two_way", "two_way", "books_to_field", "field_to_books")),
            "primary": dice.choice(("books", "field")),
            "jobs": dice.choice(("as_customers", "as_customers", "as_customers", "as_locations", "skip")),
            "job_name": dice.choice(("company_name", "full_name", "job_name")),
            "approve_plans": dice.choice(("never",) * 9 + ("always",)),
            "tax_agency": dice.choice((AGENCY, AGENCY, "none", "Nobody")),
            "retired_terms": dice.choice(("retire", "retire", "keep")),
        }
        if settings["customers.direction"] == "books_to_field":
            for toggle in ("tax_sync", "terms_sync"):  # elsewhere they are what they must be
                settings[toggle] = dice.choice(("on", "on", "off"))
        return cls(
            settings=settings,
            manners=Manners.drawn(dice),
            season=dice.choice(("winter", "summer", *SEASONS)),
            books_skew=_skew(dice),
            field_skew=_skew(dice),
            fierce=dice.choice((0.0, 0.02, 0.05, 0.1)),
        )


def _skew(dice: random.Random) -> float:
    return dice.choice((0.0, 0.0, 0.0, dice.uniform(-100, 100), dice.uniform(-7200, 7200)))


class Killed(BaseException):
    """Somebody pulled the server's plug. Not an Exception, so nothing on the way can swallow it."""


class World:
    """time: true Unix seconds. moment: called with what the server is about to do, or has just done; it may raise
    `Killed`. file: the company file that is open in QuickBooks; own: the one of this connection."""

    def __init__(self, circumstances: Circumstances, dice: random.Random) -> None:
        self.circumstances = circumstances
        self.time = SEASONS[circumstances.season]
        self.trace = Trace(lambda: self.time)
        self.moment: Callable[[str], None] = lambda what: None
        self.own = CompanyFile(self._books_now, "Simulated Company", PATH)
        self.own.data.marks[OWNER_ID] = "{" + FILE_ID.upper() + "}"
        self.own.jobs_follow = circumstances.manners.jobs_follow
        self.file = self.own
        self.quickbooks = QuickBooks(self.own, circumstances.manners, OWNER_ID, self.trace.marks)
        self.field = FieldSide(lambda: self.time + circumstances.field_skew)
        self.field.before = lambda call: self.moment(f"before {call} of the field")
        self.field.after = lambda call: self.moment(f"after {call} of the field")
        self.in_books = InBooks(lambda: self.own, self.trace, dice)
        self.in_field = InField(self.field, COMPANY, self.trace, dice)
        self.journal = new_journal(lambda: self.time, circumstances.settings)
        self.journal.moment = lambda what: self.moment(what)
        with self.journal.write() as tx:
            runs.move_cursor(tx, COMPANY, "page:customer", str(dice.choice((2, 3, 5, 100))))
        self._tickets = 0
        self.start()

    def _books_now(self) -> float:
        return self.time + self.circumstances.books_skew

    @property
    def direction(self) -> str:
        return self.circumstances.settings["customers.direction"]

    def flow(self, kind: Kind) -> str:
        """Which way a small list goes (spec 5): books_to_field, field_to_books, or match_only where its toggle is
        off."""
        if kind is Kind.SALES_TAX_CODE:
            return "books_to_field"
        if self.direction != "books_to_field":
            return "books_to_field" if self.direction == "two_way" else "field_to_books"
        toggle = "tax_sync" if kind is Kind.TAX_RATE else "terms_sync"
        return "books_to_field" if self.circumstances.settings[toggle] == "on" else "match_only"

    def start(self) -> None:
        """The server comes up, as after a crash; it is not killed while it does."""
        moment, self.moment = self.moment, lambda what: None
        with self.journal.write() as tx:
            leases.interrupt_all(tx)
        self.moment = moment
        self.engine = SyncEngine(
            self.journal,
            DesktopBooks(),
            self.field,
            local_time=lambda seconds: datetime.fromtimestamp(seconds, UTC),
            new_ticket=self._ticket,
        )

    def open_other(self) -> None:
        """Another company's file, with the same names in it, is open in QuickBooks. Nothing may be written there."""
        other = CompanyFile(self._books_now, "Another Company", r"C:\books\another.qbw")
        copied = self.own.backup()
        other.data.customers, other.data.small = copied.customers, copied.small
        other.data.marks[OWNER_ID] = "{00000000-0000-4000-8000-000000000000}"
        self.file = self.quickbooks.file = other

    def open_own(self) -> None:
        self.file = self.quickbooks.file = self.own

    def _ticket(self) -> str:
        self._tickets += 1
        return f"ticket-{self._tickets}"
