"""Requests about small lists as QuickBooks carries them out: what they show, what they add and change, what it refuses.

There is no request that changes terms (R 36): one would refuse the whole set.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from typing import TypeVar

from lxml import etree

from tests.simulation.changing import CURSED, MISSING, Refusal, stored
from tests.simulation.companyfile import CompanyFile, Entry, NotPossible
from tests.simulation.manners import Manners
from tests.simulation.printing import leaf, reference, stamp
from tests.simulation.small import LONGEST, SPACES, TAXES

QUERIES: Mapping[str, tuple[str, ...]] = {
    "TermsQueryRq": ("StandardTerms", "DateDrivenTerms"),
    "SalesTaxCodeQueryRq": ("SalesTaxCode",),
    "ItemSalesTaxQueryRq": ("ItemSalesTax",),
    "ItemSalesTaxGroupQueryRq": ("ItemSalesTaxGroup",),
    "ItemQueryRq": (*TAXES, "ItemService"),
}
ADDS = ("StandardTerms", "DateDrivenTerms", "SalesTaxCode", *TAXES)
MODS = ("SalesTaxCode", *TAXES)
_ORDER: Mapping[str, tuple[str, ...]] = {
    "StandardTerms": ("StdDueDays", "StdDiscountDays", "DiscountPct"),
    "DateDrivenTerms": ("DayOfMonthDue", "DueNextMonthDays", "DiscountDayOfMonth", "DiscountPct"),
    "SalesTaxCode": ("IsTaxable", "Desc"),
    "ItemSalesTax": ("ItemDesc", "TaxRate", "TaxVendorRef", "ExternalGUID"),
    "ItemSalesTaxGroup": ("ItemDesc", "ExternalGUID", "ItemSalesTaxRef"),
    "ItemService": (),
}
"""What an entry shows after its head, in QuickBooks' order."""
_SHOWN_AS: Mapping[str, str] = {"StdDueDays": "0", "StdDiscountDays": "0", "DueNextMonthDays": "0", "DiscountPct": "0",
                                "TaxRate": "0"}  # fmt: skip
"""What QuickBooks shows where nothing was entered."""
T = TypeVar("T")
_PERCENT = re.compile(r"\d{1,10}(\.\d{1,5})?")

# ---- showing -----------------------------------------------------------------------------------------------------


def ret(file: CompanyFile, manners: Manners, entry: Entry, only: tuple[str, ...] = ()) -> str:
    """only: these elements (IncludeRetElement)."""
    parts = {
        "ListID": leaf("ListID", entry.id),
        "TimeCreated": leaf("TimeCreated", stamp(file, manners, entry.made)),
        "TimeModified": leaf("TimeModified", stamp(file, manners, entry.edited)),
        "EditSequence": leaf("EditSequence", str(entry.edited)),
        "Name": leaf("Name", entry.name),
        **({"FullName": leaf("FullName", entry.name)} if entry.kind == "ItemService" else {}),
        "IsActive": leaf("IsActive", "true" if entry.active else "false"),
        **{tag: _part(file, manners, entry, tag) for tag in _ORDER[entry.kind]},
    }
    shown = "".join(part for tag, part in parts.items() if not only or tag in only)
    return f"<{entry.kind}Ret>\n{shown}</{entry.kind}Ret>\n"


def _part(file: CompanyFile, manners: Manners, entry: Entry, tag: str) -> str:
    if tag == "ItemSalesTaxRef":
        taxes = [tax for id in entry.members if (tax := file.entry("Item", id)) is not None]
        return "".join(reference(tag, tax.id, tax.name) for tax in taxes)
    if tag == "TaxVendorRef":
        vendor = file.vendor(entry.texts.get(tag, ""))
        return reference(tag, *vendor) if vendor else ""
    if tag == "ExternalGUID":
        return leaf(tag, entry.guid) if entry.guid and manners.tells_guid else ""
    text = entry.texts.get(tag) or _SHOWN_AS.get(tag, "")
    if tag in ("TaxRate", "DiscountPct"):
        whole, _, decimals = text.partition(".")
        text = f"{whole}.{decimals.ljust(2, '0')}"
    return leaf(tag, text) if text else ""


def asked(file: CompanyFile, request: etree._Element) -> tuple[list[Entry], list[str], bool]:
    """What a query finds, what it asked for and does not find, and whether it asked by ids."""
    kinds = QUERIES[str(request.tag)]
    space = SPACES[kinds[0]]
    ids = [each.text or "" for each in request.findall("ListID")]
    names = [(each.text or "").strip() for each in request.findall("FullName")]
    if ids or names:
        found = {
            one: each
            for one in ids or names
            if (each := file.entry(space, one) if ids else file.named(space, one)) is not None
            and each.kind in kinds
        }
        return list(found.values()), [one for one in ids or names if one not in found], bool(ids)
    status = request.findtext("ActiveStatus") or "ActiveOnly"
    return (
        [each for each in file.entries(kinds) if status == "All" or each.active == (status == "ActiveOnly")], [], False
    )  # fmt: skip


