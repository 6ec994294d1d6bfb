"""kill -9 of the server in the middle of sessions, over and over. The next sessions end as if nothing had happened.

spec 10.1: at most one record is created per record of the other side, whatever crashes, is lost, repeated or delayed at
any point. spec 10.4: after faults stop, both sides agree within a few sessions.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.endtoend.house import Call, Company, Gate, House, copied, edit, gate_of, in_books, new_books

RECORDS = 230
"""Three pages of a hundred: the list is in mid-read when the server dies."""
EDITS = """
customer "{0}" rename "Renamed in mid-flight"
customer "{1}" set phone="503-555-0188"
customer "{1}" shipto add name=Cabin addr1="1 Lake Road" city=Harlow
customer "{2}" inactive
customer "{3}" delete
customer add name="Brand new customer" phone="503-555-0199"
customer add name="Its job" parent="Brand new customer"
"""
BEFORE, DURING, AFTER = "before", "during", "after"


AUTHENTICATE, SEND, RECEIVE, CLOSE = "authenticate", "sendRequestXML", "receiveResponseXML", "closeConnection"


@dataclass(frozen=True)
class Kill:
    """At this call of a session (the n-th of its operation) the server dies: before it hears of it, so many seconds
    into it, or when its answer is on the way."""

    operation: str
    number: int
    moment: str
    seconds: float = 0.0


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("books")
    return new_books(folder / "made.qbs", "--generate", str(RECORDS), "--name", "Crash Test Company")


@pytest.fixture(scope="module")
def undisturbed(books: Path, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What the two chapters of the story come to when nothing goes wrong."""
    folder = tmp_path_factory.mktemp("undisturbed")
    outcomes: list[dict[str, Any]] = []
    with House(folder) as house, gate_of(house) as gate:
        company = house.add("Crash Test", copied(books, folder / "books.qbs"), url=gate.address)
        for chapter in _chapters(company):
            chapter()
            house.settle(company)
            outcomes.append(house.outcome(company))
    assert [len(outcome["customers"]) for outcome in outcomes] == [RECORDS, RECORDS + 2]
    return outcomes


def _chapters(company: Company) -> Iterator[Callable[[], None]]:
    """The first import; then a morning's edits. The same in every house."""
    yield lambda: None
    yield lambda: edit(company.books, EDITS.format(*_cast(company.books)))


def _cast(books: Path) -> list[str]:
    """Two customers with jobs, and two without."""
    shown = in_books(books)
    parents = {each["full_name"].rpartition(":")[0] for each in shown}
    tops = sorted(each["full_name"] for each in shown if ":" not in each["full_name"])
    return [name for name in tops if name in parents][:2] + [name for name in tops if name not in parents][:2]


CHOSEN: dict[str, tuple[list[Kill], list[Kill]]] = {
    "in the first import": (
        [
            Kill(AUTHENTICATE, 1, AFTER),  # the ticket never arrives
            Kill(RECEIVE, 1, BEFORE),  # QuickBooks has answered, nobody has heard
            Kill(RECEIVE, 2, AFTER),  # the page is stored, the answer is lost
            Kill(RECEIVE, 1, DURING, 0.03),  # a page is being stored, or planned
        ],
        [Kill(SEND, 1, AFTER), Kill(RECEIVE, 1, DURING, 0.02)],
    ),
    "while the field side is written": (
        [
            Kill(RECEIVE, 3, AFTER),  # the plan stands, and the Web Connector does not know
            Kill(RECEIVE, 1, DURING, 0.05),
            Kill(RECEIVE, 1, DURING, 0.15),
            Kill(RECEIVE, 1, AFTER),
        ],
        [Kill(RECEIVE, 2, DURING, 0.02), Kill(RECEIVE, 2, DURING, 0.06)],
    ),
}


@pytest.mark.parametrize("kills", CHOSEN.values(), ids=CHOSEN.keys())
def test_killed_at_chosen_moments(
    kills: tuple[list[Kill], list[Kill]], books: Path, undisturbed: list[dict[str, Any]], tmp_path: Path
) -> None:
    assert _struck_in(kills, books, undisturbed, tmp_path) == 6, "every chosen moment came"


@pytest.mark.parametrize("seed", [2, 7])
def test_killed_at_random_moments(
    seed: int, books: Path, undisturbed: list[dict[str, Any]], tmp_path: Path
) -> None:
    dice = random.Random(seed)

    def somewhere() -> Kill:
        call = dice.choice(
            ((AUTHENTICATE, 1), (SEND, 1), (RECEIVE, 1), (RECEIVE, 1), (RECEIVE, 2), (CLOSE, 1))
        )
        return Kill(*call, dice.choice((BEFORE, DURING, DURING, AFTER)), dice.uniform(0.0, 0.2))

    kills = [somewhere() for _ in range(4)], [somewhere() for _ in range(3)]
    assert _struck_in(kills, books, undisturbed, tmp_path) >= 4, "most of the moments came"


def _struck_in(
    kills: tuple[list[Kill], list[Kill]], books: Path, undisturbed: list[dict[str, Any]], folder: Path
) -> int:
    """Lives the story with these kills in its two chapters; each must end as it does undisturbed. Returns how many
    kills came to pass: a session may be over before the moment comes."""
    struck = 0
    with House(folder) as house, gate_of(house) as gate:
        company = house.add("Crash Test", copied(books, folder / "books.qbs"), url=gate.address)
        for chapter, planned, expected in zip(_chapters(company), kills, undisturbed, strict=True):
            chapter()
            for kill in planned:
                struck += _strikes(house, company, gate, kill)
            gate.reset()
            house.settle(company)
            _compare(house.outcome(company), expected)
    return struck


def _strikes(house: House, company: Company, gate: Gate, kill: Kill) -> bool:
    """One session with a kill in it; the server is there again afterwards. Whether the kill came to pass."""
    gate.reset()
    dead = []

    def strike() -> None:
        house.kill()
        dead.append(kill)

    call = Call(kill.operation, kill.number)
    if kill.moment == BEFORE:
        gate.before[call] = strike
    elif kill.moment == DURING:
        gate.during[call] = (kill.seconds, strike)
    else:
        gate.after[call] = strike
    house.connect(company, status=(0, 1))
    if dead:
        house.start()
    if house.rest(company, "status")["plan_waiting"]:
        house.rest(company, "plan/approve", "POST", json={})
    return bool(dead)


def _compare(found: dict[str, Any], expected: dict[str, Any]) -> None:
    assert all(times == 1 for times in found["created"].values()), "a record was created twice"
    assert found["links"].keys() == expected["links"].keys()
    assert found == expected
