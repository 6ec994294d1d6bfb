"""The demonstration: an invented company file, synced over real SOAP and HTTP into the desk by a simulated
Web Connector.

The only part of Fieldledger that knows the simulator. It never touches a data folder that is not its own.
"""

from __future__ import annotations

import contextlib
import select
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import uvicorn

from fieldledger.desk.customers import CustomerCreate
from fieldledger.drive.webconnector.login import hash_password, new_password
from fieldledger.journal import Journal
from fieldledger.office import companies as office
from fieldledger.office import qwc, views
from fieldledger.office.errors import CannotDo
from fieldledger.service import demo_words as words
from fieldledger.service import logs
from fieldledger.service.demo_words import say
from fieldledger.service.folder import DEFAULT_PORT, Folder
from fieldledger.service.reach import listen, reach
from fieldledger.service.server import server
from quickbooks_sim.build import new_file
from quickbooks_sim.companyfile import CompanyFile, CompanyFileError
from quickbooks_sim.requestprocessor import RequestProcessor
from quickbooks_sim.sample import SAMPLE_NAME, fill_sample
from quickbooks_sim.webconnector import qwc as qwc_file
from quickbooks_sim.webconnector.session import SessionFailed, SessionResult, run_session

HOST = "127.0.0.1"
WHO = "demo"
ALREADY_THERE = (
    {"name": "riverbend brewing", "phone": "503-555-0999", "notes": "Typed in twice, before the sync."},
    {"name": "Pioneer Day Fair", "first_name": "Ada", "notes": "In the field system only."},
)
"""Customers that the desk has before the first sync: one of them collides with a name in QuickBooks."""
EDIT = 'customer "Baker Residence" set phone="503-555-0123"'


def run(data: Path | None, *, once: bool, port: int | None, every: float) -> None:
    """once: sync, report, stop. data: where to keep it all; None = in a folder that is removed at the end.
    port: None = the usual one, or any when that is taken. every: seconds. Raises `CannotDo`."""
    for stop in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, stop):
            signal.signal(getattr(signal, stop), signal.default_int_handler)
    folder = Folder(data or Path(tempfile.mkdtemp(prefix="fieldledger-demo-"))).make()
    try:
        _run(folder, kept=data is not None, once=once, port=port, every=every)
    except KeyboardInterrupt:
        say()
        again = words.command("fieldledger", "demo", "--data", words.shown_path(folder.path))
        say(f"Stopped. To go on: {again}" if data else "Stopped, and everything of it is removed.", indent=0)
    finally:
        if data is None:
            shutil.rmtree(folder.path, ignore_errors=True)


def _run(folder: Folder, *, kept: bool, once: bool, port: int | None, every: float) -> None:
    logs.configure(quiet=True)
    books = folder.path / "bluebird.qbs"
    if folder.journal_file.exists() and not books.exists():
        raise CannotDo(
            f"{folder.path} is the data folder of a real Fieldledger; the demo wants one of its own."
        )
    words.welcome(SAMPLE_NAME)
    with folder.only_server():
        words.heading(1, "A QuickBooks company file", "in a simulated QuickBooks Desktop")
        _make_books(books)
        words.paste(words.shown_path(books))
        with (
            contextlib.closing(_listener(port, once)) as listener,
            _served(folder, listener) as address,
            contextlib.closing(folder.open_journal()) as journal,
        ):
            _story(folder, journal, books, address, kept=kept, once=once, every=every)


def _make_books(books: Path) -> None:
    """The sample company, whole or not at all."""
    if books.exists():
        return
    fresh = books.with_name(books.name + ".new")
    for suffix in ("", "-wal", "-shm"):
        fresh.with_name(fresh.name + suffix).unlink(missing_ok=True)
    with new_file(fresh, SAMPLE_NAME, True) as company, company.writing():
        fill_sample(company)
    fresh.replace(books)


def _listener(port: int | None, once: bool) -> socket.socket:
    if port is not None or once:
        return listen(HOST, port or 0)
    try:
        return listen(HOST, DEFAULT_PORT)
    except CannotDo:
        say(f"[dim]Port {DEFAULT_PORT} is taken, so another one is used.[/dim]")
        return listen(HOST, 0)


@contextmanager
def _served(folder: Folder, listener: socket.socket) -> Iterator[str]:
    """The server, in a thread of this process."""
    reached = reach(HOST, listener.getsockname()[1])
    running = server(folder, reached)
    folder.remember_address(reached.address)
    thread = threading.Thread(target=running.run, args=([listener],), daemon=True)
    thread.start()
    _wait_for(running, thread)
    try:
        yield reached.address
    finally:
        running.should_exit = True
        thread.join(timeout=15)


