"""Our description of the service: the same as Intuit's, and good enough for a SOAP client that we did not write."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import zeep
from lxml import etree
from zeep.exceptions import Fault

from fieldledger.drive.webconnector.envelope import PARAMETERS
from fieldledger.drive.webconnector.wsdl import wsdl
from fieldledger.session.ports import Context
from tests.drive.server import PASSWORD, TICKET, USER, Scripted, Served, serve
from tests.support.shared import shared

W = "{http://schemas.xmlsoap.org/wsdl/}"
S = "{http://www.w3.org/2001/XMLSchema}"
SOAP = "{http://schemas.xmlsoap.org/wsdl/soap/}"
INTERACTIVE = {"getInteractiveURL", "interactiveRejected", "interactiveDone"}


@pytest.fixture(scope="module")
def engine() -> Scripted:
    return Scripted()


@pytest.fixture(scope="module")
def served(engine: Scripted) -> Iterator[Served]:
    with serve(engine) as made:
        yield made


def elements(root: etree._Element) -> dict[str, list[tuple[str | None, ...]]]:
    """Every message element with its parts: name, type, and how often it may occur."""
    return {
        element.get("name") or "": [
            tuple(part.get(key) for key in ("name", "type", "minOccurs", "maxOccurs", "nillable"))
            for part in element.iter(f"{S}element")
            if part is not element
        ]
        for element in root.iterfind(f".//{S}schema/*")
    }


def actions(root: etree._Element) -> dict[str, tuple[str | None, str | None]]:
    """Every operation of the SOAP 1.1 binding with its soapAction and style."""
    found = {}
    for binding in root.iterfind(f"{W}binding"):
        if binding.find(f"{SOAP}binding") is not None:
            for operation in binding.iterfind(f"{W}operation"):
                soap = operation.find(f"{SOAP}operation")
                assert soap is not None
                found[operation.get("name") or ""] = (soap.get("soapAction"), soap.get("style"))
    return found


def messages(root: etree._Element) -> dict[str, list[str | None]]:
    return {m.get("name") or "": [part.get("element") for part in m] for m in root.iterfind(f"{W}message")}


def test_it_says_the_same_as_intuits_for_the_eight_operations() -> None:
    """Names, order of parameters, types, how often each occurs, and soapActions."""
    ours = etree.fromstring(wsdl("http://localhost/qbwc").encode())
    theirs = etree.parse(shared("reference/qbwc/QBWebConnectorSvc.wsdl")).getroot()
    assert ours.get("targetNamespace") == theirs.get("targetNamespace")
    mine, official = elements(ours), elements(theirs)
    assert set(mine) - set(official) == INTERACTIVE | {f"{name}Response" for name in INTERACTIVE}
    for name, parts in official.items():
        assert mine[name] == parts, name
    assert {name: actions(ours)[name] for name in actions(theirs)} == actions(theirs)
    assert set(actions(ours)) == set(PARAMETERS) == set(actions(theirs)) | INTERACTIVE
    assert {name: messages(ours)[name] for name in messages(theirs)} == messages(theirs)
    ours_schema, their_schema = ours.find(f".//{S}schema"), theirs.find(f".//{S}schema")
    assert ours_schema is not None
    assert their_schema is not None
    assert ours_schema.get("elementFormDefault") == their_schema.get("elementFormDefault") == "qualified"


def test_the_address_is_where_it_was_asked_for(served: Served) -> None:
    root = etree.fromstring(served.get("/qbwc?wsdl").body)
    address = root.find(f".//{SOAP}address")
    assert address is not None
    assert address.get("location") == "http://localhost/qbwc", "as the Host header said"
    with serve(Scripted(), public_address="https://sync.example.com/qbwc") as behind:
        found = etree.fromstring(behind.get("/qbwc?wsdl").body).find(f".//{SOAP}address")
        assert found is not None
        assert found.get("location") == "https://sync.example.com/qbwc"


def session_of_a_stranger(service: zeep.proxy.ServiceProxy, engine: Scripted) -> None:
    """Every operation, called by a client that knows nothing but the description."""
    engine.asked.clear()
    assert service.serverVersion().startswith("Fieldledger ")
    assert service.clientVersion("2.3.0.215") in (None, "")
    members = service.authenticate(USER, PASSWORD)
    assert [member or "" for member in members] == [TICKET, ""]
    assert [member or "" for member in service.authenticate(USER, "wrong")] == ["", "nvu"]
    assert service.sendRequestXML(TICKET, "<QBXML>é</QBXML>", "C:\\x.qbw", "US", 13, 0) == "<QBXML/>"
    assert service.receiveResponseXML(TICKET, "<QBXML>é\r\n</QBXML>", "", "") == 50
    assert service.connectionError(TICKET, "0x80040408", "Could not start QuickBooks.") == "done"
    assert service.getLastError(TICKET) == "The engine's words."
    assert service.closeConnection(TICKET) == "Done."
    context = Context(hcp="<QBXML>é</QBXML>", company_path="C:\\x.qbw", country="US", major=13, minor=0)
    assert engine.asked == [
        ("open", "c1"), ("next_request", TICKET, context), ("on_reply", TICKET, "<QBXML>é\r\n</QBXML>"),
        ("connection_failed", TICKET, "0x80040408", "Could not start QuickBooks."), ("last_error", TICKET),
        ("close", TICKET),
    ]  # fmt: skip


def test_an_independent_client_works_from_our_description(served: Served, engine: Scripted) -> None:
    client = zeep.Client(f"http://localhost:{served.port}/qbwc?wsdl")
    session_of_a_stranger(client.service, engine)
    assert client.service.getInteractiveURL(TICKET, "1") in (None, "")
    assert client.service.interactiveRejected(TICKET, "no") == "Fieldledger has no interactive mode."
    assert client.service.interactiveDone(TICKET) == "Done"


def test_an_independent_client_works_from_intuits_description(served: Served, engine: Scripted) -> None:
    client = zeep.Client(str(shared("reference/qbwc/QBWebConnectorSvc.wsdl")))
    service = client.create_service("{http://developer.intuit.com/}TroubleshootWebServiceFSSoap", served.url)
    session_of_a_stranger(service, engine)


def test_soap_1_2_is_refused_in_words(served: Served) -> None:
    client = zeep.Client(str(shared("reference/qbwc/QBWebConnectorSvc.wsdl")))
    service = client.create_service(
        "{http://developer.intuit.com/}TroubleshootWebServiceFSSoap12", served.url
    )
    with pytest.raises((Fault, zeep.exceptions.Error)):
        service.serverVersion()
