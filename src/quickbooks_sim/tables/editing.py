"""The words of the edit language: kinds, fields with the element and type behind them, and the help. Data only."""

from __future__ import annotations

KIND_WORDS: dict[str, str] = {
    "customer": "Customer",
    "vendor": "Vendor",
    "employee": "Employee",
    "othername": "OtherName",
    "account": "Account",
    "terms": "StandardTerms",
    "dateterms": "DateDrivenTerms",
    "taxcode": "SalesTaxCode",
    "taxitem": "ItemSalesTax",
    "taxgroup": "ItemSalesTaxGroup",
    "service": "ItemService",
}

ADDRESS_WORDS: dict[str, tuple[str, str]] = {
    "addr1": ("Addr1", "s41"),
    "addr2": ("Addr2", "s41"),
    "addr3": ("Addr3", "s41"),
    "addr4": ("Addr4", "s41"),
    "addr5": ("Addr5", "s41"),
    "city": ("City", "s31"),
    "state": ("State", "s21"),
    "zip": ("PostalCode", "s13"),
    "country": ("Country", "s31"),
    "addrnote": ("Note", "s41"),
}

_PERSON = {
    "company": ("CompanyName", "s41"),
    "salutation": ("Salutation", "s15"),
    "first": ("FirstName", "s25"),
    "middle": ("MiddleName", "s5"),
    "last": ("LastName", "s25"),
    "phone": ("Phone", "s21"),
    "altphone": ("AltPhone", "s21"),
    "fax": ("Fax", "s21"),
    "email": ("Email", "s1023"),
    "cc": ("Cc", "s1023"),
    "contact": ("Contact", "s41"),
    "altcontact": ("AltContact", "s41"),
    "accountnumber": ("AccountNumber", "s99"),
    "notes": ("Notes", "s4095"),
}

FIELD_WORDS: dict[str, dict[str, tuple[str, str]]] = {
    "Customer": {
        **_PERSON,
        "jobtitle": ("JobTitle", "s41"),
        "terms": ("TermsRef", "ref"),
        "taxcode": ("SalesTaxCodeRef", "ref"),
        "taxitem": ("ItemSalesTaxRef", "ref"),
        "type": ("CustomerTypeRef", "ref"),
        "jobtype": ("JobTypeRef", "ref"),
        "rep": ("SalesRepRef", "ref"),
        "resale": ("ResaleNumber", "s15"),
        "creditlimit": ("CreditLimit", "amt"),
        "jobstatus": ("JobStatus", "=JobStatus"),
        "jobstart": ("JobStartDate", "date"),
        "jobend": ("JobEndDate", "date"),
        "jobdesc": ("JobDesc", "s99"),
    },
    "Vendor": {
        **_PERSON,
        "terms": ("TermsRef", "ref"),
        "nameoncheck": ("NameOnCheck", "s41"),
        "taxid": ("VendorTaxIdent", "s15"),
    },
    "Employee": {name: _PERSON[name] for name in ("first", "middle", "last", "phone", "email", "notes")},
    "OtherName": {name: _PERSON[name] for name in ("company", "first", "last", "phone", "email", "notes")},
    "Account": {
        "type": ("AccountType", "=AccountType"),
        "number": ("AccountNumber", "s7"),
        "desc": ("Desc", "s200"),
        "bank": ("BankNumber", "s25"),
    },
    "StandardTerms": {
        "days": ("StdDueDays", "int0..9999"),
        "discountdays": ("StdDiscountDays", "int0..9999"),
        "discount": ("DiscountPct", "pct"),
    },
    "DateDrivenTerms": {
        "day": ("DayOfMonthDue", "int1..31"),
        "nextmonthdays": ("DueNextMonthDays", "int0..31"),
        "discountday": ("DiscountDayOfMonth", "int1..31"),
        "discount": ("DiscountPct", "pct"),
    },
    "SalesTaxCode": {"taxable": ("IsTaxable", "bool"), "desc": ("Desc", "s31")},
    "ItemSalesTax": {
        "rate": ("TaxRate", "pct"),
        "desc": ("ItemDesc", "s4095"),
        "agency": ("TaxVendorRef", "ref"),
    },
    "ItemSalesTaxGroup": {"desc": ("ItemDesc", "s4095"), "items": ("ItemSalesTaxRef", "refs")},
    "ItemService": {"taxcode": ("SalesTaxCodeRef", "ref")},
}
"""Kind -> word of the edit language -> (element, type as in `tables.grammar`, "ref" for a name, "refs" for several)."""

