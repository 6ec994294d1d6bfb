"""List records in the company file: find, add, change, rename, delete, with QuickBooks' rules of the lists.

Rules of one kind (Ship To, accounts, taxes) are elsewhere. Nothing here may decide what a caller is told:
a rule that is broken is a `Refusal` with QuickBooks' own status.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace

from quickbooks_sim.companyfile import CompanyFile
from quickbooks_sim.fields import Fields, from_json, text_of, to_json
from quickbooks_sim.ordering import key, list_place
from quickbooks_sim.status import Refusal, name_in_use
from quickbooks_sim.tables.lists import KINDS, REFERENCES


@dataclass(frozen=True)
class Record:
    """One list record.

    `body` holds what the caller stored (no ids, times, names of parents, balances); `balance` and
    `total_balance` are cents; `modified_wall` is local wall time; `edit_sequence` a Unix second as text.
    """

    space: str
    list_id: str
    kind: str
    name: str
    full_name: str
    parent_id: str | None
    sublevel: int
    is_active: bool
    edit_sequence: str
    created_text: str
    modified_text: str
    modified_wall: str
    balance: int
    total_balance: int
    body: Fields
    made_up: bool = False


def of_row(row: sqlite3.Row) -> Record:
    """A record from a row of the table."""
    return Record(
        row["space"],
        row["list_id"],
        row["kind"],
        row["name"],
        row["full_name"],
        row["parent_id"],
        row["sublevel"],
        bool(row["is_active"]),
        row["edit_sequence"],
        row["created_text"],
        row["modified_text"],
        row["modified_wall"],
        row["balance"],
        row["total_balance"],
        from_json(row["body"]),
        bool(row["made_up"]),
    )


def by_id(company: CompanyFile, kinds: Iterable[str], list_id: str) -> Record | None:
    """The record of one of these kinds with that ListID, or None."""
    for kind in kinds:
        row = company.execute(
            "select * from record where space = ? and list_id = ?", (KINDS[kind].space, list_id)
        ).fetchone()
        if row is not None and row["kind"] == kind:
            return of_row(row)
    return None


def by_full_name(company: CompanyFile, kinds: Iterable[str], full_name: str) -> Record | None:
    """The record of one of these kinds with that full name (case does not matter), or None."""
    for kind in kinds:
        row = company.execute(
            "select * from record where space = ? and full_key = ?", (KINDS[kind].space, key(full_name))
        ).fetchone()
        if row is not None and row["kind"] == kind:
            return of_row(row)
    return None


def by_any_name(company: CompanyFile, full_name: str) -> Record | None:
    """Who holds this name in the shared list of customers, vendors, employees and others."""
    return by_full_name(company, ("Customer", "Vendor", "Employee", "OtherName"), full_name)


def new_list_id(company: CompanyFile, space: str, now: int) -> str:
    """The next ListID of a list: index in hex and Unix second. Other lists may have the same one."""
    number = company.next_number(f"list {space}")
    if company.switch("list_id_style") == "old":
        return f"{number << 16:X}-{now}"
    return f"{0x80000000 | number:08X}-{now}"


def note_list_id(company: CompanyFile, space: str, list_id: str) -> None:
    """Lets the counter of a list run on above an ID that came from outside."""
    head = list_id.partition("-")[0]
    try:
        number = int(head, 16)
    except ValueError:
        return
    company.raise_counter(f"list {space}", number & 0x7FFFFFFF if number & 0x80000000 else number >> 16)


def add(company: CompanyFile, record: Record) -> Record:
    """Stores a new record; Refusal 3100 if its name is taken."""
    holder = company.execute(
        "select 1 from record where space = ? and full_key = ?", (record.space, key(record.full_name))
    ).fetchone()
    if holder is not None:
        raise Refusal(name_in_use(record.name))
    company.execute(
        "insert into record values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            record.space,
            record.list_id,
            record.kind,
            record.name,
            record.full_name,
            key(record.full_name),
            record.parent_id,
            record.sublevel,
            list_place(company, record.kind, record.full_name, record.name, record.parent_id, record.body),
            record.is_active,
            record.edit_sequence,
            record.created_text,
            record.modified_text,
            record.modified_wall,
            record.balance,
            record.total_balance,
            to_json(record.body),
            record.made_up,
        ),
    )
    _store_references(company, record)
    return record


def change(company: CompanyFile, old: Record, new: Record) -> Record:
    """Stores a changed record as edited now (EditSequence and TimeModified move); 3100 if its name is taken.

    Full names, levels and places of the children follow; nothing else of them moves, not even TimeModified.
    """
    if key(new.full_name) != key(old.full_name):
        holder = company.execute(
            "select 1 from record where space = ? and full_key = ? and list_id != ?",
            (new.space, key(new.full_name), new.list_id),
        ).fetchone()
        if holder is not None:
            raise Refusal(name_in_use(new.name))
    clock = company.clock()
    now = clock.now()
    new = replace(
        new,
        edit_sequence=str(now),
        modified_text=clock.printed(now),
        modified_wall=clock.wall(now),
        made_up=False,
    )
    company.execute(
        "update record set kind = ?, name = ?, full_name = ?, full_key = ?, parent_id = ?, sublevel = ?, "
        "is_active = ?, edit_sequence = ?, modified_text = ?, modified_wall = ?, body = ?, made_up = ? "
        "where space = ? and list_id = ?",
        (
            new.kind,
            new.name,
            new.full_name,
            key(new.full_name),
            new.parent_id,
            new.sublevel,
            new.is_active,
            new.edit_sequence,
            new.modified_text,
            new.modified_wall,
            to_json(new.body),
            new.made_up,
            new.space,
            new.list_id,
        ),
    )
    _store_references(company, new)
    # A record keeps the place that it was given by hand until its name, parent or number says otherwise.
    place = list_place(company, new.kind, new.full_name, new.name, new.parent_id, new.body)
    moved = place != list_place(company, old.kind, old.full_name, old.name, old.parent_id, old.body)
    if moved:
        put_at(company, new.space, new.list_id, place)
    if moved or new.full_name != old.full_name:
        _move_children(company, new)
    if new.parent_id != old.parent_id:
        for list_id in (old.parent_id, new.parent_id):
            parent = by_id(company, (new.kind,), list_id) if list_id else None
            if parent is not None:
                _sum_up(company, parent)
    return new


def make_inactive_below(company: CompanyFile, parent: Record) -> None:
    """Makes everything below a record inactive too, as edits of their own."""
    for child in children(company, parent):
        if child.is_active:
            change(company, child, replace(child, is_active=False))
        make_inactive_below(company, child)


def put_at(company: CompanyFile, space: str, list_id: str, place: str) -> None:
    """Gives a record its place in the list (see `ordering`)."""
    company.execute("update record set sort_key = ? where space = ? and list_id = ?", (place, space, list_id))


def _move_children(company: CompanyFile, parent: Record) -> None:
    for child in children(company, parent):
        full_name = f"{parent.full_name}:{child.name}"
        company.execute(
            "update record set full_name = ?, full_key = ?, sublevel = ?, sort_key = ? where space = ? and list_id = ?",
            (
                full_name,
                key(full_name),
                parent.sublevel + 1,
                list_place(company, child.kind, full_name, child.name, parent.list_id, child.body),
                child.space,
                child.list_id,
            ),
        )
        _move_children(company, replace(child, full_name=full_name, sublevel=parent.sublevel + 1))


def children(company: CompanyFile, parent: Record) -> list[Record]:
    """The records directly below this one, in list order."""
    rows = company.execute(
        "select * from record where space = ? and parent_id = ? order by sort_key",
        (parent.space, parent.list_id),
    )
    return [of_row(row) for row in rows.fetchall()]


def touch(company: CompanyFile, record: Record) -> None:
    """Moves TimeModified but not EditSequence: what QuickBooks does for balances and data extensions."""
    clock = company.clock()
    now = clock.now()
    company.execute(
        "update record set modified_text = ?, modified_wall = ? where space = ? and list_id = ?",
        (clock.printed(now), clock.wall(now), record.space, record.list_id),
    )


def set_balance(company: CompanyFile, record: Record, cents: int) -> None:
    """Changes the own balance. TimeModified moves here and in all above; EditSequence does not."""
    company.execute(
        "update record set balance = ?, total_balance = total_balance + ? where space = ? and list_id = ?",
        (cents, cents - record.balance, record.space, record.list_id),
    )
    touch(company, record)
    above = record.parent_id
    while above is not None:
        parent = by_id(company, (record.kind,), above)
        if parent is None:
            return
        company.execute(
            "update record set total_balance = total_balance + ? where space = ? and list_id = ?",
            (cents - record.balance, parent.space, parent.list_id),
        )
        touch(company, parent)
        above = parent.parent_id


def _sum_up(company: CompanyFile, record: Record) -> None:
    """Recomputes the total of a record and of all above it, after a child came or went: TimeModified moves."""
    row = company.execute(
        "select coalesce(sum(total_balance), 0) as below from record where space = ? and parent_id = ?",
        (record.space, record.list_id),
    ).fetchone()
    total = record.balance + int(row["below"])
    if total != record.total_balance:
        company.execute(
            "update record set total_balance = ? where space = ? and list_id = ?",
            (total, record.space, record.list_id),
        )
        touch(company, record)
    above = by_id(company, (record.kind,), record.parent_id) if record.parent_id else None
    if above is not None:
        _sum_up(company, above)


def users(company: CompanyFile, record: Record) -> list[Record]:
    """The records that refer to this one, or stand below it."""
    rows = company.execute(
        "select r.* from record r join reference f on f.space = r.space and f.list_id = r.list_id "
        "where f.target_space = ? and f.target_id = ? group by r.space, r.list_id limit 10",
        (record.space, record.list_id),
    )
    return [of_row(row) for row in rows.fetchall()] + children(company, record)


def remove(company: CompanyFile, record: Record) -> int:
    """Deletes the record and remembers the deletion. Returns the Unix second of it."""
    now = company.clock().now()
    where = (record.space, record.list_id)
    company.execute("delete from record where space = ? and list_id = ?", where)
    company.execute("delete from reference where space = ? and list_id = ?", where)
    company.execute("delete from data_extension where space = ? and list_id = ?", where)
    company.execute("delete from record_lock where space = ? and list_id = ?", where)
    company.execute(
        "insert into deleted values (?, ?, ?, ?, ?)",
        (record.kind, record.list_id, record.full_name, record.created_text, now),
    )
    return now


def _store_references(company: CompanyFile, record: Record) -> None:
    company.execute("delete from reference where space = ? and list_id = ?", (record.space, record.list_id))
    for element, content in record.body:
        target = REFERENCES.get(element)
        if target is not None and isinstance(content, list):
            company.execute(
                "insert into reference values (?, ?, ?, ?, ?)",
                (
                    record.space,
                    record.list_id,
                    element,
                    KINDS[target.kinds[0]].space,
                    text_of(content, "ListID"),
                ),
            )
