"""What QuickBooks says, made up for tests, and a reader of it that keeps what came whole and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import quoteattr

from fieldledger.books.desktop.codec import DesktopBooks
from fieldledger.model.kinds import Kind
from fieldledger.model.record import Values
from fieldledger.session.ports import AnswerHead, Ask, Garbled, Item, ReadIds, ReadPage, Write


def message_set(*answers: str, attributes: str = "") -> str:
    """A whole document, laid out as QuickBooks does."""
    inside = "".join(f"{answer}\n" for answer in answers)
    return f'<?xml version="1.0" ?>\n<QBXML>\n<QBXMLMsgsRs{attributes}>\n{inside}</QBXMLMsgsRs>\n</QBXML>\n'


def answer(
    message: str,
    content: str = "",
    *,
    id: str | None = "1",
    code: str = "0",
    told: str = "Status OK",
    **more: str,
) -> str:
    """One answer; id None = without requestID."""
    severity = "Info" if int(code) < 500 else "Warn" if int(code) < 1000 else "Error"
    attributes = {
        "requestID": id,
        "statusCode": code,
        "statusSeverity": severity,
        "statusMessage": told,
        **more,
    }
    head = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items() if value is not None)
    return f"<{message}Rs{head}>\n{content}</{message}Rs>" if content else f"<{message}Rs{head} />"


def customer(id: str, name: str = "Baker", more: str = "") -> str:
    """A CustomerRet with little in it."""
    return (
        f"<CustomerRet>\n<ListID>{id}</ListID>\n<TimeModified>2023-12-16T00:06:42-05:00</TimeModified>\n"
        f"<EditSequence>1702703202</EditSequence>\n<Name>{name}</Name>\n<FullName>{name}</FullName>\n"
        f"<IsActive>true</IsActive>\n{more}</CustomerRet>\n"
    )


def page(id: str = "1", *, light: bool = False, iterator_id: str | None = None) -> ReadPage:
    return ReadPage(id=id, kind=Kind.CUSTOMER, since=None, light=light, page=100, iterator_id=iterator_id)


GUID = "{12345678-90AB-CDEF-1234-567890ABCDEF}"


def create(
    some: Values,
    *fields: str,
    id: str = "1",
    guid: str = GUID,
    parent: str | None = None,
    kind: Kind = Kind.CUSTOMER,
) -> Write:
    return Write(
        id=id, kind=kind, guid=guid, record=None, version="", values=some, fields=fields, parent=parent
    )  # fmt: skip


def change(
    some: Values,
    *fields: str,
    id: str = "1",
    record: str = "80000001-1405768916",
    version: str = "1405768916",
    kind: Kind = Kind.CUSTOMER,
) -> Write:
    return Write(id=id, kind=kind, guid=GUID, record=record, version=version, values=some, fields=fields)


def by_ids(*ids: str, id: str = "1", kind: Kind = Kind.CUSTOMER) -> ReadIds:
    return ReadIds(id=id, kind=kind, ids=ids)


def read(text: str | bytes, *asks: Ask) -> tuple[list[Item], str]:
    """The items that came whole, and why it ended there: "" = the text was whole, else what `Garbled` says."""
    items: list[Item] = []
    try:
        for item in DesktopBooks().decode(text, asks):
            items.append(item)  # noqa: PERF402 - what came before the exception is wanted
    except Garbled as error:
        return items, str(error)
    return items, ""


def whole(text: str | bytes, *asks: Ask) -> list[Item]:
    """The items of a text that must be whole."""
    items, why = read(text, *asks)
    assert why == ""
    return items


def without_heads(items: Sequence[Item]) -> list[Item]:
    return [item for item in items if not isinstance(item, AnswerHead)]
