"""Who and what is in the sample company. Data only; everything is invented."""

from __future__ import annotations

from typing import NamedTuple

from quickbooks_sim.fields import Fields


class Place(NamedTuple):
    """An address: street, an optional second line, town, state, postal code."""

    street: str
    line: str = ""
    city: str = "Alder Falls"
    state: str = "OR"
    code: str = "97099"


class Customer(NamedTuple):
    """A customer or job. `bill` and the places of `ship_to` (name, place, is default) are keys of PLACES."""

    full_name: str
    bill: str = ""
    values: tuple[tuple[str, str], ...] = ()
    references: tuple[tuple[str, str], ...] = ()
    ship_to: tuple[tuple[str, str, bool], ...] = ()
    balance: str = ""
    active: bool = True
    bill_name: str = ""


REFERRED: dict[str, tuple[str, ...]] = {
    "CustomerType": ("Residential", "Commercial", "Property manager", "Service plan"),
    "JobType": ("Installation", "Repair", "Remodel"),
    "PaymentMethod": ("Check", "Card", "Cash"),
    "PriceLevel": ("Service plan",),
    "SalesRep": ("DW", "LF"),
}

TERMS: tuple[tuple[str, str, Fields], ...] = (
    ("StandardTerms", "Due on receipt", []),
    ("StandardTerms", "Net 15", [("StdDueDays", "15")]),
    ("StandardTerms", "Net 30", [("StdDueDays", "30")]),
    (
        "StandardTerms",
        "2% 10 Net 30",
        [("StdDueDays", "30"), ("StdDiscountDays", "10"), ("DiscountPct", "2.00")],
    ),
    ("DateDrivenTerms", "First of the month", [("DayOfMonthDue", "1"), ("DueNextMonthDays", "10")]),
)

VENDORS: tuple[tuple[str, str, str, str], ...] = (
    ("Alder County Treasurer", "1 Courthouse Square", "503-555-0180", ""),
    ("State Revenue Office", "900 Capitol Way", "503-555-0181", ""),
    ("Cascade Pipe & Supply", "2200 Depot Road", "503-555-0182", "Net 30"),
    ("Northgate Boiler Works", "77 Industrial Loop", "503-555-0183", "2% 10 Net 30"),
    ("Tri-River Sheet Metal", "15 Tinners Lane", "503-555-0184", "Net 30"),
    ("Halvorsen Tool Rental", "301 Foundry Street", "503-555-0185", "Net 15"),
    ("Alder Falls Power & Water", "12 Dam Road", "503-555-0186", "Net 15"),
    ("Pioneer Fleet Insurance", "48 Mutual Plaza", "503-555-0187", ""),
    ("Greenline Fuel Card", "PO Box 61", "503-555-0188", "Net 15"),
    ("Quarry Lane Landlords", "5 Quarry Lane", "503-555-0189", "First of the month"),
)

ACCOUNTS: tuple[tuple[str, str, str, str, str], ...] = (
    ("1000", "Checking", "Bank", "First Alder Bank", ""),
    ("1010", "Savings", "Bank", "Reserve", ""),
    ("1050", "Cash drawer", "Bank", "Front desk", ""),
    ("1100", "Accounts Receivable", "AccountsReceivable", "", ""),
    ("1200", "Inventory Asset", "OtherCurrentAsset", "Parts in the shop", ""),
    ("1210", "Truck stock", "OtherCurrentAsset", "Parts on the trucks", "Inventory Asset"),
    ("1300", "Undeposited Funds", "OtherCurrentAsset", "", ""),
    ("1500", "Vehicles", "FixedAsset", "", ""),
    ("1510", "Tools and equipment", "FixedAsset", "", ""),
    ("1590", "Accumulated depreciation", "FixedAsset", "", ""),
    ("2000", "Accounts Payable", "AccountsPayable", "", ""),
    ("2100", "Company card", "CreditCard", "", ""),
    ("2200", "Sales Tax Payable", "OtherCurrentLiability", "", ""),
    ("2210", "Payroll liabilities", "OtherCurrentLiability", "", ""),
    ("2300", "Customer deposits", "OtherCurrentLiability", "", ""),
    ("2500", "Van loan", "LongTermLiability", "", ""),
    ("3000", "Owner equity", "Equity", "", ""),
    ("3900", "Retained earnings", "Equity", "", ""),
    ("4000", "Service income", "Income", "", ""),
    ("4010", "Heating", "Income", "Boilers, furnaces, heat pumps", "Service income"),
    ("4020", "Plumbing", "Income", "", "Service income"),
    ("4100", "Parts and materials", "Income", "", ""),
    ("4200", "Service plans", "Income", "Annual maintenance", ""),
    ("4900", "Discounts given", "Income", "", ""),
    ("5000", "Cost of materials", "CostOfGoodsSold", "", ""),
    ("5100", "Subcontractors", "CostOfGoodsSold", "", ""),
    ("6000", "Vehicle expense", "Expense", "", ""),
    ("6010", "Fuel", "Expense", "", "Vehicle expense"),
    ("6100", "Insurance", "Expense", "", ""),
    ("6200", "Rent", "Expense", "", ""),
    ("6300", "Utilities", "Expense", "", ""),
    ("6400", "Small tools", "Expense", "", ""),
    ("7000", "Interest earned", "OtherIncome", "", ""),
    ("8000", "Bad debts", "OtherExpense", "", ""),
)

