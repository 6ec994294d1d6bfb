"""A hold in the hands of a person: which words may be said about it, and what all of them do to it in the journal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from fieldledger.journal import Tx, holds, sights, wishes
from fieldledger.journal.holds import Hold
from fieldledger.journal.wishes import Wish
from fieldledger.model.kinds import Side
from fieldledger.model.plan import Reason
from fieldledger.office import deciding
from fieldledger.office.companies import find
from fieldledger.policy.settings import complete
from fieldledger.policy.ways_out import WAYS_OUT


def ways_out(hold: Hold) -> tuple[str, ...]:
    """The words that may be said about this hold."""
    try:
        return WAYS_OUT.get(Reason(hold.code), ())
    except ValueError:
        return ()


class Case(NamedTuple):
    """A hold in the hands of a person, within one transaction."""

    tx: Tx
    company: str
    hold: Hold
    who: str
    at: str

    @property
    def direction(self) -> str:
        return complete(find(self.tx, self.company).settings)["customers.direction"]

    def wish(self, what: str, books: str, field: str, **content: Any) -> None:
        deciding.take_back(self.tx, self.company, self.hold.kind, books, field)
        asked = Wish(
            kind=self.hold.kind,
            books=books,
            field=field,
            what=what,
            content=content,
            who=self.who,
            at=self.at,
        )
        wishes.put(self.tx, self.company, asked)


def written(
    case: Case, told: str, *, books: Iterable[str] = (), field: Iterable[str] = (), pair: tuple[str, str] = ("", ""),
    what: str = "asked", before: dict[str, Any] | None = None,
) -> str:  # fmt: skip
    """Close the hold; it and everything that waited inside it, or that it collides with, is looked at again."""
    hold, tx = case.hold, case.tx
    holder_side, holder = hold.holder
    freed = holds.solve(tx, case.company, hold.kind, [holder], by=case.who, at=case.at, side=holder_side)
    touched: dict[Side, list[str]] = {Side.BOOKS: [hold.books, *books], Side.FIELD: [hold.field, *field]}
    touched[hold.others_side] += hold.others
    deciding.write_down(
        tx, case.company, hold.kind, case.at, told=told, who=case.who, name=hold.name, what=what, before=before,
        books=list(dict.fromkeys(filter(None, touched[Side.BOOKS]))),
        field=list(dict.fromkeys(filter(None, touched[Side.FIELD]))),
        pair=pair if any(pair) else (hold.books, hold.field),
    )  # fmt: skip
    sights.mark_due(tx, case.company, Side.BOOKS, hold.kind, freed)
    return told
