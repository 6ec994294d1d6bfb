"""The settings of a company (spec 1), as a table: what each may be, what it is when nobody chose, what it means.

`parse` turns what a person typed into values, `as_policy` into the frozen rules that planning reads.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping

import msgspec

from fieldledger.model.kinds import LISTS, Kind
from fieldledger.policy.kinds import WORDS
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
    kinds: tuple[Kind, ...] = ()  # records of these are looked at again after a change


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


def _vendor(text: str) -> str:
    name = " ".join(text.split())
    if not 1 <= len(name) <= 41 or not name.isprintable():
        raise SettingError(f"must be the name of a vendor, 1 to 41 characters, or none; not {text!r}")
    return name


DIRECTIONS = ("books_to_field", "field_to_books", "two_way")

SETTINGS = (
    Setting("customers.direction", DIRECTIONS, "", "Which way customers go.", plans=True, kinds=tuple(Kind)),
    Setting(
        "primary", ("books", "field"), "books", "Who decides in a draw (two_way only).", plans=True,
        kinds=(Kind.CUSTOMER,),
    ),
    Setting(
        "tax_sync", ("on", "off"), "", "Taxes come from QuickBooks.", plans=True, kinds=(Kind.TAX_RATE, Kind.CUSTOMER)
    ),
    Setting(
        "terms_sync", ("on", "off"), "", "Payment terms come from QuickBooks.", plans=True,
        kinds=(Kind.PAYMENT_TERM, Kind.CUSTOMER),
    ),
    Setting(
        "tax_agency", (), "none",
        "The vendor in QuickBooks to whom taxes are paid that are created there (field_to_books).", _vendor,
        kinds=(Kind.TAX_RATE, Kind.CUSTOMER),
    ),
    Setting(
        "retired_terms", ("retire", "keep"), "retire",
        "What becomes of a payment term that is deleted or made inactive in QuickBooks: retired here too, or kept.",
        plans=True, kinds=(Kind.PAYMENT_TERM,),
    ),
    Setting("items.direction", ("books_to_field", "field_to_books", "unset"), "unset", "Which way items go."),
    Setting(
        "jobs", ("as_customers", "as_locations", "skip"), "as_customers", "What a QuickBooks job becomes.", plans=True,
        kinds=(Kind.CUSTOMER,),
    ),
    Setting(
        "job_name", ("company_name", "full_name", "job_name"), "company_name",
        "The name that a job gets in the field system.", plans=True, kinds=(Kind.CUSTOMER,),
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


class Toggle(msgspec.Struct, frozen=True):
    """Whether taxes, or payment terms, come from QuickBooks (spec 5). free: a person may choose; why: in a sentence."""

    key: str
    value: str
    free: bool
    why: str


TOGGLES: Mapping[str, Kind] = {"tax_sync": Kind.TAX_RATE, "terms_sync": Kind.PAYMENT_TERM}
_FORCED: Mapping[str, tuple[str, str]] = {
    "field_to_books": (
        "off",
        "Customers go from the field system to QuickBooks, so {many} are kept in the field system. One that a customer "
        "or an invoice needs is carried over to QuickBooks.",
    ),
    "two_way": (
        "on",
        "Customers go both ways, so that {many} have one source: QuickBooks, whichever side is primary.",
    ),
}
"""By direction of customers, what a toggle must be and why (spec 5); books_to_field leaves it to the user."""
_FREE = (
    "Customers come from QuickBooks. On: {many} come from there too, and are read-only here. Off: they are kept here, "
    "and none comes over."
)


def toggle(key: str, direction: str, chosen: str = "") -> Toggle:
    """A toggle as the direction of customers has it. chosen: "" = nobody chose."""
    many = WORDS[TOGGLES[key]].many
    if direction in _FORCED:
        value, why = _FORCED[direction]
        return Toggle(key, value, False, why.format(many=many))
    return Toggle(key, chosen or "on", True, _FREE.format(many=many))


def complete(chosen: Mapping[str, str]) -> dict[str, str]:
    """Every setting with its value. Raises `SettingError` when one that must be chosen is missing, or one contradicts
    another."""
    values = {setting.key: chosen.get(setting.key, setting.default) for setting in SETTINGS}
    missing = [key for key, value in values.items() if value == "" and key not in TOGGLES]
    if missing:
        raise SettingError(f"{missing[0]} must be chosen: one of {', '.join(BY_KEY[missing[0]].allowed)}")
    for key in TOGGLES:
        found = toggle(key, values["customers.direction"], values[key])
        if values[key] not in ("", found.value):
            raise SettingError(f"{key} cannot be {values[key]}: {found.why}")
        values[key] = found.value
    return values


def changed(before: Mapping[str, str], wishes: Mapping[str, str]) -> dict[str, str]:
    """Every setting after these wishes. A toggle follows the direction, unless it is wished for. Raises as
    `complete`."""
    follow = set(TOGGLES) if "customers.direction" in wishes else set()
    kept = {key: value for key, value in before.items() if key not in follow}
    return complete({**kept, **wishes})


def as_policies(values: Mapping[str, str]) -> dict[Kind, Policy]:
    """The rules of every kind, which planning reads. ``rules`` changes exactly when a setting changed that alters what
    a record looks like on the other side, so that changed rules are never taken for changed data (spec 1.2)."""
    customers = as_policy(values)
    shaped = {Kind.PAYMENT_TERM: values["retired_terms"]}
    found = {
        kind: Policy(
            kind=kind, direction=_direction(kind, values), primary="books", approve_plans=values["approve_plans"],
            agency="" if values["tax_agency"] == "none" else values["tax_agency"],
            keeps_retired=kind is Kind.PAYMENT_TERM and values["retired_terms"] == "keep",
            rules=_hash(shaped.get(kind, "")),
        )
        for kind in LISTS
    }  # fmt: skip
    return {**found, Kind.CUSTOMER: customers}


def _direction(kind: Kind, values: Mapping[str, str]) -> str:
    """Which way the records of a small list go (spec 5). Sales tax codes are QuickBooks' own."""
    if kind is Kind.SALES_TAX_CODE:
        return "books_to_field"
    if values["customers.direction"] == "field_to_books":
        return "field_to_books"
    key = next(key for key, its in TOGGLES.items() if its is kind)
    return "books_to_field" if values[key] == "on" else "match_only"


def as_policy(values: Mapping[str, str]) -> Policy:
    """The rules of customers; see `as_policies`."""
    return Policy(
        direction=values["customers.direction"],
        primary=values["primary"],
        jobs=values["jobs"],
        job_name=values["job_name"],
        approve_plans=values["approve_plans"],
        margin=int(values["conflict_margin"]),
        rules=_hash(f"{values['jobs']}|{values['job_name']}"),
    )


def _hash(shaping: str) -> str:
    return hashlib.blake2b(shaping.encode(), digest_size=8).hexdigest()
