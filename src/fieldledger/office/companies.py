"""Companies: add, settings, sync on request. Passwords and tokens are returned once and stored as hashes."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from fieldledger.journal import Journal, Tx, companies, doors, events, plans, sights
from fieldledger.journal.companies import Company
from fieldledger.office.errors import CannotDo, NoSuchThing, WrongUse
from fieldledger.policy import settings
from fieldledger.policy.settings import BY_KEY, SettingError, complete, parse


def find(tx: Tx, company: str) -> Company:
    """The company with this id. Raises `NoSuchThing`."""
    found = companies.get(tx, company)
    if found is None:
        known = ", ".join(f"{each.id} ({each.name})" for each in companies.all_of(tx)) or "none yet"
        raise NoSuchThing(f"There is no company {company!r}; there are: {known}.")
    return found


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def add(
    journal: Journal,
    name: str,
    chosen: Mapping[str, str],
    *,
    password: str,
    password_hash: Callable[[str], str],
    who: str = "admin",
) -> dict[str, str]:
    """Add a company. Returns id, user, password, token; the last two are told here and never again.

    Raises `WrongUse` on a name or setting that cannot be.
    """
    name = " ".join(name.split())
    if not 1 <= len(name) <= 100 or not name.isprintable():
        raise WrongUse("The name of a company has 1 to 100 printable characters.")
    values = _read(chosen, whole=True)
    hashed = password_hash(password)
    token = _new_token()
    with journal.write() as tx:
        number = companies.next_number(tx)
        company = Company(
            id=f"c{number}", name=name, user=f"fieldledger-c{number}", password_hash=hashed,
            token_hash=token_hash(token), file_id=str(uuid.uuid4()), settings=values, identity={}, sync_asked="",
            approval_due="", created_at=journal.stamp(),
        )  # fmt: skip
        companies.add(tx, number, company)
        told = f"Company {name!r} was added."
        event = events.Event(what="settings", told=told, who=who)
        events.record(tx, company.id, None, journal.stamp(), [event])
    return {"id": company.id, "user": company.user, "password": password, "token": token}


def _new_token() -> str:
    """256 bits. The letters in front say what it is, to whoever finds one in a place where it should not be."""
    return "fl_" + secrets.token_urlsafe(32)


def _read(chosen: Mapping[str, str], *, whole: bool = False) -> dict[str, str]:
    """Settings as people typed them, checked; with ``whole``, every setting with its value."""
    try:
        for key in chosen:
            if key not in BY_KEY:
                raise SettingError(f"{key!r}: there is no such setting; there are {', '.join(BY_KEY)}")
        read = {key: parse(key, value) for key, value in chosen.items()}
        return complete(read) if whole else read
    except SettingError as error:
        raise WrongUse(f"{str(error).rstrip('.')}.") from None


def check_settings(chosen: Mapping[str, str]) -> None:
    """Whether a company could be added with these. Raises as `add` does."""
    _read(chosen, whole=True)


def set_settings(journal: Journal, company: str, wishes: Mapping[str, str], who: str) -> dict[str, str]:
    """Change settings, all or none. Returns all settings. A change that shapes records is an event of its own,
    everything is looked at again, and the next plan is shown first (spec 1.2). Raises as `add` does."""
    wishes = dict(wishes)
    accept = wishes.pop("company_file", None)
    if accept not in (None, "accept"):
        raise WrongUse("company_file can only be set to accept: the file that is open next is the right one.")
    wanted = _read(wishes)
    with journal.write() as tx:
        found = find(tx, company)
        before = complete(found.settings)
        try:
            after = settings.changed(before, wanted)
        except SettingError as error:
            raise WrongUse(f"{str(error).rstrip('.')}.") from None
        changed = {key: value for key, value in after.items() if before[key] != value}
        companies.set_settings(tx, company, after)
        if accept:
            _accept_file(journal, tx, found, who)
        for key, value in changed.items():
            told = f"Setting {key} changed from {before[key]} to {value}."
            event = events.Event(what="settings", told=told, reason=key, who=who)
            events.record(tx, company, None, journal.stamp(), [event])
            for kind in BY_KEY[key].kinds:
                sights.mark_all_due(tx, company, kind)
            if BY_KEY[key].plans:
                companies.owe_approval(tx, company, told)
    return after


def _accept_file(journal: Journal, tx: Tx, found: Company, who: str) -> None:
    identity: dict[str, Any] = {**found.identity, "accept": True}
    identity.pop("marked", None)
    companies.set_identity(tx, found.id, identity)
    told = "A person confirmed that the company file which is open next is the right one."
    events.record(tx, found.id, None, journal.stamp(), [events.Event(what="settings", told=told, who=who)])


def ask_sync(journal: Journal, company: str, *, full: bool, who: str) -> str:
    """Ask for a sync at the Web Connector's next call. Returns what happens next, in a sentence."""
    with journal.write() as tx:
        found = find(tx, company)
        wanted = "full" if full or found.sync_asked == "full" else "changes"
        companies.change(tx, company, sync_asked=wanted)
        paused = complete(found.settings)["paused"] == "on"
    what = "Everything is read again" if wanted == "full" else "Changes are read"
    if paused:
        return f"{what} once the sync is no longer paused (fieldledger company set {company} paused=off)."
    return f"{what} at the Web Connector's next call; QuickBooks calls us, so that is when it next runs."


