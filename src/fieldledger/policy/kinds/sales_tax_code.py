"""Sales tax codes: taxable or not (rules.md 37). They come from QuickBooks, whatever the direction of customers."""

from __future__ import annotations

from collections.abc import Mapping

LABELS: Mapping[str, str] = {
    "name": "Code",
    "description": "Description",
    "taxable": "Taxable",
    "active": "Active",
}
