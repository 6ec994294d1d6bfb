"""The endpoint over real sockets: what the Web Connector sends, what it must get back, and what can go wrong."""

from __future__ import annotations

import gzip
import http.client
import threading
import time
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from structlog.testing import capture_logs

from fieldledger.session.ports import Progress, Wait
from quickbooks_sim.webconnector.wire import Connection
from tests.drive.server import (
    NAMESPACE,
    PASSWORD,
    TICKET,
    USER,
    Answered,
    Scripted,
    Served,
    envelope,
    received,
    serve,
    wait_until,
    wrapped,
)
from tests.support.shared import shared

SMALL = 64 * 1024


@pytest.fixture(scope="module")
def engine() -> Scripted:
    return Scripted()


@pytest.fixture(scope="module")
def served(engine: Scripted) -> Iterator[Served]:
    with serve(engine) as made:
        yield made


@pytest.fixture(scope="module")
def narrow() -> Iterator[Served]:
    """A server that takes small bodies only."""
    with serve(Scripted(), largest_body=SMALL) as made:
        yield made


def result(answered: Answered, operation: str) -> etree._Element:
    """The result element, after checking what holds for every answer to a POST."""
    assert answered.status == 200
    assert answered.headers["content-type"] == "text/xml; charset=utf-8"
    assert answered.body.startswith(b'<?xml version="1.0" encoding="utf-8"?><')
    assert int(answered.headers["content-length"]) == len(answered.body)
    found = etree.fromstring(answered.body).find(f".//{{{NAMESPACE}}}{operation}Result")
    assert found is not None, answered.body[:300]
    return found


def faulted(answered: Answered) -> str:
    assert (answered.status, answered.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    return etree.fromstring(answered.body).findtext(".//faultstring") or ""


# ---- what the Web Connector sends -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "action",
    [
        f'"{NAMESPACE}getLastError"',
        f"{NAMESPACE}getLastError",
        None,
        "",
        '""',
        f'"{NAMESPACE}serverVersion"',
        '"urn:x"',
    ],
)
def test_the_soapaction_may_be_quoted_unquoted_missing_or_wrong(served: Served, action: str | None) -> None:
    """rules.md 2: quoted SOAPAction. The body says what is called, so nothing hangs on the header."""
    answered = served.post(envelope("getLastError", ticket=TICKET), action)
    assert result(answered, "getLastError").text == "The engine's words."


def test_captured_headers_are_answered(served: Served) -> None:
    """Captures 001 and 002: the headers of a real Web Connector, as they stand, over one connection."""
    captures = {
        "001-qbwc-http-headers-serverVersion.txt": "003-soap-serverVersion-rq.xml",
        "002-qbwc-http-headers-receiveResponseXML.txt": "016-soap-receiveResponseXML-CustomerAddRs-rq.xml",
    }
    with served.connect() as connection:
        for name, body in captures.items():
            content = shared(f"reference/qbxml/captures/{body}").read_bytes()
            head = shared(f"reference/qbxml/captures/{name}").read_text().strip().splitlines()
            assert f"Content-Length: {len(content)}" in head, "the capture is byte for byte"
            connection.sendall(("\r\n".join(["POST /qbwc HTTP/1.1", *head]) + "\r\n\r\n").encode())
            assert connection.recv(4096).startswith(b"HTTP/1.1 100 Continue")
            connection.sendall(content)
            response = http.client.HTTPResponse(connection)
            response.begin()
            assert response.status == 200
            assert response.headers["content-type"] == "text/xml; charset=utf-8"
            assert b"Result>" in response.read()


def test_100_continue_is_sent_at_once(served: Served) -> None:
    """wire.md: Windows waits up to 350 ms for ``100 Continue``: send it."""
    body = envelope("serverVersion")
    with served.connect() as connection:
        head = f"POST /qbwc HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\nExpect: 100-continue\r\n"
        connection.sendall((head + "Connection: close\r\n\r\n").encode())
        started = time.perf_counter()
        assert connection.recv(4096) == b"HTTP/1.1 100 Continue\r\n\r\n"
        assert time.perf_counter() - started < 0.3, "before a single byte of the body came"
        connection.sendall(body)
        result(received(connection), "serverVersion")


def test_the_simulated_net_client_never_waits_in_vain(served: Served) -> None:
    connection = Connection(served.url)
    for _ in range(3):
        reply = connection.post(NAMESPACE + "clientVersion", envelope("clientVersion", strVersion="2.3"))
        assert (reply.status, reply.content_type) == (200, "text/xml; charset=utf-8")
    assert connection.waits_for_continue, "it gave up waiting: no interim answer came within 350 ms"
    assert connection.resent == 0, "the connection is kept"
    connection.close()


