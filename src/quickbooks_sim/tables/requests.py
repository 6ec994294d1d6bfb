"""The grammar of every request that the simulator executes, in the notation of `tables.grammar`.

Data only. It is the grammar of qbXML 13.0: a request that names an older or newer version is judged by the same table.
"""

from __future__ import annotations

from quickbooks_sim.tables.words import words

LISTS_THAT_DELETE = (
    "Account BillingRate Class Currency Customer CustomerMsg CustomerType DateDrivenTerms Employee InventorySite "
    "ItemDiscount ItemFixedAsset ItemGroup ItemInventory ItemInventoryAssembly ItemNonInventory ItemOtherCharge "
    "ItemPayment ItemSalesTax ItemSalesTaxGroup ItemService ItemSubtotal JobType OtherName PaymentMethod "
    "PayrollItemNonWage PayrollItemWage PriceLevel SalesRep SalesTaxCode ShipMethod StandardTerms ToDo "
    "UnitOfMeasureSet Vehicle Vendor VendorType WorkersCompCode"
)
TRANSACTIONS_WITH_DATA = (
    "ARRefundCreditCard Bill BillPaymentCheck BillPaymentCreditCard BuildAssembly Charge Check CreditCardCharge "
    "CreditCardCredit CreditMemo Deposit Estimate InventoryAdjustment Invoice ItemReceipt JournalEntry "
    "PurchaseOrder ReceivePayment SalesOrder SalesReceipt SalesTaxPaymentCheck VendorCredit"
)
DETAIL_ACCOUNTS = (
    "AP AR AccumulatedAdjustment AccumulatedAmortization AccumulatedAmortizationOfOtherAssets AccumulatedDepletion "
    "AccumulatedDepreciation AdvertisingOrPromotional AllowanceForBadDebts Amortization Auto BadDebts BankCharges "
    "Buildings CashOnHand CharitableContributions Checking CommonStock CostOfLabor CostOfLaborCOS CreditCard "
    "DepletableAssets Depreciation DevelopmentCosts DiscountsOrRefundsGiven DividendIncome DuesAndSubscriptions "
    "EmployeeCashAdvances Entertainment EntertainmentMeals EquipmentRental EquipmentRentalCOS "
    "FederalIncomeTaxPayable FurnitureAndFixtures Goodwill Insurance InsurancePayable IntangibleAssets "
    "InterestEarned InterestPaid Inventory InvestmentMortgageOrRealEstateLoans InvestmentOther "
    "InvestmentTaxExemptSecurities InvestmentUSGovObligations Land LeaseBuyout LeaseholdImprovements "
    "LegalAndProfessionalFees Licenses LineOfCredit LoanPayable LoansToOfficers LoansToOthers LoansToStockholders "
    "MachineryAndEquipment MoneyMarket NonProfitIncome NotesPayable OfficeOrGeneralAdministrativeExpenses "
    "OpeningBalanceEquity OrganizationalCosts OtherCostsOfServiceCOS OtherCurrentAssets OtherCurrentLiab "
    "OtherFixedAssets OtherInvestmentIncome OtherLongTermAssets OtherLongTermLiab OtherMiscExpense OtherMiscIncome "
    "OtherMiscServiceCost OtherPrimaryIncome OwnersEquity PaidInCapitalOrSurplus PartnerContributions "
    "PartnerDistributions PartnersEquity PayrollClearing PayrollExpenses PayrollTaxPayable "
    "PenaltiesAndSettlements PreferredStock PrepaidExpenses PrepaidExpensesPayable PromotionalMeals "
    "RentOrLeaseOfBuildings RentsHeldInTrust RentsInTrustLiab RepairAndMaintenance Retainage RetainedEarnings "
    "SalesOfProductIncome SalesTaxPayable Savings SecurityDeposits ServiceOrFeeIncome ShareholderNotesPayable "
    "ShippingFreightAndDelivery ShippingFreightAndDeliveryCOS StateOrLocalIncomeTaxPayable SuppliesAndMaterials "
    "SuppliesAndMaterialsCOGS TaxExemptInterest TaxesPaid Travel TravelMeals TreasuryStock TrustAccounts "
    "TrustAccountsLiab UndepositedFunds Utilities Vehicles"
)

