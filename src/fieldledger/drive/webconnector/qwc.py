"""Writes the .qwc file that a user adds to the Web Connector. Refuses addresses that the Web Connector would refuse."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

DESCRIPTION = "Keeps your field-service system and QuickBooks in step."


def write_qwc(
    *, app_url: str, user: str, owner_id: str, file_id: str, company_name: str, every_minutes: int,
    support_url: str = "",
) -> str:  # fmt: skip
    """The file's text. owner_id, file_id: GUIDs in braces, the same every time. Raises ValueError with what is wrong
    with the address and what to do."""
    _check_address(app_url)
    support = support_url or app_url
    if urlsplit(support).hostname != urlsplit(app_url).hostname:
        raise ValueError(f"The support address {support} must be on the same host as {app_url} (QBWC1000).")
    tags = (
        ("AppName", f"Fieldledger {company_name}"[:80]),
        ("AppID", ""),
        ("AppURL", app_url),
        ("AppDescription", DESCRIPTION),
        ("AppSupport", support),
        ("UserName", user),
        ("OwnerID", owner_id),
        ("FileID", file_id),
        ("QBType", "QBFS"),
        ("PersonalDataPref", "pdpNotNeeded"),
        ("UnattendedModePref", "umpOptional"),
        ("AuthFlags", "0xF"),
        ("Style", "Document"),
        ("IsReadOnly", "false"),
    )
    lines = [f"\t<{tag}>{escape(value)}</{tag}>" for tag, value in tags]
    lines.append(f"\t<Scheduler>\n\t\t<RunEveryNMinutes>{every_minutes}</RunEveryNMinutes>\n\t</Scheduler>")
    return '<?xml version="1.0"?>\n<QBWCXML>\n' + "\n".join(lines) + "\n</QBWCXML>\n"


def _check_address(url: str) -> None:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host:
        raise ValueError(f"{url!r} is not a web address; it must look like https://sync.example.com/qbwc.")
    if _is_ip(host):
        raise ValueError(
            f"The Web Connector refuses addresses made of numbers ({host}, QBWC1001). Use the computer's name with "
            "https, or localhost when QuickBooks is on this computer."
        )
    if parts.scheme == "http" and host != "localhost":
        raise ValueError(
            f"The Web Connector takes http only for localhost (QBWC1010), not for {host}. Use https, or localhost "
            "when QuickBooks is on this computer."
        )


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
