"""Is what was decided still true? What rests on a sight or a link that has moved is dropped and planned again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fieldledger.journal import Tx, links, plans, sights
from fieldledger.journal.links import Link
from fieldledger.journal.plans import Planned
from fieldledger.journal.sights import Sight
from fieldledger.model.kinds import LISTS, Kind, Side
from fieldledger.model.plan import Verb


def still_true(tx: Tx, company: str, kind: Kind, batch: Sequence[Planned]) -> list[Planned]:
    """Those of these actions, all of one kind, that may be carried out (spec 8.3): above all nothing is created for a
    record that has been linked in the meantime (spec 10.1). The others are dropped, and their records looked at again.
    """
    books = sights.load(tx, company, Side.BOOKS, kind, [action.books for action in batch if action.books])
    field = sights.load(tx, company, Side.FIELD, kind, [action.field for action in batch if action.field])
    by_books = links.load(tx, company, Side.BOOKS, kind, books)
    by_field = links.load(tx, company, Side.FIELD, kind, field)
    good: list[Planned] = []
    moved: list[Planned] = []
    for action in batch:
        pair = by_books.get(action.books or ""), by_field.get(action.field or "")
        if pair[1] is not None and _is_over(action, pair[1]):
            pair = pair[0], None
        same = _unmoved(action.books, action.seen, books) and _unmoved(action.field, action.seen_field, field)
        (good if same and _fits(action, *(link.id if link else None for link in pair)) else moved).append(
            action
        )
    plans.settle(tx, [action.id for action in moved], "dropped")
    sights.mark_due(tx, company, Side.BOOKS, kind, [action.books for action in moved if action.books])
    sights.mark_due(tx, company, Side.FIELD, kind, [action.field for action in moved if action.field])
    return good


def _unmoved(record: str | None, seen: bytes, now: Mapping[str, Sight]) -> bool:
    if record is None or not seen:
        return True
    sight = now.get(record)
    return sight is not None and sight.digest == seen and not sight.due


def _is_over(action: Planned, link: Link) -> bool:
    """Whether an entry of a small list was retired when its other half was deleted, and is to be linked anew."""
    return action.verb is Verb.LINK and action.kind in LISTS and link.state == "books_deleted"


def _fits(action: Planned, by_books: int | None, by_field: int | None) -> bool:
    """A link may be there exactly where the action is about a pair."""
    if action.verb in (Verb.CREATE, Verb.LINK) or action.books is None or action.field is None:
        return by_books is None and by_field is None
    return by_books is not None and by_books == by_field
