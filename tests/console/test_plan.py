"""The plan: everything that will happen, before it happens; and approving exactly what was shown."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from lxml import html

from fieldledger.journal import plans, runs
from fieldledger.office import views
from tests.console.conftest import HERE, again, asked, form_of, looking, part, read, words
from tests.support.world import World

APPROVE = f"{HERE}/plan/approve"


def names(page: Any) -> list[str]:
    return [words(title) for title in page.xpath("//ul[contains(@class, 'entries')]/li//h2")]


def entry(page: Any, name: str) -> Any:
    """The action on the record that QuickBooks calls so."""
    for line in page.xpath("//ul[contains(@class, 'entries')]/li"):
        called = line.xpath(".//*[@class='called']") or line.xpath(".//h2")
        if words(called[0]) == name:
            return line
    raise AssertionError(f"no action on {name!r}: {names(page)}")


def state(world: World) -> dict[str, Any]:
    return views.plan(world.journal, "c1")


def test_what_will_be_created_skipped_and_held_stands_there_with_reasons(planned: World) -> None:
    """spec 8.3: created, changed, skipped, held, with the reason; nothing is written by looking."""
    with looking(planned) as pages:
        page = read(pages, "/plan")
        assert words(page.xpath("//h1")[0]) == "Plan 1 Waits for approval"
        hero = words(part(page, "It is the first plan of this company."))
        assert (
            "It creates 36 customers in the field system, creates 5 payment terms in the field system, creates 3 taxes "
            "in the field system and links 2 pairs. Everything is written to the field system, nothing to QuickBooks."
            in hero
        )
        assert "Nothing is written until you approve" in hero
        tabs = words(page.xpath("//nav[@aria-label='Which actions']")[0])
        assert tabs == "All 50 To link 2 Held 2 To create 44 Skipped 2"
        assert len(names(page)) == 50
        held = words(entry(page, "Riverbend Brewing"))
        assert "Needs attention" in held
        assert "The field system already has a customer named Riverbend Brewing (no. 1)" in held
        assert "Inactive in QuickBooks" in words(entry(page, "Main St. Market"))
        baker = entry(page, "Baker Residence")
        assert "New in QuickBooks." in words(baker)
        assert "14 Larkspur Lane · Alder Falls, OR 97099 · 503-555-0111" in words(
            baker.xpath(".//summary")[0]
        )
        fields = {
            words(line.xpath("./dt")[0]): words(line.xpath("./dd")[0]) for line in baker.xpath(".//dl/div")
        }
        assert fields["Payment terms"] == "Net 15"
        assert fields["Billing address"] == "Helen Baker, 14 Larkspur Lane, Alder Falls, OR 97099"
        assert fields["Service locations"] == (
            "Home (default): 14 Larkspur Lane, Alder Falls, OR 97099 Lake cabin: Lot 9 Upper Lake Road, "
            "Millbrook, OR 97088"
        )
    assert len(planned.customers()) == 2, "looking wrote nothing"


def test_jobs_that_bear_one_name_are_told_apart(planned: World) -> None:
    """spec 3.1: a job is named after its customer, so the list says what QuickBooks calls it."""
    with looking(planned) as pages:
        job = entry(read(pages, "/plan"), "Harbor View Apartments › Building A › Unit 12 leak")
        assert words(job.xpath(".//h2")[0]) == "Harbor View Apartments"


def test_what_overwrites_something_stands_first_field_by_field(planned: World) -> None:
    """spec 8.3: field by field before and after; spec 2.12: what the brake stopped is seen first."""
    asked(planned)
    customers = (
        "Baker Residence",
        "Café Société",
        "Chapel Hill Church",
        "Quarry Lane 16",
        "Union Street Laundry",
    )
    script = "\n".join(f'customer "{name}" set phone="503-555-90{n:02}"' for n, name in enumerate(customers))
    again(planned, script + '\ncustomer add name="Zebra Stripes"')
    with looking(planned) as pages:
        page = read(pages, "/plan")
        assert "It would overwrite or deactivate 5 of 36 customers at once" in words(page)
        assert (
            "It creates 1 customer in the field system and updates 5 customers in the field system."
            in words(page)
        )
        assert names(page)[:5] == sorted(customers)
        assert names(page)[-1] == "Zebra Stripes"
        change = entry(page, "Baker Residence").xpath(".//dl[contains(@class, 'diff')]/div")
        assert [words(line) for line in change] == ["Phone before: 503-555-0111 → after: 503-555-9000"]
        assert change[0].xpath(".//del")
        assert change[0].xpath(".//ins")


def test_filter_and_search_work_without_a_script(planned: World) -> None:
    with looking(planned) as pages:
        assert names(read(pages, "/plan?verb=hold")) == ["Riverbend Brewing", "Glycol loop"]
        assert len(names(read(pages, "/plan?verb=nonsense"))) == 50
        assert names(read(pages, "/plan?search=unit+12")) == ["Harbor View Apartments"], (
            "what QuickBooks calls it"
        )
        assert len(names(read(pages, "/plan?search=INACTIVE"))) == 2, "reasons are searched too"
        assert names(read(pages, "/plan?search=harbor&verb=skip")) == []
        empty = read(pages, "/plan?search=nobody&verb=create")
        assert "Nothing matches “nobody”" in words(empty)
        wider = next(
            link for link in empty.xpath("//a/@href") if "search=nobody" in link and "verb" not in link
        )
        read(pages, wider)


def test_a_plan_of_a_thousand_is_seen_whole_a_page_at_a_time(tmp_path: Path) -> None:
    with World(tmp_path, {"approve_plans": "first"}) as world:
        world.generate(1000)
        world.session()
        with looking(world) as pages:
            page, seen, pages_seen = read(pages, "/plan?verb=create"), [], 0
            assert "1–100 of 1 000 records" in words(page.xpath("//*[@id='count']")[0])
            while True:
                seen += page.xpath("//ul[contains(@class, 'entries')]/li//h2/a/@href")
                pages_seen += 1
                onwards = page.xpath("//a[@rel='next']/@href")
                if not onwards:
                    break
                assert "verb=create" in onwards[0], "paging keeps the filter"
                page = read(pages, onwards[0])
            assert (pages_seen, len(seen), len(set(seen))) == (10, 1000, 1000)
            assert read(pages, page.xpath("//a[@rel='prev']/@href")[0]).xpath("//a[@rel='next']")
            assert len(names(read(pages, "/plan?page=99"))) == 2, "the sales tax codes are linked"
            for odd in ("0", "-3", "x", "9" * 40):
                assert len(names(read(pages, f"/plan?page={odd}"))) == 100


def test_approving_carries_out_exactly_what_was_shown(planned: World) -> None:
    """spec 8.3: exactly what was shown is carried out."""
    with looking(planned) as pages:
        sent = form_of(read(pages, "/plan"), "/plan/approve")
        assert sent["plan"] == "1"
        answer = pages.post(APPROVE, data=sent)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{HERE}/plan?plan=1")
        page = read(pages, "/plan")
        assert words(page.xpath("//h1")[0]) == "Plan 1 Approved"
        assert "by olga" in words(page)
        assert "To be carried out" in words(entry(page, "Baker Residence"))
        assert not page.xpath(f"//form[@action='{APPROVE}']")
        again(planned)
        page = read(pages, "/plan")
        assert words(page.xpath("//h1")[0]) == "Plan 1 Carried out"
        assert "Carried out" in words(entry(page, "Baker Residence"))
    assert len(planned.customers()) == 38


def test_a_plan_that_was_replaced_meanwhile_is_not_approved(planned: World) -> None:
    """spec 8.3: what was not shown is not approved; the page says so and shows what stands now."""
    with looking(planned) as pages:
        sent = form_of(read(pages, "/plan"), "/plan/approve")
        again(planned, 'customer "Baker Residence" set phone="503-555-7777"')
        answer = pages.post(APPROVE, data=sent)
        assert answer.status_code == 409
        page = html.fromstring(answer.text)
        told = words(page.xpath("//*[@role='alert']")[0])
        assert "Plan 1 was replaced while you looked at it" in told
        assert "Nothing was approved" in told
        assert state(planned)["state"] == "proposed"
        again_sent = form_of(page, "/plan/approve")
        assert again_sent["plan"] == "2"
        assert "503-555-7777" in words(entry(page, "Baker Residence"))
        assert pages.post(APPROVE, data=again_sent).status_code == 303
        assert state(planned)["state"] == "approved"
        old = read(pages, "/plan?plan=1")
        assert "A newer plan took over what was left of this one." in words(old)


def test_a_plan_that_is_still_being_made_cannot_be_approved(planned: World) -> None:
    """spec 8.3: what is shown while a sync is at work may not be all, so approving it would approve the unseen."""
    at = planned.journal.stamp()
    with planned.journal.write() as tx:
        run = runs.start(tx, "c1", 2, "scheduled", at)
        made = plans.open_plan(tx, "c1", run, at)
    with looking(planned) as pages:
        page = read(pages, "/plan")
        assert "The sync is still at work, so the plan may grow." in words(page)
        assert not page.xpath(f"//form[@action='{APPROVE}']")
        ours = form_of(read(pages), "/sync")["csrf"]
        answer = pages.post(APPROVE, data={"csrf": ours, "plan": "2"})
        assert answer.status_code == 409
        assert "The sync that makes plan 2 is still at work" in answer.text
        assert state(planned)["state"] == "making"
        with planned.journal.write() as tx:
            plans.propose(tx, made, "It is the first plan of this company.")
            runs.end(tx, run, "waiting", "Plan 2 waits for approval.", {}, at)
        assert pages.post(APPROVE, data=form_of(read(pages, "/plan"), "/plan/approve")).status_code == 303


def test_pressing_twice_approves_once(planned: World) -> None:
    with looking(planned) as pages:
        sent = form_of(read(pages, "/plan"), "/plan/approve")
        for _ in range(2):
            assert pages.post(APPROVE, data=sent).headers["location"] == f"{HERE}/plan?plan=1"
        again(planned)
        assert pages.post(APPROVE, data=sent).status_code == 303
        events = views.run(planned.journal, "c1", 1)["events"]
        assert [event["what"] for event in events].count("approved") == 1


def test_a_form_that_names_no_plan_approves_none(planned: World) -> None:
    """A missing number never means "whichever waits"."""
    with looking(planned) as pages:
        sent = form_of(read(pages, "/plan"), "/plan/approve")
        for named in ("", "0", "-1", "2", "one", "1.0", "1 ", "9" * 400, "١"):
            answer = pages.post(APPROVE, data={**sent, "plan": named})
            assert answer.status_code == 409, named
            assert "nothing was approved" in answer.text
            assert state(planned)["state"] == "proposed"


def test_the_sheet_of_a_plan_can_be_downloaded(planned: World) -> None:
    planned.edit('customer add name="=1+1 Formula" phone="503-555-0001"')
    again(planned)
    with looking(planned) as pages:
        link = read(pages, "/plan").xpath("//a[@download]/@href")[0]
        answer = pages.get(link)
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert answer.headers["content-disposition"] == 'attachment; filename="fieldledger-c1-plan-2.csv"'
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert len(rows) == 51
        by_name = {row["Name in QuickBooks"] or row["Name"]: row for row in rows}
        assert by_name["Harbor View Apartments:Building A"]["What"] == "create"
        assert "Phone: (blank) → 503-555-0113" in by_name["Harbor View Apartments:Building A"]["Changes"]
        assert by_name["'=1+1 Formula"]["Name"] == "'=1+1 Formula", "a spreadsheet takes it for text"
        assert pages.get(f"{HERE}/plan/99/plan.csv").status_code == 404
        assert pages.get(f"{HERE}/plan/x/plan.csv").status_code == 404


def test_other_plans_can_be_looked_at(pages: TestClient) -> None:
    first = read(pages, "/plan?plan=1")
    assert words(first.xpath("//h1")[0]).startswith("Plan 1 ")
    newest = first.xpath("//nav[@aria-label='Other plans']//a")[-1]
    assert "the newest" in words(newest)
    assert words(read(pages, newest.get("href")).xpath("//h1")[0]) != words(first.xpath("//h1")[0])
    for verb in ("create", "skip"):
        for link in read(pages, f"/plan?plan=1&verb={verb}").xpath("//nav[@class='segments wrap']//a/@href"):
            assert "plan=1" in link, "filtering stays with the plan"
    missing = read(pages, "/plan?plan=99", 404)
    assert words(missing.xpath("//h1")[0]) == "No plan 99"
    assert missing.xpath(f"//main//a[@href='{HERE}/plan']")


def test_before_the_first_sync_there_is_no_plan(fresh: World) -> None:
    with looking(fresh) as pages:
        page = read(pages, "/plan")
        assert "No plan yet" in words(page)
        assert page.xpath(f"//main//a[@href='{HERE}/connect']")
