"""Commands that show: status, plan, log, attention, matches, history, report, doctor. None of them changes anything but
history, which can put back what it shows."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.text import Text

from fieldledger.model.plan import WRITES
from fieldledger.office import companies as office
from fieldledger.office import doctor as examination
from fieldledger.office import ignoring, likeness, reports, restoring, views
from fieldledger.office.errors import CannotDo, WrongUse
from fieldledger.service.terminal import (
    LARGEST_NUMBER,
    WHO,
    AsJson,
    Data,
    Id,
    Out,
    folder_of,
    journal_of,
    print_json,
    put,
    show,
    table,
    when,
)

RESULT_COLOURS = {"pass": "green", "warn": "yellow", "stop": "red"}
CHANGES_SHOWN = 160
"""Characters of a change in the plan's table; --json has all of it."""


class Form(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


def status(data: Data = None, as_json: AsJson = False) -> None:
    """Show all companies at a glance."""
    with journal_of(data) as journal:
        found = [views.status(journal, each) for each in office.ids(journal)]
        if as_json:
            print_json(found)
            return
        if not found:
            typer.echo("There is no company yet: fieldledger company add NAME --customers books_to_field")
            return
        made = table(
            "Companies", "id", "name", "connection", "last heard (UTC)", "linked", "attention", "last run"
        )
        for each in found:
            heard = each["heard_at"]
            last = each["last_run"]
            made.add_row(
                each["id"], Text(each["name"]), each["connection"],
                datetime.fromtimestamp(heard, UTC).strftime("%Y-%m-%d %H:%M") if heard else "",
                str(each["linked"]), str(each["attention"]), Text(last["told"] or last["outcome"] if last else ""),
            )  # fmt: skip
        show(made)


def plan(
    id_: Id,
    data: Data = None,
    as_json: AsJson = False,
    number: Annotated[
        int | None,
        typer.Option("--plan", help="Another plan than the one that waits.", min=1, max=LARGEST_NUMBER),
    ] = None,
) -> None:
    """Show what a sync will do.

    What will be created, changed, skipped and held, field by field. Nothing is written by asking.
    """
    with journal_of(data) as journal:
        found = views.plan(journal, id_, number)
        if as_json:
            print_json(found)
            return
        if found["plan"] is None:
            typer.echo("There is no plan yet: nothing has come from QuickBooks that would need one.")
            return
        made = table(f"Plan {found['plan']} ({found['state']})", "what", "where", "name", "reason", "changes")
        for action in found["actions"]:
            changed = _changes(action)
            cut = changed if len(changed) <= CHANGES_SHOWN else changed[:CHANGES_SHOWN] + " …"
            name = action["books_name"] or action["name"]
            where = reports.SIDES[action["side"]] if action["verb"] in WRITES else ""
            made.add_row(action["verb"], where, Text(name), Text(action["told"]), Text(cut))
        show(made)
        typer.echo(", ".join(f"{count} {verb}" for verb, count in found["counts"].items()) or "nothing to do")
        if found["state"] == "proposed":
            typer.echo(f"\n{found['why']} To carry it out: fieldledger approve {id_} {found['plan']}")


def _changes(row: dict[str, Any]) -> str:
    gives_way = [f"gives way: {each['label']} {reports.words(each['value'])}" for each in row.get("lost", ())]
    return "; ".join([*(reports.change_words(change) for change in row["changes"]), *gives_way])


def log(
    id_: Id,
    number: Annotated[
        int | None, typer.Argument(metavar="RUN", help="One run, in full.", min=1, max=LARGEST_NUMBER)
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
    limit: Annotated[int, typer.Option(help="So many runs at most.", min=1, max=10_000)] = 50,
) -> None:
    """Show the runs, or one of them.

    Newest first; or one run with everything that it did.
    """
    with journal_of(data) as journal:
        if number is not None:
            run = views.run(journal, id_, number)
            if as_json:
                print_json(run)
            else:
                _show_run(run)
            return
        found = views.log(journal, id_, limit)
        if as_json:
            print_json(found)
            return
        if not found:
            typer.echo("No run yet: the Web Connector has not called.")
            return
        made = table("Runs (UTC)", "run", "started", "why", "outcome", "in words")
        for run in found:
            made.add_row(
                str(run["run"]), when(run["started_at"]), run["reason"], run["outcome"], Text(run["told"])
            )
        show(made)


def _show_run(run: dict[str, Any]) -> None:
    title = f"Run {run['run']}, {when(run['started_at'])} UTC, {run['outcome']}: {run['told']}"
    made = table(title, "what", "name", "in words")
    for event in run["events"]:
        made.add_row(event["what"], Text(event["name"]), Text(event["told"]))
    show(made)


def attention(
    id_: Id,
    data: Data = None,
    as_json: AsJson = False,
    ignored: Annotated[
        bool, typer.Option("--ignored", help="What is left as it is because a person said so, instead.")
    ] = False,
) -> None:
    """Show what waits for a person.

    What happened, what to do about it, and the words that `fieldledger solve` takes.
    """
    with journal_of(data) as journal:
        if ignored:
            _show_ignored(ignoring.ignored(journal, id_), as_json)
            return
        found = views.attention(journal, id_)
        if as_json:
            print_json(found)
            return
        if not found:
            typer.echo("Nothing needs attention.")
            return
        made = table(
            "Needs attention", "hold", "name", "what happened", "what to do", "actions", "with", "inside"
        )
        for hold in found:
            made.add_row(
                str(hold["hold"]), Text(hold["books_name"] or hold["name"]), Text(hold["told"]), Text(hold["todo"]),
                ", ".join(hold["actions"]), Text(_others(hold)), str(hold["waiting"] or ""),
            )  # fmt: skip
        show(made)
        typer.echo(f"\nTo decide: fieldledger solve {id_} HOLD ACTION")


def _others(hold: dict[str, Any]) -> str:
    """What it may be linked with, and what looks like it."""
    known = [f"{each['id']} {each['name']}" for each in hold["candidates"]]
    alike = [f"{each['id']} {each['name']}? ({', '.join(each['why'])})" for each in hold["suggested"]]
    return "; ".join([*known, *alike])


def _show_ignored(found: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    if not found:
        typer.echo("Nothing is ignored.")
        return
    made = table("Ignored", "record", "name", "since (UTC)", "by")
    for each in found:
        made.add_row(
            each["record"], Text(each["books_name"] or each["name"]), when(each["at"]), Text(each["who"])
        )
    show(made)


def matches(
    id_: Id,
    data: Data = None,
    as_json: AsJson = False,
    limit: Annotated[int, typer.Option(help="So many pairs at most.", min=1, max=10_000)] = likeness.LISTED,
) -> None:
    """Show records of both sides that may be one.

    By name, phone, email and address. None of them is linked by itself; `fieldledger link` does that.
    """
    with journal_of(data) as journal:
        found = likeness.likely(journal, id_, limit)
        if as_json:
            print_json(found)
            return
        if not found:
            typer.echo("No two records without a pair look alike.")
            return
        made = table(
            "Perhaps the same", "alike", "in QuickBooks", "in the field system", "why", "books", "field"
        )
        for each in found:
            made.add_row(
                f"{each['score']} %", Text(each["books_name"]), Text(each["field_name"]),
                ", ".join(each["why"]), each["books"], each["field"],
            )  # fmt: skip
        show(made)
        typer.echo(f"\nTo link two of them: fieldledger link {id_} BOOKS FIELD")


def history(
    id_: Id,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="customer")],
    record: Annotated[
        str, typer.Argument(metavar="RECORD", help="QuickBooks' ListID, or the number in the field system.")
    ],
    data: Data = None,
    as_json: AsJson = False,
    put_back: Annotated[
        int | None,
        typer.Option(
            metavar="EVENT", help="Put back what this line says was there before.", min=1, max=LARGEST_NUMBER
        ),
    ] = None,
    field: Annotated[
        list[str] | None,
        typer.Option("--field", metavar="FIELD", help="Only this field of it; may be repeated."),
    ] = None,
) -> None:
    """Show all that happened to a record.

    Over both sides, with the values before and after.
    """
    with journal_of(data) as journal:
        if field and put_back is None:
            raise WrongUse("--field goes with --put-back EVENT.")
        found = views.history(journal, id_, kind, record)
        if put_back is not None:
            if put_back not in [event["event"] for event in found["events"]]:
                raise CannotDo(f"The history of {record} has no line {put_back}.")
            done = restoring.put_back(journal, id_, put_back, field or (), who=WHO)
            if as_json:
                print_json(done)
            else:
                typer.echo(done["told"])
            return
        if as_json:
            print_json(found)
            return
        title = f"{kind}: QuickBooks {found['books'] or '-'}, field {found['field'] or '-'}"
        made = table(title, "event", "when (UTC)", "what", "in words", "changes")
        for event in found["events"]:
            made.add_row(
                str(event["event"]),
                when(event["at"]),
                event["what"],
                Text(event["told"]),
                Text(_changes(event)),
            )
        show(made)


def report(
    id_: Id,
    run: Annotated[int, typer.Argument(metavar="RUN", min=1, max=LARGEST_NUMBER)],
    form: Annotated[Form, typer.Option("--format")] = Form.CSV,
    out: Out = None,
    data: Data = None,
) -> None:
    """Write the report of one run."""
    with journal_of(data) as journal:
        if form is Form.XLSX and out is None and sys.stdout.isatty():
            raise WrongUse("An Excel file is nothing to read on a screen: add --out FILE.")
        put(reports.report(journal, id_, run, form.value), out)


def doctor(id_: Id, data: Data = None, as_json: AsJson = False) -> None:
    """Look whether everything is in place.

    Exit status 1 when something is in the way.
    """
    from fieldledger.service.checks import server_checks

    with journal_of(data) as journal:
        checks = examination.examine(journal, id_)
        checks = server_checks(folder_of(data)) + checks
        if as_json:
            print_json(checks)
        else:
            made = table("Checks", "", "check", "in words", "what to do")
            for check in checks:
                mark = Text(check.result, style=RESULT_COLOURS[check.result])
                made.add_row(mark, check.check, Text(check.told), Text(check.todo))
            show(made)
        if any(check.result == examination.STOP for check in checks):
            raise typer.Exit(1)


COMMANDS = (status, plan, log, attention, matches, history, report, doctor)


def add_commands(main: typer.Typer) -> None:
    for command in COMMANDS:
        main.command()(command)
