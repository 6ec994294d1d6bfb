"""Pages of customers: list with search, one customer, the form, deactivating and deleting.

They work without JavaScript; with it the search is live and locations are added without a reload.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from starlette.datastructures import FormData

from fieldledger.desk import customer_form as forms
from fieldledger.desk.asking import read_cursor, write_cursor
from fieldledger.desk.customer_rows import shown
from fieldledger.desk.customer_search import Page, Wanted, spot_of
from fieldledger.desk.customer_store import Conflict, Customers, NotThere
from fieldledger.desk.customers import ADDRESS_LINES, CustomerCreate, CustomerFields
from fieldledger.desk.schema import LOCATIONS_MOST
from fieldledger.web.problems import field_errors

PAGE = 50
ACTIVE: Mapping[str, bool | None] = {"true": True, "false": False, "all": None}
TOLD: Mapping[str, str] = {
    "created": "The customer was added.",
    "saved": "Your changes are saved.",
    "deleted": "The customer was deleted. It stays in QuickBooks and is not brought back.",
    "active": "The customer is active again.",
    "inactive": "The customer is inactive now. It is kept, and shown under Inactive.",
    "changed": "Somebody else changed this customer meanwhile, so nothing was done. Look at it again, then decide.",
}
Show = Callable[..., Response]
"""show(request, template, company, status=200, **values)."""


LINKED = ("Synced", "Synced with warnings", "Conflict", "Deleted in QuickBooks")
"""Badges of customers that have a record of their own in QuickBooks."""


def add_routes(
    router: APIRouter,
    store: Customers,
    show: Show,
    allowed: Callable[..., str],
    posted: Callable[..., Any],
) -> None:
    """The routes below /companies/{company}/customers. ``allowed``: a dependency that gives the company or refuses;
    ``posted``: one that gives a form which was sent from one of our pages."""
    mine = Annotated[str, Depends(allowed)]
    form_of_ours = Annotated[FormData, Depends(posted)]

    @router.get("")
    def listing(
        request: Request, company: mine, search: str = "", active: str = "true", after: str = "", before: str = "",
        told: str = "",
    ) -> Response:  # fmt: skip
        active = active if active in ACTIVE else "true"
        search = search[:200].strip()
        found = store.page(
            company, Wanted(search, ACTIVE[active]), after=read_cursor(after), until=read_cursor(before),
            limit=PAGE, count_before=True,
        )  # fmt: skip
        return show(
            request, "customers.html", company, customers=[_with_place(shown(state)) for state in found.states],
            total=found.total, first=found.before + 1, search=search, active=active,
            links=_links(found, search, active), told=TOLD.get(told, ""),
        )  # fmt: skip

    @router.get("/new")
    def new(request: Request, company: mine) -> Response:
        return form_page(request, company, None, forms.blank())

    @router.post("/new")
    def create(request: Request, company: mine, form: form_of_ours) -> Response:
        values = forms.read(form)
        if action := str(form.get("do") or ""):
            return form_page(request, company, None, forms.with_action(values, action))
        values = forms.without_empty(values)
        try:
            made = store.create(company, CustomerCreate.model_validate(forms.to_store(values)))
        except ValidationError as error:
            return form_page(request, company, None, values, errors=_by_field(error))
        return _go(f"/companies/{company}/customers/{made['id']}?told=created")

    @router.get("/{id}")
    def one(request: Request, company: mine, id: int, told: str = "") -> Response:
        customer = _with_place(there(company, id))
        return show(request, "customer.html", company, customer=customer, told=TOLD.get(told, ""))

    @router.get("/{id}/edit")
    def edit(request: Request, company: mine, id: int) -> Response:
        customer = there(company, id)
        return form_page(request, company, customer, forms.of_customer(customer))

    @router.post("/{id}/edit")
    def save(request: Request, company: mine, id: int, form: form_of_ours) -> Response:
        customer = {**there(company, id), "version": _version(form)}
        values = forms.read(form)
        if action := str(form.get("do") or ""):
            return form_page(request, company, customer, forms.with_action(values, action))
        values = forms.without_empty(values)
        try:
            fields = CustomerFields.model_validate(forms.to_store(values))
            store.change(company, id, fields, _version(form))
        except ValidationError as error:
            return form_page(request, company, customer, values, errors=_by_field(error))
        except NotThere as error:
            raise HTTPException(404, str(error)) from None
        except Conflict as error:
            # The form now carries the new version: saving again, having seen what is stored, is a decision.
            theirs = forms.differences(values, error.current)
            return form_page(request, company, error.current, values, status=409, theirs=theirs)
        return _go(f"/companies/{company}/customers/{id}?told=saved")

    @router.post("/{id}/active")
    def set_active(request: Request, company: mine, id: int, form: form_of_ours) -> Response:
        active = form.get("active") == "true"
        wish = CustomerFields(active=active)
        told = "active" if active else "inactive"
        if not attempt(lambda: store.change(company, id, wish, _version(form))):
            told = "changed"
        return _go(f"/companies/{company}/customers/{id}?told={told}")

    @router.get("/{id}/delete")
    def ask_delete(request: Request, company: mine, id: int) -> Response:
        return show(request, "delete.html", company, customer=_with_place(there(company, id)), linked=LINKED)

    @router.post("/{id}/delete")
    def delete(request: Request, company: mine, id: int, form: form_of_ours) -> Response:
        if not attempt(lambda: store.delete(company, id, _version(form))):
            return _go(f"/companies/{company}/customers/{id}?told=changed")
        return _go(f"/companies/{company}/customers?told=deleted")

    def there(company: str, id: int) -> dict[str, Any]:
        try:
            return store.get(company, id)
        except NotThere as error:
            raise HTTPException(404, str(error)) from None

    def attempt(wish: Callable[[], object]) -> bool:
        """False when somebody else was first."""
        try:
            wish()
        except NotThere as error:
            raise HTTPException(404, str(error)) from None
        except Conflict:
            return False
        return True

    def form_page(
        request: Request, company: str, customer: Mapping[str, Any] | None, values: dict[str, Any], *,
        errors: Mapping[str, str] | None = None, theirs: list[tuple[str, Any]] | None = None, status: int = 200,
    ) -> Response:  # fmt: skip
        return show(
            request, "customer_form.html", company, 422 if errors else status, customer=customer, values=values,
            errors=errors or {}, theirs=theirs, labels=forms.LABELS, lines=ADDRESS_LINES, most=LOCATIONS_MOST,
        )  # fmt: skip


def _with_place(customer: dict[str, Any]) -> dict[str, Any]:
    """With the address that tells it from others of its name: its default location's, else the first one's."""
    locations = customer["locations"]
    chosen = next((each for each in locations if each["is_default"]), locations[0])
    return {**customer, "place": chosen["address"] or customer["billing_address"] or {}}


def _links(found: Page, search: str, active: str) -> dict[str, str]:
    """Where the pages before and after this one are; blank means that there is none."""
    asked = {"search": search, "active": active}
    links = {"before": "", "after": ""}
    if found.before:
        links["before"] = urlencode({**asked, "before": write_cursor(spot_of(found.states[0]))})
    if found.more:
        links["after"] = urlencode({**asked, "after": write_cursor(spot_of(found.states[-1]))})
    return links


def _by_field(error: ValidationError) -> dict[str, str]:
    """The first error of each field."""
    told: dict[str, str] = {}
    for each in field_errors(error):
        told.setdefault(each["field"], each["message"])
    return told


def _version(form: FormData) -> int | None:
    text = str(form.get("version") or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _go(address: str) -> Response:
    return RedirectResponse(address, 303)
