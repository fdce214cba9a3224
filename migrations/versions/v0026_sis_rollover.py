"""Create the tables of sis.rollover, and say of placements which rollover made them."""

import sqlalchemy as sa
from alembic import op

revision = "v0026_sis_rollover"
down_revision = "v0033_sis_schedule_edits"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def _reference(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    owner = target.partition(".")[0]
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}_{owner}"))


def upgrade() -> None:
    op.add_column("section_enrollment", sa.Column("rollover_id", _KEY, nullable=True))
    _create_runs()
    _create_schools()
    _create_sections()
    _create_rules()


def _create_runs() -> None:
    op.create_table(
        "rollover_run",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("from_session_id", _KEY, nullable=False),
        sa.Column("to_session_id", _KEY, nullable=False),
        sa.Column("students", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("requested_by", sa.String(), nullable=False),
        sa.Column("requested_at", _MOMENT, nullable=False),
        sa.Column("finished_at", _MOMENT, nullable=True),
        sa.CheckConstraint("status in ('waiting','done')", name=op.f("ck_rollover_run_status")),
        _reference("rollover_run", "from_session_id", "academic_session.id"),
        _reference("rollover_run", "to_session_id", "academic_session.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rollover_run")),
        sa.UniqueConstraint("key", name=op.f("uq_rollover_run_key")),
    )


def _create_schools() -> None:
    op.create_table(
        "rollover_school",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("run_id", _KEY, nullable=False),
        sa.Column("school_id", _KEY, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=True),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("rolled_at", _MOMENT, nullable=True),
        sa.CheckConstraint(
            "status in ('waiting','rolled','unbalanced','undone')",
            name=op.f("ck_rollover_school_status"),
        ),
        _reference("rollover_school", "run_id", "rollover_run.id"),
        _reference("rollover_school", "school_id", "school.organization_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rollover_school")),
        sa.UniqueConstraint(
            "run_id", "school_id", name=op.f("uq_rollover_school_run_id_school_id")
        ),
    )
    op.create_index(
        op.f("ix_rollover_school_school_id"), "rollover_school", ["school_id"], unique=False
    )


def _create_sections() -> None:
    op.create_table(
        "rollover_section",
        sa.Column("rollover_school_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("from_section_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("to_section_id", _KEY, nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.CheckConstraint(
            "how in ('created','matched','continued')", name=op.f("ck_rollover_section_how")
        ),
        _reference("rollover_section", "rollover_school_id", "rollover_school.id"),
        _reference("rollover_section", "from_section_id", "section.id"),
        _reference("rollover_section", "to_section_id", "section.id"),
        sa.PrimaryKeyConstraint(
            "rollover_school_id", "from_section_id", name=op.f("pk_rollover_section")
        ),
    )
    for column in ("from_section_id", "to_section_id"):
        name = op.f(f"ix_rollover_section_{column}")
        op.create_index(name, "rollover_section", [column], unique=False)


def _create_rules() -> None:
    op.create_table(
        "rollover_rule",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("school_id", _KEY, nullable=True),
        sa.Column("course_id", _KEY, nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("to_course_id", _KEY, nullable=True),
        sa.Column("modified_at", _MOMENT, nullable=False),
        sa.CheckConstraint(
            "action in ('continue','renew','map','end')", name=op.f("ck_rollover_rule_action")
        ),
        sa.CheckConstraint(
            "(action = 'map') = (to_course_id is not null)",
            name=op.f("ck_rollover_rule_to_course"),
        ),
        _reference("rollover_rule", "school_id", "school.organization_id"),
        _reference("rollover_rule", "course_id", "course.id"),
        _reference("rollover_rule", "to_course_id", "course.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rollover_rule")),
    )
    op.create_index(
        "uq_rollover_rule_school_id_course_id",
        "rollover_rule",
        [sa.text("coalesce(school_id, 0)"), sa.text("coalesce(course_id, 0)")],
        unique=True,
    )


def downgrade() -> None:
    op.drop_index("uq_rollover_rule_school_id_course_id", table_name="rollover_rule")
    op.drop_table("rollover_rule")
    for column in ("to_section_id", "from_section_id"):
        op.drop_index(op.f(f"ix_rollover_section_{column}"), table_name="rollover_section")
    op.drop_table("rollover_section")
    op.drop_index(op.f("ix_rollover_school_school_id"), table_name="rollover_school")
    op.drop_table("rollover_school")
    op.drop_table("rollover_run")
    with op.batch_alter_table("section_enrollment") as table:
        table.drop_column("rollover_id")
