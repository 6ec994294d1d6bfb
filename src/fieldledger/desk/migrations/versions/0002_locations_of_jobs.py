"""locations that stand for QuickBooks jobs; lists by status word

SQLite cannot change a constraint, so the table of locations is built anew and its rows are carried over.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CARRIED = "company, customer, id, place, name, name_key, is_default, address"


def upgrade() -> None:
    op.execute("ALTER TABLE customer_locations RENAME TO customer_locations_before")
    op.execute("DROP INDEX uq_customer_locations_default")
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
        sa.Column("job", sa.Text(), nullable=True),
        sa.CheckConstraint("name_key <> ''", name=op.f("ck_customer_locations_named")),
        sa.CheckConstraint("place BETWEEN 1 AND 20000", name=op.f("ck_customer_locations_most")),
        sa.CheckConstraint("length(job) BETWEEN 1 AND 36", name=op.f("ck_customer_locations_job")),
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
    op.execute(
        f"INSERT INTO customer_locations ({CARRIED}) SELECT {CARRIED} FROM customer_locations_before"  # noqa: S608
    )
    op.execute("DROP TABLE customer_locations_before")
    op.create_index(
        "uq_customer_locations_default",
        "customer_locations",
        ["company", "customer"],
        unique=True,
        sqlite_where=sa.text("is_default = 1"),
    )
    op.create_index(
        "uq_customer_locations_job",
        "customer_locations",
        ["company", "customer", "job"],
        unique=True,
        sqlite_where=sa.text("job IS NOT NULL"),
    )
    op.create_index(
        "ix_sync_statuses_word", "sync_statuses", ["company", "kind", "status", "record"], unique=False
    )
