"""``quickbooks-sim connect``: the Web Connector on the command line."""

from __future__ import annotations

import contextlib
import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from quickbooks_sim.companyfile import CompanyFile, CompanyFileError
from quickbooks_sim.requestprocessor import RequestProcessor
from quickbooks_sim.webconnector import faults as fault_table
from quickbooks_sim.webconnector.faults import Died, Faults
from quickbooks_sim.webconnector.log import Level, Log
from quickbooks_sim.webconnector.qwc import BadQwc, Qwc, read
from quickbooks_sim.webconnector.session import SessionFailed, SessionResult, run_session

ENDED, FAILED, WRONG_USE, DIED = 0, 1, 2, 3
FAULT_HELP = "; ".join(f"{form}: {text}" for form, text in fault_table.HELP.items()) + (
    "; N may be w1, w2 …: the first, second … request that writes"
)


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
    times: Annotated[
        int | None,
        typer.Option(help="Run so many sessions; without --every the first that fails is the last.", min=1),
    ] = None,
    noop: Annotated[
        float, typer.Option("--noop-seconds", "--noop", help="Seconds to wait on NoOp.", min=0)
    ] = 5.0,
    fault: Annotated[
        list[str] | None, typer.Option("--fault", metavar="NAME[=N]", help=f"A fault on demand. {FAULT_HELP}")
    ] = None,
    faults_seed: Annotated[
        int | None, typer.Option(help="Choose a fault at random for each session, by this seed.")
    ] = None,
    fault_rate: Annotated[float, typer.Option(help="How likely a random fault is.", min=0, max=1)] = 0.5,
    log: Annotated[Path | None, typer.Option(help="Write a log like QWCLog.txt here.")] = None,
    level: Annotated[Level, typer.Option(help="How much the log says.")] = Level.DEBUG,
    as_json: Annotated[bool, typer.Option("--json", help="Print each session's result as JSON.")] = False,
    quiet: Annotated[bool, typer.Option(help="Print nothing while it runs.")] = False,
) -> None:
    """Connect a company file to a server, as the QuickBooks Web Connector does.

    The first session adds the application: its FileID is written into the company file, and that this was done is
    remembered beside the .qwc file (APP.qwc.added).

    Exit status: 0 the session ended (also with nothing to do), 1 it failed, 2 wrong use, 3 a fault killed it. A --fault
    that struck in no session is named on stderr and changes nothing else.
    """
    try:
        app = read(qwc)
        chosen = fault_table.parse(fault or [])
        opened = CompanyFile.open(company)
    except (BadQwc, CompanyFileError, ValueError) as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(WRONG_USE) from None
    count, status = 0, ENDED
    with opened as file, contextlib.suppress(KeyboardInterrupt):
        while times is None or count < times:
            if faults_seed is not None:
                chosen = fault_table.at_random(faults_seed + count, fault_rate)
            status = _once(app, file, password, chosen, Log(log, level), noop, as_json, quiet or as_json)
            count += 1
            if status == DIED or (not every and (times is None or status != ENDED)):
                break
            if every and count != times:
                time.sleep(every)
    missed = chosen.never_came() if faults_seed is None else []
    if missed:
        typer.echo(f"note: never came: {', '.join(missed)} (no session had such a request)", err=True)
    raise typer.Exit(status)


def _once(
    app: Qwc,
    file: CompanyFile,
    password: str,
    faults: Faults,
    log: Log,
    noop: float,
    as_json: bool,
    quiet: bool,
) -> int:
    """One session; says how it ended. Returns the exit status."""
    report = (lambda _: None) if quiet else typer.echo
    try:
        result = run_session(
            app, RequestProcessor(file), password, faults=faults, log=log, on_step=report, noop_seconds=noop
        )
    except Died as error:
        typer.echo(f"died {error}", err=True)
        return DIED
    except SessionFailed as error:
        typer.echo(f"error: {error}", err=True)
        return FAILED
    except OSError as error:
        typer.echo(f"error: {error.filename} cannot be written: {error.strerror or error}", err=True)
        return WRONG_USE
    if as_json:
        typer.echo(json.dumps(_as_json(result)))
    if result.outcome == "busy":
        typer.echo("error: the server is busy with another session of this company", err=True)
    elif result.outcome in ("error", "nvu"):
        typer.echo(f"error: {result.last_error}", err=True)
    elif not quiet:
        typer.echo(f"{result.outcome}: {result.last_error or result.closed}")
    return FAILED if result.outcome in ("error", "nvu", "busy") else ENDED


def _as_json(result: SessionResult) -> dict[str, Any]:
    return {**asdict(result), "calls": dict(result.calls), "seconds": round(result.seconds, 3)}
