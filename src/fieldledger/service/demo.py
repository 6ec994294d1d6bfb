"""The demonstration: an invented company file, synced over real SOAP and HTTP into the desk by a simulated
Web Connector.

The only part of Fieldledger that knows the simulator.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import uvicorn
from rich.console import Console
from rich.table import Table
from rich.text import Text

from fieldledger.desk.customers import CustomerCreate
from fieldledger.desk.store import Store
from fieldledger.drive.webconnector.login import hash_password, new_password
from fieldledger.journal import Journal
from fieldledger.office import companies as office
from fieldledger.office import qwc, views
from fieldledger.office.errors import CannotDo
from fieldledger.service.folder import Folder
from fieldledger.service.server import configure_logging, listen, server
from quickbooks_sim.build import new_file
from quickbooks_sim.companyfile import CompanyFile
from quickbooks_sim.requestprocessor import RequestProcessor
from quickbooks_sim.sample import SAMPLE_NAME, fill_sample
from quickbooks_sim.webconnector import qwc as qwc_file
from quickbooks_sim.webconnector.session import SessionFailed, SessionResult, run_session

ALREADY_THERE = (
    {"name": "riverbend brewing", "phone": "503-555-0999", "notes": "Typed in twice, before the sync."},
    {"name": "Pioneer Day Fair", "first_name": "Ada", "notes": "In the field system only."},
)
"""Customers that the desk has before the first sync: one of them collides with a name in QuickBooks."""

console = Console(highlight=False)


def say(text: str) -> None:
    """One line for people; paths and links are never broken."""
    console.print(text, soft_wrap=True)


def run(data: Path | None, *, once: bool, port: int, every: float) -> None:
    """once: sync, report, stop, and remove what was made (unless ``data`` is given). Raises `CannotDo`."""
    folder = data or Path(tempfile.mkdtemp(prefix="fieldledger-demo-"))
    try:
        _run(Folder(folder), once=once, port=0 if once else port, every=every)
    except KeyboardInterrupt:
        say("\nStopped.")
    finally:
        if data is None:
            shutil.rmtree(folder, ignore_errors=True)


def _run(folder: Folder, *, once: bool, port: int, every: float) -> None:
    configure_logging(quiet=True)
    books = folder.path / "bluebird.qbs"
    say("[bold]1. A QuickBooks company file[/bold]")
    if not books.exists():
        with new_file(books, SAMPLE_NAME, True) as company, company.writing():
            fill_sample(company)
    say(f"   {SAMPLE_NAME}, invented, in {books}")
    with folder.only_server(), _served(folder, port) as address:
        journal = Journal.open(folder.journal)
        try:
            _story(folder, journal, books, address, once=once, every=every)
        finally:
            journal.close()


def _story(folder: Folder, journal: Journal, books: Path, address: str, *, once: bool, every: float) -> None:
    say(f"\n[bold]2. Fieldledger serves[/bold] {address}")
    company, password = _company(folder, journal)
    app = folder.path / qwc.file_name(company)
    app.write_text(qwc.text(journal, company, address), encoding="utf-8")
    say("\n[bold]3. The first sync reads, and makes a plan[/bold]")
    _sync(app, books, password)
    plan = views.plan(journal, company)
    if plan["state"] == "proposed":
        _show_plan(plan)
        office.approve(journal, company, plan["plan"], who="demo")
        say(f"   Plan {plan['plan']} is approved.")
        say("\n[bold]4. The next sync carries it out[/bold]")
        _sync(app, books, password)
    say("\n[bold]5. Once more: nothing has changed, so nothing is written[/bold]")
    _sync(app, books, password)
    _report(journal, company)
    if once:
        return
    link = office.login_link(journal, address, who="demo")
    say(f"\n[bold]Open the pages[/bold] (the link works once, within an hour):\n   {link}")
    say(
        f"\nIt syncs every {every:g} seconds. Change something in QuickBooks and watch it arrive:\n"
        f'   quickbooks-sim edit {books} \'customer "Baker Residence" set phone="503-555-0123"\'\n'
        "Ctrl-C stops.\n"
    )
    while True:
        time.sleep(every)
        _sync(app, books, password, quiet=True)
        last = views.log(journal, company, 1)[0]
        say(f"   {datetime.now().astimezone():%H:%M:%S}  run {last['run']}: {last['told']}")


@contextmanager
def _served(folder: Folder, port: int) -> Iterator[str]:
    """The server, in a thread of this process."""
    listener = listen("127.0.0.1", port)
    address = f"http://localhost:{listener.getsockname()[1]}"
    folder.remember_address(address)
    running = server(folder, address)
    thread = threading.Thread(target=running.run, args=([listener],), daemon=True)
    thread.start()
    _wait_for(running, thread)
    try:
        yield address
    finally:
        running.should_exit = True
        thread.join(timeout=15)
        listener.close()


def _wait_for(running: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + 30
    while not running.started:
        if time.monotonic() > deadline or not thread.is_alive():
            raise CannotDo("The server did not start; see the messages above.")
        time.sleep(0.02)


def _company(folder: Folder, journal: Journal) -> tuple[str, str]:
    """The demo's company, added at the first start. Its password is renewed each time, as it is stored nowhere."""
    known = office.ids(journal)
    if known:
        renewed = office.new_secret(journal, known[0], password=new_password(), password_hash=hash_password)
        return known[0], renewed["password"]
    added = office.add(
        journal, SAMPLE_NAME, {"customers.direction": "books_to_field"}, password=new_password(),
        password_hash=hash_password,
    )  # fmt: skip
    store = Store(folder.desk)
    for customer in ALREADY_THERE:
        store.create(added["id"], CustomerCreate.model_validate(customer))
    store.close()
    say(f"   Company {added['id']} was added: customers go from QuickBooks to the field system.")
    return added["id"], added["password"]


def _sync(app: Path, books: Path, password: str, quiet: bool = False) -> SessionResult:
    with CompanyFile.open(books) as company:
        steps = (lambda _: None) if quiet else (lambda text: say(f"   [dim]{text}[/dim]"))
        try:
            result = run_session(qwc_file.read(app), RequestProcessor(company), password, on_step=steps)
        except SessionFailed as error:
            raise CannotDo(f"The sync failed: {error}") from None
    if result.outcome not in ("done", "none"):
        raise CannotDo(f"The sync ended with {result.outcome}: {result.last_error}")
    if not quiet:
        say(f"   {result.closed} ({result.calls.total()} calls, {result.seconds:.1f} s)")
    return result


def _show_plan(plan: dict[str, Any]) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 3), header_style="bold")
    for column in ("what", "name", "why"):
        table.add_column(column)
    for action in sorted(plan["actions"], key=lambda each: each["verb"] == "create")[:12]:
        table.add_row(action["verb"], Text(action["name"]), Text(action["told"][:90]))
    console.print(table)
    left = len(plan["actions"]) - 12
    counts = ", ".join(f"{count} {verb}" for verb, count in plan["counts"].items())
    say(f"   … and {left} more. In all: {counts}." if left > 0 else f"   In all: {counts}.")
    say(f"   {plan['why']}")


def _report(journal: Journal, company: str) -> None:
    status = views.status(journal, company)
    say("\n[bold]What came of it[/bold]")
    say(f"   {status['in_books']} customers and jobs in QuickBooks, {status['linked']} linked to the field.")
    for rest in status["not_synced"]:
        say(f"   {rest['count']} {rest['status'].lower()}: {rest['reason'].replace('_', ' ')}")
    for hold in views.attention(journal, company):
        say(f"   [yellow]Needs attention:[/yellow] {hold['told']}")
        say(f"      {hold['todo']}")
