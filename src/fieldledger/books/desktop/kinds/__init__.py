"""The kinds of record that are read and written, as one table. Adding a kind adds a row here and a file beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec
from lxml import etree

from fieldledger.books.desktop.kinds import customer
from fieldledger.model.kinds import Kind
from fieldledger.model.record import Record, Stamp


class KindCodec(msgspec.Struct, frozen=True):
    """query, writes: the messages, without Rq and Rs. ret: the element of one record. deleted: its ListDelType.
    stamp_fields: the elements of the light form. record may take its element apart."""

    query: str
    writes: tuple[str, ...]
    ret: str
    deleted: str
    stamp_fields: tuple[str, ...]
    record: Callable[[etree._Element], Record]
    stamp: Callable[[etree._Element], Stamp]


KINDS: Mapping[Kind, KindCodec] = {
    Kind.CUSTOMER: KindCodec(
        query="CustomerQuery",
        writes=("CustomerAdd", "CustomerMod"),
        ret="CustomerRet",
        deleted="Customer",
        stamp_fields=customer.STAMP_FIELDS,
        record=customer.record,
        stamp=customer.stamp,
    ),
}