def test_a_body_of_25_megabytes_with_umlauts_reaches_the_engine(served: Served, engine: Scripted) -> None:
    response = "<Name>Müller & Söhne €</Name>\r\n" * 700_000
    started = time.perf_counter()
    connection = Connection(served.url)
    body = envelope("receiveResponseXML", ticket=TICKET, response=response, hresult="", message="")
    assert len(body) > 25_000_000
    reply = connection.post(NAMESPACE + "receiveResponseXML", body)
    connection.close()
    assert (reply.status, b">50<" in reply.body) == (200, True)
    assert engine.asked.pop() == ("on_reply", TICKET, response.replace("\r\n", "\n"))
    assert time.perf_counter() - started < 10


def test_missing_elements_control_characters_and_line_ends(served: Served, engine: Scripted) -> None:
    """wire.md: control characters are written as ``&#x1;``: answer, do not crash."""
    for body, text in (
        (envelope("receiveResponseXML", ticket=TICKET, response="", hresult=None), ""),
        (envelope("receiveResponseXML", ticket=TICKET), ""),
        (envelope("receiveResponseXML", ticket=TICKET, response="a|b\r\nc").replace(b"|", b"&#x1;"), "ab\nc"),
        (envelope("receiveResponseXML", ticket=TICKET, response="a\x01b\x00"), "ab"),
    ):
        assert (
            result(served.post(body, f'"{NAMESPACE}receiveResponseXML"'), "receiveResponseXML").text == "50"
        )
        assert engine.asked.pop() == ("on_reply", TICKET, text)


