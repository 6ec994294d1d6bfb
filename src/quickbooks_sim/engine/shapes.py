"""What a new or changed record of each kind looks like inside: derived fields, defaults, rules of the kind.

`shape_new` and `shape_old` get the fields that an application sent, with references resolved, and return the body
to store. A rule that is broken is a Refusal.
"""

from __future__ import annotations

from collections.abc import Callable

from quickbooks_sim.companyfile import CompanyFile
from quickbooks_sim.engine.addresses import (
    ADDRESS_ORDER,
    MIRRORS,
    entries,
    is_default,
    merged,
    with_blocks,
    with_mirrors,
    with_ship_address,
    with_ship_to,
)
from quickbooks_sim.fields import Fields, first, group_of, in_order, replaced, text_of, without
from quickbooks_sim.money import percent
from quickbooks_sim.records import Record
from quickbooks_sim.status import FEATURE_OFF, Refusal, bad_id, cannot_save, stale
from quickbooks_sim.tables.lists import KINDS

_REPEATED = (
    "Contacts",
    "ContactsMod",
    "AdditionalNotes",
    "AdditionalNotesMod",
    "ShipToAddress",
    "ShipAddress",
)


def shape_new(company: CompanyFile, kind: str, fields: Fields, parent: Record | None) -> Fields:
    """The body of a new record."""
    return _SHAPES.get(kind, _plain)(company, [], fields, parent)


def shape_old(company: CompanyFile, kind: str, old: Fields, changes: Fields) -> Fields:
    """The body of a changed record: what was sent replaces, empty elements clear, the rest stays."""
    if company.switch("address_mod") == "merge":
        changes = [(name, _merged_address(old, name, content)) for name, content in changes]
    return _SHAPES.get(kind, _plain)(company, old, changes, None)


def _merged_address(old: Fields, name: str, content: str | Fields) -> str | Fields:
    """An address as changed: lines that were not sent stay, empty ones go; an empty address clears it."""
    if name not in ("BillAddress", "ShipAddress", "VendorAddress") or isinstance(content, str) or not content:
        return content
    address = group_of(old, name)
    for line, value in content:
        address = replaced(address, line, value or None)
    return in_order(address, ADDRESS_ORDER)


def check_features(company: CompanyFile, fields: Fields) -> None:
    """Refusal 3250 for what needs a feature that is switched off."""
    on = text_of(
        group_of(company.document("PreferencesRet"), "MultiCurrencyPreferences"), "IsMultiCurrencyOn"
    )
    if on != "true" and first(fields, "CurrencyRef"):
        raise Refusal(FEATURE_OFF)


def _overlaid(old: Fields, changes: Fields) -> Fields:
    body = old
    seen: set[str] = set()
    for name, content in changes:
        if name in _REPEATED:
            continue
        if name in ("AdditionalContactRef", "PrefillAccountRef") and name in seen:
            body = [*body, (name, content)]
        elif name in ("AdditionalContactRef", "PrefillAccountRef"):
            body = [*without(body, name), (name, content)]
        else:
            filled = _filled(content) if isinstance(content, list) else content
            body = replaced(body, name, filled or None)
        seen.add(name)
    return body


def _filled(fields: Fields) -> Fields:
    return [(name, content) for name, content in fields if content]


def _plain(company: CompanyFile, old: Fields, changes: Fields, parent: Record | None) -> Fields:
    return _overlaid(old, changes)


def _person(company: CompanyFile, old: Fields, changes: Fields) -> Fields:
    """What customers and vendors share: contacts, notes, mirrored phones."""
    body = _overlaid(old, changes)
    body = _with_contacts(company, body, changes)
    body = _with_notes(company, body, changes)
    mirrored = {field for field, _ in MIRRORS} | {"AdditionalContactRef"}
    return with_mirrors(body) if any(name in mirrored for name, _ in changes) else body


def _with_contacts(company: CompanyFile, body: Fields, changes: Fields) -> Fields:
    clock = company.clock()
    now = clock.now()
    for name, content in changes:
        if name not in ("Contacts", "ContactsMod") or not isinstance(content, list):
            continue
        list_id = text_of(content, "ListID")
        details = _filled(without(content, "ListID", "EditSequence"))
        stamp: Fields = [("TimeModified", clock.printed(now)), ("EditSequence", str(now))]
        if list_id:
            body = _changed_contact(body, list_id, text_of(content, "EditSequence"), stamp, details)
        else:
            new_id = _base36(company.next_number("contact"))
            body = [
                *body,
                ("ContactsRet", [("ListID", new_id), ("TimeCreated", clock.printed(now)), *stamp, *details]),
            ]
    return body


