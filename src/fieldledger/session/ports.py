"""What the engine needs from the outside, and what a driver may ask of the engine. No I/O here.

Two ports face outwards: `Books` (turns asks into the other system's text and its text back into values) and
`Field` (the field-service system). Two face inwards, to whoever owns the loop: `Engine` and `Accounts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, TypeAlias

import msgspec

from fieldledger.model.kinds import Kind
from fieldledger.model.outcome import Outcome
from fieldledger.model.record import Gone, Record, Stamp, Values

# ---- asks: what the engine wants to know from the books -------------------------------------------------------


class ReadPage(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """One page of a list, active and inactive records.

    since      wall time of the QuickBooks computer, ``YYYY-MM-DDTHH:MM:SS`` without offset; None = from the start
    light      only identifier, version and time of modification
    page       records per page; counts only when iterator_id is None (QuickBooks fixes it at Start)
    iterator_id None starts an iterator, otherwise continues that one
    """

    id: str
    kind: Kind
    since: str | None
    light: bool
    page: int
    iterator_id: str | None = None


class ReadIds(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """These records in full, whatever their state. Ids that are missing come back as `Gone`."""

    id: str
    kind: Kind
    ids: tuple[str, ...]


class ReadDeleted(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Deletion records of these kinds since a wall time (QuickBooks keeps them for 90 days); None = all it has."""

    id: str
    kinds: tuple[Kind, ...]
    since: str | None


