"""The engine: one sync session at a time per company, for whoever owns the loop. Keeps nothing in memory.

open → next_request ⇄ on_reply … → close. Every call finds the session in its lease by the ticket; a ticket that opens
no lease gets nothing and changes nothing. Clock and randomness come from outside.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

from fieldledger.journal import Journal, Tx, companies, events, leases, runs
from fieldledger.journal.companies import Company
from fieldledger.journal.leases import Lease
from fieldledger.model.outcome import Verdict
from fieldledger.policy.settings import complete
from fieldledger.session import listening, replies, requests, state, telling, turn
from fieldledger.session.ports import (
    Books,
    Context,
    Field,
    Garbled,
    NothingToDo,
    Occupied,
    Opened,
    Progress,
    Send,
    Stop,
    Wait,
)
from fieldledger.session.reading import LeaseLost, Stopped
from fieldledger.session.state import END, HELLO, WRITE, Session

WORK_SECONDS = 20.0
"""How long one call may write the field side; the Web Connector gives up after about 100."""
NO_OP = "NoOp"
"""To the Web Connector: wait five seconds and ask again (rules.md 6)."""

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

    def next_request(self, ticket: str, context: Context) -> Send | Wait | Stop:
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
        """What was read is kept. What was being written and is not proved to be undone is asked for by the next
        session, before anything else."""
        outcome = self.books.failure(hresult, message)
        try:
            with self.journal.write() as tx:
                lease = self._lease(tx, ticket)
                if lease is None:
                    return Progress(percent=-1)
                session = state.unpack(lease.state)
                if session.phase == END:
                    return Progress(percent=-1)
                said = telling.of_outcome(outcome)
                if outcome.verdict is Verdict.REFUSED and replies.refused_as_a_whole(
                    tx, self._call(tx, lease, session), outcome, said
                ):
                    self._save(tx, lease, session)
                    return Progress(percent=telling.percent(session))
                self._stop(tx, lease, session, said)
        except LeaseLost:
            pass
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

    def heard(self, company: str) -> None:
        """The field side tells that somebody edited something: it is read at once, so that its badge says *Waiting*.
        The next session writes it. Never raises: what is not heard now is read then."""
        listening.listen(self.journal, self.field, company)

    # ---- how ------------------------------------------------------------------------------------------------------

    def _next_request(self, ticket: str, context: Context) -> Send | Wait | Stop:
        with self.journal.write() as tx:
            lease = self._lease(tx, ticket)
            if lease is None:
                return Stop()
            session = state.unpack(lease.state)
            if session.phase == END:
                return Stop()
            try:
                text = requests.next_text(tx, self._call(tx, lease, session), context)
            except Stopped as stop:
                self._stop(tx, lease, session, str(stop))
                return Stop()
            if text is None:
                leases.keep(tx, lease.company, lease.epoch, last_error=NO_OP)
                self._save(tx, lease, session)
                return Wait()
            session.handed_at = self.journal.now()
            session.count("requests")
            leases.keep(tx, lease.company, lease.epoch, last_error="")
            self._save(tx, lease, session, request_out=True)
            return Send(text=text)

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
            answer = replies.take_in(self.journal, lease, session, self.books.decode(text, session.asks))
        except Garbled as error:
            return self._garbled(lease, session, str(error))
        if replies.is_a_stranger(session, answer):
            return Progress(
                percent=telling.percent(session)
            )  # the answer to an earlier request, delivered again
        with self.journal.write() as tx:
            there = self._there(tx, lease)
            if there.step != session.step:
                return Progress(percent=telling.percent(there))  # the same reply, posted twice at once
            try:
                replies.settle(tx, self._call(tx, lease, session), answer)
            except Stopped as stop:
                self._stop(tx, lease, session, str(stop))
                return Progress(percent=-1)
            session.asks = ()
            session.step += 1
            requests.look_whether_over(tx, self._call(tx, lease, session))
            self._save(tx, lease, session)
        return (
            self._write(lease, session, deadline)
            if session.phase == WRITE
            else Progress(percent=telling.percent(session))
        )

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
            try:
                replies.unknown(self._call(tx, lease, session))
            except Stopped as stop:
                self._stop(tx, lease, session, str(stop))
                return Progress(percent=-1)
            self._save(tx, lease, session)
        return Progress(percent=telling.percent(session))

    def _write(self, lease: Lease, session: Session, deadline: float) -> Progress:
        """The field side's part, as much of it as fits before the deadline (Unix seconds). Over when nothing is left
        for either side."""
        with self.journal.read() as tx:
            call = self._call(tx, lease, session)
        try:
            session.field_done = replies.write_field(call, self.field, deadline)
        except Stopped as stop:
            with self.journal.write() as tx:
                self._stop(tx, lease, session, str(stop))
            return Progress(percent=-1)
        with self.journal.write() as tx:
            call = self._call(tx, lease, session)
            if not session.field_done or requests.more_for_the_books(tx, call):
                self._save(tx, lease, session)
                return Progress(percent=telling.percent(session))
            self._end(tx, lease, session, *replies.farewell(tx, call))
        return Progress(percent=100)

    # ---- small parts ------------------------------------------------------------------------------------------------

    def _call(self, tx: Tx, lease: Lease, session: Session) -> requests.Call:
        return requests.Call(
            journal=self.journal, books=self.books, company=self._company(tx, lease), run=lease.run or 0,
            epoch=lease.epoch, session=session,
        )  # fmt: skip

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
