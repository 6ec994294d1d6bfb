"""tax rates, payment terms and tax codes; customers refer to them by number, and locations to tax rates

What stood with the customers as text becomes entries of that name: payment terms without days and taxes of no percent,
for nobody wrote down more than a name. Texts that differ in case or blanks only become one entry. SQLite cannot change
a constraint, so the tables of customers and their locations are built anew; the rows keep their numbers, so the search
index stays as it is.
"""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Column of customers: table, kind, what an entry of a bare name holds.
LISTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "tax_code": ("sales_tax_codes", "sales_tax_code", {"description": None, "taxable": True}),
    "tax_item": ("tax_rates", "tax_rate", {"rate": "0"}),
    "terms": ("payment_terms", "payment_term", {"form": "standard"}),
}
SEEDS = (("Tax", "Taxable Sales", True), ("Non", "Non-Taxable Sales", False))
CARRIED = (
    "row, company, id, version, position, deleted, created_at, modified_at, origin, name, name_key, search, "
    "first_name, last_name, phone, alt_phone, email, billing_address, notes, active, next_location"
)
LOCATIONS = "company, customer, id, place, name, name_key, is_default, address, job"
SEARCH_TRIGGERS = (
    "CREATE TRIGGER customers_found_new AFTER INSERT ON customers BEGIN "
    "INSERT INTO customers_found (rowid, search) VALUES (new.row, new.search); END",
    "CREATE TRIGGER customers_found_gone AFTER DELETE ON customers BEGIN "
    "INSERT INTO customers_found (customers_found, rowid, search) VALUES ('delete', old.row, old.search); END",
    "CREATE TRIGGER customers_found_changed AFTER UPDATE OF search ON customers WHEN new.search <> old.search BEGIN "
    "INSERT INTO customers_found (customers_found, rowid, search) VALUES ('delete', old.row, old.search); "
    "INSERT INTO customers_found (rowid, search) VALUES (new.row, new.search); END",
)
ALIVE = sa.text("deleted = 0")


