"""Pages for several selected customers at once: deactivate, activate, delete. Nothing is done before a page has listed
them and asked; whoever was changed in between is left alone and shown again. Works without JavaScript.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from fieldledger.desk import customer_words
from fieldledger.desk.customer_rows import with_place
from fieldledger.desk.customer_store import Customers
from fieldledger.desk.customers import CustomerFields
from fieldledger.desk.judging import Done

MOST = 200
"""Selected at once: a page of the list holds fewer."""
KEPT = ("search", "active", "status")
"""What the list was asked for, so that one comes back to it."""
_PICK = re.compile(r"([0-9]{1,15})(?::([0-9]{1,15}))?")


class Choice(NamedTuple):
    """wish: the change, None to delete. left_out: who is already so."""

    verb: str
    button: str
    told: str
    wish: CustomerFields | None
    left_out: Callable[[Mapping[str, Any]], bool]


CHOICES: Mapping[str, Choice] = {
    "deactivate": Choice(
        "Deactivate", "Deactivate", "all-deactivated", CustomerFields(active=False), lambda each: not each["active"]
    ),
    "activate": Choice(
        "Activate", "Activate", "all-activated", CustomerFields(active=True), lambda each: bool(each["active"])
    ),
    "delete": Choice("Delete", "Delete for good", "all-deleted", None, lambda each: False),
}  # fmt: skip


def add_routes(
    router: APIRouter,
    store: Customers,
    show: Callable[..., Response],
    allowed: Callable[..., str],
    posted: Callable[..., Any],
) -> None:
    """The routes /selected; parameters as those of `customer_pages.add_routes`."""
    mine = Annotated[str, Depends(allowed)]
    form_of_ours = Annotated[FormData, Depends(posted)]

    @router.get("/selected")
    def ask(
        request: Request, company: mine, do: str = "", id: Annotated[list[str] | None, Query()] = None
    ) -> Response:
        kept = {name: request.query_params.get(name, "") for name in KEPT}
        choice = CHOICES.get(do)
        picked = [pick[0] for pick in map(_pick, id or ()) if pick]
        found = store.some(company, picked[:MOST]) if choice else []
        if choice is None or not found:
            return _back(company, kept, "none")
        wanted = [each for each in found if not choice.left_out(each)]
        return question(request, company, do, wanted, kept) if wanted else _back(company, kept, choice.told)

    @router.post("/selected")
    def carry_out(request: Request, company: mine, form: form_of_ours) -> Response:
        kept = {name: str(form.get(name) or "") for name in KEPT}
        do = str(form.get("do") or "")
        choice = CHOICES.get(do)
        picked = dict([pick for pick in map(_pick, map(str, form.getlist("pick"))) if pick][:MOST])
        if choice is None or not picked:
            return _back(company, kept, "none")
        done = store.many(company, list(picked.items()), choice.wish)
        left = [id for id, each in zip(picked, done, strict=True) if each.status in (409, 422)]
        if not left:
            return _back(company, kept, choice.told)
        return question(request, company, do, store.some(company, left), kept, done)

    def question(
        request: Request, company: str, do: str, customers: Sequence[Mapping[str, Any]], kept: Mapping[str, str],
        done: Sequence[Done] = (),
    ) -> Response:  # fmt: skip
        """The page that lists them and asks. done: what came of a first try, which left these."""
        return show(
            request, "selected.html", company, 409 if done else 200, customers=[with_place(each) for each in customers],
            do=do, choice=CHOICES[do], kept=kept, tried=bool(done), went=sum(each.status == 200 for each in done),
            refused=next((each.told for each in done if each.status == 422), ""),
            meaning=customer_words.DELETING[len(customers) > 1], switching=customer_words.SWITCHING,
        )  # fmt: skip


def _pick(text: str) -> tuple[int, int | None] | None:
    """``12`` or ``12:3``: a number and the version that was shown; None for anything else."""
    found = _PICK.fullmatch(text)
    return (int(found[1]), int(found[2]) if found[2] else None) if found else None


def _back(company: str, kept: Mapping[str, str], told: str) -> Response:
    return RedirectResponse(f"/companies/{company}/customers?{urlencode({**kept, 'told': told})}", 303)
