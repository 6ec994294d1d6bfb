"""Fills a company file with real responses of a QuickBooks.

Records that are loaded keep their ids, times, every value and their place in the list. What they refer to and what
was not loaded is made up, and marked so. Nothing may be loaded half: the caller does it in one writing span.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from quickbooks_sim.companyfile import CompanyFile, CompanyFileError
from quickbooks_sim.engine.values import value_problem
from quickbooks_sim.fields import Fields, from_element, group_of, in_order, text_of, without
from quickbooks_sim.money import cents
from quickbooks_sim.newfile import add_tax_codes as add_tax_codes
from quickbooks_sim.newfile import new_file as new_file
from quickbooks_sim.newfile import switch_on_sales_tax as switch_on_sales_tax
from quickbooks_sim.ordering import beside, key, out_of_place
from quickbooks_sim.records import Record, add, by_full_name, by_id, new_list_id, note_list_id, put_at
from quickbooks_sim.status import Refusal
from quickbooks_sim.tables.lists import KINDS, REFERENCES
from quickbooks_sim.tables.switches import QBXML_VERSIONS
from quickbooks_sim.tables.words import words

_DERIVED = words(
    "ListID TimeCreated TimeModified EditSequence Name FullName IsActive ParentRef Sublevel Balance TotalBalance "
    "DataExtRet"
)
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([+-]\d\d:\d\d)?")


@dataclass
class Loaded:
    """What was loaded: records by kind, records made up by kind, elements that could not be kept."""

    kept: Counter[str] = field(default_factory=Counter)
    made_up: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)


def load(company: CompanyFile, paths: list[Path]) -> Loaded:
    """Loads the responses in these files. Inside one writing span of the caller. Raises CompanyFileError."""
    loaded = Loaded()
    records: list[tuple[str, Fields]] = []
    lists: list[list[tuple[str, str]]] = []
    for path in paths:
        for response, rets in _responses(path):
            found = []
            for name, fields in rets:
                kind = name.removesuffix("Ret")
                if name in ("HostRet", "CompanyRet", "PreferencesRet"):
                    _load_document(company, name, fields)
                    loaded.kept[kind] += 1
                elif name == "DataExtDefRet":
                    assigned = [str(content) for element, content in fields if element == "AssignToObject"]
                    _define(company, fields, assigned)
                    loaded.kept[kind] += 1
                elif kind in KINDS:
                    found.append((kind, fields))
                else:
                    loaded.left_out[name] += 1
            records += found
            if response.endswith("QueryRs"):
                lists.append([(KINDS[kind].space, text_of(fields, "ListID")) for kind, fields in found])
    # Parents first: a record stands after everything above it.
    for kind, fields in sorted(records, key=lambda item: text_of(item[1], "FullName").count(":")):
        _load_record(company, kind, fields, loaded)
    for places in lists:
        _keep_places(company, places)
    for _, fields in records:
        for name, content in fields:
            if name in REFERENCES and isinstance(content, list):
                _make_up(company, REFERENCES[name].kinds[0], content, loaded)
    _load_tax(company, records, loaded)
    return loaded


def _responses(path: Path) -> list[tuple[str, list[tuple[str, Fields]]]]:
    """The responses in a file, each with its name and its Ret elements in order."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    try:
        root = etree.fromstring(path.read_bytes(), parser)
    except OSError as error:
        raise CompanyFileError(f"{path} cannot be read: {error.strerror}") from error
    except etree.XMLSyntaxError as error:
        raise CompanyFileError(f"{path} is not a qbXML response: {error}") from error
    if root.getroottree().docinfo.doctype:
        raise CompanyFileError(f"{path} has a DOCTYPE; a qbXML response has none")
    is_one = str(root.tag).endswith("Rs") and root.tag != "QBXMLMsgsRs"
    responses = [root] if is_one else list(root.iterfind(".//*[@statusCode]"))
    if not responses:
        raise CompanyFileError(f"{path} holds no qbXML response (no element with a statusCode)")
    return [
        (
            str(response.tag),
            [(str(ret.tag), from_element(ret)) for ret in response if str(ret.tag).endswith("Ret")],
        )
        for response in responses
    ]


def _keep_places(company: CompanyFile, records: list[tuple[str, str]]) -> None:
    """Leaves what people moved by hand in the list where the response shows it: after its neighbour."""
    places: list[str] = []
    for space, list_id in records:
        row = company.execute(
            "select sort_key from record where space = ? and list_id = ?", (space, list_id)
        ).fetchone()
        places.append(row["sort_key"])
    for index in sorted(out_of_place(places)):
        places[index] = beside(places[index - 1] if index else "", places[index])
        put_at(company, *records[index], places[index])


