"""Tax rates, payment terms and tax codes in the REST API, from their table; the routes are in `record_rest`."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from fieldledger.desk.entry_kinds import ENTRY_KINDS, PAYMENT_TERM, TAX_CODE, TAX_RATE, EntryKind
from fieldledger.desk.record_rest import RestKind, Shown


class ComponentShown(BaseModel):
    """A member of a tax group."""

    id: int
    name: str
    rate: str | None


class TaxRateShown(Shown):
    """A single tax, or a group: then its rate is the exact sum of its components' and is computed each time."""

    name: str
    rate: Annotated[
        str | None, Field(description="Percent, exact; null when QuickBooks states none for a single tax.")
    ]
    components: list[ComponentShown]
    active: bool


class PaymentTermShown(Shown):
    """A payment term. What the form does not know is null."""

    name: str
    form: Literal["standard", "date_driven"]
    due_days: int | None
    discount_days: int | None
    discount_percent: str | None
    due_day: int | None
    next_month_days: int | None
    discount_day: int | None
    active: bool


class TaxCodeShown(Shown):
    """A tax code: whether something is taxable."""

    name: str
    description: str | None
    taxable: bool
    active: bool


SHOWN: Mapping[str, type[BaseModel]] = {
    TAX_RATE.kind: TaxRateShown, PAYMENT_TERM.kind: PaymentTermShown, TAX_CODE.kind: TaxCodeShown,
}  # fmt: skip


def _rest(kind: EntryKind) -> RestKind:
    fields: dict[str, Any] = kind.models._asdict()
    return RestKind(
        path=kind.path, key=kind.key, noun=kind.noun, nouns=kind.nouns, **fields, shown=SHOWN[kind.kind],
        searched="Name and description.",
        names=f"Its name is unique among the {kind.nouns}, whatever its case.",
        deleting=f"A {kind.noun} that is used is refused (409): retire it instead (active: false).",
    )  # fmt: skip


ENTRIES: Mapping[str, RestKind] = {kind: _rest(each) for kind, each in ENTRY_KINDS.items()}
