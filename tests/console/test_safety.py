"""Who may look, which forms are taken, and that nothing that somebody typed becomes anything but text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from lxml import html
from sqlalchemy import text

from fieldledger.desk.customers import CustomerCreate, CustomerFields
from fieldledger.office import companies, views
from fieldledger.web.csrf import COOKIE
from tests.console.conftest import (
    HERE,
    again,
    asked,
    form_of,
    looking,
    make,
    pages_app,
    read,
    session_of,
    stopped,
    words,
)
from tests.support.world import World

PATHS = ["", "/plan", "/attention", "/log", "/log/1", "/connect", "/connect/contact", "/history/customer/3"]
FILES = [
    "/connect/file.qwc",
    "/plan/1/plan.csv",
    "/log/1/report.csv",
    "/log/1/report.xlsx",
    "/log/1/report.json",
]
FORMS = ["/sync", "/pause", "/plan/approve"]
FORGED: tuple[tuple[dict[str, str], dict[str, str]], ...] = (
    ({"csrf": ""}, {}),
    ({"csrf": "0" * 64}, {}),
    ({}, {"Sec-Fetch-Site": "cross-site"}),
    ({}, {"Sec-Fetch-Site": "same-site"}),
)
EVIL = "<script>alert(1)</script>"


@pytest.mark.parametrize("path", ["", *PATHS[1:], *FILES])
def test_strangers_see_nothing_but_how_to_log_in(pages: TestClient, path: str) -> None:
    for session in ("", "0" * 43):
        pages.cookies.clear()
        if session:
            pages.cookies.set(COOKIE, session)
        answer = pages.get(HERE + path)
        assert answer.status_code == 401
        assert "Please log in" in answer.text
        assert "fieldledger login" in answer.text
        for secret in ("Riverbend", "Test Company", "Run 1"):
            assert secret not in answer.text


def test_strangers_see_no_list_of_companies(pages: TestClient) -> None:
    pages.cookies.clear()
    answer = pages.get("/")
    assert answer.status_code == 401
    assert "/companies/" not in answer.text


def test_only_our_own_forms_of_people_who_are_logged_in_are_taken(planned: World) -> None:
    with looking(planned) as pages:
        sent = {**form_of(read(pages, "/plan"), "/plan/approve"), "paused": "on"}
        before = views.status(planned.journal, "c1")
        for path, (change, headers) in product(FORMS, FORGED):
            refused = pages.post(HERE + path, data={**sent, **change}, headers=headers)
            assert refused.status_code == 403
            assert "reload the page" in refused.text
        pages.cookies.clear()
        for path in FORMS:
            assert pages.post(HERE + path, data=sent).status_code == 401
            assert pages.post(HERE + path).status_code == 401, "strangers learn nothing about the form"
        assert views.status(planned.journal, "c1") == before


def test_a_login_link_works_once(fresh: World) -> None:
    link = companies.login_link(fresh.journal, "", who="olga")
    with looking(fresh) as pages:
        pages.cookies.clear()
        first = pages.get(link)
        assert (first.status_code, first.headers["location"]) == (303, "/")
        cookie = first.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Secure" not in cookie
        pages.cookies.clear()
        page = read(pages, link, 401)
        assert words(page.xpath("//h1")[0]) == "Please log in"
        assert "used before or is too old" in words(page)
    with looking(fresh, "https://sync.example.com") as pages:
        link = companies.login_link(fresh.journal, "", who="olga")
        assert "Secure" in pages.get(link).headers["set-cookie"]


@pytest.fixture(scope="module")
def evil(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Somebody typed a script wherever one can type."""
    with make(tmp_path_factory.mktemp("evil")) as world:
        world.edit(
            f'company CompanyName="{EVIL}"\nhost ProductName="{EVIL}"\n'
            f'customer "Baker Residence" rename "{EVIL}"\n'
            f'customer "{EVIL}" set phone="<b>1" email="{EVIL}" first="<i>x"'
        )
        world.store.create("c1", CustomerCreate.model_validate({"name": EVIL, "phone": EVIL}))
        companies.set_settings(world.journal, "c1", {"quiet_hours": "none"}, who=EVIL)
        world.session()
        asked(world)
        world.store.customers.change("c1", 5, CustomerFields(phone=EVIL), None)
        again(world, 'customer "Sato, Kenji" set phone="503<script>"')
        stopped(world, EVIL)
        yield world


