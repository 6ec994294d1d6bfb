"""The command line `quickbooks-sim`: make, edit, show and question a company file.

Exit status: 0 done, 1 refused (by QuickBooks' rules), 2 wrong use or a file that cannot be used.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from quickbooks_sim.build import Loaded, add_tax_codes, load, new_file
from quickbooks_sim.companyfile import CompanyFile, CompanyFileError
from quickbooks_sim.edit import EditError, apply_script
from quickbooks_sim.errors import QuickBooksError
from quickbooks_sim.requestprocessor import RequestProcessor
from quickbooks_sim.show import as_text, describe
from quickbooks_sim.tables.editing import HELP

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="A QuickBooks Desktop to test against. FILE is a company file of the simulator.",
)
File = Annotated[Path, typer.Argument(metavar="FILE", help="the company file")]


def fail(message: str, status: int = 2) -> typer.Exit:
    """Says what is wrong on stderr; raise what it returns."""
    typer.echo(f"error: {message}", err=True)
    return typer.Exit(status)


@app.command()
def process(
    file: File,
    application: Annotated[
        str, typer.Option(help="name of the application (stored message sets belong to it)")
    ] = "quickbooks-sim process",
) -> None:
    """Execute one qbXML message set from stdin and write the answer to stdout.

    If QuickBooks would refuse the set, the HRESULT and its text go to stderr and the exit status is 1.
    """
    try:
        text = _stdin()
        with CompanyFile.open(file) as company:
            processor = RequestProcessor(company)
            processor.open_connection("", application)
            ticket = processor.begin_session("")
            answer = processor.process_request(ticket, text)
            processor.end_session(ticket)
            processor.close_connection()
    except CompanyFileError as error:
        raise fail(str(error)) from error
    except QuickBooksError as error:
        typer.echo(f"{error.hresult} {error.message}", err=True)
        if error.detail:
            typer.echo(f"({error.detail})", err=True)
        raise typer.Exit(1) from error
    typer.echo(answer, nl=False)


@app.command()
def new(
    file: File,
    sample: Annotated[bool, typer.Option("--sample", help="fill it with the sample company")] = False,
    response: Annotated[
        list[Path] | None,
        typer.Option("--load", metavar="RESPONSE.xml", help="load a real qbXML response (may be repeated)"),
    ] = None,
    generate: Annotated[
        int, typer.Option(min=0, max=1_000_000, help="add N invented customers and jobs")
    ] = 0,
    name: Annotated[str, typer.Option(help="name of the company")] = "",
) -> None:
    """Make a company file: empty, with a sample company, or with the records of real responses."""
    from quickbooks_sim.generate import generate_customers
    from quickbooks_sim.sample import SAMPLE_NAME, fill_sample

    if sample and response:
        raise fail("--sample and --load exclude each other: a loaded company keeps the ids of the real one")
    title = name or (SAMPLE_NAME if sample else file.stem.replace("_", " ").title() or "Company")
    loaded = Loaded()
    try:
        missing = [str(path) for path in response or [] if not path.is_file()]
        if missing:
            raise CompanyFileError(f"{missing[0]} is not there")
        company = new_file(file, title, sample)
    except CompanyFileError as error:
        raise fail(str(error)) from error
    try:
        with company, company.writing():
            if response:
                loaded = load(company, response)
            elif sample:
                fill_sample(company)
            else:
                add_tax_codes(company)
            generate_customers(company, generate)
    except (CompanyFileError, ValueError) as error:
        _discard(file)
        raise fail(str(error)) from error
    typer.echo(f"made {file}")
    for what, counter in (
        ("loaded", loaded.kept),
        ("made up", loaded.made_up),
        ("not kept", loaded.left_out),
    ):
        if counter:
            typer.echo(f"{what}: " + ", ".join(f"{n} {kind}" for kind, n in sorted(counter.items())))
    if response and not loaded.kept:
        typer.echo("loaded: nothing, as these responses hold no record that the simulator keeps")


@app.command(epilog=HELP)
def edit(
    file: File,
    script: Annotated[str, typer.Argument(metavar="SCRIPT", help="a file name, - for stdin, or commands")],
) -> None:
    """Change the company as a person in QuickBooks would: all commands of the script, or none of them."""
    try:
        text = _script(script)
        with CompanyFile.open(file) as company:
            number = apply_script(company, text)
    except CompanyFileError as error:
        raise fail(str(error)) from error
    except EditError as error:
        raise fail(str(error), 1 if error.refused else 2) from error
    typer.echo(f"{number} command{'s' if number > 1 else ''} applied to {file}")


def _stdin() -> str:
    """What is piped in; the mark that Windows programs put before UTF-8 is no part of it."""
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CompanyFileError(f"stdin is not UTF-8 text: {error}") from error


def _script(script: str) -> str:
    if script == "-":
        return _stdin()
    if any(blank in script for blank in " \n\t") and not Path(script).is_file():
        return script
    try:
        return Path(script).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CompanyFileError(f"script {script} cannot be read: {error}") from error


@app.command()
def show(
    file: File,
    as_json: Annotated[bool, typer.Option("--json", help="as JSON, for programs")] = False,
) -> None:
    """Show what is in the company file: lists, balances, switches, what was made up."""
    try:
        with CompanyFile.open(file) as company, company.reading():
            state = describe(company)
    except CompanyFileError as error:
        raise fail(str(error)) from error
    typer.echo(json.dumps(state, indent=2, ensure_ascii=False) if as_json else as_text(state))


def _discard(file: Path) -> None:
    """Removes a file that could not be filled, so that the command may be repeated."""
    for suffix in ("", "-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)


def main() -> None:
    """Entry point of `quickbooks-sim`."""
    # Loaded late: it brings an HTTP client that the other commands do not need.
    if importlib.util.find_spec("quickbooks_sim.webconnector") is not None:
        importlib.import_module("quickbooks_sim.webconnector.command").register(app)
    app()
