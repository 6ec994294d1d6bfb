"""Sales tax codes: taxable or not (rules.md 37). SalesTaxCodeRet into a canonical record and back into requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

from fieldledger.books.desktop import leaf
from fieldledger.books.desktop.grammar import Field, Flag, Id, Text
from fieldledger.books.desktop.kinds import common
from fieldledger.books.desktop.kinds.common import Layout, Writer, active, named, plain
from fieldledger.books.desktop.limits import CannotSend
from fieldledger.books.desktop.requests import Content, aggregate
from fieldledger.model.kinds import Kind
from fieldledger.model.record import SALES_TAX_CODE_FIELDS, Record, Values

NAME_LONGEST = 3

_LAYOUT = Layout(
    kind=Kind.SALES_TAX_CODE,
    start={**dict.fromkeys(SALES_TAX_CODE_FIELDS), "active": True},
    leaves={
        "Name": ("name", leaf.text),
        "IsActive": ("active", leaf.flag),
        "IsTaxable": ("taxable", leaf.flag),
        "Desc": ("description", leaf.text),
    },
)

_FIELDS: Mapping[str, Field] = {
    "Name": Text("Code", NAME_LONGEST, blank=False, colon=False),
    "IsActive": Flag("Active"),
    "IsTaxable": Flag("Taxable"),
    "Desc": Text("Description", 31),
}
ADD: Mapping[str, Field] = _FIELDS
"""SalesTaxCodeAdd, as far as we write it, in its order (qbXML 13.0). It has no place for our mark."""
MOD: Mapping[str, Field] = {"ListID": Id("id"), "EditSequence": Id("version", 16), **_FIELDS}
"""SalesTaxCodeMod likewise."""


def _taxable(content: dict[str, Content], value: Any, clear: bool) -> None:
    if value is None:
        raise CannotSend("Taxable is missing: a sales tax code is taxable or it is not.")
    content["IsTaxable"] = value


_WRITERS: Mapping[str, Writer] = {
    "name": named("Name"),
    "description": plain("Desc"),
    "taxable": _taxable,
    "active": active,
}


def record(element: etree._Element) -> Record:
    return common.record(_LAYOUT, element)


def add(values: Values, fields: Sequence[str] = ()) -> str:
    """A SalesTaxCodeAdd. fields: which of the values are written beside the required ones, () = all. Raises
    `CannotSend`, as `mod` does."""
    content: dict[str, Content] = {}
    for field in ("name", "taxable", *(fields or _WRITERS)):
        common.writer(_WRITERS, field, "sales tax codes")(content, values.get(field), False)
    return aggregate("SalesTaxCodeAdd", ADD, content)


def mod(values: Values, fields: Sequence[str], *, id: str, version: str) -> str:
    """A SalesTaxCodeMod of these fields. A blank text clears."""
    content: dict[str, Content] = {"ListID": id, "EditSequence": version}
    for field in fields:
        common.writer(_WRITERS, field, "sales tax codes")(content, values.get(field), True)
    return aggregate("SalesTaxCodeMod", MOD, content)
