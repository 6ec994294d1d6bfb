"""The reading half of a session: which asks go out next, and what the answers do to the journal.

Sights are committed before the session moves on, so a reply that is lost, repeated or cut short costs a read, never a
record. An iterator that died is started again; nothing is skipped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from fieldledger.journal import Journal, Tx, events, leases, runs, sights
from fieldledger.journal.companies import Company
from fieldledger.model.kinds import LISTS, Kind, Side
from fieldledger.model.outcome import Outcome, Verdict
from fieldledger.model.record import Gone, Record, Stamp
from fieldledger.policy import settings
from fieldledger.policy.kinds import WORDS
from fieldledger.policy.verdicts import WRITES
from fieldledger.session import clockwork, fetching, restored
from fieldledger.session.ports import (
    Activity,
    AnswerHead,
    Ask,
    CompanyInfo,
    HostInfo,
    Item,
    Named,
    PreferencesInfo,
    ReadActivity,
    ReadDeleted,
    ReadHost,
    ReadIds,
    ReadList,
    ReadPage,
    SetStatus,
)
from fieldledger.session.state import FETCH, LOOKUP, READ, WRITE, Pass, Session

KIND = Kind.CUSTOMER
PAGE_FIRST, PAGE_LEAST, PAGE_MOST = 100, 25, 500
PAGE_SECONDS = 5.0
"""A page should take about so long; QuickBooks loses iterators that wait, and people wait for pages."""
RESTARTS = 5
"""Iterators lost in one session before it gives up until the next."""
STORE_AT_ONCE = 500


class Stopped(Exception):
    """The session cannot go on; str(error) is what people read."""


class LeaseLost(Exception):
    """A newer session holds the company: this one may not write any more."""


def begin(tx: Tx, company: Company, session: Session, now: float, *, back_to: float | None = None) -> None:
    """Choose how this session reads: everything in full, everything by stamps, or the changes. back_to: Unix seconds
    from which on deletions must be told again, whatever an earlier session has read."""
    cursor = runs.cursor(tx, company.id, f"modified:{KIND}")
    number = int(runs.cursor(tx, company.id, f"pass:{KIND}") or 0)
    listed_at = float(runs.cursor(tx, company.id, f"complete:{KIND}") or 0)
    page = int(runs.cursor(tx, company.id, f"page:{KIND}") or PAGE_FIRST)
    everything = company.sync_asked == "full" or (
        number == 0 and not sights.count(tx, company.id, Side.BOOKS, KIND)
    )
    complete = (
        everything
        or session.moved
        or number == 0
        or cursor is None
        or now - listed_at > clockwork.COMPLETE_EVERY
    )
    session.reading = Pass(
        number=number + 1 if complete else number,
        complete=complete,
        light=not everything,
        since=None if complete else clockwork.since(cursor, back_to),
        page=page,
        begun_at=now,
    )
    session.phase = READ
    session.deletions_told = False
    session.asked = company.sync_asked
    session.both_ways = Side.BOOKS in WRITES[settings.complete(company.settings)["customers.direction"]]


def next_asks(tx: Tx, company: str, session: Session) -> tuple[Ask, ...]:
    """What to ask next. While the field side is being written, a cheap question keeps QuickBooks' session alive."""
    session.step += 1
    if session.phase == READ and session.reading is not None:
        reading = session.reading
        page = ReadPage(
            id=f"{session.step}.1", kind=KIND, since=reading.since, light=reading.light, page=reading.page,
            iterator_id=reading.iterator_id,
        )  # fmt: skip
        deleted = ReadDeleted(id=f"{session.step}.2", kinds=tuple(Kind), since=reading.since)
        if session.alone or (session.opened and not session.prove):
            return (page,)
        if session.opened:
            return page, deleted  # after each page, so that nothing is deleted between the two unnoticed
        return (
            page,
            deleted,
            ReadActivity(id=f"{session.step}.3"),
            *(
                ReadList(id=f"{session.step}.{number}", kind=kind)
                for number, kind in enumerate(LISTS, start=4)
            ),
        )
    if session.phase == FETCH:
        kind, ids = fetching.next_ids(tx, company, session)
        return (ReadIds(id=f"{session.step}.1", kind=kind, ids=tuple(ids)),)
    return (ReadHost(id=f"{session.step}.1"),)


def look_whether_over(tx: Tx, journal: Journal, company: Company, run: int | None, session: Session) -> None:
    """Reading is over when nothing is wanted any more, or nothing that could be had."""
    if session.phase == FETCH and not fetching.next_ids(tx, company.id, session)[1]:
        restored.told_by_its_content(tx, journal, company, run, session)
        session.phase = WRITE


