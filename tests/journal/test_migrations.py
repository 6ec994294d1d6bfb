"""A journal of the first version is brought to the newest schema, and nothing that it remembered gets lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, UniqueConstraint, inspect, text
from sqlalchemy.exc import IntegrityError

from fieldledger.journal import Journal, holds, links, plans
from fieldledger.journal.database import MIGRATIONS
from fieldledger.journal.schema import metadata
from fieldledger.model.kinds import Kind, Side
from fieldledger.model.record import digest, pack
from tests.journal.support import AT, KIND, add_company

BASE = {"name": "Baker", "phone": "1", "active": True, "locations": []}
OWN_FORM = {**BASE, "phone": "+1"}
"""As the field side keeps the base of the second pair: nobody edited it."""
UPDATED = {**BASE, "phone": "2"}


def config(tx: Connection) -> Config:
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    made.attributes["connection"] = tx
    return made


def insert(tx: Connection, table: str, **values: Any) -> None:
    names = ", ".join(f'"{name}"' for name in values)
    tx.execute(
        text(f"INSERT INTO {table} ({names}) VALUES ({', '.join(f':{name}' for name in values)})"), values
    )


def sight(tx: Connection, side: str, record: str, values: dict[str, Any]) -> None:
    packed = pack(values)
    insert(
        tx, "sights", company="c1", side=side, kind=KIND, record=record, parent=None, depth=0, name_key="baker",
        full_name="Baker", version="5", modified=AT, settled=True, digest=digest(packed), packed=packed, rest=b"rest",
        gone=None, pass_no=1, due=False, decision="", seen_at=AT,
    )  # fmt: skip


def link(tx: Connection, id: int, field_form: dict[str, Any], *, state: str = "live") -> None:
    insert(
        tx, "links", id=id, company="c1", kind=KIND, books=f"A-{id}", field=str(id), base=pack(BASE),
        base_digest=digest(pack(BASE)), field_digest=digest(pack(field_form)), rules="r", state=state, made_at=AT,
    )  # fmt: skip


def action(
    tx: Connection, id: int, verb: str, state: str, *, field: str | None, after: dict[str, Any] | None
) -> None:
    insert(
        tx, "actions", id=id, company="c1", plan=1, kind=KIND, verb=verb, side="field", books=f"A-{id}", field=field,
        name="Baker", reason="changed", told="Told.", before=pack(BASE), after=None if after is None else pack(after),
        seen=b"seen", version="5", state=state, key=f"key-{id}" if state == "open" else None, attempts=1,
    )  # fmt: skip


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """A journal that the first version left behind, opened by this one."""
    old = Journal.open(tmp_path / "journal.db", migrate=False)
    with old.write() as tx:
        command.upgrade(config(tx), "0001")
        add_company(tx, 1)
        for id, there in (
            (1, BASE),
            (2, OWN_FORM),
            (3, {**BASE, "phone": "edited"}),
            (4, {**BASE, "active": False}),
        ):
            sight(tx, "books", f"A-{id}", BASE)
            sight(tx, "field", str(id), there)
        link(tx, 1, BASE)
        link(tx, 2, OWN_FORM)
        link(tx, 3, BASE)
        link(tx, 4, BASE, state="books_deleted")
        insert(tx, "plans", id=1, company="c1", number=1, run=None, state="approved", why="", made_at=AT)
        action(tx, 1, "update", "planned", field="1", after=UPDATED)
        action(tx, 2, "update", "open", field="2", after=UPDATED)
        action(tx, 3, "deactivate", "planned", field="3", after={**BASE, "phone": "edited", "active": False})
        action(tx, 5, "create", "planned", field=None, after=BASE)
        action(tx, 6, "note", "shown", field="6", after=BASE)
        action(tx, 7, "update", "done", field="7", after=UPDATED)
        insert(
            tx, "holds", id=1, company="c1", kind=KIND, books="A-8", field="", under=None, code="duplicate",
            name="Carr", told="Two.", todo="Look.", others='["8", "9"]', opened_at=AT, solved_at=None, solved_by=None,
        )  # fmt: skip
        for field in ("8", "9"):
            insert(tx, "rivals", company="c1", kind=KIND, field=field, books="A-8")
        insert(tx, "cursors", company="c1", name="count", value="7")
        insert(
            tx, "events", company="c1", at=AT, what="held", told="Two.", severity="warning", before=pack(BASE)
        )
    old.close()
    opened = Journal.open(tmp_path / "journal.db")
    yield opened
    opened.close()


def test_an_old_journal_gets_exactly_the_schema_that_the_code_knows(journal: Journal) -> None:
    with journal.read() as tx:
        assert compare_metadata(MigrationContext.configure(tx), metadata) == []
        for name, table in metadata.tables.items():
            there = {index["name"]: index for index in inspect(tx).get_indexes(name)}
            for index in table.indexes:
                assert there[index.name]["column_names"] == [column.name for column in index.columns], (
                    index.name
                )
                assert bool(there[index.name]["unique"]) is bool(index.unique), index.name
            unique = {constraint["name"] for constraint in inspect(tx).get_unique_constraints(name)}
            assert {
                f"uq_{name}_{'_'.join(column.name for column in constraint.columns)}"
                for constraint in table.constraints
                if isinstance(constraint, UniqueConstraint)
            } <= unique, name
        assert tx.execute(text("PRAGMA foreign_key_check")).all() == []


def test_an_old_and_a_new_journal_are_told_apart_by_nothing(journal: Journal, tmp_path: Path) -> None:
    """Column by column, default by default, condition by condition."""
    new = Journal.open(tmp_path / "new.db")
    try:
        with journal.read() as old_tx, new.read() as new_tx:
            assert shape(old_tx) == shape(new_tx)
    finally:
        new.close()


def shape(tx: Connection) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for table in metadata.tables:
        columns = tx.execute(text(f"PRAGMA table_info({table})")).all()
        found[table] = sorted(tuple(column)[1:] for column in columns)
    rows = tx.execute(
        text("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
    ).all()
    return found | {row.name: row.sql for row in rows}


def test_links_keep_their_bases_and_what_a_side_kept_in_its_own_form(journal: Journal) -> None:
    """spec 2.3: what nobody edited stays nobody's edit, and an edit stays an edit."""
    with journal.read() as tx:
        found = links.load(tx, "c1", Side.FIELD, KIND, ["1", "2", "3", "4"])
        assert all(link.base == BASE for link in found.values())
        assert {field: link.field_kept for field, link in found.items()} == {
            "1": {}, "2": {"phone": "+1"}, "3": {}, "4": {},
        }  # fmt: skip
        assert all(link.books_kept == {} for link in found.values())
        assert [found[field].state for field in "1234"] == ["live", "live", "live", "books_deleted"]
        assert {(link.books, link.rules) for link in found.values()} == {(f"A-{n}", "r") for n in range(1, 5)}
        assert links.count(tx, "c1", KIND) == 3


