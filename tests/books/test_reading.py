"""Lenient in: one CustomerRet into one record, whatever else stands in it."""

from __future__ import annotations

import zlib
from typing import Any

import pytest
from lxml import etree

from fieldledger.books.desktop import leaf
from fieldledger.books.desktop.kinds import customer as customers
from fieldledger.model.kinds import Kind
from fieldledger.model.record import CUSTOMER_FIELDS, Record, Stamp, digest, pack
from tests.books.wire import answer, by_ids, customer, message_set, page, read, whole, without_heads

ID = "80000001-1405768916"


def record(more: str = "") -> Record:
    """The record of one CustomerRet with this in it."""
    (found,) = without_heads(whole(message_set(answer("CustomerQuery", customer(ID, more=more))), page()))
    assert isinstance(found, Record)
    return found


def rest(found: Record) -> dict[str, str]:
    """What was kept beside the values: tag → text as it came, white space apart."""
    if not found.rest:
        return {}
    kept = etree.fromstring(zlib.decompress(found.rest))
    assert kept.tag == "CustomerRet"
    return {str(child.tag): "".join(child.itertext()) for child in kept}


def test_a_record_has_every_field_and_nothing_else() -> None:
    found = record()
    assert found.kind is Kind.CUSTOMER
    assert tuple(found.values) == CUSTOMER_FIELDS
    assert dict(found.values) == {
        **dict.fromkeys(CUSTOMER_FIELDS), "name": "Baker", "active": True, "locations": [],
    }  # fmt: skip
    assert (found.id, found.version, found.full_name, found.parent_id) == (ID, "1702703202", "Baker", None)
    assert found.rest == b""


def ship_tos(*entries: tuple[str, str]) -> list[str]:
    """The names of Ship To entries of these (name, first line) pairs."""
    inside = "".join(
        f"<ShipToAddress><Name>{name}</Name><Addr1>{line}</Addr1></ShipToAddress>" for name, line in entries
    )
    return [place["name"] for place in record(inside).values["locations"]]


@pytest.mark.parametrize(
    ("entries", "names"),
    [
        ([("12 Oak St", "12 Oak St"), ("", "12 Oak St")], ["12 Oak St", "12 Oak St (2)"]),
        ([("", "12 Oak St"), ("12  OAK st", "9 Elm")], ["12 Oak St (2)", "12  OAK st"]),
        ([("", "1 A")] * 3, ["1 A", "1 A (2)", "1 A (3)"]),
        ([("", "1 A"), ("1 a (2)", ""), ("", "1 A")], ["1 A", "1 a (2)", "1 A (3)"]),
        ([("", ""), ("", "")], ["Ship To", "Ship To (2)"]),
        ([("Same", "1 A"), ("same", "2 B")], ["Same", "same"]),
        ([("", "1" * 41), ("", "1" * 41)], ["1" * 41, "1" * 37 + " (2)"]),
    ],
)
def test_a_name_that_we_fill_is_nobody_elses(entries: list[tuple[str, str]], names: list[str]) -> None:
    """spec 3.4: a blank name is filled, from the street; two of one name the field side would refuse. A name that
    QuickBooks holds is never changed, and one of ours is never too long to be written back."""
    assert ship_tos(*entries) == names


def test_dates_keep_their_raw_text() -> None:
    """The printed offset may be an hour off, so nobody may turn the text into a moment here."""
    assert record().modified == "2023-12-16T00:06:42-05:00"
    odd = customer(ID).replace("2023-12-16T00:06:42-05:00", "16.12.2023")
    (found,) = without_heads(whole(message_set(answer("CustomerQuery", odd)), page()))
    assert isinstance(found, Record)
    assert found.modified == "16.12.2023"


def test_blank_elements_and_missing_ones_are_the_same() -> None:
    """spec 2.3: ``<Phone/>``, ``<Phone></Phone>``, blanks and no Phone at all are one value, so no change. A reference
    without an id leads nowhere, whatever name it has."""
    none = record()
    for blank in ("<Phone/>", "<Phone></Phone>", "<Phone>  \n </Phone>", "<BillAddress/>", "<TermsRef/>"):
        assert pack(record(blank).values) == pack(none.values), blank
    address = (
        "<BillAddress><Addr1> </Addr1><City/></BillAddress><TermsRef><FullName>Net 15</FullName></TermsRef>"
    )
    assert pack(record(address).values) == pack(none.values)


def test_texts_are_trimmed_and_kept_inside() -> None:
    found = record(
        "<FirstName>  Ann  Mary </FirstName><LastName>\nO&apos;Hara &amp; Söhne&#174;\n</LastName>"
    )
    assert found.values["first_name"] == "Ann  Mary"
    assert found.values["last_name"] == "O'Hara & Söhne®"


