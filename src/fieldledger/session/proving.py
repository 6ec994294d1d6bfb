"""Is what seems not to be there really not there? The last step before a create goes out once more (spec 10.1).

A lookup by name does not find a record that was renamed or deleted meanwhile. So everything that moved in QuickBooks
since the set went out is read, deletions beside each page, and looked through. What can not be told to be somebody
else's may be ours: it is shown to a person, and never made again here.
"""

from __future__ import annotations

from collections.abc import Sequence

from fieldledger.journal import Tx, message_sets, plans, sights
from fieldledger.journal.database import iso
from fieldledger.journal.message_sets import MessageSet
from fieldledger.journal.plans import Planned
from fieldledger.journal.sights import Sight
from fieldledger.model.kinds import Kind, Side
from fieldledger.model.names import name_key
from fieldledger.model.outcome import Outcome, Verdict
from fieldledger.model.plan import Verb
from fieldledger.model.record import Record
from fieldledger.policy.kinds import alike, customer
from fieldledger.session.doubt import anew, hold, is_older, send_again
from fieldledger.session.posting import Posting
from fieldledger.session.settling import Told, settle

KIND = Kind.CUSTOMER
KEPT = 80 * 86_400
"""Seconds for which QuickBooks surely keeps deletions (it says 90 days)."""
NAMED_MOST = 5
WANTED_MOST = 1000


def prove(tx: Tx, job: Posting) -> None:
    """After everything that moved in QuickBooks has been read: is one of what seems to be absent there under another
    name, or was it deleted? Then on with the ladder."""
    out = message_sets.out(tx, job.company.id)
    if out is None:
        return
    mine = plans.of_set(tx, out.id)
    marks = sights.unlinked_marks(tx, job.company.id, KIND)
    by_mark = {guid.strip("{}").lower(): sight for sight, guid in marks.values() if guid}
    done: list[Told] = []
    unsure: list[tuple[Planned, str, tuple[str, ...]]] = []
    absent: list[Planned] = []
    creates: list[Planned] = []
    for action in mine:
        marked = by_mark.get((action.key or "").lower())
        if action.verb is not Verb.CREATE:
            absent.append(action)
        elif marked is None:
            creates.append(action)
        elif marked.gone is None:
            told = Outcome(verdict=Verdict.DONE)
            done.append(
                Told(action=action, outcome=told, record=_as_record(marked, action.key or ""), echo=False)
            )
        else:
            unsure.append((action, "it was made, and deleted in QuickBooks meanwhile.", ()))
    tells = sights.tells_marks(tx, job.company.id, KIND)
    strangers = [] if tells else _perhaps_ours([sight for sight, guid in marks.values() if not guid], out)
    there = {sight.record: sight for sight in strangers if sight.gone is None}
    deleted = any(not is_older(each.id, out) for each in job.session.deleted) or len(strangers) > len(there)
    hidden = _hidden(tx, job, out)
    told_of = job.session.deletions_told and job.now - out.sent_at < KEPT
    alike = {action.id: sight for action in creates if (sight := _alike(action, list(there.values())))}
    others = [sight for sight in there.values() if sight not in alike.values()]
    for action in creates:
        if action.id in alike:
            unsure.append((action, _may_be([alike[action.id]]), (alike[action.id].record,)))
        elif others:
            unsure.append((action, _may_be(others), tuple(sight.record for sight in others)))
        elif deleted:
            unsure.append(
                (action, "a customer that may have been it was deleted in QuickBooks meanwhile.", ())
            )
        elif hidden:
            unsure.append((action, "a customer that came to QuickBooks since then could not be read.", ()))
        elif not told_of:
            unsure.append((action, "QuickBooks does not tell what was deleted there meanwhile.", ()))
        else:
            absent.append(action)
    settle(tx, job.settling(KIND), Side.BOOKS, done)
    hold(tx, job, unsure)
    taken = _whose_name_is_taken(tx, job, absent)
    anew(tx, job, taken)
    absent = [action for action in absent if action not in taken]
    job.session.deleted = ()
    if not absent:
        message_sets.close(tx, out.id, "settled")
        return
    send_again(tx, job, out, mine, absent)


def _whose_name_is_taken(tx: Tx, job: Posting, absent: Sequence[Planned]) -> list[Planned]:
    """Creates of a name that another customer bears by now: they are decided anew, by the direction (spec 2.7)."""
    keys = {action.id: name_key((action.after or {}).get("name")) for action in absent}
    found = sights.by_name(tx, job.company.id, Side.BOOKS, KIND, set(keys.values()))
    tops = {key for key, group in found.items() if any(sight.parent is None for sight in group)}
    return [action for action in absent if action.verb is Verb.CREATE and keys[action.id] in tops]


def _perhaps_ours(unmarked: Sequence[Sight], out: MessageSet) -> list[Sight]:
    """Where QuickBooks tells no marks: records that are not older than the set. What they look like by now, and where
    they stand, proves nothing, since people edit what they rename, and make jobs of customers."""
    sent_at = iso(out.sent_at)
    return [
        sight
        for sight in unmarked
        if not is_older(sight.record, out) and (sight.gone is not None or sight.seen_at >= sent_at)
    ]


def _hidden(tx: Tx, job: Posting, out: MessageSet) -> bool:
    """Whether there is a record, not older than the set, that QuickBooks lists and could never show."""
    unread = sights.next_wanted(tx, job.company.id, KIND, WANTED_MOST)
    known = sights.versions(tx, job.company.id, KIND, unread)
    return any(id not in known and not is_older(id, out) for id in unread)


def _alike(action: Planned, there: Sequence[Sight]) -> Sight | None:
    """One that bears all that was to be written but the name: it, and no other, is shown."""
    after = action.after or {}
    told = [name for name in customer.LABELS if name not in ("name", "active") and after.get(name)]
    for sight in there:
        if told and all(alike(name, after.get(name), sight.values.get(name)) for name in told):
            return sight
    return None


def _may_be(sights: Sequence[Sight]) -> str:
    names = ", ".join(repr(sight.full_name) for sight in sights[:NAMED_MOST])
    more = " and others" if len(sights) > NAMED_MOST else ""
    return f"it may be {names}{more}, which came to QuickBooks since then."


def _as_record(sight: Sight, guid: str) -> Record:
    return Record(
        kind=KIND,
        id=sight.record,
        version=sight.version,
        modified=sight.modified,
        values=sight.values,
        parent_id=sight.parent,
        full_name=sight.full_name,
        guid=guid,
    )
