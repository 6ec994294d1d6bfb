"""REST of the connector: runs, plan, attention, history, settings. The desk's own REST stands beside it."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

import msgspec
from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from fieldledger.desk.asking import answer, known_query
from fieldledger.journal import Journal
from fieldledger.model.kinds import Kind
from fieldledger.model.plan import Verb
from fieldledger.office import companies as office
from fieldledger.office import doctor, ignoring, jobs_preview, likeness, reports, restoring, solving, views
from fieldledger.office.errors import CannotDo, NoSuchThing, WrongUse
from fieldledger.service import shapes
from fieldledger.service.openapi import problems_of

T = TypeVar("T")
WHO = "api"
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
CANNOT = problems_of({404: "There is no such thing", 409: "It cannot be done (any more)"})
Word: TypeAlias = Literal["link", "rename", "ignore", "retry", "make_again"]
AtOnce: TypeAlias = Literal["link", "ignore", "retry"]
Record: TypeAlias = Annotated[
    str, Path(max_length=100, description="QuickBooks' ListID, or the number in the field system.")
]
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


class Decision(BaseModel):
    """What goes with the action; link and rename take something."""

    model_config = ConfigDict(extra="forbid")

    other: str = Field(
        "", max_length=100, description="The record of the other side; for rename, the one to rename."
    )
    name: str = Field("", max_length=1000, description="The new name (rename).")
    side: Literal["", "books", "field"] = Field(
        "", description="Where it is renamed; blank = in the field system."
    )


class Which(BaseModel):
    model_config = ConfigDict(extra="forbid")

    holds: list[Annotated[int, Field(ge=1, le=LARGEST_NUMBER)]] | None = Field(
        None, max_length=10_000, description="Left out = all for which the action is a way out."
    )


class PutBack(BaseModel):
    model_config = ConfigDict(extra="forbid")

    fields: list[Annotated[str, Field(max_length=100)]] = Field(
        [], max_length=100, description="Which fields of that line; none = all that it holds."
    )


class PairWish(BaseModel):
    model_config = ConfigDict(extra="forbid")

    books: str = Field(min_length=1, max_length=100, description="QuickBooks' ListID.")
    field: str = Field(min_length=1, max_length=100, description="The number in the field system.")


class SyncWish(BaseModel):
    model_config = ConfigDict(extra="forbid")

    full: bool = Field(False, description="Read everything again, not only changes.")


def create_router(
    journal: Journal, authorise: Callable[[Request, str], None],
    chosen: Callable[[str], None] = lambda company: None,
) -> APIRouter:  # fmt: skip
    """The routes below /api/v1/companies/{company}. chosen: called with a company whose settings have changed."""

    def allowed(request: Request, company: Company) -> str:
        authorise(request, company)
        return company

    mine = Annotated[str, Depends(allowed)]
    as_known = [Depends(known_query)]
    router = APIRouter(prefix="/api/v1/companies/{company}", tags=["connector"])

    @router.get("/status", response_model=shapes.Status, dependencies=as_known)
    def status(company: mine) -> Response:
        """Is it connected, does anything need a person, is it in step."""
        return answer(_granted(lambda: views.status(journal, company)))

    @router.get("/runs", response_model=shapes.Runs, dependencies=as_known)
    def list_runs(
        company: mine,
        limit: Annotated[int, Query(ge=1, le=1000)] = 50,
        before: Annotated[
            int | None, Query(ge=1, le=LARGEST_NUMBER, description="Runs before this number.")
        ] = None,
    ) -> Response:
        """Runs, newest first."""
        return answer({"items": _granted(lambda: views.log(journal, company, limit, before))})

    @router.get("/runs/{run}", response_model=shapes.RunInFull, responses=NOT_THERE, dependencies=as_known)
    def one_run(company: mine, run: Number, limit: Most = USUAL, after: After = 0) -> Response:
        """One run with everything it did, in order."""
        found = _granted(lambda: views.run(journal, company, run, limit, after))
        return answer(_paged(found, found["events"], "event", limit))

    @router.get("/runs/{run}/report", response_class=Response, responses=REPORT, dependencies=as_known)
    def report(company: mine, run: Number, format: Literal["csv", "xlsx", "json"] = "csv") -> Response:
        """The report of a run as csv, xlsx or json."""
        content = _granted(lambda: reports.report(journal, company, run, format))
        name = f'attachment; filename="fieldledger-{company}-run-{run}.{format}"'
        return Response(content, media_type=reports.FORMATS[format], headers={"Content-Disposition": name})

    @router.get("/plan", response_model=shapes.Plan, responses=NOT_THERE, dependencies=as_known)
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
            _granted(lambda: office.approve(journal, company, wish.plan if wish else None, who=WHO))
        )

    _add_decisions(router, journal, mine, as_known)

    @router.get(
        "/history/{kind}/{record}", response_model=shapes.History, responses=NOT_THERE, dependencies=as_known
    )
    def history(company: mine, kind: str, record: Record) -> Response:
        """Everything that happened to one record, over both sides."""
        return answer(_granted(lambda: views.history(journal, company, kind, record)))

    @router.get("/jobs-preview", response_model=shapes.JobsPreview, dependencies=as_known)
    def preview(company: mine) -> Response:
        """What each setting of jobs would make of this company file."""
        return answer(_granted(lambda: jobs_preview.preview(journal, company)))

    @router.get("/settings", response_model=dict[str, str], dependencies=as_known)
    def settings(company: mine) -> Response:
        """Every setting with its value."""
        return answer(_granted(lambda: views.status(journal, company))["settings"])

    @router.patch("/settings", response_model=dict[str, str])
    def change_settings(company: mine, wishes: dict[str, str]) -> Response:
        """Change settings, all or none; all of them are returned."""
        settings = _granted(lambda: office.set_settings(journal, company, wishes, who=WHO))
        chosen(company)
        return answer(settings)

    @router.post("/sync", response_model=shapes.Told)
    def sync(company: mine, wish: SyncWish | None = None) -> Response:
        """Ask for a sync at the Web Connector's next call."""
        full = wish.full if wish else False
        return answer({"told": _granted(lambda: office.ask_sync(journal, company, full=full, who=WHO))})

    @router.get("/doctor", response_model=shapes.Checks, dependencies=as_known)
    def examine(company: mine) -> Response:
        """Is everything in place?"""
        checks = _granted(lambda: doctor.examine(journal, company))
        return answer({"items": msgspec.to_builtins(checks)})

    return router


