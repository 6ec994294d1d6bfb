"""Entries of the small lists that other records refer to (tax rates, payment terms, tax codes): what may be written.

Here stands what can be told from one entry alone; what depends on others, or on who writes, is in `entry_rules`. It
stores nothing and shows nothing; a text that does not fit is refused, never cut.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, NamedTuple, TypeAlias

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    create_model,
    field_validator,
    model_validator,
)

from fieldledger.desk.texts import AsRead, Percent, Whole, named, trimmed

NAME_LONGEST = 31
"""Characters of a tax rate's and a payment term's name, and of a tax code's description, as in QuickBooks."""
CODE_LONGEST = 3
COMPONENTS_MOST = 100
DAYS_MOST = 9999

ListName: TypeAlias = Annotated[str, Field(max_length=NAME_LONGEST), BeforeValidator(named)]
CodeName: TypeAlias = Annotated[str, Field(max_length=CODE_LONGEST), BeforeValidator(named)]
Description: TypeAlias = Annotated[
    Annotated[str, Field(max_length=NAME_LONGEST)] | None, BeforeValidator(trimmed)
]
Days: TypeAlias = Annotated[int, Field(ge=0, le=DAYS_MOST, strict=True)] | None
DayOfMonth: TypeAlias = Annotated[int, Field(ge=1, le=31, strict=True)] | None


class EntryFields(BaseModel):
    """What can be written of every entry. In an update, a field that is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    name: str = ""
    active: Annotated[
        bool, Field(description="false = retired: kept for the records that have it, not offered any more.")
    ] = True


class Component(BaseModel):
    """A member of a tax group, by its number. Its name and rate are passed over: they are its own."""

    model_config = ConfigDict(extra="forbid")

    id: int = Field(ge=1, le=2**53, strict=True)

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, given: Any) -> Any:
        if isinstance(given, dict):
            return {name: value for name, value in given.items() if name not in ("name", "rate")}
        return given if isinstance(given, Component) else {"id": given}


class TaxRateFields(EntryFields):
    """A tax: a single one has a rate of its own, a group is the sum of its components."""

    name: ListName = ""
    rate: Annotated[
        Percent,
        Field(
            description="Percent as text, at most 5 decimals. Of a group it is the sum of its components, "
            "computed; leave it out."
        ),
    ] = None
    components: Annotated[
        list[Component],
        Field(
            max_length=COMPONENTS_MOST,
            description="Of a group: its members, single taxes, as {id} or numbers; [] = a single tax.",
        ),
    ] = Field(default_factory=list)

    @field_validator("components")
    @classmethod
    def _once_each(cls, components: list[Component]) -> list[Component]:
        ids = [each.id for each in components]
        if twice := next((id for id in ids if ids.count(id) > 1), None):
            raise ValueError(f"Tax rate {twice} stands here twice; a tax counts once in a group.")
        return components


class PaymentTermFields(EntryFields):
    """When an invoice is due: so many days later (standard), or on a day of the month (date_driven)."""

    name: ListName = ""
    form: Literal["standard", "date_driven"] = "standard"
    due_days: Annotated[Days, Field(description="standard: days until it is due.")] = None
    discount_days: Annotated[Days, Field(description="standard: days within which the discount holds.")] = (
        None
    )
    discount_percent: Annotated[Percent, Field(description="Percent as text, such as 2.")] = None
    due_day: Annotated[DayOfMonth, Field(description="date_driven: day of the month on which it is due.")] = (
        None
    )
    next_month_days: Annotated[
        Days, Field(description="date_driven: issued within so many days before that day, due a month later.")
    ] = None
    discount_day: Annotated[
        DayOfMonth, Field(description="date_driven: the discount holds until this day of the month.")
    ] = None


class TaxCodeFields(EntryFields):
    """Taxable or not. Tax and Non are there from the start, as in every QuickBooks file."""

    name: CodeName = ""
    description: Description = None
    taxable: bool = True


class Models(NamedTuple):
    """The ways in which entries of a kind are written."""

    fields: type[EntryFields]
    create: type[EntryFields]
    patch: type[EntryFields]
    put: type[EntryFields]


def models(fields: type[EntryFields], noun: str) -> Models:
    """For a kind whose fields are these: how one is created, changed and replaced."""
    title = fields.__name__.removesuffix("Fields")
    name = fields.model_fields["name"]
    needed = Annotated[str, *name.metadata]  # the same limits, and it must be given
    create: Any = create_model(
        f"{title}Create", __base__=(Whole, fields), __doc__=f"A new {noun}.", name=(needed, ...)
    )
    patch: Any = create_model(
        f"{title}Patch",
        __base__=(AsRead, fields),
        __doc__="What is to change; what is left out stays as it is.",
    )
    put: Any = create_model(f"{title}Put", __base__=(AsRead, create), __doc__=f"The whole {noun}.")
    return Models(fields, create, patch, put)


def values_of(given: BaseModel) -> dict[str, Any]:
    """Plain values to store: every field of a whole entry, of others those that were given. Components as numbers."""
    values = given.model_dump(exclude={"version"}, exclude_unset=not isinstance(given, Whole))
    if "components" in values:
        values["components"] = [each["id"] for each in values["components"]]
    return values
