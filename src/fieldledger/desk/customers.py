"""Customers as the desk knows them: what may be written, and the rules that hold for every way in.

It stores nothing and shows nothing; a text that does not fit is refused, never cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, NamedTuple, TypeAlias, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from fieldledger.desk.schema import JOB_LONGEST, LOCATIONS_MOST, PLACES_MOST
from fieldledger.desk.texts import AsRead, Long, Name, Text, Whole, fold, trimmed

T = TypeVar("T")
REFERENCES: Mapping[str, str] = {
    "terms": "payment_term", "tax_code": "sales_tax_code", "tax_item": "tax_rate",
}  # fmt: skip
"""Fields that refer to an entry of a list, and the kind of that entry. What is stored is its number."""
ADDRESS_LINES = (
    "line1", "line2", "line3", "line4", "line5", "city", "state", "postal_code", "country", "note",
)  # fmt: skip
FIELDS = (
    "name", "first_name", "last_name", "phone", "alt_phone", "email", "billing_address", "terms", "tax_code",
    "tax_item", "notes", "active", "locations",
)  # fmt: skip
Job: TypeAlias = Annotated[
    Annotated[str, Field(max_length=JOB_LONGEST)] | None,
    BeforeValidator(trimmed),
    Field(
        description="The QuickBooks id of the job that this location stands for. Only the sync writes such a location: "
        "leave it out, or send it back as it was read."
    ),
]

Number: TypeAlias = Annotated[
    Annotated[int, Field(ge=1, le=2**53, strict=True)] | None,
    Field(description="The same by its number; where both are given they must agree. null = not stated."),
]


class Meant(NamedTuple):
    """What was written for a reference: a name, a number, or both. named, numbered: whether it was stated at all."""

    name: str | None
    id: int | None
    named: bool
    numbered: bool


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
    tax_item: Annotated[
        Text,
        Field(
            description="Name of a tax rate of this place's own, which invoices for work there use; null = the "
            "customer's is used. Left out, it stays as it is for the location that is meant. It is kept here alone and "
            "not synced, so a location of a QuickBooks job may have one too; a stand-in has none."
        ),
    ] = None
    tax_item_id: Number = None


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
    terms: Annotated[Text, Field(description="Name of a payment term.")] = None
    terms_id: Number = None
    tax_code: Annotated[Text, Field(description="Name of a tax code.")] = None
    tax_code_id: Number = None
    tax_item: Annotated[Text, Field(description="Name of a tax rate.")] = None
    tax_item_id: Number = None
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


class CustomerCreate(Whole, CustomerFields):
    """A new customer. Only the name is required."""

    name: Annotated[Name, Field(description="Company Name. Need not be unique.")]


class CustomerPatch(AsRead, CustomerFields):
    """Changes to a customer. A field that is left out stays as it is; locations, where given, are the full list of
    the customer's own (those of QuickBooks jobs stay, given or not)."""


class CustomerPut(AsRead, CustomerCreate):
    """The whole customer. A field that is left out becomes blank; locations of QuickBooks jobs stay, and so does the
    tax of a location where it is left out."""


def values_of(fields: CustomerFields) -> dict[str, Any]:
    """Plain values to store: every field of a whole customer, of others those that were given. Addresses hold filled
    lines only. Of a location ``stated`` tells which of its keys were given, ``meant`` what was written for its tax,
    None = nothing. What the customer refers to: see `meant_by`."""
    dumped = fields.model_dump(exclude={"locations"}, exclude_unset=not isinstance(fields, Whole))
    values = {name: dumped[name] for name in FIELDS if name in dumped and name not in REFERENCES}
    if "billing_address" in values:
        values["billing_address"] = compact(values["billing_address"]) or None
    if isinstance(fields, Whole) or "locations" in fields.model_fields_set:
        values["locations"] = [
            {
                "id": location.id, "name": location.name, "is_default": location.is_default,
                "address": compact(location.address.model_dump()), "job": location.job,
                "stand_in": location.stand_in, "stated": frozenset(location.model_fields_set),
                "meant": _meant(location, "tax_item"),
            }
            for location in fields.locations
        ]  # fmt: skip
    return values


def meant_by(fields: CustomerFields) -> dict[str, Meant]:
    """The references that are written: all of a whole customer, of others those that were given."""
    nothing = Meant(None, None, named=False, numbered=False) if isinstance(fields, Whole) else None
    meant = {name: _meant(fields, name) or nothing for name in REFERENCES}
    return {name: wish for name, wish in meant.items() if wish is not None}


def _meant(given: BaseModel, field: str) -> Meant | None:
    """What was written for a reference, None when it was left out."""
    named, numbered = (name in given.model_fields_set for name in (field, f"{field}_id"))
    if not named and not numbered:
        return None
    return Meant(getattr(given, field), getattr(given, f"{field}_id"), named, numbered)


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
