"""Makes a company file as QuickBooks does: host, company and preferences, and the tax codes that every company has.

It puts in no customers and no accounts: that is for the sample, for real responses, or for whoever uses the file.
"""

from __future__ import annotations

import re
from pathlib import Path

from quickbooks_sim.companyfile import CompanyFile
from quickbooks_sim.fields import Fields, replaced
from quickbooks_sim.records import Record, add, by_full_name, new_list_id
from quickbooks_sim.tables.company import NEW_HOST, NEW_PREFERENCES, NEW_VERSION, new_company
from quickbooks_sim.tables.lists import KINDS


def new_file(path: Path | None, name: str, sample: bool = False) -> CompanyFile:
    """A new company file with host, company and preferences, and no list records. Without a path it is in memory."""
    company = CompanyFile.memory() if path is None else CompanyFile.create(path)
    with company.writing():
        company.store_document("HostRet", NEW_HOST)
        company.store_document("CompanyRet", new_company(name, sample))
        company.store_document("PreferencesRet", NEW_PREFERENCES)
        company.set_switch(
            "company_path",
            rf"C:\Users\Public\Documents\Intuit\QuickBooks\Company Files\{_file_name(name)}.qbw",
        )
        company.set_switch("qbxml_version", NEW_VERSION)
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
