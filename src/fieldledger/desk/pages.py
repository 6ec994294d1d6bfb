"""The desk's pages: customers as an office manager sees them. What is specific to a kind stands in that kind's file."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from starlette.datastructures import FormData

from fieldledger.desk import customer_pages
from fieldledger.desk.asking import Authorise
from fieldledger.desk.store import Store
from fieldledger.web import csrf
from fieldledger.web.pages import Pages

FIELDS_MOST = 2000
"""Of a form: 50 locations of 13 fields and the rest fit well."""


def create_pages(
    store: Store, authorise: Authorise, secret: bytes, describe: Callable[[str], Mapping[str, Any]]
) -> APIRouter:
    """authorise: raises HTTPException when the visitor may not; describe: what the layout shows of a company (id,
    name, attention, plan_waiting)."""
    pages = Pages("fieldledger.desk", secret)
    router = APIRouter(prefix="/companies/{company}/customers")

    def allowed(request: Request, company: str) -> str:
        authorise(request, company)
        return company

    async def posted(request: Request, company: Annotated[str, Depends(allowed)]) -> FormData:
        form = await request.form(max_files=0, max_fields=FIELDS_MOST)
        csrf.check(secret, request, form.get(csrf.FIELD))
        return form

    def show(request: Request, template: str, company: str, status: int = 200, **values: Any) -> Response:
        return pages.show(
            request, template, status, company=describe(company), section="customers",
            **notices(store.policy(company), "customers"), **values,
        )  # fmt: skip

    customer_pages.add_routes(router, store.customers, show, allowed, posted)
    return router


def notices(policy: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """What the sync engine wants said about a kind, and what it locked. The policy comes from outside in free form, so
    what is not as expected is not shown."""
    about = policy.get(kind)
    notice = about.get("notice") if isinstance(about, dict) else None
    locks = policy.get("locks")
    shown = [
        {"what": str(lock["what"]), "why": str(lock.get("why") or "")}
        for lock in (locks if isinstance(locks, list) else [])
        if isinstance(lock, dict) and lock.get("what")
    ]
    return {"notice": notice if isinstance(notice, str) else "", "locks": shown}
