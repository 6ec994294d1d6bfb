"""What the sync engine last said about a company: a notice for each kind of record, and what is locked.

It comes from outside in free form, so what is not as expected is passed over. The desk shows it as it comes and refuses
what it locks, whichever way in; the sync's own writes are never refused by it (spec 5.1).

A lock names a kind (``customers``, ``tax_rates``) or one of its fields (``customers.terms``) as ``what``, and says
``why``. Locks of things that the desk does not keep are shown and bind nobody.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from fieldledger.desk.customers import FIELDS
from fieldledger.desk.judging import Refused
from fieldledger.desk.schema import policies

CUSTOMERS = "customers"
BLANK: Mapping[str, Any] = {**dict.fromkeys(FIELDS), "active": True, "locations": []}
"""A customer of which nothing was written. Of other kinds: `entry_kinds`."""


class Locks(NamedTuple):
    """Why a kind is locked as a whole, "" when it is not; and why each locked field is."""

    whole: str = ""
    fields: Mapping[str, str] = {}

    def check(
        self,
        before: Mapping[str, Any] | None,
        after: Mapping[str, Any] | None,
        blank: Mapping[str, Any] = BLANK,
    ) -> None:
        """Raises `Refused` for a change that is locked. before: None for a new record; after: None to delete; blank: a
        record of the kind of which nothing was written."""
        if self.whole:
            raise Refused([{"field": "", "message": self.whole}])
        if after is None:
            return
        was = before or blank
        errors = [
            {"field": name, "message": why} for name, why in self.fields.items() if was[name] != after[name]
        ]
        if errors:
            raise Refused(errors)


def read(tx: Connection, company: str) -> dict[str, Any]:
    """The policy as it was last told; {} before it was."""
    query = select(policies.c.policy).where(policies.c.company == company)
    found = tx.execute(query).scalar_one_or_none()
    policy: dict[str, Any] = json.loads(found) if found else {}
    return policy


def direction(policy: Mapping[str, Any], kind: str) -> str:
    """Which way records of this kind go, "" when that was not told."""
    about = policy.get(kind)
    way = about.get("direction") if isinstance(about, dict) else None
    return way if isinstance(way, str) else ""


def notice(policy: Mapping[str, Any], kind: str) -> str:
    """What the sync engine wants said about a kind."""
    about = policy.get(kind)
    text = about.get("notice") if isinstance(about, dict) else None
    return text if isinstance(text, str) else ""


def told_locks(policy: Mapping[str, Any]) -> list[dict[str, str]]:
    """Every lock, as ``what`` and ``why``."""
    locks = policy.get("locks")
    return [
        {"what": str(lock["what"]), "why": str(lock.get("why") or "")}
        for lock in (locks if isinstance(locks, list) else [])
        if isinstance(lock, dict) and lock.get("what")
    ]


def locks(policy: Mapping[str, Any], kind: str, blank: Mapping[str, Any] = BLANK) -> Locks:
    """What of this kind is locked. blank: a record of the kind of which nothing was written."""
    whole = ""
    fields = {}
    for lock in told_locks(policy):
        of, _, name = lock["what"].partition(".")
        if of != kind:
            continue
        if name in blank:
            fields[name] = _sentence(lock["why"])
        elif not name:
            whole = _sentence(lock["why"])
    return Locks(whole, fields)


def _sentence(why: str) -> str:
    return (
        f"This cannot be changed here: {why}"
        if why
        else "The sync with QuickBooks keeps this from being changed."
    )
