"""Keep course requests, and let a hand-placed student stay where they are."""

import sqlalchemy as sa
from alembic import op

revision = "v0024_sis_course_requests"
down_revision = "v0020_core_account_person"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "section_enrollment",
        sa.Column("locked", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_table(
        "course_request",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "school_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "course_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column(
            "alternate_of_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("priority >= 1", name=op.f("ck_course_request_priority")),
        sa.CheckConstraint(
            "alternate_of_id is null or alternate_of_id <> id",
            name=op.f("ck_course_request_alternate_of"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_course_request_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.organization_id"],
            name=op.f("fk_course_request_school_id_school"),
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["academic_session.id"],
            name=op.f("fk_course_request_session_id_academic_session"),
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_course_request_course_id_course")
        ),
        sa.ForeignKeyConstraint(
            ["alternate_of_id"],
            ["course_request.id"],
            name=op.f("fk_course_request_alternate_of_id_course_request"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_request")),
        sa.UniqueConstraint(
            "person_id",
            "school_id",
            "session_id",
            "course_id",
            name=op.f("uq_course_request_person_id_school_id_session_id_course_id"),
        ),
    )
    op.create_index(
        op.f("ix_course_request_school_id_session_id_course_id"),
        "course_request",
        ["school_id", "session_id", "course_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_course_request_alternate_of_id"),
        "course_request",
        ["alternate_of_id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_table("course_request")
    op.drop_column("section_enrollment", "locked")
