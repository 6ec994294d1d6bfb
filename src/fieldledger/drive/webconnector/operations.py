"""What each of the Web Connector's operations means to the engine, and what it is answered when something goes wrong.

One table, no SOAP and no HTTP in it. It must never let an exception through, since the client takes anything but an
answer for a broken server; and never tell the log a ticket, a password or what QuickBooks said.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from pathlib import PurePath
from typing import TypeAlias, TypeVar

import msgspec
import structlog
from anyio import CapacityLimiter, to_thread

from fieldledger import __version__
from fieldledger.drive.webconnector.envelope import Answer
from fieldledger.drive.webconnector.login import Login, Refusal
from fieldledger.session.ports import Context, Engine, NothingToDo, Occupied, Opened, Send

T = TypeVar("T")
Given: TypeAlias = Mapping[str, str]
Handler: TypeAlias = Callable[[Given, str], Awaitable[Answer]]

THREADS = 16
"""Calls at work in the engine at a time. Of its own, so that the pages never wait for them."""
REMEMBERED = 1000

_FAILED = (
    "Fieldledger ran into an error of its own; its log tells more. Nothing is lost: the next update goes on from "
    "there."
)

log = structlog.get_logger()


class Trouble(msgspec.Struct, frozen=True):
    """What to answer so that the client ends cleanly: ``unread`` when the call itself could not be read, ``failed``
    when Fieldledger failed while it worked on it."""

    unread: Answer
    failed: Answer


TROUBLE: Mapping[str, Trouble] = {
    "serverVersion": Trouble(f"Fieldledger {__version__}", f"Fieldledger {__version__}"),
    "clientVersion": Trouble("", ""),  # go on
    "authenticate": Trouble(("", "nvu"), ("", "busy")),  # no credentials to be seen; come back later
    "sendRequestXML": Trouble("", ""),  # leads to getLastError
    "receiveResponseXML": Trouble(-1, -1),  # leads to getLastError
    "connectionError": Trouble("done", "done"),  # stop trying
    "getLastError": Trouble("The question could not be read. Start the update again.", _FAILED),
    "closeConnection": Trouble("Closed.", _FAILED),
    "getInteractiveURL": Trouble("", ""),
    "interactiveRejected": Trouble("", ""),
    "interactiveDone": Trouble("", ""),
}
"""In the order of `envelope.PARAMETERS`. "busy" rather than "nvu" when we failed: the password may well be right."""


class Operations:
    """Answers calls. Parameters are texts, "" where the client left them out."""

    def __init__(self, engine: Engine, login: Login) -> None:
        self.engine, self.login = engine, login
        self.reasons = _Reasons()
        self._threads = CapacityLimiter(THREADS)
        self._table: Mapping[str, Handler] = {
            "serverVersion": self._server_version,
            "clientVersion": self._client_version,
            "authenticate": self._authenticate,
            "sendRequestXML": self._send_request,
            "receiveResponseXML": self._receive_response,
            "connectionError": self._connection_error,
            "getLastError": self._last_error,
            "closeConnection": self._close,
            "getInteractiveURL": self._no_interactive_mode(""),
            "interactiveRejected": self._no_interactive_mode("Fieldledger has no interactive mode."),
            "interactiveDone": self._no_interactive_mode("Done"),
        }

    async def answer(self, operation: str, given: Given, address: str) -> Answer:
        """``address``: of the client, for slowing down guesses. Whatever happens inside, there is an answer."""
        try:
            return await self._table[operation](given, address)
        except Exception as error:
            log.error("webconnector.failed", operation=operation, session=mark(given), **where(error))
            self.reasons.note(given.get("ticket", ""), _FAILED)
            return TROUBLE[operation].failed

    async def answer_unread(self, operation: str, ticket: str, why: str) -> Answer:
        """To a call whose body could not be read. Of a reply the session is told, so that it asks again or stops."""
        answer = TROUBLE[operation].unread
        if operation == "receiveResponseXML" and ticket:
            given = {"ticket": ticket, "response": "", "hresult": "", "message": ""}
            answer = await self.answer(operation, given, "")
        if answer in ("", -1):
            told = f"The Web Connector's message could not be read: {why}. Nothing is lost: the next update asks again."
            self.reasons.note(ticket, told)
        return answer

    # ---- one a call -------------------------------------------------------------------------------------------------

    async def _server_version(self, _: Given, __: str) -> Answer:
        return f"Fieldledger {__version__}"

    async def _client_version(self, given: Given, _: str) -> Answer:
        major = given["strVersion"].strip().split(".")[0]
        if major.isascii() and major.isdigit() and int(major[:9]) < 2:
            return "E:This Web Connector is too old. Please install version 2.1 or newer."
        return ""

    async def _authenticate(self, given: Given, address: str) -> Answer:
        account = await self.login.check(given["strUserName"], given["strPassword"], address)
        if isinstance(account, Refusal):
            log.warning("webconnector.refused", answer=account.value, address=address)
            return "", account.value
        match await self._in_thread(self.engine.open, account.company):
            case Opened() as opened:
                return _members(opened.ticket, opened.company_path, None, opened.every_seconds)
            case NothingToDo() as rest:
                return _members("", "none", rest.wait_seconds, rest.every_seconds)
            case Occupied():
                return "", "busy"

    async def _send_request(self, given: Given, _: str) -> Answer:
        context = Context(
            hcp=given["strHCPResponse"],
            company_path=given["strCompanyFileName"],
            country=given["qbXMLCountry"],
            major=_number(given["qbXMLMajorVers"]),
            minor=_number(given["qbXMLMinorVers"]),
        )
        request = await self._in_thread(self.engine.next_request, given["ticket"], context)
        self.reasons.forget(
            given["ticket"]
        )  # what failed before is over: getLastError is for the engine again
        return request.text if isinstance(request, Send) else ""  # Wait and Stop: getLastError tells which

    async def _receive_response(self, given: Given, _: str) -> Answer:
        ticket, hresult, message = given["ticket"], given["hresult"], given["message"]
        if hresult.strip() or (message.strip() and not given["response"].strip()):
            progress = await self._in_thread(self.engine.on_failure, ticket, hresult, message)
        else:
            progress = await self._in_thread(self.engine.on_reply, ticket, given["response"])
        return progress.percent

    async def _connection_error(self, given: Given, _: str) -> Answer:
        path = await self._in_thread(
            self.engine.connection_failed, given["ticket"], given["hresult"], given["message"]
        )
        return "done" if path is None else path

    async def _last_error(self, given: Given, _: str) -> Answer:
        ticket = given["ticket"]
        return self.reasons.of(ticket) or await self._in_thread(self.engine.last_error, ticket)

    async def _close(self, given: Given, _: str) -> Answer:
        self.reasons.forget(given["ticket"])
        return await self._in_thread(self.engine.close, given["ticket"])

    @staticmethod
    def _no_interactive_mode(told: str) -> Handler:
        """We never answer "Interactive mode", so nobody asks for these; whoever does hears so."""

        async def answer(_: Given, __: str) -> Answer:
            return told

        return answer

    async def _in_thread(self, work: Callable[..., T], *arguments: object) -> T:
        return await to_thread.run_sync(work, *arguments, limiter=self._threads)


class _Reasons:
    """Why a call of a session failed in this process, for the getLastError that follows. A convenience only: after a
    restart, or in another process, the engine's own words stand in."""

    def __init__(self) -> None:
        self._told: OrderedDict[str, str] = OrderedDict()

    def note(self, ticket: str, why: str) -> None:
        if ticket:
            self._told[_hashed(ticket)] = why
            while len(self._told) > REMEMBERED:
                self._told.popitem(last=False)

    def of(self, ticket: str) -> str:
        return self._told.get(_hashed(ticket), "")

    def forget(self, ticket: str) -> None:
        self._told.pop(_hashed(ticket), None)


