"""What all of the connector's pages share: who may see them, how they are shown, how trouble becomes a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import IO, Any, Protocol, TypeVar
from urllib.parse import urlencode

from fastapi import HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse, StreamingResponse

from fieldledger.console import words
from fieldledger.journal import Journal
from fieldledger.model.kinds import Kind
from fieldledger.office import views
from fieldledger.office.errors import CannotDo, NoSuchThing, WrongUse
from fieldledger.policy.kinds import LABELS, WORDS
from fieldledger.web import csrf
from fieldledger.web.filters import number as in_digits
from fieldledger.web.filters import plural, street, town
from fieldledger.web.pages import Pages

T = TypeVar("T")
NUMBER_DIGITS = 15
"""Longer ones are no number of ours, and SQLite would not take them."""
SEARCH_MOST = 200


class Doorkeeper(Protocol):
    """Lets visitors with a page session pass, raises HTTPException for others."""

    def page(self, request: Request, company: str = "") -> None: ...

    def visitor(self, request: Request) -> str | None: ...


class Console:
    """The pages of one server. address: of it, for the .qwc file; secret: what form tokens are made with; chosen:
    called with a company whose settings have changed."""

    def __init__(
        self, journal: Journal, access: Doorkeeper, address: str, secret: bytes, chosen: Callable[[str], None]
    ) -> None:
        self.journal, self.access, self.address, self.secret = journal, access, address, secret
        self.chosen = chosen
        self.pages = Pages("fieldledger.console", secret)
        self.pages.environment.globals.update(
            words=words, labels=LABELS, in_short=in_short, took=took, in_all=in_all
        )

    def allow(self, request: Request, company: str = "") -> None:
        """Raises 401 for strangers."""
        self.access.page(request, company)

    def posted(self, request: Request, company: str, token: str) -> str:
        """Who sent this form. Raises 401 for strangers, 403 for a form that is not ours."""
        self.allow(request, company)
        csrf.check(self.secret, request, token)
        return self.access.visitor(request) or ""

    def known(self, company: str) -> None:
        """Raises 404 when there is no such company."""
        granted(lambda: views.log(self.journal, company, 1))

    def show(
        self, request: Request, template: str, company: str, section: str, status: int = 200, *,
        seen: Mapping[str, Any] | None = None, **values: Any,
    ) -> HTMLResponse:  # fmt: skip
        """A page of a company. seen: its status, where that was read already. Raises 404 when there is none."""
        seen = seen or granted(lambda: views.status(self.journal, company))
        return self.pages.show(request, template, status, company=seen, section=section, **values)

    def missing(
        self, request: Request, company: str, section: str, *, title: str, told: str, path: str, back: str
    ) -> HTMLResponse:
        """A page that says that what was asked for is not there. path: below the company, where ``back`` leads."""
        return self.show(
            request, "missing.html", company, section, 404, title=title, told=told, path=path, back=back
        )


def granted(wish: Callable[[], T]) -> T:
    """What the wish returns; a refusal becomes a page with its sentence."""
    try:
        return wish()
    except NoSuchThing as error:
        raise HTTPException(404, str(error)) from None
    except WrongUse as error:
        raise HTTPException(422, str(error)) from None
    except CannotDo as error:
        raise HTTPException(409, str(error)) from None


def number(text: str, default: int | None = None) -> int | None:
    """A number of ours as it came in an address; the default for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= NUMBER_DIGITS else default


def go(company: str, path: str = "", **query: str) -> Response:
    """On to a page of a company."""
    return RedirectResponse(f"/companies/{company}{path}" + (f"?{urlencode(query)}" if query else ""), 303)


def attachment(content: bytes | str | Iterator[bytes], media_type: str, name: str) -> Response:
    """A file to download. name: of our making, never a user's text."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if isinstance(content, bytes | str):
        return Response(content, media_type=media_type, headers=headers)
    return StreamingResponse(content, media_type=media_type, headers=headers)


def in_chunks(file: IO[bytes]) -> Iterator[bytes]:
    """What is left of the file, a piece at a time; closed at the end."""
    with file:
        while chunk := file.read(65_536):
            yield chunk


def in_short(changes: Sequence[Mapping[str, Any]]) -> str:
    """A new record on one line: where it is and how to reach it."""
    new = {each["field"]: each["after"] for each in changes}
    places = new.get("locations") or []
    default = next((each for each in places if each.get("is_default")), places[0] if places else {})
    address = default.get("address") or new.get("billing_address")
    parts = (
        street(address), town(address), new.get("phone"), new.get("email"),
        plural(len(places), "service location") if len(places) > 1 else "",
    )  # fmt: skip
    return " · ".join(part for part in parts if part) or "All fields"


def in_all(by_side: Mapping[str, Mapping[str, Mapping[str, int]]]) -> str:
    """What a plan would do, in a sentence; customers first. by_side: of each kind, how many actions of each verb write
    each side."""
    writes = (("create", "creates"), ("update", "updates"), ("deactivate", "makes inactive"))
    parts = []
    for verb, word in writes:
        for kind in reversed(Kind):
            counts = by_side.get(kind, {}).get(verb, {})
            where = [
                f"{in_digits(counts[side])} {words.IN[side]}"
                for side in ("books", "field")
                if counts.get(side)
            ]
            if where:
                called = WORDS[kind].one if sum(counts.values()) == 1 else WORDS[kind].many
                first, _, rest = where[0].partition(" ")
                parts.append(f"{word} {' and '.join([f'{first} {called} {rest}', *where[1:]])}")
    linked = sum(sum(of_kind.get("link", {}).values()) for of_kind in by_side.values())
    if linked:
        parts.append(f"links {plural(linked, 'pair')}")
    if not parts:
        return "It writes nothing."
    return f"It {', '.join(parts[:-1])} and {parts[-1]}." if len(parts) > 1 else f"It {parts[0]}."


def took(run: Mapping[str, Any]) -> str:
    """How long a run was at work, in words; "" while it is."""
    if not run["ended_at"]:
        return ""
    seconds = (
        datetime.fromisoformat(run["ended_at"]) - datetime.fromisoformat(run["started_at"])
    ).total_seconds()
    if seconds < 1:
        return "took less than a second"
    minutes, rest = divmod(round(seconds), 60)
    return f"took {minutes} min {rest} s" if minutes else f"took {rest} s"


class Links:
    """Addresses of the page that is shown, asked otherwise. What was asked stays unless it is named anew; another
    filter or search begins at its first page."""

    def __init__(self, path: str, **asked: str) -> None:
        self.path, self.asked = path, asked

    def __call__(self, **wishes: object) -> str:
        asked = {key: value for key, value in {**self.asked, **wishes}.items() if value}
        return self.path + (f"?{urlencode(asked)}" if asked else "")
