"""Every fault that the simulated Web Connector can have on demand, during the first import with its approval, during a
morning's edits, and while QuickBooks is written: afterwards both sides are as if nothing had happened (spec 10.1, 10.3,
10.4).

Each fault strikes a company of its own, and those that strike at writes share one; all of them live in one server, and
none of them disturbs another.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from quickbooks_sim.webconnector.faults import HELP
from tests.endtoend.house import Company, House, edit, new_books
from tests.endtoend.programs import run
from tests.engine.both import records_of

EDITS = """
customer "Baker Residence" set phone="503-555-0190"
customer "Terrace Hotel" rename "Terrace Inn"
customer "Elm Court Neighbours" inactive
customer add name="Brand new customer" phone="503-555-0199"
customer add name="Its job" parent="Brand new customer"
"""
DIED, FAILED, DONE, EITHER = 3, 1, 0, (0, 1)
STRUCK: dict[str, tuple[str, int | tuple[int, int]]] = {
    "die_after_authenticate": ("die_after_authenticate", DIED),
    "die_before_execute": ("die_before_execute=1", DIED),
    "die_after_execute": ("die_after_execute=1", DIED),
    "die_mid_post": ("die_mid_post=1", DIED),
    "die_before_read": ("die_before_read=1", DIED),
    "skip_close": ("skip_close", DONE),
    "post_reply_twice": ("post_reply_twice=1", EITHER),
    "ask_twice": ("ask_twice=1", DONE),
    "garble": ("garble=1", EITHER),
    "garble_control": ("garble_control=1", EITHER),
    "stall": ("stall=1:0.2", DONE),
    "kill_quickbooks": ("kill_quickbooks=1", DONE),
    "wrong_ticket": ("wrong_ticket=1", FAILED),
    "wrong_password": ("wrong_password", FAILED),
    "pad_reply": ("pad_reply=1:20", DONE),
}
"""Each fault as it is asked for, and the exit status of the Web Connector that has it."""
SILENT = {"skip_close", *(name for name, (_, status) in STRUCK.items() if status == DIED)}
"""Nobody closes these sessions; they are given up after a second (the setting takeover_after of these companies)."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    new_books(folder / "sample.qbs", "--sample")
    with House(folder) as made:
        yield made


@pytest.fixture(scope="module")
def undisturbed(house: House) -> tuple[dict[str, Any], dict[str, Any]]:
    """After the first import, and after the edits, with no fault at all."""
    company = _company(house, "undisturbed")
    house.settle(company)
    first = house.outcome(company)
    edit(company.books, EDITS)
    house.settle(company)
    return first, house.outcome(company)


def _company(house: House, name: str) -> Company:
    books = Path(shutil.copy(house.folder / "sample.qbs", house.folder / f"{name}.qbs"))
    return house.add(name, books)


def test_every_fault_is_tried() -> None:
    assert STRUCK.keys() == {form.partition("=")[0] for form in HELP}


