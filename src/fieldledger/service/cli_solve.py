"""Commands by which a person decides: solve, link, ask-again, bring-back. The sync carries out what was decided."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.text import Text

from fieldledger.model.kinds import Kind
from fieldledger.office import ignoring, restoring, solving
from fieldledger.office.errors import WrongUse
from fieldledger.service.terminal import (
    LARGEST_NUMBER,
    WHO,
    AsJson,
    Data,
    Id,
    journal_of,
    print_json,
    show,
    table,
)

ALL = "all"


def solve(
    id_: Id,
    hold: Annotated[
        str, typer.Argument(metavar="HOLD", help="Its number in `fieldledger attention`, or all.")
    ],
    action: Annotated[
        str, typer.Argument(metavar="ACTION", help="link, rename, ignore, retry or make_again.")
    ],
    other: Annotated[
        str,
        typer.Option(
            "--with", metavar="RECORD", help="The record of the other side; for rename, the one to rename."
        ),
    ] = "",
    name: Annotated[str, typer.Option(metavar="NAME", help="The new name (rename).")] = "",
    side: Annotated[
        str, typer.Option(metavar="SIDE", help="Where it is renamed: books or field.  [default: field]")
    ] = "",
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Decide about something that needs attention.

    With all: link what has exactly one candidate, ignore or retry everything.
    """
    with journal_of(data) as journal:
        if hold == ALL:
            if other or name or side:
                raise WrongUse("--with, --name and --side go with one hold, not with all.")
            _told_many(solving.solve_many(journal, id_, action, who=WHO), as_json)
            return
        if not (hold.isascii() and hold.isdigit() and int(hold) <= LARGEST_NUMBER):
            raise WrongUse(f"HOLD is a number or all, not {hold!r}.")
        done = solving.solve(journal, id_, int(hold), action, other=other, name=name, side=side, who=WHO)
        _told(done, as_json)


def _told_many(done: list[dict[str, Any]], as_json: bool) -> None:
    """Exit status 1 when one of them failed."""
    failed = sum(each["result"] == "failed" for each in done)
    if as_json:
        print_json(done)
    elif not done:
        typer.echo("There is nothing for which that is a way out.")
    else:
        made = table("Decided", "hold", "name", "", "in words")
        for each in done:
            made.add_row(str(each["hold"]), Text(each["name"]), each["result"], Text(each["told"]))
        show(made)
    if failed:
        raise typer.Exit(1)


def _told(done: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(done)
    else:
        typer.echo(done["told"])


def link(
    id_: Id,
    books: Annotated[str, typer.Argument(metavar="BOOKS", help="QuickBooks' ListID.")],
    field: Annotated[str, typer.Argument(metavar="FIELD", help="The number in the field system.")],
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Say that two records are one.

    The next sync links them; `fieldledger matches` shows likely ones.
    """
    with journal_of(data) as journal:
        _told(solving.link_pair(journal, id_, books, field, WHO), as_json)


Record = Annotated[
    str, typer.Argument(metavar="RECORD", help="QuickBooks' ListID, or the number in the field system.")
]


def ask_again(id_: Id, record: Record, data: Data = None, as_json: AsJson = False) -> None:
    """Ask again about a record that was ignored.

    `fieldledger attention ID --ignored` lists them.
    """
    with journal_of(data) as journal:
        _told(ignoring.undo_ignore(journal, id_, Kind.CUSTOMER, record, WHO), as_json)


def bring_back(id_: Id, record: Record, data: Data = None, as_json: AsJson = False) -> None:
    """Bring back a record that was deleted in the field system.

    The next sync imports it again, as a new one.
    """
    with journal_of(data) as journal:
        _told(restoring.bring_back(journal, id_, Kind.CUSTOMER, record, WHO), as_json)


def add_commands(main: typer.Typer) -> None:
    main.command("solve")(solve)
    main.command("link")(link)
    main.command("ask-again")(ask_again)
    main.command("bring-back")(bring_back)
