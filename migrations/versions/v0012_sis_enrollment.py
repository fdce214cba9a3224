"""Create the tables of sis.enrollment."""

import sqlalchemy as sa
from alembic import op

revision = "v0012_sis_enrollment"
down_revision = "v0011_sis_people"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "school_enrollment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sourced_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "school_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("track", sa.String(), nullable=False),
        sa.Column("grade", sa.String(), nullable=True),
        sa.Column("begins_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("entry_code", sa.String(), nullable=True),
        sa.Column("leave_code", sa.String(), nullable=True),
        sa.Column("required_periods", sa.Integer(), nullable=True),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("import_run_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "status in ('active','tobedeleted')", name=op.f("ck_school_enrollment_status")
        ),
        sa.CheckConstraint(
            "begins_on is null or ends_on is null or begins_on <= ends_on",
            name=op.f("ck_school_enrollment_dates"),
        ),
        sa.CheckConstraint(
            "required_periods is null or required_periods >= 0",
            name=op.f("ck_school_enrollment_required_periods"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_school_enrollment_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.organization_id"],
            name=op.f("fk_school_enrollment_school_id_school"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_enrollment")),
        sa.UniqueConstraint("sourced_id", name=op.f("uq_school_enrollment_sourced_id")),
    )
    op.create_index(
        op.f("ix_school_enrollment_person_id"), "school_enrollment", ["person_id"], unique=False
    )
    op.create_index(
        op.f("ix_school_enrollment_school_id_status"),
        "school_enrollment",
        ["school_id", "status"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_school_enrollment_school_id_status"), table_name="school_enrollment")
    op.drop_index(op.f("ix_school_enrollment_person_id"), table_name="school_enrollment")
    op.drop_table("school_enrollment")
