"""Is what was decided still true? What rests on a sight or a link that has moved is dropped and planned again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fieldledger.journal import Tx, links, plans, sights
from fieldledger.journal.plans import Planned
from fieldledger.journal.sights import Sight
from fieldledger.model.kinds import Kind, Side
from fieldledger.model.plan import Verb

KIND = Kind.CUSTOMER


def still_true(tx: Tx, company: str, batch: Sequence[Planned]) -> list[Planned]:
    """Those of these actions that may be carried out (spec 8.3): above all nothing is created for a record that has
    been linked in the meantime (spec 10.1). The others are dropped, and their records looked at again."""
    books = sights.load(tx, company, Side.BOOKS, KIND, [action.books for action in batch if action.books])
    field = sights.load(tx, company, Side.FIELD, KIND, [action.field for action in batch if action.field])
    by_books = links.load(tx, company, Side.BOOKS, KIND, books)
    by_field = links.load(tx, company, Side.FIELD, KIND, field)
    good: list[Planned] = []
    moved: list[Planned] = []
    for action in batch:
        pair = by_books.get(action.books or ""), by_field.get(action.field or "")
        same = _unmoved(action.books, action.seen, books) and _unmoved(action.field, action.seen_field, field)
        (good if same and _fits(action, *(link.id if link else None for link in pair)) else moved).append(
            action
        )
    plans.settle(tx, [action.id for action in moved], "dropped")
    sights.mark_due(tx, company, Side.BOOKS, KIND, [action.books for action in moved if action.books])
    sights.mark_due(tx, company, Side.FIELD, KIND, [action.field for action in moved if action.field])
    return good


def _unmoved(record: str | None, seen: bytes, now: Mapping[str, Sight]) -> bool:
    if record is None or not seen:
        return True
    sight = now.get(record)
    return sight is not None and sight.digest == seen and not sight.due


def _fits(action: Planned, by_books: int | None, by_field: int | None) -> bool:
    """A link may be there exactly where the action is about a pair."""
    if action.verb in (Verb.CREATE, Verb.LINK) or action.books is None or action.field is None:
        return by_books is None and by_field is None
    return by_books is not None and by_books == by_field