def _add_decisions(router: APIRouter, journal: Journal, mine: Any, as_known: Sequence[Any]) -> None:
    """What waits for a person, and what the person says about it. The next sync carries it out."""

    @router.get("/attention", response_model=shapes.Attention, dependencies=as_known)
    def attention(company: mine) -> Response:
        """What waits for a person, with the actions that there are."""
        return answer({"items": _granted(lambda: views.attention(journal, company))})

    @router.post("/attention/all/{action}", response_model=shapes.ManyDecided, responses=NOT_THERE)
    def solve_many(company: mine, action: AtOnce, wish: Which | None = None) -> Response:
        """Decide about many at once; a failure stops none of the others."""
        which = wish.holds if wish else None
        return answer(
            {"items": _granted(lambda: solving.solve_many(journal, company, action, which, who=WHO))}
        )

    @router.post("/attention/{hold}/{action}", response_model=shapes.Decided, responses=CANNOT)
    def solve(company: mine, hold: Number, action: Word, wish: Decision | None = None) -> Response:
        """Decide about one; the next sync carries it out."""
        how = wish.model_dump() if wish else {}
        return answer(_granted(lambda: solving.solve(journal, company, hold, action, **how, who=WHO)))

    @router.get("/ignored", response_model=shapes.AllIgnored, dependencies=as_known)
    def ignored(company: mine) -> Response:
        """What is left as it is because a person said so, newest first."""
        return answer({"items": _granted(lambda: ignoring.ignored(journal, company))})

    @router.get("/matches", response_model=shapes.Matches, dependencies=as_known)
    def matches(
        company: mine, limit: Annotated[int, Query(ge=1, le=1000, description="So many pairs at most.")] = 100
    ) -> Response:
        """Records of both sides without a pair that may be one, the likeliest first. None is linked by itself."""
        return answer({"items": _granted(lambda: likeness.likely(journal, company, limit))})

    @router.post("/matches/link", response_model=shapes.PairDecided, responses=CANNOT)
    def link(company: mine, wish: PairWish) -> Response:
        """Say that two records are one; the next sync links them."""
        return answer(_granted(lambda: solving.link_pair(journal, company, wish.books, wish.field, WHO)))

    @router.post("/history/{event}/put-back", response_model=shapes.PutBackDecided, responses=CANNOT)
    def put_back(company: mine, event: Number, wish: PutBack | None = None) -> Response:
        """Put back what a line of the history says was overwritten or gave way."""
        fields = wish.fields if wish else []
        return answer(_granted(lambda: restoring.put_back(journal, company, event, fields, who=WHO)))

    @router.post(
        "/history/customer/{record}/bring-back", response_model=shapes.RecordDecided, responses=CANNOT
    )
    def bring_back(company: mine, record: Record) -> Response:
        """Import a record again that was deleted in the field system."""
        return answer(_granted(lambda: restoring.bring_back(journal, company, Kind.CUSTOMER, record, WHO)))

    @router.post(
        "/history/customer/{record}/ask-again", response_model=shapes.RecordDecided, responses=CANNOT
    )
    def ask_again(company: mine, record: Record) -> Response:
        """Ask again about a record that was ignored."""
        return answer(_granted(lambda: ignoring.undo_ignore(journal, company, Kind.CUSTOMER, record, WHO)))


def _paged(found: dict[str, Any], items: list[dict[str, Any]], key: str, limit: int) -> dict[str, Any]:
    return {**found, "next_after": items[-1][key] if len(items) == limit else None}


def _granted(wish: Callable[[], T]) -> T:
    """The same sentence as everywhere, with the status that fits."""
    try:
        return wish()
    except NoSuchThing as error:
        raise HTTPException(404, str(error)) from None
    except WrongUse as error:
        raise HTTPException(422, str(error)) from None
    except CannotDo as error:
        raise HTTPException(409, str(error)) from None
