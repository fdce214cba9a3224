"""Give every kept answer to "who has no complete schedule" a token."""

import sqlalchemy as sa
from alembic import op

revision = "v0040_sis_answer_token"
down_revision = "v0039_alerts_routing"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "schedule_snapshot", sa.Column("token", sa.String(), nullable=False, server_default="")
    )
    with op.batch_alter_table("schedule_snapshot") as table:
        table.alter_column("token", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("schedule_snapshot") as table:
        table.drop_column("token")
