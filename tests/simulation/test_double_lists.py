"""The small lists of the simulation's QuickBooks, as the real codec reads and writes them: terms, codes and taxes."""

from __future__ import annotations

import pytest
from lxml import etree

from fieldledger.books.desktop.codec import DesktopBooks
from fieldledger.model.kinds import LISTS, Kind
from fieldledger.model.outcome import Verdict
from fieldledger.model.record import Gone, Record, Values
from fieldledger.session.ports import (
    AnswerHead,
    Ask,
    Named,
    ReadDeleted,
    ReadHolders,
    ReadIds,
    ReadList,
    ReadNamed,
    Write,
)
from tests.simulation import schema
from tests.simulation.changing import Unreadable
from tests.simulation.companyfile import AGENCY, Entry, NotPossible
from tests.simulation.test_double import GUID, Bench, change, create

CODE, TAX, TERM = Kind.SALES_TAX_CODE, Kind.TAX_RATE, Kind.PAYMENT_TERM
NET = {"name": "Net 7", "form": "standard", "due_days": 7, "discount_days": 3, "discount_percent": "1.5",
       "due_day": None, "next_month_days": None, "discount_day": None, "active": True}  # fmt: skip
DAY = {**NET, "name": "7th", "form": "date_driven", "due_days": None, "discount_days": None, "due_day": 7,
       "next_month_days": 3, "discount_day": 2}  # fmt: skip
CITY = {"name": "City", "rate": "1.375", "components": [], "agency": AGENCY, "active": True}
OUT = {"name": "Out", "description": "Abroad", "taxable": False, "active": True}


def write(kind: Kind, values: Values, record: Record | None = None, *fields: str) -> Write:
    return Write(id="1", kind=kind, guid=GUID, record=record.id if record else None,
                 version=record.version if record else "", values=values, fields=fields)  # fmt: skip


def records(bench: Bench, *asks: Ask, set_id: str = "") -> list[Record]:
    return [item for item in bench.ask(*asks, set_id=set_id) if isinstance(item, Record)]


def listed(bench: Bench, kind: Kind) -> dict[str, Record]:
    return {record.values["name"]: record for record in records(bench, ReadList(id="1", kind=kind))}


def some(bench: Bench, space: str, name: str) -> Entry:
    entry = bench.file.named(space, name)
    assert entry is not None
    return entry


def code(bench: Bench, *asks: Ask, set_id: str = "s1") -> str:
    return bench.verdicts(*asks, set_id=set_id)[-1]


def test_lists_are_shown_whole_by_id_and_by_name() -> None:
    """R 36, 37: active and inactive, with all values; ids are used by several lists (R 31)."""
    bench = Bench()
    bench.file.switch_entry(some(bench, "Terms", "Net 15"), False)
    bench.file.add_entry(
        "ItemSalesTaxGroup", "Both", [each.id for each in bench.file.entries(["ItemSalesTax"])]
    )
    terms, codes, taxes = (listed(bench, kind) for kind in (TERM, CODE, TAX))
    assert {name: record.values["due_days"] for name, record in terms.items()} == {
        "Due on receipt": 0, "Net 15": 15, "Net 30": 30,
    }  # fmt: skip
    assert [record.values["active"] for record in terms.values()] == [True, False, True]
    assert {name: record.values["taxable"] for name, record in codes.items()} == {"Tax": True, "Non": False}
    assert taxes["County"].values["rate"] == "7.25"
    assert taxes["County"].values["agency"] == AGENCY
    assert taxes["Out of State"].values["rate"] == "0"
    assert taxes["Both"].values["components"] == [taxes["County"].id, taxes["Out of State"].id]
    assert terms["Net 30"].id == codes["Tax"].id == taxes["County"].id
    for kind, found in ((TERM, terms), (CODE, codes), (TAX, taxes)):
        wanted = list(found.values())
        assert records(bench, ReadIds(id="1", kind=kind, ids=tuple(each.id for each in wanted))) == wanted
        assert (
            records(bench, ReadNamed(id="1", kind=kind, names=tuple(name.upper() for name in found)))
            == wanted
        )


