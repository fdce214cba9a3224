"""List a school's alerts of one status by an index alone, the newest first."""

from alembic import op

revision = "v0047_alerts_by_school"
down_revision = "v0044_alerts_push"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index(op.f("ix_alert_school_status"), table_name="alert")
    op.create_index(
        op.f("ix_alert_school_status_starts_at_id"),
        "alert",
        ["school", "status", "starts_at", "id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_alert_school_status_starts_at_id"), table_name="alert")
    op.create_index(op.f("ix_alert_school_status"), "alert", ["school", "status"], unique=False)
