"""What each jobs setting would make of the user's own file (spec 3.6)."""

from __future__ import annotations

from typing import Any

import pytest

from fieldledger.journal import Journal
from fieldledger.office import jobs_preview, views
from tests.office.conftest import add
from tests.office.hands import books
from tests.support.connector import about_customers
from tests.support.world import World

PLACE = {"line1": "1 Pier", "city": "Astoria"}


@pytest.fixture
def there(journal: Journal) -> Journal:
    """Two customers; one has two jobs and one below a job, and a job that is inactive."""
    add(journal)
    shipping = [{"name": "Ship To 1", "is_default": False, "address": PLACE}]
    books(journal, "B1", "Carefree", locations=shipping)
    books(journal, "B2", "Kitchen", parent="B1", full_name="Carefree:Kitchen", billing_address=PLACE)
    books(journal, "B3", "Pool", parent="B1", full_name="Carefree:Pool")
    books(journal, "B4", "Tiles", parent="B3", full_name="Carefree:Pool:Tiles")
    books(journal, "B5", "Old", parent="B1", full_name="Carefree:Old", active=False)
    books(journal, "B6", "Kitchen")
    return journal


def choice(journal: Journal, jobs: str, job_name: str = "") -> dict[str, Any]:
    found = jobs_preview.preview(journal, "c1")["choices"]
    return next(each for each in found if (each["jobs"], each["job_name"]) == (jobs, job_name))


def becomes(found: dict[str, Any]) -> dict[str, str]:
    return {each["full_name"]: each["becomes"] for each in found["sample"]}


def test_what_is_there(there: Journal) -> None:
    found = jobs_preview.preview(there, "c1")
    assert (found["customers"], found["jobs"], found["left_out"]) == (2, 3, 1)
    assert found["chosen"] == {"jobs": "as_customers", "job_name": "company_name"}
    assert [(each["jobs"], each["job_name"]) for each in found["choices"]] == [
        ("as_customers", "company_name"), ("as_customers", "full_name"), ("as_customers", "job_name"),
        ("as_locations", ""), ("skip", ""),
    ]  # fmt: skip


def test_as_customers_named_after_the_customer_at_the_top(there: Journal) -> None:
    """spec 3.1: several may bear one name; company_name is the top customer's Name."""
    found = choice(there, "as_customers", "company_name")
    assert (found["customers"], found["locations"], found["left_out"]) == (5, 1, 0)
    assert (found["shared"], found["names"]) == (1, [{"name": "Carefree", "count": 4}])
    assert becomes(found)["Carefree:Pool:Tiles"] == "Customer “Carefree”"


def test_as_customers_named_otherwise(there: Journal) -> None:
    full = choice(there, "as_customers", "full_name")
    assert full["shared"] == 0
    assert becomes(full)["Carefree:Pool:Tiles"] == "Customer “Carefree:Pool:Tiles”"
    own = choice(there, "as_customers", "job_name")
    assert own["names"] == [{"name": "Kitchen", "count": 2}]


def test_as_locations_of_the_top_customer(there: Journal) -> None:
    """spec 3.2: a job becomes one service location of its top customer, named after the job."""
    found = choice(there, "as_locations")
    assert (found["customers"], found["locations"], found["locations_of_jobs"], found["left_out"]) == (
        2,
        4,
        3,
        0,
    )
    assert becomes(found)["Carefree:Pool:Tiles"] == "Service location “Tiles” of “Carefree”"


def test_left_out(there: Journal) -> None:
    """spec 3.3: counted."""
    found = choice(there, "skip")
    assert (found["customers"], found["left_out"]) == (2, 3)
    assert set(becomes(found).values()) == {"Left out"}


def test_a_job_of_a_customer_that_is_not_brought_over(there: Journal) -> None:
    books(there, "B7", "Asleep", active=False)
    books(there, "B8", "Awake", parent="B7", full_name="Asleep:Awake")
    assert becomes(choice(there, "as_locations"))["Asleep:Awake"] == "Left out"
    assert becomes(choice(there, "as_customers", "company_name"))["Asleep:Awake"] == "Customer “Asleep”"
    assert jobs_preview.preview(there, "c1")["under_inactive"] == 1


def test_nothing_was_read_yet(journal: Journal) -> None:
    add(journal)
    found = jobs_preview.preview(journal, "c1")
    assert (found["customers"], found["jobs"]) == (0, 0)
    assert all(each["customers"] == 0 and each["sample"] == [] for each in found["choices"])


def test_the_sample_is_short_and_the_counts_are_whole(there: Journal) -> None:
    for n in range(10, 60):
        books(there, f"B{n}", f"Job {n}", parent="B1", full_name=f"Carefree:Job {n}")
    found = choice(there, "as_customers", "company_name")
    assert (len(found["sample"]), found["customers"]) == (20, 55)


def test_it_says_what_the_first_sync_then_does(world: World) -> None:
    """spec 3.6, from the file itself and before anything was approved: the numbers are those of the plan."""
    world.session()
    found = jobs_preview.preview(world.journal, "c1")
    plan = about_customers(views.plan(world.journal, "c1"))["counts"]["create"]
    chosen = next(each for each in found["choices"] if (each["jobs"], each["job_name"]) ==
                  (found["chosen"]["jobs"], found["chosen"]["job_name"]))  # fmt: skip
    assert chosen["customers"] == plan > found["customers"] > 0