@pytest.mark.parametrize("as_500", [True, False])
@pytest.mark.parametrize("kind", LISTS)
def test_what_is_missing_is_told(kind: Kind, as_500: bool) -> None:
    bench = Bench(missing_is_500=as_500)
    known = next(iter(listed(bench, kind).values()))
    items = bench.ask(ReadIds(id="1", kind=kind, ids=(known.id, "80000099-1")))
    assert [item for item in items if isinstance(item, Gone)] == [Gone(kind=kind, id="80000099-1")]
    assert [item for item in items if isinstance(item, Record)] == ([known] if as_500 else [])


def test_other_items_are_shown_and_are_no_taxes() -> None:
    """R 27: one list of names for all items."""
    bench = Bench()
    labor = bench.file.add_entry("ItemService", "Labor")
    assert records(bench, ReadIds(id="1", kind=TAX, ids=(labor.id,))) == []
    held = bench.ask(ReadHolders(id="1", kind=TAX, names=("labor", "COUNTY")))
    assert [(item.list, item.name) for item in held if isinstance(item, Named)] == [
        ("item", "Labor"), ("tax_rate", "County"),
    ]  # fmt: skip
    assert "Labor" not in listed(bench, TAX)
    assert code(bench, write(TAX, {**CITY, "name": "LABOR"})) == "3100"


@pytest.mark.parametrize(("kind", "values"), [(TERM, NET), (TERM, DAY), (TAX, CITY), (CODE, OUT)])
def test_what_is_added_comes_back(kind: Kind, values: Values) -> None:
    """Inactive too; a name is taken in whichever form, and letters' case does not count."""
    bench = Bench()
    told: list[tuple[Entry | None, str]] = []
    bench.quickbooks.listed = lambda before, after, text: told.append((before, after.name))
    (made,) = records(bench, write(kind, {**values, "active": False}), set_id="s1")
    assert dict(made.values) == {**values, "active": False}
    assert records(bench, ReadIds(id="1", kind=kind, ids=(made.id,))) == [made]
    assert made.guid == (GUID if kind is TAX else "")
    assert told == [(None, values["name"])]
    upper = {**values, "name": str(values["name"]).upper()}
    assert code(bench, write(kind, upper), set_id="s2") == "3100"


def test_a_group_is_added_and_changed() -> None:
    bench = Bench()
    taxes = [record.id for record in listed(bench, TAX).values()]
    group = {"name": "Both", "rate": None, "components": taxes, "agency": None, "active": True}
    (made,) = records(bench, write(TAX, group), set_id="s1")
    assert dict(made.values) == group
    changed = {**group, "name": "Sum", "components": taxes[1:]}
    (after,) = records(bench, write(TAX, changed, made, "name", "components"), set_id="s2")
    assert (after.id, dict(after.values)) == (made.id, changed)
    assert code(bench, write(TAX, {**group, "name": "Third", "components": [made.id]}), set_id="s3") == "3140"


def test_a_change_needs_the_version_and_is_made_in_place() -> None:
    """R 30: 3200 carries the record as it is."""
    bench = Bench()
    county = listed(bench, TAX)["County"]
    bench.time += 5
    bench.file.set_entry(some(bench, "Item", "County"), TaxRate="7.5")
    items = bench.ask(write(TAX, {**county.values, "rate": "8"}, county, "rate"), set_id="s1")
    heads = [item.outcome.verdict for item in items if isinstance(item, AnswerHead)]
    (current,) = [item for item in items if isinstance(item, Record)]
    assert (heads, current.values["rate"]) == ([Verdict.STALE], "7.5")
    changed = {**current.values, "rate": "8.12345", "name": "Shire", "active": False}
    (after,) = records(bench, write(TAX, changed, current, "rate", "name", "active"), set_id="s2")
    assert (after.id, dict(after.values)) == (county.id, changed)
    gone = Record(kind=TAX, id="80000077-1", version="1", modified="", values=county.values)
    assert code(bench, write(TAX, dict(county.values), gone, "rate"), set_id="s3") == "3120"


