"""Customers as the desk knows them: what may be written, what is shown, and the rules that hold for every way in."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

LOCATIONS_MOST = 50
ADDRESS_LINES = (
    "line1",
    "line2",
    "line3",
    "line4",
    "line5",
    "city",
    "state",
    "postal_code",
    "country",
    "note",
)


def _trimmed(value: Any) -> Any:
    """Blank text is no text."""
    return (value.strip() or None) if isinstance(value, str) else value


Text: TypeAlias = Annotated[Annotated[str, Field(max_length=255)] | None, BeforeValidator(_trimmed)]
Long: TypeAlias = Annotated[Annotated[str, Field(max_length=4095)] | None, BeforeValidator(_trimmed)]


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
    """A service location. Its name is unique within the customer."""

    model_config = ConfigDict(extra="forbid")

    id: int | None = Field(None, description="Given when the location exists; new ones get one.")
    name: Annotated[str, BeforeValidator(_trimmed), Field(min_length=1, max_length=255)]
    is_default: bool = False
    address: Address = Field(default_factory=lambda: Address())


class CustomerFields(BaseModel):
    """What can be written. In an update, a field that is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, BeforeValidator(_trimmed), Field(max_length=255, description="Company Name.")] = ""
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
    locations: list[Location] = Field(default_factory=list, max_length=LOCATIONS_MOST)

    @field_validator("name", mode="before")
    @classmethod
    def _named(cls, value: Any) -> Any:
        if value is None or (isinstance(value, str) and not value.strip()):
            raise ValueError("a customer needs a name")
        return value

    @model_validator(mode="after")
    def _tell_locations_apart(self) -> CustomerFields:
        seen: set[str] = set()
        for location in self.locations:
            key = " ".join(location.name.split()).casefold()
            if key in seen:
                raise ValueError(f"two service locations are named {location.name!r}; give each its own name")
            seen.add(key)
        if sum(location.is_default for location in self.locations) > 1:
            raise ValueError("only one service location can be the default")
        return self


class CustomerCreate(CustomerFields):
    """A new customer. Only the name is required."""

    name: Annotated[
        str, BeforeValidator(_trimmed), Field(min_length=1, max_length=255, description="Company Name.")
    ]


def stored(fields: CustomerFields, only_given: bool) -> dict[str, Any]:
    """Plain data to store: every field, or only those that were given."""
    values = fields.model_dump(exclude_unset=only_given)
    for name in ("billing_address",):
        if values.get(name):
            values[name] = compact(values[name])
    if "billing_address" in values and not values["billing_address"]:
        values["billing_address"] = None
    if "locations" in values:
        values["locations"] = [
            {
                "id": location.get("id"),
                "name": location["name"],
                "is_default": location.get("is_default", False),
                "address": compact(location.get("address") or {}),
            }
            for location in values["locations"]
        ]
    return values


def compact(address: dict[str, Any]) -> dict[str, str]:
    """Filled lines only."""
    return {line: address[line] for line in ADDRESS_LINES if address.get(line)}


def number_locations(new: list[dict[str, Any]], old: list[dict[str, Any]], next_id: int) -> int:
    """Give locations their ids: the one they came with, that of the old location of the same name, or a new one.
    Returns the next free id."""
    by_name = {location["name"].casefold(): location["id"] for location in old}
    known = {location["id"] for location in old}
    used: set[int] = {location["id"] for location in new if location["id"] in known}
    for location in new:
        if location["id"] not in known:
            same = by_name.get(location["name"].casefold())
            if same is not None and same not in used:
                location["id"] = same
            else:
                location["id"], next_id = next_id, next_id + 1
            used.add(location["id"])
    return next_id
