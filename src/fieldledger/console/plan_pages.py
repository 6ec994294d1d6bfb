"""The plan: what a sync will do, looked at and approved. What is approved is the plan of the number that was shown."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request, Response

from fieldledger.console.common import SEARCH_MOST, Console, Links, attachment, go, granted, in_chunks, number
from fieldledger.console.words import VERBS
from fieldledger.office import companies as office
from fieldledger.office import plan_sheet, screens, views
from fieldledger.office.errors import CannotDo, NoSuchThing
from fieldledger.web import csrf

SIZE = 100
"""Actions on a page."""

PERHAPS = 5
"""Pairs that look alike; the page of matches has more."""
OPEN = ("making", "proposed")
"""Plans of which a person can still say that two of their customers are one."""

REPLACED = (
    "Plan {plan} was replaced while you looked at it: something changed in QuickBooks or in the settings. Nothing was "
    "approved. Below is what stands now."
)
GROWING = (
    "The sync that makes plan {plan} is still at work, so it may not be complete, and it was not approved. Look again "
    "when the sync has ended."
)
NOT_APPROVED = {"replaced": REPLACED, "making": GROWING}
NOT_NAMED = (
    "The form did not say which plan you looked at, so nothing was approved. Below is what stands now."
)


def add_routes(router: APIRouter, console: Console) -> None:
    """The routes below /companies/{company}/plan."""
    journal = console.journal

    def shown(
        request: Request, company: str, status: int = 200, refused: str = "", *, plan: str = "", verb: str = "",
        search: str = "", page: str = "",
    ) -> Response:  # fmt: skip
        wanted = number(plan)
        verb = verb if verb in VERBS else ""
        search = search[:SEARCH_MOST].strip()
        console.known(company)
        try:
            found = screens.plan(
                journal, company, wanted, verb=verb, search=search, page=number(page, 1) or 1, size=SIZE
            )
        except NoSuchThing as error:
            return console.missing(
                request, company, "plan", title=f"No plan {wanted}", told=str(error), path="/plan", back="The plan"
            )  # fmt: skip
        looked_at = found["state"] in OPEN and found["page"] == 1 and not verb and not search
        perhaps = screens.perhaps(journal, company, found["plan"], PERHAPS + 1) if looked_at else []
        return console.show(
            request, "plan.html", company, "plan", status, plan=found, perhaps=perhaps[:PERHAPS],
            more_perhaps=len(perhaps) > PERHAPS, verb=verb, search=search, refused=refused,
            links=Links(f"/companies/{company}/plan", plan=str(wanted or ""), verb=verb, search=search),
        )  # fmt: skip

    @router.get("/companies/{company}/plan")
    def plan(
        request: Request, company: str, plan: str = "", verb: str = "", search: str = "", page: str = ""
    ) -> Response:
        console.allow(request, company)
        return shown(request, company, plan=plan, verb=verb, search=search, page=page)

    @router.get("/companies/{company}/plan/{wanted}/plan.csv")
    def sheet(request: Request, company: str, wanted: str) -> Response:
        console.allow(request, company)
        file = granted(lambda: plan_sheet.plan_csv(journal, company, number(wanted, 0) or 0))
        return attachment(
            in_chunks(file), "text/csv; charset=utf-8", f"fieldledger-{company}-plan-{number(wanted)}.csv"
        )

    @router.post("/companies/{company}/plan/approve")
    def approve(
        request: Request,
        company: str,
        plan: Annotated[str, Form()] = "",
        token: Annotated[str, Form(alias=csrf.FIELD)] = "",
    ) -> Response:
        who = console.posted(request, company, token)
        # A missing number must never mean "whichever waits": only what was shown can be approved.
        wanted = number(plan, 0) or 0
        try:
            office.approve(journal, company, wanted, who=who)
        except NoSuchThing as error:
            raise HTTPException(404, str(error)) from None
        except CannotDo as error:
            state = _state(company, wanted)
            if state in ("approved", "done"):  # pressed twice, or somebody else was as quick
                return go(company, "/plan", plan=str(wanted))
            told = (
                str(error) if state == "proposed" else NOT_APPROVED.get(state, NOT_NAMED).format(plan=wanted)
            )
            return shown(request, company, 409, told)
        return go(company, "/plan", plan=str(wanted))

    def _state(company: str, wanted: int) -> str:
        try:
            return str(views.plan(journal, company, wanted, limit=1)["state"])
        except NoSuchThing:
            return ""
