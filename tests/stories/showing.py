"""Both sides as a bookkeeper would list them. QuickBooks is asked in its own words and read here, without the product's
codec, so that a mistake in the codec shows.

A line: the name, then what is filled, then the badge (field side only):
    Carefree:Main Office | first Ann | phone 555-0101 | at 1 Elm St, Harlow | places Cabin* (1 Lake Rd) | inactive
* marks the default location. The taxable code "Tax", which QuickBooks gives everybody, is not told.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from lxml import etree

from quickbooks_sim.requestprocessor import RequestProcessor
from tests.stories.fieldside import ADDRESS, FIELDS
from tests.support.connector import Stage

EVERYONE = (
    '<?xml version="1.0"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError">'
    '<CustomerQueryRq requestID="1"><ActiveStatus>All</ActiveStatus></CustomerQueryRq></QBXMLMsgsRq></QBXML>'
)
TEXTS = {
    "first": "FirstName", "last": "LastName", "phone": "Phone", "email": "Email", "terms": "TermsRef/FullName",
    "taxcode": "SalesTaxCodeRef/FullName", "taxitem": "ItemSalesTaxRef/FullName",
}  # fmt: skip
LINES = (
    "Addr1", "Addr2", "Addr3", "Addr4", "Addr5", "City", "State", "PostalCode", "Country", "Note",
)  # fmt: skip
assert TEXTS.keys() == FIELDS.keys()


class Place(NamedTuple):
    name: str
    default: bool
    address: str
    job: bool = False


class Shown(NamedTuple):
    """A record of one side. version: whatever moves with each write, so that equal versions mean untouched."""

    id: str
    name: str
    version: str
    texts: dict[str, str]
    address: str
    places: tuple[Place, ...]
    active: bool
    badge: str = ""
    detail: str = ""
    company: str = ""

    def line(self) -> str:
        parts = [self.name]
        parts += [f"{word} {text}" for word, text in self.texts.items() if (word, text) != ("taxcode", "Tax")]
        parts += [f"at {self.address}"] if self.address else []
        if self.places:
            told = ", ".join(
                f"{place.name}{'*' * place.default}{'^' * place.job}"
                + (f" ({place.address})" if place.address else "")
                for place in sorted(self.places)
            )
            parts.append(f"places {told}")
        parts += [] if self.active else ["inactive"]
        parts += [self.badge] if self.badge else []
        return " | ".join(parts)


def in_quickbooks(stage: Stage) -> list[Shown]:
    """Every customer and job, inactive ones too."""
    with stage.quickbooks() as company:
        processor = RequestProcessor(company)
        processor.open_connection("", "Somebody else")
        session = processor.begin_session("")
        answer = processor.process_request(session, EVERYONE)
        processor.end_session(session)
    return [_of_ret(ret) for ret in etree.fromstring(answer.encode()).iter("CustomerRet")]


def _of_ret(ret: Any) -> Shown:
    texts = {word: ret.findtext(path) for word, path in TEXTS.items()}
    return Shown(
        id=ret.findtext("ListID"), name=ret.findtext("FullName"),
        version=ret.findtext("EditSequence") + " " + ret.findtext("TimeModified"),
        texts={word: text for word, text in texts.items() if text},
        address=_lines(ret.find("BillAddress")),
        places=tuple(
            Place(each.findtext("Name") or "", each.findtext("DefaultShipTo") == "true", _lines(each))
            for each in ret.findall("ShipToAddress")
        ),
        active=ret.findtext("IsActive") == "true", company=ret.findtext("CompanyName") or "",
    )  # fmt: skip


def _lines(element: Any) -> str:
    return "" if element is None else ", ".join(filter(None, (element.findtext(tag) for tag in LINES)))


def in_field(stage: Stage) -> list[Shown]:
    """Every customer that is there, inactive ones too."""
    return [_of_row(row) for row in stage.customers()]


def _of_row(row: dict[str, Any]) -> Shown:
    badge = row["sync"] or {}
    return Shown(
        id=str(row["id"]), name=row["name"] or "", version=str(row["version"]),
        texts={word: str(row[field]) for word, field in FIELDS.items() if row[field]},
        address=_address(row["billing_address"]),
        places=tuple(
            Place(each["name"] or "", bool(each["is_default"]), _address(each["address"]), bool(each.get("job")))
            for each in row["locations"] or ()
        ),
        active=bool(row["active"]), badge=badge.get("status") or "", detail=badge.get("detail") or "",
    )  # fmt: skip


def _address(address: dict[str, str] | None) -> str:
    return ", ".join(filter(None, ((address or {}).get(key) for key in ADDRESS.values())))
