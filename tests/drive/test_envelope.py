"""SOAP as the Web Connector writes it, and everything that it never writes: read, mended or refused, never a crash."""

from __future__ import annotations

import gzip
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from fieldledger.drive.webconnector.envelope import (
    INTUIT,
    PARAMETERS,
    Unreadable,
    fault,
    operation_in,
    read,
    ticket_in,
    write,
)
from tests.drive.server import envelope, wrapped

LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">'
        for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)


def result(written: bytes) -> etree._Element:
    root = etree.fromstring(written)
    return root[0][0][0]


# ---- what the Web Connector sends -----------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", PARAMETERS)
def test_every_operation_is_read_with_its_parameters(operation: str) -> None:
    given = {name: f"value of {name}" for name in PARAMETERS[operation]}
    call = read(envelope(operation, **given))
    assert (call.operation, call.parameters, call.mended) == (operation, given, False)


def test_empty_and_missing_elements_are_empty_texts() -> None:
    """wire.md: "" is sent as ``<x />``; null leaves the element out: accept both."""
    call = read(envelope("receiveResponseXML", ticket="t", response="", hresult=None))
    assert call.parameters == {"ticket": "t", "response": "", "hresult": "", "message": ""}
    assert read(wrapped(f'<serverVersion xmlns="{INTUIT}" />')).parameters == {}


def test_prefixes_order_and_strangers_do_not_matter() -> None:
    body = (
        f'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:q="{INTUIT}"><e:Header/><!-- c -->'
        "<e:Body><?pi?><q:authenticate><q:strPassword>p</q:strPassword><q:other>x</q:other>"
        "<q:strUserName>u<!-- c -->v</q:strUserName></q:authenticate></e:Body></e:Envelope>"
    )
    assert read(body.encode()).parameters == {"strUserName": "uv", "strPassword": "p"}


def test_a_byte_order_mark_and_a_wrong_declaration_do_not_matter() -> None:
    """HTTP said UTF-8: what the declaration claims does not count."""
    body = envelope("clientVersion", strVersion="é").replace(b'encoding="utf-8"', b'encoding="iso-8859-1"')
    assert read(body).parameters["strVersion"] == "é"
    assert read(b"\xef\xbb\xbf" + body).parameters["strVersion"] == "é"


def test_line_ends_and_blanks_survive() -> None:
    """wire.md: CR LF goes raw, so a parser sees LF."""
    call = read(envelope("receiveResponseXML", ticket=" t ", response="a\r\nb\r\n\r\nc  "))
    assert call.parameters["ticket"] == " t "
    assert call.parameters["response"] == "a\nb\n\nc  "


@pytest.mark.parametrize(
    "written",
    ["&#x1;", "&#x1F;", "&#1;", "&#0;", "&#x0;", "&#xB;", "\x01", "\x0b", "\x1f", "&#xFFFE;", "&#65535;", "\uffff",
     "&#xD800;", "&#xDFFF;"],
)  # fmt: skip
def test_characters_that_xml_forbids_are_dropped_and_the_rest_is_read(written: str) -> None:
    """wire.md: control characters are written as ``&#x1;``, which makes the envelope itself not well-formed."""
    body = envelope("receiveResponseXML", ticket="t", response="before|after", hresult="", message="")
    call = read(body.replace(b"|", written.encode("utf-8", "surrogatepass")))
    assert (call.parameters["response"], call.mended) == ("beforeafter", True)


def test_characters_that_xml_allows_are_kept_when_others_are_dropped() -> None:
    body = envelope("receiveResponseXML", ticket="t", response="|").replace(
        b"|", b"&#x1;&#xE9;&#233;&#x9;&#10;&#x1F600;&#xFFFD; &amp;#x1; &#13;"
    )
    assert read(body).parameters["response"] == "éé\t\n\U0001f600\ufffd &#x1; \r"


def test_twenty_megabytes_and_more_are_read() -> None:
    """wire.md: bodies have no limit but ours; `response` is one text node of any size."""
    response = '<CustomerRet>é & "x"</CustomerRet>\r\n' * 700_000
    body = envelope("receiveResponseXML", ticket="t", response=response)
    assert len(body) > 25_000_000
    started = time.perf_counter()
    call = read(body)
    assert call.parameters["response"] == response.replace("\r\n", "\n")
    assert time.perf_counter() - started < 5


