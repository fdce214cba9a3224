"""Create the tables of triage.tickets."""

import sqlalchemy as sa
from alembic import op

revision = "v0017_triage_tickets"
down_revision = "v0016_triage_intake"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ticket",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("school_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("function", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("impact", sa.Integer(), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("rank_tier", sa.Integer(), nullable=False),
        sa.Column("students_affected", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("requester_id", sa.String(), nullable=True),
        sa.Column("requester_name", sa.String(), nullable=False),
        sa.Column("requester_email", sa.String(), nullable=True),
        sa.Column("requester_phone", sa.String(), nullable=True),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("origin_probe", sa.String(), nullable=True),
        sa.Column("assignee_id", sa.String(), nullable=True),
        sa.Column("assignee_name", sa.String(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waiting_since_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_responded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("solved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(stage = 'waiting' and status in ('new', 'open')) or (stage = "
            "'paused' and status in ('pending', 'on_hold')) or (stage = 'done' "
            "and status in ('solved', 'closed'))",
            name=op.f("ck_ticket_stage"),
        ),
        sa.CheckConstraint("channel in ('web','api','probe')", name=op.f("ck_ticket_channel")),
        sa.CheckConstraint(
            "function in ('login', 'scheduling', 'enrollment', 'attendance', "
            "'grades', 'reports', 'english_learners', 'other')",
            name=op.f("ck_ticket_function"),
        ),
        sa.CheckConstraint(
            "status <> 'solved' or (assignee_id is not null and solved_at is not null)",
            name=op.f("ck_ticket_solved"),
        ),
        sa.CheckConstraint(
            "impact between 1 and 3 and urgency between 1 and 3",
            name=op.f("ck_ticket_impact_urgency"),
        ),
        sa.CheckConstraint("priority between 1 and 5", name=op.f("ck_ticket_priority")),
        sa.CheckConstraint("rank_tier between 1 and 5", name=op.f("ck_ticket_rank_tier")),
        sa.CheckConstraint(
            "students_affected is null or students_affected >= 0",
            name=op.f("ck_ticket_students_affected"),
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.organization_id"], name=op.f("fk_ticket_school_id_school")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("external_id", name=op.f("uq_ticket_external_id")),
    )
    op.create_index(
        "ix_ticket_assigned",
        "ticket",
        ["assignee_id", "stage", "id"],
        unique=False,
        sqlite_where=sa.text("assignee_id is not null"),
        postgresql_where=sa.text("assignee_id is not null"),
    )
    op.create_index("ix_ticket_done", "ticket", ["stage", "id"], unique=False)
    op.create_index(
        "ix_ticket_open",
        "ticket",
        ["function", "school_id", "priority", "assignee_id", "first_responded_at", "opened_at"],
        unique=False,
        sqlite_where=sa.text("stage <> 'done'"),
        postgresql_where=sa.text("stage <> 'done'"),
    )
    op.create_index(op.f("ix_ticket_opened_at"), "ticket", ["opened_at"], unique=False)
    op.create_index(
        op.f("ix_ticket_school_id_stage_id"), "ticket", ["school_id", "stage", "id"], unique=False
    )
    op.create_index(
        op.f("ix_ticket_stage_function_priority_rank_tier_waiting_since_at_id"),
        "ticket",
        ["stage", "function", "priority", "rank_tier", "waiting_since_at", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_ticket_stage_priority_rank_tier_waiting_since_at_id"),
        "ticket",
        ["stage", "priority", "rank_tier", "waiting_since_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_ticket_unanswered",
        "ticket",
        ["opened_at"],
        unique=False,
        sqlite_where=sa.text("first_responded_at is null and stage <> 'done'"),
        postgresql_where=sa.text("first_responded_at is null and stage <> 'done'"),
    )
    op.create_index(
        "ix_ticket_unassigned",
        "ticket",
        ["stage", "priority", "rank_tier", "waiting_since_at", "id"],
        unique=False,
        sqlite_where=sa.text("assignee_id is null"),
        postgresql_where=sa.text("assignee_id is null"),
    )
    op.create_index(
        "uq_ticket_one_open_per_probe_and_school",
        "ticket",
        ["origin_probe", "school_id"],
        unique=True,
        sqlite_where=sa.text("origin_probe is not null and stage <> 'done'"),
        postgresql_where=sa.text("origin_probe is not null and stage <> 'done'"),
    )
    op.create_table(
        "ticket_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "ticket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("old", sa.String(), nullable=True),
        sa.Column("new", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_event_ticket_id_ticket")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_event")),
    )
    op.create_index(
        op.f("ix_ticket_event_ticket_id_id"), "ticket_event", ["ticket_id", "id"], unique=False
    )
    op.create_table(
        "ticket_message",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "ticket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("author_id", sa.String(), nullable=False),
        sa.Column("author_name", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind in ('public','note','system')", name=op.f("ck_ticket_message_kind")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_message_ticket_id_ticket")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_message")),
    )
    op.create_index(
        op.f("ix_ticket_message_ticket_id_id"), "ticket_message", ["ticket_id", "id"], unique=False
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_ticket_message_ticket_id_id"), table_name="ticket_message")
    op.drop_table("ticket_message")
    op.drop_index(op.f("ix_ticket_event_ticket_id_id"), table_name="ticket_event")
    op.drop_table("ticket_event")
    op.drop_index(
        "uq_ticket_one_open_per_probe_and_school",
        table_name="ticket",
        sqlite_where=sa.text("origin_probe is not null and stage <> 'done'"),
        postgresql_where=sa.text("origin_probe is not null and stage <> 'done'"),
    )
    op.drop_index(
        "ix_ticket_unassigned",
        table_name="ticket",
        sqlite_where=sa.text("assignee_id is null"),
        postgresql_where=sa.text("assignee_id is null"),
    )
    op.drop_index(
        "ix_ticket_unanswered",
        table_name="ticket",
        sqlite_where=sa.text("first_responded_at is null and stage <> 'done'"),
        postgresql_where=sa.text("first_responded_at is null and stage <> 'done'"),
    )
    op.drop_index(
        op.f("ix_ticket_stage_priority_rank_tier_waiting_since_at_id"), table_name="ticket"
    )
    op.drop_index(
        op.f("ix_ticket_stage_function_priority_rank_tier_waiting_since_at_id"), table_name="ticket"
    )
    op.drop_index(op.f("ix_ticket_school_id_stage_id"), table_name="ticket")
    op.drop_index(op.f("ix_ticket_opened_at"), table_name="ticket")
    op.drop_index(
        "ix_ticket_open",
        table_name="ticket",
        sqlite_where=sa.text("stage <> 'done'"),
        postgresql_where=sa.text("stage <> 'done'"),
    )
    op.drop_index("ix_ticket_done", table_name="ticket")
    op.drop_index(
        "ix_ticket_assigned",
        table_name="ticket",
        sqlite_where=sa.text("assignee_id is not null"),
        postgresql_where=sa.text("assignee_id is not null"),
    )
    op.drop_table("ticket")
