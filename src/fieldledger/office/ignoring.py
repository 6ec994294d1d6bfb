"""What is left as it is because a person said so: the list of it, and asking about it again. A skipped duplicate is
never lost (spec 2.8), so what is ignored can always be found and taken back.
"""

from __future__ import annotations

from typing import Any

from fieldledger.journal import Journal, sights, wishes
from fieldledger.model.kinds import Kind, Side
from fieldledger.office import deciding
from fieldledger.office.companies import find
from fieldledger.office.deciding import NEXT
from fieldledger.office.errors import CannotDo


def ignored(journal: Journal, company: str) -> list[dict[str, Any]]:
    """What is left as it is because a person said so, the newest first: kind, books, field, record (to ask again by),
    name, books_name, who, at."""
    with journal.read() as tx:
        find(tx, company)
        rows = [wish for wish in wishes.every(tx, company, wishes.IGNORE) if not wish.content.get("beside")]
        ours = sights.load(tx, company, Side.BOOKS, Kind.CUSTOMER, {row.books for row in rows})
        theirs = sights.load(tx, company, Side.FIELD, Kind.CUSTOMER, {row.field for row in rows})
    found = []
    for row in rows:
        books, seen = ours.get(row.books), theirs.get(row.field) or ours.get(row.books)
        found.append(
            {
                "kind": row.kind, "books": row.books or None, "field": row.field or None,
                "record": row.books or row.field, "name": (seen.values.get("name") if seen else None) or "",
                "books_name": books.full_name if books else "", "who": row.who, "at": row.at,
            }
        )  # fmt: skip
    return found


def undo_ignore(journal: Journal, company: str, kind: Kind, record: str, who: str) -> dict[str, Any]:
    """What was ignored is asked about again. record: an id of either side. Returns record, name, told. Raises
    `CannotDo` when it is not ignored."""
    with journal.write() as tx:
        find(tx, company)
        asked = wishes.load(tx, company, kind, [record], [record])
        mine = [wish for half in asked for wish in half.get(record, ()) if wish.what == wishes.IGNORE]
        if not mine:
            raise CannotDo(f"{record} is not ignored.")
        wish = mine[0]
        beside = [
            each for each in wishes.every(tx, company, wishes.IGNORE) if each.content.get("beside") == record
        ]
        wishes.fulfilled(tx, [each.id for each in (*mine, *beside)])
        books, field = ([id] if id else [] for id in (wish.books, wish.field))
        sights.mark_due(tx, company, Side.FIELD, kind, [each.field for each in beside])
        seen = sights.load(tx, company, Side.FIELD, kind, field) or sights.load(
            tx, company, Side.BOOKS, kind, books
        )
        name = next(iter(seen.values())).values.get("name") or "" if seen else ""
        told = "Do not ignore it any longer; ask again."
        deciding.write_down(
            tx, company, kind, journal.stamp(), books=books, field=field, told=told, who=who, name=name
        )
    return {"record": record, "name": name, "told": f"{told} {NEXT}"}
