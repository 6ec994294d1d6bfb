"""Small lists of QuickBooks: terms of two forms, sales tax codes, and items as far as taxes are concerned. What is in
them, and what people do to them with their own hands, under QuickBooks' rules.

Written from the rules alone (R 18, 27, 32, 33, 36, 37), not from the simulator of this repository.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.simulation.companyfile import Contents

SPACES: Mapping[str, str] = {
    "StandardTerms": "Terms",
    "DateDrivenTerms": "Terms",
    "SalesTaxCode": "SalesTaxCode",
    "ItemSalesTax": "Item",
    "ItemSalesTaxGroup": "Item",
    "ItemService": "Item",
}
"""By kind of entry: the list whose names and ids it shares. Ids are unique within one list only."""
REFERRED: Mapping[str, str] = {
    "TermsRef": "Terms",
    "SalesTaxCodeRef": "SalesTaxCode",
    "ItemSalesTaxRef": "Item",
}
"""The lists that customers refer to."""
TAXES = ("ItemSalesTax", "ItemSalesTaxGroup")
DEFAULT_CODES = ("80000001-1200000000", "80000002-1200000000")
LONGEST: Mapping[str, int] = {"SalesTaxCode": 3, "Terms": 31, "Item": 31}
"""Of a name, by list."""
OTHER_FORM: Mapping[str, str] = {"StandardTerms": "DateDrivenTerms", "DateDrivenTerms": "StandardTerms"}


class NotPossible(Exception):
    """QuickBooks would not let a person do that."""


@dataclass
class Entry:
    """An entry of a small list. texts: by element, TaxVendorRef by the vendor's name. members: of a group, the ids of
    its taxes. made, edited: Unix seconds (ID suffix; EditSequence and TimeModified)."""

    id: str
    kind: str
    name: str
    made: int
    edited: int
    active: bool = True
    texts: dict[str, str] = field(default_factory=dict)
    members: list[str] = field(default_factory=list)
    guid: str = ""

    @property
    def space(self) -> str:
        return SPACES[self.kind]


def first_entries() -> dict[str, dict[str, Entry]]:
    """What a company has from the beginning. Its lists use the same ids, as QuickBooks' do."""
    first = (
        ("StandardTerms", "Net 30", {"StdDueDays": "30"}),
        ("StandardTerms", "Due on receipt", {"StdDueDays": "0"}),
        ("StandardTerms", "Net 15", {"StdDueDays": "15"}),
        ("SalesTaxCode", "Tax", {"IsTaxable": "true", "Desc": "Taxable Sales"}),
        ("SalesTaxCode", "Non", {"IsTaxable": "false", "Desc": "Non-Taxable Sales"}),
        ("ItemSalesTax", "County", {"TaxRate": "7.25", "TaxVendorRef": "State Board"}),
        ("ItemSalesTax", "Out of State", {"TaxRate": "0"}),
    )
    small: dict[str, dict[str, Entry]] = {space: {} for space in LONGEST}
    for kind, name, texts in first:
        known = small[SPACES[kind]]
        id = f"{0x80000001 + len(known):X}-1200000000"
        known[id] = Entry(id, kind, name, 1_200_000_000, 1_200_000_000, texts=dict(texts))
    return small


