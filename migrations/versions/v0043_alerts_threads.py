"""Remember the messages of a group in a channel."""

import sqlalchemy as sa
from alembic import op

revision = "v0043_alerts_threads"
down_revision = "v0041_sis_list_tallies"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "delivery_thread",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("group_key", sa.String(), nullable=False),
        sa.Column("kept", sa.JSON(), nullable=False),
        sa.Column("newest_id", _KEY, nullable=False),
        sa.Column("holder_id", _KEY),
        sa.Column("held_until", sa.DateTime(timezone=True)),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(holder_id IS NULL) = (held_until IS NULL)", name=op.f("ck_delivery_thread_held")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_thread")),
        sa.UniqueConstraint("lane", "group_key", name=op.f("uq_delivery_thread_lane_group_key")),
    )
    op.create_index(
        op.f("ix_delivery_thread_updated_at"), "delivery_thread", ["updated_at"], unique=False
    )


def downgrade() -> None:
    op.drop_table("delivery_thread")
