"""Reading QuickBooks' XML safely and as a stream: no entities, no DTD, no network, one record held at a time."""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterator

from lxml import etree

from fieldledger.session.ports import Garbled

_DECLARATION = re.compile(r"\A[\s\ufeff]*<\?xml[^>]*\?>")
_ILLEGAL = re.compile(
    rb"&#(?:[xX]0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F])|0*(?:[0-8]|1[1245-9]|2[0-9]|3[01]));"
    rb"|[\x00-\x08\x0b\x0c\x0e-\x1f]"
)
"""What XML 1.0 does not allow and QuickBooks' users do type into notes: it is dropped, the record is kept."""


def as_bytes(text: str | bytes) -> bytes:
    """Text as a parser wants it: a declared encoding counts for bytes only, and nothing stands before the start."""
    if isinstance(text, str):
        text = _DECLARATION.sub("", text, count=1).lstrip("\ufeff \t\r\n").encode("utf-8", "replace")
    else:
        text = text.lstrip(b"\xef\xbb\xbf \t\r\n")
    return _ILLEGAL.sub(b"", text) if _ILLEGAL.search(text) else text


def events(text: str | bytes, tags: Collection[str]) -> Iterator[tuple[str, etree._Element]]:
    """("start" | "end", element) for elements with one of ``tags``. What lies behind the current element is freed.

    Raises `Garbled` with line and column where the text stops being XML, and on any DOCTYPE.
    """
    source = io.BytesIO(as_bytes(text))
    try:
        parser = etree.iterparse(
            source, events=("start", "end"), tag=list(tags), resolve_entities=False, load_dtd=False,
            no_network=True, huge_tree=True, remove_comments=True, remove_pis=True,
        )  # fmt: skip
        first = True
        for event, element in parser:
            if first:
                first = False
                if element.getroottree().docinfo.internalDTD is not None:
                    raise Garbled("it declares a document type, which QuickBooks never does")
            yield event, element
            if event == "end":
                element.clear()
                while (before := element.getprevious()) is not None:
                    parent = before.getparent()
                    if parent is None:
                        break
                    parent.remove(before)
    except etree.XMLSyntaxError as error:
        raise Garbled(_where(error)) from error


def _where(error: etree.XMLSyntaxError) -> str:
    line, column = error.position
    return f"not well-formed XML at line {line}, column {column}: {error.msg}"
