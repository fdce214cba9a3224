"""Create the tables of sis.people."""

import sqlalchemy as sa
from alembic import op

revision = "v0011_sis_people"
down_revision = "v0010_sis_courses"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sourced_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("given_name", sa.String(), nullable=False),
        sa.Column("middle_name", sa.String(), nullable=True),
        sa.Column("family_name", sa.String(), nullable=False),
        sa.Column("preferred_given_name", sa.String(), nullable=True),
        sa.Column("preferred_family_name", sa.String(), nullable=True),
        sa.Column("pronouns", sa.String(), nullable=True),
        sa.Column("username", sa.String(), nullable=True),
        sa.Column("identifier", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("sms", sa.String(), nullable=True),
        sa.Column("grade", sa.String(), nullable=True),
        sa.Column("home_language", sa.String(), nullable=True),
        sa.Column("agent_sourced_ids", sa.String(), nullable=True),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("import_run_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("status in ('active','tobedeleted')", name=op.f("ck_person_status")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("sourced_id", name=op.f("uq_person_sourced_id")),
    )
    op.create_table(
        "demographics",
        sa.Column(
            "person_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("sex", sa.String(), nullable=True),
        sa.Column("american_indian_or_alaska_native", sa.Boolean(), nullable=True),
        sa.Column("asian", sa.Boolean(), nullable=True),
        sa.Column("black_or_african_american", sa.Boolean(), nullable=True),
        sa.Column("native_hawaiian_or_other_pacific_islander", sa.Boolean(), nullable=True),
        sa.Column("white", sa.Boolean(), nullable=True),
        sa.Column("two_or_more_races", sa.Boolean(), nullable=True),
        sa.Column("hispanic_or_latino", sa.Boolean(), nullable=True),
        sa.Column("country_of_birth", sa.String(), nullable=True),
        sa.Column("state_of_birth", sa.String(), nullable=True),
        sa.Column("city_of_birth", sa.String(), nullable=True),
        sa.Column("public_school_residence_status", sa.String(), nullable=True),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("import_run_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_demographics_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_demographics")),
    )
    op.create_table(
        "person_role",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sourced_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column(
            "person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "organization_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("role_type", sa.String(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("modified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("import_run_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "role_type in ('primary','secondary')", name=op.f("ck_person_role_role_type")
        ),
        sa.CheckConstraint(
            "status in ('active','tobedeleted')", name=op.f("ck_person_role_status")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organization.id"],
            name=op.f("fk_person_role_organization_id_organization"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_role_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_role")),
        sa.UniqueConstraint("sourced_id", name=op.f("uq_person_role_sourced_id")),
    )
    op.create_index(
        op.f("ix_person_role_organization_id_role"),
        "person_role",
        ["organization_id", "role"],
        unique=False,
    )
    op.create_index(op.f("ix_person_role_person_id"), "person_role", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_person_role_person_id"), table_name="person_role")
    op.drop_index(op.f("ix_person_role_organization_id_role"), table_name="person_role")
    op.drop_table("person_role")
    op.drop_table("demographics")
    op.drop_table("person")