def test_a_reference_is_an_id_and_its_name_is_kept() -> None:
    """spec 2.6: a term that is renamed is no change of the customers who have it; without an id nothing is made up."""
    refs = {"TermsRef": "terms", "SalesTaxCodeRef": "tax_code", "ItemSalesTaxRef": "tax_item"}
    for tag, field in refs.items():
        one, two = (
            record(f"<{tag}><ListID>8-1</ListID><FullName>{name}</FullName></{tag}>") for name in "AB"
        )
        assert one.values[field] == "8-1"
        assert digest(pack(one.values)) == digest(pack(two.values))
        assert (rest(one), rest(two)) == ({tag: "8-1A"}, {tag: "8-1B"})
        bare = record(f"<{tag}><FullName>A</FullName></{tag}>")
        assert (bare.values[field], rest(bare)) == (None, {tag: "A"})


def test_unknown_elements_are_kept_and_not_fatal() -> None:
    """A field of a later QuickBooks, at any depth, with values that the schema forbids."""
    found = record(
        "<PricePercent>18.0%</PricePercent>\n<Balance>1,234.5</Balance>\n"
        "<BillAddress>\n<Addr1>1 Oak Street</Addr1>\n<Addr6>Floor 3</Addr6>\n</BillAddress>\n"
        "<ShipToAddress>\n<Name>Shop</Name>\n<Geo>1;2</Geo>\n<DefaultShipTo>true</DefaultShipTo>\n</ShipToAddress>\n"
        "<TermsRef>\n<ListID>20000-933272658</ListID>\n<FullName>Net 15</FullName>\n</TermsRef>\n"
        "<Mood><Deep><Deeper>calm</Deeper></Deep></Mood>\n"
    )
    assert rest(found) == {
        "PricePercent": "18.0%",
        "Balance": "1,234.5",
        "BillAddress": "1 Oak StreetFloor 3",
        "ShipToAddress": "Shop1;2true",
        "TermsRef": "20000-933272658Net 15",
        "Mood": "calm",
    }
    assert found.values["billing_address"] == {"line1": "1 Oak Street"}
    assert found.values["locations"] == [{"name": "Shop", "is_default": True, "address": {}}]
    assert found.values["terms"] == "20000-933272658"


def test_what_is_not_mapped_changes_no_digest() -> None:
    """spec 2.3: a balance that moved is no change of the record."""
    one, two = record("<Balance>0.00</Balance>"), record("<Balance>55.10</Balance>")
    assert digest(pack(one.values)) == digest(pack(two.values))
    assert rest(one) != rest(two)


@pytest.mark.parametrize(
    ("told", "active"),
    [
        ("true", True), ("1", True), (" TRUE ", True), ("+1", True), ("false", False), ("0", False),
        ("False", False), ("-0", False), ("", True), ("perhaps", True),
    ],
)  # fmt: skip
def test_the_active_flag_in_every_spelling(told: str, active: bool) -> None:
    """What makes no sense hides nobody, and is kept."""
    text = message_set(
        answer("CustomerQuery", customer(ID).replace("<IsActive>true<", f"<IsActive>{told}<")), attributes=""
    )
    (found,) = without_heads(whole(text, page()))
    assert isinstance(found, Record)
    assert found.values["active"] is active
    assert rest(found) == ({"IsActive": told} if told in ("", "perhaps") else {})


PLACES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("<Name>Shop</Name>", {"name": "Shop", "is_default": False, "address": {}}),
    (
        "<Name/><Addr1>Ann Baker</Addr1><Addr2>12 Oak Street</Addr2><Addr3>Unit B</Addr3>",
        {
            "name": "12 Oak Street",
            "is_default": False,
            "address": {"line1": "Ann Baker", "line2": "12 Oak Street", "line3": "Unit B"},
        },
    ),
    (
        "<Addr1>Ann Baker</Addr1><Addr2/><Addr3>Oak House</Addr3><City>Harlow</City>",
        {
            "name": "Oak House",
            "is_default": False,
            "address": {"line1": "Ann Baker", "line3": "Oak House", "city": "Harlow"},
        },
    ),
    (
        "<Name> </Name><City>Harlow</City>",
        {"name": "Ship To", "is_default": False, "address": {"city": "Harlow"}},
    ),
    ("<Name>A</Name><DefaultShipTo>1</DefaultShipTo>", {"name": "A", "is_default": True, "address": {}}),
    ("<Name>A</Name><DefaultShipTo>maybe</DefaultShipTo>", {"name": "A", "is_default": False, "address": {}}),
)


