"""Pages of customers: list with search, one customer, the form, deactivating and deleting.

They work without JavaScript; with it the search is live and locations are added without a reload. What is done to
several selected customers at once is in `customer_selection`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from starlette.datastructures import FormData

from fieldledger.desk import customer_form as forms
from fieldledger.desk import customer_selection, customer_words
from fieldledger.desk.asking import read_cursor, write_cursor
from fieldledger.desk.customer_choices import Choices
from fieldledger.desk.customer_rows import shown, with_place
from fieldledger.desk.customer_search import Page, spot_of
from fieldledger.desk.customer_store import Customers
from fieldledger.desk.customers import ADDRESS_LINES, CustomerCreate, CustomerFields
from fieldledger.desk.judging import Conflict, NotThere, Refused
from fieldledger.desk.listing import UNSPOKEN, Wanted
from fieldledger.desk.schema import LOCATIONS_MOST, STATUSES
from fieldledger.web.problems import field_errors

PAGE = 50
ACTIVE: Mapping[str, bool | None] = {"true": True, "false": False, "all": None}
Show = Callable[..., Response]
"""show(request, template, company, status=200, **values)."""


def add_routes(
    router: APIRouter,
    store: Customers,
    choices: Choices,
    show: Show,
    allowed: Callable[..., str],
    posted: Callable[..., Any],
) -> None:
    """The routes below /companies/{company}/customers. ``choices``: what a customer may refer to; ``allowed``: a
    dependency that gives the company or refuses; ``posted``: one that gives a form which was sent from one of our
    pages."""
    mine = Annotated[str, Depends(allowed)]
    form_of_ours = Annotated[FormData, Depends(posted)]

    @router.get("")
    def listing(
        request: Request, company: mine, search: str = "", active: str = "true", status: str = "", after: str = "",
        before: str = "", told: str = "", select: str = "",
    ) -> Response:  # fmt: skip
        active = active if active in ACTIVE else "true"
        status = status if status in (*STATUSES, UNSPOKEN) else ""
        search = search[:200].strip()
        found = store.page(
            company, Wanted(search, ACTIVE[active], status=status), after=read_cursor(after),
            until=read_cursor(before), limit=PAGE, count_before=True,
        )  # fmt: skip
        asked = {"search": search, "active": active, "status": status}
        place = {name: spot for name, spot in (("after", after), ("before", before)) if spot}
        return show(
            request, "customers.html", company, customers=[with_place(shown(state)) for state in found.states],
            total=found.total, first=found.before + 1, asked=asked, place=place, links=_links(found, asked),
            told=customer_words.TOLD.get(told, ""), statuses=STATUSES, unspoken=UNSPOKEN, ticked=select == "all",
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
        fields, located = forms.to_store(values)
        try:
            made = store.create(company, CustomerCreate.model_validate(fields))
        except (ValidationError, Refused) as error:
            return form_page(request, company, None, values, errors=by_field(error, located))
        return _go(f"/companies/{company}/customers/{made['id']}?told=created")

    customer_selection.add_routes(router, store, show, allowed, posted)

    @router.get("/{id}")
    def one(request: Request, company: mine, id: int, told: str = "") -> Response:
        customer = with_place(there(company, id))
        return show(
            request, "customer.html", company, customer=customer, told=customer_words.TOLD.get(told, ""),
            stated=choices.shown(company, customer), taxes=choices.shown_at(company, customer),
            switched=told in ("active", "inactive"), switching=customer_words.SWITCHING,
        )  # fmt: skip

    @router.get("/{id}/edit")
    def edit(request: Request, company: mine, id: int) -> Response:
        customer = there(company, id)
        return form_page(request, company, customer, forms.of_customer(customer))

    @router.post("/{id}/edit")
    def save(request: Request, company: mine, id: int, form: form_of_ours) -> Response:
        customer = {**there(company, id), "version": version_of(form)}
        values = forms.read(form)
        if action := str(form.get("do") or ""):
            return form_page(request, company, customer, forms.with_action(values, action))
        values = forms.without_empty(values)
        fields, located = forms.to_store(values, customer)
        try:
            store.change(company, id, CustomerFields.model_validate(fields), version_of(form))
        except (ValidationError, Refused) as error:
            return form_page(request, company, customer, values, errors=by_field(error, located))
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
        if not attempt(lambda: store.change(company, id, wish, version_of(form))):
            told = "changed"
        return _go(f"/companies/{company}/customers/{id}?told={told}")

    @router.get("/{id}/delete")
    def ask_delete(request: Request, company: mine, id: int) -> Response:
        return show(
            request, "delete.html", company, customer=with_place(there(company, id)),
            meaning=customer_words.DELETING[False], switching=customer_words.SWITCHING,
        )  # fmt: skip

    @router.post("/{id}/delete")
    def delete(request: Request, company: mine, id: int, form: form_of_ours) -> Response:
        if not attempt(lambda: store.delete(company, id, version_of(form))):
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
        except Refused as error:
            raise HTTPException(422, str(error)) from None
        except Conflict:
            return False
        return True

    def form_page(
        request: Request, company: str, customer: Mapping[str, Any] | None, values: dict[str, Any], *,
        errors: Mapping[str, str] | None = None, theirs: list[tuple[str, Any]] | None = None, status: int = 200,
    ) -> Response:  # fmt: skip
        return show(
            request, "customer_form.html", company, 422 if errors else status, customer=customer, values=values,
            jobs=forms.jobs_of(customer), errors=errors or {}, theirs=theirs, labels=forms.LABELS, lines=ADDRESS_LINES,
            most=LOCATIONS_MOST, choices=choices.options(company),
        )  # fmt: skip


def _links(found: Page, asked: Mapping[str, str]) -> dict[str, str]:
    """Where the pages before and after this one are; blank means that there is none."""
    links = {"before": "", "after": ""}
    if found.before:
        links["before"] = urlencode({**asked, "before": write_cursor(spot_of(found.states[0]))})
    if found.more:
        links["after"] = urlencode({**asked, "after": write_cursor(spot_of(found.states[-1]))})
    return links


def by_field(error: ValidationError | Refused, located: Sequence[str] = ()) -> dict[str, str]:
    """The first error of each field of the form. located: where the locations that were sent stand in it."""
    told: dict[str, str] = {}
    for each in error.errors if isinstance(error, Refused) else field_errors(error):
        told.setdefault(forms.in_form(each["field"], located), each["message"])
    return told


def version_of(form: FormData) -> int | None:
    """The version that the page showed; None when it showed none."""
    text = str(form.get("version") or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _go(address: str) -> Response:
    return RedirectResponse(address, 303)
