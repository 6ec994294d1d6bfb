"""What pages show beyond `views`: long lists a page at a time, filtered and searched; both sides of a record beside
each other; the customers by status. Reads only, and decides nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from fieldledger.journal import Journal, Tx, holds, plans, sights
from fieldledger.model.kinds import Kind, Side
from fieldledger.model.names import name_key
from fieldledger.model.plan import Reason, Verb
from fieldledger.office import views
from fieldledger.policy.kinds.customer import LABELS
from fieldledger.policy.sentences import SENTENCES, Sentence

STATUSES = (
    "Waiting", "Sending", "Synced", "Synced with warnings", "Needs attention", "Conflict", "On hold", "Skipped",
    "Voided", "Deleted in QuickBooks",
)  # fmt: skip
"""The words of spec 9.4, in its order. Nothing else is ever called a status."""

RESTING = ("Waiting", "On hold", "Skipped")
"""Statuses that are counted by the decision on which a QuickBooks record rests; *Needs attention* is counted by what
is held, all others by the badges that the field records bear. So nothing is counted twice."""

WEIGHT = {Verb.DEACTIVATE: 0, Verb.UPDATE: 1, Verb.HOLD: 2, Verb.CREATE: 3, Verb.NOTE: 4, Verb.SKIP: 5}
"""The order in which a person looks at a plan: what overwrites something stands first."""

WORK = ("created", "updated", "deactivated", "held", "failed")
"""Counts of a run that say that it did something."""

TROUBLE = ("failed", "warnings")
"""Counts of a run that say that a person may want to look at it."""

RUNS_SHOWN = 60
RUNS_SEARCHED = 20_000
"""A filter of the log looks through so many runs at most: some 200 days at one every 15 minutes."""


def overview(journal: Journal, company: str) -> dict[str, Any]:
    """`views.status`, and: runs (the newest, newest first), last_ended (the newest that is over), last_done (the
    newest that brought both sides in step), by_status, next_call (Unix seconds, about; None = not known), now."""
    status = views.status(journal, company)
    newest = views.log(journal, company, RUNS_SHOWN)
    every = 60 * int(status["settings"]["schedule"])
    heard = status["heard_at"]
    with journal.read() as tx:
        by_status = _by_status(tx, company, status)
    return {
        **status,
        "runs": newest,
        "last_ended": next((run for run in newest if run["ended_at"]), None),
        "last_done": next((run for run in _every_run(journal, company) if run["outcome"] == "done"), None),
        "by_status": by_status,
        "next_call": heard + every if status["connection"] == "connected" and not status["paused"] else None,
        "now": journal.now(),
    }


def _by_status(tx: Tx, company: str, status: Mapping[str, Any]) -> list[dict[str, Any]]:
    """How many customers are in which status, in the order of spec 9.4, each with the reasons that are known."""
    found: dict[str, dict[str, int]] = {}

    def add(word: str, reason: str, count: int) -> None:
        if count > 0:
            reasons = found.setdefault(word, {})
            reasons[reason] = reasons.get(reason, 0) + count

    rivals = holds.count_claimed(tx, company, Kind.CUSTOMER)
    alone = sights.decision_counts(tx, company, Side.FIELD, Kind.CUSTOMER).get(Reason.FIELD_ONLY, 0)
    for rest in status["not_synced"]:
        if rest["status"] in RESTING:
            add(rest["status"], rest["reason"], rest["count"])
    for word, count in status["statuses"].items():
        if word not in (*RESTING, "Needs attention"):
            add(word, "", count)
    add("Waiting", "", status["left"])
    add("Needs attention", "", status["attention"])
    add("Skipped", Reason.FIELD_ONLY, alone - rivals)
    return [
        {
            "status": word,
            "count": sum(reasons.values()),
            "reasons": {key: n for key, n in reasons.items() if key},
        }
        for word in STATUSES
        if (reasons := found.get(word))
    ]


def plan(
    journal: Journal, company: str, number: int | None, *, verb: str, search: str, page: int, size: int
) -> dict[str, Any]:
    """`views.plan` with one page of its actions, what overwrites something first. verb, search: "" = all.

    Beside it: total (found), pages, page, first (place of the first action shown, from 1), newest (number of the
    plan that is shown when none is named).
    """
    with journal.read() as tx:
        found = views.find_plan(tx, company, number)
        newest = found if number is None else views.find_plan(tx, company, None)
        rows = plans.actions_of(tx, found.id, views.ALL, verb=verb or None) if found else []
        if search:
            names = views.books_names(tx, company, [row.books for row in rows])
            rows = [row for row in rows if _holds(search, row.name, names.get(row.books or "", ""), row.told)]
        rows.sort(key=lambda row: WEIGHT[row.verb])
        shown = _slice(rows, page, size)
        actions = views.planned(tx, company, shown.pop("items"))
        head = views.plan_head(tx, found)
    return {**head, **shown, "actions": actions, "newest": newest.number if newest else None}


def run(
    journal: Journal, company: str, number: int, *, what: str, search: str, page: int, size: int
) -> dict[str, Any]:
    """`views.run` with one page of its events. what, search: "" = all. Beside it as in `plan`, and by_what: how many
    events there are of each word."""
    with journal.read() as tx:
        head, happened = views.run_and_events(tx, company, number)
        by_what = Counter(each.what for each in happened)
        if what:
            happened = [each for each in happened if each.what == what]
        if search:
            names = views.books_names(tx, company, [each.books for each in happened if each.kind])
            happened = [
                each for each in happened if _holds(search, each.name, names.get(each.books, ""), each.told)
            ]
    shown = _slice(happened, page, size)
    lines = [with_todo(views.event(each)) for each in shown.pop("items")]
    with_books_names(journal, company, lines)
    return {**head, **shown, "events": lines, "by_what": dict(by_what)}


def log(journal: Journal, company: str, *, which: str, before: int | None, size: int) -> dict[str, Any]:
    """Runs, newest first: runs, more (number to go on before; None = that was all). which: all; work = those that
    did something or wait for approval; trouble = those that stopped, broke off or warned."""
    found: list[dict[str, Any]] = []
    for run in _every_run(journal, company, before):
        if WHICH[which](run):
            if len(found) == size:
                return {"runs": found, "more": found[-1]["run"]}
            found.append(run)
    return {"runs": found, "more": None}


def _did_work(run: Mapping[str, Any]) -> bool:
    return run["outcome"] in ("running", "waiting") or any(run["counts"].get(key) for key in WORK)


def _had_trouble(run: Mapping[str, Any]) -> bool:
    return run["outcome"] in ("stopped", "broken") or any(run["counts"].get(key) for key in TROUBLE)


WHICH: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "all": lambda run: True,
    "work": _did_work,
    "trouble": _had_trouble,
}


def _every_run(journal: Journal, company: str, before: int | None = None) -> Iterator[dict[str, Any]]:
    """Newest first, read in growing portions, so that the first is cheap."""
    seen, portion = 0, RUNS_SHOWN
    while seen < RUNS_SEARCHED:
        found = views.log(journal, company, portion, before)
        yield from found
        if len(found) < portion:
            return
        seen, before, portion = seen + portion, found[-1]["run"], min(2 * portion, 1000)


def attention(journal: Journal, company: str, *, page: int, size: int) -> dict[str, Any]:
    """`views.attention`, a page of it as in `plan`. Each item has status (spec 9.4), books_name, records: what it is
    about, on both sides, and differ: the fields in which they do."""
    shown = _slice(views.attention(journal, company), page, size)
    for hold in shown["items"]:
        hold["status"] = _status(hold["reason"])
        with journal.read() as tx:
            about = [hold["field"], *hold["others"]]
            hold["records"] = _records(tx, company, Kind(hold["kind"]), hold["books"], about)
        hold["differ"] = _differ(hold["records"])
    with_books_names(journal, company, shown["items"])
    return shown


def history(journal: Journal, company: str, kind: str, record: str) -> dict[str, Any]:
    """`views.history`, newest first, and: records (both sides as they were last seen), differ, name, books_name."""
    found = views.history(journal, company, kind, record)
    with journal.read() as tx:
        records = _records(tx, company, Kind(kind), found["books"], [found["field"]])
    events = [with_todo(each) for each in reversed(found["events"])]
    books_name = next((each["full_name"] for each in records if each["side"] == Side.BOOKS), "")
    named = (
        *(each["values"]["name"] for each in reversed(records)), *(each["name"] for each in events), books_name, record
    )  # fmt: skip
    return {
        **found,
        "events": events,
        "records": records,
        "differ": _differ(records),
        "books_name": books_name,
        "name": next(filter(None, named)),
    }


def with_books_names(journal: Journal, company: str, items: Collection[dict[str, Any]]) -> None:
    """Give each item books_name: what QuickBooks calls its record, parents first; "" where that is not known."""
    wanted = {each["books"] for each in items if each["books"] and each["kind"]}
    with journal.read() as tx:
        seen = sights.load(tx, company, Side.BOOKS, Kind.CUSTOMER, wanted)
    for each in items:
        sight = seen.get(each["books"] or "")
        each["books_name"] = sight.full_name if sight else ""


def with_todo(event: dict[str, Any]) -> dict[str, Any]:
    """The event with todo: what a person can do about it; "" when nothing is needed."""
    sentence = _sentence(event["reason"])
    return {**event, "todo": sentence.todo if sentence else ""}


def _status(reason: str) -> str:
    sentence = _sentence(reason)
    return sentence.status if sentence else "Needs attention"


def _sentence(reason: str) -> Sentence | None:
    """None for a reason that is none of the planner's: a setting, a garbled answer."""
    try:
        return SENTENCES[Reason(reason)]
    except ValueError:
        return None