# ---- what it never sends --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "it is empty"),
        (b"  \r\n ", "no XML element"),
        (b"hello", "no XML element"),
        (b"POST /qbwc HTTP/1.1", "no XML element"),
        (b"{}", "no XML element"),
        (b"<?xml version='1.0'?>", "no XML element"),
        (b"<!-- " + b"x" * 100_000 + b" --><a/>", "no XML element"),
        (b"<!---->" * 3_000_000, "no XML element"),
        (b"<a>", "not well-formed"),
        (b"<a></b>", "not well-formed"),
        (b"<a>\xff\xfe</a>", "not well-formed"),
        (b"<a>&nbsp;</a>", "not well-formed"),
        (b"<a" + b" b='1'" * 2 + b"/>", "not well-formed"),
        (b"\n<?xml version='1.0'?><a/>", "not well-formed"),
        (b"<x>" * 500_000, "not well-formed XML: .*, line 1, column 6147"),
        (b"<x>" * 500_000 + b"</x>" * 500_000, "not well-formed XML: .*, line 1, column 6147"),
        (b"<a b='" + b"x" * 20_000_000 + b"'/>", "not a SOAP 1.1 envelope"),
        (gzip.compress(envelope("serverVersion")), "compressed"),
        (envelope("serverVersion").decode().encode("utf-16"), "UTF-16"),
        (envelope("serverVersion").decode().encode("utf-16-le"), "UTF-16"),
        (envelope("serverVersion").decode().encode("utf-16-be"), "UTF-16"),
        (b"<html><body>403</body></html>", "not a SOAP 1.1 envelope"),
        (envelope("serverVersion").replace(b"schemas.xmlsoap.org/soap/envelope/", b"www.w3.org/2003/05/soap-envelope"),
         "not a SOAP 1.1 envelope"),
        (wrapped(""), "the SOAP body is empty"),
        (wrapped("").replace(b"Body", b"body"), "the SOAP body is empty"),
        (wrapped('<serverVersion xmlns="http://developer.intuit.com" />'), "no such operation"),
        (wrapped("<serverVersion />"), "no such operation"),
        (wrapped(f'<dropTable xmlns="{INTUIT}" />'), "no such operation"),
        (wrapped(f'<receiveResponseXML xmlns="{INTUIT}"><response><QBXML/></response></receiveResponseXML>'),
         "response holds elements"),
        (b"<!DOCTYPE a><a/>", "document type"),
        (b"<?xml version='1.0'?>\n<!-- c -->\n<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/x.dtd'><a/>", "document type"),
        (b"\xef\xbb\xbf<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>", "document type"),
        (LAUGHS.encode() + b"<a>&i;</a>", "document type"),
        (LAUGHS.encode() + b"<a b='&i;'/>", "document type"),
        (b"<!DOCTYPE a [<!ENTITY % p SYSTEM 'http://127.0.0.1:9/'> %p;]><a/>", "document type"),
        (b"<!ELEMENT a ANY><a/>", "document type"),
    ],
)  # fmt: skip
def test_what_never_comes_is_refused_in_one_line(body: bytes, why: str) -> None:
    started = time.perf_counter()
    with pytest.raises(Unreadable, match=why) as caught:
        read(body)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 200
    assert time.perf_counter() - started < 2


def test_a_refusal_repeats_nothing_that_might_be_a_secret() -> None:
    for body in (b"<a><hunter2></a>", b"<hunter2/>", wrapped(f'<hunter2 xmlns="{INTUIT}"/>'), b"<a>&hunter2;</a>",
                 b"<a x='hunter2' x='hunter2'/>"):  # fmt: skip
        with pytest.raises(Unreadable) as caught:
            read(body)
        assert "hunter2" not in str(caught.value)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.binary(max_size=400))
@example(b"<?xml version='1.0' encoding='x'?><a/>")
@example(b"<a xmlns:a='b' a:c='d'>")
def test_any_bytes_are_a_call_or_unreadable(body: bytes) -> None:
    try:
        call = read(body)
    except Unreadable:
        return
    assert set(call.parameters) == set(PARAMETERS[call.operation])


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.data())
def test_a_damaged_call_is_a_call_or_unreadable(data: st.DataObject) -> None:
    """Bytes of a real call are cut out, doubled, swapped, or replaced by what XML cares about."""
    body = bytearray(
        envelope("receiveResponseXML", ticket="t", response="<a>&é\x01</a>", hresult="", message=None)
    )
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(body)))
        cut = data.draw(st.integers(0, 12))
        body[at : at + cut] = data.draw(
            st.sampled_from([b"", b"<", b">", b"&", b"&#x", b"]]>", b"<![CDATA[", b"\0", b"\xc3", b"<!DOCTYPE a>",
                             b"&e;", b"<x/>", b'"', b"xmlns='a'", b"&#xD800;"])
        )  # fmt: skip
    try:
        call = read(body)
    except Unreadable:
        return
    assert set(call.parameters) == set(PARAMETERS[call.operation])


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.text(max_size=200))
def test_every_text_arrives_as_it_was_but_for_forbidden_characters(text: str) -> None:
    found = read(envelope_with_references(text)).parameters["response"]
    legal = "".join(c for c in text if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff"))
    assert found == legal.replace("\r\n", "\n").replace("\r", "\n")


def envelope_with_references(text: str) -> bytes:
    """As .NET writes it: forbidden characters as references."""
    body = envelope("receiveResponseXML", ticket="t", response=text).decode()
    return "".join(f"&#x{ord(c):X};" if c < " " and c not in "\t\n\r" else c for c in body).encode()


# ---- which call was it? ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "action",
    ['"http://developer.intuit.com/getLastError"', "http://developer.intuit.com/getLastError", "getLastError",
     "'getLastError'", ' "getLastError" '],
)  # fmt: skip
def test_an_unreadable_call_is_known_by_its_action(action: str) -> None:
    assert operation_in(action, b"\0") == "getLastError"


