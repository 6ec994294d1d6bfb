"""Service locations of a customer: which stored one each given one means, and what only the sync may do to them.

A location that stands for a QuickBooks job (spec 3.2) is written by the sync alone. Everybody else may send it back as
it was read, or leave it out: it stays. Only its tax rate is the desk's: QuickBooks knows none of a place's, so anybody
may choose it, and whoever does not speak of it, as the sync, leaves it as it is. Nothing here touches the database, and
nothing is changed in what it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from fieldledger.desk.customers import Meant
from fieldledger.desk.judging import Refused
from fieldledger.desk.texts import fold

Values: TypeAlias = Mapping[str, Any]
Given: TypeAlias = list[tuple[int, dict[str, Any]]]
"""Locations with the number in the list that was sent; -1 for those that were left out and stay."""
Taxed: TypeAlias = Callable[[int, Meant, int | None], int | None]
"""taxed(number in the list that was sent, what was written, the tax rate that it had) gives the one that it has now."""

STORED = ("id", "name", "is_default", "address", "job")
FROM_A_JOB = (
    "This service location comes from a QuickBooks job; change it in QuickBooks. To add another one here, give it "
    "another name."
)
ONLY_THE_SYNC = "Only the sync with QuickBooks says which job a service location stands for; leave this out."


def arrange(
    given: Sequence[Values], before: Values | None, billing: Mapping[str, str] | None, next_id: int, taxed: Taxed, *,
    by_sync: bool,
) -> tuple[list[dict[str, Any]], int]:  # fmt: skip
    """The locations to store and the next free number.

    given    as `values_of` makes them
    before   the customer's values before the write, None for a new one; billing: its billing address after it
    Each keeps the number that it came with if it is one of the customer's; else a job's location the one that the job
    had, any other the one that its name had; else it gets a new one. With the number it keeps the tax rate, where none
    was written. A stand-in that comes back unedited is not stored. Raises `Refused`.
    """
    old = before["locations"] if before else []
    wanted: Given = [(number, dict(each)) for number, each in enumerate(given)]
    if not by_sync:
        wanted = _with_jobs(wanted, old)
    if not own(old):
        stood_in = [billing or {}, (before or {}).get("billing_address") or {}]
        wanted = [
            (number, each)
            for number, each in wanted
            if not (each.get("stand_in") and each["address"] in stood_in and not _chosen(each))
        ]
    _check_names(wanted)
    return _numbered(wanted, old, next_id, taxed)


def own(locations: Sequence[Values]) -> list[Values]:
    """Those of the customer itself: what QuickBooks keeps as its Ship To list."""
    return [each for each in locations if not each["job"]]


def shown(values: Values, taxes: Mapping[int, str]) -> list[dict[str, Any]]:
    """Locations as everybody outside sees them. Where there is none of its own, the billing address stands in for it,
    which is stored nowhere (spec 3.4); no default is made up. taxes: what their tax rates are called."""
    locations = [
        {
            **each, "tax_item": taxes.get(each["tax_item"]), "tax_item_id": each["tax_item"],
            "stand_in": False,
        }
        for each in values["locations"]
    ]  # fmt: skip
    if own(locations):
        return locations
    stand_in = {
        "id": None, "name": values["name"], "is_default": False, "address": values["billing_address"] or {},
        "job": None, "tax_item": None, "tax_item_id": None, "stand_in": True,
    }  # fmt: skip
    return [stand_in, *locations]


def _with_jobs(wanted: Given, old: Sequence[Values]) -> Given:
    """What somebody else than the sync sent, with the locations of jobs as they are. Raises `Refused` where one was to
    be changed, and where one was to be made."""
    jobs = [each for each in old if each["job"]]
    known = {
        key: each
        for each in jobs
        for key in (("id", each["id"]), ("job", each["job"]), ("name", fold(each["name"])))
    }
    errors: list[dict[str, str]] = []
    kept: Given = []
    sent: set[int] = set()
    for number, each in wanted:
        job = _meant(each, known)
        if job is None and each["job"]:
            errors.append({"field": f"locations.{number}.job", "message": ONLY_THE_SYNC})
        elif job is None:
            kept.append((number, each))
        elif touched := _touched(each, job):
            errors.append({"field": f"locations.{number}.{touched}", "message": FROM_A_JOB})
        else:
            sent.add(job["id"])
            default = job["is_default"] and each["is_default"]
            kept.append((number, {**job, "is_default": default, "meant": each["meant"]}))
    if errors:
        raise Refused(errors)
    chosen = any(each["is_default"] for _, each in kept)
    for place, there in enumerate(old):  # whoever leaves one out finds it where it was
        if there["job"] and there["id"] not in sent:
            stays = {**there, "is_default": there["is_default"] and not chosen}
            kept.insert(min(place, len(kept)), (-1, stays))
    return kept


def _meant(given: Values, known: Mapping[tuple[str, Any], Values]) -> Values | None:
    """The job's location that this one means: by its number, else by its job, else by its name. A stand-in bears the
    customer's name, which a job may bear as well."""
    if given["id"] is not None:
        return known.get(("id", given["id"]))
    if given["stand_in"]:
        return None
    return known.get(("job", given["job"])) or known.get(("name", fold(given["name"])))


def _touched(given: Values, job: Values) -> str | None:
    """The first key of a job's location that would change. What was not stated is left alone, and the default may be
    taken away from it, by choosing another."""
    for key in ("job", "name", "address"):
        if key in given["stated"] and given[key] != job[key]:
            return key
    return "is_default" if given["is_default"] and not job["is_default"] else None


def _chosen(given: Values) -> bool:
    """Whether a tax rate was chosen for it: a stand-in of which that is said is one no more."""
    wish: Meant | None = given.get("meant")
    return wish is not None and (wish.name is not None or wish.id is not None)


def _check_names(wanted: Given) -> None:
    """Names differ within a customer, those of jobs included (spec 3.4)."""
    seen: set[str] = set()
    # Those of jobs are looked at first: they do not yield, so the error points at the other one.
    for number, each in sorted(wanted, key=lambda pair: (not pair[1]["job"], pair[0])):
        key = fold(each["name"])
        if key in seen:
            told = f"Another service location is named {each['name']!r}; give this one a name of its own."
            raise Refused([{"field": f"locations.{number}.name", "message": told}])
        seen.add(key)


def _numbered(
    wanted: Given, old: Sequence[Values], next_id: int, taxed: Taxed
) -> tuple[list[dict[str, Any]], int]:
    known = {each["id"]: each for each in old}
    by_name = {fold(each["name"]): each["id"] for each in own(old)}
    by_job = {each["job"]: each["id"] for each in old if each["job"]}
    taken = {each["id"] for _, each in wanted if each["id"] in known}
    numbered = []
    for number, each in wanted:
        id = each["id"]
        if id not in known:
            id = by_job.get(each["job"]) if each["job"] else by_name.get(fold(each["name"]))
            if id is None or id in taken:
                id, next_id = next_id, next_id + 1
        taken.add(id)
        tax = known[id]["tax_item"] if id in known else None
        if (wish := each.get("meant")) is not None:
            tax = taxed(number, wish, tax)
        numbered.append({**{key: each[key] for key in STORED}, "id": id, "tax_item": tax})
    return numbered, next_id
