"""Create the tables of sis.attendance, with the reason codes that a district starts with."""

import sqlalchemy as sa
from alembic import op

revision = "v0027_sis_attendance"
down_revision = "v0021_sis_calendars"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_REASONS = (
    ("Absent-UC", "Uncleared: nobody has said why yet", False, "absence"),
    ("3", "Non-compliant or truancy; tardy of 30 minutes or more", False, "any"),
    ("UNX", "Unexcused: the reason given does not excuse", False, "any"),
    ("ILL", "Illness", True, "any"),
    ("MED", "Medical, dental or optometric appointment", True, "any"),
    ("QUA", "Quarantine ordered by a health officer", True, "absence"),
    ("FUN", "Funeral of a member of the immediate family", True, "absence"),
    ("REL", "Religious holiday or ceremony", True, "any"),
    ("CRT", "Appearance in court", True, "any"),
)
"""3 and Absent-UC are the district's own codes; what excuses: Education Code, section 48205."""


def upgrade() -> None:
    op.create_table(
        "attendance_reason",
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("meaning", sa.String(), nullable=False),
        sa.Column("excused", sa.Boolean(), nullable=False),
        sa.Column("applies_to", sa.String(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "applies_to in ('absence','late','any')", name=op.f("ck_attendance_reason_applies_to")
        ),
        sa.CheckConstraint(
            "begins_on is null or ends_on is null or begins_on < ends_on",
            name=op.f("ck_attendance_reason_dates"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_reason")),
        sa.UniqueConstraint("code", "begins_on", name=op.f("uq_attendance_reason_code_begins_on")),
    )
    op.create_table(
        "attendance_change",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("school_id", BIG, nullable=False),
        sa.Column("section_id", BIG, nullable=True),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("before_status", sa.String(), nullable=True),
        sa.Column("before_reason", sa.String(), nullable=True),
        sa.Column("before_minutes", sa.Integer(), nullable=True),
        sa.Column("after_status", sa.String(), nullable=True),
        sa.Column("after_reason", sa.String(), nullable=True),
        sa.Column("after_minutes", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.CheckConstraint(
            "why in ('teacher','office','no_show','undo')", name=op.f("ck_attendance_change_why")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_attendance_change_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.organization_id"],
            name=op.f("fk_attendance_change_school_id_school"),
        ),
        sa.ForeignKeyConstraint(
            ["section_id"], ["section.id"], name=op.f("fk_attendance_change_section_id_section")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_change")),
    )
    op.create_index(
        op.f("ix_attendance_change_person_id_on_date"),
        "attendance_change",
        ["person_id", "on_date"],
        unique=False,
    )
    op.create_index(
        op.f("ix_attendance_change_section_id_on_date"),
        "attendance_change",
        ["section_id", "on_date"],
        unique=False,
    )
    op.create_table(
        "attendance_submission",
        sa.Column("id", BIG, nullable=False),
        sa.Column("school_id", BIG, nullable=False),
        sa.Column("section_id", BIG, nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by", sa.String(), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modified_by", sa.String(), nullable=False),
        sa.Column("roster_size", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("roster_size >= 0", name=op.f("ck_attendance_submission_roster_size")),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.organization_id"],
            name=op.f("fk_attendance_submission_school_id_school"),
        ),
        sa.ForeignKeyConstraint(
            ["section_id"], ["section.id"], name=op.f("fk_attendance_submission_section_id_section")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_submission")),
        sa.UniqueConstraint(
            "section_id",
            "on_date",
            "period",
            name=op.f("uq_attendance_submission_section_id_on_date_period"),
        ),
    )
    op.create_index(
        op.f("ix_attendance_submission_school_id_on_date"),
        "attendance_submission",
        ["school_id", "on_date"],
        unique=False,
    )
    op.create_table(
        "attendance_event",
        sa.Column("id", BIG, nullable=False),
        sa.Column("submission_id", BIG, nullable=True),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("school_id", BIG, nullable=False),
        sa.Column("section_id", BIG, nullable=True),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason_code", sa.String(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modified_by", sa.String(), nullable=False),
        sa.CheckConstraint(
            "source in ('teacher','office')", name=op.f("ck_attendance_event_source")
        ),
        sa.CheckConstraint(
            "status <> 'present' or source = 'office'", name=op.f("ck_attendance_event_present")
        ),
        sa.CheckConstraint(
            "status in ('present','absent_unexcused','absent_excused','tardy','left_early')",
            name=op.f("ck_attendance_event_status"),
        ),
        sa.CheckConstraint(
            "minutes is null or minutes between 1 and 1440",
            name=op.f("ck_attendance_event_minutes"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_attendance_event_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.organization_id"],
            name=op.f("fk_attendance_event_school_id_school"),
        ),
        sa.ForeignKeyConstraint(
            ["section_id"], ["section.id"], name=op.f("fk_attendance_event_section_id_section")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["attendance_submission.id"],
            name=op.f("fk_attendance_event_submission_id_attendance_submission"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance_event")),
        sa.UniqueConstraint(
            "person_id",
            "section_id",
            "on_date",
            "period",
            name=op.f("uq_attendance_event_person_id_section_id_on_date_period"),
        ),
    )
    op.create_index(
        op.f("ix_attendance_event_school_id_on_date_status"),
        "attendance_event",
        ["school_id", "on_date", "status"],
        unique=False,
    )
    op.create_index(
        op.f("ix_attendance_event_section_id_on_date_period"),
        "attendance_event",
        ["section_id", "on_date", "period"],
        unique=False,
    )
    op.create_index(
        "uq_attendance_event_without_section",
        "attendance_event",
        ["person_id", "school_id", "on_date", "period"],
        unique=True,
        sqlite_where=sa.text("section_id is null"),
        postgresql_where=sa.text("section_id is null"),
    )
    columns = ("code", "meaning", "excused", "applies_to")
    table = sa.table("attendance_reason", *map(sa.column, columns))
    op.bulk_insert(table, [dict(zip(columns, row, strict=True)) for row in _REASONS])


def downgrade() -> None:
    op.drop_index(
        "uq_attendance_event_without_section",
        table_name="attendance_event",
        sqlite_where=sa.text("section_id is null"),
        postgresql_where=sa.text("section_id is null"),
    )
    op.drop_index(
        op.f("ix_attendance_event_section_id_on_date_period"), table_name="attendance_event"
    )
    op.drop_index(
        op.f("ix_attendance_event_school_id_on_date_status"), table_name="attendance_event"
    )
    op.drop_table("attendance_event")
    op.drop_index(
        op.f("ix_attendance_submission_school_id_on_date"), table_name="attendance_submission"
    )
    op.drop_table("attendance_submission")
    op.drop_index(op.f("ix_attendance_change_section_id_on_date"), table_name="attendance_change")
    op.drop_index(op.f("ix_attendance_change_person_id_on_date"), table_name="attendance_change")
    op.drop_table("attendance_change")
    op.drop_table("attendance_reason")
