"""Keep people's addresses, their rules, and the pages of escalations."""

import sqlalchemy as sa
from alembic import op

revision = "v0037_alerts_contacts"
down_revision = "v0036_outbox_recipient"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "escalation_round_robin",
        sa.Column("chain", sa.String(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("chain", "step", name=op.f("pk_escalation_round_robin")),
    )
    op.create_table(
        "contact",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("user_id", _KEY, nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_digest", sa.String(), nullable=True),
        sa.Column("code_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code_attempts", sa.Integer(), nullable=False),
        sa.CheckConstraint("address <> ''", name=op.f("ck_contact_address")),
        sa.CheckConstraint(
            "method IN ('mail', 'sms', 'voice', 'slack', 'push')", name=op.f("ck_contact_method")
        ),
        sa.CheckConstraint(
            "(code_digest IS NULL) = (code_expires_at IS NULL)", name=op.f("ck_contact_code")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_contact_user_id_user_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sa.UniqueConstraint(
            "user_id", "method", "address", name=op.f("uq_contact_user_id_method_address")
        ),
    )
    op.create_table(
        "escalation_page",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("escalation_id", _KEY, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("user_id", _KEY, nullable=False),
        sa.Column("contact_id", _KEY, nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "method IN ('mail', 'sms', 'voice', 'slack', 'push')",
            name=op.f("ck_escalation_page_method"),
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'told', 'cancelled')", name=op.f("ck_escalation_page_state")
        ),
        sa.ForeignKeyConstraint(
            ["escalation_id"],
            ["escalation.id"],
            name=op.f("fk_escalation_page_escalation_id_escalation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation_page")),
        sa.UniqueConstraint(
            "escalation_id",
            "round",
            "step",
            "contact_id",
            "due_at",
            name=op.f("uq_escalation_page_escalation_id_round_step_contact_id_due_at"),
        ),
    )
    op.create_index(
        "ix_escalation_page_due",
        "escalation_page",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "notification_rule",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("user_id", _KEY, nullable=False),
        sa.Column("contact_id", _KEY, nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("after_minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "severity IN ('', 'critical', 'warning', 'info')",
            name=op.f("ck_notification_rule_severity"),
        ),
        sa.CheckConstraint(
            "after_minutes BETWEEN 0 AND 1440", name=op.f("ck_notification_rule_after")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contact.id"],
            name=op.f("fk_notification_rule_contact_id_contact"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_notification_rule_user_id_user_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_rule")),
        sa.UniqueConstraint(
            "contact_id",
            "severity",
            "after_minutes",
            name=op.f("uq_notification_rule_contact_id_severity_after_minutes"),
        ),
    )
    op.create_index(
        op.f("ix_notification_rule_user_id"), "notification_rule", ["user_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("notification_rule")
    op.drop_table("escalation_page")
    op.drop_table("contact")
    op.drop_table("escalation_round_robin")
