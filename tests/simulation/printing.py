"""How QuickBooks prints what it has: answers, CustomerRet, wall time with its doubtful offset. Plain ASCII."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from xml.sax.saxutils import escape, quoteattr

from tests.simulation.companyfile import ADDRESS, CompanyFile, Customer
from tests.simulation.manners import Manners
from tests.simulation.small import REFERRED

OK = "Status OK"


def ascii_only(text: str) -> str:
    return text.encode("ascii", "xmlcharrefreplace").decode()


def answer(tag: str, id: str | None, content: str = "", code: str = "0", told: str = OK, **more: str) -> str:
    """The answer to the request with this element."""
    severity = "Info" if int(code) < 500 else "Warn" if int(code) < 1000 else "Error"
    heads = {"requestID": id, "statusCode": code, "statusSeverity": severity, "statusMessage": told, **more}
    head = " ".join(f"{name}={quoteattr(value)}" for name, value in heads.items() if value is not None)
    name = tag.removesuffix("Rq") + "Rs"
    return ascii_only(f"<{name} {head}>\n{content}</{name}>\n" if content else f"<{name} {head} />\n")


def document(answers: Iterable[str], status: str | None = None, set_id: str = "") -> str:
    """status: messageSetStatusCode, None = recovery was not asked for."""
    recovery = f" newMessageSetID={quoteattr(set_id)}" if set_id else ""
    recovery += f' messageSetStatusCode="{status}"' if status is not None else ""
    return f'<?xml version="1.0" ?>\n<QBXML>\n<QBXMLMsgsRs{recovery}>\n{"".join(answers)}</QBXMLMsgsRs>\n</QBXML>\n'


def stamp(file: CompanyFile, manners: Manners, seconds: float) -> str:
    """Wall time of the computer. Its offset is standard time's all year round, unless this version knows better."""
    wall = file.wall(seconds)
    offset = wall.utcoffset() if manners.summer_offset else timedelta(hours=-5)
    assert offset is not None
    hours = int(offset.total_seconds() // 3600)
    return f"{wall:%Y-%m-%dT%H:%M:%S}-{-hours:02}:00"


def leaf(tag: str, text: str) -> str:
    return f"<{tag}>{escape(text)}</{tag}>\n"


def _lines(tag: str, lines: dict[str, str]) -> str:
    inner = "".join(leaf(part, lines[part]) for part in ADDRESS if lines.get(part))
    return f"<{tag}>\n{inner}</{tag}>\n" if inner else ""


def _ship_to(place: dict[str, str]) -> str:
    inner = "".join(leaf(part, place[part]) for part in ADDRESS if place.get(part))
    return (
        f"<ShipToAddress>\n{leaf('Name', place['Name'])}{inner}"
        f"{leaf('DefaultShipTo', place.get('DefaultShipTo', 'false'))}</ShipToAddress>\n"
    )


def reference(tag: str, id: str, name: str) -> str:
    return f"<{tag}>\n{leaf('ListID', id)}{leaf('FullName', name)}</{tag}>\n"


def customer(file: CompanyFile, manners: Manners, each: Customer, only: tuple[str, ...] = ()) -> str:
    """A CustomerRet; only: these elements (IncludeRetElement)."""
    above = file.customer(each.parent) if each.parent else None
    mirror = next((place for place in each.ships if place.get("DefaultShipTo") == "true"), {})
    parts = {
        "ListID": leaf("ListID", each.id),
        "TimeCreated": leaf("TimeCreated", stamp(file, manners, each.made)),
        "TimeModified": leaf("TimeModified", stamp(file, manners, each.touched)),
        "EditSequence": leaf("EditSequence", str(each.edited)),
        "Name": leaf("Name", each.name),
        "FullName": leaf("FullName", file.full_name(each)),
        "IsActive": leaf("IsActive", "true" if each.active else "false"),
        "ParentRef": reference("ParentRef", above.id, file.full_name(above)) if above else "",
        "Sublevel": leaf("Sublevel", str(len(file.lineage(each)) - 1)),
        "CompanyName": _text(each, "CompanyName"),
        "FirstName": _text(each, "FirstName"),
        "LastName": _text(each, "LastName"),
        "BillAddress": _lines("BillAddress", each.bill),
        "ShipAddress": _lines("ShipAddress", mirror),
        "ShipToAddress": "".join(map(_ship_to, each.ships)),
        "Phone": _text(each, "Phone"),
        "Email": _text(each, "Email"),
        "TermsRef": _choice(file, each, "TermsRef"),
        "Balance": leaf("Balance", "0.00"),
        "TotalBalance": leaf("TotalBalance", "0.00"),
        "SalesTaxCodeRef": _choice(file, each, "SalesTaxCodeRef"),
        "ItemSalesTaxRef": _choice(file, each, "ItemSalesTaxRef"),
        "JobStatus": leaf("JobStatus", "None"),
        "ExternalGUID": leaf("ExternalGUID", each.guid) if each.guid and manners.tells_guid else "",
    }
    shown = (part for tag, part in parts.items() if not only or tag in only)
    return f"<CustomerRet>\n{''.join(shown)}</CustomerRet>\n"


def _text(each: Customer, tag: str) -> str:
    return leaf(tag, each.texts[tag]) if each.texts.get(tag) else ""


def _choice(file: CompanyFile, each: Customer, tag: str) -> str:
    entry = file.named(REFERRED[tag], each.refs.get(tag, ""))
    return reference(tag, entry.id, entry.name) if entry else ""
