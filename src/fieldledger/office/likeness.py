"""Likely matches between the records of both sides that have no pair yet: ranked, told to a person, and never more than
that. Nothing here links, and nothing that the planner decides depends on it (spec 2.7).

20,000 records on either side, most of them strangers to each other, take 10 s on one core; the answer is kept until
one of the records changes.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy import Engine, and_, select

from fieldledger.journal import Journal, Tx, sights, wishes
from fieldledger.journal.schema import links as links_table
from fieldledger.journal.schema import sights as sights_table
from fieldledger.model.kinds import Kind, Side
from fieldledger.model.names import name_key
from fieldledger.model.record import unpack
from fieldledger.office.companies import find
from fieldledger.office.comparing import Index, Match, Profile, profile
from fieldledger.policy.settings import complete

ALIKE_MOST = 3
"""Of one record, so many likenesses are listed at most: whoever looks like everybody must not fill the list."""

LISTED = 100
"""So many pairs are told when nobody says how many."""


class Alone(msgspec.Struct, frozen=True):
    """The records of one side that have no pair, of QuickBooks with its jobs. offered: those that a plan would create
    on the other side as things are: active ones, and jobs only where jobs become customers."""

    index: Index
    offered: frozenset[str]
    tops: frozenset[str]


def suggestions(tx: Tx, company: str, kind: Kind, side: Side, record: str, limit: int = 5,
                but: Collection[str] = ()) -> list[dict[str, Any]]:  # fmt: skip
    """What looks most like this record among those of the other side that have no pair, best first; but: not these.

    Each: side, id, name, score (60 to 100), why (in words). Empty for a record that was never seen.
    """
    seen = sights.load(tx, company, side, kind, [record]).get(record)
    if seen is None:
        return []
    one = profile(record, seen.values, seen.full_name if seen.parent else "")
    _, others = _alone(tx, company, kind, side.other)
    found = others.index.like(one, limit + len(but))
    return [_shown(side.other, match) for match in found if match.id not in but][:limit]


def likely(journal: Journal, company: str, limit: int = LISTED) -> list[dict[str, Any]]:
    """The likeliest pairs of records that have none, best first. Each: kind, books, field, books_name, field_name,
    score, why. Left out: pairs of one name, which the sync itself finds; records about which a person decided."""
    kind = Kind.CUSTOMER
    with journal.read() as tx:
        find(tx, company)
        found = _pairs_of(tx, company, kind)
        asked = wishes.load(tx, company, kind, [each.books for each in found], [each.field for each in found])
    decided = [{id for id, mine in half.items() if any(map(_settles, mine))} for half in asked]
    open_ = (each for each in found if each.books not in decided[0] and each.field not in decided[1])
    return [{"kind": kind.value, **each._asdict(), "why": list(each.why)} for each in islice(open_, limit)]


def _settles(wish: wishes.Wish) -> bool:
    return wish.what in (wishes.IGNORE, wishes.LINK)


def _shown(side: Side, match: Match) -> dict[str, Any]:
    return {
        "side": side.value,
        "id": match.id,
        "name": match.name,
        "score": match.score,
        "why": list(match.why),
    }


# ---- kept while nothing changes -----------------------------------------------------------------------------------


class Pair(NamedTuple):
    """Two records that look like one, by their ids and names; the rest as in `Match`."""

    books: str
    field: str
    books_name: str
    field_name: str
    score: int
    why: tuple[str, ...]


_ALONE: WeakKeyDictionary[Engine, dict[tuple[str, Kind, Side], tuple[bytes, Alone]]] = WeakKeyDictionary()
_PAIRS: WeakKeyDictionary[Engine, dict[tuple[str, Kind], tuple[bytes, list[Pair]]]] = WeakKeyDictionary()
"""By journal; beside each the digest of what it was made from, so that nothing stale is ever told."""


def _alone(tx: Tx, company: str, kind: Kind, side: Side) -> tuple[bytes, Alone]:
    jobs = complete(find(tx, company).settings)["jobs"]
    digest = _fingerprint(tx, company, kind, side, jobs)
    kept = _ALONE.setdefault(tx.engine, {})
    old = kept.get((company, kind, side))
    if old is None or old[0] != digest:
        old = kept[company, kind, side] = (digest, _read(tx, company, kind, side, jobs))
    return old


def _pairs_of(tx: Tx, company: str, kind: Kind) -> list[Pair]:
    (books_digest, books), (field_digest, field) = (_alone(tx, company, kind, side) for side in Side)
    digest = books_digest + field_digest
    kept = _PAIRS.setdefault(tx.engine, {})
    old = kept.get((company, kind))
    if old is None or old[0] != digest:
        old = kept[company, kind] = (digest, list(_not_too_often(_ranked(books, field))))
    return old[1]


def _ranked(books: Alone, field: Alone) -> list[Pair]:
    """Best first. The side that has fewer records asks, the other is looked up."""
    turned = len(field.offered) < len(books.offered)
    few, many = (field, books) if turned else (books, field)
    pairs = [
        Pair(match.id, one.id, match.name, one.name, match.score, match.why)
        if turned
        else Pair(one.id, match.id, one.name, match.name, match.score, match.why)
        for one in few.index.profiles
        if one.id in few.offered
        for match in many.index.like(one, ALIKE_MOST)
        if match.id in many.offered
    ]
    told = [each for each in pairs if not (each.books in books.tops and _one_name(each))]
    return sorted(told, key=lambda each: (-each.score, each.books_name, each.books, each.field))


def _one_name(pair: Pair) -> bool:
    return name_key(pair.books_name) == name_key(pair.field_name)


def _not_too_often(pairs: list[Pair]) -> Iterator[Pair]:
    shown: Counter[tuple[Side, str]] = Counter()
    for pair in pairs:
        both = (Side.BOOKS, pair.books), (Side.FIELD, pair.field)
        if all(shown[each] < ALIKE_MOST for each in both):
            shown.update(both)
            yield pair


# ---- what has no pair ---------------------------------------------------------------------------------------------


def _without_pair(company: str, kind: Kind, side: Side) -> Any:
    mine = links_table.c.books if side is Side.BOOKS else links_table.c.field
    pair = and_(links_table.c.company == company, links_table.c.kind == kind, mine == sights_table.c.record)
    return sights_table.outerjoin(links_table, pair), and_(
        sights_table.c.company == company, sights_table.c.side == side, sights_table.c.kind == kind,
        sights_table.c.gone.is_(None), links_table.c.id.is_(None),
    )  # fmt: skip


def _fingerprint(tx: Tx, company: str, kind: Kind, side: Side, jobs: str) -> bytes:
    joined, alone = _without_pair(company, kind, side)
    made = hashlib.blake2b(jobs.encode(), digest_size=16)
    query = select(sights_table.c.record, sights_table.c.full_name, sights_table.c.digest)
    for row in tx.execute(query.select_from(joined).where(alone).order_by(sights_table.c.record)):
        made.update(f"{row.record}\0{row.full_name}\0".encode())
        made.update(row.digest)
    return made.digest()


def _read(tx: Tx, company: str, kind: Kind, side: Side, jobs: str) -> Alone:
    joined, alone = _without_pair(company, kind, side)
    query = select(
        sights_table.c.record, sights_table.c.full_name, sights_table.c.parent, sights_table.c.packed
    ).select_from(joined)
    profiles: list[Profile] = []
    offered, tops = set(), set()
    for row in tx.execute(query.where(alone).order_by(sights_table.c.record)):
        values = unpack(row.packed)
        is_job = side is Side.BOOKS and row.parent is not None
        profiles.append(profile(row.record, values, row.full_name if is_job else ""))
        if not is_job:
            tops.add(row.record)
        if values.get("active") is not False and (not is_job or jobs == "as_customers"):
            offered.add(row.record)
    return Alone(Index(profiles), frozenset(offered), frozenset(tops))
