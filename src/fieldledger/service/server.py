"""Puts the parts together into one ASGI application on one port, and runs it."""

from __future__ import annotations

import logging
import secrets
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

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
from fieldledger.journal import Journal, companies, leases
from fieldledger.office import views
from fieldledger.office.errors import CannotDo
from fieldledger.service.access import Access
from fieldledger.service.api import create_router as create_connector_rest
from fieldledger.service.folder import Folder
from fieldledger.service.metrics import metrics
from fieldledger.session.engine import SyncEngine
from fieldledger.session.ports import Account
from fieldledger.web import problems, statics
from fieldledger.web.security import SecurityHeaders

log = structlog.get_logger()


class JournalAccounts:
    """The Web Connector's users, from the journal."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal

    def find(self, user: str) -> Account | None:
        with self.journal.read() as tx:
            found = companies.find_by_user(tx, user)
        return Account(company=found.id, user=user, password_hash=found.password_hash) if found else None


def create_app(folder: Folder, address: str) -> FastAPI:
    """The whole application over one data folder. ``address``: how it is reached, for .qwc files and links."""
    journal = Journal.open(folder.journal)
    store = Store(folder.desk)
    access = Access(journal)
    inner_token = secrets.token_urlsafe(32)
    desk = create_desk(store, bearer(inner_token))
    client = httpx2.Client(
        transport=InProcessTransport(desk), base_url="http://desk", timeout=60,
        headers={"Authorization": f"Bearer {inner_token}"},
    )  # fmt: skip
    engine = SyncEngine(journal, DesktopBooks(), RestField(client))

    def describe(company: str) -> dict[str, Any]:
        try:
            return views.status(journal, company)
        except CannotDo as error:
            raise HTTPException(404, str(error)) from None

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        with journal.write() as tx:
            interrupted = leases.interrupt_all(tx)
        log.info("server.started", address=address, interrupted_sessions=interrupted)
        yield
        client.close()
        journal.close()
        store.close()

    app = FastAPI(
        title="Fieldledger", version=__version__, lifespan=lifespan, openapi_url="/api/openapi.json",
        docs_url=None, redoc_url=None,
    )  # fmt: skip
    app.router.routes.extend(webconnector(engine, JournalAccounts(journal)))
    app.include_router(create_desk_rest(store, access.api))
    app.include_router(create_connector_rest(journal, access.api))
    statics.mount(app)
    app.include_router(create_console(journal, access, address, folder.secret()), include_in_schema=False)
    app.include_router(
        create_desk_pages(store, access.page, folder.secret(), describe), include_in_schema=False
    )

    @app.get("/healthz", include_in_schema=False)
    def healthz() -> PlainTextResponse:
        with journal.read() as tx:
            companies.all_of(tx)
        return PlainTextResponse("ok")

    @app.get("/metrics", include_in_schema=False)
    def exposition(request: Request) -> Response:
        return Response(metrics(journal), media_type="text/plain; version=0.0.4; charset=utf-8")

    problems.install(app)
    app.add_middleware(SecurityHeaders)
    return app


def run(folder: Folder, *, host: str, port: int, public_url: str = "", quiet: bool = False) -> None:
    """Serve until told to stop. Raises `CannotDo` when port or folder are taken, or the address makes no sense."""
    if public_url and urlsplit(public_url).scheme not in ("http", "https"):
        raise CannotDo(
            f"--public-url must be a web address such as https://sync.example.com, not {public_url!r}."
        )
    configure_logging(quiet)
    with folder.only_server():
        listener = listen(host, port)
        address = (public_url or f"http://localhost:{listener.getsockname()[1]}").rstrip("/")
        folder.remember_address(address)
        server(folder, address).run([listener])


def server(folder: Folder, address: str) -> uvicorn.Server:
    config = uvicorn.Config(
        create_app(folder, address), log_config=None, access_log=False, timeout_keep_alive=120, server_header=False,
        proxy_headers=False, timeout_graceful_shutdown=10,
    )  # fmt: skip
    return uvicorn.Server(config)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any that is free."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise CannotDo(f"Port {port} on {host} cannot be used: {error.strerror or error}.") from None
    listener.listen(128)
    return listener


def configure_logging(quiet: bool = False) -> None:
    """One line of key=value per event on stderr. Secrets and bodies are never handed to the log."""
    level = logging.WARNING if quiet else logging.INFO
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
