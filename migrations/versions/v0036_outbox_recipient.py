"""Say whom a message tells."""

import sqlalchemy as sa
from alembic import op

revision = "v0036_outbox_recipient"
down_revision = "v0035_alerts_escalation"
branch_labels = None
depends_on = None

ADDRESSED = sa.text("recipient <> ''")


def upgrade() -> None:
    op.add_column(
        "outbox_message", sa.Column("recipient", sa.String(), nullable=False, server_default="")
    )
    with op.batch_alter_table("outbox_message") as table:
        table.alter_column("recipient", server_default=None)
    op.create_index(
        "ix_outbox_message_recipient",
        "outbox_message",
        ["recipient", "id"],
        unique=False,
        postgresql_where=ADDRESSED,
        sqlite_where=ADDRESSED,
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_message_recipient", table_name="outbox_message")
    with op.batch_alter_table("outbox_message") as table:
        table.drop_column("recipient")
