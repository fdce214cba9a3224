"""Route alerts into groups, and log everything that happens to one."""

import sqlalchemy as sa
from alembic import op

revision = "v0039_alerts_routing"
down_revision = "v0038_alerts_on_call"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TIME = sa.DateTime(timezone=True)
_KINDS = (
    "kind IN ('firing', 'resolved', 'suppressed', 'unsuppressed', 'notified', 'acknowledged', "
    "'unacknowledged', 'escalated', 'commented')"
)


def upgrade() -> None:
    with op.batch_alter_table("alert") as table:
        table.add_column(sa.Column("expires_at", _TIME, nullable=True))
        table.add_column(
            sa.Column("times_out", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.add_column(sa.Column("generator_url", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("routed_by", sa.String(), nullable=False, server_default=""))
        table.create_check_constraint(
            op.f("ck_alert_expires"), "expires_at IS NULL OR status = 'firing'"
        )
    with op.batch_alter_table("alert") as table:
        for name in ("times_out", "generator_url", "routed_by"):
            table.alter_column(name, server_default=None)
    op.create_index(op.f("ix_alert_status_routed_by"), "alert", ["status", "routed_by"])
    open_end = sa.text("expires_at IS NOT NULL")
    op.create_index(
        "ix_alert_expires_at",
        "alert",
        ["expires_at"],
        postgresql_where=open_end,
        sqlite_where=open_end,
    )
    with op.batch_alter_table("alert_event") as table:
        table.drop_constraint(op.f("ck_alert_event_status"), type_="check")
        table.alter_column("status", new_column_name="kind")
        table.alter_column("annotations", new_column_name="detail")
    with op.batch_alter_table("alert_event") as table:
        table.create_check_constraint(op.f("ck_alert_event_kind"), _KINDS)
    _create_groups()
    _create_records()


def _create_groups() -> None:
    op.create_table(
        "alert_group",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("slot", sa.String(), nullable=False),
        sa.Column("group_key", sa.String(), nullable=False),
        sa.Column("route_key", sa.String(), nullable=False),
        sa.Column("receiver", sa.String(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("due_at", _TIME, nullable=True),
        sa.Column("flushed_at", _TIME, nullable=True),
        sa.Column("emptied_at", _TIME, nullable=True),
        sa.CheckConstraint("length(slot) = 40", name=op.f("ck_alert_group_slot")),
        sa.CheckConstraint(
            "emptied_at IS NULL OR due_at IS NULL", name=op.f("ck_alert_group_empty")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_group")),
        sa.UniqueConstraint("slot", name=op.f("uq_alert_group_slot")),
    )
    due = sa.text("due_at IS NOT NULL")
    op.create_index(
        "ix_alert_group_due_at",
        "alert_group",
        ["due_at"],
        postgresql_where=due,
        sqlite_where=due,
    )
    op.create_table(
        "alert_group_member",
        sa.Column("group_id", _KEY, nullable=False),
        sa.Column("alert_id", _KEY, nullable=False),
        sa.Column("suppressed_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["alert_group.id"],
            name=op.f("fk_alert_group_member_group_id_alert_group"),
        ),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alert.id"], name=op.f("fk_alert_group_member_alert_id_alert")
        ),
        sa.PrimaryKeyConstraint("group_id", "alert_id", name=op.f("pk_alert_group_member")),
    )
    op.create_index(op.f("ix_alert_group_member_alert_id"), "alert_group_member", ["alert_id"])


def _create_records() -> None:
    op.create_table(
        "notification_record",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("group_id", _KEY, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("firing", sa.JSON(), nullable=False),
        sa.Column("resolved", sa.JSON(), nullable=False),
        sa.Column("told_at", _TIME, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_notification_record_number")),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["alert_group.id"],
            name=op.f("fk_notification_record_group_id_alert_group"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_record")),
        sa.UniqueConstraint(
            "group_id", "channel", name=op.f("uq_notification_record_group_id_channel")
        ),
    )
    op.create_table(
        "storm_bucket",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("receiver", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("tokens", sa.Double(), nullable=False),
        sa.Column("filled_at", _TIME, nullable=False),
        sa.CheckConstraint("tokens >= 0", name=op.f("ck_storm_bucket_tokens")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_storm_bucket")),
        sa.UniqueConstraint("receiver", "channel", name=op.f("uq_storm_bucket_receiver_channel")),
    )


def downgrade() -> None:
    op.drop_table("storm_bucket")
    op.drop_table("notification_record")
    op.drop_index(op.f("ix_alert_group_member_alert_id"), table_name="alert_group_member")
    op.drop_table("alert_group_member")
    op.drop_index("ix_alert_group_due_at", table_name="alert_group")
    op.drop_table("alert_group")
    op.execute("DELETE FROM alert_event WHERE kind NOT IN ('firing', 'resolved')")
    with op.batch_alter_table("alert_event") as table:
        table.drop_constraint(op.f("ck_alert_event_kind"), type_="check")
        table.alter_column("kind", new_column_name="status")
        table.alter_column("detail", new_column_name="annotations")
    with op.batch_alter_table("alert_event") as table:
        table.create_check_constraint(
            op.f("ck_alert_event_status"), "status IN ('firing', 'resolved')"
        )
    op.drop_index("ix_alert_expires_at", table_name="alert")
    op.drop_index(op.f("ix_alert_status_routed_by"), table_name="alert")
    with op.batch_alter_table("alert") as table:
        table.drop_constraint(op.f("ck_alert_expires"), type_="check")
        for name in ("routed_by", "generator_url", "times_out", "expires_at"):
            table.drop_column(name)
