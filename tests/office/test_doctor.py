"""Is everything in place: each check passes, warns or stops, and says what to do (spec 8.1, as far as it is known)."""

from __future__ import annotations

import pytest

from fieldledger.journal import Journal, runs
from fieldledger.office import companies as office
from fieldledger.office import doctor
from fieldledger.office.doctor import PASS, WARN, Check
from tests.office.conftest import add
from tests.support.world import World


def checks(journal: Journal) -> dict[str, Check]:
    return {check.check: check for check in doctor.examine(journal, "c1")}


def test_before_the_first_contact(journal: Journal) -> None:
    add(journal)
    found = checks(journal)
    assert found["journal"].result == PASS
    assert found["web connector"].result == WARN
    assert "Add the .qwc file" in found["web connector"].todo
    assert "QuickBooks" not in found


def test_a_company_in_step(world: World) -> None:
    world.session()
    found = checks(world.journal)
    assert found["QuickBooks"].result == PASS
    assert "Test Company" in found["QuickBooks"].told
    assert found["plan"].result == WARN
    assert found["plan"].todo.endswith("fieldledger approve c1 1")
    office.approve(world.journal, "c1", None, who="a person")
    world.session()
    assert "plan" not in checks(world.journal)
    assert checks(world.journal)["last run"].told == "done: In step: 46 created.", (
        "eight of them taxes and terms"
    )


def test_a_silent_web_connector(world: World) -> None:
    world.session()
    world.time += 46 * 60
    silent = checks(world.journal)["web connector"]
    assert silent.result == WARN
    assert "Auto-Run" in silent.todo


def test_a_paused_company(journal: Journal) -> None:
    add(journal, paused="on")
    assert checks(journal)["schedule"].todo == "fieldledger company set c1 paused=off"


@pytest.mark.parametrize(
    ("preferences", "check"), [({"sales_tax": False}, "sales tax"), ({"multicurrency": True}, "currency")]
)
def test_preferences_that_matter(preferences: dict[str, bool], check: str) -> None:
    identity = {
        "host": {"product": "QuickBooks", "file_mode": "MultiUser"},
        "preferences": preferences,
        "name": "B",
    }
    found = {each.check: each for each in doctor._quickbooks(identity)}
    assert found[check].result == WARN
    assert found[check].todo
    assert found["mode"].result == WARN
    assert "Single-user" in found["mode"].todo
    assert found["company file"].result == WARN


def test_what_needs_attention_is_counted_and_leads_there(world: World) -> None:
    from fieldledger.desk.customers import CustomerCreate

    world.store.create("c1", CustomerCreate(name="Terrace Hotel"))
    world.session()
    found = checks(world.journal)["attention"]
    assert found.result == WARN
    assert found.told == "1 record needs attention."
    assert found.todo == "fieldledger attention c1"


def test_a_refused_password_is_told(journal: Journal) -> None:
    """A Web Connector that is sent away looks like one that never calls: the check says which it is."""
    company = str(add(journal)["id"])
    with journal.write() as tx:
        runs.move_cursor(tx, company, doctor.REFUSED, str(journal.now()))
    (told,) = [check for check in doctor.examine(journal, company) if check.check == "web connector"]
    assert told.result == doctor.WARN
    assert "with a wrong password" in told.told
    assert f"fieldledger company password {company}" in told.todo
