"""the first schema"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "batch_keys",
        sa.Column("company", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("customer", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("company", "key", name=op.f("pk_batch_keys")),
    )
    op.create_table(
        "counters",
        sa.Column("company", sa.Text(), nullable=False),
        sa.Column("customer", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("company", name=op.f("pk_counters")),
    )
    op.create_table(
        "customers",
        sa.Column("company", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
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
        sa.Column("locations", sa.Text(), nullable=False),
        sa.Column("next_location", sa.Integer(), nullable=False),
        sa.Column("sync_status", sa.Text(), nullable=True),
        sa.Column("sync_detail", sa.Text(), nullable=True),
        sa.Column("sync_books_name", sa.Text(), nullable=True),
        sa.Column("sync_at", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("company", "id", name=op.f("pk_customers")),
        sa.UniqueConstraint("company", "position", name=op.f("uq_customers_company_position")),
    )
    with op.batch_alter_table("customers", schema=None) as batch_op:
        batch_op.create_index("ix_customers_name", ["company", "deleted", "name_key", "id"], unique=False)

    op.create_table(
        "policies",
        sa.Column("company", sa.Text(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("company", name=op.f("pk_policies")),
    )
