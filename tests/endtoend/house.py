"""A whole installation over real processes: `fieldledger serve`, the command line, `quickbooks-sim`, HTTP between them.

A `Gate` stands between the Web Connector and the server, so that a test can look at what goes through, and can kill the
server at a chosen call: before it hears of it, while it works on it, or when it has answered and nobody has heard.
"""

from __future__ import annotations

import contextlib
import http.client
import http.server
import json
import os
import shutil
import signal
import socket
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Self

import httpx2

from tests.endtoend.programs import Process, run

QUIET = "In step: nothing had changed."
SETTINGS = ("takeover_after=1", "takeover_after_request=1")
"""A session that fell silent is given up after a second, so that tests need not wait two minutes."""


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@dataclass
class Company:
    """A company of the house, with its QuickBooks file. secrets as they were shown once."""

    id: str
    user: str
    password: str
    token: str
    books: Path
    app: Path


@dataclass
class House:
    """One data folder and its server."""

    folder: Path
    port: int = field(default_factory=free_port)
    server: Process | None = None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def stderr(self) -> Path:
        return self.folder / "server.log"

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.server is not None:
            self.kill()

    # ---- the server ----------------------------------------------------------------------------------------------

    def start(self, *, warm: bool = True) -> None:
        """Returns once it listens; what is asked before it is ready waits."""
        out = self.folder / "server.out"
        out.unlink(missing_ok=True)
        self.server = Process(
            "fieldledger",
            ("serve", "--data", str(self.data), "--port", str(self.port)),
            out,
            self.stderr,
            warm=warm,
        )
        deadline = time.monotonic() + 30
        while not (out.exists() and self.address in out.read_text(encoding="utf-8")):
            assert self.server.running(), self.stderr.read_text(encoding="utf-8")
            assert time.monotonic() < deadline, "the server does not start"
            time.sleep(0.01)

    def kill(self) -> None:
        """kill -9: the process is gone, its files are as they are."""
        server, self.server = self.server, None
        assert server is not None
        server.kill()

    def stop(self, number: int = signal.SIGTERM) -> int:
        """As a service manager stops it, or Ctrl-C. Returns the exit status."""
        server, self.server = self.server, None
        assert server is not None
        server.signal(number)
        return server.wait(20)

    def memory(self) -> int:
        """Bytes of the server that are resident."""
        assert self.server is not None
        pages = int(Path(f"/proc/{self.server.pid}/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    # ---- people --------------------------------------------------------------------------------------------------

    def cli(self, *arguments: str | Path, status: int | tuple[int, ...] = 0) -> str:
        """A command of fieldledger over this data folder; returns its stdout."""
        return run("fieldledger", *arguments, "--data", self.data, status=status).stdout

    def json(self, *arguments: str | Path) -> Any:
        return json.loads(self.cli(*arguments, "--json"))

    def add(self, name: str, books: Path, *settings: str, url: str = "") -> Company:
        """A company for a QuickBooks file, with its .qwc. url: where the Web Connector is to call."""
        chosen = [part for setting in (*SETTINGS, *settings) for part in ("--set", setting)]
        shown = self.json("company", "add", name, "--customers", "books_to_field", *chosen)
        app = self.folder / f"{shown['id']}.qwc"
        self.cli("company", "qwc", shown["id"], "--out", app, "--url", url or self.address)
        return Company(**shown, books=books, app=app)

    def rest(self, company: Company, path: str, method: str = "GET", **more: Any) -> Any:
        """A REST call with the company's token; the answer must be good."""
        answer = httpx2.request(
            method, f"{self.address}/api/v1/companies/{company.id}/{path}",
            headers={"Authorization": f"Bearer {company.token}"}, timeout=30, **more,
        )  # fmt: skip
        assert answer.status_code < 300, (path, answer.status_code, answer.text)
        return answer.json() if answer.content else None

    def customers(self, company: Company) -> list[dict[str, Any]]:
        """Every customer of the desk, read through REST."""
        found: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = self.rest(company, f"customers?limit=1000&cursor={cursor}")
            found += page["items"]
            cursor = page["next_cursor"]
            if not cursor:
                assert len(found) == page["total"]
                return found

    # ---- QuickBooks ------------------------------------------------------------------------------------------------

    def connect(
        self, company: Company, *arguments: str, books: Path | None = None, status: int | tuple[int, ...] = 0
    ) -> dict[str, Any]:
        """One session of the Web Connector. Returns what it prints, {} when it died."""
        done = run(
            "quickbooks-sim", "connect", company.app, "--company", books or company.books, "--password",
            company.password, "--json", *arguments, status=status,
        )  # fmt: skip
        return dict(json.loads(done.stdout.splitlines()[-1])) if done.stdout.strip() else {}

    def settle(self, company: Company, most: int = 8) -> int:
        """Sessions until one has nothing to do, approving what waits. Returns how many it took."""
        for number in range(1, most + 1):
            ended = self.connect(company, status=(0, 1))
            if ended.get("outcome") == "busy":
                time.sleep(0.6)
            elif ended.get("closed") == QUIET:
                return number
            elif self.rest(company, "status")["plan_waiting"]:
                self.rest(company, "plan/approve", "POST", json={})
        raise AssertionError(f"not in step after {most} sessions: {ended}")

    def outcome(self, company: Company) -> dict[str, Any]:
        """What a sync came to, in a form that two houses can be compared by: every customer by its name in QuickBooks
        and by value, how often it was written, which books record it is linked to, and what waits for a person."""
        by_id = {str(customer["id"]): customer for customer in self.customers(company)}
        # New ListIDs tell the time at which they were given, so records are called by their names.
        names = {each["list_id"]: each["full_name"] for each in in_books(company.books)}
        with contextlib.closing(sqlite3.connect(self.data / "journal.db")) as journal:
            links = journal.execute(
                "select books, field, state from links where kind = 'customer' and company = ?", (company.id,)
            ).fetchall()
            made = journal.execute(
                "select books, count(*) from events where company = ? and what = 'created' and kind = 'customer' "
                "group by books",
                (company.id,),
            ).fetchall()
            left = journal.execute(
                "select count(*) from actions where company = ? and state in ('planned', 'open')",
                (company.id,),
            ).fetchone()
        waiting = self.rest(company, "attention")["items"]
        return {
            "customers": sorted(
                json.dumps(_by_value(customer), sort_keys=True) for customer in by_id.values()
            ),
            "links": {
                names.get(books, books): (state, json.dumps(_by_value(by_id[field_id]), sort_keys=True))
                for books, field_id, state in links
            },
            "created": {names.get(books, books): times for books, times in made},
            "left": left[0],
            "attention": sorted((hold["name"], hold["reason"]) for hold in waiting),
        }


def _by_value(customer: dict[str, Any]) -> dict[str, Any]:
    """Without numbers and times, which say when and in which order, not what."""
    shown = {key: value for key, value in customer.items() if key not in ("id", "created_at", "modified_at")}
    sync = customer["sync"] or {}
    shown["sync"] = {key: value for key, value in sync.items() if key != "at"}
    shown["locations"] = [
        {key: value for key, value in location.items() if key != "id"} for location in customer["locations"]
    ]
    return shown


def new_books(file: Path, *arguments: str | Path) -> Path:
    run("quickbooks-sim", "new", file, *arguments)
    return file


def in_books(file: Path) -> list[dict[str, Any]]:
    """The customers and jobs of a company file, as `quickbooks-sim show` tells them."""
    return list(json.loads(run("quickbooks-sim", "show", file, "--json").stdout)["lists"]["Customer"])


def edit(file: Path, script: str) -> None:
    """What a person does in QuickBooks."""
    commands = file.with_suffix(".script")
    commands.write_text(script, encoding="utf-8")
    run("quickbooks-sim", "edit", file, commands)


def copied(file: Path, to: Path) -> Path:
    """A company file is one file once nobody has it open."""
    assert not file.with_name(file.name + "-wal").exists()
    return Path(shutil.copy(file, to))


# ---- the gate ---------------------------------------------------------------------------------------------------

Deed = Callable[[], None]


class Call(NamedTuple):
    """The n-th call of an operation in a session, counted from 1."""

    operation: str
    number: int


@dataclass
class Gate:
    """Passes calls on to the house's server, and remembers them. ``before``, ``during`` and ``after`` hold what to do
    at a call: before it is passed on, so many seconds after that, or when the server has answered. `reset` starts a new
    session's count."""

    house: House
    before: dict[Call, Deed] = field(default_factory=dict)
    during: dict[Call, tuple[float, Deed]] = field(default_factory=dict)
    after: dict[Call, Deed] = field(default_factory=dict)
    seen: list[tuple[str, bytes, bytes]] = field(default_factory=list)
    """Operation, body and answer of each call."""
    counts: Counter[str] = field(default_factory=Counter)
    port: int = 0

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def reset(self) -> None:
        self.counts.clear()
        for deeds in (self.before, self.during, self.after):
            deeds.clear()

    def pass_on(self, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        """Raises OSError when the server is gone."""
        operation = headers.get("SOAPAction", "").strip('"').rsplit("/", 1)[-1]
        self.counts[operation] += 1
        call = Call(operation, self.counts[operation])
        if call in self.before:
            self.before[call]()
        timer = None
        if call in self.during:
            timer = threading.Timer(*self.during[call])
            timer.start()
        try:
            with contextlib.closing(
                http.client.HTTPConnection("127.0.0.1", self.house.port, timeout=100)
            ) as connection:
                connection.request("POST", "/qbwc", body, headers)
                answer = connection.getresponse()
                content = answer.read()
        finally:
            if timer is not None:
                timer.join()
        self.seen.append((operation, body, content))
        if call in self.after:
            self.after[call]()
            raise OSError("the answer is lost")
        return answer.status, {"Content-Type": answer.getheader("Content-Type", "")}, content


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    gate: Gate

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        names = ("SOAPAction", "Content-Type", "User-Agent")
        headers = {name: self.headers[name] for name in names if self.headers[name]}
        try:
            status, out, content = self.gate.pass_on(headers, body)
        except (OSError, http.client.HTTPException):
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(status)
        for name, value in {**out, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def gate_of(house: House) -> Iterator[Gate]:
    gate = Gate(house)
    handler = type("Handler", (_Handler,), {"gate": gate})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        gate.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield gate
        finally:
            server.shutdown()
            thread.join()
