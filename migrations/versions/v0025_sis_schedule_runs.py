"""Remember runs of the scheduling engine: what they propose, refuse, and made."""

import sqlalchemy as sa
from alembic import op

revision = "v0025_sis_schedule_runs"
down_revision = "v0028_sis_statistics"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)
_STATUSES = "status in ('queued','running','previewed','applied','undone','failed')"


def _foreign(
    table: str, column: str, target: str, ondelete: str | None = None
) -> sa.ForeignKeyConstraint:
    referred, _, _ = target.partition(".")
    name = op.f(f"fk_{table}_{column}_{referred}")
    return sa.ForeignKeyConstraint([column], [target], name=name, ondelete=ondelete)


def upgrade() -> None:
    op.create_table(
        "schedule_run",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("school_id", _KEY, nullable=False),
        sa.Column("session_id", _KEY, nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("max_moves", sa.Integer(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("requested_at", _TIME, nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("requested_by_name", sa.String(), nullable=False),
        sa.Column("started_at", _TIME, nullable=True),
        sa.Column("previewed_at", _TIME, nullable=True),
        sa.Column("applied_at", _TIME, nullable=True),
        sa.Column("applied_by_name", sa.String(), nullable=True),
        sa.Column("undone_at", _TIME, nullable=True),
        sa.Column("undone_by_name", sa.String(), nullable=True),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("figures", sa.JSON(), nullable=True),
        sa.CheckConstraint("scope in ('all','unscheduled')", name=op.f("ck_schedule_run_scope")),
        sa.CheckConstraint(_STATUSES, name=op.f("ck_schedule_run_status")),
        sa.CheckConstraint("max_moves >= 0", name=op.f("ck_schedule_run_max_moves")),
        _foreign("schedule_run", "school_id", "school.organization_id"),
        _foreign("schedule_run", "session_id", "academic_session.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_run")),
        sa.UniqueConstraint("key", name=op.f("uq_schedule_run_key")),
    )
    columns = ["school_id", "requested_at"]
    op.create_index(op.f("ix_schedule_run_school_id_requested_at"), "schedule_run", columns)
    op.create_index(op.f("ix_schedule_run_status"), "schedule_run", ["status"])
    op.create_table(
        "schedule_run_placement",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("run_id", _KEY, nullable=False),
        sa.Column("person_id", _KEY, nullable=False),
        sa.Column("section_id", _KEY, nullable=False),
        sa.Column("from_place_id", _KEY, nullable=True),
        sa.Column("from_ended_on", sa.Date(), nullable=True),
        sa.Column("place_id", _KEY, nullable=True),
        sa.Column("skipped", sa.String(), nullable=True),
        _foreign("schedule_run_placement", "run_id", "schedule_run.id", ondelete="CASCADE"),
        _foreign("schedule_run_placement", "person_id", "person.id"),
        _foreign("schedule_run_placement", "section_id", "section.id"),
        _foreign("schedule_run_placement", "from_place_id", "section_enrollment.id"),
        _foreign("schedule_run_placement", "place_id", "section_enrollment.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_run_placement")),
    )
    op.create_table(
        "schedule_run_refusal",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("run_id", _KEY, nullable=False),
        sa.Column("person_id", _KEY, nullable=False),
        sa.Column("course_id", _KEY, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        _foreign("schedule_run_refusal", "run_id", "schedule_run.id", ondelete="CASCADE"),
        _foreign("schedule_run_refusal", "person_id", "person.id"),
        _foreign("schedule_run_refusal", "course_id", "course.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_run_refusal")),
    )
    for table in ("schedule_run_placement", "schedule_run_refusal"):
        op.create_index(op.f(f"ix_{table}_run_id_person_id"), table, ["run_id", "person_id"])


def downgrade() -> None:
    op.drop_table("schedule_run_refusal")
    op.drop_table("schedule_run_placement")
    op.drop_table("schedule_run")