def _records(
    tx: Tx, company: str, kind: Kind, books: str | None, field: Sequence[str | None]
) -> list[dict[str, Any]]:
    """The records with these ids as they were last seen, QuickBooks' first; unknown ones are left out."""
    found = []
    for side, ids in ((Side.BOOKS, [books]), (Side.FIELD, field)):
        wanted = list(dict.fromkeys(each for each in ids if each))
        seen = sights.load(tx, company, side, kind, wanted)
        found += [
            {
                "side": side.value,
                "id": each,
                "full_name": seen[each].full_name,
                "gone": seen[each].gone is not None,
                "values": {field: seen[each].values.get(field) for field in LABELS},
            }
            for each in wanted
            if each in seen
        ]
    return found


def _differ(records: Sequence[Mapping[str, Any]]) -> list[str]:
    """The fields that are not the same in all records. A job's name is derived (spec 3.1), so it tells nothing."""
    is_job = any(each["side"] == Side.BOOKS and ":" in each["full_name"] for each in records)
    return [
        field
        for field in LABELS
        if any(each["values"][field] != records[0]["values"][field] for each in records)
        and not (is_job and field == "name")
    ]


def _holds(search: str, *texts: str) -> bool:
    """Whether every word of the search stands in these texts: names, a reason."""
    text = name_key(" ".join(texts))
    return all(word in text for word in name_key(search).split())


def _slice(items: Sequence[Any], page: int, size: int) -> dict[str, Any]:
    """One page of a list; a page beyond the last is the last."""
    pages = max(1, -(-len(items) // size))
    page = min(max(page, 1), pages)
    first = (page - 1) * size
    return {
        "items": list(items[first : first + size]),
        "total": len(items),
        "page": page,
        "pages": pages,
        "first": first + 1,
    }
