"""A term, a code or a tax that does not fit is refused with the field and the limit, before it goes out (spec 5)."""

from __future__ import annotations

from typing import Any

import pytest

from fieldledger.books.desktop.codec import DesktopBooks
from fieldledger.model.kinds import Kind
from tests.books.samples import BOTH, CITY, CODE, DAY, NET, OUT, TAX, TERM
from tests.books.wire import change, create

REFUSED: tuple[tuple[Kind, dict[str, Any], dict[str, Any], str], ...] = (
    (CODE, OUT, {"name": "Taxed"}, "Code has 5 characters; QuickBooks allows 3."),
    (CODE, OUT, {"name": " "}, "Code is blank; QuickBooks requires it."),
    (CODE, OUT, {"name": "A:B"}, "Code contains a colon, which QuickBooks does not allow in names."),
    (CODE, OUT, {"description": "x" * 32}, "Description has 32 characters; QuickBooks allows 31."),
    (CODE, OUT, {"taxable": "yes"}, "Taxable is 'yes'; it must be yes or no."),
    (TAX, CITY, {"name": "x" * 32}, "Name has 32 characters; QuickBooks allows 31."),
    (TAX, CITY, {"name": None}, "Name is blank; QuickBooks requires it."),
    (TAX, CITY, {"name": "A:B"}, "Name contains a colon, which QuickBooks does not allow in names."),
    (TAX, CITY, {"name": "Steuer \u0151"}, "Name contains the character 'ő' (U+0151, latin small letter o with double "
     "acute), which QuickBooks cannot store."),
    (TAX, CITY, {"rate": "8.123456"}, "Rate has 6 decimals; QuickBooks allows 5."),
    (TAX, CITY, {"rate": "-1"}, "Rate is '-1'; it must be a percentage from 0 to 100."),
    (TAX, CITY, {"rate": "100.00001"}, "Rate is '100.00001'; it must be a percentage from 0 to 100."),
    (TAX, CITY, {"rate": "8,25"}, "Rate is '8,25'; it must be a percentage from 0 to 100."),
    (TAX, CITY, {"rate": "1e1"}, "Rate is '1e1'; it must be a percentage from 0 to 100."),
    (TAX, CITY, {"rate": 8}, "Rate is 8; it must be a text."),
    (TAX, CITY, {"rate": None}, "Rate is missing: a tax has a rate of its own, or is a group of at least one other "
     "tax."),
    (TAX, CITY, {"agency": "x" * 42}, "Tax agency name has 42 characters; QuickBooks allows 41."),
    (TAX, BOTH, {"components": []}, "Rate is missing: a tax has a rate of its own, or is a group of at least one other "
     "tax."),
    (TAX, BOTH, {"components": ["8-1", " "]}, "Tax of the group 2 id ' ' must be printable characters without accents, "
     "and not blank."),
    (TAX, BOTH, {"name": "x" * 32}, "Name has 32 characters; QuickBooks allows 31."),
)  # fmt: skip


@pytest.mark.parametrize(("kind", "good", "wrong", "words"), REFUSED, ids=[row[3][:40] for row in REFUSED])
def test_what_does_not_fit_is_refused_with_field_and_limit(
    kind: Kind, good: dict[str, Any], wrong: dict[str, Any], words: str
) -> None:
    """spec 2.1, 5.2: in adding and in changing, never cut."""
    books = DesktopBooks()
    assert books.unsendable(create(good, kind=kind)) == ""
    assert books.unsendable(create({**good, **wrong}, kind=kind)) == words
    assert books.unsendable(change({**good, **wrong}, *wrong, kind=kind)) == words


