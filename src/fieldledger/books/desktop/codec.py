"""The qbXML of QuickBooks Desktop behind the engine's `Books` port: asks into one message set, its answer into values.

Strict out, lenient in. Holds one record at a time, and nothing between two calls.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec
from lxml import etree

from fieldledger.books.desktop import asking, introduction, leaf, named, outcomes, requests, safexml
from fieldledger.books.desktop.answers import Expected, Gathered, proved_missing
from fieldledger.books.desktop.kinds import KINDS, Form, common
from fieldledger.books.desktop.limits import CannotSend
from fieldledger.model.kinds import Kind
from fieldledger.model.outcome import Outcome
from fieldledger.model.record import Gone, Record, Stamp
from fieldledger.session.ports import (
    AnswerHead,
    Ask,
    Garbled,
    HostInfo,
    Item,
    ReadHolders,
    ReadIds,
    ReadPage,
    SetStatus,
    Write,
)

_FRAME = "QBXMLMsgsRs"
_BY_DELETED = {form.deleted: kind for kind, codec in KINDS.items() for form in codec.forms}


class DesktopBooks:
    """Implements `fieldledger.session.ports.Books` for QuickBooks Desktop, qbXML 13.0."""

    def encode(self, asks: Sequence[Ask], *, set_id: str = "", old_id: str = "") -> str:
        _check_set(asks, set_id, old_id)
        sent = [request for ask in asks for request in asking.as_requests(ask)]
        return requests.message_set(sent, new_id=set_id, old_id=old_id)

    def unsendable(self, write: Write) -> str:
        try:
            asking.as_requests(write)
        except CannotSend as error:
            return str(error)
        return ""

    def decode(self, text: str | bytes, asks: Sequence[Ask] = ()) -> Iterator[Item]:
        expected, gathered = Expected(asks), Gathered()
        answer: _Answer | None = None
        framed = False
        for event, element in safexml.events(text, _TAGS):
            tag = str(element.tag)
            if tag == _FRAME:
                if event == "start":
                    framed = True
                    yield from _set_status(element)
            elif tag in _CONTENT:
                if event == "start":
                    framed = True
                    ask = expected.take(tag, element.get("requestID") or "")
                    answer = _Answer(tag=tag, ask=ask, head=_head(element, ask))
                    yield from gathered.head(ask, answer.head)
                elif answer is not None:
                    for id in proved_missing(answer.ask, answer.head, answer.found):
                        assert isinstance(answer.ask, ReadIds)
                        yield Gone(kind=answer.ask.kind, id=id)
                    yield from gathered.end(answer.ask)
                    answer = None
            elif event == "end" and answer is not None and tag in _CONTENT[answer.tag]:
                answer.found.add(leaf.text(element.findtext("ListID")) or "")
                for item in _CONTENT[answer.tag][tag](element, answer.ask):
                    yield from gathered.item(answer.ask, item)
        if not framed:
            raise Garbled(f"it is XML, but not an answer of QuickBooks (there is no {_FRAME} in it)")

    def unfit(self, host: HostInfo, major: int, minor: int) -> str | None:
        return introduction.unfit(host, major, minor)

    def failure(self, hresult: str, message: str) -> Outcome:
        return outcomes.of_failure(hresult, message)


class _Answer(msgspec.Struct):
    """The answer that is being read. found: the ids that it has shown so far, of whatever."""

    tag: str
    ask: Ask | None
    head: AnswerHead
    found: set[str] = msgspec.field(default_factory=set)


def _check_set(asks: Sequence[Ask], set_id: str, old_id: str) -> None:
    """What a set says depends on its ids and on what is in it; a set that says something else is not sent."""
    writes = sum(isinstance(ask, Write) for ask in asks)
    if set_id and set_id == old_id:
        if asks:
            raise CannotSend(
                "A question for a stored answer holds no requests: QuickBooks would not carry them out."
            )
    elif set_id and (not asks or writes != len(asks)):
        raise CannotSend(
            "A set with an id holds writes and nothing else: what it reads would be told again later."
        )
    elif writes and not set_id:
        raise CannotSend("Writes go out under the id of their set, so that none is done twice.")


def _set_status(frame: etree._Element) -> Iterator[SetStatus]:
    code = frame.get("messageSetStatusCode")
    if code is not None:
        yield SetStatus(code=code, outcome=outcomes.of_status(code, ""))


def _head(answer: etree._Element, ask: Ask | None) -> AnswerHead:
    code, told = answer.get("statusCode") or "", answer.get("statusMessage") or ""
    return AnswerHead(
        id=answer.get("requestID") or "",
        outcome=outcomes.of_write(code, told, ask.kind, ask.record)
        if isinstance(ask, Write)
        else outcomes.of_status(code, told),
        iterator_id=answer.get("iteratorID") or None,
        remaining=leaf.whole(answer.get("iteratorRemainingCount")),
    )


# ---- what an answer carries --------------------------------------------------------------------------------------

_Reader = Callable[[etree._Element, "Ask | None"], Iterator[Item]]


def _records(kind: Kind, form: Form) -> _Reader:
    """Without its id nobody can tell whose values these are."""

    def read(element: etree._Element, ask: Ask | None) -> Iterator[Record | Stamp]:
        light = isinstance(ask, ReadPage) and ask.light
        item = common.stamp(kind, element) if light else form.record(element)
        if not item.id:
            raise Garbled(f"it holds a {form.ret} without ListID")
        yield item

    return read


def _nothing(element: etree._Element, ask: Ask | None) -> Iterator[Item]:
    """An entry of another kind: that it is there is all that counts."""
    yield from ()


def _names(list: str, record: _Reader | None) -> _Reader:
    """An entry by its name, where holders of names were asked for, or where no record can be meant."""

    def read(element: etree._Element, ask: Ask | None) -> Iterator[Item]:
        if record is None or isinstance(ask, ReadHolders):
            yield named.entry(element, list)
        else:
            yield from record(element, ask)

    return read


def _told(of: Callable[[etree._Element], Item]) -> _Reader:
    def read(element: etree._Element, _: Ask | None) -> Iterator[Item]:
        yield of(element)

    return read


def _deletion(element: etree._Element, _: Ask | None) -> Iterator[Gone]:
    """Of a kind that is not synced, or of no id, it says nothing to us."""
    told = {str(child.tag): leaf.text(child.text) or "" for child in element}
    kind, id = _BY_DELETED.get(told.get("ListDelType", "")), told.get("ListID", "")
    if kind is not None and id:
        yield Gone(kind=kind, id=id, when=told.get("TimeDeleted", ""), full_name=told.get("FullName", ""))


_RECORDS: Mapping[Kind, Mapping[str, _Reader]] = {
    kind: {form.ret: _records(kind, form) for form in codec.forms} for kind, codec in KINDS.items()
}


def _holders(kind: Kind, message: str) -> Mapping[str, _Reader]:
    """A message that asks for nothing but names, or one that asks for records too, of which others are shown beside."""
    for_records = message == KINDS[kind].query
    return {
        ret: _names(list, _RECORDS[kind].get(ret, _nothing) if for_records else None)
        for ret, list in named.RETS[message].items()
    }


_CONTENT: Mapping[str, Mapping[str, _Reader]] = {
    "HostQueryRs": {"HostRet": _told(introduction.host)},
    "CompanyQueryRs": {"CompanyRet": _told(introduction.company)},
    "PreferencesQueryRs": {"PreferencesRet": _told(introduction.preferences)},
    "CompanyActivityQueryRs": {"CompanyActivityRet": _told(introduction.activity)},
    "ListDeletedQueryRs": {"ListDeletedRet": _deletion},
    **{
        f"{message}Rs": _RECORDS[kind]
        for kind, codec in KINDS.items()
        for message in (codec.query, *codec.lists, *codec.writes)
    },
    **{f"{message}Rs": _holders(kind, message) for kind, message in named.HOLDERS.items()},
}
"""The answers that are read, and what is read in each: the same element is a record in one and a name in another."""
_TAGS = frozenset((_FRAME, *_CONTENT, *(ret for content in _CONTENT.values() for ret in content)))
