"""Which fields the editions of other countries take or ignore.

Data only. A `~` in `tables.requests` marks what the United States edition ignores with a warning (status 530); here
stands where Canada and the United Kingdom differ from it.
"""

from __future__ import annotations

from quickbooks_sim.tables.words import words

_CUSTOMER = words("SalesTaxCountry TaxRegistrationNumber")
_VENDOR = words(
    "SalesTaxCodeRef SalesTaxCountry IsSalesTaxAgency SalesTaxReturnRef TaxRegistrationNumber ReportingPeriod "
    "IsTaxTrackedOnPurchases TaxOnPurchasesAccountRef IsTaxTrackedOnSales TaxOnSalesAccountRef IsTaxOnTax"
)
_TAX_CODE = words("ItemPurchaseTaxRef ItemSalesTaxRef")

TAKEN_ABROAD: dict[str, tuple[str, ...]] = {
    "CustomerAdd": _CUSTOMER,
    "CustomerMod": _CUSTOMER,
    "VendorAdd": _VENDOR,
    "VendorMod": _VENDOR,
    "AccountAdd": ("SalesTaxCodeRef",),
    "SalesTaxCodeAdd": _TAX_CODE,
    "SalesTaxCodeMod": _TAX_CODE,
    "ItemSalesTaxAdd": ("SalesTaxReturnLineRef",),
    "ItemSalesTaxMod": ("SalesTaxReturnLineRef",),
}
"""Aggregate -> fields that the United States edition ignores, and the others take."""

IGNORED_ABROAD: dict[str, dict[str, tuple[str, ...]]] = {
    "CustomerAdd": {"ItemSalesTaxRef": ("CA", "UK")},
    "CustomerMod": {"ItemSalesTaxRef": ("CA", "UK")},
    "VendorAdd": {"IsVendorEligibleFor1099": ("CA", "UK")},
    "VendorMod": {"IsVendorEligibleFor1099": ("CA", "UK")},
    "AccountAdd": {"TaxLineID": ("UK",)},
}
"""Aggregate -> field that the United States edition takes -> the countries whose edition ignores it."""


def ignores(country: str, aggregate: str, field: str, in_united_states: bool) -> bool:
    """Whether the edition of a country ignores a field; `in_united_states` says whether that edition does."""
    if country == "US":
        return in_united_states
    if in_united_states:
        return field not in TAKEN_ABROAD.get(aggregate, ())
    return country in IGNORED_ABROAD.get(aggregate, {}).get(field, ())
