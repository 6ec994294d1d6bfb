"""What a person decides on the pages: forms that work without a script, refusals that say why (spec 2.8, 2.11, 3.6)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from fieldledger.desk.customers import CustomerCreate, CustomerFields
from fieldledger.journal import links, sights
from fieldledger.model.kinds import Kind, Side
from fieldledger.office import ignoring, views
from tests.console.conftest import HERE, again, asked, copy_of, form_of, looking, part, read, words
from tests.support.world import World


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both ways; the first plan waits. One name stands twice in the field system, one nearly on both sides."""
    folder = tmp_path_factory.mktemp("both")
    with World(folder, {"customers.direction": "two_way", "approve_plans": "first"}, sample=True) as world:
        for name in ("riverbend brewing", "Riverbend Brewing", "Terace Hotel", "Twin", "twin"):
            world.store.create("c1", CustomerCreate(name=name))
        world.session()
    return folder


@pytest.fixture
def both(kept: Path, tmp_path: Path) -> Iterator[World]:
    with copy_of(kept, tmp_path / "world") as world:
        yield world


@pytest.fixture
def pages(both: World) -> Iterator[TestClient]:
    with looking(both) as client:
        yield client


def hold_of(world: World, name: str) -> dict[str, Any]:
    return next(each for each in world.attention() if each["name"] == name)


def send(pages: TestClient, path: str, **values: Any) -> Any:
    return pages.post(HERE + path, data=values)


def test_a_choice_of_candidates_is_offered_and_carried_out(both: World, pages: TestClient) -> None:
    """spec 2.7: several candidates, none is linked; spec 2.8: *link these two*."""
    hold = hold_of(both, "Riverbend Brewing")
    page = read(pages, "/attention")
    article = part(page, "Riverbend Brewing")
    choices = article.xpath(".//input[@type='radio' and @name='other']")
    assert [each.get("value") for each in choices] == ["1", "2"]
    assert not any(each.get("checked") for each in choices), "of several, none is chosen for the person"
    form = form_of(page, f"/attention/{hold['hold']}/link")
    answer = send(pages, f"/attention/{hold['hold']}/link", **{**form, "other": "2"})
    assert answer.status_code == 303
    after = read(pages, answer.headers["location"])
    assert "“Riverbend Brewing” is decided. The next sync carries it out" in words(after)
    assert not after.xpath("//article//h2[text()='Riverbend Brewing']")
    again(both)
    asked(both)
    with both.journal.read() as tx:
        assert links.load(tx, "c1", Side.BOOKS, Kind.CUSTOMER, [hold["books"]])[hold["books"]].field == "2"


def test_nothing_chosen_is_told_on_the_page(both: World, pages: TestClient) -> None:
    hold = hold_of(both, "Riverbend Brewing")
    form = form_of(read(pages, "/attention"), f"/attention/{hold['hold']}/link")
    form.pop("other", None)
    answer = send(pages, f"/attention/{hold['hold']}/link", **form)
    assert answer.status_code == 422
    assert "Say which record of the field system it is to be linked with" in answer.text
    assert hold_of(both, "Riverbend Brewing")


def test_renaming_with_a_form(both: World, pages: TestClient) -> None:
    hold = hold_of(both, "twin")
    form = form_of(read(pages, "/attention"), f"/attention/{hold['hold']}/rename")
    assert form["which"] == f"field|{hold['field']}"
    answer = send(pages, f"/attention/{hold['hold']}/rename", **{**form, "name": "Twin: second"})
    assert answer.status_code == 422
    assert "contains a colon" in answer.text
    assert (
        send(pages, f"/attention/{hold['hold']}/rename", **{**form, "name": "Second Twin"}).status_code == 303
    )
    again(both)
    asked(both)
    assert "Second Twin" in [each["name"] for each in both.customers()]


def test_ignoring_and_asking_again(both: World, pages: TestClient) -> None:
    """spec 2.8: *ignore*, and a list to take it back from."""
    hold = hold_of(both, "twin")
    form = form_of(read(pages, "/attention"), f"/attention/{hold['hold']}/ignore")
    assert send(pages, f"/attention/{hold['hold']}/ignore", **form).status_code == 303
    assert "1 record is ignored" in words(read(pages, "/attention"))
    page = read(pages, "/ignored")
    assert "twin" in words(page)
    action = f"/history/customer/{hold['field']}/ask-again"
    answer = send(pages, action, **form_of(page, action))
    assert answer.headers["location"].startswith(f"{HERE}/ignored")
    assert "Nothing is ignored" in words(read(pages, answer.headers["location"]))
    assert not ignoring.ignored(both.journal, "c1")


def test_many_at_once_says_what_became_of_each(both: World, pages: TestClient) -> None:
    """spec 10.5: one failure stops none of the others."""
    form = form_of(read(pages, "/attention"), "/attention/all/ignore")
    answer = send(pages, "/attention/all/ignore", **form)
    assert answer.status_code == 200
    assert "2 records are decided" in answer.text
    assert send(pages, "/attention/all/rename", **form).status_code == 422


@pytest.mark.parametrize(
    "path",
    [
        "/attention/1/link", "/attention/all/ignore", "/matches/link", "/history/customer/1/put-back",
        "/history/customer/1/bring-back", "/history/customer/1/ask-again",
    ],
)  # fmt: skip
def test_a_form_that_is_not_ours_changes_nothing(both: World, pages: TestClient, path: str) -> None:
    before = both.attention()
    assert send(pages, path, csrf="made up", books="1", field="1").status_code == 403
    assert pages.post(HERE + path).status_code == 403
    pages.cookies.clear()
    assert send(pages, path, csrf="made up").status_code == 401
    assert both.attention() == before


