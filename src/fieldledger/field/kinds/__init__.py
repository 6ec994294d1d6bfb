"""The kinds of record on the field side, as a table: where each stands, what it is called, and how it is translated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from fieldledger.field.kinds import customer, payment_term, sales_tax_code, tax_rate
from fieldledger.model.kinds import Kind
from fieldledger.model.record import Record, Values


class FieldKind(NamedTuple):
    """path: below the company; key: of the record in changes and batches."""

    path: str
    key: str
    to_record: Callable[[Any], Record]
    to_json: Callable[[Values], dict[str, Any]]


KINDS: Mapping[Kind, FieldKind] = {
    Kind.SALES_TAX_CODE: FieldKind("tax-codes", "tax_code", sales_tax_code.to_record, sales_tax_code.to_json),
    Kind.TAX_RATE: FieldKind("tax-rates", "tax_rate", tax_rate.to_record, tax_rate.to_json),
    Kind.PAYMENT_TERM: FieldKind(
        "payment-terms", "payment_term", payment_term.to_record, payment_term.to_json
    ),
    Kind.CUSTOMER: FieldKind("customers", "customer", customer.to_record, customer.to_json),
}
