"""Puts the parts together into one ASGI application on one port, and runs it."""

from __future__ import annotations

import contextlib
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import structlog
import uvicorn
from fastapi import FastAPI, HTTPException, Request, Response
from starlette.responses import PlainTextResponse

from fieldledger import __version__
from fieldledger.books.desktop.codec import DesktopBooks
from fieldledger.console.pages import create_pages as create_console
from fieldledger.desk.app import bearer
from fieldledger.desk.app import create_app as create_desk
from fieldledger.desk.pages import create_pages as create_desk_pages
from fieldledger.desk.rest import create_router as create_desk_rest
from fieldledger.desk.store import Store
from fieldledger.drive.webconnector.endpoint import routes as webconnector
from fieldledger.field.inprocess import InProcessTransport
from fieldledger.field.rest import RestField
from fieldledger.journal import Journal, companies, leases, runs
from fieldledger.office import companies as office
from fieldledger.office import views
from fieldledger.office.doctor import REFUSED
from fieldledger.office.errors import CannotDo
from fieldledger.service import locking, logs, openapi
from fieldledger.service.access import Access
from fieldledger.service.api import create_router as create_connector_rest
from fieldledger.service.folder import Folder
from fieldledger.service.guard import KnownHosts, LargestBody, refuse_half_characters
from fieldledger.service.hearing import Hearing
from fieldledger.service.metrics import MEDIA_TYPE, metrics
from fieldledger.service.reach import Reach, listen, reach, stop_quietly
from fieldledger.session.engine import SyncEngine
from fieldledger.session.ports import Account
from fieldledger.web import problems, statics
from fieldledger.web.security import SecurityHeaders

WEB_CONNECTOR = "/qbwc"
DESCRIPTION = (
    "Keeps a field-service system and QuickBooks in step. Every error is application/problem+json with a sentence for "
    "people. A token opens one company."
)

log = structlog.get_logger()


class JournalAccounts:
    """The Web Connector's users, from the journal."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal

    def find(self, user: str) -> Account | None:
        with self.journal.read() as tx:
            found = companies.find_by_user(tx, user)
        return Account(company=found.id, user=user, password_hash=found.password_hash) if found else None

    def refused(self, company: str) -> None:
        with self.journal.write() as tx:
            runs.move_cursor(tx, company, REFUSED, str(self.journal.now()))


def create_app(folder: Folder, reached: Reach) -> FastAPI:
    """The whole application over one data folder. Raises `CannotDo` when the folder's files cannot be used."""
    secret = folder.secret()
    journal, store = folder.open_journal(), folder.open_desk()
    access = Access(journal)
    client, engine = _engine(journal, store)
    hearing = Hearing(engine.heard)
    store.listen(hearing.heard)

    def chosen(company: str) -> None:
        locking.tell(journal, store, company)

    def describe(company: str) -> dict[str, Any]:
        try:
            return views.status(journal, company)
        except CannotDo as error:
            raise HTTPException(404, str(error)) from None

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        with journal.write() as tx:
            interrupted = leases.interrupt_all(tx)
        locking.tell_all(journal, store)
        log.info("server.started", address=reached.address, interrupted_sessions=interrupted)
        yield
        hearing.close()
        client.close()
        journal.close()
        store.close()
        log.info("server.stopped")

    app = FastAPI(
        title="Fieldledger", version=__version__, description=DESCRIPTION, lifespan=lifespan,
        openapi_url="/api/openapi.json", docs_url=None, redoc_url=None,
        generate_unique_id_function=openapi.operation_id,
    )  # fmt: skip
    app.openapi = lambda: openapi.document(app)  # type: ignore[method-assign] # FastAPI's own way to change it
    connector = webconnector(
        engine, JournalAccounts(journal), path=WEB_CONNECTOR, public_address=reached.address + WEB_CONNECTOR
    )
    app.router.routes.extend(connector)
    app.include_router(create_desk_rest(store, access.api))
    app.include_router(create_connector_rest(journal, access.api, chosen))
    statics.mount(app)
    app.include_router(
        create_console(journal, access, reached.address, secret, chosen), include_in_schema=False
    )
    app.include_router(create_desk_pages(store, access.page, secret, describe), include_in_schema=False)
    _add_watch(app, journal, store, access, reached)
    problems.install(app)
    refuse_half_characters(app)
    app.add_middleware(LargestBody, except_path=WEB_CONNECTOR)
    app.add_middleware(KnownHosts, names=reached.names)
    app.add_middleware(SecurityHeaders)
    return app


def _engine(journal: Journal, store: Store) -> tuple[httpx2.Client, SyncEngine]:
    """The engine, which reaches the desk through its REST contract only, without a socket."""
    inner_token = secrets.token_urlsafe(32)
    client = httpx2.Client(
        transport=InProcessTransport(create_desk(store, bearer(inner_token))), base_url="http://desk", timeout=60,
        headers={"Authorization": f"Bearer {inner_token}"},
    )  # fmt: skip
    return client, SyncEngine(journal, DesktopBooks(), RestField(client))


def _add_watch(app: FastAPI, journal: Journal, store: Store, access: Access, reached: Reach) -> None:
    """What monitoring asks. A server that more than this computer can reach shows its numbers to holders of a token
    only, and to each those of its company."""

    @app.api_route("/healthz", methods=["GET", "HEAD"], include_in_schema=False)
    def healthz() -> PlainTextResponse:
        with journal.read() as tx:
            companies.next_number(tx)
        store.policy("")
        return PlainTextResponse("ok")

    @app.get("/metrics", include_in_schema=False)
    def exposition(request: Request) -> Response:
        asked = request.headers.get("authorization") or not reached.private
        shown = [access.holder(request)] if asked else office.ids(journal)
        return Response(metrics(journal, shown), media_type=MEDIA_TYPE)


def run(folder: Folder, *, host: str, port: int, public_url: str = "") -> None:
    """Serve until told to stop. Raises `CannotDo` when port or folder are taken, `WrongUse` on a senseless address."""
    reach(host, port, public_url)
    logs.configure()
    with folder.make().only_server(), contextlib.closing(listen(host, port)) as listener:
        reached = reach(host, listener.getsockname()[1], public_url)
        running = server(folder, reached)
        folder.remember_address(reached.address)
        _say(f"Fieldledger {__version__} serves {reached.address} from {folder.path}. Ctrl-C stops it.")
        _say(f"To open the pages: fieldledger login --data {folder.path}")
        stop_quietly()
        with contextlib.suppress(KeyboardInterrupt):
            running.run([listener])
        if not running.started:
            raise CannotDo("The server could not start; its log above says where it broke.")


def server(folder: Folder, reached: Reach) -> uvicorn.Server:
    """A server that is not running yet; give it a listening socket."""
    config = uvicorn.Config(
        create_app(folder, reached), log_config=None, access_log=False, timeout_keep_alive=120, server_header=False,
        proxy_headers=False, timeout_graceful_shutdown=10,
    )  # fmt: skip
    return uvicorn.Server(config)


def _say(text: str) -> None:
    """A line for people on stdout, if anybody reads it."""
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
