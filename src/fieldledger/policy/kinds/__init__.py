"""What is known of each kind of record: its mapped fields and what people call them, and which of them name a record of
another kind. Adding a kind adds a row to each table here, and a file beside it where it has rules of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import msgspec

from fieldledger.model.kinds import Kind
from fieldledger.model.record import Values
from fieldledger.policy.kinds import customer, payment_term, sales_tax_code, tax_rate

LABELS: Mapping[Kind, Mapping[str, str]] = {
    Kind.SALES_TAX_CODE: sales_tax_code.LABELS,
    Kind.TAX_RATE: tax_rate.LABELS,
    Kind.PAYMENT_TERM: payment_term.LABELS,
    Kind.CUSTOMER: customer.LABELS,
}
"""The fields that both sides know, in the order in which people read them."""

REFERENCES: Mapping[Kind, Mapping[str, Kind]] = {
    Kind.SALES_TAX_CODE: {},
    Kind.TAX_RATE: {"components": Kind.TAX_RATE},
    Kind.PAYMENT_TERM: {},
    Kind.CUSTOMER: customer.REFERENCES,
}
"""Fields that name records of other kinds, by their ids. Between the two sides they are known by the id in the books,
or, where there is no link, as ``field:`` and the number of the field side."""

UNLINKED = "field:"


class Words(msgspec.Struct, frozen=True):
    """one, many: in the middle of a sentence. key: in settings, addresses and locks."""

    one: str
    many: str
    key: str


WORDS: Mapping[Kind, Words] = {
    Kind.SALES_TAX_CODE: Words("sales tax code", "sales tax codes", "tax_codes"),
    Kind.TAX_RATE: Words("tax", "taxes", "tax_rates"),
    Kind.PAYMENT_TERM: Words("payment term", "payment terms", "payment_terms"),
    Kind.CUSTOMER: Words("customer", "customers", "customers"),
}


def alike(field: str, one: Any, other: Any) -> bool:
    """Whether two values of a field say the same: blanks are one, and locations stand in no order."""
    return customer.alike(field, one, other)


def changed_fields(kind: Kind, before: Values, after: Values) -> tuple[str, ...]:
    """Fields that differ, in reading order."""
    return tuple(field for field in LABELS[kind] if not alike(field, before.get(field), after.get(field)))


def words(kind: Kind, fields: Collection[str]) -> str:
    """Fields as people call them, in reading order."""
    return ", ".join(label for field, label in LABELS[kind].items() if field in fields)


def referred(value: Any) -> Iterator[str]:
    """The ids in the value of a reference: one, several, or none."""
    if isinstance(value, str):
        yield value
    else:
        yield from value or ()
