"""The two sides and the kinds of record. Enum values are what stands in the journal: never rename one."""

from __future__ import annotations

from enum import StrEnum


class Side(StrEnum):
    BOOKS = "books"
    FIELD = "field"

    @property
    def other(self) -> Side:
        return Side.FIELD if self is Side.BOOKS else Side.BOOKS


class Kind(StrEnum):
    """In the order in which a session treats them: what others refer to comes first."""

    SALES_TAX_CODE = "sales_tax_code"  # taxable or not: SalesTaxCode
    TAX_RATE = "tax_rate"  # ItemSalesTax, ItemSalesTaxGroup
    PAYMENT_TERM = "payment_term"  # StandardTerms, DateDrivenTerms
    CUSTOMER = "customer"


LISTS = (Kind.SALES_TAX_CODE, Kind.TAX_RATE, Kind.PAYMENT_TERM)
"""Small lists that other records refer to: each session reads them whole."""
