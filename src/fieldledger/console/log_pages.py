"""What happened: the log, and one run with its reports. What waits for a person is in `solve_pages`."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from fieldledger.console.common import SEARCH_MOST, Console, Links, attachment, granted, number
from fieldledger.console.words import EVENTS
from fieldledger.office import reports, screens
from fieldledger.office.errors import NoSuchThing

RUNS_SHOWN = 50
EVENTS_SHOWN = 100
"""So many on a page."""


def add_routes(router: APIRouter, console: Console) -> None:
    """The routes below /companies/{company}: log."""
    journal = console.journal

    @router.get("/companies/{company}/log")
    def log(request: Request, company: str, show: str = "", before: str = "") -> Response:
        console.allow(request, company)
        which = show if show in screens.WHICH else "all"
        found = granted(
            lambda: screens.log(journal, company, which=which, before=number(before), size=RUNS_SHOWN)
        )
        links = Links(f"/companies/{company}/log", show="" if which == "all" else which)
        return console.show(
            request, "log.html", company, "log", runs=found["runs"], more=found["more"], which=which, links=links,
            later=number(before) is not None,
        )  # fmt: skip

    @router.get("/companies/{company}/log/{run}")
    def one_run(
        request: Request, company: str, run: str, what: str = "", search: str = "", page: str = ""
    ) -> Response:
        console.allow(request, company)
        console.known(company)
        wanted, search = number(run, 0) or 0, search[:SEARCH_MOST].strip()
        what = what if what in EVENTS else ""
        try:
            found = screens.run(
                journal,
                company,
                wanted,
                what=what,
                search=search,
                page=number(page, 1) or 1,
                size=EVENTS_SHOWN,
            )
        except NoSuchThing:
            return console.missing(
                request, company, "log", title="No such run", told=f"There is no run {run[:40]} in this log.",
                path="/log", back="The sync log",
            )  # fmt: skip
        links = Links(f"/companies/{company}/log/{wanted}", what=what, search=search)
        return console.show(
            request, "run.html", company, "log", run=found, what=what, search=search, links=links,
            forms=tuple(reports.FORMATS),
        )  # fmt: skip

    @router.get("/companies/{company}/log/{run}/report.{form}")
    def report(request: Request, company: str, run: str, form: str) -> Response:
        console.allow(request, company)
        wanted = number(run, 0) or 0
        content = granted(lambda: reports.report(journal, company, wanted, form))
        return attachment(content, reports.FORMATS[form], f"fieldledger-{company}-run-{wanted}.{form}")
