"""The table of spec 5, one cell a line, and what the tests of it share: a company file, REST that may refuse, and
QuickBooks asked for its values without our codec.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
from lxml import etree

from quickbooks_sim.companyfile import CompanyFile
from quickbooks_sim.requestprocessor import RequestProcessor
from tests.endtoend.house import Company, House, copied, edit, new_books

TAXES, TERMS = "tax-rates", "payment-terms"
TOGGLES = {TAXES: "tax_sync", TERMS: "terms_sync"}
KINDS = {TAXES: "tax_rate", TERMS: "payment_term"}
MANY = {TAXES: "Taxes", TERMS: "Payment terms"}
AGENCY = "State Board"

IN_QUICKBOOKS = f"""
vendor add name="{AGENCY}"
taxitem add name=County rate=8.25 agency="{AGENCY}"
terms add name="Net 30" days=30
customer add name=Baker terms="Net 30" taxitem=County taxcode=Tax
"""
"""What the company file of every cell holds at first."""
LATER = f"""
taxitem add name="Later Tax" rate=1.5 agency="{AGENCY}"
terms add name="Later Terms" days=45
"""
"""What a person adds in QuickBooks after the first sync."""
THEIRS = {TAXES: "County", TERMS: "Net 30"}
THEIRS_LATER = {TAXES: "Later Tax", TERMS: "Later Terms"}

NEW: dict[str, dict[str, Any]] = {
    TAXES: {"name": "Made here", "rate": "7.375"},
    TERMS: {"name": "Made here", "form": "standard", "due_days": 7},
}
IDLE: dict[str, dict[str, Any]] = {
    TAXES: {"name": "Nobody's", "rate": "2"},
    TERMS: {"name": "Nobody's", "form": "standard", "due_days": 2},
}

_GO_OUT = "Customers go from the field system to QuickBooks, so {many} are kept in the field system."
_BOTH_WAYS = "Customers go both ways, so that {many} have one source: QuickBooks, whichever side is primary."


class Cell(NamedTuple):
    """settings: as they are chosen; read_only: the lists that the desk locks; toggles: what each must be, "" = free;
    why: what a person is told who would have it otherwise; carries: whether entries of the desk go to QuickBooks."""

    name: str
    settings: tuple[str, ...]
    read_only: tuple[str, ...]
    toggles: str = ""
    why: str = ""
    carries: bool = False

    def reason(self, path: str) -> str:
        """Why the toggle of a list is not free."""
        return self.why.format(many=MANY[path].lower())


CELLS = (
    Cell("from QuickBooks, both on", ("customers.direction=books_to_field",), (TAXES, TERMS)),
    Cell("from QuickBooks, only taxes on", ("tax_sync=on", "terms_sync=off"), (TAXES,)),
    Cell("from QuickBooks, only terms on", ("tax_sync=off", "terms_sync=on"), (TERMS,)),
    Cell("from QuickBooks, both off", ("tax_sync=off", "terms_sync=off"), ()),
    Cell(
        "to QuickBooks", ("customers.direction=field_to_books", f"tax_agency={AGENCY}"), (), "off", _GO_OUT, True,
    ),
    Cell("both ways, QuickBooks first", ("customers.direction=two_way", "primary=books"), (TAXES, TERMS), "on",
         _BOTH_WAYS),
    Cell("both ways, field first", ("customers.direction=two_way", "primary=field"), (TAXES, TERMS), "on", _BOTH_WAYS),
)  # fmt: skip


def file_of_cells(folder: Path) -> Path:
    """A company file with `IN_QUICKBOOKS` in it, to be copied."""
    file = new_books(folder / "base.qbs")
    edit(file, IN_QUICKBOOKS)
    return file


@dataclass
class Office:
    """A company of the house and its file, as the tests of these lists use it."""

    house: House
    company: Company

    def ask(self, method: str, path: str, body: Any = None) -> httpx2.Response:
        """REST with the company's token, whatever the answer is."""
        return httpx2.request(
            method, f"{self.house.address}/api/v1/companies/{self.company.id}/{path}", json=body, timeout=30,
            headers={"Authorization": f"Bearer {self.company.token}"},
        )  # fmt: skip

    def add(self, path: str, **fields: Any) -> dict[str, Any]:
        """A new record in the desk."""
        made: dict[str, Any] = self.house.rest(self.company, path, "POST", json=fields)
        return made

    def change(self, path: str, id: int, **fields: Any) -> dict[str, Any]:
        """An edit in the desk, of whatever version there is."""
        version = self.house.rest(self.company, f"{path}/{id}")["version"]
        body = {**fields, "version": version}
        changed: dict[str, Any] = self.house.rest(self.company, f"{path}/{id}", "PATCH", json=body)
        return changed

    def list(self, path: str) -> dict[str, dict[str, Any]]:
        """Every record of a list of the desk, by name."""
        found = self.house.rest(self.company, f"{path}?limit=1000")["items"]
        assert len({each["name"] for each in found}) == len(found), "no two of one name"
        return {each["name"]: each for each in found}

    def waiting(self) -> dict[tuple[str, str], dict[str, Any]]:
        """What needs attention, by reason and name."""
        found = self.house.rest(self.company, "attention")["items"]
        return {(each["reason"], each["name"]): each for each in found}

    def edit(self, script: str) -> None:
        """What a person does in QuickBooks."""
        edit(self.company.books, script)

    def sync(self) -> str:
        """One session; returns how it ended, in words."""
        return str(self.house.connect(self.company)["closed"])

    def books(self, query: str) -> dict[str, dict[str, str]]:
        """Every record of a list of QuickBooks, active or not, by name; each with its elements, "Ref/FullName" as the
        element's own name and several joined by |."""
        asked = (
            '<?xml version="1.0"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError">'
            f"<{query}QueryRq><ActiveStatus>All</ActiveStatus></{query}QueryRq></QBXMLMsgsRq></QBXML>"
        )
        with CompanyFile.open(self.company.books) as file:
            processor = RequestProcessor(file)
            processor.open_connection("", "Bookkeeper")
            ticket = processor.begin_session("")
            answer = etree.fromstring(processor.process_request(ticket, asked).encode())
            processor.end_session(ticket)
            processor.close_connection()
        return {ret.findtext("Name", ""): _elements(ret) for ret in answer[0][0]}


def _elements(ret: Any) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for child in ret:
        found.setdefault(child.tag, []).append((child.findtext("FullName") or child.text or "").strip())
    return {tag: "|".join(texts) for tag, texts in found.items()}


def opened(house: House, name: str, base: Path, *settings: str) -> Office:
    """A company with a copy of this file; plans need no approval unless settings change later."""
    file = copied(base, house.folder / f"{name}.qbs")
    return Office(house, house.add(name, file, "approve_plans=never", *settings))
