"""Companies: added, set up, approved; every wish that cannot be granted gets a sentence."""

from __future__ import annotations

import hashlib

import pytest

from fieldledger.desk.customers import CustomerCreate
from fieldledger.journal import Journal, companies, events
from fieldledger.office import companies as office
from fieldledger.office import qwc, views
from fieldledger.office.errors import CannotDo, NoSuchThing, WrongUse
from tests.office.conftest import add
from tests.support.world import World


def told(journal: Journal, company: str) -> list[tuple[str, str]]:
    """The company's history as (who, sentence), newest first."""
    with journal.read() as tx:
        return [(event.who, event.told) for event in events.newest(tx, company)]


def test_companies_are_numbered_and_never_share_anything(journal: Journal) -> None:
    first, second = add(journal, "One"), add(journal, "Two")
    assert [first["id"], second["id"]] == ["c1", "c2"]
    with journal.read() as tx:
        one, two = companies.all_of(tx)
    for secret in ("user", "token_hash", "file_id"):
        assert getattr(one, secret) != getattr(two, secret)
    assert office.ids(journal) == ["c1", "c2"]


def test_secrets_are_told_once_and_kept_as_hashes(journal: Journal) -> None:
    added = add(journal)
    with journal.read() as tx:
        kept = companies.get(tx, "c1")
    assert kept is not None
    assert kept.password_hash == "hash of secret"
    assert kept.token_hash == hashlib.sha256(added["token"].encode()).hexdigest()
    assert len(added["token"]) > 43, "256 bits"


def test_a_name_is_folded(journal: Journal) -> None:
    add(journal, "  Bluebird \t Heating ")
    assert views.status(journal, "c1")["name"] == "Bluebird Heating"


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "bell\x07", "line\x00", "half \ud800"])
def test_names_that_cannot_be(journal: Journal, name: str) -> None:
    with pytest.raises(WrongUse, match="1 to 100 printable characters"):
        add(journal, name)
    assert office.ids(journal) == []


def test_a_direction_must_be_chosen(journal: Journal) -> None:
    """spec 1: customers.direction must be chosen."""
    with pytest.raises(WrongUse, match=r"customers\.direction must be chosen"):
        office.add(journal, "B", {}, password="", password_hash=str)


@pytest.mark.parametrize("direction", ["books_to_field", "field_to_books", "two_way"])
@pytest.mark.parametrize("jobs", ["as_customers", "as_locations", "skip"])
def test_every_direction_and_every_jobs_setting_can_be_chosen(
    journal: Journal, direction: str, jobs: str
) -> None:
    """spec 1."""
    add(journal, **{"customers.direction": direction, "jobs": jobs, "primary": "field"})
    with journal.read() as tx:
        settings = office.find(tx, "c1").settings
    assert (settings["customers.direction"], settings["jobs"], settings["primary"]) == (
        direction,
        jobs,
        "field",
    )


def test_a_direction_changed_later_keeps_links_and_shows_a_plan(world: World) -> None:
    """spec 1.1, 1.2: links survive a change; it is an event, and the next sync shows a plan."""
    world.session()
    office.approve(world.journal, "c1", None, who="a person")
    world.session()
    linked = world.status()["linked"]
    office.set_settings(world.journal, "c1", {"customers.direction": "two_way"}, who="a person")
    sentence = "Setting customers.direction changed from books_to_field to two_way."
    assert told(world.journal, "c1")[0] == ("a person", sentence)
    world.store.create("c1", CustomerCreate(name="Only Here"))
    world.time += 900
    world.session()
    assert world.status()["linked"] == linked > 0
    waiting = world.status()["plan_waiting"]
    assert waiting is not None
    assert sentence in waiting["why"]


def test_a_changed_setting_is_an_event_and_the_next_plan_is_shown(world: World) -> None:
    """spec 1.2: an event in the history, never mistaken for a user's edit; the next sync shows a plan for approval."""
    world.session()
    office.approve(world.journal, "c1", None, who="a person")
    world.session()
    office.set_settings(world.journal, "c1", {"job_name": "full_name"}, who="a person")
    sentence = "Setting job_name changed from company_name to full_name."
    assert told(world.journal, "c1")[0] == ("a person", sentence)
    world.time += 900
    world.session()
    assert world.status()["plan_waiting"]["why"] == sentence


def test_what_stays_as_it_is_is_no_event(journal: Journal) -> None:
    add(journal)
    before = told(journal, "c1")
    assert office.set_settings(journal, "c1", {"schedule": "15"}, who="a person")["schedule"] == "15"
    assert told(journal, "c1") == before


def test_settings_are_changed_all_or_none(journal: Journal) -> None:
    add(journal)
    for wishes in (
        {"schedule": "20", "paused": "x"},
        {"schedule": "20", "colour": "red"},
        {"schedule": "20", "\ud800": ""},
    ):
        with pytest.raises(WrongUse) as refused:
            office.set_settings(journal, "c1", wishes, who="a person")
        str(refused.value).encode()
    assert views.status(journal, "c1")["settings"]["schedule"] == "15"


def test_a_moved_file_is_accepted_by_a_person_only(journal: Journal) -> None:
    """spec 8.2: ask "moved file or new company?"."""
    add(journal)
    with pytest.raises(WrongUse, match="company_file can only be set to accept"):
        office.set_settings(journal, "c1", {"company_file": "anything"}, who="a person")
    office.set_settings(journal, "c1", {"company_file": "accept"}, who="a person")
    assert "A person confirmed" in told(journal, "c1")[0][1]
    with journal.read() as tx:
        kept = companies.get(tx, "c1")
    assert kept is not None
    assert kept.identity == {"accept": True}


