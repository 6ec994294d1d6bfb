"""What does not fit is refused with the field and the limit in plain words; it is never cut, and nothing is sent."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from fieldledger.books.desktop import limits, requests
from fieldledger.books.desktop.codec import DesktopBooks
from fieldledger.books.desktop.kinds import customer
from fieldledger.books.desktop.limits import CannotSend
from fieldledger.model.kinds import Kind
from fieldledger.session.identity import OWNER_ID
from fieldledger.session.ports import (
    Ask,
    ReadCompany,
    ReadDeleted,
    ReadHolders,
    ReadList,
    ReadNamed,
    ReadPage,
    Write,
)
from tests.books import values
from tests.books.values import steady
from tests.books.wire import by_ids, change, create, page

GUID = "{12345678-90AB-CDEF-1234-567890ABCDEF}"
WHO = {"id": "80000001-1405768916", "version": "1405768916"}
PLACE = {"name": "Shop", "is_default": True, "address": {}}

REFUSED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"name": "x" * 42}, "Company Name has 42 characters; QuickBooks allows 41."),
    ({"name": "  "}, "Company Name is blank; QuickBooks requires it."),
    ({"name": None}, "Company Name is blank; QuickBooks requires it."),
    ({"name": "Oak: Annex"}, "Company Name contains a colon, which QuickBooks does not allow in names."),
    ({"first_name": "x" * 26}, "First Name has 26 characters; QuickBooks allows 25."),
    ({"phone": "2" * 22}, "Phone has 22 characters; QuickBooks allows 21."),
    ({"last_name": "a\tb"}, "Last Name contains a tab (U+0009), which QuickBooks does not allow there."),
    (
        {"last_name": "a\nb"},
        "Last Name contains a line break (U+000A), which QuickBooks does not allow there.",
    ),
    (
        {"last_name": "a\x85b"},
        "Last Name contains a control character (U+0085), which QuickBooks does not allow there.",
    ),
    (
        {"last_name": "Nagy \u0151"},
        "Last Name contains the character 'ő' (U+0151, latin small letter o with double acute), "
        "which QuickBooks cannot store.",
    ),
    (
        {"email": "\U0001f600"},
        "Email contains the character '😀' (U+1F600, grinning face), which QuickBooks cannot store.",
    ),
    (
        {"billing_address": {"city": "x" * 32}},
        "Billing address city has 32 characters; QuickBooks allows 31.",
    ),
    (
        {"billing_address": {"line5": "x" * 42}},
        "Billing address line 5 has 42 characters; QuickBooks allows 41.",
    ),
    ({"terms": "x" * 37}, "Payment terms id has 37 characters; QuickBooks allows 36."),
    (
        {"tax_code": "Größe"},
        "Tax code id 'Größe' must be printable characters without accents, and not blank.",
    ),
    (
        {"locations": [{"name": " ", "address": {}}]},
        "Service location 1 name is blank; QuickBooks requires it.",
    ),
    (
        {"locations": [PLACE, {"name": "B", "address": {"state": "x" * 22}}]},
        "Service location 'B' state has 22 characters; QuickBooks allows 21.",
    ),
    (
        {"locations": [PLACE, {"name": " shop ", "address": {}}]},
        "Service location 2 bears the name of service location 1, ' shop '; QuickBooks wants each to have a name of "
        "its own.",
    ),
    (
        {"locations": [PLACE, {"name": "B", "is_default": True, "address": {}}]},
        "Service locations 1 and 2 are both the default; QuickBooks allows one.",
    ),
    (
        {"locations": [{"name": f"Place {n}", "address": {}} for n in range(51)]},
        "There are 51 service locations; QuickBooks allows 50.",
    ),
    (
        {"locations": [PLACE, {"name": "Boiler", "job": "8-1"}, {"name": "SHOP", "address": {}}]},
        "Service location 3 bears the name of service location 1, 'SHOP'; QuickBooks wants each to have a name of "
        "its own.",
    ),
    (
        {"locations": [PLACE, {"name": "Boiler", "job": "8-1"}, {"name": None, "address": {}}]},
        "Service location 3 name is blank; QuickBooks requires it.",
    ),
    (
        {"locations": [{"name": "x" * 42, "address": {}}]},
        f"Service location '{'x' * 42}' name has 42 characters; QuickBooks allows 41.",
    ),
    (
        {"locations": [{"name": "Shop", "address": {"line1": "\u0151"}}]},
        "Service location 'Shop' line 1 contains the character '\u0151' (U+0151, latin small letter o with double "
        "acute), which QuickBooks cannot store.",
    ),
)


@pytest.mark.parametrize(("wrong", "words"), REFUSED, ids=[words[:40] for _, words in REFUSED])
def test_what_does_not_fit_is_refused_with_field_and_limit(wrong: dict[str, Any], words: str) -> None:
    """spec 2.1, 3.4: refused with a message that names the field and the limit, never cut."""
    some = {"name": "Baker", **wrong}
    with pytest.raises(CannotSend) as refused:
        customer.add(some, guid=GUID)
    assert str(refused.value) == words
    with pytest.raises(CannotSend) as refused:
        customer.mod(some, list(some), **WHO)
    assert str(refused.value) == words
    assert DesktopBooks().unsendable(create(some)) == words
    assert DesktopBooks().unsendable(change(some, *some)) == words


ASKS_REFUSED: tuple[tuple[Ask, str], ...] = (
    (by_ids(), "No ids are asked for, and QuickBooks would send the whole list."),
    (by_ids("8000001-1", " "), "The id ' ' must be printable characters without accents, and not blank."),
    (by_ids("8" * 37), "The id has 37 characters; QuickBooks allows 36."),
    (
        ReadNamed(id="1", kind=Kind.CUSTOMER, names=()),
        "No names are asked for, and QuickBooks would send the whole list.",
    ),
    (
        ReadHolders(id="1", kind=Kind.CUSTOMER, names=()),
        "No names are asked for, and QuickBooks would send the whole list.",
    ),
    (ReadHolders(id="1", kind=Kind.CUSTOMER, names=("A", " ")), "The name is blank; QuickBooks requires it."),
    (
        ReadNamed(id="1", kind=Kind.CUSTOMER, names=("x" * 210,)),
        "The name has 210 characters; QuickBooks allows 209.",
    ),
    (
        ReadNamed(id="1", kind=Kind.PAYMENT_TERM, names=("Net 30", "x" * 32)),
        "The name has 32 characters; QuickBooks allows 31.",
    ),
    (
        ReadHolders(id="1", kind=Kind.SALES_TAX_CODE, names=("Taxed",)),
        "The name has 5 characters; QuickBooks allows 3.",
    ),
    (
        ReadList(id="1", kind=Kind.CUSTOMER),
        "The list of customer records is too long to be read whole; it is read page by page.",
    ),
    (
        ReadPage(id="1", kind=Kind.TAX_RATE, since=None, light=True, page=100),
        "The list of tax_rate records is not read page by page; QuickBooks sends it whole.",
    ),
    (
        ReadDeleted(id="1", kinds=(), since=None),
        "No kinds are asked for, and QuickBooks wants to know which deletions to tell.",
    ),
    (page("é"), "The request ID 'é' must be printable characters without accents, and not blank."),
    (page("1" * 51), "The request ID has 51 characters; QuickBooks allows 50."),
    (
        page(iterator_id="{a}\n"),
        r"The iterator '{a}\n' must be printable characters without accents, and not blank.",
    ),
    (
        ReadPage(id="1", kind=Kind.CUSTOMER, since=None, light=False, page=0),
        "The page size is 0; it must be at least 1.",
    ),
    (
        ReadPage(id="1", kind=Kind.CUSTOMER, since="2026-01-31T23:59:59-05:00", light=False, page=9),
        "The time of the last read '2026-01-31T23:59:59-05:00' must be a time like 2026-01-31T23:59:59, without an "
        "offset.",
    ),
    (
        ReadDeleted(id="1", kinds=(Kind.CUSTOMER,), since="2026-02-30T10:00:00"),
        "The time of the last read '2026-02-30T10:00:00' must be a time like 2026-01-31T23:59:59, without an offset.",
    ),
    (
        ReadCompany(id="1", owner_id=OWNER_ID.strip("{}")),
        f"The owner {OWNER_ID.strip('{}')!r} must be a GUID in braces.",
    ),
)


@pytest.mark.parametrize(("ask", "words"), ASKS_REFUSED, ids=[words[:40] for _, words in ASKS_REFUSED])
def test_an_ask_that_cannot_be_asked_is_refused(ask: Ask, words: str) -> None:
    """`Books.encode` raises ValueError naming field and limit."""
    with pytest.raises(CannotSend) as refused:
        DesktopBooks().encode([ask])
    assert isinstance(refused.value, ValueError)
    assert str(refused.value) == words


def test_identifiers_of_ours_are_checked() -> None:
    with pytest.raises(CannotSend, match=r"The message set ID has 24 characters; QuickBooks allows 23\."):
        requests.message_set([], new_id="x" * 24)
    with pytest.raises(CannotSend, match="must be a GUID in braces"):
        customer.add({"name": "Baker"}, guid=GUID.strip("{}"))
    with pytest.raises(CannotSend, match="id has 37 characters; QuickBooks allows 36"):
        customer.mod({}, [], id="8" * 37, version="1")
    with pytest.raises(CannotSend, match="version '' must be printable"):
        customer.mod({}, [], id="8", version="")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"Name": "A", "Nickname": "B"}, "there is no Nickname in this request."),
        ({"Name": "A", "BillAddress": {"Addr6": "B"}}, "Billing address: there is no Addr6 in this request."),
        ({"Name": "A", "IsActive": "true"}, "Active is 'true'; it must be yes or no."),
        ({"Name": 7}, "Company Name is 7; it must be a text."),
        (
            {"Name": "A", "BillAddress": "1 Oak Street"},
            "Billing address is '1 Oak Street'; it must be a group of fields.",
        ),
        ({"Name": "A", "BillAddress": [{}]}, "Billing address is [{}]; it must be a group of fields."),
    ],
)
def test_content_that_is_not_in_the_table_is_refused(content: dict[str, Any], words: str) -> None:
    with pytest.raises(CannotSend) as refused:
        requests.aggregate("CustomerAdd", customer.ADD, content)
    assert str(refused.value) == words


@given(st.text(max_size=12), st.integers(0, 12), st.booleans(), st.booleans())
@steady(500)
def test_a_text_is_sent_unchanged_or_not_at_all(value: str, longest: int, blank: bool, colon: bool) -> None:
    """What QuickBooks stores is the printable part of Windows-1252: judged here by another road, the letters."""
    storable = all(letter in values.WINDOWS for letter in value)
    fits = len(value) <= longest and (blank or value.strip()) and (colon or ":" not in value)
    if not storable or not fits:
        with pytest.raises(CannotSend, match=r"^Field "):
            limits.text("Field", value, longest, blank=blank, colon=colon)
        return
    sent = limits.text("Field", value, longest, blank=blank, colon=colon)
    assert sent == value
    assert not any(unicodedata.category(letter) == "Cc" for letter in sent)
    assert (etree.fromstring(requests.element("Field", sent)).text or "") == value


@pytest.mark.parametrize(
    ("asks", "set_id", "old_id", "words"),
    [
        ([page(), create({"name": "Baker"})], "set-1", "", "holds writes and nothing else"),
        ([page()], "set-1", "", "holds writes and nothing else"),
        ([], "set-1", "", "holds writes and nothing else"),
        ([create({"name": "Baker"})], "", "", "under the id of their set"),
        ([create({"name": "Baker"})], "", "set-1", "under the id of their set"),
        ([create({"name": "Baker"})], "set-1", "set-1", "holds no requests"),
        (
            [create({"name": "Baker"})],
            "x" * 24,
            "",
            "The message set ID has 24 characters; QuickBooks allows 23.",
        ),
        ([], "", "é", "must be printable"),
    ],
)
def test_a_set_that_would_say_something_else_is_refused(
    asks: list[Ask], set_id: str, old_id: str, words: str
) -> None:
    """spec 10.1: a write without a set id could be done twice, one beside a status check would not be done at all."""
    with pytest.raises(CannotSend) as refused:
        DesktopBooks().encode(asks, set_id=set_id, old_id=old_id)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("write", "words"),
    [
        (change({"phone": "1"}), "No field is to be changed."),
        (change({"phone": "1"}, "fax"), "QuickBooks' customers have no field 'fax' that could be written."),
        (create({"name": "Baker"}, guid=GUID.strip("{}")), f"our mark '{GUID[1:-1]}' must be a GUID in braces."),
        (change({"phone": "1"}, "phone", version=""), "version '' must be printable characters without accents, and "
         "not blank."),
        (create({"name": "Baker"}, parent="8" * 37), "Customer of the job id has 37 characters; QuickBooks allows 36."),
    ],
)  # fmt: skip
def test_why_a_write_cannot_be_sent(write: Write, words: str) -> None:
    books = DesktopBooks()
    assert books.unsendable(write) == words
    with pytest.raises(CannotSend) as refused:
        books.encode([write], set_id="set-1")
    assert str(refused.value) == words


def test_what_can_be_sent_is_not_refused() -> None:
    """At every limit at once; locations that stand for jobs do not count (spec 3.2)."""
    address = {"line1": "x" * 41, "line5": "y" * 41, "city": "x" * 31, "state": "x" * 21, "postal_code": "x" * 13,
               "country": "x" * 31, "note": "x" * 41}  # fmt: skip
    jobs = [
        {"name": "Place 1", "is_default": True, "address": {"state": "x" * 99}, "job": f"8-{n}"}
        for n in range(60)
    ]
    places = [
        {"name": f"Place {n}".ljust(41, "x"), "is_default": n == 7, "address": address} for n in range(50)
    ]
    some = {"name": "\u20ac" * 41, "first_name": "x" * 25, "last_name": "x" * 25, "phone": "2" * 21,
            "email": "x" * 1023, "billing_address": address, "locations": [*jobs, *places], "terms": "8" * 36,
            "tax_code": "8-1", "tax_item": "8" * 36, "active": True}  # fmt: skip
    assert DesktopBooks().unsendable(create(some)) == ""
    assert DesktopBooks().unsendable(change(some, *some)) == ""