def test_what_was_under_way_goes_on_as_it_was_decided(journal: Journal) -> None:
    """spec 10.1: keys and values stay; and what a write has both sides agree on is told from what it writes."""
    with journal.read() as tx:
        (open_one,) = plans.opened(tx, "c1", 10)
        assert (open_one.id, open_one.key, open_one.attempts, open_one.after) == (2, "key-2", 1, UPDATED)
        assert plans.next_planned(tx, "c1", 10) == [], "what was planned of texts is decided again"
        planned = {each.id: each for each in plans.by_id(tx, [1, 3, 5])}
        assert {each.state for each in planned.values()} == {"dropped"}
        assert (planned[1].agreed, open_one.agreed) == (UPDATED, UPDATED)
        assert planned[3].agreed == {"active": False}, "what the field record was edited to stays an edit"
        assert (planned[5].agreed, planned[5].after) == (None, BASE)
        for each in (*planned.values(), open_one):
            assert (each.fields, each.seen, each.seen_field, each.retry_at) == ((), b"seen", b"", 0.0)
            assert (each.kept, each.lost, each.message_set, each.wish) == (None, None, None, None)
        assert [each.state for each in plans.by_id(tx, [6, 7])] == ["shown", "done"]


def test_the_new_promises_hold_for_what_was_there(journal: Journal) -> None:
    with pytest.raises(IntegrityError), journal.write() as tx:
        tx.execute(text("UPDATE actions SET state = 'open', field = '2' WHERE id = 3"))
    link_to = {"company": "c1", "kind": KIND, "books": "A-99", "field": "1", "base": b"\x80"}
    with pytest.raises(IntegrityError), journal.write() as tx:
        insert(
            tx, "links", **link_to, books_kept=b"\x80", field_kept=b"\x80", rules="", state="live", made_at=AT
        )


def test_holds_and_their_rivals_are_found_from_both_ends(journal: Journal) -> None:
    with journal.write() as tx:
        (hold,) = holds.listed(tx, "c1")
        assert (hold.holder, hold.others, hold.others_side) == ((Side.BOOKS, "A-8"), ("8", "9"), Side.FIELD)
        assert holds.claimed(tx, "c1", KIND, ["8", "9"]) == {
            "8": [(Side.BOOKS, "A-8")], "9": [(Side.BOOKS, "A-8")],
        }  # fmt: skip
        holds.solve(tx, "c1", KIND, ["A-8"], "ann", AT)
        assert holds.claimed(tx, "c1", KIND, ["8", "9"]) == {}


def test_everything_else_is_still_there(journal: Journal) -> None:
    with journal.read() as tx:
        assert tx.execute(text("SELECT value FROM cursors")).scalar_one() == "7"
        assert tx.execute(text("SELECT before FROM events")).scalar_one() == pack(BASE)
        rows = tx.execute(text("SELECT rest, read_at, due FROM sights")).all()
        assert len(rows) == 8
        assert {tuple(row) for row in rows} == {(b"rest", 0.0, 1)}, "everything is looked at again"
        assert tx.execute(text("SELECT sync_asked FROM companies")).scalars().all() == ["full"]


def test_migrations_name_no_table_of_the_code() -> None:
    """The schema moves on; a step that was made from today's tables would make tomorrow's under yesterday's number."""
    for step in sorted((MIGRATIONS / "versions").glob("0*.py")):
        assert "import fieldledger" not in step.read_text(), step.name
        assert "from fieldledger" not in step.read_text(), step.name


def test_kinds_stand_in_the_journal_as_they_are_called() -> None:
    """Enum values are what old journals hold."""
    assert Kind.CUSTOMER.value == "customer"
    assert [side.value for side in Side] == ["books", "field"]
