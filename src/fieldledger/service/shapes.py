"""What the connector's REST answers look like, for its OpenAPI document.

They describe what `fieldledger.office.views` gives and are not in its way: a key that is added there is sent as it is.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from fieldledger.model.plan import Verb


class Shape(BaseModel):
    """More keys may come in later versions."""

    model_config = ConfigDict(extra="allow")


class Change(Shape):
    """One field, before and after."""

    field: str
    label: str = Field(description="What people call the field.")
    before: Any = None
    after: Any = None


class Run(Shape):
    run: int = Field(description="Counts from 1 in each company.")
    started_at: str = Field(description="UTC, ISO 8601.")
    ended_at: str | None
    reason: str = Field(description="Why it started.")
    outcome: str = Field(description="running, done, waiting (for approval), stopped or broken.")
    told: str = Field(description="How it went, in a sentence.")
    counts: dict[str, int] = Field(description="What it did: read, created, updated, skipped, held, …")


class Event(Shape):
    event: int
    at: str
    what: str
    severity: str = Field(description="info, warning or error.")
    kind: str
    name: str
    books: str = Field(description="QuickBooks' ListID, blank where there is none.")
    field: str = Field(description="The number in the field system, blank where there is none.")
    reason: str
    told: str
    who: str
    changes: list[Change]


class Runs(Shape):
    items: list[Run]


class RunInFull(Run):
    events: list[Event]
    next_after: int | None = Field(
        description="Send it as after for the next events; null when these were the last."
    )


class Action(Shape):
    action: int
    verb: Verb
    kind: str
    name: str = Field(description="In the field system; customers and jobs may bear one name there.")
    books_name: str = Field(description="Full name in QuickBooks, blank where there is none.")
    books: str | None
    field: str | None
    reason: str
    told: str
    state: str
    status: str = Field(description="The status that the record gets.")
    changes: list[Change]


class Plan(Shape):
    plan: int | None = Field(description="Its number; null while QuickBooks has not been read.")
    state: str
    why: str = Field(description="Why it waits for approval; blank when it does not.")
    made_at: str | None
    counts: dict[str, int] = Field(description="Actions by verb.")
    actions: list[Action]
    next_after: int | None = Field(
        description="Send it as after for the next actions; null when these were the last."
    )


class Approved(Shape):
    plan: int
    approved_by: str
    counts: dict[str, int]


class Hold(Shape):
    hold: int
    kind: str
    name: str
    books: str | None
    field: str | None
    reason: str
    told: str
    todo: str = Field(description="What to do about it.")
    others: list[str] = Field(description="The records that it collides with, on the other side.")
    waiting: int = Field(description="How many records wait inside this one.")
    since: str


class Attention(Shape):
    items: list[Hold]


class History(Shape):
    kind: str
    books: str | None
    field: str | None
    link: str | None
    events: list[Event]


class Resting(Shape):
    reason: str
    count: int
    status: str


class File(Shape):
    name: str | None
    path: str | None


class Waiting(Shape):
    plan: int
    why: str


class Status(Shape):
    id: str
    name: str
    connection: str = Field(description="connected, silent or never.")
    heard_at: float | None = Field(description="When the Web Connector last called, Unix seconds.")
    session_open: bool
    paused: bool
    file: File
    last_run: Run | None
    plan_waiting: Waiting | None
    attention: int
    in_books: int
    in_field: int
    linked: int
    left: int = Field(description="Actions that are planned or without an outcome.")
    not_synced: list[Resting]
    sync_asked: str
    settings: dict[str, str]


class Told(Shape):
    told: str


class Check(Shape):
    check: str
    result: Literal["pass", "warn", "stop"]
    told: str
    todo: str


class Checks(Shape):
    items: list[Check]
