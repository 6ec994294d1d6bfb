"""The qbXML of QuickBooks Desktop behind the engine's `Books` port: asks into one message set, its answer into values.

Strict out, lenient in. Holds one record at a time. Adding a kind adds a row to KINDS and a file in kinds/.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from lxml import etree

from fieldledger.books.desktop import introduction, outcomes, requests, safexml
from fieldledger.books.desktop.kinds import customer
from fieldledger.model.kinds import Kind
from fieldledger.model.outcome import Outcome, Verdict
from fieldledger.model.record import Gone, Record, Stamp
from fieldledger.session.ports import (
    AnswerHead,
    Ask,
    Garbled,
    HostInfo,
    Item,
    ReadActivity,
    ReadCompany,
    ReadDeleted,
    ReadHost,
    ReadIds,
    ReadPage,
    ReadPreferences,
    SetStatus,
)


class KindCodec(msgspec.Struct, frozen=True):
    """query: the request without Rq; ret: the element of one record; deleted: its ListDelType."""

    query: str
    ret: str
    deleted: str
    stamp_fields: tuple[str, ...]
    record: Callable[[etree._Element], Record]
    stamp: Callable[[etree._Element], Stamp]


KINDS: Mapping[Kind, KindCodec] = {
    Kind.CUSTOMER: KindCodec(
        customer.QUERY, customer.RET, "Customer", customer.STAMP_FIELDS, customer.record, customer.stamp
    ),
}
_BY_RET = {codec.ret: codec for codec in KINDS.values()}
_BY_DELETED = {codec.deleted: kind for kind, codec in KINDS.items()}

_ABOUT: Mapping[str, Callable[[etree._Element], Item]] = {
    "HostRet": introduction.host,
    "CompanyRet": introduction.company,
    "PreferencesRet": introduction.preferences,
    "CompanyActivityRet": introduction.activity,
}
_ANSWERS = (
    *(f"{codec.query}Rs" for codec in KINDS.values()),
    "HostQueryRs", "CompanyQueryRs", "PreferencesQueryRs", "CompanyActivityQueryRs", "ListDeletedQueryRs",
)  # fmt: skip
_TAGS = ("QBXML", "QBXMLMsgsRs", *_ANSWERS, *_ABOUT, *_BY_RET, "ListDeletedRet")
_PROVING = (Verdict.DONE, Verdict.NOTHING, Verdict.MISSING)


class DesktopBooks:
    """Implements `fieldledger.session.ports.Books` for QuickBooks Desktop, qbXML 13.0. Keeps nothing."""

    def encode(self, asks: Sequence[Ask]) -> str:
        return requests.message_set([_request(ask) for ask in asks])

    def decode(self, text: str | bytes, asks: Sequence[Ask] = ()) -> Iterator[Item]:
        asked = {ask.id: ask for ask in asks}
        order = iter(asks)
        ask: Ask | None = None
        head: AnswerHead | None = None
        found: set[str] = set()
        framed = False
        for event, element in safexml.events(text, _TAGS):
            tag = str(element.tag)
            if event == "start":
                if tag == "QBXMLMsgsRs":
                    framed = True
                    yield from _set_status(element)
                elif tag in _ANSWERS:
                    head = _head(element)
                    ask = asked.get(head.id) if head.id else next(order, None)
                    found = set()
                    yield head
            elif tag in _BY_RET and head is not None:
                item = _one(_BY_RET[tag], element, ask)
                found.add(item.id)
                yield item
            elif tag in _ABOUT and head is not None:
                yield _ABOUT[tag](element)
            elif tag == "ListDeletedRet":
                kind = _BY_DELETED.get((element.findtext("ListDelType") or "").strip())
                if kind is not None:
                    yield _deletion(kind, element)
            elif tag in _ANSWERS and head is not None:
                yield from _proved_missing(ask, head, found)
                head = None
        if not framed:
            raise Garbled("it is XML, but not an answer of QuickBooks (there is no QBXMLMsgsRs in it)")

    def unfit(self, host: HostInfo, major: int, minor: int) -> str | None:
        return introduction.unfit(host, major, minor)

    def failure(self, hresult: str, message: str) -> Outcome:
        return outcomes.of_hresult(hresult, message)


def _request(ask: Ask) -> str:
    match ask:
        case ReadPage():
            codec = KINDS[ask.kind]
            body = requests.element("MaxReturned", str(ask.page)) + requests.element("ActiveStatus", "All")
            if ask.since:
                body += requests.element("FromModifiedDate", ask.since)
            if ask.light:
                body += "".join(requests.element("IncludeRetElement", field) for field in codec.stamp_fields)
            iterator = {"iterator": "Continue", "iteratorID": ask.iterator_id} if ask.iterator_id else {
                "iterator": "Start"
            }  # fmt: skip
            return requests.request(f"{codec.query}Rq", ask.id, body, **iterator)
        case ReadIds():
            body = "".join(requests.element("ListID", id) for id in ask.ids)
            return requests.request(f"{KINDS[ask.kind].query}Rq", ask.id, body)
        case ReadDeleted():
            body = requests.element("ListDelType", KINDS[ask.kind].deleted)
            if ask.since:
                since = requests.element("FromDeletedDate", ask.since)
                body += f"<DeletedDateRangeFilter>{since}</DeletedDateRangeFilter>"
            return requests.request("ListDeletedQueryRq", ask.id, body)
        case ReadActivity():
            return requests.request("CompanyActivityQueryRq", ask.id)
        case ReadHost():
            return requests.request("HostQueryRq", ask.id)
        case ReadCompany():
            return requests.request("CompanyQueryRq", ask.id, requests.element("OwnerID", ask.owner_id))
        case ReadPreferences():
            return requests.request("PreferencesQueryRq", ask.id)


def _set_status(element: Any) -> Iterator[SetStatus]:
    code = element.get("messageSetStatusCode")
    if code is not None:
        yield SetStatus(code=code, outcome=outcomes.of_message_set(code))


def _head(element: Any) -> AnswerHead:
    remaining = element.get("iteratorRemainingCount") or ""
    return AnswerHead(
        id=element.get("requestID") or "",
        outcome=outcomes.of_status(
            element.get("statusCode") or "",
            element.get("statusSeverity") or "",
            element.get("statusMessage") or "",
        ),
        iterator_id=element.get("iteratorID") or None,
        remaining=int(remaining) if remaining.strip().isdigit() else None,
    )


def _one(codec: KindCodec, element: etree._Element, ask: Ask | None) -> Record | Stamp:
    return codec.stamp(element) if isinstance(ask, ReadPage) and ask.light else codec.record(element)


def _deletion(kind: Kind, element: etree._Element) -> Gone:
    return Gone(
        kind=kind,
        id=(element.findtext("ListID") or "").strip(),
        when=(element.findtext("TimeDeleted") or "").strip(),
        full_name=(element.findtext("FullName") or "").strip(),
    )


def _proved_missing(ask: Ask | None, head: AnswerHead, found: set[str]) -> Iterator[Gone]:
    """Ids that were asked for and did not come back, when the answer says that it is complete (spec 10.7).

    500 names only one of the missing and returns the others all the same. 3120 and 3000 answer the whole request and
    prove something only when it asked for a single id.
    """
    if not isinstance(ask, ReadIds) or head.outcome.verdict not in _PROVING:
        return
    if head.outcome.code in ("3120", "3000") and len(ask.ids) > 1:
        return
    for id in ask.ids:
        if id not in found:
            yield Gone(kind=ask.kind, id=id)
