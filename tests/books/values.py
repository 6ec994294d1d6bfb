"""Hypothesis strategies for what a customer may hold, from our own tables: whatever they allow may turn up."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from fieldledger.books.desktop.grammar import Field, Flag, Group, Guid, Id, Percent, Text, Whole
from fieldledger.books.desktop.kinds.customer import ADD
from fieldledger.model.names import name_key
from fieldledger.model.record import ADDRESS_FIELDS

WINDOWS = [
    letter
    for letter in (bytes([code]).decode("cp1252", "ignore") for code in range(256))
    if letter and unicodedata.category(letter) != "Cc"
]
"""Every character that QuickBooks stores, but no control character."""


def steady(examples: int) -> settings:
    """So many examples, the same in every run."""
    return settings(max_examples=examples, deadline=None, derandomize=True)


list_ids = st.from_regex(r"[0-9A-F]{1,8}-[0-9]{9,10}", fullmatch=True)
guids = st.uuids().map(lambda uuid: "{" + str(uuid).upper() + "}")


def texts(longest: int, *, colon: bool = True, blank: bool = True) -> st.SearchStrategy[str]:
    """Canonical text: trimmed, in QuickBooks' repertoire."""
    letters = [letter for letter in WINDOWS if colon or letter != ":"]
    some = st.text(letters, max_size=longest).map(str.strip)
    return some if blank else some.filter(bool)


percents = st.builds(
    lambda whole, digits: f"{whole}.{digits}".rstrip("0").rstrip(".") if digits else str(whole),
    st.integers(0, 99),
    st.text("0123456789", max_size=5),
) | st.just("100")
"""Canonical percentages at QuickBooks' precision."""


def contents(
    fields: Mapping[str, Field], required: tuple[str, ...] = ()
) -> st.SearchStrategy[dict[str, Any]]:
    """Any content that a table allows; ``required`` elements are always there."""
    parts = {tag: _content(field) for tag, field in fields.items()}
    always = {tag: parts.pop(tag) for tag in required}
    return st.fixed_dictionaries(always, optional=parts)


def _content(field: Field) -> st.SearchStrategy[Any]:
    match field:
        case Text():
            return texts(field.longest, colon=field.colon, blank=field.blank)
        case Id():
            return st.text([chr(code) for code in range(0x21, 0x7F)], min_size=1, max_size=field.longest)
        case Guid():
            return guids
        case Flag():
            return st.booleans()
        case Whole():
            return st.integers(field.least, field.most)
        case Percent():
            return percents
        case Group():
            required = tuple(
                tag for tag, part in field.fields.items() if isinstance(part, Text) and not part.blank
            )
            one = contents(field.fields, required)
            return one if field.most == 1 else st.lists(one, max_size=3)


def _longest(*path: str) -> int:
    fields: Mapping[str, Field] = ADD
    for tag in path[:-1]:
        group = fields[tag]
        assert isinstance(group, Group)
        fields = group.fields
    found = fields[path[-1]]
    assert isinstance(found, Text)
    return found.longest


_LINES = dict(
    zip(
        ADDRESS_FIELDS,
        ("Addr1", "Addr2", "Addr3", "Addr4", "Addr5", "City", "State", "PostalCode", "Country", "Note"),
        strict=True,
    )
)

addresses = st.fixed_dictionaries(
    {}, optional={key: texts(_longest("BillAddress", tag), blank=False) for key, tag in _LINES.items()}
)


@st.composite
def places(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A Ship To list: names of their own, at most one default."""
    names = draw(st.lists(texts(41, blank=False), max_size=4, unique_by=name_key))
    default = draw(st.none() | st.integers(0, 3))
    return [
        {"name": name, "is_default": number == default, "address": draw(addresses)}
        for number, name in enumerate(names)
    ]


def customers(**more: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Canonical values of a customer, all of them stated; more: further fields."""
    return st.fixed_dictionaries(
        {
            "name": texts(41, colon=False, blank=False),
            "company_name": st.none() | texts(41, blank=False),
            "first_name": st.none() | texts(25, blank=False),
            "last_name": st.none() | texts(25, blank=False),
            "phone": st.none() | texts(21, blank=False),
            "email": st.none() | texts(1023, blank=False),
            "billing_address": addresses.map(lambda address: address or None),
            "locations": places(),
            "active": st.booleans(),
            **more,
        }
    )
