"""Which lists a company file has, how their answers are ordered, and what a reference may point to.

Data only. A *space* is a set of records that share ListIDs and names; a *kind* is what a query returns.
"""

from __future__ import annotations

from dataclasses import dataclass

from quickbooks_sim.tables.words import order, words


@dataclass(frozen=True)
class Kind:
    """One kind of list record. `order` is the official order of the elements of its Ret."""

    name: str
    space: str
    plural: str
    order: dict[str, int]
    hierarchical: bool = False
    name_field: str = ""
    has_full_name: bool = False
    has_balance: bool = False


_CORE = "ListID TimeCreated TimeModified EditSequence Name"
_PERSON = "Salutation FirstName MiddleName LastName Suffix"
_REACH = "Phone Mobile Pager AltPhone Fax Email Cc Contact AltContact AdditionalContactRef ContactsRet"

CUSTOMER = (
    f"{_CORE} FullName IsActive ClassRef ParentRef Sublevel CompanyName {_PERSON} JobTitle BillAddress "
    f"BillAddressBlock ShipAddress ShipAddressBlock ShipToAddress PrintAs {_REACH} CustomerTypeRef TermsRef "
    "SalesRepRef Balance TotalBalance SalesTaxCodeRef ItemSalesTaxRef SalesTaxCountry ResaleNumber AccountNumber "
    "CreditLimit PreferredPaymentMethodRef CreditCardInfo JobStatus JobStartDate JobProjectedEndDate JobEndDate "
    "JobDesc JobTypeRef Notes AdditionalNotesRet IsStatementWithParent DeliveryMethod PreferredDeliveryMethod "
    "PriceLevelRef ExternalGUID TaxRegistrationNumber CurrencyRef DataExtRet"
)
VENDOR = (
    f"{_CORE} IsActive ClassRef IsTaxAgency CompanyName {_PERSON} JobTitle VendorAddress VendorAddressBlock "
    f"ShipAddress {_REACH} NameOnCheck AccountNumber Notes AdditionalNotesRet VendorTypeRef TermsRef CreditLimit "
    "VendorTaxIdent IsVendorEligibleFor1099 Balance BillingRateRef ExternalGUID SalesTaxCodeRef SalesTaxCountry "
    "IsSalesTaxAgency SalesTaxReturnRef TaxRegistrationNumber ReportingPeriod IsTaxTrackedOnPurchases "
    "TaxOnPurchasesAccountRef IsTaxTrackedOnSales TaxOnSalesAccountRef IsTaxOnTax PrefillAccountRef CurrencyRef "
    "DataExtRet"
)
EMPLOYEE = (
    f"{_CORE} IsActive {_PERSON} JobTitle SupervisorRef Department Description TargetBonus EmployeeAddress PrintAs "
    "Phone Mobile Pager PagerPIN AltPhone Fax SSN Email AdditionalContactRef EmergencyContacts EmployeeType "
    "PartOrFullTime Exempt KeyEmployee Gender HiredDate OriginalHireDate AdjustedServiceDate ReleasedDate BirthDate "
    "USCitizen Ethnicity Disabled DisabilityDesc OnFile WorkAuthExpireDate USVeteran MilitaryStatus AccountNumber "
    "Notes AdditionalNotesRet BillingRateRef EmployeePayrollInfo ExternalGUID DataExtRet"
)
OTHER_NAME = (
    f"{_CORE} IsActive CompanyName Salutation FirstName MiddleName LastName OtherNameAddress OtherNameAddressBlock "
    "Phone AltPhone Fax Email Contact AltContact AccountNumber Notes ExternalGUID DataExtRet"
)
ACCOUNT = (
    f"{_CORE} FullName IsActive ParentRef Sublevel AccountType DetailAccountType SpecialAccountType IsTaxAccount "
    "AccountNumber BankNumber LastCheckNumber Desc Balance TotalBalance SalesTaxCodeRef TaxLineInfoRet "
    "CashFlowClassification CurrencyRef DataExtRet"
)

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("Customer", "Entity", "Customers", order(CUSTOMER), True, "customer name", True, True),
        Kind("Vendor", "Entity", "Vendors", order(VENDOR), name_field="vendor name", has_balance=True),
        Kind("Employee", "Entity", "Employees", order(EMPLOYEE), name_field="employee name"),
        Kind("OtherName", "Entity", "Other Names", order(OTHER_NAME), name_field="other name"),
        Kind("Account", "Account", "Accounts", order(ACCOUNT), True, "account name", True, True),
        Kind(
            "StandardTerms",
            "Terms",
            "Terms",
            order(f"{_CORE} IsActive StdDueDays StdDiscountDays DiscountPct"),
            name_field="terms name",
        ),
        Kind(
            "DateDrivenTerms",
            "Terms",
            "Terms",
            order(f"{_CORE} IsActive DayOfMonthDue DueNextMonthDays DiscountDayOfMonth DiscountPct"),
            name_field="terms name",
        ),
        Kind(
            "SalesTaxCode",
            "SalesTaxCode",
            "Sales Tax Codes",
            order(f"{_CORE} IsActive IsTaxable Desc ItemPurchaseTaxRef ItemSalesTaxRef"),
            name_field="sales tax code",
        ),
        Kind(
            "ItemSalesTax",
            "Item",
            "Items",
            order(
                f"{_CORE} BarCodeValue IsActive ClassRef ItemDesc TaxRate TaxVendorRef SalesTaxReturnLineRef "
                "ExternalGUID DataExtRet"
            ),
            name_field="item name",
        ),
        Kind(
            "ItemSalesTaxGroup",
            "Item",
            "Items",
            order(f"{_CORE} BarCodeValue IsActive ItemDesc ExternalGUID ItemSalesTaxRef DataExtRet"),
            name_field="item name",
        ),
        # People make them; no message does yet. They are here because all items share their names and IDs.
        Kind(
            "ItemService",
            "Item",
            "Items",
            order(
                f"{_CORE} FullName BarCodeValue IsActive ClassRef ParentRef Sublevel UnitOfMeasureSetRef IsTaxIncluded "
                "SalesTaxCodeRef SalesOrPurchase SalesAndPurchase ExternalGUID DataExtRet"
            ),
            hierarchical=True,
            name_field="item name",
            has_full_name=True,
        ),
        # Kinds that exist only because a loaded or sample record refers to them: no messages of their own.
        *(
            Kind(name, space, plural, order(f"{_CORE} FullName IsActive"), name_field=f"{plural} name")
            for name, space, plural in (
                ("Class", "Class", "Classes"),
                ("CustomerType", "CustomerType", "Customer Types"),
                ("VendorType", "VendorType", "Vendor Types"),
                ("JobType", "JobType", "Job Types"),
                ("SalesRep", "SalesRep", "Sales Reps"),
                ("PriceLevel", "PriceLevel", "Price Levels"),
                ("PaymentMethod", "PaymentMethod", "Payment Methods"),
                ("Currency", "Currency", "Currencies"),
                ("BillingRate", "BillingRate", "Billing Rates"),
                ("SalesTaxReturn", "SalesTaxReturn", "Sales Tax Returns"),
                ("SalesTaxReturnLine", "SalesTaxReturnLine", "Sales Tax Return Lines"),
                ("ShipMethod", "ShipMethod", "Ship Methods"),
            )
        ),
    )
}


