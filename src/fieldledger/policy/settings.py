"""The settings of a company (spec 1), as a table: what each may be, what it is when nobody chose, what it means.

`parse` turns what a person typed into values, `as_policy` into the frozen rules that planning reads.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping

import msgspec

from fieldledger.policy.rules import Policy


class SettingError(ValueError):
    """A setting that cannot be. str(error) says which, what is wrong and what is allowed."""


class Setting(msgspec.Struct, frozen=True):
    """key; allowed words (empty = see check); default ("" = must be chosen); meaning for people."""

    key: str
    allowed: tuple[str, ...]
    default: str
    meaning: str
    check: Callable[[str], str] | None = None
    plans: bool = False  # a change of it is shown as a plan before anything is written (spec 1.2)


def _whole(low: int, high: int, unit: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if not re.fullmatch(r"\d{1,7}", text) or not low <= int(text) <= high:
            raise SettingError(f"must be a whole number of {unit} from {low} to {high}, not {text!r}")
        return str(int(text))

    return check


def _quiet(text: str) -> str:
    if text in ("", "none"):
        return "none"
    match = re.fullmatch(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})", text)
    if not match or not all(int(h) < 24 and int(m) < 60 for h, m in (match.groups()[:2], match.groups()[2:])):
        raise SettingError(f"must look like 22:00-06:00 (local time of the server), or none; not {text!r}")
    h1, m1, h2, m2 = (int(part) for part in match.groups())
    return f"{h1:02}:{m1:02}-{h2:02}:{m2:02}"


DIRECTIONS = ("books_to_field", "field_to_books", "two_way")

SETTINGS = (
    Setting("customers.direction", DIRECTIONS, "", "Which way customers go.", plans=True),
    Setting("primary", ("books", "field"), "books", "Who decides in a draw (two_way only).", plans=True),
    Setting("items.direction", ("books_to_field", "field_to_books", "unset"), "unset", "Which way items go."),
    Setting(
        "jobs", ("as_customers", "as_locations", "skip"), "as_customers", "What a QuickBooks job becomes.", plans=True
    ),
    Setting(
        "job_name", ("company_name", "full_name", "job_name"), "company_name",
        "The name that a job gets in the field system.", plans=True,
    ),
    Setting(
        "conflict_margin", (), "120",
        "Two edits that are not further apart than so many seconds count as made at once: the primary side wins.",
        _whole(0, 86_400, "seconds"),
    ),
    Setting("sync_report", ("on", "off"), "on", "Reports and alerts after each run. The log is always kept."),
    Setting(
        "approve_plans", ("first", "always", "never"), "first",
        "Which plans are shown and approved before they are carried out.",
    ),
    Setting("schedule", (), "15", "The Web Connector calls every so many minutes.", _whole(1, 1440, "minutes")),
    Setting("quiet_hours", (), "none", "No sync between these hours.", _quiet),
    Setting("paused", ("on", "off"), "off", "Nothing is synced while on."),
    Setting(
        "takeover_after", (), "120",
        "A silent session is given up after so many seconds.", _whole(1, 86_400, "seconds"),
    ),
    Setting(
        "takeover_after_request", (), "600",
        "The same while QuickBooks is working on a request.", _whole(1, 86_400, "seconds"),
    ),
)  # fmt: skip

BY_KEY: Mapping[str, Setting] = {setting.key: setting for setting in SETTINGS}


def parse(key: str, text: str) -> str:
    """One setting as a person typed it, checked. Raises `SettingError`."""
    setting = BY_KEY.get(key)
    if setting is None:
        raise SettingError(f"{key}: there is no such setting; there are {', '.join(BY_KEY)}")
    text = text.strip()
    if setting.check is not None:
        try:
            return setting.check(text)
        except SettingError as error:
            raise SettingError(f"{key} {error}") from None
    if text not in setting.allowed:
        raise SettingError(f"{key} must be one of {', '.join(setting.allowed)}, not {text!r}")
    return text


def complete(chosen: Mapping[str, str]) -> dict[str, str]:
    """Every setting with its value. Raises `SettingError` when one that must be chosen is missing."""
    values = {setting.key: chosen.get(setting.key, setting.default) for setting in SETTINGS}
    missing = [key for key, value in values.items() if value == ""]
    if missing:
        raise SettingError(f"{missing[0]} must be chosen: one of {', '.join(BY_KEY[missing[0]].allowed)}")
    return values


def as_policy(values: Mapping[str, str]) -> Policy:
    """The rules that planning reads. ``rules`` changes exactly when a setting changed that alters what a record
    looks like on the other side, so that changed rules are never taken for changed data (spec 1.2)."""
    shaping = f"{values['jobs']}|{values['job_name']}"
    return Policy(
        direction=values["customers.direction"],
        primary=values["primary"],
        jobs=values["jobs"],
        job_name=values["job_name"],
        approve_plans=values["approve_plans"],
        margin=int(values["conflict_margin"]),
        rules=hashlib.blake2b(shaping.encode(), digest_size=8).hexdigest(),
    )
