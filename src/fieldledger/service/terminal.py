"""What all commands share: their options, how trouble is told, how things are printed.

Nobody is shown a traceback. Expected trouble ends with a sentence on stderr and exit status 1, wrong use with 2.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import msgspec
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy.exc import DBAPIError

from fieldledger.journal import Journal
from fieldledger.office.errors import CannotDo, WrongUse
from fieldledger.service.folder import Folder, storage_trouble
from fieldledger.service.logs import DEBUG

DEFAULT_DATA = "fieldledger-data"
LARGEST_NUMBER = 2**53
WHO = "command line"
"""In the history, whoever types."""
WIDE = 220
"""Columns of a table that goes into a file or a pipe: wide enough that lines stay whole for grep."""


def _chosen_data(context: typer.Context, value: str | None) -> str | None:
    """``--data`` may stand before the command or after it; what stands nearest to the command counts."""
    given, above = value, context.parent
    while given is None and above is not None:
        given, above = above.params.get("data"), above.parent
    if given == "":
        raise typer.BadParameter("name a folder.")
    return given


def _data_of_command(context: typer.Context, value: str | None) -> str:
    return _chosen_data(context, value) or os.environ.get("FIELDLEDGER_DATA") or DEFAULT_DATA


_DATA_HELP = f"The folder of all state. [env: FIELDLEDGER_DATA; default: {DEFAULT_DATA}]"
DataBefore: TypeAlias = Annotated[
    str | None, typer.Option("--data", metavar="DIR", help=_DATA_HELP, callback=_chosen_data)
]
Data: TypeAlias = Annotated[
    str | None, typer.Option("--data", metavar="DIR", help=_DATA_HELP, callback=_data_of_command)
]
DemoData: TypeAlias = Annotated[
    str | None,
    typer.Option("--data", metavar="DIR", help="Keep the demo's state here.", callback=_chosen_data),
]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Id: TypeAlias = Annotated[str, typer.Argument(metavar="ID", help="The company's id, e.g. c1.")]
Out: TypeAlias = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Write to this file instead of stdout.")
]


def folder_of(data: str | None) -> Folder:
    """The folder that was chosen; the option's callback has filled it in."""
    assert data is not None
    return Folder(Path(data))


@contextmanager
def telling() -> Iterator[None]:
    """Expected trouble ends the command with a sentence on stderr."""
    try:
        yield
    except WrongUse as error:
        raise complaint(str(error), 2) from None
    except CannotDo as error:
        raise complaint(str(error), 1) from None


def complaint(sentence: str, status: int) -> typer.Exit:
    """Say it on stderr; raise what it returns."""
    typer.echo(sentence, err=True)
    return typer.Exit(status)


@contextmanager
def journal_of(data: str | None, *, make: bool = False) -> Iterator[Journal]:
    """The journal of a data folder. make: create the folder where it is absent."""
    with telling():
        folder = folder_of(data)
        folder = folder.make() if make else folder.exists()
        journal = folder.open_journal()
        try:
            yield journal
        except DBAPIError as error:
            if os.environ.get(DEBUG):
                raise
            raise CannotDo(storage_trouble(folder.journal_file, error)) from None
        finally:
            journal.close()


# ---- printing ----------------------------------------------------------------------------------------------------


def prepare_streams() -> None:
    """A terminal or a pipe that cannot show a character gets a question mark instead; nothing breaks over it."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def print_json(value: Any) -> None:
    """Whole on every terminal: characters that it cannot show are written as \\u escapes."""
    encoding = (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "")
    typer.echo(json.dumps(msgspec.to_builtins(value), indent=2, ensure_ascii=encoding != "utf8"))


def put(content: bytes, out: Path | None) -> None:
    """Bytes to a file or to stdout. Raises `CannotDo`."""
    if out is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        out.write_bytes(content)
    except OSError as error:
        raise CannotDo(f"{out} cannot be written: {error.strerror or error}.") from None
    typer.echo(f"Written to {out}.")


def console() -> Console:
    """As wide as the terminal; into files and pipes, wide enough for everything."""
    return Console(highlight=False) if sys.stdout.isatty() else Console(highlight=False, width=WIDE)


def table(title: str, *columns: str) -> Table:
    made = Table(title=Text(title), title_justify="left", box=None, pad_edge=False, header_style="bold")
    for column in columns:
        made.add_column(column, overflow="fold")
    return made


def show(made: Table) -> None:
    console().print(made)


def when(iso: str | None) -> str:
    """2026-11-24 16:05, from the journal's stamps."""
    return iso[:16].replace("T", " ") if iso else ""
