"""The field side tells that somebody edited something: it is read at once, and its badge says *Waiting*.

Decides nothing and writes no record; the next session does. What fails here is read then.
"""

from __future__ import annotations

from fieldledger.journal import Journal, Tx, companies, holds, links, sights
from fieldledger.journal.holds import Status
from fieldledger.model.kinds import Kind, Side
from fieldledger.policy.settings import as_policies, complete
from fieldledger.policy.verdicts import WRITES
from fieldledger.session.field_reading import CHANGES, store, told_since
from fieldledger.session.ports import Field, SyncStatus

WAITING = "Waiting"
_DETAIL = "Edited here; it goes to QuickBooks when QuickBooks next calls."


def listen(journal: Journal, field: Field, company: str) -> int:
    """Read what the field side tells, as far as one call goes. Returns how many records were edited."""
    return sum(_listen(journal, field, company, kind) for kind in Kind)


def _listen(journal: Journal, field: Field, company: str, kind: Kind) -> int:
    with journal.read() as tx:
        found = companies.get(tx, company)
        after = None if found is None else told_since(tx, company, kind)
    if found is None or after is None:
        return 0
    try:
        changes = field.changes(company, kind, after, CHANGES)
    except OSError:
        return 0
    with journal.write() as tx:
        edited = store(tx, journal, company, kind, changes, after)
        goes = Side.BOOKS in WRITES[as_policies(complete(found.settings))[kind].direction]
        badges = _badges(tx, company, kind, journal.stamp()) if goes and edited else []
        holds.set_statuses(tx, company, badges)
    if badges:
        try:
            field.show_status(company, [_shown(badge) for badge in badges])
        except OSError:
            return edited
        with journal.write() as tx:
            holds.told(tx, company, badges)
    return edited


def _badges(tx: Tx, company: str, kind: Kind, at: str) -> list[Status]:
    due = [sight for sight in sights.next_due(tx, company, Side.FIELD, kind, CHANGES) if sight.gone is None]
    tied = links.load(tx, company, Side.FIELD, kind, [sight.record for sight in due])
    borne = holds.borne(tx, company, kind, [sight.record for sight in due])
    names = sights.load(tx, company, Side.BOOKS, kind, [link.books for link in tied.values()])
    return [
        Status(
            kind=kind, field=sight.record, status=WAITING, detail=_DETAIL, at=at,
            books_name=names[tied[sight.record].books].full_name
            if sight.record in tied and tied[sight.record].books in names
            else "",
        )
        for sight in due
        if borne.get(sight.record) != WAITING and (kind is Kind.CUSTOMER or sight.record in tied)
    ]  # fmt: skip


def _shown(badge: Status) -> SyncStatus:
    return SyncStatus(
        kind=badge.kind, id=badge.field, status=badge.status, detail=badge.detail, books_name=badge.books_name,
        at=badge.at,
    )  # fmt: skip
