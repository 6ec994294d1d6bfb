"""A customer written into (a simulated) QuickBooks and read back has the same values, whatever they are."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fieldledger.books.desktop.kinds import customer
from fieldledger.model.kinds import Kind
from fieldledger.model.outcome import Verdict
from fieldledger.model.record import Gone, Record, pack
from fieldledger.session.ports import AnswerHead
from tests.books import values
from tests.books.simulated import QuickBooks
from tests.books.values import steady

some_customers = values.customers(
    terms=st.sampled_from([None, "Net 15 é"]),
    tax_code=st.sampled_from([None, "Tax", "Non"]),
    tax_item=st.sampled_from([None, "State & City"]),
)


def expected(some: dict[str, Any], before: dict[str, Any] | None = None) -> dict[str, Any]:
    """What QuickBooks holds afterwards: nothing is cut, folded or made up. ``before``: what it held."""
    kept = {key: (before or {}).get(key) for key in ("terms", "tax_code", "tax_item")}
    return {
        **some,
        **{key: some[key] or kept[key] for key in kept},
        "company_name": some["company_name"] or (some["name"] if before is None else None),
    }


@given(some_customers, values.guids)
@steady(120)
def test_what_is_added_comes_back(quickbooks: QuickBooks, some: dict[str, Any], guid: str) -> None:
    """spec 2.1. The answer to the write and a later read tell the same."""
    some = quickbooks.referring(some)
    added = quickbooks.record(*quickbooks.does(customer.add(some, guid=guid)))
    read = quickbooks.record(*quickbooks.look_up(added.id))
    quickbooks.delete(added)
    wanted = expected(some)
    if wanted["tax_code"] is None:
        taxable = quickbooks.whole_list(Kind.SALES_TAX_CODE)["Tax"]
        assert added.values["tax_code"] in (None, taxable.id), "QuickBooks may choose its own default"
        wanted["tax_code"] = added.values["tax_code"]
    assert dict(added.values) == wanted
    assert pack(added.values) == pack(read.values)
    assert (added.id, added.version, added.full_name) == (read.id, read.version, some["name"])


@given(some_customers, some_customers)
@steady(80)
def test_what_is_changed_comes_back(quickbooks: QuickBooks, one: dict[str, Any], two: dict[str, Any]) -> None:
    """A CustomerMod of every field makes one customer into the other; what is not stated stays (spec 2.1), and so does
    a Ship To list that would be emptied (spec 3.4)."""
    one, two = quickbooks.referring(one), quickbooks.referring(two)
    added = quickbooks.record(
        *quickbooks.does(customer.add(one, guid="{12345678-90AB-CDEF-1234-567890ABCDEF}"))
    )
    modified = quickbooks.record(
        *quickbooks.does(customer.mod(two, list(two), id=added.id, version=added.version))
    )
    read = quickbooks.record(*quickbooks.look_up(added.id))
    quickbooks.delete(added)
    wanted = expected(two, dict(added.values))
    if not two["locations"]:
        wanted["locations"] = added.values["locations"]
    assert dict(modified.values) == wanted
    assert pack(modified.values) == pack(read.values)


def test_a_job_comes_back_under_its_customer(quickbooks: QuickBooks) -> None:
    top = quickbooks.record(
        *quickbooks.does(customer.add({"name": "Baker"}, guid="{12345678-90AB-CDEF-1234-567890ABCDEF}"))
    )
    job = quickbooks.record(
        *quickbooks.does(
            customer.add({"name": "Boiler"}, guid="{22345678-90AB-CDEF-1234-567890ABCDEF}", parent=top.id)
        )
    )
    assert (job.parent_id, job.full_name, job.values["name"]) == (top.id, "Baker:Boiler", "Boiler")
    quickbooks.delete(job)
    quickbooks.delete(top)


def test_a_name_that_is_taken_is_told(quickbooks: QuickBooks) -> None:
    """spec 2.7: vendors share the list of names; QuickBooks' own words stand beside ours."""
    (head,) = quickbooks.does(
        customer.add({"name": "TAX agency"}, guid="{12345678-90AB-CDEF-1234-567890ABCDEF}")
    )
    assert isinstance(head, AnswerHead)
    assert (head.outcome.verdict, head.outcome.code) == (Verdict.REFUSED, "3100")
    assert head.outcome.told == 'The name "TAX agency" of the list element is already in use.'


def test_a_stale_write_changes_nothing_and_brings_the_record(quickbooks: QuickBooks) -> None:
    """rules.md 30."""
    added = quickbooks.record(
        *quickbooks.does(customer.add({"name": "Cole"}, guid="{12345678-90AB-CDEF-1234-567890ABCDEF}"))
    )
    head, current = quickbooks.does(customer.mod({"phone": "1"}, ["phone"], id=added.id, version="1"))
    assert isinstance(head, AnswerHead)
    assert isinstance(current, Record)
    assert head.outcome.verdict is Verdict.STALE
    assert pack(current.values) == pack(added.values)
    quickbooks.delete(added)


def test_missing_ids_are_proved_one_after_the_other(quickbooks: QuickBooks) -> None:
    """spec 10.7: QuickBooks names one missing id in each answer; asking again for the rest proves them all."""
    names = ("Drake", "Ellis", "Frost", "Grant")
    added = [
        quickbooks.record(
            *quickbooks.does(customer.add({"name": name}, guid="{12345678-90AB-CDEF-1234-567890ABCDEF}"))
        )
        for name in names
    ]
    for record in added[:3]:
        quickbooks.delete(record)
    left, gone, rounds = [record.id for record in added], [], 0
    while left:
        items = quickbooks.look_up(*left)
        proved = [item.id for item in items if isinstance(item, Gone)]
        shown = [item.id for item in items if isinstance(item, Record)]
        assert len(proved) == 1
        gone += proved
        left = [id for id in left if id not in proved and id not in shown]
        rounds += 1
    assert sorted(gone) == sorted(record.id for record in added[:3])
    assert rounds == 3
    quickbooks.delete(added[3])
