"""Turns the filters of a list query into conditions for the store.

The conditions are made of constants; whatever came from outside is passed as a value. Text is compared without
case, times as local wall time.
"""

from __future__ import annotations

from typing import Protocol

from lxml import etree

from quickbooks_sim.companyfile import CompanyFile
from quickbooks_sim.money import cents
from quickbooks_sim.ordering import key
from quickbooks_sim.records import by_full_name, by_id
from quickbooks_sim.status import BAD_NAME_RANGE, BAD_RANGE, Refusal, bad_date
from quickbooks_sim.tables.lists import KINDS


class Wanted(Protocol):
    """Takes one condition and its values."""

    def __call__(self, part: str, *more: object) -> None:
        """Adds them."""


_COMPARE = {
    "LessThan": "<",
    "LessThanEqual": "<=",
    "Equal": "=",
    "GreaterThan": ">",
    "GreaterThanEqual": ">=",
}


def text(element: etree._Element, path: str) -> str | None:
    """The text at a path below the element, or None if it is not there."""
    found = element.find(path)
    return None if found is None else (found.text or "")


def time_range(
    company: CompanyFile, request: etree._Element, low: str, high: str
) -> tuple[str | None, str | None]:
    """The two ends of a range in local wall time; 3020 for impossible dates, 3030 for a range backwards."""
    clock = company.clock()
    ends: list[str | None] = []
    for name, upper in ((low, False), (high, True)):
        given = text(request, name)
        wall = clock.filter_wall(given, upper) if given else None
        if given and wall is None:
            raise Refusal(bad_date(given, name))
        ends.append(wall)
    if ends[0] and ends[1] and ends[0] > ends[1]:
        raise Refusal(BAD_RANGE)
    return ends[0], ends[1]


def conditions(
    company: CompanyFile, kinds: tuple[str, ...], request: etree._Element
) -> tuple[str, tuple[object, ...]]:
    """The condition text and its values for a query by filters."""
    parts: list[str] = []
    values: list[object] = []

    def want(part: str, *more: object) -> None:
        parts.append(part)
        values.extend(more)

    if len(kinds) == 1:
        want("kind = ?", kinds[0])
    else:
        want(f"space = ? and kind in ({', '.join('?' * len(kinds))})", KINDS[kinds[0]].space, *kinds)
    active = text(request, "ActiveStatus") or "ActiveOnly"
    if active != "All":
        want("is_active = ?", active == "ActiveOnly")
    low, high = time_range(company, request, "FromModifiedDate", "ToModifiedDate")
    if low:
        want("modified_wall >= ?", low)
    if high:
        want("modified_wall <= ?", high)
    _name_conditions(request, want)
    operator = text(request, "TotalBalanceFilter/Operator")
    if operator is not None:
        want(f"total_balance {_COMPARE[operator]} ?", cents(text(request, "TotalBalanceFilter/Amount") or ""))
    types = [child.text or "" for child in request if child.tag == "AccountType"]
    if types:
        matches = " or ".join(["instr(body, ?) > 0"] * len(types))
        want(f"({matches})", *(f'["AccountType","{name}"]' for name in types))
    _reference_condition(company, request, "ClassFilter", "ClassRef", want)
    _reference_condition(company, request, "CurrencyFilter", "CurrencyRef", want)
    return " and ".join(parts), tuple(values)


def _name_conditions(request: etree._Element, want: Wanted) -> None:
    criterion = text(request, "NameFilter/MatchCriterion")
    if criterion is not None:
        part = key(text(request, "NameFilter/Name") or "")
        if criterion == "Contains":
            want("instr(full_key, ?) > 0", part)
        elif criterion == "StartsWith":
            want("substr(full_key, 1, ?) = ?", len(part), part)
        elif part:
            want("substr(full_key, -?) = ?", len(part), part)
    low, high = text(request, "NameRangeFilter/FromName"), text(request, "NameRangeFilter/ToName")
    if low and high and key(low) > key(high):
        raise Refusal(BAD_NAME_RANGE)
    if low:
        want("full_key >= ?", key(low))
    if high:
        # Names that begin with the upper end belong to the range.
        want("substr(full_key, 1, ?) <= ?", len(key(high)), key(high))


def _reference_condition(
    company: CompanyFile, request: etree._Element, name: str, element: str, want: Wanted
) -> None:
    box = request.find(name)
    if box is None:
        return
    kind = element.removesuffix("Ref")
    wanted: list[str] = []
    for child in box:
        given = child.text or ""
        look = by_id if str(child.tag).startswith("ListID") else by_full_name
        record = look(company, (kind,), given)
        if record is None:
            continue
        wanted.append(record.list_id)
        if str(child.tag).endswith("WithChildren"):
            below = company.execute(
                "select list_id from record where space = ? and substr(full_key, 1, ?) = ?",
                (kind, len(key(record.full_name)) + 1, key(record.full_name) + ":"),
            )
            wanted.extend(row["list_id"] for row in below.fetchall())
    marks = ", ".join("?" * len(wanted))
    want(
        # Only question marks are put in.
        "exists (select 1 from reference f where f.space = record.space and f.list_id = record.list_id "  # noqa: S608
        f"and f.element = ? and f.target_id in ({marks}))",
        element,
        *wanted,
    )
