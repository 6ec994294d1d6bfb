"""The engine's writes by way of the port, into a simulated QuickBooks: what they change, what refuses them, and what a
stored answer tells afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from fieldledger.books.desktop.codec import DesktopBooks
from fieldledger.model.kinds import Kind
from fieldledger.model.outcome import Outcome, Verdict
from fieldledger.model.record import Record, pack
from fieldledger.session.ports import AnswerHead, Item, SetStatus, Write
from quickbooks_sim.errors import Died, FaultPoint
from tests.books import values
from tests.books.simulated import QuickBooks
from tests.books.test_requests import check
from tests.books.values import steady
from tests.books.wire import GUID, change, create, whole

OTHER_GUID = "{FEDCBA98-90AB-CDEF-1234-567890ABCDEF}"


def outcome(*items: Item) -> Outcome:
    """Of an answer that carries nothing else."""
    (head,) = items
    assert isinstance(head, AnswerHead)
    return head.outcome


@contextmanager
def added(quickbooks: QuickBooks, some: dict[str, Any]) -> Iterator[Record]:
    """A customer that is there for a while."""
    record = quickbooks.record(*quickbooks.writes(create(some)))
    try:
        yield record
    finally:
        quickbooks.delete(record)


def changed(quickbooks: QuickBooks, record: Record, some: dict[str, Any], *fields: str) -> Record:
    return quickbooks.record(
        *quickbooks.writes(change(some, *fields, record=record.id, version=record.version))
    )


def lines(place: dict[str, Any]) -> dict[str, Any]:
    return {"is_default": False, **place}


# ---- what a write changes ----------------------------------------------------------------------------------------


def test_what_is_created_bears_our_mark_and_comes_back_whole(quickbooks: QuickBooks) -> None:
    """spec 10.1: the mark is how a record is known again whose answer was lost. It is no value (spec 2.3)."""
    with added(quickbooks, {"name": "Baker", "phone": "555-0100"}) as record:
        assert record.guid == GUID
        assert "guid" not in record.values
        assert record.values["company_name"] == "Baker"
        quickbooks.switch("external_guid", "false")
        (found,) = [item for item in quickbooks.look_up(record.id) if isinstance(item, Record)]
        quickbooks.switch("external_guid", "true")
        assert found.guid == ""
        assert pack(found.values) == pack(record.values)


def test_only_the_fields_that_are_named_are_written(quickbooks: QuickBooks) -> None:
    """On creation the names come with them (spec 2.1)."""
    some = {"name": "Cole", "phone": "1", "email": "c@example.com", "active": False}
    write = create(some, "phone")
    record = quickbooks.record(*quickbooks.writes(write))
    assert (record.values["name"], record.values["company_name"]) == ("Cole", "Cole")
    assert (record.values["phone"], record.values["email"], record.values["active"]) == ("1", None, True)
    record = changed(quickbooks, record, {**some, "phone": "2"}, "email")
    assert (record.values["phone"], record.values["email"]) == ("1", "c@example.com")
    quickbooks.delete(record)


@pytest.mark.parametrize("name", ["ACME", "acme", "Ac me"])
def test_a_name_of_which_only_case_or_blanks_differ_is_written(quickbooks: QuickBooks, name: str) -> None:
    """spec 2.1. CompanyName is left alone unless the engine writes it too."""
    with added(quickbooks, {"name": "Acme"}) as record:
        record = changed(quickbooks, record, {"name": name, "company_name": name}, "name")
        assert (record.values["name"], record.values["company_name"]) == (name, "Acme")
        record = changed(
            quickbooks, record, {"name": "Acme & Co", "company_name": "Acme & Co"}, "name", "company_name"
        )
        assert (record.values["name"], record.values["company_name"]) == ("Acme & Co", "Acme & Co")


READINGS = [("replace", "replace"), ("merge", "replace"), ("replace", "merge"), ("merge", "merge")]


@pytest.mark.parametrize(("addresses", "entries"), READINGS)
def test_no_old_line_stays_whichever_way_quickbooks_reads_an_address(
    quickbooks: QuickBooks, addresses: str, entries: str
) -> None:
    """spec 3.4: all lines are kept as they are; what was cleared here is cleared there."""
    full = {"line1": "Attn: Pat", "line2": "1 Oak St", "city": "Bayshore", "note": "Back door"}
    before = {
        "name": "Drake",
        "billing_address": full,
        "locations": [lines({"name": "Shop", "address": full})],
    }
    after = {
        "billing_address": {"line1": "2 Elm St"},
        "locations": [lines({"name": "SHOP", "address": {"line1": "2 Elm St"}, "is_default": True})],
    }
    quickbooks.switch("address_mod", addresses)
    quickbooks.switch("ship_to_mod", entries)
    with added(quickbooks, before) as record:
        record = changed(quickbooks, record, after, "billing_address", "locations")
        assert record.values["billing_address"] == after["billing_address"]
        assert record.values["locations"] == after["locations"]
        record = changed(quickbooks, record, {"billing_address": None}, "billing_address")
        assert record.values["billing_address"] is None
        assert record.values["locations"] == after["locations"], "what is not among the fields stays"
    quickbooks.switch("address_mod", "merge")
    quickbooks.switch("ship_to_mod", "replace")


def test_locations_that_stand_for_jobs_are_never_written(quickbooks: QuickBooks) -> None:
    """spec 3.2, on creation and later; of two of one name only the one that is no job counts."""
    shop = lines({"name": "Shop", "address": {"line1": "1 Oak St"}})
    job = lines({"name": "Shop", "address": {"line1": "9 Job St"}, "job": "80000009-1405768916"})
    with added(quickbooks, {"name": "Ellis", "locations": [job, shop]}) as record:
        assert record.values["locations"] == [shop]
        mall = lines({"name": "Mall", "address": {}})
        record = changed(quickbooks, record, {"locations": [shop, job, mall]}, "locations")
        assert record.values["locations"] == [shop, mall]


@pytest.mark.parametrize(
    "left", [[], [lines({"name": "Boiler", "address": {}, "job": "80000009-1405768916"})], None]
)
def test_a_list_that_is_emptied_here_stays_and_the_answer_shows_it(quickbooks: QuickBooks, left: Any) -> None:
    """spec 3.4: an entry that QuickBooks keeps is noted. qbXML has no empty list, so nothing else can be said."""
    shop = lines({"name": "Shop", "address": {"line1": "1 Oak St"}})
    with added(quickbooks, {"name": "Frost", "locations": [shop]}) as record:
        for fields in (("locations",), ("locations", "phone")):
            record = changed(quickbooks, record, {"locations": left, "phone": "7"}, *fields)
            assert record.values["locations"] == [shop]
        assert record.values["phone"] == "7"


def test_references_that_are_not_stated_are_never_written(quickbooks: QuickBooks) -> None:
    """spec 2.1, in both messages."""
    stated = quickbooks.referring(
        {"name": "Grant", "terms": "Net 15 é", "tax_code": "Non", "tax_item": "State & City"}
    )
    blank = {"name": "Grant", "terms": None, "tax_code": None, "tax_item": ""}
    with added(quickbooks, stated) as record:
        after = changed(quickbooks, record, {**blank, "phone": "1"}, "terms", "tax_code", "tax_item", "phone")
        assert {key: after.values[key] for key in stated} == stated
        assert after.values["phone"] == "1"
    text = DesktopBooks().encode([create(blank)], set_id="s")
    assert not any(ref in text for ref in ("TermsRef", "SalesTaxCodeRef", "ItemSalesTaxRef"))


def test_lines_of_an_entry_go_out_blank_when_it_is_changed_only() -> None:
    """Of an entry that is there already; whether QuickBooks writes over an entry line by line is not known."""
    some = {"name": "A", "locations": [lines({"name": "Shop", "address": {"line2": "1 Oak St"}})]}
    entry = "<ShipToAddress><Name>Shop</Name>{}<DefaultShipTo>false</DefaultShipTo></ShipToAddress>"
    blank = entry.format(
        "<Addr1></Addr1><Addr2>1 Oak St</Addr2><Addr3></Addr3><Addr4></Addr4><Addr5></Addr5><City></City>"
        "<State></State><PostalCode></PostalCode><Country></Country><Note></Note>"
    )
    assert blank in DesktopBooks().encode([change(some, "locations")], set_id="s")
    assert entry.format("<Addr2>1 Oak St</Addr2>") in DesktopBooks().encode([create(some)], set_id="s")


def test_a_change_of_which_nothing_can_be_said_asks_for_the_state_only() -> None:
    """spec 3.4, 2.1: nothing is cleared by mistake, and the answer shows what QuickBooks holds."""
    blank: dict[str, Any] = {"locations": [], "terms": None}
    text = DesktopBooks().encode([change(blank, "locations", "terms")], set_id="s")
    assert (
        "<CustomerMod><ListID>80000001-1405768916</ListID><EditSequence>1405768916</EditSequence></CustomerMod>"
        in text
    )


# ---- what refuses it ---------------------------------------------------------------------------------------------


def test_a_name_that_somebody_else_bears(quickbooks: QuickBooks) -> None:
    """spec 2.7: 3100 in create and change, also where a vendor bears it."""
    told = outcome(*quickbooks.writes(create({"name": "tax AGENCY"})))
    assert (told.verdict, told.code) == (Verdict.REFUSED, "3100")
    with added(quickbooks, {"name": "Hall"}) as record, added(quickbooks, {"name": "Irwin"}):
        write = change({"name": "irwin"}, "name", record=record.id, version=record.version)
        told = outcome(*quickbooks.writes(write))
        assert (told.verdict, told.code) == (Verdict.REFUSED, "3100")


def test_a_write_that_is_out_of_date_changes_nothing_and_brings_the_state(quickbooks: QuickBooks) -> None:
    """rules.md 30."""
    with added(quickbooks, {"name": "Jones", "phone": "1"}) as record:
        head, current = quickbooks.writes(change({"phone": "2"}, "phone", record=record.id, version="1"))
        assert isinstance(head, AnswerHead)
        assert isinstance(current, Record)
        assert (head.outcome.verdict, head.outcome.code) == (Verdict.STALE, "3200")
        assert (current.id, current.version, current.guid) == (record.id, record.version, GUID)
        assert pack(current.values) == pack(record.values)


@pytest.mark.parametrize("code", ["3170", "3175", "3176", "3180"])
def test_a_locked_record_is_tried_again(quickbooks: QuickBooks, code: str) -> None:
    with added(quickbooks, {"name": "Klein"}) as record:
        quickbooks.does_itself(f'lock customer "Klein" as {code}')
        write = change({"phone": "2"}, "phone", record=record.id, version=record.version)
        told = outcome(*quickbooks.writes(write))
        assert (told.verdict, told.code) == (Verdict.BUSY, code)
        quickbooks.does_itself('unlock customer "Klein"')
        assert quickbooks.record(*quickbooks.writes(write)).values["phone"] == "2"


@pytest.mark.parametrize("code", ["3170", "3180"])
def test_a_busy_list_is_tried_again(quickbooks: QuickBooks, code: str) -> None:
    quickbooks.switch("list_busy_as", code)
    quickbooks.switch("list_busy", "1")
    told = outcome(*quickbooks.writes(create({"name": "Lang"})))
    assert (told.verdict, told.code) == (Verdict.BUSY, code)
    quickbooks.delete(quickbooks.record(*quickbooks.writes(create({"name": "Lang"}))))


def test_what_is_missing_is_told_from_what_it_refers_to(quickbooks: QuickBooks) -> None:
    """spec 2.11: only a record that is gone itself is deleted in QuickBooks."""
    with added(quickbooks, {"name": "Moss"}) as record:
        for wrong in ({"terms": "8000FFFF-1405768916"}, {"tax_item": "8000FFFF-1405768916"}):
            write = change(wrong, *wrong, record=record.id, version=record.version)
            told = outcome(*quickbooks.writes(write))
            assert (told.verdict, told.code) == (Verdict.REFUSED, "3140")
    gone = outcome(*quickbooks.writes(change({"phone": "1"}, "phone", record=record.id, version="1")))
    assert (gone.verdict, gone.code) == (Verdict.MISSING, "3120")
    orphan = outcome(*quickbooks.writes(create({"name": "Boiler"}, parent=record.id)))
    assert (orphan.verdict, orphan.code) == (Verdict.REFUSED, "3130")


def test_one_bad_write_stops_no_other(quickbooks: QuickBooks) -> None:
    """spec 10.5: a set goes on; each answer finds its write."""
    writes = (
        create({"name": "Nash"}, id="7.1"),
        create({"name": "NASH"}, id="7.2", guid=OTHER_GUID),
        create({"name": "Owen"}, id="7.3", guid=OTHER_GUID),
    )
    items = quickbooks.writes(*writes)
    assert [item.id for item in items if isinstance(item, AnswerHead)] == ["7.1", "7.2", "7.3"]
    records = [item for item in items if isinstance(item, Record)]
    assert [(record.full_name, record.guid) for record in records] == [("Nash", GUID), ("Owen", OTHER_GUID)]
    for record in records:
        quickbooks.delete(record)


# ---- whether it happened -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("point", "done", "code"),
    [
        (FaultPoint.BEFORE_EXECUTION, False, "600"),
        (FaultPoint.EXECUTED_NOT_STORED, True, "9002"),
        (FaultPoint.BEFORE_ANSWER, True, "0"),
    ],
)
def test_after_a_lost_answer_a_status_check_tells_what_is_known(
    quickbooks: QuickBooks, point: FaultPoint, done: bool, code: str
) -> None:
    """spec 10.1. The stored answer reads as if it had just come; without one there is nothing but the set's status."""
    write, set_id = create({"name": "Price"}), f"lost-{code}"
    quickbooks.processor.faults.plan(point)
    with pytest.raises(Died):
        quickbooks.asked(write, set_id=set_id)
    quickbooks.again()
    status, *items = quickbooks.stored(set_id, write)
    assert isinstance(status, SetStatus)
    assert status.code == code
    if code == "0":
        assert quickbooks.record(*items).values["name"] == "Price"
    else:
        assert items == []
        assert status.outcome.verdict is Verdict.UNKNOWN
    found = [item for item in quickbooks.look_up_names("price") if isinstance(item, Record)]
    assert [record.guid for record in found] == ([GUID] if done else [])
    status, *items = quickbooks.asked(write, set_id="after-" + set_id, old_id=set_id)
    if not done:
        found = [quickbooks.record(*items)]
    else:
        assert outcome(*items).code == "3100"
    quickbooks.delete(found[0])