def mark(given: Given) -> str:
    """Eight characters by which the log's lines about one session can be told from others; nobody gets in by them."""
    ticket = given.get("ticket", "")
    return _hashed(ticket)[:8] if ticket else ""


def _hashed(ticket: str) -> str:
    return hashlib.sha256(ticket.encode("utf-8", "replace")).hexdigest()


def where(error: BaseException) -> dict[str, str]:
    """What was raised and where, for the log; never the messages, in which databases repeat what they were given."""
    kinds: list[str] = []
    places: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(kinds) < 5:
        kinds.append(type(cause).__name__)
        trace = cause.__traceback__
        while trace is not None:
            code = trace.tb_frame.f_code
            places.append(f"{PurePath(code.co_filename).name}:{trace.tb_lineno} {code.co_name}")
            trace = trace.tb_next
        cause = cause.__cause__ or cause.__context__
    return {"error": " from ".join(kinds), "at": " > ".join(places[:40])}


def _members(ticket: str, what: str, wait: int | None, every: int | None) -> tuple[str, ...]:
    """authenticate's array: the third member must stand where the fourth does, and is empty where nothing is to be
    put off: a number there, even 0, asks for the update to be postponed."""
    if every is not None:
        return ticket, what, "" if wait is None else str(wait), str(every)
    return (ticket, what) if wait is None else (ticket, what, str(wait))


def _number(text: str) -> int:
    """A version number as the client sends it; 0 for anything else."""
    digits = text.strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0
