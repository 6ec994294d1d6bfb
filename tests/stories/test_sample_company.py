"""The captured sample company (146 customers and jobs, 145 of which share their derived name with others): first syncs,
some edits, then quiet. Skipped where the captures are not on this machine."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from fieldledger.policy.kinds.customer import LABELS
from tests.stories import fieldside
from tests.stories.matrix import both_sides
from tests.stories.runner import WRITES
from tests.stories.showing import Shown
from tests.support.connector import Stage, edit
from tests.support.shared import shared

CUSTOMERS = "reference/qbxml/captures/024-CustomerQueryRs-146-sample-company.xml"
ACCOUNTS = "reference/qbxml/captures/025-AccountQueryRs-116-sample-company.xml"
NUMBER = 146


def loaded(folder: Path, settings: dict[str, str]) -> Stage:
    stage = Stage(folder, {"approve_plans": "never", **settings})
    stage.load(shared(CUSTOMERS), shared(ACCOUNTS))
    return stage


def must_rest(stage: Stage) -> None:
    """A second sync writes nothing, asks QuickBooks to write nothing, and says nothing (spec 10.3)."""
    before = both_sides(stage)
    stage.other.calls.clear()
    connector = stage.sync()
    assert not [request for request in connector.requests if WRITES.search(request)]
    assert "write" not in stage.other.calls
    assert stage.events() == []
    assert both_sides(stage) == before


def same(books: Shown, field: Shown) -> bool:
    """Every mapped value but the name, which is derived (spec 2.1, 3.1)."""
    return (books.texts, books.address, sorted(books.places), books.active) == (
        field.texts, field.address, sorted(field.places), field.active,
    )  # fmt: skip


def pairs(stage: Stage) -> list[tuple[Shown, Shown]]:
    """By the full name that each badge shows."""
    books, field = both_sides(stage)
    by_name = {each.name: each for each in books.values()}
    shown = {row["sync"]["books_name"]: field[str(row["id"])] for row in stage.customers() if row["sync"]}
    return [(by_name[name], shown[name]) for name in sorted(by_name)]


def test_both_ways_into_an_empty_field_system(tmp_path: Path) -> None:
    """spec 2.4, 2.9, 3.1: all of them come, none is a duplicate, QuickBooks is not touched; then people edit on both
    sides, and both agree again."""
    with loaded(tmp_path, {"customers.direction": "two_way"}) as stage:
        assert isinstance(stage, Stage)
        untouched = both_sides(stage)[0]
        connector = stage.sync()
        assert not [request for request in connector.requests if WRITES.search(request)]
        assert both_sides(stage)[0] == untouched
        assert Counter(event["what"] for event in stage.events(1)) == {"created": NUMBER}
        assert stage.attention() == []
        found = pairs(stage)
        assert len(found) == NUMBER
        for books, field in found:
            assert same(books, field), books.name
            assert field.name == books.name.split(":")[0]
        must_rest(stage)

        jobs = [books for books, _ in found if ":" in books.name]
        tops = [books for books, _ in found if ":" not in books.name and books.active]
        with_job = next(top for top in tops if any(job.name.startswith(f"{top.name}:") for job in jobs))
        children = [job for job in jobs if job.name.startswith(f"{with_job.name}:")]
        other = next(top for top in tops if top is not with_job and not any(
            job.name.startswith(f"{top.name}:") for job in jobs
        ))  # fmt: skip
        edit(stage, f'customer "{with_job.name}" rename "Renamed in QuickBooks"')
        edit(stage, f'customer "{other.name}" set phone=555-0001')
        fieldside.do(stage, f'customer "{children[0].name}" set phone=555-0002')
        fieldside.do(stage, f'customer "{other.name}" set first=Zoe')
        fieldside.do(stage, 'customer add name="New in the field" phone=555-0003')
        fieldside.do(stage, 'customer "New in the field" place add name=Barn addr1="1 Barn Ln"')
        stage.sync()
        must_rest(stage)
        by_name = {books.name: (books, field) for books, field in pairs(stage)}
        assert len(by_name) == NUMBER + 1
        assert all(same(books, field) for books, field in by_name.values())
        child = children[0].name.removeprefix(with_job.name)
        assert by_name[f"Renamed in QuickBooks{child}"][0].texts["phone"] == "555-0002"
        assert {
            field.name for books, field in by_name.values() if books.name.startswith("Renamed in QuickBooks")
        } == {"Renamed in QuickBooks"}
        assert by_name[other.name][0].texts["phone"] == "555-0001"
        assert by_name[other.name][0].texts["first"] == "Zoe"
        assert [place.name for place in by_name["New in the field"][0].places] == ["Barn"]
        assert stage.attention() == []


def test_into_an_empty_quickbooks(tmp_path: Path) -> None:
    """spec 2.7 field_to_books: of each name the oldest goes, the others are skipped and stand under Needs attention;
    terms and taxes that QuickBooks does not have are left empty with a note (2.1); nothing is lost on either side."""
    (tmp_path / "from").mkdir()
    with loaded(tmp_path / "from", {"customers.direction": "books_to_field"}) as source:
        assert isinstance(source, Stage)
        source.sync()
        rows = sorted(source.customers(), key=lambda row: row["id"])
    (tmp_path / "to").mkdir()
    with Stage(tmp_path / "to", {"approve_plans": "never", "customers.direction": "field_to_books"}) as stage:
        assert isinstance(stage, Stage)
        for row in rows:
            stage.other.create(stage.company, **{field: row[field] for field in LABELS})
        before = both_sides(stage)[1]
        stage.sync()
        must_rest(stage)
        oldest: dict[str, dict[str, Any]] = {}
        for row in rows:
            if row["active"]:
                oldest.setdefault(row["name"].casefold(), row)
        books, field = both_sides(stage)
        assert {each.name for each in books.values()} == {row["name"] for row in oldest.values()}
        assert len(books) == len(oldest) < NUMBER
        assert len(stage.attention()) == sum(bool(row["active"]) for row in rows) - len(oldest)
        for each in books.values():
            row = oldest[each.name.casefold()]
            assert each.texts.get("phone") == row["phone"], each.name
            assert sorted(place.name for place in each.places) == sorted(
                place["name"] for place in row["locations"]
            )
            assert each.texts.get("terms") == row["terms"], "carried over (spec 5)"
            assert each.texts.get("taxitem") == row["tax_item"]
        assert {id: each._replace(badge="", detail="") for id, each in field.items()} == {
            id: each._replace(badge="", detail="") for id, each in before.items()
        }, "the field system is not written"
