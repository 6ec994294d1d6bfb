"""REST of the whole application: who may come in, how it refuses, and that its answers are as its document says.

Every route is found in the OpenAPI document, so that one which is added later is tested without anybody thinking of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import TypeAdapter

from fieldledger.office import views
from fieldledger.service import shapes
from fieldledger.service.guard import LARGEST_BODY
from fieldledger.service.reach import reach
from fieldledger.service.server import create_app
from fieldledger.web.problems import UNEXPECTED
from tests.service.conftest import Site

EXAMPLES = {
    "id": "1",
    "run": "1",
    "kind": "customer",
    "record": "1",
    "hold": "1",
    "action": "link",
    "event": "1",
}
BODIES: dict[str, Any] = {
    "post /customers": {"name": "New"},
    "patch /customers/{id}": {"phone": "1"},
    "put /customers/{id}": {"name": "New"},
    "post /customers/batch": {"items": []},
    "put /sync-status": {"items": []},
    "put /sync-policy": {},
    "patch /settings": {"schedule": "15"},
    "post /matches/link": {"books": "1", "field": "1"},
}


def operations(site: Site) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path below the company with its parameters filled in, and the operation."""
    document = site.client.get("/api/openapi.json").json()
    for path, methods in document["paths"].items():
        below = path.removeprefix("/api/v1/companies/{company}/")
        assert below != path, "every route belongs to a company"
        for method, operation in methods.items():
            filled = below
            for name, value in EXAMPLES.items():
                filled = filled.replace(f"{{{name}}}", value)
            assert "{" not in filled, f"an example is wanted for {path}"
            operation["body"] = BODIES.get(f"{method} /{below}")
            yield method.upper(), filled, operation


def problem(answer: Any, status: int) -> dict[str, Any]:
    """The answer as a problem, which has all that one must have."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert told["status"] == status
    assert told["title"]
    assert told["detail"]
    assert "Traceback" not in answer.text
    return told


# ---- who may come in -------------------------------------------------------------------------------------------------


def test_no_route_opens_without_a_token(site: Site) -> None:
    seen = 0
    for method, path, operation in operations(site):
        url = f"/api/v1/companies/c1/{path}"
        for headers in ({}, {"Authorization": "Bearer"}, {"Authorization": f"Basic {site.tokens['c1']}"},
                        {"Authorization": "Bearer fl_" + "x" * 43}):  # fmt: skip
            answer = site.client.request(method, url, headers=headers, json=operation["body"])
            problem(answer, 401)
            assert answer.headers["www-authenticate"].startswith("Bearer")
        seen += 1
    assert seen >= 23


def test_no_route_opens_with_another_companys_token(site: Site) -> None:
    for method, path, operation in operations(site):
        for mine, other in (("c1", "c2"), ("c2", "c1")):
            answer = site.ask(method, path, mine, site.tokens[other], json=operation["body"])
            told = problem(answer, 403)
            assert told["detail"] == "This token belongs to another company."


def test_a_token_does_not_tell_which_companies_there_are(site: Site) -> None:
    """An unknown company and somebody else's are refused alike."""
    for company in ("c2", "c999", "C1", " c1"):
        assert problem(site.get("status", company, site.tokens["c1"]), 403)["detail"].startswith(
            "This token belongs"
        )


def test_a_page_session_does_not_open_rest(site: Site) -> None:
    with site.visitor() as browser:
        assert browser.get("/companies/c1").status_code == 200
        problem(browser.get("/api/v1/companies/c1/status"), 401)


# ---- how it refuses --------------------------------------------------------------------------------------------------


def test_what_is_not_there_is_a_problem(site: Site) -> None:
    for path in (
        "/api/nothing",
        "/api/v1",
        "/api/v1/companies",
        "/api/v1/companies/c1/nothing",
        "/api/v2/companies/c1",
    ):
        for accept in ("*/*", "text/html", "application/json"):
            problem(site.client.get(path, headers={"Accept": accept}), 404)