class Answered(msgspec.Struct):
    """What one reply amounted to, beside the sights that it brought. listed: by ask, the ids that a small list
    showed."""

    heads: dict[str, AnswerHead] = msgspec.field(default_factory=dict)
    shown: dict[str, int] = msgspec.field(default_factory=dict)
    listed: dict[str, set[str]] = msgspec.field(default_factory=dict)
    read: list[str] = msgspec.field(default_factory=list)
    newest: str = ""
    activity: Activity | None = None
    named: dict[str, list[Named]] = msgspec.field(default_factory=dict)
    records: list[Record] = msgspec.field(default_factory=list)
    """What was looked up, beside being stored."""
    strangers: int = 0
    """Answers to something that is not out: a reply that came twice."""


def take_in(journal: Journal, company: str, epoch: int, session: Session, items: Iterator[Item]) -> Answered:
    """Store what a reply brings, in slices, as long as the lease holds. Raises `Garbled` after storing what came
    whole, and `LeaseLost`."""
    answered = Answered()
    records: list[Record] = []
    stamps: list[Stamp] = []
    gone: list[Gone] = []
    alive: dict[tuple[Kind, str], str] = {}
    reading = session.reading
    number = reading.number if reading else 0

    def store() -> None:
        if not (records or stamps or gone):
            return
        with journal.write() as tx:
            if not leases.keep(tx, company, epoch, heard_at=journal.now()):
                raise LeaseLost
            at = journal.stamp()
            measured = runs.cursor(tx, company, f"clock:{Side.BOOKS}")
            # Where QuickBooks may be written and its clock is not known, an edit is judged to be over with more care.
            ahead = None if measured is None and session.both_ways else float(measured or 0)
            for kind in Kind:
                mine = [record for record in records if record.kind is kind]
                if kind is KIND and session.phase == READ:
                    restored.look_at(tx, company, session, [*mine, *stamps])
                seen = sights.observe(
                    tx, company, Side.BOOKS, mine, pass_no=number if kind is KIND else 0,
                    read_at=session.handed_at, at=at, ahead=ahead,
                )  # fmt: skip
                sights.got(tx, company, kind, [record.id for record in mine])
                session.count("changed", seen.changed + seen.new)
                calmed = [record.id for record in mine if record.id in session.calming]
                sights.read_again(tx, company, kind, calmed, session.handed_at)
            session.count("read", sum(record.kind is KIND for record in records))
            session.count("stamps", len(stamps))
            sights.want_moved(tx, company, stamps, number if reading and reading.complete else None)
            believed = _believed(tx, company, gone, alive)
            if session.prove:
                known = sights.versions(tx, company, KIND, [each.id for each in believed])
                session.deleted += tuple(
                    each for each in believed if each.kind is KIND and each.id not in known
                )
            session.count("deleted", sights.observe_gone(tx, company, Side.BOOKS, believed, at))
            for kind in Kind:
                sights.got(tx, company, kind, [each.id for each in believed if each.kind is kind])
        records.clear()
        stamps.clear()
        gone.clear()

    asked = {ask.id: ask for ask in session.asks}
    order = iter(session.asks)
    current = ""
    try:
        for item in items:
            match item:
                case AnswerHead():
                    current = item.id or next((ask.id for ask in order), "")
                    if current not in asked:
                        answered.strangers += 1
                        continue
                    answered.heads[current] = item
                    answered.shown[current] = 0
                case _ if current not in asked:
                    continue
                case Record() | Stamp():
                    answered.shown[current] += 1
                    alive[item.kind, item.id] = clockwork.wall(item.modified)
                    if isinstance(asked[current], ReadList):
                        answered.listed.setdefault(current, set()).add(item.id)
                    elif item.kind is KIND:
                        answered.newest = max(answered.newest, alive[item.kind, item.id])
                    if isinstance(item, Record):
                        records.append(item)
                        if session.phase == LOOKUP:
                            answered.records.append(item)
                    else:
                        stamps.append(item)
                case Gone():
                    gone.append(item)
                case Activity():
                    answered.activity = item
                case Named():
                    answered.named.setdefault(current, []).append(item)
                case HostInfo():
                    session.host = item
                case CompanyInfo():
                    session.company = item
                case PreferencesInfo():
                    session.preferences = item
                case SetStatus():
                    pass  # reads carry no recovery attributes
            if len(records) + len(stamps) + len(gone) >= STORE_AT_ONCE:
                store()
    finally:
        store()
    return answered


