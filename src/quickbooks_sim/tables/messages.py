"""Requests that exist in qbXML but that this simulator does not execute: they are answered with status 1030.

Data only. A request that is neither here nor in `tables.requests` refuses the whole message set.
"""

from __future__ import annotations

from quickbooks_sim.tables.words import words

_ADD_MOD_QUERY = words(
    "Account Lead Customer Employee OtherName Vendor Class SalesRep SalesTaxCode ToDo ItemService ItemNonInventory "
    "ItemOtherCharge ItemInventory ItemInventoryAssembly ItemFixedAsset ItemSubtotal ItemDiscount ItemPayment "
    "ItemSalesTax ItemSalesTaxGroup ItemGroup PriceLevel Vehicle WorkersCompCode Currency InventorySite Invoice "
    "Estimate SalesOrder SalesReceipt CreditMemo ReceivePayment Charge PurchaseOrder Bill ItemReceipt VendorCredit "
    "BillPaymentCheck SalesTaxPaymentCheck InventoryAdjustment TimeTracking Check CreditCardCharge CreditCardCredit "
    "JournalEntry Deposit BuildAssembly TransferInventory Transfer"
)
_ADD_QUERY = words(
    "CustomerType VendorType JobType CustomerMsg PaymentMethod ShipMethod PayrollItemWage BillingRate "
    "UnitOfMeasureSet BillPaymentCreditCard ARRefundCreditCard VehicleMileage"
)
_QUERY = words(
    "AccountTaxLineInfo PayrollItemNonWage Template SalesTaxReturn SalesTaxReturnLine PayrollLastPeriod "
    "ReceivePaymentToDeposit BillToPay SalesTaxPayable TxnDeleted DataEventRecoveryInfo Transaction "
    "ItemAssembliesCanBuild ItemSites BarCode Item Form1099CategoryAccountMapping GeneralSummaryReport JobReport "
    "TimeReport AgingReport BudgetSummaryReport GeneralDetailReport CustomDetailReport CustomSummaryReport "
    "PayrollDetailReport PayrollSummaryReport"
)
_SINGLE = words(
    "SpecialAccountAdd SpecialItemAdd Form1099CategoryAccountMappingMod ListMerge TxnDel TxnVoid ClearedStatusMod "
    "ListDisplayAdd ListDisplayMod TxnDisplayAdd TxnDisplayMod DataEventRecoveryInfoDel DataExtDefMod DataExtDefDel"
)

OTHER_REQUESTS = frozenset(
    [f"{name}{verb}Rq" for name in _ADD_MOD_QUERY for verb in ("Add", "Mod", "Query")]
    + [f"{name}{verb}Rq" for name in _ADD_QUERY for verb in ("Add", "Query")]
    + [f"{name}QueryRq" for name in _QUERY]
    + [f"{name}Rq" for name in _SINGLE]
)