@pytest.mark.parametrize(
    ("kind", "values", "wanted"),
    [
        (TAX, {**CITY, "agency": "Nobody"}, "3140"),
        (TAX, {**CITY, "name": "Cursed tax"}, "3180"),
        (
            TAX,
            {"name": "X", "rate": None, "components": ["80000099-1"], "agency": None, "active": True},
            "3140",
        ),
        (TERM, {**DAY, "name": "net 30"}, "3100"),
        (CODE, {**OUT, "name": "TAX"}, "3100"),
    ],
)
def test_what_quickbooks_refuses(kind: Kind, values: Values, wanted: str) -> None:
    bench = Bench()
    before = {each: listed(bench, each) for each in LISTS}
    assert code(bench, write(kind, values)) == wanted
    assert {each: listed(bench, each) for each in LISTS} == before


HEAD = '<?xml version="1.0"?><QBXML><QBXMLMsgsRq onError="continueOnError">'
TAIL = "</QBXMLMsgsRq></QBXML>"


def test_a_tax_without_agency_and_terms_that_change() -> None:
    """R 36, 37: what our codec never sends."""
    bench = Bench()
    body = "<ItemSalesTaxAdd><Name>City</Name><TaxRate>1</TaxRate></ItemSalesTaxAdd>"
    assert 'statusCode="3180"' in bench.quickbooks.execute(
        f"{HEAD}<ItemSalesTaxAddRq>{body}</ItemSalesTaxAddRq>{TAIL}"
    )
    assert bench.file.named("Item", "City") is None
    zero = body.replace("<TaxRate>1</TaxRate>", "")
    assert 'statusCode="0"' in bench.quickbooks.execute(
        f"{HEAD}<ItemSalesTaxAddRq>{zero}</ItemSalesTaxAddRq>{TAIL}"
    )
    for name in ("StandardTermsMod", "DateDrivenTermsMod", "TermsMod"):
        with pytest.raises(Unreadable):
            bench.quickbooks.execute(f"{HEAD}<{name}Rq><{name}/></{name}Rq>{TAIL}")


def test_customers_refer_by_id_and_show_the_name_that_it_has() -> None:
    """R 18: the id counts, the name beside it does not; a rename edits no customer."""
    bench = Bench()
    terms, codes, taxes = (listed(bench, kind) for kind in (TERM, CODE, TAX))
    refs = {"terms": terms["Net 15"].id, "tax_code": codes["Non"].id, "tax_item": taxes["Out of State"].id}
    (baker,) = records(bench, create(**refs), set_id="s1")
    assert {key: baker.values[key] for key in refs} == refs
    bench.time += 5
    bench.file.rename_entry(some(bench, "Terms", "Net 15"), "Net fifteen")
    (again,) = records(bench, ReadNamed(id="1", kind=Kind.CUSTOMER, names=("baker",)))
    assert (dict(again.values), again.version) == (dict(baker.values), baker.version)
    assert bench.file.data.customers[baker.id].refs["TermsRef"] == "Net fifteen"
    wrong = change(baker.id, int(baker.version), "terms", "80000099-1")
    assert code(bench, wrong, set_id="s2") == "3140"
    labor = bench.file.add_entry("ItemService", "Labor")
    assert code(bench, change(baker.id, int(baker.version), "tax_item", labor.id), set_id="s3") == "3140"