def test_the_same_set_again_is_not_done_again(quickbooks: QuickBooks) -> None:
    """rules.md 22, 23: the same bytes are answered from what is stored; other content under that id is refused."""
    write = create({"name": "Quinn"})
    first = quickbooks.asked(write, set_id="twice")
    assert quickbooks.asked(write, set_id="twice") == first
    (status,) = quickbooks.asked(create({"name": "Reed"}), set_id="twice")
    assert isinstance(status, SetStatus)
    assert (status.code, status.outcome.verdict) == ("9001", Verdict.REFUSED)
    (status,) = quickbooks.asked(set_id="", old_id="twice")
    assert isinstance(status, SetStatus)
    assert status.outcome.verdict is Verdict.DONE
    (status,) = quickbooks.stored("twice", write)
    assert isinstance(status, SetStatus)
    assert status.code == "600", "it was forgotten"
    record = first[-1]
    assert isinstance(record, Record)
    quickbooks.delete(record)


# ---- what goes out -----------------------------------------------------------------------------------------------

some_writes = st.builds(
    Write,
    id=st.just("1"),
    kind=st.just(Kind.CUSTOMER),
    guid=values.guids,
    record=st.none() | values.list_ids,
    version=st.just("1405768916"),
    values=values.customers(
        terms=st.none() | values.list_ids, tax_code=st.none() | values.list_ids, tax_item=st.none() | values.list_ids
    ),
    fields=st.lists(
        st.sampled_from(["name", "company_name", "first_name", "phone", "billing_address", "locations", "terms",
                         "tax_code", "tax_item", "active"]),
        min_size=1,
        unique=True,
    ).map(tuple),
    parent=st.none() | values.list_ids,
)  # fmt: skip


