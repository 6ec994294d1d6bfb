"""Payment terms: StandardTerms counts days, DateDrivenTerms names a day of the month (spec 5.2). QuickBooks' interface
can add them and never change them (spec 5.6); people can, in QuickBooks' own window.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from lxml import etree

from fieldledger.books.desktop import leaf
from fieldledger.books.desktop.grammar import Field, Flag, Percent, Text, Whole
from fieldledger.books.desktop.kinds import common
from fieldledger.books.desktop.kinds.common import Layout, Reading, active, named, stated
from fieldledger.books.desktop.limits import CannotSend
from fieldledger.books.desktop.requests import Content, aggregate
from fieldledger.model.kinds import Kind
from fieldledger.model.record import PAYMENT_TERM_FIELDS, Record, Values

NAME_LONGEST = 31
DAYS_MOST = 9999
"""Our own bound; the schema has none."""

STANDARD, DATE_DRIVEN = "standard", "date_driven"

# ---- reading ---------------------------------------------------------------------------------------------------


def _whole_but_zero(raw: str | None) -> int | None:
    """QuickBooks shows 0 where there is no such rule."""
    return leaf.whole(raw) or None


def _percent_but_zero(raw: str | None) -> str | None:
    found = leaf.percent(raw)
    return None if found == "0" else found


def _layout(form: str, leaves: Mapping[str, tuple[str, Reading]]) -> Layout:
    return Layout(
        kind=Kind.PAYMENT_TERM,
        start={**dict.fromkeys(PAYMENT_TERM_FIELDS), "form": form, "active": True},
        leaves={
            "Name": ("name", leaf.text),
            "IsActive": ("active", leaf.flag),
            "DiscountPct": ("discount_percent", _percent_but_zero),
            **leaves,
        },
    )


_STANDARD = _layout(
    STANDARD,
    {"StdDueDays": ("due_days", leaf.whole), "StdDiscountDays": ("discount_days", _whole_but_zero)},
)
_DATE_DRIVEN = _layout(
    DATE_DRIVEN,
    {
        "DayOfMonthDue": ("due_day", leaf.whole),
        "DueNextMonthDays": ("next_month_days", _whole_but_zero),
        "DiscountDayOfMonth": ("discount_day", _whole_but_zero),
    },
)


def standard(element: etree._Element) -> Record:
    """Of a StandardTermsRet."""
    return common.record(_STANDARD, element)


def date_driven(element: etree._Element) -> Record:
    """Of a DateDrivenTermsRet."""
    return common.record(_DATE_DRIVEN, element)


# ---- writing ---------------------------------------------------------------------------------------------------


class _Form(msgspec.Struct, frozen=True):
    """message: without Rq. fields: its elements, in their order. numbers: the values that only some terms have, and
    their elements. needed: the one without which QuickBooks takes none, "" = none."""

    message: str
    fields: Mapping[str, Field]
    numbers: Mapping[str, str]
    needed: str = ""


_NAME: Mapping[str, Field] = {
    "Name": Text("Name", NAME_LONGEST, blank=False, colon=False),
    "IsActive": Flag("Active"),
}
STANDARD_ADD: Mapping[str, Field] = {
    **_NAME,
    "StdDueDays": Whole("Days until due", 0, DAYS_MOST),
    "StdDiscountDays": Whole("Days of the discount", 0, DAYS_MOST),
    "DiscountPct": Percent("Discount"),
}
"""StandardTermsAdd in its order (qbXML 13.0). It has no place for our mark."""
DATE_DRIVEN_ADD: Mapping[str, Field] = {
    **_NAME,
    "DayOfMonthDue": Whole("Day of the month on which it is due", 1, 31),
    "DueNextMonthDays": Whole("Days before it, from which on it is due the next month", 0, DAYS_MOST),
    "DiscountDayOfMonth": Whole("Day of the month until which the discount holds", 1, 31),
    "DiscountPct": Percent("Discount"),
}
"""DateDrivenTermsAdd likewise."""

_FORMS: Mapping[str, _Form] = {
    STANDARD: _Form(
        "StandardTermsAdd",
        STANDARD_ADD,
        {"due_days": "StdDueDays", "discount_days": "StdDiscountDays", "discount_percent": "DiscountPct"},
    ),
    DATE_DRIVEN: _Form(
        "DateDrivenTermsAdd",
        DATE_DRIVEN_ADD,
        {
            "due_day": "DayOfMonthDue",
            "next_month_days": "DueNextMonthDays",
            "discount_day": "DiscountDayOfMonth",
            "discount_percent": "DiscountPct",
        },
        needed="due_day",
    ),
}


def add_message(values: Values) -> str:
    """Raises `CannotSend` for a form that QuickBooks does not know."""
    return _form(values).message


def add(values: Values, fields: Sequence[str] = ()) -> str:
    """A StandardTermsAdd or DateDrivenTermsAdd. A term is created whole, since it cannot be completed later: ``fields``
    is only checked. Raises `CannotSend`."""
    form = _form(values)
    for field in fields:
        if field not in PAYMENT_TERM_FIELDS:
            raise common.no_field(field, "payment terms")
    content: dict[str, Content] = {}
    named("Name")(content, values.get("name"), False)
    active(content, values.get("active"), False)
    for other in _FORMS.values():
        for field, tag in other.numbers.items():
            value = values.get(field)
            if field in form.numbers:
                stated(tag)(content, value, False)
            elif value:
                sort = str(values["form"]).replace("_", " ")
                raise CannotSend(f"{other.fields[tag].words} is {value!r}; a {sort} term has none.")
    if form.needed and values.get(form.needed) is None:
        words = form.fields[form.numbers[form.needed]].words
        raise CannotSend(f"{words} is missing; QuickBooks requires it.")
    return aggregate(form.message, form.fields, content)


def cannot_change(values: Values) -> CannotSend:
    """spec 5.6."""
    return CannotSend(
        f"QuickBooks' interface can add payment terms and cannot change them. Change {values.get('name')!r} in "
        "QuickBooks itself (Lists > Customer & Vendor Profile Lists > Terms List), or use a term of another name here."
    )


def _form(values: Values) -> _Form:
    form = _FORMS.get(values.get("form") or "")
    if form is None:
        raise CannotSend(f"Form is {values.get('form')!r}; it must be {' or '.join(_FORMS)}.")
    return form