def _changed_contact(
    body: Fields, list_id: str, edit_sequence: str, stamp: Fields, details: Fields
) -> Fields:
    result: Fields = []
    found = False
    for name, content in body:
        if name == "ContactsRet" and isinstance(content, list) and text_of(content, "ListID") == list_id:
            if edit_sequence and edit_sequence != text_of(content, "EditSequence"):
                raise Refusal(stale(edit_sequence))
            found = True
            created = text_of(content, "TimeCreated")
            content = [("ListID", list_id), ("TimeCreated", created), *stamp, *details]
        result.append((name, content))
    if not found:
        raise Refusal(bad_id(list_id, "contact list id"))
    return result


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    text = ""
    while number:
        number, rest = divmod(number, 36)
        text = digits[rest] + text
    return text.rjust(16, "0")


def _with_notes(company: CompanyFile, body: Fields, changes: Fields) -> Fields:
    """Notes is the note of ID 0 as well; additional notes get the next numbers."""
    today = company.clock().wall(company.clock().now())[:10]
    notes = [content for name, content in body if name == "AdditionalNotesRet" and isinstance(content, list)]
    for name, content in changes:
        if name == "Notes":
            notes = [note for note in notes if text_of(note, "NoteID") != "0"]
            if content:
                notes.insert(0, [("NoteID", "0"), ("Date", today), ("Note", content)])
        elif name == "AdditionalNotes" and isinstance(content, list):
            number = max((int(text_of(note, "NoteID", "0")) for note in notes), default=0) + 1
            notes.append([("NoteID", str(number)), ("Date", today), ("Note", text_of(content, "Note"))])
        elif name == "AdditionalNotesMod" and isinstance(content, list):
            notes = _changed_note(notes, text_of(content, "NoteID"), text_of(content, "Note"), today)
            if text_of(content, "NoteID") == "0":
                body = replaced(body, "Notes", text_of(content, "Note"))
    return without(body, "AdditionalNotesRet") + [("AdditionalNotesRet", note) for note in notes]


def _changed_note(notes: list[Fields], note_id: str, text: str, today: str) -> list[Fields]:
    if not any(text_of(note, "NoteID") == note_id for note in notes):
        raise Refusal(bad_id(note_id, "note id"))
    new: Fields = [("NoteID", note_id), ("Date", today), ("Note", text)]
    return [new if text_of(note, "NoteID") == note_id else note for note in notes]


def _customer(company: CompanyFile, old: Fields, changes: Fields, parent: Record | None) -> Fields:
    body = _person(company, old, changes)
    if first(changes, "BillAddress") is not None:
        body = with_blocks(body, "BillAddress")
    places = entries(changes)
    if places:
        if company.switch("ship_to_mod") == "merge":
            places = merged(entries(old), places)
        body = with_ship_to(body, places)
    elif first(changes, "ShipAddress") is not None:
        address = _filled(group_of(changes, "ShipAddress"))
        kept = [place for place in entries(body) if not is_default(place)]
        body = with_ship_address(body, address) if address else with_ship_to(body, kept)
    if old:
        return body
    for name in ("JobStatus", "PreferredDeliveryMethod"):
        if first(body, name) is None:
            body = [*body, (name, "None")]
    return _with_tax_defaults(company, body)


def _with_tax_defaults(company: CompanyFile, body: Fields) -> Fields:
    """With sales tax switched on, a new customer is taxable with the company's default item."""
    tax = group_of(company.document("PreferencesRet"), "SalesTaxPreferences")
    for name, source in (
        ("SalesTaxCodeRef", "DefaultTaxableSalesTaxCodeRef"),
        ("ItemSalesTaxRef", "DefaultItemSalesTaxRef"),
    ):
        # Only the United States edition gives a customer a tax item of its own.
        elsewhere = name == "ItemSalesTaxRef" and company.switch("country") != "US"
        if tax and not elsewhere and first(body, name) is None:
            body = [*body, (name, group_of(tax, source))]
    return body


