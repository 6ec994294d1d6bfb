"""Commands that set companies up and steer them: company …, sync, approve."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

import typer
from rich.text import Text

from fieldledger.drive.webconnector import login
from fieldledger.journal import Journal
from fieldledger.office import companies as office
from fieldledger.office import jobs_preview, qwc
from fieldledger.office.errors import WrongUse
from fieldledger.policy.settings import TOGGLES, toggle
from fieldledger.service import locking
from fieldledger.service.terminal import (
    LARGEST_NUMBER,
    WHO,
    AsJson,
    Data,
    DataBefore,
    Id,
    Out,
    folder_of,
    journal_of,
    print_json,
    put,
    show,
    table,
    telling,
)

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


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


@app.callback()
def company(data: DataBefore = None) -> None:
    """Add companies and set them up."""


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What people call it.")],
    customers: Annotated[Direction, typer.Option(help="Which way customers go.")],
    primary: Annotated[Primary, typer.Option(help="Who decides in a draw (two_way only).")] = Primary.BOOKS,
    items: Annotated[OneWay | None, typer.Option(help="Which way items go.")] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Any other setting; may be repeated."),
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Add a company.

    The password (for the Web Connector) and the token (for REST) are shown this once.
    """
    with telling():
        chosen = {"customers.direction": customers.value, "primary": primary.value}
        if items is not None:
            chosen["items.direction"] = items.value
        chosen.update(_pairs(set_ or ()))
        office.check_settings(chosen)  # before a folder is made for a company that cannot be
    with journal_of(data, make=True) as journal:
        added = office.add(
            journal, name, chosen, password=login.new_password(), password_hash=login.hash_password, who=WHO
        )
        _tell_desk(data, journal, added["id"])
        if as_json:
            print_json(added)
            return
        typer.echo(f"Company {added['id']} was added.\n")
        typer.echo(f"  Web Connector user      {added['user']}")
        typer.echo(f"  Web Connector password  {added['password']}")
        typer.echo(f"  REST token              {added['token']}\n")
        typer.echo("Password and token are shown this once: write them down.")
        typer.echo(
            f"Next, the file for the Web Connector: fieldledger company qwc {added['id']} --out company.qwc"
            + (f" --data {folder_of(data).path}" if data else "")
        )


def _pairs(texts: list[str] | tuple[str, ...]) -> dict[str, str]:
    """KEY=VALUE … as a mapping; the last one of a key counts."""
    read = {}
    for text in texts:
        key, separator, value = text.partition("=")
        if not separator or not key.strip():
            raise WrongUse(f"{text!r} is not KEY=VALUE.")
        read[key.strip()] = value
    return read


