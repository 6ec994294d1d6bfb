"""Order of the answers about company and host, and what a new company says about itself.

Data only. The default preferences are those of a small service company with sales tax still switched off.
"""

from __future__ import annotations

from quickbooks_sim.fields import Fields
from quickbooks_sim.tables.words import order

HOST_ORDER = order(
    "ProductName MajorVersion MinorVersion Country SupportedQBXMLVersion IsAutomaticLogin QBFileMode ListMetaData"
)
COMPANY_ORDER = order(
    "IsSampleCompany CompanyName LegalCompanyName Address AddressBlock LegalAddress CompanyAddressForCustomer "
    "CompanyAddressBlockForCustomer Phone Fax Email CompanyEmailForCustomer CompanyWebSite FirstMonthFiscalYear "
    "FirstMonthIncomeTaxYear CompanyType EIN SSN TaxForm SubscribedServices AccountantCopy DataExtRet"
)
PREFERENCES_ORDER = order(
    "AccountingPreferences FinanceChargePreferences JobsAndEstimatesPreferences MultiCurrencyPreferences "
    "MultiLocationInventoryPreferences PurchasesAndVendorsPreferences ReportsPreferences "
    "SalesAndCustomersPreferences SalesTaxPreferences TimeTrackingPreferences CurrentAppAccessRights "
    "ItemsAndInventoryPreferences"
)
GROUP_ORDER: dict[str, dict[str, int]] = {
    "AccountingPreferences": order(
        "IsUsingAccountNumbers IsRequiringAccounts IsUsingClassTracking AssignClassesTo IsUsingAuditTrail "
        "IsAssigningJournalEntryNumbers ClosingDate"
    ),
    "PurchasesAndVendorsPreferences": order(
        "IsUsingInventory DaysBillsAreDue IsAutomaticallyUsingDiscounts DefaultDiscountAccountRef"
    ),
    "MultiCurrencyPreferences": order("IsMultiCurrencyOn HomeCurrencyRef"),
    "JobsAndEstimatesPreferences": order(
        "IsUsingEstimates IsUsingProgressInvoicing IsPrintingItemsWithZeroAmounts"
    ),
    "SalesTaxPreferences": order(
        "DefaultItemSalesTaxRef PaySalesTax DefaultTaxableSalesTaxCodeRef DefaultNonTaxableSalesTaxCodeRef "
        "IsUsingVendorTaxCode IsUsingCustomerTaxCode IsUsingAmountsIncludeTax"
    ),
}
"""Preferences that an edit may change, in their official order inside their group."""

CAPACITIES = (
    ("Account", 10000),
    ("BillingRate", 100),
    ("Class", 10000),
    ("CustomerMsg", 10000),
    ("CustomerType", 10000),
    ("Entity", 14500),
    ("Item", 14500),
    ("JobType", 10000),
    ("PaymentMethod", 10000),
    ("PayrollItem", 10000),
    ("PriceLevel", 100),
    ("SalesRep", 10000),
    ("SalesTaxCode", 10000),
    ("ShipMethod", 10000),
    ("Template", 10000),
    ("Terms", 10000),
    ("ToDo", 10000),
    ("Vehicle", 10000),
    ("VendorType", 10000),
)
"""List -> how many records it can hold, in the order of the answer."""

NEW_VERSION = "15.0"
"""The highest qbXML version of a QuickBooks of 2022, which `NEW_HOST` is."""

NEW_HOST: Fields = [
    ("ProductName", "QuickBooks Enterprise Solutions: Contractor 22.0"),
    ("MajorVersion", "32"),
    ("MinorVersion", "0"),
    ("IsAutomaticLogin", "false"),
]

NEW_PREFERENCES: Fields = [
    (
        "AccountingPreferences",
        [
            ("IsUsingAccountNumbers", "false"),
            ("IsRequiringAccounts", "true"),
            ("IsUsingClassTracking", "false"),
            ("IsUsingAuditTrail", "true"),
            ("IsAssigningJournalEntryNumbers", "true"),
        ],
    ),
    (
        "FinanceChargePreferences",
        [
            ("AnnualInterestRate", "0.00"),
            ("MinFinanceCharge", "0.00"),
            ("GracePeriod", "0"),
            ("IsAssessingForOverdueCharges", "false"),
            ("CalculateChargesFrom", "DueDate"),
            ("IsMarkedToBePrinted", "false"),
        ],
    ),
    (
        "JobsAndEstimatesPreferences",
        [
            ("IsUsingEstimates", "true"),
            ("IsUsingProgressInvoicing", "false"),
            ("IsPrintingItemsWithZeroAmounts", "false"),
        ],
    ),
    ("MultiCurrencyPreferences", [("IsMultiCurrencyOn", "false")]),
    (
        "MultiLocationInventoryPreferences",
        [("IsMultiLocationInventoryAvailable", "true"), ("IsMultiLocationInventoryEnabled", "false")],
    ),
    (
        "PurchasesAndVendorsPreferences",
        [("IsUsingInventory", "true"), ("DaysBillsAreDue", "10"), ("IsAutomaticallyUsingDiscounts", "false")],
    ),
    ("ReportsPreferences", [("AgingReportBasis", "AgeFromDueDate"), ("SummaryReportBasis", "Accrual")]),
    (
        "SalesAndCustomersPreferences",
        [
            ("IsTrackingReimbursedExpensesAsIncome", "false"),
            ("IsAutoApplyingPayments", "true"),
            ("PriceLevels", [("IsUsingPriceLevels", "true"), ("IsRoundingSalesPriceUp", "true")]),
        ],
    ),
    ("TimeTrackingPreferences", [("FirstDayOfWeek", "Monday")]),
    (
        "ItemsAndInventoryPreferences",
        [
            ("EnhancedInventoryReceivingEnabled", "false"),
            ("IsTrackingSerialOrLotNumber", "None"),
            ("FIFOEnabled", "false"),
            ("IsRSBEnabled", "false"),
            ("IsBarcodeEnabled", "false"),
        ],
    ),
]


def new_company(name: str, sample: bool) -> Fields:
    """What CompanyQuery says of a company that was just made."""
    return [
        ("IsSampleCompany", "true" if sample else "false"),
        ("CompanyName", name),
        ("LegalCompanyName", name),
        ("FirstMonthFiscalYear", "January"),
        ("FirstMonthIncomeTaxYear", "January"),
        ("CompanyType", "ConstructionTrades"),
        ("TaxForm", "OtherOrNone"),
    ]
