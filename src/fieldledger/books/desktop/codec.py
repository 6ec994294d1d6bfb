"""The qbXML of QuickBooks Desktop behind the engine's `Books` port: asks into one message set, its answer into values.

Strict out, lenient in. Holds one record at a time, and nothing between two calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from lxml import etree

from fieldledger.books.desktop import asking, introduction, leaf, outcomes, requests, safexml
from fieldledger.books.desktop.answers import Expected, proved_missing
from fieldledger.books.desktop.kinds import KINDS
from fieldledger.model.outcome import Outcome
from fieldledger.model.record import Gone, Record, Stamp
from fieldledger.session.ports import AnswerHead, Ask, Garbled, HostInfo, Item, ReadIds, ReadPage, SetStatus

_FRAME = "QBXMLMsgsRs"
_DELETED = "ListDeletedRet"
_BY_RET = {codec.ret: codec for codec in KINDS.values()}
_BY_DELETED = {codec.deleted: kind for kind, codec in KINDS.items()}

_ABOUT: Mapping[str, Callable[[etree._Element], Item]] = {
    "HostRet": introduction.host,
    "CompanyRet": introduction.company,
    "PreferencesRet": introduction.preferences,
    "CompanyActivityRet": introduction.activity,
}
_ANSWERS = frozenset(
    f"{message}Rs"
    for message in (
        *asking.ABOUT.values(),
        *(message for codec in KINDS.values() for message in (codec.query, *codec.writes)),
    )
)
_TAGS = (_FRAME, _DELETED, *_ANSWERS, *_ABOUT, *_BY_RET)


class DesktopBooks:
    """Implements `fieldledger.session.ports.Books` for QuickBooks Desktop, qbXML 13.0."""

    def encode(self, asks: Sequence[Ask]) -> str:
        return requests.message_set([asking.as_request(ask) for ask in asks])

    def decode(self, text: str | bytes, asks: Sequence[Ask] = ()) -> Iterator[Item]:
        expected = Expected(asks)
        ask: Ask | None = None
        head: AnswerHead | None = None
        found: set[str] = set()
        framed = False
        for event, element in safexml.events(text, _TAGS):
            tag = str(element.tag)
            if tag == _FRAME:
                if event == "start":
                    framed = True
                    yield from _set_status(element)
            elif tag in _ANSWERS:
                if event == "start":
                    framed = True
                    head = _head(element)
                    ask = expected.take(tag, head.id)
                    found = set()
                    yield head
                elif head is not None:
                    for id in proved_missing(ask, head, found):
                        assert isinstance(ask, ReadIds)
                        yield Gone(kind=ask.kind, id=id)
                    head = None
            elif event == "start" or head is None:
                continue  # not whole yet, or no part of an answer
            elif tag in _BY_RET:
                item = _record(tag, element, ask)
                found.add(item.id)
                yield item
            elif tag == _DELETED:
                yield from _deletion(element)
            else:
                yield _ABOUT[tag](element)
        if not framed:
            raise Garbled(f"it is XML, but not an answer of QuickBooks (there is no {_FRAME} in it)")

    def unfit(self, host: HostInfo, major: int, minor: int) -> str | None:
        return introduction.unfit(host, major, minor)

    def failure(self, hresult: str, message: str) -> Outcome:
        return outcomes.of_failure(hresult, message)


def _set_status(frame: etree._Element) -> Iterator[SetStatus]:
    code = frame.get("messageSetStatusCode")
    if code is not None:
        yield SetStatus(code=code, outcome=outcomes.of_status(code, ""))


def _head(answer: etree._Element) -> AnswerHead:
    return AnswerHead(
        id=answer.get("requestID") or "",
        outcome=outcomes.of_status(answer.get("statusCode") or "", answer.get("statusMessage") or ""),
        iterator_id=answer.get("iteratorID") or None,
        remaining=leaf.whole(answer.get("iteratorRemainingCount")),
    )


def _record(tag: str, element: etree._Element, ask: Ask | None) -> Record | Stamp:
    """Without its id nobody can tell whose values these are."""
    codec = _BY_RET[tag]
    light = isinstance(ask, ReadPage) and ask.light
    item = codec.stamp(element) if light else codec.record(element)
    if not item.id:
        raise Garbled(f"it holds a {tag} without ListID")
    return item


def _deletion(element: etree._Element) -> Iterator[Gone]:
    """Of a kind that is not synced, or of no id, it says nothing to us."""
    told = {str(child.tag): leaf.text(child.text) or "" for child in element}
    kind, id = _BY_DELETED.get(told.get("ListDelType", "")), told.get("ListID", "")
    if kind is not None and id:
        yield Gone(kind=kind, id=id, when=told.get("TimeDeleted", ""), full_name=told.get("FullName", ""))
