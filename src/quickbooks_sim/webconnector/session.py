"""One session, in the real one's order: versions, login, open QuickBooks, requests and replies, close.

The script only: calls are made by `service`, QuickBooks is worked by `quickbooks`, what goes wrong on demand stands in
`faults`. It must never help the server: whatever that forgets to say or to close stays as it is.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from quickbooks_sim.errors import QuickBooksError
from quickbooks_sim.requestprocessor import RequestProcessor
from quickbooks_sim.webconnector.faults import Died, Faults, Place
from quickbooks_sim.webconnector.log import VERSION, Log
from quickbooks_sim.webconnector.quickbooks import Executed, QuickBooks
from quickbooks_sim.webconnector.qwc import Qwc
from quickbooks_sim.webconnector.registry import Registry
from quickbooks_sim.webconnector.service import Reply, Service, SessionFailed, Traffic
from quickbooks_sim.webconnector.wire import Connection

__all__ = ["SessionFailed", "SessionResult", "run_session"]

PATHS = 3
"""Company files that are tried before the Web Connector gives up, where the server never says "done"."""
NO_OPS = 1000
REFUSALS = ("none", "nvu", "busy")
WRITES = re.compile(r"<\w+(?:Add|Mod|Del|Void|Merge)Rq\b")
"""What a request holds that changes something."""
_CLIENT_VERDICT = re.compile(r"(?:[WE]:.*|O:\s*\d+(?:\.\d+)*)?", re.DOTALL)

Report = Callable[[str], None]
"""Is told of each step, in a few words for people."""


@dataclass
class SessionResult(Traffic):
    """outcome: done, none, busy, nvu, error (negative percent, or QuickBooks cannot be opened), stopped (the server had
    nothing to send and said why). last_error: the reason; closed: what closeConnection answered; percents: of
    receiveResponseXML; next_seconds: what authenticate asked for, as (postpone, interval)."""

    outcome: str = "done"
    last_error: str = ""
    closed: str = ""
    percents: list[int] = field(default_factory=list)
    seconds: float = 0.0
    next_seconds: tuple[int | None, int | None] = (None, None)

    def end(self, outcome: str, why: str) -> None:
        self.outcome, self.last_error = outcome, why


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
    """Run one session to its end.

    noop_seconds  how long to wait on NoOp; timeout: seconds for each silence of the server.
    Raises `Died` where a fault says so, `SessionFailed` where the server failed, OSError where log or registry
    cannot be written.
    """
    result = SessionResult()
    http = Connection(qwc.url, timeout)
    log = log or Log()
    run = _Run(
        qwc=qwc,
        service=Service(http, log, result),
        quickbooks=QuickBooks(processor, qwc.app_id, qwc.app_name, qwc.owner_id),
        faults=faults or Faults(),
        log=log,
        report=on_step or (lambda _: None),
        noop_seconds=noop_seconds,
        result=result,
    )
    started = time.monotonic()
    try:
        log.begin(qwc.app_name, qwc.unique_name, qwc.url)
        _whole(run, password)
        log.end()
    except SessionFailed:
        log.end()
        raise
    finally:
        result.seconds = time.monotonic() - started
        http.close()
    return result


@dataclass
class _Run:
    """What the parts of the script share. ticket: of the server's session."""

    qwc: Qwc
    service: Service
    quickbooks: QuickBooks
    faults: Faults
    log: Log
    report: Report
    noop_seconds: float
    result: SessionResult
    ticket: str = ""


def _whole(run: _Run, password: str) -> None:
    if not _versions_agree(run):
        return
    path = _log_in(run, "wrong " + password if run.faults.strikes("wrong_password") else password)
    if path is not None:
        _work(run, path)
    if not run.faults.strikes("skip_close"):
        run.result.closed = run.service.close(run.ticket)


def _work(run: _Run, path: str) -> None:
    """Everything that needs QuickBooks. Whoever dies leaves the company file marked as being updated."""
    try:
        if _open(run, path):
            _exchange(run)
        run.quickbooks.unlock()
    except SessionFailed:
        run.quickbooks.unlock()
        raise
    finally:
        run.quickbooks.close()


# ---- before QuickBooks is touched -----------------------------------------------------------------------------------


def _versions_agree(run: _Run) -> bool:
    run.service.server_version()
    verdict = run.service.client_version(VERSION)
    if not _CLIENT_VERDICT.fullmatch(verdict):
        raise SessionFailed(
            f"QBWC1046: Application sent incorrect syntax return value for clientVersion(): {verdict!r}"
        )
    if verdict.startswith("E:"):
        run.result.end("error", f"QBWC1037: Update aborted. {verdict[2:]}")
        return False
    if verdict.startswith("W:"):
        run.report(f"the server warns: {verdict[2:]} (the user goes on)")
    return True


def _log_in(run: _Run, password: str) -> str | None:
    """The company file to open, "" = the one that is open; None when there is nothing to open one for."""
    members = run.service.authenticate(run.qwc.user, password)
    run.ticket, what = members[:2]
    run.result.next_seconds = (_seconds(members[2:3]), _seconds(members[3:4]))
    if run.faults.strikes("die_after_authenticate"):
        raise Died("after authenticate")
    if what in REFUSALS:
        wrong = "QBWC1040: Web connector did not provide a valid username and/or password."
        run.result.end(what, wrong if what == "nvu" else "")
        return None
    if not run.ticket:
        raise SessionFailed("QBWC1012: Authentication failed due to error message: there is no ticket")
    run.report(f"logged in as {run.qwc.user}")
    return what


