"""What pages show beyond `views`: long lists a page at a time, filtered and searched; both sides of a record beside
each other; the customers by status. Reads only, and decides nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from fieldledger.journal import Journal, Tx, links, plans, sights, wishes
from fieldledger.model.kinds import Kind, Side
from fieldledger.model.names import name_key
from fieldledger.model.plan import WRITES, Reason, Verb
from fieldledger.office import deciding, likeness, renaming, restoring, solving, views
from fieldledger.office.naming import books_names, names
from fieldledger.office.tallies import by_status
from fieldledger.policy.sentences import SENTENCES, Sentence
from fieldledger.policy.ways_out import LINK

WEIGHT = {
    Verb.DEACTIVATE: 0, Verb.UPDATE: 1, Verb.LINK: 2, Verb.HOLD: 3, Verb.CREATE: 4, Verb.NOTE: 5, Verb.SKIP: 6,
    Verb.AGREE: 7,
}  # fmt: skip
"""The order in which a person looks at a plan: what overwrites something stands first."""

WORK = ("created", "updated", "deactivated", "linked", "held", "failed")
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
        counted = by_status(tx, company, status)
    return {
        **status,
        "runs": newest,
        "last_ended": next((run for run in newest if run["ended_at"]), None),
        "last_done": next((run for run in _every_run(journal, company) if run["outcome"] == "done"), None),
        "by_status": counted,
        "next_call": heard + every if status["connection"] == "connected" and not status["paused"] else None,
        "now": journal.now(),
    }


def plan(
    journal: Journal, company: str, number: int | None, *, verb: str, search: str, page: int, size: int
) -> dict[str, Any]:
    """`views.plan` with one page of its actions, what overwrites something first. verb, search: "" = all.

    Beside it: total (found), pages, page, first (place of the first action shown, from 1), newest (number of the
    plan that is shown when none is named), by_side (for each kind, how many actions
    of each verb write each side).
    """
    with journal.read() as tx:
        found = views.find_plan(tx, company, number)
        newest = found if number is None else views.find_plan(tx, company, None)
        rows = plans.actions_of(tx, found.id, views.ALL) if found else []
        by_side = _by_side(rows)
        rows = [row for row in rows if row.verb == verb] if verb else rows
        if search:
            called = books_names(tx, company, [(row.kind, row.books) for row in rows])
            rows = [
                row
                for row in rows
                if _holds(search, row.name, called.get((row.kind, row.books or ""), ""), row.told)
            ]
        rows.sort(key=lambda row: WEIGHT[row.verb])
        shown = _slice(rows, page, size)
        actions = views.planned(tx, company, shown.pop("items"))
        head = views.plan_head(tx, found)
    return {
        **head, **shown, "actions": actions, "by_side": by_side, "newest": newest.number if newest else None
    }  # fmt: skip


def _by_side(rows: Sequence[plans.Planned]) -> dict[str, dict[str, dict[str, int]]]:
    counts: dict[str, dict[str, dict[str, int]]] = {}
    for row in rows:
        if row.verb in WRITES:
            of_verb = counts.setdefault(row.kind.value, {}).setdefault(row.verb.value, {})
            of_verb[row.side.value] = of_verb.get(row.side.value, 0) + 1
    return counts


def perhaps(journal: Journal, company: str, plan: int, most: int) -> list[dict[str, Any]]:
    """Pairs that may be one customer (`likeness.likely`), of which this plan would create one half or both on the other
    side."""
    found = likeness.likely(journal, company, views.ALL)
    if not found:
        return []
    with journal.read() as tx:
        known = views.find_plan(tx, company, plan)
        made = plans.actions_of(tx, known.id, views.ALL, verb=Verb.CREATE) if known else []
    books = {each.books for each in made if each.side is Side.FIELD}
    field = {each.field for each in made if each.side is Side.BOOKS}
    return [pair for pair in found if pair["books"] in books or pair["field"] in field][:most]


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
            called = books_names(tx, company, [(each.kind, each.books) for each in happened])
            happened = [
                each
                for each in happened
                if _holds(search, each.name, called.get((each.kind, each.books), ""), each.told)
            ]
        known = names(tx, company)
    shown = _slice(happened, page, size)
    lines = [with_todo(views.event(each, known)) for each in shown.pop("items")]
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
    """`views.attention`, a page of it as in `plan`, and all_at_once: how many each word that can be said to all would
    solve. Each item has status (spec 9.4), records: what it is about, on both sides, differ: the fields in which they
    do, renameable: side, id and name of those that may be renamed, and name_most: how long a name may be."""
    every = views.attention(journal, company)
    shown = _slice(every, page, size)
    shown["all_at_once"] = {
        do: sum(do in each["actions"] and (do != LINK or len(each["candidates"]) == 1) for each in every)
        for do in solving.MANY
    }
    for hold in shown["items"]:
        hold["status"] = _status(hold["reason"])
        with journal.read() as tx:
            about = {side.value: [hold[side.value]] for side in Side}
            about[hold["others_side"]] += hold["others"]
            hold["records"] = _records(
                tx, company, Kind(hold["kind"]), about[Side.BOOKS.value], about[Side.FIELD.value]
            )
            hold["renameable"] = renaming.renameable(tx, company, hold["hold"])
        hold["name_most"] = deciding.NAME_MOST[Kind(hold["kind"])]
        hold["differ"] = _differ(hold["records"])
    return shown


def history(journal: Journal, company: str, kind: str, record: str) -> dict[str, Any]:
    """`views.history`, newest first, and: records (both sides as they were last seen), differ, name, books_name;
    deleted: it is gone from the field system and can be brought back; ignored: a person said to leave it; suggested:
    of a record without a pair, what looks like it on the other side."""
    found = views.history(journal, company, kind, record)
    books, field = ([found[side.value]] if found[side.value] else [] for side in (Side.BOOKS, Side.FIELD))
    with journal.read() as tx:
        records = _records(tx, company, Kind(kind), books, field)
        link = next(iter(links.load(tx, company, Side.BOOKS, Kind(kind), books).values()), None)
        deleted = restoring.deleted_in_field(tx, company, Kind(kind), link)
        asked = wishes.load(tx, company, Kind(kind), books, field)
        ignored = any(
            wish.what == wishes.IGNORE for half in asked for theirs in half.values() for wish in theirs
        )
        # Only customers are compared and linked by hand: an entry of a small list is known by its name.
        single = kind == Kind.CUSTOMER and link is None and len(records) == 1
        alone = records[0] if single and not records[0]["gone"] else None
        suggested = (
            likeness.suggestions(tx, company, Kind(kind), Side(alone["side"]), alone["id"]) if alone else []
        )
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
        "deleted": deleted,
        "ignored": ignored,
        "suggested": suggested,
        "books_name": books_name,
        "name": next(filter(None, named)),
    }


def with_books_names(journal: Journal, company: str, items: Collection[dict[str, Any]]) -> None:
    """Give each item books_name: what QuickBooks calls its record, parents first; "" where that is not known."""
    with journal.read() as tx:
        called = books_names(tx, company, [(each["kind"], each["books"]) for each in items])
    for each in items:
        each["books_name"] = called.get((each["kind"], each["books"] or ""), "")


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
    tx: Tx, company: str, kind: Kind, books: Sequence[str | None], field: Sequence[str | None]
) -> list[dict[str, Any]]:
    """The records with these ids as they were last seen, QuickBooks' first; unknown ones are left out."""
    found = []
    known = names(tx, company)
    for side, ids in ((Side.BOOKS, books), (Side.FIELD, field)):
        wanted = list(dict.fromkeys(each for each in ids if each))
        seen = sights.load(tx, company, side, kind, wanted)
        found += [
            {
                "side": side.value,
                "id": each,
                "full_name": seen[each].full_name,
                "gone": seen[each].gone is not None,
                "values": known.values(kind, side, seen[each].values),
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
        for field in (records[0]["values"] if records else ())
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
