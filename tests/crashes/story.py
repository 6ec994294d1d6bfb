"""The story that is told over and over: a first import, then days of edits on both sides.

It names no crash. Whatever dies on the way, it must end as if nothing had died (spec 10.1, 10.2, 10.4).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fieldledger.desk.customers import CustomerCreate, CustomerFields
from fieldledger.journal import events, links, plans, runs
from fieldledger.model.kinds import Kind, Side
from fieldledger.office import companies as office
from fieldledger.office import views
from tests.support.world import Ended, World

PAGE = "12"
"""Records per page: the sample's 40 customers and jobs come in four pages, so that iterators die in the middle."""


def prepare(folder: Path, approve: str) -> str:
    """A world in which nothing has happened yet; returns the company's id. approve: the setting approve_plans."""
    with World(folder, {"approve_plans": approve}, sample=True) as world:
        with world.journal.write() as tx:
            runs.move_cursor(tx, world.company, "page:customer", PAGE)
        create(world, "RIVERBEND brewing", notes="typed in twice")
        create(world, "Only in the field", phone="1")
        return world.company


def create(world: World, name: str, **fields: Any) -> None:
    world.store.create(world.company, CustomerCreate.model_validate({"name": name, **fields}))


def change(world: World, who: str, **fields: Any) -> None:
    """Somebody edits the first customer of this name in the desk."""
    world.store.change(world.company, found(world, who), CustomerFields.model_validate(fields), None)


def found(world: World, name: str) -> int:
    return min(customer["id"] for customer in world.customers() if customer["name"] == name)


def first_day(world: World) -> None:
    """The first import."""


def second_day(world: World) -> None:
    """Edits in QuickBooks of every sort, and edits in the desk that must not travel."""
    world.edit(
        'customer "Baker Residence" set phone="503-555-7777" terms="Due on receipt"\n'
        'customer "Terrace Hotel" rename "Terrace Inn"\n'
        'customer "Quarry Lane 16" inactive\n'
        'customer "Main St. Market" active\n'
        'customer add name="Latecomer" phone=503-555-0888\n'
        'customer add name="Well pump" parent="Latecomer" phone=503-555-0889\n'
        'customer "Harbor View Apartments" balance 12.50'
    )
    change(world, "Andersen, Liv", phone="555-9999", notes="prefers mornings")
    world.store.delete(world.company, found(world, "Anderson, Liv"))


def third_day(world: World) -> None:
    """A held duplicate is solved, a record is deleted for good, a one-way edit is overwritten."""
    world.edit(
        'customer "Andersen, Liv" set email="liv@example.com"\n'
        'customer "Latecomer:Well pump" delete\n'
        'customer "Terrace Inn" rename "Terrace Hotel"\n'
        'customer "Baker Residence" shipto add name=Cabin addr1="1 Lake Rd" city=Harlow'
    )
    change(world, "RIVERBEND brewing", name="Riverbend Brewing (old)")


DAYS: tuple[Callable[[World], None], ...] = (first_day, second_day, third_day)


def until_quiet(world: World, session: Callable[[], Ended], most: int = 12) -> None:
    """Sessions, a quarter of an hour apart, until one of them did nothing and nothing is left (spec 10.3); a plan that
    waits is approved. Fails when it takes more than ``most`` (spec 10.4)."""
    for _ in range(most):
        world.time += 900
        ended = session()
        waiting = world.status()["plan_waiting"]
        if waiting:
            office.approve(world.journal, world.company, waiting["plan"], who="a person")
        elif ended.outcome == "finished" and quiet(world):
            return
    raise AssertionError(f"not in step after {most} sessions: {world.status()}")


def quiet(world: World) -> bool:
    """The last run did nothing, and nothing is left (spec 10.3)."""
    last = views.log(world.journal, world.company, 1)[0]
    events_of_it = views.run(world.journal, world.company, last["run"])["events"]
    return last["outcome"] == "done" and not events_of_it and not world.status()["left"]


def state(world: World) -> dict[str, Any]:
    """How the world is now, without numbers that depend on the order of things."""
    customers = world.customers()
    with world.journal.read() as tx:
        tied = links.load(
            tx, world.company, Side.FIELD, Kind.CUSTOMER, [str(each["id"]) for each in customers]
        )
        made = _made(events.newest(tx, world.company, 100_000))
        assert plans.left(tx, world.company) == 0
    return {
        "customers": sorted(_values(each, str(each["id"]) in tied) for each in customers),
        "attention": sorted((hold["name"], hold["reason"], hold["waiting"]) for hold in world.attention()),
        "rests": sorted((rest["reason"], rest["count"]) for rest in world.status()["not_synced"]),
        "ever made in the desk": max(each["id"] for each in customers),
        "created": sorted(made),
    }


def _values(customer: dict[str, Any], linked: bool) -> str:
    kept = {key: value for key, value in customer.items() if key not in ("id", "version", "created_at", "modified_at",
                                                                           "origin", "sync", "locations")}  # fmt: skip
    places = [{key: value for key, value in place.items() if key != "id"} for place in customer["locations"]]
    badge = {key: customer["sync"][key] for key in ("status", "books_name")} if customer["sync"] else None
    return repr((customer["name"], kept, places, badge, linked))


def _made(happened: list[events.Event]) -> list[tuple[str, int]]:
    """How often each books record was created in the field: once, whatever happened (spec 10.1)."""
    return list(
        Counter(
            event.books for event in happened if event.what == "created" and event.kind == "customer"
        ).items()
    )
