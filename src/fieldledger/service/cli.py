"""Keeps a field-service system and QuickBooks in step.

Exit status: 0 = done, 1 = it failed (the reason is on stderr), 2 = wrong use.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from fieldledger import __version__
from fieldledger.office import companies as office
from fieldledger.service import cli_company, cli_show, cli_solve
from fieldledger.service.folder import DEFAULT_PORT
from fieldledger.service.logs import DEBUG, where
from fieldledger.service.terminal import (
    Data,
    DataBefore,
    DemoData,
    complaint,
    folder_of,
    journal_of,
    prepare_streams,
    telling,
)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help=__doc__,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def everything(data: DataBefore = None) -> None:
    """See the module's docstring, which is the help text."""


@app.command()
def serve(
    data: Data = None,
    port: Annotated[
        int, typer.Option(help="TCP port; 0 = any that is free.", min=0, max=65535)
    ] = DEFAULT_PORT,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    public_url: Annotated[
        str,
        typer.Option(
            metavar="URL", help="How the Web Connector reaches this server, e.g. https://sync.example.com."
        ),
    ] = "",
) -> None:
    """Run the server.

    On one port: the Web Connector's address (/qbwc), REST (/api/v1), pages, /healthz and /metrics.
    """
    from fieldledger.service.server import run

    with telling():
        run(folder_of(data), host=host, port=port, public_url=public_url)


@app.command()
def login(data: Data = None) -> None:
    """Print a link to the pages.

    It opens them once, within an hour, and the browser stays logged in for two weeks.
    """
    from fieldledger.service.checks import server_checks

    with journal_of(data) as journal:
        folder = folder_of(data)
        typer.echo(office.login_link(journal, folder.address(), who="admin"))
        server = server_checks(folder)[0]
        if server.result != "pass":
            typer.echo(f"{server.told} {server.todo}", err=True)


app.add_typer(cli_company.app, name="company")
cli_company.add_commands(app)
cli_show.add_commands(app)
cli_solve.add_commands(app)


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="Sync once, report, and stop.")] = False,
    data: DemoData = None,
    port: Annotated[
        int | None,
        typer.Option(
            help=f"TCP port; 0 = any that is free.  [default: {DEFAULT_PORT}, else any]", min=0, max=65535
        ),
    ] = None,
    every: Annotated[float, typer.Option(help="Seconds between two syncs.", min=1, max=86_400)] = 60.0,
) -> None:
    """Show it all with an invented company.

    A sample QuickBooks file is synced over real SOAP and HTTP into the field-service desk, with pages to look at.
    """
    from fieldledger.service.demo import run

    with telling():
        run(Path(data) if data else None, once=once, port=port, every=every)


@app.command()
def version() -> None:
    """Print the version of this program."""
    typer.echo(__version__)


def main() -> None:
    """Entry point. Nobody is shown a traceback, unless FIELDLEDGER_DEBUG is set."""
    prepare_streams()
    try:
        _understood(sys.argv[1:])
        app(prog_name="fieldledger")
    except BrokenPipeError:
        _hush()
        sys.exit(1)
    except OSError as error:
        if os.environ.get(DEBUG):
            raise
        complaint(f"It failed: {error.strerror or error}.", 1)
        _hush()
        sys.exit(1)
    except Exception as error:
        if os.environ.get(DEBUG):
            raise
        told = (
            f"This is a fault in Fieldledger, not in what you did: {where(error)}. Please report this line."
        )
        complaint(told, 1)
        sys.exit(1)


def _understood(arguments: list[str]) -> None:
    for argument in arguments:
        try:
            argument.encode()
        except UnicodeEncodeError:
            complaint(f"The argument {argument!r} is not text that can be read as UTF-8.", 2)
            sys.exit(2)


def _hush() -> None:
    """Whoever read us is gone: what is left in the buffer must not make a noise at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
