"""Let offices find, enrol and move students, and keep contacts and addresses."""

import sqlalchemy as sa
from alembic import op

revision = "v0022_sis_enrollment_contacts"
down_revision = "v0024_sis_course_requests"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN_PRIMARY = sa.text(
    "is_primary and ends_on is null and status = 'active' and source = 'bellwether'"
)
ACTIVE = sa.text("status = 'active'")
OPEN = sa.text("ends_on is null")


def upgrade() -> None:
    _search()
    _enrollments()
    _contacts()
    _addresses()


def _search() -> None:
    op.add_column("person", sa.Column("ssid", sa.String(), nullable=True))
    op.create_index(op.f("ix_person_ssid"), "person", ["ssid"], unique=True)
    op.create_index(op.f("ix_person_identifier"), "person", ["identifier"])
    op.create_index(
        "ix_person_name_prefix",
        "person",
        [sa.text("substr(lower(family_name), 1, 3)"), sa.text("substr(lower(given_name), 1, 3)")],
    )
    op.create_index(op.f("ix_demographics_birth_date"), "demographics", ["birth_date"])


def _enrollments() -> None:
    op.add_column("school_enrollment", sa.Column("entry_reason", sa.String(), nullable=True))
    op.add_column("school_enrollment", sa.Column("leave_reason", sa.String(), nullable=True))
    op.create_index(
        "uq_school_enrollment_open_primary",
        "school_enrollment",
        ["person_id"],
        unique=True,
        sqlite_where=OPEN_PRIMARY,
        postgresql_where=OPEN_PRIMARY,
    )
    op.create_table(
        "enrollment_change",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("school_id", KEY, nullable=False),
        sa.Column("to_school_id", KEY, nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(), nullable=True),
        sa.CheckConstraint(
            "kind in ('enroll','transfer','withdraw','no_show','track')",
            name=op.f("ck_enrollment_change_kind"),
        ),
        sa.CheckConstraint(
            "(undone_at is null) = (undone_by is null)", name=op.f("ck_enrollment_change_undone")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_enrollment_change_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.organization_id"],
            name=op.f("fk_enrollment_change_school_id_school"),
        ),
        sa.ForeignKeyConstraint(
            ["to_school_id"],
            ["school.organization_id"],
            name=op.f("fk_enrollment_change_to_school_id_school"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrollment_change")),
    )
    op.create_index(op.f("ix_enrollment_change_person_id"), "enrollment_change", ["person_id"])
    op.create_index(
        op.f("ix_enrollment_change_school_id_at"), "enrollment_change", ["school_id", "at"]
    )


def _contacts() -> None:
    op.create_table(
        "student_contact",
        sa.Column("id", KEY, nullable=False),
        sa.Column("student_id", KEY, nullable=False),
        sa.Column("contact_id", KEY, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("relationship", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_guardian", sa.Boolean(), nullable=False),
        sa.Column("lives_with", sa.Boolean(), nullable=False),
        sa.Column("may_pick_up", sa.Boolean(), nullable=False),
        sa.Column("court_order_note", sa.String(), nullable=True),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modified_by", sa.String(), nullable=False),
        sa.CheckConstraint("status in ('active','ended')", name=op.f("ck_student_contact_status")),
        sa.CheckConstraint("position >= 1", name=op.f("ck_student_contact_position")),
        sa.CheckConstraint("student_id <> contact_id", name=op.f("ck_student_contact_of_another")),
        sa.ForeignKeyConstraint(
            ["student_id"], ["person.id"], name=op.f("fk_student_contact_student_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["person.id"], name=op.f("fk_student_contact_contact_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_student_contact")),
    )
    op.create_index(op.f("ix_student_contact_contact_id"), "student_contact", ["contact_id"])
    op.create_index(
        "uq_student_contact_active",
        "student_contact",
        ["student_id", "contact_id"],
        unique=True,
        sqlite_where=ACTIVE,
        postgresql_where=ACTIVE,
    )


def _addresses() -> None:
    op.create_table(
        "person_address",
        sa.Column("id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("street", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("postal_code", sa.String(), nullable=False),
        sa.Column("match_key", sa.String(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modified_by", sa.String(), nullable=False),
        sa.CheckConstraint("kind in ('home','mailing')", name=op.f("ck_person_address_kind")),
        sa.CheckConstraint(
            "ends_on is null or begins_on <= ends_on", name=op.f("ck_person_address_dates")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_address_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_address")),
    )
    op.create_index(op.f("ix_person_address_person_id"), "person_address", ["person_id"])
    op.create_index(op.f("ix_person_address_match_key"), "person_address", ["match_key"])
    op.create_index(
        "uq_person_address_open",
        "person_address",
        ["person_id", "kind"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def downgrade() -> None:
    op.drop_table("person_address")
    op.drop_table("student_contact")
    op.drop_table("enrollment_change")
    op.drop_index("uq_school_enrollment_open_primary", table_name="school_enrollment")
    op.drop_column("school_enrollment", "leave_reason")
    op.drop_column("school_enrollment", "entry_reason")
    op.drop_index(op.f("ix_demographics_birth_date"), table_name="demographics")
    op.drop_index("ix_person_name_prefix", table_name="person")
    op.drop_index(op.f("ix_person_identifier"), table_name="person")
    op.drop_index(op.f("ix_person_ssid"), table_name="person")
    op.drop_column("person", "ssid")
