"""A form may only be sent by the page that showed it: its token is signed, and bound to the visitor's session.

A browser that says that a request comes from another site is refused whatever it carries.
"""

from __future__ import annotations

import hashlib
import hmac

from fastapi import HTTPException, Request

FIELD = "csrf"
COOKIE = "fieldledger_session"
REFUSED = (
    "This form is out of date or was not sent from this site. Go back, reload the page and send it again."
)


def token(secret: bytes, request: Request) -> str:
    """The token for this visitor's forms. ``secret``: bytes that only this installation knows."""
    if not secret:
        raise ValueError("form tokens need a secret")
    session = request.cookies.get(COOKIE, "")
    return hmac.new(secret, b"csrf:" + session.encode(), hashlib.sha256).hexdigest()


def check(secret: bytes, request: Request, given: object) -> None:
    """Raises 403 when the token is missing or another visitor's, or when another site sent the form."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise HTTPException(403, REFUSED)
    if not hmac.compare_digest(token(secret, request).encode(), str(given or "").encode()):
        raise HTTPException(403, REFUSED)