# ---- writing -----------------------------------------------------------------------------------------------------


def add(file: CompanyFile, manners: Manners, body: etree._Element) -> Entry:
    """Raises `Refusal`."""
    kind = str(body.tag).removesuffix("Add")
    name, texts, members = _content(file, kind, body)
    _check_name(file, SPACES[kind], name or "")
    made = _saved(lambda: file.add_entry(kind, name or "", members or (), **texts))
    made.active = body.findtext("IsActive") != "false"
    made.guid = body.findtext("ExternalGUID") or ""
    return made


def mod(file: CompanyFile, manners: Manners, body: etree._Element) -> tuple[Entry, Entry]:
    """What it was and what it is. Raises `Refusal`."""
    kind = str(body.tag).removesuffix("Mod")
    id = body.findtext("ListID") or ""
    there = file.entry(SPACES[kind], id)
    if there is None or there.kind != kind:
        raise Refusal("3120", f'Object "{id}" specified in the request cannot be found.  {MISSING}')
    version = body.findtext("EditSequence") or ""
    if version != str(there.edited):
        raise Refusal("3200", f'The provided edit sequence "{version}" is out-of-date. ', there)
    name, texts, members = _content(file, kind, body)
    if name is not None:
        _check_name(file, there.space, name, id)
    before = copy.deepcopy(there)
    _saved(lambda: file.set_entry(there, members, **texts))
    if name is not None and name != there.name:
        file.rename_entry(there, name)
    told = body.findtext("IsActive")
    if told is not None:
        file.switch_entry(there, told == "true")
    return before, there


def _saved(change: Callable[[], T]) -> T:
    try:
        return change()
    except NotPossible as error:
        told = f"There was an error when saving a list.  QuickBooks error message: {error}."
        raise Refusal("3180", told) from error


def _check_name(file: CompanyFile, space: str, name: str, but: str = "") -> None:
    if len(name) > LONGEST[space]:
        raise Refusal("3070", f'The string "{name}" in the field "Name" is too long.')
    if not name or ":" in name:
        raise Refusal("3090", f'There was an error when storing "{name}" in the "name" field.')
    if CURSED in name:
        raise Refusal("3180", "There was an error when saving a list.  QuickBooks error message: No.")
    other = file.named(space, name)
    if other is not None and other.id != but:
        raise Refusal("3100", f'The name "{name}" of the list element is already in use.')


def _content(
    file: CompanyFile, kind: str, body: etree._Element
) -> tuple[str | None, dict[str, str], list[str] | None]:
    """Name, texts and members as they are sent; None = not sent."""
    name = body.find("Name")
    texts: dict[str, str] = {}
    for tag in _ORDER[kind]:
        sent = body.find(tag)
        if sent is None or tag in ("ExternalGUID", "ItemSalesTaxRef"):
            continue
        if tag == "TaxVendorRef":
            texts[tag] = _vendor(file, kind, sent)
            continue
        texts[tag] = stored(sent.text)
        if tag in ("TaxRate", "DiscountPct") and texts[tag] and not _PERCENT.fullmatch(texts[tag]):
            raise Refusal(
                "3040", f'There was an error when converting the amount "{texts[tag]}" in the field "{tag}"'
            )
        if tag in ("DayOfMonthDue", "DiscountDayOfMonth") and not 1 <= int(texts[tag] or "0") <= 31:
            raise Refusal("3210", f'The "{tag}" field has an invalid value "{texts[tag]}".')
    refs = body.findall("ItemSalesTaxRef") if kind == "ItemSalesTaxGroup" else []
    return (
        None if name is None else stored(name.text),
        texts,
        [_member(file, kind, ref) for ref in refs] if refs else None,
    )


def _vendor(file: CompanyFile, kind: str, ref: etree._Element) -> str:
    id, name = ref.findtext("ListID"), ref.findtext("FullName") or ""
    held = file.data.holders.get(id, ("", "")) if id else ("Vendor", name)
    vendor = file.vendor(held[1]) if held[0] == "Vendor" else None
    if not id and not name:
        return ""
    if vendor is None:
        raise Refusal(
            "3140",
            f'There is an invalid reference to QuickBooks Vendor "{id or name}" in the {kind}.  {MISSING}',
        )
    return vendor[1]


def _member(file: CompanyFile, kind: str, ref: etree._Element) -> str:
    id, name = ref.findtext("ListID"), ref.findtext("FullName") or ""
    tax = file.entry("Item", id) if id else file.named("Item", name)
    if tax is None or tax.kind != "ItemSalesTax":
        raise Refusal(
            "3140",
            f'There is an invalid reference to QuickBooks Item "{id or name}" in the {kind}.  {MISSING}',
        )
    return tax.id


def _bad_reference(list: str, asked: str, kind: str) -> Refusal:
    return Refusal(
        "3140", f'There is an invalid reference to QuickBooks {list} "{asked}" in the {kind}.  {MISSING}'
    )
