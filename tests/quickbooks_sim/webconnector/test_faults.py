"""Every fault does what its help says, seen from a scripted server and from the company file."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree

from quickbooks_sim.errors import FaultPoint
from quickbooks_sim.requestprocessor import RequestProcessor
from quickbooks_sim.webconnector.faults import HELP, Died, Faults, at_random, parse
from quickbooks_sim.webconnector.session import SessionResult, run_session
from tests.quickbooks_sim.conftest import Books
from tests.quickbooks_sim.webconnector.server import OWNER, QUERY, Call, Script, qwc, serving

Run = Callable[..., SessionResult]


class Requests(Script):
    """Hands out CustomerAdd requests, one a call: the company file shows how many of them were executed."""

    def __init__(self, many: int = 3, **answers: Any) -> None:
        super().__init__(sendRequestXML=self.request, receiveResponseXML=self.percent, **answers)
        self.many = many

    def request(self, _: Call) -> str:
        number = len(self.of("sendRequestXML"))
        add = f"<CustomerAdd><Name>Customer {number}</Name></CustomerAdd>"
        return QUERY.format(f'<CustomerAddRq requestID="{number}">{add}</CustomerAddRq>')

    def percent(self, _: Call) -> int:
        replies = len(self.of("receiveResponseXML"))
        return 100 if replies >= self.many else 100 * replies // self.many

    def replies(self) -> list[dict[str, str]]:
        return [call.parameters for call in self.of("receiveResponseXML")]


@pytest.fixture
def run(books: Books) -> Run:
    books.processor.close_connection()

    def session(script: Script, *texts: str) -> SessionResult:
        with serving(script) as url:
            return run_session(
                qwc(url),
                RequestProcessor(books.company),
                "secret",
                faults=parse(texts),
                noop_seconds=0,
                timeout=5,
            )

    return session


def executed(books: Books) -> list[str]:
    """The customers that QuickBooks really has."""
    books.begin()
    found = [name.text or "" for name in books.ask("<CustomerQueryRq/>").iter("Name")]
    books.processor.close_connection()
    return found


def locked(books: Books) -> bool:
    with books.company.reading():
        return "AppLock" in books.company.private_data(OWNER)


def test_without_a_fault(run: Run, books: Books) -> None:
    script = Requests()
    assert run(script).outcome == "done"
    assert executed(books) == ["Customer 1", "Customer 2", "Customer 3"]
    assert len(script.replies()) == 3


def test_die_after_authenticate(run: Run) -> None:
    script = Requests()
    with pytest.raises(Died, match="after authenticate"):
        run(script, "die_after_authenticate")
    assert script.order == ["serverVersion", "clientVersion", "authenticate"]


def test_die_before_execute(run: Run, books: Books) -> None:
    script = Requests()
    with pytest.raises(Died, match="before QuickBooks executed request 2"):
        run(script, "die_before_execute=2")
    assert script.order[-1] == "sendRequestXML"
    assert executed(books) == ["Customer 1"]
    assert locked(books), "nobody was left to take the lock away"


def test_die_after_execute(run: Run, books: Books) -> None:
    script = Requests()
    with pytest.raises(Died, match="after QuickBooks executed request 2, before its reply was posted"):
        run(script, "die_after_execute=2")
    assert (script.order[-1], len(script.replies())) == ("sendRequestXML", 1)
    assert executed(books) == ["Customer 1", "Customer 2"]


def test_die_mid_post(run: Run, books: Books) -> None:
    script = Requests()
    with pytest.raises(Died, match="while the reply to request 2 was posted"):
        run(script, "die_mid_post=2")
    deadline = time.monotonic() + 5
    while not script.half_heard and time.monotonic() < deadline:
        time.sleep(0.01)
    assert script.half_heard[0] > 100, "half of the body came"
    assert len(script.replies()) == 1, "the server never got the reply"
    assert executed(books) == ["Customer 1", "Customer 2"]


def test_die_before_read(run: Run, books: Books) -> None:
    script = Requests()
    with pytest.raises(Died, match="before the server's answer was read"):
        run(script, "die_before_read=2")
    assert 'requestID="2"' in script.replies()[1]["response"], "the server got the reply"
    assert script.order[-1] == "receiveResponseXML"
    assert executed(books) == ["Customer 1", "Customer 2"]


def test_skip_close(run: Run) -> None:
    script = Requests()
    ended = run(script, "skip-close")
    assert (ended.outcome, ended.closed) == ("done", "")
    assert "closeConnection" not in script.order


def test_post_reply_twice(run: Run, books: Books) -> None:
    script = Requests()
    run(script, "post_reply_twice=1")
    first, second = script.replies()[:2]
    assert first == second
    assert executed(books) == ["Customer 1", "Customer 2"], "posted twice, executed once"


def test_ask_twice(run: Run, books: Books) -> None:
    script = Requests()
    run(script, "ask_twice=1")
    first, second = script.of("sendRequestXML")[:2]
    assert first.parameters["strHCPResponse"]
    assert not second.parameters["strHCPResponse"]
    assert executed(books) == ["Customer 2", "Customer 3", "Customer 4"], "the second answer is executed"


def test_garble(run: Run) -> None:
    script = Requests()
    run(script, "garble=2")
    for number, reply in enumerate(script.replies(), 1):
        if number == 2:
            with pytest.raises(etree.XMLSyntaxError):
                etree.fromstring(reply["response"].encode())
        else:
            etree.fromstring(reply["response"].encode())


def test_garble_control(run: Run) -> None:
    script = Requests()
    run(script, "garble_control=2")
    for number, call in enumerate(script.of("receiveResponseXML"), 1):
        assert (b"&#x1;" in call.body) is (number == 2), (
            "written as .NET writes it: the envelope is not well-formed"
        )


def test_stall(run: Run) -> None:
    script = Requests()
    started = time.perf_counter()
    run(script, "stall=2:0.3")
    assert time.perf_counter() - started > 0.3
    assert len(script.replies()) == 3


def test_kill_quickbooks(run: Run, books: Books) -> None:
    """Iterators die with QuickBooks' session (rules.md, Iterators)."""
    books.begin()
    for name in "abcdef":
        books.add_customer(name)
    books.processor.close_connection()
    script = Script(receiveResponseXML=[30, 60, 100])
    script.answers["sendRequestXML"] = lambda call: page(script)
    run(script, "kill_quickbooks=3")
    codes = [
        etree.fromstring(call.parameters["response"].encode())[0][0].get("statusCode")
        for call in script.of("receiveResponseXML")
    ]
    assert codes == ["0", "0", "3391"]