@pytest.mark.parametrize("fault", STRUCK)
def test_a_fault_leaves_no_trace(
    fault: str, house: House, undisturbed: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    company = _company(house, fault.replace("_", "-"))

    def struck() -> None:
        asked, status = STRUCK[fault]
        house.connect(company, "--fault", asked, status=status)
        if fault in SILENT:
            time.sleep(1.05)

    struck()  # while the file is read for the first plan
    house.connect(company, status=EITHER)
    assert house.rest(company, "status")["plan_waiting"], "the plan of a first sync waits for a person"
    assert house.customers(company) == []
    house.rest(company, "plan/approve", "POST", json={})
    struck()  # while the approved plan is carried out
    house.settle(company)
    assert house.outcome(company) == undisturbed[0]
    edit(company.books, EDITS)
    struck()  # while changes come in
    house.settle(company)
    assert house.outcome(company) == undisturbed[1]


@pytest.fixture(scope="module")
def long_list(house: House) -> tuple[Path, dict[str, Any]]:
    """A file of three pages, and what it comes to undisturbed."""
    made = new_books(house.folder / "long.qbs", "--generate", "230", "--name", "Long List")
    books = Path(shutil.copy(made, house.folder / "long-calm.qbs"))
    company = house.add("Long", books, "approve_plans=never")
    assert house.connect(company)["calls"]["receiveResponseXML"] == 3
    house.settle(company)
    return made, house.outcome(company)


@pytest.mark.parametrize(
    "fault",
    [
        "kill_quickbooks=2",
        "die_after_execute=2",
        "die_mid_post=3",
        "garble=2",
        "ask_twice=3",
        "post_reply_twice=2",
    ],
)
def test_a_fault_in_the_middle_of_a_list(
    fault: str, house: House, long_list: tuple[Path, dict[str, Any]]
) -> None:
    """An iterator that dies, and pages that are lost, cut or doubled: nothing is skipped and nothing comes twice."""
    made, undisturbed = long_list
    name = fault.partition("=")[0]
    company = house.add(
        fault, Path(shutil.copy(made, house.folder / f"long-{name}.qbs")), "approve_plans=never"
    )
    house.connect(company, "--fault", fault, status=STRUCK[name][1])
    if name in SILENT:
        time.sleep(1.05)
    house.settle(company)
    assert house.outcome(company) == undisturbed


# ---- while QuickBooks is written ------------------------------------------------------------------------------------

WRITES: dict[str, int | tuple[int, int]] = {
    "die_before_execute=w1": DIED,
    "die_after_execute=w1": DIED,
    "die_mid_post=w1": DIED,
    "die_before_read=w1": DIED,
    "post_reply_twice=w1": EITHER,
    "ask_twice=3": EITHER,  # w1 would strike again at each sending, since it is the status check that is executed
    "garble=w1": EITHER,
    "garble_control=w1": EITHER,
    "stall=w1:0.2": DONE,
    "wrong_ticket=w1": FAILED,
    "kill_quickbooks=w1": EITHER,
    "kill_quickbooks=w1:before": EITHER,
    "kill_quickbooks=w1:between": EITHER,
    "kill_quickbooks=w1:unstored": EITHER,
    "kill_quickbooks=w1:after": EITHER,
}
"""Each fault at the first request of a session that writes, and the exit status of the Web Connector that has it."""


@pytest.fixture(scope="module")
def both_ways(house: House) -> tuple[Company, int]:
    """A company whose customers go both ways, with one pair; and the number of its field record."""
    company = house.add("Both ways", new_books(house.folder / "both-ways.qbs"), "approve_plans=never")
    house.cli("company", "set", company.id, "customers.direction=two_way")
    made = house.rest(company, "customers", "POST", json={"name": "The pair", "phone": "0"})
    house.settle(company)
    return company, int(made["id"])


TOLD_APART = (
    "die_after_execute=w1", "ask_twice=3", "kill_quickbooks=w1:between", "kill_quickbooks=w1:unstored",
)  # fmt: skip
"""One of each sort: real servers take their time. FIELDLEDGER_SWEEP=all strikes with every one."""


@pytest.mark.parametrize("fault", WRITES if os.environ.get("FIELDLEDGER_SWEEP") == "all" else TOLD_APART)
def test_a_fault_at_a_write_makes_nothing_twice(
    fault: str, house: House, both_ways: tuple[Company, int]
) -> None:
    """design, the ladder; spec 10.1, 10.3, 10.4: one new customer, one changed one and one that was changed in
    QuickBooks, and the first set of writes is lost, doubled, cut or killed at work."""
    company, pair = both_ways
    number = str(list(WRITES).index(fault) + 1)
    before = set(records_of(company.books))
    house.rest(company, f"customers/{pair}", "PATCH", json={"phone": number})
    for letter in "ab":
        house.rest(company, "customers", "POST", json={"name": f"New {number}{letter}", "phone": number})
    edit(company.books, f'customer "The pair" set email="{number}@example.com"')
    struck = run(
        "quickbooks-sim", "connect", company.app, "--company", company.books, "--password", company.password,
        "--quiet", "--fault", fault, status=WRITES[fault],
    )  # fmt: skip
    assert "never came" not in struck.stderr
    if WRITES[fault] == DIED:
        time.sleep(1.05)
    house.settle(company)
    there = records_of(company.books)
    assert set(there) == before | {f"New {number}a", f"New {number}b"}
    outcome = house.outcome(company)
    assert outcome["attention"] == []
    assert outcome["left"] == 0
    assert set(outcome["links"]) == set(there)
    assert len(outcome["customers"]) == len(there)
    customers = {each["name"]: each for each in house.customers(company)}
    assert customers.keys() == there.keys()
    for shown in (customers["The pair"], there["The pair"].values):
        assert (shown["phone"], shown["email"]) == (number, f"{number}@example.com")
