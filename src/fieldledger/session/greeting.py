"""Who is there? Version and company file are looked at before anything is read or written (spec 8.2)."""

from __future__ import annotations

import msgspec

from fieldledger.journal import Journal, Tx, companies, events, message_sets
from fieldledger.journal.companies import Company
from fieldledger.session import reading
from fieldledger.session.identity import OWNER_ID, recognise
from fieldledger.session.ports import (
    Ask,
    Books,
    CompanyInfo,
    Context,
    Garbled,
    HostInfo,
    PreferencesInfo,
    ReadCompany,
    ReadHost,
    ReadPreferences,
)
from fieldledger.session.reading import Stopped
from fieldledger.session.state import DOUBT, Session


def listen(
    tx: Tx,
    journal: Journal,
    books: Books,
    company: Company,
    run: int | None,
    session: Session,
    context: Context,
) -> bool:
    """Take in what the Web Connector tells by itself. False: it did not tell enough, and it must be asked."""
    session.company_path = context.company_path or session.company_path
    try:
        for item in books.decode(context.hcp) if context.hcp.strip() else ():
            match item:
                case HostInfo():
                    session.host = item
                case CompanyInfo():
                    session.company = item
                case PreferencesInfo():
                    session.preferences = item
    except Garbled as error:
        told = f"The Web Connector's introduction of QuickBooks could not be read: {error}. It is asked for."
        events.record(
            tx, company.id, run, journal.stamp(),
            [events.Event(what="noted", told=told, severity="warning", reason="garbled")],
        )  # fmt: skip
        session.count("warnings")
        session.host = session.company = session.preferences = None
    return session.company is not None


def asks(session: Session) -> tuple[Ask, ...]:
    session.step += 1
    return (
        ReadHost(id=f"{session.step}.1"),
        ReadCompany(id=f"{session.step}.2", owner_id=OWNER_ID),
        ReadPreferences(id=f"{session.step}.3"),
    )


def begin(
    tx: Tx, journal: Journal, books: Books, company: Company, run: int | None, session: Session, major: int = 0,
    minor: int = 0,
) -> None:  # fmt: skip
    """The right file in a version that can be worked with: go on. Raises `Stopped`."""
    host = session.host or HostInfo()
    unfit = books.unfit(host, major, minor)
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
        events.record(tx, company.id, run, journal.stamp(), [events.Event(what="moved", told=told)])
    identity = {**seen.identity, "host": msgspec.to_builtins(host)}
    if session.preferences is not None:
        identity["preferences"] = msgspec.to_builtins(session.preferences)
    companies.set_identity(tx, company.id, identity)
    session.moved = seen.elsewhere
    if message_sets.out(tx, company.id) is not None:
        session.phase = DOUBT  # before anything else is written
    else:
        reading.begin(tx, company, session, journal.now())
