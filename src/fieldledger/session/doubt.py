"""What became of a set of writes whose answer nobody has? Asked first thing after any silence (design: the ladder).

A stored answer counts as if it had just come. Without one it is looked up, record by record: what is there is settled,
what is not there goes out again as the same bytes, which QuickBooks replays rather than repeats. What cannot be told
is held for a person. Nothing else is written meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from fieldledger.journal import Tx, events, message_sets, plans, sights
from fieldledger.journal.message_sets import MessageSet
from fieldledger.journal.plans import Planned
from fieldledger.journal.sights import Sight
from fieldledger.model.kinds import LISTS, Kind, Side
from fieldledger.model.names import name_key
from fieldledger.model.outcome import Outcome, Verdict
from fieldledger.model.plan import Reason, Verb
from fieldledger.model.record import Gone, Record
from fieldledger.policy.kinds import LABELS, REFERENCES, UNLINKED, alike, customer, referred
from fieldledger.policy.sentences import tell
from fieldledger.session import reading
from fieldledger.session.ports import Activity, AnswerHead, Ask, ReadActivity, ReadIds, ReadNamed
from fieldledger.session.posting import Posting, writes_of
from fieldledger.session.reading import Stopped
from fieldledger.session.refusing import hold_actions
from fieldledger.session.settling import Told, perhaps_overwritten, settle
from fieldledger.session.state import AGAIN, Session

DOUBTS_MOST = 6
"""Questions about one set in one session, before it is left to the next."""
SENDINGS_MOST = 3
"""How often one set goes out."""
SETS_MOST = 4
"""In how many sets a record goes out without an answer before it waits for a person."""
BUGS = ("9001", "9004")
"""Set statuses that can only come of a mistake of ours: two contents under one id, an id that cannot be."""
SOON = 120
"""Seconds by which two computers' clocks may be apart when a record is judged to be older than our write."""
_CREATED = re.compile(r"[0-9A-Fa-f]+-(\d{9,10})")
TELLING = (Verdict.DONE, Verdict.NOTHING, Verdict.MISSING, Verdict.WARNED)


def ask_status(job: Posting, out: MessageSet) -> str:
    """The status check: the stored answer of this set, without doing anything. Raises `Stopped`."""
    job.session.doubts += 1
    if job.session.doubts > DOUBTS_MOST:
        raise Stopped(
            "QuickBooks does not tell what became of the last writes. Nothing else was written; the next sync asks "
            "again, before anything else."
        )
    return job.books.encode((), set_id=out.set_id, old_id=out.set_id)


def lookup_asks(tx: Tx, session: Session, out: MessageSet) -> tuple[Ask, ...]:
    """Questions for the records that the set was to write."""
    session.step += 1
    mine = plans.of_set(tx, out.id)
    kind = _kind(mine)
    names = tuple(
        dict.fromkeys((action.after or {}).get("name") or "" for action in mine if action.verb is Verb.CREATE)
    )
    ids = tuple(dict.fromkeys(action.books for action in mine if action.books))
    asks: list[Ask] = []
    if names:
        asks.append(ReadNamed(id=f"{session.step}.1", kind=kind, names=names))
    if ids:
        asks.append(ReadIds(id=f"{session.step}.2", kind=kind, ids=ids))
    if asks and not session.alone:
        asks.append(ReadActivity(id=f"{session.step}.3"))
    return tuple(asks)


def _kind(mine: Sequence[Planned]) -> Kind:
    """A set writes records of one kind."""
    return mine[0].kind if mine else Kind.CUSTOMER


def settle_lookup(
    tx: Tx, job: Posting, heads: Sequence[AnswerHead], records: Sequence[Record], activity: Activity | None
) -> None:
    """After the answer to a lookup, whose records are stored as sights. Raises `Stopped` when it told too little."""
    out = message_sets.out(tx, job.company.id)
    if out is None:
        return
    for head in heads:
        if head.outcome.verdict not in TELLING:
            raise Stopped(
                "What became of the last writes could not be looked up in QuickBooks "
                f"({head.outcome.meaning}). Nothing else was written; the next sync asks again."
            )
    by_id = {record.id: record for record in records}
    by_name = {name_key(record.full_name): record for record in records}
    mine = plans.of_set(tx, out.id)
    done: list[Told] = []
    anew: list[Planned] = []
    unsure: list[tuple[Planned, Record]] = []
    absent: list[Planned] = []
    for action in mine:
        wanted = name_key((action.after or {}).get("name"))
        record = by_name.get(wanted) if action.verb is Verb.CREATE else by_id.get(action.books or "")
        match _judge(action, record, out):
            case "done":
                done.append(
                    Told(action=action, outcome=Outcome(verdict=Verdict.DONE), record=record, echo=False)
                )
            case "absent":
                absent.append(action)
            case "unsure" if record is not None:
                unsure.append((action, record))
            case _:
                anew.append(action)
    _tell(tx, job, done, absent)
    settle(tx, job.settling(_kind(mine)), Side.BOOKS, done)
    _anew(tx, job, anew)
    _hold(tx, job, unsure)
    if not absent:
        message_sets.close(tx, out.id, "settled")
        return
    restored = _restored(job, activity)
    if _must_be_proved(absent) and not restored:
        job.session.prove = True
        reading.begin(tx, job.company, job.session, job.now)
        return
    _send_again(tx, job, out, mine, absent, restored=restored)


