"""Give every evaluation of a probe a token."""

import sqlalchemy as sa
from alembic import op

revision = "v0032_monitors_run_token"
down_revision = "v0023_sis_master_schedule"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("probe_run", sa.Column("token", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("probe_run") as table:
        table.alter_column("token", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("probe_run") as table:
        table.drop_column("token")
