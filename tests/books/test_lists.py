"""Small lists, read whole: terms, tax codes and taxes with all that they hold, and two answers that are one. By id and
by name likewise; and what a query for items shows beside taxes."""

from __future__ import annotations

import pytest

from fieldledger.model.kinds import LISTS, Kind
from fieldledger.model.outcome import Verdict
from fieldledger.model.record import Gone, Record
from fieldledger.session.ports import (
    AnswerHead,
    Item,
    Named,
    ReadDeleted,
    ReadHolders,
    ReadHost,
    ReadList,
    ReadNamed,
)
from tests.books.simulated import QuickBooks
from tests.books.wire import answer, by_ids, create, message_set, read, whole, without_heads

TAXES = ReadList(id="7", kind=Kind.TAX_RATE)


def ret(tag: str, id: str, name: str, more: str = "") -> str:
    """A record of a list with little in it."""
    return (
        f"<{tag}>\n<ListID>{id}</ListID>\n<TimeModified>2023-12-16T00:06:42-05:00</TimeModified>\n"
        f"<EditSequence>1702703202</EditSequence>\n<Name>{name}</Name>\n{more}</{tag}>\n"
    )


def names(items: list[Item]) -> list[str]:
    return [item.values["name"] for item in items if isinstance(item, Record)]


@pytest.mark.parametrize(
    ("kind", "entries"),
    [
        (Kind.PAYMENT_TERM, {("Net 15 é", True, "standard"), ("10th", False, "date_driven")}),
        (Kind.SALES_TAX_CODE, {("Tax", True, True), ("Non", True, False)}),
        (Kind.TAX_RATE, {("State & City", True, "7.5"), ("Old Tax", False, "0"), ("Both", True, None)}),
    ],
)
def test_a_list_is_read_whole(
    quickbooks: QuickBooks, kind: Kind, entries: set[tuple[str, bool, str | bool | None]]
) -> None:
    """spec 5.2: active and inactive; a tax is an item or a group; one head, whatever was asked for it."""
    head, *rest = quickbooks.asked(ReadList(id="7.1", kind=kind), ReadHost(id="7.2"))
    assert isinstance(head, AnswerHead)
    assert (head.id, head.outcome.verdict) == ("7.1", Verdict.DONE)
    found = [item for item in rest if isinstance(item, Record)]
    told = {Kind.PAYMENT_TERM: "form", Kind.SALES_TAX_CODE: "taxable", Kind.TAX_RATE: "rate"}[kind]
    assert {(item.values["name"], item.values["active"], item.values[told]) for item in found} == entries
    assert all(item.kind is kind and item.id and item.version and item.modified for item in found)
    assert [item.id for item in rest if isinstance(item, AnswerHead)] == ["7.2"]


def test_what_is_listed_is_the_same_by_id_and_by_name(quickbooks: QuickBooks) -> None:
    """Whatever its state and its form, in one question."""
    for kind in LISTS:
        listed = quickbooks.whole_list(kind)
        head, *found = quickbooks.look_up(*(record.id for record in listed.values()), kind=kind)
        assert isinstance(head, AnswerHead)
        assert head.outcome.verdict is Verdict.DONE
        assert found == list(listed.values())
        _, *found = quickbooks.look_up_names(*(name.upper() for name in listed), kind=kind)
        assert found == list(listed.values())


def test_missing_ones_are_proved_and_missing_names_are_told(quickbooks: QuickBooks) -> None:
    """spec 10.7."""
    for kind in LISTS:
        record = next(iter(quickbooks.whole_list(kind).values()))
        head, *items = quickbooks.look_up("8000FFFF-1405768916", record.id, kind=kind)
        assert isinstance(head, AnswerHead)
        assert head.outcome.verdict is Verdict.MISSING
        assert items == [record, Gone(kind=kind, id="8000FFFF-1405768916")]
        head, *items = quickbooks.look_up_names("xyz", record.values["name"], kind=kind)
        assert isinstance(head, AnswerHead)
        assert (head.outcome.verdict, items) == (Verdict.MISSING, [record])


