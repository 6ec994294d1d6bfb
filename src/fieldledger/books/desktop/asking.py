"""The engine's asks as requests. Every value is checked before it goes out; an ask that would say something else than
was meant (no ids: "all of them") is refused.
"""

from __future__ import annotations

from collections.abc import Mapping

from fieldledger.books.desktop import limits
from fieldledger.books.desktop.kinds import KINDS
from fieldledger.books.desktop.limits import CannotSend
from fieldledger.books.desktop.requests import element, request
from fieldledger.session.ports import (
    Ask,
    ReadActivity,
    ReadCompany,
    ReadDeleted,
    ReadHost,
    ReadIds,
    ReadPage,
    ReadPreferences,
)

ABOUT: Mapping[type[Ask], str] = {
    ReadDeleted: "ListDeletedQuery",
    ReadActivity: "CompanyActivityQuery",
    ReadHost: "HostQuery",
    ReadCompany: "CompanyQuery",
    ReadPreferences: "PreferencesQuery",
}
"""The messages of the asks that are not about one kind."""

_ID_LONGEST = 36
_ITERATOR_LONGEST = 255
"""Our own bound; QuickBooks gives a GUID in braces."""


def message(ask: Ask) -> str:
    """The message that carries the ask, without Rq."""
    return KINDS[ask.kind].query if isinstance(ask, (ReadPage, ReadIds)) else ABOUT[type(ask)]


def as_request(ask: Ask) -> str:
    """Raises `CannotSend`."""
    return request(f"{message(ask)}Rq", ask.id, _body(ask), **_iterator(ask))


def _body(ask: Ask) -> str:
    match ask:
        case ReadPage():
            return _page(ask)
        case ReadIds():
            if not ask.ids:
                raise CannotSend("No ids are asked for, and QuickBooks would send the whole list.")
            return "".join(
                element("ListID", limits.printable("The id", record, _ID_LONGEST)) for record in ask.ids
            )
        case ReadDeleted():
            return element("ListDelType", KINDS[ask.kind].deleted) + _deleted_since(ask)
        case ReadCompany():
            return element("OwnerID", limits.guid("The owner", ask.owner_id))
        case ReadHost() | ReadPreferences() | ReadActivity():
            return ""


def _page(ask: ReadPage) -> str:
    parts = [element("MaxReturned", limits.count("The page size", ask.page)), element("ActiveStatus", "All")]
    if ask.since is not None:
        parts.append(element("FromModifiedDate", limits.wall_time("The time of the last read", ask.since)))
    if ask.light:
        parts += [element("IncludeRetElement", field) for field in KINDS[ask.kind].stamp_fields]
    return "".join(parts)


def _deleted_since(ask: ReadDeleted) -> str:
    if ask.since is None:
        return ""
    since = element("FromDeletedDate", limits.wall_time("The time of the last read", ask.since))
    return f"<DeletedDateRangeFilter>{since}</DeletedDateRangeFilter>"


def _iterator(ask: Ask) -> dict[str, str]:
    if not isinstance(ask, ReadPage):
        return {}
    if ask.iterator_id is None:
        return {"iterator": "Start"}
    return {
        "iterator": "Continue",
        "iteratorID": limits.printable("The iterator", ask.iterator_id, _ITERATOR_LONGEST),
    }
