"""What each side showed last. Observing a record that has not changed writes nothing.

A sight that changed is marked due, and so is everything below it in the tree when its name did: a job's derived name
comes from its customer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec
from sqlalchemy import CTE, delete, func, select, update

from fieldledger.journal.database import Tx
from fieldledger.journal.schema import links, sights, wanted
from fieldledger.journal.upsert import CHUNK, upsert
from fieldledger.model.kinds import Kind, Side
from fieldledger.model.names import name_key
from fieldledger.model.record import Gone, Record, Stamp, digest, pack, unpack

SETTLING = 120
"""Seconds: how far the two computers' clocks may be apart (spec 2.5) when an edit is judged to be over."""
A_DAY = 86_400
"""Seconds: the same where nobody knows how far they are apart."""
TWICE = 2
"""Seconds between two reads that show the same version, after which no edit of that second can come any more."""

_Id = TypeVar("_Id", str, int)


class Sight(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the journal, with its values unpacked. gone: None = there, else the stamp of its deletion. read_at:
    Unix seconds at which its last read was asked for. settled: no other edit of its second can be hiding. seen_at: when
    this content was first seen, or the deletion."""

    record: str
    parent: str | None
    depth: int
    full_name: str
    version: str
    modified: str
    digest: bytes
    values: dict[str, Any]
    gone: str | None
    due: bool
    decision: str
    read_at: float
    settled: bool
    seen_at: str


class Observed(msgspec.Struct):
    """How many records a call brought: new ones, changed ones, and ones that were known as they are."""

    new: int = 0
    changed: int = 0
    same: int = 0


_COLUMNS = (
    sights.c.record, sights.c.parent, sights.c.depth, sights.c.full_name, sights.c.version, sights.c.modified,
    sights.c.digest, sights.c.packed, sights.c.gone, sights.c.due, sights.c.decision, sights.c.read_at,
    sights.c.settled, sights.c.seen_at,
)  # fmt: skip


def _sight(row: Any) -> Sight:
    values = dict(row._mapping)
    values["values"] = unpack(values.pop("packed"))
    return Sight(**values)


def _of(company: str, side: Side, kind: Kind) -> Any:
    return (sights.c.company == company) & (sights.c.side == side) & (sights.c.kind == kind)


def chunks(ids: Iterable[_Id]) -> Iterable[list[_Id]]:
    """Lists that fit into one IN."""
    every = list(ids)
    return (every[start : start + CHUNK] for start in range(0, len(every), CHUNK))


def load(tx: Tx, company: str, side: Side, kind: Kind, ids: Iterable[str]) -> dict[str, Sight]:
    """Sights by record id; ids that were never seen are missing."""
    found: dict[str, Sight] = {}
    for part in chunks(ids):
        rows = tx.execute(select(*_COLUMNS).where(_of(company, side, kind), sights.c.record.in_(part)))
        found.update((row.record, _sight(row)) for row in rows)
    return found


def versions(tx: Tx, company: str, kind: Kind, ids: Iterable[str]) -> dict[str, str]:
    """The versions of books records as they were last seen; ids that were never seen are missing."""
    query = select(sights.c.record, sights.c.version).where(_of(company, Side.BOOKS, kind))
    return {
        row.record: row.version
        for part in chunks(ids)
        for row in tx.execute(query.where(sights.c.record.in_(part)))
    }


def observe(
    tx: Tx, company: str, side: Side, records: Sequence[Record], *, pass_no: int, read_at: float, at: str,
    ahead: float | None = 0.0,
) -> Observed:  # fmt: skip
    """Store records that were read in full.

    read_at  Unix seconds at which the read was asked for: an edit that is not older than `SETTLING` before it may
             have a twin in the same second, so its sight is not settled and is read in full once more.
    ahead    seconds by which the side's clock is ahead of ours; None = nobody knows
    """
    result = Observed()
    if not records:
        return result
    kind = records[0].kind
    known = {
        row.record: row
        for part in chunks(record.id for record in records)
        for row in tx.execute(
            select(
                sights.c.record, sights.c.parent, sights.c.name_key, sights.c.full_name, sights.c.version,
                sights.c.modified, sights.c.settled, sights.c.digest, sights.c.gone, sights.c.pass_no,
                sights.c.due, sights.c.decision, sights.c.read_at, sights.c.seen_at,
            ).where(_of(company, side, kind), sights.c.record.in_(part))
        )
    }  # fmt: skip
    rows: dict[str, dict[str, Any]] = {}
    renamed: list[str] = []
    called_otherwise: list[str] = []
    left: list[str] = []
    for record in records:
        packed = pack(record.values)
        key = name_key(record.values.get("name"))
        row = {
            "company": company, "side": side, "kind": kind, "record": record.id, "parent": record.parent_id,
            "depth": record.full_name.count(":") if record.parent_id else 0, "name_key": key,
            "full_name": record.full_name, "version": record.version, "modified": record.modified,
            "settled": side is not Side.BOOKS or _settled(record.version, read_at, ahead), "digest": digest(packed),
            "packed": packed, "rest": record.rest, "guid": record.guid, "gone": None, "pass_no": pass_no, "due": True,
            "decision": "", "seen_at": at, "read_at": read_at,
        }  # fmt: skip
        old = known.get(record.id)
        if old is None:
            result.new += 1
            renamed.append(record.id)
        else:
            if old.full_name != record.full_name:
                called_otherwise.append(record.id)
            if (
                old.version == record.version
                and record.version.isdecimal()
                and read_at - old.read_at >= TWICE
            ):
                row["settled"] = (
                    True  # read twice, and longer apart than the second in which an edit could hide
                )
            moved = (old.digest, old.parent, old.gone) != (row["digest"], row["parent"], None)
            stamp = (old.version, old.modified, old.settled, old.pass_no)
            if not moved:
                result.same += 1
                if stamp == (row["version"], row["modified"], row["settled"], pass_no):
                    continue
                row["due"], row["decision"], row["seen_at"] = old.due, old.decision, old.seen_at
            else:
                result.changed += 1
                if old.parent != row["parent"] and old.parent:
                    left.append(old.parent)
                if _own_name(old.full_name) != _own_name(record.full_name) or old.parent != row["parent"]:
                    renamed.append(record.id)
        rows[record.id] = row
    upsert(tx, sights, list(rows.values()))
    if side is Side.BOOKS:
        mark_below(tx, company, kind, renamed)
        _mark_above(tx, company, kind, left)
        _rename_below(tx, company, kind, called_otherwise)
    return result


def _own_name(full_name: str) -> str:
    """As it is written: what is derived from it changes with its case and its blanks."""
    return full_name.rpartition(":")[2]


def _settled(version: str, read_at: float, ahead: float | None) -> bool:
    """Whether an edit in the second that the version names can no longer be hiding. A version that is no Unix second
    tells nothing and counts as settled."""
    if not version.isdecimal():
        return True
    return int(version) < (read_at - A_DAY if ahead is None else read_at + ahead - SETTLING)


def observe_gone(tx: Tx, company: str, side: Side, gone: Sequence[Gone], at: str) -> int:
    """Mark proved deletions; ids that were never seen are of no interest. Returns how many are news."""
    count = 0
    for record in gone:
        done = tx.execute(
            update(sights)
            .where(_of(company, side, record.kind), sights.c.record == record.id, sights.c.gone.is_(None))
            .values(gone=record.when, due=True, decision="", seen_at=at)
        )
        count += done.rowcount
    return count


def want_moved(tx: Tx, company: str, stamps: Sequence[Stamp], pass_no: int | None) -> int:
    """Put on the list what its stamp shows to be new, moved, or not settled. Returns how many.

    pass_no  set when the stamps belong to a complete read, so that what it did not show can be told afterwards.
    """
    if not stamps:
        return 0
    kind = stamps[0].kind
    found = {
        row.record: row
        for part in chunks(stamp.id for stamp in stamps)
        for row in tx.execute(
            select(
                sights.c.record, sights.c.version, sights.c.modified, sights.c.settled, sights.c.gone
            ).where(_of(company, Side.BOOKS, kind), sights.c.record.in_(part))
        )
    }
    moved = []
    for stamp in stamps:
        old = found.get(stamp.id)
        same = old is not None and (old.version, old.modified) == (stamp.version, stamp.modified)
        if not same or old is None or not old.settled or old.gone is not None:
            moved.append(stamp.id)
    want(tx, company, kind, moved)
    if pass_no is not None:
        for part in chunks(found):
            tx.execute(
                update(sights)
                .where(_of(company, Side.BOOKS, kind), sights.c.record.in_(part))
                .values(pass_no=pass_no)
            )
    return len(moved)


def want(tx: Tx, company: str, kind: Kind, ids: Iterable[str]) -> None:
    upsert(tx, wanted, [{"company": company, "kind": kind, "record": record} for record in ids])


def want_unseen(tx: Tx, company: str, kind: Kind, pass_no: int) -> int:
    """After a complete read: what it did not show is a candidate, to be asked for by its id (spec 10.7)."""
    missing = select(sights.c.record).where(
        _of(company, Side.BOOKS, kind), sights.c.gone.is_(None), sights.c.pass_no < pass_no
    )
    ids = list(tx.execute(missing).scalars())
    want(tx, company, kind, ids)
    return len(ids)


def next_wanted(tx: Tx, company: str, kind: Kind, limit: int, but: Collection[str] = ()) -> list[str]:
    """The next that must be read in full; ``but``: without these."""
    query = select(wanted.c.record).where(
        wanted.c.company == company, wanted.c.kind == kind, wanted.c.record.not_in(but)
    )
    return list(tx.execute(query.order_by(wanted.c.record).limit(limit)).scalars())


def still_wanted(tx: Tx, company: str, kind: Kind, ids: Iterable[str]) -> list[str]:
    """Those of these ids that have not been read."""
    query = select(wanted.c.record).where(wanted.c.company == company, wanted.c.kind == kind)
    return [
        id
        for part in chunks(ids)
        for id in tx.execute(query.where(wanted.c.record.in_(part)).order_by(wanted.c.record)).scalars()
    ]


def count_wanted(tx: Tx, company: str, kind: Kind) -> int:
    """How many records are still to be read in full."""
    query = select(func.count()).select_from(wanted).where(wanted.c.company == company, wanted.c.kind == kind)
    return int(tx.execute(query).scalar_one())


def got(tx: Tx, company: str, kind: Kind, ids: Iterable[str]) -> None:
    """These have been read (or proved to be gone)."""
    for part in chunks(ids):
        tx.execute(
            delete(wanted).where(
                wanted.c.company == company, wanted.c.kind == kind, wanted.c.record.in_(part)
            )
        )


def read_again(tx: Tx, company: str, kind: Kind, ids: Iterable[str], read_at: float) -> None:
    """These books records were read once more, and are as they were: no later edit of their second is hiding."""
    for part in chunks(ids):
        tx.execute(
            update(sights)
            .where(_of(company, Side.BOOKS, kind), sights.c.record.in_(part))
            .values(read_at=read_at)
        )


def mark_due(tx: Tx, company: str, side: Side, kind: Kind, ids: Iterable[str]) -> None:
    for part in chunks(ids):
        tx.execute(update(sights).where(_of(company, side, kind), sights.c.record.in_(part)).values(due=True))


def mark_all_due(tx: Tx, company: str, kind: Kind) -> None:
    """After a change of settings: every record is looked at again, on both sides."""
    tx.execute(update(sights).where(sights.c.company == company, sights.c.kind == kind).values(due=True))


def unlinked_marks(tx: Tx, company: str, kind: Kind) -> dict[str, tuple[Sight, str]]:
    """Books records that have no pair, also those that are gone, with the marks of their creators. Looks through all of
    them: for the moment of doubt only."""
    paired = select(links.c.books).where(links.c.company == company, links.c.kind == kind)
    query = select(*_COLUMNS, sights.c.guid).where(
        _of(company, Side.BOOKS, kind), sights.c.record.not_in(paired)
    )
    found = {}
    for row in tx.execute(query):
        values = dict(row._mapping)
        guid = values.pop("guid")
        values["values"] = unpack(values.pop("packed"))
        found[row.record] = Sight(**values), guid
    return found


def tells_marks(tx: Tx, company: str, kind: Kind) -> bool:
    """Whether QuickBooks ever told a mark: then a record that shows none was made by a person."""
    query = select(sights.c.record).where(_of(company, Side.BOOKS, kind), sights.c.guid != "").limit(1)
    return tx.execute(query).first() is not None


def resting_on(tx: Tx, company: str, side: Side, kind: Kind, decision: str) -> list[str]:
    """Records of one side that rest on this decision."""
    query = select(sights.c.record).where(_of(company, side, kind), sights.c.decision == decision)
    return list(tx.execute(query).scalars())


def children(tx: Tx, company: str, kind: Kind, parents: Iterable[str]) -> dict[str, list[Sight]]:
    """What stands right below these books records and is there, by their ids."""
    found: dict[str, list[Sight]] = {}
    for part in chunks(parents):
        query = select(*_COLUMNS).where(
            _of(company, Side.BOOKS, kind), sights.c.parent.in_(part), sights.c.gone.is_(None)
        )
        for row in tx.execute(query.order_by(sights.c.record)):
            found.setdefault(row.parent, []).append(_sight(row))
    return found


def _mark_above(tx: Tx, company: str, kind: Kind, ids: Sequence[str]) -> None:
    """These books records, and all above them: something below them went elsewhere."""
    known: set[str] = set()
    level = set(ids)
    while level:
        known |= level
        above = load(tx, company, Side.BOOKS, kind, level)
        level = {sight.parent for sight in above.values() if sight.parent} - known
    mark_due(tx, company, Side.BOOKS, kind, known)


def below(tx: Tx, company: str, kind: Kind, ids: Iterable[str]) -> list[str]:
    """Everything below these books records in the tree, at any depth."""
    found: list[str] = []
    for part in chunks(ids):
        found += tx.execute(select(_below(company, kind, part).c.record)).scalars()
    return found


def mark_below(tx: Tx, company: str, kind: Kind, ids: Iterable[str]) -> None:
    """Everything below these books records is looked at again."""
    for part in chunks(ids):
        tx.execute(
            update(sights)
            .where(
                _of(company, Side.BOOKS, kind),
                sights.c.record.in_(select(_below(company, kind, part).c.record)),
            )
            .values(due=True)
        )


def _below(company: str, kind: Kind, ids: Sequence[str]) -> CTE:
    found = (
        select(sights.c.record)
        .where(_of(company, Side.BOOKS, kind), sights.c.parent.in_(ids))
        .cte("below", recursive=True)
    )
    child = sights.alias("child")
    deeper = select(child.c.record).where(
        child.c.company == company, child.c.side == Side.BOOKS, child.c.kind == kind,
        child.c.parent == found.c.record,
    )  # fmt: skip
    return found.union(deeper)


def _rename_below(tx: Tx, company: str, kind: Kind, ids: Sequence[str]) -> None:
    """Full names and depths of everything below these records: QuickBooks does not touch a job when it renames or
    moves the customer above it."""
    seen: set[str] = set(ids)
    above = load(tx, company, Side.BOOKS, kind, ids)
    while above:
        rows = [
            row
            for part in chunks(above)
            for row in tx.execute(
                select(sights.c.record, sights.c.parent, sights.c.full_name).where(
                    _of(company, Side.BOOKS, kind), sights.c.parent.in_(part)
                )
            )
            if row.record not in seen
        ]
        for row in rows:
            parent = above[row.parent]
            tx.execute(
                update(sights)
                .where(_of(company, Side.BOOKS, kind), sights.c.record == row.record)
                .values(
                    full_name=f"{parent.full_name}:{row.full_name.rpartition(':')[2]}", depth=parent.depth + 1
                )
            )
        seen.update(row.record for row in rows)
        above = load(tx, company, Side.BOOKS, kind, [row.record for row in rows])


def next_due(tx: Tx, company: str, side: Side, kind: Kind, limit: int) -> list[Sight]:
    """Due sights of the smallest depth that has any, so that a customer is decided before its jobs."""
    due = _of(company, side, kind) & sights.c.due.is_(True)
    depth = tx.execute(select(func.min(sights.c.depth)).where(due)).scalar_one_or_none()
    if depth is None:
        return []
    query = select(*_COLUMNS).where(due, sights.c.depth == depth).order_by(sights.c.record).limit(limit)
    return [_sight(row) for row in tx.execute(query)]


def decided(tx: Tx, company: str, side: Side, kind: Kind, decisions: Mapping[str, str]) -> None:
    """The planner has looked at these; the value is the decision that wrote nothing, "" for any other."""
    by_decision: dict[str, list[str]] = {}
    for record, decision in decisions.items():
        by_decision.setdefault(decision, []).append(record)
    for decision, ids in by_decision.items():
        for part in chunks(ids):
            tx.execute(
                update(sights)
                .where(_of(company, side, kind), sights.c.record.in_(part))
                .values(due=False, decision=decision)
            )


def by_name(tx: Tx, company: str, side: Side, kind: Kind, keys: Collection[str]) -> dict[str, list[Sight]]:
    """Records that are there, by folded own name."""
    found: dict[str, list[Sight]] = {}
    for part in chunks(sorted(keys)):
        query = select(*_COLUMNS, sights.c.name_key).where(
            _of(company, side, kind), sights.c.name_key.in_(part), sights.c.gone.is_(None)
        )
        for row in tx.execute(query.order_by(sights.c.record)):
            values = dict(row._mapping)
            key = values.pop("name_key")
            values["values"] = unpack(values.pop("packed"))
            found.setdefault(key, []).append(Sight(**values))
    return found


def decision_counts(tx: Tx, company: str, side: Side, kind: Kind) -> dict[str, int]:
    """How many records rest on each decision that wrote nothing."""
    query = (
        select(sights.c.decision, func.count())
        .where(_of(company, side, kind), sights.c.decision != "", sights.c.gone.is_(None))
        .group_by(sights.c.decision)
    )
    return {row[0]: row[1] for row in tx.execute(query)}


def count(tx: Tx, company: str, side: Side, kind: Kind) -> int:
    """Records that are there."""
    query = select(func.count()).select_from(sights).where(_of(company, side, kind), sights.c.gone.is_(None))
    return int(tx.execute(query).scalar_one())


def find(tx: Tx, company: str, kind: Kind, record: str) -> list[tuple[Side, Sight]]:
    """The record with this id on either side; QuickBooks' ids and the desk's numbers never look alike."""
    return [(side, sight) for side in Side for sight in load(tx, company, side, kind, [record]).values()]


class Brief(msgspec.Struct, frozen=True):
    """An entry of a small list: its own name, and how it stands."""

    name: str
    gone: bool
    due: bool


def brief(tx: Tx, company: str, side: Side, kind: Kind) -> dict[str, Brief]:
    """Every entry of a small list by its id, deleted ones too."""
    query = select(sights.c.record, sights.c.full_name, sights.c.gone, sights.c.due)
    return {
        row.record: Brief(row.full_name, row.gone is not None, row.due)
        for row in tx.execute(query.where(_of(company, side, kind)))
    }


def want_absent(tx: Tx, company: str, kind: Kind, shown: Collection[str]) -> int:
    """After a small list was shown whole: what it did not show is a candidate, asked for by its id (spec 10.7)."""
    absent = [
        id for id, entry in brief(tx, company, Side.BOOKS, kind).items() if not entry.gone and id not in shown
    ]
    want(tx, company, kind, absent)
    return len(absent)
