"""Finding customers: the list by name, a page at a time, and the search in it. It writes nothing.

The search index is SQLite's trigram index over `customers.search`; triggers keep it (see the first migration). A word
of three letters or more is found anywhere, a shorter one beside it at the start of a word; one or two letters alone
look at the start of the name. With 300,000 customers a page takes some milliseconds, the count of a very common word
some tens of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Integer,
    and_,
    column,
    func,
    literal_column,
    select,
    table,
    text,
    tuple_,
)

from fieldledger.desk.customer_rows import KIND, State, bare, states
from fieldledger.desk.listing import UNSPOKEN, Spot, Wanted
from fieldledger.desk.moments import stamp
from fieldledger.desk.schema import customers, sync_statuses
from fieldledger.desk.texts import fold

RARE = 3000
"""Up to so many hits are sorted by name; for more, going through the names and looking for the words is quicker."""
_PHONE = re.compile(r"[\d\s()+./-]*\d[\d\s()+./-]*")
_FOUND = table("customers_found", column("rowid"))


class Page(NamedTuple):
    """states: this page's; total: how many there are on all pages; before: how many come before this page (0 unless
    it was asked for); more: whether others follow."""

    states: list[State]
    total: int
    before: int
    more: bool


def page(
    tx: Connection, company: str, wanted: Wanted, *, after: Spot | None = None, until: Spot | None = None,
    limit: int, count_before: bool = False,
) -> Page:  # fmt: skip
    """The page after a spot, or the one that ends before a spot (``until``)."""
    c = customers.c
    words = _words(wanted.search)
    always = _plain_conditions(company, wanted)
    hits = _hits(tx, words)
    exact = [*always, *_word_conditions(wanted.search, words, hits is not None)]
    walking = exact
    if hits is not None and hits > RARE:
        # The same customers, asked for in the way that is quicker when many match.
        walking = [*always, *(_holds(word) for word in words)]
    spot = tuple_(c.name_key, c.id)
    query = select(customers).where(*walking).limit(limit + 1)
    if until is not None:
        query = query.where(spot < tuple_(*until)).order_by(c.name_key.desc(), c.id.desc())
    else:
        query = query.order_by(c.name_key, c.id)
        if after is not None:
            query = query.where(spot > tuple_(*after))
    rows = list(tx.execute(query))
    cut, rows = len(rows) > limit, rows[:limit]
    if until is not None:
        rows.reverse()
    total = _count(tx, exact)
    before = 0
    if count_before and rows and (after or until):
        before = _count(tx, [*exact, spot < tuple_(rows[0].name_key, rows[0].id)])
    return Page(states(tx, company, rows), total, before, more=cut if until is None else True)


def _plain_conditions(company: str, wanted: Wanted) -> list[ColumnElement[bool]]:
    c = customers.c
    conditions: list[ColumnElement[bool]] = [c.company == company, literal_column("deleted = 0", Boolean)]
    if wanted.active is not None:
        conditions.append(c.active == wanted.active)
    if wanted.changed_since is not None:
        conditions.append(c.modified_at >= stamp(wanted.changed_since))
    if wanted.status:
        conditions.append(_bears(company, wanted))
    return conditions


def _bears(company: str, wanted: Wanted) -> ColumnElement[bool]:
    """Whether the sync said this of a customer. A few can be found by the word itself; with a search the plus keeps
    SQLite from trying each customer of the word against each that was found (minutes, with 100,000 of both)."""
    said = sync_statuses.c
    of = select(said.record).where(said.company == company, said.kind == KIND)
    id: ColumnElement[int] = literal_column("+customers.id", Integer) if wanted.search else customers.c.id
    return id.not_in(of) if wanted.status == UNSPOKEN else id.in_(of.where(said.status == wanted.status))


def _words(search: str) -> list[str]:
    """What to look for. A phone number is looked for by its digits, however it is written."""
    folded = bare(search)
    if _PHONE.fullmatch(folded) and len(number := re.sub(r"\D", "", folded)) >= 3:
        return [number]
    return folded.split()


def _hits(tx: Connection, words: Sequence[str]) -> int | None:
    """How many customers of all companies match the longer words; None when there is no longer word."""
    if not any(len(word) >= 3 for word in words):
        return None
    match = text("customers_found MATCH :match").bindparams(match=_match(words))
    return tx.execute(select(func.count()).select_from(_FOUND).where(match)).scalar_one()


def _match(words: Sequence[str]) -> str:
    return " ".join('"' + word.replace('"', '""') + '"' for word in words if len(word) >= 3)


def _word_conditions(search: str, words: Sequence[str], indexed: bool) -> list[ColumnElement[bool]]:
    c = customers.c
    if not words:
        return []
    if not indexed:
        start = fold(search)
        return [and_(c.name_key >= start, c.name_key < start + "\U0010ffff")]
    match = text("customers_found MATCH :match").bindparams(match=_match(words))
    found = select(_FOUND.c.rowid).where(match)
    return [c.row.in_(found), *(_holds(word) for word in words if len(word) < 3)]


def _holds(word: str) -> ColumnElement[bool]:
    """Whether a customer's text holds this word: anywhere, or a short one at the start of a word."""
    if len(word) >= 3:
        return func.instr(customers.c.search, word) > 0
    return func.instr(" " + customers.c.search, " " + word) > 0


def _count(tx: Connection, conditions: Sequence[ColumnElement[bool]]) -> int:
    return tx.execute(select(func.count()).select_from(customers).where(*conditions)).scalar_one()


def spot_of(state: State) -> Spot:
    """Where a customer stands in the list."""
    return fold(state.values["name"]), state.id
