"""Create the tables of alerts."""

import sqlalchemy as sa
from alembic import op

revision = "v0014_alerts"
down_revision = "v0013_sis_scheduling"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("annotations", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alertname", sa.String(), nullable=False),
        sa.Column("school", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(status = 'resolved') = (ends_at IS NOT NULL)", name=op.f("ck_alert_ends")
        ),
        sa.CheckConstraint("status IN ('firing', 'resolved')", name=op.f("ck_alert_status")),
        sa.CheckConstraint("length(fingerprint) = 16", name=op.f("ck_alert_fingerprint")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_alert_fingerprint")),
    )
    op.create_index(
        op.f("ix_alert_alertname_status"), "alert", ["alertname", "status"], unique=False
    )
    op.create_index(op.f("ix_alert_school_status"), "alert", ["school", "status"], unique=False)
    op.create_index(op.f("ix_alert_service_status"), "alert", ["service", "status"], unique=False)
    op.create_index(op.f("ix_alert_severity_status"), "alert", ["severity", "status"], unique=False)
    op.create_index(
        op.f("ix_alert_status_starts_at_id"), "alert", ["status", "starts_at", "id"], unique=False
    )
    op.create_table(
        "alert_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("alert_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("annotations", sa.JSON(), nullable=False),
        sa.CheckConstraint("status IN ('firing', 'resolved')", name=op.f("ck_alert_event_status")),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alert.id"], name=op.f("fk_alert_event_alert_id_alert")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_event")),
    )
    op.create_index(
        op.f("ix_alert_event_alert_id_id"), "alert_event", ["alert_id", "id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_alert_event_alert_id_id"), table_name="alert_event")
    op.drop_table("alert_event")
    op.drop_index(op.f("ix_alert_status_starts_at_id"), table_name="alert")
    op.drop_index(op.f("ix_alert_severity_status"), table_name="alert")
    op.drop_index(op.f("ix_alert_service_status"), table_name="alert")
    op.drop_index(op.f("ix_alert_school_status"), table_name="alert")
    op.drop_index(op.f("ix_alert_alertname_status"), table_name="alert")
    op.drop_table("alert")
