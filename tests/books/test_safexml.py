"""Reading never resolves anything, never fetches anything, and tells where a text stops making sense."""

from __future__ import annotations

import random
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldledger.books.desktop import safexml
from fieldledger.model.record import Record
from fieldledger.session.ports import AnswerHead, Garbled, Item, SetStatus
from tests.books.values import steady
from tests.books.wire import answer, customer, message_set, page, read, whole, without_heads
from tests.support.shared import shared

LAUGHS = (
    "<!DOCTYPE QBXML [<!ENTITY a 'ha'>"
    + "".join(
        f"<!ENTITY {one} '{f'&{before};' * 10}'>" for before, one in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)
TYPES = {
    "plain": "<!DOCTYPE QBXML>",
    "billion laughs": LAUGHS,
    "internal entity": "<!DOCTYPE QBXML [<!ENTITY name 'Baker'>]>",
    "external entity": "<!DOCTYPE QBXML [<!ENTITY name SYSTEM '{address}'>]>",
    "external subset": "<!DOCTYPE QBXML SYSTEM '{address}'>",
    "parameter entity": "<!DOCTYPE QBXML [<!ENTITY % all SYSTEM '{address}'> %all;]>",
}
BEFORE = {
    "at the start": "",
    "after the declaration": '<?xml version="1.0" ?>\n',
    "after comments": '<?xml version="1.0" ?>\n<!-- <QBXML> -->\n<!-- > -->',
    "after an instruction": '<?xml version="1.0" ?>\n<?qbxml version="13.0"?>\n<?x <QBXML> ?>',
    "after blanks": "\n \t\r\n",
}
ENCODINGS = {
    "text": str,
    "text with a mark": lambda text: "\ufeff" + text,
    "utf-8": lambda text: text.encode(),
    "utf-8 with a mark": lambda text: text.encode("utf-8-sig"),
    "utf-16 with a mark": lambda text: text.encode("utf-16"),
    "utf-16 turned round": lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
    "utf-16 without a mark": lambda text: text.encode("utf-16-le"),
    "utf-16 turned round, without a mark": lambda text: text.encode("utf-16-be"),
    "utf-32": lambda text: text.encode("utf-32"),
    "ascii with nulls": lambda text: text.replace("<", "\x00<\x01").encode(),
}


@pytest.fixture(scope="module")
def trap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[str]]]:
    """An address that notes whoever comes to fetch something, and a file that nobody should read."""
    visitors: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        over = threading.Event()

        def listen() -> None:
            while not over.is_set():
                try:
                    connection, who = server.accept()
                except TimeoutError:
                    continue
                visitors.append(str(who))
                connection.close()

        thread = threading.Thread(target=listen)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/secret.dtd", visitors
        over.set()
        thread.join()


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("kind", TYPES)
def test_document_types_are_refused_with_their_place(
    trap: tuple[str, list[str]], kind: str, before: str, encoding: str
) -> None:
    """Before anything is parsed, in every encoding trick; so no entity is ever declared, blown up or fetched."""
    address, visitors = trap
    start = BEFORE[before]
    text = (
        start
        + TYPES[kind].replace("{address}", address)
        + message_set(answer("CustomerQuery", customer("8-1", "&name;")))
    )
    items, why = read(ENCODINGS[encoding](text), page())
    assert items == []
    line = start.count("\n") + 1
    if "null" in encoding or "blanks" in before:
        assert why.startswith(f"it declares a document type at line {line}, column ")
    else:
        column = len(start) - (start.rfind("\n") + 1) + 1
        assert (
            why == f"it declares a document type at line {line}, column {column}, which QuickBooks never does"
        )
    assert visitors == []


@pytest.mark.parametrize("encoding", ["text", "utf-8", "utf-16 with a mark"])
def test_undeclared_entities_are_refused_with_their_place(encoding: str) -> None:
    """Without a document type an entity has no meaning; the five of XML and numbers are all there is."""
    text = message_set(answer("CustomerQuery", customer("8-1") + customer("8-2", "&name;")))
    items, why = read(ENCODINGS[encoding](text), page())
    assert [item.id for item in items if isinstance(item, Record)] == ["8-1"]
    assert why.startswith("not well-formed XML at line 17, column ")
    assert why.endswith(": Entity 'name' not defined")


def test_a_document_type_inside_is_refused(trap: tuple[str, list[str]]) -> None:
    address, visitors = trap
    inside = f"<!DOCTYPE QBXML SYSTEM '{address}'>"
    for text in (
        message_set(answer("CustomerQuery", customer("8-1")), inside),
        f"<QBXML>{inside}<QBXMLMsgsRs/></QBXML>",
        message_set() + inside,
        f"<!-- {'x' * 20_000} -->{inside}" + message_set(),
    ):
        _, why = read(text)
        assert why
    assert visitors == []


