"""The kinds of record that are read and written, as one table. Adding a kind adds a row here and a file beside it.

A kind may have several forms: elements of different names, of which each is a record of that kind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec
from lxml import etree

from fieldledger.books.desktop.kinds import common, customer, payment_term, sales_tax_code, tax_rate
from fieldledger.books.desktop.limits import CannotSend
from fieldledger.model.kinds import Kind
from fieldledger.model.record import Record
from fieldledger.session.ports import Write


class Form(msgspec.Struct, frozen=True):
    """ret: the element of one record. deleted: its ListDelType. record: may take its element apart."""

    ret: str
    deleted: str
    record: Callable[[etree._Element], Record]


class KindCodec(msgspec.Struct, frozen=True):
    """Messages are without Rq and Rs.

    query         asks for records by id or by name
    lists         what lists them whole, each once, all as one answer; () = `query` lists them page by page
    name_longest  of a full name, in characters
    writes        the messages that write; their answers carry the record
    message       the one that a write goes out with, and `body` its aggregate; both raise `CannotSend`
    stamp_fields  the elements of the light form
    """

    query: str
    forms: tuple[Form, ...]
    name_longest: int
    writes: tuple[str, ...]
    message: Callable[[Write], str]
    body: Callable[[Write], str]
    lists: tuple[str, ...] = ()
    stamp_fields: tuple[str, ...] = common.STAMP_FIELDS


def _named(add: str, mod: str) -> Callable[[Write], str]:
    return lambda write: add if write.record is None else mod


def _customer(write: Write) -> str:
    if write.record is None:
        return customer.add(write.values, write.fields, guid=write.guid, parent=write.parent)
    return customer.mod(write.values, write.fields, id=write.record, version=write.version)


def _sales_tax_code(write: Write) -> str:
    if write.record is None:
        return sales_tax_code.add(write.values, write.fields)
    return sales_tax_code.mod(write.values, write.fields, id=write.record, version=write.version)


def _tax_rate_message(write: Write) -> str:
    group = "Group" if tax_rate.is_group(write.values) else ""
    return f"ItemSalesTax{group}{'Add' if write.record is None else 'Mod'}"


def _tax_rate(write: Write) -> str:
    if write.record is None:
        return tax_rate.add(write.values, write.fields, guid=write.guid)
    return tax_rate.mod(write.values, write.fields, id=write.record, version=write.version)


def _payment_term_message(write: Write) -> str:
    if write.record is not None:
        raise payment_term.cannot_change(write.values)
    return payment_term.add_message(write.values)


def _payment_term(write: Write) -> str:
    return payment_term.add(write.values, write.fields)


KINDS: Mapping[Kind, KindCodec] = {
    Kind.SALES_TAX_CODE: KindCodec(
        query="SalesTaxCodeQuery",
        lists=("SalesTaxCodeQuery",),
        forms=(Form("SalesTaxCodeRet", "SalesTaxCode", sales_tax_code.record),),
        name_longest=sales_tax_code.NAME_LONGEST,
        writes=("SalesTaxCodeAdd", "SalesTaxCodeMod"),
        message=_named("SalesTaxCodeAdd", "SalesTaxCodeMod"),
        body=_sales_tax_code,
    ),
    # By id or name one query for all items does: of what it shows only taxes are records. To list taxes with it would
    # bring the whole price list along.
    Kind.TAX_RATE: KindCodec(
        query="ItemQuery",
        lists=("ItemSalesTaxQuery", "ItemSalesTaxGroupQuery"),
        forms=(
            Form("ItemSalesTaxRet", "ItemSalesTax", tax_rate.single),
            Form("ItemSalesTaxGroupRet", "ItemSalesTaxGroup", tax_rate.group),
        ),
        name_longest=tax_rate.NAME_LONGEST,
        writes=("ItemSalesTaxAdd", "ItemSalesTaxMod", "ItemSalesTaxGroupAdd", "ItemSalesTaxGroupMod"),
        message=_tax_rate_message,
        body=_tax_rate,
    ),
    Kind.PAYMENT_TERM: KindCodec(
        query="TermsQuery",
        lists=("TermsQuery",),
        forms=(
            Form("StandardTermsRet", "StandardTerms", payment_term.standard),
            Form("DateDrivenTermsRet", "DateDrivenTerms", payment_term.date_driven),
        ),
        name_longest=payment_term.NAME_LONGEST,
        writes=("StandardTermsAdd", "DateDrivenTermsAdd"),
        message=_payment_term_message,
        body=_payment_term,
    ),
    Kind.CUSTOMER: KindCodec(
        query="CustomerQuery",
        forms=(Form("CustomerRet", "Customer", customer.record),),
        name_longest=customer.FULL_NAME_LONGEST,
        writes=("CustomerAdd", "CustomerMod"),
        message=_named("CustomerAdd", "CustomerMod"),
        body=_customer,
    ),
}


def body(write: Write) -> str:
    """The aggregate of a write. Raises `CannotSend`."""
    if write.record is not None and not write.fields:
        raise CannotSend("No field is to be changed.")
    return KINDS[write.kind].body(write)
