"""Reading QuickBooks' XML safely and as a stream: no entities, no document type, no network, one record held at a time.

Must never resolve anything, and never hold the tree of it all. Text that cannot be read is `Garbled`, with the place.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from lxml import etree

from fieldledger.session.ports import Garbled

_CHUNK = 1 << 16
_PROLOG_LONGEST = 1 << 14
"""Bytes in which the first element must begin; what stands before it is a declaration and comments at most."""

_ENCODINGS = ("utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin-1", "windows-1252", "cp1252")
_DECLARED = re.compile(rb"<\?xml[^>]*?\sencoding\s*=\s*[\"']([^\"'>]*)[\"']")
_PROLOG = re.compile(rb"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)

_CONTROLS = bytes(code for code in range(32) if code not in (9, 10, 13))
_ILLEGAL = re.compile(rb"&#(?:[xX]0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F])|0*(?:[0-8]|1[1245-9]|2[0-9]|3[01]));")
"""What XML 1.0 does not allow and QuickBooks' users do type into notes: it is dropped, the record is kept."""
_REFERENCE_LONGEST = 32


def events(text: str | bytes, tags: Collection[str]) -> Iterator[tuple[str, etree._Element]]:
    """("start" | "end", element) for the elements with one of ``tags``, in order.

    An element is whole at its end; what stands before it is freed when the next event is asked for.
    Raises `Garbled` with line and column where the text stops being XML, after everything that came whole, and at
    once on a document type or an encoding that QuickBooks does not use.
    """
    chunks, skipped = _chunks(text)
    parser = etree.XMLPullParser(
        events=("start", "end"), tag=list(tags), encoding="utf-8", resolve_entities=False, load_dtd=False,
        no_network=True, huge_tree=True, remove_comments=True, remove_pis=True, remove_blank_text=True,
    )  # fmt: skip
    broken: etree.XMLSyntaxError | None = None
    for chunk in chunks:
        try:
            parser.feed(chunk)
        except etree.XMLSyntaxError as error:
            broken = error
        yield from _freeing(parser)
        if broken is not None:
            raise Garbled(_where(broken, parser, skipped)) from broken
    try:
        parser.close()
    except etree.XMLSyntaxError as error:
        # What only the end of a text that is cut short brings to light is a start tag that is not whole.
        raise Garbled(_where(error, parser, skipped)) from error
    yield from _freeing(parser)


def _freeing(parser: etree.XMLPullParser[etree._Element]) -> Iterator[tuple[str, etree._Element]]:
    """The parser's events; after an end everything before the element leaves the tree."""
    for event, element in parser.read_events():
        yield event, element
        if event == "end":
            parent = element.getparent()
            if parent is not None:
                while parent[0] is not element:
                    del parent[0]


def _chunks(text: str | bytes) -> tuple[Iterator[bytes], int]:
    """UTF-8 in pieces, without what XML forbids; and how many lines were skipped before its first character.

    A declared encoding counts for bytes only: text has been decoded already, whatever it says.
    """
    if isinstance(text, bytes):
        text = _decoded(text)
    if isinstance(text, bytes):
        blank = len(text) - len(text.lstrip(_BLANK_BYTES))
        skipped = text.count(b"\n", 0, blank)
    else:
        blank = len(text) - len(text.lstrip(_BLANK))
        skipped = text.count("\n", 0, blank)
    if blank == len(text):
        raise Garbled("it is empty")
    first = _legal(_encoded(text[blank : blank + _PROLOG_LONGEST]))
    _refuse_document_type(first, skipped)
    return _pieces(text, blank), skipped


_BLANK = "\ufeff \t\r\n"
_BLANK_BYTES = b" \t\r\n"


def _decoded(data: bytes) -> str | bytes:
    """Bytes as they are when they are UTF-8, else text."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _as(data, "utf-16")
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    declared = _DECLARED.match(data[:200].lstrip(_BLANK_BYTES))
    if declared is None:
        return data
    encoding = declared[1].decode("ascii", "replace").lower()
    if encoding not in _ENCODINGS:
        raise Garbled(f"it declares the encoding {encoding!r}, which QuickBooks does not use")
    return data if encoding in _ENCODINGS[:4] else _as(data, encoding)


def _as(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Garbled(f"byte {error.start} is not {encoding}, the encoding that it declares") from error


def _encoded(piece: str | bytes) -> bytes:
    return piece.encode("utf-8", "replace") if isinstance(piece, str) else piece


def _legal(piece: bytes) -> bytes:
    return _ILLEGAL.sub(b"", piece.translate(None, _CONTROLS))


def _pieces(text: str | bytes, start: int) -> Iterator[bytes]:
    """Never cuts within a character reference, so that a forbidden one is recognised."""
    held = b""
    for at in range(start, len(text), _CHUNK):
        piece = held + _encoded(text[at : at + _CHUNK])
        held = b""
        opened = piece.rfind(b"&", max(0, len(piece) - _REFERENCE_LONGEST))
        if opened >= 0 and b";" not in piece[opened:]:
            piece, held = piece[:opened], piece[opened:]
        piece = _legal(piece)
        if piece:
            yield piece
    if held:
        yield _legal(held)


def _refuse_document_type(first: bytes, skipped: int) -> None:
    """Where no document type is declared there are no entities, so nothing can be fetched or blown up."""
    prolog = _PROLOG.match(first)
    end = prolog.end() if prolog else 0
    if first.startswith(b"<!", end) and not first.startswith(b"<!--", end):
        before = first[:end]
        line = skipped + before.count(b"\n") + 1
        column = end - (before.rfind(b"\n") + 1) + 1
        raise Garbled(
            f"it declares a document type at line {line}, column {column}, which QuickBooks never does"
        )
    if end == len(first) or first.startswith((b"<?", b"<!"), end):
        raise Garbled("there is no element at its beginning")


def _where(error: etree.XMLSyntaxError, parser: etree.XMLPullParser[etree._Element], skipped: int) -> str:
    """An entity that nobody declared breaks the text without saying so at once; its place stands in the log."""
    first = next((entry for entry in parser.feed_error_log if entry.level >= etree.ErrorLevels.FATAL), None)
    line, column, said = (
        (first.line, first.column, first.message) if first else (*error.position, str(error.msg or ""))
    )
    said = said.strip().split(", line ")[0] or "it ends too early"
    return f"not well-formed XML at line {line + skipped}, column {column}: {said}"
