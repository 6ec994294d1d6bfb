"""A record of one side in canonical form.

Values are plain data (text, bool, None, tuples and mappings of them), so that they compare, hash and store the
same way everywhere. Text is trimmed; an absent or blank text is ``None``, never ``""``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, TypeAlias

import msgspec

from fieldledger.model.kinds import Kind

Value: TypeAlias = Any
"""str | bool | None | Mapping[str, Value] | Sequence[Value]: what msgspec encodes and decodes unchanged."""

Values: TypeAlias = Mapping[str, Value]

ADDRESS_FIELDS = (
    "line1", "line2", "line3", "line4", "line5", "city", "state", "postal_code", "country", "note",
)  # fmt: skip
"""An address is a mapping of these keys to text; absent keys are blank. QuickBooks' Addr1..Addr5 are line1..line5."""

CUSTOMER_FIELDS = (
    "name",  # books: Name (own, without the parent); field: Company Name
    "company_name",  # books only: QuickBooks' own CompanyName (spec 2.1)
    "first_name",
    "last_name",
    "phone",
    "email",
    "billing_address",  # address or None
    # {"name": str, "is_default": bool, "address": address}; books: the Ship To list. Field: with "job", the ListID of
    # the job that the location stands for (spec 3.2).
    "locations",
    "terms",  # name of the payment terms, text until terms have their own link
    "tax_code",  # "Tax" / "Non": the taxable code; None = not stated
    "tax_item",  # name of the sales tax item; None = not stated
    "active",
)


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What one side holds under one identifier.

    id        ListID in the books, decimal digits in the field. Opaque, unique within its kind only.
    version   EditSequence in the books, ``version`` in the desk; equal versions do not prove equality (spec 2.3).
    modified  the side's own stamp as it was printed. Books: wall time with an offset that may be an hour
              off, so only its wall part is used. Field: UTC, ISO 8601 with ``Z``.
    parent_id ListID of the record above it (a job's customer); None for a top record and in the field.
    full_name ``Parent:Child`` in the books, the name in the field.
    rest      everything the side sent that is not mapped, zlib-compressed text; kept, never interpreted.
    guid      the mark that its creator gave it (ExternalGUID, with braces), where the side tells it.
    """

    kind: Kind
    id: str
    version: str
    modified: str
    values: Values
    parent_id: str | None = None
    full_name: str = ""
    rest: bytes = b""
    guid: str = ""


class Stamp(msgspec.Struct, frozen=True, kw_only=True):
    """The light form of a record: enough to tell whether it must be read in full."""

    kind: Kind
    id: str
    version: str
    modified: str


class Gone(msgspec.Struct, frozen=True, kw_only=True):
    """Proof that a record is gone: a deletion record, or the answer that this id is missing (spec 10.7)."""

    kind: Kind
    id: str
    when: str = ""
    """The side's own stamp of the deletion, as printed; blank when it is not told."""
    full_name: str = ""


def pack(values: Values) -> bytes:
    """Canonical bytes of values: equal values give equal bytes, whatever order their keys came in."""
    return msgspec.msgpack.encode(values, order="deterministic")


def unpack(data: bytes) -> dict[str, Value]:
    values: dict[str, Value] = msgspec.msgpack.decode(data)
    return values


def digest(packed: bytes) -> bytes:
    """16 bytes over packed values."""
    return hashlib.blake2b(packed, digest_size=16).digest()