@pytest.mark.parametrize(("inside", "place"), PLACES)
def test_a_ship_to_entry_is_a_service_location(inside: str, place: dict[str, Any]) -> None:
    """spec 3.4: a blank name is filled from the street: the first line that starts with a digit, else the last one;
    no default is invented."""
    found = record(f"<ShipToAddress>{inside}</ShipToAddress>")
    assert found.values["locations"] == [place]
    assert rest(found) == ({"ShipToAddress": "Amaybe"} if "maybe" in inside else {})


def test_all_ship_to_entries_come_in_their_order() -> None:
    found = record("".join(f"<ShipToAddress><Name>Place {n}</Name></ShipToAddress>" for n in range(50)))
    assert [place["name"] for place in found.values["locations"]] == [f"Place {n}" for n in range(50)]


def test_a_job_names_its_parent_by_id() -> None:
    found = record(
        "<ParentRef><ListID> 150000-933272658 </ListID><FullName>Abercrombie</FullName></ParentRef>"
    )
    assert found.parent_id == "150000-933272658"
    assert rest(found) == {"ParentRef": " 150000-933272658 Abercrombie"}
    assert record("<ParentRef><FullName>Abercrombie</FullName></ParentRef>").parent_id is None


def test_the_light_form_is_a_stamp() -> None:
    """Elements that were not asked for do no harm."""
    text = message_set(answer("CustomerQuery", customer(f" {ID} ") + customer("80000002-1")))
    stamps = without_heads(whole(text, page(light=True)))
    assert stamps == [
        Stamp(kind=Kind.CUSTOMER, id=id, version="1702703202", modified="2023-12-16T00:06:42-05:00")
        for id in (ID, "80000002-1")
    ]
    bare = message_set(answer("CustomerQuery", f"<CustomerRet><ListID>{ID}</ListID></CustomerRet>"))
    assert without_heads(whole(bare, page(light=True))) == [
        Stamp(kind=Kind.CUSTOMER, id=ID, version="", modified="")
    ]


@pytest.mark.parametrize("light", [True, False])
@pytest.mark.parametrize("no_id", ["", "<ListID/>", "<ListID>  </ListID>"])
def test_a_record_without_id_is_no_record(no_id: str, light: bool) -> None:
    """Nobody could tell whose values these are. What came before it is kept."""
    bad = customer(ID).replace(f"<ListID>{ID}</ListID>", no_id)
    items, why = read(message_set(answer("CustomerQuery", customer("80000002-1") + bad)), page(light=light))
    assert [item.id for item in without_heads(items)] == ["80000002-1"]  # type: ignore[union-attr]
    assert why == "it holds a CustomerRet without ListID"


def test_a_record_in_an_error_is_read() -> None:
    """3200 carries the record as it is now; so does a warning that did the work."""
    text = message_set(
        answer("CustomerMod", customer(ID), code="3200"), answer("CustomerAdd", customer("8-1"), code="530")
    )
    found = without_heads(whole(text))
    assert [item.id for item in found if isinstance(item, Record)] == [ID, "8-1"]


def test_records_come_one_by_one() -> None:
    """The first one is there before the text has been read to its end."""
    text = message_set(
        answer("CustomerQuery", customer("8-1") + customer("8-2") + customer("8-3")), attributes=""
    )
    items, why = read(text[: text.index("<ListID>8-3")], by_ids("8-1", "8-2", "8-3"))
    assert [item.id for item in without_heads(items) if isinstance(item, Record)] == ["8-1", "8-2"]
    assert why.startswith("not well-formed XML at line ")


@pytest.mark.parametrize(
    ("raw", "number"),
    [("7", 7), (" 12 ", 12), ("+3", 3), ("-1", -1), ("", None), (None, None), ("7.0", None), ("²", None), ("٣", None),
     ("1" * 19, None), ("seven", None)],
)  # fmt: skip
def test_whole_numbers(raw: str | None, number: int | None) -> None:
    assert leaf.whole(raw) == number


def test_street_without_lines() -> None:
    assert customers.street({"city": "Harlow"}) == ""


@pytest.mark.parametrize(
    ("told", "guid"),
    [
        ("{12345678-90AB-cdef-1234-567890ABCDEF}", "{12345678-90AB-cdef-1234-567890ABCDEF}"),
        (" {12345678-90AB-CDEF-1234-567890ABCDEF}\n", "{12345678-90AB-CDEF-1234-567890ABCDEF}"),
        ("0", ""),
        ("", ""),
        ("12345678-90AB-CDEF-1234-567890ABCDEF", ""),
    ],
)
def test_the_mark_is_told_and_is_no_value(told: str, guid: str) -> None:
    """spec 2.3, 10.1. It stays among the rest too, so that what was stored before is still the same."""
    found, bare = record(f"<ExternalGUID>{told}</ExternalGUID>"), record()
    assert found.guid == guid
    assert digest(pack(found.values)) == digest(pack(bare.values))
    assert rest(found)["ExternalGUID"] == told
