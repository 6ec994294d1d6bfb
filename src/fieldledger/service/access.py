"""Who may do what: bearer tokens for REST, a session cookie for the pages. Companies never see each other."""

from __future__ import annotations

from fastapi import HTTPException, Request

from fieldledger.journal import Journal, companies, doors
from fieldledger.office.companies import token_hash
from fieldledger.web.csrf import COOKIE


class Access:
    """Looks up who is asking. Tokens open one company; a page session (there is one role yet) opens all."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal

    def visitor(self, request: Request) -> str | None:
        """Who holds the page session of this request, None when there is none."""
        secret = request.cookies.get(COOKIE)
        if not secret:
            return None
        with self.journal.read() as tx:
            return doors.visitor(tx, secret, self.journal.now())

    def holder(self, request: Request) -> str:
        """The company whose token this request carries. Raises 401 without a valid one."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            told = "Send the company's token: Authorization: Bearer <token>."
            raise HTTPException(401, told, {"WWW-Authenticate": "Bearer"})
        with self.journal.read() as tx:
            found = companies.find_by_token(tx, token_hash(token.strip()))
        if found is None:
            told = "This token is not known."
            raise HTTPException(401, told, {"WWW-Authenticate": 'Bearer error="invalid_token"'})
        return found.id

    def api(self, request: Request, company: str) -> None:
        """Let the holder of the company's token pass. Raises 401 without a valid one, 403 for every other company,
        whether there is such a company or not."""
        if self.holder(request) != company:
            raise HTTPException(403, "This token belongs to another company.")

    def page(self, request: Request, company: str = "") -> None:
        """Let the holder of a page session pass. Raises 401, which the pages show as how to log in."""
        if self.visitor(request) is None:
            raise HTTPException(
                401, "Open the login link that the server printed, or make one: fieldledger login."
            )
