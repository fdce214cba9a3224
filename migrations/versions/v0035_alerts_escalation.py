"""Keep acknowledgements of alerts, and the escalations that they stop."""

import sqlalchemy as sa
from alembic import op

revision = "v0035_alerts_escalation"
down_revision = "v0034_alerts_silences"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_UNENDED = sa.text("ended_at IS NULL")
_OPEN = sa.text("state <> 'ended'")
_ACTIVE = sa.text("state = 'active'")


def upgrade() -> None:
    op.create_table(
        "alert_acknowledgement",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("alert_id", _KEY, nullable=False),
        sa.Column("event_id", _KEY, nullable=False),
        sa.Column("sticky", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("by_actor", sa.String(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_because", sa.String(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_because IS NULL)",
            name=op.f("ck_alert_acknowledgement_ended"),
        ),
        sa.CheckConstraint(
            "ended_because IN ('withdrawn', 'expired', 'changed', 'resolved')",
            name=op.f("ck_alert_acknowledgement_because"),
        ),
        sa.CheckConstraint(
            "expires_at > acknowledged_at", name=op.f("ck_alert_acknowledgement_expires")
        ),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alert.id"], name=op.f("fk_alert_acknowledgement_alert_id_alert")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_acknowledgement")),
    )
    op.create_index(
        "uq_alert_acknowledgement_open",
        "alert_acknowledgement",
        ["alert_id"],
        unique=True,
        sqlite_where=_UNENDED,
        postgresql_where=_UNENDED,
    )
    op.create_index(
        "ix_alert_acknowledgement_remind",
        "alert_acknowledgement",
        ["remind_at"],
        sqlite_where=_UNENDED,
        postgresql_where=_UNENDED,
    )
    op.create_index(
        op.f("ix_alert_acknowledgement_alert_id_id"), "alert_acknowledgement", ["alert_id", "id"]
    )
    op.create_table(
        "escalation",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("group_id", _KEY, nullable=False),
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("notification", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("repeats", sa.Integer(), nullable=False),
        sa.Column("next_step_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_because", sa.String(), nullable=True),
        sa.CheckConstraint(
            "state IN ('active', 'acknowledged', 'exhausted', 'ended')",
            name=op.f("ck_escalation_state"),
        ),
        sa.CheckConstraint(
            "(state = 'active') = (next_step_at IS NOT NULL)", name=op.f("ck_escalation_next_step")
        ),
        sa.CheckConstraint(
            "(state = 'ended') = (ended_at IS NOT NULL)", name=op.f("ck_escalation_ended")
        ),
        sa.CheckConstraint("step >= 0 AND round >= 0", name=op.f("ck_escalation_position")),
        sa.CheckConstraint("repeats BETWEEN 0 AND 5", name=op.f("ck_escalation_repeats")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation")),
    )
    op.create_index(
        "uq_escalation_open_group",
        "escalation",
        ["group_id"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_index(
        "ix_escalation_due",
        "escalation",
        ["next_step_at", "id"],
        sqlite_where=_ACTIVE,
        postgresql_where=_ACTIVE,
    )
    op.create_table(
        "escalation_alert",
        sa.Column("escalation_id", _KEY, nullable=False),
        sa.Column("alert_id", _KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alert.id"], name=op.f("fk_escalation_alert_alert_id_alert")
        ),
        sa.ForeignKeyConstraint(
            ["escalation_id"],
            ["escalation.id"],
            name=op.f("fk_escalation_alert_escalation_id_escalation"),
        ),
        sa.PrimaryKeyConstraint("escalation_id", "alert_id", name=op.f("pk_escalation_alert")),
    )
    op.create_index(
        op.f("ix_escalation_alert_alert_id_escalation_id"),
        "escalation_alert",
        ["alert_id", "escalation_id"],
    )
    op.create_table(
        "escalation_event",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("escalation_id", _KEY, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('started', 'joined', 'told', 'nobody', 'waiting', 'repeated',"
            " 'acknowledged', 'resumed', 'exhausted', 'ended')",
            name=op.f("ck_escalation_event_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["escalation_id"],
            ["escalation.id"],
            name=op.f("fk_escalation_event_escalation_id_escalation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation_event")),
    )
    op.create_index(
        op.f("ix_escalation_event_escalation_id_id"), "escalation_event", ["escalation_id", "id"]
    )


def downgrade() -> None:
    op.drop_table("escalation_event")
    op.drop_table("escalation_alert")
    op.drop_table("escalation")
    op.drop_table("alert_acknowledgement")
