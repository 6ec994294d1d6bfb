"""Reads the text of a message set and judges its structure: the first of QuickBooks' two refusals.

What fails here refuses the whole set with an HRESULT and nothing is executed. Entities, DTDs and the network are
never used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from quickbooks_sim.companyfile import CompanyFile
from quickbooks_sim.errors import QuickBooksError
from quickbooks_sim.tables.grammar import structure_error
from quickbooks_sim.tables.messages import OTHER_REQUESTS
from quickbooks_sim.tables.requests import REQUESTS
from quickbooks_sim.tables.switches import QBXML_VERSIONS

PARSE_ERROR = "0x80040400"
VERSION_ERROR = "0x80040423"
ENCODINGS = ("utf-8", "us-ascii", "ascii", "iso-8859-1", "windows-1252")
ON_ERROR = ("stopOnError", "continueOnError")
NO_BLANKS = ("HostQueryRq", "ReceivePaymentToDepositQueryRq")

_DECLARATION = re.compile(
    r"""<\?xml\s+version\s*=\s*["'][^"']*["'](?:\s+encoding\s*=\s*["'](?P<encoding>[^"']*)["'])?"""
)
_VERSION = re.compile(r"""version\s*=\s*["'](?P<version>[^"']*)["']\s*""")


@dataclass(frozen=True)
class MessageSet:
    """A message set that may be executed: how to go on after an error, the recovery IDs, the requests.

    `text` is the document as it came.
    """

    stop_on_error: bool
    old_id: str | None
    new_id: str | None
    include_data: bool
    requests: tuple[etree._Element, ...]
    text: str


def read_set(company: CompanyFile, text: str) -> MessageSet:
    """The message set in `text`; QuickBooksError if QuickBooks would refuse it as a whole."""
    if company.switch("raw_characters") == "refuse" and not text.isascii():
        raise _refused("a character above 127 stands in the text: send numeric references such as &#233;")
    declaration = _DECLARATION.match(text)
    if declaration and declaration["encoding"] and declaration["encoding"].lower() not in ENCODINGS:
        raise _refused(f"encoding {declaration['encoding']} is claimed, but the text is not in it")
    root = _parse(text)
    _check_version(company, root)
    if root.tag != "QBXML" or root.attrib:
        raise _refused("the document element must be QBXML, without attributes")
    children = list(root)
    if len(children) != 1 or children[0].tag != "QBXMLMsgsRq":
        raise _refused("QBXML must hold one QBXMLMsgsRq")
    return _read_frame(children[0], text)


def _parse(text: str) -> etree._Element:
    # The claimed encoding was judged above; the text itself is in characters, so it is parsed as UTF-8.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
        remove_comments=True,
        encoding="utf-8",
    )
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _refused(str(error)) from error
    if root.getroottree().docinfo.doctype:
        raise _refused("a DOCTYPE is not allowed")
    # Only the instruction before the document element means something; others are no part of a request.
    etree.strip_tags(root, etree.ProcessingInstruction)
    return root


def _check_version(company: CompanyFile, root: etree._Element) -> None:
    instruction = root.getprevious()
    while instruction is not None and getattr(instruction, "target", None) != "qbxml":
        instruction = instruction.getprevious()
    found = _VERSION.fullmatch((instruction.text or "").strip()) if instruction is not None else None
    if found is None:
        raise _refused('the instruction <?qbxml version="13.0"?> is missing')
    version = found["version"]
    highest = company.switch("qbxml_version")
    if version not in QBXML_VERSIONS or QBXML_VERSIONS.index(version) > QBXML_VERSIONS.index(highest):
        raise QuickBooksError(
            VERSION_ERROR, detail=f"version {version!r} is asked, {highest} is the highest here"
        )


def _read_frame(frame: etree._Element, text: str) -> MessageSet:
    attributes = {str(name): str(value) for name, value in frame.attrib.items()}
    on_error = attributes.pop("onError", None)
    old_id, new_id = attributes.pop("oldMessageSetID", None), attributes.pop("newMessageSetID", None)
    data = attributes.pop("responseData", "includeAll")
    if attributes:
        raise _refused(f"QBXMLMsgsRq has no attribute {min(attributes)}")
    if on_error not in ON_ERROR:
        raise _refused(f"onError must be {' or '.join(ON_ERROR)}, not {on_error!r}")
    if data not in ("includeAll", "includeNone"):
        raise _refused(f"responseData must be includeAll or includeNone, not {data!r}")
    if (frame.text or "").strip() or any((child.tail or "").strip() for child in frame):
        raise _refused("QBXMLMsgsRq holds text between the requests")
    requests = tuple(child for child in frame if isinstance(child.tag, str))
    for request in requests:
        name = str(request.tag)
        if name in NO_BLANKS and len(request) == 0 and request.text:
            raise _refused(f"{name} must be empty: a blank between its tags is an error")
        is_other = name in OTHER_REQUESTS and name not in REQUESTS
        problem = "" if is_other else structure_error(request)
        if problem:
            raise _refused(problem)
    return MessageSet(on_error == "stopOnError", old_id, new_id, data == "includeAll", requests, text)


def _refused(detail: str) -> QuickBooksError:
    return QuickBooksError(PARSE_ERROR, detail=detail)
