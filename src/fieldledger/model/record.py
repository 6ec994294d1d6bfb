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
"""str | int | bool | None | Mapping[str, Value] | Sequence[Value]: what msgspec encodes and decodes unchanged."""

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
    # References: the other record's id on the same side as text (ListID; decimal digits). None = not stated.
    "terms",  # a payment term
    "tax_code",  # a sales tax code
    "tax_item",  # a tax rate
    "active",
)

SALES_TAX_CODE_FIELDS = ("name", "description", "taxable", "active")
"""name: at most 3 characters; taxable: bool."""

TAX_RATE_FIELDS = (
    "name",  # at most 31 characters
    # Percent as decimal text without trailing zeros ("8.25", "0"); None for a group, whose rate is its members' sum.
    "rate",
    "components",  # of a group: the ids of its members, references like those above, in order; [] = a single tax
    "agency",  # books only: name of the vendor that the tax is paid to; None = not stated
    "active",
)

PAYMENT_TERM_FIELDS = (
    "name",  # at most 31 characters
    "form",  # "standard" or "date_driven"
    "due_days",  # standard: days until it is due (StdDueDays), int or None
    "discount_days",  # standard: days within which the discount holds (StdDiscountDays), int or None
    "discount_percent",  # either form: percent as decimal text like a rate, or None
    "due_day",  # date driven: day of the month on which it is due (DayOfMonthDue), int or None
    "next_month_days",  # date driven: issued so many days before that day, it is due a month later (DueNextMonthDays)
    "discount_day",  # date driven: the discount holds until this day of the month (DiscountDayOfMonth), int or None
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
