"""The engine's client of the desk: a location of a QuickBooks job there and back through the real REST API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from fieldledger.desk.app import bearer, create_app
from fieldledger.desk.customers import CustomerFields
from fieldledger.desk.store import Store
from fieldledger.field.inprocess import InProcessTransport
from fieldledger.field.kinds import customer
from fieldledger.field.rest import RestField
from fieldledger.model.kinds import Kind
from fieldledger.session.ports import FieldWrite
from tests.desk.conftest import make

JOB = "80000012-1197757691"
OWN = {"name": "Ship To 1", "is_default": True, "address": {"line1": "1 Main St"}}
OF_A_JOB = {"name": "Kitchen", "is_default": False, "address": {}, "job": JOB}
VALUES: dict[str, Any] = {"name": "Carefree", "locations": [OWN, OF_A_JOB], "active": True}


@pytest.fixture
def field(store: Store) -> Iterator[RestField]:
    client = httpx2.Client(
        transport=InProcessTransport(create_app(store, bearer("t"))), base_url="http://desk",
        headers={"Authorization": "Bearer t"},
    )  # fmt: skip
    yield RestField(client)
    client.close()


def test_a_job_goes_there_and_back(field: RestField, store: Store) -> None:
    """spec 3.2; a location without a job keeps exactly its three keys, so that what is remembered stays equal."""
    [made] = field.write(
        "c1", [FieldWrite(key="k1", kind=Kind.CUSTOMER, id=None, version=None, values=VALUES)]
    )
    assert made.record is not None
    assert list(made.record.values["locations"]) == [OWN, OF_A_JOB]
    [change] = field.changes("c1", Kind.CUSTOMER, 0, 10)
    assert change.record == made.record
    again = FieldWrite(
        key="k2",
        kind=Kind.CUSTOMER,
        id=made.record.id,
        version=made.record.version,
        values=made.record.values,
    )
    [same] = field.write("c1", [again])
    assert same.record == made.record, "what was read can be written back: no new version"


def test_an_edit_on_the_pages_leaves_the_job_in_the_record(field: RestField, store: Store) -> None:
    field.write("c1", [FieldWrite(key="k1", kind=Kind.CUSTOMER, id=None, version=None, values=VALUES)])
    edit = CustomerFields.model_validate({"phone": "1", "locations": [{**OWN, "name": "Shop", "id": 1}]})
    store.customers.change("c1", 1, edit, None)
    [change] = field.changes("c1", Kind.CUSTOMER, 1, 10)
    assert change.record is not None
    assert list(change.record.values["locations"]) == [{**OWN, "name": "Shop"}, OF_A_JOB]


@pytest.mark.parametrize("job", [None, "", "  "])
def test_no_job_is_no_key(job: str | None) -> None:
    read = customer.to_record(
        {"id": 1, "version": 1, "modified_at": "x", "name": "A", "locations": [{**OWN, "job": job}]}
    )
    assert read.values["locations"] == [OWN]
    assert customer.to_json({"name": "A", "locations": [{**OWN, "job": job}]})["locations"] == [OWN]


def test_a_stand_in_is_no_location(field: RestField, store: Store) -> None:
    """spec 3.4: not written until somebody edits it."""
    make(store, billing_address={"line1": "1 Main St"})
    [change] = field.changes("c1", Kind.CUSTOMER, 0, 10)
    assert change.record is not None
    assert list(change.record.values["locations"]) == []
