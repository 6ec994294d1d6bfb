"""The QuickBooks of the simulation is only worth something if it is as stubborn as the real one. Rules are cited by
their number in the collected facts (R 22); what it sends is read by the real codec."""

from __future__ import annotations

import dataclasses
import random
from collections import Counter

import pytest
from lxml import etree

from fieldledger.books.desktop.codec import DesktopBooks
from fieldledger.model.kinds import Kind
from fieldledger.model.outcome import Verdict
from fieldledger.model.record import Gone, Record
from fieldledger.session.ports import (
    AnswerHead,
    Ask,
    Item,
    Named,
    ReadHolders,
    ReadIds,
    ReadNamed,
    ReadPage,
    SetStatus,
    Write,
)
from tests.simulation.changing import Unreadable
from tests.simulation.companyfile import CompanyFile, NotPossible
from tests.simulation.manners import Manners
from tests.simulation.quickbooks import BEFORE, HALF, LOST, STORED, Died, QuickBooks

GUID = "{12345678-90AB-CDEF-1234-567890ABCDEF}"
VALUES = {"name": "Baker", "phone": "555", "locations": [], "active": True}


class Bench:
    """A QuickBooks with a clock that stands still until somebody moves it."""

    def __init__(self, **manners: object) -> None:
        self.time = 1_764_000_000.0
        usual = {
            "summer_offset": False, "ship_to_replaced": True, "address_replaced": True, "tells_guid": True,
            "unknown_set": "600", "lost_set_runs": True, "unknown_old_runs": True, "same_by_text": False,
            "missing_is_500": True, "iterator_lives": False, "jobs_follow": False,
        }  # fmt: skip
        self.file = CompanyFile(lambda: self.time, "Company", r"C:\company.qbw")
        self.quickbooks = QuickBooks(self.file, Manners(**{**usual, **manners}), "{O}", Counter())  # type: ignore[arg-type]

    def ask(self, *asks: Ask, set_id: str = "", old_id: str = "", death: str = "") -> list[Item]:
        text = DesktopBooks().encode(asks, set_id=set_id, old_id=old_id)
        return list(DesktopBooks().decode(self.quickbooks.execute(text, death), asks))

    def verdicts(self, *asks: Ask, set_id: str = "s1", old_id: str = "") -> list[str]:
        items = self.ask(*asks, set_id=set_id, old_id=old_id)
        return [item.outcome.code for item in items if isinstance(item, (AnswerHead, SetStatus))]

    def names(self) -> list[str]:
        return [each.name for each in self.file.listed()]


def create(name: str = "Baker", id: str = "1", **values: object) -> Write:
    return Write(
        id=id,
        kind=Kind.CUSTOMER,
        guid=GUID,
        record=None,
        version="",
        values={**VALUES, "name": name, **values},
    )


def change(record: str, version: int, field: str, value: object, **more: object) -> Write:
    return Write(
        id="1", kind=Kind.CUSTOMER, guid=GUID, record=record, version=str(version),
        values={**VALUES, field: value, **more}, fields=(field,),
    )  # fmt: skip


def test_the_same_set_again_is_answered_from_the_store() -> None:
    """R 21, 22: nothing runs twice under one id; another content under it is 9001."""
    bench = Bench()
    assert bench.verdicts(create()) == ["0", "0"]
    assert bench.verdicts(create()) == ["0", "0"]
    assert bench.names() == ["Baker"]
    assert bench.verdicts(create("Other")) == ["9001"]


@pytest.mark.parametrize(
    ("death", "code", "done"), [(BEFORE, "600", 0), (STORED, "0", 2), (LOST, "9002", 2), (HALF, "9002", 1)]
)
def test_what_a_status_check_tells_after_a_death(death: str, code: str, done: int) -> None:
    """R 23: only a stored answer proves anything; 9002 does not prove that nothing happened."""
    bench = Bench()
    with pytest.raises(Died):
        bench.ask(create("A", "1"), create("B", "2"), set_id="s1", death=death)
    assert len(bench.names()) == done
    status = bench.ask(set_id="s1", old_id="s1")[0]
    assert isinstance(status, SetStatus)
    assert status.code == code


