"""Create the tables of sis.scheduling."""

import sqlalchemy as sa
from alembic import op

revision = "v0013_sis_scheduling"
down_revision = "v0012_sis_enrollment"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "schedule_snapshot",
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("rule_version", sa.String(), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("time_zone", name=op.f("pk_schedule_snapshot")),
    )
    op.create_table(
        "schedule_standing",
        sa.Column(
            "school_enrollment_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "school_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("track", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("school_enrollment_id", name=op.f("pk_schedule_standing")),
    )
    op.create_table(
        "schedule_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_schedule_change_person_id_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_change")),
    )
    op.create_table(
        "schedule_tally",
        sa.Column(
            "school_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("track", sa.String(), nullable=False),
        sa.Column("active_students", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.organization_id"],
            name=op.f("fk_schedule_tally_school_id_school"),
        ),
        sa.PrimaryKeyConstraint("school_id", "track", name=op.f("pk_schedule_tally")),
    )
    op.create_table(
        "schedule_gap",
        sa.Column(
            "school_enrollment_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "school_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("track", sa.String(), nullable=False),
        sa.Column("required_periods", sa.Integer(), nullable=False),
        sa.Column("filled_periods", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_schedule_gap_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["school_enrollment_id"],
            ["school_enrollment.id"],
            name=op.f("fk_schedule_gap_school_enrollment_id_school_enrollment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.organization_id"], name=op.f("fk_schedule_gap_school_id_school")
        ),
        sa.PrimaryKeyConstraint("school_enrollment_id", name=op.f("pk_schedule_gap")),
    )
    op.create_index(op.f("ix_schedule_gap_person_id"), "schedule_gap", ["person_id"], unique=False)
    op.create_index(
        op.f("ix_schedule_gap_school_id_track"),
        "schedule_gap",
        ["school_id", "track"],
        unique=False,
    )
    op.create_table(
        "section_enrollment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sourced_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column(
            "section_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("is_primary", sa.Boolean(), nullable=True),
        sa.Column("begins_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("import_run_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "role in ('student','teacher','administrator','proctor','aide')",
            name=op.f("ck_section_enrollment_role"),
        ),
        sa.CheckConstraint(
            "status in ('active','tobedeleted')", name=op.f("ck_section_enrollment_status")
        ),
        sa.CheckConstraint(
            "begins_on is null or ends_on is null or begins_on <= ends_on",
            name=op.f("ck_section_enrollment_dates"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_section_enrollment_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["section_id"], ["section.id"], name=op.f("fk_section_enrollment_section_id_section")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_section_enrollment")),
        sa.UniqueConstraint("sourced_id", name=op.f("uq_section_enrollment_sourced_id")),
    )
    op.create_index(
        op.f("ix_section_enrollment_person_id"), "section_enrollment", ["person_id"], unique=False
    )
    op.create_index(
        op.f("ix_section_enrollment_section_id_role"),
        "section_enrollment",
        ["section_id", "role"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_section_enrollment_section_id_role"), table_name="section_enrollment")
    op.drop_index(op.f("ix_section_enrollment_person_id"), table_name="section_enrollment")
    op.drop_table("section_enrollment")
    op.drop_index(op.f("ix_schedule_gap_school_id_track"), table_name="schedule_gap")
    op.drop_index(op.f("ix_schedule_gap_person_id"), table_name="schedule_gap")
    op.drop_table("schedule_gap")
    op.drop_table("schedule_tally")
    op.drop_table("schedule_change")
    op.drop_table("schedule_standing")
    op.drop_table("schedule_snapshot")
