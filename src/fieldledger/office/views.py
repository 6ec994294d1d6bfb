"""Plans, runs, attention and history as plain data: what --json prints, what REST answers, what the pages show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from fieldledger.journal import Journal, Tx, events, holds, leases, links, plans, runs, sights
from fieldledger.journal.plans import Plan, Planned
from fieldledger.model.kinds import Kind, Side
from fieldledger.model.plan import Reason
from fieldledger.office import likeness, solving
from fieldledger.office.cases import ways_out
from fieldledger.office.companies import find
from fieldledger.office.errors import NoSuchThing, WrongUse
from fieldledger.office.naming import Names, books_names, names
from fieldledger.office.restoring import may_put_back
from fieldledger.policy.kinds import LABELS, alike
from fieldledger.policy.sentences import SENTENCES
from fieldledger.policy.settings import complete
from fieldledger.policy.ways_out import LINK

LIGHT_SECONDS = 3
"""Missed run intervals after which the connection is no longer shown as alive."""

ALL = 2**62
"""As a limit: however many there are. A list that ends early without saying so is a lie."""
PORTION = 1000
"""Rows that are made up at once, where all are wanted one after the other."""


def plan(journal: Journal, company: str, number: int | None = None, limit: int = ALL, after: int = 0,
         verb: str | None = None) -> dict[str, Any]:  # fmt: skip
    """The plan that waits for approval, else the newest; or the one with this number.

    Returns plan (number, None when there is none yet), state, why, made_at, counts by verb, actions.
    """
    with journal.read() as tx:
        found = find_plan(tx, company, number)
        rows = plans.actions_of(tx, found.id, limit, after, verb) if found else []
        return {**plan_head(tx, found), "actions": planned(tx, company, rows)}


def find_plan(tx: Tx, company: str, number: int | None) -> Plan | None:
    """The plan with this number; without one, the plan that waits, else the newest. None = there is none yet.
    Raises `NoSuchThing`."""
    find(tx, company)
    if number is None:
        newest = plans.newest(tx, company)
        return plans.proposed(tx, company) or (newest[0] if newest else None)
    found = plans.by_number(tx, company, number)
    if found is None:
        raise NoSuchThing(f"There is no plan {number}.")
    return found


def plan_head(tx: Tx, found: Plan | None) -> dict[str, Any]:
    """A plan without its actions."""
    if found is None:
        return {"plan": None, "state": "none", "why": "", "made_at": None, "counts": {}}
    return {
        "plan": found.number,
        "state": found.state,
        "why": found.why,
        "made_at": found.made_at,
        "approved_at": found.approved_at,
        "approved_by": found.approved_by,
        "counts": plans.counts(tx, found.id),
    }


def planned(tx: Tx, company: str, rows: Sequence[Planned]) -> list[dict[str, Any]]:
    """These actions as they are shown."""
    called = books_names(tx, company, [(row.kind, row.books) for row in rows])
    known = names(tx, company)
    return [_action(row, called.get((row.kind, row.books or ""), ""), known) for row in rows]


def every_planned(tx: Tx, company: str, plan: int) -> Iterator[dict[str, Any]]:
    """Every action of the plan with this id in order, as shown; a portion of them at a time is in memory."""
    after = 0
    while rows := plans.actions_of(tx, plan, PORTION, after):
        yield from planned(tx, company, rows)
        after = rows[-1].id


def _action(row: Planned, books_name: str, known: Names) -> dict[str, Any]:
    return {
        "action": row.id,
        "verb": row.verb.value,
        "side": row.side.value,
        "kind": row.kind.value,
        "name": row.name,
        "books_name": books_name,
        "books": row.books,
        "field": row.field,
        "reason": row.reason,
        "told": row.told,
        "state": row.state,
        "status": SENTENCES[Reason(row.reason)].status,
        "changes": changes(known, row.kind, row.before, row.after, row.fields),
        "lost": lost(known, row.kind, row.lost),
    }


def changes(
    known: Names,
    kind: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    fields: Sequence[str] = (),
) -> list[dict[str, Any]]:
    """Field by field what was there and what comes instead; fields that stay are left out, and fields that ``after``
    does not speak of. fields: only these, () = all."""
    if after is None:
        return []
    before = before or {}
    return [
        {
            "field": field,
            "label": label,
            "before": known.value(kind, field, before.get(field)),
            "after": known.value(kind, field, after[field]),
        }
        for field, label in labels(kind).items()
        if field in after
        and (not fields or field in fields)
        and not alike(field, before.get(field), after[field])
    ]


def labels(kind: str) -> Mapping[str, str]:
    """The fields of a kind and what people call them; of none, those of a customer."""
    return LABELS[Kind(kind) if kind in tuple(Kind) else Kind.CUSTOMER]


def lost(known: Names, kind: str, values: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """What gives way in a conflict (spec 2.4): field, label, value."""
    return [
        {"field": field, "label": label, "value": known.value(kind, field, values[field])}
        for field, label in labels(kind).items()
        if values and field in values
    ]


def log(journal: Journal, company: str, limit: int = 50, before: int | None = None) -> list[dict[str, Any]]:
    """Runs, newest first."""
    with journal.read() as tx:
        find(tx, company)
        return [_run(run) for run in runs.newest(tx, company, limit, before)]


def _run(run: runs.Run) -> dict[str, Any]:
    return {
        "run": run.number,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "reason": run.reason,
        "outcome": run.outcome or "running",
        "told": run.told,
        "counts": run.counts,
    }


def run(journal: Journal, company: str, number: int, limit: int = ALL, after: int = 0) -> dict[str, Any]:
    """One run with everything that it did, in order."""
    with journal.read() as tx:
        head, happened = run_and_events(tx, company, number, limit, after)
        known = names(tx, company)
    return {**head, "events": [event(each, known) for each in happened]}


def run_and_events(
    tx: Tx, company: str, number: int, limit: int = ALL, after: int = 0
) -> tuple[dict[str, Any], list[events.Event]]:
    """A run as `log` shows it, and the lines of its history. Raises `NoSuchThing`."""
    find(tx, company)
    found = runs.by_number(tx, company, number)
    if found is None:
        raise NoSuchThing(f"There is no run {number}.")
    return _run(found), events.of_run(tx, company, found.id, limit, after)


def event(each: events.Event, known: Names) -> dict[str, Any]:
    """One line of the history. known: what its references are called."""
    return {
        "event": each.id,
        "at": each.at,
        "what": each.what,
        "side": _written_side(each),
        "severity": each.severity,
        "kind": each.kind,
        "name": each.name,
        "books": each.books,
        "field": each.field,
        "reason": each.reason,
        "told": each.told,
        "who": each.who,
        "changes": changes(known, each.kind, each.before, each.after),
        "put_back": list(may_put_back(each)),
    }


WRITTEN: Mapping[str, Side] = {
    Reason.NEW: Side.FIELD, Reason.CHANGED: Side.FIELD, Reason.RULES_CHANGED: Side.FIELD,
    Reason.DELETED_IN_BOOKS: Side.FIELD, Reason.REFUSED: Side.FIELD,
    Reason.NEW_IN_FIELD: Side.BOOKS, Reason.CHANGED_IN_FIELD: Side.BOOKS, Reason.REFUSED_BY_BOOKS: Side.BOOKS,
}  # fmt: skip
"""The side that a line of the history says was written, where its reason tells; the sentence tells of all others."""


def _written_side(each: events.Event) -> str:
    return WRITTEN[each.reason].value if each.what in WROTE and each.reason in WRITTEN else ""


WROTE = ("created", "updated", "deactivated", "failed")


def attention(journal: Journal, company: str) -> list[dict[str, Any]]:
    """What waits for a person, oldest first. Each with actions: the words that `solving.solve` takes; side: of the
    record that waits, others_side: of those that it collides with; candidates: what it may be linked with, and
    suggested: what looks like it besides, each with side, id and name, the suggested also with score and why."""
    with journal.read() as tx:
        find(tx, company)
        return [_hold(tx, company, hold) for hold in holds.listed(tx, company)]


def _hold(tx: Tx, company: str, hold: holds.Hold) -> dict[str, Any]:
    side, record = hold.holder
    actions = ways_out(hold)
    return {
        "hold": hold.id,
        "kind": hold.kind.value,
        "name": hold.name,
        "books_name": books_names(tx, company, [(hold.kind, hold.books)]).get((hold.kind, hold.books), ""),
        "books": hold.books or None,
        "field": hold.field or None,
        "side": side.value,
        "reason": hold.code,
        "told": hold.told,
        "todo": hold.todo,
        "others": list(hold.others),
        "others_side": hold.others_side.value,
        "candidates": _called(tx, company, hold.kind, hold.others_side, solving.candidates(hold)),
        "suggested": likeness.suggestions(tx, company, hold.kind, side, record, SUGGESTED, hold.others)
        if LINK in actions
        else [],
        "actions": list(actions),
        "waiting": hold.waiting,
        "since": hold.opened_at,
    }


SUGGESTED = 3


def _called(tx: Tx, company: str, kind: Kind, side: Side, ids: Sequence[str]) -> list[dict[str, Any]]:
    seen = sights.load(tx, company, side, kind, ids)
    return [{"side": side.value, "id": id, "name": seen[id].full_name if id in seen else ""} for id in ids]


def history(journal: Journal, company: str, kind: str, record: str) -> dict[str, Any]:
    """Everything that happened to a record, over both sides. ``record`` is a ListID or a number of the field side."""
    try:
        known = Kind(kind)
    except ValueError:
        raise WrongUse(f"There is no kind {kind!r}; there are: {', '.join(Kind)}.") from None
    with journal.read() as tx:
        find(tx, company)
        pair = _pair(tx, company, known, record)
        found = events.of_record(tx, company, kind, pair["books"] or "", pair["field"] or "")
        if not found and not sights.find(tx, company, known, record):
            raise NoSuchThing(
                f"No {kind} with the id {record!r} was ever seen, in QuickBooks or in the field system."
            )
        shown = names(tx, company)
        return {"kind": kind, **pair, "events": [event(each, shown) for each in found]}


def _pair(tx: Tx, company: str, kind: Kind, record: str) -> dict[str, Any]:
    for side in Side:
        link = links.load(tx, company, side, kind, [record]).get(record)
        if link is not None:
            return {"books": link.books, "field": link.field, "link": link.state}
    sides: Iterable[tuple[Side, sights.Sight]] = sights.find(tx, company, kind, record)
    where = {side for side, _ in sides}
    return {
        "books": record if Side.BOOKS in where else None,
        "field": record if Side.FIELD in where else None,
        "link": None,
    }


def status(journal: Journal, company: str) -> dict[str, Any]:
    """Is it connected, does anything need me, is it in step: the three questions, for one company."""
    with journal.read() as tx:
        found = find(tx, company)
        settings = complete(found.settings)
        lease = leases.get(tx, company)
        newest: Sequence[runs.Run] = runs.newest(tx, company, 1)
        waiting = plans.proposed(tx, company)
        identity = found.identity
        heard = lease.heard_at if lease else None
        silent_after = LIGHT_SECONDS * 60 * int(settings["schedule"])
        ever = heard is not None
        alive = heard is not None and journal.now() - heard < silent_after
        return {
            "id": found.id,
            "name": found.name,
            "connection": "connected" if alive else "silent" if ever else "never",
            "heard_at": heard,
            "session_open": bool(lease and lease.open),
            "paused": settings["paused"] == "on",
            "file": {"name": identity.get("name"), "path": identity.get("path")},
            "host": identity.get("host") or {},
            "last_run": _run(newest[0]) if newest else None,
            "plan_waiting": {"plan": waiting.number, "why": waiting.why} if waiting else None,
            "attention": holds.count(tx, company),
            "in_books": sights.count(tx, company, Side.BOOKS, Kind.CUSTOMER),
            "in_field": sights.count(tx, company, Side.FIELD, Kind.CUSTOMER),
            "linked": links.count(tx, company, Kind.CUSTOMER),
            "kinds": {
                kind.value: {
                    "in_books": sights.count(tx, company, Side.BOOKS, kind),
                    "in_field": sights.count(tx, company, Side.FIELD, kind),
                    "linked": links.count(tx, company, kind),
                }
                for kind in Kind
            },
            "not_synced": _resting(tx, company, Side.BOOKS),
            "not_in_books": _resting(tx, company, Side.FIELD),
            "statuses": holds.status_counts(tx, company, Kind.CUSTOMER),
            "left": plans.left(tx, company),
            "sync_asked": found.sync_asked,
            "settings": settings,
        }


def _resting(tx: Tx, company: str, side: Side) -> list[dict[str, Any]]:
    """Records of one side that rest, by reason."""
    counts = sights.decision_counts(tx, company, side, Kind.CUSTOMER)
    return [
        {"reason": reason, "count": count, "status": SENTENCES[Reason(reason)].status}
        for reason, count in sorted(counts.items())
    ]