def _seconds(member: list[str]) -> int | None:
    return int(member[0]) if member and member[0].isascii() and member[0].isdigit() else None


# ---- QuickBooks is opened -------------------------------------------------------------------------------------------


def _open(run: _Run, path: str) -> bool:
    """Open QuickBooks; where that fails, the server says which file to try, until it says done."""
    for _ in range(PATHS):
        try:
            run.quickbooks.open(path)
        except QuickBooksError as error:
            run.report(f"QuickBooks cannot be opened: {error.message}")
            said = run.service.connection_error(run.ticket, error.hresult, error.message)
            if said is None or said == "done":
                run.result.end("error", f"QBWC1013: Error connecting to QuickBooks. {error.message}")
                return False
            path = said
        else:
            _introduce_ourselves(run)
            return True
    run.result.end("error", "QBWC1008: Unable to connect to QuickBooks. Task could not be completed.")
    return False


def _introduce_ourselves(run: _Run) -> None:
    """The first time, a person adds the application; each time, the file is marked as being updated."""
    registry = Registry.beside(run.qwc)
    if not registry.knows(run.qwc):
        if run.quickbooks.stamp(run.qwc.file_id):
            run.report("the application is added to this company file")
        registry.add(run.qwc)
    run.quickbooks.lock()


# ---- requests and replies -------------------------------------------------------------------------------------------


def _exchange(run: _Run) -> None:
    """Until 100 percent, a negative number, or nothing more to send."""
    try:
        introduction = run.quickbooks.introduction()
    except QuickBooksError as error:
        raise SessionFailed(
            f"QBWC1014: Could not get Host/Company/Preference Query response from QuickBooks. {error.message}"
        ) from error
    number = writes = no_ops = 0
    while True:
        request = _ask(run, introduction, number, writes)
        introduction = ""
        if request == "":
            if no_ops < NO_OPS and _may_ask_again(run):
                no_ops += 1
                continue
            break
        number += 1
        is_write = WRITES.search(request) is not None
        writes += is_write
        percent = _answer(run, request, Place(number, writes if is_write else 0))
        run.result.percents.append(percent)
        run.report(f"{percent:3d} %")
        if percent < 0:
            run.result.end("error", run.service.last_error(run.ticket))
        if percent < 0 or percent == 100:
            break


def _ask(run: _Run, introduction: str, number: int, writes: int) -> str:
    """The next request. number, writes: how many came before, and how many of them wrote."""
    facts = run.quickbooks.facts()
    request = run.service.send_request(run.ticket, introduction, facts)
    place = Place(number + 1, writes + 1 if WRITES.search(request) else 0)
    if run.faults.strikes("ask_twice", place):
        request = run.service.send_request(run.ticket, "", facts)
    return request


def _may_ask_again(run: _Run) -> bool:
    """What the server says when it had nothing to send. False: the session is over."""
    said = run.service.last_error(run.ticket)
    if said == "NoOp":
        run.report(f"nothing to do yet, waiting {run.noop_seconds:g} s")
        time.sleep(run.noop_seconds)
        return True
    if said == "Interactive mode":
        url = run.service.interactive_url(run.ticket, "1")
        run.report(f"the server wants somebody to look at {url}, but nobody sits here")
        said = run.service.interactive_rejected(run.ticket, "User rejected interactive mode")
    run.result.end("stopped", said)
    return False


def _answer(run: _Run, request: str, place: Place) -> int:
    """Let QuickBooks execute a request, post its answer, and return the server's percent."""
    faults, number = run.faults, place.number
    if faults.strikes("die_before_execute", place):
        raise Died(f"before QuickBooks executed request {number}")
    run.log.line(_PROCESS, f"Processing request #{number}: {run.log.shown(request)}")
    executed = _execute(run, request, place)
    told = run.log.shown(executed.answer) or f"HRESULT = {executed.hresult} {executed.message}"
    run.log.line(_PROCESS, f"RESPONSE: {told}")
    if faults.strikes("die_after_execute", place):
        raise Died(f"after QuickBooks executed request {number}, before its reply was posted")
    stalled = faults.strikes("stall", place)
    time.sleep(stalled.amount if stalled else 0)
    ticket = "not-a-ticket" if faults.strikes("wrong_ticket", place) else run.ticket
    reply = Reply(ticket, faults.spoiled(executed.answer, place), executed.hresult, executed.message)
    if faults.strikes("die_mid_post", place):
        run.service.post_half(reply)
        raise Died(f"while the reply to request {number} was posted, half of it sent")
    if faults.strikes("die_before_read", place):
        run.service.post_unread(reply)
        raise Died(f"after the reply to request {number} was posted, before the server's answer was read")
    if faults.strikes("post_reply_twice", place):
        run.service.receive_response(reply)
    return run.service.receive_response(reply)


def _execute(run: _Run, request: str, place: Place) -> Executed:
    killed = run.faults.strikes("kill_quickbooks", place)
    if killed and killed.point:
        run.report(f"QuickBooks dies {killed.point.value.replace('_', ' ')}")
        return run.quickbooks.execute(request, killed.point)
    if killed:
        run.report("QuickBooks is restarted")
        try:
            run.quickbooks.restart()
        except QuickBooksError as error:
            return Executed("", error.hresult, error.message)
    return run.quickbooks.execute(request)


_PROCESS = "QBWebConnector.SOAPWebService.ProcessRequestXML"
