"""The client of the field side's contract: a server that breaks it is trouble with a name, never half understood."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from fieldledger.field.rest import FieldUnreachable, RestField
from fieldledger.model.kinds import Kind
from fieldledger.model.outcome import Verdict
from fieldledger.session.ports import FieldResult, FieldWrite

WRITE = FieldWrite(key="k", kind=Kind.CUSTOMER, id=None, version=None, values={"name": "Alba"})


def shown(id: int = 1, **more: Any) -> dict[str, Any]:
    return {"id": id, "version": 1, "modified_at": "2025-11-24T16:00:00Z", "name": f"C{id}", **more}


def change(position: int, id: int | None = None, **more: Any) -> dict[str, Any]:
    id = position if id is None else id
    return {"position": position, "id": id, "deleted": False, "customer": shown(id), **more}


def field(answer: Callable[[httpx2.Request], Any]) -> RestField:
    """A field side that gives these answers: JSON, or text as it is."""

    def respond(request: httpx2.Request) -> httpx2.Response:
        found = answer(request)
        return (
            httpx2.Response(200, text=found) if isinstance(found, str) else httpx2.Response(200, json=found)
        )

    return RestField(httpx2.Client(transport=httpx2.MockTransport(respond), base_url="http://field"))


class Feed:
    """A change feed that gives so many at most at once. asked: (after, limit) of each question."""

    def __init__(self, items: list[dict[str, Any]], most: int) -> None:
        self.items, self.most = items, most
        self.asked: list[tuple[int, int]] = []

    def __call__(self, request: httpx2.Request) -> dict[str, Any]:
        after, limit = (int(request.url.params[name]) for name in ("after", "limit"))
        self.asked.append((after, limit))
        left = [item for item in self.items if item["position"] > after]
        given = left[: min(self.most, limit)]
        return {"items": given, "after": after, "more": len(left) > len(given)}


@pytest.mark.parametrize(("most", "questions"), [(1, 10), (3, 4), (10, 1), (99, 1)])
def test_a_server_that_gives_less_at_once_is_asked_on(most: int, questions: int) -> None:
    """spec 10.4: fewer than were asked for means the end, so it must be the end."""
    feed = Feed([change(n) for n in range(1, 11)], most)
    found = field(feed).changes("c1", Kind.CUSTOMER, 0, 500)
    assert [each.id for each in found] == [str(n) for n in range(1, 11)]
    assert len(feed.asked) == questions


def test_no_more_is_asked_for_than_is_wanted() -> None:
    feed = Feed([change(n) for n in range(1, 11)], 3)
    assert [each.position for each in field(feed).changes("c1", Kind.CUSTOMER, 2, 5)] == [3, 4, 5, 6, 7]
    assert feed.asked == [(2, 5), (5, 2)]


def test_a_record_that_is_edited_between_two_pages_comes_once() -> None:
    """At its later position, in its later state."""
    feed = Feed([change(1), change(2), change(3), change(4, 1, customer=shown(1, name="Later"))], 2)
    found = field(feed).changes("c1", Kind.CUSTOMER, 0, 500)
    assert [(each.id, each.position) for each in found] == [("2", 2), ("3", 3), ("1", 4)]
    assert found[-1].record is not None
    assert found[-1].record.values["name"] == "Later"


def test_a_deleted_one_needs_no_record() -> None:
    (found,) = field(Feed([change(1, deleted=True, customer=None)], 9)).changes("c1", Kind.CUSTOMER, 0, 9)
    assert (found.id, found.record) == ("1", None)


BROKEN_PAGES: list[Any] = [
    "", "null", "[]", "7", "<html>Log in</html>", '{"items": []}', '{"more": false}', "[" * 5000,
    {"items": {}, "more": False}, {"items": [1], "more": False}, {"items": [], "more": True},
    {"items": [], "more": "no"}, {"items": None, "more": False},
    *(
        {"items": [item], "more": False}
        for item in (
            {}, change(0), change(-1), {**change(1), "position": "1"}, {**change(1), "id": "1"},
            change(1, deleted="false"),
            change(1, customer=None), change(1, customer=[]), change(1, customer={}), change(1, customer=shown(2)),
            change(1, customer=shown("1")), change(1, customer=shown(True)), change(1, customer=shown(version="x")),
            change(1, customer=shown(version=None)), change(1, customer=shown(locations=7)),
            change(1, customer=shown(locations=["Shop"])), change(1, customer=shown(billing_address="1 Main St")),
            change(1, customer=shown(locations=[{"address": "x"}])), {"position": 1, "id": 1, "deleted": False},
        )
    ),
    {"items": [change(2), change(1)], "more": False},
]  # fmt: skip


@pytest.mark.parametrize("page", BROKEN_PAGES, ids=lambda page: str(page)[:60])
def test_a_feed_out_of_contract(page: Any) -> None:
    with pytest.raises(FieldUnreachable, match="GET /api/v1/companies/c1/customers/changes"):
        field(lambda _: page).changes("c1", Kind.CUSTOMER, 0, 500)


BROKEN_RESULTS: list[Any] = [
    "", "null", "[]", "<html>Log in</html>", "{}", {"results": None}, {"results": [1]},
    *(
        {"results": [result]}
        for result in (
            {}, {"key": "k"}, {"status": 201}, {"key": 1, "status": 201}, {"key": "k", "status": "created"},
            {"key": "k", "status": 201, "customer": 7}, {"key": "k", "status": 201, "customer": {"id": 1}},
            {"key": "k", "status": 201, "customer": shown(version="new")},
            {"key": "k", "status": 422, "problem": "no"}, {"key": "k", "status": 422, "problem": {"errors": 5}},
        )
    ),
]  # fmt: skip


@pytest.mark.parametrize("results", BROKEN_RESULTS, ids=lambda results: str(results)[:60])
def test_results_out_of_contract(results: Any) -> None:
    """What was written is asked for again by its key; nothing is taken for done."""
    with pytest.raises(FieldUnreachable, match="POST /api/v1/companies/c1/customers/batch"):
        field(lambda _: results).write("c1", [WRITE])


def test_results_as_agreed() -> None:
    def write(**result: Any) -> FieldResult:
        (found,) = field(lambda _: {"results": [{"key": "k", **result}]}).write("c1", [WRITE])
        return found

    done = write(status=201, customer=shown(7), problem=None)
    assert (done.outcome.verdict, done.record and done.record.id) == (Verdict.DONE, "7")
    assert write(status=201).outcome.verdict is Verdict.UNKNOWN, "done, and not shown"
    problem = {"detail": "It cannot be saved.", "errors": [{"field": "name", "message": "too long"}]}
    refused = write(status=422, customer=None, problem=problem)
    assert (refused.outcome.verdict, refused.outcome.meaning) == (
        Verdict.REFUSED,
        "It cannot be saved. name: too long",
    )


@pytest.mark.parametrize("answer", ["<html>Log in</html>", "{"])
def test_a_page_in_between_is_no_receipt(answer: str) -> None:
    """A login page of some network, answered with 200, has not stored the badges."""
    with pytest.raises(FieldUnreachable, match="PUT /api/v1/companies/c1/sync-policy"):
        field(lambda _: answer).show_policy("c1", {})
    field(lambda _: "").show_policy("c1", {})
