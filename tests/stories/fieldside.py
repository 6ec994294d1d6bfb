"""What people do in the field system, one command a line, in the words of the simulator's edit language.

    customer add name="ABC Plumbing" phone=555-0101
    customer "ABC Plumbing" set phone=555-0102 first=Ann addr1="1 Elm St"
    customer "ABC Plumbing" rename "ABC Pipes"
    customer "ABC Plumbing" inactive | active | delete
    customer "ABC Plumbing" place add name=Cabin addr1="1 Lake Rd" default=true
    customer "ABC Plumbing" place set Cabin addr1="2 Lake Rd" name=Lodge | place remove Cabin
    terms add name="Net 90" days=90

A customer is found by its name; the one that stands for a QuickBooks job by the full name that its badge shows
("Carefree:Main Office"); one of several of a name by its number among them, the oldest first ("ABC Plumbing#2").
It must never do what people cannot: no badge, no link and no QuickBooks is touched here.
"""

from __future__ import annotations

from typing import Any

from fieldledger.model.kinds import Kind
from quickbooks_sim.script import Command, assignments, parse
from tests.support.connector import Stage

FIELDS = {
    "first": "first_name", "last": "last_name", "phone": "phone", "email": "email", "terms": "terms",
    "taxcode": "tax_code", "taxitem": "tax_item",
}  # fmt: skip
ADDRESS = {
    "addr1": "line1", "addr2": "line2", "addr3": "line3", "addr4": "line4", "addr5": "line5", "city": "city",
    "state": "state", "zip": "postal_code", "country": "country", "addrnote": "note",
}  # fmt: skip


def do(stage: Stage, script: str) -> None:
    """Carry out a script. EditError where a command is badly written."""
    for command in parse(script):
        if command.words[:2] == ("terms", "add"):
            _terms(stage, command)
        elif command.words[0] == "customer" and len(command.words) > 2:
            _customer(stage, command)
        else:
            raise command.bad(
                "the field system knows: customer NAME VERB ..., customer add ..., terms add ..."
            )


def _terms(stage: Stage, command: Command) -> None:
    pairs = assignments(command, command.words[2:])
    if pairs.keys() != {"name", "days"}:
        raise command.bad('payment terms are added with a name and days: terms add name="Net 90" days=90')
    stage.other.lists[Kind.PAYMENT_TERM].create(
        stage.company, name=pairs["name"], form="standard", due_days=int(pairs["days"])
    )


def _customer(stage: Stage, command: Command) -> None:
    other, company = stage.other, stage.company
    if command.words[1] == "add":
        pairs = assignments(command, command.words[2:])
        name = pairs.pop("name", "")
        other.create(company, name=name, **_values(command, pairs, {}))
        return
    id, verb, rest = find(stage, command.words[1]), command.words[2], command.words[3:]
    now = other.there(company)[id]
    match verb:
        case "set":
            other.edit(company, id, **_values(command, assignments(command, rest), now))
        case "rename" if len(rest) == 1:
            other.edit(company, id, name=rest[0])
        case "active" | "inactive":
            other.edit(company, id, active=verb == "active")
        case "delete":
            other.delete(company, id)
        case "place":
            other.edit(company, id, locations=_places(command, list(now["locations"] or ()), rest))
        case _:
            raise command.bad(f"the field system cannot do {' '.join(command.words[2:])!r}")


def find(stage: Stage, called: str) -> int:
    """The number of the customer that is called so."""
    name, _, which = called.partition("#")
    rows = stage.customers()
    jobs = [row["id"] for row in rows if ":" in name and row["sync"] and row["sync"]["books_name"] == name]
    alike = sorted((row for row in rows if row["name"] == name), key=lambda row: row["id"])
    own = [row["id"] for row in alike if row["sync"] and row["sync"]["books_name"] == name]
    found = jobs or ([] if which else own) or [row["id"] for row in alike]
    if not found:
        raise AssertionError(f"the field system has no customer {called!r}; it has {stage.names()}")
    return int(found[int(which or 1) - 1])


def _values(command: Command, pairs: dict[str, str], now: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {FIELDS[word]: text or None for word, text in pairs.items() if word in FIELDS}
    lines = {word: text for word, text in pairs.items() if word in ADDRESS}
    strange = set(pairs) - set(FIELDS) - set(ADDRESS)
    if strange:
        raise command.bad(f"a customer of the field system has no {min(strange)!r}")
    if lines:
        values["billing_address"] = _address(now.get("billing_address"), lines)
    return values


def _address(now: dict[str, str] | None, lines: dict[str, str]) -> dict[str, str]:
    put = {**(now or {}), **{ADDRESS[word]: text for word, text in lines.items()}}
    return {key: text for key, text in put.items() if text}


def _places(command: Command, places: list[dict[str, Any]], rest: tuple[str, ...]) -> list[dict[str, Any]]:
    verb = rest[0] if rest else ""
    if verb == "add":
        return _put(command, places, len(places), {"name": "", "is_default": False, "address": {}}, rest[1:])
    at = (
        next((i for i, place in enumerate(places) if place["name"] == rest[1]), None)
        if len(rest) > 1
        else None
    )
    if at is None:
        raise command.bad(f"there is no such place; there are {[place['name'] for place in places]}")
    if verb == "remove":
        return [place for i, place in enumerate(places) if i != at]
    return _put(command, places, at, places[at], rest[2:])


def _put(
    command: Command, places: list[dict[str, Any]], at: int, place: dict[str, Any], words: tuple[str, ...]
) -> list[dict[str, Any]]:
    pairs = assignments(command, words)
    name, default = pairs.pop("name", place["name"]), pairs.pop("default", "")
    made = {**place, "name": name, "address": _address(place["address"], pairs)}
    if default:
        made["is_default"] = default == "true"
    if made["is_default"]:  # a new default takes the mark from the old one
        places = [{**each, "is_default": False} for each in places]
    return [*places[:at], made, *places[at + 1 :]]
