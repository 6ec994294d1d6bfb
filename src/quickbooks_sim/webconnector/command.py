"""``quickbooks-sim connect``: the Web Connector on the command line."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated

import typer

from quickbooks_sim.companyfile import CompanyFile, CompanyFileError
from quickbooks_sim.requestprocessor import RequestProcessor
from quickbooks_sim.webconnector import faults as fault_table
from quickbooks_sim.webconnector.faults import Died, Faults
from quickbooks_sim.webconnector.log import Level, Log
from quickbooks_sim.webconnector.qwc import BadQwc, Qwc, read
from quickbooks_sim.webconnector.session import SessionFailed, SessionResult, run_session

DIED = 3
FAULT_HELP = "; ".join(f"{form}: {text}" for form, text in fault_table.HELP.items())


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("connect")(connect)


def connect(
    qwc: Annotated[Path, typer.Argument(metavar="APP.qwc")],
    company: Annotated[Path, typer.Option("--company", metavar="FILE", help="The simulator's company file.")],
    password: Annotated[
        str, typer.Option("--password", envvar="QBWC_PASSWORD", help="What the user would type.")
    ],
    every: Annotated[float, typer.Option(help="Run again every so many seconds, until Ctrl-C.", min=0)] = 0,
    times: Annotated[int, typer.Option(help="Run so many sessions.", min=1)] = 1,
    noop: Annotated[float, typer.Option(help="Seconds to wait on NoOp.", min=0)] = 5.0,
    fault: Annotated[
        list[str] | None, typer.Option("--fault", metavar="NAME[=N]", help=f"A fault on demand. {FAULT_HELP}")
    ] = None,
    faults_seed: Annotated[int | None, typer.Option(help="Choose a fault at random, by this seed.")] = None,
    fault_rate: Annotated[float, typer.Option(help="How likely a random fault is.", min=0, max=1)] = 0.5,
    log: Annotated[Path | None, typer.Option(help="Write a log like QWCLog.txt here.")] = None,
    level: Annotated[Level, typer.Option(help="How much the log says.")] = Level.DEBUG,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    quiet: Annotated[bool, typer.Option(help="Print nothing while it runs.")] = False,
) -> None:
    """Connect a company file to a server, as the QuickBooks Web Connector does.

    Exit status: 0 the session ended (also with nothing to do), 1 it failed, 2 wrong use, 3 a fault killed it.
    """
    try:
        app = read(qwc)
        chosen = _faults(fault or [], faults_seed, fault_rate)
        opened = CompanyFile.open(company)
    except (BadQwc, CompanyFileError, ValueError) as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(2) from None
    with opened as file:
        count = 0
        while True:
            result = _once(app, file, password, chosen, Log(log, level), noop, quiet or as_json)
            if as_json:
                typer.echo(json.dumps(_as_json(result)))
            count += 1
            if not every and count >= times:
                break
            time.sleep(every)
    if result.outcome in ("error", "nvu", "busy"):
        raise typer.Exit(1)


def _once(
    app: Qwc, file: CompanyFile, password: str, faults: Faults, log: Log, noop: float, quiet: bool
) -> SessionResult:
    report = (lambda _: None) if quiet else typer.echo
    try:
        result = run_session(
            app, RequestProcessor(file), password, faults=faults, log=log, on_step=report, noop_seconds=noop
        )
    except Died as error:
        typer.echo(f"died {error}", err=True)
        raise typer.Exit(DIED) from None
    except SessionFailed as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from None
    if result.outcome in ("error", "nvu"):
        typer.echo(f"error: {result.last_error}", err=True)
    elif result.outcome == "busy":
        typer.echo("error: the server is busy with another session of this company", err=True)
    elif not quiet:
        typer.echo(f"{result.outcome}: {result.closed or result.last_error}")
    return result


def _faults(texts: list[str], seed: int | None, rate: float) -> Faults:
    if seed is not None:
        return fault_table.at_random(seed, rate)
    return fault_table.parse(texts)


def _as_json(result: SessionResult) -> dict[str, object]:
    return {
        "outcome": result.outcome, "last_error": result.last_error, "closed": result.closed,
        "percents": result.percents, "calls": dict(result.calls), "bytes_sent": result.bytes_sent,
        "bytes_received": result.bytes_received, "seconds": round(result.seconds, 3),
    }  # fmt: skip