def test_files_are_never_read(tmp_path: Path) -> None:
    """Inclusions and style sheets are but elements and instructions that nobody follows."""
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    text = message_set(
        answer(
            "CustomerQuery",
            customer(
                "8-1",
                more=f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{secret.as_uri()}"/>',
            ),
        )
    ).replace("?>", f'?><?xml-stylesheet href="{secret.as_uri()}"?>', 1)
    assert "the secret" not in repr(whole(text, page()))


def test_control_characters_are_dropped_and_the_record_is_kept() -> None:
    """People get them into notes; XML forbids them, but one bad letter may not cost a page of records (spec 10.5)."""
    odd = "A&#x1;B&#0;C&#31;D\x02E&#xb;F&#9;G&#x0A;H&#65;"
    (found,) = without_heads(whole(message_set(answer("CustomerQuery", customer("8-1", odd))), page()))
    assert isinstance(found, Record)
    assert found.values["name"] == "ABCDEF\tG\nHA"


@given(st.integers(0, 40))
@steady(41)
def test_a_forbidden_reference_may_lie_across_two_pieces(shift: int) -> None:
    """The text is fed in pieces; a reference that lies across the border is still recognised."""
    start = message_set(answer("CustomerQuery", customer("8-1", more="<Email>@</Email>")))
    before, after = start.split("@")
    fill = safexml._CHUNK - len(before) - 20 + shift
    text = f"{before}{'x' * fill}&#x00000001;&amp;&#252;{after}"
    for form in (text, text.encode()):
        (found,) = without_heads(whole(form, page()))
        assert isinstance(found, Record)
        assert found.values["email"] == "x" * fill + "&ü"


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", ""), ("utf-8", "utf-8"), ("utf-8", "UTF-8"), ("cp1252", "windows-1252"), ("latin-1", "ISO-8859-1"),
        ("utf-16", "utf-16"), ("utf-8-sig", "utf-8"), ("utf-16", ""),
    ],
)  # fmt: skip
def test_encodings_that_quickbooks_and_its_friends_use(encoding: str, declared: str) -> None:
    text = message_set(answer("CustomerQuery", customer("8-1", "Müller ®")))
    said = text.replace('"1.0" ', f'"1.0" encoding="{declared}"' if declared else '"1.0"')
    for form in (said.encode(encoding), said):
        (found,) = without_heads(whole(form, page()))
        assert isinstance(found, Record)
        assert found.values["name"] == "Müller ®"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is empty"),
        (b"", "it is empty"),
        ("\ufeff \n", "it is empty"),
        (b"\xef\xbb\xbf", "it is empty"),
        ('<?xml version="1.0" ?>', "there is no element at its beginning"),
        ("<!-- nothing -->", "there is no element at its beginning"),
        ("<!-- never closed", "there is no element at its beginning"),
        (b'<?xml version="1.0" encoding="utf-7"?><QBXML/>',
         "it declares the encoding 'utf-7', which QuickBooks does not use"),
        (b'<?xml version="1.0" encoding="EBCDIC-CP-US"?><QBXML/>',
         "it declares the encoding 'ebcdic-cp-us', which QuickBooks does not use"),
        ('<?xml version="1.0" encoding="windows-1252"?><QBXML>\x81</QBXML>'.encode("latin-1"),
         "byte 52 is not windows-1252, the encoding that it declares"),
        (b"\xff\xfe<", "byte 2 is not utf-16, the encoding that it declares"),
        ("<html><body>502 Bad Gateway</body></html>",
         "it is XML, but not an answer of QuickBooks (there is no QBXMLMsgsRs in it)"),
        ("QuickBooks is not running", "not well-formed XML at line 1, column 1: Start tag expected, '<' not found"),
        ("\n\n  <QBXML></QBXM>", "not well-formed XML at line 3, column 15: Opening and ending tag mismatch: QBXML "
         "line 1 and QBXM"),
        ("<QBXML/><QBXML/>", "not well-formed XML at line 1, column 9: Extra content at the end of the document"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_told_from_one(text: str | bytes, why: str) -> None:
    items, told = read(text, page())
    assert items == []
    assert told == why


def test_deep_nesting_does_no_harm() -> None:
    deep = 200_000
    text = message_set(answer("CustomerQuery", customer("8-1", more="<x>" * deep + "</x>" * deep)))
    items, why = read(text, page())
    assert without_heads(items) == []
    assert "Excessive depth" in why


# ---- cut short -------------------------------------------------------------------------------------------------

FULL = message_set(
    answer(
        "CustomerQuery",
        customer(
            "8-1",
            "Müller &amp; Söhne",
            "<Phone>555-1234</Phone>\n<BillAddress><Addr1>1 Oak</Addr1></BillAddress>\n",
        )
        + customer("8-2", "B", "<ShipToAddress><Name>Shop</Name></ShipToAddress>\n")
        + customer("8-3"),
        id="1",
        iteratorID="{a}",
        iteratorRemainingCount="0",
    ),
    answer(
        "ListDeleted" + "Query",
        "<ListDeletedRet>\n<ListDelType>Customer</ListDelType>\n<ListID>9-9</ListID>\n"
        "<TimeDeleted>2026-01-01T00:00:00-05:00</TimeDeleted>\n</ListDeletedRet>\n",
        id="2",
    ),
    answer("HostQuery", "<HostRet>\n<ProductName>QuickBooks</ProductName>\n</HostRet>\n", id="3"),
    attributes=' messageSetStatusCode="0"',
)


@pytest.mark.parametrize("form", ["text", "utf-8"])
def test_cut_at_any_byte_gives_what_came_whole_and_then_garbled(form: str) -> None:
    """Never another exception, never a record with half its fields, and never an answer that looks complete: also
    where the cut lies exactly between two elements."""
    full = FULL if form == "text" else FULL.encode()
    every = whole(full)
    assert [type(item).__name__ for item in every] == [
        "SetStatus", "AnswerHead", "Record", "Record", "Record", "AnswerHead", "Gone", "AnswerHead", "HostInfo",
    ]  # fmt: skip
    ends = [
        len(FULL[: match.end()].encode() if form == "utf-8" else FULL[: match.end()])
        for match in WHOLE.finditer(FULL)
    ]
    assert len(ends) == len(every)
    for cut in range(len(full.rstrip())):
        items, why = read(full[:cut])
        assert why != "", f"cut at {cut}, it looks complete"
        assert items == every[: len(items)], f"cut at {cut}"
        assert len(items) == sum(end <= cut for end in ends), f"cut at {cut}"


WHOLE = re.compile("<QBXMLMsgsRs[^>]*>|<[A-Za-z]*QueryRs[^>]*>|</(?:Customer|ListDeleted|Host)Ret>")
"""Where an item is whole: a head at the end of its start tag, a record at its end tag."""


def test_cut_between_two_records_is_not_complete() -> None:
    """The answer says "Status OK" and that nothing remains, yet it is not whole."""
    cut = FULL.index("<CustomerRet>\n<ListID>8-3")
    items, why = read(FULL[:cut], page())
    assert len([item for item in items if isinstance(item, Record)]) == 2
    assert why.startswith("not well-formed XML at line ")
    for closed in ("</CustomerQueryRs>", "</CustomerQueryRs></QBXMLMsgsRs>"):
        assert read(FULL[:cut] + closed, page())[1].startswith("not well-formed XML")


def test_the_captured_company_cut_anywhere() -> None:
    """A big text is read in pieces: cut it in, between and at the borders of pieces."""
    full = shared("reference/qbxml/captures/024-CustomerQueryRs-146-sample-company.xml").read_text(
        encoding="utf-8"
    )
    every = whole(full)
    chance = random.Random(24)
    cuts = [chance.randrange(len(full.rstrip())) for _ in range(120)]
    cuts += [piece * safexml._CHUNK + shift for piece in range(1, 6) for shift in (-1, 0, 1)]
    for cut in sorted(cuts):
        items, why = read(full[:cut])
        assert why.startswith(("not well-formed XML at line ", "there is no element", "it is empty")), cut
        assert items == every[: len(items)]


@given(
    st.integers(0, len(FULL.encode()) - 1),
    st.integers(0, 255),
    st.sampled_from(["change", "insert", "delete"]),
)
@steady(400)
def test_damage_anywhere_is_garbled_or_harmless(place: int, byte: int, how: str) -> None:
    """Whatever happens to one byte, only `Garbled` may come of it, and heads and records in their order."""
    full = FULL.encode()
    tail = full[place:] if how == "insert" else full[place + 1 :]
    damaged = full[:place] + (b"" if how == "delete" else bytes([byte])) + tail
    items, _ = read(damaged)
    assert in_order(items)


@given(st.binary(max_size=200) | st.text(max_size=200))
@steady(300)
def test_nonsense_is_garbled(text: str | bytes) -> None:
    items, why = read(text)
    assert (items, bool(why)) == ([], True)


def in_order(items: list[Item]) -> bool:
    """Whether nothing stands before the first head."""
    first = next((place for place, item in enumerate(items) if isinstance(item, AnswerHead)), len(items))
    return all(isinstance(item, SetStatus) for item in items[:first])


def test_garbled_says_it_in_one_line() -> None:
    for cut in range(0, len(FULL) - 2, 7):
        with pytest.raises(Garbled) as garbled:
            list(safexml.events(FULL[:cut], ("QBXML",)))
        assert "\n" not in str(garbled.value)