def test_another_method_is_405_with_what_is_allowed(site: Site) -> None:
    for method, path in (("DELETE", "status"), ("PUT", "plan/approve"), ("POST", "customers/1")):
        answer = site.ask(method, path)
        problem(answer, 405)
        assert answer.headers["allow"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "runs/77", 404), ("GET", "runs/0", 422), ("GET", "runs/x", 422), ("GET", f"runs/{10**30}", 422),
        ("GET", "runs?limit=0", 422), ("GET", f"runs?before={10**30}", 422), ("GET", "runs/77/report", 404),
        ("GET", "runs/1/report?format=pdf", 422), ("GET", "plan?number=77", 404), ("GET", f"plan?number={10**30}", 422),
        ("GET", f"plan?after={10**30}", 422), ("GET", "plan?verb=destroy", 422), ("GET", "history/invoice/1", 422),
        ("GET", "history/customer/77", 404), ("GET", "history/customer/%00", 404), ("GET", "history/customer/%FF", 404),
        ("POST", "plan/approve", 409), ("POST", "attention/77/link", 404), ("POST", "attention/1/merge", 422),
        ("POST", "attention/all/rename", 422), ("POST", "history/77777/put-back", 404),
        ("POST", "history/customer/77/bring-back", 409), ("POST", "history/customer/77/ask-again", 409),
        ("GET", "matches?limit=0", 422),
    ],
)  # fmt: skip
def test_what_cannot_be_granted(site: Site, method: str, path: str, status: int) -> None:
    problem(site.ask(method, path), status)


@pytest.mark.parametrize(
    "path",
    [
        "status", "runs", "runs/1", "runs/1/report", "plan", "attention", "ignored", "matches", "jobs-preview",
        "history/customer/1", "settings", "doctor",
    ],
)  # fmt: skip
def test_an_unknown_parameter_is_refused_and_named(site: Site, path: str) -> None:
    """A misspelled filter must not silently show everything."""
    told = problem(site.get(f"{path}?verbb=skip"), 422)
    assert "verbb" in told["detail"]
    assert site.get(path).status_code == 200


@pytest.mark.parametrize(
    ("wishes", "told"),
    [
        ({"paused": "perhaps"}, "paused must be one of on, off"),
        ({"colour": "red"}, "there is no such setting"),
        ({"customers.direction": "sideways"}, "must be one of books_to_field, field_to_books, two_way"),
        ({"schedule": "10", "quiet_hours": "25:00-01:00"}, "quiet_hours must look like"),
        ({"company_file": "refuse"}, "company_file can only be set to accept"),
    ],
)
def test_settings_are_changed_all_or_none(site: Site, wishes: dict[str, str], told: str) -> None:
    before = site.get("settings").json()
    assert told in problem(site.ask("PATCH", "settings", json=wishes), 422)["detail"]
    assert site.get("settings").json() == before


ODD = (
    b"", b"{", b"[]", b"null", b"1", b'"text"', b"\xff\xfe", b"[" * 100_000, b'{"a": 1e999}',
    b'{"plan": ' + b"9" * 5000 + b"}", b'{"plan": 1' + b"0" * 30 + b"}", b'{"\\ud800": "\\ud800"}',
    b'{"paused": "\\ud800"}', b'{"name": "\\ud800"}', b'{"items": [{"key": "\\ud800"}]}', b'{"full": "perhaps"}',
)  # fmt: skip


def test_odd_bodies_are_refused_and_never_break_anything(site: Site) -> None:
    """Cut, nested a hundred thousand deep, numbers of thousands of digits, half characters: a problem below 500."""
    tried = 0
    for method, path, operation in operations(site):
        if "requestBody" not in operation:
            continue
        for body in ODD:
            for kind in ("application/json", "text/plain"):
                answer = site.ask(method, path, "c2", content=body, headers={"Content-Type": kind})
                assert answer.status_code < 500, (method, path, body[:40], answer.text)
                if answer.status_code >= 400:
                    problem(answer, answer.status_code)
                    assert str(answer.status_code) in operation["responses"], (
                        method,
                        path,
                        answer.status_code,
                    )
                tried += 1
    assert tried > 200


def test_a_body_over_the_limit_is_refused(site: Site) -> None:
    told = problem(site.ask("POST", "customers", content=b" " * (LARGEST_BODY + 1)), 413)
    assert "64 MB" in told["detail"]


