"""The desk's pages: customers, and the settings of tax and terms, as an office manager sees them. What is specific to a
kind stands in that kind's file.
"""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from markupsafe import Markup, escape
from starlette.datastructures import FormData

from fieldledger.desk import customer_pages, entry_pages, policy
from fieldledger.desk.asking import Authorise
from fieldledger.desk.customer_choices import Choices
from fieldledger.desk.customer_form import LABELS
from fieldledger.desk.entry_kinds import ENTRY_KINDS
from fieldledger.desk.schema import LOCATIONS_MOST, PLACES_MOST
from fieldledger.desk.store import Store
from fieldledger.web import csrf
from fieldledger.web.pages import Pages

FIELDS_MOST = LOCATIONS_MOST * 20 + PLACES_MOST + 1000
"""Of a form: as many locations as a customer can have, with all their fields, and the rest fit well."""
_SIGNS = re.compile(r"(?=[@._])")


def create_pages(
    store: Store, authorise: Authorise, secret: bytes, describe: Callable[[str], Mapping[str, Any]]
) -> APIRouter:
    """authorise: raises HTTPException when the visitor may not; describe: what the layout shows of a company (id,
    name, attention, plan_waiting)."""
    pages = Pages("fieldledger.desk", secret)
    pages.environment.filters["breakable"] = breakable
    router = APIRouter(prefix="/companies/{company}")
    customers, settings = APIRouter(prefix="/customers"), APIRouter(prefix=f"/{entry_pages.HERE}")

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
            **told(store.policy(company), policy.CUSTOMERS), **values,
        )  # fmt: skip

    def show_settings(
        request: Request, template: str, company: str, status: int = 200, **values: Any
    ) -> Response:
        return pages.show(request, template, status, company=describe(company), section="settings", **values)

    customer_pages.add_routes(customers, store.customers, Choices(store.entries), show, allowed, posted)
    entry_pages.add_routes(settings, store, show_settings, allowed, posted)
    router.include_router(customers)
    router.include_router(settings)
    return router


def told(said: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """What the sync engine wants said about a kind, which way it goes, and what is locked. What is locked of another
    kind stands on that kind's page."""
    elsewhere = {each.policy for each in ENTRY_KINDS.values()} - {kind}
    named = {kind: kind.capitalize(), **{f"{kind}.{field}": label for field, label in LABELS.items()}}
    return {
        "notice": policy.notice(said, kind),
        "direction": policy.direction(said, kind),
        "locks": [
            {**lock, "what": named.get(lock["what"], lock["what"])}
            for lock in policy.told_locks(said)
            if lock["what"].partition(".")[0] not in elsewhere
        ],
        "locked": policy.locks(said, kind),
    }


def breakable(text: str) -> Markup:
    """An e-mail address, which breaks before its signs rather than within a word."""
    return Markup(_SIGNS.sub("<wbr>", str(escape(text))))  # noqa: S704 - escaped, and no entity holds these signs
