"""What a side said about one request or one write: a closed set, so that every caller treats every case.

Expected trouble is one of these values; an exception is a bug or a broken wire.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Verdict(StrEnum):
    DONE = "done"  # it happened, and the answer carries the state after it
    NOTHING = "nothing"  # a query that found nothing: a good answer
    WARNED = "warned"  # it happened, but not all of it (510, 530, 550)
    STALE = "stale"  # our version is out of date: read again, decide again
    BUSY = "busy"  # locked or not ready: the same request may work later
    REFUSED = "refused"  # will never work unchanged: a person or other content is needed
    MISSING = "missing"  # the object that was named is not there (500, 3120)
    SKIPPED = "skipped"  # not tried, because an earlier request of its set failed (3231)
    ITERATOR_LOST = "iterator_lost"  # the read must start again (3391)
    WRONG_COMPANY = "wrong_company"  # another company file is open: stop, write nothing
    NOT_ALLOWED = "not_allowed"  # permission, edition or mode: a person must change QuickBooks
    UNKNOWN = "unknown"  # it may or may not have happened: ask before anything else is written


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """verdict  what the engine does next.
    code     the side's own code as text: "3100", "0x80040400", "409".
    told     the side's own words, unchanged.
    meaning  one sentence that a bookkeeper understands.
    todo     what to do about it; blank when nothing is needed.
    """

    verdict: Verdict
    code: str = ""
    told: str = ""
    meaning: str = ""
    todo: str = ""