def upgrade() -> None:
    tables = {
        "sales_tax_codes": entries(
            "sales_tax_codes",
            sa.Column("description", sa.Text(), nullable=True),
            sa.Column("taxable", sa.Boolean(), nullable=False),
        ),
        "tax_rates": entries("tax_rates", sa.Column("rate", sa.Text(), nullable=True)),
        "payment_terms": entries(
            "payment_terms",
            sa.Column("form", sa.Text(), nullable=False),
            sa.Column("due_days", sa.Integer(), nullable=True),
            sa.Column("discount_days", sa.Integer(), nullable=True),
            sa.Column("discount_percent", sa.Text(), nullable=True),
            sa.Column("due_day", sa.Integer(), nullable=True),
            sa.Column("next_month_days", sa.Integer(), nullable=True),
            sa.Column("discount_day", sa.Integer(), nullable=True),
        ),
    }
    op.create_table(
        "tax_components",
        sa.Column("company", sa.Text(), nullable=False),
        sa.Column("tax_group", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("member", sa.Integer(), nullable=False),
        sa.CheckConstraint("tax_group <> member", name=op.f("ck_tax_components_itself")),
        sa.ForeignKeyConstraint(
            ["company", "tax_group"],
            ["tax_rates.company", "tax_rates.id"],
            name="fk_tax_components_tax_group",
        ),
        sa.ForeignKeyConstraint(
            ["company", "member"], ["tax_rates.company", "tax_rates.id"], name="fk_tax_components_member"
        ),
        sa.PrimaryKeyConstraint("company", "tax_group", "place", name=op.f("pk_tax_components")),
        sa.UniqueConstraint(
            "company", "tax_group", "member", name=op.f("uq_tax_components_company_tax_group_member")
        ),
    )
    op.execute(
        "CREATE TEMPORARY TABLE meant (field TEXT, company TEXT, written TEXT, entry INTEGER, "
        "PRIMARY KEY (field, company, written))"
    )
    convert(tables)
    build_customers_anew()
    op.execute("DROP TABLE meant")


def entries(name: str, *own: "sa.Column[Any]") -> sa.Table:
    table = op.create_table(
        name,
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
        *own,
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("name_key <> ''", name=op.f(f"ck_{name}_named")),
        sa.CheckConstraint("origin IN ('user', 'api', 'sync')", name=op.f(f"ck_{name}_origin")),
        sa.CheckConstraint("version >= 1", name=op.f(f"ck_{name}_version")),
        sa.PrimaryKeyConstraint("company", "id", name=op.f(f"pk_{name}")),
        sa.UniqueConstraint("company", "position", name=op.f(f"uq_{name}_company_position")),
    )
    op.create_index(f"ix_{name}_name", name, ["company", "name_key"], sqlite_where=ALIVE)
    return table


def convert(tables: dict[str, sa.Table]) -> None:
    """An entry for each text that customers hold, and what each text means now. Deleted customers ask for none."""
    tx = op.get_bind()
    at = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    known = (
        "SELECT company FROM customers UNION SELECT company FROM policies UNION SELECT company FROM counters"
    )
    companies = list(tx.execute(sa.text(known + " ORDER BY 1")).scalars())
    for column, (name, kind, blank) in LISTS.items():
        rows: dict[str, list[dict[str, Any]]] = {company: [] for company in companies}
        numbers: dict[tuple[str, str], int] = {}

        def add(company: str, text: str, **own: Any) -> None:
            rows[company].append({"company": company, "name": text, "name_key": fold(text), **own})  # noqa: B023
            numbers[company, fold(text)] = len(rows[company])  # noqa: B023

        if column == "tax_code":
            for company in companies:
                for text, description, taxable in SEEDS:
                    add(company, text, description=description, taxable=taxable)
        query = f"SELECT company, {column}, max(deleted = 0) FROM customers WHERE {column} IS NOT NULL GROUP BY 1, 2"  # noqa: S608
        found = [row for row in tx.execute(sa.text(query + " ORDER BY 1, 2")) if fold(row[1])]
        for company, text, alive in found:
            if alive and (company, fold(text)) not in numbers:
                own = {"taxable": fold(text) != "non"} if column == "tax_code" else {}
                add(company, text.strip(), **{**blank, **own})
        meant = [
            {
                "field": column,
                "company": company,
                "written": text,
                "entry": numbers.get((company, fold(text))),
            }
            for company, text, _ in found
        ]
        if meant:
            tx.execute(sa.text("INSERT INTO meant VALUES (:field, :company, :written, :entry)"), meant)
        for company, entries_made in rows.items():
            if not entries_made:
                continue
            shared: dict[str, Any] = {
                "version": 1, "deleted": False, "created_at": at, "modified_at": at, "origin": "user", "active": True,
            }  # fmt: skip
            numbered = [
                {**shared, **row, "id": number, "position": number}
                for number, row in enumerate(entries_made, 1)
            ]
            tx.execute(sa.insert(tables[name]), numbered)
            counted = [(kind, len(numbered)), (f"{kind}.position", len(numbered))]
            tx.execute(
                sa.text("INSERT INTO counters (company, what, value) VALUES (:company, :what, :value)"),
                [{"company": company, "what": what, "value": value} for what, value in counted],
            )


def build_customers_anew() -> None:
    op.execute(f"CREATE TEMPORARY TABLE places AS SELECT {LOCATIONS} FROM customer_locations")  # noqa: S608
    op.drop_table("customer_locations")
    for trigger in ("customers_found_new", "customers_found_gone", "customers_found_changed"):
        op.execute(f"DROP TRIGGER {trigger}")
    for index in ("ix_customers_active", "ix_customers_list", "ix_customers_modified"):
        op.execute(f"DROP INDEX {index}")
    op.execute("ALTER TABLE customers RENAME TO customers_before")
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
        sa.Column("terms", sa.Integer(), nullable=True),
        sa.Column("tax_code", sa.Integer(), nullable=True),
        sa.Column("tax_item", sa.Integer(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("next_location", sa.Integer(), nullable=False),
        sa.CheckConstraint("name_key <> ''", name=op.f("ck_customers_named")),
        sa.CheckConstraint("origin IN ('user', 'api', 'sync')", name=op.f("ck_customers_origin")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_customers_version")),
        sa.ForeignKeyConstraint(
            ["company", "terms"],
            ["payment_terms.company", "payment_terms.id"],
            name=op.f("fk_customers_payment_terms"),
        ),
        sa.ForeignKeyConstraint(
            ["company", "tax_code"],
            ["sales_tax_codes.company", "sales_tax_codes.id"],
            name=op.f("fk_customers_sales_tax_codes"),
        ),
        sa.ForeignKeyConstraint(
            ["company", "tax_item"],
            ["tax_rates.company", "tax_rates.id"],
            name=op.f("fk_customers_tax_rates"),
        ),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_customers")),
        sa.UniqueConstraint("company", "id", name=op.f("uq_customers_company_id")),
        sa.UniqueConstraint("company", "position", name=op.f("uq_customers_company_position")),
    )
    meaning = ", ".join(
        f"(SELECT entry FROM meant WHERE field = '{column}' AND meant.company = old.company "  # noqa: S608
        f"AND written = old.{column})"
        for column in LISTS
    )
    op.execute(
        f"INSERT INTO customers ({CARRIED}, {', '.join(LISTS)}) "  # noqa: S608
        f"SELECT {CARRIED}, {meaning} FROM customers_before AS old"
    )
    op.execute("DROP TABLE customers_before")
    for statement in SEARCH_TRIGGERS:
        op.execute(statement)
    op.create_index("ix_customers_list", "customers", ["company", "name_key", "id"], sqlite_where=ALIVE)
    op.create_index(
        "ix_customers_active", "customers", ["company", "active", "name_key", "id"], sqlite_where=ALIVE
    )
    op.create_index("ix_customers_modified", "customers", ["company", "modified_at"], sqlite_where=ALIVE)
    for column in LISTS:
        there = sa.text(f"deleted = 0 AND {column} IS NOT NULL")
        op.create_index(f"ix_customers_{column}", "customers", ["company", column], sqlite_where=there)
    build_locations_anew()


def build_locations_anew() -> None:
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
        sa.Column("tax_item", sa.Integer(), nullable=True),
        sa.CheckConstraint("name_key <> ''", name=op.f("ck_customer_locations_named")),
        sa.CheckConstraint("place BETWEEN 1 AND 20000", name=op.f("ck_customer_locations_most")),
        sa.CheckConstraint("length(job) BETWEEN 1 AND 36", name=op.f("ck_customer_locations_job")),
        sa.ForeignKeyConstraint(
            ["company", "customer"],
            ["customers.company", "customers.id"],
            name=op.f("fk_customer_locations_customers"),
        ),
        sa.ForeignKeyConstraint(
            ["company", "tax_item"],
            ["tax_rates.company", "tax_rates.id"],
            name=op.f("fk_customer_locations_tax_rates"),
        ),
        sa.PrimaryKeyConstraint("company", "customer", "id", name=op.f("pk_customer_locations")),
        sa.UniqueConstraint(
            "company", "customer", "name_key", name=op.f("uq_customer_locations_company_customer_name_key")
        ),
        sa.UniqueConstraint(
            "company", "customer", "place", name=op.f("uq_customer_locations_company_customer_place")
        ),
    )
    op.execute(f"INSERT INTO customer_locations ({LOCATIONS}) SELECT {LOCATIONS} FROM places")  # noqa: S608
    op.execute("DROP TABLE places")
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
        "ix_customer_locations_tax_item",
        "customer_locations",
        ["company", "tax_item"],
        sqlite_where=sa.text("tax_item IS NOT NULL"),
    )


def fold(text: str) -> str:
    return " ".join(text.split()).casefold()
