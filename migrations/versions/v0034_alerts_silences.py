"""Remember silences."""

import sqlalchemy as sa
from alembic import op

revision = "v0034_alerts_silences"
down_revision = "v0025_sis_schedule_runs"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "silence",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("uuid", sa.String(), nullable=False),
        sa.Column("matchers", sa.JSON(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("weekdays", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("begins", sa.Time(), nullable=True),
        sa.Column("ends", sa.Time(), nullable=True),
        sa.Column("zone", sa.String(), nullable=True),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("school", sa.String(), nullable=False),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("starts_at <= ends_at", name=op.f("ck_silence_order")),
        sa.CheckConstraint("comment <> ''", name=op.f("ck_silence_comment")),
        sa.CheckConstraint("length(uuid) = 36", name=op.f("ck_silence_uuid")),
        sa.CheckConstraint(
            "(weekdays IS NULL) = (begins IS NULL) AND (weekdays IS NULL) = (ends IS NULL)"
            " AND (weekdays IS NULL) = (zone IS NULL)",
            name=op.f("ck_silence_recurrence"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_silence")),
        sa.UniqueConstraint("uuid", name=op.f("uq_silence_uuid")),
    )
    op.create_index(op.f("ix_silence_ends_at_id"), "silence", ["ends_at", "id"])
    op.create_index(op.f("ix_silence_remind_at"), "silence", ["remind_at"])
    op.create_index(op.f("ix_silence_school"), "silence", ["school"])


def downgrade() -> None:
    op.drop_table("silence")
