"""Message set recovery where the sources leave room: each reading is a switch, and code must be safe under each
(rules.md 22-24; what all readings share is in test_facts_recovery)."""

from __future__ import annotations

import pytest

from quickbooks_sim.errors import Died, FaultPoint
from tests.quickbooks_sim.conftest import Books
from tests.quickbooks_sim.test_facts_recovery import adding, customers, told


def status_check(books: Books, set_id: str) -> tuple[str | None, list[str | None]]:
    return told(books.ask("", newMessageSetID=set_id, oldMessageSetID=set_id))


@pytest.fixture
def lost(books: Books) -> Books:
    """The set "lost" added Lost and its response is gone; the set "kept" is in order."""
    books.ask(adding("Kept"), newMessageSetID="kept")
    books.processor.faults.plan(FaultPoint.EXECUTED_NOT_STORED)
    with pytest.raises(Died):
        books.ask(adding("Lost"), newMessageSetID="lost")
    books.begin()
    return books


@pytest.mark.parametrize("code", ["600", "9002"])
def test_a_status_check_for_an_id_that_never_was(books: Books, code: str) -> None:
    books.set(unknown_set=code)
    assert status_check(books, "never") == (code, [])
    assert customers(books) == []
    assert told(books.ask(adding("Ann"), newMessageSetID="never")) == ("0", ["0"]), "the check left no trace"


@pytest.mark.parametrize(("reading", "answer"), [("run", ("0", ["3100"])), ("refuse", ("9002", []))])
def test_a_set_sent_again_after_its_response_was_lost(
    lost: Books, reading: str, answer: tuple[str, list[str]]
) -> None:
    """Run a second time it finds its own name taken: 3100 is then no proof that somebody else holds it."""
    lost.set(lost_set_again=reading)
    assert status_check(lost, "lost") == ("9002", [])
    assert told(lost.ask(adding("Lost"), newMessageSetID="lost")) == answer
    assert customers(lost) == ["Kept", "Lost"]


@pytest.mark.parametrize("old", ["never", "lost", "kept", "ClearAllMessageSets"])
@pytest.mark.parametrize("reading", ["run", "refuse"])
def test_an_old_id_beside_a_new_one(lost: Books, reading: str, old: str) -> None:
    """Clear A, run B: where A is unknown B runs, or all is refused and nothing is executed or stored."""
    lost.set(unknown_old_set=reading)
    refused = reading == "refuse" and old == "never"
    answer = lost.ask(adding("New"), newMessageSetID="new", oldMessageSetID=old)
    assert told(answer) == (("600", []) if refused else ("0", ["0"]))
    assert answer.get("newMessageSetID") == "new"
    assert customers(lost) == ["Kept", "Lost", *([] if refused else ["New"])]
    assert status_check(lost, "new") == (("600", []) if refused else ("0", ["0"]))
    kept = old not in ("kept", "ClearAllMessageSets")
    assert status_check(lost, "kept") == (("0", ["0"]) if kept else ("600", []))


def test_a_replay_is_refused_too_where_its_old_id_is_unknown(books: Books) -> None:
    """The same bytes twice: the first time the old ID was cleared, so the second time it is unknown."""
    books.set(unknown_old_set="refuse")
    books.ask(adding("Ann"), newMessageSetID="a")
    assert told(books.ask(adding("Bob"), newMessageSetID="b", oldMessageSetID="a")) == ("0", ["0"])
    assert told(books.ask(adding("Bob"), newMessageSetID="b", oldMessageSetID="a")) == ("600", [])
    assert status_check(books, "b") == ("0", ["0"])
    assert customers(books) == ["Ann", "Bob"]


@pytest.mark.parametrize("old", ["never", "kept", "ClearAllMessageSets"])
@pytest.mark.parametrize("reading", ["run", "ignore"])
def test_requests_beside_an_old_id_alone(lost: Books, reading: str, old: str) -> None:
    """The record is deleted in any case; the requests run without being stored, or are not executed."""
    lost.set(old_only_requests=reading)
    answer = lost.ask(adding("New"), oldMessageSetID=old)
    assert told(answer) == ("600" if old == "never" else "0", ["0"] if reading == "run" else [])
    assert customers(lost) == ["Kept", "Lost", *(["New"] if reading == "run" else [])]
    assert status_check(lost, "kept") == (("0", ["0"]) if old == "never" else ("600", []))


@pytest.mark.parametrize(("reading", "code"), [("content", "0"), ("text", "9001")])
def test_what_makes_a_set_the_same(books: Books, reading: str, code: str) -> None:
    """Its requests, or every character of the document: the identical bytes are safe under both (rules.md 24)."""
    books.set(same_set=reading)
    add = "<CustomerAddRq><CustomerAdd><Name>Ann</Name></CustomerAdd></CustomerAddRq>"
    first = books.text(add, newMessageSetID="a")
    assert books.text(add, newMessageSetID="a") == first
    spaced = "<CustomerAddRq ><CustomerAdd><Name>Ann</Name></CustomerAdd></CustomerAddRq>"
    assert books.ask(spaced, newMessageSetID="a").get("messageSetStatusCode") == code
    cleared = books.ask(add, newMessageSetID="a", oldMessageSetID="other")
    assert cleared.get("messageSetStatusCode") == code, "the attribute is part of the text"
    other = add.replace("Ann", "Bob")
    assert books.ask(other, newMessageSetID="a").get("messageSetStatusCode") == "9001", "under both"
    assert customers(books) == ["Ann"]


@pytest.mark.parametrize(
    ("how", "answer", "check"), [("keep", "0", "0"), ("lose", "0", "9002"), ("fail", "9005", "9002")]
)
def test_responses_that_are_not_stored(books: Books, how: str, answer: str, check: str) -> None:
    """9002 and 9005 are no proof that nothing happened: the customer is there."""
    books.set(stored_responses=how)
    assert told(books.ask(adding("Ann"), newMessageSetID="a")) == (answer, ["0"])
    assert status_check(books, "a")[0] == check
    assert customers(books) == ["Ann"]