def _believed(
    tx: Tx, company: str, gone: Sequence[Gone], alive: Mapping[tuple[Kind, str], str]
) -> list[Gone]:
    """Deletions that are not older than what was seen of the record: a restored file may use an id again. The others
    are asked for by their id. alive: when what this reply showed was modified."""
    doubted: set[tuple[Kind, str]] = set()
    for kind in Kind:
        dated = [record for record in gone if record.when and record.kind is kind]
        known = sights.load(tx, company, Side.BOOKS, kind, [record.id for record in dated])
        for record in dated:
            seen = known.get(record.id)
            modified = alive.get((kind, record.id)) or (
                clockwork.wall(seen.modified) if seen and seen.gone is None else ""
            )
            if modified > clockwork.wall(record.when):
                doubted.add((kind, record.id))
        sights.want(tx, company, kind, [id for its, id in doubted if its is kind])
    return [record for record in gone if (record.kind, record.id) not in doubted]


def settle(
    tx: Tx, journal: Journal, company: Company, run: int | None, session: Session, answered: Answered
) -> None:
    """Move the session on after a reply whose sights are committed. Raises `Stopped`."""
    now = journal.now()
    for ask in session.asks:
        head = answered.heads.get(ask.id)
        if head is None:
            raise Stopped(
                "QuickBooks answered without the part that was asked for. Nothing is lost; the next sync asks again."
            )
        match ask:
            case ReadPage():
                _settle_page(tx, company, session, ask, head, answered, now)
            case ReadIds():
                if not fetching.bears_it(head.outcome.verdict):
                    raise Stopped(_sentence(head.outcome))
                fetching.settle(tx, journal, company, run, session, ask, fetching.why(head.outcome))
            case ReadDeleted():
                session.deletions_told = head.outcome.verdict in (Verdict.DONE, Verdict.NOTHING)
                if not session.deletions_told:
                    _warn(tx, journal, company, run, session, "Deletions", head.outcome)
                    if session.reading is not None and not session.reading.complete:
                        # Edits move the cursor past what it would have told: the next session lists everything.
                        runs.move_cursor(tx, company.id, f"complete:{KIND}", None)
            case ReadList():
                _settle_list(tx, journal, company, run, session, ask, head, answered)
            case _:
                pass
    if answered.activity is not None:
        restored.told_by_quickbooks(tx, journal, company, run, answered.activity)
    session.opened = True


def _settle_list(
    tx: Tx, journal: Journal, company: Company, run: int | None, session: Session, ask: ReadList, head: AnswerHead,
    answered: Answered,
) -> None:  # fmt: skip
    """A small list was shown whole, or not at all: then it counts as it was known before."""
    known = runs.cursor(tx, company.id, f"unlisted:{ask.kind}")
    if head.outcome.verdict not in (Verdict.DONE, Verdict.NOTHING):
        if known == head.outcome.code:
            return  # it was told
        runs.move_cursor(tx, company.id, f"unlisted:{ask.kind}", head.outcome.code)
        _warn(tx, journal, company, run, session, f"QuickBooks' {WORDS[ask.kind].many}", head.outcome)
        return
    if known is not None:
        runs.move_cursor(tx, company.id, f"unlisted:{ask.kind}", None)
    sights.want_absent(tx, company.id, ask.kind, answered.listed.get(ask.id, set()))
    runs.move_cursor(tx, company.id, f"listed:{ask.kind}", "yes")


