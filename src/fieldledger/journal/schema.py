"""The tables. Each unique index is a promise, with the promise written beside it.

Times are UTC, ISO 8601 with ``Z``, except where a column says Unix seconds or books wall time. Values are packed by
`fieldledger.model.record.pack`. Nothing here is specific to SQLite but the WAL set-up in `database`.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _key(name: str = "company") -> Column[str]:
    return Column(name, Text, ForeignKey("companies.id"), nullable=False, primary_key=True)


def _company() -> Column[str]:
    return Column("company", Text, ForeignKey("companies.id"), nullable=False)


companies = Table(
    "companies",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("user", Text, nullable=False, unique=True),  # one Web Connector user names one company
    Column("password_hash", Text, nullable=False),  # argon2id
    Column("token_hash", Text, nullable=False, unique=True),  # SHA-256 of a 256-bit token
    Column(
        "file_id", Text, nullable=False, unique=True
    ),  # GUID of this connection, stored by QBWC in the file
    Column("settings", Text, nullable=False),  # JSON
    Column(
        "identity", Text, nullable=False, server_default="{}"
    ),  # JSON: what the company file told of itself
    Column("sync_asked", Text, nullable=False, server_default=""),  # "", "changes" or "full"
    Column(
        "approval_due", Text, nullable=False, server_default=""
    ),  # why the next plan must be shown; "" = not
    Column("created_at", Text, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    _key(),
    Column("epoch", Integer, nullable=False),  # rises at every session start; never falls
    Column("ticket_hash", Text, unique=True),  # SHA-256; NULL once the session is closed
    Column("run", Integer),
    Column("state", LargeBinary, nullable=False, server_default=text("x''")),  # the session, packed
    Column("opened_at", Float, nullable=False),  # Unix seconds
    Column("heard_at", Float, nullable=False),  # Unix seconds of the last call of its holder
    Column("request_out", Boolean, nullable=False),  # QuickBooks is working on a request of ours
    Column("interrupted", Boolean, nullable=False),  # the server stopped under it: a newcomer may take over
    Column("last_error", Text, nullable=False, server_default=""),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _company(),
    Column("number", Integer, nullable=False),  # counts from 1 in each company
    Column("epoch", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("started_at", Text, nullable=False),
    Column("ended_at", Text),
    Column("outcome", Text, nullable=False, server_default=""),  # "", done, waiting, stopped, broken
    Column("told", Text, nullable=False, server_default=""),  # one sentence for people
    Column("counts", Text, nullable=False, server_default="{}"),  # JSON
    UniqueConstraint("company", "number"),
)

cursors = Table(
    "cursors",
    metadata,
    _key(),
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

sights = Table(
    "sights",
    metadata,
    _key(),
    Column("side", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("record", Text, primary_key=True),
    Column("parent", Text),  # record id of the one above it
    Column("depth", Integer, nullable=False),  # 0 = no parent
    Column("name_key", Text, nullable=False),  # folded own name
    Column("full_name", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("modified", Text, nullable=False),  # as the side printed it
    Column("settled", Boolean, nullable=False),  # an edit in the same second can no longer hide
    Column(
        "read_at", Float, nullable=False, server_default="0"
    ),  # Unix seconds: when its last read was asked for
    Column("digest", LargeBinary, nullable=False),
    Column("packed", LargeBinary, nullable=False),
    Column("rest", LargeBinary, nullable=False),
    Column(
        "guid", Text, nullable=False, server_default=""
    ),  # the mark of its creator, where the side tells it
    Column("gone", Text),  # NULL = there; else the stamp of its deletion, "" when not told
    Column("pass_no", Integer, nullable=False),  # the last complete read that showed it
    Column("due", Boolean, nullable=False),  # the planner must look at it
    Column("decision", Text, nullable=False, server_default=""),  # the last decision that wrote nothing
    Column("seen_at", Text, nullable=False),
)
Index("ix_sights_due", sights.c.company, sights.c.kind, sights.c.depth, sights.c.side, sights.c.record,
      sqlite_where=sights.c.due.is_(True), postgresql_where=sights.c.due.is_(True))  # fmt: skip
Index("ix_sights_name", sights.c.company, sights.c.side, sights.c.kind, sights.c.name_key)
Index("ix_sights_parent", sights.c.company, sights.c.side, sights.c.kind, sights.c.parent,
      sqlite_where=sights.c.parent.is_not(None), postgresql_where=sights.c.parent.is_not(None))  # fmt: skip

wanted = Table(
    "wanted",
    metadata,
    _key(),
    Column("kind", Text, primary_key=True),
    Column("record", Text, primary_key=True),
)
"""Books records that must be read in full; committed together with the stamp that asked for it."""

links = Table(
    "links",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _company(),
    Column("kind", Text, nullable=False),
    Column("books", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("base", LargeBinary, nullable=False),
    Column(
        "books_kept", LargeBinary, nullable=False
    ),  # fields in which a side keeps the base in a form of its own,
    Column("field_kept", LargeBinary, nullable=False),  # packed like the base: they are nobody's edit
    Column("rules", Text, nullable=False),  # hash of the rules that made the base
    Column("state", Text, nullable=False),  # live, books_deleted, field_deleted
    Column("made_at", Text, nullable=False),
    UniqueConstraint("company", "kind", "books"),  # a books record has at most one field record (spec 10.1)
    UniqueConstraint("company", "kind", "field"),  # and the reverse
)

plans = Table(
    "plans",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _company(),
    Column("number", Integer, nullable=False),  # counts from 1 in each company
    Column("run", Integer),
    Column("state", Text, nullable=False),  # making, proposed, approved, done, replaced
    Column("why", Text, nullable=False, server_default=""),  # why it needs approval; "" = it does not
    Column("made_at", Text, nullable=False),
    Column("approved_at", Text),
    Column("approved_by", Text),
    UniqueConstraint("company", "number"),
)
Index("uq_plans_proposed", plans.c.company, unique=True,
      sqlite_where=plans.c.state == "proposed", postgresql_where=plans.c.state == "proposed")  # fmt: skip
"""One plan at most waits for approval: what a person approves is what that person saw."""
Index("uq_plans_making", plans.c.company, unique=True,
      sqlite_where=plans.c.state == "making", postgresql_where=plans.c.state == "making")  # fmt: skip
"""One plan at most is being made, and it is nobody's to approve before it is whole."""

