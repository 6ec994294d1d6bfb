"""Customers from QuickBooks into the field system: the whole loop over the engine, the desk and a QuickBooks file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from fieldledger.office import companies as office
from fieldledger.office import views
from tests.support.connector import about_customers
from tests.support.shared import shared
from tests.support.world import World

CUSTOMERS = "reference/qbxml/captures/024-CustomerQueryRs-146-sample-company.xml"
ACCOUNTS = "reference/qbxml/captures/025-AccountQueryRs-116-sample-company.xml"
LINES = {"Addr1": "line1", "Addr2": "line2", "Addr3": "line3", "Addr4": "line4", "Addr5": "line5", "City": "city",
         "State": "state", "PostalCode": "postal_code", "Country": "country", "Note": "note"}  # fmt: skip


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path, sample=True) as made:
        yield made


def by_books_name(world: World) -> dict[str, dict[str, Any]]:
    return {customer["sync"]["books_name"]: customer for customer in world.customers() if customer["sync"]}


def test_captured_sample_company_arrives_whole(tmp_path: Path) -> None:
    """spec 2.1, 3.1: all 146 customers and jobs, every mapped value right, read independently of our codec."""
    capture = shared(CUSTOMERS)
    with World(tmp_path) as world:
        world.load(capture, shared(ACCOUNTS))
        assert world.session().outcome == "finished"
        found = by_books_name(world)
        expected = {ret.findtext("FullName"): ret for ret in etree.parse(capture).iter("CustomerRet")}
        assert len(expected) == 146
        assert found.keys() == expected.keys()
        for full_name, ret in expected.items():
            customer = found[full_name]
            assert customer["name"] == full_name.split(":")[0], "a job bears its top customer's name"
            texts = {"first_name": "FirstName", "last_name": "LastName", "phone": "Phone", "email": "Email",
                     "terms": "TermsRef/FullName", "tax_code": "SalesTaxCodeRef/FullName",
                     "tax_item": "ItemSalesTaxRef/FullName"}  # fmt: skip
            for field, path in texts.items():
                assert customer[field] == ((ret.findtext(path) or "").strip() or None), (full_name, field)
            assert customer["active"] == (ret.findtext("IsActive") == "true")
            assert (customer["billing_address"] or {}) == address(ret.find("BillAddress"))
            places = [
                (place.findtext("Name"), place.findtext("DefaultShipTo") == "true", address(place))
                for place in ret.findall("ShipToAddress")
            ]
            stored = [place for place in customer["locations"] if not place["stand_in"]]
            assert [(place["name"], place["is_default"], place["address"]) for place in stored] == places
            assert customer["sync"]["status"] == "Synced"


def address(element: Any) -> dict[str, str]:
    if element is None:
        return {}
    return {LINES[child.tag]: child.text.strip() for child in element if child.tag in LINES and child.text}


def test_second_session_writes_nothing_and_reads_no_settled_record_in_full(tmp_path: Path) -> None:
    """spec 10.3: nothing changed, so no write on either side, and only stamps are asked for."""
    with World(tmp_path) as world:
        world.load(shared(CUSTOMERS))
        world.session()
        before = world.customers()
        world.time += 900
        second = world.session()
        assert second.outcome == "finished"
        assert len(second.requests) == 1, "one round trip"
        assert "<IncludeRetElement>EditSequence</IncludeRetElement>" in second.requests[0]
        assert "<ListID>" not in second.requests[0]
        assert world.customers() == before
        log = views.run(world.journal, world.company, 2)
        assert log["events"] == []
        assert log["told"] == "In step: nothing had changed."


def test_only_what_changed_is_read_and_written(world: World) -> None:
    """spec 2.2: a change in QuickBooks overwrites all mapped fields; the history holds what was there before."""
    world.session()
    world.time += 900
    world.edit('customer "Baker Residence" set phone="503-555-7777"')
    ended = world.session()
    fetched = [re.findall("<ListID>", request) for request in ended.requests]
    assert sum(len(ids) for ids in fetched) == 1, "one record in full"
    customer = by_books_name(world)["Baker Residence"]
    assert customer["phone"] == "503-555-7777"
    history = views.history(world.journal, world.company, "customer", str(customer["id"]))
    assert [event["what"] for event in history["events"]] == ["created", "updated"]
    assert [change["label"] for change in history["events"][1]["changes"]] == ["Phone"]


def test_balance_changes_are_no_change(world: World) -> None:
    """spec 2.3: QuickBooks moves TimeModified when a balance moves; the mapped values did not change."""
    world.session()
    before = world.customers()
    world.time += 900
    world.edit('customer "Baker Residence" balance 12.50')
    world.session()
    assert world.customers() == before
    assert views.run(world.journal, world.company, 2)["events"] == []


def test_rename_updates_in_place_and_renames_jobs(world: World) -> None:
    """spec 2.6, 3.1: identity is the ListID; a job's derived name follows its customer's."""
    world.session()
    ids = {customer["sync"]["books_name"]: customer["id"] for customer in world.customers()}
    world.time += 900
    world.edit('customer "Terrace Hotel" rename "Terrace Inn"')
    world.session()
    renamed = {customer["id"]: customer["name"] for customer in world.customers()}
    tree = [id for books_name, id in ids.items() if books_name.split(":")[0] == "Terrace Hotel"]
    assert len(tree) > 1
    assert {renamed[id] for id in tree} == {"Terrace Inn"}
    assert len(renamed) == len(ids), "nothing was duplicated"


def test_job_names_follow_the_setting(tmp_path: Path) -> None:
    """spec 3.1: company_name, full_name and job_name are derived from the tree."""
    for setting, expected in (
        ("company_name", "Harbor View Apartments"),
        ("full_name", "Harbor View Apartments:Building A:Unit 12 leak"),
        ("job_name", "Unit 12 leak"),
    ):
        folder = tmp_path / setting
        folder.mkdir()
        with World(folder, {"job_name": setting}, sample=True) as world:
            world.session()
            assert by_books_name(world)["Harbor View Apartments:Building A:Unit 12 leak"]["name"] == expected


def test_skip_leaves_jobs_out(tmp_path: Path) -> None:
    """spec 3.3: jobs stay out, counted."""
    with World(tmp_path, {"jobs": "skip"}, sample=True) as world:
        world.session()
        assert all(":" not in name for name in by_books_name(world))
        rests = {rest["reason"]: rest["count"] for rest in world.status()["not_synced"]}
        assert rests["jobs_skipped"] == 14


def test_first_import_takes_active_records_only(world: World) -> None:
    """spec 2.10: inactive ones stay out, and come when they become active; the flag follows afterwards."""
    world.session()
    assert "Main St. Market" not in by_books_name(world)
    world.time += 900
    world.edit('customer "Main St. Market" active\ncustomer "Quarry Lane 16" inactive')
    world.session()
    found = by_books_name(world)
    assert found["Main St. Market"]["active"]
    assert not found["Quarry Lane 16"]["active"]


def test_deleted_in_quickbooks_is_flagged_and_inactive(world: World) -> None:
    """spec 2.11: deleting is never copied as deleting."""
    world.session()
    count = len(world.customers())
    world.time += 900
    world.edit('customer "Quarry Lane 16" delete')
    world.session()
    customer = by_books_name(world)["Quarry Lane 16"]
    assert (customer["active"], customer["sync"]["status"]) == (False, "Deleted in QuickBooks")
    assert len(world.customers()) == count
    world.time += 900
    world.session()
    assert views.run(world.journal, world.company, 3)["events"] == []


def test_absence_is_not_deletion_but_asking_proves_it(world: World) -> None:
    """spec 10.7: a record that a complete read does not show is asked for by its id before it counts as gone."""
    world.session()
    world.time += 900
    world.edit('customer "Quarry Lane 16" delete')
    with_deletions = world.session
    office.ask_sync(world.journal, world.company, full=True, who="test")
    import quickbooks_sim.companyfile as files

    with files.CompanyFile.open(world.file) as company, company.writing():
        company.execute("DELETE FROM deleted")
    ended = with_deletions()
    assert any("<ListID>" in request for request in ended.requests), "it was asked for by its id"
    assert by_books_name(world)["Quarry Lane 16"]["sync"]["status"] == "Deleted in QuickBooks"


def test_edit_on_the_receiving_side_is_noted_and_never_written_back(world: World) -> None:
    """spec 2.2: one-way means one way."""
    world.session()
    customer = by_books_name(world)["Baker Residence"]
    from fieldledger.desk.customers import CustomerFields

    world.store.change(world.company, customer["id"], CustomerFields(phone="1", notes="mine"), None)
    world.time += 900
    ended = world.session()
    assert not any(re.search("<[A-Za-z]+(Add|Mod|Del)Rq", request) for request in ended.requests)
    run = views.run(world.journal, world.company, 2)
    assert [(event["what"], event["reason"]) for event in run["events"]] == [("noted", "one_way")]
    world.time += 900
    world.session()
    assert views.run(world.journal, world.company, 3)["events"] == [], "said once"
    world.edit('customer "Baker Residence" set email="new@example.com"')
    world.time += 900
    world.session()
    now = by_books_name(world)["Baker Residence"]
    assert (now["email"], now["phone"], now["notes"]) == ("new@example.com", customer["phone"], "mine")
    overwritten = views.history(world.journal, world.company, "customer", str(customer["id"]))["events"][-1]
    assert {change["label"]: change["before"] for change in overwritten["changes"]}["Phone"] == "1"


def test_deleted_in_the_field_is_not_imported_again(world: World) -> None:
    """spec 2.11: the tombstone stays, also when the customer changes in QuickBooks."""
    world.session()
    customer = by_books_name(world)["Baker Residence"]
    world.store.delete(world.company, customer["id"])
    for script in ('customer "Baker Residence" set phone="1"', 'customer "Baker Residence" set phone="2"'):
        world.time += 900
        world.edit(script)
        world.session()
    assert "Baker Residence" not in by_books_name(world)
    rests = {rest["reason"]: rest["count"] for rest in world.status()["not_synced"]}
    assert rests["deleted_in_field"] == 1


def test_duplicate_name_creates_nothing_and_waits(world: World) -> None:
    """spec 2.7, 2.8: books_to_field: nothing is created or merged, it stands under Needs attention, its jobs with it;
    solved by a rename, it comes with the next sync."""
    from fieldledger.desk.customers import CustomerCreate, CustomerFields

    made = world.store.create(world.company, CustomerCreate(name="  RIVERBEND   brewing"))
    world.session()
    named = [customer["id"] for customer in world.customers() if "riverbend" in customer["name"].lower()]
    assert named == [made["id"]], "nothing was created"
    held = world.attention()
    assert [(hold["name"], hold["reason"], hold["waiting"]) for hold in held] == [
        ("Riverbend Brewing", "duplicate", 1)
    ]
    assert held[0]["others"] == [str(made["id"])]
    assert not [name for name in by_books_name(world) if name.startswith("Riverbend Brewing:")]
    world.time += 900
    world.session()
    assert len(world.attention()) == 1, "one item, however often it is looked at"
    world.store.change(world.company, made["id"], CustomerFields(name="Riverbend Brewing (old)"), None)
    world.time += 900
    world.session()
    assert world.attention() == []
    assert {"Riverbend Brewing", "Riverbend Brewing:Glycol loop"} <= by_books_name(world).keys()


def test_one_tree_is_never_its_own_duplicate(world: World) -> None:
    """spec 2.9: a job and its parent share the derived name and are no duplicates of each other."""
    world.session()
    names = [customer["name"] for customer in world.customers()]
    assert names.count("Harbor View Apartments") == 5
    assert world.attention() == []


def test_first_plan_is_shown_and_exactly_that_is_carried_out(tmp_path: Path) -> None:
    """spec 8.3: nothing is written before approval; a record that changed since is planned again."""
    with World(tmp_path, {"approve_plans": "first"}, sample=True) as world:
        world.session()
        assert world.customers() == []
        plan = about_customers(views.plan(world.journal, world.company))
        assert (plan["state"], plan["counts"]) == ("proposed", {"create": 38, "skip": 2})
        world.time += 900
        world.session()
        assert views.plan(world.journal, world.company)["plan"] == plan["plan"], (
            "the same plan while nothing changes"
        )
        office.approve(world.journal, world.company, plan["plan"], who="test")
        world.edit('customer "Baker Residence" set phone="503-555-7777"')
        world.time += 900
        world.session()
        assert len(world.customers()) == 38
        assert by_books_name(world)["Baker Residence"]["phone"] == "503-555-7777"


def test_a_plan_that_was_replaced_cannot_be_approved(tmp_path: Path) -> None:
    """spec 8.3: what is approved is what was shown."""
    with World(tmp_path, {"approve_plans": "first"}, sample=True) as world:
        world.session()
        first = views.plan(world.journal, world.company)["plan"]
        world.edit('customer add name="Latecomer"')
        world.time += 900
        world.session()
        with pytest.raises(office.CannotDo, match="does not wait"):
            office.approve(world.journal, world.company, first, who="test")
        assert about_customers(views.plan(world.journal, world.company))["counts"]["create"] == 39


def test_brake_stops_a_plan_that_would_overwrite_too_much(world: World) -> None:
    """spec 2.12: more than 10 % of a kind and at least 5."""
    world.session()
    names = sorted(name for name in by_books_name(world) if ":" not in name)[:6]
    world.edit("\n".join(f'customer "{name}" inactive' for name in names))
    world.time += 900
    world.session()
    assert all(by_books_name(world)[name]["active"] for name in names)
    assert "6 of 38" in views.plan(world.journal, world.company)["why"]
    office.approve(world.journal, world.company, None, who="test")
    world.time += 900
    world.session()
    assert not any(by_books_name(world)[name]["active"] for name in names)


def test_changed_setting_is_no_edit_and_shows_a_plan(world: World) -> None:
    """spec 1.1, 1.2: links survive; the next sync shows a plan; the reason names the setting."""
    world.session()
    ids = {customer["id"] for customer in world.customers()}
    office.set_settings(world.journal, world.company, {"job_name": "full_name"}, who="test")
    world.time += 900
    world.session()
    plan = views.plan(world.journal, world.company)
    assert plan["state"] == "proposed"
    assert {action["reason"] for action in plan["actions"]} == {"rules_changed"}
    office.approve(world.journal, world.company, None, who="test")
    world.time += 900
    world.session()
    assert {customer["id"] for customer in world.customers()} == ids
    assert by_books_name(world)["Terrace Hotel:Spa wing"]["name"] == "Terrace Hotel:Spa wing"


def test_sync_without_the_introduction_asks_for_it(world: World) -> None:
    """A driver that does not send the Web Connector's introduction is asked; the result is the same."""
    ended = world.session(hcp=False)
    assert ended.outcome == "finished"
    assert "HostQueryRq" in ended.requests[0]
    assert len(world.customers()) == 38


def test_restored_backup_shows_a_plan_before_anything_is_written(world: World, tmp_path: Path) -> None:
    """spec 8.2: LastRestoreTime moved: stop, show what changed while away."""
    world.session()
    backup = tmp_path / "backup.qbs"
    world.edit(f'backup "{backup}"')
    world.time += 900
    world.edit('customer "Baker Residence" set phone="503-555-7777"\ncustomer add name="After the backup"')
    world.session()
    assert "After the backup" in by_books_name(world)
    world.edit(f'restore "{backup}"')
    world.time += 900
    before = world.customers()
    ended = world.session()
    assert ended.outcome == "finished"
    assert world.customers() == before, "nothing was written"
    told = [event["told"] for event in views.run(world.journal, world.company, 3)["events"]]
    assert any("restored from a backup" in sentence for sentence in told)
    world.time += 900
    world.session()
    plan = views.plan(world.journal, world.company)
    assert plan["state"] == "proposed"
    assert "restored from a backup" in plan["why"]
    assert {"Baker Residence", "After the backup"} <= {action["name"] for action in plan["actions"]}