class ReadActivity(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """When the company file was last restored or condensed."""

    id: str


class ReadHost(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Product, version and mode. Cheap: also keeps a session alive while the field side is written."""

    id: str


class ReadCompany(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Name of the company, and what the Web Connector stored in its file under our OwnerID (with braces)."""

    id: str
    owner_id: str


class ReadPreferences(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Closing date, sales tax, inventory and the like."""

    id: str


class ReadNamed(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Records by their full names, in full, whatever their state: what may be there although nobody answered."""

    id: str
    kind: Kind
    names: tuple[str, ...]


class ReadHolders(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Who bears these names, in whichever list that shares its name space with the kind (customers, vendors,
    employees, other names). Answered by `Named`."""

    id: str
    kind: Kind
    names: tuple[str, ...]


class ReadList(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A small list (`fieldledger.model.kinds.LISTS`) whole and in full, active and inactive. Answered by `Record`."""

    id: str
    kind: Kind


class Write(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """One record to be created or changed. Goes out in a set that is nothing but writes, under a set id.

    guid     the intent's GUID with braces; what is created bears it (ExternalGUID)
    record   None = create
    version  of the state that is changed: another one by now is refused, with the state as it is
    values   the whole record as it is to be; fields: which of them are written, () on create = all
    parent   ListID of the record above it, on create
    """

    id: str
    kind: Kind
    guid: str
    record: str | None
    version: str
    values: Values
    fields: tuple[str, ...] = ()
    parent: str | None = None


Ask: TypeAlias = (
    ReadPage | ReadIds | ReadDeleted | ReadActivity | ReadHost | ReadCompany | ReadPreferences | ReadNamed
    | ReadHolders | ReadList | Write
)  # fmt: skip

# ---- what comes back, as a flat stream: a head, then what it carries, then the next head ------------------------


class AnswerHead(msgspec.Struct, frozen=True, kw_only=True):
    """Opens the answer to one ask. ``id`` is the ask's id as echoed (blank when it was not)."""

    id: str
    outcome: Outcome
    iterator_id: str | None = None
    remaining: int | None = None


class SetStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Message-set recovery status, when the answer carries one."""

    code: str
    outcome: Outcome


class Activity(msgspec.Struct, frozen=True, kw_only=True):
    last_restore: str | None = None
    last_condense: str | None = None


class HostInfo(msgspec.Struct, frozen=True, kw_only=True):
    """From HostQuery. versions: every supported qbXML version as printed, oldest first."""

    product: str = ""
    major: str = ""
    minor: str = ""
    country: str = ""
    versions: tuple[str, ...] = ()
    file_mode: str = ""
    automatic_login: bool | None = None


class CompanyInfo(msgspec.Struct, frozen=True, kw_only=True):
    """From CompanyQuery. file_ids: the FileID that the Web Connector stored, by OwnerID (both with braces)."""

    name: str = ""
    legal_name: str = ""
    is_sample: bool | None = None
    file_ids: tuple[tuple[str, str], ...] = ()


class PreferencesInfo(msgspec.Struct, frozen=True, kw_only=True):
    """From PreferencesQuery. None = not told."""

    closing_date: str | None = None
    sales_tax: bool | None = None
    inventory: bool | None = None
    multicurrency: bool | None = None
    account_numbers: bool | None = None
    personal_data_allowed: bool | None = None
    automatic_login_allowed: bool | None = None


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of a list by its name. list: customer, vendor, employee or other_name; or the kind of a small list, or
    item for any other item."""

    list: str
    id: str
    name: str
    active: bool = True


Item: TypeAlias = (
    SetStatus
    | AnswerHead
    | Record
    | Stamp
    | Gone
    | Activity
    | HostInfo
    | CompanyInfo
    | PreferencesInfo
    | Named
)


class Garbled(Exception):
    """The other side's text cannot be read at all. str(error) says what and where, in one line."""


class Books(Protocol):
    """The language of one accounting system."""

    def encode(self, asks: Sequence[Ask], *, set_id: str = "", old_id: str = "") -> str:
        """One message set. Raises ValueError naming field and limit when a value cannot be sent.

        set_id  the answer is stored under it, and the same set again is answered from there instead of done twice
        old_id  the stored answer to forget; the same as set_id, without asks: what is stored under it?
        Equal arguments give equal bytes.
        """
        ...

    def unsendable(self, write: Write) -> str:
        """Why this write would be refused before it goes out, in a sentence; "" = it can be sent."""
        ...

    def decode(self, text: str | bytes, asks: Sequence[Ask] = ()) -> Iterator[Item]:
        """The answer as a stream; holds one record at a time. Raises `Garbled`.

        ``asks`` are what the text answers: needed to tell full from light records and missing ids. After the head of
        the answer to a `Write` comes the record as it stands then; an answer that it is out of date carries it too.
        """
        ...

    def unfit(self, host: HostInfo, major: int, minor: int) -> str | None:
        """Why this version cannot be worked with, in one sentence; None when it can. major, minor: the newest
        qbXML version as the Web Connector tells it, 0 when it does not."""
        ...

    def failure(self, hresult: str, message: str) -> Outcome:
        """What a request processor failure means."""
        ...


# ---- the field side --------------------------------------------------------------------------------------------


class FieldChange(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the field side's change feed; ``record`` is None when the record was deleted."""

    id: str
    position: int
    record: Record | None


class FieldWrite(msgspec.Struct, frozen=True, kw_only=True):
    """One create (id None) or update. key: the intent's GUID; the field side does one key's work at most once."""

    key: str
    kind: Kind
    id: str | None
    version: str | None
    values: Values


class FieldResult(msgspec.Struct, frozen=True, kw_only=True):
    """key as sent; record: the state after the write, or the current state on STALE."""

    key: str
    outcome: Outcome
    record: Record | None = None


class SyncStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What the field side shows beside a record. status: a word of spec 9.4."""

    kind: Kind
    id: str
    status: str
    detail: str
    books_name: str
    at: str


class Field(Protocol):
    """A field-service system. Raises OSError when it cannot be reached."""

    def changes(self, company: str, kind: Kind, after: int, limit: int) -> tuple[FieldChange, ...]: ...

    def write(self, company: str, writes: Sequence[FieldWrite]) -> tuple[FieldResult, ...]: ...

    def show_status(self, company: str, statuses: Iterable[SyncStatus]) -> None: ...

    def show_policy(self, company: str, policy: Values) -> None: ...


# ---- inwards: what a driver (Web Connector, COM) asks of the engine ----------------------------------------------


class Opened(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The session may start. company_path: the file to open, blank = whatever is open.
    every_seconds: a new run interval for the Web Connector, None = leave it."""

    ticket: str
    company_path: str = ""
    every_seconds: int | None = None


class NothingToDo(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A valid user without work (paused, quiet hours). wait_seconds: when to come back, None = as scheduled."""

    reason: str
    wait_seconds: int | None = None
    every_seconds: int | None = None


class Occupied(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Another session of the same company is alive."""

    reason: str


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """What the Web Connector tells with sendRequestXML. hcp is blank on all but the first call."""

    hcp: str = ""
    company_path: str = ""
    country: str = ""
    major: int = 0
    minor: int = 0


class Send(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Hand this text to QuickBooks."""

    text: str


class Wait(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Nothing now; come back in some seconds. `Engine.last_error` says ``NoOp`` then, which the Web Connector takes
    for five of them."""


class Stop(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Nothing (more) to send. `Engine.last_error` tells why."""


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """percent: 0-99 go on, 100 finished, -1 stopped and `Engine.last_error` tells why."""

    percent: int


class Engine(Protocol):
    """One sync session, seen from whoever owns the loop. Keeps nothing in memory between two calls: any process
    may serve any call. A ticket that is unknown, stale or closed gives `Stop` / -1 / a plain text and changes
    nothing. No method raises on bad input from the wire."""

    def open(self, company: str) -> Opened | NothingToDo | Occupied: ...

    def next_request(self, ticket: str, context: Context) -> Send | Wait | Stop: ...

    def on_reply(self, ticket: str, text: str | bytes) -> Progress: ...

    def on_failure(self, ticket: str, hresult: str, message: str) -> Progress:
        """QuickBooks' request processor failed instead of answering."""
        ...

    def connection_failed(self, ticket: str, hresult: str, message: str) -> str | None:
        """QuickBooks could not be opened. Returns the company path to try next, None = give up."""
        ...

    def last_error(self, ticket: str) -> str: ...

    def close(self, ticket: str) -> str: ...


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """What a driver needs to check a login."""

    company: str
    user: str
    password_hash: str


class Accounts(Protocol):
    """Who may log in."""

    def find(self, user: str) -> Account | None: ...

    def refused(self, company: str) -> None:
        """Somebody named this company's user and gave a wrong password: worth telling whoever looks for trouble."""
        ...
