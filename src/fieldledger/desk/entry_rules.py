"""The rules of entries that depend on the other entries, or on who writes. They hold for every way in, and touch no
database: what they look at is given to them.

People and their programs are held to what makes sense. The sync writes what QuickBooks has, and QuickBooks knows
entries that nobody would make by hand (a tax without a rate, say), so for it only that holds without which the lists
would contradict themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple, TypeAlias

from fieldledger.desk.texts import shortest

Errors: TypeAlias = list[dict[str, str]]
Values: TypeAlias = Mapping[str, Any]


class Draft(NamedTuple):
    """An entry as it is to be.

    given   what was written of it; values: all of it; before: as it was, None for a new one
    id      its number, None for a new one; others: every entry of the list that is there, itself included, by number
    """

    given: Values
    values: Values
    before: Values | None
    id: int | None
    others: Mapping[int, Values]
    by_sync: bool


Rule: TypeAlias = Callable[[Draft], Errors]

RATE_TOLD = "A tax needs a rate, such as 8.25, or the taxes that it is the sum of."
TERM_FIELDS: Mapping[str, tuple[str, ...]] = {
    "standard": ("due_days", "discount_days"),
    "date_driven": ("due_day", "next_month_days", "discount_day"),
}
DISCOUNT = ("discount_percent", "discount_days", "discount_day")
FORMS: Mapping[str, str] = {"standard": "days after the invoice", "date_driven": "a day of the month"}


def group_rate(components: list[int], others: Mapping[int, Values]) -> str:
    """The exact sum of its members' rates, as percent text. Never stored."""
    return shortest(sum((Decimal(others[id]["rate"] or 0) for id in components), Decimal(0)))


def tax_rate(draft: Draft) -> Errors:
    """A single tax has a rate; a group has members that are single taxes, and no rate of its own."""
    rate, components = draft.given.get("rate"), draft.values["components"]
    errors = _members(draft)
    if errors:
        return errors
    if components:
        total = group_rate(components, draft.others)
        if rate not in (None, total):
            told = f"The rate of a group is the sum of its components, {total}%; change those, or leave this out."
            return [_wrong("rate", told)]
        return []
    if draft.by_sync:
        return []
    if draft.values["rate"] is None:
        return [_wrong("rate", RATE_TOLD)]
    if not 0 <= Decimal(draft.values["rate"]) <= 100:
        return [_wrong("rate", f"A rate lies between 0 and 100; {draft.values['rate']} does not.")]
    return []


def _members(draft: Draft) -> Errors:
    components = draft.values["components"]
    had = draft.before["components"] if draft.before else []
    errors = []
    for number, id in enumerate(components):
        member = draft.others.get(id)
        told = ""
        if id == draft.id:
            told = "A group cannot be a part of itself."
        elif member is None:
            told = f"There is no tax rate {id}; add it first, or leave it out."
        elif member["components"]:
            told = f"{member['name']!r} is a group itself; name the single taxes that it is made of."
        elif not member["active"] and id not in had and not draft.by_sync:
            told = f"{member['name']!r} is retired; choose a tax that is still offered."
        if told:
            errors.append(_wrong(f"components.{number}", told))
    group = next((each for each in draft.others.values() if draft.id in each["components"]), None)
    if components and group is not None and not errors:
        told = f"This tax is a part of {group['name']!r}, and the parts of a group are single taxes."
        errors.append(_wrong("components", told))
    return errors


def payment_term(draft: Draft) -> Errors:
    """A term is due after so many days or on a day of the month, not both."""
    values = draft.values
    errors = []
    for form, names in TERM_FIELDS.items():
        for name in names:
            if form != values["form"] and values[name] is not None:
                told = f"This is for terms that are due by {FORMS[form]}; leave it blank, or change the form."
                errors.append(_wrong(name, told))
    if errors or draft.by_sync:
        return errors
    if values["form"] == "date_driven" and values["due_day"] is None:
        errors.append(_wrong("due_day", "Say on which day of the month it is due, 1 to 31."))
    return errors + _discount(values, draft.before)


def _discount(values: Values, before: Values | None) -> Errors:
    """A discount has a size and a time. What came otherwise from QuickBooks may stay so."""
    if before and all(values[name] == before[name] for name in ("form", *DISCOUNT)):
        return []
    until = "discount_days" if values["form"] == "standard" else "discount_day"
    share = Decimal(values["discount_percent"] or 0)
    if not 0 <= share <= 100:
        return [_wrong("discount_percent", f"A discount lies between 0 and 100 percent; {share} does not.")]
    if share and values[until] is None:
        return [_wrong(until, "Say until when the discount holds, or leave the percentage blank.")]
    if values[until] and not share:
        return [_wrong("discount_percent", "Say how much the discount is, or leave its time blank.")]
    return []


def tax_code(draft: Draft) -> Errors:
    """Nothing in one tax code contradicts another, but its name."""
    return []


def _wrong(field: str, told: str) -> dict[str, str]:
    return {"field": field, "message": told}
