"""What became of a set of writes whose answer nobody has? Asked first thing after any silence (design: the ladder).

A stored answer counts as if it had just come. Without one it is looked up, record by record: what is there is settled,
what is not there goes out again as the same bytes, which QuickBooks replays rather than repeats. What cannot be told
is held for a person. Nothing else is written meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from fieldledger.journal import Tx, events, links, message_sets, plans, sights
from fieldledger.journal.message_sets import MessageSet
from fieldledger.journal.plans import Planned
from fieldledger.model.kinds import LISTS, Kind, Side
from fieldledger.model.names import name_key
from fieldledger.model.outcome import Outcome, Verdict
from fieldledger.model.plan import Reason, Verb
from fieldledger.model.record import Record
from fieldledger.policy.kinds import LABELS, REFERENCES, UNLINKED, alike, customer, referred
from fieldledger.policy.sentences import tell
from fieldledger.session import reading
from fieldledger.session.ports import Activity, AnswerHead, Ask, ReadActivity, ReadIds, ReadList, ReadNamed
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
A_DAY = 86_400
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
    kind = kind_of(mine)
    names = tuple(
        dict.fromkeys((action.after or {}).get("name") or "" for action in mine if action.verb is Verb.CREATE)
    )
    ids = tuple(dict.fromkeys(action.books for action in mine if action.books))
    asks: list[Ask] = []
    if names and kind in LISTS:  # whole, since it is short, and one may have been renamed meanwhile
        asks.append(ReadList(id=f"{session.step}.1", kind=kind))
    elif names:
        asks.append(ReadNamed(id=f"{session.step}.1", kind=kind, names=names))
    if ids:
        asks.append(ReadIds(id=f"{session.step}.2", kind=kind, ids=ids))
    if asks and not session.alone:
        asks.append(ReadActivity(id=f"{session.step}.3"))
    return tuple(asks)


def kind_of(mine: Sequence[Planned]) -> Kind:
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
    if kind_of(mine) in LISTS:
        by_name = _renamed_entries(tx, job, mine, out, records) | by_name
    done: list[Told] = []
    moved: list[Planned] = []
    unsure: list[tuple[Planned, str, tuple[str, ...]]] = []
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
                why = f"there is {record.full_name!r}, which may be it."
                unsure.append((action, why, (record.id,)))
            case _:
                moved.append(action)
    _tell(tx, job, done, absent)
    settle(tx, job.settling(kind_of(mine)), Side.BOOKS, done)
    anew(tx, job, moved)
    hold(tx, job, unsure)
    if not absent:
        message_sets.close(tx, out.id, "settled")
        return
    job.session.restored = _restored(job, activity)
    if _must_be_proved(absent):
        job.session.prove = True
        reading.begin(tx, job.company, job.session, job.now, back_to=out.sent_at)
        return
    send_again(tx, job, out, mine, absent)


def _renamed_entries(
    tx: Tx, job: Posting, mine: Sequence[Planned], out: MessageSet, records: Sequence[Record]
) -> dict[str, Record]:
    """Entries of a small list that may be what the set created, under another name by now, by the name that was sent:
    ours by its mark, or one without a pair that is not older and bears all else that was sent."""
    kind = kind_of(mine)
    paired = links.load(tx, job.company.id, Side.BOOKS, kind, [record.id for record in records])
    free = [record for record in records if record.id not in paired and not is_older(record.id, out)]
    found: dict[str, Record] = {}
    for action in mine:
        after = action.after or {}
        marked = (
            each for each in free if each.guid and each.guid.strip("{}").lower() == (action.key or "").lower()
        )
        alike_ = (each for each in free if not each.guid and _shows_but_its_name(action, each))
        record = next(marked, None) or next(alike_, None)
        if record is not None and action.verb is Verb.CREATE:
            found[name_key(after.get("name"))] = record
    return found


def _judge(action: Planned, record: Record | None, out: MessageSet) -> str:
    """done: it happened; absent: it did not, or another record bears the name; unsure: it may have; anew: the record is
    another by now."""
    if action.verb is not Verb.CREATE:
        if record is None:
            return "anew"  # it is asked for by its id once more, and proved to be gone
        if _shows(action, record):
            return "done"
        return "absent" if record.version == action.version else "anew"
    if record is None:
        return "absent"
    if action.kind in LISTS:  # their names are nobody else's: whether it is the same is told by its values
        ours = record.guid and record.guid.strip("{}").lower() == (action.key or "").lower()
        if name_key(record.full_name) != name_key((action.after or {}).get("name")):
            return "done" if ours else "unsure"
        return "done" if ours or _shows(action, record) else "anew"
    if record.guid and action.key:
        return "done" if record.guid.strip("{}").lower() == action.key.lower() else "absent"
    if is_older(record.id, out):
        return "absent"  # it was there long before: somebody else's
    return "done" if _shows(action, record) else "unsure"


def is_older(id: str, out: MessageSet) -> bool:
    """Whether this books record was there long before the set went out: its id tells when it was made."""
    created = _CREATED.fullmatch(id)
    return created is not None and int(created[1]) < out.sent_at - A_DAY


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


def _shows_but_its_name(action: Planned, record: Record) -> bool:
    renamed = {**(action.after or {}), "name": record.values.get("name")}
    return _shows(msgspec.structs.replace(action, after=renamed), record)


def _was_sent(value: Any) -> bool:
    """Whether a reference could be sent at all: what has no pair is left out."""
    return not any(id.startswith(UNLINKED) for id in referred(value))


def _restored(job: Posting, activity: Activity | None) -> bool:
    known = job.company.identity.get("last_restore")
    return bool(activity and known is not None and (activity.last_restore or "") not in (known, ""))


def send_again(
    tx: Tx, job: Posting, out: MessageSet, mine: Sequence[Planned], absent: Sequence[Planned]
) -> None:
    """These of the set are proved not to be there."""
    tired = [action for action in absent if action.unanswered >= SETS_MOST]
    plans.unanswered(tx, [action.id for action in absent])
    if job.session.restored or kind_of(mine) not in job.may_write:
        # Another state of the file, or another direction: it is proved not to be there, and is decided anew.
        anew(tx, job, absent)
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
    hold(
        tx, job, [(each, "it was sent several times, and QuickBooks gave no answer.", ()) for each in actions]
    )


def anew(tx: Tx, job: Posting, actions: Sequence[Planned]) -> None:
    events.record(tx, job.company.id, job.run, job.at, perhaps_overwritten(actions))
    plans.settle(tx, [action.id for action in actions], "dropped")
    kind = kind_of(actions)
    books = [action.books for action in actions if action.books]
    sights.want(tx, job.company.id, kind, books)
    sights.mark_due(tx, job.company.id, Side.BOOKS, kind, books)
    sights.mark_due(
        tx, job.company.id, Side.FIELD, kind, [action.field for action in actions if action.field]
    )


def hold(tx: Tx, job: Posting, waiting: Sequence[tuple[Planned, str, tuple[str, ...]]]) -> None:
    """Nobody can tell what became of these: (action, why, books records that may be the one). A person is shown
    both."""
    if not waiting:
        return
    plans.settle(tx, [action.id for action, _, _ in waiting], "refused")
    told = [(action, Reason.UNSURE, tell(Reason.UNSURE, detail=why), "") for action, why, _ in waiting]
    others = {action.id: candidates for action, _, candidates in waiting}
    events.record(
        tx, job.company.id, job.run, job.at, hold_actions(tx, job.settling(waiting[0][0].kind), told, others)
    )
    job.session.count("failed", len(waiting))


def _tell(tx: Tx, job: Posting, done: Sequence[Told], absent: Sequence[Planned]) -> None:
    told = (
        f"QuickBooks' answer to {len(done) + len(absent)} writes was lost. Looked up: {len(done)} had been done, "
        f"{len(absent)} had not."
    )
    events.record(tx, job.company.id, job.run, job.at, [events.Event(what="retried", told=told)])
