"""Message set recovery: every combination of IDs in every state, and long random lives with deaths in between.

rules.md 21-24. The oracle beside it is written from those rules alone and knows nothing of how QuickBooks keeps things.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import pytest
from lxml import etree

from quickbooks_sim.companyfile import CompanyFile
from quickbooks_sim.errors import Died, FaultPoint, QuickBooksError
from tests.quickbooks_sim.conftest import Books


def adding(*names: str) -> str:
    return "".join(
        f"<CustomerAddRq><CustomerAdd><Name>{name}</Name></CustomerAdd></CustomerAddRq>" for name in names
    )


def told(answer: etree._Element) -> tuple[str | None, list[str | None]]:
    return answer.get("messageSetStatusCode"), [one.get("statusCode") for one in answer]


def customers(books: Books) -> list[str | None]:
    return [one.findtext("Name") for one in books.one("<CustomerQueryRq/>")]


LONG = "x" * 24

COMBINATIONS = [
    # old ID, new ID, requests, messageSetStatusCode, what was answered, who is there, sets known afterwards
    (None, None, adding("New"), None, ["0"], ["Kept", "Lost", "New"], {"kept", "lost"}),
    (None, "new", adding("New"), "0", ["0"], ["Kept", "Lost", "New"], {"kept", "lost", "new"}),
    (None, "kept", adding("Kept"), "0", ["0"], ["Kept", "Lost"], {"kept", "lost"}),
    (None, "kept", adding("New"), "9001", [], ["Kept", "Lost"], {"kept", "lost"}),
    (None, "lost", adding("New"), "9001", [], ["Kept", "Lost"], {"kept", "lost"}),
    ("kept", "kept", "", "0", ["0"], ["Kept", "Lost"], {"kept", "lost"}),
    ("kept", "kept", adding("New"), "0", ["0"], ["Kept", "Lost"], {"kept", "lost"}),
    ("lost", "lost", "", "9002", [], ["Kept", "Lost"], {"kept", "lost"}),
    ("none", "none", "", "600", [], ["Kept", "Lost"], {"kept", "lost"}),
    ("kept", None, "", "0", [], ["Kept", "Lost"], {"lost"}),
    ("lost", None, "", "0", [], ["Kept", "Lost"], {"kept"}),
    ("none", None, "", "600", [], ["Kept", "Lost"], {"kept", "lost"}),
    ("kept", None, adding("New"), "0", ["0"], ["Kept", "Lost", "New"], {"lost"}),
    ("kept", "new", adding("New"), "0", ["0"], ["Kept", "Lost", "New"], {"lost", "new"}),
    ("none", "new", adding("New"), "0", ["0"], ["Kept", "Lost", "New"], {"kept", "lost", "new"}),
    ("lost", "kept", adding("Kept"), "0", ["0"], ["Kept", "Lost"], {"kept"}),
    ("ClearAllMessageSets", None, "", "0", [], ["Kept", "Lost"], set()),
    ("ClearAllMessageSets", "new", adding("New"), "0", ["0"], ["Kept", "Lost", "New"], {"new"}),
    (None, LONG, adding("New"), "9004", [], ["Kept", "Lost"], {"kept", "lost"}),
    (LONG, "new", adding("New"), "9004", [], ["Kept", "Lost"], {"kept", "lost"}),
    (LONG, LONG, "", "9004", [], ["Kept", "Lost"], {"kept", "lost"}),
    (None, "", adding("New"), "9004", [], ["Kept", "Lost"], {"kept", "lost"}),
    ("", "new", adding("New"), "9004", [], ["Kept", "Lost"], {"kept", "lost"}),
    (None, "x" * 23, adding("New"), "0", ["0"], ["Kept", "Lost", "New"], {"kept", "lost", "x" * 23}),
]


@pytest.mark.parametrize(("old", "new", "requests", "code", "answered", "there", "known"), COMBINATIONS)
def test_every_combination_of_ids(
    books: Books,
    old: str | None,
    new: str | None,
    requests: str,
    code: str | None,
    answered: list[str],
    there: list[str],
    known: set[str],
) -> None:
    """Three sets came before: "kept" with its response, "lost" whose response is gone; "none" never was."""
    books.ask(adding("Kept"), newMessageSetID="kept")
    books.processor.faults.plan(FaultPoint.EXECUTED_NOT_STORED)
    with pytest.raises(Died):
        books.ask(adding("Lost"), newMessageSetID="lost")
    books.begin()
    ids = {"oldMessageSetID": old, "newMessageSetID": new}
    answer = books.ask(requests, **{name: value for name, value in ids.items() if value is not None})
    assert told(answer) == (code, answered)
    assert answer.get("newMessageSetID") == (new or None)
    assert customers(books) == sorted(there)
    with books.company.reading():
        rows = books.company.execute("select id from message_set").fetchall()
    assert {row["id"] for row in rows} == known


def test_a_status_check_can_lose_its_answer_too(books: Books) -> None:
    """A death before the answer strikes whatever is asked: the replay, the check, the clearing."""
    first = books.text(adding("Ann"), newMessageSetID="a")
    for ids in ({"newMessageSetID": "a"}, {"newMessageSetID": "a", "oldMessageSetID": "a"}):
        books.processor.faults.plan(FaultPoint.BEFORE_ANSWER)
        with pytest.raises(Died):
            books.text(adding("Ann") if len(ids) == 1 else "", **ids)
        books.begin()
        assert books.text(adding("Ann") if len(ids) == 1 else "", **ids) == first
    books.processor.faults.plan(FaultPoint.BEFORE_ANSWER)
    with pytest.raises(Died):
        books.text("", oldMessageSetID="a")
    books.begin()
    assert told(books.ask("", oldMessageSetID="a")) == ("600", []), "it was cleared all the same"
    assert customers(books) == ["Ann"]


def test_a_refused_set_is_not_stored_and_clears_nothing(books: Books) -> None:
    books.text(adding("Ann"), newMessageSetID="a")
    with pytest.raises(QuickBooksError, match="0x80040400"):
        books.text("<NonsenseRq/>", newMessageSetID="b", oldMessageSetID="a")
    assert told(books.ask("", newMessageSetID="a", oldMessageSetID="a")) == ("0", ["0"])
    assert told(books.ask("", newMessageSetID="b", oldMessageSetID="b")) == ("600", [])


def test_a_set_with_an_error_in_it_is_replayed_with_its_error(books: Books) -> None:
    """What failed once is not tried again under the same ID, even if it would go through now."""
    first = books.text(adding("Ann", "Ann", "Bob"), "stopOnError", newMessageSetID="a")
    assert [one.get("statusCode") for one in etree.fromstring(first.encode())[0]] == ["0", "3100", "3231"]
    assert books.text(adding("Ann", "Ann", "Bob"), "stopOnError", newMessageSetID="a") == first
    assert customers(books) == ["Ann"]
    # onError belongs to the content.
    again = books.ask(adding("Ann", "Ann", "Bob"), "continueOnError", newMessageSetID="a")
    assert told(again) == ("9001", [])


@dataclass
class Oracle:
    """What QuickBooks must know, from rules.md 22 and 23. A set is its names, and whether its response is there."""

    customers: list[str] = field(default_factory=list)
    sets: dict[str, tuple[str, bool]] = field(default_factory=dict)

    def expect(self, old: str | None, new: str | None, name: str, death: FaultPoint | None) -> str | None:
        """The messageSetStatusCode, and the state afterwards."""
        if death is FaultPoint.BEFORE_EXECUTION:
            return None
        if old is not None and old == new:
            known = self.sets.get(old)
            return "600" if known is None else "0" if known[1] else "9002"
        code = "0"
        if old is not None:
            code = "0" if self.sets.pop(old, None) or new is not None else "600"
        if new is not None and new in self.sets:
            content, stored = self.sets[new]
            if content != name:
                return "9001"
            if stored:
                return code
        if name and name not in self.customers:
            self.customers.append(name)
        if new is not None:
            self.sets[new] = (name, death in (None, FaultPoint.BEFORE_ANSWER))
        return code


@pytest.mark.parametrize("seed", range(6))
def test_a_long_life_with_deaths_agrees_with_the_rules(books: Books, seed: int) -> None:
    """Hundreds of sets with a few IDs and names, each with a chance to die at each point; then the file is reopened."""
    chance = random.Random(seed)
    oracle = Oracle()
    points: list[FaultPoint | None] = [None, None, None, None, *FaultPoint]
    seen: set[str | None] = set()
    path = books.company.path
    died = 0
    for _ in range(150):
        old = chance.choice([None, None, "a", "b", "c"])
        new = chance.choice([None, "a", "b", "c"])
        name = "" if old is not None and old == new else chance.choice(["", "Ann", "Bob", "Cid", "Dan"])
        death = chance.choice(points)
        ids = {"oldMessageSetID": old, "newMessageSetID": new}
        sent = {key: value for key, value in ids.items() if value is not None}
        runs = not (old is not None and old == new) and not (
            new in oracle.sets and new != old and (oracle.sets[new][1] or oracle.sets[new][0] != name)
        )
        if (death is FaultPoint.MID_SET and not (runs and name)) or (
            death is FaultPoint.EXECUTED_NOT_STORED and not runs
        ):
            death = None  # nothing runs that could be cut there
        code = oracle.expect(old, new, name, death)
        if death is not None:
            books.processor.faults.plan(death)
            died += 1
            with pytest.raises(Died):
                books.text(adding(name) if name else "", **sent)
            books.company.close()
            books = Books(CompanyFile.open(path))
        else:
            answer = books.ask(adding(name) if name else "", **sent)
            assert answer.get("messageSetStatusCode") == (code if sent else None), (old, new, name)
            seen.add(answer.get("messageSetStatusCode"))
        assert customers(books) == sorted(oracle.customers)
    assert {"0", "600", "9001"} <= seen
    assert died > 30
    books.company.close()


@pytest.mark.parametrize("point", list(FaultPoint))
def test_a_death_takes_sessions_and_iterators_with_it(sample: Books, point: FaultPoint) -> None:
    start = sample.one('<CustomerQueryRq iterator="Start"><MaxReturned>5</MaxReturned></CustomerQueryRq>')
    sample.processor.faults.plan(point)
    with pytest.raises(Died, match=point.value.replace("_", " ")):
        sample.ask(adding("Ann"), newMessageSetID="a")
    sample.begin()
    more = f'<CustomerQueryRq iterator="Continue" iteratorID="{start.get("iteratorID")}"/>'
    assert sample.code(more) == "3391"


def test_responses_are_kept_apart_by_application_and_go_with_the_file(books: Books) -> None:
    """rules.md 21: per application and company file."""
    books.ask(adding("Ann"), newMessageSetID="a")
    backup = books.company.path.with_name("backup.qbs")
    books.company.copy_to(backup)
    with CompanyFile.open(backup) as copy:
        assert told(Books(copy).ask("", newMessageSetID="a", oldMessageSetID="a")) == ("0", ["0"])
    books.begin("Another")
    assert told(books.ask(adding("Bob"), newMessageSetID="a")) == ("0", ["0"])
    assert told(books.ask("", oldMessageSetID="ClearAllMessageSets")) == ("0", [])
    books.begin()
    assert told(books.ask("", newMessageSetID="a", oldMessageSetID="a")) == ("0", ["0"])


def test_reading_with_an_id_is_stored_as_well(books: Books) -> None:
    """A stored answer to a query shows the company as it was then."""
    first = books.text("<CustomerQueryRq/>", newMessageSetID="look")
    books.add_customer("Ann")
    assert books.text("<CustomerQueryRq/>", newMessageSetID="look") == first
    assert customers(books) == ["Ann"]
