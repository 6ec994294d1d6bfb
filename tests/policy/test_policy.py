"""Settings, the table of verdicts, and the brake."""

from __future__ import annotations

from itertools import product

import pytest

from fieldledger.policy.kinds.customer import derived_name, likeness_to_job, place
from fieldledger.policy.rules import Policy, brake
from fieldledger.policy.settings import BY_KEY, SETTINGS, SettingError, as_policy, complete, parse
from fieldledger.policy.verdicts import TABLE, PairVerdict, State, verdict


def test_the_table_of_verdicts_is_total() -> None:
    assert set(TABLE) == set(product(State, State))
    for books, field in product(State, State):
        assert isinstance(verdict("books_to_field", books, field), PairVerdict)


def test_one_way_never_writes_back() -> None:
    """spec 2.2: nothing goes to the books where customers go from the books to the field."""
    given = {verdict("books_to_field", books, field) for books, field in product(State, State)}
    assert not given & {PairVerdict.TO_BOOKS, PairVerdict.MERGE}


@pytest.mark.parametrize(
    ("endangered", "linked", "asks"),
    [
        (4, 10, False),
        (5, 49, True),
        (5, 50, False),
        (6, 50, True),
        (10, 100, False),
        (11, 100, True),
        (0, 0, False),
    ],
)
def test_the_brake(endangered: int, linked: int, asks: bool) -> None:
    """spec 2.12: more than 10 % of a kind, and at least 5."""
    assert brake(endangered, linked) is asks


def test_settings_have_the_defaults_of_the_specification() -> None:
    """spec 1.1: every setting keeps its value until somebody changes it; only the direction must be chosen."""
    values = complete({"customers.direction": "books_to_field"})
    expected = {"primary": "books", "jobs": "as_customers", "job_name": "company_name", "sync_report": "on",
                "approve_plans": "first", "schedule": "15", "paused": "off"}  # fmt: skip
    assert {key: values[key] for key in expected} == expected
    with pytest.raises(SettingError, match=r"customers\.direction must be chosen"):
        complete({})


@pytest.mark.parametrize(
    ("key", "text", "told"),
    [
        ("primary", "both", "primary must be one of books, field, not 'both'"),
        ("colour", "red", "there is no such setting"),
        ("schedule", "0", "schedule must be a whole number of minutes from 1 to 1440"),
        ("schedule", "1.5", "whole number"),
        ("quiet_hours", "25:00-06:00", "must look like 22:00-06:00"),
        ("takeover_after", "-1", "whole number of seconds"),
        ("jobs", "as_locations", "is not available"),
    ],
)
def test_a_setting_that_cannot_be_says_what_is_allowed(key: str, text: str, told: str) -> None:
    with pytest.raises(SettingError, match=told):
        parse(key, text)


def test_settings_are_read_as_people_type_them() -> None:
    assert parse("quiet_hours", " 9:05-17:00 ") == "09:05-17:00"
    assert parse("quiet_hours", "none") == "none"
    assert parse("schedule", "007") == "7"
    for setting in SETTINGS:
        for word in setting.allowed:
            if word not in NOT_YET.get(setting.key, {}):
                assert parse(setting.key, word) == word
    assert set(NOT_YET) <= set(BY_KEY)


def test_changed_rules_are_told_from_changed_data() -> None:
    """spec 1.2: the hash moves with the settings that shape a record, and with no other."""
    chosen = {"customers.direction": "books_to_field"}
    rules = as_policy(complete(chosen)).rules
    assert as_policy(complete({**chosen, "schedule": "30", "approve_plans": "always"})).rules == rules
    assert as_policy(complete({**chosen, "job_name": "full_name"})).rules != rules
    assert as_policy(complete({**chosen, "jobs": "skip"})).rules != rules


def test_derived_names() -> None:
    """spec 3.1: company_name is the top customer's Name; a top customer always bears its own."""
    chain = ("Carefree", "Main Office", "Boiler")
    names = {
        setting: derived_name(chain, Policy(direction="books_to_field", job_name=setting))
        for setting in ("company_name", "full_name", "job_name")
    }
    assert names == {
        "company_name": "Carefree",
        "full_name": "Carefree:Main Office:Boiler",
        "job_name": "Boiler",
    }
    assert derived_name(("Carefree",), Policy(direction="books_to_field", job_name="full_name")) == "Carefree"


def test_a_job_is_recognised_by_its_name_or_its_place() -> None:
    """spec 2.7: a job matches only a record that also agrees on job name or location address."""
    job = {
        "locations": [
            {"name": "Ship To 1", "address": {"line1": "Carefree", "line2": "12 Oak Ave", "city": "Millbrae"}}
        ]
    }
    there = {"line1": "12  OAK ave", "city": "millbrae"}
    assert likeness_to_job({"locations": [{"name": "x", "address": there}]}, "Main Office", job) == 1
    assert likeness_to_job({"billing_address": there}, "Main Office", job) == 1
    assert likeness_to_job({"locations": [{"name": "main office", "address": {}}]}, "Main Office", job) == 2
    elsewhere = {"locations": [{"name": "Ship To 1", "address": {"line1": "9 Elm"}}]}
    assert likeness_to_job(elsewhere, "Main Office", job) == 0
    assert likeness_to_job({}, "Main Office", {}) == 0


def test_the_street_of_an_address() -> None:
    """spec 3.4: the first line that starts with a digit, else the last filled one."""
    assert place({"line1": "Attn: Ann", "line3": "12 Oak", "line4": "Rear"}) == ("12 oak", "", "")
    assert place({"line1": "Oak House", "line2": "By the mill"}) == ("by the mill", "", "")
    assert place({"city": "Millbrae"}) is None
    assert place(None) is None
