"""REST of the connector: runs, plan, attention, history, settings. The desk's own REST stands beside it."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request, Response
from pydantic import BaseModel, Field

from fieldledger.journal import Journal
from fieldledger.office import companies as office
from fieldledger.office import doctor, reports, views
from fieldledger.office.errors import CannotDo, NoSuchThing, WrongUse

T = TypeVar("T")
Company = Annotated[str, Path(description="The company's id, e.g. c1.")]


class Approval(BaseModel):
    plan: int | None = Field(None, description="The plan that was looked at; left out = the one that waits.")


class SyncWish(BaseModel):
    full: bool = Field(False, description="Read everything again, not only changes.")


def problem(error: CannotDo) -> HTTPException:
    """The same sentence as everywhere, with the status that fits."""
    status = 404 if isinstance(error, NoSuchThing) else 422 if isinstance(error, WrongUse) else 409
    return HTTPException(status, str(error))


def create_router(journal: Journal, authorise: Callable[[Request, str], None]) -> APIRouter:
    """The routes below /api/v1/companies/{company}."""

    def allowed(request: Request, company: Company) -> str:
        authorise(request, company)
        return company

    mine = Annotated[str, Depends(allowed)]
    router = APIRouter(prefix="/api/v1/companies/{company}", tags=["connector"])

    @router.get("/status")
    def status(company: mine) -> dict[str, Any]:
        """Is it connected, does anything need a person, is it in step."""
        return _granted(lambda: views.status(journal, company))

    @router.get("/runs")
    def list_runs(
        company: mine,
        limit: Annotated[int, Query(ge=1, le=1000)] = 50,
        before: Annotated[int | None, Query(description="Runs before this number.")] = None,
    ) -> dict[str, Any]:
        """Runs, newest first."""
        return {"items": _granted(lambda: views.log(journal, company, limit, before))}

    @router.get("/runs/{run}")
    def one_run(company: mine, run: int) -> dict[str, Any]:
        """One run with everything it did."""
        return _granted(lambda: views.run(journal, company, run))

    @router.get("/runs/{run}/report")
    def report(company: mine, run: int, format: str = "csv") -> Response:
        """The report of a run as csv, xlsx or json."""
        content = _granted(lambda: reports.report(journal, company, run, format))
        name = f'attachment; filename="fieldledger-{company}-run-{run}.{format}"'
        return Response(content, media_type=reports.FORMATS[format], headers={"Content-Disposition": name})

    @router.get("/plan")
    def plan(
        company: mine,
        number: Annotated[int | None, Query(description="Another plan than the one that waits.")] = None,
        limit: Annotated[int, Query(ge=1, le=100_000)] = 1000,
        after: Annotated[int, Query(ge=0, description="Actions after this action id.")] = 0,
        verb: str | None = None,
    ) -> dict[str, Any]:
        """What will be created, changed, skipped and held; nothing is written by asking."""
        return _granted(lambda: views.plan(journal, company, number, limit, after, verb))

    @router.post("/plan/approve")
    def approve(company: mine, wish: Approval | None = None) -> dict[str, Any]:
        """Approve what was shown; the next sync carries it out."""
        return _granted(lambda: office.approve(journal, company, wish.plan if wish else None, who="api"))

    @router.get("/attention")
    def attention(company: mine) -> dict[str, Any]:
        """What waits for a person."""
        return {"items": _granted(lambda: views.attention(journal, company))}

    @router.get("/history/{kind}/{record}")
    def history(company: mine, kind: str, record: str) -> dict[str, Any]:
        """Everything that happened to one record, over both sides."""
        return _granted(lambda: views.history(journal, company, kind, record))

    @router.get("/settings")
    def settings(company: mine) -> dict[str, str]:
        """Every setting with its value."""
        return dict(_granted(lambda: views.status(journal, company))["settings"])

    @router.patch("/settings")
    def change_settings(company: mine, wishes: dict[str, str]) -> dict[str, str]:
        """Change settings, all or none; all of them are returned."""
        return dict(_granted(lambda: office.set_settings(journal, company, wishes, who="api")))

    @router.post("/sync")
    def sync(company: mine, wish: SyncWish | None = None) -> dict[str, str]:
        """Ask for a sync at the Web Connector's next call."""
        full = wish.full if wish else False
        return {"told": _granted(lambda: office.ask_sync(journal, company, full=full, who="api"))}

    @router.get("/doctor")
    def examine(company: mine) -> dict[str, Any]:
        """Is everything in place?"""
        checks = _granted(lambda: doctor.examine(journal, company))
        return {
            "items": [{"check": c.check, "result": c.result, "told": c.told, "todo": c.todo} for c in checks]
        }

    return router


def _granted(wish: Callable[[], T]) -> T:
    try:
        return wish()
    except CannotDo as error:
        raise problem(error) from None
