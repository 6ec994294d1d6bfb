"""A small language for content models, and the judge that compares a request with its model.

A model is written like ``"Name:s41 IsActive:bool? ( ListID:id+ | FullName:s+ )?"``. A child is ``Name:type`` with an
occurrence mark (none = exactly one, ``?``, ``*``, ``+``, ``{0,50}``); parentheses group, ``|`` separates choices.
Types: ``s41`` text of at most 41 characters, ``s`` any text, ``id``, ``bool``, ``date``, ``time`` (date and time),
``amt``, ``pct``, ``int``, ``int1..31``, ``guid``, ``=Name`` one word of the enumeration, ``@Name`` an aggregate
with its own model. A leading ``~`` marks a field that the desktop edition ignores with a warning (status 530).

Wrong names, order, number, attributes, or a word outside an enumeration are *structure*: they refuse the whole
message set. Lengths and formats are *values*, judged elsewhere per request; this module must never mix the two.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from lxml import etree

from quickbooks_sim.tables.requests import AGGREGATES, ATTRIBUTES, ENUMERATIONS, REQUESTS

_TOKEN = re.compile(
    r"\s*(?:(?P<name>~?\w+):(?P<type>[=@]?\w+(?:\.\.\d+)?)(?P<mark>[?*+]|\{\d+,\d+\})?"
    r"|(?P<open>\()|(?P<bar>\|)|(?P<close>\)(?:[?*+])?))"
)
_INTEGER = re.compile(r"[+-]?[0-9]+")


@dataclass(frozen=True)
class Child:
    """One element of a model: its type as written, and whether the desktop edition ignores it."""

    name: str
    type: str
    ignored: bool


@dataclass(frozen=True)
class Model:
    """A compiled content model: `pattern` matches the child names, each followed by a semicolon."""

    pattern: re.Pattern[str]
    children: dict[str, Child]
    source: str


@cache
def model(source: str) -> Model:
    """Compiles a model. A table that cannot be read is a bug and raises ValueError."""
    position, pattern, children = 0, "", {}
    text = source.strip()
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None:
            raise ValueError(f"content model cannot be read at {text[position : position + 30]!r}")
        position = token.end()
        if token["name"]:
            name = token["name"].lstrip("~")
            children[name] = Child(name, token["type"], token["name"].startswith("~"))
            pattern += f"(?:{name};){token['mark'] or ''}"
        elif token["close"]:
            pattern += token["close"]
        else:
            pattern += "(?:" if token["open"] else "|"
    return Model(re.compile(pattern), children, source)


def aggregate(name: str) -> Model:
    """The model of a nested aggregate, by the name in the tables."""
    return model(AGGREGATES[name])


def request_model(name: str) -> Model | None:
    """The model of a request such as ``CustomerAddRq``, or None if the simulator has none."""
    source = REQUESTS.get(name)
    return None if source is None else model(source)


def structure_error(request: etree._Element) -> str:
    """What is wrong with the structure of a request, in words; "" if nothing is.

    `request` is the ...Rq element; comments and instructions must have been removed.
    """
    name = str(request.tag)
    top = request_model(name)
    if top is None:
        return f"{name} is not a request that is known here"
    allowed = ATTRIBUTES.get(name, ATTRIBUTES[""])
    for attribute, value in request.attrib.items():
        choices = allowed.get(str(attribute))
        if choices is None:
            return f"{name} has no attribute {str(attribute)!r}"
        if choices and str(value) not in choices:
            return f"{name}: attribute {str(attribute)!r} may be {', '.join(choices)}, not {str(value)!r}"
    return _judge(request, top, name)


def _judge(element: etree._Element, wanted: Model, path: str) -> str:
    if (element.text or "").strip() or any((child.tail or "").strip() for child in element):
        return f"{path} holds text between its elements"
    names = "".join(f"{child.tag!s};" for child in element)
    if wanted.pattern.fullmatch(names) is None:
        return f"{path}: {_offender(element, wanted)}"
    for child in element:
        rule = wanted.children[str(child.tag)]
        where = f"{path}/{rule.name}"
        if rule.type.startswith("@"):
            if child.attrib:
                return f"{where} has no attributes"
            problem = _judge(child, aggregate(rule.type[1:]), where)
        else:
            problem = _judge_leaf(child, rule, where)
        if problem:
            return problem
    return ""


def _judge_leaf(leaf: etree._Element, rule: Child, where: str) -> str:
    if len(leaf):
        return f"{where} is a value and holds no elements"
    extra = [str(a) for a in leaf.attrib if not (str(a) == "useMacro" and rule.name == "TxnID")]
    if extra:
        return f"{where} has no attribute {extra[0]!r}"
    text = leaf.text or ""
    if rule.type.startswith("="):
        words = ENUMERATIONS[rule.type[1:]]
        if text not in words:
            return f"{where} may be {', '.join(words)}, not {text!r}"
    if rule.type.startswith("int") and _INTEGER.fullmatch(text.strip()) is None:
        return f"{where} must be a whole number, not {text!r}"
    return ""


def _offender(element: etree._Element, wanted: Model) -> str:
    """Names the child that breaks the model, for people; the judgement itself has been made."""
    seen: list[str] = []
    order = list(wanted.children)
    for child in element:
        name = str(child.tag)
        if name not in wanted.children:
            return f"{name} does not belong here"
        if seen and order.index(name) < order.index(seen[-1]):
            return f"{name} must come before {seen[-1]}"
        seen.append(name)
    return f"an element is missing, too many, or excluded by another (found {', '.join(seen) or 'nothing'})"
