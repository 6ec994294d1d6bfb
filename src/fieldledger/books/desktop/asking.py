"""The engine's asks as requests. Every value is checked before it goes out; an ask that would say something else than
was meant (no ids: "all of them") is refused.
"""

from __future__ import annotations

from collections.abc import Mapping

from fieldledger.books.desktop import limits, named
from fieldledger.books.desktop.kinds import KINDS
from fieldledger.books.desktop.limits import CannotSend
from fieldledger.books.desktop.requests import element, request
from fieldledger.session.ports import (
    Ask,
    ReadActivity,
    ReadChoices,
    ReadCompany,
    ReadDeleted,
    ReadHolders,
    ReadHost,
    ReadIds,
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
    ReadHolders: named.HOLDERS,
}
"""The messages of the asks that are not about one kind."""

_ID_LONGEST = 36
_FULL_NAME_LONGEST = 209
_ITERATOR_LONGEST = 255
"""Our own bound; QuickBooks gives a GUID in braces."""


def messages(ask: Ask) -> tuple[str, ...]:
    """The messages that carry the ask, without Rq: one, or one for each of the lists that it is about."""
    match ask:
        case ReadPage() | ReadIds() | ReadNamed():
            return (KINDS[ask.kind].query,)
        case ReadChoices():
            if ask.choice not in named.CHOICES:
                raise CannotSend(f"There is no list {ask.choice!r}; there are: {', '.join(named.CHOICES)}.")
            return named.CHOICES[ask.choice]
        case Write():
            codec = KINDS[ask.kind]
            return (codec.add if ask.record is None else codec.mod,)
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
            return "".join(
                element("FullName", limits.text("The name", name, _FULL_NAME_LONGEST, blank=False))
                for name in ask.names
            )
        case ReadChoices():
            return element("ActiveStatus", "All") + _only(named.FIELDS)
        case Write():
            return _write(ask)
        case ReadDeleted():
            return element("ListDelType", KINDS[ask.kind].deleted) + _deleted_since(ask)
        case ReadCompany():
            return element("OwnerID", limits.guid("The owner", ask.owner_id))
        case ReadHost() | ReadPreferences() | ReadActivity():
            return ""


def _page(ask: ReadPage) -> str:
    body = element("MaxReturned", limits.count("The page size", ask.page)) + element("ActiveStatus", "All")
    if ask.since is not None:
        body += element("FromModifiedDate", limits.wall_time("The time of the last read", ask.since))
    return body + (_only(KINDS[ask.kind].stamp_fields) if ask.light else "")


def _only(fields: tuple[str, ...]) -> str:
    return "".join(element("IncludeRetElement", field) for field in fields)


def _write(ask: Write) -> str:
    codec = KINDS[ask.kind]
    if ask.record is None:
        return codec.write_add(ask)
    if not ask.fields:
        raise CannotSend("No field is to be changed.")
    return codec.write_mod(ask, ask.record)


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
