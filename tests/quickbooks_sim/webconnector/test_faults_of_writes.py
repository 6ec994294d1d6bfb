"""Faults that strike requests that write: counted among writes, QuickBooks' own deaths, and what never came
(rules.md 24, spec 10.1)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree

from quickbooks_sim.edit import apply_script
from quickbooks_sim.requestprocessor import RequestProcessor
from quickbooks_sim.webconnector.faults import Died, Faults, Place, parse
from quickbooks_sim.webconnector.session import SessionResult, run_session
from tests.quickbooks_sim.conftest import Books
from tests.quickbooks_sim.webconnector.server import Call, Script, qwc, serving

READ = "<CustomerQueryRq/>"
FRAME = (
    '<?xml version="1.0"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="continueOnError"{}>{}</QBXMLMsgsRq>'
    "</QBXML>"
)


def add(name: str) -> str:
    return f"<CustomerAddRq><CustomerAdd><Name>{name}</Name></CustomerAdd></CustomerAddRq>"


class Story(Script):
    """Hands out these message sets, one a call, each with the ID of its place in the story if it writes."""

    def __init__(self, *sets: str, **answers: Any) -> None:
        super().__init__(sendRequestXML=self.request, receiveResponseXML=self.percent, **answers)
        self.sets = sets
        self.asked = self.told = 0

    def request(self, _: Call) -> str:
        body = self.sets[min(self.asked, len(self.sets) - 1)]
        self.asked += 1
        recovery = f' newMessageSetID="set{self.asked}"' if "AddRq" in body or "ModRq" in body else ""
        return FRAME.format(recovery, body)

    def percent(self, _: Call) -> int:
        self.told += 1
        return 100 if self.told >= len(self.sets) else 50

    def replies(self) -> list[dict[str, str]]:
        return [call.parameters for call in self.of("receiveResponseXML")]


Run = Callable[..., SessionResult]


@pytest.fixture
def run(books: Books) -> Run:
    books.processor.close_connection()

    def session(script: Script, *texts: str, faults: Faults | None = None) -> SessionResult:
        with serving(script) as url:
            return run_session(
                qwc(url), RequestProcessor(books.company), "secret", faults=faults or parse(texts),
                noop_seconds=0, timeout=5,
            )  # fmt: skip

    return session


def there(books: Books) -> list[str]:
    books.begin("Test App")
    return [name.text or "" for name in books.ask("<CustomerQueryRq/>").iter("Name")]


def check(books: Books, set_id: str) -> str | None:
    """The messageSetStatusCode of a status check by the same application."""
    books.begin("Test App")
    return books.ask("", newMessageSetID=set_id, oldMessageSetID=set_id).get("messageSetStatusCode")


STORY = (READ, add("Ann"), READ, add("Bob"), READ)


@pytest.mark.parametrize(
    ("fault", "customers", "posted"),
    [
        ("die_before_execute=w1", [], 1), ("die_after_execute=w1", ["Ann"], 1), ("die_before_read=w1", ["Ann"], 2),
        ("die_before_execute=w2", ["Ann"], 3), ("die_after_execute=w2", ["Ann", "Bob"], 3),
        ("die_mid_post=w2", ["Ann", "Bob"], 3), ("die_before_read=w2", ["Ann", "Bob"], 4),
    ],
)  # fmt: skip
def test_a_death_at_a_write_whatever_was_read_before(
    run: Run, books: Books, fault: str, customers: list[str], posted: int
) -> None:
    script = Story(*STORY)
    with pytest.raises(Died, match="request 2" if fault.endswith("w1") else "request 4"):
        run(script, fault)
    assert there(books) == customers
    assert len(script.replies()) == posted


def test_a_reply_to_a_write_is_doubled_cut_and_held_back(run: Run, books: Books) -> None:
    script = Story(*STORY)
    ended = run(script, "post_reply_twice=w1", "garble=w2", "stall=w1:0.2", "wrong_ticket=w2")
    replies = script.replies()
    assert replies[1]["response"] == replies[2]["response"]
    assert "requestID" not in replies[1]["response"]
    assert "CustomerAddRs" in replies[1]["response"]
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(replies[4]["response"].encode())
    assert replies[4]["ticket"] == "not-a-ticket"
    assert ended.seconds > 0.2
    assert there(books) == ["Ann", "Bob"], "posted twice, executed once"


def test_a_write_that_is_asked_for_twice_is_the_first_write(run: Run, books: Books) -> None:
    """The second answer is executed: here it is what came next in the story."""
    script = Story(READ, add("Ann"), add("Bob"), READ)
    run(script, "ask_twice=w1")
    assert there(books) == ["Bob"]


@pytest.mark.parametrize(
    ("point", "customers", "status"),
    [
        ("before", [], "600"), ("between", ["Ann"], "9002"), ("unstored", ["Ann", "Bob"], "9002"),
        ("after", ["Ann", "Bob"], "0"),
    ],
)  # fmt: skip
def test_quickbooks_dies_at_work(
    run: Run, books: Books, point: str, customers: list[str], status: str
) -> None:
    """rules.md 49: 0x80040402 says nothing of what was done; afterwards the ticket is invalid; a status check tells."""
    script = Story(READ, add("Ann") + add("Bob"), READ)
    ended = run(script, f"kill_quickbooks=w1:{point}")
    told = [(bool(reply["response"]), reply["hresult"]) for reply in script.replies()]
    assert told == [(True, ""), (False, "0x80040402"), (False, "0x8004040D")]
    assert ended.outcome == "done"
    assert there(books) == customers
    assert check(books, "set2") == status


def test_a_fault_may_come_twice_in_a_session(run: Run, books: Books) -> None:
    script = Story(*STORY)
    run(script, "garble=w1", "garble=w2", "garble=5")
    broken = []
    for number, reply in enumerate(script.replies(), 1):
        try:
            etree.fromstring(reply["response"].encode())
        except etree.XMLSyntaxError:
            broken.append(number)
    assert broken == [2, 4, 5]


def test_what_never_came_is_known(run: Run) -> None:
    faults = parse(["garble=w1", "stall=w3:1", "die_before_read=9", "skip_close", "wrong-password"])
    assert faults.never_came() == [
        "garble=w1",
        "stall=w3:1",
        "die_before_read=9",
        "skip_close",
        "wrong-password",
    ]
    run(Story(*STORY), faults=faults)
    assert faults.never_came() == ["stall=w3:1", "die_before_read=9"]
    with pytest.raises(Died):
        run(Story(*[READ] * 9), faults=faults)
    assert faults.never_came() == ["stall=w3:1"]


def test_a_place_among_writes_is_no_place_among_reads() -> None:
    faults = parse(["garble=w1"])
    assert faults.strikes("garble", Place(1, 0)) is None
    assert faults.never_came() == ["garble=w1"]
    assert faults.strikes("garble", Place(5, 1)) is not None
    assert faults.never_came() == []


def test_locks_meet_a_connector_over_the_wire(run: Run, books: Books) -> None:
    """A record that is open for two writes: two sets are refused, the third is done."""
    books.begin()
    ret = books.add_customer("Ann")
    books.processor.close_connection()
    apply_script(books.company, "lock customer Ann times 2")
    ids = f"<ListID>{ret.findtext('ListID')}</ListID><EditSequence>{ret.findtext('EditSequence')}</EditSequence>"
    mod = f"<CustomerModRq><CustomerMod>{ids}<Phone>1</Phone></CustomerMod></CustomerModRq>"
    script = Story(mod, mod, mod)
    run(script)
    codes = [
        etree.fromstring(reply["response"].encode())[0][0].get("statusCode") for reply in script.replies()
    ]
    assert codes == ["3175", "3175", "0"]
