"""What each setting of ``jobs`` would make of the user's own file, before anything is approved (spec 3.6). Reads what
QuickBooks has shown, writes nothing, and asks nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import select

from fieldledger.journal import Journal, Tx
from fieldledger.journal.schema import sights as sights_table
from fieldledger.model.kinds import Kind, Side
from fieldledger.model.names import name_key
from fieldledger.model.record import unpack
from fieldledger.office.companies import find
from fieldledger.policy.kinds import customer
from fieldledger.policy.settings import BY_KEY, as_policy, complete

SAMPLE = 20
NAMES_SHOWN = 5


class Seen(NamedTuple):
    """A customer or job of QuickBooks. names: own Names from the top of its tree down, None when one above was never
    seen."""

    id: str
    full_name: str
    values: Mapping[str, Any]
    top: str
    names: tuple[str, ...] | None


def preview(journal: Journal, company: str) -> dict[str, Any]:
    """customers, jobs, left_out (inactive ones, which no first sync brings over), chosen (the settings as they are) and
    choices: for each setting of jobs, and for each job_name under as_customers, what the field system would get:

    jobs, job_name     the settings; job_name is blank where it says nothing
    customers          how many customers there would be
    locations          how many service locations they would have, of Ship To lists and of jobs
    locations_of_jobs  how many of these stand for a job
    left_out           how many jobs would be nowhere
    shared             how many names several customers would bear, and names: the most frequent of them, with how often
    sample             up to 20 jobs: full_name, becomes (in words)
    """
    with journal.read() as tx:
        settings = complete(find(tx, company).settings)
        every = list(_seen(tx, company))
    kept = [each for each in every if each.values.get("active") is not False]
    there = {each.id for each in kept}
    jobs = [each for each in kept if each.top != each.id]
    orphans = sum(1 for job in jobs if job.top not in there)
    choices = [
        _choice(kept, jobs, {**settings, "jobs": how, "job_name": name or settings["job_name"]}, name)
        for how in BY_KEY["jobs"].allowed
        for name in (BY_KEY["job_name"].allowed if how == "as_customers" else ("",))
    ]
    return {
        "customers": len(kept) - len(jobs),
        "jobs": len(jobs),
        "left_out": len(every) - len(kept),
        "under_inactive": orphans,
        "chosen": {"jobs": settings["jobs"], "job_name": settings["job_name"]},
        "choices": choices,
    }


def _choice(kept: list[Seen], jobs: list[Seen], settings: Mapping[str, str], job_name: str) -> dict[str, Any]:
    policy = as_policy(settings)
    as_customers, as_locations = policy.jobs == "as_customers", policy.jobs == "as_locations"
    below: dict[str, list[customer.JobSeen]] = {}
    for job in jobs if as_locations else ():
        below.setdefault(job.top, []).append(customer.JobSeen(job.id, job.values))
    customers = [
        (each, customer.to_field(each.values, each.names or (each.values.get("name") or "",), policy,
                                 tuple(below.get(each.id, ()))))
        for each in kept
        if each.top == each.id or as_customers
    ]  # fmt: skip
    made = {each.id: values["name"] or "" for each, values in customers}
    names = Counter(name_key(values["name"]) for _, values in customers)
    called = {name_key(values["name"]): values["name"] for _, values in reversed(customers)}
    shared = sorted(
        ((count, called[key]) for key, count in names.items() if count > 1), key=lambda x: (-x[0], x[1])
    )
    places = {each.id: values["locations"] or () for each, values in customers}
    of_jobs = {
        place["job"]: (top, place) for top, all_ in places.items() for place in all_ if place.get("job")
    }
    return {
        "jobs": policy.jobs,
        "job_name": job_name,
        "customers": len(customers),
        "locations": sum(map(len, places.values())),
        "locations_of_jobs": len(of_jobs),
        "left_out": sum(1 for job in jobs if job.id not in made and job.id not in of_jobs),
        "shared": len(shared),
        "names": [{"name": name, "count": count} for count, name in shared[:NAMES_SHOWN]],
        "sample": [
            {"full_name": job.full_name, "becomes": _becomes(job, made, of_jobs)} for job in jobs[:SAMPLE]
        ],
    }


def _becomes(
    job: Seen, customers: Mapping[str, str], of_jobs: Mapping[str, tuple[str, Mapping[str, Any]]]
) -> str:
    if job.id in customers:
        return f"Customer “{customers[job.id]}”"
    if job.id in of_jobs:
        top, place = of_jobs[job.id]
        return f"Service location “{place['name']}” of “{customers[top]}”"
    return "Left out"


def _seen(tx: Tx, company: str) -> Iterator[Seen]:
    """Everything that QuickBooks has shown and that is there, by full name; a job after its customer."""
    query = select(
        sights_table.c.record, sights_table.c.parent, sights_table.c.full_name, sights_table.c.packed
    ).where(
        sights_table.c.company == company, sights_table.c.side == Side.BOOKS, sights_table.c.kind == Kind.CUSTOMER,
        sights_table.c.gone.is_(None),
    )  # fmt: skip
    found = {row.record: (row.parent, row.full_name, unpack(row.packed)) for row in tx.execute(query)}
    for record, (_, full_name, values) in sorted(
        found.items(), key=lambda each: (each[1][1].casefold(), each[0])
    ):
        above, names, at = [record], [values.get("name") or ""], found[record][0]
        whole = True
        while at is not None and at not in above:
            if at not in found:
                whole = False
                break
            above.append(at)
            names.append(found[at][2].get("name") or "")
            at = found[at][0]
        top = above[-1] if whole else found[record][0] or record
        yield Seen(record, full_name, values, top, tuple(reversed(names)) if whole else None)