ENUMERATIONS: dict[str, tuple[str, ...]] = {
    name: tuple(words.split())
    for name, words in {
        "ActiveStatus": "ActiveOnly InactiveOnly All",
        "Match": "StartsWith Contains EndsWith",
        "Operator": "LessThan LessThanEqual Equal GreaterThan GreaterThanEqual",
        "TaxCountry": "Australia Canada UK US",
        "JobStatus": "Awarded Closed InProgress None NotAwarded Pending",
        "Delivery": "Email Fax Print",
        "PreferredDelivery": "None Email Fax",
        "Period": "Monthly Quarterly",
        "AccountType": (
            "AccountsPayable AccountsReceivable Bank CostOfGoodsSold CreditCard Equity Expense FixedAsset Income "
            "LongTermLiability NonPosting OtherAsset OtherCurrentAsset OtherCurrentLiability OtherExpense OtherIncome"
        ),
        "DetailAccount": DETAIL_ACCOUNTS,
        "ListDelType": LISTS_THAT_DELETE,
        "ListData": "Account Customer Employee Item OtherName Vendor",
        "TxnData": TRANSACTIONS_WITH_DATA,
        "OtherData": "Company",
        "DataType": "AMTTYPE DATETIMETYPE INTTYPE PERCENTTYPE PRICETYPE QUANTYPE STR1024TYPE STR255TYPE",
        "Assign": f"Account Company Customer Employee Item OtherName Vendor {TRANSACTIONS_WITH_DATA}",
    }.items()
}

_ADDRESS = (
    "Addr1:s41? Addr2:s41? Addr3:s41? Addr4:s41? Addr5:s41? City:s31? State:s21? "
    "PostalCode:s13? Country:s31? Note:s41?"
)
_PERSON = "Salutation:s15? FirstName:s25? MiddleName:s5? LastName:s25? ~Suffix:s?"
_REACH = (
    "Phone:s21? ~Mobile:s21? ~Pager:s21? AltPhone:s21? Fax:s21? Email:s1023? Cc:s1023? Contact:s41? AltContact:s41? "
    "AdditionalContactRef:@AdditionalContact{0,8}"
)
_CONTACT = (
    "Salutation:s15? FirstName:s25 MiddleName:s5? LastName:s25? JobTitle:s41? "
    "AdditionalContactRef:@AdditionalContact{0,5}"
)
_CUSTOMER_NAME = (
    f"IsActive:bool? ClassRef:@Ref159? ParentRef:@Ref? CompanyName:s41? {_PERSON} JobTitle:s41? BillAddress:@Address? "
    f"ShipAddress:@Address? ShipToAddress:@ShipTo{{0,50}} ~PrintAs:s41? {_REACH}"
)
_CUSTOMER_TAX = (
    "SalesTaxCodeRef:@Ref3? ItemSalesTaxRef:@Ref31? ~SalesTaxCountry:=TaxCountry? ResaleNumber:s15? "
    "AccountNumber:s99? CreditLimit:amt? PreferredPaymentMethodRef:@Ref31? CreditCardInfo:@CreditCard? "
    "JobStatus:=JobStatus? JobStartDate:date? JobProjectedEndDate:date? JobEndDate:date? JobDesc:s99? "
    "JobTypeRef:@Ref159? Notes:s4095?"
)
_CUSTOMER_END = (
    "~IsStatementWithParent:bool? ~DeliveryMethod:=Delivery? PreferredDeliveryMethod:=PreferredDelivery? "
    "PriceLevelRef:@Ref31?"
)
_CUSTOMER_TYPES = "CustomerTypeRef:@Ref159? TermsRef:@Ref31? SalesRepRef:@Ref5?"
_VENDOR_NAME = (
    f"IsActive:bool? ClassRef:@Ref159? CompanyName:s41? {_PERSON} JobTitle:s41? VendorAddress:@Address? "
    f"ShipAddress:@Address? {_REACH}"
)
_VENDOR_TYPES = (
    "VendorTypeRef:@Ref159? TermsRef:@Ref31? CreditLimit:amt? VendorTaxIdent:s15? "
    "IsVendorEligibleFor1099:bool?"
)
_VENDOR_TAX = (
    "~SalesTaxCodeRef:@Ref3? ~SalesTaxCountry:=TaxCountry? ~IsSalesTaxAgency:bool? ~SalesTaxReturnRef:@Ref? "
    "~TaxRegistrationNumber:s30? ~ReportingPeriod:=Period? ~IsTaxTrackedOnPurchases:bool? "
    "~TaxOnPurchasesAccountRef:@Ref159? ~IsTaxTrackedOnSales:bool? ~TaxOnSalesAccountRef:@Ref159? ~IsTaxOnTax:bool? "
    "PrefillAccountRef:@Ref159{0,3} CurrencyRef:@Ref64?"
)
_TAX_CODE_END = "Desc:s31? ~ItemPurchaseTaxRef:@Ref31? ~ItemSalesTaxRef:@Ref31?"
_TAX_ITEM = (
    "BarCode:@BarCode? IsActive:bool? ClassRef:@Ref159? ItemDesc:s4095? TaxRate:pct? TaxVendorRef:@Ref41? "
    "~SalesTaxReturnLineRef:@Ref?"
)
_LIST_OBJECT = "ListDataExtType:=ListData ListObjRef:@Ref159"
_DATA_TARGET = (
    f"( {_LIST_OBJECT} | TxnDataExtType:=TxnData TxnID:id TxnLineID:id? | OtherDataExtType:=OtherData )"
)

