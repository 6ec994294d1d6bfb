"""Writes the .qwc file that a user adds to the Web Connector. Refuses addresses that the Web Connector would refuse."""

from __future__ import annotations

import re
import socket
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

DESCRIPTION = "Keeps your field-service system and QuickBooks in step."
LONGEST_NAME = 80

_UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")


def write_qwc(
    *, app_url: str, user: str, owner_id: str, file_id: str, company_name: str, every_minutes: int
) -> str:
    """The file's text, pure ASCII, the same for the same company.

    owner_id  of Fieldledger; file_id of the company: GUIDs in braces, the same every time.
    Raises ValueError with what is wrong with the address and what to do.
    """
    _check_address(app_url)
    name = " ".join(_UNWRITABLE.sub(" ", company_name).split())
    tags = (
        ("AppName", f"Fieldledger {name}"[:LONGEST_NAME].rstrip()),
        ("AppID", ""),
        ("AppURL", app_url),
        ("AppDescription", DESCRIPTION),
        ("AppSupport", app_url),  # must be on the same host, and answer without a login: it does
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
    text = '<?xml version="1.0"?>\n<QBWCXML>\n' + "\n".join(lines) + "\n</QBWCXML>\n"
    # In ASCII, because editors and mail programs on the way break anything else.
    return text.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _check_address(url: str) -> None:
    example = "it must look like https://sync.example.com"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError(f"{url!r} is not a web address; {example}.") from None
    if parts.scheme not in ("http", "https") or not host or port == 0 or re.search(r"[^!-~]", url):
        raise ValueError(f"{url!r} is not a web address; {example}.")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError(f"{url!r} holds more than a place; {example}, without user, question mark or #.")
    if _is_number(host):
        raise ValueError(
            f"The Web Connector refuses addresses made of numbers ({host}, QBWC1001). Use the computer's name with "
            "https, or localhost when QuickBooks is on this computer."
        )
    if parts.scheme == "http" and host != "localhost":
        raise ValueError(
            f"The Web Connector takes http only for localhost (QBWC1010), not for {host}. Use https, or localhost "
            "when QuickBooks is on this computer."
        )


def _is_number(host: str) -> bool:
    """An IP address, also in the short and hexadecimal forms that Windows reads as one (127.1, 0x7f000001)."""
    if ":" in host:
        return True
    try:
        socket.inet_aton(host)
    except OSError:
        return False
    return True
