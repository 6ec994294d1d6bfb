"""The wire of the simulated Web Connector, row by row of what the real .NET client was seen to do."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Any

import pytest

from quickbooks_sim.webconnector import soap
from quickbooks_sim.webconnector.wire import Connection, WireError
from tests.quickbooks_sim.webconnector.server import (
    NAMESPACE,
    Http,
    Script,
    enveloped,
    head_of,
    raw,
    read_exactly,
    result,
    serving,
)
from tests.support.shared import shared

E_ACUTE = "é"
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
ARRAY = (
    '<authenticateResponse xmlns="{0}"><authenticateResult>{1}</authenticateResult></authenticateResponse>'
)
SEEN: dict[str, Callable[[Any], Any]] = {
    "authenticate": soap.as_array, "sendRequestXML": soap.as_text, "receiveResponseXML": soap.as_int,
}  # fmt: skip


def seen(operation: str, answer: Http | bytes) -> Any:
    """What the client sees of an answer that a server really sends."""
    with serving(Script(**{operation: answer})) as url:
        connection = Connection(url, timeout=5)
        try:
            reply = connection.post(NAMESPACE + operation, soap.call(operation, {}))
            return SEEN[operation](soap.result(operation, reply))
        finally:
            connection.close()


def array(members: str, namespace: str = NAMESPACE) -> bytes:
    return enveloped(ARRAY.format(namespace, members))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (array("<string>t</string><string/>"), ["t", ""]),
        (array("<string>t</string><string></string>"), ["t", ""]),
        (array(f'<q:string xmlns:q="{NAMESPACE}">t</q:string><q:string xmlns:q="{NAMESPACE}"/>'), ["t", ""]),
        (array(f'<string {XSI} xsi:type="xsd:string">t</string><string/>'), ["t", ""]),
        (array("<string>t</string>"), ["t"]),
        (array(f'<string {XSI} xsi:nil="true"/>'), [None]),
        (array('<string xmlns="">t</string><string xmlns=""/>'), []),
        (array("<item>t</item><item/>"), []),
        (array("<string>t</string><string/>", "http://developer.intuit.com"), None),
        (array("<string>t</string>").replace(b"authenticateResult", b"Result"), None),
        (array("<string>t</string>").replace(b"authenticateResponse", b"Response"), None),
        (array("<string> t </string><string>\n</string>"), [" t ", "\n"]),
    ],
)
def test_the_array_of_authenticate(answer: bytes, expected: list[str | None] | None) -> None:
    assert seen("authenticate", answer) == expected


@pytest.mark.parametrize(
    ("content_type", "charset", "expected"),
    [
        ("text/xml; charset=utf-8", "utf-8", "é"),
        ('text/xml; charset="UTF-8"', "utf-8", "é"),
        ("Text/XML;charset=utf-8", "utf-8", "é"),
        ("text/xml", "utf-8", "??"),
        ("text/xml; charset=iso-8859-1", "iso-8859-1", "é"),
        ("text/xml; charset=iso-8859-1", "utf-8", "Ã©"),
        ("text/xml; charset=utf-8", "iso-8859-1", "\ufffd"),
    ],
)
def test_the_header_alone_says_which_characters_these_are(
    content_type: str, charset: str, expected: str
) -> None:
    """wire.md: decoded as US-ASCII without a charset, whatever the declaration says; wrong characters, no error."""
    body = result("sendRequestXML", E_ACUTE).decode().encode(charset)
    assert seen("sendRequestXML", Http(body, content_type)) == expected


@pytest.mark.parametrize(
    "answer",
    [
        Http(result("sendRequestXML", "x"), "application/xml; charset=utf-8"),
        Http(result("sendRequestXML", "x"), "application/soap+xml; charset=utf-8"),
        Http(result("sendRequestXML", "x"), "text/html"),
        Http(result("sendRequestXML", "x"), None),
        Http(b""),
        Http(b"  \r\n"),
        Http(result("sendRequestXML", "x"), "text/xml; charset=klingon"),
        Http(b"<html>"),
        Http(b"<html/>"),
        Http(
            enveloped("").replace(b"schemas.xmlsoap.org/soap/envelope/", b"www.w3.org/2003/05/soap-envelope")
        ),
        Http(result("sendRequestXML", "<QBXML/>")),
        Http(b"<!DOCTYPE x>" + result("sendRequestXML", "x").split(b"?>", 1)[1]),
        Http(result("sendRequestXML", "x").replace(b"?>", b"?><!DOCTYPE x [<!ENTITY a 'b'>]>")),
        Http(b"\n" + result("sendRequestXML", "x")),
        Http(b" " + result("sendRequestXML", "x")),
        Http(result("sendRequestXML", "x").replace(b"1.0", b"1.1", 1)),
        Http(result("sendRequestXML", "x").replace(b'version="1.0" ', b"", 1)),
        Http(result("sendRequestXML", "&#1;")),
        Http(result("sendRequestXML", "\x01")),
        Http(result("sendRequestXML", "&nbsp;")),
        Http(result("sendRequestXML", "x")[:-5]),
        Http(
            enveloped(
                "<soap:Fault><faultcode>soap:Server</faultcode><faultstring>no</faultstring></soap:Fault>"
            )
        ),
        *(
            Http(result("sendRequestXML", "x"), status=status)
            for status in (301, 302, 307, 401, 404, 417, 500, 503)
        ),
        Http(result("sendRequestXML", "x"), headers={"Content-Encoding": "gzip"}),
    ],
)
def test_answers_on_which_the_client_throws(answer: Http) -> None:
    with pytest.raises(soap.SoapError):
        seen("sendRequestXML", answer)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (result("sendRequestXML", "x"), "x"),
        (result("sendRequestXML", ""), ""),
        (result("sendRequestXML", '<x xmlns="y"/>').replace(b'<x xmlns="y"/>', b""), ""),
        (result("sendRequestXML", "x").replace(
            b"<sendRequestXMLResult>x",
            b'<sendRequestXMLResult xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true">'), ""),
        (enveloped(f'<sendRequestXMLResponse xmlns="{NAMESPACE}"/>'), None),
        (enveloped(f'<receiveResponseXMLResponse xmlns="{NAMESPACE}"/>'), None),
        (result("sendRequestXML", " \n x\t"), " \n x\t"),
        (result("sendRequestXML", "<![CDATA[<a>&]]>"), "<a>&"),
        (result("sendRequestXML", "&lt;a&gt;&amp;&#233;"), "<a>&é"),
        (result("sendRequestXML", "a\r\nb&#13;\nc"), "a\nb\r\nc"),
        (Http(result("sendRequestXML", "xyz" * 1000), chunked=True), "xyz" * 1000),
        (Http(result("sendRequestXML", "x"), version="HTTP/1.0"), "x"),
        (Http(b"\xef\xbb\xbf" + result("sendRequestXML", "é")), "é"),
        (Http(b"\xef\xbb\xbf" + result("sendRequestXML", "é"), "text/xml"), "é"),
        (Http(result("sendRequestXML", "x").split(b"?>", 1)[1]), "x"),
        (Http(result("sendRequestXML", "x").replace(b"utf-8", b"klingon", 1)), "x"),
    ],
)  # fmt: skip
def test_texts(answer: Http | bytes, expected: str | None) -> None:
    """wire.md: sendRequestXML element missing: null; an empty or nil element: "". White space inside values is kept."""
    assert seen("sendRequestXML", answer) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("50", 50), (" 50 ", 50), ("+50", 50), ("\n50\n", 50), ("-1", -1), ("0", 0), ("2147483647", 2**31 - 1),
     ("-2147483648", -(2**31)), ("007", 7)],
)  # fmt: skip
def test_numbers(text: str, expected: int) -> None:
    assert seen("receiveResponseXML", result("receiveResponseXML", text)) == expected


@pytest.mark.parametrize(
    "text", ["", "50.0", "2147483648", "-2147483649", "9" * 50, "fifty", "5 0", "0x32", "1e2", "²", "--1"]
)
def test_texts_that_are_no_number_throw(text: str) -> None:
    with pytest.raises(soap.SoapError):
        seen("receiveResponseXML", result("receiveResponseXML", text))


def test_a_missing_number_is_nought_and_nil_throws() -> None:
    assert seen("receiveResponseXML", enveloped(f'<receiveResponseXMLResponse xmlns="{NAMESPACE}"/>')) == 0
    nil = f'<receiveResponseXMLResult {XSI} xsi:nil="true"/>'
    with pytest.raises(soap.SoapError):
        seen(
            "receiveResponseXML",
            enveloped(f'<receiveResponseXMLResponse xmlns="{NAMESPACE}">{nil}</receiveResponseXMLResponse>'),
        )


# ---- what is sent ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "operation", "parameters"),
    [
        ("003-soap-serverVersion-rq.xml", "serverVersion", {}),
        ("005-soap-clientVersion-rq.xml", "clientVersion", {"strVersion": "2.0.0.116"}),
        ("007-soap-authenticate-rq.xml", "authenticate", {"strUserName": "api", "strPassword": "password"}),
        ("011-soap-getLastError-rq.xml", "getLastError", {"ticket": "c94c84b3d59fe7a1603b765dd734e481"}),
        ("013-soap-closeConnection-rq.xml", "closeConnection", {"ticket": "c94c84b3d59fe7a1603b765dd734e481"}),
        ("018-soap-sendRequestXML-second-rq.xml", "sendRequestXML",
         {"ticket": "ea0bf596246b623664adb465cc8662a2", "strHCPResponse": "",
          "strCompanyFileName": "C:\\KPALMER\\QBW\\Test Company.QBW", "qbXMLCountry": "US", "qbXMLMajorVers": "5",
          "qbXMLMinorVers": "0"}),
    ],
)  # fmt: skip
def test_calls_are_written_byte_for_byte_as_captured(
    name: str, operation: str, parameters: dict[str, str | None]
) -> None:
    assert soap.call(operation, parameters) == shared(f"reference/qbxml/captures/{name}").read_bytes()


def test_a_captured_reply_is_written_byte_for_byte() -> None:
    """Capture 016: qbXML as escaped text, its line ends raw, empty hresult and message as ``<x />``."""
    from lxml import etree

    captured = shared(
        "reference/qbxml/captures/016-soap-receiveResponseXML-CustomerAddRs-rq.xml"
    ).read_bytes()
    inner = etree.fromstring(captured)[0][0]
    parameters: dict[str, str | None] = {etree.QName(child).localname: child.text or "" for child in inner}
    assert soap.call("receiveResponseXML", parameters) == captured


def test_nulls_are_left_out_and_odd_characters_are_written_as_net_writes_them() -> None:
    body = soap.call(
        "receiveResponseXML", {"ticket": "", "response": "é\x01\r\n\"'>]]>\uffff", "hresult": None}
    )
    assert (
        b"<ticket /><response>" + "é&#x1;\r\n\"'&gt;]]&gt;&#xFFFF;".encode() + b"</response></receive" in body
    )


def test_the_head_of_the_first_call_and_of_the_next() -> None:
    """wire.md: Connection: keep-alive on the first call only, Expect on every one, cookies are returned if set."""
    answer = result("serverVersion", "1")
    heads: list[list[str]] = []

    def twice(connection: socket.socket) -> None:
        for cookie in (
            b"Set-Cookie: a=1; Path=/\r\nSet-Cookie: b=2\r\n",
            b"Set-Cookie: a=; Max-Age=0\r\n",
            b"",
        ):
            head = head_of(connection)
            heads.append(head.decode().split("\r\n"))
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            read_exactly(connection, 300)
            connection.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=utf-8\r\n%sContent-Length: %d\r\n\r\n"
                % (cookie, len(answer)) + answer
            )  # fmt: skip

    with raw(twice) as url:
        connection = Connection(url)
        for _ in range(3):
            connection.post(NAMESPACE + "serverVersion", soap.call("serverVersion", {}))
        connection.close()
    host = url.split("/")[2]
    assert heads[0] == [
        "POST /qbwc HTTP/1.1",
        "User-Agent: Mozilla/4.0 (compatible; MSIE 6.0; MS Web Services Client Protocol 4.0.30319.42000)",
        "Content-Type: text/xml; charset=utf-8", 'SOAPAction: "http://developer.intuit.com/serverVersion"',
        "Content-Length: 300", "Expect: 100-continue", "Connection: keep-alive", f"Host: {host}", "", "",
    ]  # fmt: skip
    assert "Cookie: a=1; b=2" in heads[1]
    assert "Cookie: b=2" in heads[2]
    for head in heads[1:]:
        assert "Connection: keep-alive" not in head
        assert "Expect: 100-continue" in head


GOOD = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=utf-8\r\nContent-Length: 2\r\n\r\nok"


def test_it_waits_350_ms_for_100_continue_until_it_knows_better() -> None:
    waits: list[float] = []

    def silent(connection: socket.socket) -> None:
        for _ in range(2):
            head_of(connection)
            started = time.perf_counter()
            read_exactly(connection, 5)
            waits.append(time.perf_counter() - started)
            connection.sendall(GOOD)

    with raw(silent) as url:
        connection = Connection(url)
        assert connection.post("x", b"12345").body == b"ok"
        assert connection.post("x", b"12345").body == b"ok"
        connection.close()
    assert waits[0] > 0.3
    assert waits[1] < 0.3, "it has learnt that this server sends no interim answers"


def test_the_body_goes_at_once_when_100_continue_comes_and_in_however_small_pieces() -> None:
    def patient(connection: socket.socket) -> None:
        head_of(connection)
        for byte in b"HTTP/1.1 100 Continue\r\nServer: x\r\n\r\n":
            connection.sendall(bytes([byte]))
            time.sleep(0.001)
        assert read_exactly(connection, 5) == b"12345"
        connection.sendall(GOOD)

    with raw(patient) as url:
        connection = Connection(url)
        assert connection.post("x", b"12345").body == b"ok"
        assert connection.waits_for_continue, "it did not wait in vain"
        connection.close()


def test_a_final_answer_instead_of_100_continue_leaves_the_body_unsent() -> None:
    def refuse(connection: socket.socket) -> None:
        head_of(connection)
        connection.sendall(b"HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n")
        assert connection.recv(10) == b"", "the body must not come any more"

    with raw(refuse) as url:
        connection = Connection(url)
        assert connection.post("x", b"12345").status == 417
        connection.close()


def test_a_kept_connection_that_was_closed_is_replaced_once() -> None:
    """A keep-alive that ran out is nobody's fault: the call is sent again. A fresh connection that is hung up is an
    error, since the server may have worked."""

    def once(connection: socket.socket) -> None:
        head_of(connection)
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        read_exactly(connection, 5)
        connection.sendall(GOOD)

    def hang_up(connection: socket.socket) -> None:
        head_of(connection)

    with raw(once, once, hang_up) as url:
        connection = Connection(url)
        assert connection.post("x", b"12345").body == b"ok"
        time.sleep(0.05)
        assert connection.post("x", b"12345").body == b"ok"
        assert connection.resent == 1
        connection.close()
        with pytest.raises(WireError, match="closed the connection without an answer"):
            connection.post("x", b"12345")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nshort", "broke off"),
        (b"ERROR\r\n\r\n", "did not answer in HTTP"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "did not answer in HTTP"),
    ],
)
def test_a_server_that_breaks_off_is_an_error_in_one_sentence(answer: bytes, words: str) -> None:
    def broken(connection: socket.socket) -> None:
        head_of(connection)
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        read_exactly(connection, 5)
        connection.sendall(answer)

    with raw(broken) as url:
        connection = Connection(url)
        with pytest.raises(WireError, match=words):
            connection.post("x", b"12345")


def test_a_silent_server_and_one_that_is_not_there() -> None:
    def silent(connection: socket.socket) -> None:
        head_of(connection)
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        connection.settimeout(2)
        assert len(connection.recv(10)) == 5
        assert connection.recv(10) == b"", "the client gives up"

    with raw(silent) as url, pytest.raises(WireError, match=r"did not answer within 0\.3 seconds"):
        Connection(url, timeout=0.3).post("x", b"12345")
    with pytest.raises(WireError, match="cannot be reached"):
        Connection("http://localhost:1/x", timeout=1).post("x", b"")


def test_half_of_a_call_can_be_sent_and_an_answer_left_unread() -> None:
    came: list[bytes] = []

    def half(connection: socket.socket) -> None:
        head_of(connection)
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        came.append(connection.recv(100))
        came.append(connection.recv(100))

    def whole(connection: socket.socket) -> None:
        head_of(connection)
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        came.append(read_exactly(connection, 10))
        connection.sendall(GOOD)
        assert connection.recv(10) == b""

    with raw(half, whole) as url:
        connection = Connection(url)
        connection.post_half("x", b"1234567890")
        connection.post_unread("x", b"1234567890")
    assert came == [b"12345", b"", b"1234567890"]
    with pytest.raises(WireError):
        Connection("http://localhost:1/x", timeout=1).post_half("x", b"12")


def test_twenty_megabytes_go_with_a_content_length() -> None:
    script = Script()
    with serving(script) as url:
        connection = Connection(url)
        body = soap.call("receiveResponseXML", {"ticket": "t", "response": "x" * 20_000_000})
        assert connection.post(NAMESPACE + "receiveResponseXML", body).status == 200
        connection.close()
    headers = script.calls[0].headers
    assert headers["Content-Length"] == str(len(body))
    assert "Transfer-Encoding" not in headers
    assert "Accept-Encoding" not in headers
