"""Create the tables of triage.tiers."""

import sqlalchemy as sa
from alembic import op

revision = "v0018_triage_tiers"
down_revision = "v0017_triage_tickets"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tier_run",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scheduled_on", sa.Date(), nullable=True),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("settings_version", sa.String(), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tier_run")),
        sa.UniqueConstraint("scheduled_on", name=op.f("uq_tier_run_scheduled_on")),
    )
    op.create_table(
        "school_tier",
        sa.Column(
            "run_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "school_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("need_hours", sa.Double(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("tickets_this_year", sa.Integer(), nullable=False),
        sa.Column("raw_rank", sa.Integer(), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("explanation", sa.JSON(), nullable=False),
        sa.CheckConstraint("need_hours >= 0", name=op.f("ck_school_tier_need_hours")),
        sa.CheckConstraint("tier between 1 and 4", name=op.f("ck_school_tier_tier")),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["tier_run.id"],
            name=op.f("fk_school_tier_run_id_tier_run"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.organization_id"], name=op.f("fk_school_tier_school_id_school")
        ),
        sa.PrimaryKeyConstraint("run_id", "school_id", name=op.f("pk_school_tier")),
    )
    op.create_index(
        op.f("ix_school_tier_school_id_run_id"),
        "school_tier",
        ["school_id", "run_id"],
        unique=False,
    )
    op.create_table(
        "support_history",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "school_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("week_starts_on", sa.Date(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("tickets", sa.Integer(), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "category in ('login','scheduling','enrollment','grades')",
            name=op.f("ck_support_history_category"),
        ),
        sa.CheckConstraint("tickets >= 0", name=op.f("ck_support_history_tickets")),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.organization_id"],
            name=op.f("fk_support_history_school_id_school"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_history")),
        sa.UniqueConstraint(
            "school_id",
            "week_starts_on",
            "category",
            name=op.f("uq_support_history_school_id_week_starts_on_category"),
        ),
    )


def downgrade() -> None:
    op.drop_table("support_history")
    op.drop_index(op.f("ix_school_tier_school_id_run_id"), table_name="school_tier")
    op.drop_table("school_tier")
    op.drop_table("tier_run")