def approve(journal: Journal, company: str, number: int | None, who: str) -> dict[str, Any]:
    """Approve the plan that waits. Raises `CannotDo` when there is none, when it is not the one that was named, or when
    something came up after it was made: what is approved is exactly what was shown."""
    with journal.write() as tx:
        find(tx, company)
        waiting = plans.proposed(tx, company)
        if waiting is None:
            newest = plans.newest(tx, company)
            if newest and newest[0].state == "making":
                raise CannotDo(
                    f"Plan {newest[0].number} is still being made. It can be approved when all of it is decided."
                )
            raise CannotDo("No plan waits for approval.")
        if number is not None and number != waiting.number:
            raise CannotDo(
                f"Plan {number} does not wait for approval; plan {waiting.number} does. Look at it, then approve it."
            )
        found = find(tx, company)
        unseen = found.approval_due.removeprefix(waiting.why).strip()
        if unseen:
            raise CannotDo(
                f"Plan {waiting.number} was made before this came up: {unseen} The next sync makes a new plan; look at "
                "that one."
            )
        plans.approve(tx, waiting.id, who, journal.stamp())
        companies.change(tx, company, approval_due="")
        if not found.sync_asked:
            companies.change(tx, company, sync_asked="changes")
        told = f"Plan {waiting.number} was approved."
        events.record(
            tx, company, waiting.run, journal.stamp(), [events.Event(what="approved", told=told, who=who)]
        )
        counts = plans.counts(tx, waiting.id)
    return {"plan": waiting.number, "approved_by": who, "counts": counts}


def new_password(
    journal: Journal, company: str, *, password: str, password_hash: Callable[[str], str], who: str
) -> dict[str, str]:
    """Another Web Connector password; the old one stops working. Returns id, user and password, told once."""
    hashed = password_hash(password)
    user = _replace_secret(
        journal, company, who, "The Web Connector password was changed.", password_hash=hashed
    )
    return {"id": company, "user": user, "password": password}


def new_token(journal: Journal, company: str, who: str) -> dict[str, str]:
    """Another REST token; the old one stops working. Returns id and token, told once."""
    token = _new_token()
    _replace_secret(journal, company, who, "The REST token was changed.", token_hash=token_hash(token))
    return {"id": company, "token": token}


def _replace_secret(journal: Journal, company: str, who: str, told: str, **hashes: str) -> str:
    with journal.write() as tx:
        found = find(tx, company)
        companies.change(tx, company, **hashes)
        event = events.Event(what="settings", told=told, who=who)
        events.record(tx, company, None, journal.stamp(), [event])
    return found.user


def ids(journal: Journal) -> list[str]:
    """All companies, in the order in which they were added."""
    with journal.read() as tx:
        return [company.id for company in companies.all_of(tx)]


def login_link(journal: Journal, address: str, who: str) -> str:
    """An address that opens the pages once, within an hour."""
    with journal.write() as tx:
        return f"{address}/login/{doors.make_link(tx, who, journal.now())}"
