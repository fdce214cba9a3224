"""Create the tables of sis.calendars."""

import sqlalchemy as sa
from alembic import op

revision = "v0009_sis_calendars"
down_revision = "v0008_sis_organizations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "academic_session",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sourced_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("school_year", sa.Integer(), nullable=True),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("import_run_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "status in ('active','tobedeleted')", name=op.f("ck_academic_session_status")
        ),
        sa.CheckConstraint("starts_on < ends_on", name=op.f("ck_academic_session_dates")),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["academic_session.id"],
            name=op.f("fk_academic_session_parent_id_academic_session"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_academic_session")),
        sa.UniqueConstraint("sourced_id", name=op.f("uq_academic_session_sourced_id")),
    )
    op.create_table(
        "calendar",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "school_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("track", sa.String(), nullable=False),
        sa.Column(
            "session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("derived", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.organization_id"], name=op.f("fk_calendar_school_id_school")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["academic_session.id"],
            name=op.f("fk_calendar_session_id_academic_session"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar")),
        sa.UniqueConstraint(
            "school_id", "track", "starts_on", name=op.f("uq_calendar_school_id_track_starts_on")
        ),
    )
    op.create_table(
        "class_period",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "school_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("day_type", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("starts_at", sa.Time(), nullable=False),
        sa.Column("ends_at", sa.Time(), nullable=False),
        sa.Column("derived", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "day_type in ('regular','minimum')", name=op.f("ck_class_period_day_type")
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_class_period_times")),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.organization_id"], name=op.f("fk_class_period_school_id_school")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_period")),
        sa.UniqueConstraint(
            "school_id", "day_type", "label", name=op.f("uq_class_period_school_id_day_type_label")
        ),
    )
    op.create_table(
        "calendar_date",
        sa.Column(
            "calendar_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("day_type", sa.String(), nullable=False),
        sa.CheckConstraint(
            "day_type in ('regular','minimum','holiday','vacation')",
            name=op.f("ck_calendar_date_day_type"),
        ),
        sa.ForeignKeyConstraint(
            ["calendar_id"],
            ["calendar.id"],
            name=op.f("fk_calendar_date_calendar_id_calendar"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("calendar_id", "on_date", name=op.f("pk_calendar_date")),
    )
    op.create_index(
        op.f("ix_calendar_date_on_date_day_type"),
        "calendar_date",
        ["on_date", "day_type"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_calendar_date_on_date_day_type"), table_name="calendar_date")
    op.drop_table("calendar_date")
    op.drop_table("class_period")
    op.drop_table("calendar")
    op.drop_table("academic_session")
