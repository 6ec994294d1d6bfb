"""The SOAP half of the .NET client: writes calls byte for byte as it does, reads answers with its tolerances."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

from lxml import etree

NAMESPACE = "http://developer.intuit.com/"
_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class SoapError(Exception):
    """An answer on which the .NET client would throw an exception."""


def call(operation: str, parameters: dict[str, str | None]) -> bytes:
    """A request body. "" becomes an empty element, None leaves the element out. Control characters are written as
    references, as .NET does, although that makes the envelope unreadable for strict parsers."""
    inner = "".join(_element(name, value) for name, value in parameters.items() if value is not None)
    content = (
        f'<{operation} xmlns="{NAMESPACE}">{inner}</{operation}>'
        if inner
        else f'<{operation} xmlns="{NAMESPACE}" />'
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">'
        f"<soap:Body>{content}</soap:Body></soap:Envelope>"
    ).encode()


def _element(name: str, value: str) -> str:
    if value == "":
        return f"<{name} />"
    text = _CONTROL.sub(lambda match: f"&#x{ord(match[0]):X};", escape(value))
    return f"<{name}>{text}</{name}>"


def result(operation: str, content_type: str, body: bytes) -> etree._Element | None:
    """The result element of an answer; None where the client silently sees nothing. Raises `SoapError`."""
    media, _, rest = content_type.partition(";")
    if media.strip().lower() != "text/xml":
        raise SoapError(f"Client found response content type of {content_type!r}, but expected 'text/xml'.")
    charset = re.search(r"charset\s*=\s*\"?([\w-]+)", rest)
    try:
        text = body.decode(charset[1] if charset else "ascii", "replace").removeprefix("\ufeff")
    except LookupError:
        raise SoapError(f"The charset of {content_type!r} is not known.") from None
    if not text.strip():
        raise SoapError("The request failed with an empty response.")
    if text[:1] in "\r\n\t " and text.lstrip().startswith("<?xml"):
        raise SoapError("There is an error in XML document: something stands before the declaration.")
    if "<!DOCTYPE" in text:
        raise SoapError("DTD is prohibited in this XML document.")
    root = _parse(re.sub(r"\A<\?xml[^>]*\?>", "", text))
    if root.tag != f"{{{_SOAP}}}Envelope":
        raise SoapError("The response is not a valid SOAP envelope.")
    fault = root.find(f"{{{_SOAP}}}Body/{{{_SOAP}}}Fault")
    if fault is not None:
        raise SoapError(fault.findtext("faultstring") or "SOAP fault")
    return root.find(f"{{{_SOAP}}}Body/{{{NAMESPACE}}}{operation}Response/{{{NAMESPACE}}}{operation}Result")


def _parse(text: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=True)
    try:
        return etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise SoapError(f"There is an error in XML document: {error.msg}") from None


def as_text(element: etree._Element | None) -> str | None:
    """A text result: None when it is missing, "" when it is empty or nil. White space is kept."""
    if element is None:
        return None
    _no_children(element)
    return "" if element.get(_NIL) == "true" else element.text or ""


def as_array(element: etree._Element | None) -> list[str | None] | None:
    """authenticate's result: members in another namespace or with another name do not count."""
    if element is None:
        return None
    members: list[str | None] = []
    for child in element:
        if child.tag == f"{{{NAMESPACE}}}string":
            _no_children(child)
            members.append(None if child.get(_NIL) == "true" else child.text or "")
    return members


def as_int(element: etree._Element | None) -> int:
    """An int result: 0 when it is missing; blanks and a plus sign are fine, anything else is not."""
    if element is None:
        return 0
    text = (element.text or "").strip()
    if not re.fullmatch(r"[+-]?\d+", text) or not -(2**31) <= int(text) < 2**31:
        raise SoapError(f"There is an error in XML document: {text!r} is not an int.")
    return int(text)


def _no_children(element: etree._Element) -> None:
    if len(element):
        raise SoapError(f"There is an error in XML document: {element.tag!s} contains elements, not text.")
