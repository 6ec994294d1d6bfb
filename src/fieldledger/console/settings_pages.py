"""The settings of a company on a page: what each means, what may be chosen, and why some are not free (spec 5)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from fieldledger.console.common import Console, go, granted
from fieldledger.office import choosing
from fieldledger.office import companies as office
from fieldledger.office.errors import WrongUse
from fieldledger.policy.settings import BY_KEY
from fieldledger.web import csrf

GROUPS = (
    ("Customers", ("customers.direction", "primary", "jobs", "job_name", "conflict_margin")),
    ("Taxes and payment terms", ("tax_sync", "terms_sync", "tax_agency", "retired_terms")),
    ("Items", ("items.direction",)),
    ("Plans and reports", ("approve_plans", "sync_report")),
    ("When it runs", ("schedule", "quiet_hours", "paused", "takeover_after", "takeover_after_request")),
)
"""Every setting in the order in which people decide about them."""


def add_routes(router: APIRouter, console: Console) -> None:
    journal = console.journal

    def page(
        request: Request, company: str, *, wrong: str = "", told: str = "", status: int = 200
    ) -> Response:
        every = {each["key"]: each for each in granted(lambda: choosing.settings(journal, company))}
        groups = [(title, [every[key] for key in keys]) for title, keys in GROUPS]
        return console.show(
            request, "settings.html", company, "settings", status, groups=groups, wrong=wrong, told=told
        )

    @router.get("/companies/{company}/settings")
    def settings(request: Request, company: str, told: str = "") -> Response:
        console.allow(request, company)
        return page(request, company, told="The settings were changed." if told == "changed" else "")

    @router.post("/companies/{company}/settings")
    async def choose(
        request: Request, company: str, token: Annotated[str, Form(alias=csrf.FIELD)] = ""
    ) -> Response:
        """Only what is sent is changed; a toggle that is not free is not sent."""
        who = console.posted(request, company, token)
        sent = {key: str(value) for key, value in (await request.form()).items() if key in BY_KEY}
        try:
            before = {
                each["key"]: each["value"] for each in granted(lambda: choosing.settings(journal, company))
            }
            wishes = {key: value for key, value in sent.items() if before[key] != value}
            office.set_settings(journal, company, wishes, who=who)
        except WrongUse as error:
            return page(request, company, wrong=str(error), status=422)
        console.chosen(company)
        return go(company, "/settings", told="changed")
