"""What is in a company file, for people and for programs. Reads only."""

from __future__ import annotations

from typing import TypedDict

from quickbooks_sim.companyfile import CompanyFile
from quickbooks_sim.fields import text_of
from quickbooks_sim.money import amount
from quickbooks_sim.tables.lists import KINDS
from quickbooks_sim.tables.switches import SWITCHES


class Shown(TypedDict):
    """One record: names, state, ids; `balance` as text like "12.50", empty for kinds without one."""

    list_id: str
    full_name: str
    active: bool
    edit_sequence: str
    modified: str
    balance: str
    made_up: bool
    locked: bool


class State(TypedDict):
    """Everything `show` tells."""

    file: str
    company: str
    path: str
    now: str
    lists: dict[str, list[Shown]]
    deleted: list[str]
    message_sets: list[str]
    private_data: list[str]
    switches: dict[str, str]


def describe(company: CompanyFile) -> State:
    """The state of a company file. Inside a reading span of the caller."""
    clock = company.clock()
    lists: dict[str, list[Shown]] = {}
    for kind in KINDS.values():
        rows = company.execute(
            "select r.*, l.list_id is not null as locked from record r left join record_lock l "
            "on l.space = r.space and l.list_id = r.list_id where r.kind = ? order by r.sort_key, r.list_id",
            (kind.name,),
        ).fetchall()
        if rows:
            lists[kind.name] = [
                Shown(
                    list_id=row["list_id"],
                    full_name=row["full_name"],
                    active=bool(row["is_active"]),
                    edit_sequence=row["edit_sequence"],
                    modified=row["modified_text"],
                    balance=amount(row["balance"]) if kind.has_balance else "",
                    made_up=bool(row["made_up"]),
                    locked=bool(row["locked"]),
                )
                for row in rows
            ]
    return State(
        file=str(company.path),
        company=text_of(company.document("CompanyRet"), "CompanyName"),
        path=company.switch("company_path"),
        now=clock.printed(clock.now()),
        lists=lists,
        deleted=[
            f"{row['kind']} {row['full_name']} {clock.printed(row['deleted_at'])}"
            for row in company.execute("select * from deleted order by deleted_at").fetchall()
        ],
        message_sets=[
            f"{row['application']} {row['id']}" + ("" if row["response"] else " (response lost)")
            for row in company.execute("select * from message_set order by application, id").fetchall()
        ],
        private_data=[
            f"{row['owner_id']} {row['name']}={row['value']}"
            for row in company.execute(
                "select * from data_extension where space = 'Company' order by 3, 5"
            ).fetchall()
        ],
        switches={name: company.switch(name) for name in sorted(SWITCHES)},
    )


def as_text(state: State) -> str:
    """The state as lines for people."""
    lines = [
        f"{state['company']} ({state['file']})",
        f"QuickBooks says: {state['path']}",
        f"clock: {state['now']}",
        "",
    ]
    for kind, records in state["lists"].items():
        made_up = sum(record["made_up"] for record in records)
        inactive = sum(not record["active"] for record in records)
        lines.append(f"{kind}: {len(records)}, {inactive} inactive, {made_up} made up")
        for record in records:
            notes = [
                note
                for note, holds in (
                    ("inactive", not record["active"]),
                    ("made up", record["made_up"]),
                    ("locked", record["locked"]),
                    (record["balance"], record["balance"] not in ("", "0.00")),
                )
                if holds
            ]
            lines.append(f"  {record['full_name']}" + (f"  [{', '.join(notes)}]" if notes else ""))
    for title, entries in (
        ("deleted", state["deleted"]),
        ("stored responses", state["message_sets"]),
        ("private data", state["private_data"]),
        (
            "switches",
            [f"{name}={value}  ({SWITCHES[name].meaning})" for name, value in state["switches"].items()],
        ),
    ):
        if entries:
            lines += ["", f"{title}:", *(f"  {entry}" for entry in entries)]
    return "\n".join(lines)