AGGREGATES: dict[str, str] = {
    "Ref": "ListID:id? FullName:s?",
    "Ref3": "ListID:id? FullName:s3?",
    "Ref5": "ListID:id? FullName:s5?",
    "Ref31": "ListID:id? FullName:s31?",
    "Ref41": "ListID:id? FullName:s41?",
    "Ref64": "ListID:id? FullName:s64?",
    "Ref159": "ListID:id? FullName:s159?",
    "Address": _ADDRESS,
    "ShipTo": f"Name:s41 {_ADDRESS} DefaultShipTo:bool?",
    "AdditionalContact": "ContactName:s40 ContactValue:s255",
    "Contact": _CONTACT,
    "ContactMod": f"ListID:id? EditSequence:s16? {_CONTACT}",
    "Note": "Note:s4095",
    "NoteMod": "NoteID:int Note:s4095",
    "CreditCard": (
        "CreditCardNumber:s25? ExpirationMonth:int1..12? ExpirationYear:int? NameOnCard:s41? CreditCardAddress:s41? "
        "CreditCardPostalCode:s41?"
    ),
    "BarCode": "BarCodeValue:s50? AssignEvenIfUsed:bool? AllowOverride:bool?",
    "NameFilter": "MatchCriterion:=Match Name:s",
    "NameRange": "FromName:s? ToName:s?",
    "BalanceFilter": "Operator:=Operator Amount:amt",
    "CurrencyFilter": "( ListID:id+ | FullName:s64+ )",
    "ClassFilter": "( ListID:id+ | FullName:s+ | ListIDWithChildren:id | FullNameWithChildren:s )",
    "DeletedRange": "FromDeletedDate:time? ToDeletedDate:time?",
    "ListMetaData": "IncludeMaxCapacity:bool",
    "CustomerAdd": (
        f"Name:s41 {_CUSTOMER_NAME} Contacts:@Contact* {_CUSTOMER_TYPES} OpenBalance:amt? OpenBalanceDate:date? "
        f"{_CUSTOMER_TAX} AdditionalNotes:@Note* {_CUSTOMER_END} ExternalGUID:guid? ~TaxRegistrationNumber:s30? "
        "CurrencyRef:@Ref64?"
    ),
    "CustomerMod": (
        f"ListID:id EditSequence:s16 Name:s41? {_CUSTOMER_NAME} ContactsMod:@ContactMod* {_CUSTOMER_TYPES} "
        f"{_CUSTOMER_TAX} AdditionalNotesMod:@NoteMod* {_CUSTOMER_END} ~TaxRegistrationNumber:s30? CurrencyRef:@Ref64?"
    ),
    "VendorAdd": (
        f"Name:s41 {_VENDOR_NAME} Contacts:@Contact* NameOnCheck:s41? AccountNumber:s99? Notes:s4095? "
        f"AdditionalNotes:@Note* {_VENDOR_TYPES} OpenBalance:amt? OpenBalanceDate:date? BillingRateRef:@Ref31? "
        f"ExternalGUID:guid? {_VENDOR_TAX}"
    ),
    "VendorMod": (
        f"ListID:id EditSequence:s16 Name:s41? {_VENDOR_NAME} ContactsMod:@ContactMod* NameOnCheck:s41? "
        f"AccountNumber:s99? Notes:s4095? AdditionalNotesMod:@NoteMod* {_VENDOR_TYPES} BillingRateRef:@Ref31? "
        f"{_VENDOR_TAX}"
    ),
    "AccountAdd": (
        "Name:s31 IsActive:bool? ParentRef:@Ref? AccountType:=AccountType ~DetailAccountType:=DetailAccount? "
        "AccountNumber:s7? BankNumber:s25? Desc:s200? OpenBalance:amt? OpenBalanceDate:date? ~SalesTaxCodeRef:@Ref3? "
        "TaxLineID:int? CurrencyRef:@Ref64?"
    ),
    "StandardTermsAdd": "Name:s31 IsActive:bool? StdDueDays:int? StdDiscountDays:int? DiscountPct:pct?",
    "DateDrivenTermsAdd": (
        "Name:s31 IsActive:bool? DayOfMonthDue:int1..31 DueNextMonthDays:int? DiscountDayOfMonth:int1..31? "
        "DiscountPct:pct?"
    ),
    "SalesTaxCodeAdd": f"Name:s3 IsActive:bool? IsTaxable:bool {_TAX_CODE_END}",
    "SalesTaxCodeMod": f"ListID:id EditSequence:s16 Name:s3? IsActive:bool? IsTaxable:bool? {_TAX_CODE_END}",
    "ItemSalesTaxAdd": f"Name:s31 {_TAX_ITEM} ExternalGUID:guid?",
    "ItemSalesTaxMod": f"ListID:id EditSequence:s16 Name:s31? {_TAX_ITEM}",
    "ItemSalesTaxGroupAdd": (
        "Name:s31 BarCode:@BarCode? IsActive:bool? ItemDesc:s4095? ExternalGUID:guid? ItemSalesTaxRef:@Ref31+"
    ),
    "ItemSalesTaxGroupMod": (
        "ListID:id EditSequence:s16 Name:s31? BarCode:@BarCode? IsActive:bool? ItemDesc:s4095? ItemSalesTaxRef:@Ref31*"
    ),
    "DataExtAdd": f"OwnerID:guid DataExtName:s31 {_DATA_TARGET} DataExtValue:s",
    "DataExtMod": f"OwnerID:guid DataExtName:s31 {_DATA_TARGET} DataExtValue:s",
    "DataExtDel": f"OwnerID:guid DataExtName:s31 {_DATA_TARGET}",
    "DataExtDefAdd": (
        "OwnerID:guid DataExtName:s31 DataExtType:=DataType AssignToObject:=Assign* DataExtListRequire:bool? "
        "DataExtTxnRequire:bool? DataExtFormatString:s?"
    ),
}

