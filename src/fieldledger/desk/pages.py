"""The desk's pages: customers as an office manager sees them. Work without JavaScript; search is live with it."""

from collections.abc import Callable
from typing import Any

from anyio import to_thread
from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from starlette.datastructures import FormData

from fieldledger.desk.customers import ADDRESS_LINES, CustomerCreate, CustomerFields
from fieldledger.desk.rest import read_cursor, write_cursor
from fieldledger.desk.store import FIELDS, Conflict, NotThere, Store
from fieldledger.web import csrf
from fieldledger.web.pages import Pages
from fieldledger.web.problems import field_errors

PAGE = 50
PLAIN = (
    "name",
    "first_name",
    "last_name",
    "phone",
    "alt_phone",
    "email",
    "terms",
    "tax_code",
    "tax_item",
    "notes",
)
EMPTY: dict[str, Any] = {**dict.fromkeys(FIELDS), "active": True, "locations": [], "name": ""}


def create_pages(
    store: Store,
    authorise: Callable[[Request, str], None],
    secret: bytes,
    describe: Callable[[str], dict[str, Any]],
) -> APIRouter:
    """authorise: raises HTTPException when the visitor may not; describe: what the layout shows of a company (id,
    name, attention, plan_waiting)."""
    pages = Pages("fieldledger.desk", secret)
    router = APIRouter(prefix="/companies/{company}/customers")

    def show(request: Request, template: str, company: str, status: int = 200, **values: Any) -> Response:
        about = describe(company)
        return pages.show(request, template, status, company=about, section="customers", **values)

    def notice(company: str) -> str:
        policy = store.policy(company).get("customers") or {}
        return str(policy.get("notice") or "")

    async def posted(request: Request, company: str) -> FormData:
        await to_thread.run_sync(authorise, request, company)
        form = await request.form(max_fields=2000)
        csrf.check(secret, request, form.get("csrf"))
        return form

    @router.get("")
    def listing(
        request: Request, company: str, search: str = "", active: str = "true", cursor: str = ""
    ) -> Response:
        authorise(request, company)
        active = active if active in ("true", "false", "all") else "true"
        wanted = {"true": True, "false": False, "all": None}[active]
        found, total = store.page(
            company, search=search[:200], active=wanted, after=read_cursor(cursor), limit=PAGE
        )
        following = write_cursor(found[-1]) if len(found) == PAGE else None
        return show(
            request, "customers.html", company, customers=found, total=total, search=search, active=active,
            next=following, notice=notice(company),
        )  # fmt: skip

    @router.get("/new")
    def new(request: Request, company: str) -> Response:
        authorise(request, company)
        return show(request, "edit.html", company, id=None, version=None, values=EMPTY, errors=[], notice="")

    @router.post("/new")
    async def create(request: Request, company: str) -> Response:
        form = await posted(request, company)
        values = _values(form)
        try:
            made = await to_thread.run_sync(lambda: store.create(company, CustomerCreate(**values)))
        except ValidationError as error:
            return show(
                request, "edit.html", company, 422, id=None, version=None, values={**EMPTY, **values},
                errors=_sentences(error), notice="",
            )  # fmt: skip
        return _after_saving(company, made["id"], form)

    @router.get("/{id}")
    def one(request: Request, company: str, id: int) -> Response:
        authorise(request, company)
        return show(request, "customer.html", company, customer=_there(lambda: store.get(company, id)))

    @router.get("/{id}/edit")
    def edit(request: Request, company: str, id: int, more: int = 0) -> Response:
        authorise(request, company)
        found = _there(lambda: store.get(company, id))
        values = {name: found[name] for name in FIELDS}
        values["locations"] = [place for place in found["locations"] if not place["stand_in"]]
        if more or not values["locations"]:
            values["locations"].append({"id": None, "name": "", "is_default": False, "address": {}})
        return show(
            request, "edit.html", company, id=id, version=found["version"], values=values, errors=[],
            notice=notice(company),
        )  # fmt: skip

    @router.post("/{id}/edit")
    async def save(request: Request, company: str, id: int) -> Response:
        form = await posted(request, company)
        values = _values(form)
        version = str(form.get("version") or "")
        try:
            fields = CustomerFields(**values)
            await to_thread.run_sync(
                lambda: store.change(company, id, fields, int(version) if version.isdigit() else None)
            )
        except ValidationError as error:
            errors = _sentences(error)
        except Conflict:
            errors = [
                "Somebody else, or the sync, changed this customer meanwhile. Open it again to see how."
            ]
        except NotThere as error:
            raise HTTPException(404, f"{str(error).capitalize()}.") from None
        else:
            return _after_saving(company, id, form)
        return show(
            request, "edit.html", company, 422, id=id, version=version, values=values, errors=errors, notice="",
        )  # fmt: skip

    @router.post("/{id}/active")
    async def set_active(request: Request, company: str, id: int) -> Response:
        form = await posted(request, company)
        fields = CustomerFields(active=form.get("active") == "true")
        await to_thread.run_sync(lambda: _there(lambda: store.change(company, id, fields, None)))
        return RedirectResponse(f"/companies/{company}/customers/{id}", 303)

    @router.post("/{id}/delete")
    async def delete(request: Request, company: str, id: int) -> Response:
        await posted(request, company)
        await to_thread.run_sync(lambda: _there(lambda: store.delete(company, id)))
        return RedirectResponse(f"/companies/{company}/customers", 303)

    return router


def _after_saving(company: str, id: int, form: FormData) -> Response:
    where = f"/companies/{company}/customers/{id}"
    return RedirectResponse(f"{where}/edit?more=1" if form.get("more") else where, 303)


def _values(form: FormData) -> dict[str, Any]:
    """The form as the store takes it. A location without a name and without an address was left empty."""
    values: dict[str, Any] = {name: str(form.get(name) or "") for name in PLAIN}
    values["active"] = form.get("active") == "true"
    values["billing_address"] = _address(form, "billing_") or None
    values["locations"] = []
    for n in range(1, 52):
        name = form.get(f"loc{n}_name")
        if name is None:
            break
        address = _address(form, f"loc{n}_")
        if form.get(f"loc{n}_remove") or (not str(name).strip() and not address):
            continue
        id = str(form.get(f"loc{n}_id") or "")
        values["locations"].append(
            {
                "id": int(id) if id.isdigit() else None,
                "name": str(name),
                "is_default": form.get("default") == str(n),
                "address": address,
            }
        )
    return values


def _address(form: FormData, prefix: str) -> dict[str, str]:
    return {line: text for line in ADDRESS_LINES if (text := str(form.get(prefix + line) or "").strip())}


def _sentences(error: ValidationError) -> list[str]:
    return [
        f"{each['field']}: {each['message']}" if each["field"] else each["message"]
        for each in field_errors(error)
    ]


def _there(wish: Callable[[], Any]) -> Any:
    try:
        return wish()
    except NotThere as error:
        raise HTTPException(404, f"{str(error).capitalize()}.") from None
