"""The switches of a simulated QuickBooks: what each means, what it may be, what it is when nobody set it.

Data and their checks only. Every switch is stored in the company file, so a test can set it from outside.
"""

from __future__ import annotations

import re
import zoneinfo
from dataclasses import dataclass
from datetime import datetime

from quickbooks_sim.errors import HRESULTS
from quickbooks_sim.tables.words import words

YES_NO = ("true", "false")
QBXML_VERSIONS = words("1.0 1.1 2.0 2.1 3.0 4.0 4.1 5.0 6.0 7.0 8.0 9.0 10.0 11.0 12.0 13.0 14.0 15.0 16.0")


@dataclass(frozen=True)
class Switch:
    """A switch: its default, the words allowed (empty = any text that `pattern` matches), and its meaning.

    `in_file`: it belongs to the company file and goes into its backups. All others are of QuickBooks and of its
    computer, and stay as they are when a backup is restored.
    """

    default: str
    words: tuple[str, ...]
    meaning: str
    pattern: str = ".+"
    in_file: bool = False


SWITCHES: dict[str, Switch] = {
    "company_path": Switch(
        r"C:\Users\Public\Documents\Intuit\QuickBooks\Company Files\company.qbw",
        (),
        "where QuickBooks says that the file is",
    ),
    "open": Switch("true", YES_NO, "the file is open in a running QuickBooks"),
    "other_file_open": Switch("false", YES_NO, "another company file is open: 0x8004040A"),
    "mode": Switch("single", ("single", "multi"), "file mode"),
    "country": Switch("US", ("US", "CA", "UK"), "edition of the country"),
    "qbxml_version": Switch("13.0", tuple(QBXML_VERSIONS), "highest qbXML version"),
    "time_zone": Switch("America/New_York", (), "where the computer stands", r"[\w/+-]+"),
    "summer_offset": Switch(
        "false", YES_NO, "print the true offset in summer (false: always standard time, as most versions do)"
    ),
    "clock": Switch(
        "real",
        (),
        "real, frozen 2023-12-15T12:00:00 (local wall time), at SECOND (frozen at a Unix second), or offset SECONDS",
        r"real|at \d{1,10}|frozen (19[7-9]|20\d|21\d)\d-\d\d-\d\dT\d\d:\d\d:\d\d|offset [+-]?\d{1,9}",
    ),
    "access": Switch(
        "granted",
        ("granted", "never_asked", "denied", "revoked", "no_auto_login"),
        "what the administrator allowed: 0x80040418, 0420, 041A, 041D otherwise",
        in_file=True,
    ),
    "read_only": Switch("false", YES_NO, "the application may only read: 3263 on writes", in_file=True),
    "personal_data": Switch(
        "true", YES_NO, "personal data may be read; otherwise such fields are left out", in_file=True
    ),
    "begin_error": Switch(
        "none",
        ("none", *HRESULTS),
        "every BeginSession fails with this code (0x8004041B, 041C, 0424, 0408 ...)",
    ),
    "dialog": Switch("closed", ("closed", "open"), "a modal dialog box is showing: 0x80040414"),
    "list_busy": Switch(
        "0", (), "so many of the next writes answer that another user modified the list", r"\d+"
    ),
    "list_busy_as": Switch("3180", ("3180", "3170"), "the code of that answer"),
    "list_del_multi_user": Switch(
        "inactive",
        ("inactive", "refuse"),
        "ListDel in multi-user mode: status 0 and kept inactive, or refused",
    ),
    "address_mod": Switch(
        "merge",
        ("merge", "replace"),
        "what an address in a Mod does to lines that were not sent: stay, or are cleared",
    ),
    "ship_to_mod": Switch(
        "replace", ("replace", "merge"), "what ShipToAddress in CustomerMod does to the list"
    ),
    "inactive_parent": Switch(
        "alone",
        ("alone", "with_jobs"),
        "making a record inactive leaves those below it as they are, or makes them inactive too",
    ),
    "external_guid": Switch("true", YES_NO, "ExternalGUID comes back in answers"),
    "list_id_style": Switch("new", ("new", "old"), "8000001B-1405768916 or 150000-933272658"),
    "stored_responses": Switch(
        "keep",
        ("keep", "lose", "fail"),
        "responses for message set recovery are stored, lost (9002 at the next status check), or fail at once (9005)",
    ),
    "missing_id": Switch(
        "500",
        ("500", "3120"),
        "a query for a ListID that is not there: 500 beside the others, or 3120 alone (both were seen)",
    ),
    "unknown_set": Switch("600", ("600", "9002"), "answer to a status check for an ID that was never seen"),
    "lost_set_again": Switch(
        "run", ("run", "refuse"), "the same set sent again after its response was lost: run it, or 9002"
    ),
    "unknown_old_set": Switch(
        "run",
        ("run", "refuse"),
        "an unknown old ID beside a new one: run the new set, or 600 and nothing is executed",
    ),
    "old_only_requests": Switch(
        "run", ("run", "ignore"), "requests beside an old ID alone: run and not stored, or not executed"
    ),
    "same_set": Switch(
        "content",
        ("content", "text"),
        "what makes a set the same under its ID: its requests, or every character of the document",
    ),
    "iterator_idle_limit": Switch("0", (), "seconds until an idle iterator is lost (0 = never)", r"\d+"),
    "iterators_at_once": Switch(
        "0", (), "newer iterators push out older ones beyond this number (0 = no limit)", r"\d+"
    ),
    "raw_characters": Switch("refuse", ("refuse", "accept"), "characters above 127 in a request: 0x80040400"),
    "last_restore": Switch(
        "", (), "Unix second of the last restore (empty = never)", r"\d{0,10}", in_file=True
    ),
    "last_condense": Switch(
        "", (), "Unix second of the last condense (empty = never)", r"\d{0,10}", in_file=True
    ),
}


def check_switch(name: str, value: str) -> str:
    """ "" if `value` is allowed for the switch `name`, else what is wrong and what is allowed."""
    switch = SWITCHES.get(name)
    if switch is None:
        return f"there is no switch {name!r}; there are: {', '.join(sorted(SWITCHES))}"
    if switch.words:
        if value not in switch.words:
            return f"switch {name} may be {', '.join(switch.words)}, not {value!r}"
    elif re.fullmatch(switch.pattern, value) is None:
        return f"switch {name} ({switch.meaning}) cannot be {value!r}"
    if name == "time_zone" and value not in zoneinfo.available_timezones():
        return f"switch time_zone: there is no time zone {value!r}"
    if name == "clock" and value.startswith("frozen") and not _is_date(value.partition(" ")[2]):
        return f"switch clock: there is no such moment as {value.partition(' ')[2]}"
    return ""


def _is_date(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
