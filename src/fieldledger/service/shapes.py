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


class Lost(Shape):
    """A value that gives way in a conflict."""

    field: str
    label: str
    value: Any = None


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
    side: Literal["books", "field", ""] = Field(
        description="Where something was written, where its reason tells."
    )
    severity: str = Field(description="info, warning or error.")
    kind: str
    name: str
    books: str = Field(description="QuickBooks' ListID, blank where there is none.")
    field: str = Field(description="The number in the field system, blank where there is none.")
    reason: str
    told: str
    who: str
    changes: list[Change]
    put_back: list[str] = Field(description="The fields whose former values can be put back from this line.")


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
    side: Literal["books", "field"] = Field(description="The side that is written, or would have been.")
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
    lost: list[Lost] = Field(description="What gives way, of a conflict.")


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


class Other(Shape):
    """A record that another may be one with."""

    side: Literal["books", "field"]
    id: str
    name: str


class Alike(Other):
    score: int = Field(description="How much it looks like it, 60 to 100.")
    why: list[str]


class Hold(Shape):
    hold: int
    kind: str
    name: str
    books_name: str = Field(description="Full name in QuickBooks, blank where there is none.")
    books: str | None
    field: str | None
    side: Literal["books", "field"] = Field(description="Of the record that waits.")
    reason: str
    told: str
    todo: str = Field(description="What to do about it.")
    others: list[str] = Field(description="The records that it collides with, on others_side.")
    others_side: Literal["books", "field"]
    candidates: list[Other] = Field(description="What it may be linked with.")
    suggested: list[Alike] = Field(description="What looks like it besides, best first.")
    actions: list[str] = Field(description="What can be said about it.")
    waiting: int = Field(description="How many records wait inside this one.")
    since: str


class Decided(Shape):
    hold: int
    name: str
    action: str
    told: str = Field(description="What comes of it, in a sentence.")


class OneDecided(Shape):
    hold: int
    name: str
    result: Literal["done", "failed"]
    told: str


class ManyDecided(Shape):
    items: list[OneDecided]


class RecordDecided(Shape):
    record: str
    name: str
    told: str


class PairDecided(Shape):
    books: str
    field: str
    told: str


class PutBackDecided(Shape):
    event: int
    name: str
    fields: list[str]
    values: dict[str, Any]
    told: str


class Ignored(Shape):
    kind: str
    books: str | None
    field: str | None
    record: str = Field(description="To ask again by.")
    name: str
    books_name: str
    who: str
    at: str


class AllIgnored(Shape):
    items: list[Ignored]


class Match(Shape):
    kind: str
    books: str
    field: str
    books_name: str
    field_name: str
    score: int = Field(description="How much they look like one, 60 to 100.")
    why: list[str]


class Matches(Shape):
    items: list[Match]


class Shared(Shape):
    name: str
    count: int


class Sample(Shape):
    full_name: str
    becomes: str


class JobsChosen(Shape):
    jobs: str
    job_name: str


class JobsChoice(JobsChosen):
    customers: int
    locations: int
    locations_of_jobs: int
    left_out: int = Field(description="Jobs that would be nowhere.")
    shared: int = Field(description="Names that several customers would bear.")
    names: list[Shared] = Field(description="The most frequent of them.")
    sample: list[Sample] = Field(description="Up to 20 jobs.")


class JobsPreview(Shape):
    customers: int
    jobs: int
    left_out: int = Field(description="Inactive records, which the first sync leaves out.")
    under_inactive: int = Field(description="Active jobs of customers that are inactive.")
    chosen: JobsChosen
    choices: list[JobsChoice]


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
    not_synced: list[Resting] = Field(description="QuickBooks records that rest.")
    not_in_books: list[Resting] = Field(description="Records of the field system that rest.")
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