@app.command("set")
def set_settings(
    id_: Id,
    pairs: Annotated[
        list[str] | None, typer.Argument(metavar="[KEY=VALUE]...", help="For example schedule=30.")
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Change settings, all of them or none.

    Without KEY=VALUE it shows every setting as it is.
    """
    with journal_of(data) as journal:
        wishes = _pairs(pairs or [])
        settings = office.set_settings(journal, id_, wishes, who=WHO)
        if wishes:
            _tell_desk(data, journal, id_)
        if as_json:
            print_json(settings)
            return
        for key, value in (wishes or settings).items():
            typer.echo(f"{key} = {settings.get(key, value)}{_why(key, settings)}")


def _why(key: str, settings: Mapping[str, str]) -> str:
    """Of a setting that the direction of customers decides, why it is as it is (spec 5)."""
    if key not in TOGGLES:
        return ""
    found = toggle(key, settings["customers.direction"], settings[key])
    return "" if found.free else f"  (always: {found.why})"


def _tell_desk(data: str | None, journal: Journal, company: str) -> None:
    """What is locked there, from now on."""
    store = folder_of(data).open_desk()
    try:
        locking.tell(journal, store, company)
    finally:
        store.close()


@app.command("password")
def password(id_: Id, data: Data = None, as_json: AsJson = False) -> None:
    """Make a new Web Connector password.

    It is shown this once, and the old one stops working.
    """
    with journal_of(data) as journal:
        made = office.new_password(
            journal, id_, password=login.new_password(), password_hash=login.hash_password, who=WHO
        )
        if as_json:
            print_json(made)
        else:
            typer.echo(f"The new password of {made['user']} is {made['password']}")


@app.command("token")
def token(id_: Id, data: Data = None, as_json: AsJson = False) -> None:
    """Make a new REST token.

    It is shown this once, and the old one stops working.
    """
    with journal_of(data) as journal:
        made = office.new_token(journal, id_, who=WHO)
        if as_json:
            print_json(made)
        else:
            typer.echo(f"The new REST token of {id_} is {made['token']}")


@app.command("preview")
def preview(id_: Id, data: Data = None, as_json: AsJson = False) -> None:
    """Show what each setting of jobs would make of this file.

    From what QuickBooks has shown, before anything is approved.
    """
    with journal_of(data) as journal:
        found = jobs_preview.preview(journal, id_)
        if as_json:
            print_json(found)
            return
        if not found["customers"] and not found["jobs"]:
            typer.echo("QuickBooks has not been read yet.")
            return
        typer.echo(
            f"QuickBooks has {found['customers']} customers and {found['jobs']} jobs that are active.\n"
        )
        made = table(
            "What would come of them",
            "",
            "jobs",
            "job_name",
            "customers",
            "locations",
            "left out",
            "shared names",
        )
        for each in found["choices"]:
            chosen = {"jobs": each["jobs"], "job_name": each["job_name"] or found["chosen"]["job_name"]}
            mark = "now" if chosen == found["chosen"] else ""
            numbers = (str(each[key]) for key in ("customers", "locations", "left_out", "shared"))
            made.add_row(mark, each["jobs"], each["job_name"], *numbers)
        show(made)
        for each in found["choices"]:
            if each["sample"]:
                name = " ".join(filter(None, (each["jobs"], each["job_name"])))
                sample = table(f"\n{name}, for example", "in QuickBooks", "becomes")
                for job in each["sample"][:EXAMPLES]:
                    sample.add_row(Text(job["full_name"]), Text(job["becomes"]))
                show(sample)
        typer.echo(f"\nTo choose: fieldledger company set {id_} jobs=... job_name=...")


EXAMPLES = 3
"""Of each setting, in a terminal; --json has up to 20."""


@app.command("qwc")
def qwc_file(
    id_: Id,
    url: Annotated[
        str,
        typer.Option(
            metavar="URL", help="Address of this server, when it is not the one it was started with."
        ),
    ] = "",
    out: Out = None,
    data: Data = None,
) -> None:
    """Print the .qwc file for the Web Connector.

    The same company always gets the same file.
    """
    with journal_of(data) as journal:
        text = qwc.text(journal, id_, url or folder_of(data).address())
        # As references, whatever a shell does to the bytes on their way into a file.
        put(text.encode("ascii", "xmlcharrefreplace"), out)


def sync(
    id_: Id,
    full: Annotated[bool, typer.Option("--full", help="Read everything again, not only changes.")] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Ask for a sync at the Web Connector's next call."""
    with journal_of(data) as journal:
        told = office.ask_sync(journal, id_, full=full, who=WHO)
        if as_json:
            print_json({"told": told})
        else:
            typer.echo(told)


def approve(
    id_: Id,
    number: Annotated[
        int | None,
        typer.Argument(metavar="PLAN", help="The plan that was looked at.", min=1, max=LARGEST_NUMBER),
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Approve the plan that waits.

    It is carried out at the Web Connector's next call.
    """
    with journal_of(data) as journal:
        done = office.approve(journal, id_, number, who=WHO)
        if as_json:
            print_json(done)
        else:
            typer.echo(f"Plan {done['plan']} is approved; the next sync carries it out.")


def add_commands(main: typer.Typer) -> None:
    """The commands that stand beside ``company``."""
    main.command("sync")(sync)
    main.command("approve")(approve)