def test_another_item_is_no_tax_and_is_not_missing(quickbooks: QuickBooks) -> None:
    """Items share their ids and names: one that is no tax is passed over, and proves nothing."""
    quickbooks.does_itself("service add name=Labor\nservice add name=Install parent=Labor")
    state = quickbooks.whole_list(Kind.TAX_RATE)["State & City"]
    for ask in (
        ReadNamed(id="1", kind=Kind.TAX_RATE, names=("labor", "Labor:Install", "state & city")),
        ReadNamed(id="1", kind=Kind.TAX_RATE, names=("labor",)),
    ):
        head, *items = quickbooks.asked(ask)
        assert isinstance(head, AnswerHead)
        assert head.outcome.verdict is Verdict.DONE
        assert items == ([state] if len(ask.names) > 1 else [])
    _, *items = quickbooks.asked(ReadHolders(id="1", kind=Kind.TAX_RATE, names=("Labor:install", "BOTH")))
    assert [(item.list, item.name) for item in items if isinstance(item, Named)] == [
        ("item", "Labor:Install"), ("tax_rate", "Both"),
    ]  # fmt: skip
    labor = next(item.id for item in items if isinstance(item, Named))
    _, *items = quickbooks.look_up(labor, state.id, kind=Kind.TAX_RATE)
    assert items == [state]
    quickbooks.does_itself('service "Labor:Install" delete\nservice Labor delete')


OTHERS = "".join(
    f"<{tag}><ListID>9-{n}</ListID><Name>{tag}</Name></{tag}>"
    for n, tag in enumerate(
        ("ItemServiceRet", "ItemNonInventoryRet", "ItemOtherChargeRet", "ItemInventoryRet", "ItemInventoryAssemblyRet",
         "ItemFixedAssetRet", "ItemSubtotalRet", "ItemDiscountRet", "ItemPaymentRet", "ItemGroupRet")
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "shown", "code", "told", "gone"),
    [
        ("9-0 9-9", OTHERS, "0", "Status OK", []),
        ("9-3 8-1", OTHERS, "500", 'There was a required element ("8-1") that could not be found.', ["8-1"]),
        ("9-3 8-1", OTHERS, "500", "Something was not found.", ["8-1"]),
        ("9-3", OTHERS, "500", "Something was not found.", []),
        ("9-3 9-4", OTHERS, "1", "No match", []),
        ("9-3 9-4", "", "1", "No match", ["9-3", "9-4"]),
    ],
)
def test_items_of_other_sorts_are_there(
    asked: str, shown: str, code: str, told: str, gone: list[str]
) -> None:
    """spec 10.7: of one that came back, whatever it is, nothing is proved."""
    text = message_set(answer("ItemQuery", shown, code=code, told=told))
    items = without_heads(whole(text, by_ids(*asked.split(), kind=Kind.TAX_RATE)))
    assert items == [Gone(kind=Kind.TAX_RATE, id=id) for id in gone]
    assert without_heads(whole(message_set(answer("ItemQuery", OTHERS)))) == [], "also when nobody asked"


def test_who_bears_the_name_of_a_term_or_a_code(quickbooks: QuickBooks) -> None:
    """Of both forms, active or not; and nobody of another list."""
    _, *items = quickbooks.asked(
        ReadHolders(id="1", kind=Kind.PAYMENT_TERM, names=("10TH", "Tax Agency", "net 15 é"))
    )
    assert [(item.list, item.name, item.active) for item in items if isinstance(item, Named)] == [
        ("payment_term", "10th", False), ("payment_term", "Net 15 é", True),
    ]  # fmt: skip
    _, *items = quickbooks.asked(ReadHolders(id="1", kind=Kind.SALES_TAX_CODE, names=("non",)))
    assert [(item.list, item.name) for item in items if isinstance(item, Named)] == [
        ("sales_tax_code", "Non")
    ]


def test_an_item_that_holds_a_name_must_have_one() -> None:
    ask = ReadHolders(id="1", kind=Kind.TAX_RATE, names=("x",))
    text = message_set(answer("ItemQuery", "<ItemServiceRet><ListID>8-1</ListID></ItemServiceRet>"))
    assert read(text, ask)[1] == "it holds a ItemServiceRet without Name"