def test_a_sync_is_asked_for_and_a_full_one_is_not_made_smaller(journal: Journal) -> None:
    add(journal)
    assert "Changes are read at the Web Connector's next call" in office.ask_sync(
        journal, "c1", full=False, who="x"
    )
    assert "Everything is read again" in office.ask_sync(journal, "c1", full=True, who="x")
    assert "Everything is read again" in office.ask_sync(journal, "c1", full=False, who="x")
    office.set_settings(journal, "c1", {"paused": "on"}, who="x")
    assert "fieldledger company set c1 paused=off" in office.ask_sync(journal, "c1", full=False, who="x")


def test_new_secrets_stand_in_the_history_without_themselves(journal: Journal) -> None:
    add(journal)
    password = office.new_password(
        journal, "c1", password="fresh", password_hash=lambda t: f"hash of {t}", who="Ada"
    )
    token = office.new_token(journal, "c1", who="Ada")
    assert password == {"id": "c1", "user": "fieldledger-c1", "password": "fresh"}
    with journal.read() as tx:
        kept = companies.get(tx, "c1")
    assert kept is not None
    assert (kept.password_hash, kept.token_hash) == ("hash of fresh", office.token_hash(token["token"]))
    history = told(journal, "c1")
    assert [who for who, _ in history[:2]] == ["Ada", "Ada"]
    assert all(token["token"] not in sentence and "fresh" not in sentence for _, sentence in history)


def test_only_the_plan_that_was_seen_is_approved(world: World) -> None:
    """spec 8.3: what is approved is exactly what was shown."""
    with pytest.raises(CannotDo, match="No plan waits for approval"):
        office.approve(world.journal, "c1", None, who="a person")
    world.session()
    with pytest.raises(CannotDo, match="Plan 9 does not wait for approval; plan 1 does"):
        office.approve(world.journal, "c1", 9, who="a person")
    done = office.approve(world.journal, "c1", 1, who="a person")
    assert (done["plan"], done["approved_by"]) == (1, "a person")
    with pytest.raises(CannotDo, match="No plan waits"):
        office.approve(world.journal, "c1", 1, who="a person")


@pytest.mark.parametrize("company", ["c2", "", "C1", "c1 ", "'; --"])
def test_every_wish_names_the_companies_that_there_are(journal: Journal, company: str) -> None:
    add(journal)
    wishes = (
        lambda: office.set_settings(journal, company, {"paused": "on"}, who="x"),
        lambda: office.ask_sync(journal, company, full=False, who="x"),
        lambda: office.approve(journal, company, None, who="x"),
        lambda: office.new_token(journal, company, who="x"),
        lambda: qwc.text(journal, company, "http://localhost:8470"),
        lambda: views.status(journal, company),
        lambda: views.history(journal, company, "customer", "1"),
    )
    for wish in wishes:
        with pytest.raises(NoSuchThing, match=r"there are: c1 \(Bluebird\)"):
            wish()


def test_without_any_company_it_says_so(journal: Journal) -> None:
    with pytest.raises(NoSuchThing, match="none yet"):
        views.status(journal, "c1")


def test_a_login_link_is_a_secret_of_256_bits(journal: Journal) -> None:
    links = {office.login_link(journal, "http://localhost:8470", who="admin") for _ in range(3)}
    assert len(links) == 3
    assert all(len(link.rpartition("/")[2]) >= 43 for link in links)


def owed(journal: Journal) -> str:
    """Why the next plan must be shown."""
    with journal.read() as tx:
        kept = companies.get(tx, "c1")
    assert kept is not None
    return kept.approval_due


def test_every_reason_to_show_the_next_plan_is_kept(journal: Journal) -> None:
    """A restore that waits to be looked at is not forgotten over a setting; and nothing is said twice."""
    add(journal)
    with journal.write() as tx:
        companies.owe_approval(tx, "c1", "Restored.")
    office.set_settings(journal, "c1", {"jobs": "skip"}, who="x")
    setting = told(journal, "c1")[0][1]
    assert owed(journal) == f"Restored. {setting}"
    with journal.write() as tx:
        companies.owe_approval(tx, "c1", "Restored.")
    assert owed(journal) == f"{setting} Restored.", "once, as the newest"


@pytest.mark.parametrize("later", [(), ("Restored.",), ("Restored.", "Moved."), ("Restored.", "SETTING")])
def test_what_came_up_after_a_plan_was_shown_is_shown_first(world: World, later: tuple[str, ...]) -> None:
    """spec 8.2, 8.3: a person approves what was shown, and nothing that came up since. What comes again is as new."""
    office.set_settings(world.journal, "c1", {"jobs": "skip"}, who="x")
    setting = told(world.journal, "c1")[0][1]
    world.session()
    waiting = views.plan(world.journal, "c1")
    assert waiting["why"] == setting == owed(world.journal)
    for words in later:
        with world.journal.write() as tx:
            companies.owe_approval(tx, "c1", words.replace("SETTING", setting))
    if not later:
        office.approve(world.journal, "c1", waiting["plan"], who="a person")
        assert owed(world.journal) == ""
        return
    with pytest.raises(CannotDo, match="was made before this came up: "):
        office.approve(world.journal, "c1", waiting["plan"], who="a person")
    assert owed(world.journal).endswith(later[-1].replace("SETTING", setting))
