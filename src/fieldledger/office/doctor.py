"""Is everything in place? A list of checks, each passed, to be looked at, or in the way, with what to do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import text

from fieldledger.journal import Journal, holds, leases, plans, runs
from fieldledger.office.companies import find
from fieldledger.policy.settings import complete

REFUSED = "refused"
"""The cursor that remembers when the Web Connector last gave a wrong password, in Unix seconds."""

PASS, WARN, STOP = "pass", "warn", "stop"


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """result: pass, warn or stop. todo: blank when it passed."""

    check: str
    result: str
    told: str
    todo: str = ""


def examine(journal: Journal, company: str) -> list[Check]:
    """Everything that can be told from the journal (spec 8.1, as far as QuickBooks has told)."""
    with journal.read() as tx:
        found = find(tx, company)
        sound = str(tx.execute(text("PRAGMA quick_check")).scalar_one())
        lease = leases.get(tx, company)
        waiting = plans.proposed(tx, company)
        attention = holds.count(tx, company)
        last = runs.newest(tx, company, 1)
        refused = float(runs.cursor(tx, company, REFUSED) or 0)
    settings = complete(found.settings)
    checks = [
        Check(check="journal", result=PASS, told="The journal is sound.")
        if sound == "ok"
        else Check(check="journal", result=STOP, told=f"The journal is damaged: {sound}",
                   todo="Stop the server and restore the data folder from a backup."),
        _contact(lease, refused, journal.now(), int(settings["schedule"]), company),
    ]  # fmt: skip
    if settings["paused"] == "on":
        checks.append(
            Check(
                check="schedule",
                result=WARN,
                told="The sync is paused.",
                todo=f"fieldledger company set {company} paused=off",
            )
        )
    checks += _quickbooks(found.identity)
    if last:
        failed = last[0].outcome in ("stopped", "broken")
        checks.append(
            Check(check="last run", result=WARN if failed else PASS, told=f"{last[0].outcome or 'running'}: "
                  f"{last[0].told or 'at work'}", todo=f"fieldledger log {company} {last[0].number}" if failed else "")
        )  # fmt: skip
    if waiting is not None:
        checks.append(
            Check(check="plan", result=WARN, told=f"Plan {waiting.number} waits for approval. {waiting.why}",
                  todo=f"Look at it: fieldledger plan {company}. Then: fieldledger approve {company} {waiting.number}")
        )  # fmt: skip
    checks.append(
        Check(
            check="attention",
            result=WARN,
            told=f"{attention} {'record needs' if attention == 1 else 'records need'} attention.",
            todo=f"fieldledger attention {company}",
        )
        if attention
        else Check(check="attention", result=PASS, told="Nothing needs attention.")
    )
    return checks


def _contact(lease: leases.Lease | None, refused: float, now: float, minutes: int, company: str) -> Check:
    """refused: when it last came with a wrong password, Unix seconds, 0 = never."""
    if refused > (lease.heard_at if lease else 0.0):
        at = datetime.fromtimestamp(refused, UTC).strftime("%Y-%m-%d %H:%M UTC")
        return Check(
            check="web connector", result=WARN,
            told=f"The Web Connector called at {at} with a wrong password and was sent away (QBWC1040).",
            todo="Type the password into the Web Connector's password box and press Enter. If it is lost: fieldledger "
            f"company password {company}",
        )  # fmt: skip
    if lease is None:
        return Check(
            check="web connector", result=WARN, told="The Web Connector has not called yet.",
            todo="Add the .qwc file to the Web Connector, type the password, tick the box and press Update Selected.",
        )  # fmt: skip
    at = datetime.fromtimestamp(lease.heard_at, UTC).strftime("%Y-%m-%d %H:%M UTC")
    if now - lease.heard_at > 3 * 60 * minutes:
        return Check(
            check="web connector", result=WARN, told=f"The Web Connector last called at {at}.",
            todo="Is the QuickBooks computer on, is the Web Connector running, is Auto-Run ticked?",
        )  # fmt: skip
    return Check(check="web connector", result=PASS, told=f"The Web Connector last called at {at}.")


def _quickbooks(identity: dict[str, Any]) -> list[Check]:
    host = identity.get("host") or {}
    if not host:
        return []
    checks = [
        Check(check="QuickBooks", result=PASS, told=f"{host.get('product') or 'QuickBooks'}, file "
              f"{identity.get('name')!r} at {identity.get('path') or 'an unknown place'}.")
    ]  # fmt: skip
    if not identity.get("marked"):
        checks.append(
            Check(check="company file", result=WARN, told="The company file does not bear this connection's mark; it "
                  "is recognised by its name and path.", todo="Do not rename or move it.")
        )  # fmt: skip
    mode = host.get("file_mode")
    if mode:
        single = mode == "SingleUser"
        checks.append(
            Check(check="mode", result=PASS if single else WARN, told=f"QuickBooks is in {mode} mode.",
                  todo="" if single else "The first authorisation and the first sync want single-user mode: File > "
                  "Switch to Single-user Mode.")
        )  # fmt: skip
    preferences = identity.get("preferences") or {}
    if preferences.get("sales_tax") is False:
        checks.append(
            Check(check="sales tax", result=WARN, told="Sales tax is switched off in QuickBooks; every customer is "
                  "non-taxable there.", todo="Edit > Preferences > Sales Tax, if you charge it.")
        )  # fmt: skip
    if preferences.get("multicurrency"):
        checks.append(
            Check(check="currency", result=WARN, told="Several currencies are switched on in QuickBooks; amounts are "
                  "taken as the home currency.", todo="Keep customers in the home currency.")
        )  # fmt: skip
    return checks
