"""Commands that show: status, plan, log, attention, history, report, doctor. None of them changes anything."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.text import Text

from fieldledger.office import companies as office
from fieldledger.office import doctor as examination
from fieldledger.office import reports, views
from fieldledger.office.errors import WrongUse
from fieldledger.service.terminal import (
    LARGEST_NUMBER,
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
        made = table(f"Plan {found['plan']} ({found['state']})", "what", "name", "reason", "changes")
        for action in found["actions"]:
            changed = _changes(action)
            cut = changed if len(changed) <= CHANGES_SHOWN else changed[:CHANGES_SHOWN] + " …"
            name = action["books_name"] or action["name"]
            made.add_row(action["verb"], Text(name), Text(action["told"]), Text(cut))
        show(made)
        typer.echo(", ".join(f"{count} {verb}" for verb, count in found["counts"].items()) or "nothing to do")
        if found["state"] == "proposed":
            typer.echo(f"\n{found['why']} To carry it out: fieldledger approve {id_} {found['plan']}")


def _changes(row: dict[str, Any]) -> str:
    return "; ".join(reports.change_words(change) for change in row["changes"])


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


def attention(id_: Id, data: Data = None, as_json: AsJson = False) -> None:
    """Show what waits for a person.

    What happened, and what to do about it.
    """
    with journal_of(data) as journal:
        found = views.attention(journal, id_)
        if as_json:
            print_json(found)
            return
        if not found:
            typer.echo("Nothing needs attention.")
            return
        made = table("Needs attention", "name", "what happened", "what to do", "inside")
        for hold in found:
            inside = str(hold["waiting"] or "")
            made.add_row(Text(hold["name"]), Text(hold["told"]), Text(hold["todo"]), inside)
        show(made)


def history(
    id_: Id,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="customer")],
    record: Annotated[
        str, typer.Argument(metavar="RECORD", help="QuickBooks' ListID, or the number in the field system.")
    ],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Show all that happened to a record.

    Over both sides, with the values before and after.
    """
    with journal_of(data) as journal:
        found = views.history(journal, id_, kind, record)
        if as_json:
            print_json(found)
            return
        title = f"{kind}: QuickBooks {found['books'] or '-'}, field {found['field'] or '-'}"
        made = table(title, "when (UTC)", "what", "in words", "changes")
        for event in found["events"]:
            made.add_row(when(event["at"]), event["what"], Text(event["told"]), Text(_changes(event)))
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


COMMANDS = (status, plan, log, attention, history, report, doctor)


def add_commands(main: typer.Typer) -> None:
    for command in COMMANDS:
        main.command()(command)
