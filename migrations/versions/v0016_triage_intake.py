"""Create the tables of triage.intake."""

import sqlalchemy as sa
from alembic import op

revision = "v0016_triage_intake"
down_revision = "v0015_monitors"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "triage_cursor",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_triage_cursor")),
    )


def downgrade() -> None:
    op.drop_table("triage_cursor")
