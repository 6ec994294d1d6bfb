"""What people do to the small lists of either side: terms, taxes, groups of taxes, sales tax codes. They know nothing
of the other side; only a handful of names is usual on both."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

from fieldledger.model.kinds import LISTS, Kind
from tests.simulation.companyfile import AGENCY, CompanyFile, Entry
from tests.simulation.fieldside import FieldList, FieldSide, Values
from tests.simulation.small import REFERRED, TAXES
from tests.simulation.trace import Trace

KIND_OF: Mapping[str, Kind] = {
    "Terms": Kind.PAYMENT_TERM, "SalesTaxCode": Kind.SALES_TAX_CODE, "Item": Kind.TAX_RATE,
}  # fmt: skip
"""By list of QuickBooks."""
SPACE_OF = {kind: space for space, kind in KIND_OF.items()}
REF_KINDS: Mapping[str, Kind] = {
    "terms": Kind.PAYMENT_TERM, "tax_code": Kind.SALES_TAX_CODE, "tax_item": Kind.TAX_RATE,
}  # fmt: skip
REF_TAGS = {"terms": "TermsRef", "tax_code": "SalesTaxCodeRef", "tax_item": "ItemSalesTaxRef"}
USUAL: Mapping[Kind, tuple[str, ...]] = {
    Kind.PAYMENT_TERM: ("Net 30", "Net 45", "Net 99", "Weekly"),
    Kind.SALES_TAX_CODE: ("Gov", "Exm", "Lbr"),
    Kind.TAX_RATE: ("County", "City", "State", "Both"),
}
"""Names that people of both sides come upon."""
DAYS, PERCENTS, RATES = ("0", "7", "10", "20", "45"), ("1", "1.5", "2"), ("0", "1.25", "4", "7.25", "8.875")


def a_name(trace: Trace, dice: random.Random, kind: Kind, side: str, given_up: list[str]) -> str:
    """A new name, a usual one, or one that something else bore before. Codes have no more than 3 characters."""
    if given_up and dice.random() < 0.2:
        return dice.choice(given_up)
    if kind is Kind.SALES_TAX_CODE or dice.random() < 0.3:
        return dice.choice(USUAL[kind])
    return trace.fresh("Term" if kind is Kind.PAYMENT_TERM else "Levy", side)


class ListsInBooks:
    """list_order: by kind and id, when people last edited it, as `Trace.next` counts."""

    file: Any
    trace: Trace
    dice: random.Random

    def __init__(self) -> None:
        self.list_order: dict[tuple[Kind, str], int] = {}
        self.given_up: dict[Kind, list[str]] = {kind: [] for kind in LISTS}

    def some_entry(self, kinds: tuple[str, ...] = ()) -> Entry | None:
        file: CompanyFile = self.file
        there = file.entries(kinds or ("StandardTerms", "DateDrivenTerms", "SalesTaxCode", *TAXES))
        return self.dice.choice(there) if there else None

    def referable(self, tag: str) -> list[str]:
        """Names that a customer can be given: what is not active is not offered."""
        file: CompanyFile = self.file
        known = file.data.small[REFERRED[tag]].values()
        return [each.name for each in known if each.active and each.kind != "ItemService"]

    def _entry_noted(self, entry: Entry) -> None:
        self.list_order[KIND_OF[entry.space], entry.id] = self.trace.next()

    def list_add(self) -> str:
        file: CompanyFile = self.file
        dice = self.dice
        form = dice.choice(
            ("StandardTerms", "StandardTerms", "DateDrivenTerms", "SalesTaxCode", *TAXES, "ItemSalesTax")
        )
        kind = KIND_OF["SalesTaxCode" if form == "SalesTaxCode" else "Item" if form in TAXES else "Terms"]
        name = a_name(self.trace, dice, kind, "books", self.given_up[kind])
        if kind is Kind.TAX_RATE and dice.random() < 0.1:
            file.add_entry("ItemService", name)
            return f"adds an item that is no tax, {name!r}"
        members = self._members() if form == "ItemSalesTaxGroup" else []
        entry = file.add_entry(form, self.trace.types(name, "books"), members, **self._texts(form))
        if dice.random() < 0.1:
            file.switch_entry(entry, False)
        self._entry_noted(entry)
        return f"adds {form} {name!r} ({entry.id}) {entry.texts} {entry.members}"

    def _members(self) -> list[str]:
        file: CompanyFile = self.file
        taxes = [each.id for each in file.entries(["ItemSalesTax"])]
        return self.dice.sample(taxes, min(len(taxes), self.dice.choice((1, 2))))

    def _texts(self, form: str) -> dict[str, str]:
        dice = self.dice
        match form:
            case "StandardTerms":
                return {
                    "StdDueDays": dice.choice(DAYS),
                    **({"StdDiscountDays": "5", "DiscountPct": dice.choice(PERCENTS)} if dice.random() < 0.3 else {}),
                }  # fmt: skip
            case "DateDrivenTerms":
                return {"DayOfMonthDue": str(dice.randint(1, 31)), "DueNextMonthDays": dice.choice(DAYS)}
            case "SalesTaxCode":
                return {
                    "IsTaxable": dice.choice(("true", "false")),
                    "Desc": self.trace.fresh("About", "books"),
                }
            case "ItemSalesTax":
                return {"TaxRate": dice.choice(RATES), "TaxVendorRef": AGENCY}
        return {}

    def list_rename(self, entry: Entry | None = None, name: str = "") -> str | None:
        entry = entry or self.some_entry()
        if entry is None:
            return None
        kind, old = KIND_OF[entry.space], entry.name
        name = name or a_name(self.trace, self.dice, kind, "books", self.given_up[kind])
        self.file.rename_entry(entry, self.trace.types(name, "books"))
        self.given_up[kind].append(old)
        self._entry_noted(entry)
        return f"renames {kind} {old!r} ({entry.id}) to {entry.name!r}"

    def list_set(self, entry: Entry | None = None) -> str | None:
        entry = entry or self.some_entry()
        if entry is None:
            return None
        members = self._members() if entry.kind == "ItemSalesTaxGroup" else None
        self.file.set_entry(entry, members, **self._texts(entry.kind))
        self._entry_noted(entry)
        return f"sets {entry.name!r} ({entry.id}) to {entry.texts} {entry.members}"

    def list_become(self) -> str | None:
        entry = self.some_entry(("StandardTerms", "DateDrivenTerms"))
        if entry is None:
            return None
        other = "DateDrivenTerms" if entry.kind == "StandardTerms" else "StandardTerms"
        self.file.become(entry, **self._texts(other))
        self._entry_noted(entry)
        return f"makes {entry.name!r} ({entry.id}) a {entry.kind}: {entry.texts}"

    def list_switch(self) -> str | None:
        entry = self.some_entry()
        if entry is None:
            return None
        self.file.switch_entry(entry, not entry.active)
        self._entry_noted(entry)
        return f"makes {entry.name!r} ({entry.id}) {'active' if entry.active else 'inactive'}"

    def list_delete(self) -> str | None:
        file: CompanyFile = self.file
        unused = [
            each
            for each in file.entries(("StandardTerms", "DateDrivenTerms", "SalesTaxCode", *TAXES))
            if not file.used(each)
        ]
        if not unused:
            return None
        entry = self.dice.choice(unused)
        file.delete_entry(entry)
        self.given_up[KIND_OF[entry.space]].append(entry.name)
        return f"deletes {entry.kind} {entry.name!r} ({entry.id})"


class ListsInField:
    """The same at the field system, where the sync may keep people from editing a list."""

    side: FieldSide
    company: str
    trace: Trace
    dice: random.Random

    def __init__(self) -> None:
        self.list_order: dict[tuple[Kind, int], int] = {}
        self.list_given_up: dict[Kind, list[str]] = {kind: [] for kind in LISTS}

    def first_entries(self) -> None:
        """What a field system has from the beginning: two codes, and what its people made before there was a sync."""
        dice = self.dice
        for name, taxable in (("Tax", True), ("Non", False)):
            self.side.small[Kind.SALES_TAX_CODE].create(self.company, name=name, taxable=taxable)
        for kind, name, values in (
            (Kind.PAYMENT_TERM, "Net 99", {"due_days": 99}),
            (Kind.PAYMENT_TERM, "Net 30", {"due_days": 30}),
            (Kind.PAYMENT_TERM, "net 15", {"due_days": 14}),
            (Kind.TAX_RATE, "County", {"rate": "7.25"}),
            (Kind.TAX_RATE, "City", {"rate": "1"}),
        ):
            if dice.random() < 0.5:
                self.side.small[kind].create(self.company, name=self.trace.types(name, "field"), **values)

    def some_in_list(self) -> tuple[FieldList, int] | None:
        kind = self.dice.choice(LISTS)
        there = list(self.side.small[kind].raw(self.company))
        return (self.side.small[kind], self.dice.choice(there)) if there else None

    def referable_here(self, name: str) -> list[str]:
        """Names that a customer can be given: what is retired is not offered."""
        rows = self.side.small[REF_KINDS[name]].raw(self.company).values()
        return [str(each["name"]) for each in rows if each["active"]]

    def _put_entry(self, list: FieldList, id: int | None, **values: Any) -> int:
        if "name" in values:
            self.trace.types(values["name"], "field")
        id = list.put_by_hand(self.company, id, **values)
        self.list_order[list.kind, id] = self.trace.next()
        return id

    def list_add(self) -> str:
        list = self.side.small[self.dice.choice(LISTS)]
        name = a_name(self.trace, self.dice, list.kind, "field", self.list_given_up[list.kind])
        values = self._entry_values(list.kind, {})
        id = self._put_entry(list, None, name=name, **values)
        return f"adds {list.kind} {name!r} (#{id}) {values}"

    def _entry_values(self, kind: Kind, now: Values) -> Values:
        dice = self.dice
        if kind is Kind.SALES_TAX_CODE:
            return {"description": self.trace.fresh("About", "field"), "taxable": dice.random() < 0.5}
        if kind is Kind.TAX_RATE:
            taxes = [
                id for id, each in self.side.small[kind].raw(self.company).items() if not each["components"]
            ]
            if now.get("components") or (not now and taxes and dice.random() < 0.3):
                return {
                    "rate": None,
                    "components": [str(id) for id in dice.sample(taxes, min(2, len(taxes)))],
                }
            return {"rate": dice.choice(RATES)}
        if now.get("form", "standard") == "standard" and dice.random() < 0.7:
            return {
                "form": "standard",
                "due_days": int(dice.choice(DAYS)),
                "due_day": None,
                "next_month_days": None,
            }
        return {
            "form": "date_driven",
            "due_day": dice.randint(1, 31),
            "due_days": None,
            "discount_days": None,
        }

    def list_rename(self, list: FieldList | None = None, id: int = 0, name: str = "") -> str | None:
        found = (list, id) if list is not None else self.some_in_list()
        if found is None:
            return None
        list, id = found
        old = list.raw(self.company)[id]["name"]
        name = name or a_name(self.trace, self.dice, list.kind, "field", self.list_given_up[list.kind])
        self._put_entry(list, id, name=name)
        self.list_given_up[list.kind].append(old)
        return f"renames {list.kind} {old!r} (#{id}) to {name!r}"

    def list_set(self) -> str | None:
        found = self.some_in_list()
        if found is None:
            return None
        values = self._entry_values(found[0].kind, found[0].raw(self.company)[found[1]])
        self._put_entry(*found, **values)
        return f"sets {found[0].kind} #{found[1]} to {values}"

    def list_switch(self) -> str | None:
        found = self.some_in_list()
        if found is None:
            return None
        active = not found[0].raw(self.company)[found[1]]["active"]
        self._put_entry(*found, active=active)
        return f"makes {found[0].kind} #{found[1]} {'active' if active else 'inactive'}"

    def list_delete(self) -> str | None:
        found = self.some_in_list()
        if found is None:
            return None
        list, id = found
        name = list.raw(self.company)[id]["name"]
        list.delete_by_hand(self.company, id)
        self.list_given_up[list.kind].append(name)
        return f"deletes {list.kind} {name!r} (#{id})"
