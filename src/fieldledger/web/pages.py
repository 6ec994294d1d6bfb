"""Rendering: one Jinja environment per package of pages, over the shared layout.

Autoescape is on for every template, and a name that a template does not know is an error, never a blank.
"""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from fieldledger.web import csrf, statics
from fieldledger.web.filters import BADGES, FILTERS

NAVIGATION = (  # key of the section (and of its icon), label, label where room is short, path below the company
    ("overview", "Overview", "Overview", ""),
    ("customers", "Customers", "Customers", "/customers"),
    ("plan", "Plan", "Plan", "/plan"),
    ("attention", "Needs attention", "Attention", "/attention"),
    ("log", "Sync log", "Log", "/log"),
    ("connect", "Connect", "Connect", "/connect"),
    ("settings", "Settings", "Settings", "/settings"),
)


def environment(package: str) -> Environment:
    """Templates of ``package`` (its folder templates/), then those of the shared layout."""
    made = Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader("fieldledger.web")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(static=statics.url, navigation=NAVIGATION, badges=BADGES)
    made.filters.update(FILTERS)
    return made


class Pages:
    """The pages of ``package``. secret: what its form tokens are signed with."""

    def __init__(self, package: str, secret: bytes) -> None:
        self.secret = secret
        self.environment = environment(package)

    def show(self, request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page. company: what the layout shows of it (id, name, attention, plan_waiting), None outside of any;
        section: the key of the navigation's entry that the page belongs to."""
        values.setdefault("company", None)
        values.setdefault("section", "")
        values["csrf"] = csrf.token(self.secret, request)
        page = self.environment.get_template(template).render(request=request, **values)
        return HTMLResponse(page, status, {"Cache-Control": "no-store"})
