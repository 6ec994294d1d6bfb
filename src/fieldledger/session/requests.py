"""What a session asks next, phase by phase. Whatever is handed out is stored in the session (and, if it writes, in a
message set) before it goes."""

from __future__ import annotations

import msgspec

from fieldledger.journal import Journal, Tx, events, message_sets
from fieldledger.journal.companies import Company
from fieldledger.session import doubt, fetching, greeting, names, posting, proving, reading
from fieldledger.session.ports import Books, Context, ReadHost, ReadIds, Wait, Write
from fieldledger.session.posting import Posting
from fieldledger.session.reading import Stopped
from fieldledger.session.state import AGAIN, DOUBT, FETCH, HELLO, LOOKUP, READ, WRITE, Session


class Call(msgspec.Struct, kw_only=True):
    """One call of the driver: everything that answering it needs."""

    journal: Journal
    books: Books
    company: Company
    run: int
    epoch: int
    session: Session

    def posting(self) -> Posting:
        return Posting(
            company=self.company, run=self.run, now=self.journal.now(), at=self.journal.stamp(),
            session=self.session, books=self.books,
        )  # fmt: skip


def next_text(tx: Tx, call: Call, context: Context) -> str | None:
    """The next document for QuickBooks; None = nothing at this moment, come back in some seconds. Raises `Stopped`."""
    session = call.session
    if session.asks:
        _unanswered(tx, call)
    if session.phase == HELLO:
        if not greeting.listen(tx, call.journal, call.books, call.company, call.run, session, context):
            session.asks = greeting.asks(session)
            return call.books.encode(session.asks)
        greeting.begin(
            tx, call.journal, call.books, call.company, call.run, session, context.major, context.minor
        )
    if session.phase == FETCH:
        look_whether_over(tx, call)
    if session.phase in (DOUBT, LOOKUP, AGAIN):
        text = _about_the_last_set(tx, call)
        if text is not None:
            return text
    if session.phase == WRITE:
        written = _write(tx, call)
        if isinstance(written, Wait):
            return None
        if written is not None:
            return written
    return _read(tx, call)


def _unanswered(tx: Tx, call: Call) -> None:
    """A request was handed out and its answer never came: whatever iterator it moved cannot be trusted, and whatever
    it was to write may have been written."""
    told = "QuickBooks' answer to the last request never arrived; it is asked again."
    events.record(
        tx, call.company.id, call.run, call.journal.stamp(), [events.Event(what="retried", told=told)]
    )
    forget_the_answer(call.session)


def forget_the_answer(session: Session) -> None:
    """Nobody knows what the last request came to. Raises `Stopped` when that happens too often."""
    writes = bool(session.asks) and isinstance(session.asks[0], Write)
    session.asks = ()
    if writes:
        session.phase = DOUBT
    elif session.phase == READ:
        reading.restart(session)


def _about_the_last_set(tx: Tx, call: Call) -> str | None:
    """None: there is nothing to ask about it any more; the session has moved on."""
    session, job = call.session, call.posting()
    out = message_sets.out(tx, call.company.id)
    if out is not None and session.phase == LOOKUP:
        session.asks = doubt.lookup_asks(tx, session, out)
        if session.asks:
            return call.books.encode(session.asks)
        message_sets.close(tx, out.id, "settled")  # nothing of it is without an outcome
    elif out is not None:
        session.step += 1
        session.asks = posting.writes_of(out)
        return doubt.ask_status(job, out) if session.phase == DOUBT else doubt.content_again(tx, job, out)
    go_on(tx, call)
    return None


def go_on(tx: Tx, call: Call) -> None:
    """The last set is settled: on with what the session was about."""
    session = call.session
    session.alone = False
    if session.reading is None:
        reading.begin(tx, call.company, session, call.journal.now())
    else:
        session.phase = WRITE


def _write(tx: Tx, call: Call) -> str | Wait | None:
    """What goes to the books now; `Wait`; or None: the field side comes first, or something has to be read."""
    session = call.session
    if not session.field_done:
        return None
    asked = names.ask(session)
    if asked is not None:
        session.asks = (asked,)
        return call.books.encode(session.asks)
    found = posting.next_set(tx, call.posting())
    if found is None or isinstance(found, Wait):
        return found
    text, writes = found
    session.step += 1
    session.asks = writes
    return text


def _read(tx: Tx, call: Call) -> str:
    """An id that cannot be sent is passed over. While the field side is being written, a cheap question keeps
    QuickBooks' session alive."""
    session = call.session
    while True:
        look_whether_over(tx, call)
        session.asks = reading.next_asks(tx, call.company.id, session)
        try:
            return call.books.encode(session.asks)
        except ValueError as error:
            if not isinstance(session.asks[0], ReadIds):
                raise Stopped(f"The next question to QuickBooks cannot be put: {error}") from error
            fetching.settle(tx, call.journal, call.company, call.run, session, session.asks[0], str(error))


def look_whether_over(tx: Tx, call: Call) -> None:
    session = call.session
    reading.look_whether_over(tx, call.journal, call.company, call.run, session)
    if session.phase == WRITE and session.prove:
        session.prove = False
        proving.prove(tx, call.posting())


def more_for_the_books(tx: Tx, call: Call) -> bool:
    """Whether the session goes on for what QuickBooks is still to be given, or asked about what it was given."""
    return posting.waiting(tx, call.posting())


def is_cheap(session: Session) -> bool:
    return bool(session.asks) and isinstance(session.asks[0], ReadHost)
