"""The kinds of record that are read and written, as one table. Adding a kind adds a row here and a file beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec
from lxml import etree

from fieldledger.books.desktop.kinds import customer
from fieldledger.model.kinds import Kind
from fieldledger.model.record import Record, Stamp
from fieldledger.session.ports import Write


class KindCodec(msgspec.Struct, frozen=True):
    """query, add, mod: the messages, without Rq and Rs. ret: the element of one record. deleted: its ListDelType.
    stamp_fields: the elements of the light form. record may take its element apart.
    write_add, write_mod: the aggregate of a write, of a record that is there by its id; they raise `CannotSend`."""

    query: str
    add: str
    mod: str
    ret: str
    deleted: str
    stamp_fields: tuple[str, ...]
    record: Callable[[etree._Element], Record]
    stamp: Callable[[etree._Element], Stamp]
    write_add: Callable[[Write], str]
    write_mod: Callable[[Write, str], str]


KINDS: Mapping[Kind, KindCodec] = {
    Kind.CUSTOMER: KindCodec(
        query="CustomerQuery",
        add="CustomerAdd",
        mod="CustomerMod",
        ret="CustomerRet",
        deleted="Customer",
        stamp_fields=customer.STAMP_FIELDS,
        record=customer.record,
        stamp=customer.stamp,
        write_add=lambda write: customer.add(
            write.values, write.fields, guid=write.guid, parent=write.parent
        ),
        write_mod=lambda write, id: customer.mod(write.values, write.fields, id=id, version=write.version),
    ),
}
