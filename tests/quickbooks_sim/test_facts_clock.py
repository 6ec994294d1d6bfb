"""Stamps: wall time with the offset of standard time, beside numbers that are Unix seconds. Proved by the captures.

rules.md, Time: "with ListID suffix, TxnID suffix and EditSequence (all Unix seconds) one can prove that summer stamps
are 3,600 s off (103 right / 43 wrong of 146 customers ...)".
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from lxml import etree

from quickbooks_sim.clock import Clock
from quickbooks_sim.edit import apply_script
from tests.quickbooks_sim.conftest import Books
from tests.support.shared import shared

NEW_YORK = ZoneInfo("America/New_York")


def second(stamp: str | None) -> int:
    """The Unix second that a printed stamp claims."""
    assert stamp is not None
    return int(datetime.fromisoformat(stamp).timestamp())


def is_summer(number: int) -> bool:
    return bool(datetime.fromtimestamp(number, NEW_YORK).dst())


def shifts(rets: list[etree._Element]) -> Counter[int]:
    """How far each TimeCreated is from the second in the ListID: the epoch test of the captures."""
    found: Counter[int] = Counter()
    for ret in rets:
        born = (ret.findtext("ListID") or "").rpartition("-")[2]
        found[second(ret.findtext("TimeCreated")) - int(born)] += 1
    return found


def test_the_captures_prove_that_summer_stamps_are_an_hour_off() -> None:
    """The rule itself, so that the test below compares ours with the truth and not with itself."""
    customers = etree.parse(
        shared("reference/qbxml/captures/024-CustomerQueryRs-146-sample-company.xml")
    ).getroot()
    found = shifts(list(customers.iter("CustomerRet")))
    assert found == {0: 103, 3600: 43}
    accounts = etree.parse(
        shared("reference/qbxml/captures/025-AccountQueryRs-116-sample-company.xml")
    ).getroot()
    # rules.md counted another recording of the accounts (32/74 of 106); in this one it is as plain.
    assert shifts(list(accounts.iter("AccountRet"))) == {0: 44, 3600: 72}


def test_every_stamp_of_the_captured_file_is_printed_by_our_clock_as_quickbooks_printed_it() -> None:
    """From the Unix second alone, our clock prints each of the 146 + 146 stamps to the letter."""
    root = etree.parse(
        shared("reference/qbxml/captures/024-CustomerQueryRs-146-sample-company.xml")
    ).getroot()
    clock = Clock(NEW_YORK)
    checked = 0
    for ret in root.iter("CustomerRet", "ContactsRet"):
        born = (ret.findtext("ListID") or "").rpartition("-")[2]
        if ret.tag == "CustomerRet":
            assert clock.printed(int(born)) == ret.findtext("TimeCreated")
        assert clock.printed(int(ret.findtext("EditSequence") or 0)) == ret.findtext("TimeModified")
        checked += 1
    assert checked > 146


def test_a_year_of_edits_passes_the_epoch_test_as_the_captures_do(books: Books) -> None:
    """Records made at noon on the first of every month: summer ones are 3,600 s off, winter ones right."""
    for month in range(1, 13):
        books.set(clock=f"frozen 2025-{month:02}-01T12:00:00")
        books.add_customer(f"Month {month:02}")
    rets = list(books.one("<CustomerQueryRq/>"))
    assert shifts(rets) == {0: 4, 3600: 8}
    for ret in rets:
        number = int(ret.findtext("EditSequence") or 0)
        assert second(ret.findtext("TimeModified")) - number == (3600 if is_summer(number) else 0)
        assert (ret.findtext("TimeModified") or "").endswith("T12:00:00-05:00"), "wall time is right"
    books.set(summer_offset="true", clock="frozen 2026-08-05T16:43:30")
    right = books.add_customer("As one capture of 2026 printed it")
    assert right.findtext("TimeCreated") == "2026-08-05T16:43:30-04:00"
    assert shifts([right]) == {0: 1}


@pytest.mark.parametrize(
    ("zone", "winter", "summer"),
    [
        ("America/New_York", "-05:00", "-05:00"),
        ("America/Phoenix", "-07:00", "-07:00"),
        ("America/St_Johns", "-03:30", "-03:30"),
        ("Europe/London", "+00:00", "+00:00"),
        ("Europe/Dublin", "+00:00", "+00:00"),
        ("Australia/Sydney", "+10:00", "+10:00"),
        ("Asia/Kolkata", "+05:30", "+05:30"),
    ],
)
def test_the_printed_offset_is_standard_time_all_year_everywhere(
    books: Books, zone: str, winter: str, summer: str
) -> None:
    """Also on the southern half, and where the zone data call summer time the standard (Ireland)."""
    books.set(time_zone=zone)
    for month, offset in (("01", winter), ("07", summer)):
        books.set(clock=f"frozen 2026-{month}-10T09:30:00")
        ret = books.add_customer(f"{zone} {month}")
        assert ret.findtext("TimeCreated") == f"2026-{month}-10T09:30:00{offset}"
        wall = datetime(2026, int(month), 10, 9, 30, tzinfo=ZoneInfo(zone))
        assert ret.findtext("EditSequence") == str(int(wall.timestamp()))


def test_wall_time_repeats_an_hour_in_autumn(books: Books) -> None:
    """Two moments, one printed stamp: only the numbers tell them apart. An overlap of 65 minutes covers it."""
    # 2026-11-01, 05:30 and 06:30 UTC are both 01:30 in New York.
    first, second_ = 1793511000, 1793514600
    clock = Clock(NEW_YORK)
    assert clock.wall(first) == clock.wall(second_) == "2026-11-01T01:30:00"
    assert clock.printed(first) == clock.printed(second_) == "2026-11-01T01:30:00-05:00"
    # A record of the second pass is found again from the stamp of the first.
    books.set(clock="frozen 2026-11-01T01:30:00")
    books.add_customer("In the repeated hour")
    query = "<CustomerQueryRq><FromModifiedDate>2026-11-01T01:30:00</FromModifiedDate></CustomerQueryRq>"
    assert len(books.one(query)) == 1


def test_a_date_without_time_means_the_whole_day(books: Books) -> None:
    for day in ("03-01T23:59:59", "03-02T00:00:00", "03-02T23:59:59", "03-03T00:00:00"):
        books.set(clock=f"frozen 2026-{day}")
        books.add_customer(day.replace(":", "."))

    def found(low: str, high: str) -> list[str | None]:
        answer = books.one(
            f"<CustomerQueryRq><FromModifiedDate>{low}</FromModifiedDate><ToModifiedDate>{high}</ToModifiedDate></CustomerQueryRq>"
        )
        return [one.findtext("Name") for one in answer]

    assert found("2026-03-02", "2026-03-02") == ["03-02T00.00.00", "03-02T23.59.59"]
    assert found("2026-03-02T23", "2026-03-02T23") == ["03-02T23.59.59"]
    assert found("2026-03-03", "2026-03-09") == ["03-03T00.00.00"]


def test_what_moves_time_modified_and_what_moves_the_edit_sequence(books: Books) -> None:
    """rules.md, Time: balances and data extensions move TimeModified; edits move both; reading moves neither."""
    books.one(
        "<DataExtDefAddRq><DataExtDefAdd><OwnerID>0</OwnerID><DataExtName>Gate</DataExtName><DataExtType>STR255TYPE"
        "</DataExtType><AssignToObject>Customer</AssignToObject></DataExtDefAdd></DataExtDefAddRq>"
    )
    for name, parent in (("Old", ""), ("New", ""), ("Job", "Old"), ("Part", "Old:Job")):
        more = f"<ParentRef><FullName>{parent}</FullName></ParentRef>" if parent else ""
        books.add_customer(name, more)
    names = ["Old", "New", "Old:Job", "Old:Job:Part"]
    ids = {books.customer(name).findtext("ListID"): name for name in names}

    def moved(minute: int, script: str = "", request: str = "") -> tuple[set[str], set[str]]:
        def state() -> dict[str, tuple[str | None, str | None]]:
            answer = books.one("<CustomerQueryRq><ActiveStatus>All</ActiveStatus></CustomerQueryRq>")
            return {
                ids[one.findtext("ListID")]: (one.findtext("TimeModified"), one.findtext("EditSequence"))
                for one in answer
            }

        before = state()
        books.set(clock=f"frozen 2026-03-02T10:{minute:02}:00")
        if script:
            apply_script(books.company, script)
        else:
            assert books.code(request) == "0"
        after = state()
        return (
            {name for name in ids.values() if after[name][0] != before[name][0]},
            {name for name in ids.values() if after[name][1] != before[name][1]},
        )

    every = {"Old", "Old:Job", "Old:Job:Part"}
    assert moved(1, 'customer "Old:Job:Part" balance 5.00') == (every, set())
    assert moved(2, 'customer "Old:Job:Part" balance 5.00') == (every, set())
    assert moved(3, 'customer "Old:Job" set phone=1') == ({"Old:Job"}, {"Old:Job"})
    # A rename of the parent shows in the full names below and moves nothing of them.
    assert moved(4, 'customer "Old" rename "Older"') == ({"Old"}, {"Old"})
    # A job that goes elsewhere takes its balance along: both totals move, only the job was edited.
    assert moved(5, 'customer "Older:Job" under "New"') == ({"Old", "New", "Old:Job"}, {"Old:Job"})
    assert books.customer("New").findtext("TotalBalance") == "5.00"
    assert books.customer("Older").findtext("TotalBalance") == "0.00"
    target = "<ListDataExtType>Customer</ListDataExtType><ListObjRef><FullName>Older</FullName></ListObjRef>"
    write = f"<OwnerID>0</OwnerID><DataExtName>Gate</DataExtName>{target}"
    value = f"<DataExtModRq><DataExtMod>{write}<DataExtValue>1</DataExtValue></DataExtMod></DataExtModRq>"
    assert moved(6, request=value) == ({"Old"}, set())
    assert moved(7, request=f"<DataExtDelRq><DataExtDel>{write}</DataExtDel></DataExtDelRq>") == (
        {"Old"},
        set(),
    )
    assert moved(8, request="<CustomerQueryRq/>") == (set(), set())


def test_a_frozen_clock_stands_and_a_shifted_one_runs(books: Books) -> None:
    """Sample companies run with a frozen date."""
    assert books.company.clock().now() == books.company.clock().now()
    books.set(clock="offset -86400")
    real = Clock(NEW_YORK).now()
    assert 86398 <= real - books.company.clock().now() <= 86402
