"""Create the tables of drills.opening_day."""

import sqlalchemy as sa
from alembic import op

revision = "v0019_drills_opening_day"
down_revision = "v0018_triage_tiers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "drill_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.JSON(), nullable=True),
        sa.CheckConstraint("lane in ('records','desk')", name=op.f("ck_drill_event_lane")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drill_event")),
        sa.UniqueConstraint("key", name=op.f("uq_drill_event_key")),
    )
    op.create_index(
        op.f("ix_drill_event_lane_done_at_due_at_id"),
        "drill_event",
        ["lane", "done_at", "due_at", "id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_drill_event_lane_done_at_due_at_id"), table_name="drill_event")
    op.drop_table("drill_event")