def page(script: Script) -> str:
    replies = script.of("receiveResponseXML")
    start = 'iterator="Start"'
    if replies:
        found = etree.fromstring(replies[0].parameters["response"].encode())[0][0].get("iteratorID")
        start = f'iterator="Continue" iteratorID="{found}"'
    return QUERY.format(f"<CustomerQueryRq {start}><MaxReturned>2</MaxReturned></CustomerQueryRq>")


def test_kill_quickbooks_that_does_not_come_back(run: Run, books: Books) -> None:
    def percent(_: Call) -> int:
        books.set(begin_error="0x80040408")
        return 50 if len(script.replies()) == 1 else 100

    script = Requests()
    script.answers["receiveResponseXML"] = percent
    run(script, "kill_quickbooks=2")
    assert (script.replies()[1]["response"], script.replies()[1]["hresult"]) == ("", "0x80040408")


def test_wrong_ticket(run: Run) -> None:
    script = Requests()
    run(script, "wrong_ticket=2")
    assert [reply["ticket"] for reply in script.replies()] == ["ticket", "not-a-ticket", "ticket"]


def test_wrong_password(run: Run) -> None:
    script = Requests()
    run(script, "wrong_password")
    assert script.of("authenticate")[0].parameters["strPassword"] != "secret"


def test_pad_reply(run: Run) -> None:
    script = Requests()
    run(script, "pad_reply=2:1.5")
    sizes = [len(call.body) for call in script.of("receiveResponseXML")]
    assert [round(size / 1024 / 1024, 1) for size in sizes] == [0.0, 1.5, 0.0]
    etree.fromstring(script.replies()[1]["response"].encode())


def test_every_fault_has_a_story_here() -> None:
    for form in HELP:
        assert f"test_{form.partition('=')[0]}" in globals(), form


# ---- how they are written -------------------------------------------------------------------------------------------


def test_faults_are_read_from_texts() -> None:
    assert parse([]) == Faults()
    read = parse(["garble=2", "stall=3:1.5", "skip-close", " ask_twice = w4 ", "kill_quickbooks=1:unstored"])
    assert [(blow.name, blow.number, blow.among_writes, blow.amount, blow.point) for blow in read.blows] == [
        ("garble", 2, False, 0, None), ("stall", 3, False, 1.5, None), ("skip_close", 0, False, 0, None),
        ("ask_twice", 4, True, 0, None), ("kill_quickbooks", 1, False, 0, FaultPoint.EXECUTED_NOT_STORED),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("explode", "there is no fault 'explode'; there are: die_after_authenticate, die_before_execute=N"),
        ("garble", "write garble=N"), ("garble=", "write garble=N"), ("garble=x", "cannot use 'x'"),
        ("garble=w", "cannot use 'w'"), ("garble=w0", "with N from 1"), ("garble=1w", "cannot use '1w'"),
        ("kill_quickbooks=1:noon", "knows no point 'noon'; there are: before, between, unstored, after"),
        ("kill_quickbooks=1:", "knows no point ''"), ("kill_quickbooks=:before", "cannot use ':before'"),
        ("garble=0", "with N from 1"), ("garble=-1", "with N from 1"), ("garble=1:2", "cannot use"),
        ("stall=1", "write stall=N:SECONDS"), ("stall=1:x", "cannot use 'x'"), ("stall=1:", "cannot use"),
        ("stall=1:-1", "cannot use"),
        ("stall=1:nan", "cannot use"), ("stall=1:inf", "cannot use"), ("skip_close=1", "takes no value"),
        ("=1", "there is no fault ''"),
    ],
)  # fmt: skip
def test_a_fault_that_cannot_be_read_says_how_to_write_it(text: str, words: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the words are compared below
        parse([text])
    assert words in str(caught.value)


def test_a_seed_gives_the_same_fault_each_time_and_a_rate_how_often() -> None:
    drawn = [at_random(seed, 1.0) for seed in range(200)]
    assert drawn == [at_random(seed, 1.0) for seed in range(200)]
    assert len(set(drawn)) > 50
    assert Faults() not in drawn
    assert {at_random(seed, 0.0) for seed in range(50)} == {Faults()}
    some = sum(at_random(seed, 0.5) != Faults() for seed in range(400))
    assert 120 < some < 280
