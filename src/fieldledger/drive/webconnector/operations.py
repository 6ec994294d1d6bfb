"""What each of the Web Connector's operations means to the engine. One table, no SOAP and no HTTP in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fieldledger import __version__
from fieldledger.drive.webconnector.envelope import Answer
from fieldledger.drive.webconnector.login import Login
from fieldledger.session.ports import Context, Engine, NothingToDo, Occupied, Opened, Send


class Operations:
    """Answers calls. Parameters are texts, "" where the client left them out."""

    def __init__(self, engine: Engine, login: Login) -> None:
        self.engine, self.login = engine, login
        self._table: Mapping[str, Callable[[Mapping[str, str], str], Answer]] = {
            "serverVersion": lambda _, __: f"Fieldledger {__version__}",
            "clientVersion": self._client_version,
            "authenticate": self._authenticate,
            "sendRequestXML": self._send_request,
            "receiveResponseXML": self._receive_response,
            "connectionError": self._connection_error,
            "getLastError": lambda given, _: self.engine.last_error(given["ticket"]),
            "closeConnection": lambda given, _: self.engine.close(given["ticket"]),
            "getInteractiveURL": lambda _, __: "",
            "interactiveRejected": lambda _, __: "Fieldledger has no interactive mode.",
            "interactiveDone": lambda _, __: "Done",
        }

    def answer(self, operation: str, given: Mapping[str, str], address: str) -> Answer:
        """``address``: of the client, for slowing down guesses."""
        return self._table[operation](given, address)

    def _client_version(self, given: Mapping[str, str], _: str) -> Answer:
        major = given["strVersion"].strip().split(".")[0]
        if major.isdigit() and int(major) < 2:
            return "E:This Web Connector is too old. Please install version 2.1 or newer."
        return ""

    def _authenticate(self, given: Mapping[str, str], address: str) -> Answer:
        account = self.login.check(given["strUserName"], given["strPassword"], address)
        if account is None:
            return ("", "nvu")
        match self.engine.open(account.company):
            case Opened() as opened:
                return _members(opened.ticket, opened.company_path, None, opened.every_seconds)
            case NothingToDo() as rest:
                return _members("", "none", rest.wait_seconds, rest.every_seconds)
            case Occupied():
                return ("", "busy")

    def _send_request(self, given: Mapping[str, str], _: str) -> Answer:
        context = Context(
            hcp=given["strHCPResponse"],
            company_path=given["strCompanyFileName"],
            country=given["qbXMLCountry"],
            major=_number(given["qbXMLMajorVers"]),
            minor=_number(given["qbXMLMinorVers"]),
        )
        request = self.engine.next_request(given["ticket"], context)
        return request.text if isinstance(request, Send) else ""

    def unreadable_reply(self, ticket: str) -> Answer:
        """A reply whose envelope cannot be read: its session asks again or stops, and can tell why."""
        return self.engine.on_reply(ticket, "").percent if ticket else -1

    def _receive_response(self, given: Mapping[str, str], _: str) -> Answer:
        if given["hresult"].strip() or (given["message"].strip() and not given["response"].strip()):
            return self.engine.on_failure(given["ticket"], given["hresult"], given["message"]).percent
        return self.engine.on_reply(given["ticket"], given["response"]).percent

    def _connection_error(self, given: Mapping[str, str], _: str) -> Answer:
        path = self.engine.connection_failed(given["ticket"], given["hresult"], given["message"])
        return "done" if path is None else path


def _members(ticket: str, what: str, wait: int | None, every: int | None) -> tuple[str, ...]:
    """authenticate's array: the third member must stand where the fourth does."""
    if every is not None:
        return ticket, what, str(wait or 0), str(every)
    return (ticket, what) if wait is None else (ticket, what, str(wait))


def _number(text: str) -> int:
    return int(text) if text.strip().isdigit() else 0
