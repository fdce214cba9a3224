"""Keep on-call schedules, covers, swaps and notes."""

import sqlalchemy as sa
from alembic import op

revision = "v0038_alerts_on_call"
down_revision = "v0037_alerts_contacts"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "oncall_schedule",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("expected", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("name <> ''", name=op.f("ck_oncall_schedule_name")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oncall_schedule")),
    )
    op.create_index(
        "uq_oncall_schedule_in_use",
        "oncall_schedule",
        ["name"],
        unique=True,
        sqlite_where=sa.text("retired_at IS NULL"),
        postgresql_where=sa.text("retired_at IS NULL"),
    )
    op.create_table(
        "oncall_calendar",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("schedule_id", _KEY, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["schedule_id"],
            ["oncall_schedule.id"],
            name=op.f("fk_oncall_calendar_schedule_id_oncall_schedule"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oncall_calendar")),
        sa.UniqueConstraint(
            "schedule_id", "name", name=op.f("uq_oncall_calendar_schedule_id_name")
        ),
    )
    op.create_table(
        "oncall_feed",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("user_id", _KEY, nullable=False),
        sa.Column("schedule_id", _KEY, nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["schedule_id"],
            ["oncall_schedule.id"],
            name=op.f("fk_oncall_feed_schedule_id_oncall_schedule"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_oncall_feed_user_id_user_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oncall_feed")),
        sa.UniqueConstraint("digest", name=op.f("uq_oncall_feed_digest")),
    )
    op.create_index(
        "uq_oncall_feed_of_person",
        "oncall_feed",
        ["user_id"],
        unique=True,
        sqlite_where=sa.text("schedule_id IS NULL"),
        postgresql_where=sa.text("schedule_id IS NULL"),
    )
    op.create_index(
        "uq_oncall_feed_of_schedule",
        "oncall_feed",
        ["user_id", "schedule_id"],
        unique=True,
        sqlite_where=sa.text("schedule_id IS NOT NULL"),
        postgresql_where=sa.text("schedule_id IS NOT NULL"),
    )
    op.create_table(
        "oncall_layer",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("schedule_id", _KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("handoff_at", sa.Time(), nullable=False),
        sa.Column("windows", sa.String(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("unit IN ('hours', 'days', 'weeks')", name=op.f("ck_oncall_layer_unit")),
        sa.CheckConstraint("length BETWEEN 1 AND 366", name=op.f("ck_oncall_layer_length")),
        sa.CheckConstraint("until_at >= from_at", name=op.f("ck_oncall_layer_in_effect")),
        sa.ForeignKeyConstraint(
            ["schedule_id"],
            ["oncall_schedule.id"],
            name=op.f("fk_oncall_layer_schedule_id_oncall_schedule"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oncall_layer")),
    )
    op.create_index(
        op.f("ix_oncall_layer_schedule_id_position"),
        "oncall_layer",
        ["schedule_id", "position"],
        unique=False,
    )
    op.create_table(
        "oncall_note",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("schedule_id", _KEY, nullable=False),
        sa.Column("user_id", _KEY, nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("body <> ''", name=op.f("ck_oncall_note_body")),
        sa.ForeignKeyConstraint(
            ["schedule_id"],
            ["oncall_schedule.id"],
            name=op.f("fk_oncall_note_schedule_id_oncall_schedule"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_oncall_note_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oncall_note")),
    )
    op.create_index(
        op.f("ix_oncall_note_schedule_id_id"), "oncall_note", ["schedule_id", "id"], unique=False
    )
    op.create_table(
        "oncall_swap",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("schedule_id", _KEY, nullable=False),
        sa.Column("asked_by", _KEY, nullable=False),
        sa.Column("asked_of", _KEY, nullable=True),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("return_begins_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("return_ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", _KEY, nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state IN ('accepted', 'declined')) = (answered_at IS NOT NULL)",
            name=op.f("ck_oncall_swap_answer"),
        ),
        sa.CheckConstraint(
            "state IN ('asked', 'accepted', 'declined', 'withdrawn')",
            name=op.f("ck_oncall_swap_state"),
        ),
        sa.CheckConstraint(
            "(return_begins_at IS NULL) = (return_ends_at IS NULL)",
            name=op.f("ck_oncall_swap_both_ends"),
        ),
        sa.CheckConstraint("ends_at > begins_at", name=op.f("ck_oncall_swap_stretch")),
        sa.CheckConstraint("return_ends_at > return_begins_at", name=op.f("ck_oncall_swap_return")),
        sa.ForeignKeyConstraint(
            ["answered_by"],
            ["user_account.id"],
            name=op.f("fk_oncall_swap_answered_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["user_account.id"], name=op.f("fk_oncall_swap_asked_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["asked_of"], ["user_account.id"], name=op.f("fk_oncall_swap_asked_of_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["schedule_id"],
            ["oncall_schedule.id"],
            name=op.f("fk_oncall_swap_schedule_id_oncall_schedule"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oncall_swap")),
    )
    op.create_index(
        "ix_oncall_swap_asked",
        "oncall_swap",
        ["schedule_id"],
        unique=False,
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.create_table(
        "oncall_watch",
        sa.Column("schedule_id", _KEY, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["schedule_id"],
            ["oncall_schedule.id"],
            name=op.f("fk_oncall_watch_schedule_id_oncall_schedule"),
        ),
        sa.PrimaryKeyConstraint("schedule_id", name=op.f("pk_oncall_watch")),
    )
    op.create_table(
        "oncall_cover",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("schedule_id", _KEY, nullable=False),
        sa.Column("user_id", _KEY, nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("calendar_id", _KEY, nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(origin = 'calendar') = (calendar_id IS NOT NULL)",
            name=op.f("ck_oncall_cover_calendar"),
        ),
        sa.CheckConstraint(
            "origin IN ('override', 'swap', 'calendar')", name=op.f("ck_oncall_cover_origin")
        ),
        sa.CheckConstraint("ends_at > begins_at", name=op.f("ck_oncall_cover_stretch")),
        sa.ForeignKeyConstraint(
            ["calendar_id"],
            ["oncall_calendar.id"],
            name=op.f("fk_oncall_cover_calendar_id_oncall_calendar"),
        ),
        sa.ForeignKeyConstraint(
            ["schedule_id"],
            ["oncall_schedule.id"],
            name=op.f("fk_oncall_cover_schedule_id_oncall_schedule"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_oncall_cover_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oncall_cover")),
    )
    op.create_index(
        op.f("ix_oncall_cover_schedule_id_ends_at"),
        "oncall_cover",
        ["schedule_id", "ends_at"],
        unique=False,
    )
    op.create_table(
        "oncall_turn",
        sa.Column("layer_id", _KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("user_id", _KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["layer_id"],
            ["oncall_layer.id"],
            name=op.f("fk_oncall_turn_layer_id_oncall_layer"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_oncall_turn_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("layer_id", "position", name=op.f("pk_oncall_turn")),
    )


def downgrade() -> None:
    op.drop_table("oncall_turn")
    op.drop_table("oncall_cover")
    op.drop_table("oncall_watch")
    op.drop_table("oncall_swap")
    op.drop_table("oncall_note")
    op.drop_table("oncall_layer")
    op.drop_table("oncall_feed")
    op.drop_table("oncall_calendar")
    op.drop_table("oncall_schedule")
