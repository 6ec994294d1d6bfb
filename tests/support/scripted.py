"""A QuickBooks that a test writes the answers of, for what no honest company file would show: errors in the middle of
a list, garbage, counts that do not add up. It knows no rules; without orders it shows its records."""

from __future__ import annotations

from collections.abc import Callable
from xml.sax.saxutils import escape, quoteattr

import msgspec
from lxml import etree

from fieldledger.session.identity import OWNER_ID

Order = Callable[[etree._Element], "str | None"]
"""A request → the whole answer (`answer` helps), or None for the ordinary one."""


class Shown(msgspec.Struct):
    """A customer as QuickBooks prints it. edited: EditSequence; modified: wall time with offset."""

    id: str
    name: str
    parent: str | None = None
    full_name: str = ""
    edited: str = "1700000000"
    modified: str = "2023-11-14T17:13:20-05:00"
    active: str = "true"
    phone: str = ""

    def light(self) -> str:
        return (
            f"<ListID>{escape(self.id)}</ListID><TimeModified>{self.modified}</TimeModified>"
            f"<EditSequence>{self.edited}</EditSequence>"
        )

    def full(self) -> str:
        parent = f"<ParentRef><ListID>{escape(self.parent)}</ListID></ParentRef>" if self.parent else ""
        phone = f"<Phone>{escape(self.phone)}</Phone>" if self.phone else ""
        return (
            f"{self.light()}<Name>{escape(self.name)}</Name><FullName>{escape(self.full_name or self.name)}</FullName>"
            f"<IsActive>{self.active}</IsActive>{parent}{phone}"
        )


def answer(
    request: etree._Element, inner: str = "", code: str = "0", told: str = "Status OK", **more: str
) -> str:
    """The answer to a request: status, attributes, content."""
    tag = str(request.tag).removesuffix("Rq") + "Rs"
    severity = "Info" if int(code) < 500 else "Warn" if int(code) < 1000 else "Error"
    attributes = {"requestID": request.get("requestID") or "", "statusCode": code, "statusSeverity": severity,
                  "statusMessage": told, **more}  # fmt: skip
    head = " ".join(f"{name}={quoteattr(value)}" for name, value in attributes.items())
    return f"<{tag} {head}>{inner}</{tag}>"


class ScriptedQuickBooks:
    """records in the order of the list; gone: ids in the deletion records; order: what to answer instead."""

    def __init__(self, file_id: str, *records: Shown) -> None:
        self.records = list(records)
        self.gone: list[str] = []
        self.order: Order = lambda request: None
        self.path = r"C:\books\scripted.qbw"
        self.name = "Scripted Company"
        self.marks: list[tuple[str, str]] = [(OWNER_ID, file_id)]
        self.versions = ("1.0", "13.0")
        self.restored = ""
        self.asked: list[etree._Element] = []
        self._places: dict[str, tuple[list[Shown], bool]] = {}

    def introduction(self) -> str:
        frame = "".join(
            f'<{name}QueryRq requestID="{number}"/>'
            for number, name in enumerate(("Host", "Company", "Preferences"))
        )
        return self.execute(f"<QBXML><QBXMLMsgsRq>{frame}</QBXMLMsgsRq></QBXML>")

    def execute(self, text: str) -> str:
        requests = list(etree.fromstring(text.encode())[0])
        self.asked += requests
        answers = "".join(self.order(request) or self._answer(request) for request in requests)
        return f'<?xml version="1.0" ?><QBXML><QBXMLMsgsRs>{answers}</QBXMLMsgsRs></QBXML>'

    def kill(self) -> None:
        self._places.clear()

    def close(self) -> None:
        pass

    def ids_asked(self) -> list[list[str]]:
        """The ids of every question for ids so far."""
        found = [[id.text or "" for id in request.findall("ListID")] for request in self.asked]
        return [ids for ids in found if ids]

    def _answer(self, request: etree._Element) -> str:
        match str(request.tag):
            case "CustomerQueryRq" if request.find("ListID") is not None:
                return self._by_id(request)
            case "CustomerQueryRq":
                return self._page(request)
            case "ListDeletedQueryRq":
                rets = "".join(
                    f"<ListDeletedRet><ListDelType>Customer</ListDelType><ListID>{id}</ListID></ListDeletedRet>"
                    for id in self.gone
                )
                return answer(request, rets) if rets else answer(request, code="1", told="nothing matches")
            case "CompanyActivityQueryRq":
                told = f"<LastRestoreTime>{self.restored}</LastRestoreTime>" if self.restored else ""
                return answer(request, f"<CompanyActivityRet>{told}</CompanyActivityRet>")
            case "HostQueryRq":
                versions = "".join(
                    f"<SupportedQBXMLVersion>{version}</SupportedQBXMLVersion>" for version in self.versions
                )
                return answer(request, f"<HostRet><ProductName>Scripted</ProductName>{versions}</HostRet>")
            case "CompanyQueryRq":
                marks = "".join(
                    f"<DataExtRet><OwnerID>{owner}</OwnerID><DataExtName>FileID</DataExtName>"
                    f"<DataExtType>STR255TYPE</DataExtType><DataExtValue>{mark}</DataExtValue></DataExtRet>"
                    for owner, mark in self.marks
                )
                name = f"<CompanyName>{escape(self.name)}</CompanyName>" if self.name else ""
                return answer(request, f"<CompanyRet>{name}{marks}</CompanyRet>")
            case "SalesTaxCodeQueryRq" | "ItemSalesTaxQueryRq" | "ItemSalesTaxGroupQueryRq" | "TermsQueryRq":
                return answer(request, code="1", told="nothing matches")
            case "PreferencesQueryRq":
                return answer(request, "<PreferencesRet></PreferencesRet>")
        raise AssertionError(f"{request.tag} is not for this QuickBooks")

    def _by_id(self, request: etree._Element) -> str:
        wanted = [id.text or "" for id in request.findall("ListID")]
        known = {record.id: record for record in self.records}
        rets = "".join(f"<CustomerRet>{known[id].full()}</CustomerRet>" for id in wanted if id in known)
        missing = next((id for id in wanted if id not in known), None)
        if missing is None:
            return answer(request, rets)
        return answer(
            request, rets, "500", f'There was a required element ("{missing}") that could not be found'
        )

    def _page(self, request: etree._Element) -> str:
        light = request.find("IncludeRetElement") is not None
        if request.get("iterator") == "Start":
            since = request.findtext("FromModifiedDate") or ""
            left = [record for record in self.records if record.modified[:19] >= since]
            self._places = {"{1}": (left, light)}
        place = self._places.get(request.get("iteratorID") or "{1}")
        if place is None:
            return answer(request, code="3391", told='The iteratorID "{1}" is not valid.')
        left = place[0]
        shown = left[: int(request.findtext("MaxReturned") or 0)]
        del left[: len(shown)]
        rets = "".join(
            f"<CustomerRet>{record.light() if light else record.full()}</CustomerRet>" for record in shown
        )
        more = {"iteratorRemainingCount": str(len(left)), "iteratorID": "{1}"}
        return answer(request, rets, **more) if shown else answer(request, code="1", told="nothing", **more)
