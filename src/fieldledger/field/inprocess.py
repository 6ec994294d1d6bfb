"""A transport that calls an ASGI application in this process, without a socket.

The sync engine is synchronous and runs in worker threads; the application gets an event loop of its own in one thread.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import httpx2
from anyio.from_thread import BlockingPortal, start_blocking_portal


class InProcessTransport(httpx2.BaseTransport):
    """Use as ``httpx2.Client(transport=InProcessTransport(app), base_url="http://desk")``."""

    def __init__(self, app: Any) -> None:
        self._inner = httpx2.ASGITransport(app=app)
        self._stack = ExitStack()
        self._portal: BlockingPortal | None = None

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        if self._portal is None:
            self._portal = self._stack.enter_context(start_blocking_portal())
        return self._portal.call(self._answer, request)

    async def _answer(self, request: httpx2.Request) -> httpx2.Response:
        asked = httpx2.Request(request.method, request.url, headers=request.headers, content=request.read())
        response = await self._inner.handle_async_request(asked)
        content = await response.aread()
        return httpx2.Response(response.status_code, headers=response.headers, content=content)

    def close(self) -> None:
        self._stack.close()
        self._portal = None
