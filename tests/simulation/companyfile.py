"""A company file of QuickBooks, in memory: its lists, and what people do to them with their own hands.

Written from the rules about QuickBooks alone, not from the simulator of this repository: a second reading of the same
facts. It must never know anything of the engine.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from tests.simulation.small import REFERRED, Entry, NotPossible, SmallLists, first_entries

NEW_YORK = ZoneInfo("America/New_York")
__all__ = ["ADDRESS", "AGENCY", "CompanyFile", "Contents", "Customer", "Entry", "NotPossible"]
ADDRESS = ("Addr1", "Addr2", "Addr3", "Addr4", "Addr5", "City", "State", "PostalCode", "Country", "Note")


@dataclass
class Customer:
    """A customer or job. texts: by element. bill: address lines by element. ships: the Ship To list, each with Name,
    DefaultShipTo ("true", "false") and lines. refs: by element, the name that its entry of a small list has now. made,
    edited, touched: Unix seconds of the computer's clock (ID suffix, EditSequence, TimeModified)."""

    id: str
    name: str
    parent: str | None
    made: int
    edited: int
    touched: int
    active: bool = True
    texts: dict[str, str] = field(default_factory=dict)
    bill: dict[str, str] = field(default_factory=dict)
    ships: list[dict[str, str]] = field(default_factory=list)
    refs: dict[str, str] = field(default_factory=dict)
    guid: str = ""

    def words(self) -> Iterator[str]:
        """Every text that somebody typed. What it refers to is typed elsewhere."""
        yield self.name
        yield from self.texts.values()
        yield from self.bill.values()
        for place in self.ships:
            yield from (text for tag, text in place.items() if tag != "DefaultShipTo")


AGENCY = "State Board"
"""The vendor to whom the first taxes are paid."""


@dataclass
class Contents:
    """What is in the file, and goes into its backups. holders: vendors, employees and other names by id: list and
    name. small: entries of the small lists, by list and id. deleted: customers: id, full name, Unix second; gone:
    entries of small lists: kind, id, name, Unix second. sets: stored answers of message sets by application's ID:
    checksum, and the answer or None when it was lost."""

    customers: dict[str, Customer] = field(default_factory=dict)
    holders: dict[str, tuple[str, str]] = field(
        default_factory=lambda: {"70000-1199999999": ("Vendor", AGENCY)}
    )
    small: dict[str, dict[str, Entry]] = field(default_factory=first_entries)
    deleted: list[tuple[str, str, int]] = field(default_factory=list)
    gone: list[tuple[str, str, str, int]] = field(default_factory=list)
    sets: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    counter: int = 0
    counters: dict[str, int] = field(default_factory=dict)
    restored: int = 0


