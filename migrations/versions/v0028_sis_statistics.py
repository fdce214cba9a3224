"""Create the tables of sis.statistical; a certified report can be neither changed nor deleted."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "v0028_sis_statistics"
down_revision = "v0026_sis_rollover"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_REFUSAL = "a certified report is never changed: certify an amended version"
_CHANGES = ("UPDATE", "DELETE")


def upgrade() -> None:
    op.create_table(
        "statistical_report",
        sa.Column("id", BIG, nullable=False),
        sa.Column("school_id", BIG, nullable=False),
        sa.Column("track", sa.String(), nullable=False),
        sa.Column("school_year", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("supersedes_id", BIG, nullable=True),
        sa.Column("amendment", sa.String(), nullable=True),
        sa.Column("override_reason", sa.String(), nullable=True),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("certified_by", sa.String(), nullable=False),
        sa.Column("certified_by_name", sa.String(), nullable=False),
        sa.Column("certified_at", sa.DateTime(timezone=True), nullable=False),
        *_figures(),
        sa.CheckConstraint("month >= 1", name=op.f("ck_statistical_report_month")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_statistical_report_version")),
        sa.CheckConstraint(
            "(version = 1) = (supersedes_id is null)",
            name=op.f("ck_statistical_report_supersedes"),
        ),
        sa.CheckConstraint(
            "(version = 1) = (amendment is null)", name=op.f("ck_statistical_report_amendment")
        ),
        sa.CheckConstraint(
            "balances or override_reason is not null",
            name=op.f("ck_statistical_report_override_reason"),
        ),
        sa.CheckConstraint(
            "length(content_hash) = 64", name=op.f("ck_statistical_report_content_hash")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.organization_id"],
            name=op.f("fk_statistical_report_school_id_school"),
        ),
        sa.ForeignKeyConstraint(
            ["supersedes_id"],
            ["statistical_report.id"],
            name=op.f("fk_statistical_report_supersedes_id_statistical_report"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statistical_report")),
        sa.UniqueConstraint("supersedes_id", name=op.f("uq_statistical_report_supersedes_id")),
        sa.UniqueConstraint(
            "school_id",
            "track",
            "school_year",
            "month",
            "version",
            name=op.f("uq_statistical_report_school_id_track_school_year_month_version"),
        ),
    )
    op.create_index(
        op.f("ix_statistical_report_school_year_month"),
        "statistical_report",
        ["school_year", "month"],
        unique=False,
    )
    op.create_table(
        "statistical_tally",
        sa.Column("school_id", BIG, autoincrement=False, nullable=False),
        sa.Column("track", sa.String(), nullable=False),
        sa.Column("school_year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        *_figures(),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.organization_id"],
            name=op.f("fk_statistical_tally_school_id_school"),
        ),
        sa.PrimaryKeyConstraint(
            "school_id", "track", "school_year", "month", name=op.f("pk_statistical_tally")
        ),
    )
    _refuse_changes()


def _figures() -> list[sa.Column[Any]]:
    numbers = (
        *("days_taught", "day_parts", "opening", "gains", "losses", "closing"),
        *("attended", "excused", "unexcused", "unsubmitted", "missing_classes"),
    )
    return [
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in numbers),
        sa.Column("balances", sa.Boolean(), nullable=False),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.Column("rule_version", sa.String(), nullable=False),
    ]


def _refuse_changes() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for change in _CHANGES:
            op.execute(
                f"CREATE TRIGGER statistical_report_refuses_{change.lower()}"
                f" BEFORE {change} ON statistical_report"
                f" BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_change_of_certified_report() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    op.execute(
        "CREATE TRIGGER statistical_report_refuses_changes"
        f" BEFORE {' OR '.join(_CHANGES)} ON statistical_report"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change_of_certified_report()"
    )


def downgrade() -> None:
    op.drop_table("statistical_tally")
    op.drop_index(op.f("ix_statistical_report_school_year_month"), table_name="statistical_report")
    op.drop_table("statistical_report")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change_of_certified_report()")
