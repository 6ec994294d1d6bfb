"""The command line. Exit status 0 = done, 1 = it failed (reason on stderr), 2 = wrong use."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from fieldledger import __version__
from fieldledger.drive.webconnector.login import hash_password, new_password
from fieldledger.journal import Journal
from fieldledger.office import companies as office
from fieldledger.office import doctor as examination
from fieldledger.office import qwc, reports, views
from fieldledger.office.errors import CannotDo, WrongUse
from fieldledger.service.folder import DEFAULT_PORT, Folder

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__, rich_markup_mode=None)
company = typer.Typer(no_args_is_help=True, help="Add and set up companies.")
app.add_typer(company, name="company")

Data = Annotated[Path, typer.Option("--data", envvar="FIELDLEDGER_DATA", help="The folder of all state.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="The company's id, e.g. c1.")]
DEFAULT_DATA = Path("fieldledger-data")

RESULT_COLOURS = {"pass": "green", "warn": "yellow", "stop": "red"}


class Direction(StrEnum):
    TWO_WAY = "two_way"
    BOOKS_TO_FIELD = "books_to_field"
    FIELD_TO_BOOKS = "field_to_books"


class Primary(StrEnum):
    BOOKS = "books"
    FIELD = "field"


class OneWay(StrEnum):
    BOOKS_TO_FIELD = "books_to_field"
    FIELD_TO_BOOKS = "field_to_books"


class Form(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


@contextmanager
def _journal(data: Path) -> Iterator[Journal]:
    """The journal of a data folder; expected trouble ends with a sentence on stderr."""
    with _telling():
        journal = Journal.open(Folder(data).journal)
        try:
            yield journal
        finally:
            journal.close()


@contextmanager
def _telling() -> Iterator[None]:
    try:
        yield
    except WrongUse as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    except CannotDo as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(msgspec.to_builtins(value), indent=2, ensure_ascii=False))


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _show(table: Table) -> None:
    Console().print(table)


def _when(iso: str | None) -> str:
    return iso[:16].replace("T", " ") if iso else ""


@app.command()
def serve(
    data: Data = DEFAULT_DATA,
    port: Annotated[int, typer.Option(help="TCP port.", min=0, max=65535)] = DEFAULT_PORT,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    public_url: Annotated[
        str, typer.Option(help="How the Web Connector reaches this server, e.g. https://sync.example.com.")
    ] = "",
) -> None:
    """Run the server: Web Connector endpoint, REST, pages."""
    from fieldledger.service.server import run

    with _telling():
        run(Folder(data), host=host, port=port, public_url=public_url)


@company.command("add")
def company_add(
    name: str,
    customers: Annotated[Direction, typer.Option(help="Which way customers go.")],
    primary: Annotated[Primary, typer.Option(help="Who decides in a draw (two_way).")] = Primary.BOOKS,
    items: Annotated[OneWay | None, typer.Option(help="Which way items go.")] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Any other setting.")
    ] = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Add a company. The password (for the Web Connector) and the token (for REST) are shown once."""
    with _journal(data) as journal:
        chosen = {"customers.direction": customers.value, "primary": primary.value}
        if items is not None:
            chosen["items.direction"] = items.value
        chosen.update(_pair(text) for text in set_ or ())
        added = office.add(journal, name, chosen, password=new_password(), password_hash=hash_password)
        if as_json:
            _print_json(added)
            return
        typer.echo(f"Company {added['id']} was added.\n")
        typer.echo(f"  Web Connector user      {added['user']}")
        typer.echo(f"  Web Connector password  {added['password']}")
        typer.echo(f"  REST token              {added['token']}\n")
        typer.echo("Password and token are shown this once. Next: fieldledger company qwc " + added["id"])


def _pair(text: str) -> tuple[str, str]:
    key, separator, value = text.partition("=")
    if not separator:
        raise WrongUse(f"{text!r} is not KEY=VALUE.")
    return key.strip(), value


@company.command("set")
def company_set(
    id_: Id, pairs: Annotated[list[str], typer.Argument(metavar="KEY=VALUE")], data: Data = DEFAULT_DATA
) -> None:
    """Change settings."""
    with _journal(data) as journal:
        wishes = dict(_pair(text) for text in pairs)
        settings = office.set_settings(journal, id_, wishes, who="command line")
        for key, value in wishes.items():
            typer.echo(f"{key} = {settings.get(key, value)}")


