"""What the demonstration says in the terminal. Its numbers come from `fieldledger.office`; nothing is decided here."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from fieldledger.office.reports import change_words

VERBS = {
    "create": "green",
    "update": "green",
    "deactivate": "yellow",
    "hold": "yellow",
    "skip": "dim",
    "note": "dim",
}
CUSTOMERS, JOBS = 4, 3
"""How many plain actions are shown as examples."""

console = Console(highlight=False)


def say(text: str = "", indent: int = 4) -> None:
    """A paragraph, wrapped to the terminal. ``text`` may carry rich's markup."""
    console.print(Padding(text, (0, 0, 0, indent), expand=False) if text else "")


def paste(text: str, indent: int = 4) -> None:
    """A command or an address to be copied: never broken over two lines, never styled."""
    console.print(Text(" " * indent + text, style="cyan"), soft_wrap=True)


def heading(number: int, title: str, aside: str = "") -> None:
    console.print()
    console.print(
        Text.assemble((f" {number}  ", "bold cyan"), (title, "bold"), f"  {aside}" if aside else "")
    )


def welcome(name: str) -> None:
    console.print()
    console.print(Text("Fieldledger keeps a field-service system and QuickBooks in step.", style="bold"))
    console.print(Text(f"{name} is an invented company; everything here stays on this computer."))


def show_plan(plan: dict[str, Any]) -> None:
    """Every action that wants to be looked at, and a few examples of the plain ones."""
    actions: Sequence[dict[str, Any]] = plan["actions"]
    plain = [action for action in actions if action["verb"] == "create"]
    jobs = [action for action in plain if ":" in action["books_name"]]
    customers = [action for action in plain if action not in jobs]
    examples = customers[:CUSTOMERS] + jobs[:JOBS]
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, max_width=36)
    table.add_column()
    for action in examples:
        _row(table, action["verb"], action["books_name"], _what(action))
    if len(plain) > len(examples):
        _row(table, "create", f"… and {len(plain) - len(examples)} more", "")
    for action in actions:
        if action["verb"] != "create":
            _row(table, action["verb"], action["books_name"] or action["name"], action["told"])
    console.print(Padding(table, (0, 0, 0, 4), expand=False))
    if jobs:
        say(
            "[dim]A job becomes a customer of its own in the desk, called like the customer that it belongs to.[/dim]"
        )


def _row(table: Table, verb: str, name: str, told: str) -> None:
    table.add_row(
        Text(verb, style=VERBS.get(verb, "")), Text(name, overflow="ellipsis"), Text(told, style="dim")
    )


def _what(action: dict[str, Any]) -> str:
    """What comes with something new."""
    after = {change["field"]: change["after"] for change in action["changes"]}
    many = len(after.get("locations") or ())
    what = "job" if ":" in action["books_name"] else "customer"
    return what + (f", {many} service location{'s' if many > 1 else ''}" if many else "")


def show_run(run: dict[str, Any], at: str) -> None:
    """One line for a run, and one for each record that it touched."""
    console.print(Text(f"{at}  run {run['run']}: {run['told']}"))
    for event in run["events"]:
        if event["changes"] or event["what"] == "held":
            changes = "; ".join(change_words(change) for change in event["changes"]) or event["told"]
            line = Text.assemble(("          " + event["what"], "green"), f"  {event['name']}: {changes}")
            line.truncate(console.width, overflow="ellipsis")
            console.print(line)


def show_result(status: dict[str, Any], holds: Sequence[dict[str, Any]]) -> None:
    """The report at the end: what is in step, what is not, and why."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(justify="right", style="bold")
    table.add_column()
    table.add_row(str(status["in_books"]), "customers and jobs in QuickBooks")
    table.add_row(Text(str(status["linked"]), style="bold green"), "in step with the field-service desk")
    for rest in status["not_synced"]:
        table.add_row(str(rest["count"]), f"{rest['status'].lower()}: {rest['reason'].replace('_', ' ')}")
    console.print(Padding(table, (0, 0, 0, 4), expand=False))
    for hold in holds:
        console.print()
        say(f"[yellow]Needs a person:[/yellow] [bold]{_escaped(hold['name'])}[/bold]")
        say(_escaped(hold["told"]))
        say(f"[dim]{_escaped(hold['todo'])}[/dim]")


def farewell(link: str, edit: str, login: str, where: Path, every: float, *, kept: bool) -> None:
    """What to do next, with lines that can be pasted as they stand."""
    console.print()
    console.print(
        Text("Open the pages", style="bold"), Text("(the link works once, within an hour)", style="dim")
    )
    paste(link)
    console.print(Text("Change something in QuickBooks, and watch it arrive there", style="bold"))
    paste(edit)
    console.print(Text("Log in again, or from another browser", style="bold"))
    paste(login)
    console.print(
        Text("Where it all is", style="bold"), Text("" if kept else "(removed at the end)", style="dim")
    )
    paste(str(where))
    console.print()
    again = "Press Enter to sync now. " if can_listen() else ""
    console.print(Text(f"It syncs every {every:g} seconds. {again}Ctrl-C stops it."))
    console.print()


def can_listen() -> bool:
    """Whether a key press on a terminal can be waited for."""
    return sys.platform != "win32" and sys.stdin is not None and sys.stdin.isatty()


def command(name: str, *arguments: str) -> str:
    """A command line that works where the user stands: by its bare name when that finds this very program."""
    beside = Path(sys.executable).with_name(name + (".exe" if sys.platform == "win32" else ""))
    found = shutil.which(name)
    program = name
    if beside.exists() and not (found and os.path.samefile(found, beside)):
        here = Path.cwd()
        program = str(beside.relative_to(here)) if beside.is_relative_to(here) else str(beside)
    if sys.platform == "win32":
        return subprocess.list2cmdline([program, *arguments])
    return shlex.join([program, *arguments])


def shown_path(path: Path) -> str:
    """Relative where it lies below, absolute elsewhere."""
    absolute, here = path.resolve(), Path.cwd()
    return str(absolute.relative_to(here)) if absolute.is_relative_to(here) else str(absolute)


def _escaped(text: str) -> str:
    return text.replace("[", r"\[")
