"""Terms, codes and taxes that QuickBooks would take as they are, to be spoilt one field at a time."""

from __future__ import annotations

from typing import Any

from fieldledger.model.kinds import Kind
from fieldledger.model.record import PAYMENT_TERM_FIELDS

CODE, TAX, TERM = Kind.SALES_TAX_CODE, Kind.TAX_RATE, Kind.PAYMENT_TERM

NET: dict[str, Any] = {
    **dict.fromkeys(PAYMENT_TERM_FIELDS),
    "name": "Net",
    "form": "standard",
    "active": True,
}
DAY: dict[str, Any] = {**NET, "form": "date_driven", "due_day": 10}
CITY: dict[str, Any] = {
    "name": "City",
    "rate": "1.25",
    "components": [],
    "agency": "Tax Agency",
    "active": True,
}
BOTH: dict[str, Any] = {"name": "Sum", "rate": None, "components": ["8-1"], "agency": None, "active": True}
OUT: dict[str, Any] = {"name": "Out", "description": None, "taxable": False, "active": True}
