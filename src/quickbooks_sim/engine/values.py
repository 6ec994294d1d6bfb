"""Judges the values of a request: the second of QuickBooks' two refusals, a status per request.

Lengths, amounts, dates, booleans, IDs. It also finds the fields that the desktop edition ignores (530).
Structure has been judged before; nothing here may refuse a whole set.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from lxml import etree

from quickbooks_sim.money import amount, cents
from quickbooks_sim.status import (
    Status,
    bad_amount,
    bad_boolean,
    bad_date,
    bad_id,
    bad_request_id,
    bad_value,
    ignored_field,
    too_long,
)
from quickbooks_sim.tables.editions import ignores
from quickbooks_sim.tables.grammar import Child, Model, aggregate, request_model

_AMOUNT = re.compile(r"([+\-]?[0-9]{1,13}(\.[0-9]{2})?)?")
_PERCENT = re.compile(r"([+\-]?[0-9]{1,10}(\.[0-9]{1,5})?)?")
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)|")
_TIME = re.compile(r"(\d{4}-\d{1,2}-\d{1,2}(T\d{1,2}(:\d{1,2}(:\d{1,2}([+-]\d{1,2}:\d{1,2})?)?)?)?)?")
_GUID = re.compile(r"0|\{[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}")
_ID_LENGTH = 36
REQUEST_ID_LENGTH = 50


def first_problem(request: etree._Element) -> Status | None:
    """The status of the first value that QuickBooks cannot take, or None."""
    request_id = str(request.get("requestID") or "")
    if len(request_id) > REQUEST_ID_LENGTH:
        return bad_request_id(request_id)
    wanted = request_model(str(request.tag))
    return None if wanted is None else _problem_in(request, wanted)


def ignored_fields(request: etree._Element, country: str) -> list[Status]:
    """A warning (530) for each field that the edition of the country ignores. `request` is an Add or Mod."""
    return [
        ignored_field(rule.name)
        for box in request[:1]
        for child in box
        if is_ignored(country, box, rule := aggregate(str(box.tag)).children[str(child.tag)])
    ]


def is_ignored(country: str, box: etree._Element, rule: Child) -> bool:
    """Whether the edition of the country ignores this field of an Add or Mod."""
    return ignores(country, str(box.tag), rule.name, rule.ignored)


def _problem_in(element: etree._Element, wanted: Model) -> Status | None:
    for child in element:
        rule = wanted.children[str(child.tag)]
        if rule.type.startswith("@"):
            problem = _problem_in(child, aggregate(rule.type[1:]))
        else:
            problem = value_problem(rule.type, child.text or "", rule.name)
        if problem is not None:
            return problem
    return None


def value_problem(kind: str, value: str, field: str) -> Status | None:
    """The status if `value` does not fit the type `kind` (as written in the tables), else None."""
    if kind.startswith("="):
        return None
    if kind.startswith("s"):
        limit = kind[1:]
        return too_long(value, field) if limit and len(value) > int(limit) else None
    if kind.startswith("int"):
        return _integer(kind, value, field)
    return _CHECKS[kind](value, field)


def normal(kind: str, value: str) -> str:
    """A value that fits its type, in the one form in which QuickBooks keeps it: ``1`` is true, ``+5`` is 5.00."""
    if kind.startswith(("s", "=")):
        return value
    value = value.strip()
    if kind == "bool":
        return {"1": "true", "0": "false"}.get(value, value)
    if kind == "amt":
        return amount(cents(value)) if value else ""
    if kind == "pct":
        return value.removeprefix("+")
    return str(int(value)) if kind.startswith("int") else value


def _integer(kind: str, value: str, field: str) -> Status | None:
    if kind == "int":
        return None
    low, high = (int(part) for part in kind[3:].split(".."))
    return None if low <= int(value) <= high else bad_value(field, value)


def _matches(
    pattern: re.Pattern[str], make: Callable[[str, str], Status]
) -> Callable[[str, str], Status | None]:
    return lambda value, field: None if pattern.fullmatch(value) else make(value, field)


def _date(value: str, field: str) -> Status | None:
    match = _DATE.fullmatch(value.strip())
    if match is None:
        return bad_date(value, field)
    if match[1] is not None:
        month, day, year = int(match[2]), int(match[3]), int(match[1])
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        days = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
        if not (1 <= month <= 12 and 1 <= day <= days[month - 1] and year):
            return bad_date(value, field)
    return None


def _boolean(value: str, field: str) -> Status | None:
    return None if value.strip() in ("true", "false", "1", "0", "") else bad_boolean(value, field)


def _identity(value: str, field: str) -> Status | None:
    return bad_id(value, field) if len(value) > _ID_LENGTH else None


def _guid(value: str, field: str) -> Status | None:
    return None if _GUID.fullmatch(value) else bad_value(field, value)


_CHECKS: dict[str, Callable[[str, str], Status | None]] = {
    "amt": _matches(_AMOUNT, bad_amount),
    "pct": _matches(_PERCENT, lambda value, field: bad_value(field, value)),
    "time": _matches(_TIME, bad_date),
    "date": _date,
    "bool": _boolean,
    "id": _identity,
    "guid": _guid,
}
