"""The sample company: Bluebird Heating & Plumbing, an invented contractor in the invented town of Alder Falls.

Everybody and everything in it is made up; phone numbers are of the kind kept for stories, mail addresses end in
example.com. It holds what makes integrations stumble: jobs two levels deep, several and missing Ship To
addresses (some with the name "Ship To 1" that QuickBooks gives them), look-alike names, accents, inactive
customers, names that differ from the company name.
"""

from __future__ import annotations

from quickbooks_sim.build import add_tax_codes, switch_on_sales_tax
from quickbooks_sim.companyfile import CompanyFile
from quickbooks_sim.engine.addresses import ship_to_fields
from quickbooks_sim.engine.changes import add_record, modify_record, stored
from quickbooks_sim.fields import Fields, replaced
from quickbooks_sim.money import cents
from quickbooks_sim.records import Record, set_balance
from quickbooks_sim.sample_data import ACCOUNTS, CUSTOMERS, PLACES, REFERRED, TERMS, VENDORS, Customer, Place

SAMPLE_NAME = "Bluebird Heating & Plumbing"
_DAY = 86400


def fill_sample(company: CompanyFile) -> None:
    """Fills a new company file with what its people entered in the years before its clock's time.

    Inside one writing span of the caller; the clock is as it was afterwards.
    """
    clock, today = company.switch("clock"), company.clock().now()
    _turn_back(company, today, 1400)
    _describe(company)
    add_tax_codes(company)
    for kind, names in REFERRED.items():
        for name in names:
            add_record(company, kind, [("Name", name)])
    for number, name, kind, text, parent in ACCOUNTS:
        fields: Fields = [("Name", name), ("AccountType", kind), ("AccountNumber", number), ("Desc", text)]
        if parent:
            fields.append(("ParentRef", [("FullName", parent)]))
        add_record(company, "Account", fields)
    for term_kind, name, values in TERMS:
        add_record(company, term_kind, [("Name", name), *values])
    for vendor in VENDORS:
        _vendor(company, *vendor)
    _taxes(company)
    for name in ("Dana Whitlock", "Luis Ferrer", "Tom Okafor"):
        first, last = name.split()
        add_record(company, "Employee", [("Name", name), ("FirstName", first), ("LastName", last)])
    add_record(company, "OtherName", [("Name", "Petty cash, front desk")])
    days = 1300
    for customer in CUSTOMERS:
        days -= 29
        _turn_back(company, today, max(days, 3))
        _customer(company, customer)
    company.set_switch("clock", clock)


def _turn_back(company: CompanyFile, today: int, days: int) -> None:
    wall = company.clock().wall(today - (days * _DAY + 3 * 3600 + days * 61))
    company.set_switch("clock", f"frozen {wall}")


def _describe(company: CompanyFile) -> None:
    address: Fields = [
        ("Addr1", SAMPLE_NAME),
        ("Addr2", "418 Foundry Street"),
        ("City", "Alder Falls"),
        ("State", "OR"),
        ("PostalCode", "97099"),
    ]
    body = company.document("CompanyRet")
    for name, content in (
        ("Address", address),
        ("LegalAddress", address),
        ("Phone", "503-555-0100"),
        ("Email", "office@bluebird.example.com"),
        ("CompanyWebSite", "www.bluebird.example.com"),
    ):
        body = replaced(body, name, content)
    company.store_document("CompanyRet", body)
    preferences = company.document("PreferencesRet")
    changed: Fields = [
        (
            name,
            replaced(content, "IsUsingAccountNumbers", "true")
            if name == "AccountingPreferences" and isinstance(content, list)
            else content,
        )
        for name, content in preferences
    ]
    company.store_document("PreferencesRet", changed)


def _vendor(company: CompanyFile, name: str, street: str, phone: str, terms: str) -> None:
    fields: Fields = [
        ("Name", name),
        ("CompanyName", name),
        ("VendorAddress", [("Addr1", name), ("Addr2", street), ("City", "Alder Falls"), ("State", "OR")]),
        ("Phone", phone),
    ]
    if terms:
        fields.append(("TermsRef", [("FullName", terms)]))
    add_record(company, "Vendor", fields)


def _taxes(company: CompanyFile) -> None:
    default: Record | None = None
    for name, rate, text, agency in (
        ("Alder County", "7.25", "Alder County sales tax", "Alder County Treasurer"),
        ("Millbrook", "6.50", "Town of Millbrook sales tax", "State Revenue Office"),
        ("Out of State", "0.00", "Out-of-state sale, exempt from sales tax", ""),
    ):
        fields: Fields = [("Name", name), ("ItemDesc", text), ("TaxRate", rate)]
        if agency:
            fields.append(("TaxVendorRef", [("FullName", agency)]))
        record = add_record(company, "ItemSalesTax", fields)
        default = default or record
    if default is not None:
        switch_on_sales_tax(company, default)


def _address(who: str, place: Place) -> Fields:
    lines: Fields = [("Addr1", who)] if who else []
    lines.append((f"Addr{len(lines) + 1}", place.street))
    if place.line:
        lines.append((f"Addr{len(lines) + 1}", place.line))
    return [*lines, ("City", place.city), ("State", place.state), ("PostalCode", place.code)]


def _customer(company: CompanyFile, customer: Customer) -> None:
    parent_name, _, name = customer.full_name.rpartition(":")
    fields: Fields = [("Name", name)]
    if parent_name:
        fields.append(("ParentRef", [("FullName", parent_name)]))
    fields += [(element, value) for element, value in customer.values if value]
    who = customer.bill_name or name
    if customer.bill:
        fields.append(("BillAddress", _address(who, PLACES[customer.bill])))
    for element, target in customer.references:
        fields.append((element, [("FullName", target)]))
    places: list[Fields] = [
        [("Name", label), *_address("", PLACES[place]), ("DefaultShipTo", "true" if default else "false")]
        for label, place, default in customer.ship_to
    ]
    fields += [item for item in ship_to_fields(places) if item[0] == "ShipToAddress"]
    record = add_record(company, "Customer", fields)
    if customer.balance:
        set_balance(company, record, cents(customer.balance))
    if not customer.active:
        modify_record(company, stored(company, record), [("IsActive", "false")])