def test_a_lost_set_runs_again_or_not() -> None:
    """R 22, 23: both readings are there; under one of them blind resending makes a second attempt."""
    for runs, code in ((True, "3100"), (False, "9002")):
        bench = Bench(lost_set_runs=runs)
        with pytest.raises(Died):
            bench.ask(create(), set_id="s1", death=LOST)
        assert bench.verdicts(create())[-1] == code


def test_old_a_and_new_b_forgets_a() -> None:
    """R 22."""
    bench = Bench()
    bench.verdicts(create())
    assert bench.verdicts(create("Other"), set_id="s2", old_id="s1") == ["0", "0"]
    assert list(bench.file.data.sets) == ["s2"]


def test_a_stale_version_is_refused_with_the_record_as_it_is() -> None:
    """R 30: 3200 carries the current record, and nothing was changed."""
    bench = Bench()
    baker = bench.file.add("Baker")
    bench.time += 5
    bench.file.edited(baker)
    items = bench.ask(change(baker.id, baker.edited - 5, "phone", "777"), set_id="s1")
    heads = [item for item in items if isinstance(item, AnswerHead)]
    records = [item for item in items if isinstance(item, Record)]
    assert [head.outcome.verdict for head in heads] == [Verdict.STALE]
    assert records[0].version == str(baker.edited)
    assert "Phone" not in baker.texts


def test_two_edits_in_one_second_share_their_version() -> None:
    """R 30: so a write with the version of the first goes through after the second."""
    bench = Bench()
    baker = bench.file.add("Baker")
    version = baker.edited
    baker.texts["Email"] = "a person's"
    bench.file.edited(baker)
    assert bench.verdicts(change(baker.id, version, "phone", "777"))[-1] == "0"
    assert baker.texts == {"Email": "a person's", "Phone": "777"}


def test_one_name_space_for_four_lists() -> None:
    """R 27: inactive ones count, case does not; below a customer only its own jobs."""
    bench = Bench()
    bench.file.hold_name("Vendor", "Baker")
    assert bench.verdicts(create("BAKER"))[-1] == "3100"
    top = bench.file.add("Top")
    bench.file.switch(top, False)
    assert bench.verdicts(create("top"), set_id="s2")[-1] == "3100"
    bench.file.add("Baker", top.id)
    with pytest.raises(NotPossible):
        bench.file.add("baker", top.id)


def test_iterators_die_with_the_session() -> None:
    """R section 2: 3391 afterwards."""
    bench = Bench()
    for number in range(3):
        bench.file.add(f"C{number}")
    first = ReadPage(id="1", kind=Kind.CUSTOMER, since=None, light=True, page=2)
    head = bench.ask(first)[0]
    assert isinstance(head, AnswerHead)
    assert head.remaining == 1
    bench.quickbooks.new_session()
    again = ReadPage(id="1", kind=Kind.CUSTOMER, since=None, light=True, page=2, iterator_id=head.iterator_id)
    lost = bench.ask(again)[0]
    assert isinstance(lost, AnswerHead)
    assert lost.outcome.verdict is Verdict.ITERATOR_LOST


@pytest.mark.parametrize("as_500", [True, False])
def test_what_is_missing_is_told(as_500: bool) -> None:
    """Both answers were seen: 500 beside the others, or 3120 alone."""
    bench = Bench(missing_is_500=as_500)
    baker = bench.file.add("Baker")
    items = bench.ask(ReadIds(id="1", kind=Kind.CUSTOMER, ids=(baker.id, "80000099-1")))
    assert [item.id for item in items if isinstance(item, Gone)] == ["80000099-1"]
    assert [item.id for item in items if isinstance(item, Record)] == ([baker.id] if as_500 else [])