PLACES: dict[str, Place] = {
    "larkspur": Place("14 Larkspur Lane"),
    "cabin": Place("Lot 9 Upper Lake Road", city="Millbrook", code="97088"),
    "harbor": Place("1200 Harbor View", "Office of the manager"),
    "harbor_a": Place("1210 Harbor View", "Building A, boiler room"),
    "harbor_b": Place("1220 Harbor View", "Building B, boiler room"),
    "harbor_c": Place("1230 Harbor View", "Building C, pump house"),
    "diner": Place("3 Station Road"),
    "diner_new": Place("88 Mill Street", city="Millbrook", code="97088"),
    "school": Place("650 Maple Avenue"),
    "school_gym": Place("652 Maple Avenue", "Gymnasium, rear door"),
    "school_kitchen": Place("650 Maple Avenue", "Kitchen, loading dock"),
    "oak1": Place("21 Oak Street"),
    "oak2": Place("27 Oak Street"),
    "oak3": Place("33 Oak Street", "Upstairs flat"),
    "elm": Place("9 Elm Court"),
    "elm2": Place("11 Elm Court"),
    "river": Place("402 River Road", city="Millbrook", code="97088"),
    "brewery": Place("5 Cooper Row", "Brewhouse"),
    "brewery_tap": Place("7 Cooper Row", "Taproom"),
    "church": Place("1 Chapel Hill"),
    "clinic": Place("240 Main Street", "Suite 3"),
    "market": Place("100 Main Street"),
    "hotel": Place("75 Terrace Drive"),
    "hotel_spa": Place("75 Terrace Drive", "Spa wing"),
    "farm": Place("3100 Orchard Road", city="Millbrook", code="97088"),
    "farm_barn": Place("3140 Orchard Road", "Packing shed", city="Millbrook", code="97088"),
    "quarry": Place("16 Quarry Lane"),
    "hill": Place("58 Hilltop Circle"),
    "creek": Place("230 Creekside Drive"),
    "union": Place("800 Union Street"),
    "vancouver": Place("4410 Columbia Way", city="Ridgeport", state="WA", code="98699"),
}


def _person(first: str, last: str, phone: str, mail: str = "") -> tuple[tuple[str, str], ...]:
    address = f"{mail or (first + '.' + last)}@example.com".lower() if mail != "-" else ""
    return (("FirstName", first), ("LastName", last), ("Phone", f"503-555-0{phone}"), ("Email", address))


def _firm(name: str, first: str, last: str, phone: str, mail: str) -> tuple[tuple[str, str], ...]:
    return (("CompanyName", name), *_person(first, last, phone, mail), ("Contact", f"{first} {last}"))


_HOME = (("CustomerTypeRef", "Residential"), ("TermsRef", "Due on receipt"))
_PLAN = (("CustomerTypeRef", "Service plan"), ("TermsRef", "Net 15"), ("PriceLevelRef", "Service plan"))
_TRADE = (("CustomerTypeRef", "Commercial"), ("TermsRef", "Net 30"))
_EXEMPT = (*_TRADE, ("SalesTaxCodeRef", "Non"))
_MANAGER = (("CustomerTypeRef", "Property manager"), ("TermsRef", "First of the month"))