def test_chunked_bodies_and_http_1_0_are_taken(served: Served) -> None:
    body = envelope("serverVersion")
    chunked = f"{len(body):x}\r\n".encode() + body + b"\r\n0\r\n\r\n"
    result(served.exchange("POST /qbwc", ["Transfer-Encoding: chunked"], chunked), "serverVersion")
    with served.connect() as connection:
        connection.sendall(b"POST /qbwc HTTP/1.0\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        result(received(connection), "serverVersion")


def test_a_slash_at_the_end_is_no_redirect(served: Served) -> None:
    """wire.md: 3xx: exception."""
    answered = served.exchange(
        "POST /qbwc/", [f"Content-Length: {len(envelope('serverVersion'))}"], envelope("serverVersion")
    )
    result(answered, "serverVersion")


def test_a_browser_and_the_support_check_get_a_page(served: Served) -> None:
    """rules.md, .qwc file: AppSupport must answer; a GET without a login does."""
    page = served.get("/qbwc")
    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert b"Web Connector" in page.body
    for target in ("/qbwc?wsdl", "/qbwc?WSDL", "/qbwc/?wsdl"):
        described = served.get(target)
        assert (described.status, described.headers["content-type"]) == (200, "text/xml; charset=utf-8")
        assert etree.fromstring(described.body).tag == "{http://schemas.xmlsoap.org/wsdl/}definitions"


# ---- what goes wrong ------------------------------------------------------------------------------------------------

NOTHING = {
    "empty": b"", "not XML": b"hello", "html": b"<html/>", "gzip": gzip.compress(envelope("serverVersion")),
    "utf-16": envelope("serverVersion").decode().encode("utf-16"), "no operation": wrapped(""),
    "unknown operation": wrapped(f'<x xmlns="{NAMESPACE}"/>'),
    "external entity": b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>',
    "laughs in an attribute": b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><a b="&b;"/>',
    "deep": b"<a>" * 100_000, "wide": b"<a " + b" ".join(b"b%d=''" % n for n in range(10_000)) + b"/>",
    "huge attribute": b"<a b='" + b"x" * 3_000_000 + b"'/>", "null bytes": b"\0" * 5000, "only a mark": b"\xef\xbb\xbf",
}  # fmt: skip
DAMAGED = {
    "cut": (envelope("serverVersion")[:-20], "serverVersion"),
    "not UTF-8": (envelope("clientVersion", strVersion="x").replace(b"x<", b"\xff<"), "clientVersion"),
    "a document type": (b"<!DOCTYPE a>" + envelope("getLastError", ticket="x y"), "getLastError"),
    "elements": (envelope("closeConnection", ticket="|").replace(b"|", b"<a/>"), "closeConnection"),
}
HOSTILE = {**NOTHING, **{kind: body for kind, (body, _) in DAMAGED.items()}}


@pytest.mark.parametrize("kind", NOTHING)
def test_what_is_no_call_at_all_gets_a_fault_in_one_sentence(served: Served, kind: str) -> None:
    told = faulted(served.post(NOTHING[kind]))
    assert told.startswith("Fieldledger could not read the message: ")
    assert "Traceback" not in told
    assert len(told) < 250


@pytest.mark.parametrize("kind", DAMAGED)
def test_a_damaged_call_is_known_by_its_beginning(served: Served, kind: str) -> None:
    body, operation = DAMAGED[kind]
    result(served.post(body), operation)


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize(
    ("operation", "expected"),
    [("sendRequestXML", [None]), ("receiveResponseXML", ["-1"]), ("authenticate", [None, "nvu"]),
     ("connectionError", ["done"])],
)  # fmt: skip
def test_a_hostile_body_with_an_action_ends_the_session_cleanly(
    served: Served, kind: str, operation: str, expected: list[str | None]
) -> None:
    found = result(served.post(HOSTILE[kind], f'"{NAMESPACE}{operation}"'), operation)
    assert ([member.text for member in found] or [found.text]) == expected


def test_a_reply_that_cannot_be_read_tells_its_session(served: Served, engine: Scripted) -> None:
    body = envelope("receiveResponseXML", ticket=TICKET, response="x")[:-30] + b"</cut>"
    assert result(served.post(body, f'"{NAMESPACE}receiveResponseXML"'), "receiveResponseXML").text == "50"
    assert engine.asked.pop() == ("on_reply", TICKET, "")


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    body=st.binary(max_size=300), action=st.sampled_from([None, f'"{NAMESPACE}receiveResponseXML"', '"x"'])
)
def test_whatever_comes_there_is_an_answer(served: Served, body: bytes, action: str | None) -> None:
    answered = served.post(body, action)
    assert (answered.status, answered.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    etree.fromstring(answered.body)


def test_an_engine_that_fails_is_answered_cleanly_and_logged_without_a_word_of_the_call() -> None:
    with serve(Scripted(on_reply=RuntimeError("hunter2"), next_request=KeyError("hunter2"))) as served:
        with capture_logs() as lines:
            reply = served.call(
                "receiveResponseXML", ticket=TICKET, response="<hunter2/>", hresult="", message=""
            )
            request = served.call("sendRequestXML", ticket=TICKET, strHCPResponse="<hunter2/>")
            told = served.call("getLastError", ticket=TICKET)
        assert result(reply, "receiveResponseXML").text == "-1"
        assert result(request, "sendRequestXML").text is None
        assert "an error of its own" in (result(told, "getLastError").text or "")
        for answered in (reply, request, told):
            assert b"hunter2" not in answered.body
            assert b"Traceback" not in answered.body
    assert [line["error"] for line in lines if line["log_level"] == "error"] == ["RuntimeError", "KeyError"]
    for secret in ("hunter2", TICKET):
        assert secret not in repr(lines)


def test_passwords_never_reach_the_log(served: Served) -> None:
    with capture_logs() as lines:
        served.call("authenticate", strUserName=USER, strPassword=PASSWORD)
        served.call("authenticate", strUserName="nobody", strPassword="wrong-wrong")
    assert [line["event"] for line in lines].count("webconnector.call") == 2
    for secret in (PASSWORD, "wrong-wrong", TICKET):
        assert secret not in repr(lines)


# ---- size -----------------------------------------------------------------------------------------------------------


def test_a_body_over_the_limit_is_answered_cleanly(narrow: Served) -> None:
    padding = "x" * (2 * SMALL)
    reply = narrow.call("receiveResponseXML", ticket=TICKET, response=padding, hresult="", message="")
    assert result(reply, "receiveResponseXML").text == "50", (
        "the session was told, by the ticket at the beginning"
    )
    assert "65,536 bytes" in faulted(narrow.post(b"x" * (2 * SMALL)))
    fits = narrow.call("receiveResponseXML", ticket=TICKET, response="x" * (SMALL - 1000))
    assert result(fits, "receiveResponseXML").text == "50"


def test_a_session_that_stops_over_a_too_large_reply_can_say_so() -> None:
    with serve(Scripted(on_reply=Progress(percent=-1)), largest_body=SMALL) as served:
        reply = served.call("receiveResponseXML", ticket=TICKET, response="x" * (2 * SMALL))
        assert result(reply, "receiveResponseXML").text == "-1"
        told = result(served.call("getLastError", ticket=TICKET), "getLastError").text or ""
        assert "larger than 65,536 bytes" in told


def test_a_sender_without_an_end_is_cut_off(narrow: Served) -> None:
    with narrow.connect() as connection:
        connection.sendall(b"POST /qbwc HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999999\r\n\r\n")
        with pytest.raises(OSError):  # noqa: PT011 - which one depends on when the reset arrives
            connection.sendall(b"x" * 128 * 1024 * 1024)


def test_a_flood_of_large_bodies_does_not_fill_the_memory() -> None:
    """All calls together hold at most twice what one may have; who comes on top is answered all the same."""
    size = 8 * 1024 * 1024
    with serve(Scripted(), largest_body=size) as served:
        body = envelope("receiveResponseXML", ticket=TICKET, response="x" * (size - 1000))
        head = f"POST /qbwc HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        tracemalloc.start()
        connections = [served.connect() for _ in range(10)]
        try:
            senders = [threading.Thread(target=c.sendall, args=(head + body[:-10],)) for c in connections]
            for sender in senders:
                sender.start()
            for sender in senders:
                sender.join()
            time.sleep(0.3)
            held, _ = tracemalloc.get_traced_memory()
            answers = []
            for connection in connections:
                connection.sendall(body[-10:])
                answers.append(result(received(connection), "receiveResponseXML").text)
        finally:
            tracemalloc.stop()
            for connection in connections:
                connection.close()
        assert answers == ["50"] * 10
        assert held < 5 * size, "not all ten bodies were held at once (one is here)"
        again = served.post(body, f'"{NAMESPACE}receiveResponseXML"')
        assert result(again, "receiveResponseXML").text == "50", "the room is free again"


def test_a_client_that_hangs_up_in_the_middle_leaves_nothing_behind() -> None:
    engine = Scripted()
    with serve(engine, largest_body=SMALL) as served:
        body = envelope("receiveResponseXML", ticket=TICKET, response="x" * 1000)
        for _ in range(200):
            with served.connect() as connection:
                connection.sendall(b"POST /qbwc HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n" + body)
        assert result(served.post(body), "receiveResponseXML").text == "50"
        assert engine.asked == [("on_reply", TICKET, "x" * 1000)], "half a reply never reaches the engine"


# ---- many at once ---------------------------------------------------------------------------------------------------


def test_forty_guessers_do_not_stall_anybody_else() -> None:
    """Their refusals wait without holding a thread; the right password and every other call pass meanwhile."""
    with serve(Scripted()) as served:
        body = envelope("authenticate", strUserName=USER, strPassword="wrong")
        head = f"POST /qbwc HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        guessers = [served.connect() for _ in range(60)]
        for guesser in guessers:
            guesser.sendall(head + body)
        time.sleep(0.1)
        started = time.perf_counter()
        assert (
            result(served.call("getLastError", ticket=TICKET), "getLastError").text == "The engine's words."
        )
        assert time.perf_counter() - started < 2
        let_in = served.call("authenticate", strUserName=USER, strPassword=PASSWORD)
        assert [member.text for member in result(let_in, "authenticate")] == [TICKET, None]
        assert time.perf_counter() - started < 12, "it stood in the queue, but waited for no pause"
        for guesser in guessers:
            guesser.close()


def test_calls_run_side_by_side() -> None:
    together = threading.Barrier(5, timeout=10)

    class Slow(Scripted):
        def last_error(self, ticket: str) -> str:
            together.wait()
            return ticket

    with serve(Slow()) as served:
        answers: list[str | None] = []

        def ask(ticket: str) -> None:
            answers.append(result(served.call("getLastError", ticket=ticket), "getLastError").text)

        threads = [threading.Thread(target=ask, args=(f"t{number}",)) for number in range(5)]
        for thread in threads:
            thread.start()
        wait_until(lambda: len(answers) == 5)
        assert sorted(filter(None, answers)) == [f"t{number}" for number in range(5)], (
            "nobody got another's answer"
        )


def test_waiting_goes_over_the_wire_as_an_empty_request_and_noop() -> None:
    """rules.md 6: the Web Connector compares the text; one blank more and it would show it and close."""
    with serve(Scripted(next_request=Wait(), last_error="NoOp")) as served:
        sent = result(served.call("sendRequestXML", ticket=TICKET, strHCPResponse=""), "sendRequestXML")
        assert (sent.text or "") == ""
        assert result(served.call("getLastError", ticket=TICKET), "getLastError").text == "NoOp"
