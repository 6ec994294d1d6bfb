"""the first schema"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# The search index holds no text of its own: it points into customers.search, and the triggers keep it true. Text is
# folded before it is stored, so letters are compared as they are.
SEARCH_INDEX = (
    "CREATE VIRTUAL TABLE customers_found USING fts5"
    "(search, content='customers', content_rowid='row', tokenize='trigram case_sensitive 1')",
    "CREATE TRIGGER customers_found_new AFTER INSERT ON customers BEGIN "
    "INSERT INTO customers_found (rowid, search) VALUES (new.row, new.search); END",
    "CREATE TRIGGER customers_found_gone AFTER DELETE ON customers BEGIN "
    "INSERT INTO customers_found (customers_found, rowid, search) VALUES ('delete', old.row, old.search); END",
    "CREATE TRIGGER customers_found_changed AFTER UPDATE OF search ON customers WHEN new.search <> old.search BEGIN "
    "INSERT INTO customers_found (customers_found, rowid, search) VALUES ('delete', old.row, old.search); "
    "INSERT INTO customers_found (rowid, search) VALUES (new.row, new.search); END",
)


def upgrade() -> None:
    op.create_table(
        "batch_keys",
        sa.Column("company", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("record", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("company", "key", name=op.f("pk_batch_keys")),
    )
    op.create_table(
        "counters",
        sa.Column("company", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("company", "what", name=op.f("pk_counters")),
    )
    op.create_table(
        "customers",
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("company", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("modified_at", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=True),
        sa.Column("last_name", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("alt_phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("billing_address", sa.Text(), nullable=True),
        sa.Column("terms", sa.Text(), nullable=True),
        sa.Column("tax_code", sa.Text(), nullable=True),
        sa.Column("tax_item", sa.Text(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("next_location", sa.Integer(), nullable=False),
        sa.CheckConstraint("name_key <> ''", name=op.f("ck_customers_named")),
        sa.CheckConstraint("origin IN ('user', 'api', 'sync')", name=op.f("ck_customers_origin")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_customers_version")),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_customers")),
        sa.UniqueConstraint("company", "id", name=op.f("uq_customers_company_id")),
        sa.UniqueConstraint("company", "position", name=op.f("uq_customers_company_position")),
    )
    with op.batch_alter_table("customers", schema=None) as batch_op:
        batch_op.create_index(
            "ix_customers_active",
            ["company", "active", "name_key", "id"],
            unique=False,
            sqlite_where=sa.text("deleted = 0"),
        )
        batch_op.create_index(
            "ix_customers_list",
            ["company", "name_key", "id"],
            unique=False,
            sqlite_where=sa.text("deleted = 0"),
        )
        batch_op.create_index(
            "ix_customers_modified",
            ["company", "modified_at"],
            unique=False,
            sqlite_where=sa.text("deleted = 0"),
        )

    op.create_table(
        "policies",
        sa.Column("company", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("company", name=op.f("pk_policies")),
    )
    op.create_table(
        "sync_statuses",
        sa.Column("company", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("record", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("books_name", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "status IN ('Waiting', 'Sending', 'Synced', 'Synced with warnings', 'Needs attention', 'Conflict', "
            "'On hold', 'Skipped', 'Voided', 'Deleted in QuickBooks')",
            name=op.f("ck_sync_statuses_words"),
        ),
        sa.PrimaryKeyConstraint("company", "kind", "record", name=op.f("pk_sync_statuses")),
    )
    op.create_table(
        "customer_locations",
        sa.Column("company", sa.Text(), nullable=False),
        sa.Column("customer", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.CheckConstraint("name_key <> ''", name=op.f("ck_customer_locations_named")),
        sa.CheckConstraint("place BETWEEN 1 AND 50", name=op.f("ck_customer_locations_most")),
        sa.ForeignKeyConstraint(
            ["company", "customer"],
            ["customers.company", "customers.id"],
            name=op.f("fk_customer_locations_customers"),
        ),
        sa.PrimaryKeyConstraint("company", "customer", "id", name=op.f("pk_customer_locations")),
        sa.UniqueConstraint(
            "company", "customer", "name_key", name=op.f("uq_customer_locations_company_customer_name_key")
        ),
        sa.UniqueConstraint(
            "company", "customer", "place", name=op.f("uq_customer_locations_company_customer_place")
        ),
    )
    with op.batch_alter_table("customer_locations", schema=None) as batch_op:
        batch_op.create_index(
            "uq_customer_locations_default",
            ["company", "customer"],
            unique=True,
            sqlite_where=sa.text("is_default = 1"),
        )

    for statement in SEARCH_INDEX:
        op.execute(statement)