@dataclass(frozen=True)
class Target:
    """What a reference element may point to, and how QuickBooks calls that in status 3140."""

    kinds: tuple[str, ...]
    label: str


REFERENCES: dict[str, Target] = {
    "ClassRef": Target(("Class",), "Class"),
    "CustomerTypeRef": Target(("CustomerType",), "Customer Type"),
    "VendorTypeRef": Target(("VendorType",), "Vendor Type"),
    "TermsRef": Target(("StandardTerms", "DateDrivenTerms"), "Terms"),
    "SalesRepRef": Target(("SalesRep",), "Sales Rep"),
    "SalesTaxCodeRef": Target(("SalesTaxCode",), "Sales Tax Code"),
    "ItemSalesTaxRef": Target(("ItemSalesTax", "ItemSalesTaxGroup"), "Item"),
    "ItemPurchaseTaxRef": Target(("ItemSalesTax", "ItemSalesTaxGroup"), "Item"),
    "PreferredPaymentMethodRef": Target(("PaymentMethod",), "Payment Method"),
    "JobTypeRef": Target(("JobType",), "Job Type"),
    "PriceLevelRef": Target(("PriceLevel",), "Price Level"),
    "CurrencyRef": Target(("Currency",), "Currency"),
    "BillingRateRef": Target(("BillingRate",), "Billing Rate"),
    "TaxVendorRef": Target(("Vendor",), "Vendor"),
    "SalesTaxReturnRef": Target(("SalesTaxReturn",), "Sales Tax Return"),
    "SalesTaxReturnLineRef": Target(("SalesTaxReturnLine",), "Sales Tax Return Line"),
    "TaxOnPurchasesAccountRef": Target(("Account",), "Account"),
    "TaxOnSalesAccountRef": Target(("Account",), "Account"),
    "PrefillAccountRef": Target(("Account",), "Account"),
}

OWN_REFERENCES: dict[tuple[str, str], Target] = {
    ("ItemSalesTaxGroup", "ItemSalesTaxRef"): Target(("ItemSalesTax",), "Item"),
}
"""Where the reference of one kind may point to less than others of its name: a group holds no groups."""

PREFERRED: dict[str, str] = {
    "DefaultItemSalesTaxRef": "Item",
    "DefaultTaxableSalesTaxCodeRef": "SalesTaxCode",
    "DefaultNonTaxableSalesTaxCodeRef": "SalesTaxCode",
    "DefaultDiscountAccountRef": "Account",
    "FinanceChargeAccountRef": "Account",
    "HomeCurrencyRef": "Currency",
}
"""What the references of the preferences point to: element -> space."""

ACCOUNT_TYPES = words(
    "Bank AccountsReceivable OtherCurrentAsset FixedAsset OtherAsset AccountsPayable CreditCard OtherCurrentLiability "
    "LongTermLiability Equity Income CostOfGoodsSold Expense OtherIncome OtherExpense NonPosting"
)
"""In the order in which the chart of accounts shows them."""

MAX_SUBLEVEL = 4
"""A record may have at most four levels above it."""


def spaces() -> dict[str, tuple[str, ...]]:
    """Space -> the kinds that share its ListIDs and names."""
    found: dict[str, list[str]] = {}
    for kind in KINDS.values():
        found.setdefault(kind.space, []).append(kind.name)
    return {space: tuple(kinds) for space, kinds in found.items()}
