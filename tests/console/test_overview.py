"""The first screen: three questions answered, what needs a person, and the two buttons."""

from __future__ import annotations

from pathlib import Path

from fastapi.testclient import TestClient

from fieldledger.desk.store import Store
from fieldledger.journal import Journal, runs
from fieldledger.office import companies, screens, views
from fieldledger.office.tallies import STATUSES
from tests.console.conftest import (
    DIALOG,
    HERE,
    again,
    form_of,
    light,
    looking,
    part,
    read,
    stopped,
    words,
)
from tests.support.world import World

CONNECTED, NEEDS, STEP = "Is it connected?", "Does anything need me?", "Is it in step?"


def test_a_company_that_was_never_connected_is_shown_how_to_begin(fresh: World) -> None:
    with looking(fresh) as pages:
        page = read(pages)
        hero = part(page, "Connect QuickBooks, once, in about five minutes")
        assert hero.xpath(f".//a[@href='{HERE}/connect/file.qwc']")
        assert hero.xpath(f".//a[@href='{HERE}/connect']")
        assert [light(part(page, question)) for question in (CONNECTED, STEP)] == ["calm", "calm"]
        assert "Connect QuickBooks" in words(part(page, NEEDS))
        assert not page.xpath("//main//form"), "there is nothing to sync or to pause yet"
        assert "No sync has run yet" in words(part(page, "Last syncs"))
        assert "after the first sync" in words(part(page, "Customers"))


def test_a_plan_that_waits_stands_out_and_leads_to_it(planned: World) -> None:
    with looking(planned) as pages:
        page = read(pages)
        hero = part(page, "Plan 1 waits for you")
        assert "46 changes will be carried out when you have approved them" in words(hero)
        assert "It is the first plan of this company." in words(hero)
        assert hero.xpath(f".//a[@href='{HERE}/plan']")
        assert "Plan 1 waits for approval" in words(part(page, NEEDS))
        assert "46 changes wait for plan 1 to be approved." in words(part(page, STEP))
        assert light(part(page, STEP)) == "warn"
        assert page.xpath("//nav//*[@class='count']"), "the navigation shows it too"


def test_in_step_is_said_with_the_moment_and_only_then_in_green(tmp_path: Path) -> None:
    """spec 9.5: green after a sync that QuickBooks carried to its end, and with nothing that waits."""
    with World(tmp_path, sample=True) as world:
        world.session()
        world.time += 60
        with looking(world) as pages:
            page = read(pages)
            assert [light(part(page, question)) for question in (CONNECTED, NEEDS, STEP)] == [
                "good",
                "",
                "good",
            ]
            assert "Both sides agreed 24 Nov 2025, 16:00 UTC." in words(part(page, STEP))
            assert "Nothing waits for a person" in words(part(page, NEEDS))
            assert "QuickBooks calls every 15 minutes." in words(part(page, CONNECTED))
            assert "Next call about 24 Nov 2025, 16:15 UTC." in words(part(page, CONNECTED))


def test_what_quickbooks_told_of_itself_is_shown(pages: TestClient) -> None:
    facts = words(part(read(pages), "QuickBooks and settings"))
    for told in ("Test Company", "test company.qbw", "QuickBooks Enterprise Solutions: Contractor 22.0",
                 "Single-user mode", "From QuickBooks to the field system", "Every 15 minutes"):  # fmt: skip
        assert told in facts, told


def test_customers_are_counted_once_and_in_the_words_of_the_specification(
    pages: TestClient, lived: World
) -> None:
    """spec 9.4: Synced with warnings is the customer that was edited in the field system, counted once."""
    section = part(read(pages), "Customers")
    counts = {
        words(line.xpath("./*[contains(@class, 'badge')]")[0]): int(words(line.xpath("./strong")[0]))
        for line in section.xpath(".//ul/li")
    }
    assert counts == {
        "Synced": 35, "Synced with warnings": 1, "Needs attention": 1, "On hold": 1, "Skipped": 3,
    }  # fmt: skip
    assert set(counts) <= set(STATUSES)
    assert "2 inactive in QuickBooks, 1 in the field system only" in words(section)
    assert "In QuickBooks 40 In the field system 38 Linked 36" in words(section)


def test_the_last_syncs_are_told_in_words_and_quiet_ones_share_a_line(pages: TestClient) -> None:
    section = part(read(pages), "Last syncs")
    lines = [words(line) for line in section.xpath(".//ol/li")]
    assert lines[0].startswith("Run 8")
    assert "nothing had changed" in lines[0]
    assert any(line.startswith("Run 6") and "Stopped" in line for line in lines)
    drawn = section.xpath(".//*[local-name()='svg' and @role='img']")[0]
    assert len(drawn.xpath(".//*[local-name()='rect']")) == 8
    assert "Run 2: In step: 44 created" in drawn.text_content()


def test_a_sync_that_stopped_is_told_with_what_to_do_and_nothing_is_green(tmp_path: Path) -> None:
    """spec 9.1: errors in plain words with what to do; spec 9.5: a call is not an answer."""
    with World(tmp_path, sample=True) as world:
        world.session()
        stopped(world)
        with looking(world) as pages:
            page = read(pages)
            told = words(part(page, "The last sync stopped"))
            assert "Close the dialog box in QuickBooks" in told
            assert DIALOG in told
            assert light(part(page, CONNECTED)) == "warn"
            assert light(part(page, STEP)) == "warn"
            assert "Nothing was compared since both sides agreed 24 Nov 2025, 16:00 UTC" in words(
                part(page, STEP)
            )
            assert page.xpath(f"//main//a[@href='{HERE}/log/2']")
            again(world)
            assert light(part(read(pages), CONNECTED)) == "good"