@company.command("password")
def company_password(id_: Id, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """A new Web Connector password, shown once; the old one stops working."""
    with _journal(data) as journal:
        password = office.new_secret(journal, id_, password=new_password(), password_hash=hash_password)
        if as_json:
            _print_json(password)
        else:
            typer.echo(f"The new password of {password['user']} is {password['password']}")


@company.command("qwc")
def company_qwc(
    id_: Id,
    url: Annotated[
        str, typer.Option(help="Address of this server, when it is not the one it was started with.")
    ] = "",
    data: Data = DEFAULT_DATA,
) -> None:
    """Print the .qwc file to add to the Web Connector. The same company always gets the same file."""
    with _journal(data) as journal:
        typer.echo(qwc.text(journal, id_, url or Folder(data).address()), nl=False)


@app.command()
def sync(
    id_: Id,
    full: Annotated[bool, typer.Option("--full", help="Read everything again, not only changes.")] = False,
    data: Data = DEFAULT_DATA,
) -> None:
    """Ask for a sync at the Web Connector's next call."""
    with _journal(data) as journal:
        typer.echo(office.ask_sync(journal, id_, full=full, who="command line"))


@app.command()
def plan(
    id_: Id,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
    number: Annotated[
        int | None, typer.Option("--plan", help="Another plan than the one that waits.")
    ] = None,
) -> None:
    """Show what will be created, changed, skipped and held, without writing anything."""
    with _journal(data) as journal:
        found = views.plan(journal, id_, number)
        if as_json:
            _print_json(found)
            return
        if found["plan"] is None:
            typer.echo("There is no plan yet: QuickBooks has not been read.")
            return
        table = _table(f"Plan {found['plan']} ({found['state']})", "what", "name", "reason", "changes")
        for action in found["actions"]:
            changed = "; ".join(reports.change_words(change) for change in action["changes"])
            table.add_row(action["verb"], Text(action["name"]), Text(action["told"]), Text(changed[:160]))
        _show(table)
        typer.echo(", ".join(f"{count} {verb}" for verb, count in found["counts"].items()) or "nothing to do")
        if found["why"]:
            typer.echo(f"\n{found['why']} To carry it out: fieldledger approve {id_} {found['plan']}")


@app.command()
def approve(
    id_: Id,
    number: Annotated[int | None, typer.Argument(metavar="PLAN")] = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Approve the plan that waits; it is carried out at the Web Connector's next call."""
    with _journal(data) as journal:
        done = office.approve(journal, id_, number, who="command line")
        if as_json:
            _print_json(done)
        else:
            typer.echo(f"Plan {done['plan']} is approved; the next sync carries it out.")


@app.command()
def log(
    id_: Id,
    number: Annotated[int | None, typer.Argument(metavar="RUN")] = None,
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
) -> None:
    """The runs, newest first; or one run with everything it did."""
    with _journal(data) as journal:
        if number is not None:
            run = views.run(journal, id_, number)
            if as_json:
                _print_json(run)
            else:
                _show_run(run)
            return
        found = views.log(journal, id_, limit)
        if as_json:
            _print_json(found)
            return
        table = _table("Runs (UTC)", "run", "started", "why", "outcome", "in words")
        for run in found:
            table.add_row(
                str(run["run"]), _when(run["started_at"]), run["reason"], run["outcome"], Text(run["told"])
            )
        _show(table)


def _show_run(run: dict[str, Any]) -> None:
    title = f"Run {run['run']}, {_when(run['started_at'])} UTC, {run['outcome']}: {run['told']}"
    table = _table(title, "what", "name", "in words")
    for event in run["events"]:
        table.add_row(event["what"], Text(event["name"]), Text(event["told"]))
    _show(table)


@app.command()
def attention(id_: Id, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """What waits for a person, and what to do about it."""
    with _journal(data) as journal:
        found = views.attention(journal, id_)
        if as_json:
            _print_json(found)
            return
        if not found:
            typer.echo("Nothing needs attention.")
            return
        table = _table("Needs attention", "name", "what happened", "what to do", "inside")
        for hold in found:
            table.add_row(
                Text(hold["name"]), Text(hold["told"]), Text(hold["todo"]), str(hold["waiting"] or "")
            )
        _show(table)


@app.command()
def history(
    id_: Id,
    kind: Annotated[str, typer.Argument(metavar="KIND")],
    record: Annotated[
        str, typer.Argument(metavar="RECORD", help="A ListID, or a number of the field system.")
    ],
    data: Data = DEFAULT_DATA,
    as_json: AsJson = False,
) -> None:
    """Everything that happened to one record, over both sides."""
    with _journal(data) as journal:
        found = views.history(journal, id_, kind, record)
        if as_json:
            _print_json(found)
            return
        title = f"{kind}: QuickBooks {found['books'] or '-'}, field {found['field'] or '-'}"
        table = _table(title, "when (UTC)", "what", "in words", "changes")
        for event in found["events"]:
            changed = "; ".join(reports.change_words(change) for change in event["changes"])
            table.add_row(_when(event["at"]), event["what"], Text(event["told"]), Text(changed))
        _show(table)


@app.command()
def report(
    id_: Id,
    run: Annotated[int, typer.Argument(metavar="RUN")],
    form: Annotated[Form, typer.Option("--format")] = Form.CSV,
    out: Annotated[Path | None, typer.Option("--out", help="A file instead of stdout.")] = None,
    data: Data = DEFAULT_DATA,
) -> None:
    """The report of one run."""
    with _journal(data) as journal:
        content = reports.report(journal, id_, run, form.value)
        if out is None:
            typer.get_binary_stream("stdout").write(content)
            return
        try:
            out.write_bytes(content)
        except OSError as error:
            raise CannotDo(f"{out} cannot be written: {error.strerror or error}.") from None


@app.command()
def doctor(id_: Id, data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """Is everything in place? Exit status 1 when something is in the way."""
    from fieldledger.service.checks import server_checks

    with _journal(data) as journal:
        checks = server_checks(Folder(data)) + examination.examine(journal, id_)
        if as_json:
            _print_json(checks)
        else:
            table = _table("Checks", "", "check", "in words", "what to do")
            for check in checks:
                mark = Text(check.result, style=RESULT_COLOURS[check.result])
                table.add_row(mark, check.check, Text(check.told), Text(check.todo))
            _show(table)
        if any(check.result == examination.STOP for check in checks):
            raise typer.Exit(1)


@app.command()
def status(data: Data = DEFAULT_DATA, as_json: AsJson = False) -> None:
    """All companies at a glance."""
    with _journal(data) as journal:
        found = [views.status(journal, each) for each in office.ids(journal)]
        if as_json:
            _print_json(found)
            return
        if not found:
            typer.echo("There is no company yet: fieldledger company add NAME --customers books_to_field")
            return
        table = _table(
            "Companies", "id", "name", "connection", "last heard (UTC)", "linked", "attention", "last run"
        )
        for each in found:
            heard = each["heard_at"]
            last = each["last_run"]
            table.add_row(
                each["id"], Text(each["name"]), each["connection"],
                datetime.fromtimestamp(heard, UTC).strftime("%Y-%m-%d %H:%M") if heard else "",
                str(each["linked"]), str(each["attention"]), Text(last["told"] if last else ""),
            )  # fmt: skip
        _show(table)


@app.command()
def login(data: Data = DEFAULT_DATA) -> None:
    """A link that opens the pages once, within an hour."""
    with _journal(data) as journal:
        typer.echo(office.login_link(journal, Folder(data).address(), who="admin"))


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="Sync once, report, and stop.")] = False,
    data: Annotated[Path | None, typer.Option("--data", help="Keep the demo's state here.")] = None,
    port: Annotated[
        int, typer.Option(help="TCP port, 0 = any that is free.", min=0, max=65535)
    ] = DEFAULT_PORT,
    every: Annotated[float, typer.Option(help="Seconds between two syncs.", min=1)] = 60.0,
) -> None:
    """A sample company file, synced over real SOAP into the desk, with pages to look at."""
    from fieldledger.service.demo import run

    with _telling():
        run(data, once=once, port=port, every=every)


@app.command()
def version() -> None:
    """The version of this program."""
    typer.echo(__version__)


def main() -> None:
    """Entry point. No traceback for people unless FIELDLEDGER_DEBUG is set."""
    if os.environ.get("FIELDLEDGER_DEBUG"):
        app()
        return
    app(standalone_mode=True)
