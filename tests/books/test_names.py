"""Questions for names: who bears one, and which records are called so."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fieldledger.model.kinds import Kind
from fieldledger.model.outcome import Verdict
from fieldledger.model.record import Record
from fieldledger.session.ports import (
    AnswerHead,
    Item,
    Named,
    ReadHolders,
)
from tests.books import values
from tests.books.simulated import QuickBooks
from tests.books.values import steady
from tests.books.wire import answer, create, message_set, read, whole


def holders(*names: str) -> ReadHolders:
    return ReadHolders(id="1", kind=Kind.CUSTOMER, names=names)


def split(items: list[Item]) -> tuple[AnswerHead, list[Item]]:
    """An answer's head, and what it carries."""
    head, *rest = items
    assert isinstance(head, AnswerHead)
    return head, rest


def test_who_bears_a_name_in_whichever_list(quickbooks: QuickBooks) -> None:
    """spec 2.7: the message says which list holds it; inactive ones hold it too, and letters' case does not count."""
    top, job = (
        quickbooks.record(*quickbooks.writes(create({"name": "Baker", "active": False}))),
        None,
    )
    job = quickbooks.record(*quickbooks.writes(create({"name": "Boiler"}, parent=top.id)))
    head, found = split(quickbooks.asked(holders("tax agency", "BAKER", "Baker:Boiler")))
    assert head.outcome.verdict is Verdict.DONE
    assert all(isinstance(item, Named) for item in found), "no record comes of it"
    told = {(item.list, item.name, item.active) for item in found if isinstance(item, Named)}
    assert told == {
        ("vendor", "Tax Agency", True),
        ("customer", "Baker", False),
        ("customer", "Baker:Boiler", True),
    }
    assert {top.id, job.id} < {item.id for item in found if isinstance(item, Named)}
    head, found = split(quickbooks.asked(holders("Nobody", "Baker")))
    assert (head.outcome.verdict, [item.name for item in found if isinstance(item, Named)]) == (
        Verdict.MISSING,
        ["Baker"],
    )
    quickbooks.delete(job)
    quickbooks.delete(top)


def test_employees_and_other_names() -> None:
    """As QuickBooks prints them; whether they are active may be left out."""
    content = "".join(
        f"<{ret}>\n<ListID>8-{n}</ListID>\n<EditSequence>1</EditSequence>\n<Name> {name} </Name>\n{more}</{ret}>\n"
        for n, (ret, name, more) in enumerate(
            (
                ("EmployeeRet", "Pat Cole", "<IsActive>false</IsActive><SupervisorRef><Name>x</Name></SupervisorRef>"),
                ("OtherNameRet", "Cash &amp; Carry", ""),
                ("VendorRet", "Paint", "<IsActive>nonsense</IsActive>"),
                ("CustomerRet", "Job", "<FullName>Top:Job</FullName>"),
            )
        )
    )  # fmt: skip
    found = [
        Named(list="employee", id="8-0", name="Pat Cole", active=False),
        Named(list="other_name", id="8-1", name="Cash & Carry"),
        Named(list="vendor", id="8-2", name="Paint"),
        Named(list="customer", id="8-3", name="Top:Job"),
    ]
    text = message_set(answer("EntityQuery", content))
    assert split(whole(text, holders("x")))[1] == found
    assert split(whole(text))[1] == found, "also when nobody asked: told by its answer, not by the ask"


def test_a_holder_without_a_name_is_garbled() -> None:
    """It would pass for a name that is free."""
    items, why = read(
        message_set(answer("EntityQuery", "<VendorRet><ListID>8-1</ListID></VendorRet>")), holders("x")
    )
    assert (len(items), why) == (1, "it holds a VendorRet without Name")


def test_entries_of_another_list_are_no_part_of_an_answer() -> None:
    content = "<VendorRet><ListID>8-1</ListID><Name>V</Name></VendorRet>"
    assert split(whole(message_set(answer("CustomerQuery", content))))[1] == []


def test_records_by_their_names(quickbooks: QuickBooks) -> None:
    """In full, active or not, in whatever case the name is asked for."""
    top = quickbooks.record(*quickbooks.writes(create({"name": "Carr", "active": False, "phone": "1"})))
    job = quickbooks.record(*quickbooks.writes(create({"name": "Pump"}, parent=top.id)))
    head, found = split(quickbooks.look_up_names("CARR", "carr:pump"))
    assert head.outcome.verdict is Verdict.DONE
    assert found == [top, job]
    head, found = split(quickbooks.look_up_names("Carr", "Nobody"))
    assert (head.outcome.verdict, found) == (Verdict.MISSING, [top])
    head, found = split(quickbooks.look_up_names("Pump"))
    assert found == [], "a job goes by its full name only"
    quickbooks.delete(job)
    quickbooks.delete(top)


@given(st.lists(values.texts(41, colon=False, blank=False), min_size=1, max_size=3, unique_by=str.casefold))
@steady(40)
def test_every_name_that_can_be_written_is_found_again(quickbooks: QuickBooks, names: list[str]) -> None:
    """spec 10.1: after a lost answer the name is all that there is to look for."""
    made: list[Record] = []
    for name in names:
        items = quickbooks.writes(create({"name": name}))
        made += [item for item in items if isinstance(item, Record)]
    _, found = split(quickbooks.look_up_names(*(record.full_name for record in made)))
    assert found == made
    _, held = split(quickbooks.asked(holders(*(record.full_name for record in made))))
    assert held == [Named(list="customer", id=record.id, name=record.full_name) for record in made]
    for record in made:
        quickbooks.delete(record)
