"""One session, in the real one's order: versions, login, open QuickBooks, requests and replies, close."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from quickbooks_sim.errors import QuickBooksError
from quickbooks_sim.requestprocessor import RequestProcessor
from quickbooks_sim.webconnector import soap
from quickbooks_sim.webconnector.faults import Died, Faults
from quickbooks_sim.webconnector.log import Log
from quickbooks_sim.webconnector.qwc import Qwc
from quickbooks_sim.webconnector.wire import Connection, WireError

VERSION = "2.3.0.215"
FAILURE_CODES = {
    "serverVersion": "QBWC1036", "clientVersion": "QBWC1036", "authenticate": "QBWC1012", "sendRequestXML": "QBWC1041",
    "receiveResponseXML": "QBWC1042", "closeConnection": "QBWC1044", "connectionError": "QBWC1045",
    "getLastError": "QBWC1042",
}  # fmt: skip
HCP = (
    '<?xml version="1.0" encoding="utf-8"?><?qbxml version="{major}.{minor}"?><QBXML>'
    '<QBXMLMsgsRq onError="continueOnError"><HostQueryRq requestID="0" /><CompanyQueryRq requestID="1">'
    '<OwnerID>{owner}</OwnerID></CompanyQueryRq><PreferencesQueryRq requestID="2" /></QBXMLMsgsRq></QBXML>'
)
OPEN_TRIES = 3
NO_OPS = 1000


class SessionFailed(Exception):
    """The session broke off; str(error) begins with the Web Connector's code."""


@dataclass
class SessionResult:
    """outcome: done, none, busy, nvu, error (negative percent or a failure of the server), stopped (the server had
    nothing to send and said why). next_seconds: what authenticate asked for, as (postpone, interval)."""

    outcome: str = "done"
    last_error: str = ""
    closed: str = ""
    percents: list[int] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    bytes_sent: int = 0
    bytes_received: int = 0
    seconds: float = 0.0
    next_seconds: tuple[int | None, int | None] = (None, None)


Report = Callable[[str], None]


def run_session(
    qwc: Qwc,
    processor: RequestProcessor,
    password: str,
    *,
    faults: Faults | None = None,
    log: Log | None = None,
    on_step: Report | None = None,
    noop_seconds: float = 5.0,
    timeout: float = 100.0,
) -> SessionResult:
    """Run one session to its end. Raises `Died` where a fault says so, `SessionFailed` where the server failed."""
    runner = _Runner(
        qwc, processor, faults or Faults(), log or Log(), on_step or (lambda _: None), noop_seconds, timeout
    )
    started = time.monotonic()
    try:
        runner.run(password)
    finally:
        runner.result.seconds = time.monotonic() - started
        runner.http.close()
    return runner.result