def test_whatever_anybody_typed_is_shown_as_text(evil: World) -> None:
    seen = 0
    history = [f"/history/customer/{hold['books']}" for hold in views.attention(evil.journal, "c1")]
    queries = [f"/plan?search={EVIL}", f"/log/1?search={EVIL}", f"/log/{EVIL}", f"/history/{EVIL}/{EVIL}",
               f"/plan?plan={EVIL}&verb={EVIL}&page={EVIL}", f"/log?show={EVIL}&before={EVIL}",
               f"/log/1?what={EVIL}", f"?told={EVIL}", "/plan?plan=1", "/log/3", "/log/4"]  # fmt: skip
    with looking(evil) as pages:
        for path in (*PATHS, *history, *queries):
            answer = pages.get(HERE + path)
            assert answer.status_code in (200, 404), (path, answer.text)
            assert "<script>alert" not in answer.text, path
            assert "<b>1" not in answer.text, path
            seen += answer.text.count("&lt;script&gt;")
            page = html.fromstring(answer.text)
            assert all(script.get("src", "").startswith("/static/") for script in page.xpath("//script"))
        assert "<script>" not in pages.get(f"/companies/{EVIL}").text
        assert "<script>" not in pages.get(f"/login/{EVIL}").text
    assert seen > 20, "it is shown, as text"


def test_nothing_comes_from_elsewhere_and_nothing_stands_inline(pages: TestClient) -> None:
    for path in (*PATHS, "/log/99", "/plan?search=nobody"):
        answer = pages.get(HERE + path)
        policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
        assert policy["default-src"] == "'self'"
        assert answer.headers["cache-control"] == "no-store"
        page = html.fromstring(answer.text)
        inline = page.xpath("//style | //*[@style] | //script[not(@src)] | //@*[starts-with(name(), 'on')]")
        assert inline == [], path
        for address in page.xpath("//script/@src | //link/@href | //img/@src"):
            assert pages.get(address).status_code == 200
        for address in page.xpath("//a/@href"):
            assert re.match(r"[/#?]", address), address


def test_the_style_sheet_asks_for_nothing_from_elsewhere(pages: TestClient) -> None:
    css = pages.get("/static/console.css").text
    assert "url(" not in css
    assert "@import" not in css


def test_every_link_of_every_page_leads_somewhere(pages: TestClient) -> None:
    paths, seen = [HERE], set()
    while paths:
        path = paths.pop()
        if path in seen or len(seen) > 150:
            continue
        seen.add(path)
        answer = pages.get(path)
        assert answer.status_code in (200, 303), path
        if answer.headers.get("content-type", "").startswith("text/html"):
            found = html.fromstring(answer.text).xpath("//a/@href")
            paths += [link for link in found if link.startswith("/") and "/customers" not in link]
    assert len(seen) > 30


@pytest.mark.parametrize("path", [*PATHS, *FILES])
def test_a_company_that_is_none_is_a_friendly_page(pages: TestClient, path: str) -> None:
    page = read(pages, f"/companies/c9{path}", 404)
    assert words(page.xpath("//h1")[0]) == "Not found"
    assert "There is no company 'c9'" in words(page)


def test_forms_for_a_company_that_is_none(planned: World) -> None:
    with looking(planned) as pages:
        sent = {**form_of(read(pages, "/plan"), "/plan/approve"), "paused": "on"}
        for path in FORMS:
            assert pages.post(f"/companies/c9{path}", data=sent).status_code == 404


def test_numbers_that_are_none_of_ours_break_nothing(pages: TestClient) -> None:
    for odd in ("9" * 30, "-1", "1e3", "0x1", "%00", "١", "1;drop"):
        for path in (f"/plan?plan={odd}", f"/plan?page={odd}", f"/log?before={odd}", f"/log/{odd}",
                     f"/log/1?page={odd}", f"/attention?page={odd}", f"/log/{odd}/report.csv",
                     f"/plan/{odd}/plan.csv", f"/history/customer/{odd}"):  # fmt: skip
            assert pages.get(HERE + path).status_code in (200, 404), path


def test_an_error_inside_a_company_keeps_its_navigation(pages: TestClient) -> None:
    page = read(pages, "/log/99", 404)
    assert page.xpath(f"//nav[@id='sections']//a[@href='{HERE}/plan']")


def test_an_error_that_nobody_foresaw_tells_nothing_internal(fresh: World, tmp_path: Path) -> None:
    app = pages_app(fresh)
    cookies = session_of(fresh)
    with TestClient(
        app, headers={"Accept": "text/html"}, cookies=cookies, raise_server_exceptions=False
    ) as pages:
        with fresh.journal.write() as tx:
            tx.execute(text("update companies set settings = 'broken'"))
        answer = pages.get(HERE)
        assert answer.status_code == 500
        assert "Something went wrong" in answer.text
        assert "Traceback" not in answer.text
        assert str(tmp_path) not in answer.text
