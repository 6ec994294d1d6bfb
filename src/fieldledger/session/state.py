"""What a session remembers between two calls. Kept in the lease, so any process can serve any call."""

from __future__ import annotations

import msgspec

from fieldledger.session.ports import Ask, CompanyInfo, HostInfo, PreferencesInfo

HELLO, READ, FETCH, WRITE, END = "hello", "read", "fetch", "write", "end"
"""Who is there → what moved → those in full → the field side → over."""


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
    unread     ids that QuickBooks could not show, given up in this session
    asked      the request for a sync (companies.sync_asked) that it answers
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
    unread: tuple[str, ...] = ()
    counts: dict[str, int] = msgspec.field(default_factory=dict)
    told: str = ""
    failed: bool = False
    asked: str = ""
    host: HostInfo | None = None
    company: CompanyInfo | None = None
    preferences: PreferencesInfo | None = None

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
