"""Create the tables of sis.courses."""

import sqlalchemy as sa
from alembic import op

revision = "v0010_sis_courses"
down_revision = "v0009_sis_calendars"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "course",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sourced_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column(
            "organization_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("grades", sa.String(), nullable=True),
        sa.Column("subjects", sa.String(), nullable=True),
        sa.Column("subject_codes", sa.String(), nullable=True),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("import_run_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("status in ('active','tobedeleted')", name=op.f("ck_course_status")),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_course_organization_id_organization"),
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["academic_session.id"],
            name=op.f("fk_course_session_id_academic_session"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course")),
        sa.UniqueConstraint("sourced_id", name=op.f("uq_course_sourced_id")),
    )
    op.create_index(op.f("ix_course_organization_id"), "course", ["organization_id"], unique=False)
    op.create_table(
        "section",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sourced_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("class_type", sa.String(), nullable=False),
        sa.Column("location", sa.String(), nullable=True),
        sa.Column("course_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("course_sourced_id", sa.String(), nullable=True),
        sa.Column(
            "school_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("track", sa.String(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("grades", sa.String(), nullable=True),
        sa.Column("subjects", sa.String(), nullable=True),
        sa.Column("subject_codes", sa.String(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("import_run_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "class_type in ('homeroom','scheduled')", name=op.f("ck_section_class_type")
        ),
        sa.CheckConstraint("status in ('active','tobedeleted')", name=op.f("ck_section_status")),
        sa.CheckConstraint("seats is null or seats >= 0", name=op.f("ck_section_seats")),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_section_course_id_course")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.organization_id"], name=op.f("fk_section_school_id_school")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_section")),
        sa.UniqueConstraint("sourced_id", name=op.f("uq_section_sourced_id")),
    )
    op.create_index(op.f("ix_section_course_id"), "section", ["course_id"], unique=False)
    op.create_index(op.f("ix_section_school_id"), "section", ["school_id"], unique=False)
    op.create_table(
        "section_meeting",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "section_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["section_id"],
            ["section.id"],
            name=op.f("fk_section_meeting_section_id_section"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_section_meeting")),
    )
    op.create_index(
        op.f("ix_section_meeting_section_id_period"),
        "section_meeting",
        ["section_id", "period"],
        unique=False,
    )
    op.create_table(
        "section_term",
        sa.Column(
            "section_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "session_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["section_id"],
            ["section.id"],
            name=op.f("fk_section_term_section_id_section"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["academic_session.id"],
            name=op.f("fk_section_term_session_id_academic_session"),
        ),
        sa.PrimaryKeyConstraint("section_id", "session_id", name=op.f("pk_section_term")),
    )


def downgrade() -> None:
    op.drop_table("section_term")
    op.drop_index(op.f("ix_section_meeting_section_id_period"), table_name="section_meeting")
    op.drop_table("section_meeting")
    op.drop_index(op.f("ix_section_school_id"), table_name="section")
    op.drop_index(op.f("ix_section_course_id"), table_name="section")
    op.drop_table("section")
    op.drop_index(op.f("ix_course_organization_id"), table_name="course")
    op.drop_table("course")