def _wait_for(running: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + 30
    while not running.started:
        if time.monotonic() > deadline or not thread.is_alive():
            raise CannotDo("The server did not start; see the messages above.")
        time.sleep(0.02)


def _story(
    folder: Folder, journal: Journal, books: Path, address: str, *, kept: bool, once: bool, every: float
) -> None:
    words.heading(2, "Fieldledger and its field-service desk", address)
    company, password = _company(folder, journal)
    app = folder.path / qwc.file_name(company)
    app.write_text(qwc.text(journal, company, address), encoding="utf-8")
    words.heading(3, "The Web Connector calls, and QuickBooks is read", "nothing is written yet")
    _sync(app, books, password)
    plan = views.plan(journal, company)
    if plan["state"] == "proposed":
        say(
            f"Plan {plan['plan']}: "
            + ", ".join(f"{many} to {verb}" for verb, many in plan["counts"].items())
            + "."
        )
        words.show_plan(plan)
        office.approve(journal, company, plan["plan"], who=WHO)
        say(f"A person looks at it and approves. [green]Plan {plan['plan']} is approved.[/green]")
        words.heading(4, "It calls again, and the plan is carried out")
        _sync(app, books, password)
    words.heading(5, "And once more", "nothing has changed, so nothing is written")
    _sync(app, books, password)
    words.heading(6, "What came of it")
    words.show_result(views.status(journal, company), views.attention(journal, company))
    if once:
        say()
        return
    words.farewell(
        office.login_link(journal, address, who=WHO),
        words.command("quickbooks-sim", "edit", words.shown_path(books), EDIT),
        words.command("fieldledger", "login", "--data", words.shown_path(folder.path)),
        folder.path, every, kept=kept,
    )  # fmt: skip
    _stay(journal, company, app, books, password, every)


def _company(folder: Folder, journal: Journal) -> tuple[str, str]:
    """The demo's company, added at the first start. Its password is renewed each time, as it is stored nowhere."""
    known = office.ids(journal)
    if known:
        say(f"Company {known[0]} is there from before.")
        renewed = office.new_password(
            journal, known[0], password=new_password(), password_hash=hash_password, who=WHO
        )
        return known[0], renewed["password"]
    added = office.add(
        journal, SAMPLE_NAME, {"customers.direction": "books_to_field", "schedule": "1"}, password=new_password(),
        password_hash=hash_password, who=WHO,
    )  # fmt: skip
    with contextlib.closing(folder.open_desk()) as store:
        for customer in ALREADY_THERE:
            store.create(added["id"], CustomerCreate.model_validate(customer))
    say(f"Company {added['id']} is added: customers and jobs go from QuickBooks to the desk.")
    say("The desk has two customers already, and QuickBooks knows one of them too.")
    return added["id"], added["password"]


def _sync(app: Path, books: Path, password: str, quiet: bool = False) -> SessionResult:
    """One session of the Web Connector. Raises `CannotDo` when it failed."""
    steps: list[str] = []
    try:
        with CompanyFile.open(books) as company:
            result = run_session(
                qwc_file.read(app), RequestProcessor(company), password, on_step=steps.append
            )
    except (SessionFailed, CompanyFileError, qwc_file.BadQwc) as error:
        raise CannotDo(f"The sync failed: {error}") from None
    if result.outcome not in ("done", "none"):
        raise CannotDo(f"The sync ended with {result.outcome}: {result.last_error}")
    if not quiet:
        say(f"[dim]{' · '.join(' '.join(step.split()) for step in steps)}[/dim]")
        say(f"{result.closed} [dim]({result.calls.total()} calls, {result.seconds:.1f} s)[/dim]")
    return result


def _stay(journal: Journal, company: str, app: Path, books: Path, password: str, every: float) -> None:
    """Sync until Ctrl-C. What goes wrong once does not end it."""
    while True:
        _wait(every)
        at = f"{datetime.now().astimezone():%H:%M:%S}"
        try:
            result = _sync(app, books, password, quiet=True)
        except CannotDo as error:
            words.paste(f"{at}  {error}", indent=0)
            continue
        if result.outcome == "done":
            words.show_run(views.run(journal, company, views.log(journal, company, 1)[0]["run"]), at)
        else:
            words.paste(f"{at}  nothing to do: paused, or quiet hours", indent=0)


def _wait(seconds: float) -> None:
    """Until the time is over or somebody presses Enter."""
    if not words.can_listen():
        time.sleep(seconds)
    elif select.select([sys.stdin], [], [], seconds)[0] and not sys.stdin.readline():
        time.sleep(seconds)  # the terminal's input was closed
