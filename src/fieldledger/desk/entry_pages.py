"""The page Settings > Tax and Terms, and the forms of tax rates and payment terms. Tax codes are only shown: QuickBooks
keeps them. Everything works without JavaScript.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from starlette.datastructures import FormData

from fieldledger.desk import entry_words, policy, uses
from fieldledger.desk.customer_pages import by_field, version_of
from fieldledger.desk.entry_form import FORMS, LABELS
from fieldledger.desk.entry_kinds import ENTRY_KINDS, EntryKind
from fieldledger.desk.entry_store import Entries
from fieldledger.desk.judging import Conflict, InUse, NotThere, Refused
from fieldledger.desk.store import Store

HERE = "settings/tax-and-terms"
Show = Callable[..., Response]
"""show(request, template, company, status=200, **values)."""
Editable = Literal["tax-rates", "payment-terms"]
BY_PATH: Mapping[str, EntryKind] = {kind.path: kind for kind in ENTRY_KINDS.values()}


def add_routes(
    router: APIRouter, store: Store, show: Show, allowed: Callable[..., str], posted: Callable[..., Any]
) -> None:
    """The routes below /companies/{company}/settings/tax-and-terms. ``allowed``: a dependency that gives the company or
    refuses; ``posted``: one that gives a form which was sent from one of our pages."""
    mine = Annotated[str, Depends(allowed)]
    form_of_ours = Annotated[FormData, Depends(posted)]

    @router.get("")
    def lists(request: Request, company: mine, told: str = "") -> Response:
        return show(
            request, "tax_and_terms.html", company, told=entry_words.TOLD.get(told, ""), words=entry_words,
            lists={kind.path: _listed(store.entries[kind.kind], company) for kind in ENTRY_KINDS.values()},
            locks={kind.path: why_locked(company, kind) for kind in ENTRY_KINDS.values()},
            notices={
                kind.path: policy.notice(store.policy(company), kind.policy) for kind in ENTRY_KINDS.values()
            },
        )  # fmt: skip

    @router.get("/{path}/new")
    def new(request: Request, company: mine, path: Editable) -> Response:
        kind = BY_PATH[path]
        if why_locked(company, kind):
            return _go(company)
        return form_page(request, company, kind, None, FORMS[kind.kind].blank())

    @router.post("/{path}/new")
    def create(request: Request, company: mine, path: Editable, form: form_of_ours) -> Response:
        kind = BY_PATH[path]
        typed = FORMS[kind.kind]
        values = typed.read(form)
        try:
            _may_be_saved(why_locked(company, kind), values)
            fields = kind.models.create.model_validate(typed.store(values))
            store.entries[kind.kind].create(company, fields)
        except (ValidationError, Refused) as error:
            return form_page(request, company, kind, None, values, errors=by_field(error))
        return _go(company, "created")

    @router.get("/{path}/{id}")
    def edit(request: Request, company: mine, path: Editable, id: int) -> Response:
        kind = BY_PATH[path]
        entry = there(company, kind, id)
        if why_locked(company, kind):
            return _go(company)
        return form_page(request, company, kind, entry, FORMS[kind.kind].of(entry))

    @router.post("/{path}/{id}")
    def save(request: Request, company: mine, path: Editable, id: int, form: form_of_ours) -> Response:
        kind = BY_PATH[path]
        typed = FORMS[kind.kind]
        entry = {**there(company, kind, id), "version": version_of(form)}
        values = typed.read(form)
        try:
            _may_be_saved(why_locked(company, kind), values)
            fields = kind.models.fields.model_validate(typed.store(values))
            store.entries[kind.kind].change(company, id, fields, version_of(form))
        except (ValidationError, Refused) as error:
            return form_page(request, company, kind, entry, values, errors=by_field(error))
        except NotThere as error:
            raise HTTPException(404, str(error)) from None
        except Conflict as error:
            # The form now carries the new version: saving again, having seen what is stored, is a decision.
            theirs = typed.differences(values, error.current)
            return form_page(request, company, kind, error.current, values, status=409, theirs=theirs)
        return _go(company, "saved")

    @router.post("/{path}/{id}/active")
    def set_active(company: mine, path: Editable, id: int, form: form_of_ours) -> Response:
        kind = BY_PATH[path]
        active = form.get("active") == "true"
        wish = kind.models.fields.model_validate({"active": active})
        done = attempt(lambda: store.entries[kind.kind].change(company, id, wish, version_of(form)))
        return _go(company, ("active" if active else "inactive") if done else "changed")

    @router.get("/{path}/{id}/delete")
    def ask_delete(request: Request, company: mine, path: Editable, id: int) -> Response:
        kind = BY_PATH[path]
        entry = there(company, kind, id)
        if why_locked(company, kind):
            return _go(company)
        return delete_page(request, company, kind, entry)

    @router.post("/{path}/{id}/delete")
    def delete(request: Request, company: mine, path: Editable, id: int, form: form_of_ours) -> Response:
        kind = BY_PATH[path]
        try:
            done = attempt(lambda: store.entries[kind.kind].delete(company, id, version_of(form)))
        except InUse:
            return delete_page(request, company, kind, there(company, kind, id), 409)
        return _go(company, "deleted" if done else "changed")

    def why_locked(company: str, kind: EntryKind) -> str:
        """The sentence that refuses every edit of this kind, "" when nothing does."""
        return policy.locks(store.policy(company), kind.policy, kind.blank).whole

    def there(company: str, kind: EntryKind, id: int) -> dict[str, Any]:
        try:
            return store.entries[kind.kind].get(company, id)
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
        request: Request, company: str, kind: EntryKind, entry: Mapping[str, Any] | None, values: dict[str, Any], *,
        errors: Mapping[str, str] | None = None, theirs: list[tuple[str, str]] | None = None, status: int = 200,
    ) -> Response:  # fmt: skip
        return show(
            request, FORMS[kind.kind].template, company, 422 if errors else status, kind=kind, entry=entry,
            values=values, errors=_at_form(errors or {}), theirs=theirs, labels=LABELS, words=entry_words,
            members=_members(store, company, kind, entry, values),
        )  # fmt: skip

    def delete_page(
        request: Request, company: str, kind: EntryKind, entry: Mapping[str, Any], status: int = 200
    ) -> Response:
        entries = store.entries[kind.kind]
        groups = [
            each["name"]
            for each in entries.every(company)
            if entry["id"] in [part["id"] for part in each.get("components", ())]
        ]
        used = uses.told(entries.uses(company).get(entry["id"], uses.NONE), groups)
        return show(request, "entry_delete.html", company, status, kind=kind, entry=entry, used=used)


def _listed(entries: Entries, company: str) -> list[dict[str, Any]]:
    """What is offered first, then what is not; each with how many customers, locations and groups have it."""
    used, every = entries.uses(company), entries.every(company)
    parts = Counter(part["id"] for entry in every for part in entry.get("components", ()))
    nouns = ("customer", "location", "group")
    found = []
    for entry in every:
        counted = (*used.get(entry["id"], uses.NONE), parts[entry["id"]])
        having = [(number, noun) for number, noun in zip(counted, nouns, strict=True) if number]
        found.append({**entry, "used": having})
    return sorted(found, key=lambda entry: not entry["active"])


def _members(
    store: Store, company: str, kind: EntryKind, entry: Mapping[str, Any] | None, values: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The taxes that a group may be made of: those that it has, in their order, then the others by name."""
    if not kind.groups:
        return []
    chosen = values["components"]
    single = [
        each
        for each in store.entries[kind.kind].every(company)
        if not each["components"]
        and (entry is None or each["id"] != entry["id"])
        and (each["active"] or str(each["id"]) in chosen)
    ]
    place = {id: number for number, id in enumerate(chosen)}
    return sorted(single, key=lambda each: place.get(str(each["id"]), len(place)))


def _may_be_saved(why_locked: str, values: Mapping[str, Any]) -> None:
    """Raises `Refused` in a locked kind, before anything is looked at, and for a group of which no tax was chosen:
    stored, that would be a single tax."""
    if why_locked:
        raise Refused([{"field": "", "message": why_locked}])
    if values.get("shape") == "group" and not values["components"]:
        raise Refused(
            [{"field": "components", "message": "Choose at least one tax that the group is made of."}]
        )


def _at_form(errors: Mapping[str, str]) -> dict[str, str]:
    """The first error of each field of the form; those of a group's members stand at the group."""
    told: dict[str, str] = {}
    for path, message in errors.items():
        told.setdefault(path.partition(".")[0], message)
    return told


def _go(company: str, told: str = "") -> Response:
    return RedirectResponse(f"/companies/{company}/{HERE}{'?told=' + told if told else ''}", 303)
