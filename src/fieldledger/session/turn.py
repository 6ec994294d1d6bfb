"""Whose turn is it? When a session may begin, when the one that is there counts as alive, and when its ticket is dead.

Pure: the lease, the settings and the time come in; nothing is read or written here.
"""

from __future__ import annotations

from datetime import datetime

from fieldledger.journal.companies import Company
from fieldledger.journal.leases import Lease
from fieldledger.session import state

IDLE_SECONDS = 30 * 60
"""A ticket that was silent for so long is dead."""


def alive(lease: Lease, settings: dict[str, str], now: float) -> bool:
    """Whether the session that holds the lease is to be left alone. One that came to its end, but was never closed,
    keeps nobody waiting."""
    if (
        not lease.open
        or lease.interrupted
        or dead(lease, now)
        or state.unpack(lease.state).phase == state.END
    ):
        return False
    patience = settings["takeover_after_request"] if lease.request_out else settings["takeover_after"]
    return abs(now - lease.heard_at) < float(patience)


def dead(lease: Lease, now: float) -> bool:
    """Silent for so long, by a clock that may have been set back, that its ticket opens nothing any more."""
    return abs(now - lease.heard_at) > IDLE_SECONDS


def rest(settings: dict[str, str], local: datetime) -> str:
    """Why there is to be no sync now; "" = there may be one."""
    if settings["paused"] == "on":
        return "Paused in the settings."
    quiet = settings["quiet_hours"]
    if quiet != "none":
        start, end = quiet.split("-")
        now = local.strftime("%H:%M")
        inside = start <= now < end if start <= end else now >= start or now < end
        if inside:
            return f"Quiet hours, {quiet}."
    return ""


def interval(company: Company, settings: dict[str, str]) -> int | None:
    """The run interval in seconds, when the Web Connector was not told of it by us. What it runs at before that, nobody
    here knows: the .qwc file may be an old one, and people change it in the Web Connector's window."""
    wanted = int(settings["schedule"]) * 60
    return None if company.identity.get("told_every") == wanted else wanted
