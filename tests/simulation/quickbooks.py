"""QuickBooks in front of a company file: qbXML in, qbXML out, with message set recovery, iterators, and deaths.

An independent reading of the facts, in memory. It carries out what it is told and never helps the engine.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from lxml import etree

from tests.simulation import changing, listing, printing
from tests.simulation.changing import Refusal, Unreadable
from tests.simulation.companyfile import CompanyFile, Customer, Entry
from tests.simulation.manners import Manners
from tests.simulation.printing import answer, document, leaf, stamp

BEFORE, STORED, LOST, HALF = (
    "before execution",
    "after execution",
    "after execution, answer not stored",
    "half way",
)
"""Where QuickBooks dies: nothing is done; all is done and its answer stored; all is done and no answer is stored; the
first requests of the set are done and no answer is stored."""

Written = Callable[["Customer | None", Customer, str], None]
"""Told of each write: what the record was (None = it is new), what it is, the text of the set."""
Listed = Callable[["Entry | None", Entry, str], None]
"""The same of an entry of a small list."""


class Died(Exception):
    """QuickBooks is gone. Whoever asked knows no more than that."""


class QuickBooks:
    """written, listed: told of each write that was carried out. marks: what happened here, counted."""

    def __init__(self, file: CompanyFile, manners: Manners, owner: str, marks: Counter[str]) -> None:
        self.file, self.manners, self.owner, self.marks = file, manners, owner, marks
        self.written: Written = lambda before, after, text: None
        self.listed: Listed = lambda before, after, text: None
        self._iterators: dict[str, tuple[list[str], tuple[str, ...], int]] = {}
        self._started = 0

    def new_session(self) -> None:
        """Iterators die with the session."""
        self._iterators.clear()

    def execute(self, text: str, death: str = "") -> str:
        """The answer. death: where QuickBooks dies while it is at it; raises `Died` then, `Unreadable` on a set that it
        refuses as a whole."""
        try:
            root = etree.fromstring(text.encode("ascii"))
        except (etree.XMLSyntaxError, UnicodeEncodeError) as error:
            raise Unreadable(str(error)) from error
        frame = root.find("QBXMLMsgsRq")
        if frame is None or frame.get("onError") not in ("continueOnError", "stopOnError"):
            raise Unreadable("no QBXMLMsgsRq with onError")
        if death == BEFORE:
            raise Died(death)
        reply = self._set(frame, text, death)
        if death:
            raise Died(death)
        return reply

    # ---- message sets --------------------------------------------------------------------------------------------

    def _set(self, frame: etree._Element, text: str, death: str) -> str:
        new, old = frame.get("newMessageSetID"), frame.get("oldMessageSetID")
        if new is None and old is None:
            return document(self._run(frame, text, death))
        sets = self.file.data.sets
        if any(not 0 < len(id) <= 23 for id in (new, old) if id is not None):
            return document((), "9004", new or "")
        if new is not None and new == old:
            return self._status_check(new)
        known = old is None or old in sets
        if old is not None:
            sets.pop(old, None)
        if new is None:
            return document(self._run(frame, text, death), "0" if known else "600")
        if not known and not self.manners.unknown_old_runs:
            self.marks["an unknown old id stopped the set"] += 1
            return document((), "600", new)
        checksum = self._checksum(frame, text)
        stored = sets.get(new)
        if stored is not None:
            if stored[0] != checksum:
                self.marks["9001: two contents under one id"] += 1
                return document((), "9001", new)
            if stored[1] is not None:
                self.marks["the same set again: answered from the store"] += 1
                return stored[1]
            if not self.manners.lost_set_runs:
                self.marks["the same set again: 9002"] += 1
                return document((), "9002", new)
            self.marks["the same set again: carried out again"] += 1
        reply = document(self._run(frame, text, death), "0", new)
        sets[new] = (checksum, None if death in (LOST, HALF) else reply)
        return reply

    def _status_check(self, id: str) -> str:
        stored = self.file.data.sets.get(id)
        if stored is None:
            self.marks[f"status check: {self.manners.unknown_set}, never seen"] += 1
            return document((), self.manners.unknown_set, id)
        if stored[1] is None:
            self.marks["status check: 9002, the answer was lost"] += 1
            return document((), "9002", id)
        self.marks["status check: stored answer"] += 1
        return stored[1]

    def _checksum(self, frame: etree._Element, text: str) -> str:
        content = (
            text
            if self.manners.same_by_text
            else "".join(etree.tostring(each, encoding="unicode", with_tail=False) for each in frame)
        )
        return hashlib.sha256(content.encode()).hexdigest()

    def _run(self, frame: etree._Element, text: str, death: str) -> list[str]:
        answers: list[str] = []
        stop = False
        for number, request in enumerate(frame):
            if death == HALF and number and number >= len(frame) // 2:
                break
            told = (
                answer(
                    str(request.tag),
                    request.get("requestID"),
                    code="3231",
                    told="The request has not been processed.",
                )
                if stop
                else self._one(request, text)
            )
            answers.append(told)
            stop = stop or ('statusSeverity="Error"' in told[:400] and frame.get("onError") == "stopOnError")
        return answers

    # ---- requests ------------------------------------------------------------------------------------------------

    def _one(self, request: etree._Element, text: str) -> str:
        tag, id = str(request.tag), request.get("requestID")
        handle = _HANDLERS.get(tag)
        if handle is None:
            raise Unreadable(f"there is no {tag}")
        try:
            content, more = handle(self, request, text)
        except Refusal as refusal:
            self.marks[f"QuickBooks says {refusal.code}"] += 1
            content = self._as_it_is(refusal.shows) if refusal.shows else ""
            return answer(tag, id, content, refusal.code, refusal.told)
        if not content and "code" not in more and tag not in ("HostQueryRq", "CompanyActivityQueryRq"):
            more = {
                "code": "1",
                "told": "A query request did not find a matching object in QuickBooks",
                **more,
            }
        return answer(tag, id, content, **more)

    def _as_it_is(self, each: Customer | Entry) -> str:
        show = listing.ret if isinstance(each, Entry) else printing.customer
        return show(self.file, self.manners, each)  # type: ignore[arg-type]

    def _add(self, request: etree._Element, text: str) -> tuple[str, dict[str, str]]:
        made = changing.add(self.file, self.manners, request[0])
        self.written(None, made, text)
        return printing.customer(self.file, self.manners, made), {}

    def _mod(self, request: etree._Element, text: str) -> tuple[str, dict[str, str]]:
        before, after = changing.mod(self.file, self.manners, request[0])
        self.written(before, after, text)
        return printing.customer(self.file, self.manners, after), {}

    def _customers(self, request: etree._Element, _: str) -> tuple[str, dict[str, str]]:
        only = tuple(each.text or "" for each in request.findall("IncludeRetElement"))
        ids = [each.text or "" for each in request.findall("ListID")]
        names = [(each.text or "").strip().lower() for each in request.findall("FullName")]

        def shown(each: Customer) -> str:
            return printing.customer(self.file, self.manners, each, only)

        if ids:
            found = [each for id in ids if (each := self.file.customer(id)) is not None]
            missing = [id for id in ids if self.file.customer(id) is None]
            return self._shown(map(shown, found), missing, ids=True)
        if names:
            by_name = {self.file.full_name(each).lower(): each for each in self.file.data.customers.values()}
            found = [by_name[name] for name in names if name in by_name]
            missing = [name for name in names if name not in by_name]
            return self._shown(map(shown, found), missing, ids=False)
        return self._page(request, only)

    def _small(self, request: etree._Element, _: str) -> tuple[str, dict[str, str]]:
        """An iterator has it all on its first page: these lists are small."""
        only = tuple(each.text or "" for each in request.findall("IncludeRetElement"))
        found, missing, ids = listing.asked(self.file, request)
        shown = (listing.ret(self.file, self.manners, each, only) for each in found)
        return self._shown(shown, missing, ids=ids)

    def _add_small(self, request: etree._Element, text: str) -> tuple[str, dict[str, str]]:
        made = listing.add(self.file, self.manners, request[0])
        self.listed(None, made, text)
        return listing.ret(self.file, self.manners, made), {}

    def _mod_small(self, request: etree._Element, text: str) -> tuple[str, dict[str, str]]:
        before, after = listing.mod(self.file, self.manners, request[0])
        self.listed(before, after, text)
        return listing.ret(self.file, self.manners, after), {}

    def _shown(self, shown: Iterable[str], missing: list[str], *, ids: bool) -> tuple[str, dict[str, str]]:
        content = "".join(shown)
        if not missing:
            return content, {}
        if ids and not self.manners.missing_is_500:
            told = f'Object "{missing[0]}" specified in the request cannot be found.  {changing.MISSING}'
            return "", {"code": "3120", "told": told}
        told = (
            "The query request has not been fully completed. There was a required element "
            f'("{missing[0]}") that could not be found in QuickBooks.'
        )
        return content, {"code": "500", "told": told}

    def _page(self, request: etree._Element, only: tuple[str, ...]) -> tuple[str, dict[str, str]]:
        how, most = request.get("iterator"), int(request.findtext("MaxReturned") or 1_000_000)
        if how == "Continue":
            id = request.get("iteratorID") or ""
            if id not in self._iterators:
                raise Refusal("3391", f'The iteratorID "{id}" is not valid.')
            order, only, at = self._iterators[id]
        else:
            self._started += 1
            id, order, at = f"{{{self._started:08d}-0000-0000-0000-000000000000}}", self._matching(request), 0
        if how == "Continue" and self.manners.iterator_lives:
            order = [
                each.id for each in self.file.listed() if each.id in order or each.made > self.file.now() - 5
            ]
        part = order[at : at + most]
        left = max(0, len(order) - at - len(part))
        self._iterators[id] = (order, only, at + len(part))
        found = [each for one in part if (each := self.file.customer(one)) is not None]
        content = "".join(printing.customer(self.file, self.manners, each, only) for each in found)
        more = {"iteratorRemainingCount": str(left), "iteratorID": id} if how else {}
        return content, more

    def _matching(self, request: etree._Element) -> list[str]:
        status = request.findtext("ActiveStatus") or "ActiveOnly"
        since = request.findtext("FromModifiedDate") or ""
        return [
            each.id
            for each in self.file.listed()
            if (status == "All" or each.active == (status == "ActiveOnly"))
            and stamp(self.file, self.manners, each.touched)[:19] >= since
        ]

    def _deleted(self, request: etree._Element, _: str) -> tuple[str, dict[str, str]]:
        since = request.findtext("DeletedDateRangeFilter/FromDeletedDate") or ""
        types = [each.text or "" for each in request.findall("ListDelType")]
        customers = [("Customer", *row) for row in self.file.data.deleted]
        found = [row for type in types for row in (*customers, *self.file.data.gone) if row[0] == type]
        rows = [
            f"<ListDeletedRet>\n{leaf('ListDelType', type)}{leaf('ListID', id)}"
            f"{leaf('TimeDeleted', stamp(self.file, self.manners, when))}{leaf('FullName', name)}</ListDeletedRet>\n"
            for type, id, name, when in found
            if stamp(self.file, self.manners, when)[:19] >= since and when > self.file.now() - 90 * 86_400
        ]
        return "".join(rows), {}

    def _holders(self, request: etree._Element, _: str) -> tuple[str, dict[str, str]]:
        """Customers and all who share their names."""
        names = [(each.text or "").strip().lower() for each in request.findall("FullName")]
        content, met = "", []
        for each in self.file.data.customers.values():
            if self.file.full_name(each).lower() in names:
                content += printing.customer(self.file, self.manners, each)
                met.append(self.file.full_name(each).lower())
        for id, (kind, name) in self.file.data.holders.items():
            if name.lower() in names:
                inner = leaf("ListID", id) + leaf("Name", name) + leaf("IsActive", "true")
                content += f"<{kind}Ret>\n{inner}</{kind}Ret>\n"
                met.append(name.lower())
        missing = [name for name in names if name not in met]
        if not missing:
            return content, {}
        told = (
            "The query request has not been fully completed. There was a required element "
            f'("{missing[0]}") that could not be found in QuickBooks.'
        )
        return content, {"code": "500", "told": told}

    def _host(self, request: etree._Element, _: str) -> tuple[str, dict[str, str]]:
        told = {
            "ProductName": "QuickBooks Pro 2024", "MajorVersion": "34", "MinorVersion": "0", "Country": "US",
            "SupportedQBXMLVersion": "13.0", "QBFileMode": "MultiUser",
        }  # fmt: skip
        return f"<HostRet>\n{''.join(leaf(tag, text) for tag, text in told.items())}</HostRet>\n", {}

    def _company(self, request: etree._Element, _: str) -> tuple[str, dict[str, str]]:
        marks = "".join(
            f"<DataExtRet>\n{leaf('OwnerID', owner)}{leaf('DataExtName', 'FileID')}{leaf('DataExtType', 'STR255TYPE')}"
            f"{leaf('DataExtValue', mark)}</DataExtRet>\n"
            for owner, mark in self.file.data.marks.items()
        )
        return f"<CompanyRet>\n{leaf('CompanyName', self.file.name)}{marks}</CompanyRet>\n", {}

    def _preferences(self, request: etree._Element, _: str) -> tuple[str, dict[str, str]]:
        return "<PreferencesRet>\n<SalesTaxPreferences>\n</SalesTaxPreferences>\n</PreferencesRet>\n", {}

    def _activity(self, request: etree._Element, _: str) -> tuple[str, dict[str, str]]:
        when = self.file.data.restored
        told = leaf("LastRestoreTime", stamp(self.file, self.manners, when)) if when else ""
        return f"<CompanyActivityRet>\n{told}</CompanyActivityRet>\n", {}


_Handler = Callable[[QuickBooks, Any, str], tuple[str, dict[str, str]]]
_HANDLERS: Mapping[str, _Handler] = {
    "CustomerAddRq": QuickBooks._add,
    "CustomerModRq": QuickBooks._mod,
    "CustomerQueryRq": QuickBooks._customers,
    "ListDeletedQueryRq": QuickBooks._deleted,
    "EntityQueryRq": QuickBooks._holders,
    **dict.fromkeys(listing.QUERIES, QuickBooks._small),
    **{f"{kind}AddRq": QuickBooks._add_small for kind in listing.ADDS},
    **{f"{kind}ModRq": QuickBooks._mod_small for kind in listing.MODS},
    "HostQueryRq": QuickBooks._host,
    "CompanyQueryRq": QuickBooks._company,
    "PreferencesQueryRq": QuickBooks._preferences,
    "CompanyActivityQueryRq": QuickBooks._activity,
}
