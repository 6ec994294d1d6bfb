"""What changed on the field side since it was last read. Our own writes come back as they were settled and are no
change."""

from __future__ import annotations

from collections.abc import Sequence

from fieldledger.journal import Journal, Tx, runs, sights
from fieldledger.model.kinds import Kind, Side
from fieldledger.model.record import Gone
from fieldledger.session.ports import FieldChange

CHANGES = 500


def told_since(tx: Tx, company: str, kind: Kind) -> int:
    """The position in the field side's feed up to which everything is known."""
    return int(runs.cursor(tx, company, _cursor(kind)) or 0)


def store(tx: Tx, journal: Journal, company: str, kind: Kind, told: Sequence[FieldChange], after: int) -> int:
    """Store what the feed told after a position, and move the cursor with it. Returns how many records are new or
    changed. A cursor that somebody else moved meanwhile only ever goes forward."""
    # Each record once, as it stood last; what is told again from before the cursor is no news.
    known = max(after, told_since(tx, company, kind))
    news = {change.id: change for change in sorted(told, key=_position) if change.position > known}
    changes = sorted(news.values(), key=_position)
    if not changes:
        return 0
    at = journal.stamp()
    there = [change.record for change in changes if change.record is not None]
    gone = [Gone(kind=kind, id=change.id) for change in changes if change.record is None]
    seen = sights.observe(tx, company, Side.FIELD, there, pass_no=0, read_at=journal.now(), at=at)
    left = sights.observe_gone(tx, company, Side.FIELD, gone, at)
    runs.move_cursor(tx, company, _cursor(kind), str(changes[-1].position))
    return seen.new + seen.changed + left


def _cursor(kind: Kind) -> str:
    return f"field:{kind}"


def _position(change: FieldChange) -> int:
    return change.position
