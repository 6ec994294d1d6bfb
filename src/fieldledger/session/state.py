"""What a session remembers between two calls. Kept in the lease, so any process can serve any call."""

from __future__ import annotations

import msgspec

from fieldledger.model.kinds import Kind
from fieldledger.model.record import Gone
from fieldledger.session.ports import Ask, CompanyInfo, HostInfo, PreferencesInfo

HELLO, DOUBT, LOOKUP, AGAIN = "hello", "doubt", "lookup", "again"
READ, FETCH, WRITE, END = "read", "fetch", "write", "end"
"""Who is there → (what became of the last writes: the stored answer → what is there → the same once more) → what moved
→ those in full → both sides are written → over."""


ALL = -1


class Pass(msgspec.Struct, kw_only=True):
    """One reading of the list.

    number    of the complete read it belongs to; records it shows bear it
    complete  it shows every record, so that what it does not show is a candidate for deletion
    light     it asks for stamps only
    since     wall time of the QuickBooks computer, None = from the start
    page      records per page, fixed when an iterator starts
    iterator_id, remaining  of the running iterator; None before it started
    shown     records shown since the iterator started
    newest    latest TimeModified seen, wall time
    begun_at  Unix seconds
    restarts  how often it was started again
    uneven    the counts did not add up: the list changed while it was read, so it may not have shown everything
    """

    number: int
    complete: bool
    light: bool
    since: str | None
    page: int
    iterator_id: str | None = None
    remaining: int | None = None
    shown: int = 0
    newest: str = ""
    begun_at: float = 0.0
    restarts: int = 0
    uneven: bool = False


class Session(msgspec.Struct, kw_only=True):
    """asks       handed out and not answered, () = none
    told       how it ended; failed: it had to stop
    rounds     how often it planned
    recovered  open intents up to this action id have been asked for in this session; `ALL` = none is left to ask for
    alone      the list is asked for without what is asked beside it
    moved      the company file lies elsewhere than before, so everything is listed
    gone_back  records that a complete listing showed with an older version than before
    at_once    ids in the next question, 0 = as many as usual
    unread     records (kind, id) that QuickBooks could not show, given up in this session
    asked      the request for a sync (companies.sync_asked) that it answers
    both_ways  QuickBooks may be written
    field_done the field side's part is done for now
    doubts     questions about a set of writes of which nobody knew what came of it
    set_code   the last status of a set
    prove      once everything is read, see whether what seems not to be there is there under another name
    restored   the file is another state of itself than when the last set went out
    deleted    deletions that were told meanwhile, of records that were never seen
    deletions_told  QuickBooks told them, up to the last page
    tries      how often a record was edited under our hands, by books id or "field <id>"
    written    how often a record was written in QuickBooks
    waits      pauses for a lock
    calmed     how often records were read once more before they were overwritten; calming: those that are
    set_most   writes in the next set, 0 = as many as usual
    taken      (action, name): names that QuickBooks says are taken, to be asked for by whom
    """

    phase: str = HELLO
    step: int = 0
    asks: tuple[Ask, ...] = ()
    handed_at: float = 0.0
    reading: Pass | None = None
    opened: bool = False
    rounds: int = 0
    garbled: int = 0
    path_tries: int = 0
    company_path: str = ""
    recovered: int = 0
    moved: bool = False
    alone: bool = False
    gone_back: int = 0
    at_once: int = 0
    unread: tuple[tuple[Kind, str], ...] = ()
    counts: dict[str, int] = msgspec.field(default_factory=dict)
    told: str = ""
    failed: bool = False
    asked: str = ""
    both_ways: bool = False
    field_done: bool = False
    doubts: int = 0
    prove: bool = False
    restored: bool = False
    deleted: tuple[Gone, ...] = ()
    deletions_told: bool = False
    set_code: str = ""
    tries: dict[str, int] = msgspec.field(default_factory=dict)
    written: dict[str, int] = msgspec.field(default_factory=dict)
    waits: int = 0
    calmed: int = 0
    calming: tuple[str, ...] = ()
    set_most: int = 0
    taken: tuple[tuple[int, str], ...] = ()
    host: HostInfo | None = None
    company: CompanyInfo | None = None
    preferences: PreferencesInfo | None = None

    @property
    def pass_no(self) -> int:
        """The complete read to which what is seen now belongs."""
        return self.reading.number if self.reading else 0

    def count(self, what: str, many: int = 1) -> None:
        if many:
            self.counts[what] = self.counts.get(what, 0) + many


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Session)


def pack(session: Session) -> bytes:
    return _encoder.encode(session)


def unpack(data: bytes) -> Session:
    """b"" is a session that has just begun."""
    return _decoder.decode(data) if data else Session()
