"""What happened and what waits: the log, one run, its reports, needs attention, the history of a record."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from fieldledger.desk.customers import CustomerCreate
from fieldledger.journal import runs
from fieldledger.office import views
from tests.console.conftest import DIALOG, HERE, again, asked, looking, part, read, words
from tests.support.world import World


def rows(page: Any) -> list[str]:
    return [words(row) for row in page.xpath("//tbody/tr")]


def books_of(world: World, name: str) -> str:
    """The ListID of the customer that QuickBooks calls so, from the first plan."""
    actions = views.plan(world.journal, "c1", 1)["actions"]
    return str(next(action["books"] for action in actions if action["books_name"] == name))


def test_every_run_is_listed_with_when_why_and_outcome(pages: TestClient) -> None:
    """spec 9.1: when, why it started, and what came of it."""
    found = rows(read(pages, "/log"))
    assert [row.split(" ")[1] for row in found] == ["8", "7", "6", "5", "4", "3", "2", "1"]
    assert "24 Nov 2025, 16:00 UTC" in found[-1]
    assert "On schedule" in found[-1]
    assert "Made a plan" in found[-1]
    assert "Asked for by a person" in found[-2]
    assert "Done In step: 44 created." in found[-2]
    assert "Stopped" in found[2]
    assert DIALOG in found[2]


def test_runs_that_worked_or_had_trouble_can_be_picked(pages: TestClient) -> None:
    assert [row.split(" ")[1] for row in rows(read(pages, "/log?show=work"))] == ["5", "3", "2", "1"]
    assert [row.split(" ")[1] for row in rows(read(pages, "/log?show=trouble"))] == ["7", "6", "1"]
    assert len(rows(read(pages, "/log?show=nonsense"))) == 8


def test_a_long_log_is_paged_and_filtered_to_its_end(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        with world.journal.write() as tx:
            for number in range(1, 331):
                run = runs.start(tx, "c1", number, "scheduled", "2025-11-24T10:00:00Z")
                counts = {"updated": 1} if number % 3 == 0 else {}
                runs.end(tx, run, "done", f"told {number}", counts, "2025-11-24T10:00:01Z")
        with looking(world) as pages:
            for which, expected in (("all", list(range(330, 0, -1))), ("work", list(range(330, 0, -3)))):
                page, seen = read(pages, f"/log?show={which}"), []
                while True:
                    seen += [int(row.split(" ")[1]) for row in rows(page)]
                    onwards = page.xpath("//a[@rel='next']/@href")
                    if not onwards:
                        break
                    page = read(pages, onwards[0])
                assert seen == expected
            assert "No trouble" in words(read(pages, "/log?show=trouble"))
            assert "That was all" in words(read(pages, "/log?before=1"))
            assert len(rows(read(pages, "/log?before=x"))) == 50


def test_one_run_tells_what_was_read_and_each_action_with_its_reason(pages: TestClient) -> None:
    """spec 9.1: what was read, each action with its reason and outcome."""
    page = read(pages, "/log/3")
    assert words(page.xpath("//h1")[0]) == "Run 3 Done"
    assert "On schedule, started 24 Nov 2025, 16:30 UTC, took less than a second" in words(page)
    numbers = words(part(page, "In numbers"))
    assert "Read in full 1" in numbers
    assert "Updated 1" in numbers
    entry = page.xpath("//ul[contains(@class, 'entries')]/li")[0]
    assert "Baker Residence" in words(entry)
    assert "Changed in QuickBooks: Phone." in words(entry)
    assert "Phone before: 503-555-0111 → after: 503-555-7777" in words(entry)
    assert entry.xpath(".//h2/a[starts-with(@href, '/companies/c1/history/customer/')]")


def test_a_run_that_stopped_says_what_to_do(pages: TestClient) -> None:
    page = read(pages, "/log/6")
    assert "note bad" in page.xpath("//main/p[contains(@class, 'note')]/@class")[0]
    assert "Close the dialog box in QuickBooks" in words(page)


def test_an_edit_that_stays_one_sided_is_told_with_what_to_do(pages: TestClient) -> None:
    """spec 2.2: an edit on the receiving side is noted, and how to keep it."""
    entry = read(pages, "/log/7").xpath("//ul[contains(@class, 'entries')]/li")[0]
    assert "Edited in the field system: Phone" in words(entry)
    assert "Make the change in QuickBooks to keep it." in words(entry)


def test_a_run_with_nothing_to_do_says_so(pages: TestClient) -> None:
    assert "There was nothing to do" in words(read(pages, "/log/8"))


def test_events_of_a_run_are_filtered_searched_and_paged(pages: TestClient, tmp_path: Path) -> None:
    first = read(pages, "/log/1")
    tabs = words(first.xpath("//nav[@aria-label='Which events']")[0])
    assert tabs.startswith("All 5 ")
    assert all(tab in tabs for tab in ("Skipped 2", "Held 2", "Approved 1"))
    assert len(read(pages, "/log/1?what=held").xpath("//ul[contains(@class, 'entries')]/li")) == 2
    found = read(pages, "/log/1?search=glycol")
    assert len(found.xpath("//ul[contains(@class, 'entries')]/li")) == 1
    assert "Nothing matches “nobody”" in words(read(pages, "/log/1?search=nobody"))
    with World(tmp_path) as world:
        world.generate(250)
        world.session()
        with looking(world) as client:
            page, seen = read(client, "/log/1"), []
            while True:
                seen += page.xpath("//ul[contains(@class, 'entries')]/li//h2/a/@href")
                onwards = page.xpath("//a[@rel='next']/@href")
                if not onwards:
                    break
                page = read(client, onwards[0])
            assert (len(seen), len(set(seen))) == (252, 252), "250 customers and the two sales tax codes"


def test_the_report_of_a_run_is_downloaded(pages: TestClient) -> None:
    """spec 9.3: CSV, XLSX and JSON."""
    links = read(pages, "/log/3").xpath("//a[@download]/@href")
    assert [link.rsplit(".", 1)[1] for link in links] == ["csv", "xlsx", "json"]
    sheet, workbook, data = (pages.get(link) for link in links)
    assert list(csv.reader(io.StringIO(sheet.content.decode("utf-8-sig"))))[1][1] == "updated"
    assert workbook.content.startswith(b"PK")
    assert data.json()["run"] == 3
    assert sheet.headers["content-disposition"] == 'attachment; filename="fieldledger-c1-run-3.csv"'
    assert pages.get(f"{HERE}/log/3/report.pdf").status_code == 422
    assert pages.get(f"{HERE}/log/99/report.csv").status_code == 404


@pytest.mark.parametrize("run", ["99", "0", "x", "9" * 40, "-1"])
def test_a_run_that_is_none_is_a_friendly_page(pages: TestClient, run: str) -> None:
    page = read(pages, f"/log/{run}", 404)
    assert words(page.xpath("//h1")[0]) == "No such run"
    assert page.xpath(f"//main//a[@href='{HERE}/log']")


def test_a_log_without_runs_and_a_run_at_work(fresh: World) -> None:
    with looking(fresh) as pages:
        assert "No sync has run yet" in words(read(pages, "/log"))
        fresh.engine.open("c1")
        page = read(pages, "/log/1")
        assert words(page.xpath("//h1")[0]) == "Run 1 Running"
        assert "This sync is at work" in words(page)
        assert "Yes, at work now" in words(read(pages))


def test_what_needs_a_person_says_what_happened_why_and_what_to_do(pages: TestClient) -> None:
    """spec 2.7, 2.8: a skipped duplicate is never lost; both records stand beside each other."""
    page = read(pages, "/attention")
    hold = part(page, "Riverbend Brewing")
    story = {words(each): words(each.getnext()) for each in hold.xpath(".//dl/dt")}
    assert "already has a customer named Riverbend Brewing (no. 1)" in story["What happened"]
    assert "link the two, rename one of them, or leave it as it is" in story["What to do"]
    assert story["Waits inside"].startswith("1 job of this customer")
    assert words(hold.xpath(".//*[contains(@class, 'badge')]")[0]) == "Needs attention"
    sides = [[words(cell) for cell in row.xpath("./th | ./td")] for row in hold.xpath(".//table//tr")]
    assert sides[0] == ["Field", "QuickBooks", "Field system no. 1"]
    assert ["Company Name", "Riverbend Brewing", "riverbend brewing"] in sides
    assert ["Phone", "503-555-0122", "503-555-0999"] in sides
    assert hold.xpath(f".//a[@href='{HERE}/customers/1']")
    assert hold.xpath(f".//a[starts-with(@href, '{HERE}/history/customer/8')]")


def test_nothing_that_needs_a_person_is_an_empty_page(fresh: World) -> None:
    with looking(fresh) as pages:
        assert "Nothing needs you" in words(read(pages, "/attention"))


def test_many_that_need_a_person_are_paged(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        twins = [f"Twin {number:02}" for number in range(60)]
        world.edit("\n".join(f'customer add name="{name}"' for name in twins))
        for name in twins:
            world.store.create("c1", CustomerCreate.model_validate({"name": name}))
        world.session()
        with looking(world) as pages:
            seen, page = [], read(pages, "/attention")
            while True:
                seen += [words(title) for title in page.xpath("//article//h2")]
                onwards = page.xpath("//a[@rel='next']/@href")
                if not onwards:
                    break
                page = read(pages, onwards[0])
            assert seen == twins


def test_the_history_of_a_record_is_a_line_through_both_sides(pages: TestClient, lived: World) -> None:
    """spec 9.2: one history over both sides, reached by either id, with before → after."""
    books = books_of(lived, "Baker Residence")
    by_books = read(pages, f"/history/customer/{books}")
    field = by_books.xpath("//a[starts-with(@href, '/companies/c1/customers/')]/@href")[0].rsplit("/", 1)[1]
    by_field = read(pages, f"/history/customer/{field}")
    for page in (by_books, by_field):
        assert words(page.xpath("//h1")[0]) == "Baker Residence"
        story = [words(line) for line in page.xpath("//ol[@class='timeline']/li")]
        assert "Updated Changed in QuickBooks: Phone." in story[0]
        assert "Phone before: 503-555-0111 → after: 503-555-7777" in story[0]
        assert "24 Nov 2025, 16:30 UTC · by the sync" in story[0]
        assert "Created New in QuickBooks." in story[1]
        assert f"ListID {books}" in words(part(page, "Record"))
        assert "Both sides hold the same." in words(part(page, "As both sides were last seen"))


def test_the_history_shows_where_the_sides_differ(pages: TestClient) -> None:
    page = read(pages, "/history/customer/5")
    now = part(page, "As both sides were last seen")
    differing = [words(row) for row in now.xpath(".//tbody/tr[not(contains(@class, 'same'))]")]
    assert len(differing) == 1
    assert differing[0].startswith("Phone")
    assert "503-555-0500" in differing[0]
    assert "Make the change in QuickBooks to keep it." in words(page)


def test_a_jobs_derived_name_is_no_difference(pages: TestClient, lived: World) -> None:
    """spec 3.1: the job bears its customer's name in the field system, and that is as it should be."""
    books = books_of(lived, "Harbor View Apartments:Building A:Unit 12 leak")
    page = read(pages, f"/history/customer/{books}")
    assert "Harbor View Apartments › Building A › Unit 12 leak in QuickBooks" in words(page)
    assert "Both sides hold the same." in words(page)


