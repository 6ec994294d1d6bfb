"""The SOAP half of the .NET client: writes calls byte for byte as it does, reads answers with its tolerances.

It must never be more forgiving than that client: what breaks there has to break here. Where the client silently
sees nothing (a wrong namespace, say), this returns None instead of an error.
"""

from __future__ import annotations

import re

from lxml import etree

from quickbooks_sim.webconnector.wire import Reply

NAMESPACE = "http://developer.intuit.com/"
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_BAD_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DECLARATION = re.compile(
    r"""\A<\?xml\s+version\s*=\s*(["'])1\.0\1(\s+encoding\s*=\s*(["'])[A-Za-z][\w.-]*\3)?"""
    r"""(\s+standalone\s*=\s*(["'])(yes|no)\5)?\s*\?>"""
)
_PROLOG = re.compile(r"(?:\s+|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([^\s\"';]+)", re.IGNORECASE)
_BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


class SoapError(Exception):
    """An answer on which the .NET client would throw an exception."""


# ---- writing ------------------------------------------------------------------------------------------------------


def call(operation: str, parameters: dict[str, str | None]) -> bytes:
    """A request body. "" becomes an empty element, None leaves the element out.

    Control characters are written as references, as .NET does, although the envelope is then not well-formed.
    """
    inner = "".join(_element(name, value) for name, value in parameters.items() if value is not None)
    content = f">{inner}</{operation}>" if inner else " />"
    return (
        '<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">'
        f'<soap:Body><{operation} xmlns="{NAMESPACE}"{content}</soap:Body></soap:Envelope>'
    ).encode()


def _element(name: str, value: str) -> str:
    if value == "":
        return f"<{name} />"
    text = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<{name}>{_BAD_CHARACTER.sub(lambda match: f'&#x{ord(match[0]):X};', text)}</{name}>"


# ---- reading ------------------------------------------------------------------------------------------------------


def result(operation: str, reply: Reply) -> etree._Element | None:
    """The result element of an answer; None where the client silently sees nothing. Raises `SoapError`."""
    if reply.status >= 300:
        raise SoapError(
            f"The request failed with HTTP status {reply.status}: {reply.reason}.{_fault_in(reply)}"
        )
    if reply.encoding != "identity":
        raise SoapError(f"The answer is compressed ({reply.encoding}), which was not asked for.")
    root = _envelope(reply)
    fault = root.find(f"{{{_SOAP}}}Body/{{{_SOAP}}}Fault")
    if fault is not None:
        raise SoapError(f"SOAP fault: {fault.findtext('faultstring') or 'without a text'}")
    return root.find(f"{{{_SOAP}}}Body/{{{NAMESPACE}}}{operation}Response/{{{NAMESPACE}}}{operation}Result")


def _fault_in(reply: Reply) -> str:
    """What a refusal says, if it says it in SOAP."""
    try:
        text = _envelope(reply).findtext(f"{{{_SOAP}}}Body/{{{_SOAP}}}Fault/faultstring")
    except SoapError:
        return ""
    return f" {text}" if text else ""


def _envelope(reply: Reply) -> etree._Element:
    media, _, rest = reply.content_type.partition(";")
    if media.strip().lower() != "text/xml":
        raise SoapError(
            f"Client found response content type of {reply.content_type!r}, but expected 'text/xml'."
        )
    text = _decoded(reply.body, rest)
    if not text.strip():
        raise SoapError("The request failed with an empty response.")
    if not text.startswith("<") and text.lstrip().startswith("<?xml"):
        raise _broken("something stands before the declaration")
    if text.startswith("<?xml") and not _DECLARATION.match(text):
        raise _broken("the declaration is not one of XML 1.0")
    prolog = _PROLOG.match(text)
    if text.startswith("<!", prolog.end() if prolog else 0):
        raise _broken("a document type is prohibited")
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=True,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(_DECLARATION.sub("", text).encode(), parser)
    except etree.XMLSyntaxError as error:
        raise _broken(error.msg) from error
    if root.tag != f"{{{_SOAP}}}Envelope":
        raise SoapError("Possible SOAP version mismatch: the answer is not a SOAP 1.1 envelope.")
    return root


def _decoded(body: bytes, parameters: str) -> str:
    """By the byte order mark, else by the charset of the header, else as US-ASCII. The declaration never counts."""
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    charset = _CHARSET.search(parameters)
    if charset is None:
        return body.decode("ascii", "replace").replace("\ufffd", "?")
    try:
        return body.decode(charset[1], "replace")
    except LookupError:
        raise SoapError(f"{charset[1]!r} is not a supported encoding name.") from None


def as_text(element: etree._Element | None) -> str | None:
    """A text result: None when it is missing, "" when it is empty or nil. White space is kept."""
    if element is None:
        return None
    return "" if _is_nil(element) else _text(element)


def as_array(element: etree._Element | None) -> list[str | None] | None:
    """authenticate's result: members in another namespace or with another name do not count, nil is None."""
    if element is None:
        return None
    return [
        None if _is_nil(child) else _text(child) for child in element.iterchildren(f"{{{NAMESPACE}}}string")
    ]


def as_int(element: etree._Element | None) -> int:
    """An int result: 0 when it is missing; blanks and a plus sign are fine, anything else is not."""
    if element is None:
        return 0
    text = _text(element).strip(" \t\r\n")
    if not re.fullmatch(r"[+-]?[0-9]{1,40}", text):
        raise _broken(f"{text[:60]!r} is not an int")
    if not -(2**31) <= int(text) < 2**31:
        raise _broken(f"{text} is too large for an int")
    return int(text)


def _is_nil(element: etree._Element) -> bool:
    return element.get(_NIL) in ("true", "1")


def _text(element: etree._Element) -> str:
    if len(element):
        raise _broken(f"<{etree.QName(element).localname}> contains elements where text was expected")
    return element.text or ""


def _broken(why: str) -> SoapError:
    return SoapError(f"There is an error in the XML document: {why}.")
