"""The entries of one kind in the store: reading, writing, the change feed, and batches that are done once for each key.

Each write is one transaction of `entry_writing`; when it is committed, and only then, those who listen hear of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

from pydantic import BaseModel
from sqlalchemy import Connection

from fieldledger.desk import batches, seeds, uses
from fieldledger.desk.database import Database
from fieldledger.desk.entry_kinds import TAX_CODE, EntryKind
from fieldledger.desk.entry_rows import Entry, load, shown
from fieldledger.desk.entry_writing import EntryWriting
from fieldledger.desk.judging import SYNC, Done, Item, NotThere
from fieldledger.desk.listing import UNSPOKEN, Listing, Spot, Wanted
from fieldledger.desk.moments import stamp
from fieldledger.desk.texts import fold
from fieldledger.desk.uses import Uses

Tell: TypeAlias = Callable[[str, Iterable[int]], None]
"""tell(company, numbers): these entries were edited, and not by the sync."""


class Entries:
    """The entries of one kind, of all companies. now: Unix seconds; tell: see `Tell`, called after the commit."""

    def __init__(self, database: Database, kind: EntryKind, now: Callable[[], float], tell: Tell) -> None:
        self.kind = kind
        self._database = database
        self._now = now
        self._tell = tell

    def get(self, company: str, id: int) -> dict[str, Any]:
        """Raises `NotThere`."""
        with self._reading(company) as tx:
            every = load(tx, company, self.kind)
        if id not in every or every[id].deleted:
            raise NotThere(id, self.kind.noun)
        return shown(every[id], every)

    def every(self, company: str) -> list[dict[str, Any]]:
        """All that are there, retired ones too, by name."""
        return self.listing(company, Wanted(active=None), limit=None).items

    def uses(self, company: str) -> dict[int, Uses]:
        """How many customers and service locations refer to each entry; entries of nobody are left out."""
        with self._reading(company) as tx:
            return uses.count(tx, company, self.kind.used_by)

    def listing(
        self, company: str, wanted: Wanted, *, after: Spot | None = None, limit: int | None = 50
    ) -> Listing:
        """A page of the list by name. limit: None = all of it."""
        with self._reading(company) as tx:
            every = load(tx, company, self.kind)
        found = [(_spot(entry), entry) for entry in every.values() if _matches(entry, wanted)]
        found.sort(key=lambda pair: pair[0])
        left = [pair for pair in found if after is None or pair[0] > after]
        page = left[:limit]
        following = page[-1][0] if page and len(left) > len(page) else None
        return Listing([shown(entry, every) for _, entry in page], len(found), following)

    def changes(self, company: str, after: int, limit: int) -> tuple[list[dict[str, Any]], bool]:
        """The change feed: each entry once, at the position of its latest change, tombstones too; and whether there is
        more."""
        with self._reading(company) as tx:
            every = load(tx, company, self.kind)
        changed = sorted(
            (entry for entry in every.values() if entry.position > after), key=lambda entry: entry.position
        )
        items = [
            {
                "position": entry.position, "id": entry.id, "deleted": entry.deleted,
                self.kind.key: None if entry.deleted else shown(entry, every),
            }
            for entry in changed[:limit]
        ]  # fmt: skip
        return items, len(changed) > limit

    def create(self, company: str, fields: BaseModel, origin: str = "user") -> dict[str, Any]:
        """Raises `Refused`."""
        with self._writing(company, origin) as writing:
            return writing.shown(writing.create(fields))

    def change(
        self, company: str, id: int, fields: BaseModel, version: int | None, origin: str = "user"
    ) -> dict[str, Any]:
        """Change what was given, or every field by a whole entry. version: the one that the editor saw; None = whatever
        it is now. Raises `NotThere`, `Conflict`, `Refused`."""
        with self._writing(company, origin) as writing:
            return writing.shown(writing.change(writing.find(id, version), fields))

    def delete(self, company: str, id: int, version: int | None = None, origin: str = "user") -> None:
        """Leaves a tombstone. Raises as `change` does, and `InUse` while anything refers to it."""
        with self._writing(company, origin) as writing:
            writing.delete(writing.find(id, version))

    def batch(self, company: str, items: Sequence[Item], origin: str) -> list[Done]:
        """Many writes in one transaction, each judged alone and done once for its key; see `batches`."""
        with self._writing(company, origin) as writing:
            known = batches.known_keys(writing.tx, company, [item.key for item in items])
            return batches.carry_out(writing, company, self.kind.kind, items, known)

    @contextmanager
    def _reading(self, company: str) -> Iterator[Connection]:
        """One state of everything; a company that is new here has its first entries by then."""
        if self.kind is TAX_CODE:
            with self._database.read() as tx:
                new = seeds.missing(tx, company)
            if new:
                with self._database.write() as tx:
                    seeds.plant(tx, company, self._now())
        with self._database.read() as tx:
            yield tx

    @contextmanager
    def _writing(self, company: str, origin: str) -> Iterator[EntryWriting]:
        """One transaction. An error undoes all of it and is heard by nobody."""
        with self._database.write() as tx:
            if self.kind is TAX_CODE:
                seeds.plant(tx, company, self._now())
            writing = EntryWriting(tx, company, self.kind, self._now(), origin)
            yield writing
            writing.flush()
        if origin != SYNC:
            self._tell(company, writing.edited)


def _spot(entry: Entry) -> Spot:
    return fold(entry.values["name"]), entry.id


def _matches(entry: Entry, wanted: Wanted) -> bool:
    if entry.deleted or wanted.active not in (None, entry.values["active"]):
        return False
    if wanted.changed_since is not None and entry.modified_at < stamp(wanted.changed_since):
        return False
    if wanted.status and wanted.status != (entry.sync["status"] if entry.sync else UNSPOKEN):
        return False
    text = fold(f"{entry.values['name']} {entry.values.get('description') or ''}")
    return all(word in text for word in fold(wanted.search).split())