@pytest.mark.parametrize("replaced", [True, False])
def test_ship_to_is_replaced_or_merged(replaced: bool) -> None:
    """R 35 and section 9: nobody knows which."""
    bench = Bench(ship_to_replaced=replaced)
    baker = bench.file.add("Baker")
    baker.ships = [{"Name": "A", "Addr1": "1", "DefaultShipTo": "true"}]
    place = {"name": "B", "is_default": False, "address": {"line1": "2"}}
    assert bench.verdicts(change(baker.id, baker.edited, "locations", [place]))[-1] == "0"
    assert [each["Name"] for each in baker.ships] == (["B"] if replaced else ["A", "B"])


def test_an_inexact_offset_and_a_right_wall() -> None:
    """R section 2, Time: in summer the wall is right and the offset is an hour off."""
    bench = Bench()
    bench.time = 1_752_000_000.0
    bench.file.add("Baker")
    record = bench.ask(ReadNamed(id="1", kind=Kind.CUSTOMER, names=("baker",)))[1]
    assert isinstance(record, Record)
    assert record.modified == "2025-07-08T14:40:00-05:00"


def test_who_holds_a_name() -> None:
    """spec 2.7: the real codec reads what the double says."""
    bench = Bench()
    bench.file.hold_name("Vendor", "Baker")
    held = bench.ask(ReadHolders(id="1", kind=Kind.CUSTOMER, names=("Baker", "Nobody")))
    assert [(item.list, item.name) for item in held if isinstance(item, Named)] == [("vendor", "Baker")]


def test_what_cannot_be_read_is_refused_whole() -> None:
    """R 14, 15: raw bytes, unknown elements and a Mod without version refuse the set."""
    bench = Bench()
    head = '<?xml version="1.0"?><QBXML><QBXMLMsgsRq onError="continueOnError">'
    for inside in ("<CustomerFooRq/>", "<CustomerQueryRq><FullName>é</FullName></CustomerQueryRq>"):
        with pytest.raises(Unreadable):
            bench.quickbooks.execute(f"{head}{inside}</QBXMLMsgsRq></QBXML>")
    baker = bench.file.add("Baker")
    with pytest.raises(Unreadable):
        bench.quickbooks.execute(
            f"{head}<CustomerModRq><CustomerMod><ListID>{baker.id}</ListID></CustomerMod></CustomerModRq></QBXMLMsgsRq>"
            "</QBXML>"
        )


def test_locks_run_out() -> None:
    """R 46, section 7: retry class."""
    bench = Bench()
    baker = bench.file.add("Baker")
    bench.file.locks[baker.id] = (1, "3175")
    assert bench.verdicts(change(baker.id, baker.edited, "phone", "1"))[-1] == "3175"
    assert bench.verdicts(change(baker.id, baker.edited, "phone", "1"), set_id="s2")[-1] == "0"


def test_a_restored_backup_brings_the_past_back() -> None:
    """spec 8.2: records and stored answers are as they were then."""
    bench = Bench()
    bench.file.add("Early")
    backup = bench.file.backup()
    bench.verdicts(create("Late"))
    bench.file.restore(backup)
    assert bench.names() == ["Early"]
    assert bench.verdicts(set_id="s1", old_id="s1") == ["600"]


def test_every_answer_is_well_formed_ascii() -> None:
    bench = Bench()
    baker = bench.file.add("Bäcker & Söhne <1>")
    baker.texts["Phone"] = '"5"'
    reply = bench.quickbooks.execute(
        DesktopBooks().encode([ReadIds(id="1", kind=Kind.CUSTOMER, ids=(baker.id,))])
    )
    assert reply.isascii()
    assert etree.fromstring(reply.encode()).findtext(".//Name") == "Bäcker & Söhne <1>"


def test_manners_come_from_the_seed() -> None:
    """Every reading is drawn sometimes, and the same seed draws the same."""
    drawn = [Manners.drawn(random.Random(seed)) for seed in range(60)]
    assert drawn == [Manners.drawn(random.Random(seed)) for seed in range(60)]
    for field in dataclasses.fields(Manners):
        assert len({getattr(each, field.name) for each in drawn}) == 2, field.name
