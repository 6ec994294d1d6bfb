"""SOAP 1.1, document/literal, as the Web Connector's .NET client writes and reads it. Bytes in, bytes out.

What it reads: any prefix, empty elements as ``<x />``, missing elements, text of any size, characters that XML forbids.
What it writes: the declaration as the very first byte, the answer's elements in Intuit's namespace, nothing that the
client would drop or stumble over. It must never resolve an entity or fetch anything: whatever declares a document type
is refused before it is parsed.
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

Body: TypeAlias = bytes | bytearray
Answer: TypeAlias = str | int | Sequence[str]

HEAD = 64 * 1024
"""Bytes in which the envelope must begin, and in which an unreadable call's operation and ticket are looked for."""


class Call(msgspec.Struct, frozen=True):
    """One call. Parameters that were missing are ""; ``mended`` says that characters which XML forbids were dropped."""

    operation: str
    parameters: dict[str, str]
    mended: bool = False


class Unreadable(Exception):
    """Not a call that can be answered. str(error) says why, in one line, and repeats nothing of the body's values."""


# ---- reading ------------------------------------------------------------------------------------------------------


def read(body: Body) -> Call:
    """The call in a request body. Raises `Unreadable`.

    .NET writes control characters as references that XML 1.0 forbids, so one such character in a customer's note
    would make the whole message unreadable: they are dropped, and the rest is read.
    """
    _refuse_what_never_comes(body)
    try:
        root, mended = _parse(body), False
    except etree.XMLSyntaxError as first:
        cleaned = _legal(body)
        if len(cleaned) == len(body):
            raise Unreadable(f"not well-formed XML: {_said(first)}") from None
        try:
            root, mended = _parse(cleaned), True
        except etree.XMLSyntaxError as second:
            raise Unreadable(f"not well-formed XML: {_said(second)}") from None
    if root.tag != f"{{{SOAP}}}Envelope":
        raise Unreadable("not a SOAP 1.1 envelope")
    part = root.find(f"{{{SOAP}}}Body")
    if part is None or len(part) == 0:
        raise Unreadable("the SOAP body is empty")
    name = etree.QName(part[0])
    if name.namespace != INTUIT or name.localname not in PARAMETERS:
        raise Unreadable("there is no such operation, or it is not in the namespace " + INTUIT)
    parameters = dict.fromkeys(PARAMETERS[name.localname], "")
    for child in part[0]:
        tag = etree.QName(child).localname
        if tag in parameters:
            if len(child):
                raise Unreadable(f"{tag} holds elements where text was expected")
            parameters[tag] = child.text or ""
    return Call(name.localname, parameters, mended)


_PROLOG = re.compile(rb"(?:\s+|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
_UTF8_MARK = b"\xef\xbb\xbf"
_NEVER = (
    (b"\x1f\x8b", "it is compressed, which the Web Connector never does"),
    (b"\xff\xfe", "it is UTF-16; the Web Connector writes UTF-8"),
    (b"\xfe\xff", "it is UTF-16; the Web Connector writes UTF-8"),
    (b"<\0", "it is UTF-16; the Web Connector writes UTF-8"),
    (b"\0<", "it is UTF-16; the Web Connector writes UTF-8"),
)


def _refuse_what_never_comes(body: Body) -> None:
    """Where no document type is declared there are no entities, so nothing can be fetched or blown up. This is looked
    at before parsing, since entities in attributes are expanded however the parser is told not to."""
    if not body:
        raise Unreadable("it is empty")
    for beginning, why in _NEVER:
        if body.startswith(beginning):
            raise Unreadable(why)
    prolog = _PROLOG.match(body, len(_UTF8_MARK) if body.startswith(_UTF8_MARK) else 0, HEAD)
    rest = body[prolog.end() if prolog else 0 :][:4]
    if rest.startswith((b"<!--", b"<?")) or not rest.startswith(b"<"):
        raise Unreadable("there is no XML element at its beginning")
    if rest.startswith(b"<!"):
        raise Unreadable("it declares a document type, which the Web Connector never does")


def _parse(body: Body) -> etree._Element:
    """``encoding``: HTTP says UTF-8, whatever the declaration says. ``huge_tree``: text of any size; depth stays
    limited to 2,048 by the library."""
    parser: etree.XMLParser[etree._Element] = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, load_dtd=False, no_network=True, huge_tree=True,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    return etree.fromstring(body, parser)


def _said(error: etree.XMLSyntaxError) -> str:
    """What is wrong and where: the kind of error only, since the library's words quote names and values."""
    line, column = error.position
    last = error.error_log.last_error
    kind = last.type_name.removeprefix("ERR_").replace("_", " ").lower() if last is not None else "unknown"
    return f"{kind}, line {line}, column {column}"


_RAW = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_REFERENCE = re.compile(rb"&#(?:x([0-9a-fA-F]{1,8})|([0-9]{1,10}));")


def _legal(body: Body) -> bytes:
    """Without the characters that XML 1.0 forbids, raw or as references."""
    return _REFERENCE.sub(_kept, _RAW.sub(b"", body))


def _kept(reference: re.Match[bytes]) -> bytes:
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    legal = (
        code in (9, 10, 13)
        or 0x20 <= code <= 0xD7FF
        or 0xE000 <= code <= 0xFFFD
        or 0x10000 <= code <= 0x10FFFF
    )
    return reference[0] if legal else b""


_OPERATION = re.compile(rb"<(?:[\w.-]+:)?(" + "|".join(PARAMETERS).encode() + rb")[\s/>]")
_TICKET = re.compile(
    rb"<(?:[\w.-]+:)?(?:ticket|wcTicket)(?:\s[^<>]*)?>([\x21-\x25\x27-\x3b\x3d-\x7e]{1,200})</"
)


def operation_in(action: str, body: Body) -> str:
    """Which operation an unreadable call was, by its SOAPAction header (quoted or not) or by its body's beginning;
    "" when neither tells."""
    named = action.strip().strip("\"'").rsplit("/", 1)[-1]
    if named in PARAMETERS:
        return named
    found = _OPERATION.search(body, 0, HEAD)
    return found[1].decode("ascii") if found else ""


def ticket_in(body: Body) -> str:
    """The ticket in a body that cannot be read, "" when there is none: enough to tell its session what went wrong."""
    found = _TICKET.search(body, 0, HEAD)
    return found[1].decode("ascii") if found else ""


# ---- writing ------------------------------------------------------------------------------------------------------


def write(operation: str, answer: Answer) -> bytes:
    """The answer to a call: text, a number, or the array of authenticate (every member is present, empty ones too)."""
    if isinstance(answer, str):
        content = _text(answer)
    elif isinstance(answer, int):
        content = str(answer)
    else:
        content = "".join(f"<string>{_text(member)}</string>" for member in answer)
    return _enveloped(
        f'<{operation}Response xmlns="{INTUIT}"><{operation}Result>{content}</{operation}Result></{operation}Response>'
    )


def fault(reason: str) -> bytes:
    """A SOAP fault: for bodies that are no call at all, where there is no operation to answer."""
    return _enveloped(
        f"<soap:Fault><faultcode>soap:Client</faultcode><faultstring>{_text(reason)}</faultstring></soap:Fault>"
    )


def _enveloped(content: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="{SOAP}"><soap:Body>{content}'
        "</soap:Body></soap:Envelope>"
    ).encode()


_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def _text(value: str) -> str:
    """Escaped; without what XML forbids, on which the client would throw; a carriage return as a reference, or a
    parser would make a line feed of it."""
    return escape(_UNWRITABLE.sub("", value), {"\r": "&#13;"})
