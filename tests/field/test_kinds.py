"""Each kind of the field side there and back through the real REST API, in the form that digests are made of."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import httpx2
import pytest

from fieldledger.desk.app import bearer, create_app
from fieldledger.desk.store import Store
from fieldledger.field.inprocess import InProcessTransport
from fieldledger.field.kinds import KINDS
from fieldledger.field.rest import FieldUnreachable, RestField
from fieldledger.model.kinds import LISTS, Kind
from fieldledger.model.outcome import Verdict
from fieldledger.model.record import PAYMENT_TERM_FIELDS, SALES_TAX_CODE_FIELDS, TAX_RATE_FIELDS, Record, pack
from fieldledger.session.ports import FieldResult, FieldWrite, SyncStatus

BLANK_TERM = {
    "due_days": None, "discount_days": None, "discount_percent": None, "due_day": None, "next_month_days": None,
    "discount_day": None, "active": True,
}  # fmt: skip
VALUES: dict[Kind, list[dict[str, Any]]] = {
    Kind.SALES_TAX_CODE: [
        {"name": "Out", "description": "Out of state", "taxable": False, "active": True},
        {"name": "X", "description": None, "taxable": True, "active": False},
    ],
    Kind.TAX_RATE: [
        {"name": "County", "rate": "8.12345", "components": [], "agency": None, "active": True},
        {"name": "State", "rate": "0", "components": [], "agency": None, "active": False},
        {"name": "Unstated", "rate": None, "components": [], "agency": None, "active": True},
        {"name": "Both", "rate": None, "components": ["2", "1"], "agency": None, "active": True},
    ],
    Kind.PAYMENT_TERM: [
        {**BLANK_TERM, "name": "Net 30", "form": "standard", "due_days": 30},
        {**BLANK_TERM, "name": "2% 10", "form": "standard", "due_days": 30, "discount_days": 10,
         "discount_percent": "2"},
        {**BLANK_TERM, "name": "15th", "form": "date_driven", "due_day": 15, "next_month_days": 5, "discount_day": 10,
         "discount_percent": "1.5", "active": False},
    ],
}  # fmt: skip
FIELDS = {
    Kind.SALES_TAX_CODE: SALES_TAX_CODE_FIELDS,
    Kind.TAX_RATE: TAX_RATE_FIELDS,
    Kind.PAYMENT_TERM: PAYMENT_TERM_FIELDS,
}
KEYS = count()
EVERY = pytest.mark.parametrize("kind", LISTS)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[tuple[RestField, Store]]:
    store = Store(tmp_path / "desk.db")
    client = httpx2.Client(
        transport=InProcessTransport(create_app(store, bearer("t"))), base_url="http://desk",
        headers={"Authorization": "Bearer t"},
    )  # fmt: skip
    yield RestField(client), store
    client.close()
    store.close()


def write(
    field: RestField, kind: Kind, *values: dict[str, Any], over: Record | None = None
) -> list[FieldResult]:
    """Each created, or written over a record, under a key of its own."""
    id, version = (over.id, over.version) if over else (None, None)
    writes = [
        FieldWrite(key=f"k{next(KEYS)}", kind=kind, id=id, version=version, values=each) for each in values
    ]
    return list(field.write("c1", writes))


def test_every_kind_is_there() -> None:
    assert set(KINDS) == set(Kind)


@EVERY
def test_there_and_back_is_exact(desk: tuple[RestField, Store], kind: Kind) -> None:
    """spec 10.3: what was written is read as the same bytes, so nothing is planned again."""
    field, _ = desk
    start = len(field.changes("c1", kind, 0, 99))
    results = write(field, kind, *VALUES[kind])
    for result, sent in zip(results, VALUES[kind], strict=True):
        assert result.outcome.verdict is Verdict.DONE, result.outcome
        assert result.record is not None
        assert pack(result.record.values) == pack(sent)
        assert set(sent) == set(FIELDS[kind])
        assert result.record.full_name == sent["name"]
    changes = field.changes("c1", kind, 0, 99)[start:]
    assert [change.record for change in changes] == [result.record for result in results]
    for result in results:
        assert result.record is not None
        [again] = write(field, kind, dict(result.record.values), over=result.record)
        assert again.record == result.record, "what was read is written back without a new version"


@EVERY
def test_the_feed_and_a_stale_write(desk: tuple[RestField, Store], kind: Kind) -> None:
    field, store = desk
    [made] = write(field, kind, VALUES[kind][0])
    assert made.record is not None
    entries = store.entries[kind.value]
    position = field.changes("c1", kind, 0, 99)[-1].position
    entries.change(
        "c1", int(made.record.id), entries.kind.models.fields.model_validate({"name": "New"}), None
    )
    [change] = field.changes("c1", kind, position, 99)
    assert change.record is not None
    assert (change.record.values["name"], change.record.version) == ("New", "2")
    [stale] = write(field, kind, {**VALUES[kind][0], "name": "Old"}, over=made.record)
    assert (stale.outcome.verdict, stale.record) == (Verdict.STALE, change.record)
    entries.delete("c1", int(made.record.id))
    [gone] = field.changes("c1", kind, change.position, 99)
    assert (gone.id, gone.record) == (made.record.id, None)


@EVERY
def test_badges(desk: tuple[RestField, Store], kind: Kind) -> None:
    field, store = desk
    [made] = write(field, kind, VALUES[kind][0])
    assert made.record is not None
    badge = SyncStatus(
        kind=kind, id=made.record.id, status="Synced", detail="", books_name="X", at="2026-11-24T16:05:00Z"
    )
    field.show_status("c1", [badge])
    assert store.entries[kind.value].get("c1", int(made.record.id))["sync"]["status"] == "Synced"


def test_a_customers_references_are_ids(desk: tuple[RestField, Store]) -> None:
    """A rename of what they refer to is no change of the customer."""
    field, store = desk
    for kind in LISTS:
        write(field, kind, *VALUES[kind])
    values = {"name": "Baker", "terms": "2", "tax_code": "1", "tax_item": "4", "active": True}
    [made] = write(field, Kind.CUSTOMER, values)
    assert made.record is not None
    assert {name: made.record.values[name] for name in values} == values
    shown = store.customers.get("c1", 1)
    assert (shown["terms"], shown["tax_code"], shown["tax_item"]) == ("2% 10", "Tax", "Both")
    [unknown] = write(field, Kind.CUSTOMER, {**values, "terms": "99"})
    assert unknown.outcome.verdict is Verdict.REFUSED
    assert "no payment term 99" in unknown.outcome.meaning
    [none] = write(field, Kind.CUSTOMER, {**values, "terms": None}, over=made.record)
    assert none.record is not None
    assert none.record.values["terms"] is None


SHOWN: dict[Kind, dict[str, Any]] = {
    Kind.TAX_RATE: {"name": "A", "rate": "08.2500", "components": [], "active": True},
    Kind.PAYMENT_TERM: {"name": "A", "form": "standard", "discount_percent": "2.0", "active": True},
    Kind.SALES_TAX_CODE: {"name": "Tax", "taxable": True, "active": True},
}


def answering(kind: Kind, record: dict[str, Any]) -> RestField:
    """A field side of another make that shows this record."""
    shown = {"id": 1, "version": 1, "modified_at": "2025-11-24T16:00:00Z", **SHOWN[kind], **record}
    page = {"items": [{"position": 1, "id": 1, "deleted": False, KINDS[kind].key: shown}], "more": False}
    transport = httpx2.MockTransport(lambda _: httpx2.Response(200, json=page))
    return RestField(httpx2.Client(transport=transport, base_url="http://field"))


@pytest.mark.parametrize(
    ("kind", "field", "canonical"),
    [
        (Kind.TAX_RATE, "rate", "8.25"), (Kind.PAYMENT_TERM, "discount_percent", "2"),
        (Kind.SALES_TAX_CODE, "name", "Tax"),
    ],
)  # fmt: skip
def test_percentages_are_equal_text_when_they_are_equal(kind: Kind, field: str, canonical: str) -> None:
    [change] = answering(kind, {}).changes("c1", kind, 0, 9)
    assert change.record is not None
    assert change.record.values[field] == canonical


@pytest.mark.parametrize(
    ("kind", "odd"),
    [
        (Kind.TAX_RATE, {"rate": "much"}), (Kind.TAX_RATE, {"rate": "NaN"}), (Kind.TAX_RATE, {"components": [1]}),
        (Kind.TAX_RATE, {"components": [{"id": "x"}]}), (Kind.PAYMENT_TERM, {"form": "never"}),
        (Kind.PAYMENT_TERM, {"form": None}), (Kind.PAYMENT_TERM, {"due_days": "30"}),
        (Kind.PAYMENT_TERM, {"due_day": 1.5}), (Kind.PAYMENT_TERM, {"discount_percent": "Infinity"}),
        (Kind.SALES_TAX_CODE, {"taxable": None}), (Kind.SALES_TAX_CODE, {"taxable": "yes"}),
    ],
    ids=str,
)  # fmt: skip
def test_what_was_not_agreed_on_is_never_half_understood(kind: Kind, odd: dict[str, Any]) -> None:
    with pytest.raises(FieldUnreachable, match="was not answered as agreed"):
        answering(kind, odd).changes("c1", kind, 0, 9)


def test_one_call_is_of_one_kind(desk: tuple[RestField, Store]) -> None:
    two = [
        FieldWrite(key=kind.value, kind=kind, id=None, version=None, values=VALUES[kind][0])
        for kind in LISTS[:2]
    ]
    with pytest.raises(ValueError, match="one kind"):
        desk[0].write("c1", two)
