"""The field side tells that somebody edited something: it is read at once, and its badge says *Waiting*.

Decides nothing and writes no record; the next session does. What fails here is read then.
"""

from __future__ import annotations

from fieldledger.journal import Journal, Tx, companies, holds, links, sights
from fieldledger.journal.holds import Status
from fieldledger.model.kinds import Kind, Side
from fieldledger.policy.settings import complete
from fieldledger.policy.verdicts import WRITES
from fieldledger.session.field_reading import CHANGES, store, told_since
from fieldledger.session.ports import Field, SyncStatus

KIND = Kind.CUSTOMER
WAITING = "Waiting"
_DETAIL = "Edited here; it goes to QuickBooks when QuickBooks next calls."


def listen(journal: Journal, field: Field, company: str) -> int:
    """Read what the field side tells, as far as one call goes. Returns how many records were edited."""
    with journal.read() as tx:
        found = companies.get(tx, company)
        after = None if found is None else told_since(tx, company)
    if found is None or after is None:
        return 0
    try:
        changes = field.changes(company, KIND, after, CHANGES)
    except OSError:
        return 0
    with journal.write() as tx:
        edited = store(tx, journal, company, changes, after)
        both_ways = Side.BOOKS in WRITES[complete(found.settings)["customers.direction"]]
        badges = _badges(tx, company, journal.stamp()) if both_ways and edited else []
        holds.set_statuses(tx, company, badges)
    if badges:
        try:
            field.show_status(company, [_shown(badge) for badge in badges])
        except OSError:
            return edited
        with journal.write() as tx:
            holds.told(tx, company, badges)
    return edited


def _badges(tx: Tx, company: str, at: str) -> list[Status]:
    due = [sight for sight in sights.next_due(tx, company, Side.FIELD, KIND, CHANGES) if sight.gone is None]
    tied = links.load(tx, company, Side.FIELD, KIND, [sight.record for sight in due])
    borne = holds.borne(tx, company, KIND, [sight.record for sight in due])
    names = sights.load(tx, company, Side.BOOKS, KIND, [link.books for link in tied.values()])
    return [
        Status(
            kind=KIND, field=sight.record, status=WAITING, detail=_DETAIL, at=at,
            books_name=names[tied[sight.record].books].full_name
            if sight.record in tied and tied[sight.record].books in names
            else "",
        )
        for sight in due
        if borne.get(sight.record) != WAITING
    ]  # fmt: skip


def _shown(badge: Status) -> SyncStatus:
    return SyncStatus(
        kind=badge.kind, id=badge.field, status=badge.status, detail=badge.detail, books_name=badge.books_name,
        at=badge.at,
    )  # fmt: skip
