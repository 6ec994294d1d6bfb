"""Writes message sets: pure ASCII, the order of the elements that QuickBooks insists on, nothing else.

The tables say which elements a request has, in which order; whoever fills them in cannot get the order wrong.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias
from xml.sax.saxutils import escape

from fieldledger.books.desktop import limits
from fieldledger.books.desktop.limits import CannotSend

Content: TypeAlias = "str | bool | Mapping[str, Content] | Sequence[Content]"

_ADDRESS: Mapping[str, object] = dict.fromkeys(
    ("Addr1", "Addr2", "Addr3", "Addr4", "Addr5", "City", "State", "PostalCode", "Country", "Note")
)
_REF: Mapping[str, object] = {"ListID": None, "FullName": None}
_SHIP_TO: Mapping[str, object] = {"Name": None, **_ADDRESS, "DefaultShipTo": None}

_CUSTOMER_BODY: Mapping[str, object] = {
    "CompanyName": None,
    "Salutation": None,
    "FirstName": None,
    "MiddleName": None,
    "LastName": None,
    "JobTitle": None,
    "BillAddress": _ADDRESS,
    "ShipAddress": _ADDRESS,
    "ShipToAddress": _SHIP_TO,
    "Phone": None,
    "AltPhone": None,
    "Fax": None,
    "Email": None,
    "Cc": None,
    "Contact": None,
    "AltContact": None,
    "CustomerTypeRef": _REF,
    "TermsRef": _REF,
    "SalesRepRef": _REF,
}
_CUSTOMER_TAX: Mapping[str, object] = {"SalesTaxCodeRef": _REF, "ItemSalesTaxRef": _REF}

ORDER: Mapping[str, Mapping[str, object]] = {
    "CustomerAdd": {
        "Name": None, "IsActive": None, "ParentRef": _REF, **_CUSTOMER_BODY, **_CUSTOMER_TAX, "AccountNumber": None,
        "Notes": None, "ExternalGUID": None,
    },
    "CustomerMod": {
        "ListID": None, "EditSequence": None, "Name": None, "IsActive": None, "ParentRef": _REF, **_CUSTOMER_BODY,
        **_CUSTOMER_TAX, "AccountNumber": None, "Notes": None,
    },
}  # fmt: skip

VERSION = "13.0"
_HIGH = re.compile(r"[^\x00-\x7f]")
_SET_ID = re.compile(rf"[\x21-\x7e]{{1,{limits.SET_ID_LONGEST}}}")


def message_set(requests: Sequence[str], *, new_id: str = "", old_id: str = "", stop: bool = False) -> str:
    """A whole document. new_id, old_id: message set recovery, at most 23 characters; stop: onError=stopOnError."""
    recovery = ""
    for attribute, value in (("newMessageSetID", new_id), ("oldMessageSetID", old_id)):
        if value:
            if not _SET_ID.fullmatch(value):
                raise CannotSend(
                    f"The message set ID {value!r} must have 1 to {limits.SET_ID_LONGEST} printable characters."
                )
            recovery += f' {attribute}="{_text(value)}"'
    on_error = "stopOnError" if stop else "continueOnError"
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<?qbxml version="{VERSION}"?>\n'
        f'<QBXML><QBXMLMsgsRq onError="{on_error}"{recovery}>{"".join(requests)}</QBXMLMsgsRq></QBXML>'
    )


def request(tag: str, request_id: str, body: str = "", **attributes: str) -> str:
    """One request. An empty one is self-closed: a blank between its tags would be an error."""
    if len(request_id) > 50:
        raise CannotSend(f"The request ID {request_id!r} is longer than 50 characters.")
    head = "".join(
        f' {name}="{_text(value)}"'
        for name, value in (("requestID", request_id), *attributes.items())
        if value
    )
    return f"<{tag}{head}>{body}</{tag}>" if body else f"<{tag}{head} />"


def element(tag: str, value: str) -> str:
    """An element with text; an empty one clears the field in a Mod."""
    return f"<{tag}>{_text(value)}</{tag}>" if value else f"<{tag}></{tag}>"


def aggregate(tag: str, content: Mapping[str, Content]) -> str:
    """``CustomerAdd`` and the like from field names to contents, put in order and checked.

    Text "" clears. Raises `CannotSend` on a field that the request does not have or a value that cannot be sent.
    """
    return f"<{tag}>{_body(ORDER[tag], content, '')}</{tag}>"


def _body(order: Mapping[str, object], content: Mapping[str, Content], path: str) -> str:
    unknown = set(content) - set(order)
    if unknown:
        raise CannotSend(f"There is no field {path}{min(unknown)} in this request.")
    parts = []
    for tag, below in order.items():
        if tag in content:
            value = content[tag]
            several = value if isinstance(value, Sequence) and not isinstance(value, str) else (value,)
            parts += [_one(tag, each, below, path + tag) for each in several]
    return "".join(parts)


def _one(tag: str, value: Content, below: object, path: str) -> str:
    if isinstance(below, Mapping):
        if not isinstance(value, Mapping):
            raise CannotSend(f"{limits.words(path)} is a group of fields, not a text.")
        return f"<{tag}>{_body(below, value, path + '/')}</{tag}>"
    if isinstance(value, bool):
        return f"<{tag}>{'true' if value else 'false'}</{tag}>"
    if not isinstance(value, str):
        raise CannotSend(f"{limits.words(path)} is a text, not {type(value).__name__}.")
    checked = limits.name(path, value) if path in ("Name", "ShipToAddress/Name") else limits.text(path, value)
    return element(tag, checked)


def _text(value: str) -> str:
    escaped = escape(value, {'"': "&quot;"})
    return escaped if escaped.isascii() else _HIGH.sub(lambda match: f"&#{ord(match[0])};", escaped)
