"""Create marking periods, grading windows and the changes of calendars made by hand."""

import sqlalchemy as sa
from alembic import op

revision = "v0021_sis_calendars"
down_revision = "v0032_monitors_run_token"
branch_labels = None
depends_on = None

_KEY = ("track", "school_year", "term", "week")


def upgrade() -> None:
    op.create_table(
        "marking_period",
        *_week_of_a_school("marking_period"),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.CheckConstraint("starts_on < ends_on", name=op.f("ck_marking_period_dates")),
    )
    _index("marking_period")
    op.create_table(
        "grading_window",
        *_week_of_a_school("grading_window"),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("opens_at", sa.Time(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("closes_at", sa.Time(), nullable=False),
        sa.CheckConstraint(
            "opens_on < closes_on or (opens_on = closes_on and opens_at < closes_at)",
            name=op.f("ck_grading_window_order"),
        ),
    )
    _index("grading_window")
    op.create_table(
        "calendar_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("school_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite")),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("track", sa.String(), nullable=False),
        sa.Column("school_year", sa.Integer(), nullable=True),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_by_name", sa.String(), nullable=False),
        sa.CheckConstraint(
            "part in ('days','bells','marking_periods','grading_windows')",
            name=op.f("ck_calendar_change_part"),
        ),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.organization_id"],
            name=op.f("fk_calendar_change_school_id_school"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_change")),
    )
    op.create_index(
        op.f("ix_calendar_change_school_id_part_track"),
        "calendar_change",
        ["school_id", "part", "track"],
    )


def downgrade() -> None:
    op.drop_table("calendar_change")
    op.drop_table("grading_window")
    op.drop_table("marking_period")


def _week_of_a_school(table: str) -> tuple[sa.Column[object] | sa.Constraint, ...]:
    return (
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("school_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite")),
        sa.Column("track", sa.String(), nullable=False),
        sa.Column("school_year", sa.Integer(), nullable=False),
        sa.Column("term", sa.Integer(), nullable=False),
        sa.Column("week", sa.Integer(), nullable=False),
        sa.CheckConstraint("term >= 1", name=op.f(f"ck_{table}_term")),
        sa.CheckConstraint("week >= 1", name=op.f(f"ck_{table}_week")),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.organization_id"], name=op.f(f"fk_{table}_school_id_school")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _index(table: str) -> None:
    district = sa.text("school_id is null")
    op.create_index(f"uq_{table}_school", table, ["school_id", *_KEY], unique=True)
    op.create_index(
        f"uq_{table}_district",
        table,
        list(_KEY),
        unique=True,
        sqlite_where=district,
        postgresql_where=district,
    )
