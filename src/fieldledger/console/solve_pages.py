"""Where a person decides: what needs attention, what looks alike, what is ignored, what is put back or brought back.

Every button is a form that works without a script. What was refused is told on the page that it was asked on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Request, Response

from fieldledger.console.common import Console, Links, go, granted, number
from fieldledger.model.kinds import Kind
from fieldledger.office import ignoring, jobs_preview, likeness, restoring, screens, solving
from fieldledger.office.errors import CannotDo, WrongUse
from fieldledger.web import csrf

HOLDS_SHOWN = 25
PAIRS_SHOWN = 100

Text = Annotated[str, Form()]
Token = Annotated[str, Form(alias=csrf.FIELD)]

TOLD: Mapping[str, str] = {
    "asked": "Noted. The next sync looks at it again, and asks if a person is still needed.",
    "linked": "Noted. The next sync links the two.",
    "back": "Noted. The next sync brings it back, as a new record.",
    "put": "Noted. The next sync puts the values back.",
}
"""What a page says after a decision, by the word in its address."""


def add_routes(router: APIRouter, console: Console) -> None:
    """The routes below /companies/{company}: attention, ignored, matches, jobs-preview, and the decisions."""
    _add_attention(router, console)
    _add_matches(router, console)
    _add_records(router, console)


def _refused(wish: Callable[[], Any]) -> tuple[int, str]:
    """The status and the sentence of a refusal; (0, "") when it was granted."""
    try:
        wish()
    except WrongUse as error:
        return 422, str(error)
    except CannotDo as error:
        return 409, str(error)
    return 0, ""


def _add_attention(router: APIRouter, console: Console) -> None:
    journal = console.journal

    def shown(
        request: Request, company: str, status: int = 200, *, page: str = "", done: str = "", refused: str = "",
        many: list[dict[str, Any]] | None = None,
    ) -> Response:  # fmt: skip
        found = granted(
            lambda: screens.attention(journal, company, page=number(page, 1) or 1, size=HOLDS_SHOWN)
        )
        solved = number(done)
        return console.show(
            request, "attention.html", company, "attention", status, found=found, refused=refused, many=many or [],
            done=solving.decided(journal, company, solved) if solved is not None else "",
            ignored=len(ignoring.ignored(journal, company)), links=Links(f"/companies/{company}/attention"),
        )  # fmt: skip

    @router.get("/companies/{company}/attention")
    def attention(request: Request, company: str, page: str = "", done: str = "") -> Response:
        console.allow(request, company)
        return shown(request, company, page=page, done=done)

    @router.post("/companies/{company}/attention/all/{action}")
    def solve_many(request: Request, company: str, action: str, token: Token = "") -> Response:
        who = console.posted(request, company, token)
        console.known(company)
        try:
            many = solving.solve_many(journal, company, action, who=who)
        except CannotDo as error:
            return shown(request, company, 422, refused=str(error))
        return shown(request, company, many=many)

    @router.post("/companies/{company}/attention/{hold}/{action}")
    def solve(
        request: Request, company: str, hold: str, action: str, other: Text = "", another: Text = "", which: Text = "",
        name: Text = "", page: Text = "", token: Token = "",
    ) -> Response:  # fmt: skip
        """which: side and id of the record to be renamed, with a bar between them."""
        who = console.posted(request, company, token)
        console.known(company)
        side, _, record = which.partition("|")
        chosen = another.strip() or other or record
        status, told = _refused(
            lambda: solving.solve(
                journal, company, number(hold, 0) or 0, action, other=chosen, name=name, side=side, who=who
            )
        )
        if status:
            return shown(request, company, status, page=page, refused=told)
        return go(company, "/attention", done=hold, **({"page": page} if number(page) else {}))

    @router.get("/companies/{company}/ignored")
    def ignored(request: Request, company: str, told: str = "") -> Response:
        console.allow(request, company)
        found = granted(lambda: ignoring.ignored(journal, company))
        return console.show(
            request, "ignored.html", company, "attention", found=found, told=TOLD.get(told, "")
        )


def _add_matches(router: APIRouter, console: Console) -> None:
    journal = console.journal

    def shown(
        request: Request, company: str, status: int = 200, *, told: str = "", refused: str = ""
    ) -> Response:
        found = granted(lambda: likeness.likely(journal, company, PAIRS_SHOWN))
        return console.show(
            request,
            "matches.html",
            company,
            "plan",
            status,
            found=found,
            told=told,
            refused=refused,
            most=PAIRS_SHOWN,
        )

    @router.get("/companies/{company}/matches")
    def matches(request: Request, company: str, told: str = "") -> Response:
        console.allow(request, company)
        return shown(request, company, told=TOLD.get(told, ""))

    @router.post("/companies/{company}/matches/link")
    def link(
        request: Request, company: str, books: Text = "", field: Text = "", token: Token = ""
    ) -> Response:
        who = console.posted(request, company, token)
        console.known(company)
        status, told = _refused(lambda: solving.link_pair(journal, company, books, field, who))
        return (
            shown(request, company, status, refused=told)
            if status
            else go(company, "/matches", told="linked")
        )

    @router.get("/companies/{company}/jobs-preview")
    def preview(request: Request, company: str) -> Response:
        console.allow(request, company)
        found = granted(lambda: jobs_preview.preview(journal, company))
        return console.show(request, "jobs_preview.html", company, "overview", preview=found)


def _add_records(router: APIRouter, console: Console) -> None:
    journal = console.journal

    def shown(
        request: Request,
        company: str,
        kind: str,
        record: str,
        status: int = 200,
        *,
        told: str = "",
        refused: str = "",
    ) -> Response:
        console.known(company)
        try:
            found = screens.history(journal, company, kind, record)
        except CannotDo:
            return console.missing(
                request, company, "log", title="Nothing known yet",
                told="The sync has not seen this record yet. If it was added just now, the next sync sees it.",
                path="/log", back="The sync log",
            )  # fmt: skip
        return console.show(
            request,
            "history.html",
            company,
            "log",
            status,
            history=found,
            told=told,
            refused=refused,
            record=record,
        )

    def decided(
        request: Request, company: str, kind: str, record: str, word: str, wish: Callable[[], Any]
    ) -> Response:
        console.known(company)
        status, told = _refused(wish)
        if status:
            return shown(request, company, kind, record, status, refused=told)
        return go(company, f"/history/{kind}/{record}", told=word)

    @router.get("/companies/{company}/history/{kind}/{record}")
    def history(request: Request, company: str, kind: str, record: str, told: str = "") -> Response:
        console.allow(request, company)
        return shown(request, company, kind, record, told=TOLD.get(told, ""))

    @router.post("/companies/{company}/history/{kind}/{record}/put-back")
    def put_back(
        request: Request, company: str, kind: str, record: str, event: Text = "",
        fields: Annotated[list[str] | None, Form()] = None, token: Token = "",
    ) -> Response:  # fmt: skip
        who = console.posted(request, company, token)

        def wish() -> None:
            if not fields:
                raise WrongUse("No field was ticked, so nothing is put back.")
            restoring.put_back(journal, company, number(event, 0) or 0, fields, who=who)

        return decided(request, company, kind, record, "put", wish)

    @router.post("/companies/{company}/history/{kind}/{record}/bring-back")
    def bring_back(request: Request, company: str, kind: str, record: str, token: Token = "") -> Response:
        who = console.posted(request, company, token)
        of = _kind(kind)
        return decided(
            request, company, kind, record, "back",
            lambda: restoring.bring_back(journal, company, of, record, who),
        )  # fmt: skip

    @router.post("/companies/{company}/history/{kind}/{record}/ask-again")
    def ask_again(
        request: Request, company: str, kind: str, record: str, back: Text = "", token: Token = ""
    ) -> Response:
        who = console.posted(request, company, token)
        of = _kind(kind)
        answer = decided(
            request, company, kind, record, "asked",
            lambda: ignoring.undo_ignore(journal, company, of, record, who),
        )  # fmt: skip
        return (
            go(company, "/ignored", told="asked")
            if back == "ignored" and answer.status_code == 303
            else answer
        )


def _kind(text: str) -> Kind:
    """Raises 404 for a kind that there is not."""
    try:
        return Kind(text)
    except ValueError:
        raise HTTPException(404, f"There is no kind {text[:40]!r}.") from None
