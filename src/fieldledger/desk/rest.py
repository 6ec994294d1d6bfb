"""The desk's REST API: the only way in for the sync engine, and for anybody else's program.

Errors are application/problem+json with what is wrong, where, and what to do. Every endpoint that touches the store
runs in a worker thread. What is specific to a kind of record stands in that kind's own file;
the routes that all kinds have are in `record_rest`.
"""

from typing import Annotated, Any, Literal, TypeAlias

from fastapi import APIRouter, Depends, Path, Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from fieldledger.desk import asking, record_rest
from fieldledger.desk.asking import PROBLEMS, Authorise
from fieldledger.desk.customer_rest import CUSTOMERS
from fieldledger.desk.entry_rest import ENTRIES
from fieldledger.desk.moments import instant
from fieldledger.desk.schema import STATUSES
from fieldledger.desk.store import Store


def _status(text: str) -> str:
    if text not in STATUSES:
        raise ValueError(f"There is no such status; use one of: {', '.join(STATUSES)}.")
    return text


def _instant(text: str) -> str:
    if instant(text) is None:
        raise ValueError("This must be a time such as 2026-11-24T16:05:00Z.")
    return text


Status: TypeAlias = Annotated[str, AfterValidator(_status), Field(json_schema_extra={"enum": list(STATUSES)})]
Instant: TypeAlias = Annotated[
    str, AfterValidator(_instant), Field(max_length=40, description="UTC, ISO 8601.")
]


class StatusItem(BaseModel):
    """What to show beside one record."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["customer", "tax_rate", "payment_term", "sales_tax_code"]
    id: int = Field(ge=1, le=2**53)
    status: Status
    detail: str = Field("", max_length=4000, description="A sentence for people.")
    books_name: str = Field("", max_length=1000, description="The record's full name in QuickBooks.")
    at: Instant


class Statuses(BaseModel):
    """Of two for one record the last one is shown. Records that are not there are passed over."""

    model_config = ConfigDict(extra="forbid")

    items: list[StatusItem] = Field(max_length=1000)


def create_router(store: Store, authorise: Authorise) -> APIRouter:
    """The routes below /api/v1/companies/{company}. ``authorise`` raises HTTPException when the asker may not."""

    def allowed(request: Request, company: Annotated[str, Path(description="For example c1.")]) -> str:
        authorise(request, company)
        return company

    mine = Annotated[str, Depends(allowed)]
    router = APIRouter(prefix="/api/v1/companies/{company}", tags=["desk"])
    record_rest.add_routes(router, store.customers, CUSTOMERS, allowed)
    for kind, described in ENTRIES.items():
        record_rest.add_routes(router, store.entries[kind], described, allowed)

    @router.put("/sync-status", status_code=204, responses=PROBLEMS)
    def show_status(request: Request, company: mine, wish: Statuses) -> None:
        """What to show beside records about their sync. Not an edit: no version, no place in the change feed. For the
        sync engine only."""
        asking.only_the_sync(request)
        store.show_status(company, [item.model_dump() for item in wish.items])

    @router.put("/sync-policy", status_code=204, responses=PROBLEMS)
    def set_policy(request: Request, company: mine, policy: dict[str, Any]) -> None:
        """Which way records go, what is locked and why. Shown on the pages, and what it locks is refused to everybody
        but the sync: ``{"customers": {"direction": …, "notice": …}, "locks": [{"what": "customers.terms", "why": …}]}``
        (``what``: a kind - customers, tax_rates, payment_terms, tax_codes -, or a field of it).
        Further keys are kept as they are."""
        asking.only_the_sync(request)
        store.set_policy(company, policy)

    @router.get("/sync-policy", responses=PROBLEMS)
    def policy(company: mine) -> dict[str, Any]:
        """The policy as it was last told; {} before it was."""
        return store.policy(company)

    return router