def test_deletions_of_several_kinds_in_one_answer(quickbooks: QuickBooks) -> None:
    """spec 5.4: each form under its own type, and each told as what it was."""
    quickbooks.does_itself(
        "vendor add name=Treasurer\ntaxitem add name=Gone rate=1 agency=Treasurer\ntaxgroup add name=Sum items=Gone\n"
        "terms add name='Net 9' days=9\ndateterms add name='9th' day=9\ntaxcode add name=Out taxable=false\n"
        "customer add name=Gone"
    )
    kinds = (*LISTS, Kind.CUSTOMER)
    ids = {(kind, name): record.id for kind in LISTS for name, record in quickbooks.whole_list(kind).items()}
    quickbooks.does_itself(
        "taxgroup Sum delete\ntaxitem Gone delete\nterms 'Net 9' delete\ndateterms 9th delete\ntaxcode Out delete\n"
        "customer Gone delete"
    )
    ask = ReadDeleted(id="1", kinds=kinds, since="2026-03-02T09:00:00")
    gone = [item for item in quickbooks.asked(ask) if isinstance(item, Gone)]
    mine = {(item.kind, item.full_name) for item in gone}
    wanted = {
        (Kind.TAX_RATE, "Sum"), (Kind.TAX_RATE, "Gone"), (Kind.PAYMENT_TERM, "Net 9"), (Kind.PAYMENT_TERM, "9th"),
        (Kind.SALES_TAX_CODE, "Out"), (Kind.CUSTOMER, "Gone"),
    }  # fmt: skip
    assert wanted <= mine
    for item in gone:
        if item.kind is not Kind.CUSTOMER:
            assert item.id == ids[item.kind, item.full_name]
            assert item.when.startswith("2026-03-02T10:00:00")
    only = quickbooks.asked(ReadDeleted(id="1", kinds=(Kind.PAYMENT_TERM,), since=None))
    assert {(item.kind, item.full_name) for item in only if isinstance(item, Gone)} == {
        (Kind.PAYMENT_TERM, "Net 9"), (Kind.PAYMENT_TERM, "9th"),
    }  # fmt: skip


# ---- two answers that are one ------------------------------------------------------------------------------------

ITEMS = ret("ItemSalesTaxRet", "8-1", "State", "<TaxRate>7</TaxRate>")
GROUPS = ret("ItemSalesTaxGroupRet", "8-2", "Both", "<ItemSalesTaxRef><ListID>8-1</ListID></ItemSalesTaxRef>")


@pytest.mark.parametrize(
    ("items", "groups", "verdict", "found"),
    [
        (("0", ITEMS), ("0", GROUPS), Verdict.DONE, ["State", "Both"]),
        (("0", ITEMS), ("1", ""), Verdict.DONE, ["State"]),
        (("1", ""), ("0", GROUPS), Verdict.DONE, ["Both"]),
        (("1", ""), ("1", ""), Verdict.NOTHING, []),
        (("0", ITEMS), ("3250", ""), Verdict.NOT_ALLOWED, ["State"]),
        (("1000", ""), ("0", GROUPS), Verdict.UNKNOWN, ["Both"]),
        (("1010", ""), ("3260", ""), Verdict.BUSY, []),
    ],
)
@pytest.mark.parametrize("echoed", [True, False])
def test_two_answers_to_one_ask_are_one(
    items: tuple[str, str], groups: tuple[str, str], verdict: Verdict, found: list[str], echoed: bool
) -> None:
    """What went wrong in one stands for both: half of the list must not pass for the whole."""
    text = message_set(
        answer("ItemSalesTaxQuery", items[1], code=items[0], id="7" if echoed else None),
        answer("ItemSalesTaxGroupQuery", groups[1], code=groups[0], id="7/2" if echoed else None),
    )
    head, *rest = whole(text, TAXES)
    assert isinstance(head, AnswerHead)
    assert (head.id, head.outcome.verdict) == ("7" if echoed else "", verdict)
    assert names(rest) == found
    assert len(rest) == len(found)


