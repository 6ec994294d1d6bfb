"""The connector's pages. Every number on them comes from `fieldledger.office`; nothing is decided here."""

from collections.abc import Callable
from typing import Annotated, Any, Protocol, TypeVar

from fastapi import APIRouter, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from fieldledger.journal import Journal, doors
from fieldledger.office import companies as office
from fieldledger.office import qwc, reports, views
from fieldledger.office.errors import CannotDo, NoSuchThing
from fieldledger.web import csrf
from fieldledger.web.pages import Pages

T = TypeVar("T")
PLAN_PAGE = 200
RUN_PAGE = 500
COOKIE_SECONDS = doors.SESSION_SECONDS


class Doorkeeper(Protocol):
    """Lets visitors with a page session pass, raises HTTPException for others."""

    def page(self, request: Request, company: str = "") -> None: ...

    def visitor(self, request: Request) -> str | None: ...


def create_pages(journal: Journal, access: Doorkeeper, address: str, secret: bytes) -> APIRouter:
    """The routes. address: of this server, for the .qwc file; secret: what form tokens are made with."""
    pages = Pages("fieldledger.console", secret)
    router = APIRouter()

    def show(request: Request, template: str, company: str, section: str, **values: Any) -> HTMLResponse:
        access.page(request, company)
        status = _granted(lambda: views.status(journal, company))
        return pages.show(request, template, company=status, section=section, **values)

    def form(request: Request, company: str, token: str) -> str:
        access.page(request, company)
        csrf.check(secret, request, token)
        return access.visitor(request) or ""

    @router.get("/login/{secret_link}")
    def login(request: Request, secret_link: str) -> Response:
        with journal.write() as tx:
            session = doors.use_link(tx, secret_link, journal.now())
        if session is None:
            raise HTTPException(
                401, "This link was used before or is too old. Make a new one: fieldledger login."
            )
        answer = RedirectResponse("/", 303)
        secure = request.url.scheme == "https" or address.startswith("https:")
        answer.set_cookie(
            csrf.COOKIE, session, max_age=COOKIE_SECONDS, httponly=True, samesite="lax", secure=secure
        )
        return answer

    @router.get("/")
    def start(request: Request) -> Response:
        access.page(request)
        every = [views.status(journal, each) for each in office.ids(journal)]
        if len(every) == 1:
            return RedirectResponse(f"/companies/{every[0]['id']}", 303)
        return pages.show(request, "companies.html", companies=every)

    @router.get("/companies/{company}")
    def overview(request: Request, company: str) -> Response:
        runs = _granted(lambda: views.log(journal, company, 60))
        return show(request, "overview.html", company, "overview", runs=runs[:5], bars=_bars(runs))

    @router.post("/companies/{company}/sync")
    def sync(request: Request, company: str, token: Annotated[str, Form(alias="csrf")] = "") -> Response:
        who = form(request, company, token)
        _granted(lambda: office.ask_sync(journal, company, full=False, who=who))
        return RedirectResponse(f"/companies/{company}", 303)

    @router.post("/companies/{company}/pause")
    def pause(
        request: Request,
        company: str,
        paused: Annotated[str, Form()],
        token: Annotated[str, Form(alias="csrf")] = "",
    ) -> Response:
        who = form(request, company, token)
        _granted(lambda: office.set_settings(journal, company, {"paused": paused}, who=who))
        return RedirectResponse(f"/companies/{company}", 303)

    @router.get("/companies/{company}/plan")
    def plan(request: Request, company: str, after: int = 0, verb: str = "") -> Response:
        found = _granted(lambda: views.plan(journal, company, None, PLAN_PAGE, after, verb or None))
        more = found["actions"][-1]["action"] if len(found["actions"]) == PLAN_PAGE else None
        return show(
            request, "plan.html", company, "plan", plan=found, more=more, verb=verb, words=reports.words
        )

    @router.post("/companies/{company}/plan/approve")
    def approve(
        request: Request, company: str, number: Annotated[int, Form(alias="plan")],
        token: Annotated[str, Form(alias="csrf")] = "",
    ) -> Response:  # fmt: skip
        who = form(request, company, token)
        _granted(lambda: office.approve(journal, company, number, who=who))
        return RedirectResponse(f"/companies/{company}/plan", 303)

    @router.get("/companies/{company}/attention")
    def attention(request: Request, company: str) -> Response:
        found = _granted(lambda: views.attention(journal, company))
        return show(request, "attention.html", company, "attention", holds=found)

    @router.get("/companies/{company}/log")
    def log(request: Request, company: str, before: int | None = None) -> Response:
        runs = _granted(lambda: views.log(journal, company, 50, before))
        return show(request, "log.html", company, "log", runs=runs)

    @router.get("/companies/{company}/log/{run}")
    def one_run(request: Request, company: str, run: int, after: int = 0) -> Response:
        found = _granted(lambda: views.run(journal, company, run, RUN_PAGE, after))
        more = found["events"][-1]["event"] if len(found["events"]) == RUN_PAGE else None
        return show(request, "run.html", company, "log", run=found, more=more, words=reports.words)

    @router.get("/companies/{company}/log/{run}/report.{form_}")
    def report(request: Request, company: str, run: int, form_: str) -> Response:
        access.page(request, company)
        content = _granted(lambda: reports.report(journal, company, run, form_))
        name = f'attachment; filename="fieldledger-{company}-run-{run}.{form_}"'
        return Response(content, media_type=reports.FORMATS[form_], headers={"Content-Disposition": name})

    @router.get("/companies/{company}/history/{kind}/{record}")
    def history(request: Request, company: str, kind: str, record: str) -> Response:
        found = _granted(lambda: views.history(journal, company, kind, record))
        return show(request, "history.html", company, "log", history=found, words=reports.words)

    @router.get("/companies/{company}/connect")
    def connect(request: Request, company: str) -> Response:
        access.page(request, company)
        try:
            qwc.text(journal, company, address)
            wrong = ""
        except NoSuchThing as error:
            raise HTTPException(404, str(error)) from None
        except CannotDo as error:
            wrong = str(error)
        return show(request, "connect.html", company, "connect", wrong=wrong, file=qwc.file_name(company))

    @router.get("/companies/{company}/connect/file.qwc")
    def connect_file(request: Request, company: str) -> Response:
        access.page(request, company)
        text = _granted(lambda: qwc.text(journal, company, address))
        name = f'attachment; filename="{qwc.file_name(company)}"'
        return Response(text, media_type="application/xml", headers={"Content-Disposition": name})

    return router


def _granted(wish: Callable[[], T]) -> T:
    try:
        return wish()
    except NoSuchThing as error:
        raise HTTPException(404, str(error)) from None
    except CannotDo as error:
        raise HTTPException(409, str(error)) from None


def _bars(runs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The last runs, oldest first, as bars of how much each of them did. Heights in per cent."""
    shown = list(reversed(runs[:60]))
    work = [sum(run["counts"].get(key, 0) for key in ("created", "updated", "deactivated")) for run in shown]
    top = max([*work, 1])
    return [
        {
            "x": place * 10,
            "height": max(6, round(100 * done / top)) if done else 4,
            "kind": "bad" if run["outcome"] in ("stopped", "broken") else "good" if done else "calm",
            "told": f"Run {run['run']}: {run['told']}",
        }
        for place, (run, done) in enumerate(zip(shown, work, strict=True))
    ]