def test_what_is_not_there_is_told(both: World, pages: TestClient) -> None:
    form = form_of(read(pages, "/attention"), f"/attention/{hold_of(both, 'twin')['hold']}/ignore")
    assert send(pages, "/attention/4711/ignore", **form).status_code == 409
    assert send(pages, "/attention/x/ignore", **form).status_code == 409
    assert send(pages, "/history/invoice/1/bring-back", **form).status_code == 404
    answer = send(pages, "/history/customer/1/bring-back", **form)
    assert answer.status_code == 409
    assert "1 has no pair" in answer.text


def test_the_plan_shows_what_may_be_one_customer(both: World, pages: TestClient) -> None:
    """spec 2.7: likeness is for a person; the plan would create both on both sides."""
    page = read(pages, "/plan")
    section = part(page, "Perhaps the same customer")
    assert "Terrace Hotel in QuickBooks Terace Hotel no. 3 in the field system" in words(section)
    form = form_of(page, "/matches/link")
    answer = send(pages, "/matches/link", **form)
    assert answer.status_code == 303
    assert "The next sync links the two." in words(read(pages, answer.headers["location"]))
    assert "Perhaps the same customer" not in words(read(pages, "/plan"))
    actions = views.plan(both.journal, "c1")["actions"]
    assert form["books"] not in [each["books"] for each in actions]
    assert form["field"] not in [each["field"] for each in actions]


def test_a_plan_both_ways_says_where_it_writes(both: World, pages: TestClient) -> None:
    """spec 8.3: what will be created, and where."""
    text = words(read(pages, "/plan"))
    assert (
        "It creates 2 customers in QuickBooks and 36 in the field system, creates 5 payment terms in the field system, "
        "creates 3 taxes in the field system and links 2 pairs." in text
    )
    assert "It writes on both sides; each line says where." in text
    assert "correct it on either side first" in text


def test_the_history_puts_back_what_gave_way(both: World, pages: TestClient) -> None:
    """spec 2.4: the loser's value can be put back with one action."""
    asked(both)
    record = next(each for each in both.customers() if each["name"] == "Orchard Road Farm")
    both.time += 60
    both.store.customers.change("c1", record["id"], CustomerFields(phone="503-555-1111"), None)
    again(both, 'customer "Orchard Road Farm" set phone="503-555-2222"')
    page = read(pages, f"/history/customer/{record['id']}")
    conflict = part(page, "Conflict")
    assert "Changed on both sides: Phone" in words(conflict)
    action = f"/history/customer/{record['id']}/put-back"
    form = form_of(page, action)
    assert send(pages, action, csrf=form["csrf"], event=form["event"]).status_code == 422, (
        "nothing was ticked"
    )
    answer = send(pages, action, **form)
    assert answer.status_code == 303, answer.text
    assert "The next sync puts the values back." in words(read(pages, answer.headers["location"]))
    again(both)
    again(both)
    there = next(each for each in both.customers() if each["id"] == record["id"])
    assert there["phone"] == "503-555-1111"


def test_a_record_deleted_in_the_field_system_is_brought_back(both: World, pages: TestClient) -> None:
    """spec 2.11: not imported again until somebody asks."""
    asked(both)
    record = next(each for each in both.customers() if each["name"] == "Orchard Road Farm")
    both.store.delete("c1", record["id"])
    again(both)
    again(both)
    assert "Orchard Road Farm" not in [each["name"] for each in both.customers()]
    page = read(pages, f"/history/customer/{record['id']}")
    assert not page.xpath(f"//main//a[@href='{HERE}/customers/{record['id']}']"), (
        "no way to what is not there"
    )
    action = f"/history/customer/{record['id']}/bring-back"
    answer = send(pages, action, **form_of(page, action))
    assert answer.status_code == 303
    again(both)
    assert "Orchard Road Farm" in [each["name"] for each in both.customers()]


def test_what_jobs_would_become_is_shown_before_anything_was_approved(both: World, pages: TestClient) -> None:
    """spec 3.6."""
    page = read(pages, "/jobs-preview")
    section = part(page, "Become customers of their own, named after their customer")
    assert "As it is set now" in words(section)
    assert "Terrace Hotel › Spa wing › Heat recovery Customer “Terrace Hotel”" in words(section)
    places = part(page, "Become service locations of their customer")
    assert "Terrace Hotel › Spa wing Service location “Spa wing (job)” of “Terrace Hotel”" in words(places)
    assert read(pages).xpath(f"//main//a[@href='{HERE}/jobs-preview']")


def test_what_jobs_would_become_before_quickbooks_was_read(fresh: World) -> None:
    with looking(fresh) as client:
        assert "Nothing was read yet" in words(read(client, "/jobs-preview"))


def test_a_record_without_a_pair_shows_what_looks_like_it(both: World, pages: TestClient) -> None:
    page = read(pages, "/history/customer/3")
    assert "Perhaps the same as Terrace Hotel in QuickBooks; name 96 % alike" in words(page)
    with both.journal.read() as tx:
        (terrace,) = sights.by_name(tx, "c1", Side.BOOKS, Kind.CUSTOMER, ["terrace hotel"])["terrace hotel"]
    form = form_of(page, "/matches/link")
    assert (form["books"], form["field"]) == (terrace.record, "3")


def test_a_long_email_address_is_broken_where_people_break_it(both: World, pages: TestClient) -> None:
    both.store.customers.change("c1", 1, CustomerFields(email="a.long.one@riverbend.example.com"), None)
    again(both)
    raw = pages.get(HERE + "/attention").text
    assert "a.<wbr>long.<wbr>one<wbr>@riverbend.<wbr>example.<wbr>com" in raw
