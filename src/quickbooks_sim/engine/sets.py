"""Executes a message set: recovery of message sets, one request after the other, the answer as text.

A set runs in one span of the company file, each request in a span of its own inside it. Whatever a request does,
it must never leave half of itself behind.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from lxml import etree

from quickbooks_sim.companyfile import CompanyFile
from quickbooks_sim.engine.answer import Answer, Context, write_answer
from quickbooks_sim.engine.document import MessageSet, read_set
from quickbooks_sim.engine.handlers import HANDLERS
from quickbooks_sim.engine.iterators import Iterators
from quickbooks_sim.engine.values import first_problem
from quickbooks_sim.errors import Died, FaultPoint, QuickBooksError
from quickbooks_sim.fields import attributes
from quickbooks_sim.locks import Locked, use_up
from quickbooks_sim.status import NOT_PROCESSED, READ_ONLY, UNSUPPORTED, Refusal, Status, modified_by_other

MAX_SET_ID = 23
CLEAR_ALL = "ClearAllMessageSets"
TakeFault = Callable[[FaultPoint], bool]


@dataclass(frozen=True)
class _Run:
    """The text of an answer, and the death that follows once everything is committed."""

    text: str
    death: FaultPoint | None = None


def answer_set(
    company: CompanyFile, application: str, iterators: Iterators, take_fault: TakeFault, text: str
) -> str:
    """Executes the message set in `text` and returns the answer.

    QuickBooksError: nothing was executed. Died: what `FaultPoint` says.
    """
    if company.switch("dialog") == "open":
        raise QuickBooksError("0x80040414")
    message_set = read_set(company, text)
    if take_fault(FaultPoint.BEFORE_EXECUTION):
        raise Died(FaultPoint.BEFORE_EXECUTION)
    context = Context(company, application, iterators)
    recovering = message_set.old_id is not None or message_set.new_id is not None
    with company.writing() if recovering or _writes(message_set) else company.reading():
        run = (
            _recover(context, take_fault, message_set)
            if recovering
            else _run(context, take_fault, message_set)
        )
    # Everything above is committed. An answer that was stored before can be lost on its way too.
    if run.death is not None:
        raise Died(run.death)
    if take_fault(FaultPoint.BEFORE_ANSWER):
        raise Died(FaultPoint.BEFORE_ANSWER)
    return run.text


def _writes(message_set: MessageSet) -> bool:
    return any(not str(request.tag).endswith("QueryRq") for request in message_set.requests)


def _document(lines: list[str], status: int | None, set_id: str = "") -> str:
    recovery = [("newMessageSetID", set_id)] if set_id else []
    recovery += [] if status is None else [("messageSetStatusCode", str(status))]
    frame = "QBXMLMsgsRs" + attributes(recovery)
    return "\n".join(
        ['<?xml version="1.0" ?>', "<QBXML>", f"<{frame}>", *lines, "</QBXMLMsgsRs>", "</QBXML>", ""]
    )


def _run(
    context: Context,
    take_fault: TakeFault,
    message_set: MessageSet,
    status: int | None = None,
    set_id: str = "",
) -> _Run:
    lines: list[str] = []
    stopped = False
    for request in message_set.requests:
        answer = Answer(NOT_PROCESSED) if stopped else _execute(context, request)
        stopped = stopped or (answer.status.is_error and message_set.stop_on_error)
        request_id = request.get("requestID")
        write_answer(
            str(request.tag),
            None if request_id is None else str(request_id),
            answer,
            lines,
            message_set.include_data,
        )
        if take_fault(FaultPoint.MID_SET):
            return _Run("", FaultPoint.MID_SET)
    text = _document(lines, status, set_id)
    return _Run(text, FaultPoint.EXECUTED_NOT_STORED if take_fault(FaultPoint.EXECUTED_NOT_STORED) else None)


def _execute(context: Context, request: etree._Element) -> Answer:
    name = str(request.tag)
    handler = HANDLERS.get(name)
    if handler is None:
        return Answer(UNSUPPORTED)
    problem = first_problem(request)
    if problem is not None:
        return Answer(problem)
    if name.endswith("QueryRq"):
        try:
            return handler(context, request)
        except Refusal as refusal:
            return Answer(refusal.status)
    if context.company.is_on("read_only"):
        return Answer(READ_ONLY)
    busy = int(context.company.switch("list_busy"))
    if busy:
        context.company.set_switch("list_busy", str(busy - 1))
        return Answer(_busy(context, request))
    try:
        with context.company.writing():
            return handler(context, request)
    except Locked as refusal:
        use_up(context.company, refusal.record)
        return Answer(refusal.status)
    except Refusal as refusal:
        return Answer(refusal.status)


def _busy(context: Context, request: etree._Element) -> Status:
    """The answer to a write while somebody else is changing the list."""
    kind = request.findtext("ListDelType") or re.sub("(Add|Mod|Del)Rq$", "", str(request.tag))
    box = request if request.find("ListID") is not None else request[0]
    named = box.findtext("Name") or box.findtext("ListID") or ""
    return modified_by_other(int(context.company.switch("list_busy_as")), kind, named)


def _recover(context: Context, take_fault: TakeFault, message_set: MessageSet) -> _Run:
    """The combinations of oldMessageSetID and newMessageSetID.

    With both the same it is a status check, and requests beside it are never executed.
    """
    old_id, new_id = message_set.old_id or "", message_set.new_id or ""
    given = [one for one in (message_set.old_id, message_set.new_id) if one is not None]
    if not all(0 < len(one) <= MAX_SET_ID for one in given):
        return _Run(_document([], 9004, new_id))
    if old_id and old_id == new_id:
        return _status_check(context, new_id)
    known_old = True
    if old_id == CLEAR_ALL:
        context.company.execute("delete from message_set where application = ?", (context.application,))
    elif old_id:
        known_old = _stored(context, old_id) is not None
        context.company.execute(
            "delete from message_set where application = ? and id = ?", (context.application, old_id)
        )
    if not new_id:
        if message_set.requests and context.company.switch("old_only_requests") == "ignore":
            message_set = replace(message_set, requests=())
        return _run(context, take_fault, message_set, 0 if known_old else 600)
    if not known_old and context.company.switch("unknown_old_set") == "refuse":
        return _Run(_document([], 600, new_id))
    return _run_once(context, take_fault, message_set, new_id)


def _status_check(context: Context, set_id: str) -> _Run:
    stored = _stored(context, set_id)
    if stored is None:
        return _Run(_document([], int(context.company.switch("unknown_set")), set_id))
    response = stored[1]
    return _Run(_document([], 9002, set_id) if response is None else response)


def _run_once(context: Context, take_fault: TakeFault, message_set: MessageSet, set_id: str) -> _Run:
    checksum = _checksum(message_set, context.company.switch("same_set"))
    stored = _stored(context, set_id)
    if stored is not None:
        if stored[0] != checksum:
            return _Run(_document([], 9001, set_id))
        if stored[1] is not None:
            return _Run(stored[1])
        if context.company.switch("lost_set_again") == "refuse":
            return _Run(_document([], 9002, set_id))
    run = _run(context, take_fault, message_set, 0, set_id)
    how = context.company.switch("stored_responses")
    lost = how != "keep" or run.death is not None
    context.company.execute(
        "insert or replace into message_set values (?, ?, ?, ?)",
        (context.application, set_id, checksum, None if lost else run.text),
    )
    if how == "fail":
        return _Run(run.text.replace('messageSetStatusCode="0"', 'messageSetStatusCode="9005"', 1), run.death)
    return run


def _stored(context: Context, set_id: str) -> tuple[str, str | None] | None:
    row = context.company.execute(
        "select checksum, response from message_set where application = ? and id = ?",
        (context.application, set_id),
    ).fetchone()
    return None if row is None else (row["checksum"], row["response"])


def _checksum(message_set: MessageSet, same_set: str) -> str:
    """Of the content alone (clearing an old ID on the way does not make another content), or of the whole text."""
    if same_set == "text":
        return hashlib.sha256(message_set.text.encode()).hexdigest()
    digest = hashlib.sha256(b"stop" if message_set.stop_on_error else b"continue")
    for request in message_set.requests:
        digest.update(etree.tostring(request, method="c14n", with_comments=False))
    return digest.hexdigest()
