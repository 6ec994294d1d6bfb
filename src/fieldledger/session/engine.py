"""The engine: one sync session at a time per company, for whoever owns the loop. Keeps nothing in memory.

open → next_request ⇄ on_reply … → close. Every call finds the session in its lease by the ticket; a ticket that opens
no lease gets nothing and changes nothing. Clock and randomness come from outside.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

import msgspec

from fieldledger.journal import Journal, Tx, companies, events, leases, plans, runs, sights
from fieldledger.journal.companies import Company
from fieldledger.journal.leases import Lease
from fieldledger.model.kinds import Kind
from fieldledger.model.outcome import Verdict
from fieldledger.policy.settings import complete
from fieldledger.session import fetching, planning, reading, state, telling, turn
from fieldledger.session.identity import OWNER_ID, recognise
from fieldledger.session.ports import (
    Books,
    CompanyInfo,
    Context,
    Field,
    Garbled,
    HostInfo,
    NothingToDo,
    Occupied,
    Opened,
    PreferencesInfo,
    Progress,
    ReadCompany,
    ReadHost,
    ReadIds,
    ReadPreferences,
    Send,
    Stop,
)
from fieldledger.session.reading import LeaseLost, Stopped
from fieldledger.session.state import END, FETCH, HELLO, READ, WRITE, Session
from fieldledger.session.writing import Work, work

WORK_SECONDS = 20.0
"""How long one call may write the field side; the Web Connector gives up after about 100."""

NOT_KNOWN = (
    "This session is not known here (any more): it was closed, was silent too long, or another one took over. "
    "Nothing was changed. Start the update again in the Web Connector."
)


class SyncEngine:
    """Implements `fieldledger.session.ports.Engine` over a journal, a books language and a field side.

    local_time  Unix seconds → the server's wall time, for quiet hours.
    new_ticket  a fresh secret of 256 bits.
    """

    def __init__(
        self,
        journal: Journal,
        books: Books,
        field: Field,
        *,
        local_time: Callable[[float], datetime] = lambda seconds: datetime.fromtimestamp(
            seconds
        ).astimezone(),
        new_ticket: Callable[[], str] = lambda: secrets.token_urlsafe(32),
    ) -> None:
        self.journal, self.books, self.field = journal, books, field
        self.local_time, self.new_ticket = local_time, new_ticket

    # ---- the session's life ------------------------------------------------------------------------------------

    def open(self, company: str) -> Opened | NothingToDo | Occupied:
        now = self.journal.now()
        with self.journal.write() as tx:
            found = companies.get(tx, company)
            if found is None:
                return NothingToDo(reason="There is no such company.")
            settings = complete(found.settings)
            rest = turn.rest(settings, self.local_time(now))
            every = turn.interval(found, settings)
            if rest:
                return NothingToDo(reason=rest, every_seconds=every)
            lease = leases.get(tx, company)
            if lease is not None and turn.alive(lease, settings, now):
                return Occupied(reason="Another session of this company is at work; it is left alone.")
            at = self.journal.stamp()
            runs.abandon(
                tx,
                company,
                at,
                "The session fell silent before it was done. The next one goes on from there.",
            )
            ticket = self.new_ticket()
            epoch = lease.epoch + 1 if lease else 1
            run = runs.start(tx, company, epoch, telling.reason(found), at)
            leases.take(tx, company, ticket, run, now)
            if every is not None:
                companies.set_identity(tx, company, {**found.identity, "told_every": every})
        return Opened(ticket=ticket, every_seconds=every)

    def close(self, ticket: str) -> str:
        with self.journal.write() as tx:
            lease = leases.by_ticket(tx, ticket)
            if lease is None or turn.dead(lease, self.journal.now()):
                return "Nothing was open."
            session = state.unpack(lease.state)
            if session.phase != END:
                self._end(
                    tx, lease, session, "broken", "The Web Connector closed the session before it was done."
                )
            leases.keep(
                tx,
                lease.company,
                lease.epoch,
                ticket_hash=None,
                request_out=False,
                state=b"",
                heard_at=self.journal.now(),
            )
        return session.told or "Done."

    def last_error(self, ticket: str) -> str:
        with self.journal.read() as tx:
            lease = leases.by_ticket(tx, ticket)
        if lease is None or turn.dead(lease, self.journal.now()):
            return NOT_KNOWN
        return lease.last_error or "Nothing went wrong."

    # ---- requests and replies ------------------------------------------------------------------------------------

    def next_request(self, ticket: str, context: Context) -> Send | Stop:
        try:
            return self._next_request(ticket, context)
        except LeaseLost:
            return Stop()

    def on_reply(self, ticket: str, text: str | bytes) -> Progress:
        try:
            return self._on_reply(ticket, text)
        except LeaseLost:
            return Progress(percent=-1)

    def on_failure(self, ticket: str, hresult: str, message: str) -> Progress:
        """The run stops: nothing was written to QuickBooks, and what was read is kept."""
        outcome = self.books.failure(hresult, message)
        with self.journal.write() as tx:
            lease = self._lease(tx, ticket)
            if lease is None:
                return Progress(percent=-1)
            session = state.unpack(lease.state)
            if session.phase == END:
                return Progress(percent=-1)
            if outcome.verdict is Verdict.REFUSED and session.phase == READ and len(session.asks) > 1:
                company = self._company(tx, lease)
                reading.without_extras(tx, self.journal, company, lease.run, session, outcome)
                self._save(tx, lease, session)
                return Progress(percent=telling.percent(session))
            self._stop(tx, lease, session, telling.of_outcome(outcome))
        return Progress(percent=-1)

    def connection_failed(self, ticket: str, hresult: str, message: str) -> str | None:
        """The file that was open last time is tried once; then a person is needed."""
        outcome = self.books.failure(hresult, message)
        with self.journal.write() as tx:
            lease = self._lease(tx, ticket)
            if lease is None:
                return None
            session = state.unpack(lease.state)
            if session.phase == END:
                return None
            company = self._company(tx, lease)
            path = str(company.identity.get("path") or "")
            if path and session.path_tries == 0 and session.phase == HELLO:
                session.path_tries = 1
                self._save(tx, lease, session)
                return path
            self._stop(tx, lease, session, f"QuickBooks could not be opened: {telling.of_outcome(outcome)}")
        return None

    # ---- how ------------------------------------------------------------------------------------------------------

    def _next_request(self, ticket: str, context: Context) -> Send | Stop:
        with self.journal.write() as tx:
            lease = self._lease(tx, ticket)
            if lease is None:
                return Stop()
            session = state.unpack(lease.state)
            company = self._company(tx, lease)
            if session.phase == END:
                return Stop()
            try:
                if session.asks:
                    self._unanswered(tx, lease, session)
                if session.phase == HELLO:
                    greeted = self._greet(tx, lease, session, company, context)
                    if greeted is not None:
                        return greeted
                return self._ask_next(tx, lease, session, company)
            except Stopped as stop:
                self._stop(tx, lease, session, str(stop))
                return Stop()

    def _ask_next(self, tx: Tx, lease: Lease, session: Session, company: Company) -> Send:
        """Hand out the next request. An id that cannot be sent is passed over."""
        while True:
            reading.look_whether_over(tx, self.journal, company, lease.run, session)
            session.asks = reading.next_asks(tx, company.id, session)
            try:
                return self._hand_out(tx, lease, session)
            except ValueError as error:
                if not isinstance(session.asks[0], ReadIds):
                    raise Stopped(f"The next question to QuickBooks cannot be put: {error}") from error
                fetching.settle(tx, self.journal, company, lease.run, session, session.asks[0], str(error))

    def _on_reply(self, ticket: str, text: str | bytes) -> Progress:
        deadline = self.journal.now() + WORK_SECONDS
        with self.journal.write() as tx:
            lease = self._lease(tx, ticket)
            if lease is None:
                return Progress(percent=-1)
            session = state.unpack(lease.state)
        if session.phase == END or not session.asks:
            return Progress(percent=telling.percent(session))  # a reply that came twice
        try:
            answered = reading.take_in(
                self.journal, lease.company, lease.epoch, session, self.books.decode(text, session.asks)
            )
        except Garbled as error:
            return self._garbled(lease, session, str(error))
        if answered.strangers and not answered.heads:
            return Progress(
                percent=telling.percent(session)
            )  # the answer to an earlier request, delivered again
        with self.journal.write() as tx:
            there = self._there(tx, lease)
            if there.step != session.step:
                return Progress(percent=telling.percent(there))  # the same reply, posted twice at once
            company = self._company(tx, lease)
            try:
                if session.phase == HELLO:
                    self._begin(tx, lease, session, company)
                elif session.phase in (READ, FETCH):
                    reading.settle(tx, self.journal, company, lease.run, session, answered)
            except Stopped as stop:
                self._stop(tx, lease, session, str(stop))
                return Progress(percent=-1)
            session.asks = ()
            session.step += 1
            reading.look_whether_over(tx, self.journal, company, lease.run, session)
            self._save(tx, lease, session)
        return (
            self._write(lease, session, deadline)
            if session.phase == WRITE
            else Progress(percent=telling.percent(session))
        )

    def _greet(
        self, tx: Tx, lease: Lease, session: Session, company: Company, context: Context
    ) -> Send | Stop | None:
        """Learn who is there. Where the Web Connector's own introduction does not tell, ask."""
        session.company_path = context.company_path or session.company_path
        try:
            for item in self.books.decode(context.hcp) if context.hcp.strip() else ():
                match item:
                    case HostInfo():
                        session.host = item
                    case CompanyInfo():
                        session.company = item
                    case PreferencesInfo():
                        session.preferences = item
        except Garbled as error:
            told = (
                f"The Web Connector's introduction of QuickBooks could not be read: {error}. It is asked for."
            )
            events.record(
                tx, company.id, lease.run, self.journal.stamp(),
                [events.Event(what="noted", told=told, severity="warning", reason="garbled")],
            )  # fmt: skip
            session.count("warnings")
            session.host = session.company = session.preferences = None
        if session.company is None:
            session.step += 1
            session.asks = (
                ReadHost(id=f"{session.step}.1"),
                ReadCompany(id=f"{session.step}.2", owner_id=OWNER_ID),
                ReadPreferences(id=f"{session.step}.3"),
            )
            return self._hand_out(tx, lease, session)
        self._begin(tx, lease, session, company, context.major, context.minor)
        return None

    def _begin(
        self, tx: Tx, lease: Lease, session: Session, company: Company, major: int = 0, minor: int = 0
    ) -> None:
        """Version and company file are checked before anything else is asked. Raises `Stopped`."""
        host = session.host or HostInfo()
        unfit = self.books.unfit(host, major, minor)
        if unfit:
            raise Stopped(unfit)
        if session.company is None:
            raise Stopped(
                "QuickBooks did not tell which company file is open, so nothing was read or written. Open the right "
                "company file, logged in as Admin, and update again."
            )
        seen = recognise(
            company.identity, "{" + company.file_id.upper() + "}", session.company, session.company_path
        )
        if seen.other:
            raise Stopped(
                f"Stopped before anything was read or written: {seen.other}. Open the right company file and update "
                "again; for a new file, add a company of its own in Fieldledger."
            )
        if seen.moved:
            told = f"The company file was {seen.moved}; it bears the same mark, so the sync goes on."
            events.record(
                tx, company.id, lease.run, self.journal.stamp(), [events.Event(what="moved", told=told)]
            )
        identity = {**seen.identity, "host": msgspec.to_builtins(host)}
        if session.preferences is not None:
            identity["preferences"] = msgspec.to_builtins(session.preferences)
        companies.set_identity(tx, company.id, identity)
        session.moved = seen.elsewhere
        reading.begin(tx, company, session, self.journal.now())

    def _hand_out(self, tx: Tx, lease: Lease, session: Session) -> Send:
        text = self.books.encode(session.asks)
        session.handed_at = self.journal.now()
        session.count("requests")
        self._save(tx, lease, session, request_out=True)
        return Send(text=text)

    def _unanswered(self, tx: Tx, lease: Lease, session: Session) -> None:
        """A request was handed out and its answer never came: whatever iterator it moved cannot be trusted."""
        told = "QuickBooks' answer to the last request never arrived; it is asked again."
        events.record(
            tx, lease.company, lease.run, self.journal.stamp(), [events.Event(what="retried", told=told)]
        )
        session.asks = ()
        if session.phase == READ:
            reading.restart(session)

    def _garbled(self, lease: Lease, session: Session, why: str) -> Progress:
        """An answer that cannot be read. What came whole is kept; once it is asked again, then the run stops."""
        with self.journal.write() as tx:
            there = self._there(tx, lease)
            if there.step != session.step:
                return Progress(percent=telling.percent(there))  # a whole one was settled meanwhile
            session.garbled += 1
            told = f"QuickBooks' answer could not be read: {why}."
            events.record(
                tx, lease.company, lease.run, self.journal.stamp(),
                [events.Event(what="noted", told=told, severity="warning", reason="garbled")],
            )  # fmt: skip
            session.count("warnings")
            if session.garbled > 2 or session.phase == HELLO:
                self._stop(
                    tx, lease, session, f"{told} What came whole is kept; the next sync asks for the rest."
                )
                return Progress(percent=-1)
            session.asks = ()
            try:
                if session.phase == READ:
                    reading.restart(session)
            except Stopped as stop:
                self._stop(tx, lease, session, str(stop))
                return Progress(percent=-1)
            self._save(tx, lease, session)
        return Progress(percent=telling.percent(session))

    def _write(self, lease: Lease, session: Session, deadline: float) -> Progress:
        """The field side's part, as much of it as fits before the deadline (Unix seconds)."""
        with self.journal.read() as tx:
            company = self._company(tx, lease)
        job = Work(
            journal=self.journal, field=self.field, company=company, epoch=lease.epoch, run=lease.run or 0,
            session=session,
        )  # fmt: skip
        try:
            done = work(job, deadline)
        except Stopped as stop:
            with self.journal.write() as tx:
                self._stop(tx, lease, session, str(stop))
            return Progress(percent=-1)
        with self.journal.write() as tx:
            if not done:
                self._save(tx, lease, session)
                return Progress(percent=telling.percent(session))
            waiting = plans.proposed(tx, lease.company)
            company = self._company(tx, lease)
            told = telling.summary(
                session.counts,
                unsettled=plans.unsettled(tx, company.id),
                unread=sights.count_wanted(tx, company.id, Kind.CUSTOMER),
                more=not planning.in_step(tx, company.id),
            )
            if waiting is not None:
                told = f"Plan {waiting.number} waits for approval. {waiting.why}"
            if company.sync_asked == session.asked:
                companies.change(tx, lease.company, sync_asked="")
                if waiting is None and planning.in_step(tx, lease.company):
                    # Everything was looked at, and it came to nothing that had to be shown.
                    companies.change(tx, lease.company, approval_due="")
            self._end(tx, lease, session, "waiting" if waiting else "done", told)
        return Progress(percent=100)

    # ---- small parts ------------------------------------------------------------------------------------------------

    def _lease(self, tx: Tx, ticket: str) -> Lease | None:
        """The live lease of a ticket, noted as heard from."""
        lease = leases.by_ticket(tx, ticket)
        now = self.journal.now()
        if lease is None or turn.dead(lease, now):
            return None
        leases.keep(tx, lease.company, lease.epoch, heard_at=now, interrupted=False)
        return lease

    def _there(self, tx: Tx, lease: Lease) -> Session:
        """How the session stands by now. Raises `LeaseLost` when it is over, or another one is at work."""
        now = leases.get(tx, lease.company)
        if now is None or now.epoch != lease.epoch or not now.open:
            raise LeaseLost
        return state.unpack(now.state)

    def _company(self, tx: Tx, lease: Lease) -> Company:
        company = companies.get(tx, lease.company)
        if company is None:
            raise LookupError(f"company {lease.company} has a lease but does not exist")
        return company

    def _save(self, tx: Tx, lease: Lease, session: Session, request_out: bool = False) -> None:
        """Raises `LeaseLost` when another session is at work, or this one came to its end in another call."""
        if session.phase != END and self._there(tx, lease).phase == END:
            raise LeaseLost
        kept = leases.keep(tx, lease.company, lease.epoch, state=state.pack(session), request_out=request_out)
        if not kept:
            raise LeaseLost

    def _stop(self, tx: Tx, lease: Lease, session: Session, told: str) -> None:
        session.failed = True
        leases.keep(tx, lease.company, lease.epoch, last_error=told)
        events.record(
            tx, lease.company, lease.run, self.journal.stamp(),
            [events.Event(what="stopped", told=told, severity="error")],
        )  # fmt: skip
        self._end(tx, lease, session, "stopped", told)

    def _end(self, tx: Tx, lease: Lease, session: Session, outcome: str, told: str) -> None:
        session.phase, session.asks, session.told = END, (), told
        if lease.run is not None:
            runs.end(tx, lease.run, outcome, told, session.counts, self.journal.stamp())
        self._save(tx, lease, session)