def _load_document(company: CompanyFile, name: str, fields: Fields) -> None:
    if name == "HostRet":
        versions = [str(content) for element, content in fields if element == "SupportedQBXMLVersion"]
        known = [version for version in versions if version in QBXML_VERSIONS]
        if known:
            company.set_switch("qbxml_version", max(known, key=QBXML_VERSIONS.index))
        company.set_switch("country", text_of(fields, "Country", "US"))
        company.set_switch("mode", "single" if text_of(fields, "QBFileMode") == "SingleUser" else "multi")
    if name == "PreferencesRet":
        rights = text_of(group_of(fields, "CurrentAppAccessRights"), "IsPersonalDataAccessAllowed", "true")
        company.set_switch("personal_data", rights)
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
    title = f"{kind} {full_name}"
    modified = _checked(
        title, fields, "TimeModified", text_of(fields, "TimeCreated", "1999-01-01T00:00:00-05:00")
    )
    balance = cents(_checked(title, fields, "Balance", "0"))
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
        _checked(title, fields, "TimeCreated", modified),
        modified,
        modified[:19],
        balance,
        cents(_checked(title, fields, "TotalBalance", text_of(fields, "Balance", "0"))),
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
            number = text_of(content, "ListID", "0")
            company.raise_counter("contact", int(number, 36) if number.isalnum() and number.isascii() else 0)
        if element == "DataExtRet" and isinstance(content, list):
            _define(company, content, ["Item" if space == "Item" else kind])
            owner, data = text_of(content, "OwnerID", "0"), text_of(content, "DataExtName")
            company.execute(
                "insert or replace into data_extension values (?, ?, ?, ?, ?, ?, ?)",
                (
                    space,
                    list_id,
                    owner,
                    data,
                    data.casefold(),
                    text_of(content, "DataExtType", "STR255TYPE"),
                    text_of(content, "DataExtValue"),
                ),
            )
    loaded.kept[kind] += 1


def _checked(title: str, fields: Fields, element: str, default: str) -> str:
    """The text of a stamp or an amount; CompanyFileError if it is neither."""
    value = text_of(fields, element, default)
    is_good = (
        _STAMP.fullmatch(value) if element.startswith("Time") else value_problem("amt", value, "") is None
    )
    if not is_good:
        raise CompanyFileError(f"{title} cannot be loaded: {element} is {value!r}")
    return value


def _define(company: CompanyFile, fields: Fields, assigned: list[str]) -> None:
    """Makes sure that a custom field or a piece of private data is defined for these objects."""
    owner, name = text_of(fields, "OwnerID", "0"), text_of(fields, "DataExtName")
    row = company.execute(
        "select number, assigned from data_definition where owner_id = ? and name_key = ?",
        (owner, name.casefold()),
    ).fetchone()
    known: list[str] = json.loads(row["assigned"]) if row else []
    company.execute(
        "insert or replace into data_definition values (?, ?, ?, ?, ?, ?)",
        (
            owner,
            name,
            name.casefold(),
            text_of(fields, "DataExtType", "STR255TYPE"),
            json.dumps(list(dict.fromkeys(known + assigned))),
            row["number"] if row else company.next_number("data definition"),
        ),
    )


def _make_up(company: CompanyFile, kind: str, ref: Fields, loaded: Loaded) -> None:
    """Invents the target of a reference if it was not loaded."""
    list_id, full_name = text_of(ref, "ListID"), text_of(ref, "FullName")
    row = company.execute(
        "select 1 from record where space = ? and list_id = ?", (KINDS[kind].space, list_id)
    ).fetchone()
    if row is None and list_id:
        _invent(company, kind, list_id, full_name, loaded)


def _invent(company: CompanyFile, kind: str, list_id: str, full_name: str, loaded: Loaded) -> Record:
    """Adds a record of which only ID ("" = give it one) and full name are known, and what stands above it."""
    space, clock = KINDS[kind].space, company.clock()
    born = list_id.rpartition("-")[2]
    created = int(born) if list_id and born.isdecimal() and len(born) < 11 else clock.now()
    parent: Record | None = None
    if KINDS[kind].hierarchical and ":" in full_name:
        above = full_name.rpartition(":")[0]
        parent = by_full_name(company, (kind,), above) or _invent(company, kind, "", above, loaded)
    taken = "select 1 from record where space = ? and full_key = ?"
    while company.execute(taken, (space, key(full_name))).fetchone() is not None:
        full_name = f"{full_name} (made up)"
    stamp = clock.printed(created)
    record = Record(
        space,
        list_id or new_list_id(company, space, created),
        kind,
        full_name.rpartition(":")[2],
        full_name,
        parent.list_id if parent else None,
        full_name.count(":") if parent else 0,
        True,
        str(created),
        stamp,
        stamp,
        clock.wall(created),
        0,
        0,
        _made_up_body(kind, full_name),
        made_up=True,
    )
    note_list_id(company, space, record.list_id)
    loaded.made_up[kind] += 1
    return add(company, record)


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