TERMS_REFUSED: tuple[tuple[dict[str, Any], dict[str, Any], str], ...] = (
    (NET, {"name": "x" * 32}, "Name has 32 characters; QuickBooks allows 31."),
    (NET, {"name": ""}, "Name is blank; QuickBooks requires it."),
    (NET, {"due_days": -1}, "Days until due is -1; it must be a whole number from 0 to 9999."),
    (NET, {"due_days": 10_000}, "Days until due is 10000; it must be a whole number from 0 to 9999."),
    (NET, {"due_days": "30"}, "Days until due is '30'; it must be a whole number."),
    (NET, {"due_days": True}, "Days until due is True; it must be a whole number."),
    (NET, {"discount_days": 10_000}, "Days of the discount is 10000; it must be a whole number from 0 to 9999."),
    (NET, {"discount_percent": "101"}, "Discount is '101'; it must be a percentage from 0 to 100."),
    (NET, {"discount_percent": "1.000001"}, "Discount has 6 decimals; QuickBooks allows 5."),
    (NET, {"due_day": 15}, "Day of the month on which it is due is 15; a standard term has none."),
    (NET, {"form": None}, "Form is None; it must be standard or date_driven."),
    (NET, {"form": "yearly"}, "Form is 'yearly'; it must be standard or date_driven."),
    (DAY, {"due_day": None}, "Day of the month on which it is due is missing; QuickBooks requires it."),
    (DAY, {"due_day": 0}, "Day of the month on which it is due is 0; it must be a whole number from 1 to 31."),
    (DAY, {"due_day": 32}, "Day of the month on which it is due is 32; it must be a whole number from 1 to 31."),
    (DAY, {"discount_day": 32}, "Day of the month until which the discount holds is 32; it must be a whole number from "
     "1 to 31."),
    (DAY, {"due_days": 30}, "Days until due is 30; a date driven term has none."),
)  # fmt: skip


@pytest.mark.parametrize(
    ("good", "wrong", "words"), TERMS_REFUSED, ids=[row[2][:40] for row in TERMS_REFUSED]
)
def test_a_term_that_does_not_fit_is_refused(good: dict[str, Any], wrong: dict[str, Any], words: str) -> None:
    assert DesktopBooks().unsendable(create(good, kind=TERM)) == ""
    assert DesktopBooks().unsendable(create({**good, **wrong}, kind=TERM)) == words


@pytest.mark.parametrize("good", [NET, DAY])
def test_a_term_is_never_changed(good: dict[str, Any]) -> None:
    """spec 5.6, rules.md 36: held with that explanation, whatever was to be changed."""
    for field in ("name", "due_days", "active"):
        words = DesktopBooks().unsendable(change(good, field, kind=TERM))
        assert words.startswith("QuickBooks' interface can add payment terms and cannot change them.")
        assert "'Net'" in words
        assert "Terms List" in words


@pytest.mark.parametrize(("rate", "needed"), [("0", False), ("0.00", False), ("0.00001", True), ("8", True)])
@pytest.mark.parametrize("agency", [None, ""])
def test_a_new_tax_needs_an_agency_unless_it_is_nothing(rate: str, needed: bool, agency: str | None) -> None:
    """spec 5.5: the message names the setting. A change leaves the agency that QuickBooks knows."""
    words = DesktopBooks().unsendable(create({**CITY, "rate": rate, "agency": agency}, kind=TAX))
    assert words.startswith("Tax agency is missing") is needed
    assert ("tax_agency" in words) is needed
    assert bool(words) is needed
    assert DesktopBooks().unsendable(change({**CITY, "rate": rate, "agency": agency}, "rate", kind=TAX)) == ""


def test_a_code_says_whether_it_is_taxable() -> None:
    words = "Taxable is missing: a sales tax code is taxable or it is not."
    assert DesktopBooks().unsendable(create({**OUT, "taxable": None}, kind=CODE)) == words
    assert DesktopBooks().unsendable(change({**OUT, "taxable": None}, "taxable", kind=CODE)) == words


@pytest.mark.parametrize(("kind", "good", "what"), [(CODE, OUT, "sales tax codes"), (TAX, CITY, "taxes"),
                                                    (TAX, BOTH, "taxes")])  # fmt: skip
def test_fields_that_are_not_there_and_nothing_to_change(kind: Kind, good: dict[str, Any], what: str) -> None:
    words = f"QuickBooks' {what} have no field 'fax' that could be written."
    assert DesktopBooks().unsendable(create(good, "fax", kind=kind)) == words
    assert DesktopBooks().unsendable(change(good, "fax", kind=kind)) == words
    assert DesktopBooks().unsendable(change(good, kind=kind)) == "No field is to be changed."
    assert DesktopBooks().unsendable(create(NET, "fax", kind=TERM)) == (
        "QuickBooks' payment terms have no field 'fax' that could be written."
    )