def test_the_unexpected_is_told_without_what_was_in_it(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise RuntimeError("Baker Residence, 503-555-0111")

    monkeypatch.setattr(views, "log", broken)
    answer = site.get("runs")
    assert problem(answer, 500)["detail"] == UNEXPECTED
    assert "Baker" not in answer.text


# ---- what it answers -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("status", shapes.Status), ("runs", shapes.Runs), ("runs/1", shapes.RunInFull), ("runs/2", shapes.RunInFull),
        ("plan", shapes.Plan), ("plan?number=1", shapes.Plan), ("plan?verb=skip", shapes.Plan),
        ("attention", shapes.Attention), ("ignored", shapes.AllIgnored), ("matches", shapes.Matches),
        ("jobs-preview", shapes.JobsPreview), ("history/customer/1", shapes.History), ("doctor", shapes.Checks),
        ("settings", dict[str, str]),
    ],
)  # fmt: skip
def test_answers_are_as_the_document_says(site: Site, path: str, shape: Any) -> None:
    for company in ("c1", "c2"):
        answer = site.get(path, company)
        if company == "c2" and answer.status_code == 404:
            continue
        assert answer.status_code == 200
        TypeAdapter(shape).validate_json(answer.content, strict=True)


def test_long_lists_are_paged(site: Site) -> None:
    """next_after leads through all of it, once."""
    whole = site.get("plan?number=1").json()
    assert whole["next_after"] is None
    found, after = [], 0
    while after is not None:
        page = site.get(f"plan?number=1&limit=7&after={after}").json()
        found += page["actions"]
        after = page["next_after"]
    assert found == whole["actions"]
    events, after = [], 0
    while after is not None:
        page = site.get(f"runs/2?limit=7&after={after}").json()
        events += page["events"]
        after = page["next_after"]
    assert events == site.get("runs/2").json()["events"]


def test_reports_are_sent_as_files(site: Site) -> None:
    for form, begins in (("csv", b"\xef\xbb\xbfWhen"), ("xlsx", b"PK"), ("json", b"{")):
        answer = site.get(f"runs/2/report?format={form}")
        assert answer.content.startswith(begins)
        assert answer.headers["content-disposition"] == f'attachment; filename="fieldledger-c1-run-2.{form}"'


def test_a_plan_is_approved_over_rest_and_only_the_one_that_was_seen(site: Site) -> None:
    """spec 8.3: exactly what was shown is carried out."""
    assert site.ask("PATCH", "settings", json={"job_name": "full_name"}).status_code == 200
    site.world.time += 900
    site.world.session()
    plan = site.get("plan").json()
    assert plan["state"] == "proposed"
    assert "Setting job_name changed" in plan["why"]
    problem(site.ask("POST", "plan/approve", json={"plan": plan["plan"] + 1}), 409)
    done = site.ask("POST", "plan/approve", json={"plan": plan["plan"]})
    assert done.json() == {"plan": plan["plan"], "approved_by": "api", "counts": plan["counts"]}
    assert site.ask("POST", "sync", json={"full": True}).json()["told"].startswith("Everything is read again")


def test_nothing_is_kept_by_browsers_or_framed(site: Site) -> None:
    answer = site.get("status")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_json_is_utf8(site: Site) -> None:
    text = site.get("plan?number=1").content.decode("utf-8")
    assert "Café Société" in text
    assert json.loads(text)


def test_the_application_is_made_once_and_again_over_one_folder(site: Site) -> None:
    """A second one (as after a restart) knows the same tokens."""
    from starlette.testclient import TestClient

    with TestClient(create_app(site.folder, reach("127.0.0.1", 1)), base_url="http://localhost") as client:
        answer = client.get(
            "/api/v1/companies/c1/status", headers={"Authorization": f"Bearer {site.tokens['c1']}"}
        )
        assert answer.status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/tax-rates", {"name": "X", "rate": "1"}),
        ("POST", "/customers", {"name": "X"}),
        ("PUT", "/sync-policy", {"locks": []}),
        ("PUT", "/sync-status", {"items": []}),
    ],
)
def test_nobody_passes_for_the_sync(site: Site, method: str, path: str, body: dict[str, Any]) -> None:
    """spec 5.1: a lock binds whoever holds the company's token; only the engine itself is the sync."""
    before = site.get("sync-policy", "c2").json()
    said = site.ask(method, path.strip("/"), "c2", json=body, headers={"X-Fieldledger-Origin": "sync"})
    assert "Only the sync" in problem(said, 403)["detail"]
    assert site.get("sync-policy", "c2").json() == before