def _judge(action: Planned, record: Record | None, out: MessageSet) -> str:
    """done: it happened; absent: it did not; unsure: it may have; anew: the record is another by now."""
    if action.verb is not Verb.CREATE:
        if record is None:
            return "anew"  # it is asked for by its id once more, and proved to be gone
        if _shows(action, record):
            return "done"
        return "absent" if record.version == action.version else "anew"
    if record is None:
        return "absent"
    if record.guid and action.key:
        return "done" if record.guid.strip("{}").lower() == action.key.lower() else "anew"
    created = _CREATED.fullmatch(record.id)
    if created and int(created[1]) < out.sent_at - 86_400:
        return "anew"  # it was there long before: somebody else's
    if action.kind in LISTS and not _shows(action, record):
        return "anew"
    return "done" if _shows(action, record) else "unsure"


def _shows(action: Planned, record: Record) -> bool:
    """Whether the record bears everything that was to be written."""
    after = action.after or {}
    for name in action.fields or tuple(LABELS[action.kind]):
        if name not in LABELS[action.kind]:
            continue
        sent, there = after.get(name), record.values.get(name)
        if name in REFERENCES[action.kind] and not (sent and _was_sent(sent)):
            continue  # not stated: QuickBooks may have put its default there
        if name == "locations":
            sent = customer.own_locations(sent)
        if not alike(name, sent, there):
            return False
    return True


def _was_sent(value: Any) -> bool:
    """Whether a reference could be sent at all: what has no pair is left out."""
    return not any(id.startswith(UNLINKED) for id in referred(value))


def _restored(job: Posting, activity: Activity | None) -> bool:
    known = job.company.identity.get("last_restore")
    return bool(activity and known is not None and (activity.last_restore or "") not in (known, ""))


def _send_again(
    tx: Tx,
    job: Posting,
    out: MessageSet,
    mine: Sequence[Planned],
    absent: Sequence[Planned],
    *,
    restored: bool,
) -> None:
    kind = _kind(mine)
    tired = [action for action in absent if action.unanswered >= SETS_MOST]
    plans.unanswered(tx, [action.id for action in absent])
    if restored or kind not in job.may_write:
        # Another state of the file, or another direction: it is proved not to be there, and is decided anew.
        _anew(tx, job, absent)
        message_sets.close(tx, out.id, "settled")
    elif tired:
        _give_up(tx, job, tired)
        plans.later(tx, [action.id for action in absent if action not in tired], job.now)
        message_sets.close(tx, out.id, "settled")
    elif len(absent) < len(writes_of(out)) or out.attempts >= SENDINGS_MOST:
        # Part of it is there, so that the rest is another content; or QuickBooks will not take the same id again. Each
        # record is proved not to be there, and its name is still free: a new set cannot make it twice.
        message_sets.close(tx, out.id, "settled")
        plans.later(tx, [action.id for action in absent], job.now)
    else:
        job.session.phase = AGAIN


def _must_be_proved(absent: Sequence[Planned]) -> bool:
    """A record that was created and then renamed is not found by its name: before it is created again, everything that
    QuickBooks shows is looked through."""
    return any(action.verb is Verb.CREATE and action.kind is Kind.CUSTOMER for action in absent)


def prove(tx: Tx, job: Posting) -> None:
    """After everything that moved in QuickBooks has been read: is one of what seems to be absent there under another
    name? Then on with the ladder."""
    out = message_sets.out(tx, job.company.id)
    if out is None:
        return
    mine = plans.of_set(tx, out.id)
    there = sights.unlinked_marks(tx, job.company.id, Kind.CUSTOMER)
    by_mark = {guid.strip("{}").lower(): sight for sight, guid in there.values() if guid}
    done: list[Told] = []
    unsure: list[tuple[Planned, Record]] = []
    absent: list[Planned] = []
    deleted: list[Planned] = []
    for action in mine:
        marked = by_mark.get((action.key or "").lower()) if action.verb is Verb.CREATE else None
        alike = (
            None if marked else _perhaps(action, out, [sight for sight, guid in there.values() if not guid])
        )
        if marked:
            told = Outcome(verdict=Verdict.DONE)
            done.append(Told(action=action, outcome=told, record=_as_record(marked), echo=False))
        elif _perhaps_deleted(action, out, job.session.deleted):
            deleted.append(action)
        elif alike:
            unsure.append((action, _as_record(alike)))
        else:
            absent.append(action)
    settle(tx, job.settling(_kind(mine)), Side.BOOKS, done)
    _hold(tx, job, unsure)
    _hold_deleted(tx, job, deleted)
    job.session.deleted = ()
    if not absent:
        message_sets.close(tx, out.id, "settled")
        return
    _send_again(tx, job, out, mine, absent, restored=False)


