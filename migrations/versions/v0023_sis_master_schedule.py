"""Let courses carry credits, schools plan offerings, and meetings name days and rooms."""

import sqlalchemy as sa
from alembic import op

revision = "v0023_sis_master_schedule"
down_revision = "v0022_sis_enrollment_contacts"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_DAYS = (
    "days is null or (days != '' and "
    "replace(replace(replace(replace(replace(days,'M',''),'T',''),'W',''),'R',''),'F','') = '')"
)


def upgrade() -> None:
    _add_course_column(
        "credits", sa.Double(), "credits", "credits is null or credits between 0 and 100"
    )
    _add_course_column(
        "a_g_area",
        sa.String(),
        "a_g",
        "a_g_area is null or a_g_area in ('A','B','C','D','E','F','G')",
    )
    with op.batch_alter_table("section_meeting") as table:
        table.add_column(sa.Column("days", sa.String(), nullable=True))
        table.add_column(sa.Column("room", sa.String(), nullable=True))
        table.create_check_constraint(op.f("ck_section_meeting_days"), _DAYS)
        table.create_check_constraint(
            op.f("ck_section_meeting_dates"),
            "begins_on is null or ends_on is null or begins_on <= ends_on",
        )
    op.create_table(
        "course_offering",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("course_id", _KEY, nullable=False),
        sa.Column("school_id", _KEY, nullable=False),
        sa.Column("session_id", _KEY, nullable=False),
        sa.Column("planned_sections", sa.Integer(), nullable=False),
        sa.Column("planned_seats", sa.Integer(), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "planned_sections >= 0", name=op.f("ck_course_offering_planned_sections")
        ),
        sa.CheckConstraint("planned_seats >= 0", name=op.f("ck_course_offering_planned_seats")),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_course_offering_course_id_course")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.organization_id"],
            name=op.f("fk_course_offering_school_id_school"),
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["academic_session.id"],
            name=op.f("fk_course_offering_session_id_academic_session"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_offering")),
        sa.UniqueConstraint(
            "course_id",
            "school_id",
            "session_id",
            name=op.f("uq_course_offering_course_id_school_id_session_id"),
        ),
    )
    op.create_index(
        op.f("ix_course_offering_school_id_session_id"),
        "course_offering",
        ["school_id", "session_id"],
        unique=False,
    )


def _add_course_column(
    name: str, kind: sa.Double[float] | sa.String, check: str, rule: str
) -> None:
    """In place: SQLite cannot put a new table in the place of one that sections refer to."""
    written = kind.compile(dialect=op.get_bind().dialect)
    op.execute(
        f"ALTER TABLE course ADD COLUMN {name} {written} "
        f"CONSTRAINT ck_course_{check} CHECK ({rule})"
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_course_offering_school_id_session_id"), table_name="course_offering")
    op.drop_table("course_offering")
    with op.batch_alter_table("section_meeting") as table:
        table.drop_constraint(op.f("ck_section_meeting_dates"), type_="check")
        table.drop_constraint(op.f("ck_section_meeting_days"), type_="check")
        table.drop_column("room")
        table.drop_column("days")
    with op.batch_alter_table("course") as table:
        table.drop_constraint(op.f("ck_course_a_g"), type_="check")
        table.drop_constraint(op.f("ck_course_credits"), type_="check")
        table.drop_column("a_g_area")
        table.drop_column("credits")