actions = Table(
    "actions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _company(),
    Column("plan", Integer, ForeignKey("plans.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("verb", Text, nullable=False),
    Column("side", Text, nullable=False),  # the side that is written
    Column("books", Text),
    Column("field", Text),
    Column("name", Text, nullable=False),
    Column("reason", Text, nullable=False),  # code
    Column("told", Text, nullable=False),  # the reason in words
    Column("before", LargeBinary),
    Column("after", LargeBinary),
    Column("fields", Text, nullable=False, server_default="[]"),  # JSON: which fields are written, [] = all
    Column("agreed", LargeBinary),  # what the base becomes in these fields once it is done
    Column("kept", LargeBinary),  # fields in which the field side differs, and may
    Column("kept_books", LargeBinary),  # the same of the books
    Column("lost", LargeBinary),  # of a conflict: the values that give way
    Column("seen", LargeBinary, nullable=False),  # digest of the books sight it was decided on
    Column("seen_field", LargeBinary, nullable=False, server_default=text("x''")),  # of the field sight
    Column(
        "version", Text, nullable=False, server_default=""
    ),  # of the state that it overwrites, "" on create
    Column("state", Text, nullable=False),  # planned, open, done, refused, dropped, shown
    Column("key", Text),  # GUID of the intent; the other side does one key's work once
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("unanswered", Integer, nullable=False, server_default="0"),  # sendings that came to nothing
    Column("retry_at", Float, nullable=False, server_default="0"),  # Unix seconds: not tried again before
    Column("message_set", Integer),  # the set that it went out in
    Column("wish", Integer),  # the person's wish that it fulfils
)
Index("ix_actions_plan", actions.c.plan, actions.c.state, actions.c.id)
Index("ix_actions_state", actions.c.company, actions.c.state, actions.c.side, actions.c.id)
Index("ix_actions_planned", actions.c.company, actions.c.side, actions.c.plan, actions.c.id,
      sqlite_where=actions.c.state == "planned", postgresql_where=actions.c.state == "planned")  # fmt: skip
Index("ix_actions_books", actions.c.company, actions.c.kind, actions.c.books, actions.c.state)
Index("ix_actions_field", actions.c.company, actions.c.kind, actions.c.field, actions.c.state)
for _side in ("books", "field"):
    _one = actions.c[_side]
    Index(f"uq_actions_open_{_side}", actions.c.company, actions.c.kind, _one, unique=True,
          sqlite_where=actions.c.state == "open", postgresql_where=actions.c.state == "open")  # fmt: skip
    Index(f"uq_actions_planned_{_side}", actions.c.company, actions.c.kind, actions.c.side, _one, unique=True,
          sqlite_where=actions.c.state == "planned", postgresql_where=actions.c.state == "planned")  # fmt: skip
"""One intent at most is open for a record, so nothing is ever written beside an unknown outcome; and one decision at
most for each side of it waits: a newer one replaces it. A record is known by its id on either side."""

message_sets = Table(
    "message_sets",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _company(),
    Column("set_id", Text, nullable=False),  # newMessageSetID
    Column("old_id", Text, nullable=False, server_default=""),  # the set whose stored answer it clears
    Column("content", LargeBinary, nullable=False),  # the exact bytes that go out, zlib
    Column("asks", LargeBinary, nullable=False),  # the same as values, packed
    Column(
        "state", Text, nullable=False
    ),  # out, settled, cleared, void (refused as a whole, nothing was done)
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("sent_at", Float, nullable=False, server_default="0"),  # Unix seconds of the first time
    UniqueConstraint("company", "set_id"),  # one id names one content, for ever
)
Index("uq_message_sets_out", message_sets.c.company, unique=True,
      sqlite_where=message_sets.c.state == "out", postgresql_where=message_sets.c.state == "out")  # fmt: skip
"""One set at most is on its way to QuickBooks, or came back without a word: nothing is written before it is settled."""

wishes = Table(
    "wishes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _company(),
    Column("kind", Text, nullable=False),
    Column("books", Text, nullable=False, server_default=""),
    Column("field", Text, nullable=False, server_default=""),
    Column("what", Text, nullable=False),  # link, ignore, rename, put_back
    Column("content", LargeBinary, nullable=False),  # packed: a name, the values to put back
    Column("who", Text, nullable=False),
    Column("at", Text, nullable=False),
)
"""What people asked for about a record or a pair: rules of one record, read by the planner until they are fulfilled."""
Index("ix_wishes_books", wishes.c.company, wishes.c.kind, wishes.c.books)
Index("ix_wishes_field", wishes.c.company, wishes.c.kind, wishes.c.field)

holds = Table(
    "holds",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _company(),
    Column("kind", Text, nullable=False),
    Column("books", Text, nullable=False, server_default=""),
    Column("field", Text, nullable=False, server_default=""),
    Column("under", Text),  # waits inside the hold of this books record, not listed on its own
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("told", Text, nullable=False),
    Column("todo", Text, nullable=False),
    Column("others", Text, nullable=False, server_default="[]"),  # JSON: the records that it collides with
    Column("others_side", Text, nullable=False, server_default="field"),  # and the side on which they are
    Column("opened_at", Text, nullable=False),
    Column("solved_at", Text),
    Column("solved_by", Text),
)
Index("uq_holds_open", holds.c.company, holds.c.kind, holds.c.books, holds.c.field, unique=True,
      sqlite_where=holds.c.solved_at.is_(None), postgresql_where=holds.c.solved_at.is_(None))  # fmt: skip
"""One open hold at most for a record: the list of what needs a person never says one thing twice."""

rivals = Table(
    "rivals",
    metadata,
    _key(),
    Column("kind", Text, primary_key=True),
    Column("side", Text, primary_key=True),
    Column("record", Text, primary_key=True),
    Column("holder_side", Text, primary_key=True),
    Column("holder", Text, primary_key=True),
)
"""Records that an open hold collides with, and the record of that hold: holds.others, by its other end."""
Index("ix_rivals_holder", rivals.c.company, rivals.c.kind, rivals.c.holder_side, rivals.c.holder)

events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    _company(),
    Column("run", Integer),
    Column("at", Text, nullable=False),
    Column("kind", Text, nullable=False, server_default=""),
    Column("books", Text, nullable=False, server_default=""),
    Column("field", Text, nullable=False, server_default=""),
    Column("name", Text, nullable=False, server_default=""),
    Column("what", Text, nullable=False),  # a word of fieldledger.journal.events
    Column("reason", Text, nullable=False, server_default=""),
    Column("told", Text, nullable=False),
    Column("severity", Text, nullable=False),  # info, warning, error
    Column("before", LargeBinary),
    Column("after", LargeBinary),
    Column("who", Text, nullable=False, server_default="sync"),
)
Index("ix_events_run", events.c.company, events.c.run, events.c.id)
Index("ix_events_books", events.c.company, events.c.kind, events.c.books, events.c.id)
Index("ix_events_field", events.c.company, events.c.kind, events.c.field, events.c.id)

statuses = Table(
    "statuses",
    metadata,
    _key(),
    Column("kind", Text, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("status", Text, nullable=False),  # a word of spec 9.4
    Column("detail", Text, nullable=False),
    Column("books_name", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("told", Boolean, nullable=False),  # the field side has been told
)
Index("ix_statuses_untold", statuses.c.company, statuses.c.kind, statuses.c.field,
      sqlite_where=statuses.c.told.is_(False), postgresql_where=statuses.c.told.is_(False))  # fmt: skip

doors = Table(
    "doors",
    metadata,
    Column("secret_hash", Text, primary_key=True),  # SHA-256 of a one-time link or of a page session
    Column("what", Text, nullable=False),  # link, session
    Column("who", Text, nullable=False),
    Column("ends_at", Float, nullable=False),  # Unix seconds
)
"""Who may see the pages: one-time login links and the sessions that they opened."""