NEEDED_WORDS: dict[str, tuple[str, ...]] = {
    "Account": ("type",),
    "DateDrivenTerms": ("day",),
    "SalesTaxCode": ("taxable",),
    "ItemSalesTaxGroup": ("items",),
}
"""Words without which a record of the kind cannot be added."""

OTHER_FORMS: dict[str, str] = {
    "StandardTerms": "DateDrivenTerms",
    "DateDrivenTerms": "StandardTerms",
}
"""What a record of a kind can be turned into in its own window, and keeps its ID."""

NAME_LENGTHS: dict[str, int] = {
    "Customer": 41,
    "Vendor": 41,
    "Employee": 41,
    "OtherName": 41,
    "SalesTaxCode": 3,
}
"""Where a name may have another length than 31."""

DOCUMENT_WORDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "company": (
        "CompanyRet",
        (
            "CompanyName",
            "LegalCompanyName",
            "Phone",
            "Fax",
            "Email",
            "CompanyWebSite",
            "EIN",
            "IsSampleCompany",
        ),
    ),
    "host": ("HostRet", ("ProductName", "MajorVersion", "MinorVersion", "IsAutomaticLogin")),
}
"""Command -> the answer that it changes, and the fields of it that may be set."""

HELP = """SCRIPT is a file name, - for stdin, or the commands themselves; one command a line. A word that begins with #
begins a comment.

KIND is customer, vendor, employee, othername, account, terms, dateterms, taxcode, taxitem, taxgroup or service. Names
with blanks stand in quotes; a job is named with its parents ("Baker Residence:Boiler"). An empty value clears a field.

\b
  customer add name="New One" parent="Baker Residence" phone=555-0101
  customer "Baker Residence" set phone="555-0101" city=Harlow terms="Net 30"
  customer "Baker Residence" rename "Baker House"
  customer "Boiler" under "Baker Residence"       (under "" makes it a customer of its own)
  customer "Baker Residence" inactive | active | delete
  customer "Baker Residence" balance 12.50        (moves TimeModified only)
  customer "Baker Residence" shipto add name=Cabin addr1="1 Lake Rd" city=Harlow default=true
  customer "Baker Residence" shipto set Cabin addr1="2 Lake Rd" | shipto remove Cabin
  account add name=Tools type=Expense number=6100
  taxitem add name="County Tax" rate=7.25 agency="State Board"
  taxgroup add name=Both items="County Tax|City Tax"
  terms "Net 30" set days=45 discount=2 discountdays=10
  terms "Net 30" becomes dateterms day=10 nextmonthdays=5   (the other form of terms, under the same ID)
  vendor "Old Supplier" rename "New Supplier"     (so for every kind; inactive, active and delete too)
  lock customer "Baker Residence"                 (writes to it are answered 3175 until it is unlocked)
  lock customer "Baker Residence" as 3180 times 2 (3175, 3176, 3170 or 3180; the next two writes)
  unlock customer "Baker Residence"
  mode single | mode multi
  switch NAME=VALUE                               (quickbooks-sim show lists them)
  clock real | clock frozen 2023-12-15T12:00:00 | clock at 1764000000 | clock offset 3600
  move "C:\\new path\\x.qbw"
  company CompanyName="New Name"
  host ProductName="QuickBooks Pro 2014" MajorVersion=24
  preference IsUsingInventory=false ClosingDate=2023-12-31
  restore BACKUPFILE | backup NEWFILE             (alone in the script)
"""
"""What `quickbooks-sim edit --help` says about scripts."""
