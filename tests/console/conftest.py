"""Worlds to look at through the connector's pages: one that was never connected, one whose first plan waits, one that
has lived a while; and a browser without JavaScript that is logged in."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from lxml import html

from fieldledger.console.pages import create_pages
from fieldledger.desk.customers import CustomerCreate, CustomerFields
from fieldledger.desk.pages import create_pages as create_desk_pages
from fieldledger.journal import doors
from fieldledger.office import companies, views
from fieldledger.service.access import Access
from fieldledger.web import problems, statics
from fieldledger.web.csrf import COOKIE
from fieldledger.web.security import SecurityHeaders
from tests.support.world import World

SECRET = b"the tests' own secret, thirty-two"
ADDRESS = "http://localhost:8500"
HERE = "/companies/c1"
QUARTER = 15 * 60
DIALOG = "A modal dialog box is showing in the QuickBooks user interface."


def pages_app(world: World, address: str = ADDRESS) -> FastAPI:
    """The pages as the service mounts them: the connector's, and the desk's beside them."""
    access = Access(world.journal)
    app = FastAPI()
    statics.mount(app)
    app.include_router(create_pages(world.journal, access, address, SECRET))
    describe = lambda company: views.status(world.journal, company)  # noqa: E731
    app.include_router(create_desk_pages(world.store, access.page, SECRET, describe))
    problems.install(app)
    app.add_middleware(SecurityHeaders)
    return app


def session_of(world: World, who: str = "olga") -> dict[str, str]:
    """The cookie of somebody who opened a login link."""
    with world.journal.write() as tx:
        link = doors.make_link(tx, who, world.time)
        session = doors.use_link(tx, link, world.time)
    assert session is not None
    return {COOKIE: session}


@contextmanager
def looking(world: World, address: str = ADDRESS) -> Iterator[TestClient]:
    """A browser without JavaScript that is logged in to this world."""
    with TestClient(
        pages_app(world, address),
        headers={"Accept": "text/html"},
        cookies=session_of(world),
        follow_redirects=False,
    ) as client:
        yield client


def read(pages: TestClient, path: str = "", status: int = 200) -> Any:
    """A page, parsed. path: below the company, or a whole one."""
    answer = pages.get(path if path.startswith(("/companies", "/login")) or path == "/" else HERE + path)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("text/html")
    return html.fromstring(answer.text)


def words(element: Any) -> str:
    """The text as people read it: elements stand apart."""
    return re.sub(r" ([.,;])", r"\1", " ".join(" ".join(element.itertext()).split()))


def part(page: Any, heading: str) -> Any:
    """The section, article or list entry that bears this heading."""
    titles = page.xpath("//main//h1 | //main//h2 | //main//h3")
    mine = [each for each in titles if words(each) == heading]
    assert mine, f"nothing is headed {heading!r}: {[words(each) for each in titles]}"
    return mine[0].xpath("ancestor::*[self::section or self::article or self::li][1]")[0]


def form_of(page: Any, action: str) -> dict[str, str]:
    """What the form with this action would send."""
    forms = page.xpath(f"//main//form[@method='post' and @action='{HERE}{action}']")
    assert forms, f"no form posts to {action}"
    return dict(forms[0].form_values())


def light(section: Any) -> str:
    """The colour of a question's light; blank = none."""
    return str(section.xpath(".//*[contains(@class, 'light')]/@class")[0]).removeprefix("light").strip()


def asked(world: World) -> None:
    """The person approves whatever waits, and QuickBooks calls again."""
    companies.approve(world.journal, world.company, None, who="olga")
    again(world)


def again(world: World, script: str = "") -> None:
    """A quarter of an hour later, perhaps after an edit in QuickBooks, the next sync runs."""
    world.time += QUARTER
    if script:
        world.edit(script)
    world.session()


def stopped(world: World, message: str = DIALOG) -> None:
    """A sync that QuickBooks does not let through."""
    world.time += QUARTER
    opened = world.engine.open(world.company)
    world.engine.on_failure(opened.ticket, "0x80040414", message)  # type: ignore[union-attr]
    world.engine.close(opened.ticket)  # type: ignore[union-attr]


def make(folder: Path, **settings: str) -> World:
    """The sample company, and two customers that the field system had before: one collides with QuickBooks."""
    world = World(folder, {"approve_plans": "first", **settings}, sample=True)
    for customer in (
        {"name": "riverbend brewing", "phone": "503-555-0999", "billing_address": {"line1": "5 Cooper Row"}},
        {"name": "Pioneer Day Fair", "first_name": "Ada"},
    ):
        world.store.create(world.company, CustomerCreate.model_validate(customer))
    return world


def live(world: World) -> None:
    """Some hours of a company's life: the first plan, edits on both sides, a stop, quiet syncs."""
    world.session()
    asked(world)
    again(world, 'customer "Baker Residence" set phone="503-555-7777"')
    again(world)
    again(world, 'customer "Terrace Hotel" rename "Terrace Inn"')
    stopped(world)
    world.store.customers.change(world.company, 5, CustomerFields(phone="503-555-0500"), None)
    again(world)
    again(world)
    world.time += 60


@pytest.fixture(scope="session")
def never(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a company that was never connected, to be copied."""
    folder = tmp_path_factory.mktemp("never")
    make(folder).stop()
    return folder


@pytest.fixture(scope="session")
def first(never: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a company whose first plan waits, to be copied."""
    folder = tmp_path_factory.mktemp("first")
    with copy_of(never, folder) as world:
        world.session()
    return folder


def copy_of(kept: Path, folder: Path) -> World:
    shutil.copytree(kept, folder, dirs_exist_ok=True)
    return World.reopen(folder, "c1")


@pytest.fixture
def fresh(never: Path, tmp_path: Path) -> Iterator[World]:
    """Never connected."""
    with copy_of(never, tmp_path / "world") as world:
        yield world


@pytest.fixture
def planned(first: Path, tmp_path: Path) -> Iterator[World]:
    """QuickBooks was read; plan 1 waits for approval."""
    with copy_of(first, tmp_path / "world") as world:
        world.time += 60
        yield world


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A while later. For looking only: tests that change something make a world of their own."""
    with make(tmp_path_factory.mktemp("lived")) as world:
        live(world)
        yield world


@pytest.fixture
def pages(lived: World) -> Iterator[TestClient]:
    with looking(lived) as client:
        yield client
