"""A form may only be sent by the page that showed it: its token is bound to the visitor's session."""

from __future__ import annotations

import hashlib
import hmac

from fastapi import HTTPException, Request

FIELD = "csrf"
COOKIE = "fieldledger_session"


def token(secret: bytes, request: Request) -> str:
    """The token for this visitor's forms."""
    session = request.cookies.get(COOKIE, "")
    return hmac.new(secret, b"csrf:" + session.encode(), hashlib.sha256).hexdigest()


def check(secret: bytes, request: Request, given: object) -> None:
    """Raises 403 when the token is missing or another visitor's."""
    if not hmac.compare_digest(token(secret, request).encode(), str(given or "").encode()):
        raise HTTPException(403, "This form is out of date. Go back, reload the page and send it again.")
