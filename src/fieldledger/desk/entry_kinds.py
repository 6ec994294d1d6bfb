"""The kinds of entries, as a table: what each is called, where it stands, what it holds, and who refers to it.

A new kind of entry is a line here, its fields in `entries`, its rules in `entry_rules` and its table in `schema`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table

from fieldledger.desk import entry_rules
from fieldledger.desk.entries import Models, PaymentTermFields, TaxCodeFields, TaxRateFields, models
from fieldledger.desk.schema import payment_terms, sales_tax_codes, tax_rates


@dataclass(frozen=True)
class EntryKind:
    """kind: as the sync engine calls it, in sync-status, batch keys and to listeners; key: of the record in the change
    feed and in batches; path: below the company; policy: in sync-policy; noun, nouns: in sentences; blank: every field
    with what it holds when nothing was written; used_by: the field of customers, and of locations if they have it, that
    refers to it; groups: whether entries can be made of others."""

    kind: str
    key: str
    path: str
    policy: str
    noun: str
    nouns: str
    table: Table
    models: Models
    rule: entry_rules.Rule
    blank: Mapping[str, Any]
    used_by: str
    groups: bool = False
    plain: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "plain", tuple(name for name in self.blank if name != "components"))


TAX_RATE = EntryKind(
    "tax_rate", "tax_rate", "tax-rates", "tax_rates", "tax rate", "tax rates", tax_rates,
    models(TaxRateFields, "tax rate"), entry_rules.tax_rate,
    {"name": "", "rate": None, "components": [], "active": True}, "tax_item", groups=True,
)  # fmt: skip
PAYMENT_TERM = EntryKind(
    "payment_term", "payment_term", "payment-terms", "payment_terms", "payment term", "payment terms", payment_terms,
    models(PaymentTermFields, "payment term"), entry_rules.payment_term,
    {
        "name": "", "form": "standard", "due_days": None, "discount_days": None, "discount_percent": None,
        "due_day": None, "next_month_days": None, "discount_day": None, "active": True,
    },
    "terms",
)  # fmt: skip
TAX_CODE = EntryKind(
    "sales_tax_code", "tax_code", "tax-codes", "tax_codes", "tax code", "tax codes", sales_tax_codes,
    models(TaxCodeFields, "tax code"), entry_rules.tax_code,
    {"name": "", "description": None, "taxable": True, "active": True}, "tax_code",
)  # fmt: skip
ENTRY_KINDS: Mapping[str, EntryKind] = {each.kind: each for each in (TAX_CODE, TAX_RATE, PAYMENT_TERM)}
