"""What a person can do about each hold, as a table. One word for one thing, in the command line, REST and the pages.

link        these two are one: they become a pair
rename      give one of them another name
ignore      leave it as it is; nothing is written, and it is not asked again as long as it bears this name
retry       try the same once more
make_again  the other side deleted it: create it there anew
"""

from __future__ import annotations

from collections.abc import Mapping

from fieldledger.model.kinds import Kind, Side
from fieldledger.model.plan import Reason

LINK, RENAME, IGNORE, RETRY, MAKE_AGAIN = "link", "rename", "ignore", "retry", "make_again"

WAYS_OUT: Mapping[Reason, tuple[str, ...]] = {
    Reason.DUPLICATE: (LINK, RENAME, IGNORE),
    Reason.DUPLICATE_IN_BOOKS: (LINK, RENAME, IGNORE),
    Reason.SEVERAL: (LINK, RENAME, IGNORE),
    Reason.ASK_FIRST: (LINK, RENAME, IGNORE),
    Reason.TWIN: (RENAME, IGNORE),
    Reason.NAME_TAKEN: (RENAME, RETRY, IGNORE),
    Reason.EDITED_AND_DELETED: (MAKE_AGAIN, IGNORE),
    Reason.REFUSED: (RETRY, RENAME, IGNORE),
    Reason.REFUSED_BY_BOOKS: (RETRY, RENAME, IGNORE),
    Reason.LOCKED: (RETRY, IGNORE),
    Reason.UNSURE: (LINK, RETRY, IGNORE),
    Reason.WAITS_FOR_CUSTOMER: (),
    Reason.VALUES_DIFFER: (LINK, RENAME, IGNORE),
    Reason.NO_AGENCY: (RETRY, IGNORE),
    Reason.TERMS_FIXED: (IGNORE,),
    Reason.WAITS_FOR_TAXES: (RETRY, IGNORE),
}


def may_rename(direction: str, side: Side, kind: Kind = Kind.CUSTOMER) -> bool:
    """Whether a person may have a record of this side renamed through us: in the field system always, since that is
    where the person works; in QuickBooks only where customers go there at all (spec 10.6)."""
    return side is Side.FIELD or (direction != "books_to_field" and kind is Kind.CUSTOMER)