class SmallLists:
    """The part of a company file that its small lists are."""

    data: Contents
    now: Callable[[], float]
    entries_off: dict[tuple[str, str], None]
    """List and id of what was inactive or gone at some time."""

    # ---- looking -------------------------------------------------------------------------------------------------

    def entry(self, space: str, id: str) -> Entry | None:
        return self.data.small[space].get(id)

    def entries(self, kinds: Iterable[str]) -> list[Entry]:
        """Of these kinds, by name."""
        wanted = tuple(kinds)
        found = [each for known in self.data.small.values() for each in known.values() if each.kind in wanted]
        return sorted(found, key=lambda each: (each.name.lower(), each.id))

    def named(self, space: str, name: str) -> Entry | None:
        """Letters' case does not count; inactive ones hold their names too."""
        key = name.strip().lower()
        return next((each for each in self.data.small[space].values() if each.name.lower() == key), None)

    def vendor(self, name: str) -> tuple[str, str] | None:
        """id and name of a vendor."""
        key = name.strip().lower()
        for id, (kind, held) in self.data.holders.items():
            if kind == "Vendor" and held.lower() == key:
                return id, held
        return None

    def used(self, entry: Entry) -> bool:
        """Whether somebody refers to it: it is not deleted then. The two default codes never are."""
        if entry.space == "SalesTaxCode" and entry.id in DEFAULT_CODES:
            return True
        tags = [tag for tag, space in REFERRED.items() if space == entry.space]
        return any(
            each.refs.get(tag) == entry.name for each in self.data.customers.values() for tag in tags
        ) or any(entry.id in each.members for each in self.data.small[entry.space].values())

    # ---- what people do ------------------------------------------------------------------------------------------

    def add_entry(self, kind: str, name: str, members: Iterable[str] = (), **texts: str) -> Entry:
        """Raises `NotPossible`."""
        space, now = SPACES[kind], int(self.now())
        self._name_free(space, name)
        number = self.data.counters.get(space, len(self.data.small[space])) + 1
        made = Entry(
            f"{0x80000000 + number:X}-{now}", kind, name.strip(), now, now, texts=texts, members=[*members]
        )
        self.check_entry(made)
        self.data.counters[space] = number
        self.data.small[space][made.id] = made
        return made

    def rename_entry(self, entry: Entry, name: str) -> None:
        """Whoever refers to it shows the new name and is not edited by that. Raises `NotPossible`."""
        self._name_free(entry.space, name, entry.id)
        old, entry.name = entry.name, name.strip()
        for tag, space in REFERRED.items():
            if space == entry.space:
                for each in self.data.customers.values():
                    if each.refs.get(tag) == old:
                        each.refs[tag] = entry.name
        self.entry_edited(entry)

    def set_entry(self, entry: Entry, members: Iterable[str] | None = None, **texts: str) -> None:
        """Raises `NotPossible`."""
        before = (entry.texts, entry.members)
        entry.texts = {tag: text for tag, text in {**entry.texts, **texts}.items() if text}
        entry.members = entry.members if members is None else [*members]
        try:
            self.check_entry(entry)
        except NotPossible:
            entry.texts, entry.members = before
            raise
        self.entry_edited(entry)

    def switch_entry(self, entry: Entry, active: bool) -> None:
        entry.active = active
        if not active:
            self.entries_off[entry.space, entry.id] = None
        self.entry_edited(entry)

    def become(self, entry: Entry, **texts: str) -> None:
        """A term takes the other form, under its id. Raises `NotPossible`."""
        before = (entry.kind, entry.texts)
        entry.kind, entry.texts = OTHER_FORM[entry.kind], texts
        try:
            self.check_entry(entry)
        except NotPossible:
            entry.kind, entry.texts = before
            raise
        self.entry_edited(entry)

    def delete_entry(self, entry: Entry) -> None:
        """Raises `NotPossible`."""
        if self.used(entry):
            raise NotPossible("it is in use")
        self.data.counters.setdefault(entry.space, len(self.data.small[entry.space]))
        self.data.gone.append((entry.kind, entry.id, entry.name, int(self.now())))
        self.entries_off[entry.space, entry.id] = None
        del self.data.small[entry.space][entry.id]

    def entry_edited(self, entry: Entry) -> None:
        """Two edits in one second share their EditSequence."""
        entry.edited = int(self.now())

    def check_entry(self, entry: Entry) -> None:
        """The rules of its kind. Raises `NotPossible`."""
        rate, agency = entry.texts.get("TaxRate") or "0", entry.texts.get("TaxVendorRef", "")
        if entry.kind == "ItemSalesTax" and Decimal(rate) != 0 and self.vendor(agency) is None:
            raise NotPossible("a tax with a rate needs a tax agency")
        if entry.kind == "ItemSalesTaxGroup":
            taxes = [self.entry("Item", id) for id in entry.members]
            if not taxes or any(tax is None or tax.kind != "ItemSalesTax" for tax in taxes):
                raise NotPossible("a group holds at least one tax, and no groups")
        if entry.kind == "DateDrivenTerms" and not 1 <= int(entry.texts.get("DayOfMonthDue") or "0") <= 31:
            raise NotPossible("it needs a day of the month")

    def _name_free(self, space: str, name: str, but: str = "") -> None:
        other = self.named(space, name)
        if (
            (other is not None and other.id != but)
            or ":" in name
            or not 0 < len(name.strip()) <= LONGEST[space]
        ):
            raise NotPossible(f"the name {name!r} is taken, or none")