CUSTOMERS: tuple[Customer, ...] = (
    Customer(
        "Baker Residence",
        "larkspur",
        _person("Helen", "Baker", "111"),
        _PLAN,
        (("Home", "larkspur", True), ("Lake cabin", "cabin", False)),
        bill_name="Helen Baker",
    ),
    Customer(
        "Baker Residence:Boiler replacement",
        "larkspur",
        (*_person("Helen", "Baker", "111"), ("JobStatus", "InProgress"), ("JobDesc", "Swap the 1988 boiler")),
        (*_PLAN, ("JobTypeRef", "Installation")),
        (("Home", "larkspur", True),),
        "2450.00",
        bill_name="Helen Baker",
    ),
    Customer(
        "Baker Residence:Cabin winterising",
        "larkspur",
        (*_person("Helen", "Baker", "111"), ("JobStatus", "Awarded")),
        (*_PLAN, ("JobTypeRef", "Repair")),
        (("Lake cabin", "cabin", True),),
        bill_name="Helen Baker",
    ),
    Customer(
        "Bakers Residence", "oak1", _person("Norman", "Bakers", "112"), _HOME, bill_name="Norman Bakers"
    ),
    Customer(
        "Harbor View Apartments",
        "harbor",
        _firm("Harbor View Apartments LLC", "Priya", "Raman", "113", "office.harborview"),
        _MANAGER,
        (
            ("Building A", "harbor_a", False),
            ("Building B", "harbor_b", False),
            ("Building C", "harbor_c", False),
            ("Office", "harbor", True),
        ),
        "318.75",
    ),
    Customer("Harbor View Apartments:Building A", "harbor", (("Phone", "503-555-0113"),), _MANAGER),
    Customer(
        "Harbor View Apartments:Building A:Unit 12 leak",
        "harbor",
        (("Phone", "503-555-0114"), ("JobStatus", "Closed"), ("AltContact", "Tenant, unit 12")),
        (*_MANAGER, ("JobTypeRef", "Repair")),
        (("Unit 12", "harbor_a", True),),
        "186.40",
    ),
    Customer(
        "Harbor View Apartments:Building B",
        "harbor",
        (("Phone", "503-555-0113"),),
        _MANAGER,
        (("Building B", "harbor_b", True),),
    ),
    Customer(
        "Harbor View Apartments:Building B:Riser renewal",
        "harbor",
        (("JobStatus", "Pending"), ("JobDesc", "Two risers, four floors")),
        (*_MANAGER, ("JobTypeRef", "Remodel"), ("SalesRepRef", "LF")),
        (("Building B", "harbor_b", True),),
    ),
    Customer(
        "Café Société",
        "diner",
        _firm("Café Société Inc.", "René", "Lefèvre", "115", "rene"),
        _TRADE,
        (("Station Road", "diner", True), ("Mill Street", "diner_new", False)),
        "75.00",
        bill_name="Café Société Inc.",
    ),
    Customer(
        "Café Société:Mill Street kitchen",
        "diner",
        (("JobStatus", "InProgress"), ("Notes", "New branch. Grease trap first, then the gas line.")),
        (*_TRADE, ("JobTypeRef", "Installation")),
        (("Mill Street", "diner_new", True),),
        "5120.00",
    ),
    Customer(
        "Alder Falls School District",
        "school",
        _firm("Alder Falls School District 4", "Marion", "Teague", "116", "facilities"),
        (*_EXEMPT, ("SalesRepRef", "DW")),
        (("Gymnasium", "school_gym", False), ("Kitchen", "school_kitchen", False)),
    ),
    Customer(
        "Alder Falls School District:Gym showers",
        "school",
        (("JobStatus", "Awarded"),),
        (*_EXEMPT, ("JobTypeRef", "Remodel")),
        (("Gymnasium", "school_gym", True),),
    ),
    Customer(
        "Alder Falls School District:Kitchen grease line",
        "school",
        (("JobStatus", "Closed"),),
        (*_EXEMPT, ("JobTypeRef", "Repair")),
        (("Kitchen", "school_kitchen", True),),
    ),
    Customer("O'Neill, Patrick", "oak2", _person("Patrick", "O'Neill", "117", "pat"), _HOME, balance="92.10"),
    Customer("ONeill, Patrick", "oak3", _person("Patrick", "ONeill", "118", "-"), _HOME),
    Customer("Müller & Söhne", "elm", _firm("Müller & Söhne Ltd", "Jürgen", "Müller", "119", "jm"), _TRADE),
    Customer(
        "Elm Court Neighbours",
        "elm2",
        _firm("Elm Court Neighbours", "Ana", "Peña", "120", "ana"),
        _MANAGER,
        (("Shared boiler", "elm2", True),),
    ),
    Customer(
        "Elm Court Neighbours:Shared boiler",
        "elm2",
        (("JobStatus", "InProgress"),),
        (*_MANAGER, ("JobTypeRef", "Repair")),
        (("Shared boiler", "elm2", True),),
        "640.00",
    ),
    Customer("Ngata, Rose", "elm2", _person("Rose", "Ngata", "121"), _PLAN, (("Ship To 1", "elm2", True),)),
    Customer(
        "Riverbend Brewing",
        "brewery",
        _firm("Riverbend Brewing Co.", "Sam", "Dalton", "122", "sam"),
        _TRADE,
        (("Brewhouse", "brewery", True), ("Taproom", "brewery_tap", False)),
        "1044.00",
    ),
    Customer(
        "Riverbend Brewing:Glycol loop",
        "brewery",
        (("JobStatus", "Awarded"), ("JobDesc", "Second glycol loop for tanks 5-8")),
        (*_TRADE, ("JobTypeRef", "Installation"), ("SalesRepRef", "LF")),
        (("Brewhouse", "brewery", True),),
    ),
    Customer("Chapel Hill Church", "church", _firm("", "Ruth", "Amory", "123", "chapel"), _EXEMPT),
    Customer("Dr. Imani Clarke, DDS", "clinic", _person("Imani", "Clarke", "124", "clinic"), _TRADE),
    Customer(
        "Main Street Market",
        "market",
        _firm("Main Street Market", "Wes", "Harding", "125", "wes"),
        _TRADE,
        (("Ship To 1", "market", True),),
        "230.55",
    ),
    Customer("Main St. Market", "market", _firm("", "Wes", "Harding", "125", "-"), _TRADE, active=False),
    Customer(
        "Terrace Hotel",
        "hotel",
        _firm("Terrace Hospitality Group", "Ingrid", "Solberg", "126", "maintenance.terrace"),
        (*_TRADE, ("SalesRepRef", "DW")),
        (("Main building", "hotel", False), ("Spa wing", "hotel_spa", False)),
    ),
    Customer(
        "Terrace Hotel:Spa wing",
        "hotel",
        (("JobStatus", "InProgress"),),
        (*_TRADE, ("JobTypeRef", "Remodel")),
        (("Spa wing", "hotel_spa", True),),
        "12875.00",
    ),
    Customer(
        "Terrace Hotel:Spa wing:Heat recovery",
        "hotel",
        (("JobStatus", "Pending"),),
        (*_TRADE, ("JobTypeRef", "Installation")),
        (("Spa wing", "hotel_spa", True),),
    ),
    Customer(
        "Orchard Road Farm",
        "farm",
        _firm("Orchard Road Farm", "Milo", "Vance", "127", "milo"),
        (*_TRADE, ("ItemSalesTaxRef", "Millbrook")),
        (("Ship To 1", "farm", True), ("Ship To 2", "farm_barn", False)),
    ),
    Customer("Quarry Lane 16", "quarry", (("Phone", "503-555-0128"),), _HOME),
    Customer(
        "Castellanos, Inés", "hill", _person("Inés", "Castellanos", "129", "ines"), _PLAN, balance="-40.00"
    ),
    Customer("Whitfield, George", "creek", _person("George", "Whitfield", "130"), _HOME, active=False),
    Customer(
        "Union Street Laundry", "union", _firm("", "Bea", "Fong", "131", "bea"), _TRADE, balance="415.20"
    ),
    Customer(
        "Ridgeport Marina",
        "vancouver",
        _firm("Ridgeport Marina Inc.", "Cole", "Barrett", "132", "dockmaster"),
        (*_TRADE, ("ItemSalesTaxRef", "Out of State")),
        (("Fuel dock", "vancouver", True),),
    ),
    Customer(
        "Sato, Kenji", "river", _person("Kenji", "Sato", "133"), (*_HOME, ("ItemSalesTaxRef", "Millbrook"))
    ),
    Customer("Walk-in customer", values=(("Notes", "Counter sales, cash only"),), references=_HOME),
    Customer(
        "Andersen, Liv", "hill", _person("Liv", "Andersen", "134"), _PLAN, (("Ship To 1", "hill", True),)
    ),
    Customer(
        "Anderson, Liv", "creek", _person("Liv", "Anderson", "135"), _HOME, (("Ship To 1", "creek", True),)
    ),
    Customer(
        "Anderson, Liv:Bathroom",
        "creek",
        (("JobStatus", "NotAwarded"), ("JobDesc", "Went with another firm")),
        (*_HOME, ("JobTypeRef", "Remodel")),
        (("Ship To 1", "creek", True),),
    ),
)
