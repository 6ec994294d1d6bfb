"""Makes company files: an empty one, or one filled with real responses of a QuickBooks.

Records that are loaded keep their ids, times and every value. What they refer to and what was not loaded is made
up, and marked so. Nothing may be loaded half: the caller does it in one writing span.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from quickbooks_sim.companyfile import CompanyFile, CompanyFileError
from quickbooks_sim.engine.filters import cents
from quickbooks_sim.fields import Fields, first, from_element, group_of, in_order, replaced, text_of, without
from quickbooks_sim.records import Record, add, by_full_name, by_id, new_list_id, note_list_id
from quickbooks_sim.status import Refusal
from quickbooks_sim.tables.company import NEW_HOST, NEW_PREFERENCES, new_company
from quickbooks_sim.tables.lists import KINDS, REFERENCES
from quickbooks_sim.tables.switches import QBXML_VERSIONS
from quickbooks_sim.tables.words import words

_DERIVED = words(
    "ListID TimeCreated TimeModified EditSequence Name FullName IsActive ParentRef Sublevel Balance TotalBalance "
    "DataExtRet"
)


@dataclass
class Loaded:
    """What was loaded: records by kind, records made up by kind, elements that could not be kept."""

    kept: Counter[str] = field(default_factory=Counter)
    made_up: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)


def new_file(path: Path, name: str, sample: bool = False) -> CompanyFile:
    """A new company file with host, company and preferences, and no list records."""
    company = CompanyFile.create(path)
    with company.writing():
        company.store_document("HostRet", NEW_HOST)
        company.store_document("CompanyRet", new_company(name, sample))
        company.store_document("PreferencesRet", NEW_PREFERENCES)
        company.set_switch(
            "company_path",
            rf"C:\Users\Public\Documents\Intuit\QuickBooks\Company Files\{_file_name(name)}.qbw",
        )
    return company


def _file_name(name: str) -> str:
    return re.sub(r'[<>:"/\\|?*]', "_", name).lower()


def create_record(
    company: CompanyFile, kind: str, name: str, body: Fields, active: bool = True, made_up: bool = False
) -> Record:
    """Adds a record without a parent, created now, with an ID of its own."""
    clock = company.clock()
    now = clock.now()
    space = KINDS[kind].space
    stamp = clock.printed(now)
    record = Record(
        space,
        new_list_id(company, space, now),
        kind,
        name,
        name,
        None,
        0,
        active,
        str(now),
        stamp,
        stamp,
        clock.wall(now),
        0,
        0,
        body,
        made_up,
    )
    return add(company, record)


def add_tax_codes(company: CompanyFile) -> None:
    """The two sales tax codes that every company has, where they are missing."""
    for name, taxable, text in (("Tax", "true", "Taxable Sales"), ("Non", "false", "Non-Taxable Sales")):
        if by_full_name(company, ("SalesTaxCode",), name) is None:
            create_record(company, "SalesTaxCode", name, [("IsTaxable", taxable), ("Desc", text)])


def switch_on_sales_tax(company: CompanyFile, default_item: Record) -> None:
    """Sets the sales tax preferences, with this item as default."""
    codes = [by_full_name(company, ("SalesTaxCode",), name) for name in ("Tax", "Non")]
    refs = [reference(record) for record in (default_item, *codes) if record is not None]
    body: Fields = [
        ("DefaultItemSalesTaxRef", refs[0]),
        ("PaySalesTax", "Monthly"),
        ("DefaultTaxableSalesTaxCodeRef", refs[1]),
        ("DefaultNonTaxableSalesTaxCodeRef", refs[2]),
    ]
    company.store_document(
        "PreferencesRet", replaced(company.document("PreferencesRet"), "SalesTaxPreferences", body)
    )


def reference(record: Record) -> Fields:
    """ListID and FullName of a record, as a reference holds them."""
    return [("ListID", record.list_id), ("FullName", record.full_name)]


def load(company: CompanyFile, paths: list[Path]) -> Loaded:
    """Loads the responses in these files. Inside one writing span of the caller."""
    loaded = Loaded()
    records: list[tuple[str, Fields]] = []
    for path in paths:
        for name, fields in _rets(path):
            kind = name.removesuffix("Ret")
            if name in ("HostRet", "CompanyRet", "PreferencesRet"):
                _load_document(company, name, fields)
                loaded.kept[kind] += 1
            elif kind in KINDS:
                records.append((kind, fields))
            else:
                loaded.left_out[name] += 1
    # Parents first: a record stands after everything above it.
    records.sort(key=lambda item: int(text_of(item[1], "Sublevel", "0") or 0))
    for kind, fields in records:
        _load_record(company, kind, fields, loaded)
    for _, fields in records:
        for name, content in fields:
            if name in REFERENCES and isinstance(content, list):
                _make_up(company, REFERENCES[name].kinds[0], content, loaded)
    _load_tax(company, records, loaded)
    return loaded


def _rets(path: Path) -> list[tuple[str, Fields]]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    try:
        root = etree.fromstring(path.read_bytes(), parser)
    except OSError as error:
        raise CompanyFileError(f"{path} cannot be read: {error.strerror}") from error
    except etree.XMLSyntaxError as error:
        raise CompanyFileError(f"{path} is not a qbXML response: {error}") from error
    if root.getroottree().docinfo.doctype:
        raise CompanyFileError(f"{path} has a DOCTYPE; a qbXML response has none")
    responses = (
        [root]
        if str(root.tag).endswith("Rs") and root.tag != "QBXMLMsgsRs"
        else list(root.iterfind(".//*[@statusCode]"))
    )
    if not responses:
        raise CompanyFileError(f"{path} holds no qbXML response (no element with a statusCode)")
    return [
        (str(ret.tag), from_element(ret))
        for response in responses
        for ret in response
        if str(ret.tag).endswith("Ret")
    ]


def _load_document(company: CompanyFile, name: str, fields: Fields) -> None:
    if name == "HostRet":
        versions = [str(content) for element, content in fields if element == "SupportedQBXMLVersion"]
        known = [version for version in versions if version in QBXML_VERSIONS]
        if known:
            company.set_switch("qbxml_version", max(known, key=QBXML_VERSIONS.index))
        company.set_switch("country", text_of(fields, "Country", "US"))
        company.set_switch("mode", "single" if text_of(fields, "QBFileMode") == "SingleUser" else "multi")
    for element, content in fields:
        if element == "DataExtRet" and isinstance(content, list):
            company.private_data_store(
                text_of(content, "OwnerID"), text_of(content, "DataExtName"), text_of(content, "DataExtValue")
            )
    company.store_document(name, without(fields, "DataExtRet"))


def _load_record(company: CompanyFile, kind: str, fields: Fields, loaded: Loaded) -> None:
    space = KINDS[kind].space
    list_id, name = text_of(fields, "ListID"), text_of(fields, "Name")
    if not list_id or not name:
        raise CompanyFileError(f"a {kind} without ListID or Name cannot be loaded")
    full_name = text_of(fields, "FullName", name)
    parent_id: str | None = None
    parent = group_of(fields, "ParentRef")
    if parent:
        _make_up(company, kind, parent, loaded)
        parent_id = text_of(parent, "ListID")
    modified = text_of(fields, "TimeModified", text_of(fields, "TimeCreated", "1999-01-01T00:00:00-05:00"))
    balance = cents(text_of(fields, "Balance", "0"))
    record = Record(
        space,
        list_id,
        kind,
        name,
        full_name,
        parent_id,
        full_name.count(":") if KINDS[kind].hierarchical else 0,
        text_of(fields, "IsActive", "true") in ("true", "1"),
        text_of(fields, "EditSequence", "0"),
        text_of(fields, "TimeCreated", modified),
        modified,
        modified[:19],
        balance,
        cents(text_of(fields, "TotalBalance", "0")) if first(fields, "TotalBalance") is not None else balance,
        in_order(without(fields, *_DERIVED), KINDS[kind].order),
    )
    if by_id(company, (kind,), list_id) is not None:
        raise CompanyFileError(f"{kind} {list_id} ({full_name}) stands twice in the files to load")
    try:
        add(company, record)
    except Refusal as refusal:
        raise CompanyFileError(f"{kind} {full_name} cannot be loaded: {refusal.status.message}") from refusal
    note_list_id(company, space, list_id)
    for element, content in fields:
        if element == "ContactsRet" and isinstance(content, list):
            company.raise_counter("contact", int(text_of(content, "ListID", "0") or "0", 36))
        if element == "DataExtRet" and isinstance(content, list):
            company.execute(
                "insert or replace into data_extension values (?, ?, ?, ?, ?, ?, ?)",
                (
                    space,
                    list_id,
                    text_of(content, "OwnerID", "0"),
                    text_of(content, "DataExtName"),
                    text_of(content, "DataExtName").casefold(),
                    text_of(content, "DataExtType", "STR255TYPE"),
                    text_of(content, "DataExtValue"),
                ),
            )
    loaded.kept[kind] += 1


def _make_up(company: CompanyFile, kind: str, ref: Fields, loaded: Loaded) -> None:
    """Invents the target of a reference if it was not loaded."""
    space = KINDS[kind].space
    list_id, full_name = text_of(ref, "ListID"), text_of(ref, "FullName")
    row = company.execute("select 1 from record where space = ? and list_id = ?", (space, list_id)).fetchone()
    if row is not None or not list_id:
        return
    clock = company.clock()
    created = int(list_id.rpartition("-")[2]) if list_id.rpartition("-")[2].isdigit() else clock.now()
    stamp = clock.printed(created)
    parent_name, _, name = full_name.rpartition(":")
    parent = by_full_name(company, (kind,), parent_name) if parent_name else None
    while by_full_name(company, (kind,), full_name) is not None:
        full_name = name = f"{name} (made up)"
    add(
        company,
        Record(
            space,
            list_id,
            kind,
            name if parent or not KINDS[kind].hierarchical else full_name.replace(":", " "),
            full_name if parent or not KINDS[kind].hierarchical else full_name.replace(":", " "),
            parent.list_id if parent else None,
            parent.sublevel + 1 if parent else 0,
            True,
            str(created),
            stamp,
            stamp,
            clock.wall(created),
            0,
            0,
            _made_up_body(kind, full_name),
            made_up=True,
        ),
    )
    note_list_id(company, space, list_id)
    loaded.made_up[kind] += 1


def _made_up_body(kind: str, name: str) -> Fields:
    if kind == "StandardTerms":
        net = re.search(r"net\s*(\d+)", name, re.IGNORECASE)
        discount = re.match(r"(\d+)%\s*(\d+)", name)
        body: Fields = [("StdDueDays", net[1] if net else "0")]
        if discount:
            body += [("StdDiscountDays", discount[2]), ("DiscountPct", f"{discount[1]}.00")]
        else:
            body += [("StdDiscountDays", "0"), ("DiscountPct", "0.00")]
        return body
    if kind == "SalesTaxCode":
        return [("IsTaxable", "false" if name.casefold().startswith("non") else "true")]
    if kind == "ItemSalesTax":
        return [("ItemDesc", name), ("TaxRate", "0.00")]
    return []


def _load_tax(company: CompanyFile, records: list[tuple[str, Fields]], loaded: Loaded) -> None:
    """A company whose customers have tax items charges sales tax: the preferences must say so."""
    stored = group_of(company.document("PreferencesRet"), "SalesTaxPreferences")
    for name, content in stored:
        if name.endswith("Ref") and isinstance(content, list):
            _make_up(company, "ItemSalesTax" if "Item" in name else "SalesTaxCode", content, loaded)
    if stored:
        return
    used = Counter(
        text_of(group_of(fields, "ItemSalesTaxRef"), "ListID")
        for kind, fields in records
        if kind == "Customer"
    )
    used.pop("", None)
    if not used:
        return
    before = company.execute("select count(*) as n from record where space = 'SalesTaxCode'").fetchone()["n"]
    add_tax_codes(company)
    after = company.execute("select count(*) as n from record where space = 'SalesTaxCode'").fetchone()["n"]
    if after > before:
        loaded.made_up["SalesTaxCode"] += after - before
    item = by_id(company, ("ItemSalesTax",), used.most_common(1)[0][0])
    if item is not None:
        switch_on_sales_tax(company, item)
