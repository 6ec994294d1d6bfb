"""Is this the company file that the connection was made with? (spec 8.2). Decided before anything is read or written.

The identifier that the Web Connector stored in the file rules. Where it stores none, name and path together stand in.
A file that tells none of the three is never taken: nobody could tell the next one from it.
"""

from __future__ import annotations

from typing import Any

import msgspec

from fieldledger.session.ports import CompanyInfo

OWNER_ID = "{7A1C6E52-3B0D-4E57-9C41-5D2F8B9E60A7}"
"""Fieldledger's own identifier, the same in every company and for ever (QuickBooks files private data under it)."""

NAMELESS = (
    "the open file bears no mark and tells neither its name nor its path, so it could not be told from another one. "
    "Give it a Company Name in QuickBooks (Company > My Company)"
)


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
    stored = _mark_of(company)
    now = {**known, "name": company.name or known.get("name", ""), "path": path or known.get("path", "")}
    accepted = bool(now.pop("accept", None))
    if stored and _bare(stored) != _bare(file_id):
        return Recognised(
            identity=known,
            other=f"the open file, {_called(company.name, path)}, belongs to another Fieldledger connection",
        )
    elsewhere = _elsewhere(known, path) or accepted
    if stored:
        now["marked"] = True
        return Recognised(identity=now, moved=_moved(known, company, path), elsewhere=elsewhere)
    if not (company.name or path or known.get("marked")):
        return Recognised(identity=known, other=NAMELESS)
    if accepted:
        now["name"] = company.name  # as the file tells it from now on, be it nothing
        return Recognised(identity=now, moved=_moved(known, company, path), elsewhere=elsewhere)
    if not (known.get("name") or known.get("path") or known.get("marked")):
        return Recognised(identity=now)
    before = _called(known.get("name", ""), known.get("path", ""))
    if known.get("marked"):
        return Recognised(
            identity=known,
            other=f"the open file, {_called(company.name, path)}, does not bear the mark of this connection; "
            f"it was made with {before}",
        )
    if (known.get("name") and known["name"] != company.name) or _elsewhere(known, path):
        return Recognised(
            identity=known,
            other=f"the open file, {_called(company.name, path)}, is not the one of this connection, {before}",
        )
    if not known.get("name") and not path:
        return Recognised(
            identity=known,
            other=f"nothing that the open file, {_called(company.name, path)}, tells of itself is known of the one of "
            f"this connection, {before}; if it is the right one, set company_file=accept for this company",
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


def _called(name: str, path: str) -> str:
    told = " at ".join(filter(None, (repr(name) if name else "", path)))
    return told or "which tells neither name nor path"


def _mark_of(company: CompanyInfo) -> str:
    """What stands in the file under our OwnerID; "" = nothing."""
    return next((mark for owner, mark in company.file_ids if _bare(owner) == _bare(OWNER_ID)), "").strip()


def _bare(guid: str) -> str:
    """A GUID as it is compared: with or without braces and blanks, in any case, it is the same."""
    return "".join(guid.split()).strip("{}").upper()
