"""Rendering: one Jinja environment per package of pages, over the shared layout."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined, select_autoescape

from fieldledger.web import csrf, statics

NAVIGATION = (
    ("overview", "Overview", ""),
    ("customers", "Customers", "/customers"),
    ("plan", "Plan", "/plan"),
    ("attention", "Needs attention", "/attention"),
    ("log", "Sync log", "/log"),
    ("connect", "Connect", "/connect"),
)
BADGES = {
    "Synced": "good", "Synced with warnings": "warn", "Needs attention": "bad", "Conflict": "bad", "On hold": "warn",
    "Waiting": "calm", "Sending": "calm", "Skipped": "calm", "Voided": "calm", "Deleted in QuickBooks": "warn",
}  # fmt: skip


class Pages:
    """Templates of ``package`` (its folder templates/) and of the shared layout."""

    def __init__(self, package: str, secret: bytes) -> None:
        self.secret = secret
        self.environment = Environment(
            loader=ChoiceLoader([PackageLoader(package), PackageLoader("fieldledger.web")]),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.environment.globals.update(static=statics.url, navigation=NAVIGATION, badges=BADGES)
        self.environment.filters.update(when=when, address=address_line, number=number)

    def show(self, request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        values.setdefault("company", None)
        values.setdefault("section", "")
        values["csrf"] = csrf.token(self.secret, request)
        page = self.environment.get_template(template).render(request=request, **values)
        return HTMLResponse(page, status, {"Cache-Control": "no-store"})


def when(value: Any) -> str:
    """A stamp of the journal (or Unix seconds) as people read it, in UTC."""
    if value in (None, ""):
        return ""
    if isinstance(value, (int, float)):
        value = datetime.fromtimestamp(value, UTC).isoformat()
    return str(value)[:16].replace("T", " ") + " UTC"


def address_line(address: Any) -> str:
    """An address on one line."""
    if not address:
        return ""
    lines = [address.get(f"line{n}") for n in range(1, 6)]
    place = " ".join(part for part in (address.get("state"), address.get("postal_code")) if part)
    return ", ".join(part for part in (*lines, address.get("city"), place, address.get("country")) if part)


def number(value: int) -> str:
    """With thin spaces between thousands."""
    return f"{value:,}".replace(",", "\u202f")