def test_what_is_used_is_not_deleted_and_what_was_deleted_is_told() -> None:
    """R 33, 34: by type, several in one answer."""
    bench = Bench()
    baker = bench.file.add("Baker")
    baker.refs["TermsRef"] = "Net 15"
    group = bench.file.add_entry("ItemSalesTaxGroup", "Both", [some(bench, "Item", "County").id])
    for space, name in (
        ("Terms", "Net 15"),
        ("Item", "County"),
        ("SalesTaxCode", "Tax"),
        ("SalesTaxCode", "Non"),
    ):
        with pytest.raises(NotPossible):
            bench.file.delete_entry(some(bench, space, name))
    net = some(bench, "Terms", "Net 30")
    for entry in (group, some(bench, "Item", "County"), net):
        bench.file.delete_entry(entry)
    bench.file.delete(baker)
    gone = bench.ask(ReadDeleted(id="1", kinds=(*LISTS, Kind.CUSTOMER), since=None))
    told = [(item.kind, item.full_name) for item in gone if isinstance(item, Gone)]
    assert sorted(told) == sorted(
        [(TAX, "County"), (TAX, "Both"), (TERM, "Net 30"), (Kind.CUSTOMER, "Baker")]
    )  # fmt: skip
    only = bench.ask(ReadDeleted(id="1", kinds=(Kind.CUSTOMER,), since=None))
    assert [item.kind for item in only if isinstance(item, Gone)] == [Kind.CUSTOMER]
    fresh = bench.file.add_entry("StandardTerms", "Net 30", StdDueDays="31")
    assert fresh.id != net.id
    assert fresh.id.split("-")[0] not in {
        each.id.split("-")[0] for each in bench.file.entries(["StandardTerms"])[:-1]
    }


def test_a_term_takes_the_other_form() -> None:
    bench = Bench()
    net = some(bench, "Terms", "Net 30")
    with pytest.raises(NotPossible):
        bench.file.become(net)
    assert (net.kind, net.texts) == ("StandardTerms", {"StdDueDays": "30"})
    bench.file.become(net, DayOfMonthDue="10")
    found = listed(bench, TERM)["Net 30"]
    assert (found.id, found.values["form"], found.values["due_day"], found.values["due_days"]) == (
        net.id, "date_driven", 10, None,
    )  # fmt: skip


def test_people_cannot_break_the_rules() -> None:
    bench = Bench()
    county = some(bench, "Item", "County")
    for texts in ({"TaxVendorRef": ""}, {"TaxVendorRef": "Nobody"}):
        with pytest.raises(NotPossible):
            bench.file.set_entry(county, **texts)
    assert county.texts == {"TaxRate": "7.25", "TaxVendorRef": AGENCY}
    for space, kind, name in (
        ("Terms", "DateDrivenTerms", "NET 30"),
        ("SalesTaxCode", "SalesTaxCode", "Long"),
    ):
        before = len(bench.file.data.small[space])
        with pytest.raises(NotPossible):
            bench.file.add_entry(kind, name, DayOfMonthDue="1")
        assert len(bench.file.data.small[space]) == before
    with pytest.raises(NotPossible):
        bench.file.rename_entry(county, "Out of state")


def test_a_backup_brings_lists_back() -> None:
    bench = Bench()
    backup = bench.file.backup()
    bench.file.set_entry(some(bench, "Item", "County"), TaxRate="9")
    bench.file.add_entry("StandardTerms", "Late")
    bench.file.restore(backup)
    assert some(bench, "Item", "County").texts["TaxRate"] == "7.25"
    assert bench.file.named("Terms", "Late") is None


def test_answers_are_valid_by_the_schema() -> None:
    check = schema.at_hand()
    if check is None:
        pytest.skip("the official schema is not at hand")
    bench = Bench()
    bench.file.add_entry("ItemSalesTaxGroup", "B\u00e4\u00e4", [some(bench, "Item", "County").id])
    bench.file.add_entry(
        "DateDrivenTerms", "7th", DayOfMonthDue="7", DiscountPct="1.5", DiscountDayOfMonth="3"
    )
    bench.file.add_entry("ItemService", "Labor")
    asks = [ReadList(id=kind, kind=kind) for kind in LISTS]
    named = ReadNamed(id="9", kind=TAX, names=("labor", "county"))
    reply = bench.quickbooks.execute(DesktopBooks().encode([*asks, named]))
    assert reply.isascii()
    assert check(etree.fromstring(reply.encode())) == ""
