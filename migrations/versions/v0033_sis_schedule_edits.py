"""Remember what was changed by hand in a student's schedule."""

import sqlalchemy as sa
from alembic import op

revision = "v0033_sis_schedule_edits"
down_revision = "v0030_sis_oneroster_service"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "schedule_edit",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("person_id", _KEY, nullable=False),
        sa.Column("school_id", _KEY, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("to_place_id", _KEY, nullable=True),
        sa.Column("from_place_id", _KEY, nullable=True),
        sa.Column("from_began_on", sa.Date(), nullable=True),
        sa.Column("from_ended_on", sa.Date(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("undoes_id", _KEY, nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_by_name", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind in ('add','drop','swap','lock','unlock','undo')",
            name=op.f("ck_schedule_edit_kind"),
        ),
        sa.CheckConstraint(
            "to_place_id is not null or from_place_id is not null",
            name=op.f("ck_schedule_edit_places"),
        ),
        sa.CheckConstraint(
            "(kind = 'undo') = (undoes_id is not null)", name=op.f("ck_schedule_edit_undoes")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_schedule_edit_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"],
            ["school.organization_id"],
            name=op.f("fk_schedule_edit_school_id_school"),
        ),
        sa.ForeignKeyConstraint(
            ["to_place_id"],
            ["section_enrollment.id"],
            name=op.f("fk_schedule_edit_to_place_id_section_enrollment"),
        ),
        sa.ForeignKeyConstraint(
            ["from_place_id"],
            ["section_enrollment.id"],
            name=op.f("fk_schedule_edit_from_place_id_section_enrollment"),
        ),
        sa.ForeignKeyConstraint(
            ["undoes_id"],
            ["schedule_edit.id"],
            name=op.f("fk_schedule_edit_undoes_id_schedule_edit"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_edit")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_schedule_edit_undoes_id")),
    )
    op.create_index(
        op.f("ix_schedule_edit_person_id_school_id"),
        "schedule_edit",
        ["person_id", "school_id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_table("schedule_edit")