_FILTER = (
    "MaxReturned:int1..? ActiveStatus:=ActiveStatus? FromModifiedDate:time? ToModifiedDate:time? "
    "( NameFilter:@NameFilter | NameRangeFilter:@NameRange )?"
).replace("int1..?", "int1..2147483647?")
_RETS = "IncludeRetElement:s50*"


def _query(extra: str, owner: bool) -> str:
    return f"( ListID:id+ | FullName:s+ | {_FILTER} {extra} )? {_RETS}" + (" OwnerID:guid*" if owner else "")


_NAMES_EXTRA = "TotalBalanceFilter:@BalanceFilter? CurrencyFilter:@CurrencyFilter? ClassFilter:@ClassFilter?"

REQUESTS: dict[str, str] = {
    **{
        f"{name}Rq": f"{name}:@{name} {_RETS}"
        for name in words(
            "CustomerAdd CustomerMod VendorAdd VendorMod AccountAdd StandardTermsAdd DateDrivenTermsAdd "
            "SalesTaxCodeAdd SalesTaxCodeMod ItemSalesTaxAdd ItemSalesTaxMod ItemSalesTaxGroupAdd "
            "ItemSalesTaxGroupMod DataExtDefAdd"
        )
    },
    **{f"{name}Rq": f"{name}:@{name}" for name in ("DataExtAdd", "DataExtMod", "DataExtDel")},
    "CustomerQueryRq": _query(_NAMES_EXTRA, owner=True),
    "VendorQueryRq": _query(_NAMES_EXTRA, owner=True),
    "AccountQueryRq": _query("AccountType:=AccountType* CurrencyFilter:@CurrencyFilter?", owner=True),
    "ItemSalesTaxQueryRq": _query("ClassFilter:@ClassFilter?", owner=True),
    "ItemSalesTaxGroupQueryRq": _query("", owner=True),
    **{
        f"{name}QueryRq": _query("", owner=False)
        for name in ("Terms", "StandardTerms", "DateDrivenTerms", "SalesTaxCode", "Entity")
    },
    "ItemQueryRq": _query("", owner=True),
    "HostQueryRq": f"IncludeListMetaData:@ListMetaData? {_RETS}",
    "CompanyQueryRq": f"{_RETS} OwnerID:guid*",
    "PreferencesQueryRq": _RETS,
    "CompanyActivityQueryRq": _RETS,
    "ListDelRq": "ListDelType:=ListDelType ListID:id",
    "ListDeletedQueryRq": f"ListDelType:=ListDelType+ DeletedDateRangeFilter:@DeletedRange? {_RETS}",
    "DataExtDefQueryRq": f"( OwnerID:guid* | AssignToObject:=Assign* )? {_RETS}",
}

_META = {"metaData": ("NoMetaData", "MetaDataOnly", "MetaDataAndResponseData")}
_ITERATOR = {"iterator": ("Start", "Continue", "Stop"), "iteratorID": ()}
ITERABLE = (
    "CustomerQueryRq",
    "VendorQueryRq",
    "ItemSalesTaxQueryRq",
    "ItemSalesTaxGroupQueryRq",
    "EntityQueryRq",
    "ItemQueryRq",
)

ATTRIBUTES: dict[str, dict[str, tuple[str, ...]]] = {
    "": {"requestID": ()},
    **{
        name: {"requestID": (), **_META}
        for name in words(
            "AccountQueryRq TermsQueryRq StandardTermsQueryRq DateDrivenTermsQueryRq SalesTaxCodeQueryRq "
            "ListDeletedQueryRq DataExtDefQueryRq"
        )
    },
    **{name: {"requestID": (), **_META, **_ITERATOR} for name in ITERABLE},
}
"""Attributes that a request may carry; an empty tuple allows any text. "" is for requests not named."""