@given(some_writes, st.sampled_from(["", "old-1"]))
@steady(200)
def test_every_write_is_valid_and_says_the_same_each_time(
    schema: etree.XMLSchema, write: Write, old_id: str
) -> None:
    """spec 10.1: after doubt the identical bytes go out again, whatever order their values were loaded in."""
    assert DesktopBooks().unsendable(write) == ""
    text = DesktopBooks().encode([write], set_id="set-1", old_id=old_id)
    frame = check(schema, text)
    assert (frame.get("newMessageSetID"), frame.get("oldMessageSetID") or "") == ("set-1", old_id)
    assert frame.get("onError") == "continueOnError"
    assert [child.tag for child in frame] == ["CustomerAddRq" if write.record is None else "CustomerModRq"]
    assert frame.findtext(".//ExternalGUID") == (write.guid if write.record is None else None)
    turned = dict(reversed(list(write.values.items())))
    again = Write(
        id=write.id, kind=write.kind, guid=write.guid, record=write.record, version=write.version, values=turned,
        fields=write.fields, parent=write.parent,
    )  # fmt: skip
    assert DesktopBooks().encode([again], set_id="set-1", old_id=old_id) == text


def test_an_answer_without_its_record_is_a_head_alone() -> None:
    """510: it was saved, but QuickBooks cannot show it. Its part for recovery is no record."""
    text = (
        '<QBXML><QBXMLMsgsRs messageSetStatusCode="0"><CustomerAddRs requestID="1" statusCode="510" '
        'statusSeverity="Warn" statusMessage="Unable to return object."><ErrorRecovery><ListID>8-1</ListID>'
        "</ErrorRecovery></CustomerAddRs></QBXMLMsgsRs></QBXML>"
    )
    status, *items = whole(text, create({"name": "Baker"}))
    assert isinstance(status, SetStatus)
    assert outcome(*items).verdict is Verdict.WARNED
