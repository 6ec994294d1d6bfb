"""Invents many customers and jobs, for measuring. The same number gives the same records in every file."""

from __future__ import annotations

import random

from quickbooks_sim.companyfile import CompanyFile
from quickbooks_sim.engine.addresses import ship_to_fields
from quickbooks_sim.fields import Fields
from quickbooks_sim.records import Record, add, new_list_id
from quickbooks_sim.tables.words import words

_FIRST = words(
    "Ada Bert Cora Dan Ella Fred Gwen Hal Iris Jack Kim Lou Mia Ned Opal Pete Quinn Rosa Saul Tess Uma Vic Wren Xena"
)
_LAST = words(
    "Archer Bell Cole Drake Ellis Frost Grant Hale Irwin Jones Knox Lamb Marsh Nash Owens Price Reed Stone"
)
_STREET = words("Oak Elm Mill Lake Hill River Church Spring Cedar Maple")
_TOWN = (("Harlow", "OH", "44105"), ("Fairview", "OH", "44126"), ("Milford", "OH", "45150"))
_WORK = ("Boiler", "Bathroom", "Heat pump", "Kitchen", "Annual service")


def generate_customers(company: CompanyFile, number: int) -> None:
    """Adds `number` customers and jobs (about four in ten are jobs). Inside a writing span of the caller."""
    chance = random.Random(number)  # noqa: S311 - invented names, not secrets
    clock = company.clock()
    now = clock.now()
    parent: Record | None = None
    jobs = 0
    for index in range(number):
        town, state, code = chance.choice(_TOWN)
        street = f"{chance.randint(1, 999)} {chance.choice(_STREET)} Street"
        first, last = chance.choice(_FIRST), chance.choice(_LAST)
        is_job = parent is not None and jobs < len(_WORK) and chance.random() < 0.4
        name = f"{_WORK[jobs]} {jobs + 1}" if is_job else f"{last}, {first} {index:05}"
        jobs = jobs + 1 if is_job else 0
        address: Fields = [("Addr1", f"{first} {last}"), ("Addr2", street), ("City", town), ("State", state)]
        address.append(("PostalCode", code))
        places: list[Fields] = [
            [("Name", f"Ship To {place + 1}"), *address, ("DefaultShipTo", "true" if place == 0 else "false")]
            for place in range(chance.randint(0, 3))
        ]
        body: Fields = [
            ("FirstName", first),
            ("LastName", last),
            ("BillAddress", address),
            ("Phone", f"216-555-{index % 10000:04}"),
            ("Email", f"{first}.{last}.{index}@example.com".lower()),
            *ship_to_fields(places),
        ]
        created = now - chance.randint(0, 3 * 365 * 86400)
        stamp = clock.printed(created)
        above = parent if is_job else None
        record = add(
            company,
            Record(
                "Entity",
                new_list_id(company, "Entity", created),
                "Customer",
                name,
                f"{above.full_name}:{name}" if above else name,
                above.list_id if above else None,
                1 if above else 0,
                True,
                str(created),
                stamp,
                stamp,
                clock.wall(created),
                0,
                0,
                body,
            ),
        )
        if not is_job:
            parent = record
