"""The desk's tables. Everything belongs to a company; each constraint carries its promise."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, MetaData, Table, Text, UniqueConstraint

metadata = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                       "pk": "pk_%(table_name)s"}
)  # fmt: skip

counters = Table(
    "counters",
    metadata,
    Column("company", Text, primary_key=True),
    Column(
        "customer", Integer, nullable=False
    ),  # the last customer number given; a number is never used again
    Column("position", Integer, nullable=False),  # the last position of the change feed
)

customers = Table(
    "customers",
    metadata,
    Column("company", Text, primary_key=True),
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),  # 1, then +1 for each edit
    Column("position", Integer, nullable=False),
    Column("deleted", Boolean, nullable=False),  # a tombstone: shown in the change feed only
    Column("created_at", Text, nullable=False),
    Column("modified_at", Text, nullable=False),
    Column("origin", Text, nullable=False),  # who wrote last: user, api or sync
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    Column("search", Text, nullable=False),  # folded: name, contact, email, digits of phones, places
    Column("first_name", Text),
    Column("last_name", Text),
    Column("phone", Text),
    Column("alt_phone", Text),
    Column("email", Text),
    Column("billing_address", Text),  # JSON
    Column("terms", Text),
    Column("tax_code", Text),
    Column("tax_item", Text),
    Column("notes", Text),
    Column("active", Boolean, nullable=False),
    Column("locations", Text, nullable=False),  # JSON
    Column("next_location", Integer, nullable=False),
    Column("sync_status", Text),
    Column("sync_detail", Text),
    Column("sync_books_name", Text),
    Column("sync_at", Text),
    UniqueConstraint("company", "position"),  # one place in the feed holds one change
)
Index("ix_customers_name", customers.c.company, customers.c.deleted, customers.c.name_key, customers.c.id)

batch_keys = Table(
    "batch_keys",
    metadata,
    Column("company", Text, primary_key=True),
    Column("key", Text, primary_key=True),  # one key's work is done once, for ever
    Column("content", LargeBinary, nullable=False),  # hash of what was asked for
    Column("status", Integer, nullable=False),
    Column("customer", Integer),
)

policies = Table(
    "policies",
    metadata,
    Column("company", Text, primary_key=True),
    Column("policy", Text, nullable=False),  # JSON, as the sync engine last told it
)
