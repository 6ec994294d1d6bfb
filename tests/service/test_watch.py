"""What monitoring asks, and the doors: /healthz, /metrics, login links."""

from __future__ import annotations

import contextlib
import re
import time

from starlette.testclient import TestClient

from fieldledger.office import companies as office
from fieldledger.service.reach import reach
from fieldledger.service.server import create_app
from tests.service.conftest import PORT, Site


def test_healthz(site: Site) -> None:
    assert site.client.get("/healthz").text == "ok"
    assert site.client.head("/healthz").status_code == 200


def test_metrics_are_numbers_and_never_names(site: Site) -> None:
    answer = site.client.get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    values = dict(re.findall(r"^(fieldledger_\w+\{company=\"c1\"\}) (\S+)$", answer.text, re.MULTILINE))
    assert float(values['fieldledger_linked_records{company="c1"}']) == 38
    assert float(values['fieldledger_books_records{company="c1"}']) == 40
    assert float(values['fieldledger_needs_attention{company="c1"}']) == 0
    assert 'company="c2"' in answer.text
    assert "Baker" not in answer.text
    assert "Bluebird" not in answer.text


def test_a_token_shows_its_own_companys_numbers(site: Site) -> None:
    answer = site.client.get("/metrics", headers={"Authorization": f"Bearer {site.tokens['c2']}"})
    assert 'company="c2"' in answer.text
    assert 'company="c1"' not in answer.text
    assert site.client.get("/metrics", headers={"Authorization": "Bearer fl_guess"}).status_code == 401


def test_a_server_that_others_can_reach_wants_a_token(site: Site) -> None:
    """On this computer the numbers are open; behind a public address they are the company's own."""
    for reached in (reach("0.0.0.0", PORT), reach("127.0.0.1", PORT, "https://sync.example.com")):
        with TestClient(create_app(site.folder, reached), base_url="http://localhost") as client:
            assert client.get("/healthz").status_code == 200
            assert client.get("/metrics").status_code == 401
            answer = client.get("/metrics", headers={"Authorization": f"Bearer {site.tokens['c1']}"})
            assert 'company="c1"' in answer.text
            assert 'company="c2"' not in answer.text


def test_a_login_link_works_once(site: Site) -> None:
    link = site.login_link()
    with TestClient(site.client.app, base_url=f"http://localhost:{PORT}", follow_redirects=False) as browser:
        assert browser.get("/companies/c1", headers={"Accept": "text/html"}).status_code == 401
        answer = browser.get(link)
        assert answer.status_code == 303
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert browser.get("/companies/c1").status_code == 200
    with TestClient(site.client.app, base_url=f"http://localhost:{PORT}") as other:
        assert other.get(link).status_code == 401
        assert other.get("/companies/c1").status_code == 401


def test_a_login_link_is_too_old_after_an_hour(site: Site) -> None:
    with contextlib.closing(site.folder.open_journal()) as journal:
        for age, status in ((3_500, 200), (3_700, 401)):
            journal.now = lambda age=age: time.time() - age
            site.client.cookies.clear()
            assert site.client.get(office.login_link(journal, "", who="a person")).status_code == status
    site.client.cookies.clear()


def test_an_old_link_leads_in_who_is_in_already(site: Site) -> None:
    with contextlib.closing(site.folder.open_journal()) as journal:
        link = office.login_link(journal, "", who="a person")
    assert site.client.get(link).status_code == 200
    assert site.client.get(link).status_code == 200
    site.client.cookies.clear()
    assert site.client.get(link).status_code == 401


def test_made_up_links_open_nothing(site: Site) -> None:
    site.client.cookies.clear()
    for secret in ("x", "%00", "x" * 5000, "..%2f..%2fetc"):
        assert site.client.get(f"/login/{secret}").status_code in (401, 404)
