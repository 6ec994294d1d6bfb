"""SOAP 1.1, document/literal, as the Web Connector's .NET client writes and reads it. Bytes in, bytes out.

What it reads: any prefix, empty elements as ``<x />``, missing elements, text of any size. What it writes: the
declaration as the very first byte, the answer's elements in Intuit's namespace, nothing that the client would drop.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias
from xml.sax.saxutils import escape

import msgspec
from lxml import etree

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
INTUIT = "http://developer.intuit.com/"

PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "serverVersion": (),
    "clientVersion": ("strVersion",),
    "authenticate": ("strUserName", "strPassword"),
    "sendRequestXML": (
        "ticket", "strHCPResponse", "strCompanyFileName", "qbXMLCountry", "qbXMLMajorVers", "qbXMLMinorVers",
    ),
    "receiveResponseXML": ("ticket", "response", "hresult", "message"),
    "connectionError": ("ticket", "hresult", "message"),
    "getLastError": ("ticket",),
    "closeConnection": ("ticket",),
    "getInteractiveURL": ("wcTicket", "sessionID"),
    "interactiveRejected": ("wcTicket", "reason"),
    "interactiveDone": ("wcTicket",),
}  # fmt: skip
"""Every operation with its parameters, in order."""

Answer: TypeAlias = str | int | Sequence[str]

_ILLEGAL = re.compile(
    rb"&#(?:[xX]0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F])|0*(?:[0-8]|1[1245-9]|2[0-9]|3[01]));"
    rb"|[\x00-\x08\x0b\x0c\x0e-\x1f]"
)


class Call(msgspec.Struct, frozen=True):
    """One call. Parameters that were missing are ""; ``mended`` says that characters which XML forbids were dropped."""

    operation: str
    parameters: dict[str, str]
    mended: bool = False


class Unreadable(Exception):
    """Not a call that can be answered. str(error) says why, in one line."""


def read(body: bytes) -> Call:
    """The call in a request body. Raises `Unreadable`.

    .NET writes control characters as references that XML 1.0 forbids, so one such character in a customer's note
    would make the whole message unreadable: they are dropped, and the rest is read.
    """
    try:
        root, mended = _parse(body), False
    except etree.XMLSyntaxError as first:
        cleaned = _ILLEGAL.sub(b"", body)
        if cleaned == body:
            raise Unreadable(f"not well-formed XML: {first.msg}") from first
        try:
            root, mended = _parse(cleaned), True
        except etree.XMLSyntaxError as second:
            raise Unreadable(f"not well-formed XML: {second.msg}") from second
    if root.getroottree().docinfo.doctype:
        raise Unreadable("a DOCTYPE is not accepted")
    if root.tag != f"{{{SOAP}}}Envelope":
        raise Unreadable(f"not a SOAP 1.1 envelope but {str(root.tag)[:80]!r}")
    part = root.find(f"{{{SOAP}}}Body")
    inner = next((child for child in part if isinstance(child.tag, str)), None) if part is not None else None
    if inner is None:
        raise Unreadable("the SOAP body is empty")
    name = etree.QName(inner)
    if name.namespace != INTUIT or name.localname not in PARAMETERS:
        raise Unreadable(f"there is no operation {name.localname!r} in namespace {name.namespace!r}")
    known = PARAMETERS[name.localname]
    parameters = dict.fromkeys(known, "")
    for child in inner:
        tag = etree.QName(child).localname
        if tag in parameters:
            parameters[tag] = child.text or ""
    return Call(name.localname, parameters, mended)


def _parse(body: bytes) -> etree._Element:
    parser: etree.XMLParser[etree._Element] = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
    )
    return etree.fromstring(body, parser)


def write(operation: str, answer: Answer) -> bytes:
    """The answer to a call: text, a number, or the array of authenticate (every member is present, empty ones too)."""
    if isinstance(answer, str):
        content = _text(answer)
    elif isinstance(answer, int):
        content = str(answer)
    else:
        content = "".join(f"<string>{_text(member)}</string>" for member in answer)
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<soap:Envelope xmlns:soap="{SOAP}"><soap:Body><{operation}Response xmlns="{INTUIT}">'
        f"<{operation}Result>{content}</{operation}Result></{operation}Response></soap:Body></soap:Envelope>"
    ).encode()


_TICKET = re.compile(rb"<(?:\w+:)?ticket>([\x21-\x3b\x3d-\x7e]{1,200})</")


def ticket_in(body: bytes) -> str:
    """The ticket in a body that cannot be read, "" when there is none: enough to tell its session what went wrong."""
    found = _TICKET.search(body[:65536])
    return found[1].decode("ascii") if found else ""


def fault(reason: str) -> bytes:
    """A SOAP fault: for bodies that are no call at all, where there is no operation to answer."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<soap:Envelope xmlns:soap="{SOAP}"><soap:Body><soap:Fault><faultcode>soap:Client</faultcode>'
        f"<faultstring>{_text(reason)}</faultstring></soap:Fault></soap:Body></soap:Envelope>"
    ).encode()


def _text(value: str) -> str:
    """Escaped; a carriage return as a reference, or a parser would make a line feed of it."""
    return escape(value, {"\r": "&#13;"})
