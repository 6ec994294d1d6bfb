"""Taxes: one rate that is paid to one agency, or a group of them whose rate is their sum (spec 5.2)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from fieldledger.model.record import Values

LABELS: Mapping[str, str] = {
    "name": "Name",
    "rate": "Rate",
    "components": "Taxes of the group",
    "active": "Active",
}


def needs_agency(tax: Values) -> bool:
    """Whether QuickBooks wants to know whom it is paid to: a single tax that is not nothing (rules.md 37)."""
    return not tax.get("components") and Decimal(tax.get("rate") or "0") != 0
