"""The desk's tables. Everything belongs to a company; every constraint stands with the promise that it keeps.

A new kind of record adds tables of its own here and changes none of these.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

STATUSES = (
    "Waiting", "Sending", "Synced", "Synced with warnings", "Needs attention", "Conflict", "On hold", "Skipped",
    "Voided", "Deleted in QuickBooks",
)  # fmt: skip
LOCATIONS_MOST = 50
"""Service locations of a customer's own, as many as QuickBooks keeps; those of QuickBooks jobs come on top."""
PLACES_MOST = 20_000
"""Service locations of a customer together with those of its QuickBooks jobs."""
JOB_LONGEST = 36
"""Characters of a QuickBooks id."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

counters = Table(
    "counters",
    metadata,
    Column("company", Text, primary_key=True),
    # "position" of the customers' change feed, "tax_rate.position" of another kind's, or a kind: its last number
    Column("what", Text, primary_key=True),
    Column("value", Integer, nullable=False),  # only ever rises, so no number is given twice
)

customers = Table(
    "customers",
    metadata,
    Column("row", Integer, primary_key=True),  # ties the search index to the record; told to nobody
    Column("company", Text, nullable=False),
    Column("id", Integer, nullable=False),
    Column("version", Integer, nullable=False),  # 1, then +1 for each edit
    Column("position", Integer, nullable=False),
    Column("deleted", Boolean, nullable=False),  # a tombstone: shown in the change feed only
    Column("created_at", Text, nullable=False),
    Column("modified_at", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),  # the name folded: lists are in this order
    Column("search", Text, nullable=False),  # what a search looks through, folded
    Column("first_name", Text),
    Column("last_name", Text),
    Column("phone", Text),
    Column("alt_phone", Text),
    Column("email", Text),
    Column("billing_address", Text),  # JSON, filled lines only
    Column("terms", Integer),  # the number of a payment term
    Column("tax_code", Integer),  # the number of a tax code
    Column("tax_item", Integer),  # the number of a tax rate
    Column("notes", Text),
    Column("active", Boolean, nullable=False),
    Column("next_location", Integer, nullable=False),  # the next number of a location; never given twice
    UniqueConstraint("company", "id"),  # a number names one customer of a company, for ever
    UniqueConstraint("company", "position"),  # one place in the feed holds one change
    # What a customer refers to is there, for ever: a deleted entry leaves its row.
    ForeignKeyConstraint(["company", "terms"], ["payment_terms.company", "payment_terms.id"]),
    ForeignKeyConstraint(["company", "tax_code"], ["sales_tax_codes.company", "sales_tax_codes.id"]),
    ForeignKeyConstraint(["company", "tax_item"], ["tax_rates.company", "tax_rates.id"]),
    CheckConstraint("version >= 1", name="version"),  # versions start at 1
    CheckConstraint("name_key <> ''", name="named"),  # a customer has a name
    CheckConstraint("origin IN ('user', 'api', 'sync')", name="origin"),  # it is known who wrote last
)
ALIVE = text("deleted = 0")
# The list, all of it and by activity, a page at a time without counting up to the page.
Index("ix_customers_list", customers.c.company, customers.c.name_key, customers.c.id, sqlite_where=ALIVE)
Index(
    "ix_customers_active", customers.c.company, customers.c.active, customers.c.name_key, customers.c.id,
    sqlite_where=ALIVE,
)  # fmt: skip
Index("ix_customers_modified", customers.c.company, customers.c.modified_at, sqlite_where=ALIVE)
# How many customers refer to an entry, without going through all of them.
for _column in (customers.c.terms, customers.c.tax_code, customers.c.tax_item):
    Index(
        f"ix_customers_{_column.name}", customers.c.company, _column,
        sqlite_where=text(f"deleted = 0 AND {_column.name} IS NOT NULL"),
    )  # fmt: skip

customer_locations = Table(
    "customer_locations",
    metadata,
    Column("company", Text, primary_key=True),
    Column("customer", Integer, primary_key=True),
    Column("id", Integer, primary_key=True),  # a number names one location of a customer, for ever
    Column("place", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    Column("is_default", Boolean, nullable=False),
    Column("address", Text, nullable=False),  # JSON, filled lines only
    Column("job", Text),  # the QuickBooks id of the job that it stands for; blank for the customer's own
    Column("tax_item", Integer),  # the number of a tax rate of its own; blank where the customer's is taken
    # A location belongs to a customer that exists.
    ForeignKeyConstraint(["company", "customer"], ["customers.company", "customers.id"]),
    # Its tax rate is there, for ever: a deleted entry leaves its row.
    ForeignKeyConstraint(["company", "tax_item"], ["tax_rates.company", "tax_rates.id"]),
    UniqueConstraint("company", "customer", "name_key"),  # names differ within a customer, whatever the case
    UniqueConstraint("company", "customer", "place"),  # locations stand in an order
    # Jobs may be many; that the others are at most 50 is a rule of `customers.Location`'s list.
    CheckConstraint(f"place BETWEEN 1 AND {PLACES_MOST}", name="most"),
    CheckConstraint(f"length(job) BETWEEN 1 AND {JOB_LONGEST}", name="job"),  # an id, or nothing
    CheckConstraint("name_key <> ''", name="named"),  # a location has a name
)
# A customer has at most one default location.
Index(
    "uq_customer_locations_default", customer_locations.c.company, customer_locations.c.customer, unique=True,
    sqlite_where=text("is_default = 1"),
)  # fmt: skip
# A job stands in a customer once.
Index(
    "uq_customer_locations_job", customer_locations.c.company, customer_locations.c.customer,
    customer_locations.c.job, unique=True, sqlite_where=text("job IS NOT NULL"),
)  # fmt: skip
# How many locations refer to a tax rate, without going through all of them.
Index(
    "ix_customer_locations_tax_item", customer_locations.c.company, customer_locations.c.tax_item,
    sqlite_where=text("tax_item IS NOT NULL"),
)  # fmt: skip


def _entries(name: str, *own: Column[Any]) -> Table:
    """A small list that other records refer to: tax rates, payment terms, tax codes."""
    table = Table(
        name,
        metadata,
        Column("company", Text, primary_key=True),
        Column("id", Integer, primary_key=True),  # a number names one entry of a company, for ever
        Column("version", Integer, nullable=False),  # 1, then +1 for each edit
        Column("position", Integer, nullable=False),
        Column("deleted", Boolean, nullable=False),  # a tombstone: shown in the change feed only
        Column("created_at", Text, nullable=False),
        Column("modified_at", Text, nullable=False),
        Column("origin", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("name_key", Text, nullable=False),  # the name folded
        *own,
        Column("active", Boolean, nullable=False),  # no = retired: kept for what has it, not offered any more
        UniqueConstraint("company", "position"),  # one place in the feed holds one change
        CheckConstraint("version >= 1", name="version"),  # versions start at 1
        CheckConstraint("name_key <> ''", name="named"),  # an entry has a name
        CheckConstraint("origin IN ('user', 'api', 'sync')", name="origin"),  # it is known who wrote last
    )
    # Names differ within a list, whatever the case, retired entries included.
    Index(
        f"ix_{name}_name", table.c.company, table.c.name_key, sqlite_where=ALIVE
    )  # people may give a name once
    return table


sales_tax_codes = _entries(
    "sales_tax_codes", Column("description", Text), Column("taxable", Boolean, nullable=False)
)
tax_rates = _entries(
    "tax_rates",
    Column("rate", Text),  # percent as decimal text; blank for a group, whose rate is the sum of its members'
)
payment_terms = _entries(
    "payment_terms",
    Column("form", Text, nullable=False),  # "standard" or "date_driven"
    Column("due_days", Integer),
    Column("discount_days", Integer),
    Column("discount_percent", Text),  # percent as decimal text
    Column("due_day", Integer),
    Column("next_month_days", Integer),
    Column("discount_day", Integer),
)
tax_components = Table(
    "tax_components",
    metadata,
    Column("company", Text, primary_key=True),
    Column("tax_group", Integer, primary_key=True),
    Column("place", Integer, primary_key=True),  # members stand in an order
    Column("member", Integer, nullable=False),
    # A group and its members are tax rates that exist.
    ForeignKeyConstraint(
        ["company", "tax_group"], ["tax_rates.company", "tax_rates.id"], name="fk_tax_components_tax_group"
    ),
    ForeignKeyConstraint(
        ["company", "member"], ["tax_rates.company", "tax_rates.id"], name="fk_tax_components_member"
    ),
    UniqueConstraint("company", "tax_group", "member"),  # a tax counts once in a group
    CheckConstraint("tax_group <> member", name="itself"),  # a group is no member of itself
)

batch_keys = Table(
    "batch_keys",
    metadata,
    Column("company", Text, primary_key=True),
    Column("key", Text, primary_key=True),  # one key's work is done once, for ever
    Column("kind", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),  # hash of what was asked for
    Column("status", Integer, nullable=False),
    Column("record", Integer),
)

sync_statuses = Table(
    "sync_statuses",
    metadata,
    Column("company", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("record", Integer, primary_key=True),  # a record bears one status at a time
    Column("status", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("books_name", Text, nullable=False),
    Column("at", Text, nullable=False),
    # Statuses in these words only (spec 9.4).
    CheckConstraint(f"status IN ({', '.join(repr(status) for status in STATUSES)})", name="words"),
)
# The list filtered by a status word.
Index(
    "ix_sync_statuses_word", sync_statuses.c.company, sync_statuses.c.kind, sync_statuses.c.status,
    sync_statuses.c.record,
)  # fmt: skip

policies = Table(
    "policies",
    metadata,
    Column("company", Text, primary_key=True),
    Column("policy", Text, nullable=False),  # JSON, as the sync engine last told it
)
