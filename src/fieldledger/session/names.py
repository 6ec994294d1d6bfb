"""Who bears a name that QuickBooks says is taken? Customers, vendors, employees and other names share one list of names
(rules.md 27), and a person can only help who knows where to look (spec 2.7).
"""

from __future__ import annotations

from collections.abc import Sequence

from fieldledger.journal import Tx, events, holds, plans, sights
from fieldledger.journal.plans import Planned
from fieldledger.model.kinds import Kind, Side
from fieldledger.model.names import name_key
from fieldledger.model.plan import Reason
from fieldledger.policy.sentences import tell
from fieldledger.session.ports import Ask, Named, ReadHolders
from fieldledger.session.posting import STALE_MOST, Posting, record_of
from fieldledger.session.refusing import hold_actions
from fieldledger.session.state import FETCH, Session

KIND = Kind.CUSTOMER
LISTS = {
    "customer": "a customer",
    "vendor": "a vendor",
    "employee": "an employee",
    "other_name": "an other name",
}


def ask(session: Session) -> Ask | None:
    """None = no name is in question."""
    names = tuple(dict.fromkeys(name for _, name in session.taken if name))
    if not names:
        session.taken = ()
        return None
    session.step += 1
    return ReadHolders(id=f"{session.step}.1", kind=KIND, names=names)


def settle(tx: Tx, job: Posting, named: Sequence[Named]) -> None:
    """Say which list holds each name. A customer that was not known yet is read, and decided with."""
    by_name: dict[str, list[Named]] = {}
    for entry in named:
        by_name.setdefault(name_key(entry.name), []).append(entry)
    taken = {id: by_name.get(name_key(name), []) for id, name in job.session.taken}
    job.session.taken = ()
    known = sights.load(
        tx, job.company.id, Side.BOOKS, KIND,
        [entry.id for entries in taken.values() for entry in entries if entry.list == "customer"],
    )  # fmt: skip
    waiting = []
    free = []
    others: dict[int, tuple[str, ...]] = {}
    for action in plans.by_id(tx, taken):
        entries = taken[action.id]
        unseen = [entry.id for entry in entries if entry.list == "customer" and entry.id not in known]
        if unseen:
            sights.want(tx, job.company.id, KIND, unseen)
            sights.mark_due(tx, job.company.id, Side.FIELD, KIND, [action.field or ""])
            job.session.phase = FETCH
        if not entries and job.session.tries.get(record_of(action), 0) < STALE_MOST:
            # It is free by now: whoever bore it gave it up, in the same set perhaps.
            job.session.tries[record_of(action)] = job.session.tries.get(record_of(action), 0) + 1
            free.append(action)
            continue
        others[action.id] = tuple(entry.id for entry in entries if entry.list == "customer")
        detail = (
            ", ".join(_words(entry) for entry in entries)
            or "it is in use there, in a list that was not shown"
        )
        wanted = (action.after or {}).get("name") or action.name
        waiting.append((action, Reason.NAME_TAKEN, tell(Reason.NAME_TAKEN, name=wanted, detail=detail), ""))
    events.record(tx, job.company.id, job.run, job.at, hold_actions(tx, job.settling(KIND), waiting, others))
    _try_again(tx, job, free)


def _try_again(tx: Tx, job: Posting, free: Sequence[Planned]) -> None:
    books = [action.books for action in free if action.books]
    field = [action.field for action in free if action.field]
    holds.solve(tx, job.company.id, KIND, books, "sync", job.at)
    holds.solve(tx, job.company.id, KIND, field, "sync", job.at, Side.FIELD)
    sights.mark_due(tx, job.company.id, Side.BOOKS, KIND, books)
    sights.mark_due(tx, job.company.id, Side.FIELD, KIND, field)


def _words(entry: Named) -> str:
    state = "" if entry.active else ", inactive"
    return f"it is {LISTS.get(entry.list, entry.list)} there{state}"
