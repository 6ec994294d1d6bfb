"""Payment terms: so many days, or a day of the month (spec 5.2). QuickBooks' interface can add them and not change them
(spec 5.6)."""

from __future__ import annotations

from collections.abc import Mapping

LABELS: Mapping[str, str] = {
    "name": "Name",
    "form": "Sort",
    "due_days": "Days until due",
    "discount_days": "Days of the discount",
    "discount_percent": "Discount in percent",
    "due_day": "Due on day of the month",
    "next_month_days": "Due next month when issued so many days before",
    "discount_day": "Discount until day of the month",
    "active": "Active",
}
