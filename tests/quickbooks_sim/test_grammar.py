# ruff: noqa: E501 - a request stands on one line, as it is sent
"""Our grammar tables and the official schema judge alike, in both directions.

Requests are generated from our tables and must be valid; mutated ones (swapped, missing, doubled, foreign elements)
must be judged alike by both. Lengths and formats are apart: the schema counts them as structure, QuickBooks does
not (section 8: two refusals).
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from quickbooks_sim.engine.values import first_problem
from quickbooks_sim.tables.grammar import Child, aggregate, model, request_model, structure_error
from quickbooks_sim.tables.messages import OTHER_REQUESTS
from quickbooks_sim.tables.requests import AGGREGATES, ATTRIBUTES, ENUMERATIONS, REQUESTS
from tests.support.shared import shared

SAMPLES = {
    "bool": "true",
    "date": "2026-03-02",
    "time": "2026-03-02T10:00:00",
    "amt": "12.50",
    "pct": "7.25",
    "int": "7",
    "guid": "{12345678-1234-1234-1234-123456789abc}",
    "id": "80000001-1405768916",
}
_PART = re.compile(
    r"\s*(?:~?(?P<name>\w+):(?P<type>[=@]?\w+(?:\.\.\d+)?)(?P<mark>[?*+]|\{\d+,\d+\})?|(?P<sign>[(|]|\)[?*+]?))"
)


def sample_text(kind: str) -> str:
    if kind.startswith("="):
        return ENUMERATIONS[kind[1:]][-1]
    if kind.startswith("int"):
        return SAMPLES["int"]
    return "x" if kind.startswith("s") else SAMPLES[kind]


def names(source: str, chance: random.Random) -> list[str]:
    """A valid sequence of child names for a content model, at random."""
    tokens = list(_PART.finditer(source.strip()))
    position = 0

    def sequence() -> list[str]:
        nonlocal position
        branches: list[list[str]] = [[]]
        while position < len(tokens):
            token = tokens[position]
            position += 1
            if token["name"]:
                low, high = {None: (1, 1), "?": (0, 1), "*": (0, 2), "+": (1, 2)}.get(token["mark"], (0, 3))
                branches[-1] += [token["name"]] * chance.randint(low, high)
            elif token["sign"] == "(":
                inner = sequence()
                optional = tokens[position - 1]["sign"] in (")?", ")*")
                branches[-1] += [] if optional and chance.random() < 0.3 else inner
            elif token["sign"] == "|":
                branches.append([])
            else:
                return chance.choice(branches)
        return chance.choice(branches)

    return sequence()


def build(tag: str, source: str, chance: random.Random) -> etree._Element:
    element = etree.Element(tag)
    children = model(source).children
    for name in names(source, chance):
        rule: Child = children[name]
        if rule.type.startswith("@"):
            element.append(build(name, AGGREGATES[rule.type[1:]], chance))
        else:
            etree.SubElement(element, name).text = sample_text(rule.type)
    return element


def request(name: str, chance: random.Random) -> etree._Element:
    element = build(name, REQUESTS[name], chance)
    for attribute, words in ATTRIBUTES.get(name, ATTRIBUTES[""]).items():
        if chance.random() < 0.4:
            element.set(attribute, chance.choice(words) if words else "7")
    return element


def official(schema: etree.XMLSchema, element: etree._Element) -> bool:
    frame = etree.fromstring('<QBXML><QBXMLMsgsRq onError="stopOnError"/></QBXML>')
    frame[0].append(etree.fromstring(etree.tostring(element)))
    return bool(schema.validate(frame))


def _swap(element: etree._Element, chance: random.Random) -> None:
    if len(element) > 1:
        place = chance.randrange(len(element) - 1)
        element.insert(place, element[place + 1])


def _remove(element: etree._Element, chance: random.Random) -> None:
    if len(element):
        element.remove(element[chance.randrange(len(element))])


def _double(element: etree._Element, chance: random.Random) -> None:
    if len(element):
        place = chance.randrange(len(element))
        element.insert(place, etree.fromstring(etree.tostring(element[place])))


def _foreign(element: etree._Element, chance: random.Random) -> None:
    element.insert(
        chance.randint(0, len(element)), etree.Element(chance.choice(("Name", "ListID", "Phone", "Nonsense")))
    )


def _word(element: etree._Element, chance: random.Random) -> None:
    leaves = [
        leaf for leaf in element.iter() if not len(leaf) and leaf.text in sum(ENUMERATIONS.values(), ())
    ]
    if leaves:
        chance.choice(leaves).text = "Nonsense"


def _text(element: etree._Element, chance: random.Random) -> None:
    if len(element):
        element.text = "stray"


MUTATIONS: tuple[Callable[[etree._Element, random.Random], None], ...] = (
    _swap,
    _remove,
    _double,
    _foreign,
    _word,
    _text,
)


@pytest.mark.parametrize("name", sorted(REQUESTS))
def test_what_our_table_accepts_the_schema_accepts(name: str, schema: etree.XMLSchema) -> None:
    chance = random.Random(name)
    for _ in range(40):
        element = request(name, chance)
        assert structure_error(element) == ""
        assert official(schema, element), schema.error_log.last_error


@pytest.mark.parametrize("name", sorted(REQUESTS))
def test_mutated_requests_are_judged_alike(name: str, schema: etree.XMLSchema) -> None:
    chance = random.Random(f"mutated {name}")
    refused = 0
    for _ in range(60):
        element = request(name, chance)
        inner = [one for one in element.iter() if len(one) or one is element]
        chance.choice(MUTATIONS)(chance.choice(inner), chance)
        ours, theirs = structure_error(element) == "", official(schema, element)
        assert ours == theirs, (
            etree.tostring(element),
            structure_error(element),
            schema.error_log.last_error,
        )
        refused += not ours
    assert refused, "no mutation was refused"


def test_every_optional_field_of_the_schema_is_in_our_table(schema: etree.XMLSchema) -> None:
    """The other direction for names: every element that the schema allows in a request is allowed here."""
    tree = etree.parse(shared("reference/qbxml/xsd-13.0/qbxmlops130.xsd"))
    xs = "{http://www.w3.org/2001/XMLSchema}"
    roots = [tree.getroot(), etree.parse(shared("reference/qbxml/xsd-13.0/qbxml130.xsd")).getroot()]
    groups = {g.get("name"): g for root in roots for g in root.iter(f"{xs}group") if g.get("name")}
    elements = {e.get("name"): e for root in roots for e in root.findall(f"{xs}element")}

    def children(node: etree._Element) -> set[str]:
        found: set[str] = set()
        for child in node:
            if child.tag == f"{xs}element":
                found.add(str(child.get("name") or child.get("ref")))
            elif child.tag == f"{xs}group":
                found |= children(groups[child.get("ref")])
            elif child.tag in (f"{xs}sequence", f"{xs}choice", f"{xs}complexType"):
                found |= children(child)
        return found

    checked = 0
    for name in AGGREGATES:
        if name in elements and name.endswith(("Add", "Mod", "Del")):
            assert children(elements[name]) == set(aggregate(name).children), name
            checked += 1
    assert checked >= 15


def test_every_request_of_the_schema_is_known_by_name() -> None:
    root = etree.parse(shared("reference/qbxml/xsd-13.0/qbxmlops130.xsd")).getroot()
    xs = "{http://www.w3.org/2001/XMLSchema}"
    frame = next(e for e in root.findall(f"{xs}element") if e.get("name") == "QBXMLMsgsRq")
    official_names = {str(e.get("name")) for e in frame.iter(f"{xs}element")} - {"QBXMLMsgsRq"}
    assert official_names == OTHER_REQUESTS | set(REQUESTS)


def field_table() -> dict[tuple[str, str], list[str]]:
    lines = shared("reference/qbxml/qbxml14-fields.tsv").read_text(encoding="utf-8").splitlines()
    return {(row[0], row[1]): row for row in (line.split("\t") for line in lines[1:])}


def walk(name: str, source: str, path: str = "") -> list[tuple[str, str, Child]]:
    found: list[tuple[str, str, Child]] = []
    for rule in model(source).children.values():
        where = f"{path}{rule.name}"
        found.append((name, where, rule))
        if rule.type.startswith("@"):
            found += walk(name, AGGREGATES[rule.type[1:]], f"{where}/")
    return found


def test_lengths_and_types_are_those_of_the_field_table() -> None:
    official_types = {
        "STRTYPE": "s", "BOOLTYPE": "bool", "DATETYPE": "date", "DATETIMETYPE": "time", "AMTTYPE": "amt",
        "PERCENTTYPE": "pct", "INTTYPE": "int", "GUIDTYPE": "guid", "IDTYPE": "id", "ENUMTYPE": "=", "AGGREGATE": "@",
    }  # fmt: skip
    table = field_table()
    checked = ignored = 0
    for name in REQUESTS:
        for message, path, rule in walk(name, REQUESTS[name]):
            row = table.get((message, path))
            if row is None:
                continue
            kind = official_types[row[2]]
            assert rule.type.startswith(kind), (message, path, rule.type, row)
            desktop = "QBD" not in (row[6] or "").split("|")
            if kind == "s" and desktop and row[5]:
                assert rule.type[1:] == row[5], (message, path, rule.type, row)
                checked += 1
            if "/" in path and path.count("/") == 1:
                assert rule.ignored == (not desktop), (message, path, row)
                ignored += rule.ignored
    assert checked > 150
    assert ignored > 20


VALUES = {
    "amt": ("CustomerAddRq", "CreditLimit", ["", "1", "-1", "+1.00", "97.5", "1.000", "1,00", "x", "9" * 13, "9" * 14, " 1"]),
    "pct": ("StandardTermsAddRq", "DiscountPct", ["", "1", "2.5", "1.00000", "1.000000", "5%", "9" * 11]),
    "time": ("CustomerQueryRq", "FromModifiedDate", ["", "2026-03-02", "2026-3-2T1", "2026-03-02T10:00:00-05:00", "2026", "now", "2026-03-02 10:00"]),
    "guid": ("CustomerAddRq", "ExternalGUID", ["0", "1", "", "{12345678-1234-1234-1234-123456789ABC}", "12345678-1234-1234-1234-123456789abc"]),
    "date": ("CustomerAddRq", "JobStartDate", ["", "2026-03-02", "2026-3-2", "2026-02-29", "2024-02-29", "1900-02-29", "02.03.2026"]),
    "bool": ("CustomerAddRq", "IsActive", ["true", "false", "1", "0", "", "True", "yes"]),
    "s41": ("CustomerAddRq", "Name", ["n", "n" * 41, "n" * 42]),
    "id": ("CustomerQueryRq", "ListID", ["1", "1" * 36, "1" * 37]),
    "int1..31": ("DateDrivenTermsAddRq", "DayOfMonthDue", ["1", "31", "0", "32"]),
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(VALUES))
def test_values_are_judged_like_the_official_facets(kind: str, schema: etree.XMLSchema) -> None:
    """Apart from the structure: here the schema refuses a set where QuickBooks answers a status."""
    name, field, values = VALUES[kind]
    judged = set()
    for value in values:
        chance, element = random.Random(1), None
        while element is None or (found := element.find(f".//{field}")) is None:
            element = build(name, REQUESTS[name], chance)
        found.text = value
        assert structure_error(element) == ""
        ours = first_problem(element) is None
        assert ours == official(schema, element), (value, schema.error_log.last_error)
        judged.add(ours)
    assert judged == {True, False}


def test_tables_can_be_read() -> None:
    for name in REQUESTS:
        assert request_model(name) is not None
    for name in AGGREGATES:
        assert aggregate(name).children
    with pytest.raises(ValueError, match="cannot be read"):
        model("Name::s41")


def test_no_schema_is_shipped() -> None:
    package = Path(__file__).parents[2] / "src" / "quickbooks_sim"
    assert not list(package.rglob("*.xsd"))
