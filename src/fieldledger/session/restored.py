"""Is the company file an older state of itself: a restored backup, or a copy made before the last sync? (spec 8.2).

Found out, it is told, and nothing is written until a person has seen the plan. Nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fieldledger.journal import Journal, Tx, companies, events, links, runs, sights
from fieldledger.journal.companies import Company
from fieldledger.model.kinds import Kind, Side
from fieldledger.model.record import Record, Stamp
from fieldledger.session.ports import Activity
from fieldledger.session.state import Session

KIND = Kind.CUSTOMER


def told_by_quickbooks(
    tx: Tx, journal: Journal, company: Company, run: int | None, activity: Activity
) -> None:
    """LastRestoreTime moved: everything is read again by the next session."""
    identity: dict[str, Any] = dict(company.identity)
    known, told = identity.get("last_restore"), activity.last_restore or ""
    if known == told:
        return
    identity["last_restore"] = told
    companies.set_identity(tx, company.id, identity)
    if known is None or not told:
        return  # the first time that it is heard of
    companies.change(tx, company.id, sync_asked="full")
    _show_first(
        tx, journal, company, run,
        f"The company file was restored from a backup ({told}). Everything is read again, and nothing is written "
        "until the plan is approved.",
    )  # fmt: skip


def look_at(tx: Tx, company: str, session: Session, shown: Sequence[Record | Stamp]) -> None:
    """Versions that a listing shows, before they are stored: in a complete one none may have gone back. In a listing of
    changes one may, when somebody set the clock; then everything is listed by the next session."""
    known = sights.versions(tx, company, KIND, [record.id for record in shown])
    gone_back = sum(_went_back(known.get(record.id, ""), record.version) for record in shown)
    if session.reading is not None and session.reading.complete:
        session.gone_back += gone_back
    elif gone_back:
        runs.move_cursor(tx, company, f"complete:{KIND}", None)


def _went_back(before: str, now: str) -> bool:
    """EditSequence is a Unix second; what is none tells nothing."""
    return before.isdecimal() and now.isdecimal() and int(now) < int(before)


def told_by_its_content(
    tx: Tx, journal: Journal, company: Company, run: int | None, session: Session
) -> None:
    """After everything that a complete listing asked for has come."""
    if session.reading is None or not session.reading.complete:
        return
    signs = []
    if session.gone_back:
        signs.append(f"records went back to an earlier state ({session.gone_back})")
    newest = links.newest(tx, company.id, KIND) if session.moved else []
    # A deletion leaves a record with its time; what is missing without one was never in this file.
    missing = [
        sight for sight in sights.load(tx, company.id, Side.BOOKS, KIND, newest).values() if sight.gone == ""
    ]
    if missing:
        signs.append(f"the newest customers are missing ({len(missing)})")
    session.gone_back = 0
    if signs:
        _show_first(
            tx, journal, company, run,
            f"The company file looks like a restored backup or a copy: {' and '.join(signs)}. Nothing is written "
            "until the plan is approved.",
        )  # fmt: skip


def _show_first(tx: Tx, journal: Journal, company: Company, run: int | None, words: str) -> None:
    companies.owe_approval(tx, company.id, words)
    events.record(
        tx, company.id, run, journal.stamp(),
        [events.Event(what="noted", told=words, severity="warning", reason="restored")],
    )  # fmt: skip
