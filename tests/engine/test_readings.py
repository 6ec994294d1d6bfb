"""Recovery under every reading of its attributes: whatever a QuickBooks means by them, and wherever it dies, each
field record is exactly one record there at the end (spec 10.1; design: "safe under either reading"; rules.md 21 to 24).

One world goes through all deaths, one set after the other, so that what an earlier one left behind (a stored answer to
be cleared, an id that is forgotten) meets the later ones. FIELDLEDGER_SWEEP=all tries every combination; else each
value of each switch meets each value of every other.
"""

from __future__ import annotations

import os
from collections import Counter
from itertools import combinations as pairs_of
from itertools import product

import pytest

from quickbooks_sim.errors import FaultPoint
from tests.engine.both import Mortal, direct, in_books, on_disk, pairs, session, settled, switch
from tests.support.connector import Stage

SWITCHES = {
    "unknown_set": ("600", "9002"),
    "lost_set_again": ("run", "refuse"),
    "unknown_old_set": ("run", "refuse"),
    "same_set": ("content", "text"),
    "external_guid": ("true", "false"),
    "stored_responses": ("keep", "lose", "fail"),
    "ship_to_mod": ("replace", "merge"),
    "address_mod": ("merge", "replace"),
}
STORIES = ("create", "update", "both")
REACHED: Counter[str] = Counter()


def combinations() -> list[dict[str, str]]:
    """All of the recovery switches, where the last two, which shape what an update leaves, follow from the others; or
    as few as let each pair of values meet."""
    if os.environ.get("FIELDLEDGER_SWEEP") != "all":
        return _few()
    found = []
    for bits in product((0, 1), repeat=5):
        for stored in range(3):
            places = (*bits, stored, (bits[0] + bits[3] + stored) % 2, (bits[1] + bits[4]) % 2)
            found.append(
                {name: words[place] for (name, words), place in zip(SWITCHES.items(), places, strict=True)}
            )
    return found


Meeting = tuple[tuple[str, str], ...]


def meetings(switches: dict[str, str]) -> set[Meeting]:
    """Each two values that meet in this combination."""
    return set(pairs_of(switches.items(), 2))


def _few() -> list[dict[str, str]]:
    """Of all combinations always the one in which most values meet that have not met yet."""
    every = [dict(zip(SWITCHES, words, strict=True)) for words in product(*SWITCHES.values())]
    left = set().union(*map(meetings, every))
    found: list[dict[str, str]] = []
    while left:
        found.append(max(every, key=lambda switches: len(meetings(switches) & left)))
        left -= meetings(found[-1])
    return found


def test_each_value_of_each_switch_meets_each_value_of_every_other() -> None:
    met = Counter(meeting for switches in combinations() for meeting in meetings(switches))
    assert met.keys() == {
        ((one, value), (other, second))
        for one, other in pairs_of(SWITCHES, 2)
        for value, second in product(SWITCHES[one], SWITCHES[other])
    }


def _called(switches: dict[str, str]) -> str:
    return "-".join(switches.values())


@pytest.mark.parametrize("switches", combinations(), ids=_called)
def test_exactly_one_record_under_every_reading(stage: Stage, switches: dict[str, str]) -> None:
    direct(stage, "two_way")
    switch(stage, **switches)
    stage.edit(
        "customer add name=Acme phone=0\ncustomer Acme shipto add name=Yard addr1='1 Road'".replace("'", '"')
    )
    settled(stage)
    acme = stage.other.find(stage.company, "Acme")
    wanted, number = {"Acme"}, 0
    for story, point in product(STORIES, FaultPoint):
        number += 1
        if story != "create":
            stage.other.edit(
                stage.company, acme, phone=str(number), billing_address={"line1": f"{number} Street"}
            )
        if story != "update":
            for name in (f"C{number}a", f"C{number}b"):
                stage.other.create(stage.company, name=name, phone=str(number))
                wanted.add(name)
        before = {
            set_id for (set_id,) in on_disk(stage, "select set_id from message_sets where state = 'out'")
        }
        quickbooks = Mortal(stage, point, known=before)
        session(stage, quickbooks)
        quickbooks.close()
        assert quickbooks.deaths == [], "nothing was written"
        REACHED[f"{story} {point}"] += 1
    settled(stage)
    there = in_books(stage)
    assert set(there) == wanted
    assert len(pairs(stage)) == len(wanted)
    assert sorted(stage.names()) == sorted(wanted)
    assert stage.attention() == []
    assert there["Acme"].values["phone"] == str(number)
    assert all(there[name].values["phone"] == name[1:-1] for name in wanted - {"Acme"})
