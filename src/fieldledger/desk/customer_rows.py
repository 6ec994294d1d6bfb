"""A customer between the database and everybody else: rows into values, values into rows, values as they are shown.

It decides nothing about what may be written; `customers` does.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, select

from fieldledger.desk import locations, references, sync_words
from fieldledger.desk.customers import FIELDS, REFERENCES
from fieldledger.desk.schema import customer_locations, customers
from fieldledger.desk.texts import fold

KIND = "customer"
PLAIN = tuple(name for name in FIELDS if name not in ("billing_address", "locations"))
SEARCHED = ("name", "first_name", "last_name", "email", "phone", "alt_phone")


@dataclass(slots=True)
class State:
    """One customer in memory. values: every one of FIELDS; locations without their stand-in, references as numbers.
    names: what those are called; taxes: the same for the tax rates of its locations, by number."""

    id: int
    version: int
    position: int
    created_at: str
    modified_at: str
    origin: str
    values: dict[str, Any]
    next_location: int = 1
    deleted: bool = False
    sync: dict[str, str] | None = None
    names: dict[str, str | None] = field(default_factory=dict)
    taxes: Mapping[int, str] = field(default_factory=dict)


def load(tx: Connection, company: str, ids: Iterable[int]) -> dict[int, State]:
    """The customers of these numbers, deleted ones too; unknown numbers are left out."""
    query = select(customers).where(customers.c.company == company, customers.c.id.in_(list(ids)))
    return {state.id: state for state in states(tx, company, tx.execute(query).all())}


def states(tx: Connection, company: str, rows: Sequence[Row[Any]]) -> list[State]:
    """Rows of customers, in their order, with their locations, sync statuses and the names of what they refer to."""
    ids = [row.id for row in rows]
    places = _locations(tx, company, ids)
    badges = sync_words.load(tx, company, KIND, ids)
    taxes = {each["tax_item"] for locations_of in places.values() for each in locations_of} - {None}
    called = references.names(tx, company, [row._mapping for row in rows], taxes)
    found = []
    for row in rows:
        known = row._mapping
        values = {name: known[name] for name in PLAIN}
        values["billing_address"] = json.loads(row.billing_address) if row.billing_address else None
        values["locations"] = places.get(row.id, [])
        found.append(
            State(
                row.id, row.version, row.position, row.created_at, row.modified_at, row.origin, values,
                row.next_location, row.deleted, badges.get(row.id),
                {name: called[name].get(values[name]) for name in REFERENCES}, called[references.TAX],
            )
        )  # fmt: skip
    return found


def _locations(tx: Connection, company: str, ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    table = customer_locations.c
    query = (
        select(
            table.customer, table.id, table.name, table.is_default, table.address, table.job, table.tax_item
        )
        .where(table.company == company, table.customer.in_(ids))
        .order_by(table.customer, table.place)
    )
    found: dict[int, list[dict[str, Any]]] = {}
    for row in tx.execute(query):
        location = {
            "id": row.id,
            "name": row.name,
            "is_default": row.is_default,
            "address": json.loads(row.address),
            "job": row.job,
            "tax_item": row.tax_item,
        }
        found.setdefault(row.customer, []).append(location)
    return found


def columns(company: str, state: State) -> dict[str, Any]:
    """A row of customers."""
    values = state.values
    billing = values["billing_address"]
    return {
        "company": company, "id": state.id, "version": state.version, "position": state.position,
        "deleted": state.deleted, "created_at": state.created_at, "modified_at": state.modified_at,
        "origin": state.origin, "next_location": state.next_location,
        **{name: values[name] for name in PLAIN},
        "billing_address": json.dumps(billing, ensure_ascii=False) if billing else None,
        "name_key": fold(values["name"]), "search": _searched(values),
    }  # fmt: skip


def location_rows(company: str, state: State) -> list[dict[str, Any]]:
    """Rows of customer_locations, in their order."""
    return [
        {
            "company": company, "customer": state.id, "id": location["id"], "place": place,
            "name": location["name"], "name_key": fold(location["name"]), "is_default": location["is_default"],
            "address": json.dumps(location["address"], ensure_ascii=False), "job": location["job"],
            "tax_item": location["tax_item"],
        }
        for place, location in enumerate(state.values["locations"], 1)
    ]  # fmt: skip


def shown(state: State) -> dict[str, Any]:
    """A customer as everybody outside sees it."""
    return {
        "id": state.id, "version": state.version, "created_at": state.created_at,
        "modified_at": state.modified_at, "origin": state.origin,
        **state.values, **{name: state.names.get(name) for name in REFERENCES},
        **{f"{name}_id": state.values[name] for name in REFERENCES},
        "locations": locations.shown(state.values, state.taxes), "sync": state.sync,
    }  # fmt: skip


def with_place(customer: Mapping[str, Any]) -> dict[str, Any]:
    """With the address that tells it from others of its name: its default location's, else the first one's."""
    places = customer["locations"]
    chosen = next((each for each in places if each["is_default"]), places[0])
    return {**customer, "place": chosen["address"] or customer["billing_address"] or {}}


def bare(text: str | None) -> str:
    """Folded, and without accents, so that "jose" finds José."""
    folded = fold(text)
    if folded.isascii():
        return folded
    apart = unicodedata.normalize("NFKD", folded)
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def digits(text: str | None) -> str:
    return "".join(sign for sign in text or "" if sign.isdigit())


def _searched(values: Mapping[str, Any]) -> str:
    """What a search looks through: name, contact, phones as written and as digits, every address line, and the names
    of QuickBooks jobs (its own locations are mostly called "Ship To 1", spec 3.4)."""
    parts = [values[name] for name in SEARCHED]
    parts += [digits(values["phone"]), digits(values["alt_phone"])]
    for address in (values["billing_address"] or {}, *(each["address"] for each in values["locations"])):
        parts += address.values()
    parts += [each["name"] for each in values["locations"] if each["job"]]
    return bare(" ".join(dict.fromkeys(filter(None, parts))))