def test_half_of_two_answers_is_none() -> None:
    """Cut short, or left out: the ask counts as not answered."""
    first = answer("ItemSalesTaxQuery", ITEMS, id="7")
    second = answer("ItemSalesTaxGroupQuery", GROUPS, id="7/2")
    assert whole(message_set(first), TAXES) == []
    assert whole(message_set(second), TAXES) == []
    cut = message_set(first, second)
    items, why = read(cut[: cut.index("</ItemSalesTaxGroupRet>")], TAXES)
    assert items == []
    assert "not well-formed" in why


AGAIN = ReadList(id="8", kind=Kind.TAX_RATE)


def test_two_such_asks_in_one_set_do_not_mix() -> None:
    """Answered one after the other, or in turns, or one of them by half only."""
    parts = {
        "7": answer("ItemSalesTaxQuery", ITEMS, id="7"),
        "7/2": answer("ItemSalesTaxGroupQuery", code="1", id="7/2"),
        "8": answer("ItemSalesTaxQuery", code="1", id="8"),
        "8/2": answer("ItemSalesTaxGroupQuery", GROUPS, id="8/2"),
    }
    for order, told in (
        ("7 7/2 8 8/2", ["7", "State", "8", "Both"]),
        ("7 8 7/2 8/2", ["7", "State", "8", "Both"]),
        ("8/2 7 8 7/2", ["8", "Both", "7", "State"]),
        ("7 8 8/2", ["8", "Both"]),
        ("7/2 8/2 8", ["8", "Both"]),
        ("7 8/2", []),
    ):
        items = whole(message_set(*(parts[id] for id in order.split())), TAXES, AGAIN)
        assert [item.id if isinstance(item, AnswerHead) else names([item])[0] for item in items] == told, (
            order
        )


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ((answer("ItemSalesTaxGroupQuery", id="7"),), "request 7 asked by ItemSalesTaxQueryRq is answered by "
         "ItemSalesTaxGroupQueryRs"),
        ((answer("ItemSalesTaxQuery", id="7"),) * 2, "request 7 is answered twice"),
        ((answer("CustomerQuery", id="7/2"),), "request 7/2 asked by ItemSalesTaxGroupQueryRq is answered by "
         "CustomerQueryRs"),
    ],
)  # fmt: skip
def test_each_part_is_answered_by_its_own_message(answers: tuple[str, ...], why: str) -> None:
    assert read(message_set(*answers), TAXES)[1] == why


def test_a_list_of_another_time_stands_alone() -> None:
    """A reply that comes late, or that nobody asked for: its heads are no ask's."""
    text = message_set(
        answer("ItemSalesTaxQuery", ITEMS, id="6"), answer("ItemSalesTaxGroupQuery", GROUPS, id="6/2")
    )
    for asks in ((TAXES,), ()):
        items = whole(text, *asks)
        assert [item.id for item in items if isinstance(item, AnswerHead)] == ["6", "6/2"]
        assert names(items) == ["State", "Both"]


def test_a_record_without_id_makes_the_list_garbled() -> None:
    """Nothing of the list is told then, so that nothing of it can be taken for missing."""
    bad = answer("ItemSalesTaxGroupQuery", GROUPS.replace("<ListID>8-2</ListID>", ""), id="7/2")
    items, why = read(message_set(answer("ItemSalesTaxQuery", ITEMS, id="7"), bad), TAXES)
    assert (items, why) == ([], "it holds a ItemSalesTaxGroupRet without ListID")


def test_a_write_of_a_list_is_answered_by_its_record(quickbooks: QuickBooks) -> None:
    """Also when nobody remembers what was asked, as with a stored answer."""
    text = message_set(answer("ItemSalesTaxGroupAdd", GROUPS))
    for asks in ((create({"name": "Both", "components": ["8-1"]}, kind=Kind.TAX_RATE),), ()):
        (record,) = without_heads(whole(text, *asks))
        assert isinstance(record, Record)
        assert (record.kind, record.values["components"]) == (Kind.TAX_RATE, ["8-1"])