@pytest.mark.parametrize(
    ("body", "operation"),
    [
        (b"<a:Body><sendRequestXML ", "sendRequestXML"), (b"<q:receiveResponseXML>", "receiveResponseXML"),
        (b"<serverVersion/", "serverVersion"), (b"<serverVersionX ", ""), (b"serverVersion", ""), (b"", ""),
        (b" " * 70_000 + b"<getLastError>", ""),
    ],
)  # fmt: skip
def test_without_an_action_it_is_known_by_its_body(body: bytes, operation: str) -> None:
    assert operation_in("", body) == operation
    assert operation_in('"http://developer.intuit.com/nothing"', body) == operation


@pytest.mark.parametrize(
    ("body", "ticket"),
    [
        (b"<ticket>abc-_=</ticket><response>&#x", "abc-_="), (b'<x:ticket xmlns:x="y">abc</x:ticket', "abc"),
        (b"<wcTicket>abc</wcTicket>", "abc"), (b"<ticket />", ""), (b"<ticket></ticket>", ""), (b"<ticket>a b</", ""),
        (b"<ticket>" + b"x" * 300 + b"</", ""), (b"<strTicket>abc</", ""),
    ],
)  # fmt: skip
def test_the_ticket_of_an_unreadable_call_is_found_at_its_beginning(body: bytes, ticket: str) -> None:
    assert ticket_in(body) == ticket


# ---- writing --------------------------------------------------------------------------------------------------------


def test_an_answer_begins_with_its_declaration_and_bears_intuits_namespace() -> None:
    """wire.md: a newline before the declaration is an exception; another namespace is null, without an error."""
    written = write("serverVersion", "1.0")
    assert written.startswith(b'<?xml version="1.0" encoding="utf-8"?><')
    root = etree.fromstring(written)
    assert root[0][0].tag == f"{{{INTUIT}}}serverVersionResponse"
    assert root[0][0][0].tag == f"{{{INTUIT}}}serverVersionResult"
    assert root[0][0][0].text == "1.0"


def test_the_array_of_authenticate_has_its_empty_member() -> None:
    """wire.md: second ``<string>`` left out: a common bug."""
    members = result(write("authenticate", ("ticket", "")))
    assert [(member.tag, member.text) for member in members] == [
        (f"{{{INTUIT}}}string", "ticket"), (f"{{{INTUIT}}}string", None)
    ]  # fmt: skip
    assert members.text is None, "no white space between the members"


@pytest.mark.parametrize("number", [-1, 0, 50, 100])
def test_a_number_stands_alone(number: int) -> None:
    """wire.md: "", "50.0", nil are exceptions."""
    assert result(write("receiveResponseXML", number)).text == str(number)


def test_text_is_escaped_and_nothing_in_it_can_break_the_client() -> None:
    """wire.md: ``&#1;`` is an exception; white space inside values is kept; a lone CR would become LF."""
    text = ' <?xml version="1.0"?>\r\n<a b="&amp;">]]> é € \U0001f600\t\x01\x00\x0b\ufffe\ud800</a> '
    written = write("sendRequestXML", text)
    found = result(written).text
    assert found == ' <?xml version="1.0"?>\r\n<a b="&amp;">]]> é € \U0001f600\t</a> '
    assert result(write("sendRequestXML", "")).text is None


def test_a_fault_is_a_fault() -> None:
    root = etree.fromstring(fault("it's <broken>\x01"))
    assert root.findtext(".//faultstring") == "it's <broken>"
    assert root.findtext(".//faultcode") == "soap:Client"
