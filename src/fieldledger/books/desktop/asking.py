"""The engine's asks as requests. Every value is checked before it goes out; an ask that would say something else than
was meant (no ids: "all of them") is refused.
"""

from __future__ import annotations

from collections.abc import Mapping

from fieldledger.books.desktop import limits, named
from fieldledger.books.desktop.kinds import KINDS, body
from fieldledger.books.desktop.limits import CannotSend
from fieldledger.books.desktop.requests import element, request
from fieldledger.session.ports import (
    Ask,
    ReadActivity,
    ReadCompany,
    ReadDeleted,
    ReadHolders,
    ReadHost,
    ReadIds,
    ReadList,
    ReadNamed,
    ReadPage,
    ReadPreferences,
    Write,
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


def messages(ask: Ask) -> tuple[str, ...]:
    """The messages that carry the ask, without Rq: one, or one for each of the lists that it is about. Raises
    `CannotSend` where there is none."""
    match ask:
        case ReadPage():
            codec = KINDS[ask.kind]
            if codec.lists:
                raise CannotSend(
                    f"The list of {ask.kind} records is not read page by page; QuickBooks sends it whole."
                )
            return (codec.query,)
        case ReadList():
            codec = KINDS[ask.kind]
            if not codec.lists:
                raise CannotSend(
                    f"The list of {ask.kind} records is too long to be read whole; it is read page by page."
                )
            return codec.lists
        case ReadIds() | ReadNamed():
            return (KINDS[ask.kind].query,)
        case ReadHolders():
            return (named.HOLDERS[ask.kind],)
        case Write():
            return (KINDS[ask.kind].message(ask),)
        case _:
            return (ABOUT[type(ask)],)


def parts(ask: Ask) -> tuple[tuple[str, str], ...]:
    """The request ID and the message of each request that the ask becomes. The first bears the ask's own id."""
    return tuple(
        (f"{ask.id}/{number}" if number > 1 and ask.id else ask.id, message)
        for number, message in enumerate(messages(ask), start=1)
    )


def as_requests(ask: Ask) -> list[str]:
    """Raises `CannotSend`."""
    return [request(f"{message}Rq", id, _body(ask), **_iterator(ask)) for id, message in parts(ask)]


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
        case ReadNamed() | ReadHolders():
            if not ask.names:
                raise CannotSend("No names are asked for, and QuickBooks would send the whole list.")
            longest = KINDS[ask.kind].name_longest
            return "".join(
                element("FullName", limits.text("The name", name, longest, blank=False)) for name in ask.names
            )
        case ReadList():
            return element("ActiveStatus", "All")
        case Write():
            return body(ask)
        case ReadDeleted():
            return _deleted(ask)
        case ReadCompany():
            return element("OwnerID", limits.guid("The owner", ask.owner_id))
        case ReadHost() | ReadPreferences() | ReadActivity():
            return ""


def _page(ask: ReadPage) -> str:
    text = element("MaxReturned", limits.count("The page size", ask.page)) + element("ActiveStatus", "All")
    if ask.since is not None:
        text += element("FromModifiedDate", limits.wall_time("The time of the last read", ask.since))
    return text + (_only(KINDS[ask.kind].stamp_fields) if ask.light else "")


def _only(fields: tuple[str, ...]) -> str:
    return "".join(element("IncludeRetElement", field) for field in fields)


def _deleted(ask: ReadDeleted) -> str:
    if not ask.kinds:
        raise CannotSend("No kinds are asked for, and QuickBooks wants to know which deletions to tell.")
    text = "".join(element("ListDelType", form.deleted) for kind in ask.kinds for form in KINDS[kind].forms)
    if ask.since is not None:
        since = element("FromDeletedDate", limits.wall_time("The time of the last read", ask.since))
        text += f"<DeletedDateRangeFilter>{since}</DeletedDateRangeFilter>"
    return text


def _iterator(ask: Ask) -> dict[str, str]:
    if not isinstance(ask, ReadPage):
        return {}
    if ask.iterator_id is None:
        return {"iterator": "Start"}
    return {
        "iterator": "Continue",
        "iteratorID": limits.printable("The iterator", ask.iterator_id, _ITERATOR_LONGEST),
    }
