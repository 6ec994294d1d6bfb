"""The frozen rules of one company: settings as planning sees them. No settings text, no defaults, no I/O."""

from __future__ import annotations

import msgspec

from fieldledger.model.kinds import Kind, Side

BRAKE_SHARE = 0.10
BRAKE_LEAST = 5
"""A plan that would deactivate, delete or overwrite more than this share, and at least so many, asks (spec 2.12)."""


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """direction, primary, jobs, job_name, approve_plans as in spec 1; rules: hash of what shapes a record; margin:
    seconds within which two edits count as made at once (spec 2.5).

    kind      whose rules these are; the direction is that of the kind
    agency    the vendor in QuickBooks to whom new taxes are paid, "" = not chosen (spec 5.5)
    keeps_retired  what is deleted or made inactive in QuickBooks stays as it is in the field system (spec 5.4)
    """

    kind: Kind = Kind.CUSTOMER
    direction: str
    primary: str = "books"
    jobs: str = "as_customers"
    job_name: str = "company_name"
    approve_plans: str = "first"
    rules: str = ""
    margin: int = 120
    agency: str = ""
    keeps_retired: bool = False

    @property
    def primary_side(self) -> Side:
        return Side(self.primary)


def brake(endangered: int, linked: int) -> bool:
    """Whether a plan that deactivates or overwrites ``endangered`` of ``linked`` records must be shown (spec 2.12)."""
    return endangered >= BRAKE_LEAST and endangered > linked * BRAKE_SHARE