def _vendor(company: CompanyFile, old: Fields, changes: Fields, parent: Record | None) -> Fields:
    body = _person(company, old, changes)
    if first(changes, "ShipAddress") is not None:
        body = replaced(body, "ShipAddress", _filled(group_of(changes, "ShipAddress")) or None)
    if first(changes, "VendorAddress") is not None:
        body = with_blocks(body, "VendorAddress")
    if not old and first(body, "IsVendorEligibleFor1099") is None:
        body = [*body, ("IsVendorEligibleFor1099", "false")]
    return body


def _account(company: CompanyFile, old: Fields, changes: Fields, parent: Record | None) -> Fields:
    kind = text_of(changes, "AccountType")
    if parent is not None and text_of(parent.body, "AccountType") != kind:
        raise Refusal(cannot_save("Accounts", "The account type must be that of the parent account."))
    number = text_of(changes, "AccountNumber")
    if number and number != text_of(old, "AccountNumber"):
        rows = company.execute(
            "select 1 from record where kind = 'Account' and instr(body, ?) > 0",
            (f'["AccountNumber","{number}"]',),
        )
        if rows.fetchone() is not None:
            raise Refusal(cannot_save("Accounts", "The account number is already in use."))
    line = text_of(changes, "TaxLineID")
    body = without(_overlaid(old, changes), "TaxLineID")
    if line:
        body.append(("TaxLineInfoRet", [("TaxLineID", line)]))
    if old:
        return body
    flows = {"FixedAsset": "Investing", "LongTermLiability": "Financing", "Equity": "Financing"}
    operating = (
        "AccountsReceivable",
        "AccountsPayable",
        "OtherCurrentAsset",
        "OtherCurrentLiability",
        "CreditCard",
    )
    flow = flows.get(kind, "Operating" if kind in operating else "NotApplicable")
    return [*body, ("CashFlowClassification", flow)]


def _standard_terms(company: CompanyFile, old: Fields, changes: Fields, parent: Record | None) -> Fields:
    body = _overlaid(old, changes)
    for name, default in (("StdDueDays", "0"), ("StdDiscountDays", "0"), ("DiscountPct", "0.00")):
        if first(body, name) is None:
            body = [*body, (name, default)]
    return replaced(body, "DiscountPct", percent(text_of(body, "DiscountPct")))


def _date_terms(company: CompanyFile, old: Fields, changes: Fields, parent: Record | None) -> Fields:
    body = _overlaid(old, changes)
    for name, default in (("DueNextMonthDays", "0"), ("DiscountPct", "0.00")):
        if first(body, name) is None:
            body = [*body, (name, default)]
    return replaced(body, "DiscountPct", percent(text_of(body, "DiscountPct")))


def _with_bar_code(body: Fields, changes: Fields) -> Fields:
    code = text_of(group_of(changes, "BarCode"), "BarCodeValue")
    return replaced(body, "BarCodeValue", code) if code else body


def _tax_group(company: CompanyFile, old: Fields, changes: Fields, parent: Record | None) -> Fields:
    """A group of tax items: its rate is nowhere, whoever wants it adds up. Items that are sent replace all of them."""
    body = _with_bar_code(_overlaid(old, without(changes, "BarCode", "ItemSalesTaxRef")), changes)
    sent = [item for item in changes if item[0] == "ItemSalesTaxRef"]
    if sent:
        body = without(body, "ItemSalesTaxRef") + [item for item in sent if item[1]]
    if not group_of(body, "ItemSalesTaxRef"):
        raise Refusal(cannot_save("Items", "A sales tax group must hold at least one sales tax item."))
    return body


def _tax_item(company: CompanyFile, old: Fields, changes: Fields, parent: Record | None) -> Fields:
    body = _with_bar_code(_overlaid(old, without(changes, "BarCode")), changes)
    rate = percent(text_of(body, "TaxRate", "0"))
    body = replaced(body, "TaxRate", rate)
    if rate.strip("0.-+") and not group_of(body, "TaxVendorRef"):
        raise Refusal(cannot_save("Items", "A sales tax item with a rate must have a tax agency."))
    return body


_SHAPES: dict[str, Callable[[CompanyFile, Fields, Fields, Record | None], Fields]] = {
    "Customer": _customer,
    "Vendor": _vendor,
    "Account": _account,
    "StandardTerms": _standard_terms,
    "DateDrivenTerms": _date_terms,
    "ItemSalesTax": _tax_item,
    "ItemSalesTaxGroup": _tax_group,
}
if not set(_SHAPES) <= set(KINDS):
    raise ValueError("a shape belongs to no kind")