def test_silence_is_told_unless_the_quiet_hours_may_explain_it(fresh: World) -> None:
    fresh.session()
    fresh.time += 3 * 15 * 60 + 1
    with looking(fresh) as pages:
        section = part(read(pages), CONNECTED)
        assert light(section) == "bad"
        assert "It should call every 15 minutes." in words(section)
        companies.set_settings(fresh.journal, "c1", {"quiet_hours": "22:00-06:00"}, who="olga")
        section = part(read(pages), CONNECTED)
        assert light(section) == "warn"
        assert "22:00-06:00" in words(section)


def test_sync_now_explains_that_quickbooks_calls(planned: World) -> None:
    with looking(planned) as pages:
        answer = pages.post(f"{HERE}/sync", data=form_of(read(pages), "/sync"))
        assert (answer.status_code, answer.headers["location"]) == (303, f"{HERE}?told=sync")
        page = read(pages, "?told=sync")
        note = words(page.xpath("//*[@role='status']")[0])
        assert "QuickBooks calls us, we cannot call it" in note
        assert "Update Selected" in note
        assert "A sync is asked for; it starts about" in words(part(page, CONNECTED))
        assert views.status(planned.journal, "c1")["sync_asked"] == "changes"
        full = page.xpath(f"//form[@action='{HERE}/sync'][.//input[@name='full']]")[0]
        pages.post(f"{HERE}/sync", data=dict(full.form_values()))
        assert views.status(planned.journal, "c1")["sync_asked"] == "full"
        again(planned)
        assert "A sync is asked for" not in words(read(pages))


def test_pausing_and_resuming(planned: World) -> None:
    with looking(planned) as pages:
        page = read(pages)
        assert (
            pages.post(f"{HERE}/pause", data=form_of(page, "/pause")).headers["location"]
            == f"{HERE}?told=paused"
        )
        page = read(pages, "?told=paused")
        assert "Nothing is read or written until you resume" in words(page)
        assert words(part(page, CONNECTED)).startswith(f"{CONNECTED} Paused")
        planned.time += 15 * 60
        assert planned.session().outcome == "none"
        pages.post(f"{HERE}/pause", data=form_of(page, "/pause"))
        assert "Paused" not in words(part(read(pages), CONNECTED))
        planned.time += 15 * 60
        assert planned.session().outcome == "finished"
        assert pages.post(f"{HERE}/pause", data={**form_of(page, "/pause"), "paused": "x"}).status_code == 422


def test_one_company_is_opened_at_once_and_several_are_listed(fresh: World) -> None:
    with looking(fresh) as pages:
        assert pages.get("/").headers["location"] == HERE
        added = companies.add(
            fresh.journal, "Ridge & Sons", {"customers.direction": "books_to_field"}, password="x",
            password_hash=lambda text: text,
        )  # fmt: skip
        page = read(pages, "/")
        assert [words(link) for link in page.xpath("//h2/a")] == ["Test", "Ridge & Sons"]
        assert page.xpath(f"//h2/a[@href='/companies/{added['id']}']")
        assert "Connect QuickBooks" in words(page)


def test_without_a_company_it_says_how_to_add_one(tmp_path: Path) -> None:
    empty = World.__new__(World)
    empty.time = 1_764_000_000.0
    empty.journal = Journal.open(tmp_path / "journal.db", now=lambda: empty.time)
    empty.store = Store(tmp_path / "desk.db")
    with looking(empty) as pages:
        assert "fieldledger company add" in words(read(pages, "/"))
    empty.journal.close()
    empty.store.close()


def test_a_company_that_lived_needs_a_person_for_what_is_held(pages: TestClient) -> None:
    page = read(pages)
    assert "1 record needs attention" in words(part(page, NEEDS))
    assert page.xpath(f"//main//a[@href='{HERE}/attention']")
    assert words(part(page, STEP)).startswith(f"{STEP} All but what waits")


def test_the_last_good_sync_is_found_behind_many_bad_ones(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        world.session()
        with world.journal.write() as tx:
            for number in range(2, 70):
                run = runs.start(tx, "c1", number, "scheduled", "2025-11-25T10:00:00Z")
                runs.end(tx, run, "stopped", "A dialog box is open.", {}, "2025-11-25T10:00:01Z")
        seen = screens.overview(world.journal, "c1")
        assert (seen["last_done"]["run"], seen["last_ended"]["run"]) == (1, 69)


def test_companies_never_show_each_other(planned: World) -> None:
    companies.add(
        planned.journal, "Other", {"customers.direction": "books_to_field"}, password="x",
        password_hash=lambda text: text,
    )  # fmt: skip
    with looking(planned) as pages:
        for path in ("", "/plan", "/attention", "/log"):
            text = words(read(pages, f"/companies/c2{path}"))
            assert "Riverbend" not in text
            assert "Run 1" not in text
        read(pages, "/companies/c2/log/1", 404)
        read(pages, "/companies/c2/plan?plan=1", 404)
        read(pages, "/companies/c2/history/customer/3", 404)
