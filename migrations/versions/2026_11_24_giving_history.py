"""What a gift must keep so that gifts of one donor can be added up.

Revision: 0005
After: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

KEPT_BY_TRIGGERS = ("giving_total",)
STATED = ("organisation_type", "anonymous")
SET_ONCE = ("card_index", "details_asked_at")
COUNTED = (
    "CASE WHEN state = ANY (ARRAY['authorised'::text, 'authorising'::text, 'held'::text]) THEN amount_minor "
    "WHEN state = ANY (ARRAY['captured'::text, 'disputed'::text, 'partly_refunded'::text, 'refunded'::text, 'won'::text]) "
    "THEN captured_minor - refunded_minor ELSE 0::bigint END"
)

# It runs with its owner's rights: the app's role may read the sums and not write them. The order of rows keeps
# two statements from waiting for each other.
COUNTING = """
    CREATE FUNCTION :name() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
    BEGIN
        INSERT INTO giving_total AS total (year, currency, anonymous, shard, minor)
        SELECT date_part('year', created_at AT TIME ZONE 'UTC'), currency, anonymous,
            get_byte(uuid_send(id), 15) % 16, sum(minor)
        FROM (:rows) counted GROUP BY 1, 2, 3, 4 HAVING sum(minor) <> 0 ORDER BY 1, 2, 3, 4
        ON CONFLICT (year, currency, anonymous, shard) DO UPDATE SET minor = total.minor + excluded.minor;
        RETURN NULL;
    END $$
"""


def upgrade() -> None:
    """Add what donors may be asked, the card, what a gift counts, and the sums of a year."""
    for name, kind in (
        ("organisation_type", sa.Text()),
        ("organisation_ein", sa.LargeBinary()),
        ("employer", sa.LargeBinary()),
        ("occupation", sa.LargeBinary()),
        ("postal_address", sa.LargeBinary()),
        ("card_index", sa.LargeBinary()),
        ("details_asked_at", sa.DateTime(timezone=True)),
    ):
        op.add_column("gift", sa.Column(name, kind, nullable=True))
    op.add_column(
        "gift",
        sa.Column("counted_minor", sa.BigInteger(), sa.Computed(COUNTED, persisted=True), nullable=False),
    )
    op.create_check_constraint(
        op.f("ck_gift_organisation_type_known"),
        "gift",
        "organisation_type IN ('company', 'charity', 'union', 'association', 'government', "
        "'donor_advised_fund', 'fiscal_sponsor', 'giving_platform', 'other')",
    )
    op.create_check_constraint(
        op.f("ck_gift_organisation_type_of_organisation"),
        "gift",
        "organisation_type IS NULL OR capacity = 'organisation'",
    )
    op.create_check_constraint(op.f("ck_gift_card_index_length"), "gift", "octet_length(card_index) = 32")
    op.drop_index("ix_gift_email_index", table_name="gift")
    op.create_index("ix_gift_email", "gift", ["email_index", "created_at"])
    op.create_index(
        "ix_gift_card", "gift", ["card_index", "created_at"], postgresql_where="card_index IS NOT NULL"
    )
    op.create_table(
        "giving_total",
        sa.Column("year", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("shard", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("minor", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("year", "currency", "anonymous", "shard", name=op.f("pk_giving_total")),
    )
    _guard_details()
    _keep_totals()


def _guard_details() -> None:
    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in STATED)
    reset = " OR ".join(
        f"(OLD.{column} IS NOT NULL AND NEW.{column} IS DISTINCT FROM OLD.{column})" for column in SET_ONCE
    )
    op.execute(
        f"""
        CREATE FUNCTION guard_gift_details() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {changed} THEN
                RAISE EXCEPTION 'what a donor stated does not change' USING ERRCODE = 'restrict_violation';
            END IF;
            IF {reset} THEN
                RAISE EXCEPTION 'the card and the asking date of a gift are set once'
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$
        """,
    )
    op.execute(
        "CREATE TRIGGER guard_gift_details BEFORE UPDATE ON gift "
        "FOR EACH ROW EXECUTE FUNCTION guard_gift_details()",
    )


def _keep_totals() -> None:
    # Counted once a statement and not once a row: a row of the sums that changes thousands of times in one
    # transaction leaves as many dead versions behind, each of which the next change has to pass.
    for name, event, tables, rows in (
        ("count_new_gifts", "INSERT", "NEW TABLE AS after", "SELECT *, counted_minor AS minor FROM after"),
        (
            "count_changed_gifts",
            "UPDATE",
            "OLD TABLE AS before NEW TABLE AS after",
            "SELECT *, counted_minor AS minor FROM after UNION ALL SELECT *, -counted_minor FROM before",
        ),
    ):
        op.execute(COUNTING.replace(":name", name).replace(":rows", rows))
        op.execute(
            f"CREATE TRIGGER {name} AFTER {event} ON gift REFERENCING {tables} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
        )
    op.execute(
        """
        INSERT INTO giving_total (year, currency, anonymous, shard, minor)
        SELECT date_part('year', created_at AT TIME ZONE 'UTC'), currency, anonymous,
            get_byte(uuid_send(id), 15) % 16, sum(counted_minor)
        FROM gift GROUP BY 1, 2, 3, 4
        """,
    )
    op.execute("GRANT SELECT ON giving_total TO factually_app")


def downgrade() -> None:
    """Take it all away, and with it what donors were asked in addition."""
    op.execute("DROP FUNCTION count_new_gifts() CASCADE")
    op.execute("DROP FUNCTION count_changed_gifts() CASCADE")
    op.execute("DROP FUNCTION guard_gift_details() CASCADE")
    op.drop_table("giving_total")
    op.drop_index("ix_gift_card", table_name="gift", postgresql_where="card_index IS NOT NULL")
    op.drop_index("ix_gift_email", table_name="gift")
    op.create_index("ix_gift_email_index", "gift", ["email_index"])
    for column in (
        "counted_minor",
        "details_asked_at",
        "card_index",
        "postal_address",
        "occupation",
        "employer",
        "organisation_ein",
        "organisation_type",
    ):
        op.drop_column("gift", column)