class CompanyFile(SmallLists):
    """now: Unix seconds by the clock of the computer that QuickBooks is on.

    ever_off    ids that were inactive or gone at some time
    locks       how often a write to the record is still refused, and with which code
    busy        how often a write to the list is still refused because another user changes it
    jobs_follow a customer that is made inactive takes its jobs along
    """

    def __init__(self, now: Callable[[], float], name: str, path: str) -> None:
        self.now, self.name, self.path = now, name, path
        self.data = Contents()
        self.ever_off: dict[str, None] = {}
        self.entries_off: dict[tuple[str, str], None] = {}
        self.locks: dict[str, tuple[int, str]] = {}
        self.busy = 0
        self.jobs_follow = False

    # ---- looking -------------------------------------------------------------------------------------------------

    def customer(self, id: str) -> Customer | None:
        return self.data.customers.get(id)

    def lineage(self, customer: Customer) -> list[Customer]:
        """From the top of its tree down to itself."""
        line = [customer]
        while line[0].parent is not None:
            line.insert(0, self.data.customers[line[0].parent])
        return line

    def full_name(self, customer: Customer) -> str:
        return ":".join(each.name for each in self.lineage(customer))

    def ref_ids(self, customer: Customer) -> list[str]:
        """What it refers to: list and id."""
        found = [(space, self.named(space, customer.refs.get(tag, ""))) for tag, space in REFERRED.items()]
        return [f"{space} {entry.id}" for space, entry in found if entry is not None]

    def children(self, id: str) -> list[Customer]:
        return [each for each in self.data.customers.values() if each.parent == id]

    def listed(self) -> list[Customer]:
        """In the order of the list: by name, jobs after what they belong to."""
        return sorted(
            self.data.customers.values(),
            key=lambda each: [(above.name.lower(), above.id) for above in self.lineage(each)],
        )

    def holder_of(self, name: str, parent: str | None, but: str = "") -> str | None:
        """The list in which the name is taken, inactive records count too. Below a customer only its own children."""
        key = name.strip().lower()
        for each in self.data.customers.values():
            if each.id != but and each.parent == parent and each.name.lower() == key:
                return "customer"
        if parent is None:
            return next((held for held, other in self.data.holders.values() if other.lower() == key), None)
        return None

    def wall(self, seconds: float) -> datetime:
        return datetime.fromtimestamp(seconds, NEW_YORK)

    # ---- what people do, and what a request does, in the end -------------------------------------------------------

    def add(self, name: str, parent: str | None = None) -> Customer:
        """Raises `NotPossible`."""
        self._free(name, parent)
        now = int(self.now())
        self.data.counter += 1
        id = f"{0x80000000 + self.data.counter:X}-{now}"
        made = Customer(id, name.strip(), parent, now, now, now)
        self.data.customers[id] = made
        return made

    def rename(self, customer: Customer, name: str) -> None:
        self._free(name, customer.parent, customer.id)
        customer.name = name.strip()
        self.edited(customer)

    def move(self, customer: Customer, parent: str | None) -> None:
        if parent is not None and customer in self.lineage(self.data.customers[parent]):
            raise NotPossible("below itself")
        self._free(customer.name, parent, customer.id)
        customer.parent = parent
        self.edited(customer)

    def switch(self, customer: Customer, active: bool) -> None:
        customer.active = active
        self.edited(customer)
        if not active:
            self.ever_off[customer.id] = None
            for job in self.children(customer.id) if self.jobs_follow else ():
                self.switch(job, False)

    def delete(self, customer: Customer) -> None:
        if self.children(customer.id):
            raise NotPossible("it has jobs")
        self.data.deleted.append((customer.id, self.full_name(customer), int(self.now())))
        self.ever_off[customer.id] = None
        del self.data.customers[customer.id]

    def edited(self, customer: Customer) -> None:
        """Two edits in one second share their EditSequence; TimeModified goes with it."""
        customer.edited = customer.touched = int(self.now())

    def sold(self, customer: Customer) -> None:
        """A balance moved: TimeModified alone goes on."""
        customer.touched = int(self.now())

    def hold_name(self, list: str, name: str) -> None:
        """A vendor, employee or other name. Raises `NotPossible`."""
        self._free(name, None)
        self.data.counter += 1
        self.data.holders[f"{0x80000000 + self.data.counter:X}-{int(self.now())}"] = (list, name)

    def _free(self, name: str, parent: str | None, but: str = "") -> None:
        if self.holder_of(name, parent, but) or ":" in name or not 0 < len(name.strip()) <= 41:
            raise NotPossible(f"the name {name!r} is taken, or none")

    # ---- backups ---------------------------------------------------------------------------------------------------

    def backup(self) -> Contents:
        return copy.deepcopy(self.data)

    def restore(self, backup: Contents) -> None:
        """The file is what it was; whatever came since is gone."""
        before = self.data
        self.data = copy.deepcopy(backup)
        self.data.restored = int(self.now())
        self.ever_off.update(dict.fromkeys(id for id in before.customers if id not in self.data.customers))
        self.ever_off.update(dict.fromkeys(id for id, each in self.data.customers.items() if not each.active))
        for space, known in before.small.items():
            now = self.data.small[space]
            off = [id for id in (*known, *now) if id not in now or not now[id].active]
            self.entries_off.update(dict.fromkeys((space, id) for id in off))
