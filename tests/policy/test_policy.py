"""Settings, the brake, and what a job looks like in the field system."""

from __future__ import annotations

import pytest

from fieldledger.model.kinds import Side
from fieldledger.policy.kinds.customer import derived_name, likeness_to_job, place, to_field
from fieldledger.policy.rules import Policy, brake
from fieldledger.policy.settings import SETTINGS, SettingError, as_policy, complete, parse


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
        ("jobs", "as_invoices", "jobs must be one of as_customers, as_locations, skip, not 'as_invoices'"),
        (
            "customers.direction",
            "",
            "customers.direction must be one of books_to_field, field_to_books, two_way",
        ),
        ("items.direction", "two_way", "items.direction must be one of"),
        ("conflict_margin", "-1", "conflict_margin must be a whole number of seconds from 0 to 86400"),
        ("conflict_margin", "86401", "whole number of seconds"),
        ("conflict_margin", "two minutes", "whole number of seconds"),
        ("conflict_margin", "²", "whole number of seconds"),
    ],
)
def test_a_setting_that_cannot_be_says_what_is_allowed(key: str, text: str, told: str) -> None:
    with pytest.raises(SettingError, match=told):
        parse(key, text)


def test_settings_are_read_as_people_type_them() -> None:
    assert parse("quiet_hours", " 9:05-17:00 ") == "09:05-17:00"
    assert parse("quiet_hours", "none") == "none"
    assert parse("schedule", "007") == "7"
    assert parse("conflict_margin", " 0 ") == "0"


# Spec 1, row by row: what each setting may be.
SPEC = {
    "customers.direction": ("books_to_field", "field_to_books", "two_way"),
    "primary": ("books", "field"),
    "items.direction": ("books_to_field", "field_to_books"),
    "jobs": ("as_customers", "as_locations", "skip"),
    "job_name": ("company_name", "full_name", "job_name"),
    "tax_sync": ("on", "off"),
    "terms_sync": ("on", "off"),
    "retired_terms": ("retire", "keep"),
    "sync_report": ("on", "off"),
    "approve_plans": ("first", "always", "never"),
    "paused": ("on", "off"),
}


@pytest.mark.parametrize(("key", "word"), [(key, word) for key, words in SPEC.items() for word in words])
def test_every_value_of_the_specification_is_taken(key: str, word: str) -> None:
    """spec 1: none is refused as not there yet."""
    assert parse(key, word) == word


def test_no_setting_takes_what_the_specification_does_not_name() -> None:
    for setting in SETTINGS:
        more = set(setting.allowed) - set(SPEC.get(setting.key, ()))
        assert more <= {"unset"}, f"{setting.key}: {more}"
        assert bool(setting.allowed) is not bool(setting.check), setting.key
        if setting.default:
            assert parse(setting.key, setting.default) == setting.default


def test_the_margin_reaches_the_rules() -> None:
    """spec 2.5: two minutes, unless somebody chose otherwise."""
    chosen = {"customers.direction": "two_way"}
    assert as_policy(complete(chosen)).margin == 120
    assert as_policy(complete({**chosen, "conflict_margin": "0"})).margin == 0
    policy = as_policy(complete({**chosen, "primary": "field"}))
    assert (policy.direction, policy.primary_side) == ("two_way", Side.FIELD)


def test_a_setting_that_shapes_or_directs_is_shown_as_a_plan() -> None:
    """spec 1.2: the next sync after it shows a plan for approval."""
    shown = {setting.key for setting in SETTINGS if setting.plans}
    assert shown == {
        "customers.direction", "primary", "jobs", "job_name", "tax_sync", "terms_sync", "retired_terms",
    }  # fmt: skip


def test_changed_rules_are_told_from_changed_data() -> None:
    """spec 1.2: the hash moves with the settings that shape a record, and with no other."""
    chosen = {"customers.direction": "books_to_field"}
    rules = as_policy(complete(chosen)).rules
    assert as_policy(complete({**chosen, "schedule": "30", "approve_plans": "always"})).rules == rules
    assert as_policy(complete({**chosen, "job_name": "full_name"})).rules != rules
    assert as_policy(complete({**chosen, "jobs": "skip"})).rules != rules
    assert as_policy(complete({**chosen, "jobs": "as_locations"})).rules != rules
    for direction in SPEC["customers.direction"]:
        other = {"customers.direction": direction, "primary": "field", "conflict_margin": "5"}
        assert as_policy(complete(other)).rules == rules, "who is asked changes no record"


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


def test_the_ship_to_list_of_a_job_belongs_to_the_customer_that_it_became() -> None:
    """spec 3.5: and not to the customer above it."""
    site = {"name": "Site", "is_default": False, "address": {"line1": "1 Oak"}}
    job = {"name": "Main Office", "locations": [site], "active": True}
    top = {"name": "Carefree", "locations": [], "active": True}
    policy = Policy(direction="books_to_field")
    assert to_field(job, ("Carefree", "Main Office"), policy)["locations"] == [site]
    assert to_field(top, ("Carefree",), policy)["locations"] == []
