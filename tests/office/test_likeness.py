"""Likely matches: ranked for a person, never linked by themselves (spec 2.7)."""

from __future__ import annotations

import time
from typing import Any

import pytest

from fieldledger.journal import Journal, links
from fieldledger.model.kinds import Side
from fieldledger.model.plan import Reason
from fieldledger.office import companies as office
from fieldledger.office import likeness, solving
from fieldledger.office.comparing import Index, profile
from fieldledger.office.comparing import likeness as alike
from tests.office.conftest import add
from tests.office.hands import CUSTOMER, books, field, gone, hold, pair

STREET = {"line1": "12 Mill Road", "city": "Portland", "postal_code": "97201"}


def score(one: dict[str, Any], other: dict[str, Any]) -> int:
    match = alike(profile("1", one), profile("2", other))
    return match.score if match else 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"name": "Riverbend Brewing Co."}, {"name": "riverbend brewing"}),
        ({"name": "Smith, John"}, {"name": "John Smith"}),
        ({"name": "Café Müller"}, {"name": "Cafe Muller"}),
        ({"name": "Terrace Hotel"}, {"name": "Terace Hotel"}),
        ({"name": "JB", "phone": "(503) 555-0111"}, {"name": "Jane Baker", "phone": "+1 503 555 0111"}),
        ({"name": "JB", "email": "Jane@x.example"}, {"name": "Baker Residence", "email": "jane@X.example"}),
        (
            {"name": "JB", "first_name": "Jane", "last_name": "Baker", "billing_address": STREET},
            {"name": "Residence", "first_name": "jane", "last_name": "baker", "billing_address": STREET},
        ),
    ],
)
def test_what_a_person_would_take_for_one(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert score(one, other) == score(other, one) >= 60


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"name": "Terrace Hotel"}, {"name": "Terrace Inn"}),
        ({"name": "Store 104 Fresh Foods"}, {"name": "Store 105 Fresh Foods"}),
        ({"name": "A", "phone": "12"}, {"name": "B", "phone": "12"}),
        ({"name": "A", "billing_address": STREET}, {"name": "B", "billing_address": STREET}),
        ({"name": ""}, {"name": ""}),
        ({}, {}),
        ({"name": "Baker", "first_name": "Jo"}, {"name": "Clark", "first_name": "Jo"}),
    ],
)
def test_what_a_person_would_not(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert score(one, other) == 0


def test_a_job_is_not_its_customer() -> None:
    """spec 2.9: records of one tree share their words; that is no likeness."""
    job = profile("B2", {"name": "Glycol loop"}, "Riverbend Brewing:Glycol loop")
    assert alike(profile("1", {"name": "Riverbend Brewing"}), job) is None
    for name in ("Glycol Loop", "Riverbend Brewing - glycol loop"):
        found = alike(profile("1", {"name": name}), job)
        assert found is not None
        assert found.name == "Riverbend Brewing:Glycol loop"


def test_more_in_common_is_more_alike() -> None:
    base = {"name": "Baker Residence"}
    phone = {**base, "phone": "503-555-0111"}
    both = {**phone, "email": "a@x.example"}
    typo = {"name": "Baker Residense"}
    assert 100 >= score(both, both) >= score(phone, phone) >= score(base, base) > score(base, typo)
    otherwise = score({**base, "phone": "503-555-0111"}, {**typo, "phone": "503-555-9999"})
    assert otherwise < score(base, typo), "both can be reached, and not in the same way"


def test_the_index_finds_what_comparing_everything_finds() -> None:
    """A typing error, a missing word or another order hides nobody."""
    names = [f"{word} {kind}" for word in ("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Hazel", "Juniper")
             for kind in ("Bakery", "Brewing", "Dental", "Plumbing", "Roofing")]  # fmt: skip
    there = [profile(str(n), {"name": name}) for n, name in enumerate(names)]
    index = Index(there)
    for n, name in enumerate(names):
        for wrong in (name[:1] + name[2:], name + " LLC", " ".join(reversed(name.split())), name.upper()):
            asked = profile("x", {"name": wrong})
            best = max(filter(None, (alike(asked, each) for each in there)), key=lambda match: match.score)
            assert [match.id for match in index.like(asked, 1)] == [best.id] == [str(n)]


def test_a_phone_of_everybody_is_no_sign() -> None:
    """An office's own number stands in many records."""
    crowd = [profile(str(n), {"name": f"Customer {n}", "phone": "503-555-0000"}) for n in range(100)]
    assert not Index(crowd).like(profile("x", {"name": "Somebody", "phone": "503-555-0000"}), 5)


# ---- out of the journal ---------------------------------------------------------------------------------------------


@pytest.fixture
def there(journal: Journal) -> Journal:
    add(journal, **{"customers.direction": "two_way"})
    books(journal, "B1", "Riverbend Brewing Co.", phone="503-555-0111")
    books(journal, "B2", "Elsewhere")
    field(journal, "1", "Riverbend Brewing", phone="5035550111")
    field(journal, "2", "Riverband Brewing")
    return journal


def suggested(journal: Journal, side: Side, record: str, **more: Any) -> list[str]:
    with journal.read() as tx:
        return [each["id"] for each in likeness.suggestions(tx, "c1", CUSTOMER, side, record, **more)]


def test_suggestions_for_one_record_best_first(there: Journal) -> None:
    with there.read() as tx:
        found = likeness.suggestions(tx, "c1", CUSTOMER, Side.BOOKS, "B1")
    assert [each["id"] for each in found] == ["1", "2"]
    assert found[0] == {
        "side": "field", "id": "1", "name": "Riverbend Brewing", "score": found[0]["score"],
        "why": ["same name", "same phone"],
    }  # fmt: skip
    assert suggested(there, Side.FIELD, "1") == ["B1"]
    assert suggested(there, Side.BOOKS, "B1", but=["1"]) == ["2"]
    assert suggested(there, Side.BOOKS, "B1", limit=1) == ["1"]
    assert suggested(there, Side.BOOKS, "B7") == []


def test_what_has_a_pair_or_is_gone_is_not_suggested(there: Journal) -> None:
    """spec 2.6: identity is the link; nobody is offered what is somebody's already."""
    pair(there, "B2", "1", {})
    assert suggested(there, Side.BOOKS, "B1") == ["2"]
    gone(there, Side.FIELD, "2")
    assert suggested(there, Side.BOOKS, "B1") == [], "what is kept in memory is never stale"


def test_pairs_over_everything_best_first_and_nothing_is_linked(there: Journal) -> None:
    """spec 2.7: likeness is for people; only the same name is matched by the sync."""
    found = likeness.likely(there, "c1")
    assert [(each["books"], each["field"]) for each in found] == [("B1", "1"), ("B1", "2")]
    assert found[0]["score"] > found[1]["score"] >= 60
    assert (found[0]["books_name"], found[0]["field_name"]) == ("Riverbend Brewing Co.", "Riverbend Brewing")
    with there.read() as tx:
        assert not links.load(tx, "c1", Side.BOOKS, CUSTOMER, ["B1", "B2"])
    assert len(likeness.likely(there, "c1", 1)) == 1


def test_what_a_person_decided_about_is_not_offered_again(there: Journal) -> None:
    solving.link_pair(there, "c1", "B1", "2", "olga")
    assert likeness.likely(there, "c1") == []
    number = hold(there, Reason.DUPLICATE, "Elsewhere", books="B2", others=("2",))
    field(there, "3", "Elsewhere Ltd")
    assert [each["field"] for each in likeness.likely(there, "c1")] == ["3"]
    solving.solve(there, "c1", number, "ignore", who="olga")
    assert likeness.likely(there, "c1") == []


def test_the_same_name_is_the_syncs_own_business(there: Journal) -> None:
    field(there, "3", "ELSEWHERE")
    assert ("B2", "3") not in [(each["books"], each["field"]) for each in likeness.likely(there, "c1")]


def test_jobs_are_offered_only_where_they_become_customers(there: Journal) -> None:
    """spec 3: as_locations and skip make no customer of a job."""
    books(there, "B5", "Cabin winterising", parent="B2", full_name="Elsewhere:Cabin winterising")
    field(there, "5", "Cabin winterizing")
    assert ("B5", "5") in [(each["books"], each["field"]) for each in likeness.likely(there, "c1")]
    office.set_settings(there, "c1", {"jobs": "skip"}, who="olga")
    assert "B5" not in [each["books"] for each in likeness.likely(there, "c1")]
    assert suggested(there, Side.FIELD, "5") == ["B5"], "a person who asks about one record is shown it"


def test_inactive_records_are_not_offered_by_themselves(there: Journal) -> None:
    field(there, "1", "Riverbend Brewing", phone="5035550111", active=False)
    assert [each["field"] for each in likeness.likely(there, "c1")] == ["2"]
    assert suggested(there, Side.BOOKS, "B1") == ["1", "2"]


def test_one_that_looks_like_everybody_does_not_fill_the_list(there: Journal) -> None:
    for n in range(10, 20):
        field(there, str(n), f"Riverbend Brewing {chr(55 + n)}")
    assert len(likeness.likely(there, "c1")) == 3


def test_thousands_are_compared_in_seconds() -> None:
    """20,000 by 20,000 is to stay feasible: what is compared grows with what is alike, not with the product."""
    kinds = ("Bakery", "Brewing", "Dental", "Plumbing", "Roofing", "Residence", "Clinic", "Motors")
    mine = [
        profile(f"B{n}", {"name": f"{_word(n)} {kinds[n % 8]}", "phone": f"503-{n:07}"}) for n in range(4000)
    ]
    index = Index(mine)
    started = time.process_time()
    found = sum(
        bool(index.like(profile("x", {"name": f"{_word(n)[1:]} {kinds[n % 8]}"}), 1)) for n in range(4000)
    )
    assert found > 2000
    assert time.process_time() - started < 15, "all with all would take minutes"


def _word(n: int) -> str:
    letters = "bdfgklmnprst"
    return "".join(letters[n // 12**at % 12] + "aeiou"[(n // 7 + at) % 5] for at in range(4)).capitalize()