def _settle_page(
    tx: Tx,
    company: Company,
    session: Session,
    ask: ReadPage,
    head: AnswerHead,
    answered: Answered,
    now: float,
) -> None:
    reading = session.reading
    assert reading is not None
    match head.outcome.verdict:
        case Verdict.DONE | Verdict.NOTHING | Verdict.WARNED:
            pass
        case Verdict.ITERATOR_LOST:
            restart(session)
            return
        case verdict if verdict in fetching.ONE_TO_BLAME and not reading.light:
            # Perhaps one damaged record among many: by stamps the list can be read, and then the others by their ids.
            restart(session)
            reading.light = True
            return
        case _:
            raise Stopped(_sentence(head.outcome))
    shown = answered.shown[ask.id]
    iterator_id = head.iterator_id or ask.iterator_id
    remaining = _remaining(head, reading, shown, iterator_id)
    if reading.remaining is not None and remaining is not None and remaining != reading.remaining - shown:
        reading.uneven = True
    took = max(now - session.handed_at, 0.001)
    fitting = int(min(max(shown * PAGE_SECONDS / took, PAGE_LEAST), PAGE_MOST))
    if shown >= reading.page:
        runs.move_cursor(tx, company.id, f"page:{KIND}", str(fitting))
    elif shown and took > PAGE_SECONDS:  # short and yet slow, perhaps for other reasons than its size
        runs.move_cursor(tx, company.id, f"page:{KIND}", str(max(fitting, reading.page // 2)))
    reading.shown += shown
    reading.newest = max(reading.newest, answered.newest)
    if (remaining is None or remaining > 0) and iterator_id:
        reading.iterator_id, reading.remaining = iterator_id, remaining
        return
    if remaining:
        restart(session)
        return
    if reading.uneven and reading.restarts < RESTARTS:
        # The list changed under the iterator, so something may have slipped past it: list it once more, by stamps.
        restart(session)
        reading.uneven, reading.light = False, True
        return
    cursor = runs.cursor(tx, company.id, f"modified:{KIND}")
    moved = clockwork.advance(cursor, reading.newest, now - reading.begun_at, now)
    runs.move_cursor(tx, company.id, f"modified:{KIND}", moved)
    if reading.uneven:
        # It never added up: the next session lists everything, since the cursor has passed what may have slipped by.
        runs.move_cursor(tx, company.id, f"complete:{KIND}", None)
    if reading.complete and not reading.uneven:
        session.count("unseen", sights.want_unseen(tx, company.id, KIND, reading.number))
        runs.move_cursor(tx, company.id, f"pass:{KIND}", str(reading.number))
        # A first import in several pages is listed once more, by stamps: a job that moved with its customer while the
        # pages went by bears no later stamp, and nobody knows of it yet.
        confirmed = reading.number > 1 or reading.iterator_id is None
        runs.move_cursor(tx, company.id, f"complete:{KIND}", str(now) if confirmed else None)
    session.phase = FETCH


def _remaining(head: AnswerHead, reading: Pass, shown: int, iterator_id: str | None) -> int | None:
    """How many records the iterator has still to show. Where QuickBooks does not say: what is left of what it said
    before, nothing after a short page, else nobody knows (None) and the next page tells."""
    if head.remaining is not None or iterator_id is None:
        return head.remaining or 0
    if reading.remaining is not None:
        return max(reading.remaining - shown, 0)
    return 0 if shown < reading.page else None


def without_extras(
    tx: Tx, journal: Journal, company: Company, run: int | None, session: Session, outcome: Outcome
) -> None:
    """QuickBooks refused the first set as a whole, so nothing of it was done. The list is asked for alone; what was
    asked beside it (deletions, restored backups) may be to blame, and is found out by listing everything."""
    session.alone, session.asks = True, ()
    session.count("warnings")
    told = f"The list is read without the questions beside it, which QuickBooks refused: {_sentence(outcome)}"
    events.record(
        tx, company.id, run, journal.stamp(), [events.Event(what="noted", told=told, severity="warning")]
    )
    if session.reading is not None and not session.reading.complete:
        runs.move_cursor(tx, company.id, f"complete:{KIND}", None)


def restart(session: Session) -> None:
    """The iterator is lost: start it again. What it showed is kept, so showing it again writes nothing; the second
    time it asks for stamps only, since what is missing can then be fetched by its id, which needs no iterator."""
    reading = session.reading
    if reading is None:
        return
    reading.restarts += 1
    if reading.restarts > RESTARTS:
        raise Stopped(
            "QuickBooks lost its place in the customer list several times. What was read is kept; the next sync "
            "starts the list again. Closing other programs that use QuickBooks may help."
        )
    session.count("restarts")
    reading.light = reading.light or reading.restarts > 1
    reading.iterator_id, reading.remaining, reading.shown = None, None, 0


def _warn(
    tx: Tx, journal: Journal, company: Company, run: int | None, session: Session, what: str, outcome: Outcome
) -> None:
    session.count("warnings")
    told = f"{what} could not be read: {_sentence(outcome)}"
    events.record(
        tx, company.id, run, journal.stamp(), [events.Event(what="noted", told=told, severity="warning")]
    )


def _sentence(outcome: Outcome) -> str:
    said = f" (QuickBooks said: {outcome.told.strip()})" if outcome.told else ""
    return " ".join(part for part in (outcome.meaning + said, outcome.todo) if part)
