"""Customers as the desk knows them: what may be written, and the rules that hold for every way in.

It stores nothing and shows nothing; a text that does not fit is refused, never cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Any, TypeAlias, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from fieldledger.desk.schema import JOB_LONGEST, LOCATIONS_MOST, PLACES_MOST

T = TypeVar("T")
ADDRESS_LINES = (
    "line1", "line2", "line3", "line4", "line5", "city", "state", "postal_code", "country", "note",
)  # fmt: skip
FIELDS = (
    "name", "first_name", "last_name", "phone", "alt_phone", "email", "billing_address", "terms", "tax_code",
    "tax_item", "notes", "active", "locations",
)  # fmt: skip
# What a reader is given on top. A program may send a customer back as it read it: these are passed over.
SHOWN_ONLY = frozenset({"id", "created_at", "modified_at", "origin", "sync"})
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def _trimmed(value: Any) -> Any:
    """Blank text is no text; control characters are nobody's intention."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if not text.isprintable() and (found := _UNSEEN.search(text)):
        raise ValueError(
            f"There is a character here that cannot be shown (U+{ord(found[0]):04X}); remove it."
        )
    return text or None


def _named(value: Any) -> Any:
    text = _trimmed(value)
    if text is None:
        raise ValueError("A name is needed here; please fill it in.")
    return text


Text: TypeAlias = Annotated[Annotated[str, Field(max_length=255)] | None, BeforeValidator(_trimmed)]
Long: TypeAlias = Annotated[Annotated[str, Field(max_length=4095)] | None, BeforeValidator(_trimmed)]
Name: TypeAlias = Annotated[str, Field(max_length=255), BeforeValidator(_named)]
Job: TypeAlias = Annotated[
    Annotated[str, Field(max_length=JOB_LONGEST)] | None,
    BeforeValidator(_trimmed),
    Field(
        description="The QuickBooks id of the job that this location stands for. Only the sync writes such a location: "
        "leave it out, or send it back as it was read."
    ),
]


class Refused(Exception):
    """A write that a rule forbids although it can be read. errors: the field's path and a sentence for each; blank
    path = the whole record."""

    def __init__(self, errors: list[dict[str, str]]) -> None:
        super().__init__(errors[0]["message"])
        self.errors = errors


class Address(BaseModel):
    """A postal address. Any part may be blank."""

    model_config = ConfigDict(extra="forbid")

    line1: Text = None
    line2: Text = None
    line3: Text = None
    line4: Text = None
    line5: Text = None
    city: Text = None
    state: Text = None
    postal_code: Text = None
    country: Text = None
    note: Text = None


class Location(BaseModel):
    """A service location. Its name is unique within the customer, whatever its case and blanks."""

    model_config = ConfigDict(extra="forbid")

    id: int | None = Field(None, description="Given when the location exists; new ones get one.")
    name: Name
    is_default: bool = False
    address: Address = Field(default_factory=Address)
    stand_in: bool = Field(
        False,
        description="As shown for a customer without locations of its own; not stored while it is unedited.",
    )
    job: Job = None


class CustomerFields(BaseModel):
    """What can be written. In an update, a field that is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[Name, Field(description="Company Name. Need not be unique.")] = ""
    first_name: Text = None
    last_name: Text = None
    phone: Text = None
    alt_phone: Text = None
    email: Long = None
    billing_address: Address | None = None
    terms: Text = None
    tax_code: Text = None
    tax_item: Text = None
    notes: Long = None
    active: bool = True
    locations: list[Location] = Field(
        default_factory=list,
        max_length=PLACES_MOST,
        description=f"The full list of the customer's own, at most {LOCATIONS_MOST}. Locations of QuickBooks jobs come "
        "on top; whoever leaves them out does not remove them.",
    )

    @field_validator("locations")
    @classmethod
    def _tell_apart(cls, locations: list[Location]) -> list[Location]:
        # One that stands in may bear any name: it is not stored, and if it was edited, the store looks again.
        if twice := _twice(fold(each.name) for each in locations if not each.stand_in):
            name = next(each.name for each in locations if fold(each.name) == twice)
            raise ValueError(f"Two service locations are named {name!r}; give each a name of its own.")
        if id := _twice(each.id for each in locations):
            raise ValueError(f"Two service locations have the id {id}; leave it out for the new one.")
        if job := _twice(each.job for each in locations):
            raise ValueError(f"Two service locations stand for the job {job}; a job is one location.")
        if sum(each.is_default for each in locations) > 1:
            raise ValueError("Only one service location can be the default; choose one.")
        own = sum(each.job is None for each in locations)
        if own > LOCATIONS_MOST:
            raise ValueError(
                f"A customer can have at most {LOCATIONS_MOST} service locations and there were {own}; "
                "those of QuickBooks jobs do not count."
            )
        return locations


class CustomerCreate(CustomerFields):
    """A new customer. Only the name is required."""

    name: Annotated[Name, Field(description="Company Name. Need not be unique.")]


class _AsRead(BaseModel):
    """A customer may come back as it was read: what only is shown is passed over."""

    version: int | None = Field(
        None,
        description="The version that was read; if there is another one by now, 409 and nothing is done.",
    )

    @model_validator(mode="before")
    @classmethod
    def _pass_over(cls, given: Any) -> Any:
        if isinstance(given, dict):
            return {name: value for name, value in given.items() if name not in SHOWN_ONLY}
        return given


class CustomerPatch(_AsRead, CustomerFields):
    """Changes to a customer. A field that is left out stays as it is; locations, where given, are the full list of
    the customer's own (those of QuickBooks jobs stay, given or not)."""


class CustomerPut(_AsRead, CustomerCreate):
    """The whole customer. A field that is left out becomes blank; locations of QuickBooks jobs stay."""


def values_of(fields: CustomerFields) -> dict[str, Any]:
    """Plain values to store: every field of a `CustomerCreate` or a `CustomerPut`, of others those that were given.
    Addresses hold filled lines only. Of a location ``stated`` tells which of its keys were given."""
    dumped = fields.model_dump(exclude={"locations"}, exclude_unset=not isinstance(fields, CustomerCreate))
    values = {name: dumped[name] for name in FIELDS if name in dumped}
    if "billing_address" in values:
        values["billing_address"] = compact(values["billing_address"]) or None
    if isinstance(fields, CustomerCreate) or "locations" in fields.model_fields_set:
        values["locations"] = [
            {
                "id": location.id, "name": location.name, "is_default": location.is_default,
                "address": compact(location.address.model_dump()), "job": location.job,
                "stand_in": location.stand_in, "stated": frozenset(location.model_fields_set),
            }
            for location in fields.locations
        ]  # fmt: skip
    return values


def _twice(values: Iterable[T | None]) -> T | None:
    """The first value that comes a second time; None does not count."""
    seen: set[T] = set()
    for value in values:
        if value is not None and value in seen:
            return value
        if value is not None:
            seen.add(value)
    return None


def compact(address: dict[str, Any] | None) -> dict[str, str]:
    """Filled lines only."""
    return {line: address[line] for line in ADDRESS_LINES if address.get(line)} if address else {}


def fold(text: str | None) -> str:
    """Blanks folded, case-insensitive: how names are compared and sorted."""
    return " ".join((text or "").split()).casefold()