def test_a_record_that_the_sync_never_saw_is_a_friendly_page(pages: TestClient) -> None:
    for path in ("/history/customer/99999", "/history/customer/8000FFFF-1", "/history/nonsense/1"):
        page = read(pages, path, 404)
        assert "The sync has not seen this record yet" in words(page)


def test_what_was_deleted_keeps_its_history(fresh: World) -> None:
    """spec 2.11: deleted in QuickBooks is flagged, and the field record is kept, inactive."""
    fresh.session()
    asked(fresh)
    books = books_of(fresh, "Quarry Lane 16")
    again(fresh, 'customer "Quarry Lane 16" delete')
    with looking(fresh) as pages:
        page = read(pages, f"/history/customer/{books}")
        assert "Deleted in QuickBooks; kept in the field system, inactive" in words(part(page, "Record"))
        assert "(deleted)" in words(part(page, "As both sides were last seen"))
        assert "Made inactive" in words(page.xpath("//ol[@class='timeline']/li")[0])
        assert "Deleted in QuickBooks 1" in words(part(read(pages), "Customers"))


def test_a_held_record_can_be_followed_from_its_history(lived: World, pages: TestClient) -> None:
    books = views.attention(lived.journal, "c1")[0]["books"]
    page = read(pages, f"/history/customer/{books}")
    assert "Not linked" in words(part(page, "Record"))
    assert "Held" in words(page.xpath("//ol[@class='timeline']/li")[0])