class _Runner:
    def __init__(
        self,
        qwc: Qwc,
        processor: RequestProcessor,
        faults: Faults,
        log: Log,
        report: Report,
        noop: float,
        timeout: float,
    ) -> None:
        self.qwc, self.processor, self.faults, self.log, self.report = qwc, processor, faults, log, report
        self.noop_seconds = noop
        self.http = Connection(qwc.url, timeout)
        self.result = SessionResult()
        self.number = 0

    # ---- the script -----------------------------------------------------------------------------------------------

    def run(self, password: str) -> None:
        self._text("serverVersion", {})
        verdict = self._text("clientVersion", {"strVersion": VERSION}) or ""
        if verdict.startswith("E:"):
            self.result.outcome, self.result.last_error = "error", f"QBWC1037: {verdict[2:]}"
            return
        if verdict and not verdict.startswith(("W:", "O:")):
            raise SessionFailed(f"QBWC1046: clientVersion answered {verdict!r}")
        ticket, what = self._authenticate("wrong " + password if self.faults.wrong_password else password)
        if self.faults.die_after_authenticate:
            raise Died("after authenticate")
        if what in ("none", "nvu", "busy"):
            self.result.outcome = what
            if what == "nvu":
                self.result.last_error = "QBWC1040: the user name or the password is wrong"
            self._close(ticket)
            return
        self.report(f"logged in as {self.qwc.user}")
        session = self._open(ticket, what)
        if session is None:
            self._close(ticket)
            return
        try:
            self._loop(ticket, session)
        finally:
            self.processor.close_connection()
        self._close(ticket)

    def _authenticate(self, password: str) -> tuple[str, str]:
        answer = soap.as_array(
            self._call("authenticate", {"strUserName": self.qwc.user, "strPassword": password})
        )
        if answer is None or len(answer) < 2:
            raise SessionFailed(f"QBWC1012: authenticate answered {answer!r} instead of at least two strings")
        numbers = [int(text) if text and text.strip().isdigit() else None for text in answer[2:4]]
        self.result.next_seconds = (numbers[0] if numbers else None, numbers[1] if len(numbers) > 1 else None)
        return answer[0] or "", answer[1] or ""

    def _open(self, ticket: str, path: str) -> str | None:
        """Open QuickBooks; on failure ask the server which file to try, until it says done."""
        for _ in range(OPEN_TRIES):
            try:
                self.processor.open_connection(self.qwc.app_id, self.qwc.app_name)
                session = self.processor.begin_session(path)
            except QuickBooksError as error:
                self.report(f"QuickBooks cannot be opened: {error.message}")
                said = self._text(
                    "connectionError", {"ticket": ticket, "hresult": error.hresult, "message": error.message}
                )
                if said is None or said == "done":
                    self.result.outcome = "error"
                    self.result.last_error = f"QBWC1013: {error.message}"
                    return None
                path = said
            else:
                self.processor.store_private_data(self.qwc.owner_id, "FileID", self.qwc.file_id)
                self.processor.store_private_data(
                    self.qwc.owner_id, "AppLock", f"LOCKED:QUICKBOOKS-SIM:{time.time_ns() // 100}"
                )
                return session
        self.result.outcome, self.result.last_error = "error", "QBWC1008: QuickBooks could not be opened"
        return None

    def _loop(self, ticket: str, session: str) -> None:
        hcp = self._introduction(session)
        no_ops = 0
        while True:
            request = self._ask(ticket, hcp)
            hcp = ""
            if request is None:
                raise SessionFailed("QBWC1041: sendRequestXML answered nothing that the client can see")
            if request == "":
                said = self._text("getLastError", {"ticket": ticket}) or ""
                if said == "NoOp" and no_ops < NO_OPS:
                    no_ops += 1
                    self.report(f"nothing to do yet, waiting {self.noop_seconds:g} s")
                    time.sleep(self.noop_seconds)
                    continue
                self.result.outcome, self.result.last_error = "stopped", said
                self.report(f"the server stopped: {said}")
                return
            self.number += 1
            session = self._maybe_restart(session)
            percent = self._execute(ticket, session, request)
            self.result.percents.append(percent)
            self.report(f"{percent:3d} %")
            if percent == 100:
                return
            if percent < 0:
                self.result.outcome = "error"
                self.result.last_error = self._text("getLastError", {"ticket": ticket}) or ""
                self.report(f"the server stopped: {self.result.last_error}")
                return

    def _introduction(self, session: str) -> str:
        major, minor = self.processor.supported_version()
        request = HCP.format(major=major, minor=minor, owner=self.qwc.owner_id)
        try:
            return self.processor.process_request(session, request)
        except QuickBooksError as error:
            raise SessionFailed(f"QBWC1014: {error.message}") from error

    def _ask(self, ticket: str, hcp: str) -> str | None:
        major, minor = self.processor.supported_version()
        parameters: dict[str, str | None] = {
            "ticket": ticket, "strHCPResponse": hcp, "strCompanyFileName": self.processor.company_path(),
            "qbXMLCountry": self.processor.country(), "qbXMLMajorVers": str(major), "qbXMLMinorVers": str(minor),
        }  # fmt: skip
        request = self._text("sendRequestXML", parameters)
        if self.faults.ask_twice == self.number + 1:
            parameters["strHCPResponse"] = ""
            request = self._text("sendRequestXML", parameters)
        return request

    def _maybe_restart(self, session: str) -> str:
        if self.faults.kill_quickbooks != self.number:
            return session
        self.report("QuickBooks is restarted")
        self.processor.close_connection()
        self.processor.open_connection(self.qwc.app_id, self.qwc.app_name)
        return self.processor.begin_session("")

    def _execute(self, ticket: str, session: str, request: str) -> int:
        n, faults = self.number, self.faults
        if faults.die_before_execute == n:
            raise Died(f"before QuickBooks executed request {n}")
        response, hresult, message = "", "", ""
        self.log.line("RequestProcessor.ProcessRequest", f"request: {self.log.shown(request)}")
        try:
            response = self.processor.process_request(session, request)
        except QuickBooksError as error:
            hresult, message = error.hresult, error.message
        answered = self.log.shown(response) or f"{hresult} {message}"
        self.log.line("RequestProcessor.ProcessRequest", f"response: {answered}")
        if faults.die_after_execute == n:
            raise Died(f"after QuickBooks executed request {n}, before its reply was posted")
        if faults.stall and faults.stall[0] == n:
            time.sleep(faults.stall[1])
        reply: dict[str, str | None] = {
            "ticket": "not-a-ticket" if faults.wrong_ticket == n else ticket,
            "response": self._spoil(response), "hresult": hresult, "message": message,
        }  # fmt: skip
        if faults.die_before_read == n:
            self._send_only("receiveResponseXML", reply)
            raise Died(f"after the reply to request {n} was posted, before the server's answer was read")
        if faults.post_reply_twice == n:
            self._call("receiveResponseXML", reply)
        return soap.as_int(self._call("receiveResponseXML", reply))

    def _spoil(self, response: str) -> str:
        n, faults = self.number, self.faults
        if faults.garble == n:
            return response[: len(response) // 2]
        if faults.garble_control == n:
            return response.replace("</QBXML>", "\x01</QBXML>")
        if faults.pad_reply and faults.pad_reply[0] == n:
            return response.replace("</QBXML>", " " * int(faults.pad_reply[1] * 1024 * 1024) + "</QBXML>")
        return response

    def _close(self, ticket: str) -> None:
        if not self.faults.skip_close:
            self.result.closed = self._text("closeConnection", {"ticket": ticket}) or ""

    # ---- calls ------------------------------------------------------------------------------------------------------

    def _text(self, operation: str, parameters: dict[str, str | None] | dict[str, str]) -> str | None:
        return soap.as_text(self._call(operation, dict(parameters)))

    def _call(self, operation: str, parameters: dict[str, Any]) -> etree._Element | None:
        body = soap.call(operation, parameters)
        self.log.line(f"SOAPWebService.do_{operation}", f"*** Calling {operation}().")
        self.result.calls[operation] += 1
        self.result.bytes_sent += len(body)
        try:
            reply = self.http.post(soap.NAMESPACE + operation, body)
            self.result.bytes_received += len(reply.body)
            return soap.result(operation, reply)
        except (WireError, soap.SoapError) as error:
            code = FAILURE_CODES.get(operation, "QBWC1042")
            self.log.line(f"SOAPWebService.do_{operation}", f"{code} {error}")
            raise SessionFailed(f"{code}: {operation} failed: {error}") from error

    def _send_only(self, operation: str, parameters: dict[str, Any]) -> None:
        self.http.post_unread(soap.NAMESPACE + operation, soap.call(operation, parameters))
