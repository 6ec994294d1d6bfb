"""Is this the company file that the connection was made with? (spec 8.2). Decided before anything is read or written.

The identifier that the Web Connector stored in the file rules. Where it stores none, name and path together stand in.
"""

from __future__ import annotations

from typing import Any

import msgspec

from fieldledger.session.ports import CompanyInfo

OWNER_ID = "{7A1C6E52-3B0D-4E57-9C41-5D2F8B9E60A7}"
"""Fieldledger's own identifier, the same in every company and for ever (QuickBooks files private data under it)."""


class Recognised(msgspec.Struct, frozen=True, kw_only=True):
    """identity: to be remembered. moved: what to log about a file that was moved or renamed; "" = nothing.
    elsewhere: it lies at another place than before, or a person vouched for it: it may be a copy, so everything is
    listed. other: why this is another file; "" = it is the right one."""

    identity: dict[str, Any]
    moved: str = ""
    elsewhere: bool = False
    other: str = ""


def recognise(known: dict[str, Any], file_id: str, company: CompanyInfo, path: str) -> Recognised:
    """known: the remembered identity, {} before the first contact. file_id: of this connection, with braces."""
    stored = _same_guid_of(company, OWNER_ID)
    now = {**known, "name": company.name or known.get("name", ""), "path": path or known.get("path", "")}
    now.pop("accept", None)
    if stored and stored.upper() != file_id.upper():
        return Recognised(
            identity=known,
            other=f"the open file, {_called(company, path)}, belongs to another Fieldledger connection",
        )
    elsewhere = _elsewhere(known, path) or bool(known.get("accept"))
    if stored:
        now["marked"] = True
        return Recognised(identity=now, moved=_moved(known, company, path), elsewhere=elsewhere)
    if not known.get("name") or known.get("accept"):
        return Recognised(identity=now, moved=_moved(known, company, path), elsewhere=elsewhere)
    before = f"{known.get('name')!r} at {known.get('path')}"
    if known.get("marked"):
        return Recognised(
            identity=known,
            other=f"the open file, {_called(company, path)}, does not bear the mark of this connection; "
            f"it was made with {before}",
        )
    if known.get("name") != company.name or _elsewhere(known, path):
        return Recognised(
            identity=known,
            other=f"the open file, {_called(company, path)}, is not the one of this connection, {before}",
        )
    return Recognised(identity=now)


def _elsewhere(known: dict[str, Any], path: str) -> bool:
    return bool(known.get("path") and path and known["path"].lower() != path.lower())


def _moved(known: dict[str, Any], company: CompanyInfo, path: str) -> str:
    changes = []
    if _elsewhere(known, path):
        changes.append(f"moved from {known['path']} to {path}")
    if known.get("name") and company.name and known["name"] != company.name:
        changes.append(f"renamed from {known['name']!r} to {company.name!r}")
    return " and ".join(changes)


def _called(company: CompanyInfo, path: str) -> str:
    return f"{company.name!r} at {path}" if path else repr(company.name)


def _same_guid_of(company: CompanyInfo, owner: str) -> str:
    return next((value for key, value in company.file_ids if key.upper() == owner.upper()), "")
