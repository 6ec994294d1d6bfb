"""REST of the connector: runs, plan, attention, history, settings. The desk's own REST stands beside it."""

from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

import msgspec
from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from fieldledger.desk.asking import answer
from fieldledger.journal import Journal
from fieldledger.model.plan import Verb
from fieldledger.office import companies as office
from fieldledger.office import doctor, reports, views
from fieldledger.office.errors import CannotDo, NoSuchThing, NotInThisVersion, WrongUse
from fieldledger.service import shapes
from fieldledger.service.openapi import problems_of

T = TypeVar("T")
LARGEST_NUMBER = 2**53
MOST = 100_000
USUAL = 10_000

Company: TypeAlias = Annotated[str, Path(description="The company's id, e.g. c1.")]
Number: TypeAlias = Annotated[int, Path(ge=1, le=LARGEST_NUMBER)]
After: TypeAlias = Annotated[
    int, Query(ge=0, le=LARGEST_NUMBER, description="Only what comes after this number.")
]
Most: TypeAlias = Annotated[int, Query(ge=1, le=MOST, description="At most so many at once.")]

NOT_THERE = problems_of({404: "There is no such thing"})
REPORT: dict[int | str, dict[str, Any]] = {
    **NOT_THERE,
    200: {
        "description": "The report",
        "content": {
            media_type.partition(";")[0]: {"schema": {} if "json" in media_type else {"type": "string"}}
            for media_type in reports.FORMATS.values()
        },
    },
}


class Approval(BaseModel):
    model_config = ConfigDict(extra="forbid")

    plan: Annotated[int, Field(ge=1, le=LARGEST_NUMBER)] | None = Field(
        None, description="The plan that was looked at; left out = the one that waits."
    )


class SyncWish(BaseModel):
    model_config = ConfigDict(extra="forbid")

    full: bool = Field(False, description="Read everything again, not only changes.")


def create_router(journal: Journal, authorise: Callable[[Request, str], None]) -> APIRouter:
    """The routes below /api/v1/companies/{company}."""

    def allowed(request: Request, company: Company) -> str:
        authorise(request, company)
        return company

    mine = Annotated[str, Depends(allowed)]
    router = APIRouter(prefix="/api/v1/companies/{company}", tags=["connector"])

    @router.get("/status", response_model=shapes.Status)
    def status(company: mine) -> Response:
        """Is it connected, does anything need a person, is it in step."""
        return answer(_granted(lambda: views.status(journal, company)))

    @router.get("/runs", response_model=shapes.Runs)
    def list_runs(
        company: mine,
        limit: Annotated[int, Query(ge=1, le=1000)] = 50,
        before: Annotated[
            int | None, Query(ge=1, le=LARGEST_NUMBER, description="Runs before this number.")
        ] = None,
    ) -> Response:
        """Runs, newest first."""
        return answer({"items": _granted(lambda: views.log(journal, company, limit, before))})

    @router.get("/runs/{run}", response_model=shapes.RunInFull, responses=NOT_THERE)
    def one_run(company: mine, run: Number, limit: Most = USUAL, after: After = 0) -> Response:
        """One run with everything it did, in order."""
        found = _granted(lambda: views.run(journal, company, run, limit, after))
        return answer(_paged(found, found["events"], "event", limit))

    @router.get("/runs/{run}/report", response_class=Response, responses=REPORT)
    def report(company: mine, run: Number, format: Literal["csv", "xlsx", "json"] = "csv") -> Response:
        """The report of a run as csv, xlsx or json."""
        content = _granted(lambda: reports.report(journal, company, run, format))
        name = f'attachment; filename="fieldledger-{company}-run-{run}.{format}"'
        return Response(content, media_type=reports.FORMATS[format], headers={"Content-Disposition": name})

    @router.get("/plan", response_model=shapes.Plan, responses=NOT_THERE)
    def plan(
        company: mine,
        number: Annotated[
            int | None, Query(ge=1, le=LARGEST_NUMBER, description="Another plan than the one that waits.")
        ] = None,
        limit: Most = USUAL,
        after: After = 0,
        verb: Verb | None = None,
    ) -> Response:
        """What will be created, changed, skipped and held; nothing is written by asking."""
        found = _granted(lambda: views.plan(journal, company, number, limit, after, verb))
        return answer(_paged(found, found["actions"], "action", limit))

    @router.post(
        "/plan/approve",
        response_model=shapes.Approved,
        responses=problems_of({409: "That plan does not wait"}),
    )
    def approve(company: mine, wish: Approval | None = None) -> Response:
        """Approve what was shown; the next sync carries it out."""
        return answer(
            _granted(lambda: office.approve(journal, company, wish.plan if wish else None, who="api"))
        )

    @router.get("/attention", response_model=shapes.Attention)
    def attention(company: mine) -> Response:
        """What waits for a person."""
        return answer({"items": _granted(lambda: views.attention(journal, company))})

    @router.get("/history/{kind}/{record}", response_model=shapes.History, responses=NOT_THERE)
    def history(
        company: mine,
        kind: str,
        record: Annotated[str, Path(description="QuickBooks' ListID, or the number in the field system.")],
    ) -> Response:
        """Everything that happened to one record, over both sides."""
        return answer(_granted(lambda: views.history(journal, company, kind, record)))

    @router.get("/settings", response_model=dict[str, str])
    def settings(company: mine) -> Response:
        """Every setting with its value."""
        return answer(_granted(lambda: views.status(journal, company))["settings"])

    @router.patch("/settings", response_model=dict[str, str])
    def change_settings(company: mine, wishes: dict[str, str]) -> Response:
        """Change settings, all or none; all of them are returned."""
        return answer(_granted(lambda: office.set_settings(journal, company, wishes, who="api")))

    @router.post("/sync", response_model=shapes.Told)
    def sync(company: mine, wish: SyncWish | None = None) -> Response:
        """Ask for a sync at the Web Connector's next call."""
        full = wish.full if wish else False
        return answer({"told": _granted(lambda: office.ask_sync(journal, company, full=full, who="api"))})

    @router.get("/doctor", response_model=shapes.Checks)
    def examine(company: mine) -> Response:
        """Is everything in place?"""
        checks = _granted(lambda: doctor.examine(journal, company))
        return answer({"items": msgspec.to_builtins(checks)})

    return router


def _paged(found: dict[str, Any], items: list[dict[str, Any]], key: str, limit: int) -> dict[str, Any]:
    return {**found, "next_after": items[-1][key] if len(items) == limit else None}


def _granted(wish: Callable[[], T]) -> T:
    """The same sentence as everywhere, with the status that fits."""
    try:
        return wish()
    except NoSuchThing as error:
        raise HTTPException(404, str(error)) from None
    except (WrongUse, NotInThisVersion) as error:
        raise HTTPException(422, str(error)) from None
    except CannotDo as error:
        raise HTTPException(409, str(error)) from None