def _perhaps_deleted(action: Planned, out: MessageSet, deleted: Sequence[Gone]) -> bool:
    """Whether a record of that name, not older than the set and never seen here, was deleted meanwhile: it may have
    been ours, and a person did not want it."""
    wanted = name_key((action.after or {}).get("name"))
    return action.verb is Verb.CREATE and any(
        name_key(each.full_name) == wanted
        and not ((created := _CREATED.fullmatch(each.id)) and int(created[1]) < out.sent_at - 86_400)
        for each in deleted
    )


def _hold_deleted(tx: Tx, job: Posting, actions: Sequence[Planned]) -> None:
    told = tell(Reason.UNSURE, detail="a customer of that name was deleted in QuickBooks meanwhile.")
    plans.settle(tx, [action.id for action in actions], "refused")
    waiting = [(action, Reason.UNSURE, told, "") for action in actions]
    events.record(
        tx, job.company.id, job.run, job.at, hold_actions(tx, job.settling(_kind(actions)), waiting)
    )
    job.session.count("failed", len(actions))


def _perhaps(action: Planned, out: MessageSet, there: Sequence[Sight]) -> Sight | None:
    """Where QuickBooks tells no marks: a record that is not older than the set, and bears all that was to be written
    but the name."""
    if action.verb is not Verb.CREATE:
        return None
    after = action.after or {}
    for sight in there:
        created = _CREATED.fullmatch(sight.record)
        if sight.parent or (created and int(created[1]) < out.sent_at - 86_400):
            continue
        told = [name for name in LABELS[action.kind] if name not in ("name", "active") and after.get(name)]
        if told and all(alike(name, after.get(name), sight.values.get(name)) for name in told):
            return sight
    return None


def _as_record(sight: Sight) -> Record:
    return Record(
        kind=Kind.CUSTOMER,
        id=sight.record,
        version=sight.version,
        modified=sight.modified,
        values=sight.values,
        parent_id=sight.parent,
        full_name=sight.full_name,
    )


def content_again(tx: Tx, job: Posting, out: MessageSet) -> str:
    """The same bytes under the same id. Where QuickBooks knows the set no more that it was to clear on the way, and
    refused for that reason, without the clearing."""
    if out.old_id and out.attempts >= 2 and job.session.set_code == "600":
        content = job.books.encode(writes_of(out), set_id=out.set_id)
        message_sets.sent_again(tx, out.id, content=content)
        message_sets.cleared(tx, job.company.id, [out.old_id])  # nobody has to tell QuickBooks to forget it
        return content
    message_sets.sent_again(tx, out.id)
    return out.content


def is_our_mistake(code: str) -> bool:
    return code in BUGS


def give_up(tx: Tx, job: Posting, out: MessageSet) -> None:
    """QuickBooks says that we made a mistake: nobody guesses what it means for the records."""
    _give_up(tx, job, plans.of_set(tx, out.id))
    message_sets.close(tx, out.id, "settled")


def _give_up(tx: Tx, job: Posting, actions: Sequence[Planned]) -> None:
    told = tell(Reason.UNSURE, detail="it was sent several times, and QuickBooks gave no answer.")
    plans.settle(tx, [action.id for action in actions], "refused")
    happened = hold_actions(
        tx, job.settling(_kind(actions)), [(action, Reason.UNSURE, told, "") for action in actions]
    )
    events.record(tx, job.company.id, job.run, job.at, happened)
    job.session.count("failed", len(actions))


def _anew(tx: Tx, job: Posting, actions: Sequence[Planned]) -> None:
    events.record(tx, job.company.id, job.run, job.at, perhaps_overwritten(actions))
    plans.settle(tx, [action.id for action in actions], "dropped")
    kind = _kind(actions)
    books = [action.books for action in actions if action.books]
    sights.want(tx, job.company.id, kind, books)
    sights.mark_due(tx, job.company.id, Side.BOOKS, kind, books)
    sights.mark_due(
        tx, job.company.id, Side.FIELD, kind, [action.field for action in actions if action.field]
    )


def _hold(tx: Tx, job: Posting, unsure: Sequence[tuple[Planned, Record]]) -> None:
    """There is a record of that name, and nobody can tell whether it is ours: both are shown to a person."""
    if not unsure:
        return
    waiting = [
        (
            action,
            Reason.UNSURE,
            tell(Reason.UNSURE, detail=f"there is a customer {record.full_name!r} whose values differ."),
            "",
        )
        for action, record in unsure
    ]
    plans.settle(tx, [action.id for action, _ in unsure], "refused")
    others = {action.id: (record.id,) for action, record in unsure}
    events.record(
        tx,
        job.company.id,
        job.run,
        job.at,
        hold_actions(tx, job.settling(unsure[0][0].kind), waiting, others),
    )
    job.session.count("failed", len(unsure))


def _tell(tx: Tx, job: Posting, done: Sequence[Told], absent: Sequence[Planned]) -> None:
    told = (
        f"QuickBooks' answer to {len(done) + len(absent)} writes was lost. Looked up: {len(done)} had been done, "
        f"{len(absent)} had not."
    )
    events.record(tx, job.company.id, job.run, job.at, [events.Event(what="retried", told=told)])
