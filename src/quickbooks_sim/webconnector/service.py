"""The server as the Web Connector sees it: one method a call, with the log lines, the counts and the error codes.

It must never decide what comes next: that is the script in `session`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from lxml import etree

from quickbooks_sim.webconnector import soap
from quickbooks_sim.webconnector.log import Log
from quickbooks_sim.webconnector.wire import Connection, WireError

T = TypeVar("T")

FAILURES: Mapping[str, str] = {
    "serverVersion": "QBWC1036: Error encountered during version check: ",
    "clientVersion": "QBWC1036: Error encountered during version check: ",
    "authenticate": "QBWC1012: Authentication failed due to error message: ",
    "sendRequestXML": "QBWC1041: SendRequestXML failed due to error message: ",
    "receiveResponseXML": "QBWC1042: ReceiveResponseXML failed due to error message: ",
    "closeConnection": "QBWC1044: CloseConnection failed due to error message: ",
    "connectionError": "QBWC1045: ConnectionError failed due to error message: ",
}
"""What the Web Connector says when a call fails. The other calls have no code that is known."""

NAMES: Mapping[str, str] = {
    "ticket": "wcTicket", "strVersion": "productVersion", "strUserName": "userName", "strPassword": "password",
}  # fmt: skip
"""How the log calls parameters, where it does not use their own names."""
SECRET = ("strPassword",)


class SessionFailed(Exception):
    """The session broke off; str(error) begins with the Web Connector's code, where one is known."""


@dataclass
class Traffic:
    """calls: how often each operation was called; bytes of bodies, both ways."""

    calls: Counter[str] = field(default_factory=Counter)
    bytes_sent: int = 0
    bytes_received: int = 0


@dataclass(frozen=True)
class Reply:
    """What receiveResponseXML carries: QuickBooks' answer, or a COM error's number and text."""

    ticket: str
    response: str
    hresult: str = ""
    message: str = ""


class Service:
    """The calls. Every method raises `SessionFailed` when the server does not answer as a server must."""

    def __init__(self, http: Connection, log: Log, traffic: Traffic) -> None:
        self.http, self.log, self.traffic = http, log, traffic

    def server_version(self) -> str | None:
        return self._text("serverVersion", {})

    def client_version(self, version: str) -> str:
        return self._text("clientVersion", {"strVersion": version}) or ""

    def authenticate(self, user: str, password: str) -> list[str]:
        """At least ticket and what to do. The client stumbles over an array that is shorter or holds nulls."""
        operation = "authenticate"
        result = self._call(operation, {"strUserName": user, "strPassword": password})
        members = self._understood(operation, lambda: soap.as_array(result))
        if members is None or len(members) < 2 or members[0] is None or members[1] is None:
            raise self._failed(operation, f"it answered {members!r} instead of at least two strings")
        texts = [member or "" for member in members]
        self._received(
            operation, "".join(f'<authRet[{n}]="{text}">' for n, text in enumerate(texts)), len(texts)
        )
        return texts

    def send_request(self, ticket: str, introduction: str, facts: Mapping[str, str]) -> str:
        """The server's request, "" = nothing now."""
        operation = "sendRequestXML"
        request = self._text(operation, {"ticket": ticket, "strHCPResponse": introduction, **facts})
        if request is None:
            raise self._failed(operation, "it answered nothing that the client can see")
        return request

    def receive_response(self, reply: Reply) -> int:
        """The server's percent."""
        operation = "receiveResponseXML"
        result = self._call(operation, vars(reply))
        percent = self._understood(operation, lambda: soap.as_int(result))
        self._received(operation, f'<receiveResponseXMLRet="{percent}">', 1)
        return percent

    def post_unread(self, reply: Reply) -> None:
        """Post a reply and hang up when the server begins to answer."""
        self._abandoned(reply, self.http.post_unread)

    def post_half(self, reply: Reply) -> None:
        """Hang up when half of a reply is posted."""
        self._abandoned(reply, self.http.post_half)

    def connection_error(self, ticket: str, hresult: str, message: str) -> str | None:
        return self._text("connectionError", {"ticket": ticket, "hresult": hresult, "message": message})

    def last_error(self, ticket: str) -> str:
        return self._text("getLastError", {"ticket": ticket}) or ""

    def close(self, ticket: str) -> str:
        return self._text("closeConnection", {"ticket": ticket}) or ""

    def interactive_url(self, ticket: str, session: str) -> str:
        return self._text("getInteractiveURL", {"wcTicket": ticket, "sessionID": session}) or ""

    def interactive_rejected(self, ticket: str, reason: str) -> str:
        return self._text("interactiveRejected", {"wcTicket": ticket, "reason": reason}) or ""

    # ---- how ------------------------------------------------------------------------------------------------------

    def _text(self, operation: str, parameters: Mapping[str, str]) -> str | None:
        result = self._call(operation, parameters)
        text = self._understood(operation, lambda: soap.as_text(result))
        self._received(operation, f'<{operation}Ret="{self.log.shown(text or "")}">', 1)
        return text

    def _call(self, operation: str, parameters: Mapping[str, str]) -> etree._Element | None:
        body = soap.call(operation, dict(parameters))
        self._calling(operation, parameters)
        self.traffic.calls[operation] += 1
        self.traffic.bytes_sent += len(body)
        try:
            reply = self.http.post(soap.NAMESPACE + operation, body)
            self.traffic.bytes_received += len(reply.body)
            return soap.result(operation, reply)
        except (WireError, soap.SoapError) as error:
            raise self._failed(operation, str(error)) from error

    def _abandoned(self, reply: Reply, post: Callable[[str, bytes], None]) -> None:
        operation = "receiveResponseXML"
        self._calling(operation, vars(reply))
        try:
            post(soap.NAMESPACE + operation, soap.call(operation, dict(vars(reply))))
        except WireError as error:
            raise self._failed(operation, str(error)) from error

    def _understood(self, operation: str, read: Callable[[], T]) -> T:
        try:
            return read()
        except soap.SoapError as error:
            raise self._failed(operation, str(error)) from error

    def _failed(self, operation: str, why: str) -> SessionFailed:
        told = FAILURES.get(operation, f"{operation} failed: ") + why
        self._line(operation, told)
        return SessionFailed(told)

    def _calling(self, operation: str, parameters: Mapping[str, str]) -> None:
        shown = "".join(
            f"<{NAMES.get(name, name)}=<MaskedForSecurity>>" if name in SECRET
            else f'<{NAMES.get(name, name)}="{self.log.shown(value)}">'
            for name, value in parameters.items()
        )  # fmt: skip
        what = f" with following {_parameters(len(parameters))}{shown}" if parameters else "."
        self._line(operation, f"*** Calling {operation}(){what}")

    def _received(self, operation: str, shown: str, many: int) -> None:
        self._line(operation, f"Received from {operation}() following {_parameters(many)}{shown}")

    def _line(self, operation: str, text: str) -> None:
        self.log.line(f"QBWebConnector.SOAPWebService.do_{operation}", text)


def _parameters(many: int) -> str:
    return "parameter:" if many == 1 else "parameters:"
