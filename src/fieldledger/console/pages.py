"""The connector's pages. Every number on them comes from `fieldledger.office`; nothing is decided here.

Here: logging in, the companies, the overview and connecting. Plans are in `plan_pages`, what happened in
`log_pages`, what a person decides in `solve_pages`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from fieldledger.console import answers, log_pages, plan_pages, settings_pages, solve_pages
from fieldledger.console.bars import bars, in_lines
from fieldledger.console.common import Console, Doorkeeper, attachment, go, granted
from fieldledger.journal import Journal, doors
from fieldledger.office import companies as office
from fieldledger.office import doctor, qwc, screens
from fieldledger.office.errors import CannotDo, NoSuchThing
from fieldledger.web import csrf

COOKIE_SECONDS = doors.SESSION_SECONDS
LINES = 6
CONNECTION_CHECKS = (
    "journal",
    "web connector",
    "QuickBooks",
    "company file",
    "mode",
    "sales tax",
    "currency",
)
"""Of the doctor's: those that say whether the connection is well. The rest has pages of its own."""

TOLD: Mapping[str, str] = {
    "sync": "Noted: the sync starts at QuickBooks' next call. QuickBooks calls us, we cannot call it; to start it at "
    "once, press Update Selected in the Web Connector on the QuickBooks computer.",
    "full": "Noted: at QuickBooks' next call everything is read again, not only changes.",
    "paused": "Paused. Nothing is read or written until you resume; QuickBooks is sent away when it calls.",
    "resumed": "Resumed. The sync goes on at QuickBooks' next call.",
}


def create_pages(
    journal: Journal, access: Doorkeeper, address: str, secret: bytes,
    chosen: Callable[[str], None] = lambda company: None,
) -> APIRouter:  # fmt: skip
    """The routes. address: of this server, for the .qwc file; secret: what form tokens are made with; chosen: called
    with a company whose settings have changed."""
    console = Console(journal, access, address, secret, chosen)
    router = APIRouter()
    _add_door(router, console)
    _add_overview(router, console)
    _add_connect(router, console)
    plan_pages.add_routes(router, console)
    log_pages.add_routes(router, console)
    solve_pages.add_routes(router, console)
    settings_pages.add_routes(router, console)
    return router


def _add_door(router: APIRouter, console: Console) -> None:
    journal = console.journal

    @router.get("/login/{secret_link}")
    def login(request: Request, secret_link: str) -> Response:
        with journal.write() as tx:
            session = doors.use_link(tx, secret_link, journal.now())
        if session is None and console.access.visitor(request) is not None:
            return RedirectResponse("/", 303)  # an old link, and the door is open already
        if session is None:
            raise HTTPException(
                401, "This login link was used before or is too old. A new one is made in a moment."
            )
        answer = RedirectResponse("/", 303)
        secure = request.url.scheme == "https" or console.address.startswith("https:")
        answer.set_cookie(
            csrf.COOKIE, session, max_age=COOKIE_SECONDS, httponly=True, samesite="lax", secure=secure
        )
        return answer

    @router.get("/")
    def start(request: Request) -> Response:
        console.allow(request)
        every = [screens.overview(journal, each) for each in office.ids(journal)]
        if len(every) == 1:
            return go(every[0]["id"])
        return console.pages.show(request, "companies.html", companies=[_answered(each) for each in every])


def _answered(seen: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **seen,
        "connected": answers.connected(seen),
        "needs": answers.needs(seen),
        "in_step": answers.in_step(seen),
    }


def _add_overview(router: APIRouter, console: Console) -> None:
    journal = console.journal

    @router.get("/companies/{company}")
    def overview(request: Request, company: str, told: str = "") -> Response:
        console.allow(request, company)
        seen = granted(lambda: _answered(screens.overview(journal, company)))
        return console.show(
            request, "overview.html", company, "overview", seen=seen, told=TOLD.get(told, ""),
            runs=in_lines(seen["runs"], LINES), bars=bars(seen["runs"]), failed=answers.failed(seen),
            file=qwc.file_name(company),
        )  # fmt: skip

    @router.post("/companies/{company}/sync")
    def sync(
        request: Request,
        company: str,
        full: Annotated[str, Form()] = "",
        token: Annotated[str, Form(alias=csrf.FIELD)] = "",
    ) -> Response:
        who = console.posted(request, company, token)
        granted(lambda: office.ask_sync(journal, company, full=bool(full), who=who))
        return go(company, told="full" if full else "sync")

    @router.post("/companies/{company}/pause")
    def pause(
        request: Request,
        company: str,
        paused: Annotated[str, Form()] = "",
        token: Annotated[str, Form(alias=csrf.FIELD)] = "",
    ) -> Response:
        who = console.posted(request, company, token)
        granted(lambda: office.set_settings(journal, company, {"paused": paused}, who=who))
        return go(company, told="paused" if paused == "on" else "resumed")


def _add_connect(router: APIRouter, console: Console) -> None:
    journal = console.journal

    def file_of(company: str) -> tuple[str, str]:
        """The file's text, and why there is none."""
        try:
            return qwc.text(journal, company, console.address), ""
        except NoSuchThing as error:
            raise HTTPException(404, str(error)) from None
        except CannotDo as error:
            return "", str(error)

    def page(request: Request, company: str, wrong: str, status: int = 200) -> Response:
        checks = [each for each in doctor.examine(journal, company) if each.check in CONNECTION_CHECKS]
        seen = granted(lambda: _answered(screens.overview(journal, company)))
        return console.show(
            request, "connect.html", company, "connect", status, seen=seen, wrong=wrong, checks=checks,
            address=console.address, file=qwc.file_name(company), user=f"fieldledger-{company}",
        )  # fmt: skip

    @router.get("/companies/{company}/connect")
    def connect(request: Request, company: str) -> Response:
        console.allow(request, company)
        return page(request, company, file_of(company)[1])

    @router.get("/companies/{company}/connect/contact")
    def contact(request: Request, company: str) -> Response:
        """The part of the page that says whether QuickBooks has called, for a page that looks again."""
        console.allow(request, company)
        seen = granted(lambda: _answered(screens.overview(journal, company)))
        return console.show(request, "contact.html", company, "connect", seen=seen)

    @router.get("/companies/{company}/connect/file.qwc")
    def connect_file(request: Request, company: str) -> Response:
        console.allow(request, company)
        text, wrong = file_of(company)
        if wrong:
            return page(request, company, wrong, 409)
        return attachment(text, "application/xml", qwc.file_name(company))
